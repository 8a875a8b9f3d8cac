//! Cells at their places, as spreadsheets and CSV hold them: lines over a table, its rows, notes below it.

use crate::{
    ReadError,
    compose::Composer,
    grid::{self, Cell},
    prose,
};
use gongbao_core::model::{BlockKind, PartialDate};
use std::collections::{BTreeMap, BTreeSet};
use std::ops::RangeInclusive;

/// Cells of one sheet, by row and column.
#[derive(Debug, Default)]
pub(crate) struct Cells {
    /// The words of all cells that hold some.
    words: BTreeMap<(u32, u32), String>,
    /// Merged cells: from the place of the first the row and column of the last.
    merged: BTreeMap<(u32, u32), (u32, u32)>,
}

/// What cells tell of the document.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Told {
    pub(crate) title: Option<String>,
    pub(crate) published: Option<PartialDate>,
}

/// Cells with words that a sheet may hold.
pub(crate) const MOST_CELLS: usize = 2_000_000;

/// Rows and columns that are not shown.
#[derive(Debug, Default)]
pub(crate) struct Hidden {
    pub(crate) rows: Vec<RangeInclusive<u32>>,
    pub(crate) columns: Vec<RangeInclusive<u32>>,
}

/// Places of which some are not shown: ranges in their order, each with how many of them and those before it are hidden.
struct Line(Vec<(RangeInclusive<u32>, u32)>);

impl Line {
    fn of(mut hidden: Vec<RangeInclusive<u32>>) -> Self {
        hidden.sort_by_key(|range| *range.start());
        let mut line: Vec<(RangeInclusive<u32>, u32)> = Vec::new();
        for range in hidden.into_iter().filter(|range| !range.is_empty()) {
            let (last, before) = line.last().map_or((None, 0), |(range, before)| (Some(*range.end()), *before));
            let start = last.map_or(*range.start(), |last| last.saturating_add(1).max(*range.start()));
            if start > *range.end() {
                continue;
            }
            let hidden = before.saturating_add(range.end() - start).saturating_add(1);
            match line.last_mut().filter(|_| last.is_some_and(|last| start - last == 1)) {
                Some((joined, count)) => (*joined, *count) = (*joined.start()..=*range.end(), hidden),
                None => line.push((start..=*range.end(), hidden)),
            }
        }
        Self(line)
    }

    /// What is left of a range when the hidden places close up.
    fn shown(&self, first: u32, last: u32) -> Option<(u32, u32)> {
        let at = |place: u32| self.0.partition_point(|(range, _)| *range.start() <= place).checked_sub(1).and_then(|at| self.0.get(at));
        let within = |place: u32| at(place).map(|(range, _)| range).filter(|range| range.contains(&place));
        let from = within(first).map_or(Some(first), |range| range.end().checked_add(1))?;
        let to = within(last).map_or(Some(last), |range| range.start().checked_sub(1))?;
        let less = |place: u32| place - at(place).map_or(0, |(_, hidden)| *hidden).min(place);
        (from <= to).then(|| (less(from), less(to)))
    }
}

impl Cells {
    /// Takes a cell in; what is blank is no cell.
    pub(crate) fn insert(&mut self, place: (u32, u32), words: &str) -> Result<(), ReadError> {
        if words.chars().all(|c| c.is_whitespace() || c == '\u{feff}') {
            return Ok(());
        }
        self.words.insert(place, words.to_owned());
        if self.words.len() > MOST_CELLS { Err(ReadError::TooMuch { what: "cells of a sheet", limit: MOST_CELLS }) } else { Ok(()) }
    }

    /// Tells that the first cell covers all places to the last.
    pub(crate) fn merge(&mut self, first: (u32, u32), last: (u32, u32)) {
        if self.words.contains_key(&first) && last.0 >= first.0 && last.1 >= first.1 {
            self.merged.insert(first, last);
        }
    }

    /// Leaves out rows and columns that are not shown; the others close up. A merged cell shows where a part of it does.
    pub(crate) fn hide(&mut self, hidden: Hidden) {
        let (rows, columns) = (Line::of(hidden.rows), Line::of(hidden.columns));
        let merged = std::mem::take(&mut self.merged);
        for (first, words) in std::mem::take(&mut self.words) {
            let last = merged.get(&first).copied().unwrap_or(first);
            if let (Some((top, bottom)), Some((left, right))) = (rows.shown(first.0, last.0), columns.shown(first.1, last.1)) {
                self.words.entry((top, left)).or_insert(words);
                if merged.contains_key(&first) {
                    self.merged.insert((top, left), (bottom, right));
                }
            }
        }
    }

