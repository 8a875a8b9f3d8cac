//! ZIP archives of documents: their members, within limits.

use crate::ReadError;
use encoding_rs::GB18030;
use std::io::{Read, Seek};
use zip::{ZipArchive, read::ZipFile, result::ZipError};

/// Members of an archive, folders among them.
const MOST_MEMBERS: usize = 10_000;
/// Bytes that all members together may say to have.
const MOST_BYTES: u128 = 4 << 30;
/// Bytes that one packed byte may become …
const MOST_RATIO: u64 = 200;
/// … beyond these: text of few words packs well.
const FREE_BYTES: u64 = 1 << 20;

/// A ZIP archive of documents. What its headers tell of sizes is not trusted: bytes are counted as they come out.
pub struct Archive<R> {
    archive: ZipArchive<R>,
}

impl<R: Read + Seek> Archive<R> {
    /// Opens an archive.
    ///
    /// - Errors: it is none, or has more members or bytes than any collection of documents.
    pub fn open(reader: R) -> Result<Self, ReadError> {
        let archive = ZipArchive::new(reader).map_err(damaged)?;
        if archive.len() > MOST_MEMBERS {
            return Err(ReadError::TooMuch { what: "members of an archive", limit: MOST_MEMBERS });
        }
        if archive.decompressed_size().is_none_or(|bytes| bytes > MOST_BYTES) {
            return Err(ReadError::TooMuch { what: "bytes of all members of an archive", limit: usize::try_from(MOST_BYTES).unwrap_or(usize::MAX) });
        }
        Ok(Self { archive })
    }

    /// The paths of the files in it, in their order, folders between `/`; folders and what systems add of their own are left out.
    /// A path may lead out of the archive: then [`Self::read`] refuses it.
    ///
    /// - Errors: the archive is damaged.
    pub fn paths(&mut self) -> Result<Vec<String>, ReadError> {
        let mut paths = Vec::new();
        for index in 0..self.archive.len() {
            let raw = self.archive.by_index_raw(index).map_err(damaged)?;
            let name = decode_name(raw.name_raw());
            if !raw.is_dir() && !name.ends_with('/') && !is_of_system(&name) {
                paths.push(name);
            }
        }
        Ok(paths)
    }

    /// Reads the file at a path, which [`Self::paths`] told, no further than `most` bytes.
    ///
    /// - Errors: it is not there, is damaged or larger, needs a password, is a link, or its path leads out of the archive.
    pub fn read(&mut self, path: &str, most: usize) -> Result<Vec<u8>, ReadError> {
        for index in 0..self.archive.len() {
            let raw = self.archive.by_index_raw(index).map_err(damaged)?;
            let name = decode_name(raw.name_raw());
            if raw.is_dir() || name != path {
                continue;
            }
            if let Some(flaw) = flaw_of(&name, &raw) {
                return Err(flaw);
            }
            let by_ratio = raw.compressed_size().saturating_mul(MOST_RATIO).max(FREE_BYTES);
            drop(raw);
            let by_ratio = usize::try_from(by_ratio).unwrap_or(usize::MAX);
            let (most, what) = if by_ratio < most { (by_ratio, "bytes unpacked from few") } else { (most, "bytes of an archive's member") };
            let file = self.archive.by_index(index).map_err(damaged)?;
            return read_within(file, most)?.ok_or(ReadError::TooMuch { what, limit: most });
        }
        Err(ReadError::Damaged { format: "zip", cause: format!("it has no {path}") })
    }
}

/// All bytes; `None` when there are more than so many.
pub(crate) fn read_within(reader: impl Read, most: usize) -> Result<Option<Vec<u8>>, ReadError> {
    let mut bytes = Vec::new();
    let end = u64::try_from(most).unwrap_or(u64::MAX).saturating_add(1);
    reader.take(end).read_to_end(&mut bytes).map_err(damaged)?;
    Ok((bytes.len() <= most).then_some(bytes))
}

