//! What each number of a sheet states, row by row.

use std::collections::BTreeMap;
use std::ops::Range;

use super::Row;
use super::caption::Caption;
use super::cell::{self, Value};
use super::codes::Codes;
use super::columns::{self, Column, Role};
use super::compared::Compared;
use super::find::Cells;
use super::head::{Head, says_amount};
use super::header::Sheet;
use super::label::{self, Subject};
use super::unit::{self, Unit};
use super::when::When;
use crate::extract::area::AreaMention;
use crate::extract::quantity::{Form, Quantity};
use crate::extract::statement::{Base, Manner, Statement};
use crate::lexicon::Lexicon;
use crate::model::Measure;
use crate::text::Prepared;

/// Reads every row of a sheet.
pub(super) fn rows(sheet: &Sheet, codes: &Codes, title: Option<&str>, prepared: &Prepared, lexicon: &Lexicon) -> Vec<Row> {
    // A list of persons or plots is no statistic, whatever numbers stand behind their names.
    if sheet.heads.iter().flatten().any(|word| ["姓名", "准考证", "身份证", "学号", "车牌", "地块", "宗地"].iter().any(|name| word.contains(name)))
    {
        return Vec::new();
    }
    let columns = columns::columns(sheet, &|code| codes.explain(code), prepared, lexicon);
    let dated = columns.iter().filter(|column| column.is_dated_level()).count();
    let mut reader = Reader {
        caption: Caption::read(&sheet.lines, title, lexicon),
        corner: columns.iter().filter(|column| column.role == Role::Label).find_map(|column| column.head.unit.clone()),
        has_years: dated >= 2,
        is_headless: sheet.heads.is_empty() && columns.iter().filter(|column| column.role == Role::Value).count() > 1,
        names: names(sheet, &columns, prepared),
        columns: &columns,
        codes,
        prepared,
        lexicon,
        group: Group::default(),
        whole: None,
        is_in_parts: false,
        above: Vec::new(),
        inherited: None,
        measured: String::new(),
    };
    sheet.body.iter().filter_map(|cells| reader.read(cells)).collect()
}

/// What the head of a group of rows tells of them.
#[derive(Debug, Clone, Default)]
struct Group {
    head: Head,
    subject: Subject,
}

/// Reads rows one after another: what a part is of stands above it.
struct Reader<'a> {
    columns: &'a [Column],
    codes: &'a Codes,
    prepared: &'a Prepared,
    lexicon: &'a Lexicon,
    caption: Caption,
    /// The unit in the corner, over what rows are of.
    corner: Option<Unit>,
    /// Whether levels of several periods stand side by side.
    has_years: bool,
    /// Whether nothing says what each of its columns holds.
    is_headless: bool,
    /// Under which words each name stands.
    names: BTreeMap<String, Vec<String>>,
    group: Group,
    /// The last row that names an amount, and its unit.
    whole: Option<(Subject, String)>,
    /// Whether the rows are parts of it.
    is_in_parts: bool,
    /// The labels of the rows above.
    above: Vec<(String, String)>,
    /// The unit that a row above told in its name.
    inherited: Option<Unit>,
    /// What the row above measures, for rows that only compare it: 「比上年增长」.
    measured: String,
}

/// What a row tells of its numbers.
struct Told {
    head: Head,
    unit: Option<Unit>,
    unit_written: String,
    /// The company or project that the row is of.
    owner: Option<String>,
    is_project: bool,
}

/// How often each name stands in the columns of labels, and the words before it.
fn names(sheet: &Sheet, columns: &[Column], prepared: &Prepared) -> BTreeMap<String, Vec<String>> {
    let mut found: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for row in &sheet.body {
        let texts = labels(row, columns, prepared);
        if let Some((last, before)) = texts.split_last() {
            found.entry(last.1.to_owned()).or_default().push(before.iter().map(|(_, text)| *text).collect());
        }
    }
    found
}

/// The texts of a row's labels with their columns, each once.
fn labels<'a>(row: &Cells, columns: &'a [Column], prepared: &'a Prepared) -> Vec<(&'a Column, &'a str)> {
    let mut texts: Vec<(&Column, &str)> = Vec::new();
    for (column, cell) in columns.iter().zip(&row.cells).filter(|(column, _)| column.role == Role::Label) {
        let text = prepared.cut(cell.clone()).trim();
        if !cell::is_missing(text) && texts.last().is_none_or(|(_, last)| *last != text) {
            texts.push((column, text));
        }
    }
    texts
}

