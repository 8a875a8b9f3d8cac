//! Numbers with their units: 「1.35万亿元」, 「5%—6%」, 「三分之二」, 「七成」, 「翻一番」, 「第2位」.
//!
//! What a number means is not told here; what is surely no statistic (ordinals, programme names, masked digits) is left out.

use rust_decimal::Decimal;
use std::ops::Range;

use super::numeral::{Numeral, estimate, numeral};
use crate::lexicon::{Lexicon, Unit};

/// How a quantity is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Form {
    /// Numeral and unit.
    Plain,
    /// 三分之二, 1/4, 七成, 百分之八.
    Part,
    /// 翻一番, 翻两番.
    Doubling,
    /// 持平.
    Flat,
    /// 第2位, 首位.
    Rank,
    /// 亿 without a unit; money, where the words around it say so.
    Bare,
}

/// A number with its unit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Quantity {
    /// Number and unit.
    pub(crate) range: Range<usize>,
    /// Where the unit as written starts, multiplier included.
    pub(crate) unit_start: usize,
    /// The number in base units, 万 and 亿 multiplied out.
    pub(crate) low: Decimal,
    /// The upper end of a range.
    pub(crate) high: Option<Decimal>,
    /// Base unit.
    pub(crate) base: String,
    /// Family of the unit, as the catalogue of indicators names it.
    pub(crate) family: String,
    /// How it is written.
    pub(crate) form: Form,
    /// Whether 多, 余, 上, 数 tell that it is a little more.
    pub(crate) is_open: bool,
}

impl Quantity {
    /// True for percent, permille and points.
    pub(crate) fn is_rate(&self) -> bool {
        matches!(self.base.as_str(), "percent" | "permille" | "pp")
    }
}

/// Digits that are hidden or to be filled in (`XX亿元`), or a number whose unit no list has: the range and whether it is masked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Unread {
    pub(crate) range: Range<usize>,
    pub(crate) is_masked: bool,
}

/// Finds the quantities of a sentence, left to right, none overlapping, outside of `taken` (its periods).
pub(crate) fn find_quantities(text: &str, taken: &[Range<usize>], lexicon: &Lexicon) -> (Vec<Quantity>, Vec<Unread>) {
    let mut found: Vec<Quantity> = Vec::new();
    let mut unread = Vec::new();
    let mut at = 0;
    let mut title = 0_usize;
    while let Some(rest) = text.get(at..).filter(|rest| !rest.is_empty()) {
        let c = rest.chars().next().unwrap_or(' ');
        if let Some(range) = taken.iter().find(|range| range.contains(&at)) {
            at = range.end;
            continue;
        }
        match c {
            '《' => title += 1,
            '》' => title = title.saturating_sub(1),
            _ => {}
        }
        // 「“3个100万”」 is a programme's name.
        if c == '“'
            && let Some(close) = rest.find('”')
            && let Some(name) = rest.get(c.len_utf8()..close).filter(|name| name.chars().count() <= 8)
            && name.chars().filter(|c| c.is_ascii_digit()).count() >= 2
            && name.chars().all(|c| c.is_ascii_digit() || matches!(c, '个' | '万' | '亿' | '千' | '百' | '+' | '项' | '大' | '条' | '家' | '元'))
        {
            at += close + '”'.len_utf8();
            continue;
        }
        if title > 0 && rest.contains('》') {
            at += c.len_utf8();
            continue;
        }
        let step = match quantity_at(text, at, lexicon) {
            Step::Found(quantity) => {
                let end = quantity.range.end;
                found.push(*quantity);
                end
            }
            Step::Unread(range, is_masked) => {
                let end = range.end;
                unread.push(Unread { range, is_masked });
                end
            }
            Step::Skip(end) => end.max(at + c.len_utf8()),
        };
        at = step;
    }
    // 「高2.5个、5.7个百分点」: the last unit holds for all.
    for at in (1..found.len()).rev() {
        let (Some(this), Some(before)) = (found.get(at), found.get(at - 1)) else { continue };
        let gap = text.get(before.range.end..this.range.start).unwrap_or_default();
        let is_elliptic =
            this.base == "pp" && before.base == "count" && matches!(gap, "、" | "和") && text.get(before.unit_start..before.range.end) == Some("个");
        if is_elliptic && let Some(before) = found.get_mut(at - 1) {
            before.base = String::from("pp");
            before.family = String::from("pp");
        }
    }
    (found, unread)
}

