//! When the numbers of a table are of: what caption, header and row tell, put together.

use super::super::period::{Edge, Part, PeriodMention, PeriodWording, YearWord, find_periods};

/// What one place of a table tells of the period.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct When {
    pub(super) wording: Option<PeriodWording>,
    run: Option<Run>,
    text: String,
}

/// How a figure runs over its period.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Run {
    /// 当月.
    Month,
    /// 累计.
    ToDate,
    /// 期末.
    End,
}

impl When {
    pub(super) const fn is_told(&self) -> bool {
        self.wording.is_some() || self.run.is_some()
    }

    /// The year before: 「上年同期」.
    pub(super) const fn is_earlier(&self) -> bool {
        matches!(self.wording, Some(PeriodWording::Same { .. } | PeriodWording::Within { year: YearWord::Spoken(-1) | YearWord::Published(-1), .. }))
    }

    /// The year that it names.
    pub(super) const fn year(&self) -> Option<i32> {
        match self.wording {
            Some(PeriodWording::Within { year: YearWord::Absolute(year), .. }) => Some(year),
            _ => None,
        }
    }

    pub(super) const fn is_whole_year(&self) -> bool {
        matches!(self.wording, Some(PeriodWording::Within { part: Part::Whole, .. }))
    }

    pub(super) fn mark_cumulative(&mut self) {
        self.run = Some(Run::ToDate);
    }

    pub(super) fn mark_monthly(&mut self) {
        self.run = Some(Run::Month);
    }

    /// Takes what tells of time out of a header's words.
    pub(super) fn take(words: &mut String) -> Self {
        if words.contains("同月") {
            *words = words.replace("同月", "同期");
        }
        if let Some(wording) = bare(words) {
            let text = std::mem::take(words);
            return Self { wording: Some(wording), run: None, text };
        }
        let mut found = Self::default();
        for mention in find_periods(words).into_iter().rev() {
            let text = words.get(mention.range.clone()).unwrap_or_default().to_owned();
            let told = match mention.wording {
                PeriodWording::Open
                | PeriodWording::Near { .. }
                | PeriodWording::Week
                | PeriodWording::Past { .. }
                | PeriodWording::Coming { .. } => continue,
                PeriodWording::Within { year: YearWord::Untold, part: Part::NearMonth(0), edge } => {
                    Self { wording: None, run: Some(if edge == Edge::AsOf { Run::End } else { Run::Month }), text: String::new() }
                }
                PeriodWording::Within { year: YearWord::Untold, part: Part::End, .. } => Self { wording: None, run: Some(Run::End), text },
                wording => Self { wording: Some(wording), run: None, text },
            };
            words.replace_range(mention.range, "");
            found = told.within(&found);
        }
        for (word, run) in RUNS {
            if let Some(at) = words.find(word) {
                words.replace_range(at..at + word.len(), "");
                found.run = Some(*run);
                break;
            }
        }
        found
    }

    /// What an outer and an inner place tell together: 「2022年」 over 「1—10月」, a row 「3月」 under a column 「2021年」.
    pub(super) fn within(&self, inner: &Self) -> Self {
        let (wording, text) = match (self.wording, inner.wording) {
            (outer, None) => (outer, format!("{}{}", self.text, inner.text)),
            (None, own) => (own, inner.text.clone()),
            (Some(outer), Some(own)) => {
                let joined = join(outer, own);
                let is_whole = joined == Some(own);
                (joined.or(Some(own)), if is_whole { inner.text.clone() } else { format!("{}{}", self.text, inner.text) })
            }
        };
        Self { wording, run: inner.run.or(self.run), text }
    }

    /// A day that stands for its month or year, as the days down the side of a table do.
    pub(super) fn coarse(&mut self, step: Step) {
        if let Some(PeriodWording::Within { part, .. }) = &mut self.wording
            && let Part::Day(month, _) = *part
        {
            match step {
                Step::Month => *part = Part::Month(month),
                Step::Year => *part = Part::Whole,
                Step::Day => {}
            }
        }
    }

    /// The day of the year, where it is told to the day.
    pub(super) const fn day(&self) -> Option<(i32, u32, u32)> {
        match self.wording {
            Some(PeriodWording::Within { year: YearWord::Absolute(year), part: Part::Day(month, day), .. }) => Some((year, month, day)),
            _ => None,
        }
    }

