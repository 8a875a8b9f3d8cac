//! What a snapshot tells of its documents: enough to rebuild a lost ledger.

use std::path::Path;

use arrow::array::{Array, AsArray, RecordBatch};
use arrow::compute::cast;
use arrow::datatypes::{ArrowPrimitiveType, DataType, Int64Type, TimestampMicrosecondType};
use chrono::DateTime;
use gongbao_tables::{DocumentStatus, RunOutcome, RunRow, Table, Trigger};

use super::manifest::Manifest;
use super::{WriteError, contexts, table_file};

/// One document as the tables know it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KnownDocument {
    /// Name of the source.
    pub source: String,
    /// Path or URL.
    pub path: String,
    /// Id of the document.
    pub document_id: String,
    /// Hex of BLAKE3-256 over the bytes as fetched.
    pub content_hash: Option<String>,
    /// `document_id` with the same content.
    pub duplicate_of: Option<String>,
    /// What became of it.
    pub status: DocumentStatus,
    /// Why it was quarantined.
    pub error: Option<String>,
    /// Bytes as fetched.
    pub bytes: u64,
    /// Run that took it in.
    pub run_id: String,
    /// Version of the rules.
    pub extractor_version: String,
    /// Version of the word lists.
    pub lexicon_version: String,
    /// Hash of what was told of it beside its text. `None` where the snapshot does not tell.
    pub context_hash: Option<String>,
}

const COLUMNS: [&str; 11] =
    ["source", "path", "document_id", "content_hash", "duplicate_of", "status", "error", "bytes", "run_id", "extractor_version", "lexicon_version"];

/// Reads what a snapshot knows of its documents, without their text.
///
/// - Shape: a snapshot's folder in (as [`super::resolve_current`] gives it); one entry a document out, sorted by source and path.
/// - Errors: `Io`, `Manifest`, `SchemaVersion`, `Parquet`, `Columns`, `Word`.
pub fn read_known_documents(snapshot: &Path) -> Result<Vec<KnownDocument>, WriteError> {
    let manifest = Manifest::read(snapshot)?;
    let mut contexts = contexts::read(snapshot, &manifest);
    let mut known = Vec::new();
    for file in manifest.files(Table::Documents) {
        let path = snapshot.join(Table::Documents.name()).join(&file.name);
        let batch = table_file::read_columns(&path, &COLUMNS)?;
        let [source, key, document_id, content_hash, duplicate_of, status, error, run_id, extractor_version, lexicon_version] =
            ["source", "path", "document_id", "content_hash", "duplicate_of", "status", "error", "run_id", "extractor_version", "lexicon_version"]
                .map(|name| Texts::of(Table::Documents, &batch, name));
        let (source, key, document_id, content_hash) = (source?, key?, document_id?, content_hash?);
        let (duplicate_of, status, error, run_id) = (duplicate_of?, status?, error?, run_id?);
        let (extractor_version, lexicon_version) = (extractor_version?, lexicon_version?);
        for row in 0..batch.num_rows() {
            known.push(KnownDocument {
                source: source.get(row),
                path: key.get(row),
                document_id: document_id.get(row),
                content_hash: content_hash.maybe(row),
                duplicate_of: duplicate_of.maybe(row),
                status: word(&path, &status.get(row), DocumentStatus::parse)?,
                error: error.maybe(row),
                bytes: number::<Int64Type>(&batch, "bytes", row).and_then(|bytes| u64::try_from(bytes).ok()).unwrap_or_default(),
                run_id: run_id.get(row),
                extractor_version: extractor_version.get(row),
                lexicon_version: lexicon_version.get(row),
                context_hash: contexts.remove(&document_id.get(row)),
            });
        }
    }
    known.sort_by(|a, b| (&a.source, &a.path).cmp(&(&b.source, &b.path)));
    Ok(known)
}

/// A column of text, dictionary or not.
pub(super) struct Texts(arrow::array::StringArray);

