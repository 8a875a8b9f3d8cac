//! Tables without rules, or with rules between the rows only: what stands below each other is a column.

use super::header;
use super::pieces::{self, Line, Piece, overlap};
use crate::grid::Cell;
use hayro_interpret::kurbo::Rect;

/// Lines of one cell stand nearer to each other than this part of the usual distance between rows.
const NEAR: f64 = 0.8;

/// The lines of one label stand no further apart, in sizes.
const LINES: f64 = 2.0;

/// The rows of a table, whose pieces are given for each of its strips between rules, in no order.
pub(super) fn rows(strips: Vec<Vec<Piece>>) -> Vec<Vec<Cell>> {
    let is_stripped = strips.len() > 1;
    let strips: Vec<Vec<Vec<Piece>>> = strips.into_iter().map(|strip| with_labels(bands(strip))).collect();
    let header = header_len(strips.iter().flatten());
    // Where no row is as full as the header, this tells of columns too.
    let most = |bands: &mut dyn Iterator<Item = &Vec<Piece>>| bands.map(|band| places(band).len()).max().unwrap_or_default();
    let is_fuller = most(&mut strips.iter().flatten().take(header)) > most(&mut strips.iter().flatten().skip(header));
    let columns = columns(strips.iter().flatten().skip(if is_fuller { 0 } else { header }));
    let pitches = strips.iter().flat_map(|bands| bands.windows(2)).filter_map(|pair| Some(top(pair.get(1)?) - top(pair.first()?)));
    let near = NEAR * super::middle(pitches.collect());
    let mut all: Vec<Row> = Vec::new();
    let (mut over, mut left) = (Vec::new(), header);
    for mut bands in strips {
        let of_header = left.min(bands.len());
        over.extend(bands.drain(..of_header).flatten());
        left -= of_header;
        let mut rows: Vec<Row> = Vec::new();
        let mut before: Option<f64> = None;
        let numbered = bands.iter().filter(|band| band.iter().any(Piece::is_number)).count();
        for band in bands {
            let top = top(&band);
            let is_near = before.is_some_and(|before| top - before < near);
            before = Some(top);
            let row = Row::of(band, &columns);
            match rows.last_mut() {
                // A strip with one row of numbers at most is one row, but for a header's words over several columns.
                Some(above) if is_stripped && numbered <= 1 && !row.is_spanning() && !above.is_spanning() => above.append(row),
                // A label that takes two lines; its numbers stand beside one of them.
                Some(above) if is_near && (row.is_rest_of(above) || above.is_opening_of(&row)) => above.append(row),
                _ => rows.push(row),
            }
        }
        all.append(&mut rows);
    }
    header::rows(over, &columns).into_iter().chain(all.into_iter().map(Row::cells)).collect()
}

/// How many rows stand over those with numbers: up to the last that has words over several columns.
fn header_len<'a>(bands: impl Iterator<Item = &'a Vec<Piece>> + Clone) -> usize {
    let before = bands.clone().take_while(|band| !is_of_numbers(band)).collect::<Vec<_>>();
    let end = before.iter().rposition(|band| band.len() > 1).map_or(0, |last| last + 1);
    if before.len() < bands.count() { end } else { 0 }
}

/// Whether a row holds numbers beside its label.
fn is_of_numbers(band: &[Piece]) -> bool {
    band.len() > 1 && band.iter().any(Piece::is_number)
}

/// Parts pieces where a gap runs through all columns.
pub(super) fn bands(mut pieces: Vec<Piece>) -> Vec<Vec<Piece>> {
    pieces.sort_by(|a, b| a.area.y0.total_cmp(&b.area.y0));
    let mut bands: Vec<Vec<Piece>> = Vec::new();
    let mut bottom = f64::NEG_INFINITY;
    for piece in pieces {
        let slack = 0.15 * piece.area.height();
        match bands.last_mut() {
            Some(band) if piece.area.y0 + slack < bottom => band.push(piece),
            _ => bands.push(vec![piece]),
        }
        bottom = bottom.max(bands.last().and_then(|band| band.last()).map_or(bottom, |piece| piece.area.y1 - slack));
    }
    bands
}

/// Puts the two lines of a label together with the numbers that stand in the middle beside them.
fn with_labels(bands: Vec<Vec<Piece>>) -> Vec<Vec<Piece>> {
    let mut joined: Vec<Vec<Piece>> = Vec::new();
    let mut bands = bands.into_iter().peekable();
    while let Some(band) = bands.next() {
        let is_label = |band: &Vec<Piece>| matches!(band.as_slice(), [piece] if !piece.is_number());
        let is_between = bands.peek().zip(joined.last()).is_some_and(|(below, above)| {
            let (Some(above), Some(below), Some(first)) =
                (above.first().filter(|_| is_label(above)), below.first().filter(|_| is_label(below)), band.first())
            else {
                return false;
            };
            let range = |piece: &Piece| (piece.area.x0, piece.area.x1);
            let middle = (above.area.center().y + below.area.center().y) / 2.0;
            let is_one = overlap(range(above), range(below)) > 0.0 && below.area.center().y - above.area.center().y < LINES * above.size;
            let is_beside = band.iter().all(|piece| overlap(range(piece), range(above)) <= 0.0 && overlap(range(piece), range(below)) <= 0.0);
            is_one && is_beside && band.iter().any(Piece::is_number) && (first.area.center().y - middle).abs() < 0.25 * above.size
        });
        match (joined.last_mut(), bands.next_if(|_| is_between)) {
            (Some(above), Some(below)) => above.extend(band.into_iter().chain(below)),
            _ => joined.push(band),
        }
    }
    joined
}

