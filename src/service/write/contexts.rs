//! `contexts.tsv`: of each document of a snapshot, the hash of what was told of it beside its text.
//!
//! A ledger that is repaired from the snapshot so knows whether a line of a source's manifest has changed since.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use super::manifest::{FileEntry, Manifest};
use super::{WriteError, disk};

/// Name of the file in its snapshot.
pub(super) const CONTEXTS: &str = "contexts.tsv";

/// Context hash by document id.
pub(super) type Contexts = BTreeMap<String, String>;

/// Writes the file and flushes it.
pub(super) fn write(contexts: &Contexts, snapshot: &Path) -> Result<FileEntry, WriteError> {
    let lines: String = contexts.iter().map(|(document, context)| format!("{document}\t{context}\n")).collect();
    disk::write(&snapshot.join(CONTEXTS), lines.as_bytes())?;
    let (rows, bytes) = (disk::count(contexts.len()), disk::count(lines.len()));
    Ok(FileEntry { name: CONTEXTS.to_owned(), rows, bytes, blake3: gongbao_tables::content_hash(lines.as_bytes()) })
}

/// Reads the file. Snapshots of earlier versions have none: then nothing is known, as when it is damaged.
pub(super) fn read(snapshot: &Path, manifest: &Manifest) -> Contexts {
    let Some(file) = &manifest.contexts else { return Contexts::new() };
    let text = fs::read(snapshot.join(CONTEXTS)).ok().filter(|bytes| gongbao_tables::content_hash(bytes) == file.blake3);
    let Some(text) = text.and_then(|bytes| String::from_utf8(bytes).ok()) else {
        tracing::warn!("{CONTEXTS} of the snapshot is damaged: changed lines of manifests may go unnoticed once");
        return Contexts::new();
    };
    text.lines().filter_map(|line| line.split_once('\t')).map(|(document, context)| (document.to_owned(), context.to_owned())).collect()
}
