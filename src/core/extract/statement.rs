//! Statements: a quantity, what is said of it, and the words that tell of what, when and where.

use std::ops::Range;

use rust_decimal::Decimal;

use super::label;
use super::project;
use super::quantity::{Form, Quantity};
use super::sentence::Sentence;
use crate::lexicon::{Cue, Lexicon};
use crate::model::{Bound, Measure, PriceBasis, Revision, Status};

/// What a change, growth or gap is measured against, as worded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Base {
    /// 同比.
    SamePeriodLastYear,
    /// 环比.
    PreviousPeriod,
    /// 比2019年: a period of the sentence.
    Period(usize),
    /// 高于全国: an area of the sentence.
    Area(usize),
    /// 年均: every year's year before.
    Average,
    /// 高于平均水平.
    Other(String),
    /// 目标, 预算.
    Target,
}

/// One number and what it states; ranges count from the sentence's start.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Statement {
    pub(crate) rule: &'static str,
    pub(crate) quantity: Quantity,
    pub(crate) measure: Measure,
    pub(crate) value: Decimal,
    pub(crate) high: Option<Decimal>,
    pub(crate) base: String,
    /// What it measures, its subject included.
    pub(crate) label: String,
    /// The label as the words around the number have it.
    pub(crate) written: String,
    /// The sentence's own words tell the label.
    pub(crate) is_own_label: bool,
    pub(crate) bound: Bound,
    pub(crate) status: Option<Status>,
    pub(crate) against: Option<Base>,
    pub(crate) period: Option<usize>,
    pub(crate) area: Option<usize>,
    /// The earlier value of a from–to change.
    pub(crate) is_earlier: bool,
    /// The later value of a from–to change.
    pub(crate) is_later: bool,
    /// 累计, 达到, 拥有: how the figure came about.
    pub(crate) manner: Manner,
    pub(crate) price_basis: Option<PriceBasis>,
    pub(crate) revision: Option<Revision>,
}

/// How a level came about, as far as its period depends on it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Manner {
    /// 累计, 总数达.
    pub(crate) is_cumulative: bool,
    /// 新增, 建成, 签约: happened within the period.
    pub(crate) is_flow: bool,
    /// 达到, 拥有, 共有: stands at the end.
    pub(crate) is_stock: bool,
    /// A project's size or capacity: no period.
    pub(crate) is_open: bool,
}

/// What has been spoken of, carried over commas and sentences.
#[derive(Debug, Clone, Default)]
pub(crate) struct Topic {
    label: String,
    subject: String,
    base: String,
    members: Vec<String>,
    recent: Vec<String>,
    /// The last project named, kept over paragraphs.
    project: String,
    /// What the last sentence without numbers spoke of.
    opening: String,
}

impl Topic {
    /// Forgets all but the project at a new paragraph.
    pub(crate) fn next_block(&mut self) {
        *self = Self { project: std::mem::take(&mut self.project), ..Self::default() };
    }

    /// Forgets the members of lists, which never reach over a sentence.
    pub(crate) fn next_sentence(&mut self) {
        self.members.clear();
        self.recent.clear();
        if !PLANTS.iter().any(|w| self.subject.ends_with(w)) {
            self.subject.clear();
        }
    }
}

/// What stands before a number, read from its end.
struct Tail {
    /// Where the label's words end.
    end: usize,
    heard: Vec<Cue>,
    periods: Vec<usize>,
}

impl Tail {
    fn has(&self, cue: Cue) -> bool {
        self.heard.contains(&cue)
    }

    /// 1 for a rise, -1 for a fall, 0 where neither is told.
    fn direction(&self) -> i8 {
        let falls = |cue: &Cue| matches!(cue, Cue::Fall);
        let first = self.heard.iter().find(|cue| matches!(cue, Cue::Rise | Cue::Fall | Cue::GrowthNoun | Cue::FallNoun));
        match first {
            Some(Cue::Rise | Cue::GrowthNoun) => 1,
            Some(Cue::FallNoun) => -1,
            // 「降幅收窄」 is a rise.
            Some(cue) if falls(cue) => {
                if self.has(Cue::FallNoun) {
                    1
                } else {
                    -1
                }
            }
            _ => 0,
        }
    }
}

/// Reads all statements of a sentence; numbers that state something no rule understands are given as ranges.
pub(crate) fn statements(sentence: &Sentence<'_>, topic: &mut Topic, lexicon: &Lexicon) -> (Vec<Statement>, Vec<Range<usize>>) {
    let mut reader = Reader { sentence, lexicon, topic, found: Vec::new(), unread: Vec::new(), from: None, consumed: 0 };
    let mut at = 0;
    while at < sentence.quantities.len() {
        at = reader.read(at);
    }
    let Reader { mut found, unread, .. } = reader;
    if let Some(project) = project::last_project(sentence.text) {
        topic.project = project;
    }
    topic.opening = if sentence.quantities.is_empty() { opening(sentence, lexicon) } else { String::new() };
    share_bounds(sentence, &mut found);
    (found, unread)
}

struct Reader<'a, 'b> {
    sentence: &'a Sentence<'a>,
    lexicon: &'a Lexicon,
    topic: &'b mut Topic,
    found: Vec<Statement>,
    unread: Vec<Range<usize>>,
    /// Measure of the earlier value of a from–to change that waits for the later one.
    from: Option<Measure>,
    /// Where the nouns end that a number took from behind it.
    consumed: usize,
}

/// Words for a capacity, and what they add to its label.
const CAPACITY: &[(&str, &str)] = &[
    ("年产", "年产能"),
    ("年产量", "年产能"),
    ("年产能", "年产能"),
    ("日产", "日产能"),
    ("月产", "月产能"),
    ("日处理", "日处理能力"),
    ("年处理", "年处理能力"),
    ("日处理能力", "日处理能力"),
    ("年处理能力", "年处理能力"),
    ("年加工", "年加工能力"),
    ("日供水", "日供水能力"),
    ("年出栏", "年出栏"),
    ("年生产", "年产能"),
    ("年可产", "年产能"),
    ("设计年产", "年产能"),
    ("年吞吐", "年吞吐能力"),
    ("设计产能", "产能"),
    ("年供气", "年供气能力"),
    ("日供气", "日供气能力"),
    ("生产能力", "生产能力"),
    ("年回收", "年回收能力"),
];

/// What is told of a project after its name.
const PROJECT_FACTS: &[&str] = &[
    "投资",
    "总投资",
    "计划总投资",
    "计划投资",
    "总投资额",
    "投资额",
    "投资规模",
    "总投资概算",
    "投资概算",
    "总建筑面积",
    "建筑面积",
    "占地面积",
    "占地",
    "总占地面积",
    "年产值",
    "年销售收入",
    "销售收入",
    "年上缴税收",
    "年税收",
    "年利税",
    "年利润",
    "就业岗位",
    "提供就业岗位",
    "安置就业",
    "交易额",
    "年交易额",
    "完成投资",
    "注册资本",
    "注册资本金",
    "签约资金",
    "合同资金额",
    "签约金额",
    "总签约金额",
    "总签约额",
    "向社会提供就业岗位",
    "带动就业",
    "正常达产后年销售收入",
    "投资完成率",
    "需完成投资",
];

/// Names of things that are built.
const PLANTS: &[&str] = &[
    "项目",
    "工程",
    "基地",
    "生产线",
    "发电",
    "矿",
    "厂",
    "电站",
    "热电联产",
    "风电",
    "光伏",
    "园",
    "园区",
    "中心",
    "大桥",
    "隧道",
    "电池组件",
    "水库",
    "堆棚",
    "装置",
    "机组",
];

/// Words whose last character looks like a verb or a bound.
const NOUN_ENDS: &[&str] = &[
    "签约",
    "节约",
    "合约",
    "条约",
    "制约",
    "预约",
    "续约",
    "履约",
    "附近",
    "最近",
    "邻近",
    "赶超",
    "发达",
    "行为",
    "作为",
    "成为",
    "国有",
    "所有",
    "私有",
    "公有",
    "晋升",
    "公升",
    "甚至",
    "会计",
    "公共",
    "成就",
    "就近",
    "存在",
    "现在",
    "所在",
    "公报",
    "日报",
    "年报",
    "稀有",
    "特有",
    "共有产权",
    "总则",
    "原则",
    "人才",
    "相关",
    "目的",
    "以为",
    "认为",
    "改为",
    "众多",
    "较多",
    "最高",
    "提前",
    "目前",
    "安全",
    "完全",
    "健全",
    "齐全",
    "周报",
];

