//! Lines become blocks: paragraphs, headings, items, captions and the rows of tables.

use super::{
    characters::{Glyph, IDEOGRAPHIC_BLANK, is_blank, is_han},
    lines::{self, Ending, Line, Mark, Opening},
    markup::strip_inline,
};
use crate::model::{BlockKind, GivenBlock};
use std::ops::Range;

/// The blocks found, and the characters of all of them.
#[derive(Debug, Default)]
pub(super) struct Drafts {
    pub(super) blocks: Vec<Draft>,
    pub(super) glyphs: Vec<Glyph>,
}

/// One block that is not yet written in its uniform form.
#[derive(Debug)]
pub(super) struct Draft {
    pub(super) kind: BlockKind,
    pub(super) page: Option<u32>,
    /// Where its characters stand among [`Drafts::glyphs`].
    pub(super) range: Range<usize>,
}

/// The blocks that a format told; where two overlap, the later one starts where the earlier ends. Kinds that it told stay as
/// they are, the others are found as those of the lines of plain text.
pub(super) fn take(glyphs: &[Glyph], given: &[GivenBlock], title: Option<&str>) -> Drafts {
    let mut drafts = Drafts::default();
    let mut shapes: Vec<Shape> = Vec::new();
    let mut from = 0;
    for block in given {
        let rest = glyphs.get(from..).unwrap_or_default();
        let skipped = rest.partition_point(|g| (g.start as usize) < block.span.start);
        let len = rest.get(skipped..).unwrap_or_default().partition_point(|g| g.end as usize <= block.span.end);
        let range = from + skipped..from + skipped + len;
        from = range.end;
        let start = drafts.glyphs.len();
        let line = lines::paragraph(glyphs, range.clone());
        match (&line, block.kind) {
            (Some(line), None) => gather(glyphs, line, &mut drafts.glyphs),
            _ => drafts.glyphs.extend(glyphs.get(range).unwrap_or_default()),
        }
        let line = line.unwrap_or_default();
        let mark = match block.kind {
            None | Some(BlockKind::Paragraph) => line.mark,
            Some(BlockKind::Title) => Mark::Heading(1),
            Some(BlockKind::Heading) => Mark::Heading(2),
            Some(BlockKind::ListItem) => Mark::Item,
            Some(BlockKind::Caption) => Mark::Caption,
            Some(BlockKind::TableRow) => Mark::Row,
        };
        drafts.blocks.push(Draft { kind: block.kind.unwrap_or(BlockKind::Paragraph), page: block.page, range: start..drafts.glyphs.len() });
        shapes.push(Shape { mark, opening: line.opening, ending: line.ending, count: line.count, has_stop: line.has_stop });
    }
    name_kinds(&mut drafts, &shapes, title);
    for (draft, block) in drafts.blocks.iter_mut().zip(given) {
        draft.kind = block.kind.unwrap_or(draft.kind);
    }
    drafts
}

/// Finds the blocks of a text from its lines.
pub(super) fn find(glyphs: &[Glyph], title: Option<&str>) -> Drafts {
    let mut lines = lines::scan(glyphs);
    let has_pages = lines.last().is_some_and(|l| l.page > 1);
    find_rows(glyphs, &mut lines);
    // The title that was given stands alone, however full its line is.
    let is_title = |line: &lines::Line| title.is_some_and(|title| glyphs.get(line.range.clone()).is_some_and(|body| is_same(body, title)));
    if let Some(line) = lines.iter_mut().find(|line| line.mark == Mark::None && is_title(line)) {
        line.mark = Mark::Heading(1);
    }
    let continued = lines::continued(&lines);
    let mut drafts = Drafts::default();
    let mut shapes: Vec<Shape> = Vec::new();
    for (line, continues) in lines.iter().zip(continued) {
        if continues && let (Some(draft), Some(shape)) = (drafts.blocks.last_mut(), shapes.last_mut()) {
            join(glyphs, line, &mut drafts.glyphs);
            draft.range.end = drafts.glyphs.len();
            shape.has_stop |= line.has_stop || matches!(shape.ending, Ending::Comma | Ending::Final);
            shape.ending = line.ending;
            shape.count += line.count;
            continue;
        }
        let start = drafts.glyphs.len();
        let page = has_pages.then_some(line.page);
        gather(glyphs, line, &mut drafts.glyphs);
        drafts.blocks.push(Draft { kind: BlockKind::Paragraph, page, range: start..drafts.glyphs.len() });
        shapes.push(Shape { mark: line.mark, opening: line.opening, ending: line.ending, count: line.count, has_stop: line.has_stop });
    }
    name_kinds(&mut drafts, &shapes, title);
    drafts
}

