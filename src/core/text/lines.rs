//! The source's lines: how wide they are, how they open and end, and which of them continue the one before.

use super::characters::{Glyph, IDEOGRAPHIC_BLANK, PAGE_END, is_blank, is_closing, is_final, is_han, is_opening};
use std::ops::Range;

/// One line that has characters.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Line {
    /// Its characters, blanks at both ends and Markdown's marks left out.
    pub(super) range: Range<usize>,
    /// Blanks before its first character, in half widths.
    indent: usize,
    /// Its characters, blanks left out.
    pub(super) count: usize,
    /// Its width in half widths, blanks left out.
    width: usize,
    /// Blanks within it.
    blanks: usize,
    /// Empty lines before it.
    gap: usize,
    /// Whether it is set with a blank between any two characters: 「预 算 收 入」.
    pub(super) is_spaced: bool,
    /// Whether every word of it is one character.
    is_single: bool,
    /// What Markdown or a layout tells of it.
    pub(super) mark: Mark,
    /// How it ends.
    pub(super) ending: Ending,
    /// How it opens.
    pub(super) opening: Opening,
    /// Whether a comma or full stop stands within it.
    pub(super) has_stop: bool,
    /// Whether it may end within a number: 「增长1」 before 「2.5%」.
    ends_in_number: bool,
    /// Whether it holds digits and marks of numbers alone: a cell of a table.
    is_number: bool,
    /// Whether it starts with a unit, or with a digit that more than a number follows.
    starts_in_number: bool,
    /// Whether a mark of prose stands in it: a stop, a bracket, a quotation mark.
    has_marks: bool,
    /// Whether it starts with a character or two that end a clause, as in 「商。它的」.
    has_tail: bool,
    /// Whether a unit must follow: 「单位：」 at its end.
    asks_unit: bool,
    /// Whether it ends within 「单位」.
    ends_in_dan: bool,
    /// Whether it starts with the rest of 「单位：」.
    tells_unit: bool,
    /// Whether a bracket or quotation mark is left open.
    is_unclosed: bool,
    /// Page, from 1.
    pub(super) page: u32,
}

/// What a line's marks tell.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) enum Mark {
    #[default]
    None,
    /// `#` of the given level.
    Heading(usize),
    /// `-`, `*` or a bullet.
    Item,
    /// A row of a table.
    Row,
    /// A value among the lines that open a Markdown file.
    Caption,
}

/// What a line ends with.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) enum Ending {
    /// A character that ends nothing.
    #[default]
    Middle,
    /// 「。」, 「；」 …, closing marks after it included.
    Final,
    /// 「，」 or 「、」.
    Comma,
    /// 「：」
    Colon,
    /// An opening bracket, or 「第」.
    Open,
}

/// How a line opens, where its first characters number it.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) enum Opening {
    #[default]
    None,
    /// 「第一章」, 「一、」, 「（一）」: a heading's number.
    Section,
    /// 「1.」, 「（1）」, 「①」: a heading's or an item's number.
    Item,
    /// 「——」
    Dash,
    /// A mark that no line can start with.
    Closing,
}

/// Finds the lines.
pub(super) fn scan(glyphs: &[Glyph]) -> Vec<Line> {
    let mut lines: Vec<Line> = Vec::new();
    let (mut from, mut gap, mut page) = (0, 0, 1);
    let front = front_end(glyphs);
    for (at, end) in glyphs.iter().enumerate().filter(|(_, g)| g.c == '\n' || g.c == PAGE_END).map(|(at, g)| (at, g.c)).chain([(glyphs.len(), '\n')])
    {
        if at < front {
            lines.extend(front_line(glyphs, from..at));
            from = at + 1;
            continue;
        }
        let can_open = gap > 0 || lines.last().is_none_or(|l| l.ending != Ending::Middle || l.mark != Mark::None);
        match line(glyphs, from..at, can_open) {
            Some(found) => {
                let was_spaced = lines.last().is_some_and(|l| l.is_spaced);
                let is_spaced = found.is_spaced || (was_spaced && found.is_single && gap == 0);
                lines.push(Line { gap, page, is_spaced, ..found });
                gap = 0;
            }
            None => gap += 1,
        }
        from = at + 1;
        if end == PAGE_END {
            page += 1;
        }
    }
    lines
}

