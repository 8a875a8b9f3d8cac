//! Periods as worded → the days they mean.

use std::ops::Range;

use chrono::{Datelike, Days, Months};

use crate::extract::period::{Edge, Part, PeriodMention, PeriodWording, PlanPart, YearWord};
use crate::model::{Frequency, NaiveDate, PartialDate, ReferencePeriod};

/// What surrounds a wording and decides the year it means.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct PeriodScope {
    /// When the document was published.
    pub(crate) published: Option<PartialDate>,
    /// The year that the text around speaks of: that of a bulletin, the year before publication in a report's review.
    pub(crate) year: Option<i32>,
    /// What the mention before meant.
    pub(crate) previous: Option<ReferencePeriod>,
}

/// What a document is, as far as its periods depend on it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Genre {
    /// 统计公报: speaks of the year in its title.
    Bulletin,
    /// 政府工作报告: reviews the year before, plans the year of publication.
    WorkReport,
    /// News.
    Press,
    /// Anything else.
    Other,
}

/// Resolves a period as worded to the days it means.
///
/// 「上半年」 in a text of 2024-09 is 2024-01-01 to 2024-06-30; 「目前」 is a period with both ends open, which is an answer.
///
/// - Shape: one mention, the text it was found in, and its scope in; one period out.
/// - Errors: `None` when no year can be told, or the days do not exist.
/// - Source: the annotation guide (`GUIDE.md`, periods).
pub(crate) fn resolve(mention: &PeriodMention, text: &str, scope: &PeriodScope) -> Option<ReferencePeriod> {
    let wording = text.get(mention.range.clone())?;
    let mut period = match mention.wording {
        PeriodWording::Within { year, part, edge } => {
            let year = year_of(year, part, edge, &sentence_around(text, &mention.range), wording, scope)?;
            edged(within(year, part, scope)?, edge, year, mention, scope)?
        }
        PeriodWording::Years { from, to, edge } => {
            // 「2020年到2025年」, from a plan's base year to its last, are the plan's years.
            let is_plan = to - from == 5 && from % 5 == 0 && ["到", "至"].iter().any(|word| wording.contains(word));
            let years = span_of_years(if is_plan { from + 1 } else { from }, to)?;
            if edge == Edge::AsOf { point(years.end?) } else { years }
        }
        PeriodWording::Plan { number, part, edge } => {
            let first = 2006 + 5 * (number - 11);
            let whole = span_of_years(first, first + 4)?;
            match (part, edge) {
                (PlanPart::First, _) => span_of_years(first, first)?,
                (PlanPart::End, _) | (_, Edge::AsOf) => point(whole.end?),
                (_, Edge::Since) => since(whole.start?, first, false, scope)?,
                _ => whole,
            }
        }
        PeriodWording::Past { years } => match scope.year {
            Some(last) if years <= 10 => span_of_years(last - years + 1, last)?,
            _ => ReferencePeriod::default(),
        },
        PeriodWording::Coming { years } => {
            let first = scope.published.map(|date| date.year)?;
            span_of_years(first, first + years - 1)?
        }
        PeriodWording::Same { year } => same(year, scope)?,
        PeriodWording::FiscalYear { from } => {
            between(NaiveDate::from_ymd_opt(from, 4, 1)?, NaiveDate::from_ymd_opt(from + 1, 3, 31)?, Some(Frequency::Annual))
        }
        PeriodWording::Near { days } => near(days, wording, scope),
        PeriodWording::Week | PeriodWording::Open => ReferencePeriod::default(),
    };
    period.text = Some(wording.chars().filter(|c| !c.is_whitespace()).collect());
    Some(period)
}

/// True when a cumulative flow with this wording is counted from an undecided start: 「截至8月底累计」, 「至5月底」.
pub(crate) fn is_as_of(mention: &PeriodMention) -> bool {
    matches!(
        mention.wording,
        PeriodWording::Within { edge: Edge::AsOf, .. } | PeriodWording::Years { edge: Edge::AsOf, .. } | PeriodWording::Plan { edge: Edge::AsOf, .. }
    )
}

