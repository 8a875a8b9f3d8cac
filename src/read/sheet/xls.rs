//! Excel before 2007: records one after the other in a stream of a compound file.
//!
//! Source: [MS-XLS]. By hand, since calamine tells no formats here (a rate of 5.3% would be 0.053) and makes room for all
//! cells up to the last one.

use super::{Sheet, number};
use crate::{
    ReadError,
    cells::{Cells, Hidden},
    compound::{Compound, f64_at, u16_at, u32_at},
};
use encoding_rs::{BIG5, Encoding, GB18030};
use std::collections::{BTreeMap, BTreeSet};

/// The visible sheets, in their order.
pub(super) fn sheets(bytes: &[u8]) -> Result<Vec<Sheet>, ReadError> {
    let damaged = |cause: &str| ReadError::Damaged { format: "xls", cause: cause.to_owned() };
    let file = Compound::open(bytes).ok_or_else(|| damaged("no folder of streams"))?;
    if file.has("encryptedpackage") {
        return Err(ReadError::Encrypted);
    }
    let stream = file.stream("workbook").or_else(|| file.stream("book")).ok_or_else(|| damaged("no workbook"))?;
    let mut book = Book::default();
    for record in records(&stream) {
        match record.kind {
            PASSWORD => return Err(ReadError::Encrypted),
            END => break,
            _ => drop(book.take(&record)),
        }
    }
    let mut seen = BTreeSet::new();
    let shown: Vec<_> = book.sheets.iter().filter(|(start, _)| seen.insert(*start)).map(|(start, name)| (name.clone(), *start)).collect();
    super::gather(shown.into_iter(), |_, start| book.cells(stream.get(start..).unwrap_or_default()))
}

const END: u16 = 0x0a;
const PASSWORD: u16 = 0x2f;
const CONTINUED: u16 = 0x3c;
const START: u16 = 0x809;
const ROW: u16 = 0x208;
const COLUMNS: u16 = 0x7d;

/// One record; long ones go on in others.
struct Record<'a> {
    kind: u16,
    parts: Vec<&'a [u8]>,
}

impl<'a> Record<'a> {
    fn body(&self) -> &'a [u8] {
        self.parts.first().copied().unwrap_or_default()
    }
}

fn records(stream: &[u8]) -> impl Iterator<Item = Record<'_>> {
    let mut rest = stream;
    let mut raw = std::iter::from_fn(move || {
        let (kind, len) = (u16_at(rest, 0)?, usize::from(u16_at(rest, 2)?));
        let body = rest.get(4..4 + len)?;
        rest = rest.get(4 + len..)?;
        Some((kind, body))
    })
    .peekable();
    std::iter::from_fn(move || {
        let (kind, body) = raw.next()?;
        let mut parts = vec![body];
        while let Some((_, body)) = raw.next_if(|(kind, _)| *kind == CONTINUED) {
            parts.push(body);
        }
        Some(Record { kind, parts })
    })
}

/// What the workbook tells of all its sheets.
#[derive(Debug, Default)]
struct Book {
    /// Before Excel 97 words are bytes of a national encoding.
    is_old: bool,
    encoding: Option<&'static Encoding>,
    is_1904: bool,
    /// Format codes by number, and the format of each style.
    codes: BTreeMap<u16, String>,
    styles: Vec<u16>,
    strings: Vec<String>,
    /// Where each visible sheet starts, and its name.
    sheets: Vec<(usize, String)>,
}

impl Book {
    /// Takes a record in; one that is too short is passed over.
    fn take(&mut self, record: &Record) -> Option<()> {
        let body = record.body();
        match record.kind {
            START => self.is_old = u16_at(body, 0)? < 0x600,
            0x22 => self.is_1904 = u16_at(body, 0)? == 1,
            0x42 => self.encoding = (u16_at(body, 0)? == 950).then_some(BIG5),
            // A sheet; hidden ones and charts are left out.
            0x85 if body.get(4)? & 3 == 0 && *body.get(5)? == 0 => {
                let name = self.words(record, 6, true)?;
                self.sheets.push((usize::try_from(u32_at(body, 0)?).ok()?, name));
            }
            0x41e => drop(self.codes.insert(u16_at(body, 0)?, self.words(record, 2, self.is_old)?)),
            0xe0 => self.styles.push(u16_at(body, 2)?),
            0xfc => {
                let mut reader = Reader { parts: &record.parts, at: 8 };
                while let Some(words) = reader.words(false) {
                    self.strings.push(words);
                }
            }
            _ => {}
        }
        Some(())
    }

    /// The words that start at a place of a record, after their count in one byte or two.
    fn words(&self, record: &Record, at: usize, is_short: bool) -> Option<String> {
        if !self.is_old {
            return Reader { parts: &record.parts, at }.words(is_short);
        }
        let body = record.body();
        let (count, start) = if is_short { (usize::from(*body.get(at)?), at + 1) } else { (usize::from(u16_at(body, at)?), at + 2) };
        Some(self.encoding.unwrap_or(GB18030).decode_without_bom_handling(body.get(start..start + count)?).0.into_owned())
    }