enum Step {
    Found(Box<Quantity>),
    Unread(Range<usize>, bool),
    Skip(usize),
}

fn quantity_at(text: &str, at: usize, lexicon: &Lexicon) -> Step {
    let rest = text.get(at..).unwrap_or_default();
    let before = text.get(..at).unwrap_or_default();
    let next = at + rest.chars().next().map_or(1, char::len_utf8);
    if let Some(quantity) = special(rest, at, before) {
        return Step::Found(Box::new(quantity));
    }
    // 「第二十八次」 is an ordinal to its last character, 「2017/18年度」 a year.
    if let Some(ordinal) = rest.strip_prefix('第').and_then(numeral) {
        return Step::Skip(at + "第".len() + ordinal.len);
    }
    if before.ends_with('/') && before.trim_end_matches('/').ends_with(|c: char| c.is_ascii_digit()) && rest.starts_with(|c: char| c.is_ascii_digit())
    {
        return Step::Skip(at + skip_digits(rest));
    }
    let (currency, signed) = match currency_prefix(rest) {
        Some((len, code)) => (Some(code), len),
        None => (None, 0),
    };
    let Some(body) = rest.get(signed..) else { return Step::Skip(next) };
    let Some(first) = body.chars().next() else { return Step::Skip(next) };
    let is_arabic = first.is_ascii_digit();
    if currency.is_some() && !is_arabic {
        return Step::Skip(next);
    }
    let last = before.chars().next_back().unwrap_or(' ');
    // 「增长-3.2%」
    if is_arabic
        && currency.is_none()
        && last == '-'
        && before.trim_end_matches('-').chars().next_back().is_some_and(|c| !c.is_ascii() && c.is_alphabetic())
        && let Step::Found(mut quantity) = quantity_at(&format!("{}{rest}", " ".repeat(at)), at, lexicon)
    {
        quantity.low = -quantity.low;
        quantity.high = quantity.high.map(|high| -high);
        return Step::Found(quantity);
    }
    // G20, CR200, 3.14.15: a number glued to letters or dots is a name.
    if is_arabic && currency.is_none() && (last.is_ascii_alphanumeric() || last == '.' || last == '第' || last == '_' || last == '*') {
        return Step::Skip(at + skip_digits(rest));
    }
    let estimated = estimate(body);
    let Some(first_number) = open_hundreds(body).or(estimated.map(|(low, _)| low)).or_else(|| numeral(body)) else { return Step::Skip(next) };
    let skip_number = at + signed + first_number.len;
    if !is_arabic && !is_numeral_here(before, body, &first_number) {
        return Step::Skip(next);
    }
    // 200*年, 3X亿: masked.
    if body.get(first_number.len..).is_some_and(|r| r.starts_with(['*', '×', 'x', 'X', '＊']) && !r.starts_with("×")) {
        return Step::Unread(at..skip_number + 1, true);
    }
    let mut number = first_number;
    let mut end = at + signed + number.len;
    let mut low = number.value;
    let mut low_own_unit = None;
    let mut high = estimated.map(|(_, high)| high);
    // 2×35万千瓦
    if let Some(factor) = text.get(end..).and_then(|r| r.strip_prefix('×').or_else(|| r.strip_prefix('*')))
        && let Some(second) = numeral(factor)
        && let Some(product) = number.value.checked_mul(second.value)
    {
        end = text.len() - factor.len() + second.len;
        low = product;
        number.is_scaled = second.is_scaled;
    }
    // 5%—6%, 2—3万吨, 20至30家
    let after_unit = lexicon.units.prefix(text.get(end..).unwrap_or_default()).map(|(len, unit)| (end + len, unit.clone()));
    for (from, own) in after_unit.iter().map(|(e, u)| (*e, Some(u.clone()))).chain([(end, None)]) {
        let Some(tail) = text.get(from..) else { continue };
        let Some(separator) = ["—", "-", "~", "至", "到"].iter().find(|s| tail.starts_with(**s)) else { continue };
        let is_word = matches!(*separator, "至" | "到");
        if is_word && own.is_some() && (before.ends_with('由') || before.ends_with('从')) {
            continue;
        }
        // 「跌1.5亿元至1391亿元」 tells a change and the level after it.
        if is_word && before.ends_with(['升', '跌', '增', '减', '降', '加', '长', '涨', '少', '高', '低']) {
            continue;
        }
        let Some(second_text) = tail.get(separator.len()..) else { continue };
        let Some(second) = numeral(second_text).filter(|n| n.is_chinese != is_arabic) else { continue };
        let second_end = from + separator.len() + second.len;
        let second_unit = lexicon.units.prefix(text.get(second_end..).unwrap_or_default());
        if second_unit.is_none() && !second.is_scaled {
            continue;
        }
        let (mut from_value, to_value) = (low, second.value);
        if own.is_none() && second.is_scaled && !number.is_scaled && from_value < Decimal::from(10_000) {
            let bare = second.value / shown(second_text, &second);
            from_value = from_value.checked_mul(bare).unwrap_or(from_value);
        }
        if own.as_ref().is_some_and(|u| second_unit.is_some_and(|(_, s)| s.base != u.base)) {
            continue;
        }
        let factor = |value: Decimal, unit: &Unit| value.checked_mul(unit.factor.0).and_then(|v| v.checked_div(unit.factor.1));
        let compare = match (&own, second_unit) {
            (Some(u), Some((_, s))) => factor(from_value, u).zip(factor(to_value, s)),
            _ => Some((from_value, to_value)),
        };
        if compare.is_none_or(|(a, b)| a >= b) {
            continue;
        }
        low = from_value;
        low_own_unit = own;
        high = Some(to_value);
        end = second_end;
        number.is_scaled |= second.is_scaled;
        break;
    }
    let unit_text = text.get(end..).unwrap_or_default();
    let unit_start = at + signed + digits_len(body);
    let found_unit = lexicon.units.prefix(unit_text);
    let (len, base, family, factor) = match (&currency, found_unit) {
        (Some(code), Some((len, unit))) if unit.family == "money" => (len, (*code).to_owned(), String::from("money"), unit.factor),
        (Some(code), _) => (0, (*code).to_owned(), String::from("money"), (Decimal::ONE, Decimal::ONE)),
        (None, Some((len, unit))) => (len, unit.base.clone(), unit.family.clone(), unit.factor),
        (None, None) => {
            let is_hundred_million = number.is_scaled && low >= Decimal::from(10_000);
            if is_hundred_million && !is_name_tail(unit_text) {
                let quantity = Quantity {
                    range: at..end,
                    unit_start,
                    low,
                    high,
                    base: String::from("CNY"),
                    family: String::from("money"),
                    form: Form::Bare,
                    is_open: number.is_open,
                };
                return Step::Found(Box::new(quantity));
            }
            return Step::Skip(skip_number);
        }
    };
    // 「每亩375.2公斤」
    let (base, family, factor) = match ["每亩", "每公顷"].iter().find(|w| before.ends_with(**w)) {
        Some(per) if family == "mass" => {
            let unit = text.get(end..end + len).unwrap_or_default();
            (format!("{unit}/{}", per.trim_start_matches('每')), String::from("other"), (Decimal::ONE, Decimal::ONE))
        }
        _ => (base, family, factor),
    };
    let mut end = end + len;
    let after = text.get(end..).unwrap_or_default();
    // 「150万户危旧住房」 are households, 「16772户经营主体」 are not.
    let (base, family) = match found_unit {
        Some((_, unit)) if unit.base == "count" && unit_text.starts_with('户') && is_home(before, after_of(text, end + len)) => {
            (String::from("household"), String::from("household"))
        }
        _ => (base, family),
    };
    // 「2.6亿元余」
    let mut is_open = number.is_open || body.starts_with('上') || body.starts_with('数');
    if after.starts_with("余，") || after.starts_with("余。") {
        end += "余".len();
        is_open = true;
    }
    if is_no_quantity(before, body, &number, &base, &family, after, text.get(end - len..end).unwrap_or_default()) {
        return Step::Skip(end);
    }
    let scale = |value: Decimal, factor: (Decimal, Decimal)| {
        let exact = value.checked_mul(factor.0)?;
        if factor.1 == Decimal::ONE {
            Some(exact)
        } else {
            exact.checked_div(factor.1).map(|v| v.round_dp_with_strategy(2, rust_decimal::RoundingStrategy::MidpointAwayFromZero))
        }
    };
    let low_factor = low_own_unit.as_ref().map_or(factor, |u: &Unit| u.factor);
    let Some(low) = scale(low, low_factor) else { return Step::Skip(end) };
    let high = high.and_then(|value| scale(value, factor));
    Step::Found(Box::new(Quantity { range: at..end, unit_start, low, high, base, family, form: Form::Plain, is_open }))
}

