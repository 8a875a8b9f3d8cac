//! One run, from sources to a snapshot: the one file that joins the stages.
//!
//! ingest (find, read, settle) → extract (the core, in parallel by document) → write (one commit) → ledger, which is told last.
//! A document that fails is quarantined with its cause; it never ends the run. The same input gives the same tables, however
//! many threads there are.

mod gather;

use crate::config::Config;
use crate::extract::{Provenance, extract};
use crate::ingest::{Known, Parser};
use crate::ledger::{Entry, Ledger, LedgerError};
use crate::observe::{Progress, Summary, chain, fields};
use crate::stop::Stop;
use crate::write::{self, Changes, LockHolder, Takedown, Takedowns, WriteError, WriteSettings};
use chrono::{DateTime, Utc};
use gongbao_core::lexicon::Lexicon;
use gongbao_core::model::Reading;
use gongbao_tables::{DocumentRow, DocumentStatus, RunOutcome, RunRow, Trigger};
use std::collections::{BTreeMap, BTreeSet};
use std::io;
use std::path::{Path, PathBuf};
use std::time::Instant;

/// Deep nesting in a text must not end the process.
const STACK_BYTES: usize = 16 << 20;

/// How one run is to be done.
#[derive(Clone, Copy)]
pub struct RunOptions<'a> {
    /// What started it.
    pub trigger: Trigger,
    /// The tick that it is for, where a schedule started it.
    pub scheduled_for: Option<DateTime<Utc>>,
    /// Names of the sources that are looked through; empty: all.
    pub sources: &'a BTreeSet<String>,
    /// Read every document anew, known or not.
    pub reextract: bool,
    /// Read only these documents, known ones, anew; all others stay as they are, and none goes.
    pub selection: Option<&'a Selection>,
    /// Take documents out also where a source is empty all at once, or more than half of it is gone.
    pub allow_empty: bool,
    /// The folder of tables for which the output stands in a rehearsal: it holds no documents, and its kept bytes are read.
    pub rehearses: Option<&'a Path>,
    /// How it is asked to end early.
    pub stop: &'a Stop,
    /// Whether bars are shown.
    pub progress: Progress,
    /// The clock.
    pub now: &'a dyn Fn() -> DateTime<Utc>,
}

/// Documents by source and path, with what is known of each beforehand where its file is gone and its kept bytes are read.
pub type Selection = BTreeMap<(String, String), crate::ingest::Context>;

