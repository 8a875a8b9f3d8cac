//! ZIP archives: their members, within limits, and the packages that Office documents are.

use crate::ReadError;
use encoding_rs::GB18030;
use std::io::{Cursor, Read};
use zip::{ZipArchive, read::ZipFile, result::ZipError};

/// How much is read of an archive.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Members, folders among them.
    pub members: usize,
    /// Bytes of one member.
    pub member_bytes: usize,
    /// Bytes of all members.
    pub total_bytes: usize,
    /// Bytes that one packed byte may become.
    pub ratio: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self { members: 10_000, member_bytes: 64 << 20, total_bytes: 512 << 20, ratio: 200 }
    }
}

/// One file of an archive.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Member {
    /// Its name within the archive, folders between `/`; only where it was read does it stay within the archive.
    pub path: String,
    /// Its bytes, or why they were not read.
    pub content: Result<Vec<u8>, ReadError>,
}

/// A member may become so large whatever its ratio: text of few words packs well.
const FREE_BYTES: usize = 1 << 20;

/// Reads the files of a ZIP archive in their order; folders and what systems add of their own are left out.
///
/// - Shape: all bytes of an archive in; its members out, each read or refused for itself. An archive within the archive
///   is a member like others.
/// - Errors: bytes that are no archive, or one with more members than [`Limits::members`].
pub fn members(bytes: &[u8], limits: Limits) -> Result<Vec<Member>, ReadError> {
    let mut archive = ZipArchive::new(Cursor::new(bytes)).map_err(damaged)?;
    if archive.len() > limits.members {
        return Err(ReadError::TooMuch { what: "members of an archive", limit: limits.members });
    }
    let mut total = limits.total_bytes;
    let mut members = Vec::new();
    for index in 0..archive.len() {
        let raw = archive.by_index_raw(index).map_err(damaged)?;
        let name = decode_name(raw.name_raw());
        if raw.is_dir() || name.ends_with('/') || is_of_system(&name) {
            continue;
        }
        let flaw = flaw_of(&name, &raw);
        let packed = usize::try_from(raw.compressed_size()).unwrap_or(usize::MAX).min(bytes.len());
        drop(raw);
        let content = match flaw {
            Some(flaw) => Err(flaw),
            None => archive.by_index(index).map_err(damaged).and_then(|file| inflate(file, packed, &mut total, limits)),
        };
        let path = name.split('/').filter(|part| !part.is_empty() && *part != ".").collect::<Vec<_>>().join("/");
        members.push(Member { path: if content.is_ok() { path } else { name }, content });
    }
    Ok(members)
}

/// Counts what comes out, since headers lie; what is then refused has cost its part of the total too.
fn inflate(file: impl Read, packed: usize, total: &mut usize, limits: Limits) -> Result<Vec<u8>, ReadError> {
    let by_ratio = packed.saturating_mul(limits.ratio).max(FREE_BYTES);
    let bounds = [
        (limits.member_bytes, "bytes of an archive's member", limits.member_bytes),
        (*total, "bytes of all members of an archive", limits.total_bytes),
        (by_ratio, "bytes unpacked from one byte of an archive", limits.ratio),
    ];
    let Some((most, what, limit)) = bounds.into_iter().min_by_key(|(most, ..)| *most) else { return Ok(Vec::new()) };
    let bytes = read_within(file, most)?;
    *total = total.saturating_sub(bytes.as_ref().map_or(most, Vec::len));
    bytes.ok_or(ReadError::TooMuch { what, limit })
}

/// All bytes; `None` when there are more than so many.
fn read_within(reader: impl Read, most: usize) -> Result<Option<Vec<u8>>, ReadError> {
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

/// All parts of an Office document together.
const MOST_PACKAGE_BYTES: usize = 128 << 20;

/// An Office document's package.
pub(crate) struct Package<'a> {
    archive: ZipArchive<Cursor<&'a [u8]>>,
    format: &'static str,
}

impl<'a> Package<'a> {
    /// Opens a package whose parts are together no larger than any document's.
    pub(crate) fn open(bytes: &'a [u8], format: &'static str) -> Result<Self, ReadError> {
        Self::open_within(bytes, format, MOST_PACKAGE_BYTES)
    }

    fn open_within(bytes: &'a [u8], format: &'static str, most: usize) -> Result<Self, ReadError> {
        let broken = |cause: ZipError| ReadError::Damaged { format, cause: cause.to_string() };
        let mut archive = ZipArchive::new(Cursor::new(bytes)).map_err(broken)?;
        let mut left = u64::try_from(most).unwrap_or(u64::MAX);
        for index in 0..archive.len() {
            // A part that is damaged stops whoever needs it, at the same byte.
            let Ok(part) = archive.by_index(index) else { continue };
            let mut counted = part.take(left.saturating_add(1));
            let mut buffer = [0; 8192];
            while let Ok(count @ 1..) = counted.read(&mut buffer) {
                left = left.checked_sub(u64::try_from(count).unwrap_or(u64::MAX)).ok_or_else(too_large)?;
            }
        }
        Ok(Self { archive, format })
    }