/// Where the lines between 「---」 end that open some Markdown files; 0 where there are none.
fn front_end(glyphs: &[Glyph]) -> usize {
    let is_rule = |line: &[Glyph]| line.len() >= 3 && line.iter().all(|g| g.c == '-');
    let mut end = 0;
    for (at, line) in glyphs.split(|g| g.c == '\n').enumerate().take(60) {
        match (at, is_rule(line)) {
            (0, false) => return 0,
            (0, true) => {}
            (_, true) => return end + line.len(),
            (_, false) if line.len() > 3000 => return 0,
            _ => {}
        }
        end += line.len() + 1;
    }
    0
}

/// A line of those that open a Markdown file: its title and date are text, the rest describes the file.
fn front_line(glyphs: &[Glyph], range: Range<usize>) -> Option<Line> {
    let whole = glyphs.get(range.clone())?;
    let key = whole.iter().position(|g| g.c == ':')?;
    let is_key = |word: &str| word.len() == key && word.chars().zip(whole).all(|(c, g)| c == g.c);
    let mark = if is_key("title") {
        Mark::Heading(1)
    } else if is_key("date") || is_key("published") || is_key("time") {
        Mark::Caption
    } else {
        return None;
    };
    let is_outside = |g: &Glyph| is_blank(g.c) || matches!(g.c, '"' | '\'');
    let leading = whole.iter().skip(key + 1).take_while(|g| is_outside(g)).count();
    let trailing = whole.iter().rev().take_while(|g| is_outside(g)).count();
    let range = range.start + key + 1 + leading..range.end.saturating_sub(trailing);
    let mut found = Line { mark, page: 1, ..Line::default() };
    measure(glyphs.get(range.clone())?, &mut found);
    found.range = range;
    (found.count > 0).then_some(found)
}

/// A paragraph as one line, whatever line ends stand at its ends.
pub(super) fn paragraph(glyphs: &[Glyph], mut range: Range<usize>) -> Option<Line> {
    let is_end = |at: usize| glyphs.get(at).is_some_and(|g| g.c == '\n');
    while !range.is_empty() && is_end(range.start) {
        range.start += 1;
    }
    while !range.is_empty() && is_end(range.end - 1) {
        range.end -= 1;
    }
    line(glyphs, range, true)
}

fn line(glyphs: &[Glyph], mut range: Range<usize>, can_open: bool) -> Option<Line> {
    let indent_of = |c| if c == IDEOGRAPHIC_BLANK { 2 } else { 1 };
    let mut found = Line::default();
    let whole = glyphs.get(range.clone())?;
    let leading = whole.iter().take_while(|g| is_blank(g.c)).count();
    found.indent = whole.iter().take(leading).map(|g| indent_of(g.c)).sum();
    let trailing = whole.iter().rev().take_while(|g| is_blank(g.c)).count();
    if leading == whole.len() {
        return None;
    }
    range = range.start + leading..range.end - trailing;
    let marked = mark(glyphs.get(range.clone())?, can_open);
    found.mark = marked.0;
    range.start += marked.1;
    let body = glyphs.get(range.clone())?;
    measure(body, &mut found);
    if found.count == 0 {
        return None;
    }
    found.is_number = found.count > 0 && body.iter().all(|g| g.c.is_ascii_digit() || matches!(g.c, '.' | ',' | '-' | '%' | '—'));
    found.ends_in_number = found.count >= 5 && ends_in_number(body);
    found.starts_in_number = match body.first().map_or('\n', |g| g.c) {
        '年' | '月' | '亿' | '万' | '元' | '个' | '户' | '吨' | '倍' => true,
        c => c.is_ascii_digit() && body.iter().any(|g| is_han(g.c) || matches!(g.c, '%' | '％')),
    };
    found.opening = opening(body);
    found.ending = ending(body);
    found.range = range;
    Some(found)
}

