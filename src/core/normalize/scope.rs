//! What surrounds a statement and decides its period and area: document, section, paragraph.

use super::area::{self, AreaScope};
use super::period::{self, Genre, PeriodScope};
use crate::extract::Found;
use crate::extract::period::{Part, PeriodWording, YearWord, find_periods};
use crate::lexicon::Lexicon;
use crate::model::{BlockKind, Document, Frequency, NaiveDate, ReferenceArea, ReferencePeriod};
use crate::text::Prepared;
use chrono::Datelike;

/// The scope as it changes from sentence to sentence.
pub(super) struct Scope {
    pub(super) title: Option<String>,
    pub(super) default_area: Option<ReferenceArea>,
    pub(super) areas: AreaScope,
    pub(super) genre: Genre,
    /// The year of the document's figures.
    document_year: Option<i32>,
    published: Option<crate::model::PartialDate>,
    /// In a report's plan, where everything is a target of the year of publication.
    pub(super) is_plan: bool,
    /// Whether the whole document reads as a plan: what short paragraphs without headings are taken for.
    reads_as_plan: bool,
    /// Whether headings or openings told plan from review.
    has_sections: bool,
    block: Option<usize>,
    /// The last period told in this paragraph.
    pub(super) paragraph: Option<ReferencePeriod>,
    /// The years that a part of a report speaks of: 「这五年」 holds until another period opens a sentence.
    pub(super) section: Option<ReferencePeriod>,
    /// The first period that the document's figures were told for: what news without a year speaks of.
    pub(super) headline: Option<ReferencePeriod>,
    /// The fiscal year that the document speaks of.
    pub(super) fiscal_year: Option<ReferencePeriod>,
    /// The period of the sentence before, where a semicolon ended it.
    pub(super) semicolon: Option<ReferencePeriod>,
    /// The period of the statement before.
    pub(super) before: Option<ReferencePeriod>,
    /// The last area told in this paragraph.
    pub(super) paragraph_area: Option<ReferenceArea>,
    /// The last zone that had a figure of its own in this paragraph.
    pub(super) zone: Option<ReferenceArea>,
    /// Whether words such as 「园区」 or 「该区」 have pointed back to it.
    is_of_zone: bool,
}

impl Scope {
    pub(super) fn new(prepared: &Prepared, document: &Document, published: Option<crate::model::PartialDate>, lexicon: &Lexicon) -> Self {
        let title = document
            .title
            .clone()
            .or_else(|| prepared.blocks.iter().find(|b| b.kind == BlockKind::Title).map(|b| prepared.cut(b.range.clone()).to_owned()));
        let (document_year, genre) = period::document_scope(title.as_deref(), published, &prepared.text);
        let year = document_year.or_else(|| published.map(|p| p.year)).or_else(|| told_year(&prepared.text));
        let given = document.area.as_deref().and_then(|written| area::resolve_manifest_area(written, year, &lexicon.areas));
        let at = given.as_ref().and_then(|given| given.at).or_else(|| {
            let head = format!("{}\n{}", title.clone().unwrap_or_default(), prepared.text);
            if given.is_some() { None } else { area::document_area(&head, year, &lexicon.areas) }
        });
        let default_area = given.map(|given| given.area).or_else(|| {
            let found = lexicon.areas.get(at?)?;
            Some(ReferenceArea { code: Some(found.code.clone()).filter(|c| !c.is_empty()), name: found.name.clone() })
        });
        let title_text = title.clone();
        Self {
            title,
            default_area,
            areas: AreaScope { default: at, mentioned: Vec::new(), year },
            genre,
            document_year: document_year.or_else(|| if published.is_none() { year } else { None }),
            published: published.or_else(|| {
                if genre == Genre::Other || genre == Genre::Press {
                    year.map(|year| crate::model::PartialDate { year, month: None, day: None })
                } else {
                    None
                }
            }),
            is_plan: false,
            has_sections: false,
            reads_as_plan: genre == Genre::WorkReport && reads_as_plan(&prepared.text),
            block: None,
            paragraph: None,
            section: None,
            headline: headline(title_text.as_deref(), genre, published),
            fiscal_year: None,
            semicolon: None,
            before: None,
            paragraph_area: None,
            zone: None,
            is_of_zone: false,
        }
    }

