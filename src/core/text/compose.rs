//! What a character becomes beside its neighbours: blanks, dashes, punctuation, the marks of notes.

use super::characters::{Glyph, THIN_BLANK, is_blank, is_dash, is_han, is_han_digit, is_hyphen, is_wide};

/// Appends the uniform form of one block, or of one cell of a table's row.
///
/// `is_han_text` tells whether the block has Chinese characters; only then does ASCII punctuation become full-width.
pub(super) fn compose(source: &[Glyph], is_han_text: bool, out: &mut Vec<Glyph>) {
    let base = out.len();
    let mut composer = Composer { source, base, out, is_han_text, is_quoted: false };
    let mut at = 0;
    while let Some(glyph) = source.get(at) {
        at = match glyph.c {
            '\u{4e00}'..='\u{9fff}' | '，' | '。' | '、' if !(glyph.c == '，' && composer.groups_wide_digits(at)) => composer.wide(*glyph, at),
            '0'..='9' => composer.digit(*glyph, at),
            '%' => composer.wide(*glyph, at),
            'a'..='z' | 'A'..='N' | 'P'..='Z' => {
                composer.out.push(*glyph);
                at + 1
            }
            c if is_blank(c) || c == '\n' => composer.blank(at),
            _ => composer.mark(*glyph, at),
        };
    }
    if composer.out.len() > base && composer.out.last().is_some_and(|g| g.c == ' ') {
        composer.out.pop();
    }
}

struct Composer<'a> {
    source: &'a [Glyph],
    base: usize,
    out: &'a mut Vec<Glyph>,
    is_han_text: bool,
    /// Whether a straight quotation mark is open.
    is_quoted: bool,
}

