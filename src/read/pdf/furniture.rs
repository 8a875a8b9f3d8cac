//! What stands on every page and belongs to none: running heads, running feet and page numbers.

use super::pieces::{Piece, words};

/// Running heads stand in so much of the page's height above, and feet below.
const MARGIN: f64 = 0.13;
/// So many pages show that something runs on, or both of two.
const LEAST_PAGES: usize = 3;
/// Places differ by less, in points.
const SAME_PLACE: f64 = 4.0;
/// A line with so many parts is the head of a table that goes on, not of the page.
const MOST_PARTS: usize = 3;
/// Lines of a running head stand no further apart, in sizes.
const APART: f64 = 2.2;
/// At most so many lines above and below are looked at.
const LINES: usize = 3;

/// A line near the page's upper or lower end.
struct Edge {
    page: usize,
    y: f64,
    /// Its words, digits made alike.
    words: String,
    /// Where its pieces are among the page's.
    pieces: Vec<usize>,
}

/// Takes running heads, feet and page numbers out of pages, each given with its height.
pub(super) fn drop(pages: &mut [(f64, Vec<Piece>)]) {
    let least = LEAST_PAGES.min(pages.len().max(2));
    let edges: Vec<Edge> = pages.iter().enumerate().flat_map(|(page, (height, pieces))| edges(page, *height, pieces)).collect();
    let mut dropped: Vec<Vec<usize>> = vec![Vec::new(); pages.len()];
    for edge in &edges {
        let is_twin = |other: &&Edge| other.words == edge.words && (other.y - edge.y).abs() < SAME_PLACE;
        let is_running = edge.pieces.len() <= MOST_PARTS && edges.iter().filter(is_twin).count() >= least;
        if (is_running || is_page_number(&edge.words))
            && let Some(dropped) = dropped.get_mut(edge.page)
        {
            dropped.extend(&edge.pieces);
        }
    }
    for ((_, pieces), dropped) in pages.iter_mut().zip(dropped) {
        let mut at = 0;
        pieces.retain(|_| {
            at += 1;
            !dropped.contains(&(at - 1))
        });
    }
}

fn edges(page: usize, height: f64, pieces: &[Piece]) -> Vec<Edge> {
    let mut order: Vec<usize> = (0..pieces.len()).collect();
    let y = |at: &usize| pieces.get(*at).map_or(0.0, |piece| piece.area.center().y);
    order.sort_by(|a, b| y(a).total_cmp(&y(b)));
    let above = order.iter().copied().take_while(|at| y(at) < MARGIN * height).collect();
    let below = order.iter().rev().copied().take_while(|at| y(at) > (1.0 - MARGIN) * height).collect();
    [rows(above, &y), rows(below, &y)]
        .into_iter()
        .flat_map(|rows| {
            // What stands further away belongs to the page: the header of a table that goes on, for one.
            let apart = |pair: &[Vec<usize>]| match pair {
                [outer, inner] => outer.first().zip(inner.first()).is_some_and(|(a, b)| (y(a) - y(b)).abs() > APART * size(pieces, *b)),
                _ => false,
            };
            let end = rows.windows(2).position(apart).map_or(LINES, |at| (at + 1).min(LINES));
            rows.into_iter().take(end)
        })
        .map(|mut row| {
            let y = row.first().map_or(0.0, y);
            row.sort_by(|a, b| left(pieces, *a).total_cmp(&left(pieces, *b)));
            let line: Vec<String> = row.iter().filter_map(|at| pieces.get(*at)).map(|piece| words(&piece.glyphs)).collect();
            let alike = line.join(" ").chars().map(|c| if c.is_ascii_digit() { '#' } else { c }).collect();
            Edge { page, y, words: alike, pieces: row }
        })
        .collect()
}

fn size(pieces: &[Piece], at: usize) -> f64 {
    pieces.get(at).map_or(0.0, |piece| piece.size)
}

fn left(pieces: &[Piece], at: usize) -> f64 {
    pieces.get(at).map_or(0.0, |piece| piece.area.x0)
}

fn rows(order: Vec<usize>, y: &impl Fn(&usize) -> f64) -> Vec<Vec<usize>> {
    let mut rows: Vec<Vec<usize>> = Vec::new();
    for at in order {
        match rows.last_mut() {
            Some(row) if row.last().is_some_and(|last| (y(last) - y(&at)).abs() < SAME_PLACE) => row.push(at),
            _ => rows.push(vec![at]),
        }
    }
    rows
}

/// 「- 12 -」, 「第3页 共20页」, 「Page 3 of 20」, 「iv」: digits stand as `#` here.
fn is_page_number(words: &str) -> bool {
    let words = &words.replace("Page", "").replace("of", "");
    let digits = words.chars().filter(|c| *c == '#').count();
    let is_mark = |c: char| matches!(c, '#' | '-' | '—' | '–' | '－' | '·' | '•' | '/' | ' ' | '第' | '页' | '共' | '|' | '~' | '～' | '〔' | '〕');
    let is_roman = (1..=5).contains(&words.len()) && words.chars().all(|c| matches!(c, 'i' | 'v' | 'x'));
    is_roman || ((1..=7).contains(&digits) && words.chars().all(is_mark))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn page_numbers_are_told_from_figures() {
        for number in ["#", "- ## -", "—###—", "第#页", "第 # 页 共 ## 页", "Page # of ##", "#/##", "iv"] {
            assert!(is_page_number(number), "{number}");
        }
        for other in ["##.#", "##.#%", "第#章", "公报", "#### ##.#", ""] {
            assert!(!is_page_number(other), "{other}");
        }
    }
}
