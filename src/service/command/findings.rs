//! `findings`: what was not understood, most frequent first: the list from which the word lists grow.

use super::{CommandError, Surroundings, marks, rows, table};
use crate::cli::FindingsArgs;
use crate::config::LogLevel;
use crate::exit::Exit;
use crate::observe::{chain, counted};
use gongbao_core::lexicon::Lexicon;
use gongbao_core::model::{FindingKind, Span};
use gongbao_tables::Table;
use serde_json::{Value, json};
use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

/// Phrases that a person sees unless told otherwise.
const PHRASES: usize = 20;

/// Characters of the sentence that belong to a phrase, on each side of the wording.
const BESIDE: usize = 2;

/// Characters of the sentence that are shown, on each side of the wording.
const AROUND: usize = 8;

/// Rows of indicators are no findings, but carry this flag where the catalogue lacks the indicator.
const UNKNOWN_INDICATOR: &str = FindingKind::UnknownIndicator.as_str();

/// Prints the phrases of the newest tables, or of documents, with how often each occurs.
pub(super) fn findings(args: &FindingsArgs, around: &mut Surroundings<'_>) -> Result<Exit, CommandError> {
    let kinds = || FindingKind::ALL.iter().map(|kind| kind.as_str());
    if let Some(kind) = args.kind.as_deref().filter(|told| !kinds().any(|kind| kind == *told)) {
        let names = kinds().collect::<Vec<_>>().join(", ");
        return Err(CommandError::Usage(format!("no kind is named {kind}; there are {names}")));
    }
    around.start_logs(None, LogLevel::Warn);
    let mut ranking = Ranking { kind: args.kind.as_deref(), groups: BTreeMap::new() };
    let mut exit = Exit::Ok;
    if args.paths.is_empty() {
        of_snapshot(&around.snapshot(&args.out)?, &mut ranking)?;
    } else {
        let config = around.config_if_any()?;
        exit = of_documents(&args.paths, &around.lexicon(config.as_ref())?, &mut ranking)?;
    }
    let limit = args.limit.unwrap_or(if args.json { usize::MAX } else { PHRASES });
    let ranked = ranking.ranked();
    if args.json {
        for ((kind, phrase), group) in ranked.iter().take(limit) {
            let row = json!({
                "count": group.count, "documents": group.documents.len(), "kind": kind, "phrase": phrase, "text": group.example.wording,
                "evidence": group.example.sentence, "path": group.example.path,
            });
            writeln!(around.out, "{row}")?;
        }
        return Ok(exit);
    }
    let names = ["count", "documents", "kind", "phrase", "example", "document"];
    let cells = ranked.iter().take(limit).map(|((kind, phrase), group)| {
        let Example { path, sentence, wording, .. } = &group.example;
        let example = table::excerpt(sentence, wording, AROUND);
        vec![group.count.to_string(), group.documents.len().to_string(), (*kind).clone(), (*phrase).clone(), example, path.clone()]
    });
    table::print(&names.map(str::to_owned), &cells.collect::<Vec<_>>(), around.out)?;
    if ranked.len() > limit {
        writeln!(around.out, "… {limit} of {}; --limit shows more, --json all", counted(ranked.len(), "phrase"))?;
    }
    for (kind, (count, phrases)) in ranking.totals() {
        writeln!(around.out, "{kind:<18} {count} in {}", counted(phrases, "phrase"))?;
    }
    Ok(exit)
}

/// What is asked for, by kind and phrase.
struct Ranking<'a> {
    kind: Option<&'a str>,
    groups: BTreeMap<(String, String), Group>,
}

/// What has one kind and phrase.
struct Group {
    count: usize,
    documents: BTreeSet<String>,
    example: Example,
}

/// Where a phrase occurs. The least is shown, so that the order in which documents are read does not matter.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
struct Example {
    path: String,
    start: usize,
    sentence: String,
    wording: String,
}