/// The number as its digits show it, without its 万 or 亿.
fn shown(text: &str, number: &Numeral) -> Decimal {
    text.get(..digits_len(text).min(number.len))
        .and_then(|d| d.replace(',', "").parse().ok())
        .filter(|d: &Decimal| !d.is_zero())
        .unwrap_or(number.value)
}

fn digits_len(text: &str) -> usize {
    text.bytes().take_while(|b| b.is_ascii_digit() || *b == b'.' || *b == b',').count()
}

fn skip_digits(text: &str) -> usize {
    text.bytes().take_while(|b| b.is_ascii_alphanumeric() || *b == b'.' || *b == b',').count().max(1)
}

fn currency_prefix(text: &str) -> Option<(usize, &'static str)> {
    [
        ("HK$", "HKD"),
        ("US$", "USD"),
        ("RMB", "CNY"),
        ("HKD", "HKD"),
        ("USD", "USD"),
        ("CNY", "CNY"),
        ("$", "USD"),
        ("¥", "CNY"),
        ("￥", "CNY"),
        ("€", "EUR"),
        ("£", "GBP"),
    ]
    .into_iter()
    .find(|(written, _)| text.starts_with(written) && text.get(written.len()..).is_some_and(|r| r.starts_with(|c: char| c.is_ascii_digit())))
    .map(|(written, code)| (written.len(), code))
}

