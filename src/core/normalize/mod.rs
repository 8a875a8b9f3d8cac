//! Gives wording its meaning: codes, periods, areas, multipliers.

pub(crate) mod area;
mod confidence;
mod investment;
mod observation;
pub(crate) mod period;
mod reconcile;
mod scope;
mod when;

use crate::{
    extract::Extracted,
    lexicon::Lexicon,
    model::{Document, Finding, FindingKind, PublishedBasis, Reading, Span},
    text::Prepared,
};
use scope::Scope;
use std::{collections::BTreeMap, ops::Range};

/// Turns what was found into rows.
#[must_use]
pub fn normalize(prepared: &Prepared, document: &Document, extracted: Extracted, lexicon: &Lexicon) -> Reading {
    let told = document.published.or_else(|| period::told_date(&prepared.text));
    let mut scope = Scope::new(prepared, document, told, lexicon);
    let mut reading = Reading {
        title: scope.title.clone(),
        published: told.and_then(crate::model::PartialDate::first_day),
        published_basis: match (document.published, told) {
            (Some(_), _) => PublishedBasis::Manifest,
            (None, Some(_)) => PublishedBasis::Text,
            (None, None) => PublishedBasis::Unknown,
        },
        area: scope.default_area.clone(),
        observations: Vec::new(),
        investments: Vec::new(),
        findings: Vec::new(),
    };
    let traditional = traditional(prepared, &document.text);
    for found in &extracted.sentences {
        let place = Place {
            document: &document.text,
            prepared,
            traditional: &traditional,
            found_at: found.range.clone(),
            page: prepared.blocks.get(found.block).and_then(|b| b.page),
        };
        let text = prepared.cut(found.range.clone());
        scope.enter(found, prepared);
        for (range, kind, message) in found
            .unread
            .iter()
            .map(|range| (range, FindingKind::UnreadQuantity, "a number with a unit whose subject was not found"))
            .chain(found.masked.iter().map(|range| (range, FindingKind::Masked, "digits are hidden or left to be filled in")))
        {
            reading.findings.push(Finding {
                kind,
                message: message.to_owned(),
                span: place.source(range),
                evidence: place.evidence(),
                page: place.page,
                related: Vec::new(),
            });
        }
        let first = reading.observations.len();
        observation::observe(found, text, &place, &mut scope, lexicon, &mut reading);
        investment::record(found, &place, first, &scope, lexicon, &mut reading);
    }
    reading.findings.sort_by_key(|finding| finding.span.start);
    reconcile::reconcile(&document.text, &mut reading);
    reading
}

/// The characters that a document writes otherwise than the uniform text: Traditional ones, by their Simplified form.
fn traditional(prepared: &Prepared, source: &str) -> BTreeMap<char, char> {
    let is_han = |c: char| matches!(c, '\u{3400}'..='\u{9fff}');
    let mut found = BTreeMap::new();
    for (at, c) in prepared.text.char_indices().filter(|(_, c)| is_han(*c)) {
        let span = prepared.source(&(at..at + c.len_utf8()));
        if let Some(written) = source.get(span).and_then(|text| text.chars().next()).filter(|written| is_han(*written) && *written != c) {
            found.entry(c).or_insert(written);
        }
    }
    found
}

/// Where a sentence lies.
struct Place<'a> {
    document: &'a str,
    prepared: &'a Prepared,
    /// The Traditional character that the document has for a Simplified one of the uniform text.
    traditional: &'a BTreeMap<char, char>,
    found_at: Range<usize>,
    page: Option<u32>,
}

impl Place<'_> {
    /// The source's span for a range that counts from the sentence's start.
    fn source(&self, range: &Range<usize>) -> Span {
        self.prepared.source(&(self.found_at.start + range.start..self.found_at.start + range.end))
    }

    /// The characters of the source for a range that counts from the sentence's start, blanks left out.
    fn written(&self, range: &Range<usize>) -> String {
        self.document.get(self.source(range)).unwrap_or_default().chars().filter(|c| !c.is_whitespace()).collect()
    }

    /// A phrase with the characters that the document has: Traditional where it is.
    fn as_written(&self, phrase: &str) -> String {
        if self.traditional.is_empty() {
            return phrase.to_owned();
        }
        phrase.chars().map(|c| self.traditional.get(&c).copied().unwrap_or(c)).collect()
    }

    fn evidence(&self) -> Span {
        self.prepared.source(&self.found_at)
    }
}
