//! Tables: rows of cells whose meaning stands in the caption, the header and the first column.
//!
//! Two forms of plain text hold them: rows with cells between tabs, and one cell a line, as pages give them whose markup was dropped.

use std::ops::Range;

use rust_decimal::Decimal;

use super::numeral::numeral;
use super::period::{PeriodMention, find_periods};
use super::quantity::{Form, Quantity};
use super::statement::Statement;
use crate::lexicon::Lexicon;
use crate::model::{BlockKind, Measure};
use crate::text::Prepared;

/// A table as it stands in the uniform text.
#[derive(Debug, Clone, Default)]
pub(super) struct Table {
    caption: String,
    header: Vec<String>,
    rows: Vec<Vec<Range<usize>>>,
    /// The blocks that it takes.
    pub(super) blocks: Range<usize>,
}

/// One row of a table, read: where it lies, what its header says, and its statements.
pub(super) struct Row {
    pub(super) block: usize,
    pub(super) range: Range<usize>,
    pub(super) periods: Vec<PeriodMention>,
    pub(super) header: String,
    pub(super) header_periods: Vec<PeriodMention>,
    pub(super) statements: Vec<Statement>,
}

/// What a column holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Column {
    Label,
    Unit,
    Value(Measure),
}

/// Longest text of a cell, in characters.
const LONGEST_CELL: usize = 26;

/// Finds the tables of a document.
pub(super) fn find(prepared: &Prepared, lexicon: &Lexicon) -> Vec<Table> {
    let mut found = Vec::new();
    let mut at = 0;
    while at < prepared.blocks.len() {
        match tabbed(prepared, at).or_else(|| flattened(prepared, at, lexicon)) {
            Some(table) => {
                at = table.blocks.end;
                found.push(table);
            }
            None => at += 1,
        }
    }
    found
}

/// Rows whose cells stand between tabs.
fn tabbed(prepared: &Prepared, from: usize) -> Option<Table> {
    let rows: Vec<_> = prepared.blocks.get(from..)?.iter().take_while(|block| block.kind == BlockKind::TableRow).collect();
    if rows.len() < 2 {
        return None;
    }
    let cells = |range: &Range<usize>| -> Vec<Range<usize>> {
        let mut start = range.start;
        let mut cells = Vec::new();
        for cell in prepared.cut(range.clone()).split('\t') {
            cells.push(start..start + cell.len());
            start += cell.len() + 1;
        }
        cells
    };
    let all: Vec<Vec<Range<usize>>> = rows.iter().map(|block| cells(&block.range)).collect();
    let is_header = |row: &Vec<Range<usize>>| !row.iter().skip(1).any(|cell| number(prepared.cut(cell.clone())).is_some());
    let heads = all.iter().take_while(|row| is_header(row)).count();
    let header = all.get(heads.checked_sub(1)?)?.iter().map(|cell| prepared.cut(cell.clone()).to_owned()).collect();
    let caption = from.checked_sub(1).and_then(|at| prepared.blocks.get(at)).map(|block| prepared.cut(block.range.clone()));
    let caption = caption.filter(|text| text.chars().count() <= 40 || text.contains("单位")).unwrap_or_default();
    let start = caption.char_indices().rev().nth(40).filter(|_| caption.contains("单位")).map_or(0, |(at, _)| at);
    let caption = caption.get(start..).unwrap_or_default().to_owned();
    Some(Table { caption, header, rows: all.into_iter().skip(heads).collect(), blocks: from..from + rows.len() })
}

/// One cell a line: header words, then label and numbers over and over.
fn flattened(prepared: &Prepared, from: usize, lexicon: &Lexicon) -> Option<Table> {
    let cell = |at: usize| prepared.blocks.get(at).filter(|block| is_cell(prepared.cut(block.range.clone()))).map(|block| block.range.clone());
    let is_number = |at: usize| cell(at).is_some_and(|range| number(prepared.cut(range)).is_some());
    let mut end = from;
    while cell(end).is_some() {
        end += 1;
    }
    let first = (from..end).find(|at| is_number(*at))?;
    let columns = (first..end).take_while(|at| is_number(*at)).count();
    let has_unit = first.checked_sub(1).and_then(cell).is_some_and(|range| unit(prepared.cut(range), lexicon).is_some());
    let label = first.checked_sub(if has_unit { 2 } else { 1 })?;
    let heads = columns + if has_unit { 2 } else { 1 };
    let start = label.checked_sub(heads)?;
    if start < from {
        return None;
    }
    let header: Vec<String> = (start..label).filter_map(cell).map(|range| prepared.cut(range).to_owned()).collect();
    let above = (start.saturating_sub(2).max(from)..start).filter_map(cell);
    let caption: String = above.map(|range| prepared.cut(range).to_owned()).collect::<Vec<_>>().join(" ");
    let mut rows = Vec::new();
    let mut at = label;
    let mut last = label;
    while at < end {
        let width = heads;
        let row: Vec<Range<usize>> = (at..at + width).filter_map(cell).collect();
        let numbers = (at..at + width).filter(|at| is_number(*at)).count();
        if row.len() == width && numbers == columns && !is_number(at) {
            rows.push(row);
            at += width;
            last = at;
        } else if numbers == 0 && !is_number(at + 1) {
            // A line that heads a group of rows.
            at += 1;
        } else {
            break;
        }
    }
    (rows.len() >= 3).then_some(Table { caption, header, rows, blocks: start..last })
}

