//! Compound files: the folders of streams that Office documents were before 2007.
//!
//! Source: [MS-CFB]. By hand, since calamine's own reader follows chains that never end and trusts lengths.

use std::collections::BTreeMap;

/// How each compound file starts.
pub(crate) const SIGNATURE: &[u8] = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1";

/// A sector number from here on means something else than a sector.
const LAST_SECTOR: u32 = 0xffff_fffa;
/// Shorter streams lie in the small sectors.
const SHORT_STREAM: usize = 4096;
const SMALL_SECTOR: usize = 64;
const ENTRY: usize = 128;

/// The streams of a compound file.
#[derive(Debug)]
pub(crate) struct Compound<'a> {
    /// All sectors, and how long one is.
    sectors: &'a [u8],
    sector: usize,
    /// For each sector the next one of its stream.
    next: Vec<u32>,
    small_sectors: Vec<u8>,
    small_next: Vec<u32>,
    /// By name: the first sector and the length.
    streams: BTreeMap<String, (u32, usize)>,
}

impl<'a> Compound<'a> {
    /// Reads the folder; `None` where it is damaged.
    pub(crate) fn open(bytes: &'a [u8]) -> Option<Self> {
        let sector = match bytes.strip_prefix(SIGNATURE).and(u16_at(bytes, 30))? {
            9 => 512,
            12 => 4096,
            _ => return None,
        };
        let sectors = bytes.get(sector..)?;
        let mut file = Self { sectors, sector, next: Vec::new(), small_sectors: Vec::new(), small_next: Vec::new(), streams: BTreeMap::new() };
        let mut tables: Vec<u32> = words(bytes.get(76..512)?).collect();
        let mut more = u32_at(bytes, 68)?;
        for _ in 0..sectors.len() / sector {
            let Some(part) = at(sectors, sector, more) else { break };
            tables.extend(words(part));
            more = tables.pop()?;
        }
        tables.truncate(sectors.len() / sector + 1);
        file.next = tables.iter().filter_map(|table| at(sectors, sector, *table)).flat_map(words).collect();
        file.small_next = words(&chain(sectors, sector, &file.next, u32_at(bytes, 60)?)?).collect();
        let folder = chain(sectors, sector, &file.next, u32_at(bytes, 48)?)?;
        for entry in folder.chunks_exact(ENTRY) {
            let (start, len) = (u32_at(entry, 116)?, usize::try_from(u32_at(entry, 120)?).ok()?);
            match entry.get(66)? {
                5 => file.small_sectors = chain(sectors, sector, &file.next, start)?,
                2 => {
                    let name = entry.get(..64)?.chunks_exact(2).filter_map(|unit| u16_at(unit, 0)).take_while(|unit| *unit > 0);
                    let name = char::decode_utf16(name).map(|c| c.unwrap_or(char::REPLACEMENT_CHARACTER));
                    file.streams.entry(name.collect::<String>().to_lowercase()).or_insert((start, len));
                }
                _ => {}
            }
        }
        Some(file)
    }

    /// A stream's bytes, by its name in lower case.
    pub(crate) fn stream(&self, name: &str) -> Option<Vec<u8>> {
        let &(start, len) = self.streams.get(name)?;
        let mut bytes = if len < SHORT_STREAM {
            chain(&self.small_sectors, SMALL_SECTOR, &self.small_next, start)?
        } else {
            chain(self.sectors, self.sector, &self.next, start)?
        };
        bytes.truncate(len);
        Some(bytes)
    }

    /// Whether there is a stream of that name in lower case.
    pub(crate) fn has(&self, name: &str) -> bool {
        self.streams.contains_key(name)
    }
}

/// A sector's bytes; the last of a file may be cut.
fn at(sectors: &[u8], sector: usize, number: u32) -> Option<&[u8]> {
    let start = usize::try_from(number).ok().filter(|_| number < LAST_SECTOR)?.checked_mul(sector)?;
    sectors.get(start..sectors.len().min(start + sector))
}

/// All sectors of a stream; `None` where they go round in a circle.
fn chain(sectors: &[u8], sector: usize, next: &[u32], start: u32) -> Option<Vec<u8>> {
    let mut bytes = Vec::new();
    let mut number = start;
    while let Some(part) = at(sectors, sector, number) {
        bytes.extend_from_slice(part);
        number = next.get(usize::try_from(number).ok()?).copied().unwrap_or(LAST_SECTOR);
        if bytes.len() > sectors.len() {
            return None;
        }
    }
    Some(bytes)
}

fn words(bytes: &[u8]) -> impl Iterator<Item = u32> {
    bytes.chunks_exact(4).filter_map(|word| u32_at(word, 0))
}

/// The number of two bytes at a place.
pub(crate) fn u16_at(bytes: &[u8], at: usize) -> Option<u16> {
    bytes.get(at..)?.first_chunk().map(|two| u16::from_le_bytes(*two))
}

/// The number of four bytes at a place.
pub(crate) fn u32_at(bytes: &[u8], at: usize) -> Option<u32> {
    bytes.get(at..)?.first_chunk().map(|four| u32::from_le_bytes(*four))
}

/// The number of eight bytes at a place.
pub(crate) fn f64_at(bytes: &[u8], at: usize) -> Option<f64> {
    bytes.get(at..)?.first_chunk().map(|eight| f64::from_le_bytes(*eight))
}
