//! What all runs come to, summed by SQLite: the numbers that monitoring asks for every few seconds.

use chrono::{DateTime, Utc};
use rusqlite::{Connection, Row};

use super::schema::{count, time};
use super::{Ledger, LedgerError, failed};

/// Upper bounds of the buckets into which stage times are counted, in milliseconds.
pub const STAGE_BUCKETS_MS: [u64; 8] = [10, 100, 1_000, 10_000, 60_000, 300_000, 1_800_000, 7_200_000];
/// The stages whose times a run tells.
pub const STAGES: [&str; 4] = ["ingest", "extract", "normalize", "write"];

/// A schedule's name, an instant at which it was due, and when the run began.
pub type TickStart = (String, DateTime<Utc>, DateTime<Utc>);

/// What all runs come to, failed ones too.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Totals {
    /// Runs by what started them and how they ended.
    pub runs: Vec<(String, String, u64)>,
    /// Documents that were known and had not changed.
    pub documents_unchanged: u64,
    /// Documents that were new or read anew.
    pub documents_new: u64,
    /// Documents that were quarantined for the first time with their content.
    pub documents_quarantined: u64,
    /// Observations found.
    pub observations: u64,
    /// Investment events found.
    pub investments: u64,
    /// Bytes of documents read.
    pub bytes_read: u64,
    /// How long each stage took, in the order of [`STAGES`].
    pub stages: Vec<StageTimes>,
    /// When the latest run ended.
    pub last_run: Option<DateTime<Utc>>,
    /// When the latest run ended that did not fail.
    pub last_success: Option<DateTime<Utc>>,
    /// Documents that are in quarantine now.
    pub quarantined: u64,
    /// Of each schedule the newest tick whose run is known: its name, its instant, and when the run began.
    pub ticks: Vec<TickStart>,
}

/// How long a stage took in all runs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StageTimes {
    /// Its name.
    pub stage: &'static str,
    /// Runs that took no longer than each of [`STAGE_BUCKETS_MS`].
    pub within: Vec<u64>,
    /// Milliseconds in all.
    pub sum_ms: u64,
    /// Runs.
    pub count: u64,
}

impl Ledger {
    /// What all runs come to.
    ///
    /// - Errors: `Sql`.
    pub fn totals(&self) -> Result<Totals, LedgerError> {
        totals(&self.connection).map_err(failed("sum up the runs"))
    }

    /// The first quarantined documents, by source and path.
    ///
    /// - Shape: how many at most; source, path, why.
    /// - Errors: `Sql`.
    pub fn quarantined(&self, limit: usize) -> Result<Vec<(String, String, Option<String>)>, LedgerError> {
        let sql = "SELECT source, path, error FROM entries WHERE status = 'quarantined' ORDER BY source, path LIMIT ?1";
        let read = || {
            let mut statement = self.connection.prepare(sql)?;
            let limit = i64::try_from(limit).unwrap_or(i64::MAX);
            statement.query_map([limit], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))?.collect::<Result<Vec<_>, _>>()
        };
        read().map_err(failed("read quarantined documents"))
    }
}

fn totals(connection: &Connection) -> rusqlite::Result<Totals> {
    let sql = "SELECT \"trigger\", outcome, count(*) FROM runs GROUP BY 1, 2 ORDER BY 1, 2";
    let runs = connection.prepare(sql)?.query_map([], |row| Ok((row.get(0)?, row.get(1)?, count_at(row, 2)?)))?.collect::<Result<_, _>>()?;
    let buckets = |stage| STAGE_BUCKETS_MS.map(|bound| format!("count(*) FILTER (WHERE {stage}_ms <= {bound}) AS {stage}_{bound}")).join(", ");
    let stages = STAGES.map(|stage| format!("coalesce(sum({stage}_ms), 0) AS {stage}_sum, {}", buckets(stage))).join(", ");
    let sum = |column: &str| format!("coalesce(sum({column}), 0) AS {column}");
    let sums = ["documents_unchanged", "documents_new", "documents_quarantined", "observations", "investments", "bytes_read"].map(sum).join(", ");
    let sql = format!(
        "SELECT count(*) AS runs, max(finished_at) AS last_run, max(finished_at) FILTER (WHERE outcome <> 'failed') AS last_success, \
         (SELECT count(*) FROM entries WHERE status = 'quarantined') AS quarantined, {sums}, {stages} FROM runs"
    );
    let ticks = ticks(connection)?;
    connection.query_row(&sql, [], |row| {
        Ok(Totals {
            runs,
            documents_unchanged: count(row, "documents_unchanged")?,
            documents_new: count(row, "documents_new")?,
            documents_quarantined: count(row, "documents_quarantined")?,
            observations: count(row, "observations")?,
            investments: count(row, "investments")?,
            bytes_read: count(row, "bytes_read")?,
            stages: STAGES.iter().map(|stage| stage_times(row, stage)).collect::<Result<_, _>>()?,
            last_run: time(row, "last_run")?,
            last_success: time(row, "last_success")?,
            quarantined: count(row, "quarantined")?,
            ticks,
        })
    })
}

