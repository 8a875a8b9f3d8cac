//! The first door: finds documents, reads their bytes, and tells which of them are new.
//!
//! Files only; what a document says is not looked at here beyond the encoding of its text.

mod csv;
mod find;
mod load;
mod manifest;
pub(crate) mod parser;
mod retry;
mod settle;

pub use find::{Candidate, Scan, scan};
pub use load::{Arrival, Content, DocumentError, Reader, load, load_by, read};
pub use manifest::{Context, ManifestError};
pub use parser::{Parser, ParserLimits};
pub use retry::Retry;
pub use settle::{Decision, Known, settle};

use std::io;
use std::path::PathBuf;

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
}

impl IngestError {
    /// True when the same may be fine a moment later, with nothing changed by anybody.
    #[must_use]
    pub fn is_transient(&self) -> bool {
        match self {
            Self::Look { source, .. } | Self::Manifest(ManifestError::Open { source, .. }) => is_momentary(source),
            Self::Missing { .. } | Self::Glob { .. } | Self::Manifest(_) => false,
        }
    }
}

/// True for troubles of a disk or a network; what is not there, or not allowed, waits for a person.
fn is_momentary(error: &io::Error) -> bool {
    !matches!(error.kind(), io::ErrorKind::NotFound | io::ErrorKind::PermissionDenied)
}
