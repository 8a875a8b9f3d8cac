//! The noun phrase that names what a number measures, cut from the words around it.

use super::area::{AreaKind, Trust};
use super::sentence::Sentence;
use crate::lexicon::{Cue, Lexicon};
use std::ops::Range;

/// Words at which the noun after a counted number ends.
const STOPS: &[&str] = &[
    "的",
    "等",
    "已",
    "均",
    "达",
    "被",
    "将",
    "是",
    "为",
    "在",
    "占",
    "超",
    "顺利",
    "全部",
    "开工",
    "竣工",
    "建成",
    "投产",
    "投入",
    "落地",
    "签约",
    "完成",
    "实现",
    "进入",
    "获得",
    "获批",
    "正在",
    "加快",
    "增长",
    "下降",
    "提高",
    "成为",
    "成功",
    "列入",
    "入选",
    "受益",
    "用于",
    "参加",
    "直接",
    "同比",
    "比上",
    "比去",
    "集中",
    "启动",
    "纳入",
    "实施",
    "使得",
    "全面",
    "正式",
    "进展",
    "得到",
    "有序",
    "即将",
    "基本",
    "陆续",
    "相继",
    "先后",
    "总投资",
    "计划",
    "预计",
    "力争",
    "累计",
    "以上",
    "以下",
    "左右",
    "以内",
    "上下",
    "增加",
    "减少",
    "上升",
    "能够",
    "来自",
    "位居",
    "居全",
    "居中",
    "纷纷",
    "通过",
    "解决",
    "带动",
    "涉及",
    "覆盖",
    "惠及",
    "跻身",
    "入围",
    "需要",
    "一半",
    "每年",
    "每天",
    "平均",
    "持续",
    "稳定",
    "提前",
    "前来",
    "踊跃",
    "作为",
    "围绕",
    "如期",
    "分别",
    "高于",
    "低于",
    "按期",
    "完工",
    "运营",
    "前期工作",
    "建设任务",
    "任务",
    "主体",
    "就地",
    "转移到",
    "进行",
    "给予",
    "得以",
    "享受",
    "并网",
    "有望",
    "不断",
    "共计",
    "共有",
    "各有",
    "还有",
    "可以",
    "可实现",
    "从中",
    "获评",
    "荣获",
    "通车",
    "贯通",
    "工作",
];

/// Words that begin like a stop and belong to the noun: 「在校生」.
const NOUN_STARTS: &[&str] = &[
    "在校",
    "在建",
    "在孵",
    "在岗",
    "在职",
    "在册",
    "在谈",
    "为民",
    "有色",
    "有机",
    "有限",
    "有效",
    "可再生",
    "可支配",
    "通过率",
    "完成率",
    "占地",
    "居民",
    "直接融资",
    "直接投资",
    "计划生育",
    "投入品",
    "不动产",
    "不良",
    "无人",
    "无障碍",
    "有轨",
    "以工代赈",
    "以旧换新",
    "共享",
    "共建",
    "并网",
    "计划内",
    "达标",
    "持续性",
    "落地签证",
    "签约项目",
    "开工项目",
    "投产项目",
    "竣工项目",
    "建成区",
    "获奖",
    "排污",
    "有线",
    "投入使用",
    "实施方案",
    "全面小康",
    "可降解",
    "到位",
    "完成量",
    "就业",
    "稳定就业",
    "集中供热",
    "集中安置",
    "集中式",
    "正式",
    "超高压",
    "超算",
    "超市",
    "超低能耗",
    "将军",
    "比赛",
    "约会",
    "被征地",
    "从业",
    "向日葵",
    "居家",
    "排水",
    "排涝",
    "排球",
    "不锈钢",
    "到港",
    "由",
    "以上",
];

/// The nouns after a number and its unit: 「74辆|无人售票公交车|投入运营」; empty where none follows.
pub(super) fn noun_after(sentence: &Sentence<'_>, from: usize, until: usize) -> Range<usize> {
    let text = sentence.text.get(from..until).unwrap_or_default();
    let mut end = 0;
    let mut depth = 0_usize;
    for (at, c) in text.char_indices() {
        match c {
            '“' | '‘' => depth += 1,
            '”' | '’' => depth = depth.saturating_sub(1),
            '，' | '。' | '；' | '：' | '！' | '？' | '（' | '）' | '\n' | '\t' | '、' if depth == 0 || c != '、' => break,
            _ => {}
        }
        let rest = text.get(at..).unwrap_or_default();
        if sentence.periods.iter().any(|p| p.range.start == from + at) {
            break;
        }
        let is_noun = NOUN_STARTS.iter().any(|w| rest.starts_with(w));
        if !is_noun && depth == 0 && STOPS.iter().any(|w| rest.starts_with(w)) {
            break;
        }
        if at > 0
            && depth == 0
            && ["和", "及", "与", "以及"].iter().any(|w| rest.strip_prefix(w).is_some_and(|r| r.starts_with(|c: char| c.is_ascii_digit())))
        {
            break;
        }
        end = at + c.len_utf8();
        // 「…项目」 and 「…工程」 end a noun where a verb follows that no list has.
        if end > 60 {
            break;
        }
    }
    let noun = text.get(..end).unwrap_or_default();
    let trimmed = noun.trim_end_matches(['和', '及', '与', '、', '或', '—', '到', '至', '以', '约', '近', '共', '，', '由', '对', '使']);
    // Behind 「项目」 or 「工程」 stands what happened to it.
    let cut = ["项目", "工程"]
        .iter()
        .filter_map(|w| trimmed.rfind(w).map(|at| at + w.len()))
        .max()
        .filter(|at| trimmed.get(*at..).is_some_and(|r| r.chars().count() > 3 && !r.starts_with("建设")));
    from..from + cut.unwrap_or(trimmed.len())
}

