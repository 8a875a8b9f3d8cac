//! How exactly a printed number tells its value.

use crate::model::{Bound, Decimal, Observation};

/// How far from a printed number the true value may lie.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Reach {
    /// Half a unit of the last digit: the number was rounded.
    Half,
    /// A whole unit, zeros at the end not counted as digits: it was cut off, or rounded without a word.
    Whole,
}

/// Where a value lies.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Interval {
    low: Decimal,
    high: Decimal,
}

impl Interval {
    pub(super) fn exactly(value: Decimal) -> Self {
        Self { low: value, high: value }
    }

    pub(super) fn meets(self, other: Self) -> bool {
        self.low <= other.high && other.low <= self.high
    }

    pub(super) fn middle(self) -> Decimal {
        self.low.checked_add(self.high).map_or(self.low, |sum| sum / Decimal::TWO)
    }

    pub(super) fn plus(self, other: Self) -> Option<Self> {
        Some(Self { low: self.low.checked_add(other.low)?, high: self.high.checked_add(other.high)? })
    }

    pub(super) fn minus(self, other: Self) -> Option<Self> {
        Some(Self { low: self.low.checked_sub(other.high)?, high: self.high.checked_sub(other.low)? })
    }

    pub(super) fn times(self, other: Self) -> Option<Self> {
        Self::around([
            self.low.checked_mul(other.low)?,
            self.low.checked_mul(other.high)?,
            self.high.checked_mul(other.low)?,
            self.high.checked_mul(other.high)?,
        ])
    }

    /// The quotient; none where the divisor may be zero or less.
    pub(super) fn over(self, other: Self) -> Option<Self> {
        if other.low <= Decimal::ZERO {
            return None;
        }
        Self::around([
            self.low.checked_div(other.low)?,
            self.low.checked_div(other.high)?,
            self.high.checked_div(other.low)?,
            self.high.checked_div(other.high)?,
        ])
    }

    /// Self in percent of another.
    pub(super) fn percent_of(self, other: Self) -> Option<Self> {
        self.over(other)?.times(Self::exactly(super::HUNDRED))
    }

    /// Growth in percent from another to self.
    pub(super) fn growth_on(self, other: Self) -> Option<Self> {
        self.percent_of(other)?.minus(Self::exactly(super::HUNDRED))
    }

    pub(super) fn widened(self, by: Decimal) -> Option<Self> {
        Some(Self { low: self.low.checked_sub(by)?, high: self.high.checked_add(by)? })
    }

    fn around(corners: [Decimal; 4]) -> Option<Self> {
        Some(Self { low: corners.into_iter().min()?, high: corners.into_iter().max()? })
    }
}

/// Where the value of a row lies; none where the row bounds its figure or is not written in digits.
pub(super) fn interval(row: &Observation, reach: Reach) -> Option<Interval> {
    if !matches!(row.bound, Bound::Eq | Bound::Approx) || row.value_high.is_some() {
        return None;
    }
    let printed = Printed::of(&row.value_text)?;
    let scale = printed.scale(row.value)?;
    // What is counted one by one is told exactly.
    let is_counted = printed.decimals == 0 && scale == Decimal::ONE && matches!(row.unit.as_str(), "count" | "person" | "household");
    let step = match reach {
        Reach::Half if is_counted => Decimal::ZERO,
        Reach::Half => Decimal::new(5, printed.decimals + 1),
        Reach::Whole if is_counted && printed.zeros < 2 => Decimal::ZERO,
        Reach::Whole if printed.decimals == 0 => Decimal::from(10_u64.checked_pow(printed.zeros)?),
        Reach::Whole => Decimal::new(1, printed.decimals),
    };
    let step = step.checked_mul(scale)?;
    Some(Interval { low: row.value.checked_sub(step)?, high: row.value.checked_add(step)? })
}

/// A value with as many decimals as a row's number has, in the row's unit as written.
pub(super) fn print(value: Decimal, like: &Observation) -> String {
    let printed = Printed::of(&like.value_text).and_then(|printed| Some((printed.decimals, printed.scale(like.value)?)));
    match printed {
        Some((decimals, scale)) if !scale.is_zero() => {
            let shown = value.checked_div(scale).unwrap_or(value).abs().round_dp(decimals);
            let unit: String = like.value_text.chars().skip_while(|c| is_numeral(*c)).collect();
            format!("{shown}{unit}")
        }
        _ => value.normalize().to_string(),
    }
}

/// The digits of a number.
struct Printed {
    number: Decimal,
    decimals: u32,
    /// Zeros at the end of a whole number.
    zeros: u32,
}

impl Printed {
    /// Reads the one number that a text starts with; none where there are several, or words for digits.
    fn of(text: &str) -> Option<Self> {
        let text = text.trim_start_matches(['+', '-', '－', '−', '$', '￥', '¥']);
        let digits: String = text.chars().take_while(|c| is_numeral(*c)).filter(|c| !matches!(c, ',' | '，')).map(narrow).collect();
        let rest = text.chars().skip_while(|c| is_numeral(*c)).collect::<String>();
        if rest.chars().any(|c| narrow(c).is_ascii_digit() || "半两几数多余/×+".contains(c)) {
            return None;
        }
        let number: Decimal = digits.parse().ok()?;
        let decimals = digits.split_once('.').map_or(0, |(_, after)| after.len());
        let zeros = if decimals == 0 { digits.len() - digits.trim_end_matches('0').len() } else { 0 };
        (!number.is_zero() && decimals < 12 && digits.len() < 20).then_some(())?;
        Some(Self { number, decimals: u32::try_from(decimals).ok()?, zeros: u32::try_from(zeros).ok()? })
    }

    /// What one of the printed number stands for in the base unit.
    fn scale(&self, value: Decimal) -> Option<Decimal> {
        value.checked_div(self.number).map(|scale| scale.abs())
    }
}

fn is_numeral(c: char) -> bool {
    narrow(c).is_ascii_digit() || matches!(c, '.' | '．' | ',' | '，')
}

/// A full-width digit as the plain one.
fn narrow(c: char) -> char {
    match c {
        '０'..='９' => char::from_u32(u32::from(c) - 0xFEE0).unwrap_or(c),
        '．' => '.',
        _ => c,
    }
}
