//! Periods as worded: 「今年1—7月」, 「“十四五”期间」, 「截至8月底」.

use std::ops::Range;

/// Where a period is worded, and how.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct PeriodMention {
    /// In bytes of the text given.
    pub(crate) range: Range<usize>,
    /// What the words say, not yet bound to a year.
    pub(crate) wording: PeriodWording,
}

/// What the words of a period say.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum PeriodWording {
    /// A year or a part of it.
    Within { year: YearWord, part: Part, edge: Edge },
    /// From one year to another: 「2021—2025年」.
    Years { from: i32, to: i32, edge: Edge },
    /// A five-year plan by its number: 「“十四五”期间」.
    Plan { number: i32, part: PlanPart, edge: Edge },
    /// The last years: 「五年来」.
    Past { years: i32 },
    /// The years to come: 「今后五年」.
    Coming { years: i32 },
    /// The period spoken of before, in another year: 「上年同期」; `None` is that year itself.
    Same { year: Option<YearWord> },
    /// April to March, named by the year in which it begins: 「2017-18财政年度」.
    FiscalYear { from: i32 },
    /// A day counted from the publication: 「昨天」.
    Near { days: i64 },
    /// A week: 「上周」.
    Week,
    /// Told, and open: 「目前」, 「近年来」.
    Open,
}

/// Which year.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum YearWord {
    /// 「2024年」.
    Absolute(i32),
    /// Counted from the year of publication: 「今年」 0, 「去年」 -1.
    Published(i32),
    /// Counted from the year spoken of: 「上年」 -1, 「当年」 0.
    Spoken(i32),
    /// Not told: 「上半年」.
    Untold,
}

/// Which part of the year; months, quarters and days count from 1.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Part {
    /// The year itself.
    Whole,
    /// From month to month.
    Months(u32, u32),
    /// Half a year.
    Half(u32),
    /// A quarter.
    Quarter(u32),
    /// One month.
    Month(u32),
    /// The last day of a month.
    MonthEnd(u32),
    /// The first day of a month.
    MonthStart(u32),
    /// A third of a month: 1, 2 or 3.
    TenDays(u32, u32),
    /// One day.
    Day(u32, u32),
    /// From day to day.
    Days(u32, u32, u32, u32),
    /// A day whose month is not told: 「记者12日获悉」.
    BareDay(u32),
    /// A month counted from the month spoken of: 「上月」 -1.
    NearMonth(i32),
    /// The first day of the year.
    Start,
    /// The last day of the year.
    End,
}

/// Which part of a plan.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum PlanPart {
    /// All five years.
    Whole,
    /// Its last day.
    End,
    /// Its first year.
    First,
}

/// How the figure stands to the period.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Edge {
    /// Within it.
    During,
    /// Counted up to its end: 「截至」.
    AsOf,
    /// Reached at its end, or by then: 「到2030年」, 「年底前」.
    Until,
    /// From its start on: 「以来」.
    Since,
}

/// Finds the periods of a uniform text: left to right, the longest at each place, none overlapping.
///
/// Periods within 《》 belong to the title of a document and are left out.
pub(crate) fn find_periods(text: &str) -> Vec<PeriodMention> {
    let mut found = Vec::new();
    let mut at = 0;
    while let Some(c) = text.get(at..).and_then(|rest| rest.chars().next()) {
        if c == '《'
            && let Some(length) = closing(text, at)
        {
            at += length;
            continue;
        }
        match mention_at(text, at) {
            Some((end, wording)) => {
                found.push(PeriodMention { range: at..end, wording });
                at = end;
            }
            None => at += c.len_utf8(),
        }
    }
    found
}

/// Length up to and with the 》 that closes a title, unless it is too far to be one.
fn closing(text: &str, at: usize) -> Option<usize> {
    let rest = text.get(at..)?;
    let end = rest.find('》')?;
    (end < 240 && !rest.get(..end)?.contains(['\n', '。'])).then_some(end + '》'.len_utf8())
}