impl Composer<'_> {
    /// The last character written, blanks left out; `\n` at the start.
    fn before(&self) -> char {
        self.out.get(self.base..).unwrap_or_default().iter().rev().map(|g| g.c).find(|c| *c != ' ').unwrap_or('\n')
    }

    /// The place and character of the first that is no blank, from `at` on; `\n` at the end.
    fn seek(&self, at: usize) -> (usize, char) {
        let rest = self.source.get(at..).unwrap_or_default();
        rest.iter().position(|g| !is_blank(g.c) && g.c != '\n').and_then(|i| rest.get(i).map(|g| (at + i, g.c))).unwrap_or((self.source.len(), '\n'))
    }

    fn after(&self, at: usize) -> char {
        self.seek(at + 1).1
    }

    /// How many digits stand at the end of what is written.
    fn digits_before(&self) -> usize {
        self.out.get(self.base..).unwrap_or_default().iter().rev().take_while(|g| g.c.is_ascii_digit()).count()
    }

    /// How many digits stand at `at`.
    fn digits_at(&self, at: usize) -> usize {
        self.source.get(at..).unwrap_or_default().iter().take_while(|g| g.c.is_ascii_digit()).count()
    }

    /// Writes a character that no blank stands beside.
    fn wide(&mut self, glyph: Glyph, at: usize) -> usize {
        if self.out.len() > self.base && self.out.last().is_some_and(|g| g.c == ' ') {
            self.out.pop();
        }
        self.out.push(glyph);
        at + 1
    }

    fn narrow(&mut self, glyph: Glyph, at: usize) -> usize {
        self.out.push(glyph);
        at + 1
    }

    /// Writes a mark within a number, and skips the blanks behind it.
    fn joint(&mut self, glyph: Glyph, at: usize) -> usize {
        self.wide(glyph, at);
        self.seek(at + 1).0
    }

    /// A zero among Chinese digits is 〇: 「二0二六年」.
    fn digit(&mut self, glyph: Glyph, at: usize) -> usize {
        if glyph.c == '0' && self.is_han_zero(at) { self.wide(Glyph { c: '〇', ..glyph }, at) } else { self.narrow(glyph, at) }
    }

    fn is_han_zero(&self, at: usize) -> bool {
        let behind = self.behind_zeros(at);
        is_han_digit(self.before()) && (is_han_digit(behind) || behind == '年')
    }

    /// The first character from `at` on that is no form of zero.
    fn behind_zeros(&self, at: usize) -> char {
        let is_zero = |c: char| matches!(c, '0' | 'O' | 'o' | '○' | '◯' | '〇');
        let rest = self.source.get(at..).unwrap_or_default();
        // No number has more zeros; a row of circles must not be read to its end from each of them.
        rest.iter().take(64).map(|g| g.c).find(|c| !is_zero(*c) && !is_blank(*c) && *c != '\n').unwrap_or('\n')
    }

    /// A run of blanks: one is kept between words, none beside Chinese.
    fn blank(&mut self, at: usize) -> usize {
        let (next_at, next) = self.seek(at);
        let is_thin = self.source.get(at).is_some_and(|g| g.c == THIN_BLANK) && self.digits_at(next_at) == 3;
        let before = self.out.get(self.base..).unwrap_or_default().last().map_or('\n', |g| g.c);
        let is_dropped = before == '\n'
            || next == '\n'
            || is_wide(before)
            || is_wide(next)
            || before == ' '
            || next == '%'
            || (before.is_ascii_digit() && (next.is_ascii_alphabetic() || (is_thin && next.is_ascii_digit())))
            || (self.is_han_text && (matches!(before, '+' | '/' | '=') || matches!(next, '+' | '/' | '=')))
            || (self.is_han_text && matches!(next, ',' | ';' | ':' | '(' | ')' | '?' | '!'));
        if !is_dropped && let (Some(first), Some(last)) = (self.source.get(at), next_at.checked_sub(1).and_then(|i| self.source.get(i))) {
            self.out.push(Glyph { c: ' ', start: first.start, end: last.end });
        }
        next_at
    }

    /// Everything that is neither a Chinese character, a digit, a letter nor a blank.
    fn mark(&mut self, glyph: Glyph, at: usize) -> usize {
        let to = |c| Glyph { c, ..glyph };
        let (before, after) = (self.before(), self.after(at));
        let is_between_digits = before.is_ascii_digit() && after.is_ascii_digit();
        let is_in_word = before.is_ascii_alphanumeric() && after.is_ascii_alphanumeric();
        match glyph.c {
            '，' if is_between_digits => self.joint(to(','), at),
            ',' if is_in_word => self.narrow(glyph, at),
            ',' if self.is_han_text => self.wide(to('，'), at),
            '：' | ':' | '∶' if is_between_digits && !self.is_numbered_title(at) => self.joint(to(':'), at),
            ':' if is_in_word && !is_between_digits || after == '/' => self.narrow(glyph, at),
            '∶' | ':' if self.is_han_text => self.wide(to('：'), at),
            '∶' => self.wide(to('：'), at),
            ';' if self.ends_entity() => self.wide(to('；'), at),
            ';' | '?' | '!' if self.is_han_text && !is_in_word => self.wide(to(full_width(glyph.c)), at),
            '(' | ')' if self.is_han_text => self.wide(to(full_width(glyph.c)), at),
            '+' | '/' | '=' if self.is_han_text => self.wide(glyph, at),
            '<' => self.wide(to('＜'), at),
            '>' => self.wide(to('＞'), at),
            '·' if is_between_digits && !self.is_quoted_date(at) => self.joint(to('.'), at),
            '．' if is_between_digits => self.joint(to('.'), at),
            '．' if is_han(before) && is_han(after) => self.wide(to('·'), at),
            '．' => self.joint(to('.'), at),
            '[' | '【' | '〔' => match self.note_end(at) {
                Some(end) => end,
                None if is_wide(glyph.c) => self.wide(glyph, at),
                None => self.narrow(glyph, at),
            },
            '①'..='⑳' | '❶'..='❿' | '¹' | '²' | '³' | '⁰'..='⁹' if self.is_noted(before) => at + 1,
            '"' if self.is_han_text => {
                self.is_quoted = !self.is_quoted;
                self.wide(to(if self.is_quoted { '“' } else { '”' }), at)
            }
            'O' | '○' | '◯' if self.is_han_zero(at) => self.wide(to('〇'), at),
            '○' | '◯' if is_han_digit(before) || is_han_digit(self.behind_zeros(at)) => self.wide(to('〇'), at),
            c if is_dash(c) => self.dash(glyph, at),
            c if is_wide(c) => self.wide(glyph, at),
            _ => self.narrow(glyph, at),
        }
    }

    /// Whether `，` groups full-width digits by three, as in 「１，２３４」; between half-width ones it separates numbers.
    fn groups_wide_digits(&self, at: usize) -> bool {
        let is_wide_digit = |g: &Glyph| g.c.is_ascii_digit() && g.end.saturating_sub(g.start) == 3;
        let behind = self.source.get(at + 1..).unwrap_or_default();
        let ahead = self.source.get(..at).unwrap_or_default();
        (1..=3).contains(&ahead.iter().rev().take_while(|g| is_wide_digit(g)).count())
            && behind.iter().take_while(|g| is_wide_digit(g)).count() == 3
            && !behind.get(3).is_some_and(|g| g.c.is_ascii_digit())
    }

    /// Whether a colon stands in 「表2：2012年」, which is no ratio.
    fn is_numbered_title(&self, at: usize) -> bool {
        let (next, _) = self.seek(at + 1);
        let digits = self.digits_at(next);
        let is_year = digits == 4 && self.seek(next + digits).1 == '年';
        let label = self.out.get(self.base..).unwrap_or_default().iter().rev().map(|g| g.c).find(|c| !c.is_ascii_digit() && *c != ' ');
        is_year || matches!(label, Some('表' | '图' | '月'))
    }

    /// Whether a middle dot stands in a day of the year, as in 「“5·12”」.
    fn is_quoted_date(&self, at: usize) -> bool {
        let digits = self.digits_before();
        let opener = self.out.len().checked_sub(digits + 1).filter(|i| *i >= self.base).and_then(|i| self.out.get(i)).map(|g| g.c);
        let next = at + 1 + self.digits_at(at + 1);
        matches!(opener, Some('“' | '‘')) && self.source.get(next).is_some_and(|g| matches!(g.c, '”' | '’' | '"'))
    }

    /// Whether an entity's name ends what is written; a second reading must not take it for one.
    fn ends_entity(&self) -> bool {
        let mut back = self.out.get(self.base..).unwrap_or_default().iter().rev().map(|g| g.c);
        back.by_ref().take(11).find(|c| !c.is_ascii_alphanumeric() && *c != '#') == Some('&')
    }

    /// Whether a note's mark may stand behind this character.
    fn is_noted(&self, before: char) -> bool {
        (is_han(before) && !matches!(before, '米' | '里')) || matches!(before, '%' | '）' | '”' | '》' | '。')
    }

    /// Where the note's mark ends that a bracket opens: 「[2]」, 「［注1］」, 「〔3〕」.
    fn note_end(&self, at: usize) -> Option<usize> {
        if !self.is_noted(self.before()) {
            return None;
        }
        let (mut at, mut c) = self.seek(at + 1);
        if c == '注' {
            (at, c) = self.seek(at + 1);
        }
        let mut digits = 0;
        while c.is_ascii_digit() {
            digits += 1;
            (at, c) = self.seek(at + 1);
        }
        ((1..=2).contains(&digits) && matches!(c, ']' | '】' | '〕')).then_some(at + 1)
    }

    /// Dashes: two or more are 「——」, one between numbers is 「—」.
    fn dash(&mut self, glyph: Glyph, at: usize) -> usize {
        let mut last = at;
        loop {
            let (next, c) = self.seek(last + 1);
            if !is_dash(c) {
                break;
            }
            last = next;
        }
        if last > at {
            let Some((second, end)) = self.source.get(at + 1).zip(self.source.get(last)) else { return at + 1 };
            if !self.is_han_text && is_hyphen(glyph.c) {
                return self.narrow(glyph, at);
            }
            self.wide(Glyph { c: '—', ..glyph }, at);
            self.wide(Glyph { c: '—', start: second.start, end: end.end }, last);
            return last + 1;
        }
        let (before, after) = (self.before(), self.after(at));
        let is_range = after.is_ascii_digit() && self.ends_number();
        // 〇 may be written in forms that are no Chinese character yet, and must not tell.
        let is_sided = is_range || (is_han(before) && is_han(after) && after != '〇');
        let c = match glyph.c {
            c if is_hyphen(c) && is_sided && !self.is_serial(at) => '—',
            c if is_hyphen(c) => '-',
            '~' | '∼' | '⁓' if is_sided => '—',
            '~' | '∼' | '⁓' => '~',
            '–' | '‒' if before.is_ascii_alphabetic() && after.is_ascii_alphabetic() => '-',
            _ => '—',
        };
        if c == '—' { self.wide(Glyph { c, ..glyph }, at) } else { self.narrow(Glyph { c, ..glyph }, at) }
    }

    /// Whether a number, with or without its unit, ends what is written.
    fn ends_number(&self) -> bool {
        let mut back = self.out.get(self.base..).unwrap_or_default().iter().rev().map(|g| g.c).filter(|c| *c != ' ');
        let Some(mut c) = back.next() else { return false };
        let mut units = 0;
        while is_number_unit(c) && units < 4 {
            units += 1;
            let Some(next) = back.next() else { return false };
            c = next;
        }
        c.is_ascii_digit() || (units > 0 && is_han_digit(c))
    }

    /// Whether a hyphen between digits belongs to a date or a telephone number: 「2026-02-03」, 「010-12345678」, or to a
    /// name: 「A1-2」.
    fn is_serial(&self, at: usize) -> bool {
        let before = self.digits_before();
        let ahead = self.digits_at(at + 1);
        if before == 0 || ahead == 0 {
            return false;
        }
        let written = self.out.get(self.base..).unwrap_or_default();
        let first = |back: usize| written.len().checked_sub(back).and_then(|i| written.get(i)).map_or('\n', |g| g.c);
        if first(before + 1).is_ascii_alphabetic() {
            return true;
        }
        if first(before) == '0' && (3..=4).contains(&before) && ahead >= 7 {
            return true;
        }
        let behind = self.source.get(at + 1 + ahead).map_or('\n', |g| g.c);
        let behind_that = self.source.get(at + 2 + ahead).map_or('\n', |g| g.c);
        let is_first = before == 4 && ahead <= 2 && is_hyphen(behind) && behind_that.is_ascii_digit();
        let is_second = before <= 2 && ahead <= 2 && first(before + 1) == '-' && (2..=5).all(|back| first(before + back).is_ascii_digit());
        let month = self.source.get(at + 1).map_or('\n', |g| g.c);
        let is_month = before == 4 && ahead == 2 && matches!(first(4), '1' | '2') && month == '0' && !is_han(self.after(at + ahead));
        is_first || is_second || is_month
    }
}