/// Why a run ended without a commit.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum RunError {
    /// The folder of the tables cannot be made.
    #[error("cannot make the folder {}", path.display())]
    Output {
        /// The folder.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// The threads cannot be started.
    #[error("cannot start threads")]
    Threads(#[from] rayon::ThreadPoolBuildError),
    /// The readers of foreign formats cannot be started.
    #[error("cannot start the readers of documents")]
    Parser(#[source] io::Error),
    /// Another run holds the lock.
    #[error("another run holds the lock of {}{}", path.display(), holder.as_ref().map(LockHolder::told).unwrap_or_default())]
    Locked {
        /// The folder of the tables.
        path: PathBuf,
        /// Who it is, where that is told.
        holder: Option<LockHolder>,
    },
    /// The tables cannot be read or written.
    #[error("cannot write the tables")]
    Write(#[from] WriteError),
    /// The ledger cannot be read or written.
    #[error("cannot use the ledger")]
    Ledger(#[from] LedgerError),
}

impl RunError {
    /// Another run holds the lock of this folder.
    pub(crate) fn locked(output: &Path) -> Self {
        Self::Locked { path: output.to_owned(), holder: write::lock_holder(output) }
    }
}

/// Does one run over all sources.
///
/// - Shape: a configuration in; a summary out, and a new snapshot where anything changed.
/// - Errors: the lock is held, or tables or ledger fail. Documents and sources that fail are told in the summary.
pub fn run(config: &Config, lexicon: &Lexicon, options: RunOptions<'_>) -> Result<Summary, RunError> {
    let started_at = (options.now)();
    let run_id = started_at.format("%Y%m%dT%H%M%S%6fZ").to_string();
    // Spans are errors to the filter, so that a warning names its run and document however few logs are wanted.
    let span = tracing::error_span!("run", { fields::RUN_ID } = %run_id, { fields::RUN_CONFIG } = %config.hash);
    let _entered = span.enter();
    let output = config.output.as_path();
    std::fs::create_dir_all(output).map_err(|source| RunError::Output { path: output.to_owned(), source })?;
    let Some(_lock) = write::lock(output)? else { return Err(RunError::locked(output)) };
    let stop = options.stop.heard_at(output);
    stop.begin().map_err(|source| RunError::Output { path: output.to_owned(), source })?;
    let threads = rayon::ThreadPoolBuilder::new().stack_size(STACK_BYTES).build()?;
    let parser = Parser::new(config.parser).map_err(RunError::Parser)?;
    let mut ledger = open_ledger(output)?;
    let takedowns = Takedowns::read(options.rehearses.unwrap_or(output))?;

    let (ingested, ingest_ms) = stage("ingest", || gather::gather(config, &ledger, &threads, &parser, &takedowns, options));
    let mut ingested = ingested?;
    let provenance = Provenance { run_id: &run_id, ingested_at: started_at, lexicon };
    let work = std::mem::take(&mut ingested.work);
    let begun = as_u64(work.len());
    let ((upserts, busy), core_ms) = stage("extract", || extract(work, provenance, config, &parser, &threads, &stop, options.progress));
    let not_begun = begun - as_u64(upserts.len()) + ingested.not_begun;
    let (extract_ms, normalize_ms) = busy.part(core_ms);

    let quarantined: Vec<_> = upserts.iter().filter(|row| is_newly_quarantined(row, &ingested.known)).collect();
    let is_whole = not_begun == 0 && quarantined.is_empty() && ingested.failed_documents.is_empty() && ingested.failed_sources.is_empty();
    let count = |rows: fn(&Reading) -> usize| upserts.iter().filter_map(|row| row.reading.as_ref()).map(rows).map(as_u64).sum();
    let with_status = |wanted: &[DocumentStatus]| as_u64(upserts.iter().filter(|row| wanted.contains(&row.status)).count());
    let run = RunRow {
        run_id: run_id.clone(),
        trigger: options.trigger,
        scheduled_for: options.scheduled_for,
        started_at,
        finished_at: (options.now)(),
        outcome: if is_whole { RunOutcome::Ok } else { RunOutcome::Partial },
        documents_seen: ingested.seen + ingested.not_begun - not_begun,
        documents_new: as_u64(upserts.len()),
        documents_unchanged: ingested.unchanged,
        documents_quarantined: as_u64(quarantined.len()),
        observations: count(|reading| reading.observations.len()),
        investments: count(|reading| reading.investments.len()),
        bytes_read: ingested.bytes,
        ingest_ms,
        extract_ms,
        normalize_ms,
        write_ms: 0,
        version: String::from(env!("CARGO_PKG_VERSION")),
        config_hash: config.hash.clone(),
        snapshot: None,
    };
    let mut summary = Summary {
        run,
        current: None,
        documents_read: with_status(&[DocumentStatus::Ok, DocumentStatus::Empty]),
        duplicates: with_status(&[DocumentStatus::Duplicate]),
        removed: as_u64(ingested.removed.len()),
        skipped: ingested.skipped,
        not_begun,
        manifest_lines_without_document: ingested.manifest_lines_without_document,
        findings: count(|reading| reading.findings.len()),
        bytes_extracted: upserts.iter().filter(|row| row.reading.is_some()).map(|row| row.bytes).sum(),
        quarantined: quarantined.iter().map(|row| (row.source.clone(), row.path.clone(), row.error.clone().unwrap_or_default())).collect(),
        failed_documents: ingested.failed_documents,
        failed_sources: ingested.failed_sources,
    };
    let entries: Vec<Entry> = upserts.iter().map(|row| entry(row, &ingested.contexts)).chain(ingested.adopted).collect();
    let contexts = contexts(ingested.known.values().chain(&entries));
    let previous_runs = ledger.committed_runs()?;
    let changes = Changes { upserts, removed_keys: ingested.removed, run: summary.run.clone(), previous_runs, contexts };
    let settings = WriteSettings {
        retain_snapshots: usize::try_from(config.retain_snapshots).unwrap_or(usize::MAX),
        retain_hours: u64::from(config.retain_hours),
        extractor_version: String::from(gongbao_core::EXTRACTOR_VERSION),
        lexicon_version: lexicon.version().to_owned(),
    };
    let (committed, write_ms) = stage("write", || write::commit(output, &changes, &settings));
    summary.run.write_ms = write_ms;
    summary.run.finished_at = (options.now)();
    match committed {
        Ok(Some(committed)) => {
            summary.run.snapshot = Some(committed.snapshot);
            summary.current = Some(committed.path);
            // The tables stand, with all that the ledger has to know: this is no failed run.
            if let Err(error) = ledger.record(&summary.run, &entries, &changes.removed_keys) {
                let error = chain(&error);
                tracing::warn!({ fields::ERROR } = %error, "committed, but the ledger was not told: the next run tells it from the snapshot");
            }
        }
        Ok(None) => {
            ledger.record(&summary.run, &entries, &changes.removed_keys)?;
            summary.current = write::resolve_current(output)?;
        }
        Err(error) => {
            summary.run.outcome = RunOutcome::Failed;
            // A full disk fails both; what is to be told is why the tables were not written.
            if let Err(untold) = ledger.record(&summary.run, &[], &[]) {
                tracing::warn!({ fields::ERROR } = %chain(&untold), "the ledger was not told of the failed run");
            }
            return Err(error.into());
        }
    }
    match &summary.run.snapshot {
        Some(snapshot) => tracing::info!({ fields::SNAPSHOT } = %snapshot, "committed"),
        None => tracing::info!("nothing changed: no new snapshot"),
    }
    Ok(summary)
}

/// Opens the ledger when all that is taken down is gone, and lets it learn from the snapshot that stands what it does not know: after a crash between commit and
/// ledger, after damage, or when somebody put something else in place of one of the two.
pub(crate) fn open_ledger(output: &Path) -> Result<Ledger, RunError> {
    let mut takedowns = Takedowns::read(output)?;
    let is_pending = takedowns.is_pending();
    if is_pending {
        let changed = write::take_down(output, &takedowns)?;
        tracing::info!({ fields::SNAPSHOT } = %changed.join(" "), "documents were taken down");
    }
    let mut ledger = learned(output)?;
    if is_pending {
        ledger.forget(takedowns.iter().map(|one| (one.source.as_str(), one.path.as_str(), one.content_hash.as_deref())))?;
        write::fail::point("takedown", "forgotten");
        takedowns.close();
        takedowns.write(output)?;
    }
    Ok(ledger)
}

/// The ledger, once it knows what the snapshot tells.
fn learned(output: &Path) -> Result<Ledger, RunError> {
    let mut ledger = match Ledger::open(output) {
        Err(error) if error.is_damage() => {
            let aside = Ledger::set_aside(output, Utc::now())?;
            let (error, aside) = (chain(&error), aside.display());
            tracing::warn!({ fields::ERROR } = %error, "the ledger is damaged: it is kept as {aside} and written anew");
            Ledger::open(output)?
        }
        opened => opened?,
    };
    let current = match write::resolve_current(output) {
        Ok(None) if !ledger.stands_for_nothing()? => repaired(output)?,
        Err(WriteError::Current { .. }) => repaired(output)?,
        found => found?,
    };
    let Some(snapshot) = current else {
        if !ledger.stands_for_nothing()? {
            tracing::warn!("the ledger knows documents, but no snapshot stands: they are read anew");
            ledger.rebuild(Vec::new(), &[])?;
        }
        return Ok(ledger);
    };
    let manifest = write::Manifest::read(&snapshot)?;
    if !ledger.stands_for(&manifest.run_id, &manifest.snapshot)? {
        let run = manifest.run_id.as_str();
        tracing::warn!({ fields::SNAPSHOT } = %manifest.snapshot, "the ledger does not know run {run}, whose snapshot stands: it is written anew");
        ledger.rebuild(write::read_known_documents(&snapshot)?, &write::read_runs(&snapshot)?)?;
    }
    Ok(ledger)
}

/// The snapshot that stands after `current` was repaired.
fn repaired(output: &Path) -> Result<Option<PathBuf>, WriteError> {
    let snapshot = write::repair_current(output)?;
    if let Some(snapshot) = &snapshot {
        let name = snapshot.file_name().unwrap_or_default().to_string_lossy();
        tracing::warn!({ fields::SNAPSHOT } = %name, "current named no snapshot: it names the newest whole one now");
    }
    Ok(snapshot)
}

/// Mends an output folder as the beginning of a run does: clears leftovers, finds a lost `current`, and lets the ledger learn.
///
/// - Errors: as for [`run`].
pub fn repair(output: &Path) -> Result<(), RunError> {
    let Some(_lock) = write::lock(output)? else { return Err(RunError::locked(output)) };
    open_ledger(output).map(|_| ())
}

/// Takes documents out of the tables for good: out of every kept snapshot, the kept bytes and the ledger.
///
/// - Shape: the output folder, and what is taken down, which the folder then remembers. Cut off, it is finished by the next that
///   takes the lock.
/// - Errors: as for [`run`].
pub fn remove(output: &Path, documents: Vec<Takedown>) -> Result<(), RunError> {
    let Some(_lock) = write::lock(output)? else { return Err(RunError::locked(output)) };
    let mut takedowns = Takedowns::read(output)?;
    takedowns.extend(documents);
    takedowns.write(output)?;
    write::fail::point("takedown", "told");
    open_ledger(output).map(|_| ())
}

/// Lets documents come again that were taken down, with the next run that finds them.
///
/// - Shape: the output folder, and which are meant; those that were taken off the list out.
/// - Errors: as for [`run`].
pub fn readmit(output: &Path, is_meant: impl Fn(&Takedown) -> bool) -> Result<Vec<Takedown>, RunError> {
    let Some(_lock) = write::lock(output)? else { return Err(RunError::locked(output)) };
    open_ledger(output)?;
    let mut takedowns = Takedowns::read(output)?;
    let forgotten = takedowns.forget(is_meant);
    if !forgotten.is_empty() {
        takedowns.write(output)?;
    }
    Ok(forgotten)
}

/// What is known of documents beside their text; the later entry counts.
fn contexts<'a>(entries: impl Iterator<Item = &'a Entry>) -> BTreeMap<String, String> {
    entries.filter_map(|entry| Some((entry.document_id.clone(), entry.context_hash.clone()?))).collect()
}

/// What the ledger remembers of a document.
pub(crate) fn entry(row: &DocumentRow, contexts: &BTreeMap<(String, String), String>) -> Entry {
    Entry {
        source: row.source.clone(),
        path: row.path.clone(),
        content_hash: row.content_hash.clone(),
        document_id: row.document_id.clone(),
        status: row.status,
        error: row.error.clone(),
        duplicate_of: row.duplicate_of.clone(),
        context_hash: contexts.get(&(row.source.clone(), row.path.clone())).cloned(),
        extractor_version: row.extractor_version.clone(),
        lexicon_version: row.lexicon_version.clone(),
        bytes: row.bytes,
        modified: None,
        run_id: row.run_id.clone(),
    }
}

/// A document that was quarantined before with the same content is no news.
fn is_newly_quarantined(row: &DocumentRow, known: &Known) -> bool {
    let before = known.get(&(row.source.clone(), row.path.clone()));
    let is_old = before.is_some_and(|entry| entry.status == DocumentStatus::Quarantined && entry.content_hash == row.content_hash);
    row.status == DocumentStatus::Quarantined && !is_old
}

fn as_u64(count: usize) -> u64 {
    u64::try_from(count).unwrap_or(u64::MAX)
}

/// Does one stage in its span, and tells how many milliseconds it took.
fn stage<T>(name: &'static str, work: impl FnOnce() -> T) -> (T, u64) {
    let span = tracing::error_span!("stage", { fields::STAGE_NAME } = name);
    let start = Instant::now();
    let done = span.in_scope(work);
    let ms = u64::try_from(start.elapsed().as_millis()).unwrap_or(u64::MAX);
    tracing::debug!({ fields::STAGE_NAME } = name, { fields::STAGE_MS } = ms, "stage done");
    write::fail::point("stage", name);
    (done, ms)
}
