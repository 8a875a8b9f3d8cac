//! One snapshot after another: what did not change is linked, what did is written anew, all of it becomes current at once.

use std::collections::{BTreeMap, BTreeSet};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Instant;

use arrow::array::{BooleanArray, RecordBatch};
use arrow::compute::{concat_batches, filter_record_batch, not};
use chrono::TimeDelta;
use gongbao_tables::{DocumentBatches, DocumentRow, SCHEMA_VERSION, Table, sort};
use rayon::prelude::*;
use rustix::io::Errno;

use super::known::Texts;
use super::manifest::{FileEntry, MANIFEST, Manifest, TableEntry};
use super::plan::{FILE_BYTES, Parent, Plan, chunks, columns, year_of};
use super::retention::retain;
use super::run_record::{RunRecord, written};
use super::table_file::{self, Making};
use super::{Changes, Committed, WriteError, WriteSettings, contexts, disk, fail, series, snapshot};

/// Files of fewer bytes on the disk count as small …
const SMALL_BYTES: u64 = 16 << 20;
/// … and this many small ones of one year are joined when that year is written.
const SMALL_FILES: usize = 16;

/// Makes the next snapshot and makes it current.
///
/// Files of the snapshot before that hold no superseded document are linked, the others are written anew; new
/// documents go into files of their year of publication. Readers see all of it or nothing. The caller holds the
/// [`super::RunLock`], and tells the ledger afterwards.
///
/// - Shape: the output folder, the changes, the settings in; the snapshot out, or `None` when nothing would change:
///   no document comes with rows other than it has, and none goes.
/// - Errors: any [`WriteError`]; `current` then still names the snapshot before, and nothing of the new one is left.
pub fn commit(output: &Path, changes: &Changes, settings: &WriteSettings) -> Result<Option<Committed>, WriteError> {
    let start = Instant::now();
    let parent = Parent::open(output)?;
    let plan = Plan::make(parent.as_ref(), changes)?;
    let committed = if plan.is_empty() { None } else { Some(make(output, parent.as_ref(), &plan, changes, settings, start)?) };
    // The tables are safe by now: what cannot be removed today is removed after the next run.
    if let Err(error) = retain(output, changes.run.finished_at + elapsed(start), settings) {
        tracing::warn!(error = &error as &dyn std::error::Error, "old snapshots could not be removed");
    }
    Ok(committed)
}

/// Makes a snapshot and makes it current; what was begun is removed when that fails.
fn make(
    output: &Path,
    parent: Option<&Parent>,
    plan: &Plan<'_>,
    changes: &Changes,
    settings: &WriteSettings,
    start: Instant,
) -> Result<Committed, WriteError> {
    let name = snapshot::next_name(output)?;
    let staging = snapshot::stage(output, &name)?;
    let made = fill(&staging, &name, parent, plan, changes, settings, start).and_then(|manifest| {
        fail::point("commit", "staged");
        Ok(Committed { path: snapshot::publish(output, &name, &staging)?, snapshot: name, manifest })
    });
    if made.is_err()
        && let Err(left) = disk::remove_folder(&staging)
    {
        tracing::warn!(error = &left as &dyn std::error::Error, "an unfinished snapshot is left until the next run");
    }
    made
}

/// Makes all files of a snapshot in its staging folder.
fn fill(
    staging: &Path,
    name: &str,
    parent: Option<&Parent>,
    plan: &Plan<'_>,
    changes: &Changes,
    settings: &WriteSettings,
    start: Instant,
) -> Result<Manifest, WriteError> {
    let making = Making { run_id: &changes.run.run_id, extractor_version: &settings.extractor_version, lexicon_version: &settings.lexicon_version };
    let stage = Stage { parent, folder: staging, making, copies: AtomicBool::new(false) };

    let mut tables = stage.of_documents(plan)?;
    tables.insert(Table::Runs, stage.runs(changes)?);
    let contexts = stage.contexts(plan, &changes.contexts)?;

    let mut run = changes.run.clone();
    run.finished_at += elapsed(start);
    run.write_ms = u64::try_from(start.elapsed().as_millis()).unwrap_or(u64::MAX);
    run.snapshot = Some(name.to_owned());
    let manifest = Manifest {
        snapshot: name.to_owned(),
        parent: parent.map(|parent| parent.name().to_owned()),
        schema_version: SCHEMA_VERSION.to_owned(),
        run_id: run.run_id.clone(),
        created_at: written(run.finished_at),
        extractor_version: settings.extractor_version.clone(),
        lexicon_version: settings.lexicon_version.clone(),
        run: Some(RunRecord::from(&run)),
        contexts: Some(contexts),
        tables: entries(tables),
    };
    close(staging, &manifest)?;
    Ok(manifest)
}

