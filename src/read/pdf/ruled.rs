//! Tables whose cells are parted by rules.

use super::{pieces::Piece, tables};
use crate::grid::{self, Cell};
use hayro_interpret::kurbo::Rect;

/// Rules that miss each other by less still meet, in points.
const SLACK: f64 = 3.0;
/// A table's rows and columns are as high and wide at least.
const LEAST_CELL: f64 = 5.0;
/// Cells with more characters, on average, are articles between rules.
const MOST_CHARACTERS: usize = 150;
/// Two rules this much apart bound different cells.
const MOST_LINES: usize = 600;

/// A table's place and its rows.
pub(super) type Ruled = (Rect, Vec<Vec<String>>);

/// Takes the tables between rules out of a page's pieces.
pub(super) fn take(rules: &[Rect], pieces: &mut Vec<Piece>) -> Vec<Ruled> {
    let mut tables = Vec::new();
    for rules in networks(rules) {
        if let Some(lattice) = Lattice::of(&rules)
            && let Some(rows) = lattice.rows(pieces)
        {
            pieces.retain(|piece| !lattice.holds(piece));
            tables.push((lattice.area(), rows));
        }
    }
    tables
}

/// Rules that meet, each group by itself.
fn networks(rules: &[Rect]) -> Vec<Vec<Rect>> {
    let mut networks: Vec<(Rect, Vec<Rect>)> = Vec::new();
    for rule in rules {
        let reach = rule.inflate(SLACK, SLACK);
        let meets = |(area, members): &(Rect, Vec<Rect>)| is_meeting(*area, reach) && members.iter().any(|member| is_meeting(*member, reach));
        let (met, mut rest): (Vec<_>, Vec<_>) = networks.into_iter().partition(meets);
        let mut joined = (*rule, vec![*rule]);
        for (area, members) in met {
            joined.0 = joined.0.union(area);
            joined.1.extend(members);
        }
        rest.push(joined);
        networks = rest;
    }
    networks.into_iter().map(|(_, members)| members).filter(|members| members.len() >= 4).collect()
}

fn is_meeting(a: Rect, b: Rect) -> bool {
    a.x0 <= b.x1 && b.x0 <= a.x1 && a.y0 <= b.y1 && b.y0 <= a.y1
}

/// Where a table's rules stand.
struct Lattice {
    /// The columns' borders, from left to right.
    xs: Vec<f64>,
    /// The rows' borders, from above to below.
    ys: Vec<f64>,
    across: Vec<Rect>,
    down: Vec<Rect>,
}

impl Lattice {
    fn of(rules: &[Rect]) -> Option<Self> {
        let (across, down): (Vec<Rect>, Vec<Rect>) = rules.iter().partition(|rule| rule.width() > rule.height());
        // The sides of some tables are open: the rules across tell then how wide it is.
        let sides = across.iter().flat_map(|rule| [rule.x0, rule.x1]);
        let all = sides.fold((f64::INFINITY, f64::NEG_INFINITY), |all, x| (all.0.min(x), all.1.max(x)));
        let xs = apart(down.iter().map(|rule| rule.center().x).chain([all.0, all.1]).collect());
        let ys = apart(across.iter().map(|rule| rule.center().y).collect());
        let is_table = xs.len() >= 3 && ys.len() >= 3 && !down.is_empty() && xs.len().max(ys.len()) <= MOST_LINES;
        is_table.then_some(Self { xs, ys, across, down })
    }

    fn area(&self) -> Rect {
        let end = |borders: &[f64]| (borders.first().copied().unwrap_or_default(), borders.last().copied().unwrap_or_default());
        let ((x0, x1), (y0, y1)) = (end(&self.xs), end(&self.ys));
        Rect::new(x0, y0, x1, y1)
    }

    fn holds(&self, piece: &Piece) -> bool {
        self.area().contains(piece.area.center())
    }

    /// The table's rows; `None` where this is no table.
    fn rows(&self, pieces: &[Piece]) -> Option<Vec<Vec<String>>> {
        let (columns, rows) = (self.xs.len() - 1, self.ys.len() - 1);
        let mut owners: Vec<Vec<(usize, usize)>> = (0..rows).map(|row| (0..columns).map(|column| (row, column)).collect()).collect();
        for row in 0..rows {
            for column in 0..columns {
                let owner = match (row.checked_sub(1), column.checked_sub(1)) {
                    (_, Some(left)) if !self.is_parted_from_left(row, column) => owner(&owners, row, left),
                    (Some(above), _) if !self.is_parted_from_above(row, column) => owner(&owners, above, column),
                    _ => (row, column),
                };
                if let Some(place) = owners.get_mut(row).and_then(|row| row.get_mut(column)) {
                    *place = owner;
                }
            }
        }
        let mut contents: Vec<Vec<Vec<Piece>>> = vec![vec![Vec::new(); columns]; rows];
        let mut characters = 0;
        for piece in pieces.iter().filter(|piece| self.holds(piece)) {
            for piece in self.split(piece) {
                let (row, column) = owner(&owners, place(&self.ys, piece.area.center().y), place(&self.xs, piece.area.center().x));
                characters += piece.glyphs.len();
                if let Some(content) = contents.get_mut(row).and_then(|row| row.get_mut(column)) {
                    content.push(piece);
                }
            }
        }
        let filled = contents.iter().flatten().filter(|content| !content.is_empty()).count();
        if filled < 3 || characters > MOST_CHARACTERS * filled {
            return None;
        }
        let mut cells: Vec<Vec<Cell>> = Vec::new();
        for (row, contents) in contents.into_iter().enumerate() {
            cells.extend(self.cells(row, contents, &owners));
        }
        Some(grid::expand(cells))
    }

