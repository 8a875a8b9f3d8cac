//! The words over a column or before a row, taken apart: what is measured, in what unit, when, where, and what is said of it.

use super::compared::{self, Compared};
use super::unit::{self, Unit};
use super::when::When;
use crate::extract::area::{AreaKind, AreaMention, Trust};
use crate::lexicon::Lexicon;
use crate::lexicon::area::{Areas, Level};
use crate::model::{Measure, Status};

/// What one header or row tells.
#[derive(Debug, Clone, Default)]
pub(super) struct Head {
    /// What is measured, or of what; empty where the words name nothing: 「指标值」, 「合计」.
    pub(super) words: String,
    pub(super) unit: Option<Unit>,
    pub(super) compared: Option<Compared>,
    pub(super) when: When,
    pub(super) place: Option<Place>,
    pub(super) status: Option<Status>,
    /// A part of what stands above: 「#」, 「其中：」.
    pub(super) is_part: bool,
    /// 合计.
    pub(super) is_total: bool,
}

/// An area that is a whole header or row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Place {
    pub(super) name: String,
    kind: AreaKind,
}

impl Place {
    /// Whether it lies abroad.
    pub(super) fn is_abroad(&self, areas: &Areas) -> bool {
        let AreaKind::Named { candidates, .. } = &self.kind else { return false };
        candidates.iter().all(|at| areas.get(*at).is_some_and(|area| area.level == Level::Foreign))
    }

    /// The mention that normalization resolves, its name appended to the row's header.
    pub(super) fn mention(&self, header: &mut String) -> AreaMention {
        if !header.is_empty() {
            header.push('\n');
        }
        let start = header.len();
        header.push_str(&self.name);
        AreaMention { range: start..header.len(), kind: self.kind.clone() }
    }
}

impl Head {
    /// Reads the words of one cell; `of_areas` tells that its column or row lists areas.
    pub(super) fn read(text: &str, of_areas: bool, lexicon: &Lexicon) -> Self {
        let mut head = Self::default();
        let mut words = text.trim().replace('_', "：");
        head.is_part = strip_marks(&mut words);
        // 「上年同月=100」
        if !words.contains('（') && is_base(&words) {
            head.unit = Some(Unit::plain("index", "index"));
            return head;
        }
        head.take_brackets(&mut words, lexicon);
        head.take_unit_behind(&mut words, lexicon);
        let mut named: Vec<String> = Vec::new();
        for part in words.split('：') {
            let mut part = part.trim().to_owned();
            head.take_compared(&mut part);
            head.take_status(&mut part);
            let when = When::take(&mut part);
            head.when = head.when.within(&when);
            head.take_status(&mut part);
            if !part.is_empty() && !is_generic(&part) {
                named.push(part);
            }
        }
        // 「产量：水泥」 is 水泥产量.
        if let Some(first) = named.first().filter(|first| named.len() > 1 && KINDS.contains(&first.as_str())).cloned() {
            named.remove(0);
            let last = named.pop().unwrap_or_default();
            named.push(if says_amount(&last) { last } else { format!("{last}{first}") });
        }
        let named = named.concat();
        head.words = ["本期", "报告期"]
            .iter()
            .find_map(|word| named.strip_prefix(word))
            .unwrap_or(&named)
            .trim_matches(['，', '、', ' ', '_', '*', '/', '：', '的'])
            .to_owned();
        if let Some(rest) = ["合计", "总计"].iter().find_map(|word| head.words.strip_suffix(word)).filter(|rest| says_amount(rest)) {
            head.words = rest.to_owned();
        }
        head.is_total = matches!(head.words.as_str(), "合计" | "总计" | "小计" | "全部" | "平均");
        head.place = place(&head.words, of_areas, &lexicon.areas);
        if head.is_total || head.place.is_some() {
            head.words.clear();
        }
        head
    }

    /// What this head and the one below it tell together.
    pub(super) fn over(&self, inner: &Self) -> Self {
        // 「环比」 over 「上月=100」 is an index of its own.
        if let (Some(compared), Some("index")) = (&self.compared, inner.unit.as_ref().map(|unit| unit.base.as_str())) {
            let kind = if compared.measure == Measure::Mom { "环比" } else { "同比" };
            return Self { words: format!("{}{kind}", self.words), compared: None, unit: inner.unit.clone(), ..self.clone() };
        }
        let words = if inner.words.is_empty() || self.words.contains(&inner.words) {
            self.words.clone()
        } else if self.words.is_empty() || inner.words.contains(&self.words) {
            inner.words.clone()
        } else {
            format!("{}{}", self.words, inner.words)
        };
        Self {
            words,
            unit: inner.unit.clone().or_else(|| self.unit.clone()),
            compared: inner.compared.clone().or_else(|| self.compared.clone()),
            when: self.when.within(&inner.when),
            place: inner.place.clone().or_else(|| self.place.clone()),
            status: inner.status.or(self.status),
            is_part: self.is_part || inner.is_part,
            is_total: self.is_total || inner.is_total,
        }
    }