/// True when the wording names what shall be reached by then: 「到2030年」, 「年底前」.
pub(crate) fn is_until(mention: &PeriodMention) -> bool {
    matches!(
        mention.wording,
        PeriodWording::Within { edge: Edge::Until, .. }
            | PeriodWording::Years { edge: Edge::Until, .. }
            | PeriodWording::Plan { edge: Edge::Until, .. }
    )
}

/// The year that a document speaks of, and what kind of document it is.
///
/// - Shape: title, publication date and the first lines in; the year of its figures (none for news) and its genre out.
pub(crate) fn document_scope(title: Option<&str>, published: Option<PartialDate>, head_text: &str) -> (Option<i32>, Genre) {
    let title = title.unwrap_or_default();
    let head: String = head_text.chars().take(120).collect();
    let title_year = first_year(title).or_else(|| if title.is_empty() { first_year(&head) } else { None });
    let says = |word: &str| title.contains(word) || (title.is_empty() && head.contains(word));
    if says("统计公报") || (title.contains("公报") && title_year.is_some()) {
        return (title_year.or_else(|| published.map(|date| date.year - 1)), Genre::Bulletin);
    }
    if says("工作报告") {
        let year = published.map(|date| date.year).or(title_year);
        return (year.map(|year| year - 1), Genre::WorkReport);
    }
    let near = title_year.filter(|year| published.is_none_or(|date| (date.year - 1..=date.year).contains(year)));
    let near = near.filter(|_| !title.is_empty());
    let is_press = ["记者", "本报讯", "新华社", "日电", "日讯", "据悉", "新闻联播", "报道"].iter().any(|word| says(word) || head.contains(word));
    (near, if is_press { Genre::Press } else { Genre::Other })
}

/// The day that a document's head dates it with, where nobody told it: 「(20230418)」, 「发布时间：2023-04-18」, 「date: 2023-04-18」.
pub(crate) fn told_date(text: &str) -> Option<PartialDate> {
    let head: String = text.chars().take(400).collect();
    let bytes = head.as_bytes();
    let is_digit = |at: usize| bytes.get(at).is_some_and(u8::is_ascii_digit);
    let runs = (0..bytes.len()).filter(|at| is_digit(*at) && (*at == 0 || !is_digit(at - 1)));
    runs.filter_map(|at| {
        let end = (at..bytes.len()).find(|next| !is_digit(*next)).unwrap_or(bytes.len());
        let written = if end - at == 8 {
            let run = head.get(at..end)?;
            format!("{}-{}-{}", run.get(..4)?, run.get(4..6)?, run.get(6..)?)
        } else {
            head.get(at..at + "2023-04-18".len())?.to_owned()
        };
        let date = PartialDate::parse(&written)?;
        (date.day.is_some() && (1990..=2100).contains(&date.year)).then_some(date)
    })
    .next()
}

/// Whether a heading or a leading sentence opens a report's plan (`true`) or its review (`false`).
pub(crate) fn plan_section(heading_or_sentence: &str) -> Option<bool> {
    const PLAN: &[&str] = &[
        "工作安排",
        "工作部署",
        "工作打算",
        "工作思路",
        "预期目标",
        "总体要求",
        "今年工作",
        "今年要",
        "今年重点",
        "今年政府工作",
        "今年发展",
        "今年经济社会发展",
        "重点做好",
        "重点抓好",
        "下一步",
        "主要任务",
        "重点任务",
        "工作重点",
        "目标任务",
        "奋斗目标",
        "发展目标",
        "主要目标",
        "今后五年",
        "未来五年",
        "下一阶段",
        "工作建议",
        "新的一年",
    ];
    const REVIEW: &[&str] = &[
        "工作回顾",
        "工作总结",
        "过去一年",
        "过去的一年",
        "一年来",
        "过去五年",
        "五年来",
        "主要成绩",
        "取得的成绩",
        "发展成就",
        "发展回顾",
        "工作情况",
    ];
    let head: String = heading_or_sentence.trim().chars().take(40).collect();
    let first = |words: &[&str]| words.iter().filter_map(|word| head.find(word)).min();
    match (first(PLAN), first(REVIEW)) {
        (Some(_), None) => Some(true),
        (None, Some(_)) => Some(false),
        _ => None,
    }
}

