//! When: the period of each statement of a sentence, from the words around it, the statement before, the paragraph, the section and the document.

use chrono::{Datelike, NaiveDate};

use super::period;
use super::scope::{Scope, whole_year};
use crate::extract::Found;
use crate::extract::period::{Part, PeriodWording, PlanPart};
use crate::extract::statement::{Base, Statement};
use crate::model::{Frequency, Measure, ReferencePeriod, Status};

/// The periods of one sentence, and what its statements have been given so far.
pub(super) struct Periods<'a> {
    found: &'a Found,
    text: &'a str,
    resolved: Vec<Option<ReferencePeriod>>,
    /// The period of the last earlier value of a from–to change.
    earlier: Option<ReferencePeriod>,
    /// Label and period of the statement before, and whether words told it.
    last: Option<(String, ReferencePeriod, bool)>,
}

impl<'a> Periods<'a> {
    /// Resolves all wordings of a sentence, in their order: 同期 and the like mean what was told before.
    pub(super) fn of(found: &'a Found, text: &'a str, scope: &Scope) -> Self {
        let mut previous = scope.paragraph.clone();
        let mut resolved = Vec::new();
        for mention in &found.periods {
            let period = scope.fiscal(mention.wording).or_else(|| period::resolve(mention, text, &scope.period_scope(previous.clone())));
            if period.as_ref().is_some_and(|p| p.start.is_some() || p.end.is_some()) {
                previous.clone_from(&period);
            }
            resolved.push(period);
        }
        Self { found, text, resolved, earlier: None, last: None }
    }

    /// The period of a statement, and whether words of its sentence told it.
    pub(super) fn of_statement(&mut self, statement: &Statement, scope: &mut Scope) -> (ReferencePeriod, bool) {
        if let Some(mention) = statement.header_period.and_then(|at| self.found.header_periods.get(at)) {
            let told = period::resolve(mention, &self.found.header, &scope.period_scope(None)).unwrap_or_default();
            return (stock_or_flow(statement, self.found, told, true), true);
        }
        let (mut told, is_told) = self.told(statement, scope);
        // 「截至9月底，今年累计…」 runs from the year's first day.
        if let (Some(first), Some(end)) = (self.since_new_year(statement), told.end) {
            told.start = first.filter(|start| *start <= end).or(told.start);
            told.frequency = Some(Frequency::YearToDate);
            scope.before = Some(told.clone());
            self.last = Some((statement.label.clone(), told.clone(), is_told));
            return (told, is_told);
        }
        let when = self.of_pair(statement, told);
        let is_own = is_told && self.is_in_clause(statement);
        let when = if statement.manner.is_open && !self.is_in_clause(statement) {
            ReferencePeriod::default()
        } else if statement.measure == Measure::Level && !statement.is_earlier {
            stock_or_flow(statement, self.found, when, is_told)
        } else {
            when
        };
        // 「截至6月末，共完成采购2亿元」 under 「上半年采购规模增长」
        let is_so_far = when.frequency == Some(Frequency::YearToDate) && when.start.is_none() && !statement.manner.is_cumulative;
        let when = match &scope.headline {
            Some(headline) if is_so_far && headline.end == when.end => ReferencePeriod { start: headline.start, ..when },
            _ => when,
        };
        let when = if is_average(statement) { self.of_average(statement, when, is_own, scope) } else { in_review(statement, when, is_told) };
        let when = if statement.measure == Measure::Level && when.end.is_some() && ends_compared(self.found, statement) {
            ReferencePeriod { start: when.end, frequency: Some(Frequency::Point), ..when }
        } else {
            when
        };
        scope.before = Some(when.clone());
        // What follows the earlier value of a change is of the later period.
        if !statement.is_earlier {
            self.last = Some((statement.label.clone(), when.clone(), is_told));
        }
        (when, is_told)
    }

    /// New Year's Day, where a sentence says both 「截至9月底」 and 「今年」 of a flow.
    fn since_new_year(&self, statement: &Statement) -> Option<Option<NaiveDate>> {
        let as_of = statement.period.and_then(|at| self.found.periods.get(at)).filter(|mention| period::is_as_of(mention))?;
        let later = self.found.periods.iter().zip(&self.resolved).find(|(mention, _)| mention.range.start > as_of.range.start)?;
        let is_this_year = self.text.get(later.0.range.clone()) == Some("今年");
        let is_flow = statement.manner.is_cumulative || statement.manner.is_flow;
        (is_this_year && is_flow).then(|| later.1.as_ref().and_then(|period| period.start))
    }

