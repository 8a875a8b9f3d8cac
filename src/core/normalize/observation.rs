//! Statements → observations: code, period, area, status, flags.

use std::collections::BTreeSet;

use chrono::Datelike;

use super::period;
use super::scope::Scope;
use super::when::Periods;
use super::{Place, area, confidence};
use crate::extract::Found;
use crate::extract::period::{PeriodWording, YearWord};
use crate::extract::statement::{Base, Statement};
use crate::lexicon::{Cue, Lexicon};
use crate::model::{Frequency, Measure, Observation, Reading, ReferencePeriod, Status};

/// Adds the observations of one sentence to the reading.
pub(super) fn observe(found: &Found, text: &str, place: &Place<'_>, scope: &mut Scope, lexicon: &Lexicon, reading: &mut Reading) {
    let mut periods = Periods::of(found, text, scope);
    let mut areas = Vec::new();
    for mention in &found.areas {
        let resolved = area::resolve(mention, text, &scope.areas, &lexicon.areas);
        if let Some(at) = resolved.as_ref().and_then(|r| r.at) {
            scope.areas.mentioned.push(at);
        }
        areas.push(resolved);
    }
    // Area of the statement before, and whether words told it.
    let mut before: Option<(Option<crate::model::ReferenceArea>, bool)> = None;
    for statement in &found.statements {
        let mut flags: BTreeSet<&'static str> = BTreeSet::new();
        let (when, is_told) = periods.of_statement(statement, scope);
        if !is_told {
            flags.insert("period_inferred");
        }
        let entity = entity_of(statement, lexicon);
        let status = statement.status.unwrap_or(if scope.is_after(&when) || is_future(statement, found, scope) || scope.is_plan {
            Status::Target
        } else {
            Status::Actual
        });
        let indicator = find_indicator(statement, entity.as_deref(), status, lexicon);
        let opens = |mention: &crate::extract::area::AreaMention| {
            let head = text.get(..mention.range.start).unwrap_or_default();
            head.is_empty() || head.chars().count() <= 8 && head.ends_with(['，', '、'])
        };
        let in_clause = statement.area.and_then(|at| found.areas.get(at)).is_some_and(|mention| {
            opens(mention) || !text.get(mention.range.end..statement.quantity.range.start).is_some_and(|between| between.contains(['，', '；']))
        });
        // In another area's document 「全国文明城市」 is a title; 「全国粮食产量」 is the country's. A region speaks for its own clause alone.
        let resolved = statement.area.and_then(|at| areas.get(at).cloned().flatten()).filter(|resolved| {
            let is_elsewhere = scope.default_area.as_ref().is_some_and(|own| own.name != resolved.area.name);
            let is_country = resolved.area.name == "中国";
            !is_elsewhere || (!is_country || indicator.is_some()) && (resolved.area.code.is_some() || in_clause || is_township(&resolved.area.name))
        });
        // What is said further of the figure before is of its area: 「长三角进出口3.9万亿元，占全国的36.2%」.
        let follows = !statement.is_own_label && statement.measure != Measure::Level;
        // What a table's header or row names is the area of its numbers, whatever the document is of.
        let headed = statement.header_area.and_then(|at| found.header_areas.get(at));
        let headed = headed.and_then(|mention| area::resolve(mention, &found.header, &scope.areas, &lexicon.areas));
        let (where_, is_area_told) = match headed.or_else(|| resolved.filter(|_| !follows || before.is_none())) {
            Some(resolved) => {
                if resolved.ambiguous {
                    flags.insert("ambiguous_area");
                }
                if resolved.inferred {
                    flags.insert("area_inferred");
                }
                (Some(resolved.area), true)
            }
            None if follows && before.is_some() => before.clone().unwrap_or_default(),
            None => {
                let zone = scope.zone_of(text.get(..statement.quantity.range.start).unwrap_or_default());
                let told = scope.paragraph_area.clone().filter(|_| scope.default_area.is_none());
                (zone.or(told).or_else(|| scope.default_area.clone()), false)
            }
        };
        if let Some(zone) = where_.as_ref().filter(|area| is_area_told && area.code.is_none() && area.name.ends_with(['区', '城'])) {
            scope.zone = Some(zone.clone());
        }
        if !is_area_told {
            flags.insert("area_inferred");
        } else if scope.default_area.is_none() {
            scope.paragraph_area.clone_from(&where_);
        }
        before = Some((where_.clone(), is_area_told));
        let (measure, baseline) = measured(statement, found, text, &areas, &when);
        let (code, name) = match indicator {
            Some(found) => (Some(found.code.clone()), found.name.clone()),
            None => {
                flags.insert("unknown_indicator");
                (None, statement.label.clone())
            }
        };
        let range = &statement.quantity.range;
        let label = indicator_text(statement, lexicon);
        let has_entity = entity.is_some();
        let known = confidence::Known { has_code: code.is_some(), is_period_told: is_told, is_area_told, has_entity, period: &when, label: &label };
        let confidence = confidence::of_statement(statement, &known);
        reading.observations.push(Observation {
            span: place.source(range),
            value_text: place.written(range),
            unit_text: text.get(statement.quantity.unit_start..range.end).unwrap_or_default().to_owned(),
            indicator_code: code,
            indicator: name,
            indicator_text: place.as_written(&label),
            entity: entity.map(|entity| place.as_written(&entity)),
            measure,
            value: statement.value,
            value_high: statement.high,
            unit: currency(statement, text, scope),
            bound: statement.bound,
            status,
            price_basis: statement.price_basis.filter(|_| matches!(measure, Measure::Yoy | Measure::Mom | Measure::Growth)),
            revision: statement.revision,
            baseline,
            period: when,
            area: where_,
            evidence: place.evidence(),
            page: place.page,
            rule: statement.rule,
            confidence,
            flags: flags.into_iter().collect(),
        });
    }
    periods.carry(scope);
}

