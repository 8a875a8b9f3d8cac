//! Areas as worded → codes and names.

use std::collections::BTreeMap;

use crate::extract::area::{AreaKind, AreaMention, Trust, find_areas};
use crate::lexicon::area::{Area, AreaRef, Areas, Level};
use crate::model::ReferenceArea;

/// What surrounds a wording and decides the area it means.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct AreaScope {
    /// The area that the document speaks of.
    pub(crate) default: Option<AreaRef>,
    /// Areas named so far, in the order of the text.
    pub(crate) mentioned: Vec<AreaRef>,
    /// The year that the text speaks of: names change.
    pub(crate) year: Option<i32>,
}

/// An area as understood.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct ResolvedArea {
    /// Code and name.
    pub(crate) area: ReferenceArea,
    /// Its place in the list, to be added to [`AreaScope::mentioned`]; none for a zone.
    pub(crate) at: Option<AreaRef>,
    /// True when the words do not name it (「全市」) or name it in part (「青山」).
    pub(crate) inferred: bool,
    /// True when others bear the name and nothing around decides.
    pub(crate) ambiguous: bool,
}

/// Resolves an area as worded.
///
/// 「青山区」 is 420107 beside 武汉 and 150204 beside 包头; 「全市」 said by 青山区 is 武汉市.
///
/// - Shape: one mention, the text it was found in, what surrounds it and the list in; one area out.
/// - Errors: `None` when the words name no area here: 「和平」 as a word, 「全市」 with no city spoken of.
/// - Source: GB/T 2260, all editions since 1980.
pub(crate) fn resolve(mention: &AreaMention, text: &str, scope: &AreaScope, areas: &Areas) -> Option<ResolvedArea> {
    match &mention.kind {
        AreaKind::Own(kind) => {
            let at = own(*kind, scope, areas)?;
            resolved(at, *kind != '国', false, areas)
        }
        AreaKind::Zone { .. } => {
            let name = text.get(mention.range.clone())?.to_owned();
            Some(ResolvedArea { area: ReferenceArea { code: None, name }, at: None, inferred: false, ambiguous: false })
        }
        AreaKind::Named { candidates, trust } => {
            let is_known = |at: AreaRef| spoken_of(scope).any(|known| known == at);
            let is_narrow = |at: AreaRef| areas.get(at).is_some_and(|area| area.level != Level::Country);
            let usable: Vec<AreaRef> = candidates
                .iter()
                .copied()
                .filter(|at| match trust {
                    Trust::Sure => true,
                    Trust::Short => is_known(*at) || spoken_of(scope).any(|known| is_narrow(known) && areas.is_within(*at, known)),
                    Trust::Word => is_known(*at),
                })
                .collect();
            let (at, ambiguous) = choose(&usable, scope, areas)?;
            resolved(at, *trust != Trust::Sure, ambiguous, areas)
        }
    }
}

/// The area that a manifest names: a code, a name, or names one behind the other.
pub(crate) fn resolve_manifest_area(written: &str, year: Option<i32>, areas: &Areas) -> Option<ResolvedArea> {
    let written: String = written.chars().filter(|c| !c.is_whitespace()).collect();
    if written.len() == 6 && written.bytes().all(|b| b.is_ascii_digit()) {
        return resolved(areas.with_code(&written, year)?, false, false, areas);
    }
    let scope = AreaScope { default: None, mentioned: Vec::new(), year };
    if matches!(written.as_str(), "全国" | "我国" | "国家") {
        return resolved(areas.with_code("100000", None)?, false, false, areas);
    }
    if let Some(name) = areas.named(&written) {
        let (at, ambiguous) = choose(&name.areas, &scope, areas)?;
        return resolved(at, false, ambiguous, areas);
    }
    let mention = find_areas(&written, areas).pop()?;
    match &mention.kind {
        AreaKind::Named { candidates, .. } if mention.range.end == written.len() => {
            let (at, ambiguous) = choose(candidates, &scope, areas)?;
            resolved(at, false, ambiguous, areas)
        }
        _ => resolve(&mention, &written, &scope, areas),
    }
}