/// What becomes of things counted.
const STAGES: &[&str] = &[
    "开工建设",
    "建成投产",
    "开工",
    "竣工投产",
    "竣工",
    "投产",
    "完工",
    "落地",
    "签约",
    "通车",
    "建成",
    "投用",
    "投入使用",
    "投运",
    "并网",
    "入选",
    "纳入",
    "启动",
];

/// 「年人均提高200元」 tells no subject.
const PER_HEAD: &[&str] = &["年人", "年人均", "人均", "月人均", "每人", "月人", "每人每月", "每人每年", "年人均收入提高"];

const BENCHMARKS: &[&str] =
    &["平均水平", "平均值", "平均增速", "平均增幅", "平均", "水平", "目标", "计划", "预期", "均值", "增速", "同类城市", "面上"];

impl Reader<'_, '_> {
    /// Reads the quantity at this place, or the list that begins with it; gives the next place.
    fn read(&mut self, at: usize) -> usize {
        let Some(quantity) = self.sentence.quantities.get(at) else { return at + 1 };
        let segment = self.segment(at);
        let text = self.sentence.cut(segment.start, segment.end);
        let tail = self.tail(segment.clone());
        let group = self.group(at);
        let is_of_several = quantity.form == Form::Rank && text.contains('、');
        if group > 1 || text.contains("分别") || tail.has(Cue::Each) || is_of_several {
            if let Some(next) = self.read_list(at, group, &segment, &tail) {
                return next;
            }
        }
        if let Some(statement) = self.one(quantity, at, segment, tail) {
            self.keep(statement);
        }
        at + 1
    }

    /// From the end of what was said before to the number: the words that may name it.
    fn segment(&self, at: usize) -> Range<usize> {
        let Some(quantity) = self.sentence.quantities.get(at) else { return 0..0 };
        let end = quantity.range.start;
        let before = at.checked_sub(1).and_then(|p| self.sentence.quantities.get(p)).map_or(0, |q| q.range.end);
        let mut depth = 0_usize;
        let mut start = 0;
        for (place, c) in self.sentence.cut(0, end).char_indices().rev() {
            match c {
                '）' => depth += 1,
                '（' if depth > 0 => depth -= 1,
                '（' => {
                    start = place + c.len_utf8();
                    break;
                }
                '，' | '。' | '；' | '：' | '！' | '？' | '\t' | '\n' | '…' | ';' if depth == 0 => {
                    start = place + c.len_utf8();
                    break;
                }
                _ => {}
            }
        }
        start.max(before).max(self.consumed).min(end)..end
    }

    /// Takes the words before a number from its end: verbs, growth words, comparisons.
    fn tail(&self, segment: Range<usize>) -> Tail {
        let mut tail = Tail { end: segment.end, heard: Vec::new(), periods: Vec::new() };
        let is_tail = |cue: Cue| !matches!(cue, Cue::Connect | Cue::Money | Cue::Action | Cue::Attribute | Cue::Rank | Cue::Above | Cue::Below);
        loop {
            let text = self.sentence.cut(segment.start, tail.end);
            let trimmed = text.trim_end_matches(|c: char| c.is_whitespace() || matches!(c, '“' | '：' | '、' | '—'));
            tail.end = segment.start + trimmed.len();
            if trimmed.is_empty() {
                break;
            }
            if let Some(at) = self.sentence.periods.iter().position(|p| p.range.end == tail.end && p.range.start >= segment.start) {
                if let Some(period) = self.sentence.periods.get(at) {
                    tail.periods.push(at);
                    tail.end = period.range.start;
                    continue;
                }
            }
            if trimmed.ends_with('）') {
                if let Some(open) = trimmed.rfind('（') {
                    // A note between label and number: 「按可比价格计算」.
                    let note = trimmed.get(open..).unwrap_or_default();
                    if note.contains("可比") || note.contains("不变价") {
                        tail.heard.push(Cue::Real);
                        tail.end = segment.start + open;
                        continue;
                    }
                }
                break;
            }
            if NOUN_ENDS.iter().any(|w| trimmed.ends_with(w)) {
                break;
            }
            if ["新增", "净增", "占地", "新高", "提高到位", "有效"].iter().any(|w| trimmed.ends_with(w)) && !trimmed.ends_with("净增")
            {
                break;
            }
            let Some((len, cues)) = self.lexicon.cues.suffix(trimmed, is_tail) else { break };
            let word = trimmed.get(trimmed.len() - len..).unwrap_or_default();
            if matches!(word, "同" | "与" | "和" | "跟" | "于" | "比" | "较") && tail.periods.is_empty() {
                break;
            }
            // 「建成后」 and the like keep their noun.
            tail.heard.extend(cues.iter().copied().filter(|cue| is_tail(*cue)));
            if word.contains("净") || word.contains("再") {
                tail.heard.push(Cue::Compare);
            }
            tail.end -= len;
        }
        tail
    }

    /// How many quantities from this one on stand in one list: 「1%、2%和3%」.
    fn group(&self, at: usize) -> usize {
        let mut count = 1;
        while let (Some(this), Some(next)) = (self.sentence.quantities.get(at + count - 1), self.sentence.quantities.get(at + count)) {
            let gap = self.sentence.cut(this.range.end, next.range.start);
            let same = this.base == next.base || matches!((this.base.as_str(), next.base.as_str()), ("percent", "times") | ("times", "percent"));
            let is_growth = gap.chars().count() > 2 && self.lexicon.cues.contains(gap, |cue| matches!(cue, Cue::Rise | Cue::Fall));
            if gap.is_empty()
                || !same
                || !self.is_list_gap(gap)
                || this.form == Form::Rank
                || is_growth && self.tail(self.segment(at)).direction() == 0
            {
                break;
            }
            count += 1;
        }
        count
    }

    fn is_list_gap(&self, gap: &str) -> bool {
        let mut rest = gap.trim();
        let mut joined = false;
        while !rest.is_empty() {
            if let Some(next) = ["、", "和", "及", "与", "以及"].iter().find_map(|w| rest.strip_prefix(w)) {
                joined = true;
                rest = next;
                continue;
            }
            if let Some(next) = ["以上", "左右", "以下", "以内", "的"].iter().find_map(|w| rest.strip_prefix(w)) {
                rest = next;
                continue;
            }
            let wanted = |cue: Cue| matches!(cue, Cue::Rise | Cue::Fall | Cue::About | Cue::Least);
            match self.lexicon.cues.prefix(rest, wanted) {
                Some((len, _)) if joined => rest = rest.get(len..).unwrap_or_default(),
                _ => return false,
            }
        }
        joined
    }

