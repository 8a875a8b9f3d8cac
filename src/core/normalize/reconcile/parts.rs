//! Parts that make up a whole.

use super::stated::{Interval, Reach};
use super::{Checked, Claims, HUNDRED, Pairing, is_named, is_same_scene, stem};
use crate::model::{Decimal, Measure, Observation};

pub(super) fn check(checked: &Checked<'_>, claims: &mut Claims<'_>) {
    sectors(checked, claims);
    structure(checked, claims);
    for sentence in &checked.sentences {
        for at in sentence.clone() {
            pair(checked, claims, at, sentence.end);
            list(checked, claims, at, sentence.end);
        }
    }
}

/// Two words that between them name all there is, and the word that names both.
const PAIRS: &[(&str, &str, &str)] = &[
    ("男", "女", ""),
    ("女", "男", ""),
    ("城镇", "农村", ""),
    ("城镇", "乡村", ""),
    ("农村", "城镇", ""),
    ("乡村", "城镇", ""),
    ("非农业", "农业", ""),
    ("出口", "进口", "进出口"),
    ("进口", "出口", "进出口"),
];

const SECTORS: [&str; 3] = ["第一产业", "第二产业", "第三产业"];

fn is_sum(row: &Observation) -> bool {
    let is_rate = matches!(row.unit.as_str(), "percent" | "permille" | "pp" | "index" | "times" | "rank") || row.unit.contains('/');
    let is_mean = ["人均", "平均", "单价", "均价", "标准"].iter().any(|word| row.indicator.contains(word) || row.indicator_text.contains(word));
    row.measure == Measure::Level && !is_rate && !is_mean
}

fn is_sum_like(row: &Observation, other: &Observation) -> bool {
    is_sum(row) && row.unit == other.unit && row.status == other.status
}

/// The value added of the three sectors makes the gross domestic product.
fn sectors(checked: &Checked<'_>, claims: &mut Claims<'_>) {
    for (at, third) in checked.rows.iter().enumerate().filter(|(_, row)| is_sum(row) && is_named(row, "第三产业增加值")) {
        let near = checked.nearby(at, 5);
        let find = |name: &str| {
            let is_meant = |row: &Observation| is_sum_like(row, third) && is_named(row, name) && is_same_scene(row, third) && row.entity.is_none();
            near.clone().rev().find(|other| checked.rows.get(*other).is_some_and(is_meant))
        };
        if let (Some(first), Some(second), Some(whole)) = (find("第一产业增加值"), find("第二产业增加值"), find("地区生产总值"))
            && whole < first
        {
            weigh(checked, claims, whole, &[first, second, at], Pairing::Sure);
        }
    }
}

/// The shares of the three sectors make a hundred.
fn structure(checked: &Checked<'_>, claims: &mut Claims<'_>) {
    for at in 2..checked.rows.len() {
        let Some([first, second, third]) = checked.rows.get(at - 2..=at) else { continue };
        let rows = [first, second, third];
        let are_sectors = rows.iter().zip(SECTORS).all(|(row, sector)| {
            row.measure == Measure::Share && row.unit == "percent" && row.indicator.contains(sector) && row.indicator.contains("地区生产总值")
        });
        let are_together = rows.iter().all(|row| row.period == third.period && row.area == third.area && row.evidence == third.evidence);
        if !are_sectors || !are_together {
            continue;
        }
        // Three rounded shares may miss the hundred by a little; the offices allow for three tenths.
        let slack = |interval: Interval| interval.widened(Decimal::new(3, 1));
        let given = |reach| {
            let others = checked.interval(at - 2, reach)?.plus(checked.interval(at - 1, reach)?)?;
            Interval::exactly(HUNDRED).minus(others).and_then(slack)
        };
        let how = |computed: &str| {
            format!(
                "beside {} and {} the third share should be {computed} to make a hundred, but is told as {}",
                checked.written(at - 2),
                checked.written(at - 1),
                checked.written(at)
            )
        };
        claims.weigh("structure", (at, &[at - 2, at - 1]), Pairing::Sure, given, how);
    }
}

