//! Numbers and dates as people see them in their cells.

use gongbao_core::model::NaiveDate;

/// What a format's code says of a number; several sections there are for negative numbers and zero, the first tells enough.
#[derive(Debug, Default)]
struct Pattern {
    has_digits: bool,
    is_general: bool,
    decimals: usize,
    percents: usize,
    /// Letters that stand for a part of a date, in lower case.
    letters: String,
    /// Words around the number.
    before: String,
    after: String,
    /// The number is shown by another power of ten: its words are of no use.
    is_scaled: bool,
}

impl Pattern {
    fn parse(code: &str) -> Self {
        let mut pattern = Self::default();
        let mut chars = code.chars().peekable();
        let (mut is_quoted, mut is_fraction) = (false, false);
        while let Some(c) = chars.next() {
            match c {
                '"' => is_quoted = !is_quoted,
                _ if is_quoted => pattern.word(c),
                ';' => break,
                '\\' | '!' => {
                    let literal = chars.next().unwrap_or_default();
                    pattern.is_scaled |= literal == '.';
                    pattern.word(literal);
                }
                '_' | '*' => drop(chars.next()),
                // Colours, currencies and languages; but a span of time stands in brackets too.
                '[' => {
                    let inner: String = chars.by_ref().take_while(|c| *c != ']').collect();
                    if inner.chars().all(|c| matches!(c.to_ascii_lowercase(), 'h' | 'm' | 's')) {
                        pattern.letters.push_str(&inner.to_ascii_lowercase());
                    }
                }
                '0' | '#' | '?' => {
                    pattern.has_digits = true;
                    pattern.decimals += usize::from(is_fraction);
                }
                '.' => is_fraction = true,
                ',' => pattern.is_scaled |= pattern.has_digits && !matches!(chars.peek(), Some('0' | '#' | '?')),
                '%' => {
                    pattern.percents += 1;
                    pattern.word(c);
                }
                // 「General」, 「G/通用格式」.
                'G' | 'g' if !pattern.has_digits => {
                    let rest = if chars.peek() == Some(&'/') { 5 } else { 6 };
                    chars.by_ref().take(rest).for_each(drop);
                    pattern.is_general = true;
                }
                'E' | 'e' if pattern.has_digits => {}
                _ if matches!(c.to_ascii_lowercase(), 'y' | 'm' | 'd' | 'h' | 's' | 'e') => pattern.letters.push(c.to_ascii_lowercase()),
                _ if c.is_alphanumeric() && !c.is_ascii() => pattern.word(c),
                _ => {}
            }
        }
        pattern
    }

    fn word(&mut self, c: char) {
        if self.has_digits || self.is_general { self.after.push(c) } else { self.before.push(c) }
    }

    fn has(&self, letters: &[char]) -> bool {
        self.letters.contains(letters)
    }
}

/// A number in its cell: exactly where it was typed, rounded as the cell shows it where it was computed (its digits do not
/// end then), without an exponent; percent cells and dates as they are shown.
pub(super) fn show(value: f64, code: &str, is_1904: bool) -> String {
    if !value.is_finite() {
        return String::new();
    }
    let pattern = Pattern::parse(code);
    if !pattern.letters.is_empty()
        && let Some(date) = show_date(value, &pattern, is_1904)
    {
        return date;
    }
    let mut digits = Digits::of(value);
    if pattern.percents > 0 {
        digits.point += 2 * i32::try_from(pattern.percents).unwrap_or_default();
        digits.round(pattern.decimals);
        return format!("{}{}", digits.print(pattern.decimals), pattern.after.trim());
    }
    if pattern.has_digits && digits.are_endless() && !pattern.is_scaled {
        digits.round(pattern.decimals);
    }
    let word = |words: &str| match words.trim() {
        words if !pattern.is_scaled && words.chars().any(|c| c.is_alphabetic() || matches!(c, '%' | '‰' | '℃')) => words.to_owned(),
        _ => String::new(),
    };
    format!("{}{}{}", word(&pattern.before), digits.print(0), word(&pattern.after))
}

/// The 30th of December 1899, in days of the common era.
const EPOCH_DAYS: i64 = 693_594;

