//! What each column of a sheet holds: what rows are of, their units, what tells them apart, or numbers.

use super::cell;
use super::head::{Head, says_amount};
use super::header::Sheet;
use super::label;
use super::unit::{self, Unit};
use super::when::{Step, When};
use crate::extract::statement::Base;
use crate::lexicon::Lexicon;
use crate::lexicon::area::Areas;
use crate::model::Measure;
use crate::text::Prepared;

/// One column.
#[derive(Debug, Clone)]
pub(super) struct Column {
    pub(super) role: Role,
    pub(super) head: Head,
    /// Its cells list areas.
    pub(super) of_areas: bool,
    /// How far apart its days are.
    pub(super) step: Step,
    /// The unit of the level that it compares.
    pub(super) level_unit: Option<Unit>,
}

/// What a column holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Role {
    /// What a row is of.
    Label,
    /// The row's unit.
    Unit,
    /// What tells rows of one name apart: 等级, 规格.
    Grade,
    Value,
    /// Numbers of rows, codes, remarks.
    Other,
}

/// Reads the columns of a sheet; `explain` gives the words for which a code stands.
pub(super) fn columns(sheet: &Sheet, explain: &dyn Fn(&str) -> Option<String>, prepared: &Prepared, lexicon: &Lexicon) -> Vec<Column> {
    let width = sheet.heads.iter().map(Vec::len).chain(sheet.body.iter().map(|row| row.cells.len())).max().unwrap_or_default();
    let across = lists_areas("", sheet.heads.iter().flat_map(|row| row.iter().skip(1)).map(String::as_str), &lexicon.areas);
    let mut found: Vec<Column> = Vec::new();
    for at in 0..width {
        let cells: Vec<&str> = sheet.body.iter().filter_map(|row| row.cells.get(at)).map(|cell| prepared.cut(cell.clone())).collect();
        let words = over(sheet, at);
        let heads = words.iter().map(|words| Head::read(explain(words).as_deref().unwrap_or(words), across, lexicon));
        let head = heads.reduce(|outer, inner| outer.over(&inner)).unwrap_or_default();
        let has_values = found.iter().any(|column| column.role == Role::Value);
        let role = role(words.last().copied().unwrap_or_default(), &cells, has_values, lexicon);
        let of_areas = role == Role::Label && lists_areas(words.last().copied().unwrap_or_default(), cells.iter().copied(), &lexicon.areas);
        found.push(Column { role, head, of_areas, step: if role == Role::Label { step(&cells) } else { Step::Day }, level_unit: None });
    }
    // Where numbers are all that rows hold, they tell a period, as years do, or they are what the rows are of.
    if !found.iter().any(|column| column.role == Role::Label)
        && let Some(first) = found.iter_mut().find(|column| column.role == Role::Other)
    {
        first.role = Role::Label;
    }
    name_parts(&mut found);
    describe(&mut found);
    found
}

/// The words over a column from top to bottom, each once.
fn over(sheet: &Sheet, at: usize) -> Vec<&str> {
    let mut words: Vec<&str> = sheet.heads.iter().filter_map(|row| row.get(at)).map(|text| text.trim()).filter(|text| !text.is_empty()).collect();
    words.dedup();
    words
}