    /// A part's characters; `None` where there is no such part.
    pub(crate) fn part(&mut self, name: &str) -> Result<Option<String>, ReadError> {
        let damaged = |cause: String| ReadError::Damaged { format: self.format, cause: format!("{name}: {cause}") };
        let part = match self.archive.by_name(name) {
            Ok(part) => part,
            Err(ZipError::FileNotFound) => return Ok(None),
            Err(cause) => return Err(damaged(cause.to_string())),
        };
        let bytes = read_within(part, MOST_PACKAGE_BYTES).map_err(|cause| damaged(cause.to_string()))?.ok_or_else(too_large)?;
        let encoding = encoding_rs::Encoding::for_bom(&bytes).map_or(encoding_rs::UTF_8, |(encoding, _)| encoding);
        let (text, has_errors) = encoding.decode_with_bom_removal(&bytes);
        if has_errors { Err(damaged(format!("no {}", encoding.name()))) } else { Ok(Some(text.into_owned())) }
    }
}

fn too_large() -> ReadError {
    ReadError::TooMuch { what: "bytes of a document's parts", limit: MOST_PACKAGE_BYTES }
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;
    use std::io::Write;
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

    const LIMITS: Limits = Limits { members: 5, member_bytes: 3 << 20, total_bytes: 4 << 20, ratio: 100 };

    /// Bytes that do not pack.
    fn noise(len: usize) -> String {
        let mut state = 1_u32;
        let mut next = || {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            char::from(b' ' + u8::try_from(state >> 24).unwrap() % 64)
        };
        (0..len).map(|_| next()).collect()
    }

    fn check(bytes: &[u8], expected: &[(&str, Result<usize, &str>)]) {
        let members = members(bytes, LIMITS).unwrap();
        let told: Vec<_> = members.iter().map(|m| (m.path.as_str(), m.content.as_ref().map(Vec::len).map_err(ToString::to_string))).collect();
        let expected: Vec<_> = expected.iter().map(|(path, content)| (*path, content.map_err(str::to_owned))).collect();
        assert_eq!(told, expected);
    }

    #[test]
    fn files_are_told_in_their_order() {
        let bytes = pack(&[("./b//公报.txt", "增长"), ("b/", ""), ("__MACOSX/b/._x", "x"), ("b/.DS_Store", "x"), ("a.zip", "")]);
        check(&bytes, &[("b/公报.txt", Ok(6)), ("a.zip", Ok(0))]);
        assert_eq!(members(b"PK\x03\x04", LIMITS).unwrap_err().to_string().split(':').next(), Some("damaged zip"));
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
        let (large, larger) = (noise(2 << 20), noise((3 << 20) + 1));
        check(
            &pack(&[("bomb.txt", &blanks), ("ok.txt", "1")]),
            &[("bomb.txt", Err("too much: bytes unpacked from one byte of an archive, the limit is 100")), ("ok.txt", Ok(1))],
        );
        check(
            &pack(&[("1", &larger), ("2", "1"), ("3", &large), ("4", "1")]),
            &[
                ("1", Err("too much: bytes of an archive's member, the limit is 3145728")),
                ("2", Ok(1)),
                ("3", Err("too much: bytes of all members of an archive, the limit is 4194304")),
                ("4", Err("too much: bytes of all members of an archive, the limit is 4194304")),
            ],
        );
        let many = pack(&[("1", ""), ("2", ""), ("3", ""), ("4", ""), ("5", ""), ("6", "")]);
        assert_eq!(members(&many, LIMITS), Err(ReadError::TooMuch { what: "members of an archive", limit: 5 }));
    }

    #[test]
    fn headers_lie() {
        let mut bytes = pack(&[("a.txt", &noise((3 << 20) + 1))]);
        // The size that the directory tells.
        let at = bytes.windows(4).rposition(|four| four == b"PK\x01\x02").unwrap();
        bytes[at + 24..at + 28].copy_from_slice(&9_u32.to_le_bytes());
        check(&bytes, &[("a.txt", Err("damaged zip: i/o error: File is larger than its declared uncompressed size"))]);
    }

    #[test]
    fn a_package_has_parts() {
        let bytes = pack(&[("a.xml", "\u{feff}<a/>")]);
        let mut package = Package::open(&bytes, "docx").unwrap();
        assert_eq!(package.part("a.xml"), Ok(Some("<a/>".to_owned())));
        assert_eq!(package.part("b.xml"), Ok(None));
        let bytes = pack(&[("1.xml", "<a/>"), ("2.XML", "<abcdef/>"), ("3", "")]);
        assert!(Package::open_within(&bytes, "docx", 13).is_ok());
        assert_eq!(Package::open_within(&bytes, "docx", 12).err(), Some(too_large()));
    }
}
