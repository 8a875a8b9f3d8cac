//! Investment events: what was signed, started, completed, spent or lent, told by the statements of a sentence.

use std::ops::Range;

use rust_decimal::Decimal;

use super::company::{banks, companies};
use super::listed::{announced, listed};
use super::numeral::numeral;
use super::project;
use super::sentence::Sentence;
use super::statement::Statement;
use crate::lexicon::{Cue, Lexicon};
use crate::model::{Event, InvestorType, Measure, Status};

/// One investment event as worded; statements are named by their place in the sentence.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Deal {
    pub(crate) rule: &'static str,
    pub(crate) event: Event,
    pub(crate) project: Option<String>,
    pub(crate) investors: Vec<String>,
    pub(crate) investor_type: Option<InvestorType>,
    pub(crate) count: Option<usize>,
    pub(crate) amount: Option<usize>,
    pub(crate) min_amount: Option<Decimal>,
    pub(crate) sectors: Vec<String>,
    pub(crate) range: Range<usize>,
}

/// Words that tell how far a project is, in the order of their strength.
pub(super) const STAGES: &[(&str, Event)] = &[
    ("签约", Event::Signed),
    ("新签", Event::Signed),
    ("签订", Event::Signed),
    ("签署", Event::Signed),
    ("竣工", Event::Completed),
    ("投产", Event::Completed),
    ("建成", Event::Completed),
    ("完工", Event::Completed),
    ("投入使用", Event::Completed),
    ("投入运营", Event::Completed),
    ("投用", Event::Completed),
    ("通车", Event::Completed),
    ("贯通", Event::Completed),
    ("落地", Event::Investment),
    ("全部完成", Event::Completed),
    ("全面完成", Event::Completed),
    ("在建", Event::UnderConstruction),
    ("续建", Event::UnderConstruction),
    ("加快建设", Event::UnderConstruction),
    ("加快推进", Event::UnderConstruction),
    ("加快实施", Event::UnderConstruction),
    ("正在建设", Event::UnderConstruction),
    ("封顶", Event::UnderConstruction),
    ("开工", Event::Started),
    ("动工", Event::Started),
    ("奠基", Event::Started),
    ("新建项目", Event::Started),
    ("启动建设", Event::Started),
    ("储备", Event::Planned),
    ("推介", Event::Planned),
    ("谋划", Event::Planned),
    ("拟建", Event::Planned),
    ("前期", Event::Planned),
    ("核准程序", Event::Planned),
    ("可行性研究", Event::Planned),
    ("立项", Event::Planned),
    ("规划", Event::Planned),
];

/// Reads the investment events of a sentence from its statements.
pub(crate) fn deals(sentence: &Sentence<'_>, statements: &[Statement], stages: &mut Stages, lexicon: &Lexicon) -> Vec<Deal> {
    stages.hear(sentence.text, lexicon);
    let mut found: Vec<Deal> = Vec::new();
    let mut used: Vec<usize> = Vec::new();
    let companies = companies(sentence.text);
    for (at, statement) in statements.iter().enumerate() {
        if !is_project_count(statement) || !is_counted(sentence, statement) {
            continue;
        }
        let amount = amount_after(sentence, statements, at, lexicon).or_else(|| amount_before(sentence, statements, at, lexicon));
        if let Some(amount) = amount {
            used.push(amount);
        }
        let event = aggregate_event(sentence, statement, amount.and_then(|a| statements.get(a)));
        // 「其中民营企业投资项目19个」 is part of what was signed before.
        let among = sentence.cut(0, statement.quantity.range.start).rfind("其中");
        let whole = among.and_then(|at| found.iter().rev().find(|deal| deal.range.start < at));
        let own = event.filter(|event| whole.is_none() || *event != Event::Investment);
        let inherited = whole.or_else(|| found.last().filter(|_| statement.written.ends_with("项目"))).map(|deal| deal.event);
        let Some(event) = own.or(inherited).or(event).or_else(|| amount.map(|_| Event::Investment)) else { continue };
        let min_amount = threshold(sentence, statement).or_else(|| whole.and_then(|w| w.min_amount));
        found.push(Deal {
            rule: "projects",
            event,
            project: None,
            investors: Vec::new(),
            investor_type: investor_type(&statement.label),
            count: Some(at),
            amount,
            min_amount,
            sectors: Vec::new(),
            range: statement.quantity.range.clone(),
        });
    }
    for (at, statement) in statements.iter().enumerate() {
        if used.contains(&at) || statement.measure != Measure::Level || statement.quantity.family != "money" {
            continue;
        }
        let told = financed(sentence, statements, at, lexicon).or_else(|| named(sentence, statements, at, stages, lexicon));
        if let Some(mut deal) = told.or_else(|| by_company(sentence, statements, at, &companies)) {
            if deal.investors.is_empty() && !matches!(deal.event, Event::Invested | Event::ForeignCapital) {
                deal.investors = companies.iter().take(1).cloned().collect();
            }
            found.push(deal);
        }
    }
    // A project whose money is being spent is under construction.
    let spent: Vec<String> = found.iter().filter(|deal| deal.event == Event::Invested).filter_map(|deal| deal.project.clone()).collect();
    for deal in found.iter_mut().filter(|deal| deal.event == Event::Investment && deal.rule == "project") {
        if deal.project.as_ref().is_some_and(|project| spent.contains(project)) {
            deal.event = Event::UnderConstruction;
        }
    }
    announced(sentence, &mut found, lexicon);
    listed(sentence, statements, &companies, &mut found, lexicon);
    for deal in &mut found {
        let counted = deal.count.and_then(|at| statements.get(at)).map(|statement| statement.label.as_str());
        deal.sectors = deal.project.as_deref().or(counted).map(|name| lexicon.sectors.named(name)).unwrap_or_default();
    }
    found.sort_by_key(|deal| deal.range.start);
    found
}