fn role(words: &str, cells: &[&str], has_values: bool, lexicon: &Lexicon) -> Role {
    const UNITS: &[&str] = &["单位", "计量单位", "计算单位", "数量单位", "计价单位", "价格单位", "Unit", "unit", "UNIT"];
    const GRADES: &[&str] = &["规格", "等级", "规格等级", "等级规格", "型号", "规格型号", "品级", "牌号", "品牌", "规格、等级", "等级、规格"];
    const OTHERS: &[&str] = &[
        "序号",
        "编号",
        "代码",
        "编码",
        "行次",
        "代号",
        "备注",
        "说明",
        "电话",
        "邮编",
        "来源",
        "网址",
        "传真",
        "号",
        "年龄",
        "地点",
        "地址",
        "内容",
        "性质",
        "建设规模",
        "责任单位",
        "建设单位",
        "业主",
        "业主单位",
        "负责人",
        "联系人",
        "法人",
        "法人代表",
        "进展",
        "进展情况",
        "年限",
        "工期",
        "用途",
        "方式",
        "简介",
        "主体",
        "依据",
        "标准",
        "要求",
        "措施",
        "部门",
    ];
    let plain: String = words.split('（').next().unwrap_or_default().chars().filter(|c| !c.is_whitespace()).collect();
    let filled: Vec<&str> = cells.iter().copied().filter(|text| !cell::is_missing(text)).collect();
    let numbers = filled.iter().filter(|text| cell::value(text, lexicon).is_some()).count();
    if UNITS.contains(&plain.as_str()) {
        return Role::Unit;
    }
    if GRADES.contains(&plain.as_str()) {
        return Role::Grade;
    }
    let is_date = ["年份", "时间", "日期"].iter().any(|end| plain.ends_with(end));
    if OTHERS.iter().any(|word| plain.ends_with(word)) || is_date && has_values {
        return Role::Other;
    }
    let are_periods = !filled.is_empty() && filled.iter().all(|text| When::take(&mut (*text).to_owned()).is_told());
    if !has_values && (are_periods || numbers * 2 < filled.len() || filled.is_empty() && plain.is_empty()) {
        let are_units = !filled.is_empty() && filled.iter().filter(|text| unit::read(text, lexicon).is_some()).count() * 10 >= filled.len() * 6;
        return if are_units { Role::Unit } else { Role::Label };
    }
    if numbers > 0 && !(is_date || plain.is_empty() && are_serial(&filled)) { Role::Value } else { Role::Other }
}

/// Whether cells count the rows.
fn are_serial(filled: &[&str]) -> bool {
    filled.len() >= 3 && filled.iter().enumerate().all(|(at, text)| *text == (at + 1).to_string())
}

/// Whether most of the texts are names of areas; under a header that says so, one is enough.
fn lists_areas<'a>(header: &str, texts: impl Iterator<Item = &'a str>, areas: &Areas) -> bool {
    let texts: Vec<&str> = texts.map(str::trim).filter(|text| !text.is_empty() && !matches!(*text, "合计" | "总计" | "单位")).collect();
    let is_own = |text: &str| matches!(text, "全国" | "全省" | "全市" | "全区" | "全县" | "全州");
    let names = texts.iter().filter(|text| is_own(text) || areas.named(text).is_some_and(|name| !name.areas.is_empty())).count();
    let is_said = ["地区", "区域", "县区", "区县", "县市区", "市县", "城市", "省份", "省市", "地市", "市州", "盟市", "乡镇"]
        .iter()
        .any(|word| header.ends_with(word));
    is_said && names >= 1 || names >= 2 && names * 2 >= texts.len()
}

/// How far apart the days of a column are: the ends of months stand for the months.
fn step(cells: &[&str]) -> Step {
    let days: Option<Vec<(i32, u32, u32)>> =
        cells.iter().filter(|text| !text.is_empty()).map(|text| When::take(&mut (*text).to_owned()).day()).collect();
    let Some(days) = days.filter(|days| days.len() >= 2) else { return Step::Day };
    let are_ends = days.iter().all(|(_, _, day)| *day >= 28) || days.iter().all(|(_, _, day)| *day == 1);
    let months: Vec<i32> = days.iter().filter_map(|(year, month, _)| i32::try_from(*month).ok().map(|month| year * 12 + month)).collect();
    let gaps: Vec<i32> = months.windows(2).filter_map(|pair| pair.last().zip(pair.first()).map(|(last, first)| (last - first).abs())).collect();
    if are_ends && gaps.iter().all(|gap| *gap == 12) {
        Step::Year
    } else if are_ends && gaps.iter().all(|gap| *gap >= 1) {
        Step::Month
    } else {
        Step::Day
    }
}