fn top(band: &[Piece]) -> f64 {
    band.iter().map(|piece| piece.area.y0).fold(f64::INFINITY, f64::min)
}

/// The columns' left and right edges, as the rows with the most cells tell them.
fn columns<'a>(bands: impl Iterator<Item = &'a Vec<Piece>>) -> Vec<(f64, f64)> {
    let places: Vec<Vec<(f64, f64)>> = bands.map(|band| places(band)).collect();
    let most = places.iter().map(Vec::len).max().unwrap_or_default();
    let mut columns = vec![(f64::INFINITY, f64::NEG_INFINITY); most];
    for places in places.iter().filter(|places| places.len() == most) {
        for (column, place) in columns.iter_mut().zip(places) {
            *column = (column.0.min(place.0), column.1.max(place.1));
        }
    }
    // Labels may stand in rows of their own.
    let is_apart = |place: &(f64, f64)| columns.iter().all(|column| overlap(*column, *place) <= 0.0);
    let mut others: Vec<(f64, f64)> = places.iter().flatten().copied().filter(is_apart).collect();
    others.sort_by(|a, b| a.0.total_cmp(&b.0));
    columns.extend(merged(others));
    columns.sort_by(|a, b| a.0.total_cmp(&b.0));
    columns
}

/// The ranges that a row's cells take, from left to right.
pub(super) fn places(band: &[Piece]) -> Vec<(f64, f64)> {
    let mut taken: Vec<(f64, f64)> = band.iter().map(|piece| (piece.area.x0, piece.area.x1)).collect();
    taken.sort_by(|a, b| a.0.total_cmp(&b.0));
    merged(taken)
}

/// Ranges, given from left to right, those that overlap as one.
fn merged(ranges: Vec<(f64, f64)>) -> Vec<(f64, f64)> {
    let mut merged: Vec<(f64, f64)> = Vec::new();
    for (from, to) in ranges {
        match merged.last_mut() {
            Some(range) if from < range.1 => range.1 = range.1.max(to),
            _ => merged.push((from, to)),
        }
    }
    merged
}

/// A row in the making: for each cell its first column, how many it covers, and its pieces.
struct Row {
    cells: Vec<(usize, usize, Vec<Piece>)>,
}

impl Row {
    fn of(band: Vec<Piece>, columns: &[(f64, f64)]) -> Self {
        let mut row = Self { cells: Vec::new() };
        for piece in band {
            let (first, count) = covered(piece.area, columns);
            match row.cells.iter_mut().find(|(start, columns, _)| first < start + columns && *start < first + count) {
                Some((start, columns, pieces)) => {
                    let end = (*start + *columns).max(first + count);
                    *start = first.min(*start);
                    *columns = end - *start;
                    pieces.push(piece);
                }
                None => row.cells.push((first, count, vec![piece])),
            }
        }
        row.cells.sort_by_key(|(first, ..)| *first);
        row
    }

    fn is_rest_of(&self, above: &Self) -> bool {
        self.cells.iter().all(|(first, count, pieces)| {
            *count == 1 && !pieces.iter().any(Piece::is_number) && above.cells.iter().any(|(start, columns, _)| (start, columns) == (first, count))
        }) && self.cells.len() < above.cells.len().max(2)
    }

    fn is_opening_of(&self, below: &Self) -> bool {
        let (Some((first, 1, pieces)), Some((start, 1, _))) = (self.cells.first(), below.cells.first()) else { return false };
        self.cells.len() == 1 && below.cells.len() > 1 && first == start && !pieces.iter().any(Piece::is_number)
    }

    fn is_spanning(&self) -> bool {
        self.cells.iter().any(|(_, columns, _)| *columns > 1)
    }

    fn append(&mut self, rest: Self) {
        for (first, columns, pieces) in rest.cells {
            match self.cells.iter_mut().find(|(start, ..)| *start == first) {
                Some((.., own)) => own.extend(pieces),
                None => self.cells.push((first, columns, pieces)),
            }
        }
        self.cells.sort_by_key(|(first, ..)| *first);
    }

    fn cells(self) -> Vec<Cell> {
        let mut cells = Vec::new();
        let mut column = 0;
        for (first, columns, pieces) in self.cells {
            cells.extend((column..first).map(|_| Cell { columns: 1, rows: 1, ..Cell::default() }));
            cells.push(Cell { words: words(pieces), columns, rows: 1 });
            column = column.max(first) + columns;
        }
        cells
    }
}

/// The first column that an area stands in, and how many it covers.
pub(super) fn covered(area: Rect, columns: &[(f64, f64)]) -> (usize, usize) {
    let shares = || columns.iter().map(|column| overlap(*column, (area.x0, area.x1)));
    let is_covered = |(column, share): (&(f64, f64), f64)| share > 0.5 * (column.1 - column.0).min(area.width());
    let mut covered = columns.iter().zip(shares()).enumerate().filter(|(_, pair)| is_covered(*pair)).map(|(at, _)| at);
    if let Some(first) = covered.next() {
        return (first, covered.next_back().map_or(1, |last| last - first + 1));
    }
    let nearest = shares().enumerate().max_by(|a, b| a.1.total_cmp(&b.1)).map_or(0, |(at, _)| at);
    (nearest, 1)
}

/// A cell's words, its lines put together.
pub(super) fn words(pieces: Vec<Piece>) -> String {
    let mut words = String::new();
    for Line { words: line, .. } in pieces::lines(pieces) {
        super::paragraphs::join(&mut words, &line);
    }
    words
}
