//! Bands of a page below each other, and zones: bands that share their gutters.

use super::pieces::Piece;
use hayro_interpret::kurbo::Rect;

/// What is to be ordered.
#[derive(Debug)]
pub(super) enum Item<A> {
    Piece(Piece),
    Whole(Rect, A),
}

impl<A> Item<A> {
    pub(super) fn area(&self) -> Rect {
        match self {
            Self::Piece(piece) => piece.area,
            Self::Whole(area, _) => *area,
        }
    }

    /// The rows that it takes, less what leading takes of tightly set lines.
    fn rows(&self) -> (f64, f64) {
        let area = self.area();
        let slack = 0.1 * area.height().min(20.0);
        (area.y0 + slack, area.y1 - slack)
    }

    pub(super) fn into_piece(self) -> Option<Piece> {
        match self {
            Self::Piece(piece) => Some(piece),
            Self::Whole(..) => None,
        }
    }

    pub(super) fn piece(&self) -> Option<&Piece> {
        match self {
            Self::Piece(piece) => Some(piece),
            Self::Whole(..) => None,
        }
    }
}

/// Gutters are so many sizes wide at least.
pub(super) const GUTTER: f64 = 0.7;
/// A headline's characters are so many times as large as the text's.
const HEADLINE: f64 = 1.45;
/// Those of a line that leads in a headline are larger than the text's too, or it stands nearer to the headline.
const LEAD: f64 = 1.1;
/// A line of one column, so many sizes below the others, does not belong to them.
const APART: f64 = 4.0;
/// A paragraph opens no further in.
const INDENT: f64 = 3.2;

/// Items that no horizontal gap parts, or a run of such.
pub(super) type Band<A> = Vec<Item<A>>;

/// Parts items where a horizontal gap runs from side to side.
pub(super) fn bands<A>(mut items: Vec<Item<A>>) -> Vec<Band<A>> {
    items.sort_by(|a, b| a.rows().0.total_cmp(&b.rows().0));
    let mut bands: Vec<Band<A>> = Vec::new();
    let mut bottom = f64::NEG_INFINITY;
    for item in items {
        let rows = item.rows();
        match bands.last_mut() {
            Some(band) if rows.0 < bottom => band.push(item),
            _ => bands.push(vec![item]),
        }
        bottom = bottom.max(rows.1);
    }
    bands
}

/// How high items stand together.
pub(super) fn height<A>(items: &[Item<A>]) -> f64 {
    let top = items.iter().map(|item| item.rows().0).fold(f64::INFINITY, f64::min);
    items.iter().map(|item| item.rows().1).fold(top, f64::max) - top
}

/// The ranges that items leave free, the outer ones without end.
fn free<A>(items: &[Item<A>], least: f64) -> Vec<(f64, f64)> {
    let mut taken: Vec<(f64, f64)> = items.iter().map(|item| (item.area().x0, item.area().x1)).collect();
    taken.sort_by(|a, b| a.0.total_cmp(&b.0));
    let mut from = f64::NEG_INFINITY;
    let mut free = Vec::new();
    for (start, end) in taken.into_iter().chain([(f64::INFINITY, f64::INFINITY)]) {
        if start - from >= least {
            free.push((from, start));
        }
        from = from.max(end);
    }
    free
}

/// The free ranges between items.
pub(super) fn gutters<A>(items: &[Item<A>], least: f64) -> Vec<(f64, f64)> {
    inner(&free(items, least))
}

/// The ranges of those that end on both sides.
fn inner(free: &[(f64, f64)]) -> Vec<(f64, f64)> {
    free.iter().copied().filter(|gap| gap.0.is_finite() && gap.1.is_finite()).collect()
}

/// Bands with common gutters; a band without one stands alone.
pub(super) struct Zone<A> {
    pub(super) bands: Vec<Band<A>>,
    pub(super) gutters: Vec<(f64, f64)>,
    /// The gutters, and the ranges left and right of all: where a column begins further below, its gutter opens in these.
    free: Vec<(f64, f64)>,
    /// The headlines that it begins with, from left to right.
    heads: Vec<(f64, f64)>,
}

/// Puts bands together to zones; `em` is the text's size.
pub(super) fn zones<A>(bands: Vec<Band<A>>, em: f64) -> Vec<Zone<A>> {
    let least = GUTTER * em;
    let mut zones: Vec<Zone<A>> = Vec::new();
    let mut bottom = f64::NEG_INFINITY;
    let mut bands = bands.into_iter().peekable();
    while let Some(band) = bands.next() {
        // Headlines have gaps between their clauses.
        let is_head = is_headline(&band, em);
        let own = free(&band, if is_head { 2.0 * GUTTER * size(&band) } else { least });
        let is_apart = is_head
            || (inner(&own).is_empty() && top(&band) - bottom > APART * em && !zones.last().is_some_and(|zone| goes_down(zone, &band, em)))
            || bands.peek().is_some_and(|below| is_headline(below, em) && leads(&band, below, bottom, em));
        bottom = band.iter().map(|item| item.area().y1).fold(bottom, f64::max);
        if let Some(zone) = zones.last_mut().filter(|zone| !is_apart && !zone.gutters.is_empty()) {
            let free = free(&band, least);
            let common = |ranges: &[(f64, f64)]| -> Vec<(f64, f64)> {
                let pairs = ranges.iter().flat_map(|a| free.iter().map(move |b| (a.0.max(b.0), a.1.min(b.1))));
                pairs.filter(|gap| gap.1 - gap.0 >= least).collect()
            };
            if !common(&zone.gutters).is_empty() {
                zone.free = common(&zone.free);
                zone.gutters = inner(&zone.free);
                zone.bands.push(band);
                continue;
            }
        }
        // Columns begin beside no headline: it stands over them.
        let gutters = inner(&own);
        let heads = own.windows(2).filter(|_| is_head).filter_map(|pair| Some((pair.first()?.1, pair.get(1)?.0))).collect();
        zones.push(Zone { free: if is_head { gutters.clone() } else { own }, gutters, heads, bands: vec![band] });
    }
    for zone in &mut zones {
        part_articles(zone, em);
        drop_indents(zone, em);
    }
    zones
}

