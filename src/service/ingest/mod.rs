//! The first door: finds documents, fetches those that lie elsewhere, reads their bytes, and tells which of them are new.
//!
//! What a document says is not looked at here beyond the encoding of its text.

mod csv;
mod find;
mod load;
mod manifest;
pub(crate) mod parser;
pub mod remote;
mod retry;
mod settle;

pub use find::{Candidate, Scan, scan};
pub use load::{Arrival, Content, DocumentError, Reader, load, load_by, read};
pub use manifest::{Context, ManifestError};
pub use parser::{Parser, ParserLimits};
pub use remote::FetchError;
pub(crate) use remote::check_store;
pub use retry::Retry;
pub use settle::{Decision, Known, settle};

use crate::ledger::LedgerError;
use crate::write::WriteError;
use std::io;
use std::path::PathBuf;

/// Whether the manifest of a remote source is right.
///
/// - Errors: any [`ManifestError`].
pub fn check_manifest(path: &std::path::Path) -> Result<(), IngestError> {
    manifest::Manifest::of_keys(path)?;
    Ok(())
}

/// A store that cannot be opened or listed.
#[derive(Debug, thiserror::Error)]
#[error("cannot look through the store at {place}")]
pub struct StoreError {
    /// Which.
    pub place: String,
    /// Why.
    pub source: object_store::Error,
}

/// Why a source could not be looked through. Its documents stay in the tables as they are.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum IngestError {
    /// A file, a folder, or the folder in which a glob starts is not there.
    #[error("{}: no such file or folder", path.display())]
    Missing {
        /// As configured.
        path: PathBuf,
    },
    /// A file or folder cannot be looked at.
    #[error("cannot look at {}", path.display())]
    Look {
        /// Which.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// A glob cannot be read.
    #[error("{}: no glob", path.display())]
    Glob {
        /// As configured.
        path: PathBuf,
        /// Why.
        source: globset::Error,
    },
    /// The manifest is wrong.
    #[error("a manifest is wrong")]
    Manifest(#[from] ManifestError),
    /// Nothing can be fetched.
    #[error("cannot fetch")]
    Fetch(#[from] FetchError),
    /// A store cannot be looked through.
    #[error(transparent)]
    Store(StoreError),
    /// What was fetched cannot be kept.
    #[error("cannot keep what was fetched")]
    Keep(#[from] WriteError),
    /// What was fetched cannot be remembered.
    #[error("cannot remember what was fetched")]
    Remember(#[from] LedgerError),
    /// What waits for networks cannot be started.
    #[error("cannot start fetching")]
    Runtime(#[source] io::Error),
}

impl IngestError {
    /// True when the same may be fine a moment later, with nothing changed by anybody.
    #[must_use]
    pub fn is_transient(&self) -> bool {
        match self {
            Self::Look { source, .. } | Self::Manifest(ManifestError::Open { source, .. }) => is_momentary(source),
            // What is remote was asked again already.
            Self::Missing { .. }
            | Self::Glob { .. }
            | Self::Manifest(_)
            | Self::Fetch(_)
            | Self::Store(_)
            | Self::Keep(_)
            | Self::Remember(_)
            | Self::Runtime(_) => false,
        }
    }
}

/// True for troubles of a disk or a network; what is not there, or not allowed, waits for a person.
fn is_momentary(error: &io::Error) -> bool {
    !matches!(error.kind(), io::ErrorKind::NotFound | io::ErrorKind::PermissionDenied)
}