    /// A list whose members are named before it: 「A、B分别增长1%、2%」, 「A和B均增长3%」.
    fn read_list(&mut self, at: usize, group: usize, segment: &Range<usize>, tail: &Tail) -> Option<usize> {
        let first = self.sentence.quantities.get(at)?.clone();
        let text = self.sentence.cut(segment.start, segment.end);
        let is_each = tail.has(Cue::Each) || text.contains("分别");
        let label_end = text.find("分别").map_or(tail.end, |place| segment.start + place).min(tail.end);
        let label_end = if first.form == Form::Rank {
            self.rank_word(text).map_or(label_end, |(_, place)| self.before(segment.start..segment.start + place).end)
        } else {
            label_end
        };
        let range = label::strip_front(self.sentence, segment.start..label_end, self.lexicon);
        let phrase = label::written(self.sentence, &range);
        let is_bare_share = ["占比", "比重", "增速", "增幅", "占比达"].contains(&phrase.as_str());
        let mut members = if phrase.is_empty() || is_bare_share && is_each { Vec::new() } else { label::members(&phrase, self.lexicon) };
        if let Some(rest) = members.first().filter(|_| members.len() == 1).and_then(|m| m.strip_prefix("三次产业")) {
            let rest = if rest.is_empty() { "增加值" } else { rest };
            members = ["第一产业", "第二产业", "第三产业"].iter().map(|sector| format!("{sector}{rest}")).collect();
        }
        if members.is_empty() && is_each {
            members = if self.topic.members.len() > 1 { self.topic.members.clone() } else { self.topic.recent.clone() };
            if group > 1 && members.len() > group {
                members = members.split_off(members.len() - group);
            }
            if is_bare_share {
                members.iter_mut().for_each(|member| member.push_str(&phrase));
            }
        }
        if members.len() == 1 && group > 1 && is_each {
            // 「占比分别为76%、67%」: several values of one thing.
            members = vec![members.first().cloned().unwrap_or_default(); group];
        }
        if !is_each && members.len() != group && first.form != Form::Rank || members.len() < 2 {
            return None;
        }
        if group == 1 {
            // 「城区和农村均增长8%」: one number said of several.
            if !is_each && first.form != Form::Rank || members.iter().any(|m| m.chars().count() < 2) {
                return None;
            }
            let statement = self.one(&first, at, segment.clone(), self.tail(segment.clone()))?;
            for member in &members {
                self.found.push(Statement { label: member.clone(), written: member.clone(), rule: "list", ..statement.clone() });
            }
            self.topic.members.clone_from(&members);
            return Some(at + 1);
        }
        if members.len() != group {
            return None;
        }
        let mut before: Option<Statement> = None;
        for (place, member) in members.iter().enumerate() {
            let quantity = self.sentence.quantities.get(at + place)?.clone();
            let own = self.segment(at + place);
            let own_tail = self.tail(own.clone());
            let direction = own_tail.direction();
            let mut statement = match &before {
                None => self.one(&quantity, at, segment.clone(), self.tail(segment.clone()))?,
                Some(first) => {
                    let sign = if direction == 0 && first.value.is_sign_negative() || direction < 0 { Decimal::NEGATIVE_ONE } else { Decimal::ONE };
                    let is_signed = !matches!(first.measure, Measure::Level | Measure::Share | Measure::Rank);
                    let value = if is_signed { quantity.low * sign } else { quantity.low };
                    Statement {
                        value,
                        high: quantity.high,
                        bound: self.bound(&quantity, &own_tail),
                        base: quantity.base.clone(),
                        quantity,
                        ..first.clone()
                    }
                }
            };
            statement.label.clone_from(member);
            statement.written.clone_from(member);
            statement.is_own_label = true;
            statement.rule = "list";
            self.found.push(statement.clone());
            before = Some(statement);
        }
        self.topic.members.clone_from(&members);
        if let Some(first) = members.first() {
            self.topic.label.clone_from(first);
            self.topic.base.clone_from(&first_base(&self.found));
        }
        Some(at + group)
    }

    fn keep(&mut self, statement: Statement) {
        let is_part_of_whole = statement.measure == Measure::Share && statement.label.contains('占') && statement.label.ends_with("比重");
        if statement.is_own_label && (!is_part_of_whole || statement.is_earlier) {
            self.topic.label.clone_from(&statement.label);
            self.topic.base.clone_from(&statement.base);
            if !is_part_of_whole {
                let subject = label::subject(&statement.label, self.lexicon);
                if subject.len() < statement.label.len() || !statement.quantity.is_rate() {
                    self.topic.subject = subject.to_owned();
                }
            }
            if statement.measure == Measure::Level {
                self.topic.recent.push(statement.label.clone());
            }
        }
        self.found.push(statement);
    }

    /// Reads one quantity with the words around it.
    fn one(&mut self, quantity: &Quantity, at: usize, segment: Range<usize>, tail: Tail) -> Option<Statement> {
        let text = self.sentence.cut(segment.start, segment.end);
        let after = self.sentence.cut(quantity.range.end, self.sentence.text.len());
        let mut statement = Statement {
            rule: "level",
            quantity: quantity.clone(),
            measure: Measure::Level,
            value: quantity.low,
            high: quantity.high,
            base: quantity.base.clone(),
            label: String::new(),
            written: String::new(),
            is_own_label: false,
            bound: self.bound(quantity, &tail),
            status: self.status(quantity.range.start, &tail),
            against: None,
            period: self.period(quantity.range.start, &tail),
            area: self.area(quantity.range.start),
            is_earlier: false,
            is_later: false,
            manner: self.manner(text, after),
            price_basis: self.price_basis(text),
            revision: self.revision(quantity.range.start),
        };
        let mut label_range = segment.start..tail.end;
        if quantity.form == Form::Rank {
            let (len, place) = self.rank_word(text)?;
            statement.rule = "rank";
            statement.measure = Measure::Rank;
            statement.bound = if quantity.is_open { Bound::Max } else { Bound::Eq };
            let _ = len;
            label_range = segment.start..segment.start + place;
            let inner = self.tail(label_range.clone());
            label_range.end = inner.end;
        } else if let Some((place, sign, against)) = self.gap(quantity, &segment) {
            statement.rule = "gap";
            statement.measure = Measure::Gap;
            statement.value = quantity.low * Decimal::from(sign);
            statement.high = quantity.high.map(|h| h * Decimal::from(sign));
            statement.against = Some(against);
            if statement.bound == Bound::Min && !quantity.is_open {
                statement.bound = self.bound_after(quantity);
            }
            label_range = self.before(segment.start..place);
        } else if let Some(target) = self.progress(quantity, text) {
            statement.rule = "progress";
            statement.measure = Measure::Progress;
            statement.against = Some(Base::Target);
            label_range = self.before(segment.start..segment.start + target);
        } else if let Some((place, whole)) = self.share(quantity, &segment, &tail) {
            statement.rule = "share";
            statement.measure = Measure::Share;
            let range = label::strip_front(self.sentence, segment.start..place, self.lexicon);
            let own = label::written(self.sentence, &self.before(range));
            statement.is_own_label = !own.is_empty();
            let part = if own.is_empty() { self.topic.label.clone() } else { self.compose(own, quantity) };
            statement.label = format!("{part}占{whole}比重");
        } else if quantity.base == "percent" && ["股权", "股份", "的股权", "的股份"].iter().any(|w| after.starts_with(w)) {
            statement.rule = "share";
            statement.measure = Measure::Share;
            let range = label::strip_front(self.sentence, label_range.clone(), self.lexicon);
            statement.label = format!("{}股权", label::written(self.sentence, &range));
            statement.is_own_label = true;
        } else if quantity.base == "percent"
            && ["恢复至", "恢复到", "相当于"].iter().any(|w| text.contains(w))
            && (text.ends_with('的') || text.ends_with("同期的"))
        {
            statement.rule = "multiple";
            statement.measure = Measure::Multiple;
            statement.value = quantity.low / Decimal::ONE_HUNDRED;
            statement.base = String::from("times");
            statement.against = tail.periods.first().map(|at| Base::Period(*at));
            let place = ["恢复至", "恢复到", "相当于"].iter().filter_map(|w| text.rfind(w)).max().unwrap_or_default();
            label_range = self.before(segment.start..segment.start + place);
        } else if tail.has(Cue::Contribution) && (quantity.is_rate()) {
            statement.rule = "contribution";
            statement.measure = Measure::Contribution;
            if text.contains("拉低") {
                statement.value = -statement.value;
            }
        } else if quantity.form == Form::Flat {
            statement.rule = "growth";
            statement.measure = Measure::Yoy;
            statement.against = self.against(&tail, text);
        } else if quantity.base == "times" && tail.direction() == 0 {
            statement.rule = "multiple";
            statement.measure = Measure::Multiple;
            if let Some(at) = tail.periods.first() {
                statement.against = Some(Base::Period(*at));
            }
            // 「是2015年的2.3倍」: the words before 是 name it.
            if let Some(place) = ["相当于", "是", "为"].iter().filter_map(|w| text.rfind(w)).max() {
                label_range = self.before(segment.start..segment.start + place);
            }
        } else if quantity.base == "pp" {
            statement.rule = "change";
            statement.measure = Measure::Change;
            let sign = tail.direction();
            if sign == 0 && self.found.last().is_none_or(|last| last.measure != Measure::Change) {
                return self.not_read(quantity);
            }
            if sign < 0 {
                self.negate(&mut statement);
            }
            statement.against = self.against(&tail, text);
        } else if (quantity.is_rate() || quantity.base == "times" || quantity.form == Form::Doubling)
            && (tail.direction() != 0 || quantity.form == Form::Doubling || self.is_growth(at, &tail))
        {
            statement.rule = "growth";
            statement.measure = if tail.has(Cue::Mom) {
                Measure::Mom
            } else if tail.has(Cue::Average) || text.contains("累计") {
                Measure::Growth
            } else {
                Measure::Yoy
            };
            if quantity.base == "times" {
                statement.value *= Decimal::ONE_HUNDRED;
                statement.high = statement.high.map(|h| h * Decimal::ONE_HUNDRED);
                statement.base = String::from("percent");
            }
            if tail.direction() < 0
                || (tail.direction() == 0 && quantity.form != Form::Doubling && self.found.last().is_some_and(|last| last.value.is_sign_negative()))
            {
                self.negate(&mut statement);
            }
            statement.against = self.against(&tail, text);
        } else if !quantity.is_rate() && tail.direction() != 0 && self.is_change(quantity, &tail, &segment, at) {
            statement.rule = "change";
            statement.measure = Measure::Change;
            if tail.direction() < 0 {
                self.negate(&mut statement);
            }
            statement.against = self.against(&tail, text);
        }
        if let Some(measure) = self.from.take() {
            statement.is_later = true;
            if statement.measure == Measure::Level && quantity.is_rate() {
                statement.measure = measure;
            }
        }
        if let Some(place) = self.earlier(&segment, at) {
            statement.is_earlier = true;
            statement.period = self.sentence.periods.iter().position(|p| p.range.start >= place && p.range.end <= quantity.range.start);
            label_range = self.before(segment.start..place);
            let inner = self.tail(segment.start..place);
            if statement.measure == Measure::Share {
                self.topic.label.clone_from(&statement.label);
            }
            if quantity.is_rate() && (inner.direction() != 0 || inner.has(Cue::Yoy)) {
                statement.measure = Measure::Yoy;
            }
            self.from = Some(statement.measure);
        }
        if statement.rule == "share" {
            return Some(statement);
        }
        self.name(statement, label_range, at, &tail)
    }

