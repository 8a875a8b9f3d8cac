//! What a page draws: characters, rules and pictures, each in its place.

use super::radicals;
use hayro_interpret::{
    BlendMode, ClipPath, Context, Device, DrawMode, DrawProps, Image, ImageDrawProps, InterpreterCache, InterpreterSettings, RenderContent, SoftMask,
    font::{Glyph as Drawn, GlyphRun},
    hayro_cmap::{BfString, WritingMode},
    interpret_page,
    kurbo::{Affine, BezPath, PathEl, Point, Rect, Shape, Vec2},
};
use hayro_syntax::{Pdf, page::Page};

/// One character in its place. Boxes reach over the whole advance and from the baseline's descent to the ascent,
/// in points; the origin is the page's upper left corner.
#[derive(Debug, Clone)]
pub(super) struct Glyph {
    pub(super) c: char,
    pub(super) area: Rect,
    /// The font's size, in points.
    pub(super) size: f64,
    /// Whether the text goes on below it.
    pub(super) is_vertical: bool,
    /// Drawn without ink, as recognised text is under its picture.
    is_invisible: bool,
    /// Whether a blank is drawn before it.
    pub(super) is_after_blank: bool,
    turn: Turn,
}

/// Which way a character's line runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Turn {
    Right,
    Down,
    Left,
    Up,
    Askew,
}

/// A page's contents.
#[derive(Debug, Default)]
pub(super) struct Sheet {
    pub(super) width: f64,
    pub(super) height: f64,
    pub(super) glyphs: Vec<Glyph>,
    /// Straight strokes along the page's sides.
    pub(super) rules: Vec<Rect>,
    pub(super) pictures: Vec<Rect>,
    /// Characters whose meaning the file does not tell.
    pub(super) unknown: usize,
    /// All characters that it draws.
    pub(super) drawn: usize,
    is_after_blank: bool,
}

/// Stands for a character whose meaning the file does not tell.
pub(super) const UNKNOWN: char = '\u{fffd}';

/// Fonts count in thousandths of their size.
const EM: f64 = 1000.0;
/// How far ideographs reach above and below the baseline.
const ASCENT: f64 = 880.0;
const DESCENT: f64 = 120.0;

/// A rule is no thicker.
const THICK: f64 = 3.0;
/// More rules than tables have are a drawing.
const MOST_RULES: usize = 20_000;

/// More characters than a page of a newspaper has.
pub(super) const MOST_CHARACTERS: usize = 60_000;

/// Smaller characters are seen by nobody.
const LEAST_SIZE: f64 = 2.0;

/// Two of the same character that are nearer to each other, in parts of their size, are one that is drawn twice.
const TWICE: f64 = 0.15;

/// Reads what a page draws.
pub(super) fn read<'a>(pdf: &'a Pdf, page: &Page<'a>, cache: &InterpreterCache<'a>) -> Sheet {
    let (width, height) = page.render_dimensions();
    let settings = InterpreterSettings { render_content: RenderContent::PAGE, ..InterpreterSettings::default() };
    let initial = Affine::new(page.initial_transform(true).as_coeffs());
    let area = Rect::new(0.0, 0.0, f64::from(width), f64::from(height));
    let mut context = Context::new(initial, area, cache, pdf.xref(), settings);
    let mut sheet = Sheet { width: f64::from(width), height: f64::from(height), ..Sheet::default() };
    interpret_page(page, &mut context, &mut sheet);
    sheet.settle();
    sheet
}

