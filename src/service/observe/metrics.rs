//! Metrics in the text format of Prometheus, version 0.0.4.
//!
//! Counters are sums over the ledger's runs, so that a restart loses none of them and runs that cron starts have them too. No label
//! holds a path or a title: names of schedules come from the configuration, all else from closed lists.

use crate::ledger::{Ledger, LedgerError, STAGE_BUCKETS_MS, Totals};
use crate::schedule::Schedule;
use chrono::{DateTime, Utc};
use gongbao_tables::{RunOutcome, Trigger};
use rust_decimal::Decimal;
use std::collections::BTreeMap;

/// How an answer with metrics calls its content.
pub const CONTENT_TYPE: &str = "text/plain; version=0.0.4; charset=utf-8";

/// What is told of an output folder, and of who serves it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Facts {
    /// What the ledger's runs come to.
    pub totals: Totals,
    /// Each schedule of the configuration, with its next tick.
    pub schedules: Vec<(String, Option<DateTime<Utc>>)>,
    /// Whether a run is under way.
    pub is_running: bool,
}

impl Facts {
    /// Gathers what is to be told.
    ///
    /// - Shape: the ledger (none before the first run), the configuration's schedules, whether a run is under way, the time.
    /// - Errors: the ledger cannot be read.
    pub fn gather(ledger: Option<&Ledger>, schedules: &[Schedule], is_running: bool, now: DateTime<Utc>) -> Result<Self, LedgerError> {
        let totals = ledger.map_or_else(|| Ok(Totals::default()), Ledger::totals)?;
        let schedules = schedules.iter().map(|schedule| (schedule.name.clone(), schedule.next(now))).collect();
        Ok(Self { totals, schedules, is_running })
    }
}

/// One metric: what is told of it, and how its samples are found.
struct Metric {
    name: &'static str,
    kind: &'static str,
    help: &'static str,
    samples: fn(&Facts) -> Vec<Sample>,
}

/// What follows the name, the labels, the value.
type Sample = (&'static str, Vec<(&'static str, String)>, Decimal);

const METRICS: [Metric; 15] = [
    Metric {
        name: "gongbao_build_info",
        kind: "gauge",
        help: "Always 1; the labels tell the version of the program and of its rules.",
        samples: |_| {
            let versions = [("version", env!("CARGO_PKG_VERSION")), ("extractor_version", gongbao_core::EXTRACTOR_VERSION)];
            vec![("", versions.map(|(label, version)| (label, version.to_owned())).to_vec(), Decimal::ONE)]
        },
    },
    Metric {
        name: "gongbao_runs_total",
        kind: "counter",
        help: "Runs by what started them and how they ended; partial: sources failed, or documents were newly quarantined or left to the next run.",
        samples: runs,
    },
    Metric {
        name: "gongbao_documents_total",
        kind: "counter",
        help: "Documents that runs met. Ingest: unchanged or new (or to be read anew); extract: quarantined for the first time with this content, or else taken in.",
        samples: documents,
    },
    Metric { name: "gongbao_observations_total", kind: "counter", help: "Observations found.", samples: |facts| one(facts.totals.observations) },
    Metric { name: "gongbao_investments_total", kind: "counter", help: "Investment events found.", samples: |facts| one(facts.totals.investments) },
    Metric { name: "gongbao_bytes_read_total", kind: "counter", help: "Bytes of documents read.", samples: |facts| one(facts.totals.bytes_read) },
    Metric { name: "gongbao_stage_duration_seconds", kind: "histogram", help: "How long the stages of runs took.", samples: stages },
    Metric {
        name: "gongbao_last_run_timestamp_seconds",
        kind: "gauge",
        help: "When the latest run ended; absent before the first.",
        samples: |facts| instant(facts.totals.last_run),
    },
    Metric {
        name: "gongbao_last_success_timestamp_seconds",
        kind: "gauge",
        help: "When the latest run ended that did not fail; absent before the first.",
        samples: |facts| instant(facts.totals.last_success),
    },
    Metric { name: "gongbao_run_in_progress", kind: "gauge", help: "1 while a run is under way.", samples: |facts| one(u64::from(facts.is_running)) },
    Metric {
        name: "gongbao_quarantined_documents",
        kind: "gauge",
        help: "Documents in quarantine now.",
        samples: |facts| one(facts.totals.quarantined),
    },
    Metric {
        name: "gongbao_schedules",
        kind: "gauge",
        help: "Schedules of the configuration.",
        samples: |facts| one(u64::try_from(facts.schedules.len()).unwrap_or(u64::MAX)),
    },
    Metric {
        name: "gongbao_schedule_next_timestamp_seconds",
        kind: "gauge",
        help: "The next tick of each schedule.",
        samples: |facts| {
            let next = facts.schedules.iter().filter_map(|(name, next)| Some((name, (*next)?)));
            next.map(|(name, next)| ("", vec![("schedule", name.clone())], seconds(next.timestamp_micros()))).collect()
        },
    },
    Metric {
        name: "gongbao_schedule_last_timestamp_seconds",
        kind: "gauge",
        help: "The newest tick of each schedule whose run is done.",
        samples: |facts| ticks(facts, |due, _| due.timestamp_micros()),
    },
    Metric {
        name: "gongbao_schedule_lateness_seconds",
        kind: "gauge",
        help: "How long after that tick its run began.",
        samples: |facts| ticks(facts, |due, started| started.timestamp_micros().saturating_sub(due.timestamp_micros())),
    },
];

