//! `path` and `runs`: where the tables are, and how they came to be.

use super::{CommandError, Surroundings, table};
use crate::cli::{OutArgs, RunsArgs};
use crate::config::LogLevel;
use crate::exit::Exit;
use crate::ledger::{LEDGER, Ledger};
use chrono::SecondsFormat;
use gongbao_tables::RunRow;
use parquet::arrow::ArrowWriter;
use serde_json::{Value, json};
use std::fs::File;
use std::path::Path;

/// Prints the folder of the newest snapshot, as an absolute path.
pub(super) fn path(args: &OutArgs, around: &mut Surroundings<'_>) -> Result<Exit, CommandError> {
    let snapshot = around.snapshot(args)?;
    let snapshot = std::fs::canonicalize(&snapshot).map_err(|source| CommandError::Open { path: snapshot, source })?;
    writeln!(around.out, "{}", snapshot.display())?;
    Ok(Exit::Ok)
}

/// Prints the newest runs, also those that changed nothing or failed.
pub(super) fn runs(args: &RunsArgs, around: &mut Surroundings<'_>) -> Result<Exit, CommandError> {
    around.start_logs(None, LogLevel::Warn);
    let output = around.output(&args.out)?;
    if !output.join(LEDGER).exists() {
        return Err(CommandError::NoTables { path: output });
    }
    let ledger = Ledger::open_readonly(&output)?;
    if let Some(file) = &args.parquet {
        write_parquet(&ledger.runs(usize::MAX)?, file)?;
        return Ok(Exit::Ok);
    }
    let runs = ledger.runs(args.limit)?;
    let rows: Vec<Value> = runs.iter().map(row).collect();
    if args.json {
        for row in rows {
            writeln!(around.out, "{row}")?;
        }
        return Ok(Exit::Ok);
    }
    let names = ["run_id", "trigger", "outcome", "seen", "new", "unchanged", "quarantined", "indicators", "investments", "ms", "snapshot"];
    let cells = runs.iter().map(cells).collect::<Vec<_>>();
    table::print(&names.map(str::to_owned), &cells, around.out)?;
    Ok(Exit::Ok)
}

/// Writes runs under another name first, so that nobody reads half a file.
fn write_parquet(runs: &[RunRow], file: &Path) -> Result<(), CommandError> {
    let cannot_write = |source| CommandError::Create { path: file.to_owned(), source };
    let cannot_make = |source| CommandError::Table { path: file.to_owned(), source };
    let rows = gongbao_tables::runs(runs)?;
    let folder = file.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let unfinished = tempfile::NamedTempFile::new_in(folder).map_err(cannot_write)?;
    let mut writer = ArrowWriter::try_new(unfinished, rows.schema(), None).map_err(cannot_make)?;
    writer.write(&rows).map_err(cannot_make)?;
    let unfinished = writer.into_inner().map_err(cannot_make)?;
    // A temporary file is its owner's alone; a table is to be read by others too.
    #[cfg(unix)]
    std::fs::set_permissions(unfinished.path(), std::os::unix::fs::PermissionsExt::from_mode(0o644)).map_err(cannot_write)?;
    unfinished.as_file().sync_all().map_err(cannot_write)?;
    unfinished.persist(file).map_err(|error| cannot_write(error.error))?;
    File::open(folder).and_then(|folder| folder.sync_all()).map_err(cannot_write)
}

fn cells(run: &RunRow) -> Vec<String> {
    let ms = run.ingest_ms + run.extract_ms + run.normalize_ms + run.write_ms;
    let counts = [run.documents_seen, run.documents_new, run.documents_unchanged, run.documents_quarantined, run.observations, run.investments, ms];
    let words = [run.run_id.clone(), run.trigger.as_str().to_owned(), run.outcome.as_str().to_owned()];
    words.into_iter().chain(counts.map(|count| count.to_string())).chain([run.snapshot.clone().unwrap_or_default()]).collect()
}

fn row(run: &RunRow) -> Value {
    json!({
        "run_id": run.run_id,
        "trigger": run.trigger.as_str(),
        "scheduled_for": run.scheduled_for.map(|at| at.to_rfc3339_opts(SecondsFormat::Micros, true)),
        "started_at": run.started_at.to_rfc3339_opts(SecondsFormat::Micros, true),
        "finished_at": run.finished_at.to_rfc3339_opts(SecondsFormat::Micros, true),
        "outcome": run.outcome.as_str(),
        "documents_seen": run.documents_seen,
        "documents_new": run.documents_new,
        "documents_unchanged": run.documents_unchanged,
        "documents_quarantined": run.documents_quarantined,
        "observations": run.observations,
        "investments": run.investments,
        "bytes_read": run.bytes_read,
        "ingest_ms": run.ingest_ms,
        "extract_ms": run.extract_ms,
        "normalize_ms": run.normalize_ms,
        "write_ms": run.write_ms,
        "version": run.version,
        "config_hash": run.config_hash,
        "snapshot": run.snapshot,
    })
}