/// The first year in a heading, also without 年 behind it.
fn first_year(text: &str) -> Option<i32> {
    crate::extract::period::find_periods(text).iter().find_map(|mention| match mention.wording {
        PeriodWording::Within { year: YearWord::Absolute(year), .. } => Some(year),
        PeriodWording::Years { to, .. } => Some(to),
        _ => None,
    })
}

fn year_of(word: YearWord, part: Part, edge: Edge, sentence: &str, wording: &str, scope: &PeriodScope) -> Option<i32> {
    let published = scope.published.map(|date| date.year);
    let previous = scope.previous.as_ref().and_then(|period| period.end.or(period.start)).map(|day| day.year());
    match word {
        YearWord::Absolute(year) => Some(year),
        YearWord::Published(years) => Some(published.or(scope.year)? + years),
        YearWord::Spoken(0) => previous.or(scope.year).or(published),
        YearWord::Spoken(years) => Some(scope.year.or(previous).or(published)? + years),
        YearWord::Untold => {
            if let Part::NearMonth(_) | Part::BareDay(_) = part {
                return previous.or(published).or(scope.year);
            }
            // 「年内」 looks ahead even where the text looks back.
            if wording.ends_with("年内") && published.is_some() {
                return published;
            }
            if let Some(year) = scope.year {
                return Some(year);
            }
            let is_annual = scope.previous.as_ref().is_some_and(|period| period.frequency == Some(Frequency::Annual));
            if is_annual && matches!(part, Part::Whole | Part::End) && !wording.ends_with('内') {
                return previous;
            }
            let Some(date) = scope.published else { return previous };
            let is_to_come = edge == Edge::Until
                || wording.ends_with('内')
                || ["将", "预计", "计划", "力争", "拟", "预期", "有望", "目标"].iter().any(|word| sentence.contains(word));
            let is_before = date.month.is_some_and(|month| is_after(part, month));
            Some(if is_before && !is_to_come { date.year - 1 } else { date.year })
        }
    }
}

/// True when a part cannot yet be over, or have begun, in the month of publication.
fn is_after(part: Part, month: u32) -> bool {
    match part {
        Part::Whole => month <= 3,
        Part::Half(half) => half == 2 && month <= 3,
        Part::Quarter(quarter) => quarter * 3 - 2 > month,
        Part::Months(_, last) | Part::Days(_, _, last, _) => last > month,
        Part::Month(of) | Part::MonthEnd(of) | Part::MonthStart(of) | Part::TenDays(of, _) | Part::Day(of, _) => of > month,
        Part::End => month < 12,
        Part::Start | Part::BareDay(_) | Part::NearMonth(_) => false,
    }
}

fn sentence_around(text: &str, range: &Range<usize>) -> String {
    let ends = ['。', '；', '！', '？', '\n'];
    let before = text.get(..range.start).unwrap_or_default();
    let after = text.get(range.end..).unwrap_or_default();
    let mut sentence = before.rsplit(ends).next().unwrap_or_default().to_owned();
    sentence.push_str(after.split(ends).next().unwrap_or_default());
    sentence
}