/// 「上百家」, 「数千人」, 「百亿次」, 「数十个」.
fn open_hundreds(text: &str) -> Option<Numeral> {
    let rest = text.strip_prefix('上').or_else(|| text.strip_prefix('数'))?;
    if !rest.starts_with(['百', '千', '十', '万', '亿']) {
        return None;
    }
    let with_one = format!("一{rest}");
    let found = numeral(&with_one)?;
    Some(Numeral { len: found.len - "一".len() + "上".len(), is_open: true, is_scaled: true, ..found })
}

/// Whether characters that may be a numeral are one here: 「三百家」 is, 「统一」, 「三农」, 「两个」 and 「百姓」 are none.
fn is_numeral_here(before: &str, body: &str, number: &Numeral) -> bool {
    let written = body.get(..number.len).unwrap_or_default();
    let after = body.get(number.len..).unwrap_or_default();
    let last = before.chars().next_back().unwrap_or(' ');
    if matches!(last, '第' | '数' | '统' | '唯' | '之' | '同' | '进' | '每' | '这' | '那' | '“' | '/') {
        return false;
    }
    if written.starts_with(['上', '数']) {
        return true;
    }
    let is_bare_power = !written.starts_with(|c| "一二两三四五六七八九".contains(c));
    if is_bare_power && !written.starts_with('十') {
        // 「近百家」, 「超百亿元」; 「千亿级」 and 「百万产业工人」 are names of a size.
        return number.value >= Decimal::ONE_HUNDRED
            && ["近", "超", "逾", "破", "过", "达", "有", "约", "在"].iter().any(|w| before.ends_with(w))
            && !after.starts_with('级');
    }
    if number.is_scaled || number.value >= Decimal::from(11) || written.contains('点') {
        return true;
    }
    let strict = ["家", "座", "艘", "元", "万", "亿", "亩", "公里", "吨", "%", "倍", "平方", "所", "户", "架"];
    number.value >= Decimal::TWO && strict.iter().any(|unit| after.starts_with(unit)) && !after.starts_with("所有") && !after.starts_with("家人")
}