fn damaged(error: impl Into<ZipError>) -> ReadError {
    ReadError::Damaged { format: "zip", cause: error.into().to_string() }
}

/// Why a member is not even opened.
fn flaw_of<R: Read>(name: &str, file: &ZipFile<'_, R>) -> Option<ReadError> {
    let refused = |cause: &str| Some(ReadError::Damaged { format: "zip", cause: cause.to_owned() });
    let mut start = name.chars();
    let has_drive = start.next().is_some_and(|c| c.is_ascii_alphabetic()) && start.next() == Some(':');
    if name.starts_with('/') || has_drive || name.split('/').any(|part| part == "..") {
        return refused("the member's path leads out of the archive");
    }
    if name.is_empty() || name.chars().any(char::is_control) {
        return refused("the member's path is no path");
    }
    if file.is_symlink() {
        return refused("the member is a symbolic link");
    }
    file.encrypted().then_some(ReadError::Encrypted)
}

fn is_of_system(name: &str) -> bool {
    let mut parts = name.split('/').filter(|part| !part.is_empty());
    let file = parts.clone().next_back().unwrap_or_default();
    parts.next() == Some("__MACOSX") || matches!(file, ".DS_Store" | "Thumbs.db" | "desktop.ini")
}

/// A name's characters: UTF-8 where it is Chinese by it, for the archive's flag is often missing; else GB18030, else code
/// page 437. The separator becomes `/`.
fn decode_name(raw: &[u8]) -> String {
    let is_wide = |name: &&str| name.is_ascii() || name.chars().any(|c| c >= '\u{2e80}');
    let utf8 = std::str::from_utf8(raw).ok();
    let national = || GB18030.decode_without_bom_handling_and_without_replacement(raw).map(|name| name.into_owned());
    let name = utf8.filter(is_wide).map(str::to_owned).or_else(national);
    let name = name.or_else(|| utf8.map(str::to_owned)).unwrap_or_else(|| raw.iter().map(|byte| of_dos(*byte)).collect());
    name.replace('\\', "/")
}

/// The upper half of code page 437.
const DOS: &str =
    "ÇüéâäàåçêëèïîìÄÅÉæÆôöòûùÿÖÜ¢£¥₧ƒáíóúñÑªº¿⌐¬½¼¡«»░▒▓│┤╡╢╖╕╣║╗╝╜╛┐└┴┬├─┼╞╟╚╔╩╦╠═╬╧╨╤╥╙╘╒╓╫╪┘┌█▄▌▐▀αßΓπΣσµτΦΘΩδ∞φε∩≡±≥≤⌠⌡÷≈°∙·√ⁿ²■\u{a0}";