fn within(year: i32, part: Part, scope: &PeriodScope) -> Option<ReferencePeriod> {
    Some(match part {
        Part::Whole => span_of_years(year, year)?,
        Part::Months(from, to) => months(year, from, to, Some(ytd(from, to)?))?,
        Part::Half(half) => months(year, half * 6 - 5, half * 6, Some(Frequency::HalfYear))?,
        Part::Quarter(quarter) => months(year, quarter * 3 - 2, quarter * 3, Some(Frequency::Quarter))?,
        Part::Month(month) => months(year, month, month, Some(Frequency::Month))?,
        Part::MonthEnd(month) => point(last_day(year, month)?),
        Part::MonthStart(month) => point(NaiveDate::from_ymd_opt(year, month, 1)?),
        Part::TenDays(month, third) => {
            let first = NaiveDate::from_ymd_opt(year, month, third * 10 - 9)?;
            let last = if third == 3 { last_day(year, month)? } else { NaiveDate::from_ymd_opt(year, month, third * 10)? };
            between(first, last, None)
        }
        Part::Day(month, day) => point(NaiveDate::from_ymd_opt(year, month, day)?),
        Part::Days(from, first, to, last) => {
            let first = NaiveDate::from_ymd_opt(year, from, first)?;
            let last = NaiveDate::from_ymd_opt(if to < from { year + 1 } else { year }, to, last)?;
            let is_from_start = first.month() == 1 && first.day() == 1;
            between(first, last, is_from_start.then_some(Frequency::YearToDate))
        }
        Part::BareDay(day) => match month_spoken_of(scope) {
            Some(month) => NaiveDate::from_ymd_opt(month.year(), month.month(), day).map(point).unwrap_or_default(),
            None => ReferencePeriod::default(),
        },
        Part::NearMonth(back) => {
            let Some(month) = month_spoken_of(scope) else { return Some(ReferencePeriod::default()) };
            let month = if back < 0 { month.checked_sub_months(Months::new(back.unsigned_abs()))? } else { month };
            months(month.year(), month.month(), month.month(), Some(Frequency::Month))?
        }
        Part::Start => point(NaiveDate::from_ymd_opt(year, 1, 1)?),
        Part::End => point(NaiveDate::from_ymd_opt(year, 12, 31)?),
    })
}

fn edged(period: ReferencePeriod, edge: Edge, year: i32, mention: &PeriodMention, scope: &PeriodScope) -> Option<ReferencePeriod> {
    Some(match (edge, period.start, period.end) {
        (Edge::AsOf, _, Some(end)) => point(end),
        (Edge::Since, Some(start), _) => {
            let is_this_year = matches!(mention.wording, PeriodWording::Within { year: YearWord::Published(0), .. });
            since(start, year, is_this_year, scope)?
        }
        _ => period,
    })
}

/// From a day on: up to the end of the year reviewed where the document looks back on one, else open.
fn since(start: NaiveDate, year: i32, is_this_year: bool, scope: &PeriodScope) -> Option<ReferencePeriod> {
    let reviewed = scope.year.filter(|last| !is_this_year && year <= *last && scope.published.is_some_and(|date| *last < date.year));
    let end = match reviewed {
        Some(last) => Some(NaiveDate::from_ymd_opt(last, 12, 31)?),
        None => None,
    };
    let frequency = match end {
        Some(end) if end.year() > start.year() => Some(Frequency::Multi),
        _ if start.ordinal() == 1 && scope.published.is_some_and(|date| date.year > start.year()) && end.is_none() => None,
        _ if start.ordinal() == 1 => Some(Frequency::YearToDate),
        _ => None,
    };
    Some(ReferencePeriod { start: Some(start), end, frequency, text: None })
}

fn same(year: Option<YearWord>, scope: &PeriodScope) -> Option<ReferencePeriod> {
    let previous = scope.previous.clone().unwrap_or_default();
    let Some(word) = year else { return Some(previous) };
    let Some(last) = previous.end.or(previous.start) else {
        return match word {
            YearWord::Absolute(year) => span_of_years(year, year),
            _ => Some(ReferencePeriod::default()),
        };
    };
    let years = match word {
        YearWord::Absolute(year) => year - last.year(),
        YearWord::Published(years) => match scope.published {
            Some(date) => date.year + years - last.year(),
            None => years,
        },
        YearWord::Spoken(years) => years,
        YearWord::Untold => 0,
    };
    let moved = |day: Option<NaiveDate>| day.and_then(|day| move_years(day, years));
    Some(ReferencePeriod { start: moved(previous.start), end: moved(previous.end), frequency: previous.frequency, text: None })
}