/// Short, and no sentence.
fn is_cell(text: &str) -> bool {
    text.chars().count() <= LONGEST_CELL && !text.contains(['。', '，', '；', '\t'])
}

/// A cell's number: 「1,234.5」, 「-3.9」, 「持平」.
fn number(text: &str) -> Option<Decimal> {
    // 「1123（较2012年升31.7%）」
    let text = text.split('（').next().unwrap_or(text).trim().trim_end_matches('%');
    if text == "持平" {
        return Some(Decimal::ZERO);
    }
    if let Some(scaled) = numeral(text).filter(|n| n.is_scaled && !n.is_chinese && n.len == text.len()) {
        return Some(scaled.value);
    }
    let plain = text.replace(',', "").replace(['－', '—'], "-");
    (plain.starts_with(|c: char| c.is_ascii_digit() || c == '-') && plain.contains(|c: char| c.is_ascii_digit()))
        .then(|| plain.parse().ok())
        .flatten()
}

/// A unit that stands alone, its multiplier included: 「万吨」, 「亿元」, 「%」.
fn unit(text: &str, lexicon: &Lexicon) -> Option<(Decimal, String, String)> {
    let text = text.trim().trim_start_matches('±');
    let scaled = format!("1{text}");
    let number = numeral(&scaled)?;
    let rest = scaled.get(number.len..)?;
    let (len, unit) = lexicon.units.prefix(rest)?;
    (len == rest.len()).then(|| {
        let factor = number.value.checked_mul(unit.factor.0)?.checked_div(unit.factor.1)?;
        Some((factor, unit.base.clone(), unit.family.clone()))
    })?
}

/// What stands in the last brackets: 「产量（万吨）」.
fn bracketed(text: &str) -> Option<(&str, &str)> {
    let open = text.rfind('（')?;
    let note = text.get(open + "（".len()..)?.strip_suffix('）')?;
    Some((text.get(..open)?, note))
}

impl Table {
    /// Reads every row.
    pub(super) fn rows(&self, prepared: &Prepared, lexicon: &Lexicon) -> Vec<Row> {
        let columns: Vec<Column> = self.header.iter().enumerate().map(|(at, head)| column(at, head)).collect();
        let caption_unit = ["单位：", "单位为", "单位:"]
            .iter()
            .find_map(|word| self.caption.rsplit_once(word))
            .and_then(|(_, text)| unit(text.trim_end_matches(['：', '）']), lexicon));
        let corner_unit = self.header.first().and_then(|head| unit(head, lexicon));
        let heads: Vec<&str> = self.header.iter().map(String::as_str).chain([self.caption.as_str()]).collect();
        let header = heads.join("\n");
        let header_periods = find_periods(&header);
        // Years over the columns: then the words above the table name its subject.
        let has_years =
            columns.iter().zip(&self.header).filter(|(kind, head)| **kind == Column::Value(Measure::Level) && is_period(head)).count() >= 2;
        let subject = if has_years && self.caption.chars().count() <= 8 { self.caption.trim_end_matches('：') } else { "" };
        let mut found = Vec::new();
        let mut inherited = None;
        let mut parent = String::new();
        for cells in &self.rows {
            let (Some(first), Some(last)) = (cells.first(), cells.last()) else { continue };
            let range = first.start..last.end;
            let written = prepared.cut(first.clone());
            let (name, own_unit) = match bracketed(written) {
                Some((name, note)) => match unit(note, lexicon) {
                    Some(unit) => (name, Some(unit)),
                    None => (written, None),
                },
                None => (written, None),
            };
            let is_part = name.starts_with(['#', '＃']) || name.starts_with("其中");
            let name = name.trim_start_matches(['#', '＃']).trim_start_matches("其中").trim_start_matches(['：', '、']);
            if own_unit.is_some() || !is_part {
                inherited.clone_from(&own_unit);
            }
            let label = if parent.ends_with("人口") && !name.ends_with("人口") { format!("{name}人口") } else { name.to_owned() };
            if !is_part && (parent.is_empty() || name.starts_with('总')) {
                name.clone_into(&mut parent);
            }
            let cell_unit =
                cells.iter().zip(&columns).find(|(_, kind)| **kind == Column::Unit).and_then(|(cell, _)| unit(prepared.cut(cell.clone()), lexicon));
            let row_is_period = is_period(written);
            let is_whole = cells.iter().skip(1).all(|cell| number(prepared.cut(cell.clone())).is_none_or(|n| n == n.trunc()));
            let mut statements = Vec::new();
            for (at, ((cell, kind), head)) in cells.iter().zip(&columns).zip(&self.header).enumerate() {
                let Column::Value(measure) = *kind else { continue };
                let Some(value) = number(prepared.cut(cell.clone())) else { continue };
                let head_unit = bracketed(head).and_then(|(_, note)| unit(note, lexicon));
                let is_rate = matches!(measure, Measure::Yoy | Measure::Share);
                let told = if is_rate {
                    None
                } else {
                    head_unit
                        .or_else(|| cell_unit.clone())
                        .or_else(|| own_unit.clone())
                        .or_else(|| inherited.clone())
                        .or_else(|| corner_unit.clone())
                        .or_else(|| caption_unit.clone())
                };
                let (factor, base, family) = match (is_rate, told) {
                    (true, _) => (Decimal::ONE, String::from("percent"), String::from("percent")),
                    (false, Some(told)) => told,
                    // Whole numbers under years count something.
                    (false, None) if has_years && is_whole => (Decimal::ONE, String::from("count"), String::from("count")),
                    (false, None) => continue,
                };
                let Some(value) = value.checked_mul(factor) else { continue };
                let shown = prepared.cut(cell.clone()).split('（').next().map_or(0, str::len);
                let place = cell.start - range.start..cell.start + shown - range.start;
                let quantity =
                    Quantity { range: place.clone(), unit_start: place.end, low: value, high: None, base, family, form: Form::Plain, is_open: false };
                let named = if row_is_period { head.clone() } else { format!("{subject}{}", self.named(&label, head, measure)) };
                let mut statement = Statement::bare("table", quantity, named);
                statement.measure = measure;
                if row_is_period {
                    statement.period = Some(0);
                } else {
                    statement.header_period = self.period_of(at, &columns, &header_periods);
                }
                statements.push(statement);
            }
            if !statements.is_empty() {
                let periods = if row_is_period { find_periods(prepared.cut(range.clone())) } else { Vec::new() };
                found.push(Row {
                    block: self.blocks.start,
                    range,
                    periods,
                    header: header.clone(),
                    header_periods: header_periods.clone(),
                    statements,
                });
            }
        }
        found
    }