    fn not_read(&mut self, quantity: &Quantity) -> Option<Statement> {
        self.unread.push(quantity.range.clone());
        None
    }

    fn negate(&self, statement: &mut Statement) {
        statement.value = -statement.value;
        statement.high = statement.high.map(|h| -h);
    }

    /// Gives the statement its label: the words before the number, else the noun after it, else what was spoken of.
    fn name(&mut self, mut statement: Statement, range: Range<usize>, at: usize, tail: &Tail) -> Option<Statement> {
        let quantity = statement.quantity.clone();
        let range = label::strip_front(self.sentence, range, self.lexicon);
        let mut own = label::written(self.sentence, &range);
        if PER_HEAD.contains(&own.as_str()) || own.chars().count() == 1 {
            own.clear();
        }
        if let Some(place) = ["城镇", "农村"].iter().find(|place| PER_HEAD.iter().any(|head| own.strip_prefix(**place) == Some(*head))) {
            // 「城乡低保标准逐年提高，城镇年人均提高600元，农村年人均提高200元」
            let subject =
                Some(self.clause_subject(statement.quantity.range.start)).filter(|s| !s.is_empty()).unwrap_or_else(|| self.topic.label.clone());
            own = format!("{place}{}", subject.trim_start_matches("城乡").trim_start_matches("城镇").trim_start_matches("农村"));
        }
        let until = self.sentence.quantities.get(at + 1).map_or(self.sentence.text.len(), |next| next.range.start);
        let counts = statement.measure == Measure::Level && !quantity.is_rate();
        let (noun, noun_end) = if counts { self.noun(&quantity, until) } else { (String::new(), 0) };
        let is_action = label::is_action(&own, self.lexicon);
        let is_money = quantity.family == "money";
        if counts {
            if let Some(done) = self.capacity(&statement, &own, &noun) {
                self.consumed = self.consumed.max(noun_end);
                return Some(done);
            }
            if is_money {
                if let Some(done) = self.spent(&statement, &own, at) {
                    return Some(done);
                }
            }
        }
        let takes_noun = !noun.is_empty() && (own.is_empty() || is_action || !is_money && !self.is_joined(&quantity));
        if takes_noun {
            self.consumed = self.consumed.max(noun_end);
            statement.manner.is_flow |= is_action && !own.is_empty();
        }
        if let (true, Some(place)) = (own.chars().count() > 14 && own.contains('、'), own.rfind('等').filter(|at| own.len() - at > "等".len() * 3))
        {
            // 「开通甲至乙、丙等国际航线」
            let head = self
                .lexicon
                .cues
                .prefix(&own, |cue| cue == Cue::Action)
                .map(|(len, _)| own.get(..len).unwrap_or_default().to_owned())
                .unwrap_or_default();
            own = format!("{head}{}", own.get(place + "等".len()..).unwrap_or_default());
        }
        let label = if !noun.is_empty() && own.ends_with("惠及") && self.is_joined(&quantity) {
            format!("{noun}惠及人口")
        } else if takes_noun && is_action {
            format!("{own}{noun}")
        } else if takes_noun {
            // 「旧城改造完成55万平方米旧房征收」 names the thing behind the number; 「大唐5万千瓦风电」 tells it in two halves.
            let is_verb = tail.end < quantity.range.start || self.lexicon.cues.suffix(&own, |cue| cue == Cue::Action).is_some();
            let is_thing = own.chars().count() >= 4 && !is_action;
            if is_verb && !is_thing { noun } else { format!("{own}{noun}") }
        } else if is_action && own.chars().count() <= 2 && !is_money {
            String::new()
        } else {
            own
        };
        let label = if label.is_empty() && statement.measure != Measure::Level { self.clause_subject(quantity.range.start) } else { label };
        if label.is_empty() {
            if self.topic.label.is_empty() || counts && (self.topic.base != statement.base || is_action) && !is_money {
                return self.not_read(&quantity);
            }
            statement.label = self.topic.label.clone();
            statement.written = self.topic.label.clone();
            return Some(statement);
        }
        if is_no_statistic(&label, &quantity) {
            return None;
        }
        if quantity.form == Form::Bare
            && !self.lexicon.cues.contains(&label, |cue| cue == Cue::Money)
            && !self.lexicon.cues.contains(self.sentence.text, |cue| cue == Cue::Money)
        {
            return self.not_read(&quantity);
        }
        statement.manner.is_flow |= self.lexicon.cues.prefix(&label, |cue| cue == Cue::Action).is_some();
        statement.written.clone_from(&label);
        // 「上线人数885人，其中：文史类129人」
        let before = self.sentence.cut(0, quantity.range.start);
        let is_part = before.rfind("其中").is_some_and(|at| !before.get(at..).is_some_and(|b| b.contains('；')))
            && label.chars().count() <= 4
            && self.topic.base == statement.base;
        if is_part && counts && !self.topic.label.is_empty() && self.lexicon.catalogue.find(&label).is_none() && !self.topic.label.contains(&label) {
            statement.label = format!("{label}{}", self.topic.label);
            return Some(statement);
        }
        statement.label = self.compose(label, &quantity);
        if takes_noun {
            // 「9条次干道路开工建设」: what became of the things counted is part of what is counted.
            let after = self.sentence.cut(noun_end, self.sentence.text.len());
            let after = after
                .trim_start_matches("全部")
                .trim_start_matches("顺利")
                .trim_start_matches("已")
                .trim_start_matches("正式")
                .trim_start_matches("成功")
                .trim_start_matches("陆续")
                .trim_start_matches("相继");
            if let Some(stage) = STAGES.iter().find(|stage| after.starts_with(**stage)) {
                statement.label.push_str(stage);
                statement.manner.is_flow = true;
            }
        }
        if quantity.base == "m2" && counts && !statement.label.contains("面积") {
            statement.label.push_str("面积");
        }
        if let Some(rest) = statement.label.strip_prefix("净增").filter(|rest| rest.chars().count() > 2) {
            statement.label = rest.to_owned();
            statement.measure = Measure::Change;
            statement.rule = "change";
        }
        statement.is_own_label = true;
        if statement.measure == Measure::Level && quantity.base == "percent" {
            if ["占比", "比重", "比例", "份额"].iter().any(|w| statement.label.ends_with(w)) {
                statement.measure = Measure::Share;
                statement.rule = "share";
            } else if statement.label.ends_with("完成率") {
                statement.measure = Measure::Progress;
                statement.rule = "progress";
            }
        }
        Some(statement)
    }

