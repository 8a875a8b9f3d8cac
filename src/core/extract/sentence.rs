//! One sentence with everything found in it that is not yet a statement.

use super::area::{AreaKind, AreaMention, find_areas};
use super::period::{PeriodMention, find_periods};
use super::quantity::{Quantity, Unread, find_quantities};
use crate::lexicon::Lexicon;

/// A sentence and its mentions; all ranges count from its start.
#[derive(Debug, Clone)]
pub(crate) struct Sentence<'a> {
    pub(crate) text: &'a str,
    pub(crate) periods: Vec<PeriodMention>,
    pub(crate) areas: Vec<AreaMention>,
    pub(crate) quantities: Vec<Quantity>,
    pub(crate) unread: Vec<Unread>,
}

/// Whether a period stands within a quoted name: 「“新十二月市”」; 「“十四五”」 is a period itself.
fn is_quoted(text: &str, range: &std::ops::Range<usize>) -> bool {
    let before = text.get(..range.start).unwrap_or_default();
    let after = text.get(range.end..).unwrap_or_default();
    let open = before.rfind('“').filter(|at| !before.get(*at..).is_some_and(|b| b.contains('”')));
    let close = after.find('”').filter(|at| !after.get(..*at).is_some_and(|a| a.contains('“')));
    let (Some(open), Some(close)) = (open, close) else { return false };
    let inside = before.len() - open - "“".len() + close;
    inside > 0 && inside <= 30 && before.len() - open > "“".len()
}

impl<'a> Sentence<'a> {
    /// Finds the mentions of a sentence.
    pub(crate) fn find(text: &'a str, lexicon: &Lexicon) -> Self {
        let has_number = text.chars().any(|c| c.is_ascii_digit() || "一二三四五六七八九十百千万亿首前翻平".contains(c));
        if !has_number {
            return Self { text, periods: find_periods(text), areas: Vec::new(), quantities: Vec::new(), unread: Vec::new() };
        }
        let periods = find_periods(text);
        let areas = find_areas(text, &lexicon.areas);
        let names = areas.iter().filter(|area| matches!(area.kind, AreaKind::Named { .. })).map(|area| area.range.clone());
        let taken: Vec<_> = periods.iter().map(|p| p.range.clone()).chain(names).collect();
        let (quantities, unread) = find_quantities(text, &taken, lexicon);
        // 「连续4年」 tells how often, not when.
        let periods = periods
            .into_iter()
            .filter(|p| !text.get(..p.range.start).is_some_and(|before| before.ends_with("连续")) && !is_quoted(text, &p.range))
            .collect();
        Self { text, periods, areas, quantities, unread }
    }

    /// A piece of the sentence; empty where the range is no piece of it.
    pub(crate) fn cut(&self, start: usize, end: usize) -> &'a str {
        self.text.get(start..end).unwrap_or_default()
    }
}