/// A line's mark, and how many characters it takes.
fn mark(body: &[Glyph], can_open: bool) -> (Mark, usize) {
    let c = |at: usize| body.get(at).map_or('\n', |g| g.c);
    let skip_blanks = |at: usize| at + body.iter().skip(at).take_while(|g| is_blank(g.c)).count();
    match c(0) {
        '#' => {
            let level = body.iter().take_while(|g| g.c == '#').count();
            if level <= 6 && is_blank(c(level)) { (Mark::Heading(level), skip_blanks(level)) } else { (Mark::None, 0) }
        }
        '-' | '*' | '+' | '_' | '=' if body.len() >= 3 && body.iter().all(|g| g.c == c(0) || is_blank(g.c)) => (Mark::None, body.len()),
        '-' | '*' if is_blank(c(1)) && !c(skip_blanks(1)).is_ascii_digit() && !is_single_spaced(body) => (Mark::Item, skip_blanks(1)),
        '·' | '■' | '◆' | '▪' | '➢' | '★' | '◇' | '□' if can_open && (is_blank(c(1)) || is_han(c(1))) => (Mark::Item, skip_blanks(1)),
        '>' if is_blank(c(1)) => (Mark::None, skip_blanks(1)),
        '|' => (Mark::Row, 0),
        _ => (Mark::None, 0),
    }
}

fn is_single_spaced(body: &[Glyph]) -> bool {
    body.iter().skip(1).step_by(2).filter(|g| is_blank(g.c)).count() * 2 >= body.len().saturating_sub(1)
}

/// Widths, blanks, and what stands within a line.
fn measure(body: &[Glyph], line: &mut Line) {
    let (mut words, mut singles, mut in_word, mut hans) = (0, 0, 0, 0);
    let (mut brackets, mut quotes) = (0_i32, 0_i32);
    for (at, glyph) in body.iter().enumerate() {
        if is_blank(glyph.c) {
            line.blanks += 1;
            if in_word > 0 {
                words += 1;
                singles += usize::from(in_word == 1);
            }
            in_word = 0;
            continue;
        }
        line.count += 1;
        line.width += if glyph.c.is_ascii() { 1 } else { 2 };
        line.has_marks |= matches!(glyph.c, '，' | '。' | '；' | '、' | '（' | '）' | '《' | '》' | '“' | '”' | ',');
        match glyph.c {
            '，' | '。' | '；' => {
                line.has_stop |= at + 1 < body.len();
                line.has_tail |= (2..=3).contains(&line.count);
            }
            ',' | ';' => line.has_stop |= body.get(at + 1).is_some_and(|g| !g.c.is_ascii()),
            '（' | '(' | '《' | '【' => brackets += 1,
            '）' | ')' | '》' | '】' => brackets -= 1,
            '“' => quotes += 1,
            '”' => quotes -= 1,
            _ => {}
        }
        let is_mark =
            is_final(glyph.c) || is_closing(glyph.c) || is_opening(glyph.c) || matches!(glyph.c, '，' | '、' | '：' | ',' | '.' | ':' | ';');
        hans += usize::from(is_han(glyph.c) || is_mark);
        in_word += if is_mark && in_word > 0 { 0 } else { 1 };
    }
    words += 1;
    singles += usize::from(in_word == 1);
    // The unit may be cut too: 「单位：亿」 before 「元」.
    let mut last = body.iter().rev().map(|g| g.c).filter(|c| !is_blank(*c)).peekable();
    last.next_if(|c| matches!(c, '百' | '千' | '万' | '亿' | '平'));
    line.asks_unit = matches!((last.next(), last.next(), last.next()), (Some('：' | ':'), Some('位'), Some('单')));
    line.ends_in_dan = body.last().is_some_and(|g| g.c == '单');
    let mut first = body.iter().map(|g| g.c).filter(|c| !is_blank(*c));
    line.tells_unit = first.next() == Some('位') && matches!(first.next(), Some('：' | ':'));
    line.is_unclosed = brackets > 0 || quotes > 0;
    line.is_single = words == singles;
    line.is_spaced = words >= 4 && singles * 10 >= words * 7 && hans * 10 >= line.count * 3;
}

