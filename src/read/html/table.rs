//! Tables of a page: which of them hold data, and their cells as a grid.

use super::about::squeezed;
use super::blocks::{is_skipped, superscript};
use crate::compose::Composer;
use crate::grid::{self, Cell};
use dom_query::NodeRef;
use gongbao_core::model::BlockKind;

/// A cell with more characters is prose: its table arranges the page.
const LONGEST_CELL: usize = 160;

/// True for a table that only arranges what stands in it: one with tables within, with prose, or without two cells beside each other.
pub(super) fn is_layout(table: &NodeRef<'_>) -> bool {
    if table.descendants_it().any(|node| node.has_name("table")) {
        return true;
    }
    let rows = rows(table);
    let is_prose = |cell: &Cell| cell.words.chars().count() > LONGEST_CELL && cell.words.contains(['。', '，']);
    let is_wide = |row: &Vec<Cell>| row.iter().filter(|cell| !cell.words.is_empty()).count() >= 2;
    rows.iter().flatten().any(is_prose) || rows.iter().filter(|row| is_wide(row)).count() < 2
}

/// Appends a table's caption and rows.
pub(super) fn write(table: &NodeRef<'_>, composer: &mut Composer) {
    for caption in table.children_it(false).filter(|child| child.has_name("caption")) {
        composer.push(Some(BlockKind::Caption), None, &squeezed(&caption.text()));
    }
    let mut rows = rows(table);
    // Words over the whole width are the table's caption, its unit, or a note below it.
    let width = rows.iter().map(|row| row.iter().map(|cell| cell.columns).sum::<usize>()).max().unwrap_or_default();
    let is_alone = |row: &Vec<Cell>| matches!(row.as_slice(), [only] if only.columns >= width && only.rows == 1);
    let above = rows.iter().take_while(|row| is_alone(row)).count();
    let below = rows.iter().skip(above).rev().take_while(|row| is_alone(row)).count();
    let notes = rows.split_off(rows.len() - below);
    let body = rows.split_off(above);
    for cell in rows.into_iter().flatten() {
        composer.push(None, None, &cell.words);
    }
    grid::write(&grid::expand(body), None, composer);
    for cell in notes.into_iter().flatten() {
        composer.push(None, None, &cell.words);
    }
}

fn rows(table: &NodeRef<'_>) -> Vec<Vec<Cell>> {
    let groups = table.children_it(false).filter(|child| ["tbody", "thead", "tfoot"].iter().any(|name| child.has_name(name)));
    let grouped = groups.flat_map(|group| group.children_it(false).collect::<Vec<_>>());
    let direct = table.children_it(false).filter(|child| child.has_name("tr"));
    let rows = grouped.filter(|child| child.has_name("tr")).chain(direct).filter(|row| !is_skipped(row));
    rows.map(|row| row.children_it(false).filter(|cell| cell.has_name("td") || cell.has_name("th")).map(|cell| read(&cell)).collect()).collect()
}

fn read(cell: &NodeRef<'_>) -> Cell {
    let count = |name: &str| cell.attr(name).and_then(|written| written.trim().parse().ok()).unwrap_or(1).max(1);
    let mut words = String::new();
    let mut open = vec![*cell];
    while let Some(node) = open.pop() {
        if node.is_text() {
            words.push_str(&node.text());
        } else if node.has_name("sup") {
            superscript(&node, &mut words);
        } else if !is_skipped(&node) {
            if ["br", "p", "div"].iter().any(|name| node.has_name(name)) {
                words.push(' ');
            }
            open.extend(node.children_it(true));
        }
    }
    Cell { words: squeezed(&words.replace('\u{a0}', " ")), columns: count("colspan"), rows: count("rowspan") }
}
