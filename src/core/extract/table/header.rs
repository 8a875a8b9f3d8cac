//! Which rows of a grid are its header, and where another header begins.

use rust_decimal::Decimal;

use super::cell;
use super::find::{Cells, Grid};
use super::head::Head;
use crate::lexicon::Lexicon;
use crate::text::Prepared;

/// A header and the rows below it.
#[derive(Debug, Clone, Default)]
pub(super) struct Sheet {
    /// The lines over it, from top to bottom, those within the table included.
    pub(super) lines: Vec<String>,
    /// The header's rows, as text.
    pub(super) heads: Vec<Vec<String>>,
    pub(super) body: Vec<Cells>,
}

/// What a row is, as far as its cells alone tell.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    /// Words over columns that hold numbers below.
    Head,
    /// 「甲 乙 1 2 3」: the columns' own numbers.
    Numbering,
    /// One text and nothing else: a title, or the head of a group of rows.
    Line,
    /// Anything else.
    Body,
}

/// Cuts a grid into sheets: a new header opens the next one, and so does a header that is repeated to the right.
pub(super) fn sheets(grid: &Grid, prepared: &Prepared, lexicon: &Lexicon) -> Vec<Sheet> {
    let texts: Vec<Vec<&str>> = grid.rows.iter().map(|row| row.cells.iter().map(|cell| prepared.cut(cell.clone())).collect()).collect();
    let columns = value_columns(&texts, lexicon);
    let mut found = Vec::new();
    let mut sheet = Sheet { lines: grid.lines.clone(), ..Sheet::default() };
    for (row, texts) in grid.rows.iter().zip(&texts) {
        let kind = kind(texts, &columns, &sheet, lexicon);
        let is_unit = kind == Kind::Line && texts.iter().any(|text| text.trim_start_matches('（').starts_with("单位"));
        match kind {
            Kind::Numbering => {}
            Kind::Head if sheet.body.is_empty() => sheet.heads.push(header_words(texts)),
            Kind::Head => {
                // What heads the rows that follow is the next header's title.
                let lines = grid.lines.iter().cloned().chain(trailing_lines(&mut sheet, prepared)).collect();
                found.push(std::mem::replace(&mut sheet, Sheet { lines, heads: vec![header_words(texts)], ..Sheet::default() }));
            }
            Kind::Line if sheet.body.is_empty() && (sheet.heads.is_empty() || is_unit) => {
                sheet.lines.extend(texts.iter().find(|text| !text.is_empty()).map(|text| (*text).to_owned()));
            }
            Kind::Line | Kind::Body => sheet.body.push(row.clone()),
        }
    }
    found.push(sheet);
    found.retain(|sheet| !sheet.body.is_empty());
    found.into_iter().flat_map(|sheet| panels(sheet, prepared, lexicon)).collect()
}

/// The columns that hold numbers; the first one holds what rows are of.
fn value_columns(texts: &[Vec<&str>], lexicon: &Lexicon) -> Vec<usize> {
    let width = texts.iter().map(Vec::len).max().unwrap_or_default();
    let rows: Vec<&Vec<&str>> = texts.iter().filter(|row| !names_years(row) && !is_numbering(row)).collect();
    let has_number = |column: usize| rows.iter().any(|row| row.get(column).is_some_and(|text| cell::value(text, lexicon).is_some()));
    (1..width).filter(|column| has_number(*column)).collect()
}

fn kind(texts: &[&str], columns: &[usize], sheet: &Sheet, lexicon: &Lexicon) -> Kind {
    let filled: Vec<&str> = texts.iter().copied().filter(|text| !text.is_empty()).collect();
    let is_single = filled.iter().all(|text| filled.first() == Some(text));
    if sheet.body.is_empty() && names_years(texts) && sheet.heads.iter().all(|head| head.len() <= texts.len()) {
        return Kind::Head;
    }
    if !sheet.heads.is_empty() && is_numbering(texts) {
        return Kind::Numbering;
    }
    if columns.iter().filter_map(|at| texts.get(*at)).any(|text| cell::value(text, lexicon).is_some()) {
        return Kind::Body;
    }
    if is_single {
        return Kind::Line;
    }
    let over: Vec<&str> = columns.iter().filter_map(|at| texts.get(*at)).copied().filter(|text| !cell::is_missing(text)).collect();
    let is_head = !over.is_empty() && over.len() * 2 >= columns.len();
    // Within the table a lone text over a lone column of numbers may be a remark.
    let is_known = |text: &&str| {
        let head = Head::read(text, false, lexicon);
        head.unit.is_some() || head.compared.is_some() || head.when.is_told() || sheet.heads.iter().flatten().any(|known| known == text)
    };
    let is_sure = sheet.body.is_empty() || over.len() >= 2 || over.iter().any(is_known);
    if is_head && is_sure { Kind::Head } else { Kind::Body }
}