/// How a line opens.
pub(super) fn opening(body: &[Glyph]) -> Opening {
    let mut visible = body.iter().map(|g| g.c).filter(|c| !is_blank(*c));
    let Some(first) = visible.next() else { return Opening::None };
    let is_numeral = |c: char| matches!(c, '一' | '二' | '三' | '四' | '五' | '六' | '七' | '八' | '九' | '十');
    match first {
        '，' | '。' | '、' | '；' | '：' | '！' | '？' | '）' | '”' | '’' | '》' | '】' | '%' => Opening::Closing,
        '①'..='⑳' => Opening::Item,
        '—' | '-' | '－' | '―' if visible.next().is_some_and(|c| c == first) => Opening::Dash,
        '第' => {
            let mut seen = 0;
            loop {
                match visible.next() {
                    Some(c) if is_numeral(c) || c.is_ascii_digit() => seen += 1,
                    Some('章' | '节' | '篇' | '部') if seen > 0 => return Opening::Section,
                    _ => return Opening::None,
                }
            }
        }
        '（' | '(' => {
            let Some(second) = visible.next() else { return Opening::None };
            let found = if is_numeral(second) {
                Opening::Section
            } else if second.is_ascii_digit() {
                Opening::Item
            } else {
                return Opening::None;
            };
            let mut rest = visible.skip_while(|c| is_numeral(*c) || c.is_ascii_digit());
            if matches!(rest.next(), Some('）' | ')')) { found } else { Opening::None }
        }
        c if is_numeral(c) => {
            let mut rest = visible.skip_while(|c| is_numeral(*c));
            let is_mark = matches!(rest.next(), Some('、' | '．' | '.'));
            if is_mark && rest.next().is_some_and(|c| !is_numeral(c)) { Opening::Section } else { Opening::None }
        }
        c if c.is_ascii_digit() => {
            let mut rest = visible.skip_while(char::is_ascii_digit);
            let is_mark = matches!(rest.next(), Some('、' | '．' | '.'));
            if is_mark && rest.next().is_some_and(|c| !c.is_ascii_digit()) { Opening::Item } else { Opening::None }
        }
        _ => Opening::None,
    }
}

/// Whether a line of words ends with a digit that is no date's, clock's or label's.
fn ends_in_number(body: &[Glyph]) -> bool {
    let digits = body.iter().rev().take_while(|g| g.c.is_ascii_digit()).count();
    let before = body.len().checked_sub(digits + 1).and_then(|i| body.get(i)).map_or('\n', |g| g.c);
    (1..=4).contains(&digits) && (is_han(before) || matches!(before, '.' | ',' | '．' | '，')) && !matches!(before, '表' | '图' | '第')
}

fn ending(body: &[Glyph]) -> Ending {
    let last = body.iter().rev().map(|g| g.c).find(|c| !is_blank(*c) && !is_closing(*c));
    let very_last = body.last().map_or('\n', |g| g.c);
    match (last, is_closing(very_last)) {
        (Some(c), _) if is_final(c) || c == ';' => Ending::Final,
        (Some('，' | '、' | ','), false) => Ending::Comma,
        (Some('：' | ':'), false) => Ending::Colon,
        (Some(c), false) if is_opening(c) || c == '第' => Ending::Open,
        _ => Ending::Middle,
    }
}

/// The shape of the text around a line.
#[derive(Debug, Clone, Copy, Default)]
struct Shape {
    /// Whether the line is as wide as most others, and the next no wider: it was broken because it was full.
    is_full: bool,
    /// The smallest indent.
    indent: usize,
}

