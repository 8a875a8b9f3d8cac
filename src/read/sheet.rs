//! Spreadsheets: each sheet's tables with the lines above and below them, cells as people see them.

use crate::compose::Composer;
use crate::grid::{self, Cell};
use crate::{ReadError, Text, archive};
use calamine::{Data, DataRef, Dimensions, ExcelDateTime, Reader, Sheet, SheetType, SheetVisible, Xls, Xlsx};
use gongbao_core::model::BlockKind;
use std::collections::{BTreeMap, BTreeSet};
use std::io::Cursor;

/// Bytes of all parts of a workbook.
const MOST_BYTES: usize = 512 << 20;
/// Filled cells of a workbook.
const MOST_CELLS: usize = 4_000_000;
/// Columns that are looked at.
const MOST_COLUMNS: u32 = 512;
/// Significant digits that a spreadsheet shows of a number at most.
const DIGITS: usize = 15;

/// One sheet: its filled cells by row and column, and the merged places.
#[derive(Debug, Default)]
struct Page {
    name: String,
    cells: BTreeMap<u32, BTreeMap<u32, String>>,
    merged: Vec<Dimensions>,
}

/// Reads a workbook of either kind; which it is, its first bytes tell, whatever its name says.
pub(crate) fn read(bytes: &[u8]) -> Result<Text, ReadError> {
    let pages = if bytes.starts_with(b"PK") { xlsx(bytes)? } else { xls(bytes)? };
    let mut composer = Composer::default();
    let has_many = pages.iter().filter(|page| !page.cells.is_empty()).count() > 1;
    for page in &pages {
        if has_many && !page.cells.is_empty() {
            composer.push(Some(BlockKind::Heading), None, &page.name);
        }
        write(page, &mut composer);
    }
    composer.finish()
}

fn is_shown(sheet: &&Sheet) -> bool {
    sheet.visible == SheetVisible::Visible && sheet.typ == SheetType::WorkSheet
}

fn xlsx(bytes: &[u8]) -> Result<Vec<Page>, ReadError> {
    let damaged = |error: calamine::XlsxError| ReadError::Damaged { format: "xlsx", cause: error.to_string() };
    archive::check(bytes, MOST_BYTES)?;
    let mut book = Xlsx::new(Cursor::new(bytes)).map_err(|error| match error {
        calamine::XlsxError::Password => ReadError::Encrypted,
        error => damaged(error),
    })?;
    let names: Vec<String> = book.sheets_metadata().iter().filter(is_shown).map(|sheet| sheet.name.clone()).collect();
    let mut count = 0;
    let mut pages = Vec::new();
    for name in names {
        let mut page = Page { merged: book.merge_cells_by_sheet_name(&name).map_err(damaged)?, name, ..Page::default() };
        // Cell by cell: a sheet may have one cell at its far end, and a grid of it would fill the memory.
        let mut reader = book.worksheet_cells_reader(&page.name).map_err(damaged)?;
        while let Some(cell) = reader.next_cell().map_err(damaged)? {
            let words = match cell.get_value() {
                DataRef::SharedString(words) => (*words).to_owned(),
                other => shown(&Data::from(other.clone())),
            };
            page.put(cell.get_position(), words, &mut count)?;
        }
        pages.push(page);
    }
    Ok(pages)
}

fn xls(bytes: &[u8]) -> Result<Vec<Page>, ReadError> {
    let damaged = |error: calamine::XlsError| ReadError::Damaged { format: "xls", cause: error.to_string() };
    let mut book = Xls::new(Cursor::new(bytes)).map_err(|error| match error {
        calamine::XlsError::Password => ReadError::Encrypted,
        error => damaged(error),
    })?;
    let names: Vec<String> = book.sheets_metadata().iter().filter(is_shown).map(|sheet| sheet.name.clone()).collect();
    let mut count = 0;
    let mut pages = Vec::new();
    for name in names {
        let range = book.worksheet_range(&name).map_err(damaged)?;
        let (top, left) = range.start().unwrap_or_default();
        let mut page = Page { merged: book.merge_cells_by_sheet_name(&name).map_err(damaged)?, name, ..Page::default() };
        for (row, column, value) in range.used_cells() {
            let place = |from: u32, by: usize| from.saturating_add(u32::try_from(by).unwrap_or(u32::MAX));
            page.put((place(top, row), place(left, column)), shown(value), &mut count)?;
        }
        pages.push(page);
    }
    Ok(pages)
}