    /// What the words around a statement tell, before its kind is looked at.
    fn told(&self, statement: &Statement, scope: &Scope) -> (ReferencePeriod, bool) {
        let follows = statement.measure != Measure::Level && self.last.as_ref().is_some_and(|(label, _, _)| *label == statement.label);
        let is_new = statement
            .period
            .is_some_and(|at| self.found.periods.get(at).is_some_and(|p| !follows || last_end(self.found, statement) < p.range.start));
        match (&self.last, statement.period) {
            (Some((_, period, told)), _) if follows && !is_new => (period.clone(), *told),
            (_, Some(at)) => (self.resolved.get(at).cloned().flatten().unwrap_or_default(), true),
            (Some((_, period, told)), None) if statement.measure != Measure::Level && !statement.is_own_label => (period.clone(), *told),
            _ if is_holiday(self.text) => (ReferencePeriod::default(), false),
            _ if scope.semicolon.is_some() => (scope.semicolon.clone().unwrap_or_default(), false),
            _ if self.text.starts_with("其中") && scope.before.is_some() => (scope.before.clone().unwrap_or_default(), false),
            // 「拟发行债券1.3万亿元」 in a report on the year before.
            last if statement.status == Some(Status::Target)
                && scope.paragraph.is_none()
                && scope.section.is_none()
                && scope.reports_a_year()
                && scope.published_year().is_some()
                && last.0.as_ref().is_none_or(|(_, period, _)| period.end.map(|end| end.year()) == scope.published_year()) =>
            {
                (scope.published_year().map(whole_year).unwrap_or_default(), false)
            }
            _ => (scope.current_period(), false),
        }
    }

    /// The two values of a from–to change, and the growth between them.
    fn of_pair(&mut self, statement: &Statement, mut when: ReferencePeriod) -> ReferencePeriod {
        let is_long = when.frequency == Some(Frequency::Multi);
        if statement.is_earlier {
            // 「A从2020年的1增长到2，B从3增长到4」: the later pair is of the same years.
            match statement.period {
                None if is_long && self.earlier.is_none() => when.start.map(|start| whole_year(start.year() - 1)).unwrap_or_default(),
                None => self.earlier.clone().unwrap_or_default(),
                Some(_) => {
                    self.earlier = Some(when.clone());
                    when
                }
            }
        } else if statement.is_later && is_long {
            when.end.map(|end| whole_year(end.year())).unwrap_or_default()
        } else if let (Some(from), true) = (self.compared_year(statement), is_average(statement)) {
            // 「比2002年增长65%，年均增长10.6%」 is of the years between.
            if let Some(to) = when.end {
                when.start = NaiveDate::from_ymd_opt(from + 1, 1, 1).filter(|start| *start <= to);
                when.frequency = Some(Frequency::Multi);
            }
            when
        } else if let (Some(from), true) = (&self.earlier, is_average(statement)) {
            // 「从2020年的…增长到2025年的…，年均增长6%」 is of the years between.
            if let (Some(from), Some(to)) = (from.end, when.end) {
                when.start = NaiveDate::from_ymd_opt(from.year() + 1, 1, 1).filter(|start| *start <= to);
                when.frequency = Some(Frequency::Multi);
            }
            when
        } else {
            when
        }
    }

    /// The year that the growth told directly before is measured against: 2002 in 「比2002年增长65%，年均增长10%」.
    fn compared_year(&self, statement: &Statement) -> Option<i32> {
        let before = self.found.statements.iter().rev().find(|other| other.quantity.range.end <= statement.quantity.range.start)?;
        let Some(Base::Period(at)) = before.against else { return None };
        let year = self.resolved.get(at)?.as_ref()?.end?.year();
        let is_near = self.text.get(before.quantity.range.end..statement.quantity.range.start).is_some_and(|gap| gap.chars().count() <= 8);
        (is_near && before.label == statement.label).then_some(year)
    }

    /// 年均 runs over the years that the section reviews, or from a plan's first year to the year it names.
    fn of_average(&self, statement: &Statement, mut when: ReferencePeriod, is_own: bool, scope: &Scope) -> ReferencePeriod {
        let paragraph = scope.paragraph.clone().filter(|p| p.frequency == Some(Frequency::Multi) && p.start.is_some());
        if let (Some(years), None, false) = (paragraph.or_else(|| scope.section.clone()), &self.earlier, is_own) {
            when = years;
        }
        // 「“十一五”末，年均增速为8%」 is of the plan's years.
        let mention = statement.period.and_then(|at| self.found.periods.get(at));
        if let (Some(PeriodWording::Plan { part: PlanPart::End, .. }), Some(end)) = (mention.map(|m| m.wording), when.end) {
            when.start = NaiveDate::from_ymd_opt(end.year() - 4, 1, 1);
            when.frequency = Some(Frequency::Multi);
        }
        if let (Some(end), Some(first)) = (when.end, scope.published_year()) {
            let is_single = when.start.is_some_and(|start| start.year() == end.year());
            if is_single && end.year() > first {
                when.start = NaiveDate::from_ymd_opt(first, 1, 1);
                when.frequency = Some(Frequency::Multi);
            }
        }
        when
    }

    /// Whether the period's words stand in the clause of the number.
    fn is_in_clause(&self, statement: &Statement) -> bool {
        statement.period.and_then(|at| self.found.periods.get(at)).is_some_and(|mention| {
            !self.text.get(mention.range.end..statement.quantity.range.start).is_some_and(|between| between.contains(['，', '；', '：']))
        })
    }

