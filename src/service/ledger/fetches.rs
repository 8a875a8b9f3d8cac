//! What was fetched from remote sources, and what the server said by which it can tell whether that has changed.
//!
//! Unlike the rest of the ledger this is told at once: it promises no rows, only bytes that are kept already. Where it is lost, all
//! is fetched once more.

use super::schema::{time, word};
use super::{Ledger, LedgerError, failed};
use chrono::{DateTime, Utc};
use rusqlite::{Row, params};

/// What a fetched thing is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum FetchRole {
    /// It is read as a document.
    Document,
    /// Its links lead to documents.
    Index,
    /// It tells which pages may be fetched.
    Robots,
}

impl FetchRole {
    const ALL: [Self; 3] = [Self::Document, Self::Index, Self::Robots];

    const fn as_str(self) -> &'static str {
        match self {
            Self::Document => "document",
            Self::Index => "index",
            Self::Robots => "robots",
        }
    }

    fn parse(written: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|role| role.as_str() == written)
    }
}

/// One thing that was fetched, as it was the last time.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fetch {
    /// Name of the source.
    pub source: String,
    /// What it is for.
    pub role: FetchRole,
    /// Its URL, or its path below the place of a store.
    pub path: String,
    /// The index page that led to it, where one did.
    pub found_on: Option<String>,
    /// The server's mark of this content.
    pub etag: Option<String>,
    /// When the content was changed, as the server writes it.
    pub last_modified: Option<String>,
    /// Hex of BLAKE3-256 over its bytes.
    pub content_hash: String,
    /// The extension that its format has.
    pub extension: String,
    /// When it was fetched, or found unchanged.
    pub fetched_at: DateTime<Utc>,
}

const COLUMNS: &str = "source, role, path, found_on, etag, last_modified, content_hash, extension, fetched_at";

impl Ledger {
    /// What was fetched from a source, by role and path.
    pub fn fetches(&self, source: &str) -> Result<Vec<Fetch>, LedgerError> {
        let sql = format!("SELECT {COLUMNS} FROM fetches WHERE source = ?1 ORDER BY role, path");
        let read = || self.connection.prepare(&sql)?.query_map([source], fetch)?.collect::<Result<Vec<_>, _>>();
        read().map_err(failed("read what was fetched"))
    }

    /// Remembers a fetch in place of the one before.
    pub fn remember(&self, fetch: &Fetch) -> Result<(), LedgerError> {
        let sql = format!("INSERT OR REPLACE INTO fetches ({COLUMNS}) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)");
        let at = fetch.fetched_at.timestamp_micros();
        let values = params![
            fetch.source,
            fetch.role.as_str(),
            fetch.path,
            fetch.found_on,
            fetch.etag,
            fetch.last_modified,
            fetch.content_hash,
            fetch.extension,
            at
        ];
        self.connection.execute(&sql, values).map(|_| ()).map_err(failed("remember what was fetched"))
    }
}

fn fetch(row: &Row<'_>) -> rusqlite::Result<Fetch> {
    Ok(Fetch {
        source: row.get("source")?,
        role: word(row, "role", FetchRole::parse)?,
        path: row.get("path")?,
        found_on: row.get("found_on")?,
        etag: row.get("etag")?,
        last_modified: row.get("last_modified")?,
        content_hash: row.get("content_hash")?,
        extension: row.get("extension")?,
        fetched_at: time(row, "fetched_at")?.unwrap_or_default(),
    })
}
