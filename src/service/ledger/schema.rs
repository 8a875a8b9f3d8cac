//! The ledger's tables, their format version, and how values lie in them.

use std::os::unix::ffi::OsStrExt;
use std::path::Path;
use std::time::Duration;

use chrono::{DateTime, Utc};
use rusqlite::types::Type;
use rusqlite::{Connection, ErrorCode, OpenFlags, Row, TransactionBehavior};

use super::LedgerError;

/// Version of the tables below, kept as the file's `user_version`. A change appends a step to [`STEPS`].
pub(super) const FORMAT: i64 = 3;

/// Each step leads from one format to the next; a new file walks them all. Times are microseconds since 1970, UTC.
pub(super) const STEPS: [&str; 3] = [
    "
    CREATE TABLE entries (
        source TEXT NOT NULL,
        path TEXT NOT NULL,
        content_hash TEXT,
        document_id TEXT NOT NULL,
        status TEXT NOT NULL,
        error TEXT,
        duplicate_of TEXT,
        context_hash TEXT,
        extractor_version TEXT NOT NULL,
        lexicon_version TEXT NOT NULL,
        bytes INTEGER NOT NULL,
        modified INTEGER,
        run_id TEXT NOT NULL,
        PRIMARY KEY (source, path)
    ) STRICT, WITHOUT ROWID;
    CREATE INDEX entries_by_content ON entries (content_hash);
    CREATE INDEX entries_by_original ON entries (duplicate_of) WHERE duplicate_of IS NOT NULL;
    CREATE TABLE runs (
        run_id TEXT NOT NULL PRIMARY KEY,
        \"trigger\" TEXT NOT NULL,
        scheduled_for INTEGER,
        started_at INTEGER NOT NULL,
        finished_at INTEGER NOT NULL,
        outcome TEXT NOT NULL,
        documents_seen INTEGER NOT NULL,
        documents_new INTEGER NOT NULL,
        documents_unchanged INTEGER NOT NULL,
        documents_quarantined INTEGER NOT NULL,
        observations INTEGER NOT NULL,
        investments INTEGER NOT NULL,
        bytes_read INTEGER NOT NULL,
        ingest_ms INTEGER NOT NULL,
        extract_ms INTEGER NOT NULL,
        normalize_ms INTEGER NOT NULL,
        write_ms INTEGER NOT NULL,
        version TEXT NOT NULL,
        config_hash TEXT NOT NULL,
        snapshot TEXT
    ) STRICT, WITHOUT ROWID;
    CREATE INDEX runs_by_start ON runs (started_at);
    ",
    // State of a tick: claimed, done, failed or skipped.
    "
    CREATE TABLE ticks (
        schedule TEXT NOT NULL,
        due INTEGER NOT NULL,
        state TEXT NOT NULL,
        claimed_at INTEGER NOT NULL,
        finished_at INTEGER,
        run_id TEXT,
        note TEXT,
        PRIMARY KEY (schedule, due)
    ) STRICT, WITHOUT ROWID;
    CREATE TABLE schedules (
        name TEXT NOT NULL PRIMARY KEY,
        definition TEXT NOT NULL,
        since INTEGER NOT NULL,
        last_due INTEGER
    ) STRICT, WITHOUT ROWID;
    ALTER TABLE runs ADD COLUMN schedule TEXT;
    ALTER TABLE entries ADD COLUMN attempts INTEGER NOT NULL DEFAULT 0;
    ALTER TABLE entries ADD COLUMN next_try INTEGER;
    ",
    // Role of what was fetched: document, index or robots.
    "
    CREATE TABLE fetches (
        source TEXT NOT NULL,
        role TEXT NOT NULL,
        path TEXT NOT NULL,
        found_on TEXT,
        etag TEXT,
        last_modified TEXT,
        content_hash TEXT NOT NULL,
        extension TEXT NOT NULL,
        fetched_at INTEGER NOT NULL,
        PRIMARY KEY (source, role, path)
    ) STRICT, WITHOUT ROWID;
    ",
];

/// How long another program's lock on the file is waited for.
const PATIENCE: Duration = Duration::from_secs(10);