/// The area that a document speaks of, where no manifest names it: the one named most often, the head counting thrice.
///
/// - Errors: `None` when no area stands out.
pub(crate) fn document_area(text: &str, year: Option<i32>, areas: &Areas) -> Option<AreaRef> {
    let mut counts: BTreeMap<AreaRef, usize> = BTreeMap::new();
    let mut total = 0;
    let mut national = 0;
    for mention in find_areas(text, areas) {
        let weight = if mention.range.start < 180 { 3 } else { 1 };
        match &mention.kind {
            AreaKind::Named { candidates, trust } => {
                let is_home = candidates.iter().any(|at| areas.get(*at).is_some_and(|area| area.level <= Level::County));
                if is_home && *trust == Trust::Sure {
                    total += weight;
                }
                // Short names count for the area that the text also names in full; the filter below sees to that.
                let own_weight = if *trust == Trust::Sure { weight * 4 } else { 1 };
                for at in candidates {
                    if areas.get(*at).is_some_and(|area| area.is_valid(year)) {
                        *counts.entry(*at).or_default() += own_weight;
                    }
                }
            }
            AreaKind::Own('国') => national += weight,
            _ => {}
        }
    }
    let count = |at: AreaRef| counts.get(&at).copied().unwrap_or_default();
    let around = |at: AreaRef| areas.chain(at, year).iter().skip(1).map(|at| count(*at)).sum::<usize>();
    let is_home = |area: &Area| matches!(area.level, Level::Province | Level::Prefecture | Level::County);
    let best = counts
        .iter()
        .filter(|(at, own)| **own >= 4 && areas.get(**at).is_some_and(is_home))
        .max_by_key(|(at, own)| (**own, around(**at), std::cmp::Reverse(**at)))
        .map(|(at, _)| *at);
    if let Some(best) = best {
        let own = count(best) / 4;
        let rest = total.saturating_sub(around(best) / 4);
        if own >= 2 && own * 3 >= rest && own * 3 >= national {
            return Some(best);
        }
    }
    let country = areas.with_code("100000", None)?;
    (national + count(country) / 4 >= 2).then_some(country)
}

fn resolved(at: AreaRef, inferred: bool, ambiguous: bool, areas: &Areas) -> Option<ResolvedArea> {
    let area = areas.get(at)?;
    let code = Some(area.code.clone()).filter(|code| !code.is_empty());
    Some(ResolvedArea { area: ReferenceArea { code, name: area.name.clone() }, at: Some(at), inferred, ambiguous })
}

/// Areas that the text speaks of, the default first, then the latest named.
fn spoken_of(scope: &AreaScope) -> impl Iterator<Item = AreaRef> + '_ {
    scope.default.into_iter().chain(scope.mentioned.iter().rev().copied())
}

/// The nearest area upwards, from the default and then from those named, whose name ends like the word.
fn own(kind: char, scope: &AreaScope, areas: &Areas) -> Option<AreaRef> {
    if kind == '国' {
        return areas.with_code("100000", None);
    }
    let is_kind = |at: &AreaRef| areas.get(*at).is_some_and(|area| area.level <= Level::County && area.name.ends_with(kind));
    match scope.default {
        Some(default) if areas.get(default).is_some_and(|area| area.level != Level::Country) => {
            areas.chain(default, scope.year).into_iter().find(is_kind)
        }
        _ => scope.mentioned.iter().rev().find_map(|at| areas.chain(*at, scope.year).into_iter().find(is_kind)),
    }
}

