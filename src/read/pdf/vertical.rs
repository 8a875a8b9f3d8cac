//! Text that is set from above to below, its lines from right to left.

use super::sheet::Glyph;
use hayro_interpret::kurbo::Rect;

/// Lines of one text stand no further apart, in sizes.
const LEADING: f64 = 2.2;
/// Characters of one line stand no further apart, in sizes.
const GAP: f64 = 1.2;

/// A text's place and its words.
pub(super) type Vertical = (Rect, String);

/// One line.
struct Line {
    area: Rect,
    size: f64,
    words: String,
}

/// Puts characters together to texts.
pub(super) fn find(glyphs: Vec<Glyph>) -> Vec<Vertical> {
    let mut lines = lines(glyphs);
    lines.sort_by(|a, b| b.area.x1.total_cmp(&a.area.x1).then(a.area.y0.total_cmp(&b.area.y0)));
    let mut texts: Vec<Vec<Line>> = Vec::new();
    for line in lines {
        let goes_on = |text: &&mut Vec<Line>| {
            text.last().is_some_and(|last| {
                let is_beside = last.area.center().x - line.area.center().x < LEADING * line.size && last.area.x0 > line.area.center().x;
                is_beside && (last.size - line.size).abs() < 0.1 * line.size && (last.area.y0 - line.area.y0).abs() < 3.0 * line.size
            })
        };
        match texts.iter_mut().find(goes_on) {
            Some(text) => text.push(line),
            None => texts.push(vec![line]),
        }
    }
    texts
        .into_iter()
        .filter_map(|lines| {
            let area = lines.iter().map(|line| line.area).reduce(|all, area| all.union(area))?;
            Some((area, lines.into_iter().map(|line| line.words).collect()))
        })
        .collect()
}

fn lines(mut glyphs: Vec<Glyph>) -> Vec<Line> {
    glyphs.sort_by(|a, b| a.area.y0.total_cmp(&b.area.y0));
    let mut lines: Vec<Line> = Vec::new();
    for glyph in glyphs {
        let goes_on = |line: &&mut Line| {
            let gap = glyph.area.y0 - line.area.y1;
            (line.area.center().x - glyph.area.center().x).abs() < 0.4 * line.size && gap < GAP * line.size && gap > -0.6 * line.size
        };
        match lines.iter_mut().find(goes_on) {
            Some(line) => {
                line.area = line.area.union(glyph.area);
                line.words.push(glyph.c);
            }
            None => lines.push(Line { area: glyph.area, size: glyph.size, words: glyph.c.to_string() }),
        }
    }
    lines
}
