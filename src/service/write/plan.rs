//! What a commit has to change: the documents that come, and those whose rows go.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use arrow::array::RecordBatch;
use arrow::error::ArrowError;
use arrow::row::{RowConverter, SortField};
use blake3::Hasher;
use chrono::Datelike;
use gongbao_tables::{DocumentBatches, DocumentRow, Table};

use super::contexts::{self, Contexts};
use super::known::Texts;
use super::manifest::{FileEntry, Manifest};
use super::snapshot::resolve_current;
use super::{Changes, WriteError, table_file};

/// Bytes of rows in memory that go into one file; far below the 2 GiB that a text column can hold.
pub(super) const FILE_BYTES: usize = 256 << 20;
/// The year in the names of files whose documents tell no date.
const NO_YEAR: &str = "0000";
/// Columns in which the same content differs from run to run.
const OF_THE_RUN: [&str; 2] = ["run_id", "ingested_at"];

/// The snapshot before.
pub(super) struct Parent {
    path: PathBuf,
    manifest: Manifest,
}

impl Parent {
    /// Opens the current snapshot, if there is one.
    pub(super) fn open(output: &Path) -> Result<Option<Self>, WriteError> {
        resolve_current(output)?.map(Self::at).transpose()
    }

    /// Opens any snapshot.
    pub(super) fn at(path: PathBuf) -> Result<Self, WriteError> {
        Ok(Self { manifest: Manifest::read(&path)?, path })
    }

    pub(super) fn manifest(&self) -> &Manifest {
        &self.manifest
    }

    pub(super) fn name(&self) -> &str {
        &self.manifest.snapshot
    }

    /// What it tells of its documents' contexts.
    pub(super) fn contexts(&self) -> Contexts {
        contexts::read(&self.path, &self.manifest)
    }

    /// The files of a table that hold rows.
    pub(super) fn files(&self, table: Table) -> impl Iterator<Item = &FileEntry> {
        self.manifest.files(table).iter().filter(|file| file.rows > 0)
    }

    pub(super) fn file(&self, table: Table, file: &FileEntry) -> PathBuf {
        self.path.join(table.name()).join(&file.name)
    }
}

/// What changes.
pub(super) struct Plan<'a> {
    /// Documents that come, in the order of their keys.
    pub(super) upserts: Vec<&'a DocumentRow>,
    /// Documents that go, with the year in the names of the files that hold them.
    superseded: BTreeMap<String, String>,
    /// Those years.
    years: BTreeSet<String>,
}

impl<'a> Plan<'a> {
    /// Compares the changes with the snapshot before. Documents that come with the rows that they have do not count.
    pub(super) fn make(parent: Option<&Parent>, changes: &'a Changes) -> Result<Self, WriteError> {
        let upserts: BTreeMap<_, _> = changes.upserts.iter().map(|row| ((row.source.as_str(), row.path.as_str()), row)).collect();
        let mut plan = Self { upserts: upserts.values().copied().collect(), superseded: BTreeMap::new(), years: BTreeSet::new() };
        let Some(parent) = parent else { return Ok(plan) };
        let removed: BTreeSet<_> = changes.removed_keys.iter().map(|(source, path)| (source.as_str(), path.as_str())).collect();
        let mut candidates = BTreeSet::new();
        for file in parent.files(Table::Documents) {
            let columns = ["document_id", "source", "path", "extractor_version", "lexicon_version"];
            let batch = table_file::read_columns(&parent.file(Table::Documents, file), &columns)?;
            let [ids, sources, paths, extractors, lexicons] = columns.map(|name| Texts::of(Table::Documents, &batch, name));
            let (ids, sources, paths, extractors, lexicons) = (ids?, sources?, paths?, extractors?, lexicons?);
            for row in 0..batch.num_rows() {
                let (Some(source), Some(path)) = (sources.text(row), paths.text(row)) else { continue };
                let upsert = upserts.get(&(source, path));
                if upsert.is_none() && !removed.contains(&(source, path)) {
                    continue;
                }
                let same = |new: &&&DocumentRow| {
                    ids.text(row) == Some(&new.document_id)
                        && extractors.text(row) == Some(&new.extractor_version)
                        && lexicons.text(row) == Some(&new.lexicon_version)
                };
                candidates.extend(upsert.filter(same).map(|new| new.document_id.clone()));
                plan.superseded.insert(ids.get(row), file.prefix().to_owned());
            }
        }
        plan.years = plan.superseded.values().cloned().collect();
        if !candidates.is_empty() {
            plan.forget_unchanged(parent, &candidates)?;
            plan.years = plan.superseded.values().cloned().collect();
        }
        Ok(plan)
    }

    /// Plans that documents go: those of which `goes` says so by source, path and content.
    pub(super) fn without(parent: &Parent, goes: impl Fn(&str, &str, Option<&str>) -> bool) -> Result<Self, WriteError> {
        let mut plan = Self { upserts: Vec::new(), superseded: BTreeMap::new(), years: BTreeSet::new() };
        for file in parent.files(Table::Documents) {
            let columns = ["document_id", "source", "path", "content_hash"];
            let batch = table_file::read_columns(&parent.file(Table::Documents, file), &columns)?;
            let [ids, sources, paths, contents] = columns.map(|name| Texts::of(Table::Documents, &batch, name));
            let (ids, sources, paths, contents) = (ids?, sources?, paths?, contents?);
            for row in (0..batch.num_rows()).filter(|row| goes(&sources.get(*row), &paths.get(*row), contents.text(*row))) {
                plan.superseded.insert(ids.get(row), file.prefix().to_owned());
            }
        }
        plan.years = plan.superseded.values().cloned().collect();
        Ok(plan)
    }

