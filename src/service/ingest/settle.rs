//! Decides what happens to each arrival: read it, call it a duplicate, or leave what the tables hold of it.

use super::{Arrival, Content};
use crate::ledger::Entry;
use gongbao_tables::{DocumentStatus, document_id};
use std::collections::BTreeMap;

/// What happens to an arrival.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Decision {
    /// The tables hold it already.
    Unchanged,
    /// Its rows are to be found, or its error is to be told.
    Read,
    /// The same content stands at another key: the `document_id` there.
    Duplicate(String),
}

/// The ledger's newest entry for each key, by source and path.
pub type Known = BTreeMap<(String, String), Entry>;

/// Decides for all arrivals, which are sorted by source and key, so that every run decides alike.
///
/// Of several keys with the same content one is read: the one that was read before, else one that `elsewhere` names
/// (content that stands in the tables under a key outside this run), else the first.
pub fn settle(arrivals: &[Arrival], known: &Known, elsewhere: &dyn Fn(&str) -> Option<String>) -> Vec<Decision> {
    let entry = |arrival: &Arrival| known.get(&(arrival.candidate.source.clone(), arrival.candidate.path.clone()));
    let mut read_at: BTreeMap<&str, (bool, String)> = BTreeMap::new();
    for arrival in arrivals {
        let Some(hash) = readable(arrival, entry(arrival)) else { continue };
        let was_read = entry(arrival).is_some_and(|e| is_read(e) && e.content_hash.as_deref() == Some(hash));
        let id = || document_id(&arrival.candidate.source, &arrival.candidate.path, Some(hash));
        match read_at.get(hash) {
            None => {
                let stands_elsewhere = if was_read { None } else { elsewhere(hash) };
                read_at.insert(hash, (was_read || stands_elsewhere.is_some(), stands_elsewhere.unwrap_or_else(id)));
            }
            Some((false, _)) if was_read => {
                read_at.insert(hash, (true, id()));
            }
            Some(_) => {}
        }
    }
    let decide = |arrival: &Arrival| {
        let known = entry(arrival).filter(|_| matches!(arrival.content, Content::Known));
        let original = readable(arrival, entry(arrival)).and_then(|hash| read_at.get(hash)).map(|(_, id)| id.clone());
        match (original, known) {
            (None, Some(_)) => Decision::Unchanged,
            (None, None) => Decision::Read,
            (Some(original), known) if original == arrival.document_id() => match known {
                Some(entry) if is_read(entry) => Decision::Unchanged,
                _ => Decision::Read,
            },
            (Some(original), Some(entry)) if entry.duplicate_of.as_ref() == Some(&original) => Decision::Unchanged,
            (Some(original), _) => Decision::Duplicate(original),
        }
    };
    arrivals.iter().map(decide).collect()
}

/// The content's hash, where the content is a text.
fn readable<'a>(arrival: &'a Arrival, entry: Option<&Entry>) -> Option<&'a str> {
    let is_text = match &arrival.content {
        Content::Text(_) => true,
        Content::Failed(_) => false,
        Content::Known => entry.is_some_and(|entry| entry.status != DocumentStatus::Quarantined),
    };
    arrival.content_hash.as_deref().filter(|_| is_text)
}

fn is_read(entry: &Entry) -> bool {
    matches!(entry.status, DocumentStatus::Ok | DocumentStatus::Empty)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ingest::{Candidate, Context};
    use gongbao_read::Text;

    fn arrival(path: &str, hash: &str, content: Content) -> Arrival {
        let candidate = Candidate {
            source: String::from("s"),
            path: path.to_owned(),
            file: path.into(),
            member: None,
            extension: String::from("txt"),
            context: Context::default(),
            unfetched: None,
        };
        Arrival { candidate, content_hash: Some(hash.to_owned()), bytes: 1, content }
    }

    fn text(path: &str, hash: &str) -> Arrival {
        arrival(path, hash, Content::Text(Text { text: hash.to_owned(), encoding: String::from("UTF-8"), ..Text::default() }))
    }

    fn known(path: &str, hash: &str, duplicate_of: Option<&str>) -> ((String, String), Entry) {
        let entry = Entry {
            source: String::from("s"),
            path: path.to_owned(),
            content_hash: Some(hash.to_owned()),
            document_id: document_id("s", path, Some(hash)),
            status: if duplicate_of.is_some() { DocumentStatus::Duplicate } else { DocumentStatus::Ok },
            error: None,
            duplicate_of: duplicate_of.map(|original| document_id("s", original, Some(hash))),
            context_hash: None,
            modified: None,
            extractor_version: String::new(),
            lexicon_version: String::new(),
            bytes: 1,
            run_id: String::new(),
        };
        ((String::from("s"), path.to_owned()), entry)
    }

    fn check(arrivals: &[Arrival], entries: Vec<((String, String), Entry)>, expected: &[Decision]) {
        assert_eq!(settle(arrivals, &entries.into_iter().collect(), &|_| None), expected);
    }

    fn duplicate_of(path: &str) -> Decision {
        Decision::Duplicate(document_id("s", path, Some("1")))
    }

    #[test]
    fn the_first_of_equal_contents_is_read() {
        check(&[text("a", "1"), text("b", "1"), text("c", "2")], vec![], &[Decision::Read, duplicate_of("a"), Decision::Read]);
    }

    #[test]
    fn what_was_read_before_stays_the_original() {
        let arrivals = [text("a", "1"), arrival("b", "1", Content::Known)];
        check(&arrivals, vec![known("b", "1", None)], &[duplicate_of("b"), Decision::Unchanged]);
    }

    #[test]
    fn a_duplicate_is_read_when_its_original_goes_or_changes() {
        let entries = || vec![known("a", "1", None), known("b", "1", Some("a"))];
        let b = || arrival("b", "1", Content::Known);
        check(&[arrival("a", "1", Content::Known), b()], entries(), &[Decision::Unchanged, Decision::Unchanged]);
        check(&[b()], entries(), &[Decision::Read]);
        check(&[text("a", "2"), b()], entries(), &[Decision::Read, Decision::Read]);
    }

    #[test]
    fn content_outside_this_run_counts() {
        let decisions = settle(&[text("a", "1")], &Known::new(), &|_| Some(String::from("other")));
        assert_eq!(decisions, [Decision::Duplicate(String::from("other"))]);
    }
}