/// The measure once its base is known, and the base's name.
fn measured(
    statement: &Statement,
    found: &Found,
    text: &str,
    areas: &[Option<area::ResolvedArea>],
    when: &ReferencePeriod,
) -> (Measure, Option<String>) {
    let growth = matches!(statement.measure, Measure::Yoy | Measure::Mom | Measure::Growth);
    let (measure, baseline) = match &statement.against {
        Some(Base::SamePeriodLastYear) => (statement.measure, Some(String::from("same_period_last_year"))),
        Some(Base::PreviousPeriod) => (statement.measure, Some(String::from("previous_period"))),
        Some(Base::Average) => (statement.measure, None),
        Some(Base::Target) => (statement.measure, Some(String::from("target"))),
        Some(Base::Other(what)) => (statement.measure, Some(format!("other:{what}"))),
        Some(Base::Area(at)) => (statement.measure, areas.get(*at).and_then(Option::as_ref).map(|area| format!("area:{}", area.area.name))),
        Some(Base::Period(at)) => match found.periods.get(*at).map(|p| p.wording) {
            Some(PeriodWording::Within { year, part, .. }) => {
                use crate::extract::period::Part;
                let is_last = match year {
                    YearWord::Absolute(year) => when.end.is_some_and(|end| end.year() - 1 == year) && !matches!(part, Part::Start),
                    YearWord::Published(by) | YearWord::Spoken(by) => by == -1,
                    YearWord::Untold => false,
                };
                match (part, is_last) {
                    (Part::NearMonth(_), _) => (if growth { Measure::Mom } else { statement.measure }, Some(String::from("previous_period"))),
                    (_, true) => (if growth { Measure::Yoy } else { statement.measure }, Some(String::from("same_period_last_year"))),
                    (_, false) => {
                        let name = match year {
                            YearWord::Absolute(year) => format!("year:{year}"),
                            _ if matches!(part, Part::Start | Part::End) => String::from("start_of_year"),
                            _ => {
                                format!("other:{}", text.get(found.periods.get(*at).map(|p| p.range.clone()).unwrap_or_default()).unwrap_or_default())
                            }
                        };
                        (if growth { Measure::Growth } else { statement.measure }, Some(name))
                    }
                }
            }
            Some(PeriodWording::Same { year: Some(YearWord::Absolute(year)) }) if when.end.is_none_or(|end| end.year() - 1 != year) => {
                (if growth { Measure::Growth } else { statement.measure }, Some(format!("year:{year}")))
            }
            Some(PeriodWording::Same { .. }) => (if growth { Measure::Yoy } else { statement.measure }, Some(String::from("same_period_last_year"))),
            Some(PeriodWording::Week) => (if growth { Measure::Mom } else { statement.measure }, Some(String::from("previous_period"))),
            _ => (if growth { Measure::Growth } else { statement.measure }, None),
        },
        None => (statement.measure, growth.then(|| String::from("same_period_last_year"))),
    };
    // A bare 增长 over several years is no growth on the year before.
    if measure == Measure::Yoy && statement.against.is_none() && when.frequency == Some(Frequency::Multi) {
        return (Measure::Growth, None);
    }
    (measure, baseline)
}

