//! Growth against the levels that it leads between, and gaps against another area's own figure.

use super::stated::Interval;
use super::{Checked, Claims, HUNDRED, Pairing};
use crate::model::{Decimal, Measure, Observation};
use chrono::Datelike;

pub(super) fn check(checked: &Checked<'_>, claims: &mut Claims<'_>) {
    for sentence in &checked.sentences {
        for at in sentence.clone() {
            from_to(checked, claims, at, sentence.end);
            on_level(checked, claims, at, sentence.end);
        }
    }
    gap(checked, claims);
    multiple(checked, claims);
}

fn is_growth(row: &Observation) -> bool {
    matches!(row.measure, Measure::Yoy | Measure::Growth | Measure::Mom) && row.unit == "percent"
}

/// Whether growth of this indicator is usually told at constant prices or on a comparable basis, so that levels do not give it.
fn is_real(words: &str, row: &Observation) -> bool {
    let label = [row.indicator.as_str(), row.indicator_text.as_str()];
    row.price_basis.is_some()
        || REAL.iter().any(|word| label.iter().any(|label| label.contains(word)))
        || ["可比", "实际", "口径", "不变价", "扣除", "剔除", "同比例", "年均", "平均", "递增"].iter().any(|word| words.contains(word))
}

/// What is often compared at constant prices or on a comparable basis without a word of it.
const REAL: &[&str] = &["生产总值", "增加值", "总产值", "收入", "工资", "支出", "税", "利润", "投资", "零售", "外资", "营业"];

/// Whether the words before a change name a base of their own.
fn names_base(words: &str) -> bool {
    ["比", "较", "同期", "上年", "去年", "年均", "平均", "每年", "分别"].iter().any(|word| words.contains(word))
}

/// 「由A提高到B，提高c个百分点」, 「由A增加到B，增长p%」, 「年均增长p%」, 「是…的N倍」.
fn from_to(checked: &Checked<'_>, claims: &mut Claims<'_>, from: usize, end: usize) {
    let to = from + 1;
    let Some((start, reached)) = checked.rows.get(from).zip(checked.rows.get(to)).filter(|_| to < end) else { return };
    let tie = checked.between(from, to);
    let is_one = start.indicator_text == reached.indicator_text && start.unit == reached.unit && start.area == reached.area;
    let is_path = ["到", "至", "为"].iter().any(|word| tie.contains(word)) && !tie.contains(['，', '、', '；', '。']);
    let opener = checked.before(from).rfind(['由', '从']).is_some_and(|at| !checked.before(from).split_at(at).1.contains(['，', '；']));
    if !is_one || !is_path || !opener || start.value <= Decimal::ZERO {
        return;
    }
    let years = start.period.end.zip(reached.period.end).map(|(from, to)| to.year() - from.year());
    for at in (to + 1..end).take(3) {
        let Some(row) = checked.rows.get(at) else { return };
        let words = checked.between(to, at);
        if row.indicator_text != reached.indicator_text && at > to + 1 {
            return;
        }
        let is_next = at == to + 1 && words.chars().count() <= 10 && !names_base(words);
        let (told, both) = (at, [from, to]);
        let path = format!("from {} to {}", checked.written(from), checked.written(to));
        let how = |computed: &str| format!("{path} is a change of {computed}, but it is told as {}", checked.written(told));
        if row.measure == Measure::Change && (row.unit == reached.unit || row.unit == "pp" && reached.unit == "percent") {
            let pairing = if is_next { Pairing::Sure } else { Pairing::Likely };
            let given = |reach| checked.interval(to, reach)?.minus(checked.interval(from, reach)?);
            claims.weigh("from_to", (told, &both), pairing, given, how);
        } else if is_growth(row) && reached.measure == Measure::Level && words.contains("年均") {
            let Some(years) = years.and_then(|years| u32::try_from(years).ok()).filter(|years| (2..=20).contains(years)) else { continue };
            // The level that so many years of this growth lead to: told as the level, since the growth has no root in decimals.
            let given = |reach| {
                let factor = checked.interval(told, reach)?.plus(Interval::exactly(HUNDRED))?.over(Interval::exactly(HUNDRED))?;
                (0..years).try_fold(checked.interval(from, reach)?, |level, _| level.times(factor))
            };
            claims.weigh("from_to_mean", (to, &[from, told]), Pairing::Likely, given, how);
        } else if is_growth(row) && reached.measure == Measure::Level {
            let pairing = if is_next && years == Some(1) && !is_real(words, reached) { Pairing::Sure } else { Pairing::Likely };
            let given = |reach| checked.interval(to, reach)?.growth_on(checked.interval(from, reach)?);
            claims.weigh("from_to", (told, &both), pairing, given, how);
        } else if row.measure == Measure::Multiple && row.unit == "times" {
            let given = |reach| checked.interval(to, reach)?.over(checked.interval(from, reach)?);
            let is_its_base = row.baseline.as_ref().is_some_and(|base| start.period.end.is_some_and(|end| *base == format!("year:{}", end.year())));
            claims.weigh("from_to", (told, &both), if is_its_base { Pairing::Sure } else { Pairing::Likely }, given, how);
        }
    }
}