    /// The zone that words before a figure point back to: 「该区新签项目17个」; it holds to the paragraph's end. Reports of an area, whose
    /// paragraphs pass from zone to zone, name theirs each time.
    pub(super) fn zone_of(&mut self, before: &str) -> Option<ReferenceArea> {
        self.is_of_zone |= ["该区", "园区", "新城", "开发区", "高新区", "经开区"].iter().any(|word| before.contains(word));
        self.zone.clone().filter(|_| self.is_of_zone && !self.reports_a_year())
    }

    /// Enters a sentence: a new paragraph forgets the old one's period; headings and openings tell plan from review.
    pub(super) fn enter(&mut self, found: &Found, prepared: &Prepared) {
        let is_new = self.block != Some(found.block);
        if is_new && self.genre == Genre::WorkReport && !self.has_sections {
            let block = prepared.blocks.get(found.block).map(|b| prepared.cut(b.range.clone())).unwrap_or_default();
            self.is_plan = if block.chars().count() >= 150 { reads_as_plan(block) } else { self.reads_as_plan };
        }
        if is_new {
            self.block = Some(found.block);
            // In news of many items a heading ends what the item before was about.
            let kind = prepared.blocks.get(found.block).map(|b| b.kind);
            if kind == Some(BlockKind::Heading) && matches!(self.genre, Genre::Press | Genre::Other) {
                self.headline = None;
            }
            self.paragraph = None;
            self.paragraph_area = None;
            self.zone = None;
            self.is_of_zone = false;
            self.before = None;
            self.semicolon = None;
        }
        let kind = prepared.blocks.get(found.block).map(|b| b.kind);
        if matches!(self.genre, Genre::WorkReport | Genre::Other) && kind != Some(BlockKind::TableRow) {
            let text = prepared.cut(found.range.clone());
            let is_heading = matches!(kind, Some(BlockKind::Heading | BlockKind::Title | BlockKind::ListItem));
            if is_heading || is_new {
                let head: String = text.chars().take(if is_heading { 60 } else { 20 }).collect();
                if let Some(is_plan) = period::plan_section(&head) {
                    self.is_plan = is_plan;
                    self.section = None;
                    self.has_sections = true;
                }
            }
        }
    }

    /// What a period's wording is read against.
    pub(super) fn period_scope(&self, previous: Option<ReferencePeriod>) -> PeriodScope {
        let year = if self.is_plan { self.published.map(|p| p.year) } else { self.document_year };
        // In a bulletin 今年 is the year that it reports.
        let published = match (self.genre, self.document_year) {
            (Genre::Bulletin, Some(year)) => Some(crate::model::PartialDate { year, month: None, day: None }),
            _ => self.published,
        };
        PeriodScope { published, year, previous }
    }

    /// Whether a period begins when the document is published or later: what is told of it is still to come.
    pub(super) fn is_after(&self, period: &ReferencePeriod) -> bool {
        let published = self.published.filter(|published| published.month.is_some()).and_then(crate::model::PartialDate::first_day);
        published.zip(period.start).is_some_and(|(published, start)| start >= published && period.end.is_none_or(|end| end > start))
            && matches!(self.genre, Genre::WorkReport | Genre::Press)
    }

    /// In news of a fiscal year 今年 and 来年 are fiscal years too.
    pub(super) fn fiscal(&self, wording: PeriodWording) -> Option<ReferencePeriod> {
        let year = self.fiscal_year.as_ref()?;
        let PeriodWording::Within { year: YearWord::Published(by @ 0..=1), part: Part::Whole, .. } = wording else { return None };
        let shift = |date: NaiveDate| date.with_year(date.year() + by);
        Some(ReferencePeriod { start: year.start.and_then(shift), end: year.end.and_then(shift), ..year.clone() })
    }

    pub(super) fn published_year(&self) -> Option<i32> {
        self.published.map(|p| p.year)
    }

    /// Whether the document reports what happened in a year.
    pub(super) fn reports_a_year(&self) -> bool {
        matches!(self.genre, Genre::Bulletin | Genre::WorkReport)
    }

    /// The period of what is told without a number.
    pub(super) fn current_period(&self) -> ReferencePeriod {
        self.paragraph.clone().unwrap_or_else(|| self.default_period())
    }

