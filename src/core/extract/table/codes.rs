//! Codes that stand for indicators in one table and are explained by another of the same document.

use std::collections::{BTreeMap, BTreeSet};

use super::head::Head;
use super::header::Sheet;
use super::unit;
use crate::lexicon::Lexicon;
use crate::text::Prepared;

/// What the codes of a document stand for, and the tables that tell it.
#[derive(Debug, Clone, Default)]
pub(super) struct Codes {
    meanings: BTreeMap<String, String>,
    /// The tables, by place, whose rows explain codes: they state nothing themselves.
    pub(super) explaining: Vec<usize>,
}

/// Fewest codes that make a table an explanation.
const FEWEST: usize = 2;

impl Codes {
    /// Finds tables whose rows explain the headers or rows of other tables.
    pub(super) fn find(tables: &[Vec<Sheet>], prepared: &Prepared, lexicon: &Lexicon) -> Self {
        let mut found = Self::default();
        let explained: Vec<(usize, BTreeMap<String, String>)> =
            tables.iter().enumerate().flat_map(|(at, sheets)| sheets.iter().map(move |sheet| (at, explained(sheet, prepared, lexicon)))).collect();
        for (at, meanings) in explained.into_iter().filter(|(_, meanings)| meanings.len() >= FEWEST) {
            let others = tables.iter().enumerate().filter(|(other, _)| *other != at);
            let others: BTreeSet<&str> = others.flat_map(|(_, sheets)| used(sheets, prepared)).collect();
            let is_used = meanings.keys().filter(|code| others.contains(code.as_str())).count();
            if is_used >= FEWEST && is_used * 2 >= meanings.len() {
                found.meanings.extend(meanings);
                found.explaining.push(at);
            }
        }
        found
    }

    /// The words for which a code stands.
    pub(super) fn explain(&self, code: &str) -> Option<String> {
        self.meanings.get(code).cloned()
    }
}

/// What may be codes in a table: its header, and the first cells of its rows.
fn used<'a>(sheets: &'a [Sheet], prepared: &'a Prepared) -> impl Iterator<Item = &'a str> {
    sheets.iter().flat_map(move |sheet| {
        let firsts = sheet.body.iter().filter_map(|row| row.cells.first()).map(|cell| prepared.cut(cell.clone()));
        sheet.heads.iter().flatten().map(String::as_str).chain(firsts)
    })
}

/// Each code of the first column with the Chinese words of its row, and the unit behind them in brackets.
fn explained(sheet: &Sheet, prepared: &Prepared, lexicon: &Lexicon) -> BTreeMap<String, String> {
    let rows: Vec<Vec<&str>> = sheet.body.iter().map(|row| row.cells.iter().map(|cell| prepared.cut(cell.clone())).collect()).collect();
    let is_code = |text: &str| (1..=24).contains(&text.len()) && text.is_ascii() && text.bytes().any(|b| b.is_ascii_alphanumeric());
    if !rows.iter().all(|row| row.first().is_some_and(|first| is_code(first))) {
        return BTreeMap::new();
    }
    let width = rows.iter().map(Vec::len).max().unwrap_or_default();
    let share = |column: usize, holds: &dyn Fn(&str) -> bool| rows.iter().filter(|row| row.get(column).is_some_and(|text| holds(text))).count();
    let is_han = |text: &str| text.chars().any(|c| matches!(c, '\u{4e00}'..='\u{9fff}'));
    let heads_unit = |column: usize| {
        sheet.heads.last().and_then(|head| head.get(column)).is_some_and(|word| matches!(word.as_str(), "Unit" | "unit" | "单位" | "计量单位"))
    };
    let units = (1..width)
        .find(|column| heads_unit(*column))
        .or_else(|| (1..width).find(|column| share(*column, &|text| unit::read(text, lexicon).is_some()) * 2 > rows.len()));
    let names = (1..width).filter(|column| Some(*column) != units).max_by_key(|column| (share(*column, &is_han), std::cmp::Reverse(*column)));
    let Some(names) = names.filter(|names| share(*names, &is_han) * 2 >= rows.len()) else { return BTreeMap::new() };
    let meaning = |row: &Vec<&str>| {
        let name = row.get(names).filter(|name| !name.is_empty())?;
        let unit = units.and_then(|units| row.get(units)).filter(|unit| !unit.is_empty() && Head::read(name, false, lexicon).unit.is_none());
        Some(unit.map_or_else(|| (*name).to_owned(), |unit| format!("{name}（{unit}）")))
    };
    rows.iter().filter_map(|row| Some(((*row.first()?).to_owned(), meaning(row)?))).collect()
}