impl Page {
    fn put(&mut self, (row, column): (u32, u32), words: String, count: &mut usize) -> Result<(), ReadError> {
        if column >= MOST_COLUMNS || words.trim().is_empty() {
            return Ok(());
        }
        *count += 1;
        if *count > MOST_CELLS {
            return Err(ReadError::TooMuch { what: "cells", limit: MOST_CELLS });
        }
        self.cells.entry(row).or_default().insert(column, words);
        Ok(())
    }
}

/// A cell as it is shown.
fn shown(value: &Data) -> String {
    match value {
        Data::Int(number) => number.to_string(),
        Data::Float(number) => shortest(*number),
        Data::String(words) => words.clone(),
        Data::Bool(is_true) => String::from(if *is_true { "TRUE" } else { "FALSE" }),
        Data::DateTime(time) => day(time),
        Data::DateTimeIso(written) => written.split('T').next().unwrap_or_default().to_owned(),
        Data::DurationIso(written) => written.clone(),
        Data::Error(_) | Data::Empty => String::new(),
    }
}

/// The shortest decimal of the digits that a spreadsheet shows: what was typed, without what binary numbers add to it.
fn shortest(number: f64) -> String {
    let rounded: f64 = format!("{number:.*e}", DIGITS - 1).parse().unwrap_or(number);
    if rounded == 0.0 { String::from("0") } else { rounded.to_string() }
}

/// A day; the first of a month stands for the month.
fn day(time: &ExcelDateTime) -> String {
    if time.is_duration() {
        return shortest(time.as_f64());
    }
    match time.to_ymd_hms_milli() {
        (year, month, 1, 0, 0, 0, 0) => format!("{year}年{month}月"),
        (year, month, day, ..) => format!("{year}年{month}月{day}日"),
    }
}

/// Appends a sheet: its tables, parted by empty rows where another table begins behind them, and the lines around them.
fn write(page: &Page, composer: &mut Composer) {
    let rows = rows(page);
    let mut table: Vec<Vec<Cell>> = Vec::new();
    let mut last = None;
    for (number, row) in rows {
        let is_apart = last.is_some_and(|last| number > last + 1);
        if is_apart && (is_alone(&row) || !has_number(&row)) {
            close(std::mem::take(&mut table), composer);
        }
        last = Some(number);
        table.push(row);
    }
    close(table, composer);
}

/// The rows that hold anything, by number, with their merged cells.
fn rows(page: &Page) -> Vec<(u32, Vec<Cell>)> {
    let first = page.cells.values().filter_map(|row| row.keys().next().copied()).min().unwrap_or_default();
    let starts: BTreeMap<(u32, u32), &Dimensions> = page.merged.iter().map(|place| (place.start, place)).collect();
    let covered: BTreeSet<(u32, u32)> = page
        .merged
        .iter()
        .filter(|place| place.len() <= u64::try_from(MOST_CELLS).unwrap_or(u64::MAX))
        .flat_map(|place| {
            let rows = page.cells.range(place.start.0..=place.end.0).map(|(row, _)| *row);
            rows.flat_map(|row| (place.start.1..=place.end.1.min(MOST_COLUMNS)).map(move |column| (row, column))).filter(|at| *at != place.start)
        })
        .collect();
    let numbers: Vec<u32> = page.cells.keys().copied().collect();
    let mut rows = Vec::new();
    for (row, cells) in &page.cells {
        let width = cells.keys().next_back().copied().unwrap_or_default();
        let mut made = Vec::new();
        for column in (first..=width).filter(|column| !covered.contains(&(*row, *column))) {
            let span = starts.get(&(*row, column));
            let columns = span.map_or(1, |place| usize::try_from(place.end.1.saturating_sub(column)).unwrap_or_default() + 1);
            // Rows without a cell are not told: they do not count.
            let rows = span.map_or(1, |place| numbers.iter().filter(|number| (*row..=place.end.0).contains(number)).count());
            made.push(Cell { words: cells.get(&column).cloned().unwrap_or_default(), columns, rows: rows.max(1) });
        }
        rows.push((*row, made));
    }
    rows
}