/// One of several bearers of a name; `true` when nothing decided.
fn choose(candidates: &[AreaRef], scope: &AreaScope, areas: &Areas) -> Option<(AreaRef, bool)> {
    let of_year: Vec<AreaRef> = candidates.iter().copied().filter(|at| areas.get(*at).is_some_and(|area| area.is_valid(scope.year))).collect();
    let is_dated = !of_year.is_empty();
    let mut rest = if is_dated { of_year } else { candidates.to_vec() };
    // 「吉林」 is the province before it is the city in it, and 「西安」 is no district of 牡丹江, unless the text is that area's own.
    let code = |at: AreaRef| areas.get(at).map(|area| area.code.as_str());
    let is_own = |at: AreaRef| {
        spoken_of(scope).any(|known| code(known) == code(at))
            || scope.default.is_some_and(|default| {
                areas.parent(at, scope.year).is_some_and(|parent| code(parent) == code(default) && code(parent) != Some("100000"))
            })
    };
    if rest.len() > 1 && !rest.iter().any(|at| is_own(*at)) {
        let widest = rest.iter().filter_map(|at| areas.get(*at)).map(|area| area.level).min();
        rest.retain(|at| areas.get(*at).map(|area| area.level) == widest);
    }
    if rest.len() > 1 {
        let nearness: Vec<usize> = rest.iter().map(|at| nearness(*at, scope, areas)).collect();
        let best = nearness.iter().copied().max().unwrap_or_default();
        let mut near = nearness.iter();
        rest.retain(|_| near.next() == Some(&best));
    }
    if rest.len() > 1 {
        let widest = rest.iter().filter_map(|at| areas.get(*at)).map(|area| area.level).min();
        rest.retain(|at| areas.get(*at).map(|area| area.level) == widest);
    }
    // The same area may stand in the list several times, under the codes of several years.
    let first = if is_dated { rest.first() } else { rest.last() };
    first.map(|at| (*at, is_dated && rest.len() > 1))
}

/// How close an area is to those spoken of.
fn nearness(at: AreaRef, scope: &AreaScope, areas: &Areas) -> usize {
    let code = |at: AreaRef| areas.get(at).map(|area| area.code.as_str());
    let chain = areas.chain(at, scope.year);
    let mut best = 0;
    for (back, known) in spoken_of(scope).enumerate() {
        // The default decides before what is named; of those named, the latest.
        let recency = if scope.default.is_some() && back == 0 { 40 } else { 30_usize.saturating_sub(back) };
        let others = areas.chain(known, scope.year);
        let is_same = code(known) == code(at);
        // Steps up to the first area that both lie in, the country not counting.
        let shared = chain.iter().enumerate().skip(1).find(|(_, up)| {
            areas.get(**up).is_some_and(|area| area.level != Level::Country) && others.iter().any(|other| code(*other) == code(**up))
        });
        let is_around = others.iter().skip(1).any(|other| code(*other) == code(at)) && areas.get(at).is_some_and(|area| area.level != Level::Country);
        let score = if is_same {
            4000
        } else if is_around {
            3000
        } else if let Some((steps, _)) = shared {
            2000_usize.saturating_sub(steps * 500)
        } else {
            continue;
        };
        best = best.max(score + recency);
    }
    best
}

#[cfg(test)]
mod tests {
    use super::*;

    /// All mentions of a text, each resolved after those before.
    fn reading(text: &str, default: Option<&str>, year: Option<i32>, areas: &Areas) -> String {
        let default = default.and_then(|name| resolve_manifest_area(name, year, areas)).and_then(|found| found.at);
        let mut scope = AreaScope { default, mentioned: Vec::new(), year };
        let mut out = Vec::new();
        for mention in find_areas(text, areas) {
            if let Some(found) = resolve(&mention, text, &scope, areas) {
                out.push(format!(
                    "{} {}{}{}{}",
                    text.get(mention.range).unwrap_or_default(),
                    found.area.code.as_deref().unwrap_or("-"),
                    found.area.name,
                    if found.inferred { " inferred" } else { "" },
                    if found.ambiguous { " ambiguous" } else { "" },
                ));
                scope.mentioned.extend(found.at);
            }
        }
        out.join("; ")
    }

