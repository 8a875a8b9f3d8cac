//! Units that stand apart from their numbers: 「万吨」, 「元/500克」, 「±%」, `100M Yuan`.

use rust_decimal::{Decimal, RoundingStrategy};

use crate::extract::numeral::numeral;
use crate::lexicon::Lexicon;

/// A unit and how many of its base units one is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Unit {
    /// What 万 and 亿 multiply.
    scale: Decimal,
    /// Base units in one: numerator and denominator.
    factor: (Decimal, Decimal),
    /// Base unit; empty where only a multiplier is told, as in 「（万）」.
    pub(super) base: String,
    /// Family, as the catalogue of indicators names it.
    pub(super) family: String,
}

impl Unit {
    /// A unit of its own: percent, a rank, a count.
    pub(super) fn plain(base: &str, family: &str) -> Self {
        Self { scale: Decimal::ONE, factor: (Decimal::ONE, Decimal::ONE), base: base.to_owned(), family: family.to_owned() }
    }

    /// A unit of the lexicon.
    pub(super) fn of_lexicon(unit: &crate::lexicon::Unit) -> Self {
        Self { factor: unit.factor, ..Self::plain(&unit.base, &unit.family) }
    }

    /// A ratio told in percent.
    pub(super) fn hundredth(base: &str, family: &str) -> Self {
        Self { factor: (Decimal::ONE, Decimal::ONE_HUNDRED), ..Self::plain(base, family) }
    }

    pub(super) fn percent() -> Self {
        Self::plain("percent", "percent")
    }

    /// Money for each of something: a price in 元 beside 吨 is 元/吨.
    pub(super) fn for_each(&self, thing: &str) -> Self {
        Self { base: format!("{}/{thing}", self.base), family: String::from("price"), ..self.clone() }
    }

    /// True for percent, permille and points.
    pub(super) fn is_rate(&self) -> bool {
        matches!(self.base.as_str(), "percent" | "permille" | "pp")
    }

    /// A value in base units; what does not divide is rounded to two decimals.
    pub(super) fn of(&self, value: Decimal) -> Option<Decimal> {
        let exact = value.checked_mul(self.scale)?.checked_mul(self.factor.0)?;
        if self.factor.1 == Decimal::ONE {
            return Some(exact);
        }
        let places = if self.factor.1 == Decimal::ONE_HUNDRED { 8 } else { 2 };
        exact.checked_div(self.factor.1).map(|value| value.round_dp_with_strategy(places, RoundingStrategy::MidpointAwayFromZero))
    }

    /// The same multiplier of another unit.
    pub(super) fn of_base(self, base: &str, family: &str) -> Self {
        Self { base: base.to_owned(), family: family.to_owned(), ..self }
    }

    /// The same multiplier of what a label counts: 「（万）」 of 人数 are persons.
    pub(super) fn counting(self, label: &str) -> Self {
        if !self.base.is_empty() {
            return self;
        }
        let (base, family) = counted(label).unwrap_or(("count", "count"));
        self.of_base(base, family)
    }
}

/// The base unit and family of a label that says itself what it counts: 「就业人数」, 「总户数」.
pub(super) fn counted(label: &str) -> Option<(&'static str, &'static str)> {
    let ends = |words: &[&str]| words.iter().any(|word| label.ends_with(word));
    if ends(&["指数"]) || label.contains("PMI") {
        Some(("index", "index"))
    } else if ends(&["人次", "人次数", "人数次"]) {
        Some(("person_time", "person_time"))
    } else if ends(&["人数", "人口", "人口数", "人员", "人员数", "职工数", "学生数", "教师数"]) {
        Some(("person", "person"))
    } else if ends(&["系数", "分数", "参数", "天数", "日数", "倍数", "基数", "函数", "时数"]) {
        None
    } else if ends(&["户数"]) && !["企业", "个体", "主体", "用户", "单位"].iter().any(|word| label.contains(word)) {
        Some(("household", "household"))
    } else {
        ends(&["数", "数量"]).then_some(("count", "count"))
    }
}

/// Reads a text that is a unit and nothing else.
///
/// - Errors: `None` where it is anything else; a rate of a known unit, as 「元/500克」, is kept as written.
pub(super) fn read(text: &str, lexicon: &Lexicon) -> Option<Unit> {
    let text = text.trim().trim_start_matches("单位：").trim_start_matches(['±', '+', '-', '—', '、']).trim_end_matches('±');
    let text = text.strip_prefix("人民币").filter(|rest| !rest.is_empty()).unwrap_or(text);
    match text {
        "百分比" | "百分数" => return Some(Unit::percent()),
        // A temperature has its sign.
        "度" | "万度" | "亿度" => return read(&text.replace('度', "千瓦时"), lexicon),
        _ => {}
    }
    exact(text, lexicon).or_else(|| rate(text, lexicon)).or_else(|| english(text))
}

/// The first unit of a list that is no rate, else the first: 「亿元、%」.
pub(super) fn read_list(text: &str, lexicon: &Lexicon) -> Option<Unit> {
    let units = listed(text, lexicon);
    units.iter().find(|unit| !unit.is_rate()).or_else(|| units.first()).cloned()
}

/// All units of a list, or one that no list of words has, as written.
pub(super) fn read_all(text: &str, lexicon: &Lexicon) -> Vec<Unit> {
    let units = listed(text, lexicon);
    if units.is_empty() { as_written(text).into_iter().collect() } else { units }
}

