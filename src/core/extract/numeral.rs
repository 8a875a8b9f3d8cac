//! Numerals: Arabic and Chinese, with 万, 亿 and the words that make them inexact (多, 余, 上, 数).

use rust_decimal::Decimal;

/// A number as found at the start of a piece of text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Numeral {
    /// Bytes that it takes.
    pub(crate) len: usize,
    /// Its value, 万 and 亿 multiplied out.
    pub(crate) value: Decimal,
    /// Whether 多, 余 … tell that the figure is a little more.
    pub(crate) is_open: bool,
    /// Whether it is written in Chinese digits.
    pub(crate) is_chinese: bool,
    /// Whether 万 or 亿 is among its characters.
    pub(crate) is_scaled: bool,
}

/// Reads the numeral with which `text` starts.
///
/// - Unit: none; 「1.35万亿」 is 1350000000000.
/// - Errors: `None` where no numeral starts, or where it does not fit a decimal of 28 digits.
pub(crate) fn numeral(text: &str) -> Option<Numeral> {
    match text.chars().next()? {
        '0'..='9' => arabic(text),
        '零' | '一' | '二' | '两' | '三' | '四' | '五' | '六' | '七' | '八' | '九' | '十' | '百' | '千' => chinese(text),
        _ => None,
    }
}

/// Two digits in a row before a power, an estimate: 「一二百万」 is 1000000 to 2000000. The numeral of the lower one, and the higher value.
pub(crate) fn estimate(text: &str) -> Option<(Numeral, Decimal)> {
    let mut chars = text.chars();
    let (low, high) = (chars.next()?, chars.next()?);
    let rest = chars.as_str();
    let follows = digit(low).filter(|d| *d > 0).zip(digit(high)).is_some_and(|(low, high)| high == low + 1);
    if !follows || !rest.starts_with(['十', '百', '千', '万', '亿']) {
        return None;
    }
    let (of_low, of_high) = (chinese(&format!("{low}{rest}"))?, chinese(&format!("{high}{rest}"))?);
    (of_low.len == of_high.len).then_some((Numeral { len: of_low.len + high.len_utf8(), ..of_low }, of_high.value))
}

/// Digits with thousands separators and a decimal point.
fn digits(text: &str) -> Option<(usize, Decimal)> {
    let bytes = text.as_bytes();
    let mut end = bytes.iter().take_while(|b| b.is_ascii_digit()).count();
    if end <= 3 {
        while bytes.get(end) == Some(&b',')
            && bytes.get(end + 1..end + 4).is_some_and(|g| g.iter().all(u8::is_ascii_digit))
            && !bytes.get(end + 4).is_some_and(u8::is_ascii_digit)
        {
            end += 4;
        }
    }
    if bytes.get(end) == Some(&b'.') && bytes.get(end + 1).is_some_and(u8::is_ascii_digit) {
        end += 1;
        end += bytes.get(end..)?.iter().take_while(|b| b.is_ascii_digit()).count();
    }
    let value = text.get(..end)?.replace(',', "").parse().ok()?;
    Some((end, value))
}

fn arabic(text: &str) -> Option<Numeral> {
    let (mut len, mut value) = digits(text)?;
    let mut is_open = skip_open(text, &mut len);
    let mut is_scaled = false;
    while let Some((bytes, factor)) = text.get(len..).and_then(scale) {
        value = value.checked_mul(factor)?;
        len += bytes;
        is_scaled = true;
    }
    // 「4万多亿」
    let mut more = len;
    if is_scaled
        && skip_open(text, &mut more)
        && let Some((bytes, factor)) = text.get(more..).and_then(scale)
    {
        value = value.checked_mul(factor)?;
        len = more + bytes;
        is_open = true;
    }
    // 「3亿5000万」 is one number told in two steps.
    if is_scaled
        && value >= Decimal::from(100_000_000)
        && let Some(rest) = text.get(len..).filter(|r| r.starts_with(|c: char| c.is_ascii_digit()))
        && let Some((more, low)) = digits(rest)
        && let Some((bytes, factor)) = rest.get(more..).and_then(scale)
    {
        let low = low.checked_mul(factor)?;
        if factor < Decimal::from(100_000_000) && low < Decimal::from(100_000_000) {
            value = value.checked_add(low)?;
            len += more + bytes;
        }
    }
    is_open |= skip_open(text, &mut len);
    Some(Numeral { len, value, is_open, is_chinese: false, is_scaled })
}

fn skip_open(text: &str, len: &mut usize) -> bool {
    for word in ["多", "余", "来", "几"] {
        if text.get(*len..).is_some_and(|r| r.starts_with(word))
            && !text.get(*len..).is_some_and(|r| r.starts_with("来自") || r.starts_with("多式") || r.starts_with("余额"))
        {
            *len += word.len();
            return true;
        }
    }
    false
}