/// Whether the unit counts projects, and the count is not that of a programme another count belongs to: 「102项工程的285个项目」.
fn is_counted(sentence: &Sentence<'_>, statement: &Statement) -> bool {
    let range = &statement.quantity.range;
    let unit = sentence.cut(statement.quantity.unit_start, range.end);
    let after = sentence.cut(range.end, sentence.text.len());
    let clause = after.split(['，', '。', '；']).next().unwrap_or_default();
    let is_programme = clause.find('的').is_some_and(|at| clause.get(at + "的".len()..).is_some_and(|r| r.starts_with(|c: char| c.is_ascii_digit())));
    unit.ends_with(['个', '项', '宗', '批']) && !is_programme
}

/// How far each project of the document is, as far as it was told.
#[derive(Debug, Clone, Default)]
pub(crate) struct Stages {
    known: Vec<(String, Event)>,
    title: Option<Event>,
}

impl Stages {
    /// What a document's title says of its projects: 「…集中开工」.
    pub(crate) fn of_title(title: Option<&str>) -> Self {
        let told = title.and_then(|title| {
            STAGES.iter().find(|(word, event)| matches!(event, Event::Started | Event::Completed | Event::Signed) && title.contains(word))
        });
        Self { known: Vec::new(), title: told.map(|(_, event)| *event) }
    }

    fn hear(&mut self, text: &str, lexicon: &Lexicon) {
        let told = STAGES
            .iter()
            .filter(|(_, event)| matches!(event, Event::Started | Event::Completed | Event::Signed))
            .find(|(word, _)| text.contains(word));
        // 「计划明年投产」, 「投产后」: not yet.
        const AHEAD: &[&str] = &["计划", "将", "拟", "预计", "力争", "确保", "后", "有望"];
        let told = told.filter(|(word, _)| {
            !text.split(['，', '。', '；']).filter(|clause| clause.contains(word)).any(|clause| AHEAD.iter().any(|ahead| clause.contains(ahead)))
        });
        if let (Some((_, event)), Some(project)) = (told, project::last_project(text, lexicon)) {
            self.known.push((project, *event));
        }
    }

    fn of(&self, project: &str) -> Option<Event> {
        self.known.iter().rev().find(|(known, _)| known.contains(project) || project.contains(known.as_str())).map(|(_, event)| *event).or(self.title)
    }
}

fn is_project_count(statement: &Statement) -> bool {
    let label = statement.written.as_str();
    statement.measure == Measure::Level
        && statement.quantity.family == "count"
        && (label.ends_with("项目") || label.ends_with("工程"))
        && !statement.label.contains("就业岗位")
        && ![
            "研究项目",
            "科研项目",
            "攻关项目",
            "攻坚计划项目",
            "培训项目",
            "课题",
            "科技项目",
            "奖项目",
            "体育项目",
            "基金项目",
            "采购项目",
            "审批项目",
            "合作项目",
            "投融资项目",
        ]
        .iter()
        .any(|w| label.contains(w))
}

fn is_investment_money(statement: &Statement, lexicon: &Lexicon) -> bool {
    let label = statement.label.as_str();
    statement.measure == Measure::Level
        && statement.quantity.family == "money"
        && lexicon.cues.ends(label, Cue::Spending)
        && !lexicon.cues.ends(&statement.written, Cue::Statistic)
}

