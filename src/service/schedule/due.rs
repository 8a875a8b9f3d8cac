//! Which ticks are due now: a pure function of what the ledger remembers and what the clock shows.

use chrono::{DateTime, TimeDelta, Utc};

use super::Schedule;
use crate::config::Missed;

/// A tick that is no older than this was not missed: the service was only busy.
pub const GRACE: TimeDelta = TimeDelta::seconds(90);
/// So many missed ticks are made up for at most.
const MOST: usize = 100;

/// What is remembered of a schedule.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Past {
    /// When its definition was first seen: earlier ticks never were.
    pub since: DateTime<Utc>,
    /// The newest tick that was decided on.
    pub last_due: Option<DateTime<Utc>>,
}

/// A tick that is to be done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Due {
    /// Its instant.
    pub tick: DateTime<Utc>,
    /// Whether it is made up for.
    pub is_missed: bool,
}

/// The ticks that are to be done now, oldest first, and the newest tick that is decided on by that, done or not.
///
/// After a long pause the schedule's policy for missed ticks decides; a tick that is just due is done in any case, and under `latest`
/// stands for the missed ones. After the clock went back, the ticks of the time that comes again are told once more: the ledger
/// knows which of them were claimed.
#[must_use]
pub fn due(schedule: &Schedule, past: Past, now: DateTime<Utc>) -> (Vec<Due>, Option<DateTime<Utc>>) {
    let after = match past.last_due {
        Some(last) if last <= now => last.max(past.since),
        // The clock went back.
        Some(_) if past.since <= now => (now - GRACE).max(past.since),
        Some(_) => now - GRACE,
        None => past.since,
    };
    let (ticks, _) = schedule.last(MOST, after.min(now), now);
    let Some(newest) = ticks.last().copied() else { return (Vec::new(), None) };
    let is_fresh = |tick: DateTime<Utc>| now - tick <= GRACE;
    let fresh = ticks.iter().filter(|tick| is_fresh(**tick)).map(|tick| Due { tick: *tick, is_missed: false });
    let mut missed = ticks.iter().filter(|tick| !is_fresh(**tick)).map(|tick| Due { tick: *tick, is_missed: true });
    let done = match schedule.missed {
        Missed::Skip => fresh.collect(),
        Missed::Latest if is_fresh(newest) => fresh.collect(),
        Missed::Latest => missed.next_back().into_iter().collect(),
        Missed::All => missed.chain(fresh).collect(),
    };
    (done, Some(newest))
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    /// A service with a clock of its own, looking every five seconds, that remembers as the ledger does.
    struct Life {
        schedule: Schedule,
        past: Past,
        claimed: BTreeSet<DateTime<Utc>>,
        done: Vec<(DateTime<Utc>, bool)>,
    }

    impl Life {
        fn new(cron: &str, zone: &str, missed: &str, now: &str) -> Self {
            let written = format!("name = 'x'\ncron = '{cron}'\ntimezone = '{zone}'\nmissed = '{missed}'\n");
            let schedule = Schedule::new(&toml::from_str(&written).unwrap()).unwrap();
            Self { schedule, past: Past { since: at(now), last_due: None }, claimed: BTreeSet::new(), done: Vec::new() }
        }

        fn look(&mut self, now: DateTime<Utc>) {
            let (ticks, newest) = due(&self.schedule, self.past, now);
            for Due { tick, is_missed } in ticks {
                if self.claimed.insert(tick) {
                    self.done.push((tick, is_missed));
                }
            }
            self.past.last_due = newest.or(self.past.last_due);
        }

        fn serve(&mut self, from: &str, until: &str) {
            let mut now = at(from);
            while now <= at(until) {
                self.look(now);
                now += TimeDelta::seconds(5);
            }
        }

        fn told(&self) -> Vec<String> {
            self.done
                .iter()
                .map(|(tick, is_missed)| format!("{}{}", tick.format("%m-%d %H:%M:%S"), if *is_missed { " missed" } else { "" }))
                .collect()
        }
    }

    fn at(written: &str) -> DateTime<Utc> {
        written.parse().unwrap()
    }

    #[test]
    fn each_tick_is_done_once() {
        let mut life = Life::new("*/5 * * * *", "Asia/Shanghai", "latest", "2026-01-01T00:00:01Z");
        life.serve("2026-01-01T00:00:01Z", "2026-01-01T00:16:00Z");
        assert_eq!(life.told(), ["01-01 00:05:00", "01-01 00:10:00", "01-01 00:15:00"]);
    }

    #[test]
    fn an_outage_of_thirty_days_is_made_up_for_as_told() {
        let cases = [("skip", 1, "02-01 00:00:00"), ("latest", 1, "01-31 00:00:00 missed"), ("all", 31, "01-02 00:00:00 missed")];
        for (missed, count, first) in cases {
            let mut life = Life::new("0 0 * * *", "UTC", missed, "2026-01-01T12:00:00Z");
            life.serve("2026-01-31T06:00:00Z", "2026-01-31T06:00:10Z");
            life.serve("2026-01-31T23:59:55Z", "2026-02-01T00:00:10Z");
            let told = life.told();
            let expected = if missed == "latest" { count + 1 } else { count };
            assert_eq!((told.len(), told[0].as_str(), told.last().unwrap().as_str()), (expected, first, "02-01 00:00:00"), "{missed}");
        }
    }

    #[test]
    fn no_more_than_a_hundred_are_made_up_for() {
        let mut life = Life::new("* * * * *", "UTC", "all", "2026-01-01T00:00:00Z");
        life.look(at("2026-01-31T00:00:30Z"));
        assert_eq!((life.done.len(), life.done[0].0), (100, at("2026-01-30T22:21:00Z")));
    }

    #[test]
    fn a_clock_that_goes_back_repeats_nothing_and_leaves_nothing_out() {
        let mut life = Life::new("*/10 * * * *", "UTC", "latest", "2026-01-01T00:00:01Z");
        life.serve("2026-01-01T00:00:01Z", "2026-01-01T01:00:06Z");
        life.serve("2026-01-01T00:00:05Z", "2026-01-01T01:10:05Z");
        assert_eq!(life.done.len(), 7, "{:?}", life.told());
        // A clock that was a month ahead, and is put right.
        life.serve("2026-02-01T00:00:00Z", "2026-02-01T00:00:05Z");
        life.serve("2026-01-01T01:15:00Z", "2026-01-01T01:30:05Z");
        assert_eq!(life.told()[7..], ["02-01 00:00:00", "01-01 01:20:00", "01-01 01:30:00"]);
    }

    #[test]
    fn days_of_the_leap_have_each_tick_once() {
        let mut life = Life::new("30 2 * * *", "America/New_York", "latest", "2026-03-07T12:00:00Z");
        life.serve("2026-03-08T05:00:00Z", "2026-03-08T09:00:00Z");
        assert_eq!(life.told(), ["03-08 07:00:00"]);
        let mut life = Life::new("30 1 * * *", "America/New_York", "latest", "2026-10-31T12:00:00Z");
        life.serve("2026-11-01T04:00:00Z", "2026-11-01T08:00:00Z");
        assert_eq!(life.told(), ["11-01 05:30:00"]);
    }

    #[test]
    fn a_changed_expression_begins_anew() {
        let mut life = Life::new("0 0 * * *", "UTC", "all", "2026-01-01T12:00:00Z");
        life.serve("2026-01-03T00:00:00Z", "2026-01-03T00:00:05Z");
        let other = Life::new("0 * * * *", "UTC", "all", "2026-01-03T05:30:00Z");
        life.schedule = other.schedule;
        life.past = other.past;
        life.serve("2026-01-03T05:30:00Z", "2026-01-03T06:00:05Z");
        assert_eq!(life.told(), ["01-02 00:00:00 missed", "01-03 00:00:00", "01-03 06:00:00"]);
    }
}
