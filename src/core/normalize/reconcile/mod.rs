//! Checks the arithmetic that a text itself states: shares, sums, growth, gaps, budgets, figures told twice.
//!
//! Each check pairs rows that the wording ties together and weighs what is told against what the other rows give; how
//! far both may lie apart follows from the digits that were printed. Rows that agree are flagged `reconciled`, rows that
//! cannot all be true `contradicts`, and each contradiction is a finding. No value is ever changed here, and a pairing
//! that is merely likely may confirm rows but never accuses one.

mod budget;
mod growth;
mod parts;
mod share;
mod stated;
mod twice;

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

use crate::model::{Bound, Decimal, Finding, FindingKind, Observation, Reading, Span};
use stated::{Interval, Reach};

/// Flags the rows whose numbers confirm or contradict each other, and tells each contradiction.
pub(super) fn reconcile(document: &str, reading: &mut Reading) {
    let checked = Checked::new(document, &reading.observations);
    let mut claims = Claims { checked: &checked, found: Vec::new() };
    share::check(&checked, &mut claims);
    parts::check(&checked, &mut claims);
    growth::check(&checked, &mut claims);
    budget::check(&checked, &mut claims);
    twice::check(&checked, &mut claims);
    let found = claims.found;
    let confirmed: BTreeSet<(&str, usize)> =
        found.iter().filter(|claim| claim.verdict == Verdict::Agrees).map(|claim| (claim.check, claim.told)).collect();
    let mut flags: BTreeMap<usize, BTreeSet<&'static str>> = BTreeMap::new();
    let mut accused = BTreeSet::new();
    let mut findings = Vec::new();
    for claim in &found {
        let flag = match claim.verdict {
            Verdict::Agrees => "reconciled",
            // What one pairing confirms, another pairing of the same kind got wrong.
            Verdict::Contradicts if confirmed.contains(&(claim.check, claim.told)) => continue,
            Verdict::Contradicts => "contradicts",
        };
        for at in &claim.rows {
            flags.entry(*at).or_default().insert(flag);
        }
        if flag == "contradicts" && accused.insert(claim.rows.clone()) {
            findings.extend(checked.finding(claim));
        }
    }
    for (at, new) in flags {
        if let Some(row) = reading.observations.get_mut(at) {
            row.flags = row.flags.iter().copied().chain(new).collect::<BTreeSet<_>>().into_iter().collect();
        }
    }
    reading.findings.extend(findings);
    reading.findings.sort_by_key(|finding| finding.span.start);
}

/// What a check came to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Verdict {
    Agrees,
    Contradicts,
}

/// One relation between rows, weighed.
struct Claim {
    check: &'static str,
    /// The row that the others should give.
    told: usize,
    /// All rows concerned, in the order of the text.
    rows: Vec<usize>,
    verdict: Verdict,
    message: String,
}

/// How surely the wording ties the rows of a relation together.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Pairing {
    /// They may be meant together: agreement counts, disagreement does not.
    Likely,
    /// They are meant together.
    Sure,
}

/// Collects what the checks found.
struct Claims<'a> {
    checked: &'a Checked<'a>,
    found: Vec<Claim>,
}

impl Claims<'_> {
    /// Weighs the row `told` against what the rows of `by` give.
    ///
    /// `given` computes the expected value at a reach; `how` words the computation, its result in the unit of `told` at the end.
    fn weigh(
        &mut self,
        check: &'static str,
        (told, by): (usize, &[usize]),
        pairing: Pairing,
        given: impl Fn(Reach) -> Option<Interval>,
        how: impl Fn(&str) -> String,
    ) {
        let Some(row) = self.checked.rows.get(told) else { return };
        let rows: BTreeSet<usize> = by.iter().copied().chain([told]).collect();
        let all = || rows.iter().filter_map(|at| self.checked.rows.get(*at));
        if all().any(|other| other.status != row.status) {
            return;
        }
        let lies_in = |reach| Some(given(reach)?.meets(stated::interval(row, reach)?));
        let verdict = match lies_in(Reach::Half) {
            Some(true) => Verdict::Agrees,
            Some(false) if pairing == Pairing::Sure && all().all(|other| other.bound == Bound::Eq) && lies_in(Reach::Whole) == Some(false) => {
                Verdict::Contradicts
            }
            _ => return,
        };
        let computed = given(Reach::Half).map(|interval| stated::print(interval.middle(), row)).unwrap_or_default();
        self.found.push(Claim { check, told, rows: rows.into_iter().collect(), verdict, message: how(&computed) });
    }
}