/// The money of counted projects, told behind them before the next count.
fn amount_after(sentence: &Sentence<'_>, statements: &[Statement], at: usize, lexicon: &Lexicon) -> Option<usize> {
    let from = statements.get(at)?.quantity.range.end;
    for (place, next) in statements.iter().enumerate().skip(at + 1) {
        if is_project_count(next) && next.quantity.range.start < from + 60 {
            return None;
        }
        if sentence.cut(from, next.quantity.range.start).contains('；') {
            return None;
        }
        if is_investment_money(next, lexicon) {
            // 「550个项目，力争交通、水利投资分别达…」: what is told of several things is of none of the projects.
            let is_own = next.written.ends_with("投资") && next.rule == "spent" || next.rule == "list";
            return (!is_own).then_some(place);
        }
        if next.quantity.family == "money" {
            return None;
        }
    }
    None
}

/// 「投资2650万元改扩建15个中心」: the money directly before the count.
fn amount_before(sentence: &Sentence<'_>, statements: &[Statement], at: usize, lexicon: &Lexicon) -> Option<usize> {
    let this = statements.get(at)?;
    let place = at.checked_sub(1)?;
    let before = statements.get(place)?;
    let gap = sentence.cut(before.quantity.range.end, this.quantity.range.start);
    // 「投资4亿元实施生态类重点项目7个」
    let after_comma = gap.strip_prefix('，').filter(|rest| !rest.contains('，') && rest.chars().count() <= 16);
    let gap = after_comma.filter(|rest| ["实施", "建设", "推进"].iter().any(|verb| rest.starts_with(verb))).unwrap_or(gap);
    let is_spent = ["实施", "建设", "推进", "完成", "新建", "改造"].iter().any(|verb| gap.starts_with(verb)) && gap.chars().count() <= 20;
    (is_investment_money(before, lexicon) && (gap.chars().count() <= 8 || is_spent) && !gap.contains(['，', '。', '；'])).then_some(place)
}

/// What happened to counted projects.
fn aggregate_event(sentence: &Sentence<'_>, statement: &Statement, amount: Option<&Statement>) -> Option<Event> {
    if let Some(amount) = amount {
        let before = sentence.cut(statement.quantity.range.end, amount.quantity.range.start);
        if before.contains("完成投资") || before.contains("累计投资") {
            return Some(if amount.status == Some(Status::Target) { Event::Planned } else { Event::Invested });
        }
    }
    if statement.status == Some(Status::Target) {
        return Some(Event::Planned);
    }
    let label = statement.label.as_str();
    let clause = clause_around(sentence, &statement.quantity.range);
    [label, clause].iter().find_map(|text| stage(text)).or_else(|| clause.contains("抓好").then_some(Event::Planned)).or_else(|| {
        ["引进", "落地", "实施", "招引", "入驻", "安排", "投资项目", "推进"].iter().any(|w| clause.contains(w)).then_some(Event::Investment)
    })
}

fn stage(text: &str) -> Option<Event> {
    STAGES.iter().find(|(word, _)| text.contains(word)).map(|(_, event)| *event)
}

/// The clause in which a range stands.
fn clause_around<'a>(sentence: &Sentence<'a>, range: &Range<usize>) -> &'a str {
    let before = sentence.cut(0, range.start);
    let start = before.rfind(['，', '；', '。', '：', '、']).unwrap_or_default();
    let after = sentence.cut(range.end, sentence.text.len());
    let end = after.find(['，', '；', '。', '：', '、']).unwrap_or(after.len());
    sentence.cut(start, range.end + end)
}

