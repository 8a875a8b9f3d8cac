//! Areas as worded: 「江西宜春市万载县」, 「全市」, 「荆州经济技术开发区」.

use std::ops::Range;

use crate::lexicon::area::{AreaRef, Areas, Level};

/// Where an area is worded, and how.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct AreaMention {
    /// In bytes of the text given.
    pub(crate) range: Range<usize>,
    /// What the words say.
    pub(crate) kind: AreaKind,
}

/// What the words of an area say.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum AreaKind {
    /// A name, and the areas that bear it (within those named directly before it).
    Named {
        /// Who bears it.
        candidates: Vec<AreaRef>,
        /// How far the name alone can be trusted.
        trust: Trust,
    },
    /// A zone that is an area of its own, within the area named before it: 「荆州经济技术开发区」.
    Zone {
        /// The areas that the zone may lie in.
        within: Vec<AreaRef>,
    },
    /// The area spoken of anyway, by its last character: 「全市」, 「我省」, 「全国」.
    Own(char),
}

/// How far a name alone can be trusted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Trust {
    /// A word of daily life, which names an area only where that area is spoken of anyway: 「和平」.
    Word,
    /// A county's short name, which holds where the area around it is spoken of: 「库车」.
    Short,
    /// A full name, a chain, a province's or city's short name.
    Sure,
}

const ZONES: &[&str] = &[
    "经济技术开发区",
    "高新技术产业开发区",
    "高新技术开发区",
    "经济开发区",
    "高新技术产业园区",
    "高新开发区",
    "综合保税区",
    "高新区",
    "经开区",
    "开发区",
    "保税区",
    "中心城区",
    "主城区",
    "自贸区",
    "自贸试验区",
];

/// New areas of the State Council whose names are no division's (浦东 and 滨海 are districts).
const NEW_AREAS: &[&str] = &[
    "两江新区",
    "舟山群岛新区",
    "兰州新区",
    "南沙新区",
    "西咸新区",
    "贵安新区",
    "西海岸新区",
    "金普新区",
    "天府新区",
    "湘江新区",
    "江北新区",
    "福州新区",
    "滇中新区",
    "哈尔滨新区",
    "长春新区",
    "赣江新区",
    "雄安新区",
];

/// What follows a name that belongs to a company, a school, a street or a product.
const OWNERS: &[&str] = &["银行", "公司", "集团", "大学", "学院", "股份", "证券", "日报", "晚报"];
const TAILS: &[&str] = &[
    "江",
    "河",
    "湖",
    "机场",
    "大桥",
    "隧道",
    "水库",
    "灌区",
    "堤防",
    "航站楼",
    "路",
    "街",
    "酒",
    "港股",
    "大道",
    "中学",
    "小学",
    "医院",
    "啤酒",
    "白酒",
];

/// Finds the areas of a uniform text: left to right, none overlapping.
pub(crate) fn find_areas(text: &str, areas: &Areas) -> Vec<AreaMention> {
    let mut found: Vec<AreaMention> = Vec::new();
    for (range, name) in areas.names_in(text) {
        let Some((range, candidates, mut trust)) = named(text, range, name, areas) else { continue };
        let mut mention = AreaMention { range: range.clone(), kind: AreaKind::Named { candidates: candidates.clone(), trust } };
        // Names one behind the other are one mention where each lies in the one before.
        if let Some(AreaMention { range: outer, kind: AreaKind::Named { candidates: around, trust: outer_trust } }) = found.last()
            && outer.end == range.start
        {
            let within: Vec<AreaRef> =
                candidates.iter().copied().filter(|inner| around.iter().any(|outer| areas.is_within(*inner, *outer))).collect();
            if !within.is_empty() {
                // 「中国合作」 makes no county of a word; 「江西万载」 does.
                let is_country = around.iter().all(|at| areas.get(*at).is_some_and(|area| area.level == Level::Country));
                let is_known = trust == Trust::Sure || (*outer_trust == Trust::Sure && !is_country);
                trust = if is_known { Trust::Sure } else { trust };
                mention = AreaMention { range: outer.start..range.end, kind: AreaKind::Named { candidates: within, trust } };
                found.pop();
            }
        }
        found.push(mention);
    }
    let mut kept: Vec<AreaMention> = Vec::new();
    for mention in found {
        let after = text.get(mention.range.end..).unwrap_or_default();
        let AreaKind::Named { candidates, .. } = &mention.kind else { continue };
        let is_home = candidates.iter().any(|at| areas.get(*at).is_some_and(|area| area.level <= Level::County));
        if is_home && let Some(zone) = ZONES.iter().find(|zone| after.starts_with(**zone)) {
            let range = mention.range.start..mention.range.end + zone.len();
            kept.push(AreaMention { range, kind: AreaKind::Zone { within: candidates.clone() } });
        } else if !is_owner(after) && (is_home || !is_investor(after)) {
            kept.push(mention);
        }
    }
    let towns: Vec<AreaMention> = kept.iter().filter_map(|mention| township(text, mention, areas)).collect();
    kept.extend(towns);
    kept.extend(new_areas(text));
    kept.extend(own(text));
    kept.sort_by_key(|mention| (mention.range.start, std::cmp::Reverse(mention.range.end)));
    let mut last = 0;
    kept.retain(|mention| {
        let is_free = mention.range.start >= last;
        if is_free {
            last = mention.range.end;
        }
        is_free
    });
    kept
}