impl Ranking<'_> {
    fn wants(&self, kind: &str) -> bool {
        self.kind.is_none_or(|wanted| wanted == kind)
    }

    fn add(&mut self, kind: &str, phrase: String, example: Example) {
        if !self.wants(kind) {
            return;
        }
        let path = example.path.clone();
        match self.groups.entry((kind.to_owned(), phrase)) {
            std::collections::btree_map::Entry::Vacant(entry) => {
                entry.insert(Group { count: 1, documents: BTreeSet::from([path]), example });
            }
            std::collections::btree_map::Entry::Occupied(mut entry) => {
                let group = entry.get_mut();
                group.count += 1;
                group.documents.insert(path);
                if example < group.example {
                    group.example = example;
                }
            }
        }
    }

    /// The most frequent first; of those the ones that stand in more documents.
    fn ranked(&self) -> Vec<(&(String, String), &Group)> {
        let mut ranked: Vec<_> = self.groups.iter().collect();
        ranked.sort_by_key(|(_, group)| Reverse((group.count, group.documents.len())));
        ranked
    }

    /// How often each kind occurs, and in how many phrases.
    fn totals(&self) -> BTreeMap<&str, (usize, usize)> {
        let mut totals: BTreeMap<&str, (usize, usize)> = BTreeMap::new();
        for ((kind, _), group) in &self.groups {
            let (count, phrases) = totals.entry(kind).or_default();
            *count += group.count;
            *phrases += 1;
        }
        totals
    }
}

/// Reads the documents below the paths.
fn of_documents(paths: &[PathBuf], lexicon: &Lexicon, ranking: &mut Ranking<'_>) -> Result<Exit, CommandError> {
    if let Some(missing) = paths.iter().find(|path| std::fs::symlink_metadata(path).is_err()) {
        return Err(CommandError::Usage(format!("{}: no such file or folder", missing.display())));
    }
    let mut exit = Exit::Ok;
    for document in marks::read_all(paths, None, lexicon)? {
        match document {
            Ok(read) => of_reading(&read, ranking),
            Err(error) => {
                tracing::warn!("{}", chain(&error));
                exit = Exit::Quarantined;
            }
        }
    }
    Ok(exit)
}

fn of_reading(read: &marks::Read, ranking: &mut Ranking<'_>) {
    let cut = |span: &Span| read.text.get(span.clone()).unwrap_or_default().to_owned();
    let example = |start, evidence, wording| Example { path: read.path.clone(), start, sentence: cut(evidence), wording };
    for finding in &read.reading.findings {
        let phrase = phrase(&read.text, &finding.span);
        ranking.add(finding.kind.as_str(), phrase, example(finding.span.start, &finding.evidence, cut(&finding.span)));
    }
    for row in read.reading.observations.iter().filter(|row| row.flags.contains(&UNKNOWN_INDICATOR)) {
        ranking.add(UNKNOWN_INDICATOR, normalised(&row.indicator), {
            let sentence = cut(&row.evidence);
            let wording = first_in(&sentence, [&row.indicator, &row.indicator_text, &row.value_text]);
            Example { path: read.path.clone(), start: row.span.start, sentence, wording }
        });
    }
}

/// Reads the tables. A phrase is cut from the text of its document, so texts pass by one after another and are not kept.
fn of_snapshot(snapshot: &Path, ranking: &mut Ranking<'_>) -> Result<(), CommandError> {
    let mut told: BTreeMap<String, Vec<Told>> = BTreeMap::new();
    let columns = ["document_id", "char_start", "char_end", "evidence", "kind", "text"];
    rows::for_each(snapshot, Table::Findings, &columns, &mut |row| {
        if let [document, start, end, evidence, kind, wording] = row.as_slice() {
            let told_here =
                Told { kind: text(kind), chars: place(start)..place(end), sentence: text(evidence), wording: text(wording), phrase: None };
            told.entry(text(document)).or_default().push(told_here);
        }
    })?;
    let columns = ["document_id", "char_start", "char_end", "evidence", "indicator", "indicator_text", "value_text", "flags"];
    let is_wanted = ranking.wants(UNKNOWN_INDICATOR);
    rows::for_each(snapshot, Table::Indicators, &columns, &mut |row| {
        if let [document, start, end, evidence, indicator, written, value, Value::Array(flags)] = row.as_slice()
            && is_wanted
            && flags.iter().any(|flag| flag == UNKNOWN_INDICATOR)
        {
            let (sentence, label) = (text(evidence), text(indicator));
            let (phrase, wording) = (Some(normalised(&label)), first_in(&sentence, [&label, &text(written), &text(value)]));
            let kind = UNKNOWN_INDICATOR.to_owned();
            let told_here = Told { kind, chars: place(start)..place(end), sentence, wording, phrase };
            told.entry(text(document)).or_default().push(told_here);
        }
    })?;
    rows::for_each(snapshot, Table::Documents, &["document_id", "path", "text"], &mut |row| {
        let [document, path, whole] = row.as_slice() else { return };
        let Some(told) = told.remove(&text(document)) else { return };
        let whole = text(whole);
        let starts: Vec<usize> = whole.char_indices().map(|(at, _)| at).collect();
        let byte = |character: usize| starts.get(character).copied().unwrap_or(whole.len());
        for Told { kind, chars, sentence, wording, phrase: known } in told {
            let span = byte(chars.start)..byte(chars.end);
            let phrase = known.unwrap_or_else(|| phrase(&whole, &span));
            ranking.add(&kind, phrase, Example { path: text(path), start: span.start, sentence, wording });
        }
    })
}

