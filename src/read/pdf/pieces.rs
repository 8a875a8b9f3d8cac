//! Characters that stand side by side become pieces of lines, pieces that stand side by side become lines.

use super::sheet::Glyph;
use hayro_interpret::kurbo::Rect;

/// Characters of one line without a wide gap between them, from left to right.
#[derive(Debug, Clone)]
pub(super) struct Piece {
    pub(super) glyphs: Vec<Glyph>,
    pub(super) area: Rect,
    /// The size of its largest character.
    pub(super) size: f64,
    baseline: f64,
}

/// A gap of so many sizes parts two pieces: columns stand no nearer to each other, and characters of a line rarely further apart.
pub(super) const GAP: f64 = 0.75;
/// Baselines of one piece differ by less, in sizes.
const UNEVEN: f64 = 0.25;
/// A gap of so many sizes is a blank between two letters, and between two digits.
const WORD_GAP: f64 = 0.14;
const NUMBER_GAP: f64 = 0.24;

/// The marks of footnotes are smaller than the line's characters by this, and stand higher, in sizes of the line.
const RAISED_SIZE: f64 = 0.8;
const RAISED: f64 = 0.12;

/// Finds the pieces of a page.
pub(super) fn find(mut glyphs: Vec<Glyph>) -> Vec<Piece> {
    glyphs.sort_by(|a, b| a.area.x0.total_cmp(&b.area.x0));
    let (mut open, mut done): (Vec<Piece>, Vec<Piece>) = (Vec::new(), Vec::new());
    for glyph in glyphs {
        let baseline = glyph.baseline();
        let mut best: Option<(usize, f64)> = None;
        let mut at = 0;
        while let Some(piece) = open.get(at) {
            let gap = glyph.area.x0 - piece.area.x1;
            if gap > GAP * piece.size.max(glyph.size) * 2.0 {
                done.push(open.swap_remove(at));
                continue;
            }
            let em = piece.last_size().max(glyph.size);
            let fits = (piece.baseline - baseline).abs() < UNEVEN * em && gap < GAP * em && gap > -em * 0.7;
            if fits && best.is_none_or(|(_, least)| gap.abs() < least) {
                best = Some((at, gap.abs()));
            }
            at += 1;
        }
        match best.and_then(|(at, _)| open.get_mut(at)) {
            Some(piece) => piece.push(glyph),
            None => open.push(Piece { area: glyph.area, size: glyph.size, baseline, glyphs: vec![glyph] }),
        }
    }
    done.append(&mut open);
    done.sort_by(|a, b| a.baseline.total_cmp(&b.baseline).then(a.area.x0.total_cmp(&b.area.x0)));
    done
}

impl Glyph {
    fn baseline(&self) -> f64 {
        self.area.y1 - 0.12 * self.size
    }
}

impl Piece {
    fn push(&mut self, glyph: Glyph) {
        self.area = self.area.union(glyph.area);
        // Marks above or below the line do not move it.
        if glyph.size >= self.size * 0.9 {
            self.baseline = glyph.baseline();
        }
        self.size = self.size.max(glyph.size);
        self.glyphs.push(glyph);
    }

    fn last_size(&self) -> f64 {
        self.glyphs.last().map_or(self.size, |glyph| glyph.size)
    }

    /// Its parts between borders, those without a character left out.
    pub(super) fn split(&self, borders: &[f64]) -> Vec<Self> {
        let mut parts: Vec<(usize, Self)> = Vec::new();
        for glyph in &self.glyphs {
            let at = borders.partition_point(|border| *border <= glyph.area.center().x);
            match parts.last_mut() {
                Some((last, part)) if *last == at => part.push(glyph.clone()),
                _ => parts.push((at, Self { area: glyph.area, size: glyph.size, baseline: glyph.baseline(), glyphs: vec![glyph.clone()] })),
            }
        }
        parts.into_iter().map(|(_, part)| part).collect()
    }

    /// Its characters, blanks left out.
    pub(super) fn characters(&self) -> impl DoubleEndedIterator<Item = char> + '_ {
        self.glyphs.iter().map(|glyph| glyph.c)
    }

    /// Whether it holds a mark of prose.
    pub(super) fn has_stop(&self) -> bool {
        self.characters().any(|c| matches!(c, '，' | '。' | '；'))
    }

    /// Whether it is a number as tables hold it.
    pub(super) fn is_number(&self) -> bool {
        let is_mark = |c| matches!(c, '.' | ',' | '-' | '%' | '－' | '—' | '–' | '+' | '±' | '．' | '…' | '％' | '‰' | '*' | '(' | ')' | '/' | '−');
        let mut characters = self.characters();
        let has_digit = self.characters().any(|c| c.is_ascii_digit()) || self.glyphs.len() <= 3;
        has_digit && characters.all(|c| c.is_ascii_digit() || is_mark(c))
    }
}

/// One line of a column.
#[derive(Debug, Clone, Default)]
pub(super) struct Line {
    pub(super) words: String,
    /// How many digits open it as its number.
    pub(super) number: usize,
    pub(super) area: Rect,
    pub(super) size: f64,
    /// How wide its first characters are that no line end may part.
    pub(super) first_width: f64,
}

/// Puts pieces together to the lines of one column, from above to below.
pub(super) fn lines(mut pieces: Vec<Piece>) -> Vec<Line> {
    pieces.sort_by(|a, b| a.area.center().y.total_cmp(&b.area.center().y));
    let mut rows: Vec<(Rect, Vec<Piece>)> = Vec::new();
    for piece in pieces {
        match rows.last_mut() {
            Some((area, row)) if overlap((area.y0, area.y1), (piece.area.y0, piece.area.y1)) > 0.5 * piece.area.height().min(area.height()) => {
                *area = area.union(piece.area);
                row.push(piece);
            }
            _ => rows.push((piece.area, vec![piece])),
        }
    }
    rows.into_iter().map(|(area, row)| line(area, row)).collect()
}

