//! Units of measure: written form → base unit, factor and family.

use super::LexiconError;
use rust_decimal::Decimal;
use std::collections::BTreeMap;

/// A unit of measure.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Unit {
    /// Base unit (`CNY`, `m2`, `count` …).
    pub(crate) base: String,
    /// Base units in one: numerator and denominator.
    pub(crate) factor: (Decimal, Decimal),
    /// Family, as the catalogue of indicators names it.
    pub(crate) family: String,
}

/// All units by their written form.
#[derive(Debug, Clone, Default)]
pub(crate) struct Units {
    by_written: BTreeMap<String, Unit>,
    longest: usize,
}

impl Units {
    /// Reads the lines of `unit.tsv` or of an addition to it.
    pub(crate) fn add(&mut self, list: &str, tsv: &str) -> Result<(), LexiconError> {
        for (number, line) in tsv.lines().enumerate().skip(1).filter(|(_, l)| !l.trim().is_empty()) {
            let wrong = |problem: &str| LexiconError::Line { list: list.to_owned(), line: number + 1, problem: problem.to_owned() };
            let mut columns = line.split('\t');
            let (Some(written), Some(base), Some(factor), Some(family)) = (columns.next(), columns.next(), columns.next(), columns.next()) else {
                return Err(wrong("wants the columns written, unit, factor, family"));
            };
            let (above, below) = factor.split_once('/').unwrap_or((factor, "1"));
            let (Ok(above), Ok(below)) = (above.parse::<Decimal>(), below.parse::<Decimal>()) else {
                return Err(wrong("the factor is no number"));
            };
            if written.is_empty() || base.is_empty() || below.is_zero() {
                return Err(wrong("an empty unit or a factor over zero"));
            }
            self.longest = self.longest.max(written.len());
            self.by_written.insert(written.to_owned(), Unit { base: base.to_owned(), factor: (above, below), family: family.to_owned() });
        }
        Ok(())
    }

    /// The longest unit with which `text` starts, and its bytes.
    pub(crate) fn prefix(&self, text: &str) -> Option<(usize, &Unit)> {
        let ends: Vec<usize> = text.char_indices().map(|(at, c)| at + c.len_utf8()).take_while(|end| *end <= self.longest).collect();
        ends.into_iter().rev().find_map(|end| text.get(..end).and_then(|w| self.by_written.get(w)).map(|u| (end, u)))
    }
}