/// 「亿元以上项目」, 「10亿元项目」: what the counted projects pass.
fn threshold(sentence: &Sentence<'_>, statement: &Statement) -> Option<Decimal> {
    let range = &statement.quantity.range;
    let before = sentence.cut(0, range.start);
    let start = before.rfind(['，', '；', '。', '：']).unwrap_or_default();
    let after = sentence.cut(range.end, sentence.text.len());
    let end = after.find(['，', '；', '。', '：', '、']).unwrap_or(after.len());
    let text = sentence.cut(start, range.end + end);
    for (place, _) in text.match_indices("元") {
        let rest = text.get(place + "元".len()..).unwrap_or_default();
        let is_threshold =
            ["及以上", "以上", "项目", "级", "或以上"].iter().any(|w| rest.starts_with(w)) || text.get(..place).is_some_and(|b| b.contains("超"));
        let head = text.get(..place).unwrap_or_default();
        let digits = head
            .char_indices()
            .rev()
            .take_while(|(_, c)| c.is_ascii_digit() || matches!(c, '.' | ',' | '亿' | '万' | '千' | '百' | '十'))
            .last()
            .map(|(at, _)| at);
        let Some(digits) = digits.filter(|_| is_threshold) else { continue };
        let number = head.get(digits..).unwrap_or_default();
        if start + digits >= range.start && start + digits < range.end {
            continue;
        }
        let value = match number {
            "亿" => Some(Decimal::from(100_000_000)),
            "千万" => Some(Decimal::from(10_000_000)),
            "百亿" => Some(Decimal::from(10_000_000_000_i64)),
            "十亿" => Some(Decimal::from(1_000_000_000)),
            _ => numeral(number).filter(|n| n.len == number.len()).map(|n| n.value),
        };
        if value.is_some() {
            return value;
        }
    }
    None
}

fn investor_type(text: &str) -> Option<InvestorType> {
    [
        ("民营", InvestorType::Private),
        ("民间", InvestorType::Private),
        ("国有", InvestorType::State),
        ("央企", InvestorType::State),
        ("外资", InvestorType::Foreign),
        ("外商", InvestorType::Foreign),
    ]
    .into_iter()
    .find(|(word, _)| text.contains(word))
    .map(|(_, kind)| kind)
}

/// Bonds, loans and guarantees.
fn financed(sentence: &Sentence<'_>, statements: &[Statement], at: usize, lexicon: &Lexicon) -> Option<Deal> {
    let statement = statements.get(at)?;
    let label = statement.label.as_str();
    let clause = clause_around(sentence, &statement.quantity.range);
    let (event, rule) = if ["专项债", "特别国债", "政府债券", "企业债券", "中期票据", "产业基金", "政策性开发性金融工具", "新型政策性金融工具"]
        .iter()
        .any(|w| label.contains(w) || clause.contains(w))
    {
        (Event::Fund, "fund")
    } else if label.contains("担保") && !label.contains("贷款") {
        (Event::Guarantee, "guarantee")
    } else if label.contains("贷款") && (clause.contains("企业") || clause.contains("项目") || clause.contains("银行")) && !label.contains("余额")
    {
        (Event::Loan, "loan")
    } else if ["使用外资", "利用外资", "到位外资", "外商直接投资", "合同外资"].iter().any(|w| label.contains(w))
        && statement.measure == Measure::Level
    {
        (Event::ForeignCapital, "foreign_capital")
    } else {
        return None;
    };
    if label.contains("余额") || label.contains("增速") || label.contains("付息") || label.contains("还本") {
        return None;
    }
    let count = statements
        .iter()
        .enumerate()
        .find(|(_, s)| s.quantity.family == "count" && s.label.contains("企业") && s.measure == Measure::Level)
        .map(|(place, _)| place);
    let lenders = if event == Event::Loan { banks(sentence.text) } else { Vec::new() };
    let project = if event == Event::Loan { project::last_project(sentence.cut(0, statement.quantity.range.start), lexicon) } else { None };
    Some(Deal {
        rule,
        event,
        project,
        investors: lenders,
        investor_type: (event == Event::ForeignCapital).then_some(InvestorType::Foreign),
        count: count.filter(|_| !matches!(event, Event::Fund | Event::ForeignCapital)),
        amount: Some(at),
        min_amount: None,
        sectors: Vec::new(),
        range: statement.quantity.range.clone(),
    })
}

/// Money that a company puts into something without a project's name: 「云湖集团在城北增资2亿元」.
fn by_company(sentence: &Sentence<'_>, statements: &[Statement], at: usize, companies: &[String]) -> Option<Deal> {
    let statement = statements.get(at)?;
    let range = &statement.quantity.range;
    let before = sentence.cut(0, range.start);
    let clause = before.rsplit(['，', '；', '。']).next().unwrap_or_default();
    let clause = clause.trim_end_matches(['约', '近', '达', '了', '超']).trim_end_matches("超过").trim_end_matches('共');
    let is_put = ["增资", "投资", "总投资", "追加投资", "投入资金", "斥资", "共投资", "累计投资"].iter().any(|verb| clause.ends_with(verb));
    let investors: Vec<String> = companies.iter().filter(|name| clause.contains(name.as_str())).cloned().collect();
    if !is_put || investors.is_empty() || clause.contains("固定资产") || statement.measure != Measure::Level {
        return None;
    }
    let is_planned = statement.status == Some(Status::Target) || ["计划", "拟", "将"].iter().any(|word| clause.contains(word));
    Some(Deal {
        rule: "project",
        event: if is_planned { Event::Planned } else { Event::Investment },
        project: None,
        investors,
        investor_type: None,
        count: None,
        amount: Some(at),
        min_amount: None,
        sectors: Vec::new(),
        range: range.clone(),
    })
}

