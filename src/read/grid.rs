//! A table as a grid: merged cells are written into every place that they cover.

use crate::{ReadError, cells::is_unit, compose::Composer};
use gongbao_core::model::BlockKind;

/// One cell as a format tells it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Cell {
    pub(crate) words: String,
    /// How many columns it covers, one at least.
    pub(crate) columns: usize,
    /// How many rows it covers, one at least.
    pub(crate) rows: usize,
}

/// More columns than a table of a document has.
pub(crate) const MOST_COLUMNS: usize = 512;

/// Writes merged cells into every place that they cover, so that each row tells all that it means. A merged number stands
/// in its first place only: it is one number. Columns that are empty below the first row go, where that row's words
/// stand in the column before too: some headers are wider than their data.
pub(crate) fn expand(rows: Vec<Vec<Cell>>) -> Vec<Vec<String>> {
    let height = rows.len();
    let mut grid: Vec<Vec<Option<String>>> = vec![Vec::new(); height];
    for (at, row) in rows.into_iter().enumerate() {
        let mut column = 0;
        for cell in row {
            while grid.get(at).and_then(|row| row.get(column)).is_some_and(Option::is_some) {
                column += 1;
            }
            let repeats = !cell.words.chars().any(|c| c.is_ascii_digit()) || cell.words.chars().any(|c| c.is_alphabetic());
            let (columns, rows) = (cell.columns.clamp(1, MOST_COLUMNS), cell.rows.clamp(1, height - at));
            for down in 0..rows {
                for right in 0..columns {
                    let words = if (down, right) == (0, 0) || repeats { cell.words.clone() } else { String::new() };
                    let Some(row) = grid.get_mut(at + down).filter(|_| column + right < MOST_COLUMNS) else { continue };
                    if row.len() <= column + right {
                        row.resize(column + right + 1, None);
                    }
                    if let Some(place) = row.get_mut(column + right).filter(|place| place.is_none()) {
                        *place = Some(words);
                    }
                }
            }
            column += columns;
        }
    }
    let mut grid: Vec<Vec<String>> = grid.into_iter().map(|row| row.into_iter().map(Option::unwrap_or_default).collect()).collect();
    drop_empty_columns(&mut grid);
    grid
}

/// Takes columns out that hold nothing, or under a repeated header nothing.
fn drop_empty_columns(grid: &mut [Vec<String>]) {
    let width = grid.iter().map(Vec::len).max().unwrap_or_default();
    for row in grid.iter_mut() {
        row.resize(width, String::new());
    }
    let is_blank = |cell: Option<&String>| cell.is_none_or(|cell| cell.trim().is_empty());
    let is_needless = |column: usize| {
        grid.iter().all(|row| {
            is_blank(row.get(column)) || column.checked_sub(1).is_some_and(|before| row.get(before) == row.get(column)) && !is_number(row.get(column))
        })
    };
    let kept: Vec<bool> = (0..width).map(|column| !is_needless(column)).collect();
    for row in grid.iter_mut() {
        let mut kept = kept.iter();
        row.retain(|_| kept.next().copied().unwrap_or(true));
    }
}

fn is_number(cell: Option<&String>) -> bool {
    cell.is_some_and(|cell| cell.chars().any(|c| c.is_ascii_digit()) && !cell.chars().any(char::is_alphabetic))
}

/// So many rows over a table may be its title and its unit.
const MOST_ROWS_ABOVE: usize = 3;
/// Bytes of all places of a table.
const MOST_BYTES: usize = 128 << 20;

/// Refuses a table whose merged cells would be written into more places than there is room for.
pub(crate) fn check_size(rows: &[Vec<Cell>]) -> Result<(), ReadError> {
    let bytes = |(at, row): (usize, &Vec<Cell>)| {
        let places = |cell: &Cell| cell.columns.clamp(1, MOST_COLUMNS).saturating_mul(cell.rows.clamp(1, rows.len() - at));
        row.iter().map(|cell| places(cell).saturating_mul(cell.words.len() + size_of::<String>())).fold(0, usize::saturating_add)
    };
    let all = rows.iter().enumerate().map(bytes).fold(0, usize::saturating_add);
    if all > MOST_BYTES { Err(ReadError::TooMuch { what: "bytes of a table's merged cells", limit: MOST_BYTES }) } else { Ok(()) }
}