/// Parts, doublings, levels kept and ranks.
fn special(rest: &str, at: usize, before: &str) -> Option<Quantity> {
    let quantity = |len: usize, low: Decimal, high: Option<Decimal>, base: &str, form: Form| {
        let family = if base == "rank" { "rank" } else { "percent" };
        Some(Quantity {
            range: at..at + len,
            unit_start: at + len,
            low,
            high,
            base: base.to_owned(),
            family: family.to_owned(),
            form,
            is_open: false,
        })
    };
    for (word, base) in [("百分之", "percent"), ("千分之", "permille")] {
        if let Some(number) = rest.strip_prefix(word).and_then(numeral) {
            let tail = rest.get(word.len() + number.len..).unwrap_or_default();
            let second = ["至", "到", "—"].iter().find_map(|s| tail.strip_prefix(s)?.strip_prefix(word).and_then(numeral).map(|n| (s.len(), n)));
            return match second {
                Some((separator, second)) => {
                    quantity(word.len() * 2 + number.len + separator + second.len, number.value, Some(second.value), base, Form::Part)
                }
                None => quantity(word.len() + number.len, number.value, None, base, Form::Part),
            };
        }
    }
    for (word, value) in
        [("翻了一番", 100), ("翻了近一番", 100), ("翻一番", 100), ("翻了两番", 300), ("翻两番", 300), ("翻了一倍", 100), ("翻番", 100), ("翻倍", 100)]
    {
        if rest.starts_with(word) {
            return quantity(word.len(), Decimal::from(value), None, "percent", Form::Doubling);
        }
    }
    if rest.starts_with("持平") && !before.ends_with('保') && !rest.starts_with("持平稳") {
        return quantity("持平".len(), Decimal::ZERO, None, "percent", Form::Flat);
    }
    if let Some((len, low, is_top)) = rank(rest, before) {
        let high = None;
        let mut found = quantity(len, low, high, "rank", Form::Rank)?;
        found.is_open = is_top;
        return Some(found);
    }
    if rest.starts_with(|c: char| c.is_ascii_digit()) && !before.ends_with(|c: char| c.is_ascii_alphanumeric() || c == '.' || c == '/') {
        // 「1/4」 is a part, 「2023/24」 and 「5/6月」 are none.
        let above = digits_len(rest);
        if let Some(below_text) = rest.get(above..).and_then(|r| r.strip_prefix('/')) {
            let below = below_text.bytes().take_while(u8::is_ascii_digit).count();
            let after = below_text.get(below..).unwrap_or_default();
            if below > 0 && above <= 2 && below <= 2 && !after.starts_with(['/', '年', '月', '日', '.']) {
                let above_value: Decimal = rest.get(..above)?.parse().ok()?;
                let below_value: Decimal = below_text.get(..below)?.parse().ok()?;
                if above_value < below_value {
                    return part(above_value, below_value).and_then(|value| quantity(above + 1 + below, value, None, "percent", Form::Part));
                }
            }
        }
        let number = numeral(rest)?;
        return tenths(rest, &number).and_then(|(len, value)| quantity(len, value, None, "percent", Form::Part));
    }
    if before.ends_with(['第', '百', '千', '万', '十']) {
        return None;
    }
    let number = numeral(rest).filter(|n| n.is_chinese && !n.is_scaled)?;
    let tail = rest.get(number.len..)?;
    if let Some(above) = tail.strip_prefix("分之").and_then(numeral) {
        let len = number.len + "分之".len() + above.len;
        return part(above.value, number.value).and_then(|value| quantity(len, value, None, "percent", Form::Part));
    }
    tenths(rest, &number).and_then(|(len, value)| quantity(len, value, None, "percent", Form::Part))
}

