//! Runs in the ledger.

use gongbao_tables::{RunOutcome, RunRow, Trigger};
use rusqlite::{Connection, Params, Row, Transaction, params};

use super::schema::{count, from_count, time, word};

const COLUMNS: &str = "run_id, \"trigger\", scheduled_for, started_at, finished_at, outcome, documents_seen, documents_new, documents_unchanged, \
                       documents_quarantined, observations, investments, bytes_read, ingest_ms, extract_ms, normalize_ms, write_ms, version, \
                       config_hash, snapshot";

/// Remembers a run, in place of what was known of it.
pub(super) fn insert(transaction: &Transaction<'_>, run: &RunRow) -> rusqlite::Result<()> {
    let updates = COLUMNS.split(", ").map(|name| format!("{name} = excluded.{name}")).collect::<Vec<_>>().join(", ");
    upsert(transaction, run, &updates)
}

/// Remembers the runs that led to a snapshot. Other runs stay, but what they committed does not stand any more.
///
/// Of a run that is known only its snapshot and its outcome are learnt: it may have been taken for failed.
pub(super) fn learn(transaction: &Transaction<'_>, runs: &[RunRow]) -> rusqlite::Result<()> {
    transaction.execute("UPDATE runs SET snapshot = NULL", [])?;
    runs.iter().try_for_each(|run| upsert(transaction, run, "snapshot = excluded.snapshot, outcome = excluded.outcome"))
}

fn upsert(transaction: &Transaction<'_>, run: &RunRow, updates: &str) -> rusqlite::Result<()> {
    let sql = format!(
        "INSERT INTO runs ({COLUMNS}) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18, ?19, ?20)
         ON CONFLICT (run_id) DO UPDATE SET {updates}"
    );
    transaction.prepare(&sql)?.execute(params![
        run.run_id,
        run.trigger.as_str(),
        run.scheduled_for.map(|time| time.timestamp_micros()),
        run.started_at.timestamp_micros(),
        run.finished_at.timestamp_micros(),
        run.outcome.as_str(),
        from_count(run.documents_seen),
        from_count(run.documents_new),
        from_count(run.documents_unchanged),
        from_count(run.documents_quarantined),
        from_count(run.observations),
        from_count(run.investments),
        from_count(run.bytes_read),
        from_count(run.ingest_ms),
        from_count(run.extract_ms),
        from_count(run.normalize_ms),
        from_count(run.write_ms),
        run.version,
        run.config_hash,
        run.snapshot,
    ])?;
    Ok(())
}

pub(super) fn select(connection: &Connection, which: &str, params: impl Params) -> rusqlite::Result<Vec<RunRow>> {
    let mut statement = connection.prepare(&format!("SELECT {COLUMNS} FROM runs {which}"))?;
    statement.query_map(params, run)?.collect()
}

fn run(row: &Row<'_>) -> rusqlite::Result<RunRow> {
    Ok(RunRow {
        run_id: row.get("run_id")?,
        trigger: word(row, "trigger", Trigger::parse)?,
        scheduled_for: time(row, "scheduled_for")?,
        started_at: time(row, "started_at")?.unwrap_or_default(),
        finished_at: time(row, "finished_at")?.unwrap_or_default(),
        outcome: word(row, "outcome", RunOutcome::parse)?,
        documents_seen: count(row, "documents_seen")?,
        documents_new: count(row, "documents_new")?,
        documents_unchanged: count(row, "documents_unchanged")?,
        documents_quarantined: count(row, "documents_quarantined")?,
        observations: count(row, "observations")?,
        investments: count(row, "investments")?,
        bytes_read: count(row, "bytes_read")?,
        ingest_ms: count(row, "ingest_ms")?,
        extract_ms: count(row, "extract_ms")?,
        normalize_ms: count(row, "normalize_ms")?,
        write_ms: count(row, "write_ms")?,
        version: row.get("version")?,
        config_hash: row.get("config_hash")?,
        snapshot: row.get("snapshot")?,
    })
}