/// The unit; 元 and `$` are those of the place that the document speaks of.
fn currency(statement: &Statement, text: &str, scope: &Scope) -> String {
    let at_home = match scope.default_area.as_ref().map(|area| area.name.as_str()) {
        Some("香港特别行政区") => "HKD",
        Some("澳门特别行政区") => "MOP",
        // Where a text names 人民币, its 元 are of the mainland.
        Some("台湾省") if !text.contains("人民币") => "TWD",
        _ => return statement.base.clone(),
    };
    let range = &statement.quantity.range;
    let written = text.get(range.clone()).unwrap_or_default();
    let is_dollar = written.starts_with('$') && !written.starts_with("US$");
    let is_renminbi = written.contains("人民币")
        || text.get(..range.start).is_some_and(|before| before.ends_with("人民币"))
        || text.get(range.end..).is_some_and(|after| after.starts_with("人民币"));
    if is_dollar || statement.base == "CNY" && !is_renminbi && !written.starts_with('¥') { at_home.to_owned() } else { statement.base.clone() }
}

fn is_township(name: &str) -> bool {
    ["镇", "乡", "街道"].iter().any(|kind| name.ends_with(kind))
}

/// The catalogue's indicator for a label: the whole phrase, or what is left without words of manner.
fn find_indicator<'a>(statement: &Statement, entity: Option<&str>, status: Status, lexicon: &'a Lexicon) -> Option<&'a crate::lexicon::Indicator> {
    let is_subject = entity.is_some();
    let is_company = entity.is_some_and(|entity| lexicon.cues.is(&statement.written, Cue::Account) && !lexicon.cues.ends(entity, Cue::Plant));
    let is_whole = lexicon.catalogue.find(&statement.label).is_some();
    let fact = entity.filter(|_| !is_whole).and_then(|_| lexicon.catalogue.fact(&statement.written, is_company));
    if let Some(fact) = fact.filter(|fact| statement.measure == Measure::Level && fact.families.contains(&statement.quantity.family)) {
        return Some(fact);
    }
    let known = |label: &str| {
        // 「“三公”经费」 and 「三公经费」 are one.
        lexicon
            .catalogue
            .find(label)
            .or_else(|| lexicon.catalogue.find(&label.replace(['“', '”'], "")))
            .or_else(|| plainer(label).iter().find_map(|label| lexicon.catalogue.find(label)))
    };
    let fits = |found: &crate::lexicon::Indicator| {
        statement.measure != Measure::Level || found.families.is_empty() || found.families.contains(&statement.quantity.family)
    };
    let label = statement.label.strip_suffix("增速").or_else(|| statement.label.strip_suffix("增幅")).unwrap_or(&statement.label);
    let own = Some(statement.written.as_str()).filter(|written| is_subject || label.strip_suffix("面积") == Some(*written));
    let found = known(label).or_else(|| known(own?));
    let added = NEW.iter().chain(BECOMES).filter_map(|word| label.strip_prefix(word)).min_by_key(|rest| rest.len());
    let is_new = NEW.iter().any(|word| label.starts_with(word));
    let manner = &statement.manner;
    // 「累计培育」 tells a stock, 「今年要培育」 what shall be added; 「培育」 alone may be either.
    let nurtured = label.strip_prefix("培育").filter(|_| status != Status::Actual || manner.is_cumulative);
    let Some(found) = found else {
        let stock = known(added.or(nurtured)?)?;
        if !is_new && (manner.is_cumulative || manner.is_reached) {
            return Some(stock).filter(|stock| fits(stock));
        }
        return if is_flow(stock) { Some(stock) } else { lexicon.catalogue.addition(stock) }.filter(|added| fits(added));
    };
    // 「新增公园」 is no stock of parks.
    // 「建成公园6座」 in a year are no stock of parks either; 「累计建成」 is.
    let comes_to_be = manner.is_built
        || manner.is_nurtured && status != Status::Actual
        || BECOMES.iter().any(|verb| label.starts_with(verb) && !found.name.starts_with(verb));
    let is_built = comes_to_be
        && statement.measure == Measure::Level
        && !manner.is_cumulative
        && !manner.is_reached
        && !BECOMES.iter().any(|verb| found.name.starts_with(verb) || found.name.ends_with(verb))
        && lexicon.catalogue.addition(found).is_some();
    let is_new = (is_new || is_built) && !found.name.starts_with('新') && !is_flow(found);
    if is_new { lexicon.catalogue.addition(found).filter(|added| fits(added)) } else { Some(found).filter(|found| fits(found)) }
}

