//! Investment events: what was signed, started, completed, spent or lent, told by the statements of a sentence.

use std::ops::Range;

use rust_decimal::Decimal;

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
const STAGES: &[(&str, Event)] = &[
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

/// Projects named one after the other before one verb: 「甲集团粉末、乙公司电池等项目建成投产」.
fn listed(sentence: &Sentence<'_>, statements: &[Statement], companies: &[String], found: &mut Vec<Deal>, lexicon: &Lexicon) {
    let mut from = 0;
    for clause in sentence.text.split(['，', '。', '；', '：']) {
        let range = from..from + clause.len();
        from = range.end + "，".len();
        if clause.chars().count() < 6
            || clause.contains("投资") && statements.iter().any(|s| range.contains(&s.quantity.range.start) && s.quantity.family == "money")
        {
            continue;
        }
        let Some((verb, event)) = STAGES.iter().filter_map(|(word, event)| clause.find(word).map(|at| (at, *event))).filter(|(at, _)| *at > 9).min()
        else {
            continue;
        };
        let subject = clause.get(..verb).unwrap_or_default();
        // The stage is the clause's predicate, not part of a reason or of a ceremony.
        const ASIDE: &[&str] = &[
            "随着", "因", "由于", "书记", "主席", "主任", "常委", "出席", "宣布", "虽然", "仪式", "介绍", "代表", "领导", "表示", "听取", "考察",
            "称",
        ];
        let behind = clause.get(verb..).unwrap_or_default();
        if ASIDE.iter().any(|w| clause.contains(w)) || behind.contains('的') || behind.contains('后') || behind.chars().count() > 9 {
            continue;
        }
        let subject = [
            "全部",
            "顺利",
            "已",
            "均",
            "相继",
            "正式",
            "先后",
            "陆续",
            "如期",
            "按期",
            "基本",
            "全面",
            "成功",
            "加快",
            "项目建设",
            "即将",
            "建设",
            "全线",
            "主体工程",
            "主体",
            "实现",
            "按时",
        ]
        .iter()
        .fold(subject, |s, w| s.trim_end_matches(w));
        let is_list = ["等项目", "等重大项目", "等重点项目", "等工程", "等产业项目", "等重点工程", "等一批项目", "等重大工程"]
            .iter()
            .find_map(|w| subject.strip_suffix(w));
        // 「甲、乙等入园项目」, 「甲、乙等160多个高科技项目」
        let is_list = is_list.or_else(|| {
            subject
                .rfind('等')
                .filter(|at| subject.get(*at..).is_some_and(|tail| tail.chars().count() <= 12 && tail.ends_with("项目")))
                .and_then(|at| subject.get(..at))
        });
        let body = is_list.unwrap_or(subject);
        let head = if is_list.is_some() || body.ends_with("项目") { "项目" } else { "工程" };
        if is_list.is_none() && !body.ends_with("项目") && !body.ends_with("工程") && !body.ends_with("生产线") {
            continue;
        }
        // 「确保…项目建成投产」 is still to come.
        let is_ordered = ["确保", "力争", "力促", "重点推进", "加快推进", "推进", "推动", "促进", "抓好", "争取"].iter().any(|w| body.contains(w));
        let event = if is_ordered && !clause.contains('已') && !clause.contains('了') { Event::Planned } else { event };
        let mut leader = None;
        for member in split_members(body) {
            let has_head = lexicon.cues.ends(member, Cue::ProjectHead) || member.ends_with(['期', '厂', '线']);
            let name = if has_head { member.to_owned() } else { format!("{member}{head}") };
            let Some(name) =
                project::name_ending(&name, name.len(), lexicon).filter(|name| project::is_name(name, lexicon) && name.chars().count() >= 5)
            else {
                continue;
            };
            if found.iter().any(|deal| deal.project.as_deref() == Some(name.as_str())) {
                continue;
            }
            let count = statements.iter().any(|s| range.contains(&s.quantity.range.start) && s.quantity.family == "count" && s.rule != "capacity");
            if count && is_list.is_none() {
                continue;
            }
            // 「大唐集团…，大唐5万千瓦风电项目」: the project bears its investor's name.
            let head: String = name.chars().take(2).collect();
            let mut investors: Vec<String> = companies
                .iter()
                .filter(|company| company.starts_with(&head) || sentence.text.contains(&format!("{company}{name}")))
                .cloned()
                .collect();
            // 「武新有限甲、乙、丙项目」: one company builds what its name opens.
            leader = leading_company(&name).or(leader);
            if investors.is_empty() {
                investors.extend(leader.clone());
            }
            found.push(Deal {
                rule: "listed",
                event,
                project: Some(name),
                investors,
                investor_type: None,
                count: None,
                amount: None,
                min_amount: None,
                sectors: Vec::new(),
                range: range.clone(),
            });
        }
    }
}

/// Projects listed behind their verb: 「此次开工的项目有甲集团的电池项目、由乙公司投资建设的物流园等」.
fn announced(sentence: &Sentence<'_>, found: &mut Vec<Deal>, lexicon: &Lexicon) {
    let Some((list_at, event)) = announcement(sentence.text) else { return };
    let end = sentence.cut(list_at, sentence.text.len()).find(['。', '；']).map_or(sentence.text.len(), |at| list_at + at);
    let mut waiting: Vec<String> = Vec::new();
    for clause in sentence.cut(list_at, end).split('，') {
        for member in split_members(clause) {
            let opening = ["还有", "以及", "另有", "其中", "有", "和", "及"].iter().find_map(|word| member.strip_prefix(word)).unwrap_or(member);
            // 「甲集团、乙集团等企业投资建设的…」: names that wait for their project.
            if ["集团", "公司", "股份"].iter().any(|word| opening.ends_with(word)) {
                waiting.push(opening.to_owned());
                continue;
            }
            let built = ["投资建设的", "捐资建设的", "投资的", "承建的", "援建的", "建设的"].iter().find_map(|verb| opening.split_once(verb));
            let (investor, name) = built.map_or((None, opening), |(investor, name)| (Some(investor), name));
            let name = name.strip_suffix('等').unwrap_or(name);
            let is_project = name.chars().count() >= 5
                && !name.contains(['“', '（'])
                && (lexicon.cues.ends(name, Cue::ProjectHead) || ["小学", "中学", "医院", "厂"].iter().any(|word| name.ends_with(word)))
                && project::is_name(name, lexicon);
            let mut investors: Vec<String> = leading_company(name).into_iter().collect();
            if let Some(investor) = investor.filter(|_| investors.is_empty()) {
                let investor = investor.trim_start_matches('由');
                investors = std::mem::take(&mut waiting);
                investors.extend(Some(investor.to_owned()).filter(|name| ["集团", "公司"].iter().any(|word| name.ends_with(word))));
                let partners = investor.strip_suffix("等央企").or_else(|| investor.strip_suffix("等企业"));
                investors.extend(partners.map(str::to_owned));
            }
            waiting.clear();
            if !is_project || found.iter().any(|deal| deal.project.as_deref() == Some(name)) {
                continue;
            }
            found.push(Deal {
                rule: "listed",
                event,
                project: Some(name.to_owned()),
                investors,
                investor_type: investor.and_then(|text| text.contains("央企").then_some(InvestorType::State)),
                count: None,
                amount: None,
                min_amount: None,
                sectors: Vec::new(),
                range: list_at..end,
            });
        }
    }
}

/// Where a list of projects begins behind what happened to them, and what that was.
fn announcement(text: &str) -> Option<(usize, Event)> {
    const HAPPENED: &[(&str, Event)] = &[
        ("开工", Event::Started),
        ("竣工", Event::Completed),
        ("投产", Event::Completed),
        ("签约", Event::Signed),
        ("落地", Event::Investment),
        ("引进", Event::Investment),
    ];
    HAPPENED.iter().find_map(|(word, event)| {
        text.match_indices(word).find_map(|(at, word)| {
            let rest = text.get(at + word.len()..)?;
            let rest = rest.strip_prefix("建设").unwrap_or(rest);
            let rest = rest.strip_prefix('的').unwrap_or(rest);
            let kind = rest.find("项目").filter(|kind| rest.get(..*kind).is_some_and(|kind| kind.chars().count() <= 4))?;
            let list = rest.get(kind + "项目".len()..)?;
            let list = ["主要有", "主要包括", "包括", "分别是", "分别为", "有"].iter().find_map(|verb| list.strip_prefix(verb))?;
            let is_list = list.split(['。', '；']).next().is_some_and(|list| list.contains('、')) && !list.starts_with(|c: char| c.is_ascii_digit());
            is_list.then(|| (text.len() - list.len(), *event))
        })
    })
}

/// The company whose name opens a project's.
fn leading_company(name: &str) -> Option<String> {
    let head = ["有限公司", "集团", "公司", "有限", "股份", "实业", "科技"].iter().find_map(|word| name.find(word).map(|at| at + word.len()))?;
    let company = name.get(..head)?;
    let is_name = (4..=14).contains(&company.chars().count()) && !company.contains(|c: char| c.is_ascii_digit() || matches!(c, '“' | '（'));
    (is_name && name.get(head..).is_some_and(|rest| rest.chars().count() >= 4)).then(|| company.to_owned())
}

/// Members of a list, quoted commas kept.
fn split_members(text: &str) -> Vec<&str> {
    let mut members = Vec::new();
    let mut depth = 0_usize;
    let mut start = 0;
    for (at, c) in text.char_indices() {
        match c {
            '“' | '（' => depth += 1,
            '”' | '）' => depth = depth.saturating_sub(1),
            '、' if depth == 0 => {
                members.push(text.get(start..at).unwrap_or_default());
                start = at + c.len_utf8();
            }
            _ => {}
        }
    }
    // 「…、甲堆棚及乙钢渣粉」: the last joint is a word.
    let last = text.get(start..).unwrap_or_default();
    let joint = ["以及", "及", "和"].iter().find_map(|word| last.find(word).map(|at| (at, word.len())));
    match joint
        .filter(|(at, len)| last.get(..*at).is_some_and(|a| a.chars().count() >= 4) && last.get(at + len..).is_some_and(|b| b.chars().count() >= 4))
    {
        Some((at, len)) => members.extend([last.get(..at).unwrap_or_default(), last.get(at + len..).unwrap_or_default()]),
        None => members.push(last),
    }
    members
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
        && !["研究项目", "科研项目", "课题", "科技项目", "奖项目", "体育项目", "基金项目", "采购项目", "审批项目", "合作项目", "投融资项目"]
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

/// Names of companies in a sentence.
pub(crate) fn companies(text: &str) -> Vec<String> {
    let mut found: Vec<String> = Vec::new();
    for head in ["公司", "集团"] {
        for (place, _) in text.match_indices(head) {
            let end = place + head.len();
            if head == "集团" && text.get(end..).is_some_and(|r| r.starts_with("公司") || r.starts_with("有限") || r.starts_with("股份")) {
                continue;
            }
            let before = text.get(..place).unwrap_or_default();
            let mut start = before
                .char_indices()
                .rev()
                .find(|(_, c)| {
                    matches!(c, '，' | '。' | '；' | '：' | '、' | '“' | '”' | '的' | '由' | '与' | '和' | '对' | '向' | '为' | '是' | '及' | '《')
                })
                .map_or(0, |(at, c)| at + c.len_utf8());
            for word in ["引进", "落户", "依托", "通过", "据", "其中", "支持", "推动", "此次"] {
                if text.get(start..place).is_some_and(|name| name.starts_with(word)) {
                    start += word.len();
                }
            }
            let name = text.get(start..end).unwrap_or_default();
            if name.chars().count() >= 4
                && name.chars().count() <= 24
                && !found.iter().any(|f| f == name)
                && !name.chars().any(|c| c.is_ascii_digit())
            {
                found.push(name.to_owned());
            }
        }
    }
    found
}

/// Names of banks in a sentence: 「世界银行」, 「国家开发银行云湖分行」.
fn banks(text: &str) -> Vec<String> {
    const STOPS: &[char] = &['，', '。', '；', '：', '、', '由', '与', '和', '向', '从', '中', '获', '的', '对', '等', '及'];
    let mut found: Vec<String> = Vec::new();
    for (at, word) in text.match_indices("银行") {
        let before = text.get(..at).unwrap_or_default();
        let is_stop = |at: usize, c: char| STOPS.contains(&c) && !before.get(at..).is_some_and(|rest| rest.starts_with("中国"));
        let start = before.char_indices().rev().find(|(at, c)| is_stop(*at, *c)).map_or(0, |(at, c)| at + c.len_utf8());
        let name = text.get(start..at + word.len()).unwrap_or_default();
        let is_name = (4..=12).contains(&name.chars().count()) && !name.contains(|c: char| c.is_ascii_digit());
        if is_name && !found.iter().any(|known| known == name) {
            found.push(name.to_owned());
        }
    }
    found
}

/// The company that a sentence speaks of: 「江北云湖股份有限公司主营…」, 「云湖科技是全国…龙头企业之一」.
pub(super) fn subject_company(text: &str) -> Option<String> {
    let opening = |at: usize| {
        text.get(..at).is_some_and(|before| before.chars().count() <= 8 && (before.is_empty() || before.ends_with(['，', '、', '：', '据'])))
    };
    if let Some(name) = companies(text).into_iter().find(|name| text.find(name.as_str()).is_some_and(opening)) {
        return Some(name);
    }
    text.split(['，', '。', '；']).find_map(|clause| {
        let (name, what) = clause.split_once('是')?;
        let is_name = (3..=8).contains(&name.chars().count()) && name.chars().all(|c| matches!(c, '\u{4e00}'..='\u{9fff}'));
        let is_company =
            ["企业之一", "企业集团之一", "公司之一", "龙头企业", "上市公司", "全资子公司", "生产企业", "骨干企业"].iter().any(|w| what.contains(w));
        (is_name && is_company).then(|| name.to_owned())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_company_opens_the_name_of_its_project() {
        assert_eq!(leading_company("武新有限余热发电项目").as_deref(), Some("武新有限"));
        assert_eq!(leading_company("云河集团智能装备项目").as_deref(), Some("云河集团"));
        assert_eq!(leading_company("科技馆改造项目"), None);
        assert_eq!(leading_company("城北供水工程"), None);
    }
}