/// Money that goes into a project with a name.
fn named(sentence: &Sentence<'_>, statements: &[Statement], at: usize, stages: &Stages, lexicon: &Lexicon) -> Option<Deal> {
    let statement = statements.get(at)?;
    if !is_investment_money(statement, lexicon) {
        return None;
    }
    let label = statement.label.as_str();
    let (attribute, _) = lexicon.cues.suffix(label, |cue| cue == Cue::Spending)?;
    let mut project = label.get(..label.len() - attribute)?;
    for word in ["累计完成", "完成", "已", "计划", "共", "累计", "新增"] {
        project = project.trim_end_matches(word);
    }
    let range = &statement.quantity.range;
    let before = sentence.cut(0, range.start);
    let clause_before = before.rsplit(['，', '；', '。']).next().unwrap_or_default();
    let is_spent = clause_before.contains("完成投资") || clause_before.contains("完成") && label.ends_with("投资");
    let cleaned = project::name_ending(project, project.len(), lexicon);
    let project = cleaned.as_deref().unwrap_or(project);
    let is_named = lexicon.cues.ends(project, Cue::ProjectTail) || statement.rule == "spent" && project.chars().count() >= 3;
    let is_generic = !project::is_name(project, lexicon);
    if !is_named || project.contains('、') && project.chars().count() < 5 {
        return None;
    }
    // The clause behind the number, and the next one where it names nothing else.
    let mut clauses = sentence.cut(range.end, sentence.text.len()).split(['，', '；', '。']);
    let clause = clauses.next().unwrap_or_default();
    let next = clauses
        .next()
        .filter(|next| !lexicon.cues.contains(next, |cue| cue == Cue::ProjectTail) && !next.contains(|c: char| c.is_ascii_digit()))
        .unwrap_or_default();
    let start = before.rfind(['；', '。']).unwrap_or_default();
    let event = if is_spent {
        // 「全面完工，完成投资2.4亿元」; what else was completed in the clauses before tells nothing of the project.
        const DONE: &[&str] = &["全面完工", "竣工", "建成投", "建成通车", "全面建成", "全部完工"];
        let head: String = project.chars().take(3).collect();
        let is_done = before
            .get(start..)
            .is_some_and(|b| b.split('，').any(|c| DONE.iter().any(|w| c.contains(w)) && (c.chars().count() <= 6 || c.contains(&head))));
        match statement.status {
            Some(Status::Target) => Event::Planned,
            _ if is_done => Event::Completed,
            _ => Event::Invested,
        }
    } else if clause.contains("完成投资") {
        Event::UnderConstruction
    } else {
        let done = clause.starts_with("完成了").then_some(Event::Completed);
        let told = done.or_else(|| stage(clause)).or_else(|| stage(next)).or_else(|| stage(before.get(start..).unwrap_or_default()));
        told.or_else(|| stages.of(project)).unwrap_or(if statement.status == Some(Status::Target) { Event::Planned } else { Event::Investment })
    };
    // 「投资2650万元改扩建15个社区中心」
    let count = statements.get(at + 1).filter(|next| {
        let gap = sentence.cut(range.end, next.quantity.range.start);
        statement.rule == "spent"
            && next.quantity.family == "count"
            && gap.chars().count() <= 6
            && !gap.contains('，')
            && next.label.contains(project)
    });
    // 「投资3亿元建成3条生产线」 counts lines, not projects.
    let count = count.filter(|next| {
        next.label.contains("项目")
            || next.label.contains("工程")
            || !["条", "栋", "座"].iter().any(|unit| sentence.cut(next.quantity.unit_start, next.quantity.range.end).ends_with(unit))
    });
    // A plan's sum for projects that were counted is no event of its own.
    if is_generic && count.is_none() && !is_spent && statement.rule != "spent" {
        return None;
    }
    let is_generic = is_generic || count.is_some();
    Some(Deal {
        rule: if is_spent { "invested" } else { "project" },
        event,
        project: (!is_generic).then(|| project.to_owned()),
        investors: Vec::new(),
        investor_type: investor_type(label),
        count: count.map(|_| at + 1),
        amount: Some(at),
        min_amount: None,
        sectors: Vec::new(),
        range: range.clone(),
    })
}