/// A unit that may stand before a dash: 「200亿—250亿元」, 「1月—7月」, 「5%—8%」.
const fn is_number_unit(c: char) -> bool {
    matches!(
        c,
        '%' | '‰'
            | '℃'
            | '㎡'
            | '年'
            | '月'
            | '日'
            | '号'
            | '时'
            | '个'
            | '亿'
            | '万'
            | '千'
            | '百'
            | '十'
            | '元'
            | '吨'
            | '米'
            | '里'
            | '公'
            | '度'
            | '倍'
            | '人'
            | '户'
            | '家'
            | '岁'
            | '亩'
            | '天'
    )
}

const fn full_width(c: char) -> char {
    match c {
        ';' => '；',
        '?' => '？',
        '!' => '！',
        '(' => '（',
        ')' => '）',
        _ => c,
    }
}

#[cfg(test)]
mod tests {
    use super::super::{markup::decode, prepare};
    use super::*;
    use crate::model::Document;

    fn check(text: &str, expected: &str) {
        assert_eq!(prepare(&Document { text: text.to_owned(), ..Document::default() }).text, expected);
        let glyphs = decode(text);
        let mut out = Vec::new();
        compose(&glyphs, glyphs.iter().any(|g| is_han(g.c)), &mut out);
        assert_eq!(out.iter().map(|g| g.c).collect::<String>(), expected);
    }

