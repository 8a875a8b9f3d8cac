//! What has been seen, and which runs there were: one SQLite file that any operator can read.
//!
//! It is told after the tables are committed, so it never promises rows that are not there. It is a memory, not a
//! source: lost, it is rebuilt from the current snapshot. Whether a document is to be read again is decided elsewhere.

mod runs;
mod schema;
mod ticks;

use std::path::{Path, PathBuf};

use chrono::{DateTime, Utc};
use gongbao_tables::{DocumentStatus, RunRow};
use rusqlite::{Connection, OptionalExtension, Row, Transaction, TransactionBehavior, params};

use crate::write::KnownDocument;

pub use ticks::{Tick, TickState};

/// Name of the ledger in the output folder.
pub const LEDGER: &str = "ledger.sqlite";

/// Why the ledger could not be asked or told.
#[derive(Debug, thiserror::Error)]
pub enum LedgerError {
    /// The file cannot be opened as a ledger.
    #[error("cannot open {path}")]
    Open {
        /// The file.
        path: PathBuf,
        /// Why not.
        source: rusqlite::Error,
    },
    /// The file was made by a later version of this program.
    #[error("{path}: ledger format {found}, this program knows {}", schema::FORMAT)]
    Format {
        /// The file.
        path: PathBuf,
        /// Its format.
        found: i64,
    },
    /// A question or an entry failed.
    #[error("cannot {action}")]
    Sql {
        /// What was tried.
        action: &'static str,
        /// Why not.
        source: rusqlite::Error,
    },
}

/// What is known of one document: of its latest content only.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// Name of the source.
    pub source: String,
    /// Path relative to the source's root, or URL.
    pub path: String,
    /// Hex of BLAKE3-256 over the bytes as fetched.
    pub content_hash: Option<String>,
    /// Id in the tables.
    pub document_id: String,
    /// What became of it.
    pub status: DocumentStatus,
    /// Why it was quarantined.
    pub error: Option<String>,
    /// `document_id` with the same content.
    pub duplicate_of: Option<String>,
    /// Hash of its manifest line and of the configuration that bears on it. `None` after a rebuild: unknown, to be taken as unchanged.
    pub context_hash: Option<String>,
    /// Version of the rules.
    pub extractor_version: String,
    /// Version of the word lists.
    pub lexicon_version: String,
    /// Bytes as fetched.
    pub bytes: u64,
    /// When the file was changed last, to the microsecond: for people, never for deciding.
    pub modified: Option<DateTime<Utc>>,
    /// Run that took it in.
    pub run_id: String,
}

impl From<KnownDocument> for Entry {
    fn from(known: KnownDocument) -> Self {
        Self {
            source: known.source,
            path: known.path,
            content_hash: known.content_hash,
            document_id: known.document_id,
            status: known.status,
            error: known.error,
            duplicate_of: known.duplicate_of,
            context_hash: None,
            extractor_version: known.extractor_version,
            lexicon_version: known.lexicon_version,
            bytes: known.bytes,
            modified: None,
            run_id: known.run_id,
        }
    }
}

/// The memory of an output folder.
#[derive(Debug)]
pub struct Ledger {
    connection: Connection,
}

impl Ledger {
    /// Opens the ledger of an output folder, and makes it when it is missing.
    ///
    /// - Errors: `Open`; `Format` when a later version made it.
    pub fn open(output: &Path) -> Result<Self, LedgerError> {
        let path = output.join(LEDGER);
        Ok(Self { connection: schema::open(&path)? })
    }

    /// True when it knows no document and no run: it was just made, and is to be rebuilt when there is a snapshot.
    pub fn is_empty(&self) -> Result<bool, LedgerError> {
        let sql = "SELECT NOT EXISTS (SELECT 1 FROM entries) AND NOT EXISTS (SELECT 1 FROM runs)";
        self.connection.query_row(sql, [], |row| row.get(0)).map_err(failed("count entries"))
    }

    /// What is known of the document at a place.
    pub fn entry(&self, source: &str, path: &str) -> Result<Option<Entry>, LedgerError> {
        let sql = format!("SELECT {COLUMNS} FROM entries WHERE source = ?1 AND path = ?2");
        let found = self.connection.prepare(&sql).and_then(|mut statement| statement.query_row([source, path], entry).optional());
        found.map_err(failed("read an entry"))
    }

    /// What is known of all documents of a source, by path.
    pub fn entries(&self, source: &str) -> Result<Vec<Entry>, LedgerError> {
        self.select("WHERE source = ?1 ORDER BY path", source)
    }

    /// All documents with this content, the one that was read before its duplicates.
    pub fn by_content_hash(&self, content_hash: &str) -> Result<Vec<Entry>, LedgerError> {
        self.select("WHERE content_hash = ?1 ORDER BY duplicate_of IS NOT NULL, source, path", content_hash)
    }

    /// The documents that were not read because this one has their content, by source and path.
    pub fn duplicates_of(&self, document_id: &str) -> Result<Vec<Entry>, LedgerError> {
        self.select("WHERE duplicate_of = ?1 ORDER BY source, path", document_id)
    }