/// 「常住人口281.9万人，其中男性141.0万人、女性140.9万人」.
fn pair(checked: &Checked<'_>, claims: &mut Claims<'_>, one: usize, end: usize) {
    let Some(row) = checked.rows.get(one).filter(|row| is_sum(row)) else { return };
    let Some(other) = (one + 1..end).find(|at| checked.rows.get(*at).is_some_and(is_sum)) else { return };
    if !checked.rows.get(other).is_some_and(|mate| is_sum_like(mate, row) && is_same_scene(mate, row)) {
        return;
    }
    let Some(name) = name_of_both(checked, one, other) else { return };
    let near = checked.nearby(one, 2);
    let is_whole = |whole: &Observation| is_sum_like(whole, row) && is_same_scene(whole, row);
    let named = near.clone().rev().find(|at| checked.rows.get(*at).is_some_and(|whole| is_whole(whole) && is_named(whole, &name)));
    let last = near.rev().find(|at| checked.rows.get(*at).is_some_and(|whole| is_sum(whole) && !is_part(checked, *at, one)));
    let last = last.filter(|at| checked.rows.get(*at).is_some_and(is_whole));
    let is_directly = last.is_some_and(|at| {
        let tie = checked.between(at, one);
        checked.sentence(at).contains(&one) && tie.contains("其中") && !tie.contains(['；', '。'])
    });
    if let Some(whole) = named {
        weigh(checked, claims, whole, &[one, other], Pairing::Sure);
    } else if let Some(whole) = last {
        weigh(checked, claims, whole, &[one, other], if is_directly { Pairing::Sure } else { Pairing::Likely });
    }
}

/// Whether a row is a part of the same kind as another, or the same figure at another time.
fn is_part(checked: &Checked<'_>, row: usize, of: usize) -> bool {
    let is_one = checked.rows.get(row).zip(checked.rows.get(of)).is_some_and(|(row, of)| row.indicator_text == of.indicator_text);
    name_of_both(checked, row, of).is_some() || is_one && !checked.between(row, of).contains("其中")
}

/// What two rows are called together, where their names or the words right before them differ in nothing but the two words of a pair.
fn name_of_both(checked: &Checked<'_>, one: usize, other: usize) -> Option<String> {
    let (row, mate) = checked.rows.get(one).zip(checked.rows.get(other))?;
    let labels = [
        (row.indicator.as_str(), mate.indicator.as_str()),
        (row.indicator_text.as_str(), mate.indicator_text.as_str()),
        (clause(checked, one), clause(checked, other)),
    ];
    labels.into_iter().find_map(|(one, other)| {
        PAIRS.iter().find_map(|(word, opposite, both)| {
            let is_pair = one.contains(word) && stem(&one.replacen(word, opposite, 1)) == stem(other);
            is_pair.then(|| one.replacen(word, both, 1))
        })
    })
}

/// The words of a row's clause before its number.
fn clause<'a>(checked: &Checked<'a>, at: usize) -> &'a str {
    let words = checked.before(at).rsplit(['，', ',', '、', '；', '：', ':', '（', '(']).next().unwrap_or_default().trim();
    words.rsplit("其中").next().unwrap_or(words)
}

/// 「奖牌152枚（金牌58枚、银牌54枚、铜牌40枚）」: a list behind a number that makes it up; never a contradiction, since lists may be cut short.
fn list(checked: &Checked<'_>, claims: &mut Claims<'_>, whole: usize, end: usize) {
    let Some(row) = checked.rows.get(whole).filter(|row| is_sum(row)) else { return };
    let is_opened = checked.rows.get(whole + 1).is_some()
        && ["（", "(", "其中", "包括", "分别"].iter().any(|word| {
            let tie = checked.between(whole, whole + 1);
            tie.contains(word) && !tie.contains(['；', '。', '）', ')'])
        });
    // The list ends where a bracket closes, or where another list opens.
    let is_next = |at: usize| {
        at == whole + 1 || !checked.between(at - 1, at).contains(['（', '(', '）', ')', '；', '。']) && !checked.between(at - 1, at).contains("其中")
    };
    let parts: Vec<usize> =
        (whole + 1..end).take_while(|at| is_next(*at) && checked.rows.get(*at).is_some_and(|part| is_sum_like(part, row))).collect();
    let enumerated = parts.iter().take_while(|at| **at == whole + 1 || checked.between(**at - 1, **at).starts_with('、')).count();
    for parts in [parts.as_slice(), parts.get(..enumerated).unwrap_or_default()] {
        let is_large = row.value >= HUNDRED || parts.len() > 2;
        if is_opened && parts.len() >= 2 && is_large {
            weigh(checked, claims, whole, parts, Pairing::Likely);
        }
    }
}

fn weigh(checked: &Checked<'_>, claims: &mut Claims<'_>, whole: usize, parts: &[usize], pairing: Pairing) {
    let given = |reach: Reach| parts.iter().try_fold(Interval::exactly(Decimal::ZERO), |sum, part| sum.plus(checked.interval(*part, reach)?));
    let how = |computed: &str| {
        let listed: Vec<&str> = parts.iter().map(|part| checked.written(*part)).collect();
        format!("{} make {computed}, but the whole is told as {}", listed.join(" + "), checked.written(whole))
    };
    claims.weigh("parts", (whole, parts), pairing, given, how);
}
