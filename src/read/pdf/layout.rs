//! The order in which the parts of a page are read: a page is cut into bands one below the other, bands that share a gutter
//! into columns, and each column again.

use super::pieces::Piece;
use super::zones::{Band, GUTTER, Item, Zone, bands, gutters, height, zones};
use hayro_interpret::kurbo::Rect;

/// A part of a page that is read as one.
#[derive(Debug)]
pub(super) enum Part<A> {
    /// A column's text.
    Text {
        /// Its pieces in no order.
        pieces: Vec<Piece>,
        /// The left and right edge of the column that it stands in.
        edges: (f64, f64),
    },
    /// Pieces that stand in rows and columns.
    Table(Vec<Piece>),
    /// What was known to be one thing before.
    Whole(A),
}

/// More than one line stands in a band that is so many sizes high.
const TALL: f64 = 2.5;
/// Lines that fill so much of their column are full.
const FULL: f64 = 0.82;
/// A column of text is so many characters wide at least.
const COLUMN: f64 = 4.5;

/// Words over columns are no longer, in characters.
const LONGEST_HEADER: usize = 14;
/// Columns within columns go no deeper.
const DEEPEST: usize = 32;

/// Orders a page's parts.
pub(super) fn order<A>(items: Vec<Item<A>>) -> Vec<Part<A>> {
    let mut parts = Vec::new();
    cut(items, f64::NEG_INFINITY, 0, &mut parts);
    parts
}

/// Orders the parts of a region, whose lines reach to a right edge at least.
fn cut<A>(items: Vec<Item<A>>, right: f64, depth: usize, parts: &mut Vec<Part<A>>) {
    let em = usual_size(&items);
    let mut groups: Vec<Group<A>> = Vec::new();
    for zone in zones(bands(items), em) {
        let gutters = zone.gutters.clone();
        for mut group in judge(zone, em) {
            if let (Some(Group::Lines(before)), Group::Columns(columns)) = (groups.last_mut(), &mut group) {
                take_openings(before, columns, &gutters, em);
            }
            if let (Some(Group::Lines(before)), Group::Table(rows)) = (groups.last_mut(), &mut group) {
                take_header(before, rows, em);
            }
            match (groups.last_mut(), group) {
                (Some(Group::Lines(before)), Group::Lines(mut lines)) => before.append(&mut lines),
                (_, group) => groups.push(group),
            }
        }
    }
    let edges = edges(&groups, em);
    let edges = (edges.0, edges.1.max(right));
    for group in groups {
        match group {
            Group::Lines(items) => push_lines(items, edges, parts),
            Group::Table(items) => parts.push(Part::Table(items.into_iter().filter_map(Item::into_piece).collect())),
            // Too deep within each other for a page that was designed.
            Group::Columns(columns) if depth >= DEEPEST => push_lines(columns.into_iter().flatten().collect(), edges, parts),
            Group::Columns(columns) => {
                let rights = rights(&columns, em);
                columns.into_iter().zip(rights).for_each(|(column, right)| cut(column, right, depth + 1, parts));
            }
        }
    }
}

/// What a run of bands is.
enum Group<A> {
    Lines(Vec<Item<A>>),
    Table(Vec<Item<A>>),
    /// Parts that are read one after the other.
    Columns(Vec<Vec<Item<A>>>),
}

/// Moves the lines that stand above one column alone into it, as those beside a picture do.
fn take_openings<A>(before: &mut Vec<Item<A>>, columns: &mut [Vec<Item<A>>], gutters: &[(f64, f64)], em: f64) {
    let mut top = columns.iter().flatten().map(|item| item.area().y0).fold(f64::INFINITY, f64::min);
    for band in bands(std::mem::take(before)).into_iter().rev() {
        let x = |edge: fn(Rect) -> f64, item: &Item<A>| gutters.iter().filter(|gutter| edge(item.area()) > (gutter.0 + gutter.1) / 2.0).count();
        let at = band.first().map_or(0, |item| x(|area| area.x0, item));
        let is_in_one = band.iter().all(|item| x(|area| area.x0, item) == at && x(|area| area.x1, item) == at);
        let is_text = band.iter().all(|item| item.piece().is_some_and(|piece| (piece.size - em).abs() < 0.15 * em));
        let end = band.iter().map(|item| item.area()).fold((f64::INFINITY, 0.0_f64), |all, area| (all.0.min(area.y0), all.1.max(area.y1)));
        if before.is_empty() && is_in_one && is_text && top - end.1 < 1.2 * em && columns.len() == gutters.len() + 1 {
            top = end.0;
            if let Some(column) = columns.get_mut(at) {
                column.extend(band);
            }
        } else {
            before.extend(band);
        }
    }
}