    /// Lines are `text => what is read`, `! text` for nothing, and `@ default year` for what surrounds the lines below.
    #[test]
    fn corpus_is_read_as_it_says() {
        let areas = Areas::load(&[]).unwrap();
        let (mut default, mut year) = (None, None);
        let mut wrong = Vec::new();
        let mut seen = (0, 0);
        for line in include_str!("../extract/area.corpus").lines().map(str::trim) {
            if line.is_empty() || line.starts_with('#') {
                continue;
            }
            if let Some(scope) = line.strip_prefix('@') {
                let mut words = scope.split_whitespace();
                default = words.next().filter(|word| *word != "-");
                year = words.next().and_then(|word| word.parse().ok());
            } else if let Some(text) = line.strip_prefix('!') {
                let text = text.split("  ").next().unwrap_or_default().trim();
                let got = reading(text, default, year, &areas);
                seen.1 += 1;
                if !got.is_empty() {
                    wrong.push(format!("! {text} => {got}"));
                }
            } else if let Some((text, expected)) = line.split_once("=>") {
                let got = reading(text.trim(), default, year, &areas);
                seen.0 += 1;
                if got != expected.trim() {
                    wrong.push(format!("{} => {got}\n      not {}", text.trim(), expected.trim()));
                }
            } else {
                wrong.push(format!("unread line: {line}"));
            }
        }
        assert!(seen.0 > 0 && seen.1 > 0);
        assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
    }

    #[test]
    fn manifests_name_areas_in_every_way() {
        let areas = Areas::load(&[]).unwrap();
        let check = |written: &str, year: Option<i32>, expected: &str| {
            let found = resolve_manifest_area(written, year, &areas).unwrap();
            assert_eq!(format!("{}{}", found.area.code.unwrap_or_default(), found.area.name), expected, "{written}");
            assert!(!found.ambiguous, "{written}");
        };
        check("420107", None, "420107青山区");
        check("武汉市青山区", None, "420107青山区");
        check("江西宜春市万载县", Some(2015), "360922万载县");
        check("内蒙古呼伦贝尔市海拉尔区", Some(2011), "150702海拉尔区");
        check("全国", None, "100000中国");
        check("新疆", Some(2011), "650000新疆维吾尔自治区");
        check("浙江余姚市", Some(2011), "330281余姚市");
        check("湖北黄石市阳新县", Some(2021), "420222阳新县");
        assert!(resolve_manifest_area("青山区", None, &areas).unwrap().ambiguous);
        assert!(resolve_manifest_area("某处", None, &areas).is_none());
    }

    #[test]
    fn documents_speak_of_the_area_they_name_most() {
        let areas = Areas::load(&[]).unwrap();
        let of = |text: &str| document_area(text, None, &areas).and_then(|at| areas.get(at)).map(|area| area.code.as_str());
        assert_eq!(of("青山区工业增长。武汉市平均较低。青山区签约项目，青山区新建园区。"), Some("420107"));
        assert_eq!(of("青山区工业增长。包头市平均较低。青山区签约项目，青山区新建园区。"), Some("150204"));
        assert_eq!(of("我国工业增长。全国平均较低。"), Some("100000"));
        assert_eq!(of("工业增长。"), None);
    }

    proptest::proptest! {
        #[test]
        fn mentions_are_cut_at_character_borders(text in "[全我本省市区县国青山武汉江西宜春万载上海场域公司a《]{0,30}") {
            static AREAS: std::sync::LazyLock<Areas> = std::sync::LazyLock::new(|| Areas::load(&[]).unwrap());
            let mut last = 0;
            for mention in find_areas(&text, &AREAS) {
                assert!(mention.range.start >= last && text.get(mention.range.clone()).is_some());
                last = mention.range.end;
                let _ = resolve(&mention, &text, &AreaScope::default(), &AREAS);
            }
        }
    }