/// 「七成」, 「七成半」.
fn tenths(rest: &str, number: &Numeral) -> Option<(usize, Decimal)> {
    let tail = rest.get(number.len..)?.strip_prefix('成')?;
    let is_word = ["立", "功", "为", "员", "本", "果", "效", "都", "交", "品", "长", "熟", "套", "分", "就", "绩", "渝", "贵", "昆"]
        .iter()
        .any(|w| tail.starts_with(w));
    if number.value > Decimal::TEN || number.is_scaled || is_word {
        return None;
    }
    // 「二成四」 is 24 percent.
    let unit = numeral(tail).filter(|n| n.is_chinese && n.value < Decimal::TEN && n.value >= Decimal::ONE && n.len == "四".len());
    let counted = |len: usize| tail.get(len..).is_some_and(|rest| rest.starts_with(['个', '家', '成', '项', '户', '名']));
    if let Some(unit) = unit.filter(|unit| !counted(unit.len)) {
        return Some((number.len + "成".len() + unit.len, number.value * Decimal::TEN + unit.value));
    }
    let half = if tail.starts_with('半') { Decimal::from(5) } else { Decimal::ZERO };
    let len = number.len + "成".len() + if half.is_zero() { 0 } else { "半".len() };
    Some((len, number.value * Decimal::TEN + half))
}

fn part(above: Decimal, below: Decimal) -> Option<Decimal> {
    Decimal::ONE_HUNDRED
        .checked_mul(above)?
        .checked_div(below)
        .map(|v| v.round_dp_with_strategy(2, rust_decimal::RoundingStrategy::MidpointAwayFromZero))
}

/// 「第2位」, 「第一」, 「首位」, 「前十位」: bytes, position, and whether it is the whole top group.
fn rank(rest: &str, before: &str) -> Option<(usize, Decimal, bool)> {
    for word in ["首位", "榜首", "第一方阵", "第一梯队"] {
        if rest.starts_with(word) {
            return word.starts_with('第').then_some(()).map_or(Some((word.len(), Decimal::ONE, false)), |()| None);
        }
    }
    let (word, is_top) = if rest.starts_with('第') {
        ("第", false)
    } else if rest.starts_with('前') {
        ("前", true)
    } else {
        return None;
    };
    let number = numeral(rest.get(word.len()..)?)?;
    if number.is_scaled || number.value > Decimal::from(999) || number.value < Decimal::ONE || number.value != number.value.trunc() {
        return None;
    }
    let end = word.len() + number.len;
    let tail = rest.get(end..)?;
    for unit in ["位", "名", "强"] {
        if tail.starts_with(unit) && !tail.starts_with("位于") {
            return Some((end + unit.len(), number.value, is_top));
        }
    }
    // 「居全省第一」; 「第一、二产业」 is none.
    let near: String = before.chars().rev().take(12).collect();
    let is_placed = near.contains(['居', '列', '排', '名', '升', '持', '全', '界', '球', '均']);
    let is_end = is_placed && (tail.is_empty() || tail.starts_with(['，', '。', '；', '、', '）', '”', '！', '（', '\n']));
    (is_end && (!is_top || number.value <= Decimal::from(50))).then_some((end, number.value, is_top))
}

fn after_of(text: &str, end: usize) -> &str {
    text.get(end..).unwrap_or_default()
}

/// Whether 户 counts homes here.
fn is_home(before: &str, after: &str) -> bool {
    const HOMES: &[&str] = &[
        "居民",
        "农户",
        "棚",
        "住房",
        "危房",
        "搬迁",
        "贫困",
        "受益",
        "住宅",
        "农房",
        "家庭",
        "不动产",
        "低保",
        "群众",
        "村民",
        "市民",
        "安居",
        "安置",
        "旧房",
        "住户",
        "人家",
        "牧民",
        "用水",
        "脱贫",
        "老旧小区",
    ];
    let near: String = after.chars().take_while(|c| !matches!(c, '，' | '。' | '；')).take(14).collect();
    let back: String = before.chars().rev().take_while(|c| !matches!(c, '，' | '。' | '；')).take(14).collect::<Vec<_>>().into_iter().rev().collect();
    HOMES.iter().any(|home| near.contains(home) || back.contains(home))
}