/// Opens the file: made when missing, looked through for damage, brought to today's format when older.
pub(super) fn open(path: &Path) -> Result<Connection, LedgerError> {
    let failed = |source| LedgerError::Open { path: path.to_owned(), source };
    let mut connection = Connection::open(path).map_err(failed)?;
    connection.busy_timeout(PATIENCE).map_err(failed)?;
    connection.pragma_update(None, "journal_mode", "WAL").map_err(failed)?;
    connection.pragma_update(None, "synchronous", "FULL").map_err(failed)?;
    let found: String = connection.query_row("PRAGMA quick_check(1)", [], |row| row.get(0)).map_err(failed)?;
    if found != "ok" {
        return Err(LedgerError::Damaged { path: path.to_owned(), found });
    }
    if format(&connection, path)? < FORMAT {
        let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate).map_err(failed)?;
        let found = format(&transaction, path)?;
        for step in STEPS.iter().skip(usize::try_from(found).unwrap_or_default()) {
            transaction.execute_batch(step).map_err(failed)?;
        }
        transaction.pragma_update(None, "user_version", FORMAT).map_err(failed)?;
        transaction.commit().map_err(failed)?;
    }
    Ok(connection)
}

/// Opens the file as it is.
pub(super) fn open_readonly(path: &Path) -> Result<Connection, LedgerError> {
    let failed = |source| LedgerError::Open { path: path.to_owned(), source };
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let connection = Connection::open_with_flags(path, flags).map_err(failed)?;
    connection.busy_timeout(PATIENCE).map_err(failed)?;
    match format(&connection, path) {
        // Where the folder cannot be written, SQLite finds no place for the index of its log; then nobody else writes here either.
        Err(LedgerError::Open { source, .. }) if is_unwritable(&source) => {
            let connection = Connection::open_with_flags(immutable(path), flags | OpenFlags::SQLITE_OPEN_URI).map_err(failed)?;
            format(&connection, path)?;
            Ok(connection)
        }
        found => found.map(|_| connection),
    }
}

/// The file's format, which this program has to know.
fn format(connection: &Connection, path: &Path) -> Result<i64, LedgerError> {
    let found = connection.query_row("PRAGMA user_version", [], |row| row.get(0));
    let found: i64 = found.map_err(|source| LedgerError::Open { path: path.to_owned(), source })?;
    if (0..=FORMAT).contains(&found) { Ok(found) } else { Err(LedgerError::Format { path: path.to_owned(), found }) }
}

fn is_unwritable(error: &rusqlite::Error) -> bool {
    matches!(error.sqlite_error_code(), Some(ErrorCode::CannotOpen | ErrorCode::ReadOnly))
}

/// A file that nobody changes, as a URI: what is no plain character is escaped.
fn immutable(path: &Path) -> String {
    let mut uri = String::from("file:");
    for &byte in path.as_os_str().as_bytes() {
        if byte.is_ascii_alphanumeric() || b"/.-_".contains(&byte) {
            uri.push(char::from(byte));
        } else {
            uri.push_str(&format!("%{byte:02X}"));
        }
    }
    uri + "?immutable=1"
}

/// A count as SQLite holds it.
pub(super) fn from_count(count: u64) -> i64 {
    i64::try_from(count).unwrap_or(i64::MAX)
}

/// A count that SQLite held.
pub(super) fn count(row: &Row<'_>, column: &str) -> rusqlite::Result<u64> {
    Ok(u64::try_from(row.get::<_, i64>(column)?).unwrap_or_default())
}

/// A time that SQLite held.
pub(super) fn time(row: &Row<'_>, column: &str) -> rusqlite::Result<Option<DateTime<Utc>>> {
    Ok(row.get::<_, Option<i64>>(column)?.and_then(DateTime::from_timestamp_micros))
}

/// A word of a closed list; a word that this program lacks is an error.
pub(super) fn word<T>(row: &Row<'_>, column: &str, parse: fn(&str) -> Option<T>) -> rusqlite::Result<T> {
    let written: String = row.get(column)?;
    let place = row.as_ref().column_index(column)?;
    parse(&written).ok_or_else(|| rusqlite::Error::FromSqlConversionFailure(place, Type::Text, format!("unknown word {written}").into()))
}
