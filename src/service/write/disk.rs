//! Files and folders that survive a loss of power: the only place of this room that changes the disk.
//!
//! Each change is a step of its own that a test can stop or let fail (see [`super::fail`]).

use std::fs::{self, File};
use std::io::{self, ErrorKind, Seek, Write};
use std::path::{Path, PathBuf};

use rustix::fs::{CWD, RenameFlags};

use super::{WriteError, fail};

/// Writes a new file and flushes it to the disk; its folder is flushed by the caller. A file that is there is never
/// written over: older snapshots may share it.
pub(super) fn write(path: &Path, bytes: &[u8]) -> Result<(), WriteError> {
    let mut file = fail::change("create", true).and_then(|()| File::create_new(path)).map_err(WriteError::io("create", path))?;
    let (first, rest) = bytes.split_at(bytes.len() / 2);
    for half in [first, rest] {
        // In two steps, so that a test can leave half a file behind.
        fail::change("write", true).and_then(|()| file.write_all(half)).map_err(WriteError::io("write", path))?;
    }
    fail::journal("write", path, None, Some(bytes));
    fail::change("flush", true).and_then(|()| file.sync_all()).map_err(WriteError::io("flush", path))?;
    fail::journal("flush", path, None, None);
    Ok(())
}

/// Writes over what an open file holds, unflushed: for what matters to the living only.
pub(super) fn overwrite(file: &mut File, bytes: &[u8]) -> io::Result<()> {
    fail::change("overwrite", true)?;
    file.set_len(0)?;
    file.rewind()?;
    file.write_all(bytes)
}

/// Opens a file to be locked, and makes it when it is missing.
pub(super) fn open_lock(path: &Path) -> Result<File, WriteError> {
    let open = || File::options().create(true).truncate(false).read(true).write(true).open(path);
    fail::change("open", true).and_then(|()| open()).map_err(WriteError::io("open", path))
}

/// Makes a folder and those above it, and flushes the folders in which the new ones stand.
pub(super) fn create_folder(path: &Path) -> Result<(), WriteError> {
    if path.is_dir() {
        return Ok(());
    }
    let above = path.parent().filter(|above| !above.as_os_str().is_empty());
    if let Some(above) = above {
        create_folder(above)?;
    }
    match fail::change("folder", true).and_then(|()| fs::create_dir(path)) {
        Err(error) if error.kind() != ErrorKind::AlreadyExists => return Err(WriteError::io("create", path)(error)),
        _ => fail::journal("folder", path, None, None),
    }
    flush_folder(above.unwrap_or(Path::new(".")))
}

/// Makes a folder and those above it without flushing: the caller flushes, or it may be lost.
pub(super) fn make_folder(path: &Path) -> Result<(), WriteError> {
    fail::change("folder", true).and_then(|()| fs::create_dir_all(path)).map_err(WriteError::io("create", path))?;
    fail::journal("folder", path, None, None);
    Ok(())
}

/// Flushes the names that a folder holds.
pub(super) fn flush_folder(path: &Path) -> Result<(), WriteError> {
    fail::change("flush", true).and_then(|()| File::open(path)?.sync_all()).map_err(WriteError::io("flush", path))?;
    fail::journal("flush", path, None, None);
    Ok(())
}

/// Gives a file or folder a new name, in place of what had that name.
pub(super) fn rename(from: &Path, to: &Path) -> Result<(), WriteError> {
    fail::change("rename", true).and_then(|()| fs::rename(from, to)).map_err(WriteError::io("rename to", to))?;
    fail::journal("rename", to, Some(from), None);
    Ok(())
}

/// Lets two folders change places in one step: no moment has one without the other.
pub(super) fn exchange(one: &Path, other: &Path) -> Result<(), WriteError> {
    let swap = || rustix::fs::renameat_with(CWD, one, CWD, other, RenameFlags::EXCHANGE).map_err(io::Error::from);
    fail::change("exchange", true).and_then(|()| swap()).map_err(WriteError::io("change places with", other))?;
    fail::journal("exchange", other, Some(one), None);
    Ok(())
}

/// Gives a file a second name.
pub(super) fn link(from: &Path, to: &Path) -> io::Result<()> {
    fail::change("link", true).and_then(|()| fs::hard_link(from, to))?;
    fail::journal("link", to, Some(from), None);
    Ok(())
}

/// Copies a file and flushes the copy.
pub(super) fn copy(from: &Path, to: &Path) -> Result<(), WriteError> {
    fail::change("copy", true).and_then(|()| fs::copy(from, to)).map_err(WriteError::io("copy", from))?;
    fail::change("flush", true).and_then(|()| File::open(to)?.sync_all()).map_err(WriteError::io("flush", to))
}

/// Makes a link that names a path.
pub(super) fn symlink(target: &Path, link: &Path) -> Result<(), WriteError> {
    fail::change("symlink", true).and_then(|()| std::os::unix::fs::symlink(target, link)).map_err(WriteError::io("link", link))?;
    fail::journal("symlink", link, Some(target), None);
    Ok(())
}

/// Removes a file; it may be missing.
pub(super) fn remove_file(path: &Path) -> Result<(), WriteError> {
    remove(path, |path| fs::remove_file(path))
}

/// Removes a folder with all that it holds; it may be missing.
pub(super) fn remove_folder(path: &Path) -> Result<(), WriteError> {
    remove(path, |path| fs::remove_dir_all(path))
}

fn remove(path: &Path, how: impl FnOnce(&Path) -> io::Result<()>) -> Result<(), WriteError> {
    match fail::change("remove", false).and_then(|()| how(path)) {
        Err(error) if error.kind() != ErrorKind::NotFound => Err(WriteError::io("remove", path)(error)),
        _ => {
            fail::journal("remove", path, None, None);
            Ok(())
        }
    }
}

/// What a folder holds, in the order of the names; nothing when it is missing.
pub(super) fn list(folder: &Path) -> Result<Vec<PathBuf>, WriteError> {
    let entries = match fs::read_dir(folder) {
        Ok(entries) => entries,
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(Vec::new()),
        Err(error) => return Err(WriteError::io("list", folder)(error)),
    };
    let paths = entries.map(|entry| entry.map(|entry| entry.path())).collect::<Result<Vec<_>, _>>();
    let mut paths = paths.map_err(WriteError::io("list", folder))?;
    paths.sort();
    Ok(paths)
}

/// A length as the manifest counts.
pub(super) fn count(length: usize) -> u64 {
    u64::try_from(length).unwrap_or(u64::MAX)
}
