//! The share of a part in a whole.

use super::{Checked, Claims, Pairing, is_named, is_same_scene, stem};
use crate::model::{Measure, Observation};

pub(super) fn check(checked: &Checked<'_>, claims: &mut Claims<'_>) {
    for sentence in &checked.sentences {
        let shares: Vec<usize> = sentence.clone().filter(|at| checked.rows.get(*at).is_some_and(is_share)).collect();
        for group in groups(checked, &shares) {
            within(checked, claims, sentence.start, group);
        }
        for share in shares {
            of_named(checked, claims, share);
        }
    }
}

fn is_share(row: &Observation) -> bool {
    row.measure == Measure::Share && row.unit == "percent"
}

fn is_amount(row: &Observation) -> bool {
    row.measure == Measure::Level && !matches!(row.unit.as_str(), "percent" | "permille" | "pp") && !row.indicator.contains("人均")
}

/// Shares that one list tells: 「22.5%、25.09%」.
fn groups<'s>(checked: &Checked<'_>, shares: &'s [usize]) -> impl Iterator<Item = &'s [usize]> {
    shares.chunk_by(|one, next| one + 1 == *next && matches!(checked.between(*one, *next).trim(), "、" | "和" | "，" | "及" | "与"))
}

/// 「签约项目40个，其中民营项目9个，占比22.5%」: the part behind 其中, the whole before it, all in one sentence.
fn within(checked: &Checked<'_>, claims: &mut Claims<'_>, first: usize, shares: &[usize]) {
    let Some(start) = shares.first().copied() else { return };
    let amounts: Vec<usize> = (first..start).filter(|at| checked.rows.get(*at).is_some_and(is_amount)).collect();
    let Some(parts) = amounts.len().checked_sub(shares.len()).and_then(|from| amounts.get(from..)) else { return };
    let (Some(part), Some(last)) = (parts.first().copied(), parts.last().copied()) else { return };
    let tie = checked.between(last, start);
    let Some(mark) = checked.before(part).rfind("其中") else { return };
    if !tie.contains('占') || tie.contains(['；', '。']) || tie.contains("上年") || tie.chars().count() > 40 {
        return;
    }
    let wholes: Vec<usize> = amounts
        .iter()
        .copied()
        .filter(|at| checked.rows.get(*at).is_some_and(|row| row.span.end <= row.evidence.start + mark) && *at < part)
        .collect();
    // Nothing else is counted between 其中 and the part: else the whole may be one of those.
    let is_next = !amounts.iter().any(|at| !wholes.contains(at) && *at < part);
    let pairing = if is_next && is_of_itself(tie) && tie.chars().count() <= 25 { Pairing::Sure } else { Pairing::Likely };
    for (share, part) in shares.iter().copied().zip(parts.iter().copied()) {
        let Some((share_row, part_row)) = checked.rows.get(share).zip(checked.rows.get(part)) else { continue };
        let whole = wholes.iter().copied().rev().find(|at| checked.rows.get(*at).is_some_and(|row| row.unit == part_row.unit));
        let Some((whole, whole_row)) = whole.and_then(|at| Some((at, checked.rows.get(at)?))) else { continue };
        let named = whole_of(tie).or_else(|| whole_of(&share_row.indicator_text));
        let fits = named.as_ref().is_none_or(|name| {
            [&whole_row.indicator, &whole_row.indicator_text].into_iter().any(|own| {
                let own = stem(own);
                own.ends_with(name.as_str()) || name.ends_with(own.as_str())
            })
        });
        if fits && is_same_scene(part_row, whole_row) && is_same_scene(part_row, share_row) {
            weigh(checked, claims, share, part, whole, pairing);
        }
    }
}

/// Whether the words before a share name nothing else that it is the share of: 「，占比」, not 「，投资占比」.
fn is_of_itself(tie: &str) -> bool {
    tie.rsplit_once('占').is_some_and(|(before, _)| before.trim_end().is_empty() || before.trim_end().ends_with(['，', '、', '（', '(']))
}

/// 「X占Y的比重为p%」 where X and Y have levels of their own nearby.
fn of_named(checked: &Checked<'_>, claims: &mut Claims<'_>, share: usize) {
    let Some(row) = checked.rows.get(share) else { return };
    for label in [&row.indicator_text, &row.indicator] {
        let (Some(whole), Some((part, _))) = (whole_of(label), label.split_once('占')) else { continue };
        let near = checked.nearby(share, 4);
        let amount = |name: &str| {
            let mut all = near
                .clone()
                .rev()
                .filter(|at| checked.rows.get(*at).is_some_and(|other| is_amount(other) && is_named(other, name) && is_same_scene(row, other)));
            let one = all.next()?;
            let is_alone = all.all(|other| checked.rows.get(other).map(|row| row.value) == checked.rows.get(one).map(|row| row.value));
            is_alone.then_some(one)
        };
        let (Some(part), Some(whole)) = (amount(part), amount(&whole)) else { continue };
        let is_same_unit = checked.rows.get(part).zip(checked.rows.get(whole)).is_some_and(|(part, whole)| part.unit == whole.unit);
        if is_same_unit && part != whole {
            weigh(checked, claims, share, part, whole, Pairing::Sure);
        }
    }
}

fn weigh(checked: &Checked<'_>, claims: &mut Claims<'_>, share: usize, part: usize, whole: usize, pairing: Pairing) {
    let given = |reach| checked.interval(part, reach)?.percent_of(checked.interval(whole, reach)?);
    let how = |computed: &str| {
        format!("{} of {} is {computed}, but the share is told as {}", checked.written(part), checked.written(whole), checked.written(share))
    };
    claims.weigh("share", (share, &[part, whole]), pairing, given, how);
}

/// The whole that the words 「占…比重」 name, without the words that name none.
fn whole_of(words: &str) -> Option<String> {
    let (_, after) = words.rsplit_once('占')?;
    let mut name: &str = after.trim_matches(['，', ' ']);
    for end in ["达到", "分别", "达", "为", "约", "到", "是", "比重", "比例", "份额", "比率", "的"] {
        name = name.trim_end_matches(end);
    }
    let name = stem(name);
    (!["", "比", "比分别", "量", "数", "体", "全部", "额"].contains(&name.as_str())).then_some(name)
}
