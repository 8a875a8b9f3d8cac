//! PDF: pages of characters, each in its place, become paragraphs and tables.
//!
//! A file tells where each character stands, but not which follows which. `sheet` takes the characters from a page, `pieces`
//! puts neighbours together, `furniture` leaves out what every page repeats, `ruled`, `strips`, `tables` and `header` find tables, `zones`
//! and `layout` the reading order, `paragraphs` what belongs together. Characters in pictures are not read.

mod furniture;
mod header;
mod layout;
mod paragraphs;
mod pieces;
mod radicals;
mod ruled;
mod sheet;
mod strips;
mod tables;
mod title;
mod vertical;
mod zones;

#[cfg(test)]
mod tests;

use crate::{ReadError, Text, compose::Composer, grid};
use hayro_interpret::{InterpreterCache, kurbo::Rect};
use hayro_syntax::{DecryptionError, LoadPdfError, Pdf};
use layout::Part;
use paragraphs::Paragraphs;
use pieces::Piece;
use sheet::{Glyph, Sheet};
use zones::Item;

/// More pages than a yearbook has.
const MOST_PAGES: usize = 3000;
/// More characters than a yearbook has.
const MOST_CHARACTERS: usize = 5_000_000;

/// So many pages share what is known of fonts.
const PAGES_PER_CACHE: usize = 32;

/// A page with fewer characters and a picture over most of it is a scan.
const FEW_CHARACTERS: usize = 30;

/// Reads a PDF file.
///
/// - Shape: all bytes of a file in; its paragraphs and rows of tables in reading order out, each with its page.
/// - Errors: [`ReadError::Encrypted`], [`ReadError::Damaged`], [`ReadError::TooMuch`]; [`ReadError::NoTextLayer`] for scans.
pub(crate) fn read(bytes: &[u8]) -> Result<Text, ReadError> {
    let pdf = Pdf::new(bytes.to_vec()).map_err(refuse)?;
    let pages = pdf.pages();
    if pages.len() > MOST_PAGES {
        return Err(ReadError::TooMuch { what: "pages", limit: MOST_PAGES });
    }
    let mut cache = InterpreterCache::new();
    let (mut contents, mut characters, mut unknown, mut scans) = (Vec::new(), 0, 0, 0);
    for (at, page) in pages.iter().enumerate() {
        // Files that were put together bring fonts of their own for each part: what is kept of them must not grow with the file.
        if at % PAGES_PER_CACHE == 0 {
            cache = InterpreterCache::new();
        }
        let sheet = sheet::read(&pdf, page, &cache);
        characters += sheet.glyphs.len();
        unknown += sheet.unknown;
        scans += usize::from(is_scan(&sheet));
        if sheet.drawn > sheet::MOST_CHARACTERS {
            return Err(ReadError::TooMuch { what: "characters on a page", limit: sheet::MOST_CHARACTERS });
        }
        if characters > MOST_CHARACTERS {
            return Err(ReadError::TooMuch { what: "characters", limit: MOST_CHARACTERS });
        }
        contents.push(Content::of(sheet));
    }
    if scans * 2 > pages.len() || unknown * 2 > characters {
        return Err(ReadError::NoTextLayer);
    }
    let text = compose(contents)?;
    let title = pdf.metadata().title.as_deref().and_then(|title| title::meaningful(title, &text.text));
    Ok(Text { title, pages: u32::try_from(pages.len()).ok(), ..text })
}

fn refuse(error: LoadPdfError) -> ReadError {
    match error {
        LoadPdfError::Decryption(DecryptionError::PasswordProtected | DecryptionError::UnsupportedAlgorithm) => ReadError::Encrypted,
        LoadPdfError::Decryption(_) => ReadError::Damaged { format: "PDF", cause: "the encryption is malformed".to_owned() },
        LoadPdfError::Invalid => ReadError::Damaged { format: "PDF", cause: "neither cross-references nor pages are found".to_owned() },
    }
}

fn is_scan(sheet: &Sheet) -> bool {
    let pictured: f64 = sheet.pictures.iter().map(|picture| picture.area()).sum();
    sheet.glyphs.len() < FEW_CHARACTERS && pictured > 0.4 * sheet.width * sheet.height
}

/// A page's lines, and what is known to be no line of them.
struct Content {
    height: f64,
    pieces: Vec<Piece>,
    vertical: Vec<vertical::Vertical>,
    rules: Vec<Rect>,
}

/// What is read as a whole.
enum Whole {
    Table(Vec<Vec<String>>),
    Words(String),
}

impl Content {
    fn of(sheet: Sheet) -> Self {
        let (vertical, level): (Vec<Glyph>, Vec<Glyph>) = sheet.glyphs.into_iter().partition(|glyph| glyph.is_vertical);
        Self { height: sheet.height, pieces: pieces::find(level), vertical: vertical::find(vertical), rules: sheet.rules }
    }

    fn order(mut self) -> Vec<Part<Whole>> {
        let mut tables = ruled::take(&self.rules, &mut self.pieces);
        tables.extend(strips::take(&self.rules, &mut self.pieces));
        let mut items: Vec<Item<Whole>> = self.pieces.into_iter().map(Item::Piece).collect();
        items.extend(tables.into_iter().map(|(area, rows)| Item::Whole(area, Whole::Table(rows))));
        items.extend(self.vertical.into_iter().map(|(area, words)| Item::Whole(area, Whole::Words(words))));
        layout::order(items)
    }
}

fn compose(mut contents: Vec<Content>) -> Result<Text, ReadError> {
    let size = usual_size(&contents);
    let mut pages: Vec<(f64, Vec<Piece>)> = contents.iter_mut().map(|content| (content.height, std::mem::take(&mut content.pieces))).collect();
    furniture::drop(&mut pages);
    let mut composer = Composer::default();
    let mut paragraphs = Paragraphs::new(&mut composer, size);
    for (page, (content, (_, pieces))) in (1..).zip(contents.into_iter().zip(pages)) {
        for part in (Content { pieces, ..content }).order() {
            match part {
                Part::Text { pieces, edges } => paragraphs.push_column(pieces::lines(pieces), edges, page),
                Part::Table(pieces) => paragraphs.push_rows(&grid::expand(tables::rows(vec![pieces])), page),
                Part::Whole(Whole::Table(rows)) => paragraphs.push_rows(&rows, page),
                Part::Whole(Whole::Words(words)) => paragraphs.push_alone(&words, page),
            }
        }
    }
    paragraphs.close();
    composer.finish()
}

/// The size that most characters have.
fn usual_size(contents: &[Content]) -> f64 {
    middle(contents.iter().flat_map(|content| &content.pieces).flat_map(|piece| piece.glyphs.iter().map(|glyph| glyph.size)).collect())
}

/// The middle one of some numbers, 0 where there is none.
fn middle(mut numbers: Vec<f64>) -> f64 {
    let at = numbers.len() / 2;
    if at < numbers.len() { *numbers.select_nth_unstable_by(at, f64::total_cmp).1 } else { 0.0 }
}