fn stage_times(row: &Row<'_>, stage: &'static str) -> rusqlite::Result<StageTimes> {
    let within = STAGE_BUCKETS_MS.iter().map(|bound| count(row, &format!("{stage}_{bound}"))).collect::<Result<_, _>>()?;
    Ok(StageTimes { stage, within, sum_ms: count(row, &format!("{stage}_sum"))?, count: count(row, "runs")? })
}

/// A ledger of the first format has no ticks.
fn ticks(connection: &Connection) -> rusqlite::Result<Vec<TickStart>> {
    if !connection.query_row("SELECT EXISTS (SELECT 1 FROM sqlite_master WHERE name = 'ticks')", [], |row| row.get(0))? {
        return Ok(Vec::new());
    }
    // SQLite takes the other columns from the row that has the greatest `due`.
    let sql = "SELECT ticks.schedule, max(due) AS due, started_at FROM ticks JOIN runs USING (run_id) GROUP BY 1 ORDER BY 1";
    let tick = |row: &Row<'_>| Ok((row.get(0)?, time(row, "due")?.unwrap_or_default(), time(row, "started_at")?.unwrap_or_default()));
    connection.prepare(sql)?.query_map([], tick)?.collect()
}

fn count_at(row: &Row<'_>, place: usize) -> rusqlite::Result<u64> {
    Ok(u64::try_from(row.get::<_, i64>(place)?).unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ledger::{Tick, TickState};
    use crate::schedule::Due;
    use crate::write::testing::run;
    use chrono::TimeDelta;
    use gongbao_tables::{RunOutcome, RunRow, Trigger};

    #[test]
    fn all_runs_are_summed() {
        let folder = tempfile::tempdir().unwrap();
        let mut ledger = Ledger::open(folder.path()).unwrap();
        let empty = ledger.totals().unwrap();
        assert_eq!((empty.last_run, empty.runs.len(), empty.stages.len(), empty.stages[0].count), (None, 0, 4, 0));

        let tick = run(0).started_at - TimeDelta::seconds(3);
        let first = RunRow { trigger: Trigger::Schedule, outcome: RunOutcome::Ok, observations: 5, ingest_ms: 10, write_ms: 11, ..run(0) };
        let second = RunRow { outcome: RunOutcome::Failed, observations: 7, ingest_ms: 9_000_000, write_ms: 0, ..run(1) };
        ledger.record(&first, &[], &[]).unwrap();
        ledger.record(&second, &[], &[]).unwrap();
        ledger.past("s", "x", tick).unwrap();
        ledger.claim("s", &[Due { tick, is_missed: false }], tick, tick).unwrap();
        let done = Tick { schedule: String::from("s"), due: tick, state: TickState::Done, run_id: Some(first.run_id.clone()), note: None };
        ledger.settle(&done, tick).unwrap();

        let totals = ledger.totals().unwrap();
        let runs = vec![(second.trigger.as_str().to_owned(), String::from("failed"), 1), (String::from("schedule"), String::from("ok"), 1)];
        assert_eq!(totals.runs, runs);
        assert_eq!((totals.observations, totals.last_success), (12, Some(first.finished_at)));
        assert_eq!(totals.last_run, Some(first.finished_at.max(second.finished_at)));
        assert_eq!(totals.stages[0], StageTimes { stage: "ingest", within: vec![1; 8], sum_ms: 9_000_010, count: 2 });
        assert_eq!(totals.stages[3].within, [1, 2, 2, 2, 2, 2, 2, 2]);
        assert_eq!(totals.ticks, [(String::from("s"), tick, first.started_at)]);
    }
}