    /// Every mention of the gold passages, printed for reading; nothing is asserted.
    #[test]
    #[expect(clippy::disallowed_methods, clippy::print_stdout, reason = "a measurement reads files and prints")]
    fn gold_passages_are_measured() {
        use crate::extract::period::find_periods;
        use crate::model::PartialDate;
        use crate::normalize::period::{self, PeriodScope};

        let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/gold");
        let Ok(manifest) = std::fs::read_to_string(root.join("manifest.csv")) else {
            println!("skipped: no gold passages beside this repository");
            return;
        };
        let areas = Areas::load(&[]).unwrap();
        let (mut all, mut has_period, mut has_area) = (0, 0, 0);
        for line in manifest.lines().skip(1) {
            let cells: Vec<&str> = line.splitn(4, ',').collect();
            let [path, published, area, title] = cells.as_slice() else { continue };
            let name = path.trim_start_matches("passages/").trim_end_matches(".txt");
            let Ok(text) = std::fs::read_to_string(root.join(path)) else { continue };
            let Ok(labels) = std::fs::read_to_string(root.join(format!("labels/{name}.obs.tsv"))) else { continue };
            let text: String = text.chars().filter(|c| !c.is_whitespace()).collect();
            let published = PartialDate::parse(published).or_else(|| PartialDate::parse("2024-09"));
            let (year, genre) = period::document_scope(Some(title), published, &text);
            let default = resolve_manifest_area(area, year, &areas).and_then(|found| found.at).or_else(|| document_area(&text, year, &areas));
            let day = |day: Option<chrono::NaiveDate>| day.map_or_else(|| "*".to_owned(), |day| day.to_string());
            let mut scope = PeriodScope { published, year, previous: None };
            let mut periods: Vec<String> = Vec::new();
            println!("== {name} {year:?} {genre:?} {:?}", default.and_then(|at| areas.get(at)).map(|area| &area.name));
            if let Some(year) = year {
                periods.push(format!("{year}-01-01→{year}-12-31"));
                periods.push(format!("*→{year}-12-31"));
            }
            periods.push("*→*".to_owned());
            for mention in find_periods(&text) {
                let written = text.get(mention.range.clone()).unwrap_or_default();
                let Some(found) = period::resolve(&mention, &text, &scope) else {
                    println!("  ? {written}");
                    continue;
                };
                println!("  {written} {}→{} {:?}", day(found.start), day(found.end), found.frequency.map(|f| f.as_str()));
                periods.push(format!("{}→{}", day(found.start), day(found.end)));
                periods.push(format!("*→{}", day(found.end)));
                scope.previous = Some(found);
            }
            let year = year.or(published.map(|date| date.year));
            let mut scope = AreaScope { default, mentioned: Vec::new(), year };
            let mut named: Vec<String> = vec!["*".to_owned()];
            named.extend(default.and_then(|at| areas.get(at)).map(|area| area.name.clone()));
            for mention in find_areas(&text, &areas) {
                let written = text.get(mention.range.clone()).unwrap_or_default();
                match resolve(&mention, &text, &scope, &areas) {
                    Some(found) => {
                        println!("  {written} = {}{}", found.area.name, if found.ambiguous { " ambiguous" } else { "" });
                        named.push(found.area.name);
                        scope.mentioned.extend(found.at);
                    }
                    None => println!("  - {written}"),
                }
            }
            for label in labels.lines().skip(1) {
                let cells: Vec<&str> = label.split('\t').collect();
                let (Some(start), Some(end), Some(area)) = (cells.get(6), cells.get(7), cells.get(8)) else { continue };
                all += 1;
                let wanted = format!("{start}→{end}");
                if periods.contains(&wanted) {
                    has_period += 1
                } else {
                    println!("  MISSING {wanted} {}", cells.first().unwrap_or(&""))
                }
                if named.iter().any(|name| name == area) { has_area += 1 } else { println!("  MISSING {area}") }
            }
        }
        println!("gold: of {all} labels, {has_period} have a period and {has_area} an area that some mention or the document gives");
    }
}