    /// The cells of the sheet that starts with the stream.
    fn cells(&self, stream: &[u8]) -> Result<Cells, ReadError> {
        let mut cells = Cells::default();
        let mut merged = Vec::new();
        let mut depth = 0_usize;
        let mut formula = (0, 0);
        let mut hidden = Hidden::default();
        for record in records(stream) {
            match record.kind {
                START => depth += 1,
                END if depth < 2 => break,
                END => depth -= 1,
                // Charts stand within sheets.
                _ if depth > 1 => {}
                // So many areas, each four numbers.
                0xe5 => merged.extend(record.body().get(2..).unwrap_or_default().chunks_exact(8).filter_map(|area| {
                    let place = |at| u16_at(area, at).map(u32::from);
                    Some(((place(0)?, place(4)?), (place(2)?, place(6)?)))
                })),
                ROW | COLUMNS => drop(hide(&record, &mut hidden)),
                0x207 => cells.insert(formula, &self.words(&record, 0, false).unwrap_or_default())?,
                _ => {
                    for (place, words) in self.cell(&record).unwrap_or_default() {
                        formula = place;
                        cells.insert(place, &words)?;
                    }
                }
            }
        }
        for (first, last) in merged {
            cells.merge(first, last);
        }
        cells.hide(hidden);
        Ok(cells)
    }

    /// The cells of a record: none where it holds no cell, several where it is a run of numbers.
    fn cell(&self, record: &Record) -> Option<Vec<((u32, u32), String)>> {
        let body = record.body();
        let place = (u32::from(u16_at(body, 0)?), u32::from(u16_at(body, 2)?));
        let number = |value: f64, style: u16| number::show(value, self.code(style), self.is_1904);
        let words = match record.kind {
            // Bytes 6 and 7 full mark what is no number.
            0x06 => match (u16_at(body, 12)?, *body.get(6)?) {
                (0xffff, 1) => truth(*body.get(8)?),
                (0xffff, _) => String::new(),
                _ => number(f64_at(body, 6)?, u16_at(body, 4)?),
            },
            0x203 => number(f64_at(body, 6)?, u16_at(body, 4)?),
            0x27e => number(short_number(u32_at(body, 6)?), u16_at(body, 4)?),
            0xbd => {
                let numbers = body.get(4..body.len().checked_sub(2)?)?.chunks_exact(6);
                let shown = numbers.filter_map(|one| Some(number(short_number(u32_at(one, 2)?), u16_at(one, 0)?)));
                return Some((place.1..).zip(shown).map(|(column, words)| ((place.0, column), words)).collect());
            }
            0x204 | 0xd6 => self.words(record, 6, false)?,
            0xfd => self.strings.get(usize::try_from(u32_at(body, 6)?).ok()?)?.clone(),
            0x205 if *body.get(7)? == 0 => truth(*body.get(6)?),
            _ => return None,
        };
        Some(vec![(place, words)])
    }

    fn code(&self, style: u16) -> &str {
        let format = self.styles.get(usize::from(style)).copied().unwrap_or_default();
        match self.codes.get(&format) {
            // Numbers below this one mean what the reader's language makes of them.
            Some(code) if format >= 164 || number::known_code(u32::from(format)).is_empty() => code,
            _ => number::known_code(u32::from(format)),
        }
    }
}

/// Takes in whether a row or some columns are not shown.
fn hide(record: &Record, hidden: &mut Hidden) -> Option<()> {
    let body = record.body();
    let first = u32::from(u16_at(body, 0)?);
    if record.kind == ROW && u16_at(body, 12)? & 0x20 != 0 {
        hidden.rows.push(first..=first);
    } else if record.kind == COLUMNS && u16_at(body, 8)? & 1 != 0 {
        hidden.columns.push(first..=u32::from(u16_at(body, 2)?));
    }
    Some(())
}

fn truth(byte: u8) -> String {
    if byte == 0 { "FALSE" } else { "TRUE" }.to_owned()
}

/// A number in 30 bits: a whole one, or the upper half of a fraction; either may be hundredths.
fn short_number(bits: u32) -> f64 {
    let value = if bits & 2 == 0 { f64::from_bits(u64::from(bits & !3) << 32) } else { f64::from(bits.cast_signed() >> 2) };
    if bits & 1 == 0 { value } else { value / 100.0 }
}

/// Reads words on through the parts of a record.
struct Reader<'a> {
    parts: &'a [&'a [u8]],
    at: usize,
}

impl Reader<'_> {
    fn byte(&mut self) -> Option<u8> {
        let mut part = self.parts.first()?;
        while self.at >= part.len() {
            self.at -= part.len();
            self.parts = self.parts.get(1..)?;
            part = self.parts.first()?;
        }
        self.at += 1;
        part.get(self.at - 1).copied()
    }

    fn number(&mut self, bytes: u32) -> Option<u32> {
        (0..bytes).try_fold(0, |number, at| Some(number | u32::from(self.byte()?) << (8 * at)))
    }

    /// Words after their count: two bytes a character or one, then what is told of their looks. A part that goes on
    /// within the characters tells anew which.
    fn words(&mut self, is_short: bool) -> Option<String> {
        let count = self.number(if is_short { 1 } else { 2 })?;
        let mut flags = self.byte()?;
        let runs = if flags & 8 == 0 { 0 } else { self.number(2)? };
        let more = if flags & 4 == 0 { 0 } else { self.number(4)? };
        let mut units = Vec::new();
        for _ in 0..count {
            if self.parts.first().is_some_and(|part| self.at == part.len()) {
                flags = self.byte()?;
            }
            units.push(u16::try_from(self.number(if flags & 1 == 0 { 1 } else { 2 })?).ok()?);
        }
        self.at = self.at.checked_add(usize::try_from(runs.checked_mul(4)?.checked_add(more)?).ok()?)?;
        Some(String::from_utf16_lossy(&units))
    }
}
