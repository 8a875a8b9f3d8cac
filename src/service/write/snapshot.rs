//! Snapshots on the disk: where they are made, how one becomes current, how a lost `current` is found again.

use std::fs;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use super::verify::verify;
use super::{WriteError, disk, fail};

pub(super) const CURRENT: &str = "current";
pub(super) const SNAPSHOTS: &str = "snapshots";
pub(super) const STAGING: &str = "staging";

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

/// Makes a `current` that is missing, or names what is not there, name the newest snapshot that is whole.
///
/// The caller holds the [`super::RunLock`]. What is no link is not touched.
///
/// - Shape: the output folder in; the snapshot that stands then, `None` when there is none that is whole.
/// - Errors: `Io`; `Current` when `current` is no link, or dangles and no snapshot is whole.
pub fn repair_current(output: &Path) -> Result<Option<PathBuf>, WriteError> {
    let lost = match resolve_current(output) {
        Ok(Some(snapshot)) => return Ok(Some(snapshot)),
        Ok(None) => None,
        Err(WriteError::Current { path }) if path.is_symlink() => Some(WriteError::Current { path }),
        Err(error) => return Err(error),
    };
    let snapshots = output.join(SNAPSHOTS);
    let whole = names(output)?.into_iter().rev().find(|name| verify(&snapshots.join(name)).is_empty());
    match (whole, lost) {
        (Some(name), _) => {
            point(output, &name)?;
            Ok(Some(snapshots.join(name)))
        }
        (None, Some(error)) => Err(error),
        (None, None) => Ok(None),
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
    disk::make_folder(&staging)?;
    Ok(staging)
}

/// Moves a finished and flushed snapshot to its place and makes it current. Readers see the one before or this one.
///
/// - Errors: `Io`; `current` then still names the snapshot before, and this one is gone or stands beside it unseen.
pub(super) fn publish(output: &Path, name: &str, staging: &Path) -> Result<PathBuf, WriteError> {
    let snapshots = output.join(SNAPSHOTS);
    disk::create_folder(&snapshots)?;
    let snapshot = snapshots.join(name);
    disk::rename(staging, &snapshot)?;
    fail::point("publish", "moved");
    let named = disk::flush_folder(&snapshots).and_then(|()| flush_staging(output)).and_then(|()| point(output, name));
    if let Err(error) = named {
        if let Err(left) = bury(output, name) {
            tracing::warn!(error = &left as &dyn std::error::Error, "a snapshot that did not become current is left");
        }
        return Err(error);
    }
    fail::point("publish", "current");
    Ok(snapshot)
}

/// Puts a finished and flushed snapshot in the place of the one of that name, and removes that one.
pub(super) fn exchange(output: &Path, name: &str, staging: &Path) -> Result<(), WriteError> {
    let snapshots = output.join(SNAPSHOTS);
    disk::exchange(staging, &snapshots.join(name))?;
    disk::flush_folder(&snapshots)?;
    flush_staging(output)?;
    fail::point("takedown", "exchanged");
    disk::remove_folder(staging)
}

/// Makes `current` name a snapshot.
///
/// - Errors: `Io`; `current` is as it was then.
pub(super) fn point(output: &Path, name: &str) -> Result<(), WriteError> {
    let staging = output.join(STAGING);
    disk::create_folder(&staging)?;
    // Made beside the unfinished snapshots, so that a dead run's is cleared away with them.
    let (link, current, target) = (staging.join(CURRENT), output.join(CURRENT), Path::new(SNAPSHOTS).join(name));
    disk::remove_file(&link)?;
    disk::symlink(&target, &link)?;
    disk::flush_folder(&staging)?;
    if let Err(error) = disk::rename(&link, &current)
        // A disk may do what it says that it could not.
        && fs::read_link(&current).ok().as_deref() != Some(target.as_path())
    {
        return Err(error);
    }
    // Everybody sees the new snapshot by now: this is no failure any more.
    if let Err(error) = disk::flush_folder(output).and_then(|()| disk::flush_folder(&staging)) {
        tracing::warn!(error = &error as &dyn std::error::Error, "current is renamed, but may be as before after a loss of power");
    }
    Ok(())
}

/// Removes a snapshot: out of sight in one step, so that nobody meets one that is half removed.
pub(super) fn bury(output: &Path, name: &str) -> Result<(), WriteError> {
    let grave = output.join(STAGING).join(format!("removed-{name}"));
    let snapshots = output.join(SNAPSHOTS);
    disk::remove_folder(&grave)?;
    disk::make_folder(&output.join(STAGING))?;
    disk::rename(&snapshots.join(name), &grave)?;
    disk::flush_folder(&snapshots)?;
    flush_staging(output)?;
    fail::point("retain", "buried");
    disk::remove_folder(&grave)
}

fn flush_staging(output: &Path) -> Result<(), WriteError> {
    disk::flush_folder(&output.join(STAGING))
}

/// Names of all snapshots, oldest first.
pub(super) fn names(output: &Path) -> Result<Vec<String>, WriteError> {
    let mut names = Vec::new();
    for path in disk::list(&output.join(SNAPSHOTS))? {
        if let Some(name) = path.file_name().and_then(|name| name.to_str())
            && let Ok(number) = name.parse::<u64>()
        {
            names.push((number, name.to_owned()));
        }
    }
    names.sort();
    Ok(names.into_iter().map(|(_, name)| name).collect())
}