    /// 「年产3000辆专用车项目」, 「2×35万千瓦热电联产项目」: what a project will be able to do, which has no period.
    fn capacity(&self, statement: &Statement, own: &str, noun: &str) -> Option<Statement> {
        let quantity = &statement.quantity;
        let word = CAPACITY.iter().find(|(word, _)| own.ends_with(word));
        if noun.is_empty() && word.is_some_and(|(word, _)| !word.ends_with('能') && !word.ends_with("能力")) {
            return None;
        }
        let is_plant =
            !noun.is_empty() && matches!(quantity.family.as_str(), "power" | "mass" | "volume") && PLANTS.iter().any(|w| noun.ends_with(w));
        if word.is_none() && !is_plant || noun.is_empty() && word.is_none() {
            return None;
        }
        let mut done = statement.clone();
        let head = word.map_or(own, |(word, _)| own.get(..own.len() - word.len()).unwrap_or_default());
        let head = head.trim_end_matches(['，', '、', '可', '的', '达']);
        let attribute = match word {
            Some((word, _)) if noun.is_empty() => word,
            Some((_, attribute)) => attribute,
            None if quantity.family == "power" => "装机容量",
            None => "产能",
        };
        let subject = if head.is_empty() && noun.is_empty() { self.topic.subject.as_str() } else { head };
        if subject.is_empty() && noun.is_empty() {
            return None;
        }
        done.label = format!("{subject}{noun}{attribute}");
        if word.is_some_and(|(word, _)| word.starts_with('日')) && matches!(done.base.as_str(), "t" | "m3") {
            done.base = format!("{}/day", done.base);
        }
        done.rule = "capacity";
        done.is_own_label = true;
        done.manner.is_open = true;
        if done.status.is_none() {
            let after = self.sentence.cut(quantity.range.end, self.sentence.text.len());
            let clause = after.split(['，', '。', '；']).next().unwrap_or_default();
            let runs = ["投产", "建成", "完工", "竣工", "并网", "运行", "投入"].iter().any(|w| clause.contains(w));
            done.status = Some(if runs { Status::Actual } else { Status::Target });
        }
        Some(done)
    }

    /// 「总投资30亿元的商贸综合体项目」, 「投资2650万元改扩建15个社区中心」: what the money goes to stands behind it.
    fn spent(&mut self, statement: &Statement, own: &str, at: usize) -> Option<Statement> {
        let quantity = &statement.quantity;
        let bare = own.trim_start_matches("累计").trim_start_matches('共').trim_start_matches("完成");
        let words = ["计划总投资", "计划投资", "总投资额", "总投资", "投入资金", "投资额", "投资", "投入", "斥资", "耗资"];
        let attribute = words
            .iter()
            .find(|word| **word == bare)
            .or_else(|| words.iter().find(|word| bare.ends_with(**word) && self.rest_is_purpose(quantity)))?;
        let mut from = quantity.range.end;
        let rest = self.sentence.cut(from, self.sentence.text.len());
        let is_joined = rest.starts_with('的') || rest.starts_with("左右的") || rest.starts_with("以上的");
        if let Some(next) = rest.strip_prefix('，') {
            // 「投资5亿元，在城北实施供水工程」
            let clause = next.split(['，', '。', '；']).next().unwrap_or_default();
            let is_purpose = ["实施", "建设", "用于", "加快", "加大", "推进", "打造", "新建", "改造", "完成"].iter().any(|w| clause.starts_with(w))
                || clause.starts_with('在') && clause.contains("实施");
            let name = project::last_project(clause).filter(|_| is_purpose && bare.ends_with("投资") && !bare.ends_with("总投资"))?;
            self.topic.subject.clone_from(&name);
            let mut done = statement.clone();
            done.written = own.to_owned();
            done.label = format!("{name}{attribute}");
            done.is_own_label = true;
            done.rule = "spent";
            return Some(done);
        }
        if rest.starts_with(['。', '；', '、', '）', '（']) || rest.is_empty() {
            return None;
        }
        loop {
            let rest = self.sentence.cut(from, self.sentence.text.len());
            let skipped =
                ["的", "左右", "以上", "了", "用于", "对", "为", "在", "建设了", "资金"].iter().find_map(|w| rest.starts_with(w).then_some(w.len()));
            let skipped = skipped.or_else(|| self.lexicon.cues.prefix(rest, |cue| cue == Cue::Action).map(|(len, _)| len).filter(|_| !is_joined));
            match skipped {
                Some(len) if len > 0 => from += len,
                _ => break,
            }
        }
        let next = self.sentence.quantities.get(at + 1);
        let clause = self.sentence.cut(from, self.sentence.text.len()).split(['，', '。', '；']).next().unwrap_or_default();
        let head = ["工程", "项目"].iter().filter_map(|w| clause.find(w).map(|at| at + w.len())).min().filter(|end| {
            *end <= 120 && clause.get(..*end).is_some_and(|name| name.contains('、') && !name.contains(|c: char| c.is_ascii_digit() || c == '的'))
        });
        let mut range = if let Some(head) = head { from..from + head } else { 0..0 };
        if range.is_empty() {
            range = label::noun_after(self.sentence, from, next.map_or(self.sentence.text.len(), |q| q.range.start));
        }
        if range.is_empty() {
            // 「投资1.29亿元完成了17条道路的改扩建」
            let next = next.filter(|next| next.range.start == from)?;
            range = label::noun_after(self.sentence, next.range.end, self.sentence.text.len());
        } else if is_joined {
            self.consumed = self.consumed.max(range.end);
        }
        let noun = label::written(self.sentence, &range);
        if noun.chars().count() < 2 {
            return None;
        }
        self.topic.subject.clone_from(&noun);
        let mut done = statement.clone();
        done.label = format!("{noun}{attribute}");
        done.written = own.to_owned();
        done.is_own_label = true;
        done.rule = "spent";
        done.manner.is_open = is_joined && !own.contains("完成") && !own.contains("累计");
        Some(done)
    }

    /// Whether what follows an amount tells what it was spent on: 「20亿元强力推进基础设施建设」.
    fn rest_is_purpose(&self, quantity: &Quantity) -> bool {
        let rest = self.sentence.cut(quantity.range.end, self.sentence.text.len());
        ["强力推进", "打造", "建设", "实施", "新建", "改建", "改造", "完成", "用于", "在", "建"].iter().any(|w| rest.starts_with(w))
    }

    /// The subject of the clause before, where it has no number of its own: 「标准继续提高，年人均提高200元」.
    fn clause_subject(&self, at: usize) -> String {
        let before = self.sentence.cut(0, at);
        let Some(end) = before.rfind('，') else { return String::new() };
        let start = before.get(..end).and_then(|b| b.rfind(['，', '；', '：'])).map_or(0, |p| p + "，".len());
        if self.sentence.quantities.iter().any(|q| q.range.end > start && q.range.start < end) {
            return String::new();
        }
        let clause = self.sentence.cut(start, end);
        let verb = clause.char_indices().map(|(place, _)| place).find(|place| {
            clause.get(*place..).is_some_and(|rest| {
                ["提高", "增长", "上升", "下降", "增加", "减少", "回升", "回落", "改善", "加快", "提升", "扩大", "上涨"]
                    .iter()
                    .any(|w| rest.starts_with(w))
            })
        });
        let Some(verb) = verb else { return String::new() };
        let range = label::strip_front(self.sentence, start..start + verb, self.lexicon);
        let subject = label::written(self.sentence, &range);
        ["进一步", "继续", "逐年", "再次", "不断", "稳步", "持续", "大幅", "明显", "快速", "较快", "平稳", "显著", "逐步", "有所"]
            .iter()
            .fold(subject, |subject, word| subject.strip_suffix(word).map_or(subject.clone(), str::to_owned))
    }

    /// Whether 的 joins what follows the number: 「183万人次的历史性突破」.
    fn is_joined(&self, quantity: &Quantity) -> bool {
        self.sentence.cut(quantity.range.end, self.sentence.text.len()).starts_with('的')
    }

