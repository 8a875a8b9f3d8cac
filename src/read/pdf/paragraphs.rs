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
/// What a line within a sentence leaves free at most, in sizes.
const RAGGED: f64 = 5.0;
/// So many paragraphs of smaller words may cut one in two.
const MOST_BETWEEN: usize = 3;
/// A line that leaves less free is full, in sizes.
const CUT: f64 = 1.5;
/// A title's characters are so many times as large as the text's.
const TITLE: f64 = 1.2;

/// Paragraphs in the making.
pub(super) struct Paragraphs<'a> {
    composer: &'a mut Composer,
    open: Option<Open>,
    /// One that a picture's words cut in two.
    held: Option<Open>,
    /// What came since, that page and those words.
    between: Vec<(u32, String)>,
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
        Self { composer, open: None, held: None, between: Vec::new(), has_indents: false, size }
    }

    /// Appends the lines of a column, whose edges are given.
    pub(super) fn push_column(&mut self, lines: Vec<Line>, edges: (f64, f64), page: u32) {
        let pitches = pitches(&lines);
        let full = lines.iter().filter(|line| edges.1 - line.area.x1 < 1.5 * line.size).count();
        let is_ragged = lines.len() > 3 && full * 4 < lines.len();
        let mut is_first = true;
        let mut lines = lines.into_iter().peekable();
        while let Some(line) = lines.next() {
            let indent = (line.area.x0 - edges.0) / line.size;
            let opens = lines.peek().is_some_and(|next| is_same_size(&line, next) && line.area.x0 - next.area.x0 > INDENT * line.size);
            let room = (edges.1 - line.area.x1) / line.size;
            if self.held.as_ref().is_some_and(|held| !opens && self.flows_on(held, &line, indent)) {
                self.close_between();
                self.open = self.held.take();
                is_first = true;
            }
            let goes_on = self.open.as_ref().is_some_and(|open| {
                if is_first {
                    return self.flows_on(open, &line, indent);
                }
                let pitch = pitches.iter().find(|(size, _)| is_near(*size, line.size)).map_or(0.0, |(_, pitch)| *pitch);
                let is_over = ends(&open.words) && is_ragged || opens && indent > INDENT && !is_within(open);
                !is_over && self.goes_on(open, &line, indent, pitch, edges.0)
            });
            is_first = false;
            match self.open.as_mut().filter(|_| goes_on) {
                Some(open) => {
                    self.has_indents |= open.last.area.x0 - line.area.x0 > INDENT * line.size;
                    join(&mut open.words, &line.words);
                    open.room = room;
                    open.last = line;
                }
                None => {
                    self.make_room(&line);
                    self.open = Some(Open { words: opened(&line), page, last: line, room });
                }
            }
        }
    }

    /// Ends the open paragraph before a line that opens another. Text that smaller words cut in two is held until these are over.
    fn make_room(&mut self, line: &Line) {
        let is_smaller = |other: &Line| line.size < other.size * (1.0 - SAME_SIZE);
        let is_cut = |open: &mut Open| is_near(open.last.size, self.size) && !ends(&open.words) && open.room <= CUT && is_smaller(&open.last);
        if let Some(cut) = self.open.take_if(is_cut) {
            self.close();
            self.held = Some(cut);
        } else if self.held.as_ref().is_some_and(|held| is_smaller(&held.last)) && self.between.len() < MOST_BETWEEN {
            self.between.extend(self.open.take().map(|open| (open.page, open.words)));
        } else {
            self.close();
        }
    }

    /// Whether a line goes on with the paragraph above it.
    fn goes_on(&self, open: &Open, line: &Line, indent: f64, pitch: f64, left: f64) -> bool {
        let above = &open.last;
        // Prose ends in a mark: a figure alone is a cell of a list.
        if line.words.chars().all(|c| c.is_ascii_digit() || matches!(c, '.' | ',' | '-')) {
            return false;
        }
        if !is_same_size(above, line) || line.area.y1 - above.area.y1 > APART * pitch {
            return false;
        }
        let is_centred = (above.area.center().x - line.area.center().x).abs() < line.size;
        if is_centred && line.size > TITLE * self.size && indent > INDENT {
            return !ends(&open.words) && !line.words.starts_with(['—', '（', '(', '-']);
        }
        // Some programs set lines of very different lengths; what stands within a sentence goes on all the same.
        let is_long = above.area.width() > 4.0 * open.room * above.size;
        let is_cut = open.room < RAGGED && is_long && !ends(&open.words) && open.words.contains(['，', '。', '；']);
        if (open.room > line.first_width / line.size + ROOM && !is_cut) || (ends(&open.words) && is_numbered(&line.words)) {
            return false;
        }
        let before = (above.area.x0 - left) / line.size;
        // A line below an indented one is a paragraph of its own, or the rest of one that hangs.
        indent < INDENT || is_within(open) || ((indent - before).abs() < 0.3 && !ends(&open.words))
    }

    /// Whether the first line of a column goes on with the last paragraph of the one before.
    fn flows_on(&self, open: &Open, line: &Line, indent: f64) -> bool {
        let is_full = open.room <= line.first_width / line.size + ROOM;
        let is_over = ends(&open.words) && (!self.has_indents || is_numbered(&line.words));
        is_same_size(&open.last, line) && is_full && indent < INDENT && !is_over
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

    /// Ends the paragraphs that are open.
    pub(super) fn close(&mut self) {
        if let Some(held) = self.held.take() {
            self.composer.push(None, Some(held.page), &held.words);
        }
        self.close_between();
    }

    /// Ends the smaller words that stand between the parts of a paragraph.
    fn close_between(&mut self) {
        let open = self.open.take().map(|open| (open.page, open.words));
        for (page, words) in self.between.drain(..).chain(open) {
            self.composer.push(None, Some(page), &words);
        }
    }
}