/// A row that tells of something not understood.
struct Told {
    kind: String,
    chars: std::ops::Range<usize>,
    sentence: String,
    wording: String,
    /// None where it is to be cut from the document.
    phrase: Option<String>,
}

/// The first of the wordings that stands in the sentence: the name of an indicator may be put together from several places.
fn first_in(sentence: &str, wordings: [&str; 3]) -> String {
    wordings.into_iter().find(|wording| sentence.contains(wording)).unwrap_or_default().to_owned()
}

fn text(cell: &Value) -> String {
    cell.as_str().unwrap_or_default().to_owned()
}

fn place(cell: &Value) -> usize {
    cell.as_u64().and_then(|at| usize::try_from(at).ok()).unwrap_or_default()
}

/// The wording in 「」 with the characters beside it, as far as no punctuation comes between.
fn phrase(text: &str, span: &Span) -> String {
    let is_word = |c: &char| c.is_alphanumeric();
    let (before, after) = (text.get(..span.start).unwrap_or_default(), text.get(span.end..).unwrap_or_default());
    let reversed: Vec<char> = before.chars().rev().take_while(is_word).take(BESIDE).collect();
    let before: String = reversed.into_iter().rev().collect();
    let after: String = after.chars().take_while(is_word).take(BESIDE).collect();
    format!("{}「{}」{}", normalised(&before), normalised(text.get(span.clone()).unwrap_or_default()), normalised(&after))
}

/// The text with `#` for every number.
fn normalised(text: &str) -> String {
    let is_digit = |c: char| c.is_ascii_digit() || ('０'..='９').contains(&c);
    let mut written = String::new();
    let mut rest = text.chars();
    while let Some(c) = rest.next() {
        if !is_digit(c) {
            written.push(if c.is_control() { ' ' } else { c });
            continue;
        }
        written.push('#');
        loop {
            let mut ahead = rest.clone();
            let goes_on = match ahead.next() {
                Some('.' | ',' | '．') => ahead.next().is_some_and(is_digit),
                next => next.is_some_and(is_digit),
            };
            if !goes_on {
                break;
            }
            rest = ahead;
        }
    }
    written
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_alike_in_phrases() {
        let written = ["1.7万", "3,664亿元", "１２．５％", "第5位", "5.", "三成", "9、10个"].map(normalised);
        assert_eq!(written, ["#万", "#亿元", "#％", "第#位", "#.", "三成", "#、#个"]);
    }

    #[test]
    fn a_phrase_has_its_neighbours_up_to_the_next_mark() {
        let text = "建成，新增智能算力1.7万P。另有3个";
        let check = |wording: &str, expected: &str| {
            let start = text.find(wording).unwrap();
            assert_eq!(phrase(text, &(start..start + wording.len())), expected);
        };
        check("1.7万", "算力「#万」P");
        check("3个", "另有「#个」");
        check("建成", "「建成」");
    }

    #[test]
    fn the_frequent_come_first_and_their_example_does_not_hang_on_the_order() {
        let example = |path: &str| Example { path: path.to_owned(), start: 0, sentence: String::new(), wording: String::new() };
        let mut ranking = Ranking { kind: None, groups: BTreeMap::new() };
        for (kind, phrase, path) in [("masked", "a", "a.txt"), ("unread_quantity", "b", "c.txt"), ("unread_quantity", "b", "b.txt")] {
            ranking.add(kind, phrase.to_owned(), example(path));
        }
        let ranked: Vec<_> =
            ranking.ranked().into_iter().map(|((_, phrase), group)| (phrase.as_str(), group.count, group.example.path.as_str())).collect();
        assert_eq!(ranked, [("b", 2, "b.txt"), ("a", 1, "a.txt")]);
        assert_eq!(ranking.totals(), BTreeMap::from([("masked", (1, 1)), ("unread_quantity", (2, 1))]));
        let mut masked = Ranking { kind: Some("masked"), groups: BTreeMap::new() };
        masked.add("unread_quantity", String::new(), example("a.txt"));
        assert!(masked.groups.is_empty());
    }
}
