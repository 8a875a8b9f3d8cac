//! ZIP archives: their members with the names that people gave them, and nothing that leads out of them.
//!
//! What a header tells of a size is never trusted: bytes are counted while they are inflated.

use crate::ReadError;
use encoding_rs::GB18030;
use std::io::{self, Cursor, Read, Seek};
use zip::ZipArchive;
use zip::result::ZipError;

/// Members of an archive.
const MOST_MEMBERS: usize = 10_000;
/// Bytes that all members together may say to have.
const MOST_BYTES: u64 = 4 << 30;

/// A ZIP archive of documents.
pub struct Archive<R> {
    archive: ZipArchive<R>,
}

impl<R: Read + Seek> Archive<R> {
    /// Opens an archive.
    ///
    /// - Errors: it is none, or has more members or bytes than any collection of documents.
    pub fn open(reader: R) -> Result<Self, ReadError> {
        let archive = ZipArchive::new(reader).map_err(|error| damaged(&error))?;
        if archive.len() > MOST_MEMBERS {
            return Err(ReadError::TooMuch { what: "members of an archive", limit: MOST_MEMBERS });
        }
        if archive.decompressed_size().is_none_or(|bytes| bytes > u128::from(MOST_BYTES)) {
            return Err(ReadError::TooMuch { what: ALL, limit: usize::try_from(MOST_BYTES).unwrap_or(usize::MAX) });
        }
        Ok(Self { archive })
    }

    /// The files in it by their paths, with `/` between folders, in their order; folders and what macOS adds are left out.
    ///
    /// - Errors: the archive is damaged.
    pub fn names(&mut self) -> Result<Vec<String>, ReadError> {
        let mut names = Vec::new();
        for index in 0..self.archive.len() {
            let file = self.archive.by_index_raw(index).map_err(|error| damaged(&error))?;
            let path = name(file.name_raw());
            let is_needless = path.starts_with("__MACOSX/") || path.rsplit('/').next() == Some(".DS_Store");
            if !file.is_dir() && !is_needless {
                names.push(path);
            }
        }
        Ok(names)
    }

    /// Reads one file of it, no further than `most` bytes.
    ///
    /// - Errors: it is not there, is damaged or larger, needs a password, is a link, or its name leads out of the archive.
    pub fn read(&mut self, path: &str, most: usize) -> Result<Vec<u8>, ReadError> {
        if !is_inside(path) {
            return Err(ReadError::Unsafe { what: "a name that leads out of the archive" });
        }
        for index in 0..self.archive.len() {
            let file = self.archive.by_index_raw(index).map_err(|error| damaged(&error))?;
            if file.is_dir() || name(file.name_raw()) != path {
                continue;
            }
            if file.is_symlink() {
                return Err(ReadError::Unsafe { what: "a symbolic link" });
            }
            drop(file);
            return inflate(&mut self.archive, index, most);
        }
        Err(ReadError::Damaged { format: "zip", cause: format!("no {path} in it") })
    }
}

const ALL: &str = "bytes in an archive";

/// Opens a document that is an archive.
pub(crate) fn open(bytes: &[u8]) -> Result<ZipArchive<Cursor<&[u8]>>, ReadError> {
    ZipArchive::new(Cursor::new(bytes)).map_err(|error| damaged(&error))
}

/// Reads one member, no further than the limit goes.
fn inflate<R: Read + Seek>(archive: &mut ZipArchive<R>, index: usize, most: usize) -> Result<Vec<u8>, ReadError> {
    let file = archive.by_index(index).map_err(|error| damaged(&error))?;
    let mut bytes = Vec::new();
    let count = u64::try_from(most).unwrap_or(u64::MAX).saturating_add(1);
    file.take(count).read_to_end(&mut bytes).map_err(|error| ReadError::Damaged { format: "zip", cause: error.to_string() })?;
    if bytes.len() > most { Err(ReadError::TooMuch { what: "bytes in a member of an archive", limit: most }) } else { Ok(bytes) }
}

/// Reads a part of a document that is an archive; `None` where it has no such part.
pub(crate) fn part(archive: &mut ZipArchive<Cursor<&[u8]>>, name: &str, most: usize) -> Result<Option<Vec<u8>>, ReadError> {
    match archive.index_for_name(name) {
        Some(index) => inflate(archive, index, most).map(Some),
        None => Ok(None),
    }
}