impl Reader<'_> {
    fn read(&mut self, row: &Cells) -> Option<Row> {
        let (first, last) = (row.cells.first()?, row.cells.last()?);
        let range = first.start..last.end;
        let mut values: Vec<(&Column, Range<usize>, Value)> = Vec::new();
        let mut is_marked = false;
        for (column, cell) in self.columns.iter().zip(&row.cells).filter(|(column, _)| column.role == Role::Value) {
            let text = self.prepared.cut(cell.clone());
            is_marked |= !text.is_empty() && cell::is_missing(text);
            if let Some(value) = cell::value(text, self.lexicon).filter(|value| !self.is_headless || value.unit.is_some()) {
                values.push((column, cell.clone(), value));
            }
        }
        let has_unit = self.of_role(row, Role::Unit).is_some_and(|text| !text.is_empty());
        if values.is_empty() && !is_marked && !has_unit {
            self.enter_group(row);
            return None;
        }
        let told = self.told(row);
        self.note(&told);
        let mut found =
            Row { block: row.block, range, header: String::new(), header_periods: Vec::new(), header_areas: Vec::new(), statements: Vec::new() };
        let are_whole = values.iter().all(|(_, _, value)| value.value == value.value.trunc());
        for (column, cell, value) in values {
            if let Some(statement) = self.statement(&told, column, cell, &value, are_whole, &mut found) {
                found.statements.push(statement);
            }
        }
        let label = self.label(&told, "");
        self.above.push((told.head.words, label));
        (!found.statements.is_empty()).then_some(found)
    }

    /// A row without numbers heads those below it.
    fn enter_group(&mut self, row: &Cells) {
        let texts = labels(row, self.columns, self.prepared);
        let any = row.cells.iter().map(|cell| self.prepared.cut(cell.clone())).find(|text| !text.is_empty());
        let Some(text) = texts.last().map(|(_, text)| *text).or(any) else { return };
        if ["注", "资料来源", "说明", "数据来源"].iter().any(|word| text.starts_with(word)) {
            return;
        }
        if let Some(unit) = text.split_once("单位：").and_then(|(_, unit)| unit::read_list(unit.trim_end_matches('）'), self.lexicon)) {
            self.caption.units = vec![unit];
            return;
        }
        let of_areas = texts.last().is_some_and(|(column, _)| column.of_areas);
        let head = Head::read(text, of_areas, self.lexicon);
        // 「按产业分」 heads the parts of what stands above it.
        if head.words.starts_with(['按', '分']) || head.words.ends_with('分') || head.is_part && head.words.is_empty() {
            self.is_in_parts = true;
            return;
        }
        let subject = Subject::read(&head.words, self.lexicon);
        self.group = Group { head, subject };
        self.whole = None;
        self.is_in_parts = false;
        self.inherited = None;
    }

    fn of_role(&self, row: &Cells, role: Role) -> Option<&str> {
        self.columns.iter().zip(&row.cells).find(|(column, _)| column.role == role).map(|(_, cell)| self.prepared.cut(cell.clone()))
    }

    /// What a row's labels, its unit and its grade tell.
    fn told(&self, row: &Cells) -> Told {
        let texts = labels(row, self.columns, self.prepared);
        let heads: Vec<Head> = texts.iter().map(|(column, text)| self.head(column, text)).collect();
        let mut head = heads.last().cloned().unwrap_or_default();
        let outer = heads.split_last().map(|(_, outer)| outer).unwrap_or_default();
        let before = texts.split_last().map(|(_, before)| before.iter().map(|(_, text)| *text).collect::<String>()).unwrap_or_default();
        let uses = texts.last().and_then(|(_, text)| self.names.get(*text)).map(Vec::as_slice).unwrap_or_default();
        // A name that stands in several groups needs the group's; so does an empty one.
        let needs_outer = head.words.is_empty() || uses.iter().any(|other| *other != before);
        for outer in outer.iter().rev() {
            if needs_outer && !outer.words.is_empty() {
                head.words = label::name(&outer.words, &head.words, &[], self.lexicon);
            }
            head.unit = head.unit.or_else(|| outer.unit.clone());
            head.when = outer.when.within(&head.when);
            head.place = head.place.or_else(|| outer.place.clone());
        }
        let grade = self.of_role(row, Role::Grade).map(str::trim).filter(|grade| !cell::is_missing(grade));
        if let Some(grade) = grade.filter(|grade| uses.len() > 1 && !head.words.is_empty() && *grade != head.words) {
            head.words = format!("{}（{grade}）", head.words);
        }
        let unit_written = self.of_role(row, Role::Unit).unwrap_or_default().trim().to_owned();
        let unit = unit::read_cell(&unit_written, self.lexicon);
        let stub: String = texts.iter().map(|(column, _)| column.head.words.as_str()).collect();
        let is_project = ["项目名称", "工程名称", "建设项目", "项目单位"].iter().any(|word| stub.contains(word));
        let is_company = ["公司", "集团", "有限责任公司", "银行", "合作社", "厂"].iter().any(|end| head.words.ends_with(end))
            && ["企业", "公司", "单位", "名称"].iter().any(|word| stub.contains(word));
        let owner = (is_project || is_company).then(|| std::mem::take(&mut head.words));
        Told { head, unit, unit_written, owner, is_project }
    }

    fn head(&self, column: &Column, text: &str) -> Head {
        let mut head = Head::read(self.codes.explain(text).as_deref().unwrap_or(text), column.of_areas, self.lexicon);
        head.when.coarse(column.step);
        head
    }

    /// Keeps what a row tells of those below it.
    fn note(&mut self, told: &Told) {
        let head = &told.head;
        if head.compared.is_none() || !head.words.is_empty() {
            self.measured.clone_from(&head.words);
        }
        if let Some(unit) = &head.unit {
            self.inherited = Some(unit.clone());
        }
        if head.is_part {
            self.is_in_parts = true;
        } else if says_amount(&head.words) || label::is_economy(&head.words) {
            self.is_in_parts = false;
            let base = told.unit.as_ref().or(head.unit.as_ref()).map(|unit| unit.base.clone()).unwrap_or_default();
            self.whole = Some((Subject::of_row(&head.words), base));
        }
    }

    /// The label of a number: the row's words and the column's.
    fn label(&self, told: &Told, column: &str) -> String {
        let head = &told.head;
        let row = if head.words.is_empty() && head.compared.is_some() { self.measured.as_str() } else { head.words.as_str() };
        let row = self.of_kind(row, head.is_part).unwrap_or_else(|| row.to_owned());
        let whole = self.whole.as_ref().filter(|(subject, base)| {
            let is_same_unit = told.unit.as_ref().or(head.unit.as_ref()).is_none_or(|unit| unit.base == *base);
            is_same_unit && (self.is_in_parts || subject.tail == "增加值")
        });
        let whole = whole.map(|(subject, _)| subject);
        let group = Some(&self.group.subject).filter(|subject| !subject.is_empty());
        // What is marked as a part is one of the row above; what follows it may be the next of the title's products.
        let subjects: Vec<&Subject> = if head.is_part || !self.caption.subject.is_kind() {
            [group, whole, Some(&self.caption.subject)].into_iter().flatten().collect()
        } else {
            [group, Some(&self.caption.subject), whole].into_iter().flatten().collect()
        };
        // What is exported or imported stands in the title alone.
        let flow = self.caption.flow().filter(|_| matches!(column, "数量" | "金额") && !row.contains("口"));
        let column = flow.map_or_else(|| column.to_owned(), |flow| format!("{flow}{column}"));
        let column = column.as_str();
        label::name(&row, column, &subjects, self.lexicon)
    }

    /// A row that several wholes have, or that stands below a term, with the kind of its whole: 短期个人贷款.
    fn of_kind(&self, row: &str, is_part: bool) -> Option<String> {
        let noun = label::noun(row)?;
        let is_shared =
            self.names.iter().filter(|(name, _)| name.trim_start_matches(['#', '＃']).ends_with(row)).map(|(_, uses)| uses.len()).sum::<usize>() > 1;
        let count = |words: &str| self.names.iter().filter(|(name, _)| name.ends_with(words)).map(|(_, uses)| uses.len()).sum::<usize>();
        let mut above = self.above.iter().rev().filter(|(words, _)| words.contains(noun) && words != row);
        let (_, whole) = above.find(|(words, _)| count(words) <= 1 || label::tells_term(words) && !label::tells_term(row))?;
        let needs = is_shared || is_part && label::tells_term(whole);
        if needs { label::qualified(row, whole) } else { None }
    }

    /// What one number states.
    fn statement(&self, told: &Told, column: &Column, cell: Range<usize>, value: &Value, are_whole: bool, row: &mut Row) -> Option<Statement> {
        let head = &told.head;
        let label = self.label(told, &column.head.words);
        let place = head.place.as_ref().or(column.head.place.as_ref()).or(self.group.head.place.as_ref());
        // What is traded with an area abroad is a figure of the area at home.
        let partner = place.filter(|place| place.is_abroad(&self.lexicon.areas) && ["出口", "进口", "外资"].iter().any(|word| label.contains(word)));
        let label = partner.map_or_else(|| label.clone(), |partner| format!("对{}{label}", partner.name));
        let place = place.filter(|_| partner.is_none());
        // A time of the day names no figure.
        if label.split(':').collect::<Vec<_>>().windows(2).any(|pair| pair.iter().all(|part| part.contains(|c: char| c.is_ascii_digit()))) {
            return None;
        }
        if !label.chars().any(char::is_alphabetic) {
            return None;
        }
        let when = self.when(told, column, &label);
        let (mut measure, against) = self.measure(head, column, &when);
        // A place among others is one by some amount.
        if measure == Measure::Rank && !says_amount(&label) && self.lexicon.catalogue.find(&label).is_none() {
            return None;
        }
        let level = self.unit(told, column, value, &label, are_whole);
        if measure == Measure::Level
            && let Some(compared) = self.caption.compared.as_ref().filter(|_| level.as_ref().is_none_or(Unit::is_rate))
        {
            measure = compared.measure;
        }
        // The growth of a rate is told in points.
        let is_rate = told.unit.as_ref().or(head.unit.as_ref()).is_some_and(Unit::is_rate) && head.compared.is_none();
        let is_growth = matches!(measure, Measure::Yoy | Measure::Mom | Measure::Growth);
        if is_growth
            && (is_rate && ["率", "比重", "占比"].iter().any(|end| label.ends_with(end)) || value.unit.as_ref().is_some_and(|unit| unit.base == "pp"))
        {
            measure = Measure::Change;
        }
        let unit = match measure {
            Measure::Rank => Unit::plain("rank", "rank"),
            Measure::Yoy | Measure::Mom | Measure::Growth | Measure::Share | Measure::Progress => Unit::percent(),
            Measure::Contribution => column.head.unit.clone().or_else(|| head.unit.clone()).filter(Unit::is_rate).unwrap_or_else(Unit::percent),
            Measure::Multiple => Unit::hundredth("times", "ratio"),
            Measure::Change => self.unit_of_change(column, level)?,
            _ => level?,
        };
        if value.is_flat && measure == Measure::Level || unit.family == "time" && self.lexicon.catalogue.find(&label).is_none() {
            return None;
        }
        let label = if measure == Measure::Share && !label.ends_with("比重") { format!("{label}比重") } else { label };
        let amount = unit.of(value.value)?;
        let start = cell.start - row.range.start;
        let quantity = Quantity {
            range: start..start + value.end,
            unit_start: start + value.unit_start,
            low: amount,
            high: None,
            base: unit.base,
            family: unit.family,
            form: Form::Plain,
            is_open: false,
        };
        let mut statement = Statement::bare("table", quantity, label);
        statement.measure = measure;
        statement.bound = value.bound;
        statement.against = against;
        statement.status = column.head.status.or(head.status);
        statement.owner.clone_from(&told.owner);
        statement.manner = Manner { is_open: told.is_project, ..Manner::default() };
        statement.header_period = when.mention(&mut row.header).map(|mention| place_of(mention, &mut row.header_periods));
        statement.header_area = place.map(|place| place_of::<AreaMention>(place.mention(&mut row.header), &mut row.header_areas));
        Some(statement)
    }

    /// What the number says of its label; a comparison of what is itself a comparison is in points.
    fn measure(&self, head: &Head, column: &Column, when: &When) -> (Measure, Option<Base>) {
        let told = |compared: &Compared| match &compared.against {
            // 「2020年比2019年增长」
            Some(Base::Other(base)) if when.year().is_some_and(|year| *base == format!("{}年", year - 1)) => {
                (Measure::Yoy, Some(Base::SamePeriodLastYear))
            }
            against => (compared.measure, against.clone()),
        };
        match (&column.head.compared, &head.compared) {
            (Some(own), Some(row)) if own.measure != row.measure && own.measure != Measure::Rank => (Measure::Change, own.against.clone()),
            (Some(own), _) => told(own),
            (None, Some(row)) => told(row),
            (None, None) => (Measure::Level, None),
        }
    }

    /// The unit of a level: what stands nearest to the number tells it.
    fn unit(&self, told: &Told, column: &Column, value: &Value, label: &str, are_whole: bool) -> Option<Unit> {
        let column_unit =
            column.head.unit.clone().or_else(|| column.level_unit.clone()).filter(|unit| column.head.compared.is_none() || !unit.is_rate());
        let row = told.unit.clone().or_else(|| told.head.unit.clone());
        let own = match (row, column_unit) {
            // 「金额（亿元）」 beside a unit of weight; a price in 元 is one for that weight.
            (Some(row), Some(column)) if column.family == "money" && !matches!(row.family.as_str(), "money" | "price") => {
                Some(if label.ends_with('价') || label.ends_with("价格") { column.for_each(&told.unit_written) } else { column })
            }
            (row, column) => row.or(column),
        };
        let near = value.unit.clone().or(own).or_else(|| self.inherited.clone());
        let wide = near.or_else(|| self.group.head.unit.clone()).or_else(|| self.corner.clone()).or_else(|| self.caption.unit(label, self.lexicon));
        let unit = wide.map(|unit| unit.counting(label)).or_else(|| {
            let counted = unit::counted(label).filter(|(base, _)| are_whole || *base == "index").map(|(base, family)| Unit::plain(base, family));
            // Whole numbers under years count something.
            let known = || self.lexicon.catalogue.find(label).filter(|_| label.ends_with('率')).map(|found| found.families.as_slice());
            let rate = |families: &[String]| families.iter().any(|family| family == "percent").then(Unit::percent);
            let counted = counted.or_else(|| known().and_then(rate));
            counted.or_else(|| (self.has_years && are_whole).then(|| Unit::plain("count", "count")))
        })?;
        // 「总户数」 in 户 are households.
        if unit.base == "count" && unit::counted(label).is_some_and(|(base, _)| base == "household") {
            return Some(unit.of_base("household", "household"));
        }
        let is_index = unit.base == "percent" && label.ends_with("指数") && value.value >= rust_decimal::Decimal::from(60);
        Some(if is_index { Unit::plain("index", "index") } else { unit })
    }

    /// The unit of an absolute change: its own, else the level's, which for a rate is points.
    fn unit_of_change(&self, column: &Column, level: Option<Unit>) -> Option<Unit> {
        let own = column.head.unit.clone().filter(|unit| unit.base != "percent").or(level)?;
        Some(if own.is_rate() { Unit::plain("pp", "pp") } else { own })
    }

    /// When a number is of: the caption, the group, the row and the column tell it together.
    fn when(&self, told: &Told, column: &Column, label: &str) -> When {
        // A project's total has no period but its own.
        if told.is_project {
            return column.head.when.clone();
        }
        let ends = |words: &[&str]| words.iter().any(|end| label.ends_with(end));
        let is_flow = ends(&["出栏", "产量", "产值", "增加值", "销量", "销售量"]);
        let group = if is_flow { self.group.head.when.as_flow() } else { self.group.head.when.clone() };
        let when = self.caption.when.within(&group).within(&told.head.when).within(&column.head.when);
        let is_balance =
            ends(&["余额", "存栏", "库存", "保有量", "存款", "贷款"]) && !["新增", "发放", "投放"].iter().any(|word| label.contains(word));
        if is_balance { when.at_end_of_month() } else { when }
    }
}

/// Adds a mention, and tells its place.
fn place_of<T>(mention: T, mentions: &mut Vec<T>) -> usize {
    mentions.push(mention);
    mentions.len() - 1
}