    /// Takes brackets out that tell unit, period, measure or a note; others belong to the name: 「化肥（折纯）」.
    fn take_brackets(&mut self, words: &mut String, lexicon: &Lexicon) {
        let mut from = 0;
        while let Some(open) = words.get(from..).and_then(|rest| rest.find('（')).map(|at| from + at) {
            let inside = open + '（'.len_utf8();
            let len = words.get(inside..).and_then(closing);
            let end = len.map_or(words.len(), |len| inside + len + '）'.len_utf8());
            let note = words.get(inside..len.map_or(words.len(), |len| inside + len)).unwrap_or_default().trim().to_owned();
            if self.take_note(&note, lexicon) {
                words.replace_range(open..end, "");
                from = open;
            } else {
                from = end;
            }
        }
    }

    /// Whether a bracket's words are no part of the name.
    fn take_note(&mut self, note: &str, lexicon: &Lexicon) -> bool {
        if note.is_empty() {
            return true;
        }
        if is_base(note) {
            self.unit = Some(Unit::plain("index", "index"));
            return true;
        }
        if note.starts_with('±') || matches!(note, "+、-%" | "+-%" | "+/-%") {
            self.unit = Some(unit::read(note, lexicon).unwrap_or_else(Unit::percent));
            return true;
        }
        if let Some(unit) = unit::read_list(note.trim_start_matches("单位"), lexicon) {
            self.unit = Some(unit);
            return true;
        }
        let mut rest = note.to_owned();
        self.take_compared(&mut rest);
        let when = When::take(&mut rest);
        if when.is_told() {
            self.when = self.when.within(&when);
        }
        self.take_status(&mut rest);
        rest.is_empty() || is_generic(&rest) || rest.chars().any(|c| c.is_ascii_digit()) || rest.starts_with('注')
    }

    /// Takes a unit that stands behind the words without brackets: 「增长%」, 「粮食产量，吨」, 「产量：万吨」.
    fn take_unit_behind(&mut self, words: &mut String, lexicon: &Lexicon) {
        let plain = words.trim_end_matches(['%', '‰']).trim_end_matches("+-").trim_end_matches("+/-");
        if plain.len() < words.len() {
            if self.unit.is_none() {
                self.unit = Some(if words.ends_with('‰') { Unit::plain("permille", "permille") } else { Unit::percent() });
            }
            *words = plain.to_owned();
            return;
        }
        if let Some(own) = unit::read(words, lexicon) {
            self.unit = self.unit.take().or(Some(own));
            words.clear();
            return;
        }
        let split = words.rsplit_once(['，', '：', '/', ' ', '；']).map(|(head, unit)| (head.len(), unit.to_owned()));
        if let Some((len, own)) = split.and_then(|(len, text)| unit::read(&text, lexicon).map(|own| (len, own))) {
            self.unit = self.unit.take().or(Some(own));
            words.truncate(len);
            *words = words.trim_end_matches("单位").to_owned();
        }
    }

    fn take_compared(&mut self, words: &mut String) {
        if let Some((start, compared)) = compared::find(words, self.unit.as_ref()) {
            if compared.is_cumulative {
                self.when.mark_cumulative();
            } else if compared.is_monthly {
                self.when.mark_monthly();
            }
            self.compared = Some(compared);
            words.truncate(start);
        }
    }

    fn take_status(&mut self, words: &mut String) {
        const WORDS: &[(&str, Status)] = &[
            ("年初预算数", Status::Target),
            ("年初预算", Status::Target),
            ("调整预算数", Status::Target),
            ("调整预算", Status::Target),
            ("年度预算", Status::Target),
            ("年度计划", Status::Target),
            ("年度目标", Status::Target),
            ("预期目标", Status::Target),
            ("目标任务", Status::Target),
            ("目标值", Status::Target),
            ("目标", Status::Target),
            ("计划数", Status::Target),
            ("计划", Status::Target),
            ("预算数", Status::Target),
            ("预算", Status::Target),
            ("预期", Status::Target),
            ("实际完成", Status::Actual),
            ("实际", Status::Actual),
            ("实绩", Status::Actual),
            ("执行数", Status::Actual),
            ("决算数", Status::Actual),
            ("预计数", Status::Estimate),
            ("预计", Status::Estimate),
            ("估计", Status::Estimate),
        ];
        if let Some((_, status)) = WORDS.iter().find(|(word, _)| words == word) {
            self.status = Some(*status);
            words.clear();
        } else if let Some((word, status)) = WORDS.iter().find(|(word, _)| words.starts_with(char::is_numeric) && words.ends_with(word)) {
            // 「2023年目标」
            self.status = Some(*status);
            words.truncate(words.len() - word.len());
        } else if let Some(rest) = words.strip_prefix("计划").filter(|rest| says_amount(rest)) {
            self.status = Some(Status::Target);
            *words = rest.to_owned();
        }
    }
}

