//! Statements → observations: code, period, area, status, flags.

use std::collections::BTreeSet;

use chrono::Datelike;

use super::period;
use super::scope::Scope;
use super::{Place, area};
use crate::extract::Found;
use crate::extract::period::{PeriodWording, YearWord};
use crate::extract::statement::{Base, Statement};
use crate::lexicon::Lexicon;
use crate::model::{Frequency, Measure, Observation, Reading, ReferencePeriod, Status};

/// Adds the observations of one sentence to the reading.
pub(super) fn observe(found: &Found, text: &str, place: &Place<'_>, scope: &mut Scope, lexicon: &Lexicon, reading: &mut Reading) {
    let mut earlier: Option<ReferencePeriod> = None;
    let mut last: Option<(String, ReferencePeriod, bool)> = None;
    // Periods and areas are told in the order of the text, whether a number follows or not.
    let mut previous = scope.paragraph.clone();
    let mut periods: Vec<Option<ReferencePeriod>> = Vec::new();
    for mention in &found.periods {
        let resolved = period::resolve(mention, text, &scope.period_scope(previous.clone()));
        if resolved.as_ref().is_some_and(|p| p.start.is_some() || p.end.is_some()) {
            previous.clone_from(&resolved);
        }
        periods.push(resolved);
    }
    let mut areas = Vec::new();
    for mention in &found.areas {
        let resolved = area::resolve(mention, text, &scope.areas, &lexicon.areas);
        if let Some(at) = resolved.as_ref().and_then(|r| r.at) {
            scope.areas.mentioned.push(at);
        }
        areas.push(resolved);
    }
    for statement in &found.statements {
        let mut flags: BTreeSet<&'static str> = BTreeSet::new();
        let follows = statement.measure != Measure::Level && last.as_ref().is_some_and(|(label, _, _)| *label == statement.label);
        let own_is_new =
            statement.period.is_some_and(|at| found.periods.get(at).is_some_and(|p| !follows || last_end(found, statement) < p.range.start));
        let (mut when, is_told) = match (&last, statement.period) {
            (Some((_, period, told)), _) if follows && !own_is_new => (period.clone(), *told),
            (_, Some(at)) => (periods.get(at).cloned().flatten().unwrap_or_default(), true),
            (Some((_, period, told)), None) if !matches!(statement.measure, Measure::Level) && !statement.is_own_label => (period.clone(), *told),
            _ if is_holiday(text) => (ReferencePeriod::default(), false),
            _ if text.starts_with("其中") && scope.before.is_some() => (scope.before.clone().unwrap_or_default(), false),
            _ => match &scope.paragraph {
                Some(period) => (period.clone(), false),
                None => (scope.default_period(), false),
            },
        };
        if statement.is_earlier {
            // 「A从2020年的1增长到2，B从3增长到4」: the later pair is of the same years.
            match statement.period {
                None if when.frequency == Some(Frequency::Multi) && earlier.is_none() => {
                    when = when.start.map(|start| super::scope::whole_year(start.year() - 1)).unwrap_or_default();
                }
                None => when = earlier.clone().unwrap_or_default(),
                Some(_) => earlier = Some(when.clone()),
            }
        } else if statement.is_later && when.frequency == Some(Frequency::Multi) {
            when = when.end.map(|end| super::scope::whole_year(end.year())).unwrap_or_default();
        } else if let (Some(from), Measure::Growth, Some(Base::Average)) = (&earlier, statement.measure, &statement.against) {
            // 「从2020年的…增长到2025年的…，年均增长6%」 is of the years between.
            if let (Some(from), Some(to)) = (from.end, when.end) {
                when.start = chrono::NaiveDate::from_ymd_opt(from.year() + 1, 1, 1).filter(|start| *start <= to);
                when.frequency = Some(Frequency::Multi);
            }
        }
        let in_clause = statement.period.and_then(|at| found.periods.get(at)).is_some_and(|mention| {
            !text.get(mention.range.end..statement.quantity.range.start).is_some_and(|between| between.contains(['，', '；', '：']))
        });
        if statement.manner.is_open && !in_clause {
            when = ReferencePeriod::default();
        } else if statement.measure == Measure::Level && !statement.is_earlier {
            when = stock_or_flow(statement, found, when, is_told);
        }
        // 年均 runs over the years that the section reviews.
        let years = scope.paragraph.clone().filter(|p| p.frequency == Some(Frequency::Multi) && p.start.is_some()).or_else(|| scope.section.clone());
        if let (Measure::Growth, Some(Base::Average), Some(years), None) = (statement.measure, &statement.against, years, &earlier) {
            if !(is_told && in_clause) {
                when = years;
            }
        }
        if statement.measure == Measure::Level && when.end.is_some() && ends_compared(found, statement) {
            when.start = when.end;
            when.frequency = Some(Frequency::Point);
        }
        // In a review of years a total reached is that of the last one: only what was added runs over all of them.
        let is_added = statement.manner.is_flow || statement.manner.is_cumulative || statement.measure == Measure::Change;
        let is_average = matches!(statement.against, Some(Base::Average));
        if when.frequency == Some(Frequency::Multi) && !is_added && !is_average && !(is_told && in_clause) && reaches(statement) {
            when.start = None;
        } else if when.frequency == Some(Frequency::Multi)
            && !is_added
            && !is_average
            && !(is_told && in_clause)
            && statement.measure == Measure::Level
            && when.start.is_some()
        {
            when = when.end.map(|end| super::scope::whole_year(end.year())).unwrap_or_default();
        }
        // 「到2030年…年均增长5%」 runs from the plan's first year.
        if let (Measure::Growth, Some(Base::Average), Some(end), Some(first)) =
            (statement.measure, &statement.against, when.end, scope.published_year())
        {
            let is_single = when.start.is_some_and(|start| start.year() == end.year());
            if is_single && end.year() > first {
                when.start = chrono::NaiveDate::from_ymd_opt(first, 1, 1);
                when.frequency = Some(Frequency::Multi);
            }
        }
        if !is_told {
            flags.insert("period_inferred");
        }
        let indicator = find_indicator(statement, lexicon);
        let in_clause = statement.area.and_then(|at| found.areas.get(at)).is_some_and(|mention| {
            !text.get(mention.range.end..statement.quantity.range.start).is_some_and(|between| between.contains(['，', '；']))
        });
        // In another area's document 「全国文明城市」 is a title; 「全国粮食产量」 is the country's. A region speaks for its own clause alone.
        let resolved = statement.area.and_then(|at| areas.get(at).cloned().flatten()).filter(|resolved| {
            let is_elsewhere = scope.default_area.as_ref().is_some_and(|own| own.name != resolved.area.name);
            let is_country = resolved.area.name == "中国";
            !is_elsewhere || (!is_country || indicator.is_some()) && (resolved.area.code.is_some() || in_clause)
        });
        let (where_, is_area_told) = match resolved {
            Some(resolved) => {
                if resolved.ambiguous {
                    flags.insert("ambiguous_area");
                }
                if resolved.inferred {
                    flags.insert("area_inferred");
                }
                (Some(resolved.area), true)
            }
            None => (scope.paragraph_area.clone().filter(|_| scope.default_area.is_none()).or_else(|| scope.default_area.clone()), false),
        };
        if !is_area_told {
            flags.insert("area_inferred");
        } else if scope.default_area.is_none() {
            scope.paragraph_area.clone_from(&where_);
        }
        let status = statement.status.unwrap_or(if is_future(statement, found, scope) || scope.is_plan { Status::Target } else { Status::Actual });
        let (measure, baseline) = measured(statement, found, &areas, &when);
        let entity = entity_of(statement);
        let (code, name) = match indicator {
            Some(found) => (Some(found.code.clone()), found.name.clone()),
            None => {
                flags.insert("unknown_indicator");
                (None, statement.label.clone())
            }
        };
        scope.before = Some(when.clone());
        last = Some((statement.label.clone(), when.clone(), is_told));
        let range = &statement.quantity.range;
        reading.observations.push(Observation {
            span: place.source(range),
            value_text: place.written(range),
            unit_text: text.get(statement.quantity.unit_start..range.end).unwrap_or_default().to_owned(),
            indicator_code: code,
            indicator: name,
            indicator_text: indicator_text(statement, lexicon),
            entity,
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
            confidence: confidence(statement, is_told, is_area_told),
            flags: flags.into_iter().collect(),
        });
    }
    if let Some(opening) = found.periods.iter().zip(&periods).find(|(mention, _)| mention.range.start < 12).and_then(|(_, period)| period.clone()) {
        match opening.frequency {
            Some(Frequency::Multi) => scope.section = Some(opening),
            Some(Frequency::Annual) if opening.end.is_some() => scope.section = None,
            _ => {}
        }
    }
    // What this sentence told of time holds for the rest of its paragraph.
    let carried = found
        .periods
        .iter()
        .zip(&periods)
        .rev()
        .find(|(mention, period)| {
            let is_used = found.statements.iter().any(|s| s.period.and_then(|at| found.periods.get(at)) == Some(*mention));
            let is_opening = mention.range.start < 12;
            (is_used || is_opening) && period.is_some()
        })
        .and_then(|(_, period)| period.clone());
    if let Some(period) = carried.filter(|p| p.frequency != Some(Frequency::Point) || p.start.is_none()) {
        // 「今年以来」 and 「目前」 are no nearer than what was told before.
        if period.end.is_some() || scope.paragraph.is_none() {
            if !found.statements.is_empty() && period.end.is_some() {
                scope.headline.get_or_insert_with(|| period.clone());
            }
            scope.paragraph = Some(period);
        }
    }
}

