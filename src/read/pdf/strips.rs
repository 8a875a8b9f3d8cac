//! Tables with rules across alone: above, below their header, and at their end.

use super::{
    pieces::Piece,
    ruled::Ruled,
    tables::{self, places},
};
use crate::grid;
use hayro_interpret::kurbo::Rect;

/// Rules of one table begin and end at the same places, in points.
const SLACK: f64 = 6.0;
/// A table is so wide at least, in points.
const LEAST_WIDTH: f64 = 80.0;

/// Takes the tables out of a page's pieces.
pub(super) fn take(rules: &[Rect], pieces: &mut Vec<Piece>) -> Vec<Ruled> {
    let mut tables = Vec::new();
    for rules in stacks(rules) {
        let mut strips: Vec<(Rect, Vec<Piece>)> = Vec::new();
        for pair in rules.windows(2) {
            let [above, below] = pair else { continue };
            let area = above.union(*below);
            let inside: Vec<Piece> = pieces.iter().filter(|piece| area.contains(piece.area.center())).cloned().collect();
            if is_tabular(&inside) {
                strips.push((area, inside));
            } else {
                finish(&mut strips, pieces, &mut tables);
            }
        }
        finish(&mut strips, pieces, &mut tables);
    }
    tables
}

/// Rules below each other that begin and end at the same places, from above to below.
fn stacks(rules: &[Rect]) -> Vec<Vec<Rect>> {
    let mut across: Vec<Rect> = rules.iter().copied().filter(|rule| rule.width() >= LEAST_WIDTH && rule.height() < rule.width()).collect();
    across.sort_by(|a, b| a.y0.total_cmp(&b.y0));
    let mut stacks: Vec<Vec<Rect>> = Vec::new();
    for rule in across {
        let is_same =
            |stack: &&mut Vec<Rect>| stack.last().is_some_and(|last| (last.x0 - rule.x0).abs() < SLACK && (last.x1 - rule.x1).abs() < SLACK);
        match stacks.iter_mut().find(is_same) {
            Some(stack) => stack.push(rule),
            None => stacks.push(vec![rule]),
        }
    }
    stacks.retain(|stack| stack.len() > 1);
    stacks
}

/// Whether pieces stand beside each other, and are no prose.
fn is_tabular(pieces: &[Piece]) -> bool {
    let stops = pieces.iter().filter(|piece| piece.has_stop()).count();
    let beside: usize = tables::bands(pieces.to_vec()).iter().filter(|band| places(band).len() > 1).map(Vec::len).sum();
    beside * 10 >= pieces.len() * 6 && beside > 0 && stops * 5 <= pieces.len()
}

/// Ends a table, if the strips gathered are one.
fn finish(strips: &mut Vec<(Rect, Vec<Piece>)>, pieces: &mut Vec<Piece>, tables: &mut Vec<Ruled>) {
    let found = std::mem::take(strips);
    let numbers = found.iter().flat_map(|(_, pieces)| pieces).filter(|piece| piece.is_number()).count();
    if numbers < 2 {
        return;
    }
    let Some(area) = found.iter().map(|(area, _)| *area).reduce(|all, area| all.union(area)) else { return };
    pieces.retain(|piece| !area.contains(piece.area.center()));
    tables.push((area, grid::expand(tables::rows(found.into_iter().map(|(_, pieces)| pieces).collect()))));
}