/// Whether a line stands in one of a zone's columns as its text does, below a picture; the picture's own words do too.
fn goes_down<A>(zone: &Zone<A>, band: &Band<A>, em: f64) -> bool {
    let column_of = |area: Rect| zone.gutters.iter().filter(|gutter| area.center().x > (gutter.0 + gutter.1) / 2.0).count();
    let Some(line) = band.iter().map(Item::area).reduce(|all, area| all.union(area)) else { return false };
    let in_column = zone.bands.iter().flatten().map(Item::area).filter(|area| column_of(*area) == column_of(line));
    let is_text = band.iter().all(|item| item.piece().is_some_and(|piece| piece.size < 1.15 * em));
    is_text
        && in_column
            .reduce(|all, area| all.union(area))
            .is_some_and(|column| (-0.3 * em..INDENT * em).contains(&(line.x0 - column.x0)) && line.x1 < column.x1 + 0.3 * em)
}

/// The size of a band's smallest characters.
fn size<A>(band: &Band<A>) -> f64 {
    band.iter().map(|item| item.piece().map_or(0.0, |piece| piece.size)).fold(f64::INFINITY, f64::min)
}

fn top<A>(band: &Band<A>) -> f64 {
    band.iter().map(|item| item.area().y0).fold(f64::INFINITY, f64::min)
}

fn is_headline<A>(band: &Band<A>, em: f64) -> bool {
    size(band) > HEADLINE * em
}

/// Whether a line leads in the headline below it, and does not end a column above it.
fn leads<A>(band: &Band<A>, headline: &Band<A>, above: f64, em: f64) -> bool {
    let bottom = band.iter().map(|item| item.area().y1).fold(f64::NEG_INFINITY, f64::max);
    let is_nearer = top(headline) - bottom < top(band) - above;
    gutters(band, 2.0 * GUTTER * em).is_empty() && (is_nearer || size(band) > LEAD * em)
}

/// Where headlines stand beside each other, leaves one of the gutters between two of them: the others part the columns of an
/// article. A headline stands in the middle of its columns, or begins with them.
fn part_articles<A>(zone: &mut Zone<A>, em: f64) {
    let areas = || zone.bands.iter().flatten().map(Item::area);
    let mut left = areas().map(|area| area.x0).fold(f64::INFINITY, f64::min);
    let right = areas().map(|area| area.x1).fold(f64::NEG_INFINITY, f64::max);
    let middle = |range: (f64, f64)| (range.0 + range.1) / 2.0;
    for (at, pair) in zone.heads.windows(2).enumerate() {
        let [head, next] = *pair else { continue };
        let is_last = at + 2 == zone.heads.len();
        let error = |gutter: &(f64, f64)| {
            let begins = (next.0 - gutter.1).abs();
            let is_centred = (head.0 - left).abs() > em;
            let before = if is_centred { (middle(head) - middle((left, gutter.0))).abs() } else { f64::INFINITY };
            let after = if is_last { (middle(next) - middle((gutter.1, right))).abs() } else { f64::INFINITY };
            begins.min(before).min(after)
        };
        let is_between = |gutter: &(f64, f64)| gutter.0 >= head.1 - em && gutter.1 <= next.0 + em;
        let best = zone.gutters.iter().copied().filter(is_between).min_by(|a, b| error(a).total_cmp(&error(b)));
        if let Some(best) = best {
            zone.gutters.retain(|gutter| *gutter == best || !is_between(gutter));
            left = best.1;
        }
    }
}

/// Takes out gutters that are the indent of a column whose lines nearly all open a paragraph.
fn drop_indents<A>(zone: &mut Zone<A>, em: f64) {
    let counts: Vec<usize> = (0..=zone.gutters.len())
        .map(|column| {
            let left = column.checked_sub(1).and_then(|at| zone.gutters.get(at)).map_or(f64::NEG_INFINITY, |gutter| gutter.0);
            let right = zone.gutters.get(column).map_or(f64::INFINITY, |gutter| gutter.1);
            zone.bands.iter().flatten().filter(|item| item.area().x0 > left && item.area().x1 < right).count()
        })
        .collect();
    let mut at = 0;
    let mut left = zone.bands.iter().flatten().map(|item| item.area().x0).fold(f64::INFINITY, f64::min);
    zone.gutters.retain(|gutter| {
        let (before, after) = (counts.get(at).copied().unwrap_or_default(), counts.get(at + 1).copied().unwrap_or_default());
        let is_indent = gutter.1 - left < INDENT * em && before * 4 <= after;
        at += 1;
        if !is_indent {
            left = gutter.1;
        }
        !is_indent
    });
}