/// Strips words that stand before a label and are no part of it: periods, subject areas, 「其中」, 「实现」.
pub(super) fn strip_front(sentence: &Sentence<'_>, range: Range<usize>, lexicon: &Lexicon) -> Range<usize> {
    let mut start = range.start;
    while start < range.end {
        let rest = sentence.text.get(start..range.end).unwrap_or_default();
        if let Some(c) = rest
            .chars()
            .next()
            .filter(|c| c.is_whitespace() || matches!(c, '、' | '—' | '-' | '·' | '）' | '”' | '》' | '的' | '，' | '：' | '…' | '【' | '】'))
        {
            start += c.len_utf8();
            continue;
        }
        if let Some(period) = sentence.periods.iter().find(|p| p.range.start == start && p.range.end <= range.end) {
            start = period.range.end;
            continue;
        }
        if let Some(area) = sentence.areas.iter().find(|a| {
            a.range.start == start && (a.range.end < range.end || a.range.end == range.end && matches!(a.kind, AreaKind::Own(_))) && is_sure(&a.kind)
        }) {
            start = area.range.end;
            continue;
        }
        // 「对全区」, 「在武汉」, 「由去年」
        if let Some(c) =
            rest.chars().next().filter(|c| matches!(c, '对' | '在' | '为' | '由' | '从' | '到' | '至' | '自' | '于' | '按' | '全' | '仅'))
        {
            let next = start + c.len_utf8();
            let is_mention = sentence.periods.iter().any(|p| p.range.start == next)
                || sentence.areas.iter().any(|a| a.range.start == next && a.range.end < range.end && is_sure(&a.kind));
            if is_mention {
                start = next;
                continue;
            }
        }
        // 「共实施」, 「已建成」
        if let Some(next) = ["共", "已", "总共", "一共", "还", "再"].iter().find_map(|w| rest.strip_prefix(w)) {
            if lexicon.cues.prefix(next, |cue| matches!(cue, Cue::Action | Cue::Connect)).is_some() {
                start = range.end - next.len();
                continue;
            }
        }
        match lexicon.cues.prefix(rest, |cue| cue == Cue::Connect) {
            Some((len, _)) if len < rest.len() || len > "中".len() => start += len,
            _ => break,
        }
    }
    start..range.end
}

fn is_sure(kind: &AreaKind) -> bool {
    matches!(kind, AreaKind::Own(_) | AreaKind::Named { trust: Trust::Sure, .. })
}

/// Joins the pieces of a label: bracketed notes, periods and line marks within it left out.
pub(super) fn written(sentence: &Sentence<'_>, range: &Range<usize>) -> String {
    let mut label = String::new();
    let mut depth = 0_usize;
    for (at, c) in sentence.text.get(range.clone()).unwrap_or_default().char_indices() {
        let place = range.start + at;
        match c {
            '（' => depth += 1,
            '）' if depth > 0 => {
                depth -= 1;
                continue;
            }
            _ => {}
        }
        let is_period = sentence.periods.iter().any(|p| p.range.contains(&place));
        if depth == 0 && !is_period && !c.is_whitespace() && !matches!(c, '）' | '【' | '】') {
            label.push(c);
        }
    }
    if let (Some(open), Some(close)) = (label.find("包括"), label.find("在内")) {
        if open > 0 && open < close {
            label = format!("{}{}", label.get(..open).unwrap_or_default(), label.get(close + "在内".len()..).unwrap_or_default());
        }
    }
    // 「增幅连续4年」
    if let Some(at) =
        label.find("连续").filter(|at| *at > 0 && label.get(*at..).is_some_and(|tail| tail.ends_with('年') && tail.chars().count() <= 5))
    {
        label.truncate(at);
    }
    let trimmed = label.trim_matches(|c| matches!(c, '、' | '，' | '的' | '：' | '—' | '-' | '·'));
    match (trimmed.contains('“'), trimmed.contains('”')) {
        (true, false) => trimmed.trim_start_matches('“').to_owned(),
        (false, true) => trimmed.trim_end_matches('”').to_owned(),
        _ => trimmed.to_owned(),
    }
}