/// The same day in another year; the last of February stays the last.
fn move_years(day: NaiveDate, years: i32) -> Option<NaiveDate> {
    if day.succ_opt().is_some_and(|next| next.day() == 1) {
        return last_day(day.year() + years, day.month());
    }
    NaiveDate::from_ymd_opt(day.year() + years, day.month(), day.day())
}

fn near(days: i64, wording: &str, scope: &PeriodScope) -> ReferencePeriod {
    if wording.starts_with('当') {
        return scope.previous.clone().filter(|period| period.frequency == Some(Frequency::Point)).unwrap_or_default();
    }
    let day = scope.published.filter(|date| date.day.is_some()).and_then(PartialDate::first_day);
    day.and_then(|day| day.checked_sub_days(Days::new(days.unsigned_abs()))).map(point).unwrap_or_default()
}

/// First day of the month that the mention before or the publication is in.
fn month_spoken_of(scope: &PeriodScope) -> Option<NaiveDate> {
    let previous =
        scope.previous.as_ref().filter(|period| matches!(period.frequency, Some(Frequency::Month | Frequency::Point))).and_then(|period| period.end);
    let published = scope.published.filter(|date| date.month.is_some()).and_then(PartialDate::first_day);
    previous.or(published).and_then(|day| day.with_day(1))
}

fn months(year: i32, from: u32, to: u32, frequency: Option<Frequency>) -> Option<ReferencePeriod> {
    Some(ReferencePeriod { start: Some(NaiveDate::from_ymd_opt(year, from, 1)?), end: Some(last_day(year, to)?), frequency, text: None })
}

fn ytd(from: u32, to: u32) -> Option<Frequency> {
    Some(match (from, to) {
        (1, 12) => Frequency::Annual,
        (1, 3) | (4, 6) | (7, 9) | (10, 12) => Frequency::Quarter,
        (1, 6) | (7, 12) => Frequency::HalfYear,
        (1, _) => Frequency::YearToDate,
        _ if from <= to => Frequency::Month,
        _ => return None,
    })
}

fn last_day(year: i32, month: u32) -> Option<NaiveDate> {
    NaiveDate::from_ymd_opt(year, month, 1)?.checked_add_months(Months::new(1))?.pred_opt()
}

fn span_of_years(from: i32, to: i32) -> Option<ReferencePeriod> {
    let frequency = if from == to { Frequency::Annual } else { Frequency::Multi };
    Some(between(NaiveDate::from_ymd_opt(from, 1, 1)?, NaiveDate::from_ymd_opt(to, 12, 31)?, Some(frequency)))
}

fn point(day: NaiveDate) -> ReferencePeriod {
    between(day, day, Some(Frequency::Point))
}