/// Makes all files of a snapshot anew, without the documents that go: what it tells of itself and its run stays.
pub(super) fn rewrite(staging: &Path, parent: &Parent, plan: &Plan<'_>) -> Result<(), WriteError> {
    let was = parent.manifest();
    let making = Making { run_id: &was.run_id, extractor_version: &was.extractor_version, lexicon_version: &was.lexicon_version };
    let stage = Stage { parent: Some(parent), folder: staging, making, copies: AtomicBool::new(false) };
    let mut tables = stage.of_documents(plan)?;
    stage.table_folder(Table::Runs)?;
    tables.insert(Table::Runs, stage.close(Table::Runs, stage.keep(Table::Runs, was.files(Table::Runs).iter())?)?);
    let contexts = stage.contexts(plan, &BTreeMap::new())?;
    close(staging, &Manifest { contexts: Some(contexts), tables: entries(tables), ..was.clone() })
}

fn entries(tables: BTreeMap<Table, Vec<FileEntry>>) -> BTreeMap<String, TableEntry> {
    tables.into_iter().map(|(table, files)| (table.name().to_owned(), TableEntry::of(files))).collect()
}

/// Writes the manifest, the last file of a snapshot.
fn close(staging: &Path, manifest: &Manifest) -> Result<(), WriteError> {
    let path = staging.join(MANIFEST);
    let json = serde_json::to_vec_pretty(manifest).map_err(|source| WriteError::Manifest { path: path.clone(), source })?;
    disk::write(&path, &json)?;
    disk::flush_folder(staging)
}

/// How long the writing has taken: the run's end was told before it began.
fn elapsed(start: Instant) -> TimeDelta {
    TimeDelta::from_std(start.elapsed()).unwrap_or_default()
}

/// True when a file system cannot give this file a second name, whatever room it has.
fn is_unlinkable(error: &io::Error) -> bool {
    matches!(Errno::from_io_error(error), Some(Errno::XDEV | Errno::PERM | Errno::OPNOTSUPP | Errno::MLINK))
}

/// Rows of new documents by year, in batches that fit into a file each.
fn batches_by_year(upserts: &[&DocumentRow]) -> Result<BTreeMap<String, Vec<DocumentBatches>>, WriteError> {
    let mut years: BTreeMap<String, Vec<&DocumentRow>> = BTreeMap::new();
    for &document in upserts {
        years.entry(year_of(document)).or_default().push(document);
    }
    let made = years.into_iter().map(|(year, documents)| {
        let batches = chunks(&documents, FILE_BYTES).par_iter().map(|chunk| DocumentBatches::of(chunk)).collect::<Result<Vec<_>, _>>();
        Ok((year, batches.map_err(columns(Table::Documents))?))
    });
    made.collect()
}

/// A snapshot in the making.
struct Stage<'a> {
    parent: Option<&'a Parent>,
    folder: &'a Path,
    making: Making<'a>,
    /// Whether files had to be copied, and that was told.
    copies: AtomicBool,
}

