//! The door by which data leave: tables as immutable files, one consistent state after another.
//!
//! [`commit`] makes the next snapshot from the one before and what a run changed, and makes it current by one rename.
//! Which documents are new, and what is in them, is settled before; who ran when is the ledger's.

mod backup;
mod commit;
mod contexts;
mod disk;
mod error;
pub(crate) mod fail;
mod known;
mod lock;
mod manifest;
mod object;
mod plan;
mod retention;
mod run_record;
mod series;
mod snapshot;
mod table_file;
mod takedown;
#[cfg(test)]
pub(crate) mod testing;
#[cfg(test)]
mod tests;
mod verify;

use std::collections::BTreeMap;
use std::path::PathBuf;

use gongbao_tables::{DocumentRow, RunRow};

pub use backup::{BackupError, back_up, restore};
pub use commit::commit;
pub use error::WriteError;
pub use known::{KnownDocument, read_known_documents, read_runs};
pub use lock::{LockHolder, RunLock, lock, lock_holder};
pub use manifest::{FileEntry, Manifest, TableEntry};
pub use object::{object_path, store_object};
pub use run_record::RunRecord;
pub use snapshot::{repair_current, resolve_current};
pub use takedown::{Takedown, Takedowns, kept_documents, take_down};
pub use verify::{Damage, verify};

/// What a run changes in the tables.
#[derive(Debug, Clone)]
pub struct Changes {
    /// Documents that are new or read anew; each supersedes the rows at its key (source and path). Of two with one key the later counts.
    pub upserts: Vec<DocumentRow>,
    /// Keys (source and path) whose rows go; keys that the tables lack are passed over.
    pub removed_keys: Vec<(String, String)>,
    /// The run; its `finished_at` is the time of the snapshot.
    pub run: RunRow,
    /// The committed runs before this one, as `Ledger::committed_runs` tells them.
    pub previous_runs: Vec<RunRow>,
    /// What is known of documents beside their text, by document id: a hash each. Documents left out keep what the snapshot before tells.
    pub contexts: BTreeMap<String, String>,
}

/// How snapshots are made and how long they stay.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WriteSettings {
    /// So many newest snapshots stay, the current one among them.
    pub retain_snapshots: usize,
    /// So many hours a snapshot stays after it was replaced.
    pub retain_hours: u64,
    /// Version of the rules, told in every file's metadata.
    pub extractor_version: String,
    /// Version of the word lists, told in every file's metadata.
    pub lexicon_version: String,
}

impl Default for WriteSettings {
    fn default() -> Self {
        Self { retain_snapshots: 10, retain_hours: 24, extractor_version: gongbao_core::EXTRACTOR_VERSION.to_owned(), lexicon_version: String::new() }
    }
}

/// A snapshot that became current.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Committed {
    /// Its name (`000042`).
    pub snapshot: String,
    /// Its folder.
    pub path: PathBuf,
    /// What it holds.
    pub manifest: Manifest,
}