/// Counts what an archive holds, without keeping it.
pub(crate) fn check(bytes: &[u8], most: usize) -> Result<(), ReadError> {
    let mut archive = open(bytes)?;
    let mut left = u64::try_from(most).unwrap_or(u64::MAX);
    for index in 0..archive.len() {
        let file = archive.by_index(index).map_err(|error| damaged(&error))?;
        let count = io::copy(&mut file.take(left.saturating_add(1)), &mut io::sink());
        let count = count.map_err(|error| ReadError::Damaged { format: "zip", cause: error.to_string() })?;
        left = left.checked_sub(count).ok_or(ReadError::TooMuch { what: ALL, limit: most })?;
    }
    Ok(())
}

fn damaged(error: &ZipError) -> ReadError {
    match error {
        ZipError::UnsupportedArchive(ZipError::PASSWORD_REQUIRED) | ZipError::InvalidPassword => ReadError::Encrypted,
        error => ReadError::Damaged { format: "zip", cause: error.to_string() },
    }
}

/// A name in UTF-8, as archives of today have it, or in GB 18030, as those of Chinese Windows do.
fn name(raw: &[u8]) -> String {
    let told = match std::str::from_utf8(raw) {
        Ok(name) => name.to_owned(),
        Err(_) => GB18030.decode_without_bom_handling(raw).0.into_owned(),
    };
    told.replace('\\', "/")
}

/// True for a name that stays below the place of the archive.
fn is_inside(path: &str) -> bool {
    let has_drive = path.split('/').next().is_some_and(|first| first.ends_with(':'));
    !path.is_empty() && !path.starts_with('/') && !has_drive && !path.contains('\0') && path.split('/').all(|part| part != ".." && part != ".")
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Write;
    use zip::ZipWriter;
    use zip::write::SimpleFileOptions;

    fn archive(files: &[(&str, &[u8])]) -> Vec<u8> {
        let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
        for (name, bytes) in files {
            writer.start_file(*name, SimpleFileOptions::default()).unwrap();
            writer.write_all(bytes).unwrap();
        }
        writer.finish().unwrap().into_inner()
    }

    fn read(bytes: &[u8], path: &str) -> Result<usize, ReadError> {
        Archive::open(Cursor::new(bytes)).unwrap().read(path, 1 << 16).map(|bytes| bytes.len())
    }

    #[test]
    fn files_come_with_their_names() {
        let bytes = archive(&[("一月/公报.txt", b"12"), ("__MACOSX/x", b""), ("a/.DS_Store", b""), ("b.csv", b"1")]);
        assert_eq!(Archive::open(Cursor::new(&bytes)).unwrap().names().unwrap(), ["一月/公报.txt", "b.csv"]);
        assert_eq!(read(&bytes, "一月/公报.txt"), Ok(2));
        assert!(matches!(read(&bytes, "c.csv"), Err(ReadError::Damaged { .. })));
        assert_eq!(name(&GB18030.encode("年报\\统计公报.doc").0), "年报/统计公报.doc");
    }

    #[test]
    fn what_leads_out_is_refused_and_its_siblings_read() {
        for (name, expected) in
            [("a.txt", true), ("a/b..c.txt", true), ("../a.txt", false), ("a/../../b", false), ("/etc/x", false), ("C:/x", false), ("", false)]
        {
            assert_eq!(is_inside(name), expected, "{name}");
        }
        let mut bytes = archive(&[("xx/evil.txt", b"1"), ("good.txt", b"22")]);
        for at in 0..bytes.len() - 2 {
            if &bytes[at..at + 3] == b"xx/" {
                bytes[at..at + 3].copy_from_slice(b"../");
            }
        }
        assert_eq!(read(&bytes, "../evil.txt"), Err(ReadError::Unsafe { what: "a name that leads out of the archive" }));
        assert_eq!(read(&bytes, "good.txt"), Ok(2));
        let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
        writer.add_symlink("link.txt", "/etc/passwd", SimpleFileOptions::default()).unwrap();
        assert_eq!(read(&writer.finish().unwrap().into_inner(), "link.txt"), Err(ReadError::Unsafe { what: "a symbolic link" }));
    }

    #[test]
    fn bombs_are_stopped_while_they_are_inflated() {
        let zeros = vec![0; 1 << 20];
        let bytes = archive(&[("big.txt", &zeros), ("small.txt", b"1")]);
        assert!(bytes.len() < 1 << 14);
        assert!(matches!(read(&bytes, "big.txt"), Err(ReadError::TooMuch { .. })));
        assert_eq!(read(&bytes, "small.txt"), Ok(1));
        assert!(matches!(check(&bytes, 1 << 16), Err(ReadError::TooMuch { .. })));
        assert_eq!(check(&bytes, 2 << 20), Ok(()));
    }

    #[test]
    fn what_is_no_archive_says_so() {
        assert!(matches!(Archive::open(Cursor::new(b"PK\x03\x04 and no more")).err(), Some(ReadError::Damaged { .. })));
    }
}