/// What is known of a block's lines.
#[derive(Debug, Clone, Copy)]
struct Shape {
    mark: Mark,
    opening: Opening,
    ending: Ending,
    count: usize,
    has_stop: bool,
}

/// Appends a line that continues a block; a blank is put only where two words would run together.
fn join(glyphs: &[Glyph], line: &Line, out: &mut Vec<Glyph>) {
    let before = out.last().copied();
    let was_blank = line.range.start.checked_sub(2).and_then(|i| glyphs.get(i)).is_some_and(|g| is_blank(g.c));
    let first = glyphs.get(line.range.start).map_or('\n', |g| g.c);
    if let Some(before) = before
        && before.c.is_ascii_alphanumeric()
        && first.is_ascii_alphabetic()
    {
        let body = glyphs.get(line.range.clone()).unwrap_or_default();
        if was_blank || !body.iter().any(|g| is_han(g.c)) {
            out.push(Glyph { c: ' ', start: before.end, end: glyphs.get(line.range.start).map_or(before.end, |g| g.start) });
        }
    }
    gather(glyphs, line, out);
}

/// Appends a line's characters: without Markdown's marks, without the blanks of a spaced line, a row with tabs.
fn gather(glyphs: &[Glyph], line: &Line, out: &mut Vec<Glyph>) {
    let body = glyphs.get(line.range.clone()).unwrap_or_default();
    if line.mark == Mark::Row {
        for (i, cell) in cells(body).enumerate() {
            if i > 0
                && let Some(tab) = cell.0
            {
                out.push(Glyph { c: '\t', ..tab });
            }
            strip_inline(cell.1, out);
        }
    } else if line.is_spaced {
        let is_single = |at: usize| {
            !at.checked_sub(1).and_then(|i| body.get(i)).is_some_and(|g| is_blank(g.c)) && !body.get(at + 1).is_some_and(|g| is_blank(g.c))
        };
        out.extend(body.iter().enumerate().filter(|(at, g)| !(is_blank(g.c) && is_single(*at))).map(|(_, g)| *g));
    } else if body.iter().any(|g| matches!(g.c, '*' | '_' | '`' | '[' | '\\')) {
        strip_inline(body, out);
    } else {
        out.extend(body);
    }
}

/// The cells of a row, each with the separator before it.
fn cells(body: &[Glyph]) -> impl Iterator<Item = (Option<Glyph>, &[Glyph])> {
    let has_bars = body.iter().any(|g| g.c == '|');
    let has_tabs = body.iter().any(|g| g.c == '\t');
    let mut rest = body;
    if has_bars {
        rest = match rest {
            [first, inner @ ..] if first.c == '|' => inner,
            _ => rest,
        };
        rest = match rest {
            [inner @ .., last] if last.c == '|' => inner,
            _ => rest,
        };
    }
    let mut tab = None;
    let mut is_over = false;
    std::iter::from_fn(move || {
        if is_over {
            return None;
        }
        let separator = |at: usize| -> usize {
            let c = |i: usize| rest.get(i).map_or('\n', |g| g.c);
            if has_bars {
                usize::from(c(at) == '|')
            } else if has_tabs {
                usize::from(c(at) == '\t')
            } else if c(at) == IDEOGRAPHIC_BLANK || (is_blank(c(at)) && is_blank(c(at + 1))) || (is_blank(c(at)) && !has_wide_blanks(body)) {
                rest.iter().skip(at).take_while(|g| is_blank(g.c)).count()
            } else {
                0
            }
        };
        let before = tab;
        match (0..rest.len()).map(|at| (at, separator(at))).find(|(_, len)| *len > 0) {
            Some((at, len)) => {
                tab = rest.get(at).copied();
                let cell = rest.get(..at).unwrap_or_default();
                rest = rest.get(at + len..).unwrap_or_default();
                Some((before, cell))
            }
            None => {
                is_over = true;
                Some((before, rest))
            }
        }
    })
}