/// Whether a phrase tells only what was done: 「新建」, 「新建、改建」.
pub(super) fn is_action(phrase: &str, lexicon: &Lexicon) -> bool {
    let mut rest = phrase;
    while !rest.is_empty() {
        let joined = ["、", "和", "并", "或", "了", "及", "与", "成功", "共", "累计"].iter().find_map(|w| rest.strip_prefix(w));
        if let Some(next) = joined {
            rest = next;
            continue;
        }
        match lexicon.cues.prefix(rest, |cue| cue == Cue::Action) {
            Some((len, _)) => rest = rest.get(len..).unwrap_or_default(),
            None => return false,
        }
    }
    true
}

/// The subject of a label: what is left when the words that say what is measured are taken from its end.
pub(super) fn subject<'a>(label: &'a str, lexicon: &Lexicon) -> &'a str {
    match lexicon.cues.suffix(label, |cue| cue == Cue::Attribute) {
        Some((len, _)) if len < label.len() => label.get(..label.len() - len).unwrap_or(label),
        _ => label,
    }
}

/// The members of a list: 「城镇和农村居民人均可支配收入」 are 城镇居民人均可支配收入 and 农村居民人均可支配收入.
pub(super) fn members(phrase: &str, lexicon: &Lexicon) -> Vec<String> {
    let phrase = ["等主要指标", "等指标", "等领域", "等方面", "等"].iter().find_map(|w| phrase.strip_suffix(w)).unwrap_or(phrase);
    let mut parts: Vec<String> = Vec::new();
    let mut current = String::new();
    let mut depth = 0_usize;
    let mut chars = phrase.char_indices().peekable();
    while let Some((at, c)) = chars.next() {
        let rest = phrase.get(at..).unwrap_or_default();
        match c {
            '“' | '（' | '《' => depth += 1,
            '”' | '）' | '》' => depth = depth.saturating_sub(1),
            _ => {}
        }
        let is_joint = depth == 0
            && (c == '、'
                || c == '，'
                || (matches!(c, '和' | '及' | '与') && !current.is_empty() && !rest.starts_with("和平") && !rest.starts_with("和谐"))
                || rest.starts_with("以及"));
        if is_joint {
            if rest.starts_with("以及") {
                chars.next();
            }
            if !current.is_empty() {
                parts.push(std::mem::take(&mut current));
            }
        } else {
            current.push(c);
        }
    }
    if !current.is_empty() {
        parts.push(current);
    }
    let Some(last) = parts.last().cloned() else { return parts };
    let first = parts.first().cloned().unwrap_or_default();
    let is_whole = |part: &str| {
        lexicon.catalogue.find(part).is_some()
            || lexicon.cues.suffix(part, |cue| cue == Cue::Attribute).is_some()
            || part.ends_with(['率', '额', '量', '值', '数', '费', '税'])
            || part.ends_with("收入")
    };
    let count = parts.len();
    for (place, part) in parts.iter_mut().enumerate() {
        if place + 1 == count || is_whole(part) {
            // 「普通高中在校生、毕业生」: the later members lack the subject of the first.
            if place > 0 && lexicon.cues.suffix(part, |cue| cue == Cue::Attribute).is_some_and(|(len, _)| len == part.len()) {
                let subject = subject(&first, lexicon);
                if subject.len() < first.len() {
                    *part = format!("{subject}{part}");
                }
            }
            continue;
        }
        let prefix = part.chars().count();
        let tail: String = last.chars().skip(prefix).collect();
        if last.chars().count() > prefix + 1 && !tail.is_empty() {
            let head = tail_of(&last, part, lexicon);
            part.push_str(&head);
        }
    }
    parts
}

/// What the last member of a list has and an earlier one lacks.
fn tail_of(last: &str, part: &str, lexicon: &Lexicon) -> String {
    // The longest catalogue phrase or attribute at the end that leaves a differing word in front.
    let attribute = lexicon.cues.suffix(last, |cue| cue == Cue::Attribute).map(|(len, _)| last.len() - len).filter(|at| *at > 0);
    let places: Vec<usize> = last.char_indices().map(|(at, _)| at).skip(1).collect();
    let known = places.iter().copied().find(|at| {
        let tail = last.get(*at..).unwrap_or_default();
        lexicon.catalogue.find(tail).is_some() && last.get(..*at).is_some_and(|head| head.chars().count() >= 2)
    });
    let by_length = last.char_indices().nth(part.chars().count()).map(|(at, _)| at);
    let at = match (known, by_length) {
        (Some(known), Some(length)) => known.min(length),
        (Some(known), None) => known,
        (None, _) if attribute.is_some() => attribute.unwrap_or_default(),
        (None, Some(length)) => length,
        (None, None) => return String::new(),
    };
    last.get(at..).unwrap_or_default().to_owned()
}
