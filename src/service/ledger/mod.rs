//! What has been seen, and which runs there were: one SQLite file that any operator can read.
//!
//! It is told after the tables are committed, so it never promises rows that are not there. It is a memory, not a
//! source: what it was not told, or lost, it learns from the current snapshot. Only a run that holds the lock of the
//! output folder writes it. Whether a document is to be read again is decided elsewhere.

mod copy;
mod fetches;
mod runs;
mod schema;
mod ticks;
mod totals;

use std::collections::BTreeSet;
use std::io;
use std::path::{Path, PathBuf};

use chrono::{DateTime, Utc};
use gongbao_tables::{DocumentStatus, RunRow};
use rusqlite::{Connection, ErrorCode, OptionalExtension, Params, Row, Transaction, TransactionBehavior, params};

use crate::write::{KnownDocument, fail};

pub use fetches::{Fetch, FetchRole};
pub use ticks::{Tick, TickState};
pub use totals::{STAGE_BUCKETS_MS, STAGES, StageTimes, TickStart, Totals};

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
    /// The file is damaged.
    #[error("{path}: damaged: {found}")]
    Damaged {
        /// The file.
        path: PathBuf,
        /// What SQLite finds wrong.
        found: String,
    },
    /// A damaged file cannot be moved aside.
    #[error("cannot move {path} aside")]
    Aside {
        /// The file.
        path: PathBuf,
        /// Why not.
        source: io::Error,
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
    /// Hash of its manifest line and of the configuration that bears on it. `None` after a repair from a snapshot of an
    /// earlier version: unknown, to be taken as unchanged.
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

impl LedgerError {
    /// True when the file holds no ledger that SQLite can read: it is of no use but to a person.
    #[must_use]
    pub fn is_damage(&self) -> bool {
        let is_corrupt = |error: &rusqlite::Error| matches!(error.sqlite_error_code(), Some(ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase));
        match self {
            Self::Damaged { .. } => true,
            Self::Open { source, .. } | Self::Sql { source, .. } => is_corrupt(source),
            Self::Aside { .. } | Self::Format { .. } => false,
        }
    }
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
            context_hash: known.context_hash,
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
    /// Device and inode of the file.
    file: Option<(u64, u64)>,
}

/// Which file lies at a path, whatever is put there later.
fn identity(path: &Path) -> Option<(u64, u64)> {
    use std::os::unix::fs::MetadataExt;
    std::fs::metadata(path).ok().map(|found| (found.dev(), found.ino()))
}

impl Ledger {
    /// Opens the ledger of an output folder to write it: made when it is missing, brought to today's format when it is
    /// older, and looked through for damage. Only for the holder of the [`crate::write::RunLock`].
    ///
    /// - Errors: `Open`; `Damaged`; `Format` when a later version made it.
    pub fn open(output: &Path) -> Result<Self, LedgerError> {
        let path = output.join(LEDGER);
        Ok(Self { connection: schema::open(&path)?, file: identity(&path) })
    }

    /// Opens the ledger of an output folder to read it: nothing is made, changed or brought to another format, and a run
    /// may go on meanwhile. A ledger of an earlier format lacks the columns and tables that came later.
    ///
    /// - Errors: `Open`, also when it is missing; `Format` when a later version made it.
    pub fn open_readonly(output: &Path) -> Result<Self, LedgerError> {
        let path = output.join(LEDGER);
        Ok(Self { connection: schema::open_readonly(&path)?, file: identity(&path) })
    }

    /// Moves a damaged ledger out of the way; its bytes stay for a person to look at.
    ///
    /// - Shape: the output folder, the time for the new name; the new name out.
    /// - Errors: `Aside`.
    pub fn set_aside(output: &Path, now: DateTime<Utc>) -> Result<PathBuf, LedgerError> {
        let name = format!("{LEDGER}.corrupt-{}", now.format("%Y%m%dT%H%M%S%6fZ"));
        // The file last: were the program to die in between, it is found damaged again.
        for suffix in ["-wal", "-shm", ""] {
            let path = output.join(format!("{LEDGER}{suffix}"));
            match std::fs::rename(&path, output.join(format!("{name}{suffix}"))) {
                Err(source) if source.kind() != io::ErrorKind::NotFound => return Err(LedgerError::Aside { path, source }),
                _ => {}
            }
        }
        Ok(output.join(name))
    }

    /// Whether the file that is open is the one that lies in the output folder, and not one that was put aside.
    #[must_use]
    pub fn is_in_place(&self, output: &Path) -> bool {
        identity(&output.join(LEDGER)).is_some_and(|found| Some(found) == self.file)
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
        fail::point("ledger", "before");
        let told = self.transact(|transaction| {
            runs::insert(transaction, run)?;
            let mut delete = transaction.prepare("DELETE FROM entries WHERE source = ?1 AND path = ?2")?;
            for (source, path) in removed {
                delete.execute([source, path])?;
            }
            insert(transaction, entries, "NULL")?;
            fail::point("ledger", "inside");
            Ok(())
        });
        fail::point("ledger", "after");
        told.map_err(failed("record a run"))
    }

    /// Learns what a snapshot tells: its documents in place of those that are known, and the runs that led to it.
    ///
    /// All else that is known stays: other runs, schedules and their ticks, and of a document whose content is the same
    /// also what the snapshot does not tell. A run whose snapshot is not in the line of this one has none any more.
    ///
    /// - Shape: what `write::read_known_documents` and `write::read_runs` gave, the run that made the snapshot last; both
    ///   empty when no snapshot stands.
    /// - Errors: `Sql`; nothing is changed then.
    pub fn rebuild(&mut self, known: Vec<KnownDocument>, runs: &[RunRow]) -> Result<(), LedgerError> {
        let entries: Vec<_> = known.into_iter().map(Entry::from).collect();
        fail::point("rebuild", "before");
        let told = self.transact(|transaction| {
            let standing: BTreeSet<_> = entries.iter().map(|entry| (entry.source.as_str(), entry.path.as_str())).collect();
            let mut delete = transaction.prepare("DELETE FROM entries WHERE source = ?1 AND path = ?2")?;
            let mut select = transaction.prepare("SELECT source, path FROM entries")?;
            let places = select.query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?.collect::<Result<Vec<(String, String)>, _>>()?;
            for (source, path) in places.iter().filter(|(source, path)| !standing.contains(&(source.as_str(), path.as_str()))) {
                delete.execute([source, path])?;
            }
            insert(transaction, &entries, "CASE WHEN document_id = excluded.document_id THEN context_hash END")?;
            fail::point("rebuild", "inside");
            runs::learn(transaction, runs)
        });
        fail::point("rebuild", "after");
        told.map_err(failed("repair the ledger"))
    }

    /// Forgets the documents at a place, and those with a content, as if they had never been seen.
    ///
    /// - Errors: `Sql`; nothing is changed then.
    pub fn forget<'a>(&mut self, takedowns: impl Iterator<Item = (&'a str, &'a str, Option<&'a str>)>) -> Result<(), LedgerError> {
        let told = self.transact(|transaction| {
            let mut delete = transaction.prepare("DELETE FROM entries WHERE (source = ?1 AND path = ?2) OR content_hash = ?3")?;
            let mut unfetch = transaction.prepare("DELETE FROM fetches WHERE (source = ?1 AND path = ?2) OR content_hash = ?3")?;
            for (source, path, content_hash) in takedowns {
                delete.execute(params![source, path, content_hash])?;
                unfetch.execute(params![source, path, content_hash])?;
            }
            Ok(())
        });
        told.map_err(failed("forget documents"))
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

    /// True when a run was recorded.
    pub fn has_run(&self, run_id: &str) -> Result<bool, LedgerError> {
        self.holds("SELECT EXISTS (SELECT 1 FROM runs WHERE run_id = ?1)", params![run_id])
    }

    /// True when the entries are those of a snapshot: the run that made it was recorded, and no other after it.
    ///
    /// Runs are told by their ids and the numbers of their snapshots, not by the clock, which may go back.
    pub fn stands_for(&self, run_id: &str, snapshot: &str) -> Result<bool, LedgerError> {
        let sql = "SELECT EXISTS (SELECT 1 FROM runs WHERE run_id = ?1 AND snapshot = ?2)
            AND NOT EXISTS (SELECT 1 FROM runs WHERE run_id <> ?1 AND CAST(snapshot AS INTEGER) >= CAST(?2 AS INTEGER))";
        self.holds(sql, params![run_id, snapshot])
    }

    /// True when it knows no document and no run that committed: there was no snapshot, or none is known.
    pub fn stands_for_nothing(&self) -> Result<bool, LedgerError> {
        let sql = "SELECT NOT EXISTS (SELECT 1 FROM entries) AND NOT EXISTS (SELECT 1 FROM runs WHERE snapshot IS NOT NULL)";
        self.holds(sql, params![])
    }

    fn holds(&self, sql: &str, params: impl Params) -> Result<bool, LedgerError> {
        self.connection.query_row(sql, params, |row| row.get(0)).map_err(failed("read runs"))
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

/// Remembers entries, each in place of the one at its key; `unknown` is the context of one that brings none.
fn insert(transaction: &Transaction<'_>, entries: &[Entry], unknown: &str) -> rusqlite::Result<()> {
    let sql = format!(
        "INSERT INTO entries ({COLUMNS}) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13)
         ON CONFLICT (source, path) DO UPDATE SET context_hash = coalesce(excluded.context_hash, {unknown}), content_hash = excluded.content_hash,
             document_id = excluded.document_id, status = excluded.status, error = excluded.error, duplicate_of = excluded.duplicate_of,
             extractor_version = excluded.extractor_version, lexicon_version = excluded.lexicon_version, bytes = excluded.bytes,
             modified = excluded.modified, run_id = excluded.run_id"
    );
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
