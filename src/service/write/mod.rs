//! Stub until the writer joins: the same face, nothing written.

use gongbao_tables::{DocumentRow, RunRow};
use std::path::{Path, PathBuf};

/// Lock.
#[derive(Debug)]
pub struct RunLock;
/// Error.
#[derive(Debug, thiserror::Error)]
#[error("write")]
pub struct WriteError;
/// Known.
#[derive(Debug, Clone)]
pub struct KnownDocument;
/// Changes.
#[derive(Debug)]
pub struct Changes {
    /// Upserts.
    pub upserts: Vec<DocumentRow>,
    /// Removed.
    pub removed_keys: Vec<(String, String)>,
    /// Run.
    pub run: RunRow,
    /// Previous.
    pub previous_runs: Vec<RunRow>,
}
/// Settings.
#[derive(Debug, Clone, Copy)]
pub struct WriteSettings {
    /// Kept.
    pub retain_snapshots: u32,
    /// Hours.
    pub retain_hours: u32,
}
/// Committed.
#[derive(Debug)]
pub struct Committed {
    /// Name.
    pub snapshot: String,
    /// Where.
    pub path: PathBuf,
}
/// Locks.
pub fn lock(_: &Path) -> Result<Option<RunLock>, WriteError> {
    Ok(Some(RunLock))
}
/// Current.
pub fn resolve_current(_: &Path) -> Result<Option<PathBuf>, WriteError> {
    Ok(None)
}
/// Known.
pub fn read_known_documents(_: &Path) -> Result<Vec<KnownDocument>, WriteError> {
    Ok(Vec::new())
}
/// Commits.
pub fn commit(_: &Path, _: &Changes, _: &WriteSettings) -> Result<Option<Committed>, WriteError> {
    Ok(None)
}
/// Stores.
pub fn store_object(_: &Path, _: &str, _: &[u8]) -> Result<(), WriteError> {
    Ok(())
}