/// Moves words into a table that stand over several of its columns, so that no gutter runs through them.
fn take_header<A>(before: &mut Vec<Item<A>>, rows: &mut Vec<Item<A>>, em: f64) {
    let Some(table) = rows.iter().map(Item::area).reduce(|all, area| all.union(area)) else { return };
    let mut top = table.y0;
    for band in bands(std::mem::take(before)).into_iter().rev() {
        let is_over = |item: &Item<A>| {
            let (area, is_short) = (item.area(), item.piece().is_some_and(|piece| piece.glyphs.len() <= LONGEST_HEADER && !piece.has_stop()));
            // A title stands in the middle of the table, its unit at an end.
            let is_title = (area.center().x - table.center().x).abs() < em && band.len() == 1;
            is_short && !is_title && area.x0 > table.x0 + em && area.x1 < table.x1 - 0.5 * em
        };
        let bottom = band.iter().map(|item| item.area().y1).fold(0.0, f64::max);
        if before.is_empty() && top - bottom < em && band.iter().all(is_over) {
            top = band.iter().map(|item| item.area().y0).fold(top, f64::min);
            rows.extend(band);
        } else {
            before.extend(band);
        }
    }
}

/// How far the lines of columns may reach: one of short lines is as wide as the others.
fn rights<A>(columns: &[Vec<Item<A>>], em: f64) -> Vec<f64> {
    let range = |column: &Vec<Item<A>>| {
        let areas = column.iter().map(Item::area);
        areas.fold((f64::INFINITY, f64::NEG_INFINITY), |all, area| (all.0.min(area.x0), all.1.max(area.x1)))
    };
    let ranges: Vec<(f64, f64)> = columns.iter().map(range).collect();
    let widest = ranges.iter().map(|(from, to)| to - from).fold(0.0, f64::max);
    let is_shared = ranges.iter().filter(|(from, to)| to - from > widest - em).count() > 1;
    let gutter = ranges.windows(2).filter_map(|pair| Some(pair.get(1)?.0 - pair.first()?.1)).fold(f64::INFINITY, f64::min);
    let next = ranges.iter().skip(1).map(|(from, _)| from - gutter).chain([f64::INFINITY]);
    let reach = |((from, to), next): (&(f64, f64), f64)| if is_shared { (from + widest).min(next).max(*to) } else { *to };
    ranges.iter().zip(next).map(reach).collect()
}

/// The left and right edge of the lines that a region has, and of its columns.
fn edges<A>(groups: &[Group<A>], em: f64) -> (f64, f64) {
    let is_usual = |item: &&Item<A>| item.piece().is_some_and(|piece| (piece.size - em).abs() < 0.15 * em);
    let mut taken = (f64::INFINITY, f64::NEG_INFINITY);
    for group in groups {
        let items: Vec<&Item<A>> = match group {
            Group::Lines(items) => items.iter().collect(),
            Group::Columns(columns) => columns.iter().flatten().collect(),
            Group::Table(_) => continue,
        };
        let is_plain = items.iter().any(is_usual);
        for area in items.iter().filter(|item| !is_plain || is_usual(item)).map(|item| item.area()) {
            taken = (taken.0.min(area.x0), taken.1.max(area.x1));
        }
    }
    taken
}

