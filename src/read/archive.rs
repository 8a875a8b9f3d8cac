//! ZIP archives: their members with the names that people gave them, and nothing that leads out of them.
//!
//! What a header tells of a size is never trusted: bytes are counted while they are inflated.

use crate::ReadError;
use encoding_rs::GB18030;
use std::io::{self, Cursor, Read};
use zip::ZipArchive;
use zip::result::ZipError;

/// How much of an archive is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Members.
    pub members: usize,
    /// Bytes of one member.
    pub member_bytes: usize,
    /// Bytes of all members.
    pub bytes: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self { members: 10_000, member_bytes: 256 << 20, bytes: 1 << 30 }
    }
}

/// One file of an archive.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Member {
    /// Its path in the archive, with `/` between folders.
    pub path: String,
    /// Its bytes, or why it is not read.
    pub content: Result<Vec<u8>, ReadError>,
}

/// Reads the files of a ZIP archive in their order; folders and what macOS adds are left out.
///
/// A member that cannot be read, or whose name leads out of the archive, is told with its cause; the others are read all the same.
///
/// - Shape: all bytes of the archive; one entry a file out.
/// - Errors: it is no archive, or holds more than the limits allow.
pub fn members(bytes: &[u8], limits: Limits) -> Result<Vec<Member>, ReadError> {
    let mut archive = open(bytes)?;
    if archive.len() > limits.members {
        return Err(ReadError::TooMuch { what: "members of an archive", limit: limits.members });
    }
    let mut left = limits.bytes;
    let mut members = Vec::new();
    for index in 0..archive.len() {
        let (path, is_symlink) = match archive.by_index_raw(index) {
            Ok(file) if file.is_dir() => continue,
            Ok(file) => (name(file.name_raw()), file.is_symlink()),
            Err(error) => return Err(damaged(&error)),
        };
        if path.starts_with("__MACOSX/") || path.rsplit('/').next() == Some(".DS_Store") {
            continue;
        }
        let content = if is_symlink {
            Err(ReadError::Unsafe { what: "a symbolic link" })
        } else if !is_inside(&path) {
            Err(ReadError::Unsafe { what: "a name that leads out of the archive" })
        } else {
            inflate(&mut archive, index, limits.member_bytes, left)
        };
        match &content {
            Ok(bytes) => left -= bytes.len().min(left),
            Err(ReadError::TooMuch { what: ALL, .. }) => return Err(ReadError::TooMuch { what: ALL, limit: limits.bytes }),
            Err(_) => {}
        }
        members.push(Member { path, content });
    }
    Ok(members)
}

const ALL: &str = "bytes in an archive";

pub(crate) fn open(bytes: &[u8]) -> Result<ZipArchive<Cursor<&[u8]>>, ReadError> {
    ZipArchive::new(Cursor::new(bytes)).map_err(|error| damaged(&error))
}

/// Reads one member, no further than the limits go.
fn inflate(archive: &mut ZipArchive<Cursor<&[u8]>>, index: usize, most: usize, left: usize) -> Result<Vec<u8>, ReadError> {
    let file = archive.by_index(index).map_err(|error| damaged(&error))?;
    let limit = most.min(left);
    let mut bytes = Vec::new();
    let count = u64::try_from(limit).unwrap_or(u64::MAX).saturating_add(1);
    file.take(count).read_to_end(&mut bytes).map_err(|error| ReadError::Damaged { format: "zip", cause: error.to_string() })?;
    match bytes.len() {
        length if length <= limit => Ok(bytes),
        _ if left < most => Err(ReadError::TooMuch { what: ALL, limit: left }),
        _ => Err(ReadError::TooMuch { what: "bytes in a member of an archive", limit: most }),
    }
}

/// Reads a part of a document that is an archive; `None` where it has no such part.
pub(crate) fn part(archive: &mut ZipArchive<Cursor<&[u8]>>, name: &str, most: usize) -> Result<Option<Vec<u8>>, ReadError> {
    match archive.index_for_name(name) {
        Some(index) => inflate(archive, index, most, usize::MAX).map(Some),
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

    fn told(bytes: &[u8], limits: Limits) -> Vec<(String, Result<usize, ReadError>)> {
        members(bytes, limits).unwrap().into_iter().map(|member| (member.path, member.content.map(|bytes| bytes.len()))).collect()
    }

    #[test]
    fn files_come_with_their_names() {
        let bytes = archive(&[("一月/公报.txt", b"12"), ("__MACOSX/x", b""), ("a/.DS_Store", b""), ("b.csv", b"1")]);
        assert_eq!(told(&bytes, Limits::default()), [(String::from("一月/公报.txt"), Ok(2)), (String::from("b.csv"), Ok(1))]);
        assert_eq!(name(&GB18030.encode("年报\\统计公报.doc").0), "年报/统计公报.doc");
    }

    #[test]
    fn names_that_lead_out_are_refused_and_siblings_read() {
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
        let unsafe_name = ReadError::Unsafe { what: "a name that leads out of the archive" };
        assert_eq!(told(&bytes, Limits::default()), [(String::from("../evil.txt"), Err(unsafe_name)), (String::from("good.txt"), Ok(2))]);
        let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
        writer.add_symlink("link.txt", "/etc/passwd", SimpleFileOptions::default()).unwrap();
        let bytes = writer.finish().unwrap().into_inner();
        assert!(matches!(told(&bytes, Limits::default())[0].1, Err(ReadError::Unsafe { .. })));
    }

    #[test]
    fn bombs_are_stopped_while_they_are_inflated() {
        let zeros = vec![0; 1 << 20];
        let bytes = archive(&[("big.txt", &zeros), ("small.txt", b"1")]);
        assert!(bytes.len() < 1 << 14);
        let limits = Limits { member_bytes: 1 << 16, ..Limits::default() };
        assert!(matches!(told(&bytes, limits).as_slice(), [(_, Err(ReadError::TooMuch { .. })), (_, Ok(1))]));
        assert!(matches!(members(&bytes, Limits { bytes: 1 << 16, ..Limits::default() }), Err(ReadError::TooMuch { .. })));
        assert!(matches!(members(&bytes, Limits { members: 1, ..Limits::default() }), Err(ReadError::TooMuch { .. })));
        assert!(matches!(check(&bytes, 1 << 16), Err(ReadError::TooMuch { .. })));
        assert_eq!(check(&bytes, 2 << 20), Ok(()));
    }

    #[test]
    fn what_is_no_archive_says_so() {
        assert!(matches!(members(b"PK\x03\x04 and no more", Limits::default()), Err(ReadError::Damaged { .. })));
    }
}
