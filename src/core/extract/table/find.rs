//! Where the tables of a document are: rows of cells between tabs, or one cell a line, and the words over them.

use std::ops::Range;

use super::cell;
use super::unit;
use super::when::When;
use crate::lexicon::Lexicon;
use crate::model::BlockKind;
use crate::text::Prepared;

/// Rows of cells and the words over them.
#[derive(Debug, Clone, Default)]
pub(super) struct Grid {
    /// The lines over the table, from top to bottom.
    pub(super) lines: Vec<String>,
    pub(super) rows: Vec<Cells>,
    /// The blocks that it takes.
    pub(super) blocks: Range<usize>,
}

/// One row.
#[derive(Debug, Clone, Default)]
pub(super) struct Cells {
    /// The block it starts in.
    pub(super) block: usize,
    /// Where its cells lie in the uniform text; an empty cell is an empty range.
    pub(super) cells: Vec<Range<usize>>,
}

/// Longest text of a cell that stands on a line of its own, in characters.
const LONGEST_CELL: usize = 26;

/// Longest line over a table, in characters.
const LONGEST_LINE: usize = 60;

/// Finds the tables of a document.
pub(super) fn grids(prepared: &Prepared, lexicon: &Lexicon) -> Vec<Grid> {
    let mut found = Vec::new();
    let mut at = 0;
    while at < prepared.blocks.len() {
        match tabbed(prepared, at, lexicon).or_else(|| flattened(prepared, at, lexicon)) {
            Some(grid) => {
                at = grid.blocks.end;
                found.push(grid);
            }
            None => at += 1,
        }
    }
    found
}

/// Rows whose cells stand between tabs. A row with a sentence in it is prose that was laid out as a table; a short line before a row of
/// numbers heads a group of the same table.
fn tabbed(prepared: &Prepared, from: usize, lexicon: &Lexicon) -> Option<Grid> {
    let text = |at: usize| prepared.blocks.get(at).map(|block| prepared.cut(block.range.clone()));
    let is_prose = |text: &str| text.split('\t').any(|cell| cell.contains('。') && cell.chars().count() > LONGEST_LINE);
    let is_row = |at: usize| prepared.blocks.get(at).is_some_and(|block| block.kind == BlockKind::TableRow) && !text(at).is_some_and(is_prose);
    let has_numbers = |at: usize| text(at).is_some_and(|text| text.split('\t').skip(1).any(|cell| cell::value(cell, lexicon).is_some()));
    let heads_group = |at: usize| {
        let is_short = text(at).is_some_and(|text| text.chars().count() <= LONGEST_CELL && !text.contains(['。', '，', '：']) && !is_note(text));
        is_short && at > from && is_row(at + 1) && has_numbers(at + 1)
    };
    let end = (from..prepared.blocks.len()).find(|at| !is_row(*at) && !heads_group(*at)).unwrap_or(prepared.blocks.len());
    let cells = |range: &Range<usize>| {
        let mut start = range.start;
        let mut cells = Vec::new();
        for cell in prepared.cut(range.clone()).split('\t') {
            cells.push(start..start + cell.len());
            start += cell.len() + 1;
        }
        cells
    };
    let blocks = prepared.blocks.get(from..end).filter(|blocks| blocks.len() >= 2)?;
    let mut rows: Vec<Cells> = blocks.iter().enumerate().map(|(at, block)| Cells { block: from + at, cells: cells(&block.range) }).collect();
    restore_corner(&mut rows, prepared);
    Some(Grid { lines: lines_over(prepared, from), rows, blocks: from..end })
}

/// A header whose first cell was empty lost it where the text is plain.
fn restore_corner(rows: &mut [Cells], prepared: &Prepared) {
    let widest = rows.iter().skip(1).map(|row| row.cells.len()).max().unwrap_or_default();
    let Some(first) = rows.first_mut().filter(|first| first.cells.len() > 1 && first.cells.len() + 1 == widest) else { return };
    let corner = first.cells.first().cloned().unwrap_or_default();
    let names_rows =
        ["指标", "项目", "名称", "地区", "年份", "时间", "产品", "月份", "类别"].iter().any(|word| prepared.cut(corner.clone()).contains(word));
    if !names_rows && !corner.is_empty() {
        first.cells.insert(0, corner.start..corner.start);
    }
}