/// Whether the numbers of a row are the years or months of its columns: 「指标 2019 2020 2021」.
fn names_years(texts: &[&str]) -> bool {
    let numbers: Vec<i32> = texts.iter().skip(1).filter_map(|text| text.parse().ok()).collect();
    let others = texts.iter().skip(1).filter(|text| !text.is_empty() && text.parse::<Decimal>().is_ok()).count();
    let first = texts.first().copied().unwrap_or_default();
    let has_stub = first.parse::<Decimal>().is_err();
    let is_even = numbers.windows(2).all(|pair| pair.first() < pair.last()) || numbers.windows(2).all(|pair| pair.first() > pair.last());
    let are_years = numbers.iter().all(|year| (1949..=2100).contains(year)) && numbers.len() + usize::from(is_stub(first)) >= 2;
    let are_months = first.contains('月') && numbers.iter().all(|month| (1..=12).contains(month)) && numbers.len() >= 3;
    has_stub && !numbers.is_empty() && numbers.len() == others && is_even && (are_years || are_months)
}

/// Whether a word names what the rows are of.
fn is_stub(word: &str) -> bool {
    ["指标", "项目", "名称", "地区", "年份", "产品", "类别", "品种", "行业"].iter().any(|stub| word.contains(stub))
}

/// Whether cells number the columns: 「甲 乙 1 2 3」.
fn is_numbering(texts: &[&str]) -> bool {
    let filled: Vec<&str> = texts.iter().copied().filter(|text| !text.is_empty() && !matches!(*text, "甲" | "乙" | "丙" | "丁")).collect();
    let counted = filled.iter().enumerate().all(|(at, text)| *text == (at + 1).to_string() || *text == format!("（{}）", at + 1));
    let has_letters = filled.len() < texts.iter().filter(|text| !text.is_empty()).count();
    counted && (filled.len() >= 3 || has_letters && !filled.is_empty())
}

/// A header's cells as words: months in digits get theirs.
fn header_words(texts: &[&str]) -> Vec<String> {
    let are_months = texts.first().is_some_and(|first| first.contains('月')) && names_years(texts);
    texts
        .iter()
        .enumerate()
        .map(|(at, text)| if are_months && at > 0 && text.len() <= 2 && !text.is_empty() { format!("{text}月") } else { (*text).to_owned() })
        .collect()
}

/// Takes the lines off a sheet's end that head what follows.
fn trailing_lines(sheet: &mut Sheet, prepared: &Prepared) -> Vec<String> {
    let single = |row: &Cells| {
        let mut filled = row.cells.iter().map(|cell| prepared.cut(cell.clone())).filter(|text| !text.is_empty());
        let first = filled.next()?;
        filled.all(|text| text == first).then(|| first.to_owned())
    };
    let mut lines = Vec::new();
    while let Some(line) = sheet.body.last().and_then(single) {
        lines.push(line);
        sheet.body.pop();
    }
    lines.reverse();
    lines
}

/// A header that is repeated to the right holds two tables side by side.
fn panels(sheet: Sheet, prepared: &Prepared, lexicon: &Lexicon) -> Vec<Sheet> {
    let Some(head) = sheet.heads.last() else { return vec![sheet] };
    let first = head.first().filter(|first| !first.is_empty());
    let holds_words = |column: usize| {
        let texts: Vec<&str> = sheet.body.iter().filter_map(|row| row.cells.get(column)).map(|cell| prepared.cut(cell.clone())).collect();
        let words = texts.iter().filter(|text| !cell::is_missing(text) && cell::value(text, lexicon).is_none()).count();
        words * 2 > texts.iter().filter(|text| !text.is_empty()).count()
    };
    let mut starts: Vec<usize> =
        (1..head.len()).filter(|at| head.get(*at) == first && first.is_some() && head.get(at - 1) != first && holds_words(*at)).collect();
    if starts.is_empty() {
        return vec![sheet];
    }
    starts.insert(0, 0);
    let width = head.len().max(sheet.body.iter().map(|row| row.cells.len()).max().unwrap_or_default());
    let ends: Vec<usize> = starts.iter().skip(1).copied().chain([width]).collect();
    starts
        .into_iter()
        .zip(ends)
        .map(|(start, end)| Sheet {
            lines: sheet.lines.clone(),
            heads: sheet.heads.iter().map(|row| row.iter().take(end).skip(start).cloned().collect()).collect(),
            body: sheet.body.iter().map(|row| Cells { block: row.block, cells: row.cells.iter().take(end).skip(start).cloned().collect() }).collect(),
        })
        .collect()
}
