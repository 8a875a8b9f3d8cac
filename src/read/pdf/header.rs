//! The header of a table without rules: which words stand over which columns. Words stand in the middle over their columns, whose
//! numbers may end elsewhere.

use super::pieces::{Piece, overlap};
use super::tables::{covered, words};
use crate::cells::is_unit;
use crate::grid::Cell;

/// The middle of words, and of the words that they stand over, differ by less, in sizes.
const MIDDLE: f64 = 0.7;
/// More words than a header has: all pairs of them are looked at.
const MOST: usize = 200;
/// Edges that differ by less, in sizes, are one.
const ALIGNED: f64 = 0.4;
/// Lines of one cell stand no further apart, in sizes.
const NEAR: f64 = 0.9;

/// The rows of a header, whose words are repeated where they stand over several columns or rows.
pub(super) fn rows(pieces: Vec<Piece>, columns: &[(f64, f64)]) -> Vec<Vec<Cell>> {
    let cell = |words: String| Cell { words, columns: 1, rows: 1 };
    let (units, pieces): (Vec<Piece>, Vec<Piece>) = pieces.into_iter().partition(|piece| is_unit(&words(vec![piece.clone()])));
    let unit = units.into_iter().next().map(|unit| vec![cell(words(vec![unit]))]);
    // Where each column has its own words, none stand over several; their lines may be many.
    let is_plain = pieces.len() > MOST || first_of_whole(&groups(pieces.clone()), columns).is_some();
    let spans: Vec<Option<(f64, f64)>> = pieces.iter().map(|piece| if is_plain { None } else { span(piece, &pieces) }).collect();
    let (wide, leaves): (Vec<_>, Vec<_>) = pieces.into_iter().zip(spans).partition(|(_, span)| span.is_some());
    let groups = groups(leaves.into_iter().map(|(piece, _)| piece).collect());
    let places = places(&groups, columns);
    let mut levels: Vec<Vec<String>> = vec![Vec::new(); columns.len()];
    let mut above = wide;
    above.sort_by(|a, b| a.0.area.y0.total_cmp(&b.0.area.y0));
    for (piece, span) in above {
        let (from, to) = span.unwrap_or_default();
        let text = words(vec![piece]);
        let is_below = |group: &Group| (from..=to).contains(&group.middle());
        let below = groups.iter().zip(&places).filter(|(group, _)| is_below(group)).map(|(_, place)| *place);
        let ends =
            below.fold(None, |ends: Option<(usize, usize)>, place| Some(ends.map_or((place, place), |ends| (ends.0.min(place), ends.1.max(place)))));
        let Some((first, last)) = ends else { continue };
        levels.iter_mut().take(last + 1).skip(first).for_each(|level| level.push(text.clone()));
    }
    for (group, place) in groups.into_iter().zip(places) {
        if let Some(level) = levels.get_mut(place) {
            level.extend(group.texts());
        }
    }
    let height = levels.iter().map(Vec::len).max().unwrap_or_default();
    let row = |at: usize| levels.iter().map(move |level| level.get(at).or(level.last()).cloned().unwrap_or_default());
    unit.into_iter().chain((0..height).map(|at| row(at).map(cell).collect())).collect()
}

/// The middles of the first and the last of the words below, in the middle of which a piece stands.
fn span(piece: &Piece, all: &[Piece]) -> Option<(f64, f64)> {
    let middle = piece.area.center();
    let is_under = |other: &&Piece| other.area.center().y > middle.y + 0.3 * piece.size;
    // What goes on below is a line of the same cell.
    let goes_on = |other: &Piece| is_one_column((piece.area.x0, piece.area.x1), (other.area.x0, other.area.x1), piece.size);
    if all.iter().filter(is_under).any(goes_on) {
        return None;
    }
    let mut below: Vec<f64> = all.iter().filter(is_under).map(|other| other.area.center().x).collect();
    below.sort_by(f64::total_cmp);
    let mut widest: Option<(f64, f64)> = None;
    for (at, from) in below.iter().enumerate() {
        for to in below.iter().skip(at + 1).filter(|to| *to - from > piece.size) {
            let is_wider = widest.is_none_or(|(first, last)| last - first < to - from);
            if ((from + to) / 2.0 - middle.x).abs() < MIDDLE * piece.size && is_wider {
                widest = Some((*from, *to));
            }
        }
    }
    widest
}

/// Whether words below each other stand over one column: in the middle of each other, or beginning or ending together.
fn is_one_column(a: (f64, f64), b: (f64, f64), size: f64) -> bool {
    let is_near = |a: f64, b: f64, by: f64| (a - b).abs() < by * size;
    let is_aligned = is_near(a.0 + a.1, b.0 + b.1, 2.0 * MIDDLE) || is_near(a.0, b.0, ALIGNED) || is_near(a.1, b.1, ALIGNED);
    is_aligned && overlap(a, b) > 0.5 * (a.1 - a.0).min(b.1 - b.0)
}

/// Words below each other over one column.
struct Group {
    range: (f64, f64),
    pieces: Vec<Piece>,
}

impl Group {
    fn middle(&self) -> f64 {
        (self.range.0 + self.range.1) / 2.0
    }

    /// Its cells, from above to below; the lines of one put together.
    fn texts(mut self) -> Vec<String> {
        self.pieces.sort_by(|a, b| a.area.y0.total_cmp(&b.area.y0));
        let mut cells: Vec<Vec<Piece>> = Vec::new();
        for piece in self.pieces {
            let is_in_brackets = piece.characters().next().is_some_and(|c| matches!(c, '（' | '('));
            let is_near = |above: &Piece| is_in_brackets || piece.area.y0 - above.area.y1 < NEAR * piece.size;
            match cells.last_mut() {
                Some(cell) if cell.last().is_some_and(is_near) => cell.push(piece),
                _ => cells.push(vec![piece]),
            }
        }
        cells.into_iter().map(words).collect()
    }
}

/// Puts words together that stand below each other, from left to right.
fn groups(mut pieces: Vec<Piece>) -> Vec<Group> {
    pieces.sort_by(|a, b| a.area.x0.total_cmp(&b.area.x0));
    let mut groups: Vec<Group> = Vec::new();
    for piece in pieces {
        let range = (piece.area.x0, piece.area.x1);
        let is_below = |group: &&mut Group| is_one_column(group.range, range, piece.size);
        match groups.last_mut().filter(is_below) {
            Some(group) => {
                group.range = (group.range.0.min(range.0), group.range.1.max(range.1));
                group.pieces.push(piece);
            }
            None => groups.push(Group { range, pieces: vec![piece] }),
        }
    }
    groups
}

/// The column of each group: one after the other where there are as many, or where labels alone have no header.
fn places(groups: &[Group], columns: &[(f64, f64)]) -> Vec<usize> {
    if let Some(first) = first_of_whole(groups, columns) {
        return (first..columns.len()).collect();
    }
    let of = |group: &Group| group.pieces.first().map_or(0, |piece| covered(piece.area, columns).0);
    groups.iter().map(of).collect()
}

/// The first column, where each column from it on has a group.
fn first_of_whole(groups: &[Group], columns: &[(f64, f64)]) -> Option<usize> {
    let is_bare = groups.len() + 1 == columns.len() && groups.first().zip(columns.first()).is_some_and(|(group, column)| group.middle() > column.1);
    (groups.len() == columns.len() || is_bare).then(|| usize::from(is_bare))
}
