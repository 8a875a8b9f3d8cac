//! Tables of data become rows; tables that lay out a page are walked into.

use super::page::{Node, Page};
use crate::grid::{self, Cell};
use std::ops::Range;

/// A cell with so many characters and stops holds prose.
const PROSE_CHARACTERS: usize = 200;
const PROSE_STOPS: usize = 3;

/// More columns than a table of a document has.
const MOST_COLUMNS: usize = 512;
/// More rows than a table of a document has.
const MOST_ROWS: usize = 100_000;

/// A table of data.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Table {
    /// Lines over its header that span it: its title, its unit.
    pub(super) above: Vec<String>,
    /// Its rows, each as wide as the others.
    pub(super) rows: Vec<Vec<String>>,
    /// Lines under it that span it: its notes.
    pub(super) below: Vec<String>,
}

/// Reads the table at a place; `None` where it holds no data: another table within, one column, one row, or prose.
pub(super) fn read(page: &Page, at: usize) -> Option<Table> {
    let range = page.range(at);
    let inner = range.start + 1..range.end;
    if page.places(inner.clone()).any(|(_, node)| node.name == "table") {
        return None;
    }
    let places: Vec<Range<usize>> = page.places(inner).filter(|(_, node)| node.name == "tr").map(|(at, _)| page.range(at)).take(MOST_ROWS).collect();
    let rows: Vec<Vec<Cell>> = places.iter().map(|row| cells(page, row.clone())).collect();
    let has_words = |cell: &&Cell| !cell.words.trim().is_empty();
    let rows_of_many = rows.iter().filter(|row| row.iter().filter(has_words).count() >= 2).count();
    let prose = places.iter().flat_map(|row| page.places(row.clone())).filter(|(_, node)| is_cell(node) && is_prose(node)).count();
    if rows_of_many == 0 || (rows.len() < 2 && rows.iter().all(|row| row.len() < 3)) || (prose > 0 && rows_of_many < 3) {
        return None;
    }
    Some(cut(rows))
}

/// The cells of a row, as far as there are columns for them.
fn cells(page: &Page, row: Range<usize>) -> Vec<Cell> {
    let mut columns = 0;
    let cell = |(at, node): (usize, &Node)| Cell { words: page.words(page.range(at)), columns: span(node, "colspan"), rows: span(node, "rowspan") };
    let fits = |cell: &Cell| {
        let is_free = columns < MOST_COLUMNS;
        columns += cell.columns;
        is_free
    };
    page.places(row).filter(|(_, node)| is_cell(node)).map(cell).take_while(fits).collect()
}

fn is_cell(node: &Node) -> bool {
    matches!(node.name.as_str(), "td" | "th")
}

fn is_prose(node: &Node) -> bool {
    node.weight.characters >= PROSE_CHARACTERS && node.weight.stops >= PROSE_STOPS
}

/// How many places a cell covers; a span of none is all rows that follow.
fn span(node: &Node, name: &str) -> usize {
    match node.attribute(name).and_then(|value| value.parse().ok()) {
        Some(0) if name == "rowspan" => MOST_ROWS,
        Some(places) => places.min(MOST_ROWS),
        None => 1,
    }
}

/// Cuts the lines off that span the table above and below; within it such a line heads a group of rows, and stands once.
fn cut(mut rows: Vec<Vec<Cell>>) -> Table {
    let width = rows.iter().map(|row| row.iter().map(|cell| cell.columns).sum()).max().unwrap_or(1);
    let mut table = Table::default();
    let line = |row: &[Cell]| match row {
        [cell] if cell.columns >= width && cell.rows <= 1 => Some(cell.words.clone()),
        _ if row.iter().all(|cell| cell.words.trim().is_empty() && cell.rows <= 1) => Some(String::new()),
        _ => None,
    };
    table.above = rows.iter().map_while(|row| line(row)).collect();
    rows.drain(..table.above.len());
    table.below = rows.iter().rev().map_while(|row| line(row)).collect();
    table.below.reverse();
    rows.truncate(rows.len() - table.below.len());
    for row in &mut rows {
        if let [cell] = row.as_mut_slice()
            && cell.columns >= width
        {
            cell.columns = 1;
        }
    }
    table.rows = grid::expand(rows);
    table
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(html: &str, expected: Option<(&[&str], &str, &[&str])>) {
        let page = Page::parse(html).unwrap();
        let at = page.nodes.iter().position(|node| node.name == "table").unwrap();
        let table = read(&page, at);
        let rows = |table: &Table| table.rows.iter().map(|row| row.join("|")).collect::<Vec<_>>().join("\n");
        let found = table.as_ref().map(|table| (table.above.clone(), rows(table), table.below.clone()));
        let owned = |lines: &[&str]| lines.iter().map(|line| (*line).to_owned()).collect::<Vec<_>>();
        assert_eq!(found, expected.map(|(above, rows, below)| (owned(above), rows.to_owned(), owned(below))));
    }

    #[test]
    fn spans_and_blanks() {
        check(
            "<table><tr><th rowspan=2>指&nbsp;标<th colspan=2>绝对数<tr><td>本月<td>累计<br>（亿元）<tr><td><p>出口</p><td>1.5<td>--<tr><td>#民营<td>&nbsp;<td>3</table>",
            Some((&[], "指 标|绝对数|绝对数\n指 标|本月|累计 （亿元）\n出口|1.5|--\n#民营||3", &[])),
        );
    }

    #[test]
    fn lines_that_span_a_table() {
        check(
            "<table><tr><td colspan=2>主要指标<tr><td colspan=2>单位：亿元<tr><td>指标<td>数值<tr><td colspan=2>一、农业<tr><td>产值<td>5<tr><td colspan=2>注：初步数。</table>",
            Some((&["主要指标", "单位：亿元"], "指标|数值\n一、农业|\n产值|5", &["注：初步数。"])),
        );
    }

    #[test]
    fn tables_that_lay_out() {
        let prose = "全市经济运行总体平稳，主要指标好于预期，工业生产稳定增长，消费持续恢复。".repeat(8);
        check("<table><tr><td>甲<tr><td>乙</table>", None);
        check("<table><tr><td>表一<td>单位：吨</table>", None);
        check("<table><tr><td><table><tr><td>甲<td>1</table><td>2</table>", None);
        check(&format!("<table><tr><td>目录<td>{prose}</table>"), None);
        check(&format!("<table><tr><td>标题<td><tr><td>目录<td>{prose}</table>"), None);
    }
}