fn filled(row: &[Cell]) -> impl Iterator<Item = &Cell> {
    row.iter().filter(|cell| !cell.words.trim().is_empty())
}

/// Words alone in their row: a title, a unit, a note.
fn is_alone(row: &[Cell]) -> bool {
    filled(row).count() <= 1
}

fn has_number(row: &[Cell]) -> bool {
    filled(row).skip(1).any(|cell| cell.words.chars().any(|c| c.is_ascii_digit()) && !cell.words.chars().any(char::is_alphabetic))
}

/// Appends one table: the lines above it, its rows, the lines below it.
fn close(mut rows: Vec<Vec<Cell>>, composer: &mut Composer) {
    let tells_unit = |row: &[Cell]| !has_number(row) && filled(row).any(|cell| cell.words.contains("单位：") || cell.words.contains("单位:"));
    let above = rows.iter().take_while(|row| is_alone(row) || tells_unit(row)).count();
    let below = rows.iter().skip(above).rev().take_while(|row| is_alone(row) && !has_digits_only(row)).count();
    let notes = rows.split_off(rows.len() - below);
    let body = rows.split_off(above);
    let line = |row: &Vec<Cell>, composer: &mut Composer| filled(row).for_each(|cell| composer.push(None, None, &cell.words));
    rows.iter().for_each(|row| line(row, composer));
    grid::write(&grid::expand(body), None, composer);
    notes.iter().for_each(|row| line(row, composer));
}