/// Lines on each side that tell a line's shape.
const NEIGHBOURS: usize = 8;

/// The widest line that a column has, in characters; wider ones are paragraphs.
const WIDEST: usize = 60;

/// The narrowest column, in characters.
const NARROWEST: usize = 9;

fn shape(lines: &[Line], at: usize) -> Shape {
    let from = at.saturating_sub(NEIGHBOURS);
    let around = lines.get(from..(at + NEIGHBOURS + 1).min(lines.len())).unwrap_or_default();
    let indent = around.iter().map(|l| l.indent).min().unwrap_or_default();
    let mut shape = Shape { is_full: false, indent };
    let (Some(line), Some(next)) = (lines.get(at), lines.get(at + 1)) else { return shape };
    if line.count > WIDEST || line.count < NARROWEST || !around.iter().any(|l| l.has_stop && l.count <= WIDEST) {
        return shape;
    }
    // The first line of a paragraph is narrower by its indent, even where that is lost.
    let opens = line.indent == 0 && at.checked_sub(1).and_then(|i| lines.get(i)).is_some_and(|l| l.ending == Ending::Final);
    let indented = if opens { 4 } else { 0 };
    // Columns set by width, columns broken after so many characters, and lines whose blanks fill the column.
    shape.is_full = is_full(around, at - from, next, 4, indented, |l| l.width)
        || is_full(around, at - from, next, 1, indented / 2, |l| l.count)
        || (line.is_spaced && is_full(around, at - from, next, 6, 0, |l| if l.is_spaced { l.width + l.blanks } else { l.width }));
    shape
}

/// Whether the line at `at` is as wide as the column in which most lines around it stand.
fn is_full(around: &[Line], at: usize, next: &Line, slack: usize, indented: usize, measure: impl Fn(&Line) -> usize) -> bool {
    let mut widths = [0; 2 * NEIGHBOURS + 1];
    let mut total = 0;
    for (slot, line) in widths.iter_mut().zip(around.iter().filter(|l| l.mark == Mark::None || l.mark == Mark::Item)) {
        *slot = measure(line);
        total += 1;
    }
    let widths = widths.get(..total).unwrap_or_default();
    let mut column = (0, 0);
    for wide in widths {
        let count = widths.iter().filter(|w| (wide.saturating_sub(slack)..=*wide).contains(w)).count();
        if count > column.0 || (count == column.0 && *wide < column.1) {
            column = (count, *wide);
        }
    }
    let (count, wide) = column;
    let own = around.get(at).map_or(0, &measure);
    // Compressed marks let a line of prose hold a little more than the column; a heading that is wider is none of its lines.
    let over = if around.get(at).is_some_and(|l| l.has_marks) { slack } else { slack / 4 };
    count >= (total * 2).div_ceil(5).max(2) && own + slack + indented >= wide && own <= wide + over && measure(next) <= wide + slack
}

/// Longest unit that a table's caption ends in, in characters: 「万平方公里」.
const LONGEST_UNIT: usize = 6;

/// For each line, whether it continues the one before.
pub(super) fn continued(lines: &[Line]) -> Vec<bool> {
    let mut found = vec![false; lines.len()];
    let mut paragraph = Paragraph::default();
    for (at, pair) in lines.windows(2).enumerate() {
        let ([before, line], Some(slot)) = (pair, found.get_mut(at + 1)) else { continue };
        paragraph.add(before);
        *slot = continues(before, line, paragraph.lines > 1, || shape(lines, at)) || (paragraph.goes_on(before, line) && is_loose(lines, at));
        if !*slot {
            paragraph = Paragraph::default();
        }
    }
    found
}

/// The lines joined so far.
#[derive(Debug, Clone, Copy, Default)]
struct Paragraph {
    lines: usize,
    count: usize,
    /// Whether a comma or full stop stands within it.
    has_stop: bool,
}

impl Paragraph {
    fn add(&mut self, line: &Line) {
        self.lines += 1;
        self.count += line.count;
        self.has_stop |= line.has_stop || line.ending == Ending::Comma;
    }

