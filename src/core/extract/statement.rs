//! Statements: a quantity, what is said of it, and the words that tell of what, when and where.

use std::ops::Range;

use rust_decimal::Decimal;

use super::quantity::Quantity;
use super::reader::Reader;
use super::sentence::Sentence;
use super::{company, label, project};
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
    /// The project or company whose figure it is, where the words before or the sentences before named it.
    pub(crate) owner: Option<String>,
    /// The label as the words around the number have it.
    pub(crate) written: String,
    /// The sentence's own words tell the label.
    pub(crate) is_own_label: bool,
    pub(crate) bound: Bound,
    pub(crate) status: Option<Status>,
    pub(crate) against: Option<Base>,
    pub(crate) period: Option<usize>,
    /// A period of the table's header.
    pub(crate) header_period: Option<usize>,
    /// An area of the table's header or of its row.
    pub(crate) header_area: Option<usize>,
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

impl Statement {
    /// A quantity with its label and nothing else told.
    pub(crate) fn bare(rule: &'static str, quantity: Quantity, label: String) -> Self {
        Self {
            rule,
            measure: Measure::Level,
            value: quantity.low,
            high: quantity.high,
            base: quantity.base.clone(),
            written: label.clone(),
            label,
            owner: None,
            is_own_label: true,
            bound: Bound::Eq,
            status: None,
            against: None,
            period: None,
            header_period: None,
            header_area: None,
            area: None,
            is_earlier: false,
            is_later: false,
            manner: Manner::default(),
            price_basis: None,
            revision: None,
            quantity,
        }
    }
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
    /// 达, 突破: the value that was reached.
    pub(crate) is_reached: bool,
    /// 建成, 打造 before the things counted: came to be within the period.
    pub(crate) is_built: bool,
    /// 培育 before the things counted: as a plan, what shall be added.
    pub(crate) is_nurtured: bool,
}

/// What has been spoken of, carried over commas and sentences.
#[derive(Debug, Clone, Default)]
pub(crate) struct Topic {
    pub(super) label: String,
    pub(super) subject: String,
    pub(super) base: String,
    pub(super) members: Vec<String>,
    pub(super) recent: Vec<String>,
    /// The last project named, kept over paragraphs.
    pub(super) project: String,
    /// Sentences since then.
    project_age: usize,
    /// The project that the document's title names.
    pub(super) titled: String,
    /// What the last sentence without numbers spoke of.
    pub(super) opening: String,
    /// The company that was the subject of a sentence before.
    pub(super) company: String,
    /// Sentences since then.
    company_age: usize,
}

impl Topic {
    /// What a document's title speaks of: 「云岭高速公路项目开工」.
    pub(crate) fn of_title(title: Option<&str>, lexicon: &Lexicon) -> Self {
        Self { titled: title.and_then(|title| project::last_project(title, lexicon)).unwrap_or_default(), ..Self::default() }
    }

    /// Forgets all but the project at a new paragraph.
    pub(crate) fn next_block(&mut self) {
        *self = Self {
            project: std::mem::take(&mut self.project),
            titled: std::mem::take(&mut self.titled),
            company: std::mem::take(&mut self.company),
            company_age: self.company_age,
            ..Self::default()
        };
    }

    /// Forgets the members of lists, which never reach over a sentence.
    pub(crate) fn next_sentence(&mut self, goes_on: bool, lexicon: &Lexicon) {
        self.members.clear();
        self.recent.clear();
        // 「粮食播种面积98万亩；总产量45万吨」: behind a semicolon the subject stays.
        if !goes_on && !lexicon.cues.ends(&self.subject, Cue::Plant) {
            self.subject.clear();
        }
    }
}

/// Reads all statements of a sentence; numbers that state something no rule understands are given as ranges.
pub(crate) fn statements(sentence: &Sentence<'_>, topic: &mut Topic, lexicon: &Lexicon) -> (Vec<Statement>, Vec<Range<usize>>) {
    let mut reader = Reader {
        sentence,
        lexicon,
        topic,
        found: Vec::new(),
        unread: Vec::new(),
        from: None,
        consumed: 0,
        is_project_fact: false,
        is_of_group: false,
        owner: String::new(),
        thresholds: Vec::new(),
        outside: None,
    };
    match company::subject_company(sentence.text) {
        Some(company) => {
            reader.topic.company = company;
            reader.topic.company_age = 0;
        }
        None if reader.topic.company_age >= 4 => reader.topic.company.clear(),
        None => reader.topic.company_age += 1,
    }
    let mut at = 0;
    while at < sentence.quantities.len() {
        at = reader.read(at);
    }
    reader.structures();
    let Reader { mut found, unread, .. } = reader;
    match project::last_project(sentence.text, lexicon) {
        Some(project) => {
            topic.project = project;
            topic.project_age = 0;
        }
        // A project is spoken of only while sentences follow that point to it.
        // What is told of its parts points to it too.
        None if found.iter().any(|s| s.owner.as_ref() == Some(&topic.project)) => topic.project_age = 0,
        None if !sentence.text.contains("项目") && !sentence.text.contains('该') && topic.project_age > 0 => topic.project.clear(),
        None => topic.project_age += 1,
    }
    topic.opening = if sentence.quantities.is_empty() { opening(sentence, lexicon) } else { String::new() };
    share_bounds(sentence, &mut found);
    share_work(sentence, &mut found);
    (found, unread)
}

/// In 「完成6条道路、10处公园等绿化工程」 the work behind the list is that of all its members.
fn share_work(sentence: &Sentence<'_>, found: &mut [Statement]) {
    for last in 1..found.len() {
        let Some(end) = found.get(last).map(|s| s.quantity.range.end) else { return };
        let clause = sentence.cut(end, sentence.text.len()).split(['，', '。', '；', '、']).next().unwrap_or_default();
        let Some((noun, work)) = clause.split_once('等') else { continue };
        let work = work.find("工程").and_then(|at| work.get(..at + "工程".len()));
        // 「等民生工程」 tells no work.
        let work = work.filter(|work| !["民生", "重点", "重大", "系列", "一批"].iter().any(|word| work.starts_with(word)));
        let Some(work) = work.filter(|work| (4..=10).contains(&work.chars().count()) && !work.contains('的') && noun.chars().count() >= 2) else {
            continue;
        };
        let mut first = last;
        while first > 0 {
            let (Some(before), Some(this)) = (found.get(first - 1), found.get(first)) else { break };
            let gap = sentence.cut(before.quantity.range.end, this.quantity.range.start);
            let is_member = gap.ends_with(['、', '和']) && (3..=12).contains(&gap.chars().count()) && !gap.contains(['，', '；', '。']);
            if !is_member || before.measure != Measure::Level {
                break;
            }
            first -= 1;
        }
        if first == last {
            continue;
        }
        for statement in found.iter_mut().take(last + 1).skip(first).filter(|s| !s.label.contains(work)) {
            statement.label.insert_str(0, work);
        }
    }
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
        if is_after
            && (gap == "、" || gap == "和")
            && before.bound == Bound::Eq
            && before.base == this.base
            && bound != Bound::Range
            && let Some(before) = found.get_mut(at - 1)
        {
            before.bound = bound;
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