    /// Remembers a run with all that it took in and all that went, in one transaction.
    ///
    /// Called after the commit of the tables, with `snapshot` filled in when there was one; called again with the same
    /// run, it changes nothing.
    ///
    /// - Shape: the run; entries, each replacing the one at its place; places (source and path) that are gone.
    /// - Errors: `Sql`; nothing is remembered then.
    pub fn record(&mut self, run: &RunRow, entries: &[Entry], removed: &[(String, String)]) -> Result<(), LedgerError> {
        let told = self.transact(|transaction| {
            runs::insert(transaction, run)?;
            let mut delete = transaction.prepare("DELETE FROM entries WHERE source = ?1 AND path = ?2")?;
            for (source, path) in removed {
                delete.execute([source, path])?;
            }
            insert(transaction, entries)
        });
        told.map_err(failed("record a run"))
    }

    /// Forgets everything, then remembers what a snapshot tells: its documents and the runs before it.
    ///
    /// - Shape: what `write::read_known_documents` and `write::read_runs` gave.
    /// - Errors: `Sql`; nothing is forgotten then.
    pub fn rebuild(&mut self, known: Vec<KnownDocument>, runs: &[RunRow]) -> Result<(), LedgerError> {
        let entries: Vec<_> = known.into_iter().map(Entry::from).collect();
        let told = self.transact(|transaction| {
            transaction.execute_batch("DELETE FROM entries; DELETE FROM runs;")?;
            runs.iter().try_for_each(|run| runs::insert(transaction, run))?;
            insert(transaction, &entries)
        });
        told.map_err(failed("rebuild the ledger"))
    }

    /// The latest runs, newest first, also those that changed nothing or failed.
    pub fn runs(&self, limit: usize) -> Result<Vec<RunRow>, LedgerError> {
        let limit = i64::try_from(limit).unwrap_or(i64::MAX);
        runs::select(&self.connection, "ORDER BY started_at DESC, run_id DESC LIMIT ?1", params![limit]).map_err(failed("read runs"))
    }

    /// The runs that committed a snapshot, oldest first.
    pub fn committed_runs(&self) -> Result<Vec<RunRow>, LedgerError> {
        runs::select(&self.connection, "WHERE snapshot IS NOT NULL ORDER BY started_at, run_id", params![]).map_err(failed("read runs"))
    }

    /// True when a run was recorded. If it does not know the run in the current manifest, a run died after its commit: rebuild.
    pub fn has_run(&self, run_id: &str) -> Result<bool, LedgerError> {
        let sql = "SELECT EXISTS (SELECT 1 FROM runs WHERE run_id = ?1)";
        self.connection.query_row(sql, [run_id], |row| row.get(0)).map_err(failed("read runs"))
    }

    fn select(&self, which: &str, key: &str) -> Result<Vec<Entry>, LedgerError> {
        let sql = format!("SELECT {COLUMNS} FROM entries {which}");
        let read = || self.connection.prepare(&sql)?.query_map([key], entry)?.collect::<Result<Vec<_>, _>>();
        read().map_err(failed("read entries"))
    }

    fn transact(&mut self, body: impl FnOnce(&Transaction<'_>) -> rusqlite::Result<()>) -> rusqlite::Result<()> {
        let transaction = self.connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
        body(&transaction)?;
        transaction.commit()
    }
}

const COLUMNS: &str = "source, path, content_hash, document_id, status, error, duplicate_of, context_hash, extractor_version, \
                       lexicon_version, bytes, modified, run_id";

fn insert(transaction: &Transaction<'_>, entries: &[Entry]) -> rusqlite::Result<()> {
    let sql = format!("INSERT OR REPLACE INTO entries ({COLUMNS}) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13)");
    let mut statement = transaction.prepare(&sql)?;
    for entry in entries {
        statement.execute(params![
            entry.source,
            entry.path,
            entry.content_hash,
            entry.document_id,
            entry.status.as_str(),
            entry.error,
            entry.duplicate_of,
            entry.context_hash,
            entry.extractor_version,
            entry.lexicon_version,
            schema::from_count(entry.bytes),
            entry.modified.map(|time| time.timestamp_micros()),
            entry.run_id,
        ])?;
    }
    Ok(())
}

fn entry(row: &Row<'_>) -> rusqlite::Result<Entry> {
    Ok(Entry {
        source: row.get("source")?,
        path: row.get("path")?,
        content_hash: row.get("content_hash")?,
        document_id: row.get("document_id")?,
        status: schema::word(row, "status", DocumentStatus::parse)?,
        error: row.get("error")?,
        duplicate_of: row.get("duplicate_of")?,
        context_hash: row.get("context_hash")?,
        extractor_version: row.get("extractor_version")?,
        lexicon_version: row.get("lexicon_version")?,
        bytes: schema::count(row, "bytes")?,
        modified: schema::time(row, "modified")?,
        run_id: row.get("run_id")?,
    })
}

fn failed(action: &'static str) -> impl FnOnce(rusqlite::Error) -> LedgerError {
    move |source| LedgerError::Sql { action, source }
}

#[cfg(test)]
mod tests;