/// Appends a grid's rows; a unit that stands in a row before them, beside a title at most, is no row of theirs.
pub(crate) fn write(grid: &[Vec<String>], page: Option<u32>, composer: &mut Composer) {
    let words = |row: &Vec<String>| {
        let mut words: Vec<String> = row.iter().map(|cell| cell.trim().to_owned()).filter(|cell| !cell.is_empty()).collect();
        words.dedup();
        words
    };
    // A row right above numbers is their header, units or not.
    let is_header = |at: usize| grid.get(at + 1).is_some_and(|row| row.iter().skip(1).any(|cell| is_number(Some(cell))));
    let is_unit_row = |(at, row): (usize, &Vec<String>)| {
        let words = words(row);
        words.len() <= 3 && words.iter().any(|cell| is_unit(cell)) && (words.len() == 1 || !is_header(at))
    };
    let start =
        grid.iter().enumerate().take(MOST_ROWS_ABOVE).position(is_unit_row).filter(|at| grid.iter().take(*at).all(|row| words(row).len() <= 1));
    let (above, rows) = grid.split_at(start.map_or(0, |at| at + 1));
    for cell in above.iter().flat_map(words) {
        composer.push(is_unit(&cell).then_some(BlockKind::Caption), page, &cell);
    }
    let width = rows.iter().map(Vec::len).max().unwrap_or_default();
    let part = period(rows).unwrap_or(width.max(1));
    for start in (0..width).step_by(part) {
        for row in rows {
            composer.push_row(page, row.iter().skip(start).take(part).map(String::as_str));
        }
    }
}

/// Of how many columns each of the parts has that stand beside each other under the same header, to save room; `None` where there
/// is one part alone.
pub(crate) fn period(rows: &[Vec<String>]) -> Option<usize> {
    let header = rows.iter().take_while(|row| !row.iter().skip(1).any(|cell| is_number(Some(cell)))).count();
    let (header, body) = rows.split_at(header);
    let width = header.first()?.len();
    let repeats = |row: &Vec<String>, part: usize| row.len() == width && row.iter().zip(row.iter().skip(part)).all(|(cell, next)| cell == next);
    // What is beside each other under the same words is not the same when they are one header's: the first column has labels.
    let has_labels = |part: usize| {
        let labels: Vec<&String> = body.iter().filter_map(|row| row.get(part)).filter(|cell| !cell.trim().is_empty()).collect();
        !labels.is_empty() && labels.iter().filter(|cell| cell.chars().any(char::is_alphabetic)).count() * 2 > labels.len()
    };
    let is_told = |part: usize| header.first().and_then(|row| row.first()).is_some_and(|cell| !cell.trim().is_empty()) && has_labels(part);
    (2..=width / 2).find(|part| width % part == 0 && header.iter().all(|row| repeats(row, *part)) && is_told(*part))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(rows: &[&[(&str, usize, usize)]], expected: &str) {
        let cell = |&(words, columns, rows): &(&str, usize, usize)| Cell { words: words.to_owned(), columns, rows };
        let grid = expand(rows.iter().map(|row| row.iter().map(cell).collect()).collect());
        assert_eq!(grid.iter().map(|row| row.join("|")).collect::<Vec<_>>().join("\n"), expected);
    }

    #[test]
    fn merged_cells_are_told_in_every_place() {
        check(
            &[&[("指标", 1, 2), ("绝对数", 2, 1)], &[("本月", 1, 1), ("累计", 1, 1)], &[("出口", 1, 1), ("1.5", 1, 1), ("20", 1, 1)]],
            "指标|绝对数|绝对数\n指标|本月|累计\n出口|1.5|20",
        );
    }

    #[test]
    fn headers_that_are_wider_than_the_data_shrink() {
        check(&[&[("指标", 1, 1), ("产量（吨）", 2, 1)], &[("粮食", 1, 1), ("12.5", 2, 1)]], "指标|产量（吨）\n粮食|12.5");
    }

    #[test]
    fn parts_beside_each_other_are_told_one_below_the_other() {
        let check = |rows: &str, expected: Option<usize>| {
            let rows: Vec<Vec<String>> = rows.lines().map(|row| row.split('|').map(str::to_owned).collect()).collect();
            assert_eq!(period(&rows), expected, "{rows:?}");
        };
        check("指标|数值|指标|数值\n出口|5|税收|7\n进口|6|财政|8", Some(2));
        check("指标|数值|增速|指标|数值|增速\n出口|5|1|税收|7|2\n进口|6|1||", Some(3));
        check("指标|数值|指标|数值\n出口|5|7|8", None);
        check("|数值|增速|数值|增速\n出口|5|1|7|2", None);
        check("数值|数值\n出口|5", None);
        check("出口|5|税收|7", None);
    }

    #[test]
    fn spans_beyond_the_table_end_with_it() {
        check(&[&[("甲", 1, 9), ("1", 1, 1)], &[("2", 1, 1)]], "甲|1\n甲|2");
    }
}
