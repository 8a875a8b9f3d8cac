//! Bytes as fetched, kept by their hash so that they can be read again.

use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};

use super::{WriteError, disk};

pub(super) const OBJECTS: &str = "objects";
/// How the names of unfinished files begin; no hash begins so.
const UNFINISHED: &str = ".unfinished-";
/// Threads keep objects at the same time, perhaps the same one.
static NEXT: AtomicU64 = AtomicU64::new(0);

/// Keeps the bytes of a document as `objects/ab/<hash>`.
///
/// The file is whole or absent: it is written under another name and renamed. Known content is not written again.
///
/// - Shape: the output folder, hex of BLAKE3-256 of the bytes, the bytes; where they lie comes out.
/// - Errors: `Hash` when the name is no such hash; `Io`.
pub fn store_object(output: &Path, content_hash: &str, bytes: &[u8]) -> Result<PathBuf, WriteError> {
    let path = object_path(output, content_hash)?;
    if path.is_file() {
        return Ok(path);
    }
    let folder = path.parent().unwrap_or(output);
    disk::create_folder(folder)?;
    let unfinished = folder.join(format!("{UNFINISHED}{}", NEXT.fetch_add(1, Ordering::Relaxed)));
    let kept = disk::write(&unfinished, bytes).and_then(|()| disk::rename(&unfinished, &path));
    if let Err(error) = kept {
        // What cannot be removed either is cleared away by the next run.
        let _ = disk::remove_file(&unfinished);
        return Err(error);
    }
    disk::flush_folder(folder)?;
    Ok(path)
}

/// Removes what a dead run left unfinished. The caller holds the [`super::RunLock`].
pub(super) fn clear_unfinished(output: &Path) -> Result<(), WriteError> {
    for folder in disk::list(&output.join(OBJECTS))? {
        if !folder.is_dir() {
            continue;
        }
        for file in disk::list(&folder)? {
            let is_unfinished = file.file_name().and_then(|name| name.to_str()).is_some_and(|name| name.starts_with('.'));
            if is_unfinished {
                disk::remove_file(&file)?;
            }
        }
    }
    Ok(())
}

/// Where the bytes of a document lie, if they were kept.
///
/// - Errors: `Hash` when the name is no hash, so that no name leads out of the folder.
pub fn object_path(output: &Path, content_hash: &str) -> Result<PathBuf, WriteError> {
    let folder = content_hash.get(..2).filter(|_| content_hash.len() == 64 && content_hash.bytes().all(|byte| byte.is_ascii_hexdigit()));
    let folder = folder.ok_or_else(|| WriteError::Hash { hash: content_hash.to_owned() })?;
    Ok(output.join(OBJECTS).join(folder).join(content_hash))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bytes_are_kept_once_under_their_hash() {
        let output = tempfile::tempdir().unwrap();
        let hash = gongbao_tables::content_hash(b"bytes");
        let path = store_object(output.path(), &hash, b"bytes").unwrap();
        assert_eq!(store_object(output.path(), &hash, b"bytes").unwrap(), path);
        assert_eq!(std::fs::read(&path).unwrap(), b"bytes");
        assert!(path.ends_with(Path::new(hash.get(..2).unwrap()).join(&hash)));
        let left = path.with_file_name(".unfinished-7");
        std::fs::write(&left, "by").unwrap();
        clear_unfinished(output.path()).unwrap();
        assert!(path.is_file() && !left.exists());
        assert!(matches!(store_object(output.path(), "../etc", b""), Err(WriteError::Hash { .. })));
    }
}