/// Reads words one after another; a reader is copied before it tries something.
#[derive(Clone, Copy)]
struct Reader<'a> {
    text: &'a str,
    at: usize,
}

impl<'a> Reader<'a> {
    fn rest(&self) -> &'a str {
        self.text.get(self.at..).unwrap_or_default()
    }

    fn before(&self) -> &'a str {
        self.text.get(..self.at).unwrap_or_default()
    }

    fn peek(&self) -> Option<char> {
        self.rest().chars().next()
    }

    fn peek_any(&self, words: &[&str]) -> bool {
        words.iter().any(|word| self.rest().starts_with(word))
    }

    fn word(&mut self, word: &str) -> bool {
        let is_here = self.rest().starts_with(word);
        if is_here {
            self.at += word.len();
        }
        is_here
    }

    fn any(&mut self, words: &[&str]) -> bool {
        words.iter().any(|word| self.word(word))
    }

    fn one_of<T: Copy>(&mut self, words: &[(&str, T)]) -> Option<T> {
        words.iter().find(|(word, _)| self.word(word)).map(|(_, meaning)| *meaning)
    }

    /// One or two digits, or a Chinese numeral below a hundred.
    fn number(&mut self) -> Option<u32> {
        let digits = self.rest().bytes().take_while(u8::is_ascii_digit).count();
        if digits > 0 {
            if digits > 2 {
                return None;
            }
            let number = self.rest().get(..digits)?.parse().ok()?;
            self.at += digits;
            return Some(number);
        }
        let mut number = 0;
        let mut unit = None;
        let mut has_ten = false;
        let mut length = 0;
        for c in self.rest().chars() {
            match (c, digit(c)) {
                ('十', _) if !has_ten => {
                    number = 10 * unit.take().unwrap_or(1);
                    has_ten = true;
                }
                (_, Some(d)) if d > 0 && unit.is_none() => unit = Some(d),
                (_, Some(_)) | ('十', _) => return None,
                _ => break,
            }
            length += c.len_utf8();
        }
        if length == 0 {
            return None;
        }
        self.at += length;
        Some(number + unit.unwrap_or(0))
    }

    /// A number within bounds.
    fn number_in(&mut self, bounds: Range<u32>) -> Option<u32> {
        self.number().filter(|number| bounds.contains(number))
    }

    /// A year of four digits, in either script.
    fn four_digits(&mut self) -> Option<i32> {
        let mut year = 0;
        let mut length = 0;
        let mut count = 0;
        let is_ascii = self.peek().is_some_and(|c| c.is_ascii_digit());
        for c in self.rest().chars() {
            let d = if is_ascii { c.to_digit(10) } else { digit(c).filter(|_| c != '两') };
            let Some(d) = d.and_then(|d| i32::try_from(d).ok()) else { break };
            count += 1;
            if count > 4 {
                return None;
            }
            year = year * 10 + d;
            length += c.len_utf8();
        }
        if count != 4 || !(1900..2100).contains(&year) {
            return None;
        }
        self.at += length;
        Some(year)
    }

    fn dash(&mut self) -> bool {
        self.any(&["——", "—", "–", "-", "~", "～", "－", "至", "到"])
    }
}

