//! The ticks of a schedule: instants at which the wall clock of its zone shows what its cron expression asks for.
//!
//! The expression is run over wall times without a zone, which are then mapped to instants by the zone's rules of that day: a time
//! that the clock leaps over in spring counts as the end of the leap; of a time that it shows twice in autumn a daily schedule
//! takes the first, one that repeats within the hour takes both.

use std::collections::BTreeSet;
use std::time::Duration;

use chrono::offset::LocalResult;
use chrono::{DateTime, NaiveDateTime, SubsecRound, TimeDelta, TimeZone, Utc};
use chrono_tz::Tz;
use croner::parser::{CronParser, Seconds};
use croner::{Cron, JobType};

use crate::config::{Missed, Overlap, ScheduleFile};

/// When runs happen by themselves, and over what.
#[derive(Debug, Clone)]
pub struct Schedule {
    /// How it is called.
    pub name: String,
    /// Names of sources; empty: all.
    pub sources: BTreeSet<String>,
    /// What becomes of a tick while a run is under way.
    pub overlap: Overlap,
    /// What becomes of ticks that passed while nobody served.
    pub missed: Missed,
    /// Whether a change in the sources' folders starts a run, too.
    pub watch: bool,
    /// The expression and the zone: ticks of another definition are not made up for.
    pub definition: String,
    cron: Cron,
    zone: Tz,
    jitter_s: u32,
}

/// Why a schedule cannot be kept.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ScheduleError {
    /// The expression is not understood.
    #[error("{cron}: no cron expression of five fields, or of six with seconds first")]
    Cron {
        /// As written.
        cron: String,
        /// Why not.
        source: croner::errors::CronError,
    },
    /// The expression never comes true.
    #[error("{cron}: no day comes at which this is true")]
    Never {
        /// As written.
        cron: String,
    },
    /// There is no such zone.
    #[error("{zone}: no time zone of the IANA database, as Asia/Shanghai is")]
    Zone {
        /// As written.
        zone: String,
    },
}

impl ScheduleError {
    /// The key of the configuration that is wrong.
    #[must_use]
    pub fn key(&self) -> &'static str {
        match self {
            Self::Cron { .. } | Self::Never { .. } => "cron",
            Self::Zone { .. } => "timezone",
        }
    }
}

/// A zone's offset is never more than this.
const LONGEST_OFFSET: TimeDelta = TimeDelta::hours(27);
/// No schedule waits longer: 29 February on a Monday comes every 28 years, and once in 40.
const LONGEST_WAIT: TimeDelta = TimeDelta::days(366 * 41);

impl Schedule {
    /// Understands a schedule as written.
    ///
    /// - Errors: the expression or the zone is none.
    pub fn new(written: &ScheduleFile) -> Result<Self, ScheduleError> {
        let expression = written.cron.trim();
        let parser = CronParser::builder().seconds(Seconds::Optional).build();
        let cron = parser.parse(expression).map_err(|source| ScheduleError::Cron { cron: expression.to_owned(), source })?;
        let zone: Tz = written.timezone.trim().parse().map_err(|_| ScheduleError::Zone { zone: written.timezone.trim().to_owned() })?;
        let schedule = Self {
            name: written.name.trim().to_owned(),
            sources: written.sources.iter().map(|name| name.trim().to_owned()).collect(),
            overlap: written.overlap,
            missed: written.missed,
            watch: written.watch,
            definition: format!("{expression} {zone}"),
            cron,
            zone,
            jitter_s: written.jitter_s,
        };
        // A leap day may be eight years away, but not longer than the calendar repeats itself.
        if schedule.walls(DateTime::UNIX_EPOCH.naive_utc()).next().is_none() {
            return Err(ScheduleError::Never { cron: expression.to_owned() });
        }
        Ok(schedule)
    }

    /// The first tick after an instant.
    #[must_use]
    pub fn next(&self, after: DateTime<Utc>) -> Option<DateTime<Utc>> {
        let mut span = TimeDelta::minutes(2);
        let mut from = after;
        while from - after <= LONGEST_WAIT {
            let until = from.checked_add_signed(span)?;
            if let Some(tick) = self.between(from, until).first() {
                return Some(*tick);
            }
            from = until;
            span = (span * 4).min(TimeDelta::days(366));
        }
        None
    }

