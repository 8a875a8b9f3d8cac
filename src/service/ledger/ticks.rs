//! Which ticks of which schedule were decided on: the ledger, not a process, owns them.
//!
//! A tick is claimed by inserting its row in one immediate transaction, so that of several processes one gets it, and once. A tick
//! that was claimed by a process that died is given back, and then counts as missed.

use chrono::{DateTime, TimeDelta, Utc};
use rusqlite::{OptionalExtension, params};

use super::{Ledger, LedgerError, failed};
use crate::schedule::{Due, Past};

/// What became of a tick.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TickState {
    /// Somebody has it in hand.
    Claimed,
    /// Its run was done, with whatever outcome the run has.
    Done,
    /// Its run failed.
    Failed,
    /// It was left out: another run was under way.
    Skipped,
}

impl TickState {
    /// The word in the ledger.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Claimed => "claimed",
            Self::Done => "done",
            Self::Failed => "failed",
            Self::Skipped => "skipped",
        }
    }

    fn parse(word: &str) -> Option<Self> {
        [Self::Claimed, Self::Done, Self::Failed, Self::Skipped].into_iter().find(|state| state.as_str() == word)
    }
}

/// A tick that was decided on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tick {
    /// Its schedule.
    pub schedule: String,
    /// Its instant.
    pub due: DateTime<Utc>,
    /// What became of it.
    pub state: TickState,
    /// The run that was done for it.
    pub run_id: Option<String>,
    /// Why it was left out or failed.
    pub note: Option<String>,
}

/// Ticks are remembered so long; after that a clock would have to go back further to repeat one.
const REMEMBERED: TimeDelta = TimeDelta::days(400);

impl Ledger {
    /// What is remembered of a schedule. A schedule that is new, or that has another definition than before, begins now.
    ///
    /// - Errors: `Sql`.
    pub fn past(&mut self, schedule: &str, definition: &str, now: DateTime<Utc>) -> Result<Past, LedgerError> {
        let read = "SELECT since, last_due FROM schedules WHERE name = ?1 AND definition = ?2";
        let known = |connection: &rusqlite::Connection| {
            connection.query_row(read, params![schedule, definition], |row| Ok((row.get::<_, i64>(0)?, row.get::<_, Option<i64>>(1)?))).optional()
        };
        let time = |micros: i64| DateTime::from_timestamp_micros(micros).unwrap_or(now);
        let action = failed("read a schedule");
        let mut found = match known(&self.connection) {
            Ok(found) => found,
            Err(error) => return Err(action(error)),
        };
        if found.is_none() {
            let begun = self.transact(|transaction| {
                let sql = "INSERT OR REPLACE INTO schedules (name, definition, since, last_due) VALUES (?1, ?2, ?3, NULL)";
                transaction.execute(sql, params![schedule, definition, now.timestamp_micros()]).map(|_| ())
            });
            begun.map_err(failed("begin a schedule"))?;
            found = Some((now.timestamp_micros(), None));
        }
        let (since, last_due) = found.unwrap_or((now.timestamp_micros(), None));
        Ok(Past { since: time(since), last_due: last_due.map(time) })
    }

    /// Claims ticks, and remembers up to which one is decided. Gives those that nobody had claimed before.
    ///
    /// - Errors: `Sql`; nothing is claimed then.
    pub fn claim(&mut self, schedule: &str, due: &[Due], newest: DateTime<Utc>, now: DateTime<Utc>) -> Result<Vec<Due>, LedgerError> {
        let mut claimed = Vec::new();
        let told = self.transact(|transaction| {
            let mut insert = transaction.prepare("INSERT OR IGNORE INTO ticks (schedule, due, state, claimed_at) VALUES (?1, ?2, 'claimed', ?3)")?;
            for tick in due {
                if insert.execute(params![schedule, tick.tick.timestamp_micros(), now.timestamp_micros()])? == 1 {
                    claimed.push(*tick);
                }
            }
            transaction.execute("UPDATE schedules SET last_due = ?2 WHERE name = ?1", params![schedule, newest.timestamp_micros()])?;
            let forgotten = (newest - REMEMBERED).timestamp_micros();
            transaction.execute("DELETE FROM ticks WHERE schedule = ?1 AND due < ?2 AND state <> 'claimed'", params![schedule, forgotten])?;
            Ok(())
        });
        told.map_err(failed("claim a tick")).map(|()| claimed)
    }

    /// Remembers what became of a claimed tick.
    ///
    /// - Errors: `Sql`.
    pub fn settle(&mut self, tick: &Tick, now: DateTime<Utc>) -> Result<(), LedgerError> {
        let sql = "UPDATE ticks SET state = ?3, finished_at = ?4, run_id = ?5, note = ?6 WHERE schedule = ?1 AND due = ?2";
        let values = params![tick.schedule, tick.due.timestamp_micros(), tick.state.as_str(), now.timestamp_micros(), tick.run_id, tick.note];
        self.connection.execute(sql, values).map(|_| ()).map_err(failed("settle a tick"))
    }