fn push_lines<A>(mut items: Vec<Item<A>>, edges: (f64, f64), parts: &mut Vec<Part<A>>) {
    items.sort_by(|a, b| a.area().y0.total_cmp(&b.area().y0));
    let mut pieces = Vec::new();
    for item in items {
        match item {
            Item::Piece(piece) => pieces.push(piece),
            Item::Whole(_, whole) => {
                parts.extend(text(std::mem::take(&mut pieces), edges));
                parts.push(Part::Whole(whole));
            }
        }
    }
    parts.extend(text(pieces, edges));
}

fn text<A>(pieces: Vec<Piece>, edges: (f64, f64)) -> Option<Part<A>> {
    (!pieces.is_empty()).then_some(Part::Text { pieces, edges })
}

/// The size that most characters have.
fn usual_size<A>(items: &[Item<A>]) -> f64 {
    let mut sizes: Vec<(f64, usize)> = items.iter().filter_map(Item::piece).map(|piece| (piece.size, piece.glyphs.len())).collect();
    sizes.sort_by(|a, b| a.0.total_cmp(&b.0));
    let half = sizes.iter().map(|(_, count)| count).sum::<usize>() / 2;
    let mut seen = 0;
    let mut reaches_half = |count: usize| {
        seen += count;
        seen > half
    };
    sizes.iter().find(|(_, count)| reaches_half(*count)).map_or(10.0, |(size, _)| *size)
}

/// Tells columns of text from tables, and both from lines with a gap in them.
fn judge<A>(mut zone: Zone<A>, em: f64) -> Vec<Group<A>> {
    let is_tall = |band: &Band<A>| height(band) > TALL * em;
    let is_parted = |band: &Band<A>| !gutters(band, GUTTER * em).is_empty();
    let rows = zone.bands.iter().filter(|band| is_parted(band) && !is_tall(band)).count();
    let tall = zone.bands.iter().filter(|band| is_tall(band)).count();
    let has_wholes = zone.bands.iter().flatten().any(|item| item.piece().is_none());
    if zone.gutters.is_empty() && tall > 0 && !has_wholes {
        return peel(zone.bands.into_iter().flatten().collect(), em);
    }
    if zone.gutters.is_empty() || (rows < 2 && tall == 0 && !has_wholes) {
        return vec![Group::Lines(zone.bands.into_iter().flatten().collect())];
    }
    let evidence = Evidence::of(&zone, em);
    if evidence.are_columns_wide && !evidence.has_numbers && (evidence.is_prose || rows * 2 < zone.bands.len() || has_wholes) {
        return vec![Group::Columns(split(zone.bands.into_iter().flatten().collect(), &zone.gutters))];
    }
    if has_wholes || tall * 2 > zone.bands.len() || !(evidence.has_numbers || rows >= 3 || (evidence.columns >= 3 && rows >= 2)) {
        return vec![Group::Lines(zone.bands.into_iter().flatten().collect())];
    }
    // What stands on one side alone below a table is no row of it.
    let end = zone.bands.iter().rposition(is_parted).map_or(0, |last| last + 1);
    let after = zone.bands.split_off(end.min(zone.bands.len()));
    let table = Group::Table(zone.bands.into_iter().flatten().collect());
    if after.is_empty() { vec![table] } else { vec![table, Group::Lines(after.into_iter().flatten().collect())] }
}

/// What a zone's pieces tell.
struct Evidence {
    columns: usize,
    are_columns_wide: bool,
    has_numbers: bool,
    is_prose: bool,
}

/// What one column's pieces tell.
#[derive(Debug, Clone, Copy)]
struct Column {
    edges: (f64, f64),
    pieces: usize,
    numbers: usize,
    /// Full lines, and those with a mark of prose.
    prose: usize,
    stops: usize,
}

