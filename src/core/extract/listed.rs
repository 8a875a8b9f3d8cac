//! Projects named one after the other: before one verb, or behind what happened to them.

use super::company::leading_company;
use super::investment::{Deal, STAGES};
use super::project;
use super::sentence::Sentence;
use super::statement::Statement;
use crate::lexicon::{Cue, Lexicon};
use crate::model::{Event, InvestorType};

/// Projects named one after the other before one verb: 「甲集团粉末、乙公司电池等项目建成投产」.
pub(super) fn listed(sentence: &Sentence<'_>, statements: &[Statement], companies: &[String], found: &mut Vec<Deal>, lexicon: &Lexicon) {
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
pub(super) fn announced(sentence: &Sentence<'_>, found: &mut Vec<Deal>, lexicon: &Lexicon) {
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