    /// The period of a column: its own, for changes that of the level beside it, else the caption's.
    fn period_of(&self, at: usize, columns: &[Column], periods: &[PeriodMention]) -> Option<usize> {
        let is_level = |at: usize| columns.get(at) == Some(&Column::Value(Measure::Level));
        let at = if is_level(at) { Some(at) } else { (0..columns.len()).find(|at| is_level(*at)) };
        let own = at.and_then(|at| {
            let start: usize = self.header.iter().take(at).map(|head| head.len() + 1).sum();
            let end = start + self.header.get(at).map_or(0, String::len);
            periods.iter().position(|p| p.range.start >= start && p.range.end <= end)
        });
        let caption: usize = self.header.iter().map(|head| head.len() + 1).sum();
        own.or_else(|| periods.iter().position(|p| p.range.start >= caption))
    }

    /// A row's label with what its column measures.
    fn named(&self, label: &str, head: &str, measure: Measure) -> String {
        let head = bracketed(head).map_or(head, |(head, _)| head);
        let is_said = label.ends_with(['率', '量', '额', '值', '数', '款', '口', '入', '出', '积']);
        match measure {
            Measure::Share => format!("{label}比重"),
            Measure::Level if head.ends_with("产量") && !is_said => format!("{label}产量"),
            Measure::Level if head.ends_with("面积") && !is_said => format!("{label}面积"),
            _ if self.caption.contains("生产总值") && (label.ends_with("产业") || label.ends_with('业')) => format!("{label}增加值"),
            _ if !is_said && (self.header.iter().any(|h| h.starts_with("产量")) || self.caption.contains("产品产量")) => {
                format!("{label}产量")
            }
            _ => label.to_owned(),
        }
    }
}

/// Whether a cell holds a period and nothing else: 「2012年」.
fn is_period(text: &str) -> bool {
    find_periods(text).first().is_some_and(|p| p.range == (0..text.len())) && !text.is_empty()
}

fn column(at: usize, head: &str) -> Column {
    let has = |words: &[&str]| words.iter().any(|w| head.contains(w));
    if at == 0 {
        Column::Label
    } else if matches!(head, "单位" | "计量单位") {
        Column::Unit
    } else if has(&["比重", "占比", "构成"]) {
        Column::Value(Measure::Share)
    } else if has(&["比年初", "增减额", "比上年末增", "增加额", "增量"]) {
        Column::Value(Measure::Change)
    } else if has(&["同比", "比上年", "增长", "增速", "增幅", "±", "涨跌"]) {
        Column::Value(Measure::Yoy)
    } else {
        Column::Value(Measure::Level)
    }
}
