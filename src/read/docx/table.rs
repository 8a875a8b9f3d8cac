//! Tables of Word documents: cells that cover several columns or go on from the row above, tables in cells.

use crate::{
    ReadError,
    compose::Composer,
    grid::{self, Cell},
};

/// A table in the making.
#[derive(Debug, Default)]
pub(super) struct Table {
    rows: Vec<Vec<Placed>>,
    /// Tables within the cells of the last row.
    inner: Vec<Grid>,
    /// What stands before the rows.
    done: Vec<Grid>,
    /// Whether the last row is no part of the text.
    is_left_out: bool,
}

/// Rows of cells' words.
pub(super) type Grid = Vec<Vec<String>>;

#[derive(Debug, Default)]
struct Placed {
    cell: Cell,
    /// Goes on from the row above.
    continues: bool,
}

impl Table {
    pub(super) fn start_row(&mut self) {
        self.rows.push(Vec::new());
    }

    /// Leaves the open row out: it was deleted, or is not shown.
    pub(super) fn leave_out_row(&mut self) {
        self.is_left_out = true;
    }

    pub(super) fn start_cell(&mut self) {
        if let Some(row) = self.rows.last_mut() {
            row.push(Placed { cell: Cell { words: String::new(), columns: 1, rows: 1 }, continues: false });
        }
    }

    /// Leaves columns out before the row's first cell.
    pub(super) fn skip(&mut self, columns: usize) {
        if columns > 0 {
            self.start_cell();
            self.widen(columns);
        }
    }

    /// Makes the open cell cover so many columns.
    pub(super) fn widen(&mut self, columns: usize) {
        if let Some(placed) = self.open() {
            placed.cell.columns = columns.clamp(1, grid::MOST_COLUMNS);
        }
    }

    /// Makes the open cell a part of the one above.
    pub(super) fn go_on(&mut self) {
        if let Some(placed) = self.open() {
            placed.continues = true;
        }
    }

    /// Appends a paragraph to the open cell.
    pub(super) fn push(&mut self, words: &str) {
        if let Some(placed) = self.open().filter(|_| !words.is_empty()) {
            if !placed.cell.words.is_empty() {
                placed.cell.words.push('\n');
            }
            placed.cell.words.push_str(words);
        }
    }

    fn open(&mut self) -> Option<&mut Placed> {
        self.rows.last_mut()?.last_mut()
    }

    /// Takes a table in that stands in the open cell; it follows the row.
    pub(super) fn hold(&mut self, inner: Vec<Grid>) {
        self.inner.extend(inner);
    }

    pub(super) fn end_row(&mut self) -> Result<(), ReadError> {
        if std::mem::take(&mut self.is_left_out) {
            self.rows.pop();
            self.inner.clear();
        }
        if !self.inner.is_empty() {
            self.close()?;
            self.done.append(&mut self.inner);
        }
        Ok(())
    }

    /// The table, in parts where others stand within it.
    pub(super) fn finish(mut self) -> Result<Vec<Grid>, ReadError> {
        self.end_row()?;
        self.close()?;
        Ok(self.done)
    }

    fn close(&mut self) -> Result<(), ReadError> {
        let rows = join(std::mem::take(&mut self.rows));
        grid::check_size(&rows)?;
        self.done.push(grid::expand(rows));
        Ok(())
    }
}

/// Joins cells that go on to the ones above them.
fn join(rows: Vec<Vec<Placed>>) -> Vec<Vec<Cell>> {
    // Where the cell started that a column belongs to: its row, and its place among that row's cells.
    let mut starts: Vec<Option<(usize, usize)>> = Vec::new();
    let mut joined: Vec<Vec<Cell>> = Vec::with_capacity(rows.len());
    for (at, row) in rows.into_iter().enumerate() {
        let mut cells: Vec<Cell> = Vec::new();
        let mut next = Vec::new();
        for placed in row {
            let column = next.len();
            let start = starts.get(column).copied().flatten().filter(|_| placed.continues);
            let above = start.and_then(|(row, cell)| joined.get_mut(row)?.get_mut(cell)).filter(|above| above.columns == placed.cell.columns);
            let from = match above {
                Some(above) => {
                    above.rows += 1;
                    start
                }
                None => Some((at, cells.len())),
            };
            next.resize(column + placed.cell.columns, None);
            if let Some(first) = next.get_mut(column) {
                *first = from;
            }
            if from != start || start.is_none() {
                cells.push(placed.cell);
            }
        }
        starts = next;
        joined.push(cells);
    }
    joined
}

/// Appends a table; one of a single column is a frame around paragraphs.
pub(super) fn write(table: &Grid, composer: &mut Composer) {
    if table.iter().all(|row| row.len() <= 1) {
        table.iter().flatten().flat_map(|words| words.lines()).for_each(|line| composer.push(None, None, line));
    } else {
        grid::write(table, None, composer);
    }
}