fn has_digits_only(row: &[Cell]) -> bool {
    filled(row).all(|cell| !cell.words.chars().any(char::is_alphabetic))
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Write;
    use zip::ZipWriter;
    use zip::write::SimpleFileOptions;

    /// A workbook of sheets with a name, a state, and the XML of rows and merged places.
    fn workbook(sheets: &[(&str, &str, &str)]) -> Vec<u8> {
        let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
        let mut add = |name: &str, xml: &str| {
            writer.start_file(name, SimpleFileOptions::default()).unwrap();
            writer.write_all(xml.as_bytes()).unwrap();
        };
        let space = "http://schemas.openxmlformats.org";
        let (mut listed, mut related) = (String::new(), String::new());
        for (at, (name, state, rows)) in sheets.iter().enumerate() {
            listed.push_str(&format!("<sheet name='{name}' sheetId='{}' state='{state}' r:id='r{at}'/>", at + 1));
            related.push_str(&format!(
                "<Relationship Id='r{at}' Type='{space}/officeDocument/2006/relationships/worksheet' Target='worksheets/s{at}.xml'/>"
            ));
            add(&format!("xl/worksheets/s{at}.xml"), &format!("<worksheet xmlns='{space}/spreadsheetml/2006/main'>{rows}</worksheet>"));
        }
        let main = format!("xmlns='{space}/spreadsheetml/2006/main' xmlns:r='{space}/officeDocument/2006/relationships'");
        add("xl/workbook.xml", &format!("<workbook {main}><sheets>{listed}</sheets></workbook>"));
        add("xl/_rels/workbook.xml.rels", &format!("<Relationships xmlns='{space}/package/2006/relationships'>{related}</Relationships>"));
        let start = format!("<Relationship Id='r' Type='{space}/officeDocument/2006/relationships/officeDocument' Target='xl/workbook.xml'/>");
        add("_rels/.rels", &format!("<Relationships xmlns='{space}/package/2006/relationships'>{start}</Relationships>"));
        add("[Content_Types].xml", &format!("<Types xmlns='{space}/package/2006/content-types'/>"));
        writer.finish().unwrap().into_inner()
    }

    /// Rows of cells by their places; words that are numbers are numbers.
    fn rows(rows: &[(u32, &[(&str, &str)])], merged: &str) -> String {
        let cell = |row: &u32, (column, words): &(&str, &str)| match words.parse::<f64>() {
            Ok(_) => format!("<c r='{column}{row}'><v>{words}</v></c>"),
            Err(_) => format!("<c r='{column}{row}' t='inlineStr'><is><t>{words}</t></is></c>"),
        };
        let rows: String =
            rows.iter().map(|(row, cells)| format!("<row r='{row}'>{}</row>", cells.iter().map(|c| cell(row, c)).collect::<String>())).collect();
        let merged: String = merged.split_whitespace().map(|place| format!("<mergeCell ref='{place}'/>")).collect();
        format!("<sheetData>{rows}</sheetData><mergeCells>{merged}</mergeCells>")
    }

    fn check(bytes: &[u8], expected: &[&str]) {
        assert_eq!(read(bytes).unwrap().text.lines().collect::<Vec<_>>(), expected);
    }

    #[test]
    fn titles_units_headers_rows_and_notes() {
        let sheet = rows(
            &[
                (1, &[("A", "财政收支情况")]),
                (2, &[("C", "单位：万元")]),
                (3, &[("A", "项目"), ("B", "收入")]),
                (4, &[("B", "本月"), ("C", "累计")]),
                (5, &[("A", "税收"), ("B", "0.30000000000000004"), ("C", "1234567.8")]),
                (7, &[("A", "非税"), ("C", "20")]),
                (8, &[("A", "注：快报数")]),
                (10, &[("A", "指标"), ("B", "增速")]),
                (11, &[("A", "出口"), ("B", "-3.2")]),
            ],
            "A1:C1 A3:A4 B3:C3",
        );
        check(
            &workbook(&[("S1", "visible", &sheet)]),
            &[
                "财政收支情况",
                "单位：万元",
                "项目\t收入\t收入",
                "项目\t本月\t累计",
                "税收\t0.3\t1234567.8",
                "非税\t\t20",
                "注：快报数",
                "指标\t增速",
                "出口\t-3.2",
            ],
        );
    }

    #[test]
    fn sheets_in_their_order_without_the_hidden() {
        let sheet = |words| rows(&[(1, &[("A", "指标"), ("B", words)]), (2, &[("A", "产值"), ("B", "1")])], "");
        let bytes = workbook(&[("一季度", "visible", &sheet("甲")), ("底稿", "hidden", &sheet("乙")), ("二季度", "visible", &sheet("丙"))]);
        check(&bytes, &["一季度", "指标\t甲", "产值\t1", "二季度", "指标\t丙", "产值\t1"]);
    }

    #[test]
    fn a_cell_at_the_far_end_costs_nothing() {
        let sheet = rows(&[(1, &[("A", "指标"), ("B", "值")]), (2, &[("A", "产值"), ("B", "1")]), (1_048_576, &[("XFD", "远")])], "");
        check(&workbook(&[("S", "visible", &sheet)]), &["指标\t值", "产值\t1"]);
    }

    #[test]
    fn workbooks_before_2007() {
        check(
            include_bytes!("testdata/prices.xls"),
            &["集贸市场价格", "类别\t品种\t价格（元/公斤）", "粮食\t粳米\t5.36", "粮食\t小麦粉\t4.1", "注：每旬第一日采价"],
        );
    }

    #[test]
    fn numbers_as_they_were_typed() {
        for (number, expected) in
            [(2.68, "2.68"), (0.1 + 0.2, "0.3"), (-0.0, "0"), (1e15, "1000000000000000"), (102_719.0, "102719"), (1e-7, "0.0000001")]
        {
            assert_eq!(shortest(number), expected);
        }
    }

    #[test]
    fn what_is_no_workbook_is_told() {
        assert!(matches!(read(b"PK\x03\x04"), Err(ReadError::Damaged { .. })));
        assert!(matches!(read(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1 and no more"), Err(ReadError::Damaged { .. })));
        assert_eq!(read(&workbook(&[("S", "visible", "<sheetData/>")])), Err(ReadError::Empty));
    }
}