impl Texts {
    /// Takes a column by name; a missing one is an error.
    pub(super) fn of(table: Table, batch: &RecordBatch, name: &str) -> Result<Self, WriteError> {
        let found = batch.schema().index_of(name).and_then(|place| cast(batch.column(place), &DataType::Utf8));
        let column = found.map_err(|source| WriteError::Columns { table: table.name(), source })?;
        Ok(Self(column.as_string::<i32>().clone()))
    }

    /// The text of a row; null is empty.
    pub(super) fn get(&self, row: usize) -> String {
        self.maybe(row).unwrap_or_default()
    }

    /// The text of a row.
    pub(super) fn maybe(&self, row: usize) -> Option<String> {
        self.text(row).map(str::to_owned)
    }

    /// The text of every row.
    pub(super) fn iter(&self) -> impl Iterator<Item = Option<&str>> {
        self.0.iter()
    }

    /// The text of a row, borrowed.
    pub(super) fn text(&self, row: usize) -> Option<&str> {
        self.0.is_valid(row).then(|| self.0.value(row))
    }
}

/// Reads the runs that a snapshot knows: those before the one that made it, and that one.
///
/// - Shape: a snapshot's folder in; one row a run out, oldest first.
/// - Errors: `Io`, `Manifest`, `SchemaVersion`, `Parquet`, `Columns`, `Word`.
pub fn read_runs(snapshot: &Path) -> Result<Vec<RunRow>, WriteError> {
    let manifest = Manifest::read(snapshot)?;
    let mut runs = Vec::new();
    for file in manifest.files(Table::Runs) {
        let path = snapshot.join(Table::Runs.name()).join(&file.name);
        let batch = table_file::read(Table::Runs, &path)?;
        let [id, trigger, outcome, version, config, made] =
            ["run_id", "trigger", "outcome", "version", "config_hash", "snapshot"].map(|name| Texts::of(Table::Runs, &batch, name));
        let (id, trigger, outcome, version, config, made) = (id?, trigger?, outcome?, version?, config?, made?);
        for row in 0..batch.num_rows() {
            let time = |name| number::<TimestampMicrosecondType>(&batch, name, row).and_then(DateTime::from_timestamp_micros);
            let count = |name| number::<Int64Type>(&batch, name, row).and_then(|count| u64::try_from(count).ok()).unwrap_or_default();
            runs.push(RunRow {
                run_id: id.get(row),
                trigger: word(&path, &trigger.get(row), Trigger::parse)?,
                scheduled_for: time("scheduled_for"),
                started_at: time("started_at").unwrap_or_default(),
                finished_at: time("finished_at").unwrap_or_default(),
                outcome: word(&path, &outcome.get(row), RunOutcome::parse)?,
                documents_seen: count("documents_seen"),
                documents_new: count("documents_new"),
                documents_unchanged: count("documents_unchanged"),
                documents_quarantined: count("documents_quarantined"),
                observations: count("observations"),
                investments: count("investments"),
                bytes_read: count("bytes_read"),
                ingest_ms: count("ingest_ms"),
                extract_ms: count("extract_ms"),
                normalize_ms: count("normalize_ms"),
                write_ms: count("write_ms"),
                version: version.get(row),
                config_hash: config.get(row),
                snapshot: made.maybe(row),
            });
        }
    }
    runs.push(manifest.run(snapshot)?);
    Ok(runs)
}

fn word<T>(path: &Path, written: &str, parse: fn(&str) -> Option<T>) -> Result<T, WriteError> {
    parse(written).ok_or_else(|| WriteError::Word { path: path.to_owned(), word: written.to_owned() })
}

/// The number of a row in a named column.
fn number<T: ArrowPrimitiveType>(batch: &RecordBatch, name: &str, row: usize) -> Option<T::Native> {
    let column = batch.column_by_name(name)?.as_primitive_opt::<T>()?;
    column.is_valid(row).then(|| column.value(row))
}