    /// Gives claimed ticks of a schedule back, so that they count as missed. Those whose run is known are settled instead: it was
    /// done, and only that was not told.
    ///
    /// - Shape: the schedule, and the ticks, or all that are claimed; how many were given back out.
    /// - Errors: `Sql`; none is given back then.
    pub fn release(&mut self, schedule: &str, ticks: Option<&[DateTime<Utc>]>) -> Result<usize, LedgerError> {
        let mut released = 0;
        let told = self.transact(|transaction| {
            let mut claimed = transaction.prepare("SELECT due FROM ticks WHERE schedule = ?1 AND state = 'claimed' ORDER BY due")?;
            let claimed = claimed.query_map([schedule], |row| row.get::<_, i64>(0))?.collect::<Result<Vec<_>, _>>()?;
            let wanted = |due: &i64| ticks.is_none_or(|ticks| ticks.iter().any(|tick| tick.timestamp_micros() == *due));
            for due in claimed.into_iter().filter(wanted) {
                let sql = "UPDATE ticks SET state = 'done', run_id = found.run_id FROM (SELECT run_id FROM runs WHERE scheduled_for = ?2 AND run_id \
                           NOT IN (SELECT run_id FROM ticks WHERE run_id IS NOT NULL) LIMIT 1) AS found WHERE schedule = ?1 AND due = ?2";
                if transaction.execute(sql, params![schedule, due])? > 0 {
                    continue;
                }
                released += transaction.execute("DELETE FROM ticks WHERE schedule = ?1 AND due = ?2", params![schedule, due])?;
                let before = "UPDATE schedules SET last_due = ?2 - 1 WHERE name = ?1 AND last_due >= ?2";
                transaction.execute(before, params![schedule, due])?;
            }
            Ok(())
        });
        told.map_err(failed("release ticks")).map(|()| released)
    }

    /// The latest ticks of a schedule that were decided on, newest first; none in a ledger of an earlier format.
    ///
    /// - Errors: `Sql`.
    pub fn ticks(&self, schedule: &str, limit: usize) -> Result<Vec<Tick>, LedgerError> {
        let limit = i64::try_from(limit).unwrap_or(i64::MAX);
        let sql = "SELECT due, state, run_id, note FROM ticks WHERE schedule = ?1 ORDER BY due DESC LIMIT ?2";
        let read = || {
            if !self.connection.table_exists(None, "ticks")? {
                return Ok(Vec::new());
            }
            let mut statement = self.connection.prepare(sql)?;
            let rows = statement.query_map(params![schedule, limit], |row| {
                Ok(Tick {
                    schedule: schedule.to_owned(),
                    due: super::schema::time(row, "due")?.unwrap_or_default(),
                    state: super::schema::word(row, "state", TickState::parse)?,
                    run_id: row.get("run_id")?,
                    note: row.get("note")?,
                })
            })?;
            rows.collect::<Result<Vec<_>, _>>()
        };
        read().map_err(failed("read ticks"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(minute: i64) -> DateTime<Utc> {
        DateTime::from_timestamp(1_767_225_600 + minute * 60, 0).unwrap()
    }

    fn dues(minutes: &[i64]) -> Vec<Due> {
        minutes.iter().map(|minute| Due { tick: at(*minute), is_missed: false }).collect()
    }

    #[test]
    fn a_tick_is_claimed_once_by_whoever_comes_first() {
        let folder = tempfile::tempdir().unwrap();
        let (mut one, mut other) = (Ledger::open(folder.path()).unwrap(), Ledger::open(folder.path()).unwrap());
        one.past("s", "* * * * * UTC", at(0)).unwrap();
        assert_eq!(one.claim("s", &dues(&[1, 2]), at(2), at(2)).unwrap(), dues(&[1, 2]));
        assert_eq!(other.claim("s", &dues(&[2, 3]), at(3), at(3)).unwrap(), dues(&[3]));
        assert_eq!(other.past("s", "* * * * * UTC", at(9)).unwrap(), Past { since: at(0), last_due: Some(at(3)) });
        assert_eq!(other.past("s", "0 * * * * UTC", at(9)).unwrap(), Past { since: at(9), last_due: None });
    }

    #[test]
    fn what_a_dead_process_had_in_hand_is_missed() {
        let folder = tempfile::tempdir().unwrap();
        let mut ledger = Ledger::open(folder.path()).unwrap();
        ledger.past("s", "* * * * * UTC", at(0)).unwrap();
        ledger.claim("s", &dues(&[1, 2, 3]), at(3), at(3)).unwrap();
        ledger.settle(&Tick { schedule: String::from("s"), due: at(1), state: TickState::Done, run_id: None, note: None }, at(1)).unwrap();
        // The run of the second was recorded, and then the process died.
        let run = gongbao_tables::RunRow { scheduled_for: Some(at(2)), ..crate::write::testing::run(0) };
        ledger.record(&run, &[], &[]).unwrap();
        assert_eq!(ledger.release("s", None).unwrap(), 1);
        let told: Vec<_> = ledger.ticks("s", 9).unwrap().into_iter().map(|tick| (tick.due, tick.state)).collect();
        assert_eq!(told, [(at(2), TickState::Done), (at(1), TickState::Done)]);
        assert_eq!(ledger.past("s", "* * * * * UTC", at(9)).unwrap().last_due, Some(at(3) - TimeDelta::microseconds(1)));
    }
}
