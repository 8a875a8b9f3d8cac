//! The structure of the economy in three numbers: 「三次产业结构为8.2:41.5:50.3」.

use std::ops::Range;

use rust_decimal::Decimal;

use super::quantity::{Form, Quantity};
use super::reader::{Reader, Tail};
use super::statement::Statement;
use crate::model::Measure;

const SECTORS: [&str; 3] = ["第一产业", "第二产业", "第三产业"];

impl Reader<'_, '_> {
    /// Reads every triple of shares that adds up to a hundred.
    pub(super) fn structures(&mut self) {
        let triples = triples(self.sentence.text);
        for (at, (range, values)) in triples.iter().enumerate() {
            let before = self.sentence.cut(0, range.start);
            if !["产业", "一二三产", "三产"].iter().any(|w| before.contains(w)) {
                continue;
            }
            let is_earlier = triples.get(at + 1).is_some_and(|(next, _)| {
                let gap = self.sentence.cut(range.end, next.start);
                gap.chars().count() <= 16 && ["调整", "优化", "转变", "变", "演进", "到", "为"].iter().any(|w| gap.contains(w))
            });
            let tail = Tail { end: range.start, heard: Vec::new(), periods: Vec::new() };
            for (sector, (place, value)) in SECTORS.iter().zip(values) {
                let quantity = Quantity {
                    range: place.clone(),
                    unit_start: place.end,
                    low: *value,
                    high: None,
                    base: String::from("percent"),
                    family: String::from("percent"),
                    form: Form::Part,
                    is_open: false,
                };
                let mut statement = Statement::bare("structure", quantity, format!("{sector}比重"));
                statement.measure = Measure::Share;
                statement.status = self.status(range.start, &tail);
                statement.period = if is_earlier {
                    self.sentence.periods.iter().rposition(|p| p.range.end <= range.start && p.range.end + 6 >= range.start)
                } else {
                    self.period(range.start, &tail)
                };
                statement.area = self.area(range.start);
                statement.is_earlier = is_earlier;
                statement.is_later = at > 0 && !is_earlier;
                statement.revision = self.revision(range.start);
                self.found.push(statement);
            }
        }
        self.found.sort_by_key(|statement| statement.quantity.range.start);
    }
}

type Triple = (Range<usize>, [(Range<usize>, Decimal); 3]);

/// 「a:b:c」 with a sum near a hundred.
fn triples(text: &str) -> Vec<Triple> {
    let mut found = Vec::new();
    let mut at = 0;
    while let Some(rest) = text.get(at..).filter(|rest| !rest.is_empty()) {
        let step = rest.chars().next().map_or(1, char::len_utf8);
        let is_start = rest.starts_with(|c: char| c.is_ascii_digit())
            && !text.get(..at).is_some_and(|b| b.ends_with(|c: char| c.is_ascii_digit() || matches!(c, '.' | ':')));
        if let Some(triple) = is_start.then(|| triple_at(text, at)).flatten() {
            at = triple.0.end;
            found.push(triple);
        } else {
            at += step;
        }
    }
    found
}

fn triple_at(text: &str, at: usize) -> Option<Triple> {
    let mut places = Vec::new();
    let mut from = at;
    for part in 0..3 {
        if part > 0 {
            let rest = text.get(from..)?;
            from += [":", "：", "∶"].iter().find(|colon| rest.starts_with(**colon))?.len();
        }
        let len = text.get(from..)?.bytes().take_while(|b| b.is_ascii_digit() || *b == b'.').count();
        let value: Decimal = text.get(from..from + len)?.parse().ok()?;
        places.push((from..from + len, value));
        from += len;
    }
    let places: [(Range<usize>, Decimal); 3] = places.try_into().ok()?;
    let sum: Decimal = places.iter().map(|(_, value)| *value).sum();
    let is_whole = sum >= Decimal::from(99) && sum <= Decimal::from(101);
    is_whole.then_some((at..from, places))
}