/// A day, month, year or time of day; `None` where the number is none.
fn show_date(value: f64, pattern: &Pattern, is_1904: bool) -> Option<String> {
    const MINUTES: f64 = 24.0 * 60.0;
    let minutes: i64 = format!("{:.0}", (value * MINUTES).clamp(-1e15, 1e15)).parse().ok()?;
    let (days, minute) = (minutes.div_euclid(24 * 60), minutes.rem_euclid(24 * 60));
    let time = format!("{:02}:{:02}", minute / 60, minute % 60);
    let (has_year, has_day, has_time) = (pattern.has(&['y', 'e']), pattern.has(&['d']), pattern.has(&['h', 's']));
    let has_month = pattern.has(&['m']) && (has_year || has_day || !has_time);
    if !(has_year || has_month || has_day) {
        return (0..24 * 60).contains(&minutes).then_some(time);
    }
    // Day 60 is the 29th of February that 1900 did not have.
    let shift = if is_1904 { 1462 } else { i64::from(days < 60) };
    let day = (0..3_000_000).contains(&days).then_some(EPOCH_DAYS + days + shift)?;
    let day = NaiveDate::from_num_days_from_ce_opt(i32::try_from(day).ok()?)?;
    let is_worded = pattern.before.contains(['年', '月', '日']) || pattern.after.contains(['年', '月', '日']);
    let date = match (has_year, has_month, has_day) {
        (true, true, true) if is_worded => "%Y年%-m月%-d日",
        (true, true, true) => "%Y-%m-%d",
        (true, true, false) if is_worded => "%Y年%-m月",
        (true, true, false) => "%Y-%m",
        (true, ..) if is_worded => "%Y年",
        (true, ..) => "%Y",
        (false, true, true) => "%-m月%-d日",
        (false, true, false) => "%-m月",
        (false, false, _) => "%-d日",
    };
    Some(if has_time && minute > 0 { format!("{} {time}", day.format(date)) } else { day.format(date).to_string() })
}

/// The code of a format that programs know by its number, as a Chinese one shows it; none where it tells nothing.
pub(super) fn known_code(id: u32) -> &'static str {
    match id {
        9 => "0%",
        10 => "0.00%",
        14 | 15 | 30 => "yyyy-mm-dd",
        16 => "m-d",
        17 => "yyyy-mm",
        18..=21 | 32..=35 | 45..=47 | 55 | 56 => "h:mm",
        22 => "yyyy-mm-dd h:mm",
        27 | 36 | 50 | 52 | 57 => "yyyy\"年\"m\"月\"",
        28 | 29 | 51 | 53 | 54 | 58 => "m\"月\"d\"日\"",
        31 => "yyyy\"年\"m\"月\"d\"日\"",
        1..=4 | 37..=44 => {
            if matches!(id, 1 | 3 | 37 | 38 | 41 | 42) {
                "0"
            } else {
                "0.00"
            }
        }
        _ => "",
    }
}

/// So many digits a spreadsheet keeps; what follows is noise of binary fractions.
const KEPT_DIGITS: usize = 15;

/// A decimal number: its digits after a point, times a power of ten.
#[derive(Debug)]
struct Digits {
    is_negative: bool,
    digits: Vec<u8>,
    point: i32,
}

impl Digits {
    fn of(value: f64) -> Self {
        let written = format!("{:.*e}", KEPT_DIGITS - 1, value.abs());
        let (mantissa, exponent) = written.split_once('e').unwrap_or((&written, "0"));
        let digits = mantissa.bytes().filter(u8::is_ascii_digit).map(|digit| digit - b'0').collect();
        let mut digits = Self { is_negative: value < 0.0, digits, point: exponent.parse().unwrap_or(0) + 1 };
        digits.trim();
        digits
    }

    fn are_endless(&self) -> bool {
        self.digits.len() == KEPT_DIGITS
    }

    fn trim(&mut self) {
        let kept = self.digits.iter().rposition(|digit| *digit > 0).map_or(0, |last| last + 1);
        self.digits.truncate(kept);
    }

    /// Rounds to so many decimals, halves away from zero.
    fn round(&mut self, decimals: usize) {
        let kept = i64::from(self.point) + i64::try_from(decimals).unwrap_or(i64::MAX / 2);
        let Ok(kept) = usize::try_from(kept) else { return self.digits.clear() };
        let is_up = self.digits.get(kept).is_some_and(|digit| *digit >= 5);
        self.digits.truncate(kept);
        if is_up {
            // Nines before the cut become zeros, the digit before them goes up.
            while self.digits.last() == Some(&9) {
                self.digits.pop();
            }
            match self.digits.last_mut() {
                Some(last) => *last += 1,
                None => {
                    self.digits.push(1);
                    self.point += 1;
                }
            }
        }
        self.trim();
    }

