//! `status`: how things stand, for people and, as JSON, for scripts. It changes nothing, and a run may go on meanwhile.

use super::{CommandError, Surroundings};
use crate::cli::StatusArgs;
use crate::config::LogLevel;
use crate::exit::Exit;
use crate::ledger::{LEDGER, Ledger, Tick};
use crate::schedule::Schedule;
use crate::write::{self, LockHolder, Manifest};
use chrono::{DateTime, SecondsFormat, Utc};
use gongbao_tables::{RunOutcome, RunRow, Table};
use serde_json::{Value, json};
use std::path::{Path, PathBuf};

/// So many runs are looked at …
const RUNS: usize = 100;
/// … and so many quarantined documents are named.
const QUARANTINED: usize = 10;

/// How things stand.
struct Status {
    output: PathBuf,
    manifest: Option<Manifest>,
    /// The latest runs, newest first.
    runs: Vec<RunRow>,
    /// The first quarantined documents: source, path, why.
    quarantined: Vec<(String, String, Option<String>)>,
    quarantined_count: u64,
    /// Name, next tick, newest tick that was decided on.
    schedules: Vec<(String, Option<DateTime<Utc>>, Option<Tick>)>,
    under_way: Option<LockHolder>,
    /// Bytes that are free for this user, and all.
    disk: Option<(u64, u64)>,
}

/// Tells how things stand.
pub(super) fn status(args: &StatusArgs, around: &mut Surroundings<'_>) -> Result<Exit, CommandError> {
    around.start_logs(None, LogLevel::Warn);
    let output = around.output(&args.out)?;
    // The schedules of a configuration concern its own tables.
    let schedules = if args.out.out.is_none() { around.config()?.schedules } else { Vec::new() };
    let status = gather(output, &schedules, (around.now)())?;
    if args.json {
        writeln!(around.out, "{}", to_json(&status))?;
    } else {
        for (name, told) in to_lines(&status) {
            writeln!(around.out, "{name:<11} {told}")?;
        }
    }
    let has_failed = status.runs.first().is_some_and(|run| run.outcome == RunOutcome::Failed);
    Ok(if has_failed { Exit::Failed } else { Exit::Ok })
}

fn gather(output: PathBuf, schedules: &[Schedule], now: DateTime<Utc>) -> Result<Status, CommandError> {
    let snapshot = if output.is_dir() { write::resolve_current(&output)? } else { None };
    let manifest = snapshot.map(|snapshot| Manifest::read(&snapshot)).transpose()?;
    let ledger = if output.join(LEDGER).exists() { Some(Ledger::open_readonly(&output)?) } else { None };
    let last_tick = |name: &str| match &ledger {
        Some(ledger) => Ok(ledger.ticks(name, 1)?.pop()),
        None => Ok::<_, CommandError>(None),
    };
    let schedules = schedules.iter().map(|schedule| Ok((schedule.name.clone(), schedule.next(now), last_tick(&schedule.name)?)));
    Ok(Status {
        manifest,
        runs: ledger.as_ref().map_or_else(|| Ok(Vec::new()), |ledger| ledger.runs(RUNS))?,
        quarantined: ledger.as_ref().map_or_else(|| Ok(Vec::new()), |ledger| ledger.quarantined(QUARANTINED))?,
        quarantined_count: ledger.as_ref().map_or(Ok(0), |ledger| ledger.totals().map(|totals| totals.quarantined))?,
        schedules: schedules.collect::<Result<_, CommandError>>()?,
        under_way: write::lock_holder(&output).filter(is_alive),
        disk: rustix::fs::statvfs(&output).ok().map(|disk| (disk.f_bavail * disk.f_frsize, disk.f_blocks * disk.f_frsize)),
        output,
    })
}

/// A run that was killed still stands in the lock's file. Of another machine's processes nothing is known.
fn is_alive(holder: &LockHolder) -> bool {
    let host = std::fs::read_to_string("/proc/sys/kernel/hostname").unwrap_or_default();
    host.trim() != holder.host || Path::new("/proc").join(holder.pid.to_string()).exists()
}

/// The newest run with each outcome, and how many there are of it.
fn by_outcome(runs: &[RunRow]) -> impl Iterator<Item = (RunOutcome, usize, &RunRow)> {
    [RunOutcome::Ok, RunOutcome::Partial, RunOutcome::Failed].into_iter().filter_map(move |outcome| {
        let mut found = runs.iter().filter(move |run| run.outcome == outcome);
        let newest = found.next()?;
        Some((outcome, found.count() + 1, newest))
    })
}