fn has_wide_blanks(body: &[Glyph]) -> bool {
    body.windows(2).any(|pair| pair.iter().all(|g| is_blank(g.c))) || body.iter().any(|g| matches!(g.c, IDEOGRAPHIC_BLANK | '\t'))
}

/// Marks the rows of tables, and empties Markdown's lines between a table's head and body.
fn find_rows(glyphs: &[Glyph], lines: &mut Vec<Line>) {
    lines.retain(|line| {
        let body = glyphs.get(line.range.clone()).unwrap_or_default();
        !(line.mark == Mark::Row && body.iter().all(|g| is_blank(g.c) || matches!(g.c, '|' | '-' | ':' | '+')))
    });
    let mut headers = Vec::new();
    // A line of prose whose numbers stand between blanks looks like a row; a table has more than one.
    let mut loose = Vec::new();
    for (at, line) in lines.iter_mut().enumerate() {
        if line.mark != Mark::None || line.count > 120 {
            continue;
        }
        let body = glyphs.get(line.range.clone()).unwrap_or_default();
        let has_tabs = body.iter().any(|g| g.c == '\t');
        let bars = body.iter().filter(|g| g.c == '|').count();
        if !has_tabs && bars == 0 && (line.is_spaced || !body.iter().any(|g| is_blank(g.c))) {
            continue;
        }
        let (mut filled, mut numbers) = (0, 0);
        for (_, cell) in cells(body) {
            filled += usize::from(cell.iter().any(|g| !is_blank(g.c)));
            numbers += usize::from(is_number(cell));
        }
        let is_prose = line.has_stop || line.ending == Ending::Final;
        let is_row = match (has_tabs || bars > 0, has_wide_blanks(body)) {
            (true, _) => filled >= 2 && (!is_prose || numbers > 0),
            (false, true) => filled >= 3 && numbers >= 2 && !is_prose,
            (false, false) => filled >= 3 && numbers >= 2 && numbers + 1 >= filled && !is_prose,
        };
        if is_row {
            line.mark = Mark::Row;
            if !has_tabs && bars == 0 && !has_wide_blanks(body) {
                loose.push(at);
            }
        } else if has_wide_blanks(body) && filled >= 3 && !is_prose {
            headers.push(at);
        }
    }
    let is_row = |lines: &[Line], at: Option<usize>| at.and_then(|at| lines.get(at)).is_some_and(|line| line.mark == Mark::Row);
    let lone: Vec<usize> = loose.into_iter().filter(|at| !is_row(lines, at.checked_sub(1)) && !is_row(lines, Some(at + 1))).collect();
    for at in lone {
        if let Some(line) = lines.get_mut(at) {
            line.mark = Mark::None;
        }
    }
    // The words over the numbers' columns are a row too.
    for at in headers.into_iter().rev() {
        if lines.get(at + 1).is_some_and(|l| l.mark == Mark::Row)
            && let Some(line) = lines.get_mut(at)
        {
            line.mark = Mark::Row;
        }
    }
}

fn is_number(cell: &[Glyph]) -> bool {
    let mut has_digit = false;
    cell.iter().all(|g| {
        has_digit |= g.c.is_ascii_digit();
        g.c.is_ascii_digit() || is_blank(g.c) || matches!(g.c, '.' | ',' | '-' | '%' | '－' | '—' | '+' | '．' | '·')
    }) && has_digit
}

/// The title stands among so many blocks, where the text has one.
const FIRST_BLOCKS: usize = 20;

/// Longest heading, in characters.
const LONGEST_HEADING: usize = 40;

