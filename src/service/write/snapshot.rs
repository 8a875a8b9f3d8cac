//! Snapshots on the disk: who may write them, how one becomes current, how long they stay.

use std::fs::{self, File, TryLockError};
use std::io::ErrorKind;
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};

use chrono::{DateTime, TimeDelta, Utc};

use super::manifest::Manifest;
use super::{WriteError, WriteSettings, disk};

const CURRENT: &str = "current";
const SNAPSHOTS: &str = "snapshots";
const STAGING: &str = "staging";

/// The right to write an output folder; given back when dropped, also by a crash.
#[derive(Debug)]
pub struct RunLock {
    _file: File,
}

/// Takes the right to write `output`, and removes what a dead run left unfinished.
///
/// - Shape: the output folder in, made when missing; `None` when another run holds the lock.
/// - Errors: `Io`.
pub fn lock(output: &Path) -> Result<Option<RunLock>, WriteError> {
    disk::create_folder(output)?;
    let path = output.join(".lock");
    let file = File::options().create(true).truncate(false).write(true).open(&path).map_err(WriteError::io("open", &path))?;
    match file.try_lock() {
        Ok(()) => {}
        Err(TryLockError::WouldBlock) => return Ok(None),
        Err(TryLockError::Error(source)) => return Err(WriteError::io("lock", &path)(source)),
    }
    disk::remove_folder(&output.join(STAGING))?;
    Ok(Some(RunLock { _file: file }))
}

/// The folder of the newest snapshot: one consistent state of all tables for as long as retention keeps it.
///
/// - Shape: the output folder in; `None` before the first snapshot.
/// - Errors: `Io`; `Current` when `current` is no link or names no folder.
pub fn resolve_current(output: &Path) -> Result<Option<PathBuf>, WriteError> {
    let link = output.join(CURRENT);
    match fs::read_link(&link) {
        Ok(target) => {
            let snapshot = output.join(target);
            if snapshot.is_dir() { Ok(Some(snapshot)) } else { Err(WriteError::Current { path: link }) }
        }
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
        Err(error) if error.kind() == ErrorKind::InvalidInput => Err(WriteError::Current { path: link }),
        Err(error) => Err(WriteError::io("read", &link)(error)),
    }
}

/// The name of the snapshot after all that are there, also after those that never became current.
pub(super) fn next_name(output: &Path) -> Result<String, WriteError> {
    let last = names(output)?.last().and_then(|name| name.parse::<u64>().ok()).unwrap_or(0);
    Ok(format!("{:06}", last + 1))
}

/// Makes an empty folder for an unfinished snapshot, out of sight of readers.
pub(super) fn stage(output: &Path, name: &str) -> Result<PathBuf, WriteError> {
    let staging = output.join(STAGING).join(name);
    disk::remove_folder(&staging)?;
    disk::create_folder(&staging)?;
    Ok(staging)
}

/// Moves a finished and flushed snapshot to its place and makes it current. Readers see the one before or this one.
pub(super) fn publish(output: &Path, name: &str, staging: &Path) -> Result<PathBuf, WriteError> {
    let snapshots = output.join(SNAPSHOTS);
    disk::create_folder(&snapshots)?;
    let snapshot = snapshots.join(name);
    disk::rename(staging, &snapshot)?;
    disk::flush_folder(&snapshots)?;
    point(output, name)?;
    Ok(snapshot)
}

/// Makes `current` name a snapshot.
fn point(output: &Path, name: &str) -> Result<(), WriteError> {
    let staging = output.join(STAGING);
    disk::create_folder(&staging)?;
    // Made beside the unfinished snapshots, so that a dead run's is cleared away with them.
    let link = staging.join(CURRENT);
    if let Err(error) = fs::remove_file(&link)
        && error.kind() != ErrorKind::NotFound
    {
        return Err(WriteError::io("remove", &link)(error));
    }
    symlink(Path::new(SNAPSHOTS).join(name), &link).map_err(WriteError::io("link", &link))?;
    disk::rename(&link, &output.join(CURRENT))?;
    disk::flush_folder(output)
}

/// Removes snapshots beyond the last few, unless one was still current within the hours that readers are promised.
///
/// A snapshot was current until the next one was made; snapshots without a readable manifest stay.
pub(super) fn retain(output: &Path, now: DateTime<Utc>, settings: &WriteSettings) -> Result<(), WriteError> {
    let snapshots = output.join(SNAPSHOTS);
    let current = resolve_current(output)?;
    let hours = TimeDelta::try_hours(i64::try_from(settings.retain_hours).unwrap_or(i64::MAX)).unwrap_or(TimeDelta::MAX);
    let names = names(output)?;
    let beyond = names.len().saturating_sub(settings.retain_snapshots);
    for (name, next) in names.iter().zip(names.iter().skip(1)).take(beyond) {
        let snapshot = snapshots.join(name);
        let replaced = Manifest::read(&snapshots.join(next)).ok().and_then(|next| DateTime::parse_from_rfc3339(&next.created_at).ok());
        let is_old = replaced.is_some_and(|replaced| now.signed_duration_since(replaced) >= hours);
        if is_old && current.as_deref() != Some(snapshot.as_path()) {
            // Out of sight in one step, so that nobody meets a snapshot that is half removed.
            let grave = output.join(STAGING).join(format!("removed-{name}"));
            disk::remove_folder(&grave)?;
            disk::rename(&snapshot, &grave)?;
            disk::remove_folder(&grave)?;
        }
    }
    Ok(())
}

/// Names of all snapshots, oldest first.
fn names(output: &Path) -> Result<Vec<String>, WriteError> {
    let folder = output.join(SNAPSHOTS);
    let entries = match fs::read_dir(&folder) {
        Ok(entries) => entries,
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(Vec::new()),
        Err(error) => return Err(WriteError::io("list", &folder)(error)),
    };
    let mut names = Vec::new();
    for entry in entries {
        let name = entry.map_err(WriteError::io("list", &folder))?.file_name();
        if let Some(name) = name.to_str()
            && let Ok(number) = name.parse::<u64>()
        {
            names.push((number, name.to_owned()));
        }
    }
    names.sort();
    Ok(names.into_iter().map(|(_, name)| name).collect())
}