/// Whether words tell the base of an index.
fn is_base(words: &str) -> bool {
    ["=100", "＝100", "为100"].iter().any(|base| words.contains(base))
}

/// Bytes before the bracket that closes one just opened.
fn closing(text: &str) -> Option<usize> {
    let mut depth = 0_u32;
    for (at, c) in text.char_indices() {
        match c {
            '（' => depth += 1,
            '）' if depth == 0 => return Some(at),
            '）' => depth -= 1,
            _ => {}
        }
    }
    None
}

/// Takes away what a row's words begin with beside its name: numbering, and the marks of a part, which it tells.
fn strip_marks(words: &mut String) -> bool {
    let mut rest = words.as_str();
    let mut is_part = false;
    loop {
        let before = rest.len();
        rest = rest.trim_start_matches([' ', '·', '★', '▲', '△', '●', '○', '■', '—', '－', '-', '：', '、', '，']);
        let unmarked = rest.trim_start_matches(['#', '＃', '*']);
        is_part |= unmarked.len() < rest.len();
        rest = unmarked;
        for word in ["其中", "在总计中", "在合计中", "内："] {
            if let Some(after) = rest.strip_prefix(word) {
                is_part = true;
                rest = after;
            }
        }
        rest = numbered(rest).unwrap_or(rest);
        if rest.len() == before {
            break;
        }
    }
    *words = rest.to_owned();
    is_part
}

/// What stands behind a number: 「一、」, 「（二）」, 「3.」, 「(4)」, 「①」.
fn numbered(text: &str) -> Option<&str> {
    const HAN: &str = "一二三四五六七八九十";
    let bracketed = text.strip_prefix(['（', '(']);
    let body = bracketed.unwrap_or(text);
    if bracketed.is_none() && body.starts_with(|c: char| matches!(c, '①'..='⑳')) {
        return body.get('①'.len_utf8()..);
    }
    let end = body.find(|c: char| !(HAN.contains(c) || c.is_ascii_digit()))?;
    let is_number = (1..=9).contains(&end) && (body.starts_with(|c| HAN.contains(c)) || end <= 2);
    let rest = body.get(end..).filter(|_| is_number)?;
    let after = if bracketed.is_some() { rest.strip_prefix(['）', ')'])? } else { rest.strip_prefix(['、', '.', '．'])? };
    (!after.starts_with(|c: char| c.is_ascii_digit())).then_some(after)
}

/// The area that a whole header or row names.
fn place(words: &str, of_areas: bool, areas: &Areas) -> Option<Place> {
    let place = |kind| Some(Place { name: words.to_owned(), kind });
    if let Some(kind) = words.strip_prefix(['全', '本', '我']).and_then(|rest| rest.chars().next().filter(|c| rest.len() == c.len_utf8()))
        && matches!(kind, '国' | '省' | '市' | '县' | '区' | '州' | '旗' | '盟')
    {
        return place(AreaKind::Own(kind));
    }
    if let Some(name) = areas.named(words).filter(|name| !name.areas.is_empty()) {
        let is_wide = name.areas.iter().any(|at| areas.get(*at).is_some_and(|area| area.level <= Level::Prefecture));
        if of_areas || name.is_full && !name.is_word || is_wide {
            let trust = Trust::Sure;
            return place(AreaKind::Named { candidates: name.areas.clone(), trust });
        }
    }
    let is_zone = ["区", "县", "市", "镇", "乡", "街道", "办事处", "园区", "农场", "新城"].iter().any(|kind| words.ends_with(kind));
    if of_areas && is_zone && (2..=14).contains(&words.chars().count()) {
        return place(AreaKind::Zone { within: Vec::new() });
    }
    None
}