/// 「本年X，比上年增加C，增长p%」: C of what is left without it is p.
fn on_level(checked: &Checked<'_>, claims: &mut Claims<'_>, level: usize, end: usize) {
    let Some(row) = checked.rows.get(level).filter(|row| row.measure == Measure::Level && row.unit != "percent") else { return };
    let (one, two) = (level + 1, level + 2);
    let Some((first, second)) = checked.rows.get(one).zip(checked.rows.get(two)).filter(|_| two < end) else { return };
    let (change, growth) = match (first, second) {
        (first, second) if first.measure == Measure::Change && is_growth(second) => (one, two),
        (first, second) if is_growth(first) && second.measure == Measure::Change => (two, one),
        _ => return,
    };
    let are_one = [first, second].iter().all(|other| other.indicator_text == row.indicator_text && other.area == row.area);
    let Some((change_row, growth_row)) = checked.rows.get(change).zip(checked.rows.get(growth)) else { return };
    if !are_one || change_row.unit != row.unit || change_row.baseline != growth_row.baseline {
        return;
    }
    let (before, between) = (checked.between(level, one), checked.between(one, two));
    let is_tied = [before, between].iter().all(|words| words.chars().count() <= 12 && !words.contains(['；', '。', '、', '（', '）']));
    let is_sure = is_tied && !names_base(between) && !is_real(before, row) && !is_real(between, row);
    let given = |reach| {
        let change = checked.interval(change, reach)?;
        change.percent_of(checked.interval(level, reach)?.minus(change)?)
    };
    let how = |computed: &str| {
        format!(
            "{} with a change of {} is a growth of {computed}, but it is told as {}",
            checked.written(level),
            checked.written(change),
            checked.written(growth)
        )
    };
    claims.weigh("on_level", (growth, &[level, change]), if is_sure { Pairing::Sure } else { Pairing::Likely }, given, how);
}

/// 「增长9.4%，高于全市6.3个百分点」 where the city's own growth stands somewhere else.
///
/// Never a contradiction: the other figure may be an average of another kind.
fn gap(checked: &Checked<'_>, claims: &mut Claims<'_>) {
    for (at, row) in checked.rows.iter().enumerate().filter(|(_, row)| row.measure == Measure::Gap && row.unit == "pp") {
        let Some(area) = row.baseline.as_ref().and_then(|base| base.strip_prefix("area:")) else { continue };
        let own = checked.sentence(at).start..at;
        let own = own.rev().find(|own| checked.rows.get(*own).is_some_and(|own| own.unit == "percent" && own.indicator == row.indicator));
        let Some((own, own_row)) = own.and_then(|own| Some((own, checked.rows.get(own)?))) else { continue };
        let others = checked.rows.iter().enumerate().filter(|(_, other)| {
            other.indicator == row.indicator
                && other.measure == own_row.measure
                && other.unit == "percent"
                && other.period.end == own_row.period.end
                && other.area.as_ref().is_some_and(|other| other.name == area)
        });
        for (other, _) in others.filter(|(other, _)| *other != own) {
            let given = |reach| checked.interval(own, reach)?.minus(checked.interval(other, reach)?);
            let how = |computed: &str| format!("the gap is {computed}, but it is told as {}", checked.written(at));
            claims.weigh("gap", (at, &[own, other]), Pairing::Likely, given, how);
        }
    }
}

/// 「达到50亿元，是2010年的2.5倍」 where the level of that year stands somewhere else.
fn multiple(checked: &Checked<'_>, claims: &mut Claims<'_>) {
    for (at, row) in checked.rows.iter().enumerate().filter(|(_, row)| row.measure == Measure::Multiple && row.unit == "times") {
        let Some(year) = row.baseline.as_ref().and_then(|base| base.strip_prefix("year:")) else { continue };
        let Some(level) = at.checked_sub(1).filter(|level| checked.sentence(at).contains(level)) else { continue };
        let Some(level_row) = checked.rows.get(level).filter(|level| level.measure == Measure::Level && level.indicator_text == row.indicator_text)
        else {
            continue;
        };
        let bases = checked.rows.iter().enumerate().filter(|(_, base)| {
            base.measure == Measure::Level
                && base.indicator_text == level_row.indicator_text
                && base.unit == level_row.unit
                && base.area == level_row.area
                && base.entity == level_row.entity
                && base.period.end.is_some_and(|end| end.year().to_string() == year)
                && !base.flags.contains(&"period_inferred")
        });
        for (base, _) in bases.filter(|(base, _)| *base != level) {
            let given = |reach| checked.interval(level, reach)?.over(checked.interval(base, reach)?);
            let how = |computed: &str| {
                format!("{} is {computed} of {}, but it is told as {}", checked.written(level), checked.written(base), checked.written(at))
            };
            claims.weigh("multiple", (at, &[level, base]), Pairing::Likely, given, how);
        }
    }
}
