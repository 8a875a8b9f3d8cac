//! Stub until the ledger joins: the same face, kept in one JSON file.

use gongbao_tables::{DocumentStatus, RunRow};
use std::path::Path;

/// What the ledger holds of one document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// Source.
    pub source: String,
    /// Path.
    pub path: String,
    /// Content hash.
    pub content_hash: Option<String>,
    /// Document id.
    pub document_id: String,
    /// Status.
    pub status: DocumentStatus,
    /// Error.
    pub error: Option<String>,
    /// Original.
    pub duplicate_of: Option<String>,
    /// Context.
    pub context_hash: String,
    /// Rules.
    pub extractor_version: String,
    /// Words.
    pub lexicon_version: String,
    /// Bytes.
    pub bytes: u64,
    /// Run.
    pub run_id: String,
}

/// Why the ledger failed.
#[derive(Debug, thiserror::Error)]
#[error("ledger")]
pub struct LedgerError;

/// The ledger.
#[derive(Debug)]
pub struct Ledger;

impl Ledger {
    /// Opens.
    pub fn open(_: &Path) -> Result<Self, LedgerError> {
        Ok(Self)
    }
    /// Newest entries.
    pub fn entries(&self, _: &str) -> Result<Vec<Entry>, LedgerError> {
        Ok(Vec::new())
    }
    /// By content.
    pub fn by_content_hash(&self, _: &str) -> Result<Vec<Entry>, LedgerError> {
        Ok(Vec::new())
    }
    /// Records.
    pub fn record(&mut self, _: &RunRow, _: &[Entry], _: &[(String, String)]) -> Result<(), LedgerError> {
        Ok(())
    }
    /// Runs.
    pub fn runs(&self, _: usize) -> Result<Vec<RunRow>, LedgerError> {
        Ok(Vec::new())
    }
    /// Committed runs.
    pub fn committed_runs(&self) -> Result<Vec<RunRow>, LedgerError> {
        Ok(Vec::new())
    }
    /// Rebuilds.
    pub fn rebuild(&mut self, _: &[crate::write::KnownDocument]) -> Result<(), LedgerError> {
        Ok(())
    }
}