/// 「千亿级」, 「10亿元级」: the size of a class.
fn is_name_tail(after: &str) -> bool {
    ["级", "强", "工程", "计划", "行动", "大", "以上企业"].iter().any(|w| after.starts_with(w))
}

/// What looks like a quantity and states none.
fn is_no_quantity(before: &str, body: &str, number: &Numeral, base: &str, family: &str, after: &str, unit: &str) -> bool {
    // 「产值超百亿元企业」, 「500米内公交站」: a size or a reach defines what is counted.
    const SIZED: &[&str] = &["企业", "产业", "园区", "集群", "县", "镇", "龙头", "街区", "商场", "商圈", "开发区", "领军"];
    if family == "money" && ["超", "过"].iter().any(|w| before.ends_with(w)) && SIZED.iter().any(|noun| after.starts_with(noun)) {
        return true;
    }
    // 「3英寸晶圆」: the size of a product.
    if base == "英寸" && after.starts_with(|c: char| c.is_alphanumeric()) {
        return true;
    }
    if family == "length" && ["内", "范围内", "半径"].iter().any(|w| after.starts_with(w)) {
        return true;
    }
    // 「亿元以上项目」, 「2000万元以下企业」: a threshold defines what is counted.
    let threshold = ["及以上", "以上", "及以下", "以下", "以内"].iter().find_map(|w| after.strip_prefix(w));
    if let Some(tail) = threshold {
        let next = tail.chars().next().unwrap_or(' ');
        if next.is_alphabetic() && !["和", "左", "增", "，", "达", "且", "并", "时"].iter().any(|w| tail.starts_with(w)) && !tail.starts_with("以")
        {
            return true;
        }
    }
    if after.starts_with('级') || after.starts_with("型") || after.starts_with("制") && family == "time" {
        return true;
    }
    // 「3个月」, 「20天」 tell how long something took, not how much there is.
    if family == "time" {
        let near: String = before.chars().rev().take(14).collect::<Vec<_>>().into_iter().rev().collect();
        if near.contains("天数") && ["增加", "减少"].iter().any(|w| before.ends_with(w)) {
            return false;
        }
        let is_term = ["工期", "周期", "期限", "年限", "工期约"].iter().any(|w| before.ends_with(w));
        let is_told = is_term || ["为", "达", "至", "到", "达到", "约"].iter().any(|w| before.ends_with(w));
        return !(is_told || base == "year" && before.contains("寿命"));
    }
    // 「10亿元项目2个」: the projects' class.
    if family == "money"
        && after.strip_prefix("项目").is_some_and(|rest| rest.starts_with(|c: char| c.is_ascii_digit() || matches!(c, '有' | '达' | '为')))
    {
        return true;
    }
    // 「连续5个季度」 tells how often.
    if before.ends_with("连续") || after.starts_with("季度") && unit == "个" {
        return true;
    }
    // 「一个」, 「一座」: an article.
    if body.starts_with('一') && number.value == Decimal::ONE && matches!(family, "count" | "person" | "household") {
        return true;
    }
    // 「2人间」, 「8级」
    if unit == "位" && (after.starts_with("数") || after.starts_with("一体") || after.starts_with("于")) {
        return true;
    }
    if unit == "次" && ["全会", "会议", "党代会", "代表大会", "集体学习"].iter().any(|w| after.starts_with(w)) {
        return true;
    }
    // 「连跨4个万亿元台阶」
    if unit == "个" && after.chars().take(6).collect::<String>().contains("台阶") {
        return true;
    }
    if unit == "个" && ["多小时", "多月", "半月", "多星期", "半小时"].iter().any(|rest| after.starts_with(rest)) {
        return true;
    }
    if unit == "件" && after.starts_with("事") || unit == "项" && (after.starts_with("行动") || after.starts_with("措施")) {
        return true;
    }
    matches!(unit, "度" | "分" | "步" | "版" | "期" | "届" | "集" | "代") && family != "energy"
}