/// How long two ranges run beside each other; below zero where they do not.
pub(super) fn overlap(a: (f64, f64), b: (f64, f64)) -> f64 {
    a.1.min(b.1) - a.0.max(b.0)
}

fn line(area: Rect, row: Vec<Piece>) -> Line {
    let size = row.iter().map(|piece| (piece.size, piece.glyphs.len())).max_by_key(|(_, count)| *count).map_or(0.0, |(size, _)| size);
    let mut glyphs: Vec<Glyph> = row.into_iter().flat_map(|piece| piece.glyphs).collect();
    glyphs.sort_by(|a, b| a.area.x0.total_cmp(&b.area.x0));
    settle_raised(&mut glyphs, size);
    Line { words: words(&glyphs), number: number(&glyphs), area, size, first_width: first_width(&glyphs) }
}

/// The characters in a row, with a blank where a gap shows one.
pub(super) fn words(glyphs: &[Glyph]) -> String {
    let mut words = String::new();
    let mut before: Option<&Glyph> = None;
    for glyph in glyphs {
        if let Some(before) = before
            && is_blank_between(before, glyph)
        {
            words.push(' ');
        }
        words.push(glyph.c);
        before = Some(glyph);
    }
    words.trim_start_matches(super::sheet::UNKNOWN).to_owned()
}

/// Takes out the marks of footnotes, which else would run into figures; powers of units become what they are.
fn settle_raised(glyphs: &mut Vec<Glyph>, size: f64) {
    let usual = glyphs.iter().filter(|glyph| glyph.size > 0.9 * size).map(Glyph::baseline);
    let baseline = super::middle(usual.collect());
    let is_raised = |glyph: &Glyph| glyph.size < RAISED_SIZE * size && glyph.baseline() < baseline - RAISED * size;
    let mut before = ' ';
    glyphs.retain_mut(|glyph| {
        if is_raised(glyph) {
            match glyph.c {
                '2' if before.is_ascii_alphabetic() => glyph.c = '²',
                '3' if before.is_ascii_alphabetic() => glyph.c = '³',
                c if c.is_ascii_digit() || matches!(c, '[' | ']' | '(' | ')' | '（' | '）' | ',' | '*' | '①'..='⑳') => return false,
                _ => {}
            }
        }
        before = glyph.c;
        true
    });
}

/// How many digits open a line, when a gap parts them from what they number.
fn number(glyphs: &[Glyph]) -> usize {
    let digits = glyphs.iter().take_while(|glyph| glyph.c.is_ascii_digit() || glyph.c == '.').count();
    let gap = digits.checked_sub(1).and_then(|last| glyphs.get(last)).zip(glyphs.get(digits)).map_or(0.0, |(last, next)| next.area.x0 - last.area.x1);
    let is_date = glyphs.get(digits).is_some_and(|next| matches!(next.c, '年' | '月' | '日'));
    if glyphs.first().is_some_and(|first| gap > WORD_GAP * first.size) && digits <= 5 && !is_date { digits } else { 0 }
}

fn is_blank_between(before: &Glyph, after: &Glyph) -> bool {
    let gap = (after.area.x0 - before.area.x1) / before.size.max(after.size).max(1.0);
    let is_word = |c: char| c.is_ascii() || (c.is_alphanumeric() && !is_wide(c));
    match (before.c, after.c) {
        (a, b) if a.is_ascii_digit() && b.is_ascii_digit() => gap > NUMBER_GAP,
        // Lines that fill their column spread figures too.
        (a, b) if (a.is_ascii_digit() && matches!(b, '.' | '%')) || (a == '.' && b.is_ascii_digit()) => gap > GAP,
        (a, b) if is_word(a) && is_word(b) => gap > WORD_GAP,
        (a, b) if after.is_after_blank && is_wide(a) && is_wide(b) => gap > WORD_GAP,
        _ => gap > GAP,
    }
}

/// Ideographs and the marks that are as wide.
pub(super) fn is_wide(c: char) -> bool {
    matches!(c, '\u{2e80}'..='\u{9fff}' | '\u{f900}'..='\u{faff}' | '\u{fe30}'..='\u{fe4f}' | '\u{ff00}'..='\u{ff60}' | '\u{20000}'..='\u{3ffff}')
}

/// Marks that open no line: they stay with the character before.
pub(super) fn is_closing(c: char) -> bool {
    matches!(c, '，' | '。' | '、' | '；' | '：' | '！' | '？' | '）' | '”' | '’' | '》' | '】' | '」' | '』' | '〉' | '%' | '％' | '‰' | '℃')
}

/// Marks that end no line: they stay with the character after.
fn is_opening(c: char) -> bool {
    matches!(c, '（' | '“' | '‘' | '《' | '【' | '「' | '『' | '〈' | '¥' | '$')
}

fn first_width(glyphs: &[Glyph]) -> f64 {
    let Some(first) = glyphs.first() else { return 0.0 };
    let mut end = first;
    let mut is_begun = false;
    for pair in glyphs.windows(2) {
        let [glyph, next] = pair else { break };
        is_begun |= !is_opening(glyph.c);
        let is_one_word = !is_wide(glyph.c) && !is_wide(next.c) && !is_blank_between(glyph, next);
        if is_begun && !is_one_word && !is_closing(next.c) {
            break;
        }
        end = next;
    }
    end.area.x1 - first.area.x0
}