/// Names of all metrics.
pub fn names() -> impl Iterator<Item = &'static str> {
    METRICS.iter().map(|metric| metric.name)
}

/// The text that a scrape gets.
#[must_use]
pub fn render(facts: &Facts) -> String {
    let mut text = String::new();
    for metric in &METRICS {
        text += &format!("# HELP {} {}\n# TYPE {0} {}\n", metric.name, metric.help, metric.kind);
        for (suffix, labels, value) in (metric.samples)(facts) {
            let labels: Vec<_> = labels.iter().map(|(label, value)| format!("{label}=\"{}\"", escaped(value))).collect();
            let labels = if labels.is_empty() { String::new() } else { format!("{{{}}}", labels.join(",")) };
            text += &format!("{}{suffix}{labels} {}\n", metric.name, value.normalize());
        }
    }
    text
}

/// Every pair of words is there from the start: an increase from nothing to one is seen by nobody.
fn runs(facts: &Facts) -> Vec<Sample> {
    let mut runs = BTreeMap::new();
    for trigger in [Trigger::Manual, Trigger::Schedule, Trigger::CatchUp, Trigger::Backfill, Trigger::Replay] {
        for outcome in [RunOutcome::Ok, RunOutcome::Partial, RunOutcome::Failed] {
            runs.insert((trigger.as_str().to_owned(), outcome.as_str().to_owned()), 0);
        }
    }
    runs.extend(facts.totals.runs.iter().map(|(trigger, outcome, count)| ((trigger.clone(), outcome.clone()), *count)));
    runs.into_iter().map(|((trigger, outcome), count)| ("", vec![("trigger", trigger), ("outcome", outcome)], Decimal::from(count))).collect()
}

fn documents(facts: &Facts) -> Vec<Sample> {
    let totals = &facts.totals;
    let counts = [
        ("ingest", "unchanged", totals.documents_unchanged),
        ("ingest", "new", totals.documents_new),
        ("extract", "quarantined", totals.documents_quarantined),
        ("extract", "taken_in", totals.documents_new.saturating_sub(totals.documents_quarantined)),
    ];
    let sample = |(stage, outcome, count): (&str, &str, u64)| ("", vec![("stage", stage.into()), ("outcome", outcome.into())], count.into());
    counts.into_iter().map(sample).collect()
}

fn stages(facts: &Facts) -> Vec<Sample> {
    let mut samples = Vec::new();
    for times in &facts.totals.stages {
        let stage = || ("stage", times.stage.to_owned());
        for (bound, within) in STAGE_BUCKETS_MS.iter().zip(&times.within) {
            let bound = (Decimal::from(*bound) / Decimal::ONE_THOUSAND).normalize().to_string();
            samples.push(("_bucket", vec![stage(), ("le", bound)], Decimal::from(*within)));
        }
        samples.push(("_bucket", vec![stage(), ("le", String::from("+Inf"))], Decimal::from(times.count)));
        samples.push(("_sum", vec![stage()], Decimal::from(times.sum_ms) / Decimal::ONE_THOUSAND));
        samples.push(("_count", vec![stage()], Decimal::from(times.count)));
    }
    samples
}

/// Only of schedules that the configuration still has.
fn ticks(facts: &Facts, micros: fn(DateTime<Utc>, DateTime<Utc>) -> i64) -> Vec<Sample> {
    let known = facts.totals.ticks.iter().filter(|(name, ..)| facts.schedules.iter().any(|(known, _)| known == name));
    known.map(|(name, due, started)| ("", vec![("schedule", name.clone())], seconds(micros(*due, *started)))).collect()
}

fn one(value: u64) -> Vec<Sample> {
    vec![("", Vec::new(), Decimal::from(value))]
}

fn instant(at: Option<DateTime<Utc>>) -> Vec<Sample> {
    at.into_iter().map(|at| ("", Vec::new(), seconds(at.timestamp_micros()))).collect()
}

fn seconds(micros: i64) -> Decimal {
    Decimal::new(micros, 6)
}