fn last_end(found: &Found, statement: &Statement) -> usize {
    found.statements.iter().map(|s| s.quantity.range.end).filter(|end| *end <= statement.quantity.range.start).max().unwrap_or(0)
}

/// An undated stock stands at the end of its period; a cumulative flow has no told start.
fn stock_or_flow(statement: &Statement, found: &Found, mut when: ReferencePeriod, is_told: bool) -> ReferencePeriod {
    let is_as_of = statement.period.and_then(|at| found.periods.get(at)).is_some_and(period::is_as_of);
    let is_point = when.start.is_some() && when.start == when.end;
    if is_point {
        // 「截至8月底发放贷款」 is counted up to that day; 「到2015年底共有」 stands then.
        let is_told_so = when.text.as_ref().is_some_and(|text| text.starts_with('截'));
        let is_cumulative = statement.manner.is_cumulative || is_as_of && is_told_so && !is_stock(statement);
        if is_cumulative {
            when.start = None;
            when.frequency = Some(Frequency::YearToDate);
        }
        return when;
    }
    let is_long = matches!(when.frequency, Some(Frequency::Annual | Frequency::Multi));
    let is_until = statement.period.and_then(|at| found.periods.get(at)).is_some_and(period::is_until);
    if is_until && is_long && (is_stock(statement) || statement.quantity.is_rate() || statement.label.contains("含量")) {
        when.start = when.end;
        when.frequency = Some(Frequency::Point);
        return when;
    }
    let is_run_up = statement.manner.is_cumulative && !is_told && statement.quantity.family == "money";
    if when.end.is_some() && is_long && (is_stock(statement) || is_run_up) {
        when.start = None;
    }
    when
}