    /// True when the snapshot before is as good as the next would be.
    pub(super) fn is_empty(&self) -> bool {
        self.upserts.is_empty() && self.superseded.is_empty()
    }

    /// True when a file of this name may hold rows that go.
    pub(super) fn may_touch(&self, file: &FileEntry) -> bool {
        self.years.contains(file.prefix())
    }

    /// True when the rows of this document go.
    pub(super) fn is_superseded(&self, document_id: &str) -> bool {
        self.superseded.contains_key(document_id)
    }

    /// Drops from the plan what comes with the rows that it has: a run that died before its ledger was told does it all again.
    fn forget_unchanged(&mut self, parent: &Parent, candidates: &BTreeSet<String>) -> Result<(), WriteError> {
        let comes: Vec<_> = self.upserts.iter().copied().filter(|row| candidates.contains(&row.document_id)).collect();
        let (mut new, mut old) = (BTreeMap::new(), BTreeMap::new());
        let comes = chunks(&comes, FILE_BYTES);
        for table in Table::OF_DOCUMENTS {
            for chunk in &comes {
                let batches = DocumentBatches::of(chunk).map_err(columns(table))?;
                if let Some(batch) = batches.get(table) {
                    digest(table, batch, candidates, &mut new)?;
                }
            }
            for file in parent.files(table).filter(|file| self.may_touch(file)) {
                digest(table, &table_file::read(table, &parent.file(table, file))?, candidates, &mut old)?;
            }
        }
        let unchanged = |id: &String| new.get(id).map(Hasher::finalize) == old.get(id).map(Hasher::finalize);
        let unchanged: BTreeSet<_> = candidates.iter().filter(|id| unchanged(id)).collect();
        self.upserts.retain(|row| !unchanged.contains(&row.document_id));
        self.superseded.retain(|id, _| !unchanged.contains(id));
        Ok(())
    }
}

/// The year in the name of the file that holds a document.
pub(super) fn year_of(document: &DocumentRow) -> String {
    document.published.map_or_else(|| NO_YEAR.to_owned(), |day| format!("{:04}", day.year()))
}

/// Parts documents into groups whose rows take about so many bytes at most, one document at least.
pub(super) fn chunks<'a>(documents: &[&'a DocumentRow], most: usize) -> Vec<Vec<&'a DocumentRow>> {
    let mut chunks: Vec<Vec<&DocumentRow>> = Vec::new();
    let mut total = 0;
    for &document in documents {
        let bytes = weight(document);
        match chunks.last_mut().filter(|_| total + bytes <= most) {
            Some(chunk) => chunk.push(document),
            None => {
                chunks.push(vec![document]);
                total = 0;
            }
        }
        total += bytes;
    }
    chunks
}

/// About how many bytes the rows of a document take: its text, and the evidence that each row repeats.
fn weight(document: &DocumentRow) -> usize {
    let Some(reading) = &document.reading else { return document.text.len() };
    let observations = reading.observations.iter().map(|observation| &observation.evidence);
    let investments = reading.investments.iter().map(|investment| &investment.evidence);
    let findings = reading.findings.iter().map(|finding| &finding.evidence);
    document.text.len() + observations.chain(investments).chain(findings).map(|evidence| evidence.len() + 512).sum::<usize>()
}

/// Names the table of an Arrow error.
pub(super) fn columns(table: Table) -> impl Fn(ArrowError) -> WriteError {
    move |source| WriteError::Columns { table: table.name(), source }
}

/// Adds the rows of each wanted document to its hash, in the order of the batch and without what differs from run to run.
fn digest(table: Table, batch: &RecordBatch, wanted: &BTreeSet<String>, into: &mut BTreeMap<String, Hasher>) -> Result<(), WriteError> {
    let schema = batch.schema();
    let compared = schema.fields().iter().zip(batch.columns()).filter(|(field, _)| !OF_THE_RUN.contains(&field.name().as_str()));
    let (fields, arrays): (Vec<_>, Vec<_>) = compared.map(|(field, array)| (SortField::new(field.data_type().clone()), array.clone())).unzip();
    let rows = RowConverter::new(fields).and_then(|converter| converter.convert_columns(&arrays)).map_err(columns(table))?;
    let ids = Texts::of(table, batch, "document_id")?;
    for (place, row) in rows.iter().enumerate() {
        if let Some(id) = ids.text(place).filter(|id| wanted.contains(*id)) {
            let hasher = into.entry(id.to_owned()).or_default();
            hasher.update(table.name().as_bytes());
            hasher.update(row.as_ref());
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::write::testing::{document, gdp};

    #[test]
    fn groups_of_documents_stay_small() {
        let documents = ["a", "b", "c"].map(|path| document(path, "", vec![gdp("420100", "1")], "r"));
        let documents: Vec<_> = documents.iter().collect();
        let check = |most, expected: &[usize]| assert_eq!(chunks(&documents, most).iter().map(Vec::len).collect::<Vec<_>>(), expected);
        check(usize::MAX, &[3]);
        check(2 * weight(documents[0]), &[2, 1]);
        check(0, &[1, 1, 1]);
    }
}
