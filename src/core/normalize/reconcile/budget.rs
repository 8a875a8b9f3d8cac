//! Budgets and what was saved of them.

use super::{Checked, Claims, Pairing};
use crate::model::{Measure, Observation};
use std::ops::Range;

pub(super) fn check(checked: &Checked<'_>, claims: &mut Claims<'_>) {
    for sentence in &checked.sentences {
        saved(checked, claims, sentence.clone());
    }
}

/// 「预算金额…，实际采购…，节约资金…，节约率…」.
fn saved(checked: &Checked<'_>, claims: &mut Claims<'_>, sentence: Range<usize>) {
    let find = |words: &[&str], is_rate: bool| {
        let is_meant = |row: &Observation| {
            row.measure == Measure::Level && (row.unit == "percent") == is_rate && words.iter().any(|word| row.indicator_text.contains(word))
        };
        let mut all = sentence.clone().filter(|at| checked.rows.get(*at).is_some_and(is_meant));
        all.next().filter(|_| all.next().is_none())
    };
    let budget = find(&["预算金额", "预算资金", "采购预算", "预算价", "预算总额", "预算投资"], false);
    let actual = find(&["实际采购", "采购金额", "成交金额", "中标金额", "实际支付", "实际支出", "合同金额"], false);
    let saved = find(&["节约资金", "节约财政资金", "节约金额", "节支金额", "节支额", "节约额"], false);
    let rate = find(&["节约率", "节支率", "资金节约率"], true);
    let Some(budget) = budget else { return };
    // Of other budgets, what was not spent is not all saved.
    let words = checked.rows.get(budget).and_then(|row| checked.document.get(row.evidence.clone())).unwrap_or_default();
    let pairing = if ["采购", "招标"].iter().any(|word| words.contains(word)) { Pairing::Sure } else { Pairing::Likely };
    if let (Some(actual), Some(saved)) = (actual, saved) {
        let given = |reach| checked.interval(budget, reach)?.minus(checked.interval(actual, reach)?);
        let how = |computed: &str| {
            format!("{} less {} is {computed}, but {} is told as saved", checked.written(budget), checked.written(actual), checked.written(saved))
        };
        claims.weigh("saved", (saved, &[budget, actual]), pairing, given, how);
    }
    if let (Some(saved), Some(rate)) = (saved, rate) {
        let given = |reach| checked.interval(saved, reach)?.percent_of(checked.interval(budget, reach)?);
        let how = |computed: &str| {
            format!("{} of {} is {computed}, but the rate is told as {}", checked.written(saved), checked.written(budget), checked.written(rate))
        };
        claims.weigh("saved", (rate, &[budget, saved]), pairing, given, how);
    }
    if let (Some(actual), Some(rate), None) = (actual, rate, saved) {
        let given = |reach| {
            let budget = checked.interval(budget, reach)?;
            budget.minus(checked.interval(actual, reach)?)?.percent_of(budget)
        };
        let how = |computed: &str| {
            format!(
                "{} instead of {} saves {computed}, but the rate is told as {}",
                checked.written(actual),
                checked.written(budget),
                checked.written(rate)
            )
        };
        claims.weigh("saved", (rate, &[budget, actual]), pairing, given, how);
    }
}