fn escaped(value: &str) -> String {
    value.replace('\\', "\\\\").replace('"', "\\\"").replace('\n', "\\n")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ledger::StageTimes;
    use std::collections::BTreeSet;

    fn at(second: i64) -> DateTime<Utc> {
        DateTime::from_timestamp(second, 250_000_000).unwrap()
    }

    fn facts() -> Facts {
        let totals = Totals {
            runs: vec![(String::from("schedule"), String::from("ok"), 3)],
            documents_unchanged: 7,
            documents_new: 5,
            documents_quarantined: 1,
            observations: 40,
            investments: 2,
            bytes_read: 123_456,
            stages: vec![StageTimes { stage: "write", within: vec![0, 1, 2, 3, 3, 3, 3, 3], sum_ms: 4_250, count: 3 }],
            last_run: Some(at(1_700_000_000)),
            last_success: None,
            quarantined: 1,
            ticks: vec![(String::from("早\"\\\n"), at(1_699_999_990), at(1_700_000_000)), (String::from("gone"), at(0), at(9))],
        };
        Facts { totals, schedules: vec![(String::from("早\"\\\n"), Some(at(1_700_086_400))), (String::from("never"), None)], is_running: true }
    }

    fn check(metric: &str, expected: &[&str]) {
        let text = render(&facts());
        let lines: Vec<_> = text.lines().filter(|line| line.starts_with(metric)).collect();
        assert_eq!(lines, expected, "{text}");
    }

    #[test]
    fn samples_look_as_prometheus_wants_them() {
        check("gongbao_observations_total", &["gongbao_observations_total 40"]);
        check("gongbao_run_in_progress", &["gongbao_run_in_progress 1"]);
        check("gongbao_last_run", &["gongbao_last_run_timestamp_seconds 1700000000.25"]);
        check("gongbao_last_success", &[]);
        check("gongbao_runs_total{trigger=\"schedule\",outcome=\"ok\"}", &["gongbao_runs_total{trigger=\"schedule\",outcome=\"ok\"} 3"]);
        check("gongbao_runs_total{trigger=\"manual\",outcome=\"failed\"}", &["gongbao_runs_total{trigger=\"manual\",outcome=\"failed\"} 0"]);
        check("gongbao_schedule_next", &["gongbao_schedule_next_timestamp_seconds{schedule=\"早\\\"\\\\\\n\"} 1700086400.25"]);
        check("gongbao_schedule_lateness", &["gongbao_schedule_lateness_seconds{schedule=\"早\\\"\\\\\\n\"} 10"]);
        check(
            "gongbao_documents_total{stage=\"extract\",outcome=\"taken_in\"}",
            &["gongbao_documents_total{stage=\"extract\",outcome=\"taken_in\"} 4"],
        );
    }

    #[test]
    fn a_histogram_has_buckets_sum_and_count() {
        check(
            "gongbao_stage_duration_seconds",
            &[
                "gongbao_stage_duration_seconds_bucket{stage=\"write\",le=\"0.01\"} 0",
                "gongbao_stage_duration_seconds_bucket{stage=\"write\",le=\"0.1\"} 1",
                "gongbao_stage_duration_seconds_bucket{stage=\"write\",le=\"1\"} 2",
                "gongbao_stage_duration_seconds_bucket{stage=\"write\",le=\"10\"} 3",
                "gongbao_stage_duration_seconds_bucket{stage=\"write\",le=\"60\"} 3",
                "gongbao_stage_duration_seconds_bucket{stage=\"write\",le=\"300\"} 3",
                "gongbao_stage_duration_seconds_bucket{stage=\"write\",le=\"1800\"} 3",
                "gongbao_stage_duration_seconds_bucket{stage=\"write\",le=\"7200\"} 3",
                "gongbao_stage_duration_seconds_bucket{stage=\"write\",le=\"+Inf\"} 3",
                "gongbao_stage_duration_seconds_sum{stage=\"write\"} 4.25",
                "gongbao_stage_duration_seconds_count{stage=\"write\"} 3",
            ],
        );
    }

    #[test]
    fn names_follow_the_conventions() {
        assert_eq!(names().collect::<BTreeSet<_>>().len(), METRICS.len());
        for Metric { name, kind, help, .. } in &METRICS {
            assert_eq!(*kind == "counter", name.ends_with("_total"), "{name}");
            assert!(name.starts_with("gongbao_") && !help.contains(['\n', '\\']), "{name}");
        }
    }

    #[test]
    fn before_the_first_run_the_counters_are_there() {
        let text = render(&Facts::gather(None, &[], false, at(0)).unwrap());
        assert!(text.contains("\ngongbao_observations_total 0\n") && !text.contains("schedule=\""), "{text}");
    }
}
