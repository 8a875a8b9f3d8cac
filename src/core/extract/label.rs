//! The noun phrase that names what a number measures, cut from the words around it.

use super::area::{AreaKind, Trust};
use super::sentence::Sentence;
use crate::lexicon::{Cue, Lexicon};
use std::ops::Range;

/// The nouns after a number and its unit: 「74辆|无人售票公交车|投入运营」; empty where none follows.
pub(super) fn noun_after(sentence: &Sentence<'_>, from: usize, until: usize, lexicon: &Lexicon) -> Range<usize> {
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
        // 「10蒸吨以下燃煤锅炉」
        let is_bounded = text.starts_with(|c: char| c.is_ascii_digit()) && ["以下", "以上", "以内"].iter().any(|word| rest.starts_with(word));
        let is_noun = is_bounded || lexicon.cues.starts(rest, Cue::NounStart);
        if !is_noun && depth == 0 && lexicon.cues.starts(rest, Cue::Stop) {
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
    let cut = ["项目", "工程"].iter().filter_map(|w| trimmed.rfind(w).map(|at| at + w.len())).max().filter(|at| {
        const MANNER: &[&str] =
            &["正式", "顺利", "全面", "已", "成功", "全部", "相继", "如期", "即将", "将", "在", "于", "集中", "均", "陆续", "今年"];
        trimmed.get(*at..).is_some_and(|r| r.chars().count() > 3 && !r.starts_with("建设") || MANNER.iter().any(|word| r.starts_with(word)))
    });
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
        // 「5万台（件）、销售金额」: another unit of the number before.
        if start == range.start
            && let Some(close) = rest.strip_prefix('（').and_then(|note| note.find('）'))
            && close <= "件".len() * 4
            && sentence.quantities.iter().any(|q| q.range.end == start)
        {
            start += "（".len() + close + "）".len();
            continue;
        }
        // 「建议4件和提案5件」
        if start == range.start && is_joint(rest) && sentence.quantities.iter().any(|q| q.range.end <= start && start - q.range.end <= "班".len()) {
            start += "和".len();
            continue;
        }
        // 「（3）软件业务收入」
        if let Some(close) = rest.strip_prefix('（').and_then(|note| note.find('）'))
            && rest.get("（".len().."（".len() + close).is_some_and(|note| !note.is_empty() && note.bytes().all(|b| b.is_ascii_digit()))
        {
            start += "（".len() + close + "）".len();
            continue;
        }
        // 「8000亿元以上、公路投资1.6万亿元」
        if start == range.start
            && let Some(word) = ["以上", "以下", "左右", "以内"].iter().find(|word| rest.starts_with(**word))
            && sentence.quantities.iter().any(|q| q.range.end == start)
        {
            start += word.len();
            continue;
        }
        // 「完成了河道治理」 behind an amount
        if start == range.start && rest.starts_with('了') && !rest.starts_with("了解") {
            start += "了".len();
            continue;
        }
        // 「使花都工厂产能…」
        if start == range.start && rest.starts_with('使') && !rest.starts_with("使用") && !rest.starts_with("使馆") && rest.chars().count() > 3 {
            start += "使".len();
            continue;
        }
        // 「8.我国货物贸易」: a number of the list.
        let digits = rest.bytes().take_while(u8::is_ascii_digit).count();
        if digits > 0 && digits <= 2 && rest.get(digits..).is_some_and(|r| r.starts_with('.')) {
            start += digits + ".".len();
            continue;
        }
        if let Some(period) = sentence.periods.iter().find(|p| p.range.start == start && p.range.end <= range.end) {
            start = period.range.end;
            continue;
        }
        // 「全国重点实验室」 is a rank that stands at a province.
        if ["全国重点实验室", "全国重点文物", "全国文明", "全国重点镇"].iter().any(|title| rest.starts_with(title)) {
            break;
        }
        if let Some(area) = sentence.areas.iter().find(|a| {
            a.range.start == start
                && !is_partner(sentence, &a.range)
                && (a.range.end < range.end || a.range.end == range.end && matches!(a.kind, AreaKind::Own(_)))
                && is_sure(&a.kind)
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
        if let Some(next) = ["共", "已", "总共", "一共", "还", "再"].iter().find_map(|w| rest.strip_prefix(w))
            && lexicon.cues.prefix(next, |cue| matches!(cue, Cue::Action | Cue::Connect)).is_some()
        {
            start = range.end - next.len();
            continue;
        }
        // 「其他收入」 and 「并购」 do not begin with a connective.
        if ["其他", "其它", "其余", "并购", "并网", "并联", "共建", "共享", "共同", "另类", "等级"].iter().any(|w| rest.starts_with(w))
        {
            break;
        }
        match lexicon.cues.prefix(rest, |cue| cue == Cue::Connect) {
            Some((len, _)) if len < rest.len() || len > "中".len() => start += len,
            _ => break,
        }
    }
    start..range.end
}

/// Whether a phrase opens with a word that joins it to what stands before: 「和提案5件」, but not 「和美乡村」.
pub(super) fn is_joint(phrase: &str) -> bool {
    const WORDS: &[&str] = &["和平", "和谐", "和美", "和睦", "及时", "及格", "与会", "与时"];
    phrase.starts_with(['和', '及', '与']) && !WORDS.iter().any(|word| phrase.starts_with(word))
}

/// Whether an area is traded with or invests: 「对东盟进出口」, 「德国2015年对港直接投资」. It is part of what is measured, which another area's
/// statistics tell.
pub(super) fn is_partner(sentence: &Sentence<'_>, range: &Range<usize>) -> bool {
    const DEALS: &[&str] = &["进出口", "出口", "进口", "贸易", "货物贸易", "投资", "直接投资", "双边贸易", "服务贸易", "非金融类"];
    let before = sentence.cut(0, range.start);
    let after = sentence.cut(range.end, sentence.text.len());
    let deals = |text: &str| DEALS.iter().any(|word| text.trim_start_matches('的').starts_with(word));
    if before.ends_with(['对', '与', '同', '自', '向']) && !before.ends_with("面对") && deals(after) {
        return true;
    }
    // 「德国2015年对港的直接投资额」
    let after = sentence.periods.iter().find(|p| p.range.start == range.end).map_or(after, |p| sentence.cut(p.range.end, sentence.text.len()));
    let Some(target) = after.strip_prefix('对') else { return false };
    let whom: String = target.chars().take_while(|c| !matches!(c, '的' | '直' | '投' | '，' | '。')).collect();
    (1..=4).contains(&whom.chars().count()) && target.get(whom.len()..).is_some_and(deals)
}

fn is_sure(kind: &AreaKind) -> bool {
    matches!(kind, AreaKind::Own(_) | AreaKind::Named { trust: Trust::Sure, .. })
}

/// Joins the pieces of a label: bracketed notes, periods and line marks within it left out.
pub(super) fn written(sentence: &Sentence<'_>, range: &Range<usize>) -> String {
    let mut label = String::new();
    let mut depth = 0_usize;
    let text = sentence.text.get(range.clone()).unwrap_or_default();
    let mut kept = false;
    for (at, c) in text.char_indices() {
        let place = range.start + at;
        match c {
            '（' => {
                // 「执业（助理）医师」 is one word; 「户籍人口（含农垦）」 has a note.
                let rest = text.get(at + c.len_utf8()..).unwrap_or_default();
                kept = rest
                    .find('）')
                    .is_some_and(|close| rest.get(..close).is_some_and(|note| note.chars().count() <= 4) && close + "）".len() < rest.len());
                depth += 1;
            }
            '）' if depth > 0 => {
                depth -= 1;
                continue;
            }
            _ => {}
        }
        let is_period = sentence.periods.iter().any(|p| p.range.contains(&place));
        if (depth == 0 || kept) && !is_period && !c.is_whitespace() && !matches!(c, '（' | '）' | '【' | '】') {
            label.push(c);
        }
    }
    if let (Some(open), Some(close)) = (label.find("包括"), label.find("在内"))
        && open > 0
        && open < close
    {
        label = format!("{}{}", label.get(..open).unwrap_or_default(), label.get(close + "在内".len()..).unwrap_or_default());
    }
    for filler in ["全部的", "所有的"] {
        label = label.replace(filler, "");
    }
    // 「增幅连续4年」
    if let Some(at) = label
        .find("连续")
        .filter(|at| *at > 0 && label.get(*at..).is_some_and(|tail| tail.ends_with(['年', '月', '度']) && tail.chars().count() <= 7))
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
    // 「外贸进出口总额」 is of 外贸, not of 外贸进.
    if let Some(subject) = ["进出口贸易总额", "进出口贸易额", "进出口商品总值", "进出口总额", "进出口总值", "进出口额", "进出口"]
        .iter()
        .find_map(|both| label.strip_suffix(both))
    {
        return subject;
    }
    match lexicon.cues.suffix(label, |cue| cue == Cue::Attribute) {
        // 「工业企业实现利润」 is of 工业企业.
        Some((len, _)) if len < label.len() => {
            let subject = label.get(..label.len() - len).unwrap_or(label);
            ["共实现", "累计实现", "累计完成", "实现", "完成"].iter().find_map(|verb| subject.strip_suffix(verb)).unwrap_or(subject)
        }
        _ => label,
    }
}

/// Industries of the national classification whose names are lists themselves.
const INDUSTRIES: &[&str] = &[
    "信息传输、软件和信息技术服务业",
    "信息传输软件和信息技术服务业",
    "软件和信息技术服务业",
    "软件和信息服务业",
    "租赁和商务服务业",
    "批发和零售业",
    "住宿和餐饮业",
    "交通运输、仓储和邮政业",
    "交通运输仓储和邮政业",
    "科学研究和技术服务业",
    "水利、环境和公共设施管理业",
    "居民服务、修理和其他服务业",
    "卫生和社会工作",
    "文化、体育和娱乐业",
    "电力、热力、燃气及水生产和供应业",
    "电力、热力、燃气及水的生产和供应业",
    "计算机、通信和其他电子设备制造业",
    "石油和天然气开采业",
    "农副食品加工业",
    "化学原料和化学制品制造业",
    "黑色金属冶炼和压延加工业",
    "有色金属冶炼和压延加工业",
    "电气机械和器材制造业",
    "煤炭开采和洗选业",
];

/// The members of a list: 「城镇和农村居民人均可支配收入」 are 城镇居民人均可支配收入 and 农村居民人均可支配收入.
pub(super) fn members(phrase: &str, lexicon: &Lexicon) -> Vec<String> {
    members_of(phrase, lexicon, true)
}

/// Members of a list that 和, 及 and 与 join too, or only commas.
pub(super) fn members_of(phrase: &str, lexicon: &Lexicon, by_words: bool) -> Vec<String> {
    // 「…等六项主要经济指标」
    let counted = phrase.rfind('等').filter(|at| {
        let tail = phrase.get(*at + "等".len()..).unwrap_or_default();
        tail.ends_with("指标") && tail.contains('项') && tail.chars().count() <= 10
    });
    let phrase = counted.and_then(|at| phrase.get(..at)).unwrap_or(phrase);
    let phrase = ["等主要指标", "等指标", "等领域", "等方面", "等"].iter().find_map(|w| phrase.strip_suffix(w)).unwrap_or(phrase);
    let mut parts: Vec<String> = Vec::new();
    let mut current = String::new();
    let mut depth = 0_usize;
    let mut chars = phrase.char_indices().peekable();
    while let Some((at, c)) = chars.next() {
        let rest = phrase.get(at..).unwrap_or_default();
        // 「住宿和餐饮业」 is one industry.
        if depth == 0
            && let Some(industry) = INDUSTRIES.iter().find(|industry| rest.starts_with(**industry))
        {
            current.push_str(industry);
            for _ in 1..industry.chars().count() {
                chars.next();
            }
            continue;
        }
        match c {
            '“' | '（' | '《' => depth += 1,
            '”' | '）' | '》' => depth = depth.saturating_sub(1),
            _ => {}
        }
        let is_joint = depth == 0
            && (c == '、'
                || c == '，'
                || (by_words && matches!(c, '和' | '及' | '与') && !current.is_empty() && !is_inside_word(&current, rest))
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
    // 「第一、二产业增加值」
    if parts.first().is_some_and(|part| part.starts_with('第') && part.chars().count() == 2) {
        for part in parts.iter_mut().skip(1).filter(|part| part.starts_with(['二', '三'])) {
            part.insert(0, '第');
        }
    }
    // 「国家级绿色工厂、工业园区」
    if let Some(level) = ["国家级", "省级", "市级", "县级"].iter().find(|level| parts.first().is_some_and(|part| part.starts_with(**level)))
    {
        let is_ranked = |part: &String| ["国家", "部级", "厅", "省", "市", "县", "区", "全国"].iter().any(|word| part.starts_with(word));
        parts.iter_mut().skip(1).filter(|part| !is_ranked(part)).for_each(|part| part.insert_str(0, level));
    }
    let Some(last) = parts.last().cloned() else { return parts };
    let first = parts.first().cloned().unwrap_or_default();
    let is_whole = |part: &str| {
        lexicon.catalogue.find(part).is_some()
            || lexicon.cues.suffix(part, |cue| cue == Cue::Attribute).is_some()
            || part.ends_with(['率', '额', '量', '值', '数', '费', '税'])
            || part.ends_with("收入")
    };
    // 「细颗粒物、臭氧改善幅度」: what is measured of the last is measured of all.
    const SHARED: &[&str] = &["改善幅度", "下降幅度", "增长幅度", "占比", "比重"];
    if let Some(shared) = SHARED.iter().find(|shared| last.ends_with(**shared) && last.len() > shared.len()) {
        parts.iter_mut().filter(|part| !part.ends_with(shared) && part.chars().count() >= 2).for_each(|part| part.push_str(shared));
        return parts;
    }
    let count = parts.len();
    for (place, part) in parts.iter_mut().enumerate() {
        if place + 1 == count || is_whole(part) {
            // 「普通高中在校生、毕业生」: the later members lack the subject of the first.
            let of_trade = subject(&first, lexicon);
            // 「装备制造业总产值、工业增加值」
            if place > 0
                && of_trade.chars().count() >= 4
                && of_trade.ends_with("制造业")
                && let Some(measured) = part.strip_prefix("工业").filter(|measured| lexicon.cues.is(measured, Cue::Attribute))
            {
                *part = format!("{of_trade}{measured}");
            } else if place > 0 && lexicon.cues.suffix(part, |cue| cue == Cue::Attribute).is_some_and(|(len, _)| len == part.len()) {
                let subject = subject(&first, lexicon);
                if subject.len() < first.len() {
                    *part = format!("{subject}{part}");
                }
            }
            continue;
        }
        let prefix = part.chars().count();
        let tail: String = last.chars().skip(prefix).collect();
        let is_measured = lexicon.cues.suffix(&last, |cue| cue == Cue::Attribute).is_some_and(|(len, _)| last.len() - len >= "蔬菜".len());
        if last.chars().count() > prefix + 1 && !tail.is_empty() || is_measured {
            let head = tail_of(&last, lexicon);
            // 「金融业、信息服务业增加值」: an industry lacks only what is measured.
            let measured = head.rfind('业').map(|at| at + "业".len()).filter(|_| part.ends_with('业'));
            if let Some(measured) = measured {
                part.push_str(head.get(measured..).unwrap_or_default());
                continue;
            }
            // 「高技术制造业和装备制造业增加值」: 制造业 is told by both.
            let told = head.char_indices().map(|(at, _)| at).rev().find(|at| *at > 0 && head.get(..*at).is_some_and(|start| part.ends_with(start)));
            part.push_str(head.get(told.unwrap_or_default()..).unwrap_or_default());
        }
    }
    parts
}

/// Whether the joint that opens `rest` is part of a word: 「普及率」, 「参与率」, 「共和国」.
fn is_inside_word(before: &str, rest: &str) -> bool {
    const BEGINNINGS: &[&str] = &["普及", "涉及", "危及", "波及", "参与", "给与", "共和", "饱和", "总和", "缓和", "温和", "亲和"];
    const ENDS: &[&str] = &["和平", "和谐", "和美", "和睦", "及时", "及格"];
    let joint: String = rest.chars().take(1).collect();
    BEGINNINGS.iter().any(|word| word.strip_suffix(joint.as_str()).is_some_and(|head| before.ends_with(head)))
        || ENDS.iter().any(|word| rest.starts_with(word))
}

/// What the last member of a list has and an earlier one lacks.
fn tail_of(last: &str, lexicon: &Lexicon) -> String {
    // The longest catalogue phrase or attribute at the end that leaves a differing word in front.
    let attribute = lexicon.cues.suffix(last, |cue| cue == Cue::Attribute).map(|(len, _)| last.len() - len).filter(|at| *at > 0);
    let places: Vec<usize> = last.char_indices().map(|(at, _)| at).skip(1).collect();
    let known = places.iter().copied().find(|at| {
        let tail = last.get(*at..).unwrap_or_default();
        lexicon.catalogue.find(tail).is_some() && last.get(..*at).is_some_and(|head| head.chars().count() >= 2)
    });
    let at = match (known, attribute) {
        (Some(known), _) => known,
        (None, Some(attribute)) => attribute,
        // 「建筑垃圾利用率」: two characters and 率.
        (None, None) => {
            let from = last.char_indices().rev().nth(2).map(|(at, _)| at).filter(|at| last.ends_with('率') && *at >= 6);
            return from.and_then(|at| last.get(at..)).unwrap_or_default().to_owned();
        }
    };
    last.get(at..).unwrap_or_default().to_owned()
}