/// Verbs by which the things counted came to be.
const BECOMES: &[&str] = &["建成", "建设", "创建", "打造", "获批", "获评", "入选", "认定", "组建", "施划", "增加"];

/// Words for what was added within the period.
const NEW: &[&str] = &[
    "新增",
    "新建成",
    "新建及改造",
    "新建改造",
    "新建",
    "新培育",
    "新认定",
    "新改建",
    "新开工",
    "新开通",
    "新入选",
    "新获批",
    "新获评",
    "新评定",
    "新创建",
    "新设立",
    "新设",
    "新晋",
];

/// Whether an indicator is itself something done within a period: 「新增减税降费」 and 「新建商品房」 are what they are called.
fn is_flow(indicator: &crate::lexicon::Indicator) -> bool {
    ["新改建", "新登记", "新增", "筹集建设", "开工", "竣工", "加固", "再就业", "改造", "造林", "增量", "减税降费", "转移就业", "商品房", "商品住宅"]
        .iter()
        .any(|w| indicator.name.contains(w))
}

/// A label without words that change nothing of what it means: 「我国软件业累计完成业务收入」 is 软件业业务收入.
fn plainer(label: &str) -> Vec<String> {
    const FRONT: &[&str] = &[
        "拥有",
        "现有",
        "实有",
        "拟安排",
        "安排",
        "发行",
        "发放",
        "提供",
        "兑现",
        "争取",
        "我国",
        "我省",
        "我市",
        "我区",
        "我县",
        "提出",
        "预期",
        "继续",
        "共",
        "累计",
        "合计",
        "实现",
        "完成",
        "全部",
        "总",
    ];
    const INNER: &[&str] = &["累计完成", "共完成", "累计实现", "实现", "完成", "累计", "合计", "共", "预计", "首次"];
    const END: &[&str] = &["总数量", "数量", "总数", "从", "由", "将", "按", "拟按", "再", "继续", "均", "逐季", "情况"];
    let mut head = label.trim_start_matches(|c: char| c.is_ascii_digit());
    let mut found = Vec::new();
    while let Some(rest) = FRONT.iter().find_map(|word| head.strip_prefix(word)) {
        head = rest;
        found.push(head.to_owned());
    }
    let inner = INNER.iter().find(|word| head.contains(**word)).map_or_else(|| head.to_owned(), |word| head.replacen(word, "", 1));
    found.push(inner.clone());
    found.extend(END.iter().filter_map(|word| inner.strip_suffix(word)).map(str::to_owned));
    found.retain(|plain| plain != label && plain.chars().count() >= 2);
    found
}

/// The phrase as written; with the subject before it where only both together name the indicator.
fn indicator_text(statement: &Statement, lexicon: &Lexicon) -> String {
    let is_whole = statement.written.is_empty() || lexicon.catalogue.find(&statement.label).is_some();
    if is_whole { statement.label.clone() } else { statement.written.clone() }
}

/// Whose figure it is: the subject that was put before the words around the number.
fn entity_of(statement: &Statement, lexicon: &Lexicon) -> Option<String> {
    if statement.owner.is_some() {
        return statement.owner.clone();
    }
    let subject = statement.label.strip_suffix(statement.written.as_str())?;
    let is_thing = lexicon.cues.ends(subject, Cue::Plant)
        || ["项目", "工程", "园", "园区", "公司", "集团", "基地", "中心", "厂", "线", "期", "学校", "医院"].iter().any(|w| subject.ends_with(w));
    let is_thing = is_thing
        && !lexicon.cues.is(subject, Cue::GenericProject)
        && !subject.ends_with("重点项目")
        && !["前期项目", "领域项目", "上市公司"].iter().any(|w| subject.ends_with(w));
    let is_thing = is_thing && !["重点", "重大", "一批", "各类"].iter().any(|w| subject.starts_with(w));
    // 「入选全国示范工程项目」: what the projects were chosen for owns no figure.
    let is_honour = lexicon.cues.starts(subject, Cue::Stage)
        || ["入选", "列入", "纳入", "获评", "荣获", "入围", "跻身", "成长为"].iter().any(|w| subject.starts_with(w));
    (is_thing && !is_honour && !subject.is_empty()).then(|| subject.to_owned())
}

fn is_future(statement: &Statement, found: &Found, scope: &Scope) -> bool {
    statement.period.and_then(|at| found.periods.get(at)).is_some_and(period::is_until) && scope.is_plan
}
