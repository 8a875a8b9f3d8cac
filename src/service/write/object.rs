//! Bytes as fetched, kept by their hash so that they can be read again.

use std::fs::Permissions;
use std::io::Write;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

use super::{WriteError, disk};

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
    let permissions = Permissions::from_mode(0o644);
    let mut file = tempfile::Builder::new().permissions(permissions).tempfile_in(folder).map_err(WriteError::io("create", folder))?;
    file.write_all(bytes).map_err(WriteError::io("write", &path))?;
    file.as_file().sync_all().map_err(WriteError::io("flush", &path))?;
    file.persist(&path).map_err(|error| WriteError::io("rename to", &path)(error.error))?;
    disk::flush_folder(folder)?;
    Ok(path)
}

/// Where the bytes of a document lie, if they were kept.
///
/// - Errors: `Hash` when the name is no hash, so that no name leads out of the folder.
pub fn object_path(output: &Path, content_hash: &str) -> Result<PathBuf, WriteError> {
    let folder = content_hash.get(..2).filter(|_| content_hash.len() == 64 && content_hash.bytes().all(|byte| byte.is_ascii_hexdigit()));
    let folder = folder.ok_or_else(|| WriteError::Hash { hash: content_hash.to_owned() })?;
    Ok(output.join("objects").join(folder).join(content_hash))
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
        assert!(matches!(store_object(output.path(), "../etc", b""), Err(WriteError::Hash { .. })));
    }
}