    #[test]
    fn digits_and_letters_are_half_width() {
        check("ＧＤＰ达５３５．２亿元，增长５．３％", "GDP达535.2亿元，增长5.3%");
        check("利润１，２３４，５６７元", "利润1,234,567元");
        check("收入1,234.5万元", "收入1,234.5万元");
        check("分别为10，200吨", "分别为10，200吨");
    }

    #[test]
    fn a_middle_dot_may_be_a_decimal_point() {
        check("降为77·56％，另为35．95", "降为77.56%，另为35.95");
        check("占77・56%", "占77.56%");
        check("“5·12”地震", "“5·12”地震");
        check("贵阳・云岩", "贵阳·云岩");
    }

    #[test]
    fn punctuation_beside_chinese_is_full_width() {
        check("增长5%,其中(含农垦)占3:1;好!", "增长5%，其中（含农垦）占3:1；好！");
        check("比为3.6 : 48 : 48.4", "比为3.6:48:48.4");
        check("比为1：2∶3", "比为1:2:3");
        check("表2：2012年产量", "表2：2012年产量");
        check("见http://a.cn/b?c=d", "见http://a.cn/b?c=d");
        check("他说\"好\"", "他说“好”");
    }

    #[test]
    fn dashes_between_numbers_are_one() {
        for dash in ["—", "–", "―", "~", "～", "〜", "－", "-", " - "] {
            check(&format!("今年1{dash}7月"), "今年1—7月");
            check(&format!("投资200亿{dash}250亿元"), "投资200亿—250亿元");
        }
        check("时间2026-02-03", "时间2026-02-03");
        check("时间２０２６－０２－０３", "时间2026-02-03");
        check("电话010-12345678", "电话010-12345678");
        check("增长-3.5%", "增长-3.5%");
        check("增长－3.5%", "增长-3.5%");
        check("目标——实现增长", "目标——实现增长");
        check("--在会上", "——在会上");
        check("PM2.5与5G-A", "PM2.5与5G-A");
    }