    /// The last `limit` ticks after one instant and not after another, oldest first, and whether there are more before them.
    #[must_use]
    pub fn last(&self, limit: usize, after: DateTime<Utc>, until: DateTime<Utc>) -> (Vec<DateTime<Utc>>, bool) {
        let mut span = TimeDelta::minutes(2);
        loop {
            let from = until.checked_sub_signed(span).unwrap_or(after).max(after);
            let mut ticks = self.between(from, until);
            if ticks.len() > limit || from == after {
                let more = ticks.len() > limit;
                return (ticks.split_off(ticks.len().saturating_sub(limit)), more);
            }
            span = span * 4;
        }
    }

    /// How much later than its tick a run begins: the same for the same tick, spread evenly over the schedules and ticks.
    #[must_use]
    pub fn jitter(&self, tick: DateTime<Utc>) -> Duration {
        if self.jitter_s == 0 {
            return Duration::ZERO;
        }
        let hash = blake3::hash(format!("{}\n{}", self.name, tick.timestamp()).as_bytes());
        let drawn = hash.as_bytes().iter().take(8).fold(0_u64, |number, byte| number << 8 | u64::from(*byte));
        Duration::from_millis(drawn % (u64::from(self.jitter_s) * 1000))
    }

    /// The longest that a run may begin later.
    #[must_use]
    pub fn longest_jitter(&self) -> TimeDelta {
        TimeDelta::seconds(i64::from(self.jitter_s))
    }

    /// All ticks after one instant and not after another, oldest first, each once.
    fn between(&self, after: DateTime<Utc>, until: DateTime<Utc>) -> Vec<DateTime<Utc>> {
        let (Some(from), Some(end)) = (after.naive_utc().checked_sub_signed(LONGEST_OFFSET), until.naive_utc().checked_add_signed(LONGEST_OFFSET))
        else {
            return Vec::new();
        };
        // The wall clock of the zone lies near its own time of these instants; a day's margin covers every leap.
        let local = |instant: DateTime<Utc>| instant.with_timezone(&self.zone).naive_local();
        let from = from.max(local(after) - TimeDelta::hours(4));
        let end = end.min(local(until) + TimeDelta::hours(4));
        let ticks: BTreeSet<DateTime<Utc>> = self.walls(from).take_while(|wall| *wall <= end).flat_map(|wall| self.instants(wall)).collect();
        ticks.into_iter().filter(|tick| after < *tick && *tick <= until).collect()
    }