impl Sheet {
    /// Turns the page upright, and leaves out what is not its text.
    fn settle(&mut self) {
        mark_vertical(&mut self.glyphs);
        let mut counts = [(Turn::Right, 0_usize), (Turn::Down, 0), (Turn::Left, 0), (Turn::Up, 0)];
        for (turn, count) in &mut counts {
            *count = self.glyphs.iter().filter(|glyph| glyph.turn == *turn).count();
        }
        let turn = counts.into_iter().rev().max_by_key(|(_, count)| *count).map_or(Turn::Right, |(turn, _)| turn);
        let seen = self.glyphs.iter().filter(|glyph| glyph.turn == turn && !glyph.is_invisible).count();
        let (width, height) = (self.width, self.height);
        let is_on_page = |area: &Rect| (0.0..=width).contains(&area.center().x) && (0.0..=height).contains(&area.center().y);
        // Recognised text has nothing drawn beside it; else it repeats what is drawn.
        let has_recognised = self.glyphs.len() > seen * 4;
        self.glyphs
            .retain(|glyph| glyph.turn == turn && glyph.size >= LEAST_SIZE && is_on_page(&glyph.area) && (!glyph.is_invisible || has_recognised));
        drop_doubles(&mut self.glyphs);
        let upright = match turn {
            Turn::Right | Turn::Askew => Affine::IDENTITY,
            Turn::Down => Affine::new([0.0, -1.0, 1.0, 0.0, 0.0, width]),
            Turn::Left => Affine::new([-1.0, 0.0, 0.0, -1.0, width, height]),
            Turn::Up => Affine::new([0.0, 1.0, -1.0, 0.0, height, 0.0]),
        };
        if matches!(turn, Turn::Down | Turn::Up) {
            (self.width, self.height) = (height, width);
        }
        let areas = self.glyphs.iter_mut().map(|glyph| &mut glyph.area).chain(&mut self.rules).chain(&mut self.pictures);
        areas.for_each(|area| *area = upright.transform_rect_bbox(*area));
        self.rules = joined(std::mem::take(&mut self.rules));
    }

    /// Takes what one glyph stands for; several characters share its place.
    fn push_characters(&mut self, drawn: &str, glyph: &Glyph) {
        let mut characters = Vec::new();
        drawn.chars().for_each(|c| radicals::written(c, |c| characters.push(c)));
        let share = glyph.area.width() / f64::from(u32::try_from(characters.len()).unwrap_or(u32::MAX).max(1));
        let mut x0 = glyph.area.x0;
        for c in characters {
            let area = Rect { x0, x1: x0 + share, ..glyph.area };
            x0 += share;
            if c.is_whitespace() {
                self.is_after_blank = true;
            } else if !c.is_control() && !matches!(c, '\u{ad}' | '\u{200b}' | '\u{feff}') {
                self.push(Glyph { c, area, ..glyph.clone() });
            }
        }
    }

    fn push(&mut self, glyph: Glyph) {
        self.drawn += 1;
        if self.drawn > MOST_CHARACTERS {
            return;
        }
        self.glyphs.push(Glyph { is_after_blank: std::mem::take(&mut self.is_after_blank), ..glyph });
    }

    fn push_rule(&mut self, from: Point, to: Point) {
        let area = Rect::from_points(from, to);
        if area.width().min(area.height()) <= THICK && area.width().max(area.height()) > THICK && self.rules.len() < MOST_RULES {
            self.rules.push(area);
        }
    }

    /// Takes the straight strokes of a path, and its bars: thin areas that are filled.
    fn push_path(&mut self, path: &BezPath, transform: Affine, is_stroke: bool) {
        let mut corners: Vec<Point> = Vec::new();
        let mut is_bent = false;
        for element in path.elements().iter().chain([&PathEl::MoveTo(Point::ZERO)]) {
            match *element {
                PathEl::MoveTo(to) => {
                    if !is_bent {
                        self.push_corners(&corners, is_stroke);
                    }
                    is_bent = false;
                    corners.clear();
                    corners.push(transform * to);
                }
                PathEl::LineTo(to) => corners.push(transform * to),
                PathEl::ClosePath => corners.extend(corners.first().copied()),
                PathEl::QuadTo(..) | PathEl::CurveTo(..) => is_bent = true,
            }
        }
    }

