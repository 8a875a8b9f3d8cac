//! Prose in cells: some tables hold a text in one column, its parts below each other, and what is known of it beside.

use crate::{
    cells::{Row, Told},
    compose::Composer,
};
use gongbao_core::model::{BlockKind, PartialDate};
use std::collections::BTreeMap;

/// A line that is longer is no cell of a table.
pub(crate) const LONG_LINE: usize = 40;
/// Of a hundred characters, so many stand in the column of a text.
const PROSE_PERCENT: usize = 60;
/// Longest header of a column.
const LONGEST_HEADER: usize = 20;

/// What a column beside a text tells.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Beside {
    Title,
    Section,
    Published,
    /// Numbers of paragraphs, addresses, authors: nothing of the text.
    Other,
}

/// Headers of such columns; the first that a header holds decides.
const HEADERS: [(&[&str], Beside); 4] = [
    (&["title", "标题", "题目"], Beside::Title),
    (&["section", "heading", "chapter", "province", "region", "city", "area", "章节", "栏目", "小标题", "省", "地区", "城市"], Beside::Section),
    (&["publish", "发布", "date", "日期"], Beside::Published),
    (
        &[
            "id",
            "no",
            "index",
            "num",
            "number",
            "page",
            "paragraph",
            "url",
            "link",
            "source",
            "author",
            "year",
            "type",
            "序号",
            "编号",
            "段",
            "页",
            "链接",
            "网址",
            "来源",
            "作者",
            "年份",
            "年度",
            "时间",
            "类型",
            "机构",
        ],
        Beside::Other,
    ),
];

/// Appends the paragraphs of a text that stands in one column; `None` where the rows are none.
pub(crate) fn write(rows: &[Row], composer: &mut Composer) -> Option<Told> {
    let count = |words: &String| words.chars().count();
    let mut counts: BTreeMap<u32, usize> = BTreeMap::new();
    for (column, words) in rows.iter().flat_map(|row| &row.cells) {
        *counts.entry(*column).or_default() += count(words);
    }
    let all: usize = counts.values().sum();
    let (&text, &most) = counts.iter().max_by_key(|(_, count)| **count)?;
    let has_header = rows.len() > 1 && rows.first()?.cells.iter().all(|(_, words)| count(words) <= LONGEST_HEADER && !words.contains('。'));
    let records = rows.get(usize::from(has_header)..)?;
    if counts.len() < 2 || most * 100 < all * PROSE_PERCENT || most < records.len() * LONG_LINE {
        return None;
    }
    let mut besides: BTreeMap<u32, Beside> = BTreeMap::new();
    for &column in counts.keys().filter(|column| **column != text) {
        let header = cell(rows.first()?, column).filter(|_| has_header).unwrap_or_default().to_lowercase();
        let of_header = HEADERS.into_iter().find(|(words, _)| words.iter().any(|word| is_in(&header, word))).map(|(_, beside)| beside);
        let numbers: Option<Vec<u64>> = records.iter().map(|row| cell(row, column)?.parse().ok()).collect();
        let is_counter = || {
            numbers.is_some_and(|numbers| numbers.len() > 1 && numbers.windows(2).all(|pair| matches!(pair, [a, b] if b.checked_sub(*a) == Some(1))))
        };
        besides.insert(column, of_header.or_else(|| is_counter().then_some(Beside::Other))?);
    }
    // What each record says stands once.
    let only = |column: u32| cell(records.first()?, column).filter(|first| records.iter().all(|row| cell(row, column) == Some(first)));
    let of = |kind: Beside| besides.iter().filter(move |(_, beside)| **beside == kind).map(|(column, _)| *column);
    let title = of(Beside::Title).find_map(only).map(str::to_owned);
    let told = Told { title, published: of(Beside::Published).filter_map(only).find_map(date) };
    let mut lines = records.iter().filter_map(|row| cell(row, text)).flat_map(str::lines).map(str::trim);
    if let Some(title) = told.title.as_deref().filter(|title| !lines.any(|line| line == *title)) {
        composer.push(Some(BlockKind::Title), None, title);
    }
    let headings: Vec<u32> = of(Beside::Section).chain(of(Beside::Title)).filter(|column| only(*column).is_none()).collect();
    let mut over = "";
    for row in records {
        if let Some(heading) = headings.iter().find_map(|column| cell(row, *column)).filter(|heading| *heading != over) {
            composer.push(Some(BlockKind::Heading), None, heading);
            over = heading;
        }
        for line in cell(row, text).into_iter().flat_map(str::lines) {
            composer.push(None, None, line);
        }
    }
    Some(told)
}

fn cell<'a>(row: &Row<'a>, column: u32) -> Option<&'a str> {
    row.cells.iter().find(|(at, _)| *at == column).map(|(_, words)| words.trim())
}

/// Whether a header holds a word; one in Latin letters as a whole.
fn is_in(header: &str, word: &str) -> bool {
    if word.is_ascii() {
        header.split(|c: char| !c.is_ascii_alphabetic()).any(|part| part.strip_prefix(word).is_some_and(|rest| matches!(rest, "" | "s" | "ed")))
    } else {
        header.contains(word)
    }
}

/// A date in digits, whatever stands between them.
pub(crate) fn date(words: &str) -> Option<PartialDate> {
    let parts: Vec<&str> = words.split(|c: char| !c.is_ascii_digit()).filter(|part| !part.is_empty()).take(3).collect();
    PartialDate::parse(&parts.join("-"))
}