/// Reads a cell of a column of units: what no list of words has is a unit as written.
pub(super) fn read_cell(text: &str, lexicon: &Lexicon) -> Option<Unit> {
    read_list(text, lexicon).or_else(|| as_written(text))
}

fn listed(text: &str, lexicon: &Lexicon) -> Vec<Unit> {
    match read(text, lexicon) {
        Some(unit) => vec![unit],
        None => text.split(['、', '，', ',', '；', ';', ' ']).filter_map(|part| read(part, lexicon)).collect(),
    }
}

fn as_written(text: &str) -> Option<Unit> {
    let is_word = (1..=8).contains(&text.chars().count()) && text.chars().any(char::is_alphabetic) && !text.contains(char::is_whitespace);
    is_word.then(|| Unit::plain(text, "other"))
}

/// A unit of the lexicon with its multipliers.
fn exact(text: &str, lexicon: &Lexicon) -> Option<Unit> {
    let scaled = format!("1{text}");
    let number = numeral(&scaled)?;
    let rest = scaled.get(number.len..)?;
    if rest.is_empty() {
        let is_multiplier = matches!(text, "万" | "亿" | "千" | "百万" | "千万" | "万亿");
        return is_multiplier.then(|| Unit { scale: number.value, ..Unit::plain("", "") });
    }
    let (len, unit) = lexicon.units.prefix(rest)?;
    let is_whole = len == rest.len() || matches!(rest.get(len..), Some("人民币"));
    is_whole.then(|| Unit { scale: number.value, factor: unit.factor, base: unit.base.clone(), family: unit.family.clone() })
}

/// Money or anything else for each of something: 「元/桶（5升）」.
fn rate(text: &str, lexicon: &Lexicon) -> Option<Unit> {
    let (above, below) = text.split_once('/')?;
    let above_unit = exact(above, lexicon)?;
    if below.is_empty() || below.chars().count() > 10 {
        return None;
    }
    if above_unit.family == "money" {
        return Some(Unit { base: format!("{}/{below}", above_unit.base), family: String::from("price"), ..above_unit });
    }
    Some(Unit::plain(text, "other"))
}

/// Units in English: `100M Yuan`, `10,000 tons`, `billion USD`, `10K`.
fn english(text: &str) -> Option<Unit> {
    const WORDS: &[(&str, &str, &str, i64)] = &[
        ("yuan", "CNY", "money", 1),
        ("rmb", "CNY", "money", 1),
        ("cny", "CNY", "money", 1),
        ("dollar", "USD", "money", 1),
        ("usd", "USD", "money", 1),
        ("kwh", "kWh", "energy", 1),
        ("ton", "t", "mass", 1),
        ("tonne", "t", "mass", 1),
        ("person", "person", "person", 1),
        ("hectare", "m2", "area", 10_000),
        ("unit", "count", "count", 1),
    ];
    let is_english = text.is_ascii() && text.bytes().any(|b| b.is_ascii_alphabetic());
    if !is_english {
        return None;
    }
    let text = text.to_ascii_lowercase();
    let digits = text.bytes().take_while(|b| b.is_ascii_digit() || *b == b',').count();
    let (number, rest) = text.split_at_checked(digits)?;
    let mut scale: Decimal = if number.is_empty() { Decimal::ONE } else { number.replace(',', "").parse().ok()? };
    let mut words = rest.split_ascii_whitespace().peekable();
    let power = words.peek().and_then(|word| match *word {
        "k" | "thousand" => Some(1_000_i64),
        "m" | "mn" | "million" => Some(1_000_000),
        "b" | "bn" | "billion" => Some(1_000_000_000),
        _ => None,
    });
    if let Some(power) = power {
        scale = scale.checked_mul(Decimal::from(power))?;
        words.next();
    }
    let Some(word) = words.next() else { return power.map(|_| Unit { scale, ..Unit::plain("", "") }) };
    let (_, base, family, factor) = WORDS.iter().find(|(known, ..)| word.trim_end_matches('s') == *known)?;
    words.next().is_none().then(|| Unit { scale, factor: (Decimal::from(*factor), Decimal::ONE), ..Unit::plain(base, family) })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn units_stand_alone() {
        let lexicon = Lexicon::builtin().unwrap();
        let check = |text: &str, expected: &str| {
            let shown = read_list(text, &lexicon).map(|unit| format!("{} {}", unit.of(Decimal::ONE).unwrap().normalize(), unit.base));
            assert_eq!(shown.unwrap_or_default(), expected, "{text}");
        };
        check("万吨", "10000 t");
        check("±%", "1 percent");
        check("亿元、%", "100000000 CNY");
        check("万度", "10000 kWh");
        check("万亩", "6666666.67 m2");
        check("万千升", "10000 m3");
        check("元/500克", "1 CNY/500克");
        check("元/桶（5升）", "1 CNY/桶（5升）");
        check("100M Yuan", "100000000 CNY");
        check("10K", "10000 ");
        check("10,000 tons", "10000 t");
        check("万", "10000 ");
        check("农户", "1 household");
        check("折纯", "");
        check("电话", "");
    }

    #[test]
    fn labels_say_what_they_count() {
        for (label, expected) in [("就业人数", Some("person")), ("企业户数", Some("count")), ("总户数", Some("household")), ("基尼系数", None)]
        {
            assert_eq!(counted(label).map(|(base, _)| base), expected, "{label}");
        }
    }
}