/// The short lines before a table: its title, its unit, its period.
fn lines_over(prepared: &Prepared, from: usize) -> Vec<String> {
    let mut lines = Vec::new();
    for block in prepared.blocks.get(..from).unwrap_or_default().iter().rev().take(4) {
        let text = prepared.cut(block.range.clone());
        if block.kind == BlockKind::TableRow {
            break;
        }
        let is_line = text.chars().count() <= LONGEST_LINE && !text.contains('。');
        if !is_line {
            // The unit may stand at the end of the paragraph before.
            let start = text.char_indices().rev().nth(40).map_or(0, |(at, _)| at);
            lines.extend(text.get(start..).filter(|end| end.contains("单位：")).and_then(|end| end.rsplit('。').next()).map(str::to_owned));
            break;
        }
        lines.push(text.to_owned());
        if !is_note(text) {
            break;
        }
    }
    lines.reverse();
    lines
}

/// Whether a line tells a unit or a period and no title.
pub(super) fn is_note(text: &str) -> bool {
    let mut rest = text.to_owned();
    let has_period = When::take(&mut rest).is_told();
    has_period && rest.trim_matches(['（', '）', '度', '份']).is_empty()
        || text.starts_with("单位")
        || text.starts_with("（单位")
        || text.starts_with("计量单位")
}

/// One cell a line: header words, then label and numbers over and over.
fn flattened(prepared: &Prepared, from: usize, lexicon: &Lexicon) -> Option<Grid> {
    let is_cell = |text: &str| text.chars().count() <= LONGEST_CELL && !text.contains(['。', '，', '；', '\t']);
    let cell = |at: usize| prepared.blocks.get(at).filter(|block| is_cell(prepared.cut(block.range.clone()))).map(|block| block.range.clone());
    let is_number = |at: usize| cell(at).is_some_and(|range| is_bare_number(prepared.cut(range), lexicon));
    let mut end = from;
    while cell(end).is_some() {
        end += 1;
    }
    let first = (from..end).find(|at| is_number(*at))?;
    let columns = (first..end).take_while(|at| is_number(*at)).count();
    let has_unit = first.checked_sub(1).and_then(cell).is_some_and(|range| unit::read(prepared.cut(range), lexicon).is_some());
    let label = first.checked_sub(if has_unit { 2 } else { 1 })?;
    let width = columns + if has_unit { 2 } else { 1 };
    let start = label.checked_sub(width)?;
    if start < from {
        return None;
    }
    let lines = (start.saturating_sub(2).max(from)..start).filter_map(cell).map(|range| prepared.cut(range).to_owned()).collect();
    let mut rows = vec![Cells { block: start, cells: (start..label).filter_map(cell).collect() }];
    let mut at = label;
    let mut last = label;
    while at < end {
        let row: Vec<Range<usize>> = (at..at + width).filter_map(cell).collect();
        let numbers = (at..at + width).filter(|at| is_number(*at)).count();
        if row.len() == width && numbers == columns && !is_number(at) {
            rows.push(Cells { block: at, cells: row });
            at += width;
            last = at;
        } else if numbers == 0 && !is_number(at + 1) {
            // A line that heads a group of rows.
            rows.push(Cells { block: at, cells: cell(at).into_iter().collect() });
            at += 1;
        } else {
            break;
        }
    }
    rows.retain(|row| row.block < last);
    let full = rows.iter().filter(|row| row.cells.len() == width).count();
    (full >= 4).then_some(Grid { lines, rows, blocks: start..last })
}

/// Whether a line is a number without a unit.
fn is_bare_number(text: &str, lexicon: &Lexicon) -> bool {
    cell::value(text, lexicon).is_some_and(|value| value.unit.is_none_or(|unit| unit.is_rate()))
}