/// The document's rows, and the words between them.
struct Checked<'a> {
    document: &'a str,
    rows: &'a [Observation],
    /// Rows of one sentence each.
    sentences: Vec<Range<usize>>,
}

impl<'a> Checked<'a> {
    fn new(document: &'a str, rows: &'a [Observation]) -> Self {
        let mut sentences: Vec<Range<usize>> = Vec::new();
        for (at, row) in rows.iter().enumerate() {
            match sentences.last_mut() {
                Some(last) if rows.get(last.start).is_some_and(|first| first.evidence == row.evidence) => last.end = at + 1,
                _ => sentences.push(at..at + 1),
            }
        }
        Self { document, rows, sentences }
    }

    /// The words from the end of one row's number to the start of another's.
    fn between(&self, from: usize, to: usize) -> &'a str {
        let ends = self.rows.get(from).zip(self.rows.get(to)).map(|(from, to)| from.span.end..to.span.start);
        ends.and_then(|range| self.document.get(range)).unwrap_or_default()
    }

    /// The words of a row's sentence before its number.
    fn before(&self, at: usize) -> &'a str {
        self.rows.get(at).and_then(|row| self.document.get(row.evidence.start..row.span.start)).unwrap_or_default()
    }

    /// The sentence of a row.
    fn sentence(&self, at: usize) -> Range<usize> {
        let here = self.sentences.partition_point(|sentence| sentence.end <= at);
        self.sentences.get(here).cloned().unwrap_or(at..at)
    }

    /// The rows that stand before one in its sentence and the `count` sentences before it, as long as no line ends between.
    fn nearby(&self, at: usize, count: usize) -> Range<usize> {
        let here = self.sentences.partition_point(|sentence| sentence.end <= at);
        let mut first = self.sentences.get(here).map_or(at, |sentence| sentence.start);
        for sentence in self.sentences.get(here.saturating_sub(count)..here).unwrap_or_default().iter().rev() {
            if sentence.end != first || self.breaks(first - 1, first) {
                break;
            }
            first = sentence.start;
        }
        first..at
    }

    /// Whether a line ends between two sentences.
    fn breaks(&self, from: usize, to: usize) -> bool {
        let ends = self.rows.get(from).zip(self.rows.get(to)).map(|(from, to)| from.evidence.end..to.evidence.start);
        ends.and_then(|range: Span| self.document.get(range)).is_none_or(|between| between.contains('\n'))
    }

    /// The row's value as far as its digits tell it.
    fn interval(&self, at: usize, reach: Reach) -> Option<Interval> {
        stated::interval(self.rows.get(at)?, reach)
    }

    fn written(&self, at: usize) -> &'a str {
        self.rows.get(at).map_or("", |row| row.value_text.as_str())
    }

    fn finding(&self, claim: &Claim) -> Option<Finding> {
        let last = self.rows.get(*claim.rows.last()?)?;
        let first = self.rows.get(*claim.rows.first()?)?;
        let mut message = claim.message.clone();
        if first.evidence != last.evidence {
            let other: String = self.document.get(first.evidence.clone())?.chars().filter(|c| !c.is_whitespace()).collect();
            let short: String = other.chars().take(24).collect();
            let rest = if other.chars().count() > 24 { "…" } else { "" };
            message = format!("{message}; the other sentence: 「{short}{rest}」");
        }
        Some(Finding {
            kind: FindingKind::Contradiction,
            message,
            span: last.span.clone(),
            evidence: last.evidence.clone(),
            page: last.page,
            related: claim.rows.clone(),
        })
    }
}

/// Whether two rows speak of the same place, time and entity.
fn is_same_scene(one: &Observation, other: &Observation) -> bool {
    one.area == other.area
        && one.period.end == other.period.end
        && (one.period.start == other.period.start || one.period.start.is_none() || other.period.start.is_none())
        && (one.revision == other.revision || one.revision.is_none() || other.revision.is_none())
}

/// A label without the words that do not change what it names.
fn stem(label: &str) -> String {
    label.replace(['的', '总', '（', '）'], "")
}

/// Whether a row's name is the given one.
fn is_named(row: &Observation, name: &str) -> bool {
    let name = stem(name);
    !name.is_empty() && [&row.indicator, &row.indicator_text].into_iter().any(|own| stem(own) == name)
}

/// One hundred, as shares and growth count.
const HUNDRED: Decimal = Decimal::ONE_HUNDRED;

#[cfg(test)]
mod tests;