    /// The noun after a counted number, and where it ends.
    fn noun(&self, quantity: &Quantity, until: usize) -> (String, usize) {
        let mut from = quantity.range.end;
        // 「3万多市民」: the unit is the noun.
        let unit = self.sentence.cut(quantity.unit_start, quantity.range.end).trim_start_matches(|c: char| "百千万亿多余户".contains(c));
        if matches!(quantity.base.as_str(), "person" | "household") && unit.chars().count() >= 2 {
            from = quantity.range.end - unit.len();
        }
        let rest = self.sentence.cut(from, until);
        if ["以上", "左右", "以下", "以内", "上下"].iter().any(|w| rest.starts_with(w)) {
            return (String::new(), 0);
        }
        if rest.starts_with('的') {
            from += "的".len();
        }
        let range = label::noun_after(self.sentence, from, until);
        let written = label::written(self.sentence, &range);
        let is_verb = self.lexicon.cues.prefix(&written, |cue| matches!(cue, Cue::Rise | Cue::Fall | Cue::Yoy)).is_some();
        if written.chars().count() < 2 || is_verb { (String::new(), 0) } else { (written, range.end) }
    }

    /// A bare 「占比」, 「总投资」 or 「在校生」 gets the subject that was spoken of.
    fn compose(&self, own: String, quantity: &Quantity) -> String {
        let is_within =
            self.sentence.cut(0, quantity.range.start).rfind('（').is_some_and(|open| !self.sentence.cut(open, quantity.range.start).contains('）'));
        let shares_head = own.chars().next_back().is_some_and(|c| self.topic.label.ends_with(c));
        if is_within
            && own.chars().count() <= 4
            && !self.topic.label.is_empty()
            && (shares_head || self.lexicon.catalogue.find(&own).is_none())
            && !self.topic.label.contains(&own)
        {
            // 「省级奖牌252枚（金牌88枚）」
            let shared = own.chars().next_back().filter(|c| self.topic.label.ends_with(*c)).map_or(0, |_| own.chars().count());
            let kept = self.topic.label.chars().count().saturating_sub(shared);
            let head: String = self.topic.label.chars().take(kept).collect();
            return format!("{head}{own}");
        }
        let is_bare = self.lexicon.cues.prefix(&own, |cue| cue == Cue::Attribute).is_some_and(|(len, _)| len == own.len());
        let bare = ["该项目", "上述项目", "项目", "工程", "其", "该工程", "此次"].iter().find_map(|w| own.strip_prefix(w)).unwrap_or(&own);
        if PROJECT_FACTS.contains(&bare) {
            // 「…项目在城北开工，总投资102亿元」
            let before = self.sentence.cut(0, quantity.range.start - own.len().min(quantity.range.start));
            let counted = self.found.iter().rev().find(|s| s.quantity.base == "count" && s.written.ends_with(['目', '程'])).map(|s| s.label.clone());
            let here = project::last_project(before);
            let opening = Some(self.topic.opening.clone()).filter(|s| !s.is_empty() && bare.ends_with("投资"));
            let subject = counted
                .or(here)
                .or(opening)
                .or_else(|| Some(self.topic.subject.clone()).filter(|s| !s.is_empty()))
                .or_else(|| Some(self.topic.project.clone()).filter(|s| !s.is_empty()));
            let subject = subject.or_else(|| Some(self.topic.opening.clone()).filter(|s| !s.is_empty() && bare.ends_with("投资")));
            if let Some(subject) = subject.filter(|subject| !subject.contains(bare)) {
                return format!("{subject}{bare}");
            }
        }
        let is_of_label = ["占比", "增速", "增幅", "比重"].iter().any(|w| own.ends_with(w));
        let subject = if is_of_label { &self.topic.label } else { &self.topic.subject };
        if !is_bare || subject.is_empty() || subject.contains(&own) { own } else { format!("{subject}{own}") }
    }

    /// A label's range without the growth words at its end.
    fn before(&self, range: Range<usize>) -> Range<usize> {
        let tail = self.tail(range.clone());
        range.start..tail.end
    }

    fn rank_word(&self, text: &str) -> Option<(usize, usize)> {
        let places: Vec<usize> = text.char_indices().map(|(at, _)| at).collect();
        let near = text.chars().count().saturating_sub(22);
        let found = places.into_iter().skip(near).find_map(|at| {
            let rest = text.get(at..)?;
            let (len, _) = self.lexicon.cues.prefix(rest, |cue| cue == Cue::Rank)?;
            let is_noun = rest.starts_with("居民")
                || rest.starts_with("列车")
                || rest.starts_with("居住")
                || rest.starts_with("排放")
                || rest.starts_with("获得") && !rest.contains("名");
            (!is_noun).then_some((len, at))
        });
        found
    }

    /// 「高于全国0.3个百分点」, 「比全省平均快1.2个百分点」: where the comparison starts, its sign, and with whom.
    fn gap(&self, quantity: &Quantity, segment: &Range<usize>) -> Option<(usize, i8, Base)> {
        let text = self.sentence.cut(segment.start, segment.end);
        let text = text.trim_end_matches(|c| matches!(c, '约' | '近' | '了' | '出')).trim_end_matches("超过");
        let area_in = |from: usize, until: usize| {
            self.sentence.areas.iter().position(|a| a.range.start >= segment.start + from && a.range.end <= segment.start + until)
        };
        let is_bench = |what: &str| BENCHMARKS.iter().any(|b| what.ends_with(b));
        for (word, sign) in [
            ("高于", 1),
            ("快于", 1),
            ("高出", 1),
            ("超出", 1),
            ("低于", -1),
            ("慢于", -1),
            ("落后", -1),
            ("领先", 1),
            ("超过", 1),
            ("优于", 1),
            ("好于", 1),
            ("超", 1),
            ("高", 1),
        ] {
            let Some(place) = text.rfind(word) else { continue };
            let what = text.get(place + word.len()..).unwrap_or_default();
            if what.is_empty() || what.chars().count() > 20 || what.starts_with(['标', '校', '新', '速', '质', '端', '等']) && word == "高" {
                continue;
            }
            let area = area_in(place, text.len());
            if let Some(area) = area.filter(|area| {
                quantity.is_rate() || is_bench(what) || quantity.form == Form::Plain && self.ends_with_area(*area, segment.start + text.len())
            }) {
                return Some((segment.start + place, sign, Base::Area(area)));
            }
            let is_comparison = quantity.base == "pp" && word.chars().count() == 2 && what.chars().count() >= 2;
            if (is_bench(what) || is_comparison) && quantity.is_rate() && word != "高" {
                return Some((segment.start + place, sign, Base::Other(what.to_owned())));
            }
        }
        // 「比全国平均水平高1.2个百分点」
        for (word, sign) in [("高", 1), ("快", 1), ("多", 1), ("低", -1), ("慢", -1), ("少", -1)] {
            let Some(head) = text.strip_suffix(word) else { continue };
            let Some(place) = head.rfind(['比', '较']) else { continue };
            let what = head.get(place + "比".len()..).unwrap_or_default();
            if what.is_empty() || self.sentence.periods.iter().any(|p| p.range.start == segment.start + place + "比".len()) {
                continue;
            }
            let against = area_in(place, head.len()).map_or_else(|| Base::Other(what.to_owned()), Base::Area);
            if matches!(against, Base::Area(_)) || is_bench(what) {
                return Some((segment.start + place, sign, against));
            }
        }
        None
    }

    fn ends_with_area(&self, area: usize, end: usize) -> bool {
        self.sentence.areas.get(area).is_some_and(|a| a.range.end == end)
    }

    /// 「完成年度目标的85.2%」: where the plan starts to be spoken of.
    fn progress(&self, quantity: &Quantity, text: &str) -> Option<usize> {
        if quantity.base != "percent" {
            return None;
        }
        let trimmed = text.trim_end_matches(|c| matches!(c, '约' | '近')).trim_end_matches("超过").trim_end_matches('的');
        let is_plan =
            ["计划", "目标", "任务", "预算", "预期目标", "目标任务", "年计划", "计划数", "调整预算", "年初预算", "预算数", "计划投资", "任务数"]
                .iter()
                .any(|w| trimmed.ends_with(w));
        if !is_plan {
            return None;
        }
        let has_of = text.contains('的') && !trimmed.ends_with("增长目标");
        let word = ["完成", "占", "为", "达到", "达", "超额完成"].iter().filter_map(|w| trimmed.rfind(w)).max();
        match word {
            Some(place) if has_of || trimmed.get(place..).is_some_and(|t| t.starts_with("完成") || t.starts_with('占')) => Some(place),
            None if has_of => Some(0),
            _ => None,
        }
    }

