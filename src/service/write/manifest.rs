//! `manifest.json`: what a snapshot holds.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use gongbao_tables::{RunOutcome, RunRow, SCHEMA_VERSION, Table, Trigger};
use serde::{Deserialize, Serialize};

use super::WriteError;
use super::run_record::RunRecord;

/// Name of the manifest in its snapshot.
pub(super) const MANIFEST: &str = "manifest.json";

/// What a snapshot holds and where it comes from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Manifest {
    /// Name of the snapshot (`000042`).
    pub snapshot: String,
    /// Name of the snapshot before.
    pub parent: Option<String>,
    /// Version of the columns.
    pub schema_version: String,
    /// Run that made it.
    pub run_id: String,
    /// End of that run, RFC 3339 in UTC.
    pub created_at: String,
    /// Version of the rules at that run.
    pub extractor_version: String,
    /// Version of the word lists at that run.
    pub lexicon_version: String,
    /// That run with all that the ledger is told of it. Manifests of earlier versions lack it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub run: Option<RunRecord>,
    /// The file that holds the documents' context hashes. Manifests of earlier versions lack it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub contexts: Option<FileEntry>,
    /// The tables by name.
    pub tables: BTreeMap<String, TableEntry>,
}

/// One table of a snapshot.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct TableEntry {
    /// Rows of all files.
    pub rows: u64,
    /// Bytes of all files.
    pub bytes: u64,
    /// The files by name.
    pub files: Vec<FileEntry>,
}

/// One file of a table.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct FileEntry {
    /// Name in the table's folder.
    pub name: String,
    /// Rows.
    pub rows: u64,
    /// Bytes.
    pub bytes: u64,
    /// Hex of BLAKE3-256 over the file.
    pub blake3: String,
}

impl FileEntry {
    /// What stands before the first `-` of the name: a year, or a group of areas.
    pub(super) fn prefix(&self) -> &str {
        self.name.split('-').next().unwrap_or_default()
    }
}

impl TableEntry {
    /// Sums up the files of a table.
    pub(super) fn of(mut files: Vec<FileEntry>) -> Self {
        files.sort();
        Self { rows: files.iter().map(|file| file.rows).sum(), bytes: files.iter().map(|file| file.bytes).sum(), files }
    }
}

impl Manifest {
    /// Reads the manifest of a snapshot.
    ///
    /// - Errors: `Io`, `Manifest`, and `SchemaVersion` when the tables have another major version than this program's.
    pub fn read(snapshot: &Path) -> Result<Self, WriteError> {
        let path = snapshot.join(MANIFEST);
        let bytes = fs::read(&path).map_err(WriteError::io("read", &path))?;
        let manifest: Self = serde_json::from_slice(&bytes).map_err(|source| WriteError::Manifest { path, source })?;
        let major = |version: &str| version.split('.').next().map(str::to_owned);
        if major(&manifest.schema_version) == major(SCHEMA_VERSION) {
            Ok(manifest)
        } else {
            Err(WriteError::SchemaVersion { path: snapshot.to_owned(), found: manifest.schema_version })
        }
    }

    /// The run that made the snapshot. Of a manifest that tells only its id, a row with what else can be told.
    ///
    /// - Errors: `Word`.
    pub(super) fn run(&self, snapshot: &Path) -> Result<RunRow, WriteError> {
        let unknown = |word| WriteError::Word { path: snapshot.join(MANIFEST), word };
        if let Some(run) = &self.run {
            return run.row().map_err(unknown);
        }
        let rows = |table: Table| self.tables.get(table.name()).map_or(0, |entry| entry.rows);
        let told = RunRecord {
            run_id: self.run_id.clone(),
            trigger: Trigger::Manual.as_str().to_owned(),
            started_at: self.created_at.clone(),
            finished_at: self.created_at.clone(),
            outcome: RunOutcome::Ok.as_str().to_owned(),
            documents_seen: rows(Table::Documents),
            snapshot: Some(self.snapshot.clone()),
            ..RunRecord::default()
        };
        told.row().map_err(unknown)
    }

    /// The files of one table.
    #[must_use]
    pub fn files(&self, table: Table) -> &[FileEntry] {
        self.tables.get(table.name()).map_or(&[], |entry| &entry.files)
    }
}