impl Evidence {
    fn of<A>(zone: &Zone<A>, em: f64) -> Self {
        let column_of = |area: Rect| zone.gutters.iter().filter(|gutter| area.x0 >= gutter.0 + (gutter.1 - gutter.0) / 2.0).count();
        let none = Column { edges: (f64::INFINITY, f64::NEG_INFINITY), pieces: 0, numbers: 0, prose: 0, stops: 0 };
        let mut columns = vec![none; zone.gutters.len() + 1];
        for area in zone.bands.iter().flatten().map(Item::area) {
            if let Some(column) = columns.get_mut(column_of(area)) {
                column.edges = (column.edges.0.min(area.x0), column.edges.1.max(area.x1));
            }
        }
        for piece in zone.bands.iter().flatten().filter_map(Item::piece) {
            if let Some(column) = columns.get_mut(column_of(piece.area)) {
                let fills = piece.glyphs.len() > 4 && piece.area.width() > FULL * (column.edges.1 - column.edges.0);
                column.pieces += 1;
                column.numbers += usize::from(piece.is_number());
                column.prose += usize::from(fills || piece.has_stop());
                column.stops += usize::from(piece.has_stop());
            }
        }
        let sum = |of: fn(&Column) -> usize| columns.iter().map(of).sum::<usize>();
        let (pieces, numbers, prose, stops) = (sum(|c| c.pieces), sum(|c| c.numbers), sum(|c| c.prose), sum(|c| c.stops));
        let tells = |column: &Column| column.stops >= 3 && column.prose * 3 >= column.pieces * 2;
        let is_told = stops * 6 >= pieces || columns.iter().any(tells);
        Self {
            columns: columns.len(),
            are_columns_wide: columns.iter().filter(|column| column.pieces > 0).all(|column| column.edges.1 - column.edges.0 >= COLUMN * em),
            has_numbers: numbers * 4 >= pieces && numbers > 0 && !is_told,
            is_prose: prose * 2 > pieces || is_told,
        }
    }
}

/// Parts items at gutters, from left to right.
fn split<A>(items: Vec<Item<A>>, gutters: &[(f64, f64)]) -> Vec<Vec<Item<A>>> {
    let mut columns: Vec<Vec<Item<A>>> = (0..=gutters.len()).map(|_| Vec::new()).collect();
    for item in items {
        let at = gutters.iter().filter(|gutter| item.area().center().x > (gutter.0 + gutter.1) / 2.0).count();
        if let Some(column) = columns.get_mut(at) {
            column.push(item);
        }
    }
    columns.retain(|column| !column.is_empty());
    columns
}

/// Parts columns whose lines stand at different heights, and a few wide lines over them: the gutter is where the fewest cross it.
fn peel<A>(items: Vec<Item<A>>, em: f64) -> Vec<Group<A>> {
    let crossing = |x: f64| items.iter().filter(move |item| item.area().x0 < x && item.area().x1 > x).count();
    let on_left = |x: f64| items.iter().filter(move |item| item.area().x1 <= x).count();
    let candidates = items.iter().map(|item| item.area().x0 - 0.2 * em).filter(|x| on_left(*x) >= 3 && on_left(*x) + crossing(*x) + 3 <= items.len());
    let Some(x) = candidates.min_by_key(|x| crossing(*x)).filter(|x| crossing(*x) * 6 <= items.len()) else {
        return vec![Group::Lines(items)];
    };
    let (mut wide, rest): (Vec<Item<A>>, Vec<Item<A>>) = items.into_iter().partition(|item| item.area().x0 < x && item.area().x1 > x);
    wide.sort_by(|a, b| a.area().y0.total_cmp(&b.area().y0));
    let mut groups = Vec::new();
    let push = |items: Vec<Item<A>>, groups: &mut Vec<Group<A>>| {
        let (left, right): (Vec<Item<A>>, Vec<Item<A>>) = items.into_iter().partition(|item| item.area().center().x < x);
        groups.push(Group::Columns([left, right].into_iter().filter(|column| !column.is_empty()).collect()));
    };
    let mut rest = rest;
    for item in wide {
        let y = item.area().center().y;
        let (above, below) = rest.into_iter().partition(|other| other.area().center().y < y);
        push(above, &mut groups);
        groups.push(Group::Columns(vec![vec![item]]));
        rest = below;
    }
    push(rest, &mut groups);
    groups
}