/// The township named directly behind its county: 「位于万载县白水乡」.
fn township(text: &str, mention: &AreaMention, areas: &Areas) -> Option<AreaMention> {
    const NO_NAMES: &[&str] = &["个", "各", "所", "全", "重点", "特色", "中心", "乡", "城", "建制", "两", "等"];
    let AreaKind::Named { candidates, .. } = &mention.kind else { return None };
    let is_county = candidates.iter().any(|at| areas.get(*at).is_some_and(|area| area.level == Level::County));
    let after = text.get(mention.range.end..).filter(|_| is_county)?;
    let (len, rest) = ["镇", "乡", "街道"].iter().find_map(|kind| {
        let at = after.find(kind)?;
        let name = after.get(..at)?;
        let is_name = (2..=3).contains(&name.chars().count()) && name.chars().all(|c| matches!(c, '\u{4e00}'..='\u{9fff}'));
        let is_generic = NO_NAMES.iter().any(|word| name.contains(word));
        (is_name && !is_generic).then(|| (at + kind.len(), after.get(at + kind.len()..).unwrap_or_default()))
    })?;
    let is_cut = rest.starts_with(['村', '长', '级', '域', '土', '政', '镇', '办', '人', '和', '、']);
    let range = mention.range.end..mention.range.end + len;
    (!is_cut).then(|| AreaMention { range, kind: AreaKind::Zone { within: candidates.clone() } })
}

/// New areas by their names, and new towns: 「石桥新城投资2亿元」, where a name of two to four characters opens a clause.
fn new_areas(text: &str) -> Vec<AreaMention> {
    const OPENERS: &[char] = &['，', '。', '；', '：', '、', '在', '于', '到', '和', '与', '的', '是', '使', '为'];
    const NO_NAMES: &[&str] = &["建设", "打造", "城市", "现代", "智慧", "产业", "生态", "推进", "推动", "一座", "新型", "滨江", "科技", "美丽"];
    let zone = |range: Range<usize>| AreaMention { range, kind: AreaKind::Zone { within: Vec::new() } };
    let mut found: Vec<AreaMention> =
        NEW_AREAS.iter().flat_map(|name| text.match_indices(name).map(|(at, name)| zone(at..at + name.len()))).collect();
    for (at, word) in text.match_indices("新城") {
        let before = text.get(..at).unwrap_or_default();
        let start = before.char_indices().rev().find(|(_, c)| OPENERS.contains(c)).map_or(0, |(at, c)| at + c.len_utf8());
        let name = before.get(start..).unwrap_or_default();
        let after = text.get(at + word.len()..).unwrap_or_default();
        let is_name = (2..=4).contains(&name.chars().count())
            && name.chars().all(|c| matches!(c, '\u{4e00}'..='\u{9fff}'))
            && !NO_NAMES.iter().any(|word| name.contains(word));
        if is_name && !after.starts_with(['区', '镇', '市', '县', '项', '街', '小', '建', '控', '集']) {
            found.push(zone(start..at + word.len()));
        }
    }
    found
}

/// A name with its bearers and trust; 「上海市场」 is 上海 and a market.
fn named(text: &str, range: Range<usize>, name: &crate::lexicon::area::Name, areas: &Areas) -> Option<(Range<usize>, Vec<AreaRef>, Trust)> {
    if name.areas.is_empty() {
        return None;
    }
    let written = text.get(range.clone())?;
    // 「世界首位」 names no 界首.
    if written.starts_with("界首") && text.get(..range.start)?.ends_with('世') {
        return None;
    }
    let next = text.get(range.end..)?.chars().next().unwrap_or(' ');
    let last = written.chars().next_back()?;
    let is_cut = match last {
        '市' => matches!(next, '场' | '值' | '价' | '话'),
        '区' => matches!(next, '域' | '间' | '位' | '块' | '别' | '分'),
        _ => false,
    };
    if is_cut && name.is_full {
        let short = written.strip_suffix(last)?;
        let name = areas.named(short)?;
        return Some((range.start..range.end - last.len_utf8(), name.areas.clone(), trust(name, short, areas)));
    }
    Some((range, name.areas.clone(), trust(name, written, areas)))
}