    /// How many there are.
    pub(crate) fn len(&self) -> usize {
        self.words.len()
    }

    /// Appends all that the cells hold.
    pub(crate) fn write(&self, composer: &mut Composer) -> Result<Told, ReadError> {
        let mut rows: Vec<Row> = Vec::new();
        for (&(row, column), words) in &self.words {
            match rows.last_mut().filter(|last| last.at == row) {
                Some(last) => last.cells.push((column, words)),
                None => rows.push(Row { at: row, cells: vec![(column, words)] }),
            }
        }
        if let Some(told) = prose::write(&rows, composer) {
            return Ok(told);
        }
        let mut told = Told::default();
        let mut rest = rows.as_slice();
        let mut columns = BTreeSet::new();
        while !rest.is_empty() {
            let (part, later) = rest.split_at(self.part_len(rest));
            self.write_part(part, &mut columns, composer, &mut told)?;
            rest = later;
        }
        Ok(told)
    }

    /// How many rows stand together: a blank row ends them, unless a merged cell covers it.
    fn part_len(&self, rows: &[Row]) -> usize {
        let mut reach = 0_u32;
        let end = rows.iter().enumerate().find_map(|(at, row)| {
            if at > 0 && row.at > reach.saturating_add(1) {
                return Some(at);
            }
            let bottoms = row.cells.iter().filter_map(|(column, _)| self.merged.get(&(row.at, *column)));
            reach = bottoms.map(|(bottom, _)| *bottom).fold(reach.max(row.at), u32::max);
            None
        });
        end.unwrap_or(rows.len())
    }

    /// Lines, a table, notes. A part that begins with numbers goes on with the table above a blank row, of which the columns are given.
    fn write_part(&self, part: &[Row], above: &mut BTreeSet<u32>, composer: &mut Composer, told: &mut Told) -> Result<(), ReadError> {
        let start = (0..part.len()).find(|at| !self.is_line(part, *at)).unwrap_or(part.len());
        let (lines, table) = part.split_at(start);
        for words in lines.iter().flat_map(|row| &row.cells).map(|(_, words)| words.as_str()) {
            if told.title.is_none() && composer.is_empty() && is_title(words) {
                told.title = Some(words.split_whitespace().collect::<Vec<_>>().join(" "));
            }
            write_line(words, composer);
        }
        // Days below each other are a column.
        let is_of_days = |at: usize| {
            let days = |row: &Row| row.cells.iter().filter(|(_, words)| is_day(words)).map(|(column, _)| *column).collect::<Vec<_>>();
            let above = at.checked_sub(1).and_then(|above| table.get(above)).map(days).unwrap_or_default();
            table.get(at).is_some_and(|row| days(row).iter().any(|column| above.contains(column)))
        };
        let end = (0..table.len()).rfind(|at| table.get(*at).is_some_and(|row| !self.is_note(row)) || is_of_days(*at)).map_or(0, |last| last + 1);
        let (table, notes) = table.split_at(end);
        match table {
            [row] if !row.cells.iter().any(|(_, words)| is_number(words)) => row.cells.iter().for_each(|(_, words)| write_line(words, composer)),
            _ => {
                let own: BTreeSet<u32> = table.iter().flat_map(|row| &row.cells).map(|(column, _)| *column).collect();
                let has_numbers = table.first().is_some_and(|row| row.cells.iter().skip(1).any(|(_, words)| is_number(words)));
                // The head of a group may stand over the part.
                let is_group = lines.iter().all(|row| matches!(row.cells.as_slice(), [(_, words)] if !is_unit(words)));
                let shared = own.intersection(above).count();
                if is_group && has_numbers && shared * 2 > own.len() {
                    above.extend(own);
                } else {
                    *above = own;
                }
                self.write_table(table, above, composer)?;
            }
        }
        for row in notes {
            write_line(&row.cells.iter().map(|(_, words)| words.as_str()).collect::<Vec<_>>().join(" "), composer);
        }
        Ok(())
    }