    fn push_corners(&mut self, corners: &[Point], is_stroke: bool) {
        if is_stroke {
            corners.windows(2).for_each(|pair| {
                if let [from, to] = *pair {
                    self.push_rule(from, to);
                }
            });
        } else if let [first, rest @ ..] = corners
            && (3..=5).contains(&rest.len())
        {
            let area = rest.iter().fold(Rect::from_points(*first, *first), |area, corner| area.union_pt(*corner));
            self.push_rule(area.origin(), Point::new(area.x1, area.y1));
        }
    }
}

impl<'a> Device<'a> for Sheet {
    fn draw_path(&mut self, path: &BezPath, props: DrawProps<'a>, draw_mode: &DrawMode) {
        if path.elements().len() <= MOST_RULES {
            self.push_path(path, props.transform, matches!(draw_mode, DrawMode::Stroke(_)));
        }
    }

    fn draw_rect(&mut self, rect: &Rect, props: DrawProps<'a>, draw_mode: &DrawMode) {
        self.push_path(&rect.to_path(0.1), props.transform, matches!(draw_mode, DrawMode::Stroke(_)));
    }

    fn draw_glyph_run(&mut self, run: &GlyphRun<'_, 'a>, props: DrawProps<'a>, draw_mode: &DrawMode) {
        let is_vertical = run.writing_mode() == WritingMode::Vertical;
        let mut glyphs = run.glyphs().iter().map(|glyph| (glyph, props.transform * glyph.transform())).peekable();
        while let Some((glyph, place)) = glyphs.next() {
            let right = turned(place, Vec2::new(EM, 0.0));
            let up = turned(place, Vec2::new(0.0, EM));
            let advance = if is_vertical { None } else { advance(glyph) }.unwrap_or(EM);
            let next = glyphs.peek().map(|(_, next)| next.translation() - place.translation());
            let stretch = stretch(right.hypot(), up.hypot(), advance / EM, next.map(Vec2::hypot));
            let area = place.transform_rect_bbox(Rect::new(0.0, -DESCENT, advance * stretch, ASCENT));
            let is_invisible = matches!(draw_mode, DrawMode::Invisible);
            let drawn = Glyph { c: UNKNOWN, area, size: up.hypot(), is_vertical, is_invisible, is_after_blank: false, turn: turn(right) };
            match glyph.as_unicode() {
                Some(BfString::Char(c)) => self.push_characters(c.encode_utf8(&mut [0; 4]), &drawn),
                Some(BfString::String(characters)) => self.push_characters(&characters, &drawn),
                None => {
                    self.unknown += 1;
                    self.push(drawn);
                }
            }
        }
    }

    fn draw_image(&mut self, image: Image<'a, '_>, props: ImageDrawProps<'a>) {
        let area = Rect::new(0.0, 0.0, f64::from(image.width()), f64::from(image.height()));
        let area = props.transform.transform_rect_bbox(area).intersect(Rect::new(0.0, 0.0, self.width, self.height));
        if area.area() > 0.0 {
            self.pictures.push(area);
        }
    }