fn between(start: NaiveDate, end: NaiveDate, frequency: Option<Frequency>) -> ReferencePeriod {
    ReferencePeriod { start: Some(start), end: Some(end), frequency, text: None }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_head_may_date_its_document() {
        assert_eq!(told_date("# 夜间新闻 (20230418)"), PartialDate::parse("2023-04-18"));
        assert_eq!(told_date("发布时间：2011-08-31 发布人：某某"), PartialDate::parse("2011-08-31"));
        assert_eq!(told_date("2023年4月18日，某厂投产3万吨"), None);
        assert_eq!(told_date("电话 12345678"), None);
    }
    use crate::extract::period::find_periods;

    /// All mentions of a text, each resolved after the one before: 「wording start..end frequency」.
    fn reading(text: &str, published: Option<&str>, year: Option<i32>) -> String {
        let mut scope = PeriodScope { published: published.and_then(PartialDate::parse), year, previous: None };
        let day = |day: Option<NaiveDate>| day.map_or_else(|| "*".to_owned(), |day| day.to_string());
        let mut out = Vec::new();
        for mention in find_periods(text) {
            match resolve(&mention, text, &scope) {
                Some(period) => {
                    out.push(format!(
                        "{} {}..{} {}{}",
                        period.text.as_deref().unwrap_or_default(),
                        day(period.start),
                        day(period.end),
                        period.frequency.map_or("-", Frequency::as_str),
                        if is_as_of(&mention) {
                            " as_of"
                        } else if is_until(&mention) {
                            " until"
                        } else {
                            ""
                        },
                    ));
                    scope.previous = Some(period);
                }
                None => out.push(format!("{} ?", text.get(mention.range).unwrap_or_default())),
            }
        }
        out.join("; ")
    }

    /// Lines are `text => what is read`, `! text` for nothing, and `@ published year` for what surrounds the lines below.
    #[test]
    fn corpus_is_read_as_it_says() {
        let (mut published, mut year) = (None, None);
        let mut wrong = Vec::new();
        let mut seen = (0, 0);
        for line in include_str!("../extract/period.corpus").lines().map(str::trim) {
            if line.is_empty() || line.starts_with('#') {
                continue;
            }
            if let Some(scope) = line.strip_prefix('@') {
                let mut words = scope.split_whitespace();
                published = words.next().filter(|word| *word != "-");
                year = words.next().and_then(|word| word.parse().ok());
            } else if let Some(text) = line.strip_prefix('!') {
                let text = text.split("  ").next().unwrap_or_default().trim();
                let got = reading(text, published, year);
                seen.1 += 1;
                if !got.is_empty() {
                    wrong.push(format!("! {text} => {got}"));
                }
            } else if let Some((text, expected)) = line.split_once("=>") {
                let got = reading(text.trim(), published, year);
                seen.0 += 1;
                if got != expected.trim() {
                    wrong.push(format!("{} => {got}\n      not {}", text.trim(), expected.trim()));
                }
            } else {
                wrong.push(format!("unread line: {line}"));
            }
        }
        assert!(seen.0 > 0 && seen.1 > 0);
        assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
    }

    #[test]
    fn documents_tell_their_year() {
        let of = |title: &str, published: &str| document_scope(Some(title), PartialDate::parse(published), "");
        assert_eq!(of("某市2022年国民经济和社会发展统计公报", "2023"), (Some(2022), Genre::Bulletin));
        assert_eq!(of("某省政府工作报告", "2026-01"), (Some(2025), Genre::WorkReport));
        assert_eq!(of("2026年某省政府工作报告", ""), (Some(2025), Genre::WorkReport));
        assert_eq!(of("某市记者见面会", "2024-07-12"), (None, Genre::Press));
    }

    #[test]
    fn sections_tell_plan_from_review() {
        assert_eq!(plan_section("二、2026年工作安排"), Some(true));
        assert_eq!(plan_section("今年发展主要预期目标是："), Some(true));
        assert_eq!(plan_section("今年要重点做好以下工作"), Some(true));
        assert_eq!(plan_section("一、2025年工作回顾"), Some(false));
        assert_eq!(plan_section("一年来，我们主要做了以下工作"), Some(false));
        assert_eq!(plan_section("工业生产"), None);
    }

    proptest::proptest! {
        #[test]
        fn mentions_are_cut_at_character_borders(text in "[年月日季度上下半今去前0-9一二三十五末底初—至到截“”期间同《》以来Aä]{0,40}") {
            let mut last = 0;
            for mention in find_periods(&text) {
                assert!(mention.range.start >= last && text.get(mention.range.clone()).is_some());
                last = mention.range.end;
                let scope = PeriodScope { published: PartialDate::parse("2024-09-01"), year: None, previous: None };
                let _ = resolve(&mention, &text, &scope);
            }
        }
    }
}