    /// A row before a table that is none of its rows: one cell, or cells among which is the unit.
    fn is_line(&self, part: &[Row], at: usize) -> bool {
        let Some(row) = part.get(at) else { return false };
        match row.cells.as_slice() {
            [(column, words)] => {
                // A lone short word over a column of numbers heads that column.
                let is_over = |(below, words): &(u32, &String)| below == column && is_number(words);
                let is_header = self.merged.get(&(row.at, *column)).is_none_or(|(_, right)| right == column)
                    && words.chars().count() <= LONGEST_HEADER
                    && part.get(at + 1).is_some_and(|next| next.cells.len() > 1 && next.cells.iter().skip(1).any(is_over));
                !is_header || is_unit(words)
            }
            // A row right above numbers is their header, units or not.
            cells => {
                let is_header = part.get(at + 1).is_some_and(|next| next.cells.iter().skip(1).any(|(_, words)| is_number(words)));
                cells.len() <= 3 && !is_header && cells.iter().any(|(_, words)| is_unit(words))
            }
        }
    }

    /// A row below a table that is none of its rows: a merged, marked or long cell, or who signs and when.
    fn is_note(&self, row: &Row) -> bool {
        match row.cells.as_slice() {
            [(_, words)] if is_number(words) => false,
            [(column, words)] => {
                let is_wide = self.merged.get(&(row.at, *column)).is_some_and(|(_, right)| right > column);
                is_wide || NOTES.iter().any(|note| words.trim_start().starts_with(note)) || words.chars().count() > LONGEST_HEADER * 2
            }
            [(_, first), rest @ ..] => {
                let has_number = rest.iter().any(|(_, words)| is_number(words) && !is_day(words));
                !first.contains(|c: char| c.is_ascii_digit()) && rest.len() <= 2 && rest.iter().any(|(_, words)| is_day(words)) && !has_number
            }
            [] => false,
        }
    }

    fn words_at(&self, row: u32, column: u32) -> &str {
        self.words.get(&(row, column)).map_or("", String::as_str)
    }

    fn write_table(&self, rows: &[Row], columns: &BTreeSet<u32>, composer: &mut Composer) -> Result<(), ReadError> {
        if columns.len().saturating_mul(rows.len()) > MOST_CELLS {
            return Err(ReadError::TooMuch { what: "cells of a table", limit: MOST_CELLS });
        }
        let header = rows.iter().take_while(|row| !row.cells.iter().skip(1).any(|(_, words)| is_number(words))).count();
        let displaced = displaced(rows.split_at(header), columns);
        let columns: BTreeSet<u32> = columns.iter().copied().filter(|column| !displaced.values().any(|of| of == column)).collect();
        let columns = &columns;
        let words = |at: usize, row: &Row<'_>, column: u32| -> &str {
            let of = displaced.get(&column).filter(|_| at < header);
            of.map_or_else(|| self.words_at(row.at, column), |of| self.words_at(row.at, *of))
        };
        let has_merged = rows.iter().any(|row| row.cells.iter().any(|(column, _)| self.merged.contains_key(&(row.at, *column))));
        let over: Vec<Vec<String>> = rows
            .iter()
            .enumerate()
            .take(header.min(SAMPLE) + SAMPLE)
            .map(|(at, row)| columns.iter().map(|column| words(at, row, *column).to_owned()).collect())
            .collect();
        if !has_merged && grid::period(&over).is_some() {
            let all = rows.iter().enumerate().map(|(at, row)| columns.iter().map(|column| words(at, row, *column).to_owned()).collect());
            grid::write(&all.collect::<Vec<_>>(), None, composer);
            return Ok(());
        }
        if !has_merged {
            for (at, row) in rows.iter().enumerate() {
                composer.push_row(None, columns.iter().map(|column| words(at, row, *column)));
            }
            return Ok(());
        }
        if columns.len() > grid::MOST_COLUMNS {
            return Err(ReadError::TooMuch { what: "columns of a table", limit: grid::MOST_COLUMNS });
        }
        let mut below = rows;
        let mut told = Vec::with_capacity(rows.len());
        while let [row, rest @ ..] = below {
            let mut cells = Vec::new();
            for &column in columns {
                let words = words(rows.len() - below.len(), row, column).to_owned();
                let (bottom, right) = self.merged.get(&(row.at, column)).copied().unwrap_or((row.at, column));
                cells.push((
                    column,
                    right,
                    Cell { words, columns: columns.range(column..=right).count(), rows: below.partition_point(|r| r.at <= bottom) },
                ));
            }
            told.push(cells);
            below = rest;
        }
        let rows = without_covered(told);
        grid::check_size(&rows)?;
        grid::write(&grid::expand(rows), None, composer);
        Ok(())
    }
}

