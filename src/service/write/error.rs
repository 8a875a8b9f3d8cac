//! Why tables could not be written or read.

use std::io;
use std::path::{Path, PathBuf};

/// Why a snapshot could not be made or read. The tables that `current` names are never touched by a failure.
#[derive(Debug, thiserror::Error)]
pub enum WriteError {
    /// A file or folder could not be read, written, linked, renamed or flushed.
    #[error("cannot {action} {path}")]
    Io {
        /// What was tried.
        action: &'static str,
        /// On what.
        path: PathBuf,
        /// Why not.
        source: io::Error,
    },
    /// A table file is no Parquet, or could not be made.
    #[error("{path}: not a readable table file")]
    Parquet {
        /// The file.
        path: PathBuf,
        /// Why not.
        source: parquet::errors::ParquetError,
    },
    /// Columns did not fit the table.
    #[error("columns of {table}")]
    Columns {
        /// Name of the table.
        table: &'static str,
        /// Why not.
        source: arrow::error::ArrowError,
    },
    /// The series could not be made.
    #[error("series from indicators")]
    Series {
        /// Why not.
        source: polars::error::PolarsError,
    },
    /// A manifest is no JSON of the known form.
    #[error("{path}: not a manifest")]
    Manifest {
        /// The file.
        path: PathBuf,
        /// Why not.
        source: serde_json::Error,
    },
    /// The tables were written with columns of another major version.
    #[error("{path}: schema version {found}, this program writes {}", gongbao_tables::SCHEMA_VERSION)]
    SchemaVersion {
        /// The snapshot.
        path: PathBuf,
        /// Its version.
        found: String,
    },
    /// `current` is there and is no link to a snapshot.
    #[error("{path}: not a link to a snapshot")]
    Current {
        /// The link.
        path: PathBuf,
    },
    /// A word of a closed list is none that this program knows.
    #[error("{path}: unknown word {word}")]
    Word {
        /// The file.
        path: PathBuf,
        /// The word.
        word: String,
    },
    /// A name of an object is no hash.
    #[error("{hash}: not a content hash")]
    Hash {
        /// The name.
        hash: String,
    },
}

impl WriteError {
    /// Names the action and the path of an IO error.
    pub(super) fn io<'a>(action: &'static str, path: &'a Path) -> impl FnOnce(io::Error) -> Self + 'a {
        move |source| Self::Io { action, path: path.to_owned(), source }
    }
}