    /// 「占地区生产总值的比重为3.8%」: where 占 stands, and the whole.
    fn share(&self, quantity: &Quantity, segment: &Range<usize>, tail: &Tail) -> Option<(usize, String)> {
        if quantity.base != "percent" && quantity.base != "permille" || quantity.form == Form::Doubling || quantity.form == Form::Flat {
            return None;
        }
        let text = self.sentence.cut(segment.start, segment.end);
        let place = text
            .char_indices()
            .filter(|(_, c)| *c == '占')
            .map(|(at, _)| at)
            .filter(|at| {
                let rest = text.get(*at..).unwrap_or_default();
                let before = text.get(..*at).unwrap_or_default();
                !["占地面积", "占地约", "占用", "占据", "占有", "占道", "占比"].iter().any(|w| rest.starts_with(w))
                    && rest != "占地"
                    && !before.ends_with('抢')
                    && !before.ends_with('侵')
            })
            .last()?;
        let mut whole = self.sentence.cut(segment.start + place + "占".len(), tail.end.max(segment.start + place + "占".len()));
        if tail.direction() != 0 {
            return None;
        }
        // 「占总额的比重由1.4%提高到…」
        let from = ["由", "从"].iter().filter_map(|w| whole.rfind(w)).max();
        whole = whole.get(..from.unwrap_or(whole.len())).unwrap_or(whole);
        for word in ["的比重", "比重", "的比例", "比例", "的份额", "份额", "的"] {
            whole = whole.strip_suffix(word).unwrap_or(whole);
        }
        if whole.is_empty() && !text.ends_with('占') {
            return None;
        }
        let range_start = segment.start + place + "占".len();
        let range = label::strip_front(self.sentence, range_start..range_start + whole.len(), self.lexicon);
        let own = label::written(self.sentence, &range);
        let own = if own.is_empty() { whole.to_owned() } else { own };
        Some((segment.start + place, own))
    }

    /// Whether a rate without a growth word of its own continues a list of growth rates: 「分别增长1%、2%」.
    fn is_growth(&self, at: usize, tail: &Tail) -> bool {
        if tail.has(Cue::Yoy) || tail.has(Cue::Mom) {
            return true;
        }
        let Some(before) = at.checked_sub(1).and_then(|p| self.sentence.quantities.get(p)) else { return false };
        let gap = self.sentence.quantities.get(at).map(|q| self.sentence.cut(before.range.end, q.range.start)).unwrap_or_default();
        self.is_list_gap(gap)
            && self
                .found
                .last()
                .is_some_and(|last| last.quantity.range == before.range && matches!(last.measure, Measure::Yoy | Measure::Mom | Measure::Growth))
    }

    /// Whether 增加, 减少 before an amount tell a change rather than what was done.
    fn is_change(&self, quantity: &Quantity, tail: &Tail, segment: &Range<usize>, at: usize) -> bool {
        if tail.has(Cue::Compare)
            || tail.has(Cue::Yoy)
            || tail.has(Cue::Mom)
            || !tail.periods.is_empty() && self.sentence.cut(segment.start, segment.end).contains(['比', '较'])
        {
            return true;
        }
        if tail.has(Cue::GrowthNoun) && !tail.has(Cue::Rise) {
            return false;
        }
        let until = self.sentence.quantities.get(at + 1).map_or(self.sentence.text.len(), |next| next.range.start);
        let range = label::strip_front(self.sentence, segment.start..tail.end, self.lexicon);
        let is_label = !range.is_empty() && !label::is_action(&label::written(self.sentence, &range), self.lexicon);
        is_label || self.noun(quantity, until).0.is_empty() && (self.topic.base == quantity.base || self.topic.label.is_empty())
    }

    /// Where 由 or 从 opens a from–to change of which this is the earlier value.
    fn earlier(&self, segment: &Range<usize>, at: usize) -> Option<usize> {
        let this = self.sentence.quantities.get(at)?;
        let next = self.sentence.quantities.get(at + 1)?;
        if next.base != this.base {
            return None;
        }
        let text = self.sentence.cut(segment.start, segment.end);
        let place = ["由", "从"].iter().filter_map(|w| text.rfind(w)).max()?;
        let gap = self.sentence.cut(this.range.end, next.range.start);
        let leads = [
            "到", "至", "为", "增", "升", "提高", "下降", "降", "扩大", "攀升", "增长", "调整", "上升", "减少", "回落", "提升", "跃升", "收窄", "缩",
        ];
        let gap_trim = gap.trim_start_matches(['，', '、']);
        (gap.chars().count() <= 16
            && leads.iter().any(|w| gap_trim.starts_with(w))
            && (gap.contains('到') || gap.contains('至') || gap.contains('为')))
        .then_some(segment.start + place)
    }

    fn against(&self, tail: &Tail, text: &str) -> Option<Base> {
        if let Some(at) = tail.periods.iter().copied().find(|at| {
            self.sentence.periods.get(*at).is_some_and(|p| {
                let before = self.sentence.cut(0, p.range.start);
                ["比", "较", "与", "同", "和", "跟", "于"].iter().any(|w| before.ends_with(w))
            })
        }) {
            return Some(Base::Period(at));
        }
        if tail.has(Cue::Mom) {
            return Some(Base::PreviousPeriod);
        }
        if tail.has(Cue::Average) || text.contains("年均") {
            return Some(Base::Average);
        }
        tail.has(Cue::Yoy).then_some(Base::SamePeriodLastYear)
    }

    fn bound(&self, quantity: &Quantity, tail: &Tail) -> Bound {
        if quantity.high.is_some() {
            return Bound::Range;
        }
        let after = self.bound_after(quantity);
        if after != Bound::Eq {
            return after;
        }
        for cue in &tail.heard {
            match cue {
                Cue::About => return Bound::Approx,
                Cue::Least => return Bound::Min,
                Cue::Most => return Bound::Max,
                _ => {}
            }
        }
        Bound::Eq
    }

    /// What the words after a number say of it: 左右, 以上, 以内.
    fn bound_after(&self, quantity: &Quantity) -> Bound {
        if quantity.high.is_some() {
            return Bound::Range;
        }
        let after = self.sentence.cut(quantity.range.end, self.sentence.text.len());
        let starts = |words: &[&str]| words.iter().any(|w| after.starts_with(w));
        if starts(&["左右", "上下", "前后"]) {
            Bound::Approx
        } else if starts(&["以上", "之上", "及以上", "多", "余"]) && !after.starts_with("余额") || quantity.is_open {
            Bound::Min
        } else if starts(&["以内", "以下", "之内", "之下"]) {
            Bound::Max
        } else {
            Bound::Eq
        }
    }

    /// What the words before a number, back to the last semicolon, say of its having happened.
    fn status(&self, at: usize, tail: &Tail) -> Option<Status> {
        let before = self.sentence.cut(0, at);
        let from = before.rfind(['；', '。', '：']).map_or(0, |place| place);
        let before = before.get(from..).unwrap_or_default();
        let clause = before.rsplit('，').next().unwrap_or(before);
        if tail.has(Cue::Estimate) || ["预计", "有望", "或将", "预测", "预估", "可望"].iter().any(|w| clause.contains(w)) {
            return Some(Status::Estimate);
        }
        let plan = before
            .replace("计划的", "")
            .replace("目标的", "")
            .replace("计划生育", "")
            .replace("行动计划", "")
            .replace("完成计划", "")
            .replace("规划面积", "")
            .replace("五年计划", "");
        let says = |words: &[&str]| words.iter().any(|w| plan.contains(w));
        if tail.has(Cue::Target) && !before.contains("超额完成") && !before.ends_with("任务") && !before.ends_with("预算")
            || says(&[
                "力争",
                "争取达",
                "争取实现",
                "争取完成",
                "预期目标",
                "目标是",
                "目标为",
                "确保完成",
                "确保实现",
                "计划投资",
                "计划总投资",
                "计划建",
                "计划完成",
                "计划实施",
                "拟建",
                "拟投资",
                "规划建",
                "规划总",
                "将达",
                "将超",
                "将突破",
                "将建",
                "将新增",
                "将实现",
                "将投",
                "将完成",
                "将形成",
                "将增",
                "将安排",
                "将带动",
                "将有",
                "建成后",
                "投产后",
                "达产后",
                "投用后",
                "完工后",
                "竣工后",
                "运营后",
                "努力实现",
                "任务是",
                "需完成",
                "要完成",
                "要达到",
                "要实现",
                "要建",
                "要新增",
                "可实现",
                "可形成",
                "可新增",
                "可提供",
                "可带动",
                "可解决",
                "可容纳",
            ])
        {
            return Some(Status::Target);
        }
        None
    }

