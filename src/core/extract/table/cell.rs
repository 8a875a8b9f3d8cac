//! A cell: a number, with its unit or without, or a mark that there is none.

use rust_decimal::Decimal;

use super::unit::Unit;
use crate::extract::numeral::numeral;
use crate::lexicon::Lexicon;
use crate::model::Bound;

/// A cell's number.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Value {
    /// As written, multipliers included.
    pub(super) value: Decimal,
    /// The unit that the cell itself tells.
    pub(super) unit: Option<Unit>,
    /// Where the unit starts, in bytes of the cell.
    pub(super) unit_start: usize,
    /// Where number and unit end.
    pub(super) end: usize,
    /// 持平.
    pub(super) is_flat: bool,
    /// 「5.5左右」, 「≥7」.
    pub(super) bound: Bound,
}

/// Reads a cell that is a number: 「1,234.5」, 「-3.9」, 「5.3%」, 「持平」, 「↓2.1」, 「1123（较上年升31.7%）」.
pub(super) fn value(text: &str, lexicon: &Lexicon) -> Option<Value> {
    let flat = |end| Value { value: Decimal::ZERO, unit: None, unit_start: end, end, is_flat: true, bound: Bound::Eq };
    if matches!(text, "持平" | "与上年持平" | "平") {
        return Some(flat(text.len()));
    }
    let (before, body) =
        bounded(text, &[("≥", Bound::Min), ("＞", Bound::Min), ("不低于", Bound::Min), ("≤", Bound::Max), ("＜", Bound::Max), ("约", Bound::Approx)]);
    let (sign, start) = sign(body);
    let start = start + text.len() - body.len();
    let body = text.get(start..)?;
    if !body.starts_with(|c: char| c.is_ascii_digit()) {
        return None;
    }
    let (number, digits) = digits(body)?;
    let mut unit_start = start + digits;
    let mut end = unit_start;
    let mut value = number;
    let mut unit = None;
    let rest = text.get(end..)?;
    let scaled = numeral(body).filter(|n| n.is_scaled && !n.is_open).map_or(0, |n| n.len.saturating_sub(digits));
    if let Some((len, known)) = rest.get(scaled..).and_then(|rest| lexicon.units.prefix(rest)) {
        let factor = numeral(&format!("1{}", rest.get(..scaled)?)).map_or(Decimal::ONE, |n| n.value);
        value = value.checked_mul(factor)?;
        unit = Some(Unit::of_lexicon(known));
        end += scaled + len;
    } else if scaled > 0 {
        value = numeral(body)?.value;
        end += scaled;
        unit_start = end;
    }
    let behind = text.get(end..)?.trim_start();
    let is_note = behind.is_empty() || behind.starts_with('（') || behind.chars().all(|c| matches!(c, '*' | '①'..='⑳' | '↑' | '↓'));
    let (after, behind) =
        bounded(behind, &[("左右", Bound::Approx), ("上下", Bound::Approx), ("以上", Bound::Min), ("以内", Bound::Max), ("以下", Bound::Max)]);
    let is_whole = is_note || after != Bound::Eq && behind.is_empty();
    // 「1100（110）」 is one number; 「3.5↓」 falls.
    let falls = sign < 0 || behind.starts_with('↓');
    is_whole.then(|| Value {
        value: if falls { -value } else { value },
        unit,
        unit_start,
        end,
        is_flat: false,
        bound: if after == Bound::Eq { before } else { after },
    })
}

/// Whether a cell says that there is no number: empty, 「—」, 「…」, 「/」.
pub(super) fn is_missing(text: &str) -> bool {
    let text = text.trim();
    matches!(text, "无" | "无数据" | "暂无" | "NA" | "N/A" | "n/a" | "nan" | "NaN" | "NULL" | "null" | "x" | "X")
        || text.chars().all(|c| matches!(c, '-' | '—' | '–' | '…' | '.' | '/' | '\\' | '×' | '*' | '#' | ' ' | '·'))
}

/// Words that bound a number, and what follows them.
fn bounded<'a>(text: &'a str, words: &[(&str, Bound)]) -> (Bound, &'a str) {
    words.iter().find_map(|(word, bound)| text.strip_prefix(word).map(|rest| (*bound, rest))).unwrap_or((Bound::Eq, text))
}

/// The sign before a number, and the bytes that it takes.
fn sign(text: &str) -> (i32, usize) {
    const SIGNS: &[(&str, i32)] = &[
        ("-", -1),
        ("—", -1),
        ("–", -1),
        ("＋", 1),
        ("+", 1),
        ("↑", 1),
        ("↓", -1),
        ("▼", -1),
        ("增长", 1),
        ("上涨", 1),
        ("上升", 1),
        ("提高", 1),
        ("增加", 1),
        ("下降", -1),
        ("下跌", -1),
        ("回落", -1),
        ("减少", -1),
    ];
    SIGNS.iter().find(|(written, _)| text.starts_with(written)).map_or((1, 0), |(written, sign)| (*sign, written.len()))
}

/// Digits, grouped by commas or single blanks, and decimals.
fn digits(text: &str) -> Option<(Decimal, usize)> {
    let is_group = |rest: &str| rest.bytes().skip(1).take_while(u8::is_ascii_digit).count() == 3 && rest.starts_with([',', ' ']);
    let mut end = text.bytes().take_while(u8::is_ascii_digit).count();
    if end <= 3 {
        while text.get(end..).is_some_and(is_group) {
            end += 4;
        }
    }
    if let Some(rest) = text.get(end..).and_then(|rest| rest.strip_prefix('.')) {
        let decimals = rest.bytes().take_while(u8::is_ascii_digit).count();
        if decimals == 0 {
            return None;
        }
        end += 1 + decimals;
    }
    let plain: String = text.get(..end)?.chars().filter(|c| !matches!(c, ',' | ' ')).collect();
    Some((plain.parse().ok()?, end))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cells_are_numbers_or_none() {
        let lexicon = Lexicon::builtin().unwrap();
        let check = |text: &str, expected: &str| {
            let shown = value(text, &lexicon).map(|found| {
                let value = found.unit.as_ref().map_or(Some(found.value), |unit| unit.of(found.value)).unwrap();
                format!(
                    "{} {} {}",
                    value.normalize(),
                    found.unit.map_or_else(|| String::from("-"), |unit| unit.base),
                    text.get(..found.end).unwrap_or_default()
                )
            });
            assert_eq!(shown.unwrap_or_default(), expected, "{text}");
        };
        check("1,234.5", "1234.5 - 1,234.5");
        check("12 345", "12345 - 12 345");
        check("-3.9", "-3.9 - -3.9");
        check("—3.9", "-3.9 - —3.9");
        check("↓2.1", "-2.1 - ↓2.1");
        check("持平", "0 - 持平");
        check("5.3%", "5.3 percent 5.3%");
        check("5.2亿元", "520000000 CNY 5.2亿元");
        check("1100（比上年多12）", "1100 - 1100");
        check("87.5*", "87.5 - 87.5");
        check("7左右", "7 - 7");
        check("≥6.5%", "6.5 percent ≥6.5%");
        for text in ["2022年", "2023.10.6", "1-10月", "2022-01-31", "—", "", "A12", "0-14岁", "5."] {
            check(text, "");
        }
    }

    #[test]
    fn marks_say_that_there_is_no_number() {
        assert!(["", "-", "--", "…", "...", "—", "——", "/", "N/A"].into_iter().all(is_missing));
        assert!(!["0", "甲", "-1", "持平"].into_iter().any(is_missing));
    }
}