/// One row's cells that hold words, by column.
#[derive(Debug)]
pub(crate) struct Row<'a> {
    pub(crate) at: u32,
    pub(crate) cells: Vec<(u32, &'a String)>,
}

/// Columns whose words stand in the header over the empty column beside them: from the column to that one. So do words that are
/// set in the middle of columns, or were once merged with their neighbours. One column alone shows it only where its numbers can
/// be what the words say: a growth.
fn displaced((header, body): (&[Row], &[Row]), columns: &BTreeSet<u32>) -> BTreeMap<u32, u32> {
    let of = |rows: &[Row]| rows.iter().flat_map(|row| &row.cells).map(|(column, _)| *column).collect::<BTreeSet<u32>>();
    let (headed, filled) = (of(header), of(body));
    let pairs = columns.iter().zip(columns.iter().skip(1)).skip(1);
    let is_lone = |column: &u32| headed.contains(column) && !filled.contains(column);
    let is_bare = |column: &u32| filled.contains(column) && !headed.contains(column);
    let found: BTreeMap<u32, u32> = pairs.filter(|(empty, full)| is_lone(empty) && is_bare(full)).map(|(empty, full)| (*full, *empty)).collect();
    let cells = |rows: &[Row], of: u32| -> Vec<String> {
        let all = rows.iter().flat_map(|row| &row.cells);
        all.filter(|(column, _)| *column == of).map(|(_, words)| (*words).clone()).collect()
    };
    let is_growth = |full: u32, empty: u32| {
        let value = |words: &String| words.trim().trim_end_matches('%').parse::<f64>().map_or(0.0, f64::abs);
        cells(header, empty).iter().any(|words| words.contains(['增', '%', '％', '±'])) && cells(body, full).iter().all(|words| value(words) < 100.0)
    };
    if found.len() > 1 || found.iter().all(|(full, empty)| is_growth(*full, *empty)) { found } else { BTreeMap::new() }
}

/// Takes the places out that another cell covers, as formats with spans tell their rows: each cell with its column and the
/// last one that it covers.
fn without_covered(rows: Vec<Vec<(u32, u32, Cell)>>) -> Vec<Vec<Cell>> {
    // By column: how many rows below are covered.
    let mut covered: BTreeMap<u32, usize> = BTreeMap::new();
    let mut told = Vec::with_capacity(rows.len());
    for row in rows {
        let mut cells = Vec::new();
        let mut wide = (None, 0);
        let mut next = BTreeMap::new();
        for (column, right, cell) in row {
            if let Some(left) = covered.get(&column).filter(|left| **left > 0) {
                next.insert(column, left - 1);
            } else if wide.0.is_some_and(|right| column <= right) {
                next.insert(column, wide.1);
            } else {
                wide = (Some(right), cell.rows - 1);
                next.insert(column, cell.rows - 1);
                cells.push(cell);
            }
        }
        covered = next;
        told.push(cells);
    }
    told
}

/// So many rows below a header show what stands under it.
const SAMPLE: usize = 20;
/// Longest word over a column that is taken for no title.
const LONGEST_HEADER: usize = 10;

const NOTES: [&str; 12] = ["注", "备注", "说明", "资料来源", "数据来源", "来源", "*", "＊", "※", "（注", "(注", "制表"];

/// Appends a line over or below a table; a cell of long lines holds paragraphs.
fn write_line(words: &str, composer: &mut Composer) {
    if words.lines().any(|line| line.chars().count() > prose::LONG_LINE) {
        words.lines().for_each(|line| composer.push(None, None, line));
    } else {
        composer.push(is_unit(words).then_some(BlockKind::Caption), None, words);
    }
}

/// Whether a line tells the unit of measure.
pub(crate) fn is_unit(words: &str) -> bool {
    let words = words.trim_start_matches(|c: char| c.is_whitespace() || matches!(c, '（' | '('));
    let rest = ["计量单位", "金额单位", "单位"].iter().find_map(|unit| words.strip_prefix(unit));
    rest.is_some_and(|rest| rest.trim_start().starts_with(['：', ':']) && rest.chars().count() <= 2 * LONGEST_HEADER)
}