/// 万, 亿 and their compounds.
fn scale(text: &str) -> Option<(usize, Decimal)> {
    [("个亿", 100_000_000_i64), ("百万", 1_000_000), ("千万", 10_000_000), ("万", 10_000), ("亿", 100_000_000), ("千", 1000), ("百", 100)]
        .into_iter()
        .find(|(word, _)| {
            text.starts_with(word)
                && !["万元户", "千瓦", "千米", "千克", "千伏", "千焦", "百分", "百强", "百家号", "万米", "百户", "千伏安"]
                    .iter()
                    .any(|w| text.starts_with(w) && !w.starts_with("万"))
        })
        .map(|(word, factor)| (word.len(), Decimal::from(factor)))
}

fn digit(c: char) -> Option<i64> {
    Some(match c {
        '零' | '〇' => 0,
        '一' => 1,
        '二' | '两' => 2,
        '三' => 3,
        '四' => 4,
        '五' => 5,
        '六' => 6,
        '七' => 7,
        '八' => 8,
        '九' => 9,
        _ => return None,
    })
}

/// Digits, tens, hundreds, thousands, 万 and 亿; 「点」 opens the decimals.
fn chinese(text: &str) -> Option<Numeral> {
    let (mut total, mut section, mut current, mut pending) = (0_i64, 0_i64, 0_i64, false);
    let (mut len, mut is_open, mut is_scaled, mut fraction) = (0, false, false, None::<(i64, u32)>);
    let mut chars = text.char_indices().peekable();
    while let Some((at, c)) = chars.next() {
        if let Some(d) = digit(c) {
            match &mut fraction {
                Some((value, places)) => {
                    *value = value.checked_mul(10)?.checked_add(d)?;
                    *places += 1;
                }
                // Two digits in a row are an estimate (两三百) or a telephone number; neither is a numeral here.
                None if pending && current != 0 => break,
                None => {
                    current = d;
                    pending = true;
                }
            }
        } else if let Some(power) = [('十', 10), ('百', 100), ('千', 1000)].into_iter().find(|(w, _)| *w == c).map(|(_, p)| p) {
            let rest = text.get(at..).unwrap_or_default();
            if fraction.is_some() || rest.starts_with("千瓦") || rest.starts_with("千米") || rest.starts_with("千克") || rest.starts_with("百分点")
            {
                break;
            }
            section += if pending { current } else { 1 } * power;
            current = 0;
            pending = false;
        } else if let Some(power) = [('万', 10_000_i64), ('亿', 100_000_000)].into_iter().find(|(w, _)| *w == c).map(|(_, p)| p) {
            if at == 0 || fraction.is_some() {
                break;
            }
            section += current;
            total = if power == 100_000_000 { (total + section).checked_mul(power)? } else { total.checked_add(section.checked_mul(power)?)? };
            section = 0;
            current = 0;
            pending = false;
            is_scaled = true;
        } else if c == '点' && fraction.is_none() && pending && chars.peek().is_some_and(|(_, n)| digit(*n).is_some()) {
            fraction = Some((0, 0));
        } else if matches!(c, '多' | '余' | '几' | '来') && at > 0 && !is_open {
            is_open = true;
        } else {
            break;
        }
        len = at + c.len_utf8();
    }
    let whole = total.checked_add(section)?.checked_add(current)?;
    let mut value = Decimal::from(whole);
    if let Some((low, places)) = fraction {
        value += Decimal::new(low, places);
    }
    (len > 0).then_some(Numeral { len, value, is_open, is_chinese: true, is_scaled })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expected: &str) {
        let found = numeral(text)
            .map(|n| format!("{} 「{}」{}", n.value.normalize(), text.get(..n.len).unwrap_or_default(), if n.is_open { " open" } else { "" }));
        assert_eq!(found.as_deref().unwrap_or("nothing"), expected, "{text}");
    }

    #[test]
    fn two_digits_before_a_power_are_an_estimate() {
        let read = |text: &str| estimate(text).map(|(low, high)| format!("{} to {high} 「{}」", low.value, text.get(..low.len).unwrap_or_default()));
        assert_eq!(read("一二百万元").as_deref(), Some("1000000 to 2000000 「一二百万」"));
        assert_eq!(read("三四十家").as_deref(), Some("30 to 40 「三四十」"));
        assert_eq!(read("二三产业"), None);
        assert_eq!(read("三百二十"), None);
    }

    #[test]
    fn numerals_are_read() {
        check("1.35万亿元", "1350000000000 「1.35万亿」");
        check("12,345.6吨", "12345.6 「12,345.6」");
        check("80个亿", "8000000000 「80个亿」");
        check("70多家", "70 「70多」 open");
        check("4万多亿元", "4000000000000 「4万多亿」 open");
        check("2.6亿余元", "260000000 「2.6亿余」 open");
        check("3亿5000万元", "350000000 「3亿5000万」");
        check("一亿二千万元", "120000000 「一亿二千万」");
        check("十五个", "15 「十五」");
        check("三百二十一", "321 「三百二十一」");
        check("二点五倍", "2.5 「二点五」");
        check("35千瓦", "35 「35」");
        check("增长", "nothing");
    }
}
