//! What a snapshot tells of its documents: enough to rebuild a lost ledger.

use std::path::Path;

use arrow::array::{Array, AsArray, RecordBatch};
use arrow::compute::cast;
use arrow::datatypes::{DataType, Int64Type};
use gongbao_tables::{DocumentStatus, Table};

use super::manifest::Manifest;
use super::{WriteError, table_file};

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
}

const COLUMNS: [&str; 11] =
    ["source", "path", "document_id", "content_hash", "duplicate_of", "status", "error", "bytes", "run_id", "extractor_version", "lexicon_version"];

/// Reads what a snapshot knows of its documents, without their text.
///
/// - Shape: a snapshot's folder in (as [`super::resolve_current`] gives it); one entry a document out, sorted by source and path.
/// - Errors: `Io`, `Manifest`, `SchemaVersion`, `Parquet`, `Columns`, `Status`.
pub fn read_known_documents(snapshot: &Path) -> Result<Vec<KnownDocument>, WriteError> {
    let manifest = Manifest::read(snapshot)?;
    let mut known = Vec::new();
    for file in manifest.files(Table::Documents) {
        let path = snapshot.join(Table::Documents.name()).join(&file.name);
        let batch = table_file::read_columns(&path, &COLUMNS)?;
        let [source, key, document_id, content_hash, duplicate_of, status, error, run_id, extractor_version, lexicon_version] =
            ["source", "path", "document_id", "content_hash", "duplicate_of", "status", "error", "run_id", "extractor_version", "lexicon_version"]
                .map(|name| Texts::of(&batch, name));
        let status = status?;
        let bytes = batch.column_by_name("bytes").and_then(|column| column.as_primitive_opt::<Int64Type>());
        let (source, key, document_id, content_hash) = (source?, key?, document_id?, content_hash?);
        let (duplicate_of, error, run_id) = (duplicate_of?, error?, run_id?);
        let (extractor_version, lexicon_version) = (extractor_version?, lexicon_version?);
        for row in 0..batch.num_rows() {
            let written = status.get(row);
            let status = DocumentStatus::parse(&written).ok_or_else(|| WriteError::Status { path: path.clone(), status: written })?;
            known.push(KnownDocument {
                source: source.get(row),
                path: key.get(row),
                document_id: document_id.get(row),
                content_hash: content_hash.maybe(row),
                duplicate_of: duplicate_of.maybe(row),
                status,
                error: error.maybe(row),
                bytes: bytes.map_or(0, |bytes| u64::try_from(bytes.value(row)).unwrap_or_default()),
                run_id: run_id.get(row),
                extractor_version: extractor_version.get(row),
                lexicon_version: lexicon_version.get(row),
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
    pub(super) fn of(batch: &RecordBatch, name: &str) -> Result<Self, WriteError> {
        let found = batch.schema().index_of(name).and_then(|place| cast(batch.column(place), &DataType::Utf8));
        let column = found.map_err(|source| WriteError::Columns { table: "a file", source })?;
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
