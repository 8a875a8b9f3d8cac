//! Lines of a column become paragraphs, which may go on in the next column or on the next page.

use super::pieces::Line;
use crate::compose::Composer;

/// Further in than so many sizes, a line opens a paragraph.
const INDENT: f64 = 1.2;
/// Lines further apart than so many times the usual distance do not belong together.
const APART: f64 = 1.4;
/// Sizes that differ by less, in parts, are one.
const SAME_SIZE: f64 = 0.08;
/// What a line must leave free beyond the next word for its end to be a paragraph's, in sizes.
const ROOM: f64 = 0.6;
/// A title's characters are so many times as large as the text's.
const TITLE: f64 = 1.2;

/// Paragraphs in the making.
pub(super) struct Paragraphs<'a> {
    composer: &'a mut Composer,
    open: Option<Open>,
    /// Whether this document indents its paragraphs.
    has_indents: bool,
    /// The size that most characters have.
    size: f64,
}

/// The paragraph that the next line may go on with.
struct Open {
    words: String,
    page: u32,
    last: Line,
    /// How much its last line leaves free.
    room: f64,
}

impl<'a> Paragraphs<'a> {
    pub(super) fn new(composer: &'a mut Composer, size: f64) -> Self {
        Self { composer, open: None, has_indents: false, size }
    }

    /// Appends the lines of a column, whose edges are given.
    pub(super) fn push_column(&mut self, lines: Vec<Line>, edges: (f64, f64), page: u32) {
        let pitches = lines.windows(2).filter_map(|pair| match pair {
            [above, below] if is_same_size(above, below) => Some(below.area.y1 - above.area.y1),
            _ => None,
        });
        let pitch = super::middle(pitches.collect());
        let mut is_first = true;
        for line in lines {
            let indent = (line.area.x0 - edges.0) / line.size;
            let room = (edges.1 - line.area.x1) / line.size;
            let goes_on = self
                .open
                .as_ref()
                .is_some_and(|open| if is_first { self.flows_on(open, &line, indent) } else { self.goes_on(open, &line, indent, pitch, edges.0) });
            is_first = false;
            match self.open.as_mut().filter(|_| goes_on) {
                Some(open) => {
                    self.has_indents |= open.last.area.x0 - line.area.x0 > INDENT * line.size;
                    join(&mut open.words, &line.words);
                    open.room = room;
                    open.last = line;
                }
                None => {
                    self.close();
                    self.open = Some(Open { words: line.words.clone(), page, last: line, room });
                }
            }
        }
    }

    /// Whether a line goes on with the paragraph above it.
    fn goes_on(&self, open: &Open, line: &Line, indent: f64, pitch: f64, left: f64) -> bool {
        let above = &open.last;
        if !is_same_size(above, line) || line.area.y1 - above.area.y1 > APART * pitch {
            return false;
        }
        let is_centred = (above.area.center().x - line.area.center().x).abs() < line.size;
        if is_centred && line.size > TITLE * self.size && indent > INDENT {
            return !ends(&open.words) && !line.words.starts_with(['—', '（', '(', '-']);
        }
        if open.room > line.first_width / line.size + ROOM {
            return false;
        }
        let before = (above.area.x0 - left) / line.size;
        // A line below an indented one is a paragraph of its own, or the rest of one that hangs.
        indent < INDENT || ((indent - before).abs() < 0.3 && !ends(&open.words))
    }

    /// Whether the first line of a column goes on with the last paragraph of the one before.
    fn flows_on(&self, open: &Open, line: &Line, indent: f64) -> bool {
        let is_full = open.room <= line.first_width / line.size + ROOM;
        is_same_size(&open.last, line) && is_full && indent < INDENT && (self.has_indents || !ends(&open.words))
    }

    /// Appends a row of a table.
    pub(super) fn push_rows(&mut self, rows: &[Vec<String>], page: u32) {
        self.close();
        crate::grid::write(rows, Some(page), self.composer);
    }

    /// Appends words that are a paragraph of their own.
    pub(super) fn push_alone(&mut self, words: &str, page: u32) {
        self.close();
        self.composer.push(None, Some(page), words);
    }

    /// Ends the paragraph that is open.
    pub(super) fn close(&mut self) {
        if let Some(open) = self.open.take() {
            self.composer.push(None, Some(open.page), &open.words);
        }
    }
}

fn is_same_size(a: &Line, b: &Line) -> bool {
    (a.size - b.size).abs() <= SAME_SIZE * a.size.max(b.size)
}

/// Whether words end a sentence.
fn ends(words: &str) -> bool {
    let last = words.trim_end_matches(['”', '’', '）', ')', '」', '』', '"', ' ']).chars().next_back();
    matches!(last, Some('。' | '！' | '？' | '；' | '：' | '.' | '!' | '?' | ';' | ':'))
}

/// Appends a line; a blank is put only where two words would run together.
pub(super) fn join(words: &mut String, line: &str) {
    let before = words.chars().next_back();
    let after = line.chars().next();
    if let (Some(before), Some(after)) = (before, after) {
        let is_word = |c: char| c.is_alphabetic() && !super::pieces::is_wide(c);
        if before == '-' && is_word(after) && words.chars().rev().nth(1).is_some_and(is_word) {
            words.pop();
        } else if (is_word(before) && (is_word(after) || after.is_ascii_digit())) || (matches!(before, ',' | ';' | '.') && is_word(after)) {
            words.push(' ');
        }
    }
    words.push_str(line);
}