    fn push_clip_path(&mut self, _: &ClipPath) {}
    fn push_transparency_group(&mut self, _: f32, _: Option<SoftMask<'a>>, _: BlendMode) {}
    fn pop_clip(&mut self) {}
    fn pop_transparency_group(&mut self) {}
}

fn advance(glyph: &Drawn<'_>) -> Option<f64> {
    match glyph {
        Drawn::Outline(glyph) => glyph.advance_width(),
        Drawn::Type3(glyph) => glyph.advance_width(),
    }
    .map(f64::from)
}

fn turned(place: Affine, by: Vec2) -> Vec2 {
    (place * by.to_point()).to_vec2() - place.translation()
}

/// By how much a glyph is wider than its outline is drawn: a font that stands in for another is stretched to its widths,
/// which the advance tells already. The next glyph's place decides between the two.
fn stretch(across: f64, size: f64, advance: f64, next: Option<f64>) -> f64 {
    let next = next.unwrap_or(advance * size);
    if across > 0.0 && (advance * size - next).abs() < (advance * across - next).abs() { size / across } else { 1.0 }
}

fn turn(right: Vec2) -> Turn {
    let (along, across) = (right.x.abs(), right.y.abs());
    if across * 20.0 <= along {
        if right.x > 0.0 { Turn::Right } else { Turn::Left }
    } else if along * 20.0 <= across {
        if right.y > 0.0 { Turn::Down } else { Turn::Up }
    } else {
        Turn::Askew
    }
}

/// Rules with those that go on with them: many writers draw one for each cell.
fn joined(rules: Vec<Rect>) -> Vec<Rect> {
    let (mut across, mut down): (Vec<Rect>, Vec<Rect>) = rules.into_iter().partition(|rule| rule.width() > rule.height());
    across.sort_by(|a, b| a.center().y.total_cmp(&b.center().y).then(a.x0.total_cmp(&b.x0)));
    down.sort_by(|a, b| a.center().x.total_cmp(&b.center().x).then(a.y0.total_cmp(&b.y0)));
    let mut joined: Vec<Rect> = Vec::new();
    for rule in across.into_iter().chain(down) {
        match joined.last_mut() {
            Some(last) if goes_on(*last, rule) => *last = last.union(rule),
            _ => joined.push(rule),
        }
    }
    joined
}

fn goes_on(before: Rect, after: Rect) -> bool {
    let is_across = before.width() > before.height();
    if is_across != (after.width() > after.height()) {
        return false;
    }
    let aside = if is_across { before.center().y - after.center().y } else { before.center().x - after.center().x };
    let gap = if is_across { after.x0 - before.x1 } else { after.y0 - before.y1 };
    aside.abs() < 0.6 && gap < THICK
}

/// Marks characters that are set below each other one after the other, whatever their font says.
fn mark_vertical(glyphs: &mut [Glyph]) {
    let is_below = |above: &Glyph, below: &Glyph| {
        let (down, em) = (below.area.y0 - above.area.y0, above.size.max(1.0));
        let is_one_line = (above.area.center().x - below.area.center().x).abs() < 0.2 * em && (above.size - below.size).abs() < 0.1 * em;
        is_one_line && (0.8 * em..1.4 * em).contains(&down) && above.turn == Turn::Right && below.turn == Turn::Right
    };
    let mut from = 0;
    for at in 1..=glyphs.len() {
        let goes_on = glyphs.get(at - 1).zip(glyphs.get(at)).is_some_and(|(above, below)| is_below(above, below));
        if !goes_on {
            if at - from >= 3 {
                glyphs.get_mut(from..at).unwrap_or_default().iter_mut().for_each(|glyph| glyph.is_vertical = true);
            }
            from = at;
        }
    }
}

/// Leaves out characters that are drawn once more in the same place to look bold or to throw a shadow.
fn drop_doubles(glyphs: &mut Vec<Glyph>) {
    let mut order: Vec<usize> = (0..glyphs.len()).collect();
    let key = |at: &usize| glyphs.get(*at).map(|glyph| (glyph.c, glyph.area.x0)).unwrap_or_default();
    order.sort_by(|a, b| key(a).0.cmp(&key(b).0).then(key(a).1.total_cmp(&key(b).1)));
    let mut is_double = vec![false; glyphs.len()];
    for (nth, at) in order.iter().enumerate() {
        let Some(glyph) = glyphs.get(*at).filter(|_| !is_double.get(*at).copied().unwrap_or_default()) else { continue };
        for other in order.iter().skip(nth + 1) {
            let Some(twin) = glyphs.get(*other) else { break };
            if twin.c != glyph.c || twin.area.x0 - glyph.area.x0 > TWICE * glyph.size {
                break;
            }
            if (twin.area.y0 - glyph.area.y0).abs() < TWICE * glyph.size
                && let Some(place) = is_double.get_mut(*other)
            {
                *place = true;
            }
        }
    }
    let mut is_double = is_double.into_iter();
    glyphs.retain(|_| !is_double.next().unwrap_or_default());
}