    /// One row of cells, or several where no rule parts the lines of a table's body.
    fn cells(&self, row: usize, contents: Vec<Vec<Piece>>, owners: &[Vec<(usize, usize)>]) -> Vec<Vec<Cell>> {
        let columns = contents.len();
        let is_own = |column: usize| owner(owners, row, column) == (row, column);
        let span = |column: usize| {
            let owned = |row: usize, column: usize| owners.get(row).and_then(|row| row.get(column)).copied();
            let wide = (column..columns).take_while(|at| owned(row, *at) == Some((row, column))).count();
            let high = (row..owners.len()).take_while(|at| owned(*at, column) == Some((row, column))).count();
            (wide.max(1), high.max(1))
        };
        if let Some(lines) = (0..columns).all(|column| span(column).1 == 1).then(|| stacked(&contents)).flatten() {
            return lines;
        }
        let cells = contents.into_iter().enumerate().filter(|(column, _)| is_own(*column)).map(|(column, pieces)| {
            let (columns, rows) = span(column);
            Cell { words: tables::words(pieces), columns, rows }
        });
        vec![cells.collect()]
    }

    /// Parts a piece that runs over a border.
    fn split(&self, piece: &Piece) -> Vec<Piece> {
        let middle = piece.area.center().y;
        let stands = |x: f64| self.down.iter().any(|rule| (rule.center().x - x).abs() < SLACK && rule.y0 <= middle && middle <= rule.y1);
        let borders: Vec<f64> = self.xs.iter().copied().filter(|x| piece.area.x0 < *x && *x < piece.area.x1 && stands(*x)).collect();
        if borders.is_empty() { vec![piece.clone()] } else { piece.split(&borders) }
    }

    fn is_parted_from_left(&self, row: usize, column: usize) -> bool {
        let (Some(x), Some((from, to))) = (self.xs.get(column), range(&self.ys, row)) else { return true };
        is_covered(self.down.iter().filter(|rule| (rule.center().x - x).abs() < SLACK).map(|rule| (rule.y0, rule.y1)), from, to)
    }

    fn is_parted_from_above(&self, row: usize, column: usize) -> bool {
        let (Some(y), Some((from, to))) = (self.ys.get(row), range(&self.xs, column)) else { return true };
        is_covered(self.across.iter().filter(|rule| (rule.center().y - y).abs() < SLACK).map(|rule| (rule.x0, rule.x1)), from, to)
    }
}

fn owner(owners: &[Vec<(usize, usize)>], row: usize, column: usize) -> (usize, usize) {
    owners.get(row).and_then(|row| row.get(column)).copied().unwrap_or((row, column))
}

fn range(borders: &[f64], at: usize) -> Option<(f64, f64)> {
    Some((*borders.get(at)?, *borders.get(at + 1)?))
}

/// Whether a rule stands at the middle of a range, where its ends may be open.
fn is_covered(rules: impl Iterator<Item = (f64, f64)>, from: f64, to: f64) -> bool {
    let middle = (from + to) / 2.0;
    rules.into_iter().any(|(start, end)| start <= middle && middle <= end)
}

/// Borders in order, those that stand together as one.
fn apart(mut borders: Vec<f64>) -> Vec<f64> {
    borders.retain(|border| border.is_finite());
    borders.sort_by(f64::total_cmp);
    borders.dedup_by(|next, kept| *next - *kept < LEAST_CELL);
    borders
}

/// Between which borders a place lies.
fn place(borders: &[f64], at: f64) -> usize {
    borders.partition_point(|border| *border <= at).saturating_sub(1).min(borders.len().saturating_sub(2))
}

/// The rows that stand in one, when at least two columns hold numbers below each other.
fn stacked(contents: &[Vec<Piece>]) -> Option<Vec<Vec<Cell>>> {
    let numbers = |pieces: &Vec<Piece>| pieces.iter().filter(|piece| piece.is_number()).count();
    let is_stacked = contents.iter().filter(|pieces| numbers(pieces) >= 2).count() >= 2;
    is_stacked.then(|| tables::rows(vec![contents.iter().flatten().cloned().collect()]))
}