/// Whether the number behind tells a change since the year's start or the last year's end: then the level stands at the end.
fn ends_compared(found: &Found, statement: &Statement) -> bool {
    let next = found.statements.iter().find(|next| next.quantity.range.start > statement.quantity.range.start);
    next.filter(|next| next.label == statement.label && next.measure == Measure::Change).is_some_and(|next| match &next.against {
        Some(Base::Period(at)) => matches!(
            found.periods.get(*at).map(|p| p.wording),
            Some(PeriodWording::Within { part: crate::extract::period::Part::End | crate::extract::period::Part::Start, .. })
        ),
        _ => false,
    })
}

/// Whether a value is one that was reached: a growth since the start, a rank, a level that was passed.
fn reaches(statement: &Statement) -> bool {
    statement.measure != Measure::Level || statement.manner.is_reached
}

/// Whether the sentence speaks of a holiday or season, which no period around it means.
fn is_holiday(text: &str) -> bool {
    ["“五一”", "“十一”", "国庆假期", "国庆节", "春节", "清明", "端午", "元旦假期", "中秋", "黄金周", "春运", "暑期", "小长假", "采暖季", "供暖季"]
        .iter()
        .any(|word| text.contains(word))
}

/// Whether a level stands at a point of time rather than running over a period.
fn is_stock(statement: &Statement) -> bool {
    const STOCKS: &[&str] = &[
        "余额",
        "人口",
        "里程",
        "存栏",
        "床位",
        "床位数",
        "在校生",
        "在校学生",
        "覆盖率",
        "普及率",
        "绿化率",
        "城镇化率",
        "城镇化水平",
        "装机容量",
        "保有量",
        "拥有量",
        "户数",
        "参保人数",
        "总数",
        "用户",
        "用户数",
        "教职工",
        "护士",
        "专任教师",
        "卫生技术人员",
        "入园率",
        "储备",
        "存量",
        "库存",
        "面积",
        "规模",
        "总里程",
        "总面积",
        "从业人员",
        "人员",
        "总资产",
        "资产总额",
        "市值",
        "贮藏",
        "藏书",
        "家庭",
        "普查",
        "专利",
        "占有率",
        "自给率",
        "渗透率",
        "巩固率",
        "入学率",
        "毛入学率",
    ];
    const FLOWS: &[&str] = &[
        "出生",
        "死亡",
        "申请",
        "授权",
        "业务",
        "消费总量",
        "发送量",
        "周转量",
        "赤字",
        "就业",
        "出栏",
        "产量",
        "投资",
        "收入",
        "支出",
        "产值",
        "增加值",
        "总额",
        "金额",
        "销售",
        "新增",
        "新建",
        "播种",
        "种植",
        "造林",
        "竣工",
        "施工",
        "开工",
        "成交",
        "出栏",
        "签约",
        "引进",
        "改造",
        "建成",
        "完成",
        "发放",
        "接待",
        "销量",
    ];
    /// What is counted at a point of time.
    const KEPT: &[&str] = &[
        "医院",
        "机构",
        "学校",
        "小学",
        "中学",
        "幼儿园",
        "床位",
        "馆",
        "站",
        "乡",
        "镇",
        "乡镇",
        "街道",
        "社区",
        "村",
        "文化馆",
        "图书馆",
        "博物馆",
        "公园",
        "企业",
        "户",
        "医师",
        "护士",
        "教师",
        "技术人员",
        "景区",
        "航线",
        "汽车",
        "车辆",
        "党员",
        "酒店",
        "饭店",
        "旅行社",
        "银行",
        "网点",
    ];
    let label = if statement.written.is_empty() { statement.label.as_str() } else { statement.written.as_str() };
    if STOCKS.iter().any(|word| label.ends_with(word)) && !FLOWS.iter().any(|word| label.contains(word)) {
        return true;
    }
    if FLOWS.iter().any(|word| label.contains(word)) || statement.manner.is_flow {
        return false;
    }
    match statement.quantity.family.as_str() {
        "count" | "person" | "household" | "length" | "area" | "power" => statement.manner.is_stock || KEPT.iter().any(|word| label.ends_with(word)),
        _ => label.ends_with("余额"),
    }
}

