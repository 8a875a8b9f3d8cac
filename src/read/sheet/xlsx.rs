//! Excel since 2007.

use super::{Sheet, number};
use crate::{
    ReadError,
    cells::{Cells, Hidden},
    package::Package,
    xml::{self, Token},
};
use calamine::{DataRef, Reader, SheetType, SheetVisible, Style, Xlsx, XlsxError, open_workbook_from_rs};
use std::collections::BTreeMap;
use std::io::Cursor;

/// The visible sheets, in their order.
pub(super) fn sheets(bytes: &[u8]) -> Result<Vec<Sheet>, ReadError> {
    // Only a package that is known to unpack to a bearable size goes further.
    let mut package = Package::open(bytes, "xlsx")?;
    // What is wrong with a part, who reads its cells tells.
    let hidden = hidden(&mut package).unwrap_or_default();
    // Places of cells are counted without care for their size, and a build that checks this panics.
    let read = std::panic::catch_unwind(|| read(bytes, hidden));
    read.unwrap_or_else(|_| Err(ReadError::Damaged { format: "xlsx", cause: "a cell's place is none".to_owned() }))
}

/// What each sheet does not show, by its name: the reader of cells does not tell.
fn hidden(package: &mut Package<'_>) -> Result<BTreeMap<String, Hidden>, ReadError> {
    let main = package.main_part("xl/workbook.xml")?;
    let links = package.links(&main)?;
    let mut sheets = Vec::new();
    xml::walk(&package.part(&main)?.unwrap_or_default(), "xlsx", |token| {
        if let Token::Start(sheet) = token
            && sheet.name == "sheet"
            && let (Some(name), Some(id)) = (sheet.attribute("name"), sheet.attribute("id"))
        {
            sheets.extend(links.iter().find(|link| link.id == id).map(|link| (name, link.target.clone())));
        }
        Ok(())
    })?;
    let mut all = BTreeMap::new();
    for (name, part) in sheets.into_iter().take(super::MOST_SHEETS) {
        let part = package.part(&part)?.unwrap_or_default();
        if part.contains("hidden=") {
            all.insert(name, hidden_in(&part)?);
        }
    }
    Ok(all)
}

fn hidden_in(part: &str) -> Result<Hidden, ReadError> {
    let mut hidden = Hidden::default();
    let mut next = 1;
    xml::walk(part, "xlsx", |token| {
        let Token::Start(element) = token else { return Ok(()) };
        let is_hidden = || matches!(element.attribute("hidden").as_deref(), Some("1" | "true"));
        // Both are counted from 1.
        let number = |name| element.number::<u32>(name).filter(|number| *number > 0).map(|number| number - 1);
        match element.name {
            "col" if is_hidden() => hidden.columns.extend(number("min").zip(number("max")).map(|(first, last)| first..=last)),
            "row" => {
                let row = number("r").unwrap_or(next - 1);
                next = row.saturating_add(2);
                hidden.rows.extend(Some(row..=row).filter(|_| is_hidden()));
            }
            _ => {}
        }
        Ok(())
    })?;
    Ok(hidden)
}

fn read(bytes: &[u8], mut hidden: BTreeMap<String, Hidden>) -> Result<Vec<Sheet>, ReadError> {
    let mut book: Xlsx<_> = open_workbook_from_rs(Cursor::new(bytes)).map_err(damaged)?;
    let is_shown = |sheet: &&calamine::Sheet| sheet.visible == SheetVisible::Visible && sheet.typ == SheetType::WorkSheet;
    let names: Vec<_> = book.sheets_metadata().iter().filter(is_shown).map(|sheet| (sheet.name.clone(), ())).collect();
    super::gather(names.into_iter(), |name, ()| {
        let mut cells = cells(&mut book, name)?;
        hidden.remove(name).into_iter().for_each(|hidden| cells.hide(hidden));
        Ok(cells)
    })
}

/// One sheet's cells, one after the other: the reader's own range of them would have room for the empty ones too.
fn cells(book: &mut Xlsx<Cursor<&[u8]>>, name: &str) -> Result<Cells, ReadError> {
    let is_1904 = book.has_1904_epoch();
    let mut cells = Cells::default();
    let mut reader = book.worksheet_cells_reader(name).map_err(damaged)?;
    while let Some((cell, style)) = reader.next_cell_with_style_id().map_err(damaged)? {
        let code = || code_of(reader.styles().get(style));
        let words = match cell.get_value() {
            DataRef::String(words) | DataRef::DateTimeIso(words) | DataRef::DurationIso(words) => words.clone(),
            DataRef::SharedString(words) => (*words).to_owned(),
            DataRef::Int(value) => value.to_string(),
            DataRef::Float(value) => number::show(*value, code(), is_1904),
            DataRef::DateTime(value) => number::show(value.as_f64(), code(), is_1904),
            DataRef::Bool(value) => value.to_string().to_uppercase(),
            DataRef::Error(_) | DataRef::Empty => continue,
        };
        cells.insert(cell.get_position(), &words)?;
    }
    drop(reader);
    for area in book.merge_cells_by_sheet_name(name).map_err(damaged)? {
        cells.merge(area.start, area.end);
    }
    Ok(cells)
}

fn code_of(style: Option<&Style>) -> &str {
    let Some(format) = style.and_then(|style| style.number_format.as_ref()) else { return "" };
    match format.format_id.map_or("", number::known_code) {
        "" => &format.format_code,
        known => known,
    }
}

fn damaged(cause: XlsxError) -> ReadError {
    match cause {
        XlsxError::Password => ReadError::Encrypted,
        cause => ReadError::Damaged { format: "xlsx", cause: cause.to_string() },
    }
}
