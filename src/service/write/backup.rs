//! Copies of an output folder: out of it while runs go on, and back into one.
//!
//! A backup has the form of an output folder, so that every reader reads it, and a restored output is one like any other. Its files
//! share the disk with those of the output where they can: nobody writes over a file of the tables.

use std::fs;
use std::path::{Path, PathBuf};

use super::object::OBJECTS;
use super::snapshot::{self, SNAPSHOTS};
use super::{Damage, Takedowns, WriteError, disk, resolve_current, verify};

/// Why a backup cannot be made or brought back.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum BackupError {
    /// There is no snapshot.
    #[error("{}: no tables", path.display())]
    NoTables {
        /// Where they were looked for.
        path: PathBuf,
    },
    /// Something is in the way.
    #[error("{}: is there already and not empty", path.display())]
    Taken {
        /// What.
        path: PathBuf,
    },
    /// A snapshot is not what was written.
    #[error("{}: a snapshot is damaged", path.display())]
    Damaged {
        /// Which.
        path: PathBuf,
        /// What was found first.
        source: Damage,
    },
    /// A file cannot be read or written.
    #[error(transparent)]
    Write(#[from] WriteError),
}

/// Copies tables and kept bytes into a folder that is not there yet; all kept snapshots, or the one that stands. The ledger is the
/// caller's.
///
/// - Shape: the output folder and the new folder in; the names of the snapshots out, the one that stands last.
/// - Errors: there are no tables, a snapshot is damaged, or a file cannot be read or written.
pub fn back_up(output: &Path, target: &Path, all: bool) -> Result<Vec<String>, BackupError> {
    let none = || BackupError::NoTables { path: output.to_owned() };
    let current = resolve_current(output)?.ok_or_else(none)?;
    let name = current.file_name().and_then(|name| name.to_str()).ok_or_else(none)?.to_owned();
    disk::create_folder(&target.join(SNAPSHOTS))?;
    let mut names = Vec::new();
    for other in snapshot::names(output)?.into_iter().filter(|other| all && *other != name) {
        // Retention may take an old one away meanwhile; then it is none of the kept ones.
        match copy_snapshot(output, target, &other) {
            Ok(()) => names.push(other),
            Err(_) if !output.join(SNAPSHOTS).join(&other).is_dir() => disk::remove_folder(&target.join(SNAPSHOTS).join(&other))?,
            Err(error) => return Err(error),
        }
    }
    copy_snapshot(output, target, &name)?;
    names.push(name.clone());
    if output.join(OBJECTS).is_dir() {
        copy_tree(&output.join(OBJECTS), &target.join(OBJECTS))?;
    }
    Takedowns::read(output)?.write(target)?;
    snapshot::point(target, &name)?;
    Ok(names)
}

/// Brings the tables and kept bytes of a backup back, and makes its snapshot current. The caller holds the run's lock and sees to the ledger.
///
/// - Shape: the backup and the output folder in; the snapshot that stands out. `replace` takes snapshots out that are there.
/// - Errors: the backup has no tables or is damaged, the output has tables, or a file cannot be read or written.
pub fn restore(backup: &Path, output: &Path, replace: bool) -> Result<String, BackupError> {
    let none = || BackupError::NoTables { path: backup.to_owned() };
    let current = resolve_current(backup)?.ok_or_else(none)?;
    let name = current.file_name().and_then(|name| name.to_str()).ok_or_else(none)?.to_owned();
    let wanted = snapshot::names(backup)?;
    for name in &wanted {
        whole(&backup.join(SNAPSHOTS).join(name))?;
    }
    let there = snapshot::names(output)?;
    if !there.is_empty() && !replace {
        return Err(BackupError::Taken { path: output.join(SNAPSHOTS) });
    }
    // A name that stands for other tables is given free first; `current` is the last to go.
    let gone = there.iter().filter(|name| !is_same(&backup.join(SNAPSHOTS).join(name), &output.join(SNAPSHOTS).join(name)));
    let gone: Vec<&String> = gone.collect();
    for name in &gone {
        snapshot::bury(output, name)?;
    }
    for name in wanted.iter().filter(|name| !output.join(SNAPSHOTS).join(name).is_dir()) {
        disk::create_folder(&output.join(SNAPSHOTS))?;
        let staging = snapshot::stage(output, name)?;
        copy_tree(&backup.join(SNAPSHOTS).join(name), &staging)?;
        whole(&staging)?;
        disk::rename(&staging, &output.join(SNAPSHOTS).join(name))?;
        disk::flush_folder(&output.join(SNAPSHOTS))?;
    }
    if backup.join(OBJECTS).is_dir() {
        copy_tree(&backup.join(OBJECTS), &output.join(OBJECTS))?;
    }
    // What was taken down here, or where the backup was made, is taken out of what came back.
    let mut takedowns = Takedowns::read(backup)?;
    takedowns.extend(Takedowns::read(output)?.iter().cloned());
    takedowns.reopen();
    takedowns.write(output)?;
    snapshot::point(output, &name)?;
    Ok(name)
}

/// Whether two snapshots have one manifest, which tells every file's content.
fn is_same(one: &Path, other: &Path) -> bool {
    let manifest = |snapshot: &Path| fs::read(snapshot.join(super::manifest::MANIFEST)).ok();
    manifest(one).is_some_and(|one| Some(one) == manifest(other))
}

fn copy_snapshot(output: &Path, target: &Path, name: &str) -> Result<(), BackupError> {
    let copy = target.join(SNAPSHOTS).join(name);
    copy_tree(&output.join(SNAPSHOTS).join(name), &copy)?;
    whole(&copy)
}

fn whole(snapshot: &Path) -> Result<(), BackupError> {
    match verify(snapshot).into_iter().next() {
        Some(source) => Err(BackupError::Damaged { path: snapshot.to_owned(), source }),
        None => Ok(()),
    }
}

/// Copies a folder, by second names where the disk can, and flushes what it made. Files that are there already stay.
fn copy_tree(from: &Path, to: &Path) -> Result<(), WriteError> {
    disk::create_folder(to)?;
    for path in disk::list(from)? {
        let Some(name) = path.file_name() else { continue };
        let copy = to.join(name);
        if path.is_dir() {
            copy_tree(&path, &copy)?;
        } else if !copy.exists() && disk::link(&path, &copy).is_err() {
            disk::copy(&path, &copy)?;
        }
    }
    disk::flush_folder(to)
}
