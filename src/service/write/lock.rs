//! Who may write an output folder.

use std::fs::{self, File, TryLockError};
use std::io::{ErrorKind, Read};
use std::os::unix::fs::MetadataExt;
use std::path::Path;

use chrono::{SecondsFormat, Utc};
use serde::{Deserialize, Serialize};

use super::snapshot::STAGING;
use super::{WriteError, disk, object};

const LOCK: &str = ".lock";

/// The right to write an output folder; given back when dropped, also by a crash.
#[derive(Debug)]
pub struct RunLock {
    file: File,
}

/// Who holds the lock, as the lock's file tells. For people: nothing is decided by it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LockHolder {
    /// Number of the process.
    pub pid: u32,
    /// Name of the machine.
    pub host: String,
    /// When it took the lock, RFC 3339 in UTC.
    pub since: String,
}

impl LockHolder {
    /// In words, to stand behind a message.
    #[must_use]
    pub fn told(&self) -> String {
        format!(": process {} on {}, since {}", self.pid, self.host, self.since)
    }
}

/// Takes the right to write `output`, and removes what a dead run left unfinished.
///
/// - Shape: the output folder in, made when missing; `None` when another run holds the lock.
/// - Errors: `Io`.
pub fn lock(output: &Path) -> Result<Option<RunLock>, WriteError> {
    disk::create_folder(output)?;
    let path = output.join(LOCK);
    let is_new = !path.exists();
    let mut file = loop {
        let file = disk::open_lock(&path)?;
        match file.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => return Ok(None),
            Err(TryLockError::Error(source)) => return Err(WriteError::io("lock", &path)(source)),
        }
        // Somebody may have removed the file meanwhile: then another run locks another file of the same name.
        if is_still_named(&file, &path).map_err(WriteError::io("read", &path))? {
            break file;
        }
    };
    if is_new {
        flush_ancestors(output)?;
    }
    tell_holder(&mut file);
    disk::remove_folder(&output.join(STAGING))?;
    object::clear_unfinished(output)?;
    Ok(Some(RunLock { file }))
}

/// Who holds the lock of an output folder. A run that was killed still stands there until the next one takes the lock.
///
/// - Shape: the output folder in; `None` when nobody holds it, or a holder does not tell.
#[must_use]
pub fn lock_holder(output: &Path) -> Option<LockHolder> {
    let mut written = String::new();
    File::open(output.join(LOCK)).and_then(|mut file| file.read_to_string(&mut written)).ok()?;
    serde_json::from_str(&written).ok()
}

impl Drop for RunLock {
    fn drop(&mut self) {
        // What stays is a wrong name for people, and the next holder writes its own.
        let _ = disk::overwrite(&mut self.file, b"");
    }
}

fn is_still_named(file: &File, path: &Path) -> std::io::Result<bool> {
    let locked = file.metadata()?;
    match fs::metadata(path) {
        Ok(named) => Ok((named.dev(), named.ino()) == (locked.dev(), locked.ino())),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(false),
        Err(error) => Err(error),
    }
}

/// A folder that somebody made a moment ago may not have its name on the disk yet. One that must not be opened is passed over.
fn flush_ancestors(output: &Path) -> Result<(), WriteError> {
    let absolute = fs::canonicalize(output).map_err(WriteError::io("open", output))?;
    for folder in absolute.ancestors() {
        match disk::flush_folder(folder) {
            Err(WriteError::Io { source, .. }) if folder != absolute && is_foreign(&source) => {}
            done => done?,
        }
    }
    Ok(())
}

fn is_foreign(error: &std::io::Error) -> bool {
    matches!(error.kind(), ErrorKind::PermissionDenied | ErrorKind::InvalidInput | ErrorKind::ReadOnlyFilesystem)
}

fn tell_holder(file: &mut File) {
    let host = rustix::system::uname().nodename().to_string_lossy().into_owned();
    // Told by the machine's clock, whatever clock the run goes by: it stands beside a process number.
    let holder = LockHolder { pid: std::process::id(), host, since: Utc::now().to_rfc3339_opts(SecondsFormat::Secs, true) };
    let told = serde_json::to_vec(&holder).map_err(std::io::Error::from).and_then(|json| disk::overwrite(file, &json));
    if let Err(error) = told {
        tracing::warn!(error = &error as &dyn std::error::Error, "the lock's file does not tell who holds it");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_run_at_a_time_and_its_name_is_told() {
        let output = tempfile::tempdir().unwrap();
        assert_eq!(lock_holder(output.path()), None);
        let held = lock(output.path()).unwrap();
        assert!(held.is_some());
        assert!(lock(output.path()).unwrap().is_none());
        assert_eq!(lock_holder(output.path()).map(|holder| holder.pid), Some(std::process::id()));
        drop(held);
        assert_eq!(lock_holder(output.path()), None);
        assert!(lock(output.path()).unwrap().is_some());
    }

    #[test]
    fn a_removed_file_is_no_lock() {
        let output = tempfile::tempdir().unwrap();
        let held = lock(output.path()).unwrap().unwrap();
        assert!(is_still_named(&held.file, &output.path().join(LOCK)).unwrap());
        fs::remove_file(output.path().join(LOCK)).unwrap();
        assert!(!is_still_named(&held.file, &output.path().join(LOCK)).unwrap());
        fs::write(output.path().join(LOCK), "").unwrap();
        assert!(!is_still_named(&held.file, &output.path().join(LOCK)).unwrap());
    }
}