/// The words of a line that opens a paragraph: its number stays apart from what it numbers.
fn opened(line: &Line) -> String {
    match line.words.split_at_checked(line.number) {
        Some((number, rest)) if !number.is_empty() && !rest.starts_with(' ') => format!("{number} {rest}"),
        _ => line.words.clone(),
    }
}

fn is_same_size(a: &Line, b: &Line) -> bool {
    is_near(a.size, b.size)
}

fn is_near(a: f64, b: f64) -> bool {
    (a - b).abs() <= SAME_SIZE * a.max(b)
}

/// How far lines of each size usually stand apart.
fn pitches(lines: &[Line]) -> Vec<(f64, f64)> {
    let mut pitches: Vec<(f64, f64)> = lines
        .windows(2)
        .filter_map(|pair| match pair {
            [above, below] if is_same_size(above, below) => Some((below.size, below.area.y1 - above.area.y1)),
            _ => None,
        })
        .collect();
    pitches.sort_by(|a, b| a.0.total_cmp(&b.0));
    let sizes = pitches.chunk_by(|a, b| is_near(a.0, b.0));
    sizes.filter_map(|same| Some((same.first()?.0, super::middle(same.iter().map(|(_, pitch)| *pitch).collect())))).collect()
}

/// Whether a paragraph stops within a sentence, at the end of a full line.
fn is_within(open: &Open) -> bool {
    open.room <= CUT && !ends(&open.words) && open.words.contains(['，', '。', '；'])
}

/// Whether words end a sentence.
fn ends(words: &str) -> bool {
    let last = words.trim_end_matches(['”', '’', '）', ')', '」', '』', '"', ' ']).chars().next_back();
    matches!(last, Some('。' | '！' | '？' | '；' | '：' | '.' | '!' | '?' | ';' | ':'))
}

/// Whether words open with the number of a section: 「一、」, 「（二）」.
fn is_numbered(words: &str) -> bool {
    let is_numeral = |c: char| matches!(c, '一' | '二' | '三' | '四' | '五' | '六' | '七' | '八' | '九' | '十');
    let inner = words.strip_prefix(['（', '(']);
    let rest = inner.unwrap_or(words).trim_start_matches(is_numeral);
    rest.len() < inner.unwrap_or(words).len() && if inner.is_some() { rest.starts_with(['）', ')']) } else { rest.starts_with('、') }
}

/// Appends a line; a blank is put only where two words would run together.
pub(super) fn join(words: &mut String, line: &str) {
    let before = words.chars().next_back();
    let after = line.chars().next();
    if let (Some(before), Some(after)) = (before, after) {
        let is_word = |c: char| c.is_alphabetic() && !super::pieces::is_wide(c);
        if before == '-' && is_word(after) && words.chars().rev().nth(1).is_some_and(is_word) {
            words.pop();
        } else if (is_word(before) && after.is_ascii_digit())
            || (is_word(after) && (is_word(before) || before.is_ascii_digit() || matches!(before, ',' | ';' | '.')))
        {
            words.push(' ');
        }
    }
    words.push_str(line);
}