    /// With so many decimals at least.
    fn print(&self, decimals: usize) -> String {
        let digit = |at: i64| usize::try_from(at).ok().and_then(|at| self.digits.get(at)).map_or('0', |digit| char::from(b'0' + digit));
        let point = if self.digits.is_empty() { 0 } else { i64::from(self.point) };
        let len = i64::try_from(self.digits.len()).unwrap_or_default();
        let mut printed = String::new();
        if self.is_negative && !self.digits.is_empty() {
            printed.push('-');
        }
        if point <= 0 {
            printed.push('0');
        } else {
            printed.extend((0..point).map(digit));
        }
        let end = (point + i64::try_from(decimals).unwrap_or_default()).max(len);
        if end > point {
            printed.push('.');
            printed.extend((point..end).map(digit));
        }
        printed
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(value: f64, code: &str, expected: &str) {
        assert_eq!(show(value, code, false), expected, "{value} by {code}");
    }

    #[test]
    fn typed_numbers_are_exact() {
        for (value, expected) in [(2.68, "2.68"), (0.1 + 0.2, "0.3"), (110.0, "110"), (0.0, "0"), (-0.05, "-0.05"), (1e21, "1000000000000000000000")]
        {
            check(value, "General", expected);
            check(value, "0.00_ ", expected);
        }
        check(1_234_567.891, "#,##0.0", "1234567.891");
        check(1e-7, "", "0.0000001");
        check(f64::NAN, "", "");
    }

    #[test]
    fn computed_numbers_are_as_shown() {
        check(37.0 / 7.0, "0.0", "5.3");
        check(37.0 / 7.0, "General", "5.28571428571429");
        check(2999.0 / 3000.0, "0.00", "1");
        check(-2.0 / 3.0, "#,##0.0_);(#,##0.0)", "-0.7");
        check(1.0 / 3000.0, "0.00", "0");
    }

    #[test]
    fn percents_are_as_shown() {
        check(0.0526, "0.0%", "5.3%");
        check(0.05, "0.0%", "5.0%");
        check(-0.12, "0%", "-12%");
        check(0.9996, "0.0%", "100.0%");
        check(1.2345, "0.00%;[Red]-0.00%", "123.45%");
        check(0.0, "0.00%", "0.00%");
        check(5.3, "0.0\"%\"", "5.3%");
    }

    #[test]
    fn words_of_the_format_belong_to_the_number() {
        check(2023.0, "0\"年\"", "2023年");
        check(3.0, "\"第\"0\"季度\"", "第3季度");
        check(2023.0, "G/通用格式\"年\"", "2023年");
        check(12.5, "[$¥-804]#,##0.00", "12.5");
        check(12.5, "_ \"¥\"* #,##0.00_ ", "12.5");
        check(123_456.0, "0!.0,\"万\"", "123456");
    }

    #[test]
    fn dates_tell_what_the_cell_shows() {
        check(44_592.0, "YYYY-MM-DD HH:MM:SS", "2022-01-31");
        check(44_592.5, "yyyy/m/d h:mm", "2022-01-31 12:00");
        check(45_200.0, "yyyy\"年\"m\"月\"", "2023年10月");
        check(45_200.0, "[$-804]yyyy\"年\"m\"月\"d\"日\";@", "2023年10月1日");
        check(45_200.0, "mmm-yy", "2023-10");
        check(45_200.0, "yyyy", "2023");
        check(45_200.0, "m\"月\"", "10月");
        check(45_200.0, "m月d日", "10月1日");
        check(0.354_166_666_666_667, "h:mm", "08:30");
        check(1.0, "yyyy-mm-dd", "1900-01-01");
        check(-1.0, "yyyy-mm-dd", "-1");
        check(1e300, "h:mm", &format!("1{}", "0".repeat(300)));
        assert_eq!(show(43_130.0, known_code(14), true), "2022-01-31");
        assert_eq!(show(45_200.0, known_code(57), false), "2023年10月");
        assert_eq!(show(0.5, known_code(10), false), "50.00%");
    }
}