/// Whether words alone say nothing of what is measured.
pub(super) fn is_generic(words: &str) -> bool {
    const WORDS: &[&str] = &[
        "指标值",
        "指标",
        "数值",
        "绝对数",
        "绝对值",
        "绝对量",
        "绝对额",
        "总量",
        "完成数",
        "完成额",
        "完成值",
        "完成量",
        "完成",
        "实绩",
        "实际",
        "实际数",
        "实际完成",
        "实际值",
        "值",
        "数",
        "额",
        "量",
        "计",
        "当月值",
        "期末值",
        "期末数",
        "当期值",
        "快报数",
        "执行数",
        "决算数",
        "执行",
        "决算",
        "实际执行数",
        "初步数",
        "数据",
        "现价",
        "当年价",
        "报告期",
        "本期",
        "本期数",
        "本年数",
        "指标名称",
        "数字",
        "统计数",
        "末",
        "止",
        "份",
        "情况",
        "现状",
        "基期",
        "％",
    ];
    WORDS.contains(&words)
}

/// Kinds of amounts that stand before what they are of: 「产量：水泥」.
const KINDS: &[&str] = &["产量", "产值", "增加值", "价格", "销量", "销售量", "库存", "进口", "出口", "进口金额", "出口金额", "进口数量", "出口数量"];

/// Whether a word ends like an amount, so that it needs no other word behind it.
pub(super) fn says_amount(words: &str) -> bool {
    const ENDS: &[&str] = &[
        "量",
        "额",
        "值",
        "率",
        "数",
        "款",
        "口",
        "入",
        "出",
        "积",
        "费",
        "价",
        "价格",
        "投资",
        "利润",
        "税",
        "存栏",
        "出栏",
        "余额",
        "里程",
        "人员",
        "面积",
        "比重",
        "成本",
        "资金",
        "库存",
        "税金",
        "负债",
        "资产",
        "用户",
        "保费",
        "能耗",
        "人次",
        "工资",
        "产能",
        "消费",
        "周转",
        "财产",
        "指数",
        "就业",
        "户",
        "医师",
        "护士",
        "床位",
        "教师",
        "在校生",
        "学生",
        "毕业生",
        "招生",
        "单产",
        "耗",
        "强度",
        "密度",
        "比例",
        "水平",
        "缴费",
        "零售",
        "销售",
        "寿命",
    ];
    // 「化肥（折纯）」 ends before its bracket, 「执业（助理）医师」 behind it.
    let note = words.rfind('（').filter(|at| *at > 0 && words.ends_with('）'));
    let plain = note.and_then(|at| words.get(..at)).unwrap_or(words);
    ENDS.iter().any(|end| plain.ends_with(end))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn heads_are_taken_apart() {
        let lexicon = Lexicon::builtin().unwrap();
        let check = |text: &str, expected: &str| {
            let head = Head::read(text, false, &lexicon);
            let unit = head.unit.map_or_else(|| String::from("-"), |unit| unit.base);
            let measure = head.compared.map_or("-", |compared| compared.measure.as_str());
            let when = head.when.mention(&mut String::new()).is_some();
            let place = head.place.map_or_else(|| String::from("-"), |place| place.name);
            assert_eq!(format!("{}|{unit}|{measure}|{when}|{place}", head.words), expected, "{text}");
        };
        check("产量（万吨）", "产量|t|-|false|-");
        check("同比增长（±%）", "|percent|yoy|false|-");
        check("年末数（万人）", "|person|-|true|-");
        check("#水稻", "水稻|-|-|false|-");
        check("其中：非农业", "非农业|-|-|false|-");
        check("一、农业产值（亿元）", "农业产值|CNY|-|false|-");
        check("化肥（折纯）", "化肥（折纯）|-|-|false|-");
        check("自来水（含污水处理费0.9元/吨）", "自来水|-|-|false|-");
        check("工业企业：利润总额：累计值（100M Yuan）", "工业企业利润总额|CNY|-|false|-");
        check("产量：水泥：当月值", "水泥产量|-|-|false|-");
        check("CPI：当月同比（%）", "CPI|percent|yoy|false|-");
        check("2023年1—10月", "|-|-|true|-");
        check("江西", "|-|-|false|江西");
        check("全市", "|-|-|false|全市");
        check("合计", "|-|-|false|-");
        check("粮食总产量，吨", "粮食总产量|t|-|false|-");
        check("增长%", "|percent|yoy|false|-");
        check("居民消费价格指数（上年=100）", "居民消费价格指数|index|-|false|-");
        check("执业（助理）医师", "执业（助理）医师|-|-|false|-");
        check("上年同月=100", "|index|-|false|-");
        check("社会消费品零售总额_累计增长（%）", "社会消费品零售总额|percent|yoy|false|-");
        check("65岁以上人口", "65岁以上人口|-|-|false|-");
    }
}