impl Stage<'_> {
    /// Makes the files of all tables that documents fill, the series among them.
    fn of_documents(&self, plan: &Plan<'_>) -> Result<BTreeMap<Table, Vec<FileEntry>>, WriteError> {
        let new = batches_by_year(&plan.upserts)?;
        let mut groups = BTreeSet::new();
        let mut tables = BTreeMap::new();
        for table in Table::OF_DOCUMENTS {
            tables.insert(table, self.documents(table, plan, &new, &mut groups)?);
        }
        drop(new);
        tables.insert(Table::Series, self.series(&tables, &groups)?);
        Ok(tables)
    }

    /// Makes the file of the documents' contexts: what the snapshot before tells, and what is told now.
    fn contexts(&self, plan: &Plan<'_>, told: &BTreeMap<String, String>) -> Result<FileEntry, WriteError> {
        let mut known = self.parent.map(Parent::contexts).unwrap_or_default();
        known.extend(told.iter().map(|(document, context)| (document.clone(), context.clone())));
        let comes: BTreeSet<&str> = plan.upserts.iter().map(|row| row.document_id.as_str()).collect();
        known.retain(|document, _| comes.contains(document.as_str()) || !plan.is_superseded(document));
        contexts::write(&known, self.folder)
    }

    /// Makes the files of a table of documents, and tells the groups of series whose observations changed.
    fn documents(
        &self,
        table: Table,
        plan: &Plan<'_>,
        new: &BTreeMap<String, Vec<DocumentBatches>>,
        groups: &mut BTreeSet<String>,
    ) -> Result<Vec<FileEntry>, WriteError> {
        let mut kept: BTreeMap<&str, Vec<&FileEntry>> = BTreeMap::new();
        let mut pieces: BTreeMap<&str, Vec<RecordBatch>> = BTreeMap::new();
        let mut touch = |batch: &RecordBatch| -> Result<(), WriteError> {
            if table == Table::Indicators {
                groups.extend(series::groups(batch)?);
            }
            Ok(())
        };
        for file in self.parent.iter().flat_map(|parent| parent.files(table)) {
            match self.split(table, file, plan)? {
                Some((stays, goes)) => {
                    touch(&goes)?;
                    pieces.entry(file.prefix()).or_default().push(stays);
                }
                None => kept.entry(file.prefix()).or_default().push(file),
            }
        }
        for (year, batches) in new {
            for batch in batches.iter().filter_map(|batches| batches.get(table)) {
                touch(batch)?;
                pieces.entry(year).or_default().push(batch.clone());
            }
        }
        let is_small = |file: &FileEntry| file.bytes < SMALL_BYTES;
        for (year, pieces) in &mut pieces {
            let files = kept.entry(year).or_default();
            if files.iter().filter(|file| is_small(file)).count() >= SMALL_FILES {
                for file in files.extract_if(.., |file| is_small(file)) {
                    pieces.push(self.read(table, file)?);
                }
            }
        }
        let folder = self.table_folder(table)?;
        let mut files = self.keep(table, kept.into_values().flatten())?;
        let packed: Vec<_> = pieces.into_iter().flat_map(|(year, pieces)| pack(pieces).into_iter().map(move |pieces| (year, pieces))).collect();
        let write = |(year, pieces): &(&str, Vec<RecordBatch>)| {
            let joined = concat_batches(&table.schema(), pieces).and_then(|batch| sort(table, &batch)).map_err(columns(table))?;
            table_file::write(table, year, &joined, &folder, &self.making)
        };
        files.extend(packed.par_iter().map(write).collect::<Result<Vec<_>, WriteError>>()?);
        self.close(table, files)
    }

    /// Makes the files of the series: those of touched groups anew from all their observations.
    fn series(&self, tables: &BTreeMap<Table, Vec<FileEntry>>, groups: &BTreeSet<String>) -> Result<Vec<FileEntry>, WriteError> {
        let folder = self.table_folder(Table::Series)?;
        let paths = |table: Table| -> Vec<PathBuf> {
            tables.get(&table).into_iter().flatten().map(|file| self.folder.join(table.name()).join(&file.name)).collect()
        };
        let kept = self.parent.iter().flat_map(|parent| parent.files(Table::Series)).filter(|file| !groups.contains(file.prefix()));
        let mut files = self.keep(Table::Series, kept)?;
        let made = series::of(&paths(Table::Indicators), &paths(Table::Documents), groups)?;
        let write = |(group, batch): &(String, RecordBatch)| table_file::write(Table::Series, group, batch, &folder, &self.making);
        files.extend(made.par_iter().map(write).collect::<Result<Vec<_>, WriteError>>()?);
        self.close(Table::Series, files)
    }

    /// Makes the one file of the runs.
    fn runs(&self, changes: &Changes) -> Result<Vec<FileEntry>, WriteError> {
        let folder = self.table_folder(Table::Runs)?;
        let batch = gongbao_tables::runs(&changes.previous_runs).map_err(columns(Table::Runs))?;
        let file = table_file::write(Table::Runs, Table::Runs.name(), &batch, &folder, &self.making)?;
        self.close(Table::Runs, vec![file])
    }

    fn table_folder(&self, table: Table) -> Result<PathBuf, WriteError> {
        let folder = self.folder.join(table.name());
        disk::make_folder(&folder)?;
        Ok(folder)
    }

    /// Gives a table without rows one empty file, so that every reader can open it, and flushes its folder.
    fn close(&self, table: Table, mut files: Vec<FileEntry>) -> Result<Vec<FileEntry>, WriteError> {
        let folder = self.folder.join(table.name());
        if files.is_empty() {
            files.push(table_file::write(table, "0000", &RecordBatch::new_empty(table.schema()), &folder, &self.making)?);
        }
        disk::flush_folder(&folder)?;
        Ok(files)
    }

    /// The rows of a file that stay and those that go; `None` when all stay.
    fn split(&self, table: Table, file: &FileEntry, plan: &Plan<'_>) -> Result<Option<(RecordBatch, RecordBatch)>, WriteError> {
        let Some(parent) = self.parent.filter(|_| plan.may_touch(file)) else { return Ok(None) };
        let ids = table_file::read_columns(&parent.file(table, file), &["document_id"])?;
        let ids = Texts::of(table, &ids, "document_id")?;
        let goes: BooleanArray = ids.iter().map(|id| Some(id.is_some_and(|id| plan.is_superseded(id)))).collect();
        if goes.true_count() == 0 {
            return Ok(None);
        }
        let batch = self.read(table, file)?;
        let stays = not(&goes).and_then(|stays| filter_record_batch(&batch, &stays)).map_err(columns(table))?;
        let goes = filter_record_batch(&batch, &goes).map_err(columns(table))?;
        Ok(Some((stays, goes)))
    }

    fn read(&self, table: Table, file: &FileEntry) -> Result<RecordBatch, WriteError> {
        match self.parent {
            Some(parent) => table_file::read(table, &parent.file(table, file)),
            None => Ok(RecordBatch::new_empty(table.schema())),
        }
    }

    /// Takes files over from the snapshot before: by a second name, or where the disk cannot, by a copy.
    fn keep<'b>(&self, table: Table, files: impl Iterator<Item = &'b FileEntry>) -> Result<Vec<FileEntry>, WriteError> {
        let mut kept = Vec::new();
        for file in files {
            let Some(parent) = self.parent else { continue };
            let (from, to) = (parent.file(table, file), self.folder.join(table.name()).join(&file.name));
            match disk::link(&from, &to) {
                Ok(()) => {}
                Err(error) if is_unlinkable(&error) => {
                    if !self.copies.swap(true, Ordering::Relaxed) {
                        tracing::warn!(error = &error as &dyn std::error::Error, "files cannot be linked here: every snapshot takes its full size");
                    }
                    disk::copy(&from, &to)?;
                }
                Err(error) => return Err(WriteError::io("link", &from)(error)),
            }
            kept.push(file.clone());
        }
        Ok(kept)
    }
}

/// Groups batches that fit into one file; batches without rows are left out.
fn pack(pieces: Vec<RecordBatch>) -> Vec<Vec<RecordBatch>> {
    let mut packed: Vec<Vec<RecordBatch>> = Vec::new();
    let mut total = 0;
    for piece in pieces.into_iter().filter(|piece| piece.num_rows() > 0) {
        let bytes = piece.get_array_memory_size();
        match packed.last_mut().filter(|_| total + bytes <= FILE_BYTES) {
            Some(pieces) => pieces.push(piece),
            None => {
                packed.push(vec![piece]);
                total = 0;
            }
        }
        total += bytes;
    }
    packed
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_full_disk_is_no_reason_to_copy() {
        let check = |errno: Errno, expected| assert_eq!(is_unlinkable(&errno.into()), expected, "{errno}");
        for errno in [Errno::XDEV, Errno::PERM, Errno::OPNOTSUPP, Errno::MLINK] {
            check(errno, true);
        }
        for errno in [Errno::NOSPC, Errno::IO, Errno::NOENT, Errno::ACCESS] {
            check(errno, false);
        }
    }
}