    /// The wall times from one on that the expression asks for.
    fn walls(&self, from: NaiveDateTime) -> impl Iterator<Item = NaiveDateTime> + '_ {
        self.cron.iter_from(from.trunc_subsecs(0).and_utc(), croner::Direction::Forward).map(|wall| wall.naive_utc())
    }

    /// The instants at which the zone's clock shows a wall time.
    fn instants(&self, wall: NaiveDateTime) -> Vec<DateTime<Utc>> {
        let repeats = !matches!(self.cron.determine_job_type(), JobType::FixedTime);
        match self.zone.from_local_datetime(&wall) {
            LocalResult::Single(instant) => vec![instant.to_utc()],
            LocalResult::Ambiguous(first, second) if repeats => vec![first.to_utc(), second.to_utc()],
            LocalResult::Ambiguous(first, _) => vec![first.to_utc()],
            LocalResult::None => {
                let minute = wall - TimeDelta::seconds(i64::from(chrono::Timelike::second(&wall)));
                let later = (1..=24 * 60).filter_map(|minutes| self.zone.from_local_datetime(&(minute + TimeDelta::minutes(minutes))).earliest());
                later.take(1).map(|instant| instant.to_utc()).collect()
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn schedule(cron: &str, zone: &str) -> Schedule {
        let written: ScheduleFile = toml::from_str(&format!("name = 'x'\ncron = '{cron}'\ntimezone = '{zone}'\n")).unwrap();
        Schedule::new(&written).unwrap()
    }

    fn at(written: &str) -> DateTime<Utc> {
        written.parse().unwrap()
    }

    fn check(cron: &str, zone: &str, after: &str, until: &str, expected: &[&str]) {
        let (ticks, more) = schedule(cron, zone).last(100, at(after), at(until));
        let told: Vec<_> = ticks.iter().map(|tick| tick.format("%Y-%m-%dT%H:%M:%SZ").to_string()).collect();
        assert_eq!(told, expected, "{cron} in {zone}");
        assert!(!more);
    }

    #[test]
    fn the_zone_s_clock_counts() {
        check("30 7 * * *", "Asia/Shanghai", "2026-01-01T00:00:00Z", "2026-01-02T12:00:00Z", &["2026-01-01T23:30:00Z"]);
        check("0 0 9 * * MON", "Asia/Shanghai", "2026-11-20T00:00:00Z", "2026-11-24T00:00:00Z", &["2026-11-23T01:00:00Z"]);
    }

    #[test]
    fn the_offset_is_that_of_the_day() {
        let days = &["2026-03-07T07:30:00Z", "2026-03-08T07:00:00Z", "2026-03-09T06:30:00Z"];
        check("30 2 * * *", "America/New_York", "2026-03-07T00:00:00Z", "2026-03-09T23:00:00Z", days);
        let days = &["2026-10-31T05:30:00Z", "2026-11-01T05:30:00Z", "2026-11-02T06:30:00Z"];
        check("30 1 * * *", "America/New_York", "2026-10-31T00:00:00Z", "2026-11-02T23:00:00Z", days);
    }

    #[test]
    fn an_hour_that_comes_twice_has_its_repeated_ticks_twice() {
        let ticks = &["2026-11-01T05:00:00Z", "2026-11-01T05:30:00Z", "2026-11-01T06:00:00Z", "2026-11-01T06:30:00Z", "2026-11-01T07:00:00Z"];
        check("*/30 * * * *", "America/New_York", "2026-11-01T04:59:00Z", "2026-11-01T07:10:00Z", ticks);
        let ticks = &["2026-03-08T06:30:00Z", "2026-03-08T07:00:00Z", "2026-03-08T07:30:00Z"];
        check("*/30 * * * *", "America/New_York", "2026-03-08T06:00:00Z", "2026-03-08T07:45:00Z", ticks);
    }

    #[test]
    fn seconds_may_stand_first() {
        let ticks = &["2026-05-01T00:00:02Z", "2026-05-01T00:00:04Z"];
        check("*/2 * * * * *", "UTC", "2026-05-01T00:00:00.7Z", "2026-05-01T00:00:05Z", ticks);
    }

    #[test]
    fn only_the_newest_of_many_are_told() {
        let (ticks, more) = schedule("* * * * * *", "Asia/Shanghai").last(3, at("2026-01-01T00:00:00Z"), at("2026-02-01T00:00:00Z"));
        assert_eq!((ticks.len(), ticks.last().copied(), more), (3, Some(at("2026-02-01T00:00:00Z")), true));
    }

    #[test]
    fn the_next_tick_may_be_years_away() {
        assert_eq!(schedule("0 0 29 2 *", "UTC").next(at("2096-03-01T00:00:00Z")), Some(at("2104-02-29T00:00:00Z")));
        assert_eq!(schedule("0 12 * * *", "Europe/Berlin").next(at("2026-07-01T10:00:00Z")), Some(at("2026-07-02T10:00:00Z")));
    }

    #[test]
    fn what_is_wrong_is_told() {
        let told = |cron: &str, zone: &str| {
            let written: ScheduleFile = toml::from_str(&format!("name = 'x'\ncron = '{cron}'\ntimezone = '{zone}'\n")).unwrap();
            let error = Schedule::new(&written).unwrap_err();
            (error.key(), error.to_string())
        };
        assert_eq!(told("7 o'clock".replace('\'', "").as_str(), "UTC").0, "cron");
        assert_eq!(told("0 7 * * *", "Asia/Wuhan"), ("timezone", String::from("Asia/Wuhan: no time zone of the IANA database, as Asia/Shanghai is")));
        assert_eq!(told("0 0 30 2 *", "UTC").1, "0 0 30 2 *: no day comes at which this is true");
    }

    #[test]
    fn jitter_is_the_same_for_the_same_tick() {
        let written: ScheduleFile = toml::from_str("name = 'x'\ncron = '* * * * *'\njitter_s = 30\n").unwrap();
        let schedule = Schedule::new(&written).unwrap();
        let tick = at("2026-01-01T00:00:00Z");
        assert_eq!(schedule.jitter(tick), schedule.jitter(tick));
        let spread: BTreeSet<_> = (0..50).map(|minute| schedule.jitter(tick + TimeDelta::minutes(minute))).collect();
        assert!(spread.len() > 40 && spread.iter().all(|jitter| *jitter < Duration::from_secs(30)));
    }
}