    /// A flow runs over the period whose end a heading names: 「期末畜禽出栏」.
    pub(super) fn as_flow(&self) -> Self {
        let run = self.run.filter(|run| *run != Run::End);
        Self { run, ..self.clone() }
    }

    /// A balance of a month or of the months of a year stands at their end.
    pub(super) fn at_end_of_month(self) -> Self {
        let is_month =
            matches!(self.wording, Some(PeriodWording::Within { part: Part::Month(_) | Part::Months(..) | Part::Quarter(_) | Part::Half(_), .. }));
        if is_month { Self { run: Some(Run::End), ..self } } else { self }
    }

    /// The mention that normalization resolves, its words appended to the row's header.
    pub(super) fn mention(&self, header: &mut String) -> Option<PeriodMention> {
        let wording = match (self.run, self.wording) {
            (Some(Run::End), None) => PeriodWording::Within { year: YearWord::Untold, part: Part::End, edge: Edge::During },
            (run, wording) => run.map_or(wording, |run| wording.map(|wording| running(wording, run)))?,
        };
        if !header.is_empty() {
            header.push('\n');
        }
        let start = header.len();
        header.push_str(&self.text);
        Some(PeriodMention { range: start..header.len(), wording })
    }
}

/// How far apart the days down the side of a table are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Step {
    Day,
    Month,
    Year,
}

/// Words that tell how a figure runs, the longest first.
const RUNS: &[(&str, Run)] = &[
    ("自年初累计", Run::ToDate),
    ("1至本月累计", Run::ToDate),
    ("1—本月累计", Run::ToDate),
    ("止累计", Run::ToDate),
    ("累计数", Run::ToDate),
    ("累计值", Run::ToDate),
    ("累计", Run::ToDate),
    ("1至本月", Run::ToDate),
    ("1—本月", Run::ToDate),
    ("单月", Run::Month),
    ("月末", Run::End),
    ("季末", Run::End),
    ("期末", Run::End),
    ("时点数", Run::End),
];

/// A wording with how the figure runs over it.
fn running(wording: PeriodWording, run: Run) -> PeriodWording {
    let PeriodWording::Within { year, part, edge: Edge::During } = wording else { return wording };
    let part = match (run, part) {
        (Run::ToDate, Part::Month(month)) => Part::Months(1, month),
        (Run::ToDate, Part::Quarter(quarter)) if quarter > 1 => Part::Months(1, quarter * 3),
        (Run::Month, Part::Months(_, month)) => Part::Month(month),
        (Run::End, part) => last_of(part).map_or(part, |month| if month == 12 && part == Part::Whole { Part::End } else { Part::MonthEnd(month) }),
        (_, part) => part,
    };
    PeriodWording::Within { year, part, edge: Edge::During }
}

/// The last month of a part of the year.
const fn last_of(part: Part) -> Option<u32> {
    match part {
        Part::Whole => Some(12),
        Part::Month(month) | Part::Months(_, month) => Some(month),
        Part::Quarter(quarter) => Some(quarter * 3),
        Part::Half(half) => Some(half * 6),
        _ => None,
    }
}

/// An outer and an inner wording in one; `None` where the inner one says all.
fn join(outer: PeriodWording, inner: PeriodWording) -> Option<PeriodWording> {
    let PeriodWording::Within { year: outer_year, part: outer_part, .. } = outer else { return None };
    match inner {
        PeriodWording::Same { year } => {
            let year = match (year, outer_year) {
                (Some(YearWord::Absolute(year)), _) => YearWord::Absolute(year),
                (_, YearWord::Absolute(year)) => YearWord::Absolute(year - 1),
                _ => YearWord::Spoken(-1),
            };
            Some(PeriodWording::Within { year, part: outer_part, edge: Edge::During })
        }
        PeriodWording::Within { year, part, edge } => {
            let year = match (year, outer_year) {
                (YearWord::Untold, outer) => outer,
                (YearWord::Spoken(by) | YearWord::Published(by), YearWord::Absolute(year)) => YearWord::Absolute(year + by),
                (year, _) => year,
            };
            let (year, part) = match (part, outer_part) {
                (Part::NearMonth(by), outer) => month_by(year, last_of(outer)?, by)?,
                (Part::Whole, outer) => (year, outer),
                (Part::End, outer) => (year, last_of(outer).filter(|month| *month < 12).map_or(Part::End, Part::MonthEnd)),
                (part, _) => (year, part),
            };
            Some(PeriodWording::Within { year, part, edge })
        }
        _ => None,
    }
}