fn rows(manifest: &Manifest) -> impl Iterator<Item = (&'static str, u64)> {
    Table::ALL.into_iter().map(|table| (table.name(), manifest.tables.get(table.name()).map_or(0, |entry| entry.rows)))
}

fn to_lines(status: &Status) -> Vec<(&'static str, String)> {
    let mut lines = vec![("output", status.output.display().to_string())];
    match &status.manifest {
        Some(manifest) => {
            lines.push(("snapshot", format!("{} of {}, by run {}", manifest.snapshot, manifest.created_at, manifest.run_id)));
            lines.push(("rows", rows(manifest).map(|(table, rows)| format!("{rows} {table}")).collect::<Vec<_>>().join(", ")));
        }
        None => lines.push(("snapshot", String::from("none yet"))),
    }
    match status.runs.first() {
        Some(run) => lines.push(("last run", format!("{} at {}, {}", run.outcome.as_str(), time(run.finished_at), run.run_id))),
        None => lines.push(("last run", String::from("none yet"))),
    }
    for (outcome, count, newest) in by_outcome(&status.runs) {
        lines.push(("runs", format!("{count} {} of the last {}, newest {}", outcome.as_str(), status.runs.len(), time(newest.finished_at))));
    }
    match &status.under_way {
        Some(holder) => lines.push(("under way", format!("process {} on {} since {}", holder.pid, holder.host, holder.since))),
        None => lines.push(("under way", String::from("no run"))),
    }
    for (name, next, last) in &status.schedules {
        let next = next.map_or_else(|| String::from("never"), time);
        let last = last.as_ref().map_or_else(
            || String::from("none yet"),
            |tick| {
                let note = tick.note.as_ref().map(|note| format!(" ({note})")).unwrap_or_default();
                format!("{} {}{note}", time(tick.due), tick.state.as_str())
            },
        );
        lines.push(("schedule", format!("{name}: next {next}, last {last}")));
    }
    lines.push(("quarantine", crate::observe::counted(usize::try_from(status.quarantined_count).unwrap_or(usize::MAX), "document")));
    for (source, path, error) in &status.quarantined {
        lines.push(("", format!("{source}/{path}: {}", error.as_deref().unwrap_or("cause unknown"))));
    }
    if let Some((free, all)) = status.disk {
        lines.push(("disk", format!("{} MiB free of {}", free >> 20, all >> 20)));
    }
    lines
}

fn to_json(status: &Status) -> Value {
    let run = |run: &RunRow| json!({ "run_id": run.run_id, "outcome": run.outcome.as_str(), "finished_at": time(run.finished_at) });
    json!({
        "output": status.output.display().to_string(),
        "snapshot": status.manifest.as_ref().map(|manifest| json!({
            "name": manifest.snapshot,
            "created_at": manifest.created_at,
            "run_id": manifest.run_id,
            "rows": rows(manifest).map(|(table, rows)| (table.to_owned(), json!(rows))).collect::<serde_json::Map<_, _>>(),
        })),
        "last_run": status.runs.first().map(run),
        "runs": by_outcome(&status.runs).map(|(outcome, count, newest)| json!({ "outcome": outcome.as_str(), "count": count, "newest": run(newest) })).collect::<Vec<_>>(),
        "under_way": status.under_way.as_ref().map(|holder| json!({ "pid": holder.pid, "host": holder.host, "since": holder.since })),
        "schedules": status.schedules.iter().map(|(name, next, last)| json!({
            "name": name,
            "next": next.map(time),
            "last": last.as_ref().map(|tick| json!({ "due": time(tick.due), "state": tick.state.as_str(), "run_id": tick.run_id, "note": tick.note })),
        })).collect::<Vec<_>>(),
        "quarantined": {
            "count": status.quarantined_count,
            "first": status.quarantined.iter().map(|(source, path, error)| json!({ "source": source, "path": path, "error": error })).collect::<Vec<_>>(),
        },
        "disk": status.disk.map(|(free, all)| json!({ "free_bytes": free, "bytes": all })),
    })
}

fn time(at: DateTime<Utc>) -> String {
    at.to_rfc3339_opts(SecondsFormat::Secs, true)
}