    /// The period of a statement without any word for it.
    pub(super) fn default_period(&self) -> ReferencePeriod {
        if let Some(section) = &self.section {
            return section.clone();
        }
        let year = if self.is_plan {
            self.published.map(|p| p.year)
        } else if matches!(self.genre, Genre::Bulletin | Genre::WorkReport) {
            self.document_year
        } else {
            None
        };
        year.map(whole_year).or_else(|| self.headline.clone()).unwrap_or_default()
    }
}

/// The period that a news title names: 「前3月采购规模增长」.
fn headline(title: Option<&str>, genre: Genre, published: Option<crate::model::PartialDate>) -> Option<ReferencePeriod> {
    let title = title.filter(|_| matches!(genre, Genre::Press | Genre::Other))?;
    let scope = PeriodScope { published, year: None, previous: None };
    let mentions = find_periods(title);
    let told = mentions.iter().filter_map(|mention| period::resolve(mention, title, &scope));
    told.into_iter().find(|period| period.start.is_some() && period.end.is_some() && period.start != period.end)
}

/// Whether a paragraph of a report tells what shall be done: more orders than results.
fn reads_as_plan(text: &str) -> bool {
    const ORDERS: &[&str] = &["力争", "确保", "抓好", "年内", "要", "争取", "谋划", "做好", "目标", "今年将", "年底前", "将"];
    const WISHES: &[&str] = &[
        "加快", "推进", "继续", "大力", "着力", "加大", "加力", "严守", "实施", "强化", "支持", "落实", "推动", "完善", "加强", "深化", "提升",
        "建设", "健全", "优化",
    ];
    const RESULTS: &[&str] = &[
        "下降",
        "持续增强",
        "不断提升",
        "进一步提升",
        "了",
        "已",
        "达",
        "同比",
        "去年",
        "上年",
        "成功",
        "突破",
        "荣获",
        "圆满",
        "得到",
        "顺利",
        "显著",
        "超过",
        "取得",
        "增长",
        "年来",
        "过去",
        "位居",
        "提升至",
        "通车",
        "投产",
        "新增",
        "累计",
        "完成",
    ];
    let count = |words: &[&str]| words.iter().map(|w| text.matches(w).count()).sum::<usize>();
    let (orders, results) = (count(ORDERS), count(RESULTS));
    orders >= 2 && orders > results || results == 0 && count(WISHES) >= 2
}

/// A calendar year.
pub(super) fn whole_year(year: i32) -> ReferencePeriod {
    ReferencePeriod {
        start: NaiveDate::from_ymd_opt(year, 1, 1),
        end: NaiveDate::from_ymd_opt(year, 12, 31),
        frequency: Some(Frequency::Annual),
        text: None,
    }
}

/// The year that a text without a publication date names most, the later one where two are named as often.
fn told_year(text: &str) -> Option<i32> {
    let mut counts: std::collections::BTreeMap<i32, usize> = std::collections::BTreeMap::new();
    let mut title = 0_usize;
    let titled: Vec<bool> = text
        .chars()
        .map(|c| {
            title = match c {
                '《' => title + 1,
                '》' => title.saturating_sub(1),
                _ => title,
            };
            title > 0
        })
        .collect();
    for (place, (at, _)) in text.char_indices().enumerate().filter(|(_, (_, c))| *c == '年') {
        if titled.get(place).copied().unwrap_or_default() {
            continue;
        }
        let Some(before) = text.get(..at) else { continue };
        let digits: Vec<char> = before.chars().rev().take_while(char::is_ascii_digit).take(5).collect();
        if digits.len() != 4 {
            continue;
        }
        let year: i32 = digits.iter().rev().collect::<String>().parse().ok()?;
        if (1949..=2100).contains(&year) {
            // 「2024年6月18日」 dates what is told; 「2023—2025年」 is a plan's name.
            let is_dated = text.get(at + "年".len()..).is_some_and(|rest| rest.starts_with(|c: char| c.is_ascii_digit()));
            *counts.entry(year).or_default() += if is_dated { 3 } else { 1 };
        }
    }
    counts.into_iter().max_by_key(|(year, count)| (*count, *year)).map(|(year, _)| year)
}