fn of_dos(byte: u8) -> char {
    byte.checked_sub(128).and_then(|upper| DOS.chars().nth(usize::from(upper))).unwrap_or(char::from(byte))
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;
    use std::io::{Cursor, Write};
    use zip::{ZipWriter, write::SimpleFileOptions};

    /// An archive of these files.
    pub(crate) fn pack(files: &[(&str, &str)]) -> Vec<u8> {
        let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
        for (name, content) in files {
            writer.start_file(*name, SimpleFileOptions::default()).unwrap();
            writer.write_all(content.as_bytes()).unwrap();
        }
        writer.finish().unwrap().into_inner()
    }

    /// Bytes that do not pack.
    fn noise(len: usize) -> String {
        let mut state = 1_u32;
        let mut next = || {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            char::from(b' ' + u8::try_from(state >> 24).unwrap() % 64)
        };
        (0..len).map(|_| next()).collect()
    }

    const MOST: usize = 3 << 20;

    fn check(bytes: &[u8], expected: &[(&str, Result<usize, &str>)]) {
        let mut archive = Archive::open(Cursor::new(bytes)).unwrap();
        let paths = archive.paths().unwrap();
        let read = |path: &String| (path.clone(), archive.read(path, MOST).map(|bytes| bytes.len()).map_err(|error| error.to_string()));
        let told: Vec<_> = paths.iter().map(read).collect();
        let expected: Vec<_> = expected.iter().map(|(path, content)| ((*path).to_owned(), content.map_err(str::to_owned))).collect();
        assert_eq!(told, expected);
    }

    #[test]
    fn files_are_told_in_their_order() {
        let bytes = pack(&[("b/公报.txt", "增长"), ("b/", ""), ("__MACOSX/b/._x", "x"), ("b/.DS_Store", "x"), ("a.zip", "")]);
        check(&bytes, &[("b/公报.txt", Ok(6)), ("a.zip", Ok(0))]);
        assert!(matches!(Archive::open(Cursor::new(b"PK\x03\x04")).err(), Some(ReadError::Damaged { .. })));
        let missing = Archive::open(Cursor::new(&bytes)).unwrap().read("c.txt", MOST);
        assert_eq!(missing.unwrap_err().to_string(), "damaged zip: it has no c.txt");
        check(&pack(&[]), &[]);
    }

    #[test]
    fn names_in_any_encoding() {
        let national = GB18030.encode("统计\u{5c}年鉴.xls").0.into_owned();
        assert_eq!(decode_name(&national), "统计/年鉴.xls");
        assert_eq!(decode_name("一季度.csv".as_bytes()), "一季度.csv");
        assert_eq!(decode_name(b"r\x82sum\x82.txt"), "résumé.txt");
        assert_eq!(DOS.chars().count(), 128);
    }

    #[test]
    fn paths_that_lead_out_are_refused_alone() {
        let out = Err("damaged zip: the member's path leads out of the archive");
        let bytes = pack(&[("../x.txt", "1"), ("a/../../x.txt", "1"), ("c:\\x.txt", "1"), ("\\x.txt", "1"), ("ok.txt", "12")]);
        check(&bytes, &[("../x.txt", out), ("a/../../x.txt", out), ("c:/x.txt", out), ("/x.txt", out), ("ok.txt", Ok(2))]);
    }

    #[test]
    fn links_are_refused() {
        let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
        writer.add_symlink("link.txt", "/etc/hostname", SimpleFileOptions::default()).unwrap();
        check(&writer.finish().unwrap().into_inner(), &[("link.txt", Err("damaged zip: the member is a symbolic link"))]);
    }

    #[test]
    fn passwords_are_needed() {
        // Bit 0 of the flags in the local header and in the directory.
        let mut bytes = pack(&[("a.txt", "增长")]);
        for mark in [&b"PK\x03\x04"[..], b"PK\x01\x02"] {
            let at = bytes.windows(4).position(|four| four == mark).unwrap();
            bytes[at + if mark[2] == 3 { 6 } else { 8 }] |= 1;
        }
        check(&bytes, &[("a.txt", Err("encrypted: needs a password"))]);
    }

    #[test]
    fn what_is_too_much_is_refused_alone() {
        let blanks = " ".repeat(2 << 20);
        let larger = noise(MOST + 1);
        check(
            &pack(&[("bomb.txt", &blanks), ("large.txt", &larger), ("ok.txt", "1")]),
            &[
                ("bomb.txt", Err("too much: bytes unpacked from few, the limit is 1048576")),
                ("large.txt", Err("too much: bytes of an archive's member, the limit is 3145728")),
                ("ok.txt", Ok(1)),
            ],
        );
    }

    #[test]
    fn headers_lie() {
        let mut bytes = pack(&[("a.txt", &noise((3 << 20) + 1))]);
        // The size that the directory tells.
        let at = bytes.windows(4).rposition(|four| four == b"PK\x01\x02").unwrap();
        bytes[at + 24..at + 28].copy_from_slice(&9_u32.to_le_bytes());
        check(&bytes, &[("a.txt", Err("damaged zip: i/o error: File is larger than its declared uncompressed size"))]);
    }
}