    /// Whether its words ask for more, were empty lines between lines of no meaning.
    fn goes_on(&self, before: &Line, line: &Line) -> bool {
        before.mark == Mark::None
            && line.mark == Mark::None
            && before.ending == Ending::Middle
            && line.opening == Opening::None
            && line.indent < 3
            && (line.gap == 1 || line.gap == 2 && self.has_stop)
            && (before.count <= WIDEST && line.count <= WIDEST)
            && (!before.is_number || self.lines > 1)
            && (self.has_stop || self.lines > 1 && self.count >= LONGEST_HEADING)
    }
}

/// Longest heading that stands alone, in characters.
const LONGEST_HEADING: usize = 20;

/// Lines on each side that tell whether empty lines stand within sentences there.
const LOOSE_NEIGHBOURS: usize = 200;

/// Whether empty lines around a line stand within sentences, as where each line of a column was taken for a paragraph: a third of them
/// follows words that no full stop ends, though commas stand in them, and two of these surely go on, by a comma or an open bracket.
fn is_loose(lines: &[Line], at: usize) -> bool {
    let around = lines.get(at.saturating_sub(LOOSE_NEIGHBOURS)..(at + LOOSE_NEIGHBOURS + 1).min(lines.len())).unwrap_or_default();
    let (mut all, mut open, mut surely) = (0, 0, 0);
    let mut has_stop = false;
    for pair in around.windows(2) {
        let [before, line] = pair else { continue };
        has_stop = before.has_stop || has_stop && before.gap == 0;
        if line.gap != 1 {
            continue;
        }
        let goes_on = before.ending == Ending::Comma || before.is_unclosed;
        all += 1;
        surely += usize::from(goes_on);
        open += usize::from(goes_on || (has_stop && before.ending == Ending::Middle));
    }
    surely >= 2 && open * 3 >= all
}

fn continues(before: &Line, line: &Line, is_within: bool, shape: impl Fn() -> Shape) -> bool {
    if matches!(before.mark, Mark::Row | Mark::Heading(_) | Mark::Caption) || line.mark != Mark::None {
        return false;
    }
    let is_near = line.gap == 0;
    // 「103.0」 below 「775.0」 is a cell, whatever follows it.
    if before.is_number && !is_within {
        return false;
    }
    if line.opening == Opening::Closing && line.gap <= 1 {
        return true;
    }
    if before.ending == Ending::Open || before.asks_unit && line.count <= LONGEST_UNIT || before.ends_in_dan && line.tells_unit {
        return line.gap <= 1;
    }
    if before.count > WIDEST {
        return is_near && before.ending == Ending::Comma && line.opening == Opening::None;
    }
    if line.opening != Opening::None {
        // 「全国第」 before 「一、第二」: a sentence that has not ended outweighs the number.
        let is_broken = || before.has_stop && before.opening == Opening::None && shape().is_full;
        return is_near && (before.ending == Ending::Comma || (before.ending == Ending::Middle && (before.is_unclosed || is_broken())));
    }
    let shape = shape();
    if line.indent >= 3 && line.indent > shape.indent + 1 && before.ending != Ending::Comma {
        return false;
    }
    let is_full = shape.is_full && (is_near || (before.ending == Ending::Middle && line.gap <= 2));
    match before.ending {
        Ending::Comma => line.gap <= 2,
        Ending::Final | Ending::Colon => is_full,
        Ending::Open => true,
        Ending::Middle if is_full => true,
        Ending::Middle => {
            let is_prose = before.count >= NARROWEST && before.opening == Opening::None;
            let is_end = line.ending == Ending::Final && line.count <= before.count && line.count <= WIDEST;
            is_near
                && (before.is_unclosed
                    || (is_within && is_prose && before.count * 10 >= line.count * 8)
                    || line.has_tail
                    || (before.ends_in_number && line.starts_in_number)
                    || (is_prose && (before.has_stop || is_end)))
        }
    }
}