fn digit(c: char) -> Option<u32> {
    Some(match c {
        '〇' | '○' | '零' => 0,
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

/// True where the digits to come are part of a longer number: 「1,200年」.
fn is_in_number(before: &str) -> bool {
    match before.strip_suffix(',') {
        Some(before) => before.ends_with(|c: char| c.is_ascii_digit()),
        None => before.ends_with(joins_number),
    }
}

/// True for what would make the digits after it a part of a longer number or an ordinal.
fn joins_number(c: char) -> bool {
    c.is_ascii_alphanumeric() || digit(c).is_some() || matches!(c, '.' | '十' | '百' | '千' | '第' | '－' | '/')
}

fn mention_at(text: &str, at: usize) -> Option<(usize, PeriodWording)> {
    let start = Reader { text, at };
    let mut reader = start;
    if let Some(edge) = reader.one_of(&[
        ("截至到", Edge::AsOf),
        ("截止到", Edge::AsOf),
        ("截至", Edge::AsOf),
        ("截止", Edge::AsOf),
        ("到", Edge::Until),
        ("至", Edge::Until),
        ("自", Edge::Since),
        ("从", Edge::Since),
    ]) {
        // 「升到上半年的8%」 compares two periods.
        // 「截至6月30日止六个月」 are the months up to that day.
        if edge == Edge::AsOf {
            let mut next = reader;
            if let Some(PeriodWording::Within { year, part: Part::Day(month, _) | Part::MonthEnd(month), .. }) = core(&mut next)
                && next.word("止")
                && let Some(months) = next.number_in(1..13)
                && next.any(&["个月", "月"])
                && months <= month
            {
                return Some((next.at, PeriodWording::Within { year, part: Part::Months(month + 1 - months, month), edge: Edge::During }));
            }
        }
        let is_verb = start.before().ends_with(['升', '高', '长', '加', '大', '降', '少', '增', '达', '扩', '落', '展', '张']);
        if edge == Edge::Until && is_verb {
            return None;
        }
        if let Some(wording) = core(&mut reader) {
            let wording = follow(&mut reader, wording);
            return match (edge, wording) {
                // 「从2020年」 is half of a from–to and leaves its first word out; 「自2020年以来」 is one mention.
                (Edge::Since, PeriodWording::Within { edge: Edge::Since, .. } | PeriodWording::Plan { edge: Edge::Since, .. }) => {
                    Some((reader.at, wording))
                }
                (Edge::Since, PeriodWording::Within { year, part, edge: Edge::During }) => {
                    since_event(&reader).map(|end| (end, PeriodWording::Within { year, part, edge: Edge::Since }))
                }
                (Edge::Since, _) => None,
                _ => Some((reader.at, with_edge(wording, edge))),
            };
        }
        if edge != Edge::AsOf {
            return open_word(start);
        }
        return None;
    }
    let wording = core(&mut reader)?;
    let wording = follow(&mut reader, wording);
    Some((reader.at, wording))
}

/// End of 「自3月20日实现全线过流以来」, where an event stands between the day and 以来.
fn since_event(reader: &Reader<'_>) -> Option<usize> {
    let rest = reader.rest();
    let end = rest.find("以来")?;
    let event = rest.get(..end)?;
    let is_near = event.chars().count() <= 16 && !event.contains(['，', ',', '。', '；', '、', '\n']);
    is_near.then_some(reader.at + end + "以来".len())
}

fn open_word(mut reader: Reader<'_>) -> Option<(usize, PeriodWording)> {
    reader.any(&["至今", "到目前", "自成立以来"]).then_some((reader.at, PeriodWording::Open))
}

fn with_edge(wording: PeriodWording, edge: Edge) -> PeriodWording {
    match wording {
        PeriodWording::Within { year, part, edge: Edge::During | Edge::Until } => {
            // 「至3月底」 counts like 「截至3月底」; 「到2030年」 names the year.
            let is_point = matches!(part, Part::MonthEnd(_) | Part::End | Part::Day(..));
            let edge = if edge == Edge::Until && is_point { Edge::AsOf } else { edge };
            PeriodWording::Within { year, part, edge }
        }
        PeriodWording::Years { from, to, .. } => PeriodWording::Years { from, to, edge },
        PeriodWording::Plan { number, part, edge: Edge::During } => PeriodWording::Plan { number, part, edge },
        other => other,
    }
}

/// What may follow: 「以来」, 「前」.
fn follow(reader: &mut Reader<'_>, wording: PeriodWording) -> PeriodWording {
    let mut next = *reader;
    let edge = if next.any(&["以来", "之后", "以后", "起"]) {
        Edge::Since
    } else if next.any(&["之前", "以前", "前"]) && !next.peek_any(&["沿", "列", "提", "期", "往", "来"]) {
        Edge::Until
    } else {
        return wording;
    };
    let changed = match wording {
        PeriodWording::Within { year, part, edge: Edge::During } => PeriodWording::Within { year, part, edge },
        PeriodWording::Plan { number, part, edge: Edge::During } => PeriodWording::Plan { number, part, edge },
        other => return other,
    };
    *reader = next;
    changed
}

/// A period without the words before and after it: the first reading that holds, the longest ones first.
fn core(reader: &mut Reader<'_>) -> Option<PeriodWording> {
    for read in [open, plan, fiscal_year, years, same, past_or_coming, within] {
        let mut next = *reader;
        if let Some(wording) = read(&mut next) {
            *reader = next;
            return Some(wording);
        }
    }
    None
}

fn open(reader: &mut Reader<'_>) -> Option<PeriodWording> {
    const OPEN: &[&str] = &[
        "目前为止",
        "目前",
        "迄今为止",
        "迄今",
        "近年来",
        "近几年来",
        "近几年",
        "近些年来",
        "近些年",
        "近年",
        "近期",
        "近来",
        "连日来",
        "多年来",
        "几年来",
        "长期以来",
        "今为止",
        "发稿",
        "当前",
    ];
    if let Some(days) = reader.one_of(&[("昨天", -1), ("昨日", -1), ("前天", -2), ("今天", 0), ("今日", 0), ("当日", 0), ("当天", 0)]) {
        // 「今天（7月12日）」 tells its date itself.
        let mut next = *reader;
        if next.any(&["（", "("])
            && let Some(wording @ PeriodWording::Within { part: Part::Day(..) | Part::BareDay(_), .. }) = within_parens(&mut next)
        {
            *reader = next;
            return Some(wording);
        }
        return Some(PeriodWording::Near { days });
    }
    if reader.any(&["本周", "上周", "上一周", "当周", "下周"]) {
        return (!reader.peek_any(&["期", "转"])).then_some(PeriodWording::Week);
    }
    if reader.before().ends_with(['最', '接']) && reader.peek() == Some('近') {
        return None;
    }
    let before = reader.before();
    if reader.peek() == Some('目') && before.ends_with(['项', '栏', '科', '数', '条']) {
        return None;
    }
    reader.any(OPEN).then_some(PeriodWording::Open)
}

fn within_parens(reader: &mut Reader<'_>) -> Option<PeriodWording> {
    let mut part = None;
    if reader.peek().is_some_and(|c| c.is_ascii_digit()) {
        let year = absolute_year(reader).unwrap_or(YearWord::Untold);
        part = months_or_days(reader).map(|part| PeriodWording::Within { year, part, edge: Edge::During });
        if part.is_none() {
            let day = reader.number_in(1..32)?;
            part = reader.word("日").then_some(PeriodWording::Within { year, part: Part::BareDay(day), edge: Edge::During });
        }
    }
    part.filter(|_| reader.any(&["）", ")"]))
}

fn plan(reader: &mut Reader<'_>) -> Option<PeriodWording> {
    const NUMBERS: &[(&str, i32)] =
        &[("十五五", 15), ("十四五", 14), ("十三五", 13), ("十二五", 12), ("十一五", 11), ("十五", 10), ("九五", 9), ("八五", 8)];
    let is_quoted = reader.any(&["“", "\"", "「", "‘"]);
    if !is_quoted && (is_in_number(reader.before()) || reader.before().ends_with(['“', '"', '「', '‘'])) {
        return None;
    }
    let number = reader.one_of(NUMBERS)?;
    if is_quoted {
        // Some editors type the opening mark twice: 「“十一五“末」.
        if !reader.any(&["”", "\"", "」", "’", "“", "‘"]) {
            return None;
        }
    } else if number <= 10 && !reader.peek_any(&["期间", "时期"]) {
        return None;
    }
    if !is_quoted && reader.peek().is_some_and(|c| joins_number(c) || matches!(c, '个' | '日' | '年' | '条' | '项' | '届' | '万' | '亿')) {
        return None;
    }
    let mut next = *reader;
    let part = next.one_of(&[
        ("时期末", PlanPart::End),
        ("期末", PlanPart::End),
        ("末期", PlanPart::End),
        ("末", PlanPart::End),
        ("开局之年", PlanPart::First),
        ("开局年", PlanPart::First),
        ("期间", PlanPart::Whole),
        ("时期", PlanPart::Whole),
        ("规划期间", PlanPart::Whole),
        ("规划期内", PlanPart::Whole),
        ("五年", PlanPart::Whole),
    ]);
    if part.is_some() {
        *reader = next;
        if reader.peek_any(&["主要目标", "发展目标", "主要预期"]) {
            return None;
        }
    } else if reader.peek_any(&[
        "规划",
        "纲要",
        "专项",
        "普法",
        "起步",
        "胜利",
        "高质量",
        "圆满",
        "收官",
        "发展",
        "目标",
        "开局",
        "主要",
        "良好",
        "顺利",
        "发展",
        "建设规划",
        "、",
        "“",
        "和",
        "与",
    ]) {
        return None;
    }
    Some(PeriodWording::Plan { number, part: part.unwrap_or(PlanPart::Whole), edge: Edge::During })
}

fn fiscal_year(reader: &mut Reader<'_>) -> Option<PeriodWording> {
    if is_in_number(reader.before()) {
        return None;
    }
    let from = reader.four_digits()?;
    if !reader.any(&["/", "-", "—", "–", "至"]) {
        return None;
    }
    let digits = reader.rest().bytes().take_while(u8::is_ascii_digit).count();
    let to: i32 = reader.rest().get(..digits)?.parse().ok()?;
    reader.at += digits;
    let is_next = if digits == 2 { to == (from + 1) % 100 } else { digits == 4 && to == from + 1 };
    let is_named = reader.any(&["财政年度", "财年", "会计年度"]) || (digits == 2 && reader.any(&["年度"]));
    (is_next && is_named).then_some(PeriodWording::FiscalYear { from })
}

fn years(reader: &mut Reader<'_>) -> Option<PeriodWording> {
    if is_in_number(reader.before()) {
        return None;
    }
    let from = reader.four_digits()?;
    let has_year = reader.word("年");
    if !reader.dash() {
        return None;
    }
    let to = reader.four_digits().or_else(|| two_digit_year(reader, from))?;
    if to <= from || !reader.word("年") || reader.peek_any(&["度第"]) {
        return None;
    }
    // 「2023年至2024年6月」 ends within its last year, which is then what the figure speaks of.
    if has_year && reader.peek().is_some_and(|c| c.is_ascii_digit()) {
        return None;
    }
    reader.any(&["期间", "度"]);
    Some(PeriodWording::Years { from, to, edge: Edge::During })
}

fn two_digit_year(reader: &mut Reader<'_>, from: i32) -> Option<i32> {
    let mut next = *reader;
    if !next.peek()?.is_ascii_digit() {
        return None;
    }
    let to = from - from % 100 + i32::try_from(next.number()?).ok()?;
    *reader = next;
    Some(to)
}

fn same(reader: &mut Reader<'_>) -> Option<PeriodWording> {
    if reader.word("同期") {
        let before = reader.before();
        let is_other = before.ends_with("历史同期")
            || before.ends_with("历年同期")
            || before.ends_with("往年同期")
            || before.ends_with("不同期")
            || before.ends_with("共同期");
        return (!is_other).then_some(PeriodWording::Same { year: None });
    }
    let year = year_word(reader)?;
    reader.word("的");
    reader.word("同期").then_some(PeriodWording::Same { year: Some(year) })
}

fn past_or_coming(reader: &mut Reader<'_>) -> Option<PeriodWording> {
    let before = reader.before();
    if reader.any(&["今后", "未来"]) {
        let years = i32::try_from(reader.number()?).ok()?;
        return (reader.word("年") && !reader.peek_any(&["期", "左右"])).then_some(PeriodWording::Coming { years });
    }
    let is_told = reader.any(&["过去的", "过去", "最近", "近", "这", "刚刚过去的"]);
    if !is_told && before.ends_with(|c| joins_number(c) || matches!(c, '近' | '连' | '续')) {
        return None;
    }
    let years = i32::try_from(reader.number()?).ok().filter(|years| *years > 0)?;
    if !reader.word("年") {
        return None;
    }
    // 「五年净增12万户」, at a clause's start.
    let opens = before.is_empty() || before.ends_with(['，', '。', '；', '：', '、', '\n', '—']);
    let is_past = reader.any(&["多来", "来", "间"])
        || (opens || reader.peek_any(&["累计"]))
            && (2..=10).contains(&years)
            && reader.peek_any(&["净增", "新增", "累计", "共", "建成", "完成", "实现", "投入", "增长", "翻"]);
    if !(is_told || is_past) || reader.peek_any(&["首次", "最", "新高", "新低", "罕见", "未有", "期", "行动", "之久", "历史", "均", "产"])
    {
        return None;
    }
    Some(PeriodWording::Past { years })
}

/// A year that is told.
fn year_word(reader: &mut Reader<'_>) -> Option<YearWord> {
    const WORDS: &[(&str, YearWord)] = &[
        ("今年度", YearWord::Published(0)),
        ("今年", YearWord::Published(0)),
        ("去年", YearWord::Published(-1)),
        ("前年", YearWord::Published(-2)),
        ("来年", YearWord::Published(1)),
        ("明年", YearWord::Published(1)),
        ("上一年度", YearWord::Spoken(-1)),
        ("上一年", YearWord::Spoken(-1)),
        ("前一年", YearWord::Spoken(-1)),
        ("上年度", YearWord::Spoken(-1)),
        ("上年", YearWord::Spoken(-1)),
        ("本年度", YearWord::Spoken(0)),
        ("本年", YearWord::Spoken(0)),
        ("当年", YearWord::Spoken(0)),
        ("同年", YearWord::Spoken(0)),
    ];
    // 「5000万元以上年均」, 「以前年度」.
    if reader.before().ends_with('以') && reader.peek_any(&["上年", "前年"]) {
        return None;
    }
    // 「完成上年度健身器材安装」: which year's task it was, not when it was done.
    if reader.before().ends_with("完成") && reader.peek_any(&["上年度", "上一年度"]) {
        return None;
    }
    // 「学前一年教育」.
    if reader.before().ends_with('学') && reader.peek_any(&["前一年"]) {
        return None;
    }
    if reader.before().ends_with('基') && reader.peek_any(&["本年"]) {
        return None;
    }
    reader.one_of(WORDS).or_else(|| absolute_year(reader))
}

fn absolute_year(reader: &mut Reader<'_>) -> Option<YearWord> {
    if is_in_number(reader.before()) {
        return None;
    }
    let mut next = *reader;
    if let Some(year) = next.four_digits() {
        let is_duration = next.text.get(..reader.at).is_some_and(|before| before.ends_with(['近', '约', '超', '余', '达']));
        if next.word("年") && !is_duration && !next.peek_any(&["历史", "前的", "产业", "期"]) {
            next.word("度");
            *reader = next;
            return Some(YearWord::Absolute(year));
        }
        return None;
    }
    // 「08年」: two digits are a year only with their nought.
    let mut next = *reader;
    if next.word("0") {
        let year = next.peek().and_then(|c| c.to_digit(10)).and_then(|d| i32::try_from(d).ok())?;
        next.at += 1;
        if next.word("年") {
            *reader = next;
            return Some(YearWord::Absolute(2000 + year));
        }
    }
    None
}

fn within(reader: &mut Reader<'_>) -> Option<PeriodWording> {
    let mut next = *reader;
    if let Some(year) = year_word(&mut next) {
        let mut after = next;
        if after.peek() == Some('的') {
            after.word("的");
        }
        let part = told_part(&mut after, true);
        if part.is_some() {
            next = after;
        }
        *reader = next;
        return Some(PeriodWording::Within { year, part: part.unwrap_or(Part::Whole), edge: Edge::During });
    }
    if let Some(wording) = month_word(reader) {
        return Some(wording);
    }
    let before = reader.before();
    let is_joined = is_in_number(before);
    if is_joined && reader.peek().is_some_and(joins_number) {
        return None;
    }
    let year = if reader.peek_any(&["年初以来", "开年以来"]) { YearWord::Published(0) } else { YearWord::Untold };
    let part = told_part(reader, false)?;
    if year != YearWord::Untold {
        reader.any(&["以来"]);
        return Some(PeriodWording::Within { year, part: Part::Whole, edge: Edge::Since });
    }
    Some(PeriodWording::Within { year, part, edge: Edge::During })
}

/// A month counted from the one spoken of.
fn month_word(reader: &mut Reader<'_>) -> Option<PeriodWording> {
    let months = reader.one_of(&[("上个月", -1), ("上月", -1), ("本月", 0), ("当月", 0)])?;
    if reader.before().ends_with("以上月") {
        return None;
    }
    if reader.any(&["同期"]) {
        return Some(PeriodWording::Same { year: None });
    }
    reader.any(&["份"]);
    if reader.peek_any(&["初", "中旬", "下旬", "上旬"]) {
        reader.any(&["初", "中旬", "下旬", "上旬"]);
        return Some(PeriodWording::Open);
    }
    let edge = if reader.any(&["末", "底"]) { Edge::AsOf } else { Edge::During };
    Some(PeriodWording::Within { year: YearWord::Untold, part: Part::NearMonth(months), edge })
}

/// A part of a year; `has_year` tells that the year itself stands before it.
fn told_part(reader: &mut Reader<'_>, has_year: bool) -> Option<Part> {
    for read in [half_or_quarter, year_edge, months_or_days] {
        let mut next = *reader;
        let part = if has_year { read(&mut next) } else { read(&mut next).filter(|_| bare_is_safe(*reader, &next)) };
        if part.is_some() {
            *reader = next;
            return part;
        }
    }
    if has_year {
        let mut next = *reader;
        let part = next.one_of(&[("底", Part::End), ("末", Part::End), ("初", Part::Start), ("全年", Part::Whole), ("内", Part::Whole)]);
        if part.is_some() {
            *reader = next;
        }
        return part;
    }
    if reader.before().ends_with([',', '，', '。', '者', '于', '、', '\n']) || reader.at == 0 {
        let mut next = *reader;
        if next.peek().is_some_and(|c| c.is_ascii_digit())
            && let Some(day) = next.number_in(1..32)
            && next.word("日")
            && !next.peek_any(&["内", "游", "均", "龄", "照", "后", "以", "—", "-", "产"])
        {
            *reader = next;
            return Some(Part::BareDay(day));
        }
    }
    None
}

/// A part whose year is not told must not be the tail of another word.
fn bare_is_safe(from: Reader<'_>, to: &Reader<'_>) -> bool {
    let Some(before) = from.before().chars().next_back() else { return true };
    let Some(first) = from.peek() else { return false };
    match first {
        '年' => !(joins_number(before) || matches!(before, '半' | '几' | '多' | '近' | '每' | '历' | '周' | '个' | '余' | '整' | '学')),
        '期' => !matches!(before, '学' | '同' | '长' | '定' | '近' | '远' | '中' | '短'),
        '全' => !matches!(before, '健' | '安' | '完'),
        '前' => !matches!(before, '目' | '以' | '之'),
        _ => !to.peek_any(&["龄", "球", "饼", "嫂", "季"]),
    }
}

fn half_or_quarter(reader: &mut Reader<'_>) -> Option<Part> {
    if let Some(half) = reader.one_of(&[("上半年", 1), ("下半年", 2)]) {
        return Some(Part::Half(half));
    }
    let is_first =
        reader.any(&["前", "头"]) || reader.any(&["首"]) && reader.peek().is_some_and(|c| c.is_ascii_digit() || "二三四五六七八九十".contains(c));
    let is_ordinal = !is_first && reader.word("第");
    if !is_first && !is_ordinal && reader.any(&["首季度", "首季"]) {
        return Some(Part::Quarter(1));
    }
    let number = reader.number_in(1..13)?;
    let has_classifier = is_first && reader.word("个");
    if reader.word("季度") || (reader.word("季") && (is_first || is_ordinal && !reader.peek_any(&["节", "赛"]))) {
        if number > 4 {
            return None;
        }
        if reader.any(&["末", "底"]) {
            return Some(Part::MonthEnd(number * 3));
        }
        return Some(if is_first { Part::Months(1, number * 3) } else { Part::Quarter(number) });
    }
    if is_first && (has_classifier || number > 1) && reader.word("月") {
        return Some(Part::Months(1, number));
    }
    None
}

fn year_edge(reader: &mut Reader<'_>) -> Option<Part> {
    reader.one_of(&[
        ("全年", Part::Whole),
        ("年末", Part::End),
        ("年底", Part::End),
        ("年终", Part::End),
        ("期末", Part::End),
        ("岁末", Part::End),
        ("年初", Part::Start),
        ("期初", Part::Start),
        ("开年", Part::Start),
        ("年内", Part::Whole),
    ])
}

fn months_or_days(reader: &mut Reader<'_>) -> Option<Part> {
    let from = reader.number_in(1..13)?;
    let mut next = *reader;
    if next.dash()
        && let Some(to) = next.number_in(1..13)
        && next.word("月")
        && to > from
    {
        *reader = next;
        return Some(month_tail(reader, Part::Months(from, to)));
    }
    if !reader.word("月") {
        return None;
    }
    let mut next = *reader;
    if let Some(first) = next.number_in(1..32)
        && next.any(&["日", "号"])
    {
        *reader = next;
        return Some(last_day(reader, from, first));
    }
    let mut next = *reader;
    next.word("份");
    if next.dash()
        && let Some(to) = next.number_in(1..13)
        && next.word("月")
        && to > from
    {
        *reader = next;
        return Some(month_tail(reader, Part::Months(from, to)));
    }
    // 「5月1—7日」: both days share one 日.
    let mut next = *reader;
    if let Some(first) = next.number_in(1..32)
        && next.dash()
        && let Some(last) = next.number_in(1..32)
        && next.any(&["日", "号"])
    {
        *reader = next;
        return Some(Part::Days(from, first, from, last));
    }
    if let Some(third) = reader.one_of(&[("上旬", 1), ("中旬", 2), ("下旬", 3)]) {
        return Some(Part::TenDays(from, third));
    }
    if reader.word("初") {
        return Some(Part::MonthStart(from));
    }
    Some(month_tail(reader, Part::Month(from)))
}

fn last_day(reader: &mut Reader<'_>, month: u32, first: u32) -> Part {
    let mut next = *reader;
    if next.dash() {
        let mut with_month = next;
        if let Some(to) = with_month.number_in(1..13)
            && with_month.word("月")
            && let Some(last) = with_month.number_in(1..32)
            && with_month.any(&["日", "号"])
        {
            *reader = with_month;
            return Part::Days(month, first, to, last);
        }
        if let Some(last) = next.number_in(1..32)
            && next.any(&["日", "号"])
            && last > first
        {
            *reader = next;
            return Part::Days(month, first, month, last);
        }
    }
    Part::Day(month, first)
}

fn month_tail(reader: &mut Reader<'_>, part: Part) -> Part {
    reader.word("份");
    match part {
        Part::Month(month) if reader.any(&["末", "底"]) => Part::MonthEnd(month),
        other => other,
    }
}