fn is_future(statement: &Statement, found: &Found, scope: &Scope) -> bool {
    statement.period.and_then(|at| found.periods.get(at)).is_some_and(period::is_until) && scope.is_plan
}

/// The measure once its base is known, and the base's name.
fn measured(statement: &Statement, found: &Found, areas: &[Option<area::ResolvedArea>], when: &ReferencePeriod) -> (Measure, Option<String>) {
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
                            _ => String::from("start_of_year"),
                        };
                        (if growth { Measure::Growth } else { statement.measure }, Some(name))
                    }
                }
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
        Some("台湾省") => "TWD",
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

/// The catalogue's indicator for a label: the whole phrase, or what is left without words of manner.
fn find_indicator<'a>(statement: &Statement, lexicon: &'a Lexicon) -> Option<&'a crate::lexicon::Indicator> {
    let is_subject = entity_of(statement).is_some();
    let found = std::iter::once(statement.label.as_str())
        .chain(Some(statement.written.as_str()).filter(|written| is_subject || statement.label.strip_suffix("面积") == Some(*written)))
        .find_map(|label| {
            let label = label.strip_suffix("增速").or_else(|| label.strip_suffix("增幅")).unwrap_or(label);
            lexicon.catalogue.find(label)
        })?;
    let fits = statement.measure != Measure::Level || found.families.is_empty() || found.families.contains(&statement.quantity.family);
    // 「新增公园」 is no stock of parks.
    let is_new =
        ["新增", "新建", "新培育", "新认定", "新改建", "新开工"].iter().any(|w| statement.label.starts_with(w) && !found.name.starts_with(w));
    (fits && !is_new).then_some(found)
}

/// The phrase as written; with the subject before it where only both together name the indicator.
fn indicator_text(statement: &Statement, lexicon: &Lexicon) -> String {
    let is_whole = statement.written.is_empty() || lexicon.catalogue.find(&statement.label).is_some();
    if is_whole { statement.label.clone() } else { statement.written.clone() }
}

/// Whose figure it is: the subject that was put before the words around the number.
fn entity_of(statement: &Statement) -> Option<String> {
    let subject = statement.label.strip_suffix(statement.written.as_str())?;
    let is_thing =
        ["项目", "工程", "园", "园区", "公司", "集团", "基地", "中心", "厂", "线", "期", "学校", "医院"].iter().any(|w| subject.ends_with(w));
    (is_thing && !subject.is_empty()).then(|| subject.to_owned())
}

/// Per mille; measured on the labelled passages.
fn confidence(statement: &Statement, is_period_told: bool, is_area_told: bool) -> u16 {
    let mut confidence: u16 = 920;
    if !statement.is_own_label {
        confidence -= 60;
    }
    if !is_period_told {
        confidence -= 40;
    }
    if !is_area_told {
        confidence -= 20;
    }
    if statement.label.chars().count() > 18 {
        confidence -= 200;
    }
    confidence
}