    /// Hands on what this sentence told of time to the rest of its paragraph and section.
    pub(super) fn carry(&self, scope: &mut Scope) {
        if let Some(opening) =
            self.found.periods.iter().zip(&self.resolved).find(|(mention, _)| mention.range.start < 12).and_then(|(_, period)| period.clone())
        {
            match opening.frequency {
                Some(Frequency::Multi) => scope.section = Some(opening),
                Some(Frequency::Annual) if opening.end.is_some() => scope.section = None,
                _ => {}
            }
        }
        if let Some((_, Some(year))) =
            self.found.periods.iter().zip(&self.resolved).find(|(m, _)| matches!(m.wording, PeriodWording::FiscalYear { .. }))
        {
            scope.fiscal_year.get_or_insert_with(|| year.clone());
        }
        // What this sentence told of time holds for the rest of its paragraph.
        let carried = self
            .found
            .periods
            .iter()
            .zip(&self.resolved)
            .rev()
            .find(|(mention, period)| {
                let is_used =
                    self.found.statements.iter().any(|s| !s.is_earlier && s.period.and_then(|at| self.found.periods.get(at)) == Some(*mention));
                // 「自去年8月作出决策以来」 is not of that month.
                let is_since =
                    self.text.get(..mention.range.start).is_some_and(|before| before.ends_with(['自', '从'])) && self.text.contains("以来");
                let is_opening = mention.range.start < 12 && !is_since;
                let is_last_year = matches!(mention.wording, PeriodWording::Same { year: Some(_) })
                    || self.text.get(mention.range.clone()).is_some_and(|text| text.ends_with("年度"));
                !is_last_year && (is_used || is_opening) && period.is_some()
            })
            .and_then(|(_, period)| period.clone());
        // Behind a semicolon the sentence goes on: 「年末存款余额…；贷款余额…」.
        scope.semicolon = if self.text.ends_with('；') { carried.clone().or_else(|| scope.semicolon.take()) } else { None };
        if let Some(period) = carried.filter(|p| p.frequency != Some(Frequency::Point) || p.start.is_none()) {
            // 「今年以来」 and 「目前」 are no nearer than what was told before.
            if period.end.is_some() || scope.paragraph.is_none() {
                if !self.found.statements.is_empty() && period.end.is_some() {
                    scope.headline.get_or_insert_with(|| period.clone());
                }
                scope.paragraph = Some(period);
            }
        }
    }
}

/// 年均增长.
fn is_average(statement: &Statement) -> bool {
    statement.measure == Measure::Growth && statement.against == Some(Base::Average)
}

/// In a review of several years a total reached is that of the last one; only what was added runs over all of them.
fn in_review(statement: &Statement, when: ReferencePeriod, is_own: bool) -> ReferencePeriod {
    let is_added = statement.manner.is_flow || statement.manner.is_cumulative || statement.measure == Measure::Change;
    if when.frequency != Some(Frequency::Multi) || is_added || is_own {
        return when;
    }
    if reaches(statement) {
        ReferencePeriod { start: None, ..when }
    } else if statement.measure == Measure::Level && when.start.is_some() {
        when.end.map(|end| whole_year(end.year())).unwrap_or_default()
    } else {
        when
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
    let is_total = statement.label.starts_with("累计") && statement.manner.is_reached;
    let is_run_up = is_total || statement.manner.is_cumulative && !is_told && statement.quantity.family == "money";
    if when.end.is_some() && is_long && (is_stock(statement) || is_run_up) {
        when.start = None;
    }
    when
}

/// Whether the number behind tells a change since the year's start or the last year's end: then the level stands at the end.
fn ends_compared(found: &Found, statement: &Statement) -> bool {
    let next = found.statements.iter().find(|next| next.quantity.range.start > statement.quantity.range.start);
    next.filter(|next| next.label == statement.label && next.measure == Measure::Change).is_some_and(|next| match &next.against {
        Some(Base::Period(at)) => {
            matches!(found.periods.get(*at).map(|p| p.wording), Some(PeriodWording::Within { part: Part::End | Part::Start, .. }))
        }
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
        "惠及",
        "受益",
        "带动",
    ];
    /// What is counted at a point of time.
    const KEPT: &[&str] = &[
        "医院",
        "机构",
        "学校",
        "小学",
        "中学",
        "高校",
        "院校",
        "高中",
        "初中",
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
    let is_done = ["新增", "新建", "改造", "入选"].iter().any(|word| statement.label.starts_with(word));
    if FLOWS.iter().any(|word| label.contains(word)) || is_done || statement.manner.is_flow {
        return false;
    }
    match statement.quantity.family.as_str() {
        "count" | "person" | "household" | "length" | "area" | "power" => statement.manner.is_stock || KEPT.iter().any(|word| label.ends_with(word)),
        _ => label.ends_with("余额"),
    }
}
