//! Tables: cells whose meaning stands in the lines over them, in their column's header and in what their row is of.
//!
//! Two forms of text hold them: rows with cells between tabs, as every format with tables gives them, and one cell a line, as pages give them
//! whose markup was dropped. `find` gathers the rows, `header` tells header from body, `head` takes the words of one header or row apart
//! (`unit`, `compared`, `when`), `columns` and `caption` say what holds for all rows, `codes` what codes stand for, and `rows` puts together
//! what each number states; `label` names it. What is no statistic – no unit, nothing measured – states nothing.

mod caption;
mod cell;
mod codes;
mod columns;
mod compared;
mod find;
mod head;
mod header;
mod label;
mod rows;
mod unit;
mod when;

#[cfg(test)]
mod tests;

use std::ops::Range;

use super::area::AreaMention;
use super::period::PeriodMention;
use super::statement::Statement;
use crate::lexicon::Lexicon;
use crate::text::Prepared;
use codes::Codes;
use header::Sheet;

/// One row of a table, read: where it lies, what its header says, and its statements.
#[derive(Debug)]
pub(super) struct Row {
    pub(super) block: usize,
    pub(super) range: Range<usize>,
    /// The words that tell period and area of its numbers.
    pub(super) header: String,
    pub(super) header_periods: Vec<PeriodMention>,
    pub(super) header_areas: Vec<AreaMention>,
    pub(super) statements: Vec<Statement>,
}

/// A table: the blocks that it takes, and its rows that state something, in the order of the text.
#[derive(Debug)]
pub(super) struct Table {
    pub(super) blocks: Range<usize>,
    pub(super) rows: Vec<Row>,
}

/// Finds and reads the tables of a document; its title tells what a table without words over it is of.
pub(super) fn tables(prepared: &Prepared, title: Option<&str>, lexicon: &Lexicon) -> Vec<Table> {
    let grids = find::grids(prepared, lexicon);
    let sheets: Vec<Vec<Sheet>> = grids.iter().map(|grid| header::sheets(grid, prepared, lexicon)).collect();
    let codes = Codes::find(&sheets, prepared, lexicon);
    let mut found = Vec::new();
    for (at, (grid, sheets)) in grids.iter().zip(&sheets).enumerate() {
        let mut rows: Vec<Row> = Vec::new();
        for sheet in sheets.iter().filter(|_| !codes.explaining.contains(&at)) {
            rows.extend(rows::rows(sheet, &codes, title, prepared, lexicon));
        }
        rows.sort_by_key(|row| row.range.start);
        found.push(Table { blocks: grid.blocks.clone(), rows });
    }
    found
}