    /// The period that the sentence names for the number at `at`: the last one before it that is no base of comparison.
    fn period(&self, at: usize, tail: &Tail) -> Option<usize> {
        let _ = tail;
        let is_base = |range: &Range<usize>| {
            let before = self.sentence.cut(0, range.start);
            let after = self.sentence.cut(range.end, self.sentence.text.len());
            let compared = ["比", "较", "与", "同", "高于", "低于", "快于", "超过", "超", "对比"].iter().any(|w| before.ends_with(w));
            let multiple = ["是", "为", "相当于", "恢复到", "恢复至", "达到", "占"].iter().any(|w| before.ends_with(w))
                && (after.starts_with('的') || after.starts_with("同期的"));
            // 「4月13日公布」 dates the news.
            let is_news = [
                "公布", "发布", "召开", "报道", "获悉", "从", "举行", "日电", "讯", "电", "表示", "称", "宣布", "消息", "在", "记者", "举办", "透露",
                "下发", "印发",
            ]
            .iter()
            .any(|w| after.starts_with(w))
                && self.sentence.cut(range.start, range.end).ends_with('日');
            let origin = is_news
                || ["由", "从", "自"].iter().any(|w| before.ends_with(w))
                    && (after.starts_with('的') || after.starts_with(|c: char| c.is_ascii_digit()));
            compared || multiple || origin
        };
        self.sentence.periods.iter().enumerate().rev().find(|(_, p)| p.range.end <= at && !is_base(&p.range)).map(|(place, _)| place)
    }

    /// The area that the sentence speaks of at `at`: the last one before it that opens a clause.
    fn area(&self, at: usize) -> Option<usize> {
        let own_clause = self.sentence.cut(0, at).rfind(['，', '；', '：', '。', '（']).unwrap_or_default();
        let governs = |range: &Range<usize>| {
            let after = self.sentence.cut(range.end, self.sentence.text.len());
            let clause = after.find(['，', '；', '：', '。']).map_or(self.sentence.text.len(), |place| range.end + place);
            // An area in a clause without numbers is where something stands, not what is spoken of, unless it stands alone.
            range.start >= own_clause
                || after.starts_with('，')
                || self.sentence.quantities.iter().any(|q| q.range.start >= range.end && q.range.end <= clause)
        };
        self.sentence
            .areas
            .iter()
            .enumerate()
            .rev()
            .find(|(_, a)| a.range.end <= at && self.opens_clause(&a.range) && governs(&a.range))
            .map(|(place, _)| place)
    }

    fn opens_clause(&self, range: &Range<usize>) -> bool {
        let before = self.sentence.cut(0, range.start);
        let start = before
            .rfind(['，', '。', '；', '：', '！', '？', '（', '\t'])
            .map_or(0, |place| place + before.get(place..).and_then(|r| r.chars().next()).map_or(1, char::len_utf8));
        let start = self.sentence.quantities.iter().map(|q| q.range.end).filter(|end| *end <= range.start).fold(start, usize::max);
        label::strip_front(self.sentence, start..range.start, self.lexicon).is_empty()
            || self.sentence.periods.iter().any(|p| {
                p.range.end == range.start
                    && p.range.start >= start
                    && label::strip_front(self.sentence, start..p.range.start, self.lexicon).is_empty()
            })
    }

    fn manner(&self, text: &str, after: &str) -> Manner {
        let has = |words: &[&str]| words.iter().any(|w| text.contains(w));
        Manner {
            is_cumulative: has(&["累计", "总计达", "历年"]),
            is_flow: has(&[
                "新增",
                "新建",
                "改建",
                "扩建",
                "完成",
                "实现",
                "签约",
                "引进",
                "发放",
                "投入",
                "开工",
                "培训",
                "接待",
                "销售",
                "生产",
                "新签",
                "举办",
                "安排",
                "下达",
                "新登记",
                "建成",
                "改造",
                "净增",
                "招生",
                "毕业",
            ]) || after.starts_with("增长"),
            is_stock: has(&["共有", "拥有", "现有", "总数", "总量", "年末", "期末", "辖", "余额", "在册", "在校", "存栏"]),
            is_open: false,
        }
    }

    fn price_basis(&self, text: &str) -> Option<PriceBasis> {
        let words = ["可比价", "不变价", "扣除价格因素", "剔除价格因素", "实际增长"];
        if words.iter().any(|w| text.contains(w)) || self.sentence.text.contains("按可比价") {
            Some(PriceBasis::Constant)
        } else if text.contains("现价") || text.contains("名义") {
            Some(PriceBasis::Current)
        } else {
            None
        }
    }

    fn revision(&self, at: usize) -> Option<Revision> {
        let before = self.sentence.cut(0, at);
        if ["初步核算", "初步统计", "初步测算"].iter().any(|w| before.contains(w)) {
            Some(Revision::Preliminary)
        } else if before.contains("最终核实") {
            Some(Revision::Final)
        } else if before.contains("修订后") {
            Some(Revision::Revised)
        } else {
            None
        }
    }
}

fn first_base(found: &[Statement]) -> String {
    found.last().map(|s| s.base.clone()).unwrap_or_default()
}

/// In 「95%、85%、80%以上」 the bound holds for all.
fn share_bounds(sentence: &Sentence<'_>, found: &mut [Statement]) {
    for at in (1..found.len()).rev() {
        let (Some(this), Some(before)) = (found.get(at), found.get(at - 1)) else { continue };
        let gap = sentence.cut(before.quantity.range.end, this.quantity.range.start);
        let (bound, quantity) = (this.bound, &this.quantity);
        let after = sentence.cut(quantity.range.end, sentence.text.len());
        let is_after = ["以上", "以下", "以内", "左右"].iter().any(|w| after.starts_with(w))
            || bound != Bound::Eq && gap == "、" && before.bound == Bound::Eq && !quantity.is_open && before.base == this.base;
        if is_after && (gap == "、" || gap == "和") && before.bound == Bound::Eq && before.base == this.base && bound != Bound::Range {
            if let Some(before) = found.get_mut(at - 1) {
                before.bound = bound;
            }
        }
    }
}

/// What a sentence without numbers speaks of: the words before its verb.
fn opening(sentence: &Sentence<'_>, lexicon: &Lexicon) -> String {
    const VERBS: &[&str] = &[
        "取得",
        "成效",
        "工作",
        "进展",
        "扎实",
        "稳步",
        "全面",
        "不断",
        "持续",
        "加快",
        "顺利",
        "进一步",
        "深入",
        "成果",
        "实现",
        "获得",
        "步伐",
        "迈出",
        "明显",
        "显著",
        "有序",
        "力度",
        "逐步",
        "得到",
        "更加",
    ];
    let clause = sentence.text.split(['，', '。', '；', '：', '！', '？']).next().unwrap_or_default();
    let verb = clause.char_indices().map(|(at, _)| at).find(|at| clause.get(*at..).is_some_and(|rest| VERBS.iter().any(|w| rest.starts_with(w))));
    let Some(verb) = verb else { return String::new() };
    let range = label::strip_front(sentence, 0..verb, lexicon);
    let subject = label::written(sentence, &range);
    let subject = subject.trim_start_matches(|c: char| matches!(c, '—' | '“' | '（' | '）') || c.is_ascii_digit()).to_owned();
    if (3..=20).contains(&subject.chars().count()) { subject } else { String::new() }
}

/// What is counted and states no statistic: meetings, measures, ways.
fn is_no_statistic(label: &str, quantity: &Quantity) -> bool {
    const NOUNS: &[&str] = &[
        "方面",
        "环节",
        "阶段",
        "层面",
        "会议",
        "战略",
        "规定",
        "措施",
        "原则",
        "问题导向",
        "行动",
        "转变",
        "优势",
        "坚持",
        "关键",
        "抓手",
        "维度",
        "步骤",
    ];
    if quantity.family != "count" {
        return false;
    }
    quantity.low < Decimal::from(20) && NOUNS.iter().any(|noun| label.ends_with(noun)) || label.ends_with("会议")
}