fn trust(name: &crate::lexicon::area::Name, written: &str, areas: &Areas) -> Trust {
    if name.is_word {
        return Trust::Word;
    }
    let is_wide = name.areas.iter().any(|at| {
        areas.get(*at).is_some_and(|area| area.level != Level::County && (name.is_full || area.level == Level::Province || area.until.is_none()))
    });
    let is_long_city = written.chars().count() > 2 && !written.ends_with(['城', '山', '河', '江', '湖']);
    if name.is_full || is_wide || is_long_city { Trust::Sure } else { Trust::Short }
}

/// True when the name belongs to what follows: 「武汉市融资担保公司」, 「贵州酒」.
fn is_owner(after: &str) -> bool {
    if TAILS.iter().any(|tail| after.starts_with(tail)) {
        return true;
    }
    let stops = ['的', '在', '有', '为', '与', '和', '由', '向', '对', '及', '是', '引', '将', '已', '上', '下', '新', '从', '个', '家', '共'];
    let run: String = after
        .chars()
        .take(12)
        .take_while(|c| !c.is_ascii() && !stops.contains(c) && !matches!(c, '，' | '。' | '、' | '；' | '：' | '“' | '”' | '（' | '）' | '《' | '》'))
        .collect();
    // 「东州港」, but not 「东州港口」.
    if after.starts_with('港') && !after.starts_with("港口") && !after.starts_with("港澳") {
        return true;
    }
    // 「甲市援建项目」 stand elsewhere.
    if ["援建", "援助", "对口支援"].iter().any(|word| after.starts_with(word)) {
        return true;
    }
    // 「台湾华光拟投10亿元」: the name opens a company's.
    let plans = ["拟投", "斥资", "欲投", "拟建"]
        .iter()
        .any(|verb| run.find(verb).is_some_and(|at| run.get(..at).is_some_and(|name| (2..=6).contains(&name.chars().count()))));
    if plans {
        return true;
    }
    // 「市科技进步奖3项」 is given by the area, not won by it.
    OWNERS.iter().any(|owner| run.contains(owner)) || run.ends_with('奖') || after.starts_with("上市公司")
}

/// True when a foreign name opens that of who invests: 「德国某某投资的电池项目」.
fn is_investor(after: &str) -> bool {
    let run: String = after.chars().take(10).take_while(|c| *c != '的' && !c.is_ascii() && !matches!(c, '，' | '。' | '、' | '；')).collect();
    run.ends_with("投资") && run.chars().count() >= 4
}

/// Words for the area spoken of anyway.
fn own(text: &str) -> Vec<AreaMention> {
    let mut found = Vec::new();
    let mut before = ' ';
    let mut at = text.char_indices().peekable();
    while let Some((start, first)) = at.next() {
        if matches!(first, '全' | '我' | '本' | '该')
            && let Some(&(place, kind)) = at.peek()
            && matches!(kind, '国' | '省' | '市' | '区' | '县' | '旗' | '州')
        {
            let end = place + kind.len_utf8();
            let next = text.get(end..).and_then(|rest| rest.chars().next()).unwrap_or(' ');
            // 「全国文明城市」 is a title that a city holds.
            const TITLES: &[&str] = &["文明", "先进", "优秀", "示范", "劳动模范", "劳模", "百强", "首批", "首个", "首家", "首条", "五一"];
            let is_title = kind == '国' && text.get(end..).is_some_and(|rest| TITLES.iter().any(|title| rest.starts_with(title)));
            let is_other = is_title
                || match first {
                    '全' => matches!(before, '安' | '健' | '完' | '齐' | '保'),
                    '本' => matches!(before, '资' | '成' | '基' | '日' | '样' | '版') || kind == '国' || kind == '州',
                    '该' => matches!(before, '应') || kind == '国',
                    _ => matches!(before, '自'),
                }
                || matches!((kind, next), ('市', '场' | '值') | ('区', '域' | '间' | '位' | '块') | ('州', '县'));
            if !is_other {
                found.push(AreaMention { range: start..end, kind: AreaKind::Own(kind) });
            }
        }
        before = first;
    }
    found
}
