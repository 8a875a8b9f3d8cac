//! The same figure told twice in one document.

use std::collections::BTreeMap;

use super::{Checked, Claims, Pairing, stated};
use crate::model::{Decimal, Measure, Observation};

pub(super) fn check(checked: &Checked<'_>, claims: &mut Claims<'_>) {
    let mut told: BTreeMap<_, Vec<usize>> = BTreeMap::new();
    for (at, row) in checked.rows.iter().enumerate().filter(|(_, row)| is_comparable(row)) {
        told.entry(key(row)).or_default().push(at);
    }
    for rows in told.values() {
        for (place, later) in rows.iter().copied().enumerate() {
            // A long table of one label tells nothing new after the first few.
            for earlier in rows.iter().copied().take(place.min(8)) {
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

/// Words that give a sentence a scope narrower than its label tells.
const SCOPES: &[&str] = &["其中", "规模以上", "规上", "限额以上", "市区", "本级", "市本", "四县", "园区", "开发区", "直属", "口径", "新区", "调整后"];

/// Words that may put a figure elsewhere, where no area was read.
const PLACES: &[&str] = &["全国", "世界", "全球", "平均", "分别", "各地", "部分"];

fn compare(checked: &Checked<'_>, claims: &mut Claims<'_>, earlier: usize, later: usize) {
    let Some((one, other)) = checked.rows.get(earlier).zip(checked.rows.get(later)) else { return };
    let is_known = one.indicator_code.is_some();
    let is_told = |row: &Observation| !row.flags.contains(&"period_inferred") && row.rule != "table";
    let is_weighty = digits(one).len().min(digits(other).len()) >= if is_known { 2 } else { 3 };
    if one.evidence == other.evidence || !is_weighty {
        return;
    }
    let has_own_scope = [(earlier, one), (later, other)].into_iter().any(|(at, row)| {
        let says = |words: &[&str]| words.iter().any(|word| checked.before(at).contains(word));
        says(SCOPES) || row.flags.contains(&"area_inferred") && says(PLACES)
    });
    let pairing = if is_known && is_told(one) && is_told(other) && !has_own_scope && is_slip(one, other) { Pairing::Sure } else { Pairing::Likely };
    let given = |reach| stated::interval(one, reach);
    let how = |_: &str| {
        let what = format!("{} ({})", one.indicator, one.measure.as_str());
        format!("{what} is told as {} first, then as {}", checked.written(earlier), checked.written(later))
    };
    claims.weigh("twice", (later, &[earlier]), pairing, given, how);
}

/// Whether two values look like one figure told wrongly: numbers far apart are rather two figures of different scope.
fn is_slip(one: &Observation, other: &Observation) -> bool {
    let Some(distance) = one.value.checked_sub(other.value).map(|distance| distance.abs()) else { return false };
    let is_near = if one.unit == "percent" {
        distance <= Decimal::new(2, 1)
    } else {
        distance.checked_mul(Decimal::ONE_HUNDRED).is_some_and(|distance| distance <= one.value.abs().max(other.value.abs()))
    };
    // 「535.2」 and 「553.2」: the same digits in another order, or one digit that differs.
    let (mut left, mut right) = (digits(one), digits(other));
    let changed = left.iter().zip(&right).filter(|(left, right)| left != right).count();
    let is_one_digit = left.len() == right.len() && left.len() >= 4 && changed == 1 && one.unit_text == other.unit_text;
    left.sort_unstable();
    right.sort_unstable();
    is_near || is_one_digit || (left == right && left.len() >= 3 && changed == 2)
}

/// The digits of a number as written, zeros at its end left out.
fn digits(row: &Observation) -> Vec<char> {
    let mut digits: Vec<char> = row.value_text.chars().filter(char::is_ascii_digit).collect();
    while digits.last() == Some(&'0') {
        digits.pop();
    }
    digits
}
