//! Ids: the same document and the same finding have the same id in every run and on every machine.

use std::collections::BTreeMap;

use gongbao_core::model::{Reading, Span};

use crate::chars::CharOffsets;

/// Id of a document: hex of BLAKE3-128 over its source, its path and the hash of its content.
///
/// A document whose bytes could not be had has no hash; its id is then that of its place.
#[must_use]
pub fn document_id(source: &str, path: &str, content_hash: Option<&str>) -> String {
    digest(&[source, path, content_hash.unwrap_or_default()])
}

/// Hash of a content: hex of BLAKE3-256 over the bytes as fetched.
#[must_use]
pub fn content_hash(bytes: &[u8]) -> String {
    blake3::hash(bytes).to_hex().to_string()
}

/// The ids of all that was read in one document, each in the order of the reading.
pub(crate) struct Ids {
    /// Of the observations.
    pub(crate) observations: Vec<String>,
    /// Of the investments.
    pub(crate) investments: Vec<String>,
    /// Of the findings.
    pub(crate) findings: Vec<String>,
}

impl Ids {
    /// Names the rows of one document.
    pub(crate) fn of(document_id: &str, reading: &Reading, offsets: &CharOffsets) -> Self {
        let mut namer = Namer { document_id, offsets, seen: BTreeMap::new() };
        let observations = reading.observations.iter();
        let investments = reading.investments.iter();
        let findings = reading.findings.iter();
        Self {
            observations: observations.map(|o| namer.name("observation", &o.span, &o.indicator_text, o.measure.as_str())).collect(),
            investments: investments.map(|i| namer.name("investment", &i.span, i.project.as_deref().unwrap_or_default(), i.event.as_str())).collect(),
            findings: findings.map(|f| namer.name("finding", &f.span, &f.message, f.kind.as_str())).collect(),
        }
    }
}

/// Gives ids, and tells rows apart that are equal in everything else by their order.
struct Namer<'a> {
    document_id: &'a str,
    offsets: &'a CharOffsets,
    seen: BTreeMap<String, usize>,
}

impl Namer<'_> {
    fn name(&mut self, table: &str, span: &Span, wording: &str, kind: &str) -> String {
        let start = self.offsets.at(span.start).to_string();
        let end = self.offsets.at(span.end).to_string();
        let parts = [table, self.document_id, &start, &end, wording, kind];
        let before = self.seen.entry(digest(&parts)).or_default();
        let ordinal = before.to_string();
        *before += 1;
        let [table, document, start, end, wording, kind] = parts;
        digest(&[table, document, start, end, wording, kind, &ordinal])
    }
}

/// Hex of BLAKE3-128; every part goes in with its length, so that no two lists of parts look alike.
fn digest(parts: &[&str]) -> String {
    let mut hasher = blake3::Hasher::new();
    for part in parts {
        hasher.update(part.len().to_string().as_bytes());
        hasher.update(b":");
        hasher.update(part.as_bytes());
    }
    hasher.finalize().to_hex().chars().take(32).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_do_not_change_between_versions() {
        assert_eq!(document_id("stats", "a.txt", Some("00")), "d9b1bb94c954a37cc70f960b36d545c8");
        assert_eq!(content_hash(b""), "af1349b9f5f9a1a6a0404dea36dcc9499bcb25c9adc112b7cc9a93cae41f3262");
    }

    #[test]
    fn parts_are_kept_apart() {
        assert_ne!(document_id("ab", "c", None), document_id("a", "bc", None));
    }
}