fn name_kinds(drafts: &mut Drafts, shapes: &[Shape], title: Option<&str>) {
    let mut has_title = false;
    for at in 0..shapes.len() {
        let (Some(shape), Some(draft)) = (shapes.get(at).copied(), drafts.blocks.get(at)) else { continue };
        let body = drafts.glyphs.get(draft.range.clone()).unwrap_or_default();
        let is_given_title = title.is_some_and(|t| is_same(body, t));
        let kind = match shape.mark {
            Mark::Row => BlockKind::TableRow,
            Mark::Item => BlockKind::ListItem,
            Mark::Caption => BlockKind::Caption,
            Mark::Heading(1) if !has_title => BlockKind::Title,
            Mark::Heading(_) => BlockKind::Heading,
            Mark::None if is_given_title && !has_title => BlockKind::Title,
            Mark::None if is_caption(body, shape) => BlockKind::Caption,
            Mark::None if shape.opening == Opening::Section && is_short(shape) => BlockKind::Heading,
            Mark::None if shape.opening == Opening::Item => {
                if is_short(shape) && !shape.has_stop && leads_to_prose(shapes, at) {
                    BlockKind::Heading
                } else {
                    BlockKind::ListItem
                }
            }
            Mark::None if shape.opening == Opening::None && is_heading(body, shape) => {
                let may_be_title = !has_title && title.is_none() && at < FIRST_BLOCKS && (5..=60).contains(&shape.count);
                let has_subtitle = shapes.get(at + 1).is_some_and(|s| s.opening == Opening::Dash)
                    || drafts.blocks.get(at + 1).is_some_and(|d| is_byline(drafts.glyphs.get(d.range.clone()).unwrap_or_default()));
                match leads_to_prose(shapes, at) {
                    leads if may_be_title && (leads || has_subtitle) => BlockKind::Title,
                    true => BlockKind::Heading,
                    false => BlockKind::Paragraph,
                }
            }
            Mark::None => BlockKind::Paragraph,
        };
        has_title |= kind == BlockKind::Title;
        if let Some(draft) = drafts.blocks.get_mut(at) {
            draft.kind = kind;
        }
    }
}

fn is_same(body: &[Glyph], title: &str) -> bool {
    let visible = body.iter().map(|g| g.c).filter(|c| !is_blank(*c));
    visible.eq(title.chars().filter(|c| !c.is_whitespace()))
}

/// Short, and no sentence.
fn is_short(shape: Shape) -> bool {
    shape.count <= LONGEST_HEADING && matches!(shape.ending, Ending::Middle)
}

fn is_heading(body: &[Glyph], shape: Shape) -> bool {
    let hans = body.iter().filter(|g| is_han(g.c)).count();
    is_short(shape) && shape.count >= 3 && hans * 2 >= shape.count && !is_byline(body) && body.iter().all(|g| g.c != '。')
}

/// Whether a line tells who published or spoke the text, and when.
fn is_byline(body: &[Glyph]) -> bool {
    const WORDS: [&str; 12] = ["来源", "时间", "作者", "记者", "责任编辑", "编辑", "发布", "日期", "字号", "字体", "本报", "单位"];
    let starts = |word: &str| word.chars().zip(body.iter().map(|g| g.c).chain(['\n'])).all(|(a, b)| a == b);
    let last = body.last().map_or('\n', |g| g.c);
    let is_occasion = "上议会".chars().eq(body.iter().rev().take(3).map(|g| g.c));
    is_occasion || WORDS.into_iter().any(starts) || (last == '】' && body.first().is_some_and(|g| g.c != '【'))
}

/// Whether prose follows, one or two more headings at most between; else a short line is a cell or an entry of a list.
fn leads_to_prose(shapes: &[Shape], at: usize) -> bool {
    for shape in shapes.iter().skip(at + 1).take(3) {
        if shape.mark == Mark::Row {
            return false;
        }
        if shape.count > LONGEST_HEADING
            || shape.ending == Ending::Final
            || (shape.ending == Ending::Colon && shape.count >= 5)
            || shape.mark != Mark::None
        {
            return true;
        }
    }
    false
}

/// The words of a picture or a table.
fn is_caption(body: &[Glyph], shape: Shape) -> bool {
    if shape.count > 60 {
        return false;
    }
    let c = |at: usize| body.get(at).map_or('\n', |g| g.c);
    let last = body.iter().rev().map(|g| g.c).find(|c| !matches!(c, '）' | ')' | '。' | ' '));
    let is_numbered = matches!(c(0), '图' | '表')
        && (c(1).is_ascii_digit() || matches!(c(1), '一' | '二' | '三' | '四' | '五' | '六' | '七' | '八' | '九' | ' '))
        && !shape.has_stop;
    let is_picture = (c(0) == '图' && matches!(c(1), '为' | '片' | '：' | ':')) || (c(0) == '上' && c(1) == '图') || (c(0) == '▲' || c(0) == '△');
    let is_credit = matches!(last, Some('摄' | '攝')) && shape.count <= 60;
    let is_unit = (c(0) == '单' && c(1) == '位' && matches!(c(2), '：' | ':')) || (c(0) == '（' && c(1) == '单' && c(2) == '位');
    is_numbered || is_picture || is_credit || (is_unit && shape.count <= 20)
}
