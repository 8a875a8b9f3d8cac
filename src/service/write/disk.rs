//! Files and folders that survive a loss of power.

use std::fs::{self, File};
use std::io::{ErrorKind, Write};
use std::path::Path;

use super::WriteError;

/// Writes a new file and flushes it to the disk; its folder is flushed by the caller. A file that is there is never
/// written over: older snapshots may share it.
pub(super) fn write(path: &Path, bytes: &[u8]) -> Result<(), WriteError> {
    let mut file = File::create_new(path).map_err(WriteError::io("create", path))?;
    file.write_all(bytes).map_err(WriteError::io("write", path))?;
    file.sync_all().map_err(WriteError::io("flush", path))
}

/// Makes a folder and those above it.
pub(super) fn create_folder(path: &Path) -> Result<(), WriteError> {
    fs::create_dir_all(path).map_err(WriteError::io("create", path))
}

/// Flushes the names that a folder holds.
pub(super) fn flush_folder(path: &Path) -> Result<(), WriteError> {
    File::open(path).and_then(|folder| folder.sync_all()).map_err(WriteError::io("flush", path))
}

/// Gives a file a new name, in place of what had that name.
pub(super) fn rename(from: &Path, to: &Path) -> Result<(), WriteError> {
    fs::rename(from, to).map_err(WriteError::io("rename to", to))
}

/// Removes a folder with all that it holds; it may be missing.
pub(super) fn remove_folder(path: &Path) -> Result<(), WriteError> {
    match fs::remove_dir_all(path) {
        Err(error) if error.kind() != ErrorKind::NotFound => Err(WriteError::io("remove", path)(error)),
        _ => Ok(()),
    }
}

/// A length as the manifest counts.
pub(super) fn count(length: usize) -> u64 {
    u64::try_from(length).unwrap_or(u64::MAX)
}