    #[test]
    fn blanks_are_dropped_within_chinese_and_kept_between_words() {
        check("GDP 实现 535.2 亿元，增 长 5.3 %", "GDP实现535.2亿元，增长5.3%");
        check("公司　China   Coal 成立", "公司China Coal成立");
        check("\u{feff}收\u{200b}入\u{ad}为\u{a0}5\u{2009}000万", "收入为5000万");
        check("表1 2012年", "表1 2012年");
    }

    #[test]
    fn variants_are_the_same_character() {
        check("⼈⼝和⻓⾼，面积5㎡", "人口和长高，面积5㎡");
        check("二○○八年和二OO九年、二0一0年", "二〇〇八年和二〇〇九年、二〇一〇年");
        check("㈠综合", "（一）综合");
    }

    #[test]
    fn marks_of_notes_go() {
        check("地区生产总值[2]32074.7亿元", "地区生产总值32074.7亿元");
        check("产量［３］、增速①和比重【注1】", "产量、增速和比重");
        check("增长5%[12]。", "增长5%。");
        check("国发〔2023〕5号", "国发〔2023〕5号");
    }

    #[test]
    fn tags_and_entities_go() {
        check("全市&nbsp;<strong>生产</strong>总值&amp;收入1&#8212;2月", "全市生产总值&收入1—2月");
        check("a&amp;lt;b", "a＜b");
        check("增速<5%且>3%", "增速＜5%且＞3%");
        check("亿元<sup>1</sup>，面积5km<sup>2</sup>", "亿元，面积5km2");
    }
}
