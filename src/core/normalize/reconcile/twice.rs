//! The same figure told twice in one document.

use std::collections::BTreeMap;

use super::{Checked, Claims, Pairing, stated};
use crate::model::{Measure, Observation};

pub(super) fn check(checked: &Checked<'_>, claims: &mut Claims<'_>) {
    let mut told: BTreeMap<_, Vec<usize>> = BTreeMap::new();
    for (at, row) in checked.rows.iter().enumerate().filter(|(_, row)| is_comparable(row)) {
        told.entry(key(row)).or_default().push(at);
    }
    for rows in told.values() {
        for (place, later) in rows.iter().copied().enumerate() {
            for earlier in rows.iter().copied().take(place) {
                compare(checked, claims, earlier, later);
            }
        }
    }
}

/// All that two rows must share to be the same figure.
fn key(row: &Observation) -> impl Ord + use<> {
    (
        (row.indicator.clone(), row.indicator_text.clone(), row.entity.clone()),
        (row.measure.as_str(), row.unit.clone(), row.baseline.clone(), row.price_basis.map(|basis| basis.as_str())),
        (row.period.start, row.period.end, row.area.clone()),
        (row.status.as_str(), row.revision.map(|revision| revision.as_str())),
    )
}

/// Whether a row says enough of itself to be found again: its period is known, and its measure has a base that is known.
fn is_comparable(row: &Observation) -> bool {
    let has_base = !matches!(row.measure, Measure::Gap | Measure::Multiple | Measure::Growth | Measure::Change) || row.baseline.is_some();
    row.period.end.is_some() && has_base && row.measure != Measure::Rank
}

fn compare(checked: &Checked<'_>, claims: &mut Claims<'_>, earlier: usize, later: usize) {
    let Some((one, other)) = checked.rows.get(earlier).zip(checked.rows.get(later)) else { return };
    let is_known = one.indicator_code.is_some();
    let is_told = |row: &Observation| !row.flags.contains(&"period_inferred") && row.rule != "table";
    let digits = |row: &Observation| row.value_text.chars().filter(char::is_ascii_digit).count();
    let is_weighty = digits(one).min(digits(other)) >= if is_known { 2 } else { 3 };
    if one.evidence == other.evidence || !is_weighty {
        return;
    }
    let pairing = if is_known && is_told(one) && is_told(other) { Pairing::Sure } else { Pairing::Likely };
    let given = |reach| stated::interval(one, reach);
    let how = |_: &str| {
        let what = format!("{} ({})", one.indicator, one.measure.as_str());
        format!("{what} is told as {} first, then as {}", checked.written(earlier), checked.written(later))
    };
    claims.weigh("twice", (later, &[earlier]), pairing, given, how);
}
