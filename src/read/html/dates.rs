//! Days as pages write them.

use gongbao_core::model::PartialDate;

/// The first day that a text tells, and where it ends: 「2021-03-05」, 「2021年3月5日」, 「2021/3/5」, 「2021.03.05」.
pub(super) fn find(text: &str) -> Option<(PartialDate, usize)> {
    let is_start = |at: usize| !text.get(..at).is_some_and(|before| before.ends_with(|c: char| c.is_ascii_digit()));
    let starts = text.char_indices().filter(|(at, c)| matches!(c, '1' | '2') && is_start(*at));
    starts.filter_map(|(at, _)| text.get(at..).and_then(day).map(|(date, rest)| (date, text.len() - rest.len()))).next()
}

/// A date as metadata write it: cut to its month or year, or without separators too.
pub(super) fn read(written: &str) -> Option<PartialDate> {
    let written = written.trim();
    let digits: String = written.chars().take_while(char::is_ascii_digit).collect();
    let cut = |range: std::ops::Range<usize>| digits.get(range).unwrap_or_default();
    let compact = || matches!(digits.len(), 8 | 14).then(|| format!("{}-{}-{}", cut(0..4), cut(4..6), cut(6..8)));
    find(written).map(|(date, _)| date).or_else(|| compact().as_deref().and_then(parse)).or_else(|| parse(written))
}

/// A day at the start of a text, and what follows it.
fn day(text: &str) -> Option<(PartialDate, &str)> {
    let (year, rest) = number(text)?;
    let (year_mark, rest) = mark(rest, &['-', '/', '.', '年', '－', '．'])?;
    let (month, rest) = number(rest)?;
    let (_, rest) = mark(rest, if year_mark == '年' { &['月'] } else { &['-', '/', '.', '－', '．'] })?;
    let (day, rest) = number(rest)?;
    if year.len() != 4 || month.len() > 2 || day.len() > 2 {
        return None;
    }
    parse(&format!("{year}-{month}-{day}")).map(|date| (date, rest))
}

fn number(text: &str) -> Option<(&str, &str)> {
    let text = text.trim_start();
    let end = text.find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len());
    text.split_at_checked(end).filter(|(number, _)| !number.is_empty())
}

fn mark<'a>(text: &'a str, marks: &[char]) -> Option<(char, &'a str)> {
    let mut rest = text.trim_start().chars();
    rest.next().filter(|c| marks.contains(c)).map(|c| (c, rest.as_str()))
}

/// A date of the time in which there are pages.
fn parse(written: &str) -> Option<PartialDate> {
    PartialDate::parse(written).filter(|date| (1980..2100).contains(&date.year))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(read: impl Fn(&str) -> Option<PartialDate>, cases: &[(&str, &str)]) {
        for (written, expected) in cases {
            assert_eq!(read(written), PartialDate::parse(expected), "{written}");
        }
    }

    #[test]
    fn days_in_words() {
        check(
            |written| find(written).map(|(date, _)| date),
            &[
                ("发布时间：2021-03-05 10:22", "2021-03-05"),
                ("2021年 3月 5日", "2021-03-05"),
                ("时间 2021/3/5", "2021-03-05"),
                ("2021.03.05来源", "2021-03-05"),
                ("2021年1-2月", "none"),
                ("编号12021-03-05", "none"),
                ("2021-13-05", "none"),
                ("1021-03-05", "none"),
            ],
        );
    }

    #[test]
    fn days_in_metadata() {
        check(
            read,
            &[
                ("2021-03-05T10:22:00+08:00", "2021-03-05"),
                ("20210305", "2021-03-05"),
                ("20210305102200", "2021-03-05"),
                ("2021-03", "2021-03"),
                ("", "none"),
            ],
        );
    }
}