/// The month that lies so many months off.
fn month_by(year: YearWord, month: u32, by: i32) -> Option<(YearWord, Part)> {
    let at = i32::try_from(month).ok()? - 1 + by;
    let month = u32::try_from(at.rem_euclid(12)).ok()? + 1;
    let year = match year {
        YearWord::Absolute(year) => YearWord::Absolute(year + at.div_euclid(12)),
        other => other,
    };
    Some((year, Part::Month(month)))
}

/// A period in digits alone: 「2020」, 「2022-01」, 「202201」, 「2022/1/31」, 「2022年Q1」.
fn bare(words: &str) -> Option<PeriodWording> {
    let within = |year: i32, part| Some(PeriodWording::Within { year: YearWord::Absolute(year), part, edge: Edge::During });
    let year: i32 = words.get(..4).filter(|digits| digits.bytes().all(|b| b.is_ascii_digit()))?.parse().ok()?;
    if !(1900..2100).contains(&year) {
        return None;
    }
    let rest = words.get(4..)?;
    let rest = rest.strip_suffix(" 00:00:00").unwrap_or(rest);
    if rest.is_empty() {
        return within(year, Part::Whole);
    }
    if let Some(quarter) = rest.trim_start_matches(['-', '—', '年', '.', ' ']).strip_prefix('Q') {
        return quarter.parse().ok().filter(|quarter| (1..=4).contains(quarter)).and_then(|quarter| within(year, Part::Quarter(quarter)));
    }
    if rest.len() == 2 && rest.bytes().all(|b| b.is_ascii_digit()) {
        return rest.parse().ok().filter(|month| (1..=12).contains(month)).and_then(|month| within(year, Part::Month(month)));
    }
    let mut parts = rest.strip_prefix(['-', '—', '.', '/'])?.splitn(2, ['-', '—', '.', '/']);
    let month: u32 = parts.next()?.parse().ok().filter(|month| (1..=12).contains(month))?;
    match parts.next() {
        None => within(year, Part::Month(month)),
        Some(day) => day.parse().ok().filter(|day| (1..=31).contains(day)).and_then(|day| within(year, Part::Day(month, day))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(words: &[&str]) -> String {
        let when = words.iter().fold(When::default(), |outer, words| outer.within(&When::take(&mut (*words).to_owned())));
        let mut header = String::new();
        when.mention(&mut header).map_or_else(String::new, |mention| match mention.wording {
            PeriodWording::Within { year, part, .. } => format!("{year:?} {part:?} {header}"),
            other => format!("{other:?}"),
        })
    }

    #[test]
    fn places_tell_the_period_together() {
        let check = |words: &[&str], expected: &str| assert_eq!(told(words), expected, "{words:?}");
        check(&["2022年主要指标", "1—10月"], "Absolute(2022) Months(1, 10) 2022年1—10月");
        check(&["2022年10月", "累计"], "Absolute(2022) Months(1, 10) 2022年10月");
        check(&["2022年1—10月", "本月"], "Absolute(2022) Month(10) 2022年1—10月");
        check(&["2022年10月", "上月"], "Absolute(2022) Month(9) 2022年10月上月");
        check(&["2022年1—10月", "上年同期"], "Absolute(2021) Months(1, 10) 2022年1—10月上年同期");
        check(&["2021年", "3月"], "Absolute(2021) Month(3) 2021年3月");
        check(&["3月", "2021年"], "Absolute(2021) Month(3) 3月2021年");
        check(&["2022年", "年末数"], "Absolute(2022) End 2022年年末");
        check(&["2022年6月", "期末余额"], "Absolute(2022) MonthEnd(6) 2022年6月期末");
        check(&["年末人口"], "Untold End 年末");
        check(&["2020"], "Absolute(2020) Whole 2020");
        check(&["202203"], "Absolute(2022) Month(3) 202203");
        check(&["2022-03-31"], "Absolute(2022) Day(3, 31) 2022-03-31");
        check(&["2022Q2"], "Absolute(2022) Quarter(2) 2022Q2");
        check(&["产量"], "");
        check(&["20220"], "");
    }
}