/// Whether the first line of a sheet names it: words, and no number of an annex.
fn is_title(words: &str) -> bool {
    let count = words.chars().filter(|c| c.is_alphabetic()).count();
    (4..=60).contains(&count) && !words.starts_with(['附', '（', '(']) && !is_unit(words) && !words.contains(['。', '：'])
}

/// Whether a cell holds a number alone.
pub(crate) fn is_number(words: &str) -> bool {
    let is_part = |c: char| c.is_ascii_digit() || c.is_whitespace() || matches!(c, '.' | ',' | '-' | '%' | '+' | '−' | '－');
    words.chars().any(|c| c.is_ascii_digit()) && words.chars().all(is_part)
}

/// Whether a cell holds a day alone.
fn is_day(words: &str) -> bool {
    let parts: Vec<&str> = words.trim().split(|c: char| !c.is_ascii_digit()).filter(|part| !part.is_empty()).collect();
    let has_words = words.chars().any(|c| !(c.is_ascii_digit() || c.is_whitespace() || matches!(c, '.' | '-' | '/' | '年' | '月' | '日')));
    !has_words && prose::date(words).is_some_and(|date| date.day.is_some()) && parts.len() == 3
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::compose::tests::told;

    /// Rows are lines, cells stand between bars; merged cells as pairs of places.
    fn check(rows: &str, merged: &[[(u32, u32); 2]], expected: &[&str]) {
        let mut cells = Cells::default();
        for (row, line) in (0..).zip(rows.lines()) {
            for (column, words) in (0..).zip(line.split('|')) {
                cells.insert((row, column), words).unwrap();
            }
        }
        merged.iter().for_each(|[first, last]| cells.merge(*first, *last));
        let mut composer = Composer::default();
        cells.write(&mut composer).unwrap();
        let told: Vec<_> = told(&composer.finish().unwrap()).iter().map(|block| block.replace("table_row ", "|").replace('\t', "|")).collect();
        assert_eq!(told, expected);
    }

    #[test]
    fn lines_stand_over_a_table_and_notes_below() {
        check(
            "附件1\n某市主要指标\n2023年1—10月||单位：亿元\n指标|数值|增速\n出口|1.5|20\n注：快报数\n某市统计局||2023年11月2日",
            &[],
            &[
                "- 附件1",
                "- 某市主要指标",
                "- 2023年1—10月",
                "caption 单位：亿元",
                "|指标|数值|增速",
                "|出口|1.5|20",
                "- 注：快报数",
                "- 某市统计局 2023年11月2日",
            ],
        );
    }

    #[test]
    fn blank_rows_end_a_table() {
        check("甲|1\n||\n乙表\n指标|数值\n丙|3", &[], &["|甲|1", "- 乙表", "|指标|数值", "|丙|3"]);
        check("填表人：甲|审核人：乙", &[], &["- 填表人：甲", "- 审核人：乙"]);
    }

    #[test]
    fn a_merged_cell_holds_rows_together() {
        check("指标|数值\n\n甲|1\n乙|2", &[[(0, 0), (1, 0)], [(0, 1), (1, 1)]], &["|指标|数值", "|甲|1", "|乙|2"]);
        check("类别|品种|价格\n粮|米|2.1\n|面|2.2", &[[(1, 0), (2, 0)]], &["|类别|品种|价格", "|粮|米|2.1", "|粮|面|2.2"]);
        check("甲|乙|丙\n丁||1\n||2\n戊|己|3", &[[(1, 0), (2, 1)]], &["|甲|乙|丙", "|丁|丁|1", "|丁|丁|2", "|戊|己|3"]);
    }

    #[test]
    fn a_lone_header_is_no_title() {
        check("|北京市\n2020|36.1\n2019|35.4", &[], &["||北京市", "|2020|36.1", "|2019|35.4"]);
        check("||单位：亿元\n指标|数值|增速\n甲|1|2", &[], &["caption 单位：亿元", "|指标|数值|增速", "|甲|1|2"]);
    }

    #[test]
    fn titles_are_words() {
        for (words, expected) in [("某市2023年主要指标", true), ("附件", false), ("单位：万元", false), ("（一）", false), ("说明：本表", false)]
        {
            assert_eq!(is_title(words), expected, "{words}");
        }
    }
}