/// Parts of the column before take its amount: 男 beside 总人口, 第一产业 beside 地区生产总值.
fn name_parts(columns: &mut [Column]) {
    let mut whole = String::new();
    let mut unit = None;
    for column in columns.iter_mut().filter(|column| column.role == Role::Value && column.head.compared.is_none()) {
        let head = &mut column.head;
        // 「按性别分」 stands over the parts.
        if let Some((_, part)) = head.words.strip_prefix('按').and_then(|rest| rest.split_once('分')) {
            head.words = part.to_owned();
            head.is_part = true;
        }
        if says_amount(&head.words) || label::is_economy(&head.words) {
            // 「城镇人口」 beside 「总人口（万人）」 is in its unit.
            let is_same_kind = head.words.chars().rev().take(2).eq(whole.chars().rev().take(2));
            if is_same_kind && head.unit.is_none() && !whole.is_empty() {
                head.unit.clone_from(&unit);
            }
            whole.clone_from(&head.words);
            unit.clone_from(&head.unit);
        } else if !head.words.is_empty() && (head.is_part || label::is_economy(&whole) && head.words.ends_with('业')) {
            head.unit = head.unit.take().or_else(|| unit.clone());
            head.words.push_str(if label::is_economy(&whole) { "增加值" } else { label::part_of(&whole) });
        }
    }
}

/// What only compares is of the figure before it: its words and, unless its own header tells one, its period.
fn describe(columns: &mut [Column]) {
    for at in 0..columns.len() {
        let (before, rest) = columns.split_at_mut(at);
        let Some((column, after)) = rest.split_first_mut().filter(|(column, _)| column.role == Role::Value && column.head.compared.is_some()) else {
            continue;
        };
        let is_level = |column: &&Column| column.role == Role::Value && column.head.compared.is_none();
        let mut levels: Vec<&Column> = before.iter().rev().skip_while(|column| !is_level(column)).take_while(is_level).collect();
        if levels.is_empty() {
            levels = after.iter().filter(|column| is_level(column)).take(1).collect();
        }
        // A change beside a growth is measured against the same base: 「比上期涨跌」, 「涨跌幅」.
        let neighbour = before.last().and_then(|column| column.head.compared.clone());
        if let (Some(own), Some(neighbour)) = (column.head.compared.as_mut(), neighbour)
            && (own.measure, own.against.as_ref(), neighbour.measure) == (Measure::Yoy, None, Measure::Change)
            && neighbour.against == Some(Base::PreviousPeriod)
        {
            own.measure = Measure::Mom;
            own.against = neighbour.against;
        }
        let current: Vec<&When> = levels.iter().map(|level| &level.head.when).filter(|when| when.is_told() && !when.is_earlier()).collect();
        let are_years = current.iter().all(|when| when.is_whole_year() && when.year().is_some());
        let described = if are_years { current.iter().max_by_key(|when| when.year()) } else { current.first() };
        if column.head.when.wording.is_none()
            && let Some(when) = described
        {
            column.head.when = when.within(&column.head.when);
        }
        if let Some(level) = levels.first().filter(|first| levels.iter().all(|level| level.head.words == first.head.words)) {
            column.level_unit.clone_from(&level.head.unit);
            if column.head.words.is_empty() {
                column.head.words.clone_from(&level.head.words);
                column.head.place = column.head.place.take().or_else(|| level.head.place.clone());
            }
        }
    }
}

impl Column {
    /// Whether its numbers are levels of a period that it names.
    pub(super) fn is_dated_level(&self) -> bool {
        self.role == Role::Value && self.measure() == Measure::Level && self.head.when.wording.is_some()
    }

    pub(super) fn measure(&self) -> Measure {
        self.head.compared.as_ref().map_or(Measure::Level, |compared| compared.measure)
    }
}
