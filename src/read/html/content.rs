//! Where on a page its document stands.

use super::page::{Node, PLACE, Page};
use super::parts::{self, Part};
use super::{furniture, meta};
use dom_query::Document;
use dom_smoothie::{Config, Readability};
use std::ops::Range;

/// Names of elements in which content management systems put nothing but a document.
const DOCUMENTS: &str = "
    ucap-content ucapcontent trs_editor trs_ueditor trs_editor_view trs_web zoom zoomcon vsb_content vsb_content_2 vsb_content_4
    vsb_content_501 v_news_content wp_articlecontent pages_content custom_unionstyle my_doccontent easysite-news-text easysite-news-content js_content
    artibody article-content article_content articlecontent contentregion xxgk_content news_content_text bt-content";
/// Names that hold a document more often than not.
const CANDIDATES: &str = "
    view article article-body articlebody article_body article-con article_con articlecon article-text news-content news_content newscontent
    newscon news_con detail-content detail_content detailcontent content-text content_text contenttext main-content maincontent main_content
    content-body xl-content xlcontent xl_con conten con_text contxt zhengwen zw nr content text";

/// Of a hundred characters of sentences and tables on the page, so many must be in an element that is named like a document,
/// in one that may be one, and in what an extractor finds. Pages tell of other news beside their own.
const DOCUMENT_PERCENT: usize = 20;
const CANDIDATE_PERCENT: usize = 80;
const FOUND_PERCENT: usize = 80;
/// At either end of a document, so many are no part of it.
const END_PERCENT: usize = 10;

/// Lines over a document: title and subtitle, each in two lines, who publishes it and when.
const MOST_HEADS: usize = 6;
/// The longest of them, in characters.
const LONGEST_HEAD: usize = 60;

/// The parts of the document on a page, without what stands around it; `all` are those of the whole page.
pub(super) fn read(page: &Page, all: &[Part], title: Option<&str>) -> Vec<Part> {
    let whole = parts::measure(all);
    let reads = |ranges: &[Range<usize>], percent: usize| {
        let parts: Vec<Part> = ranges.iter().flat_map(|range| parts::read(page, range.clone())).collect();
        let measure = parts::measure(&parts);
        (measure > 0 && measure * 100 >= whole * percent).then_some(parts)
    };
    let named = || reads(&outermost(page, DOCUMENTS), DOCUMENT_PERCENT);
    let candidate = || CANDIDATES.split_whitespace().find_map(|name| reads(&outermost(page, name), CANDIDATE_PERCENT));
    let found = || reads(&extract(page), FOUND_PERCENT);
    let is_page = page.nodes.iter().any(|node| node.name == "title" || node.name == "link");
    let parts = named().or_else(candidate).or_else(|| if is_page { found() } else { None }).unwrap_or_else(|| all.to_vec());
    let parts = if title.is_none() { with_head(parts, all) } else { parts };
    trim(parts, title)
}

/// Puts the short lines before parts that stand over them on the page: where nothing tells the title, it is among them.
fn with_head(parts: Vec<Part>, all: &[Part]) -> Vec<Part> {
    let is_head = |part: &&Part| part.line().is_some_and(|line| line.chars().count() <= LONGEST_HEAD && !line.contains('。')) && !part.is_furniture();
    let at = all.iter().position(|part| Some(part) == parts.first()).unwrap_or_default();
    let before = all.get(..at).unwrap_or_default();
    let count = before.iter().rev().take(MOST_HEADS).take_while(is_head).count();
    before.iter().skip(at - count).cloned().chain(parts).collect()
}

/// The elements of these names that stand in no other such element.
fn outermost(page: &Page, names: &str) -> Vec<Range<usize>> {
    let is_named = |node: &Node| {
        let given = [node.attribute("id"), node.attribute("class")].into_iter().flatten().flat_map(str::split_whitespace);
        given.into_iter().any(|given| names.split_whitespace().any(|name| name.eq_ignore_ascii_case(given)))
    };
    let mut ranges: Vec<Range<usize>> = Vec::new();
    for (at, node) in page.places(0..page.nodes.len()) {
        if ranges.last().is_none_or(|last| at >= last.end) && is_named(node) && !matches!(node.name.as_str(), "html" | "body") {
            ranges.push(at..node.end);
        }
    }
    ranges
}

/// Where an extractor sees the document: it tells the places, and all that stands there is read. It drops tables, first
/// lines and short paragraphs at random.
fn extract(page: &Page) -> Vec<Range<usize>> {
    let config = Config { disable_json_ld: true, ..Config::default() };
    let Some(article) = Readability::with_document(page.document.clone(), None, Some(config)).ok().and_then(|mut reader| reader.parse().ok()) else {
        return Vec::new();
    };
    let found = Document::from(article.content);
    let selector = format!("[{PLACE}]");
    let mut places: Vec<usize> = found.select(&selector).iter().filter_map(|element| element.attr(PLACE)?.parse().ok()).collect();
    places.sort_unstable();
    let mut ranges: Vec<Range<usize>> = Vec::new();
    for at in places {
        if ranges.last().is_none_or(|last| at >= last.end) {
            ranges.push(page.range(at));
        }
    }
    ranges
}

/// Takes away what stands before the title and behind the line that ends the document, where it says little, and all lines of
/// furniture between.
fn trim(mut parts: Vec<Part>, title: Option<&str>) -> Vec<Part> {
    let most = parts::measure(&parts) * END_PERCENT / 100;
    let says_little = |parts: Option<&[Part]>| parts::measure(parts.unwrap_or_default()) <= most;
    if let Some((at, _)) = title.and_then(|title| meta::place(&parts, title)).filter(|(at, _)| says_little(parts.get(..*at))) {
        parts.drain(..at);
    }
    let ends = |at: &usize| {
        parts.get(*at).and_then(Part::line).is_some_and(furniture::is_last) && says_little(parts.get(*at..)) && !says_little(parts.get(..*at))
    };
    if let Some(at) = (0..parts.len()).find(ends) {
        parts.truncate(at);
        while parts.last().and_then(Part::line).is_some_and(furniture::is_imprint) {
            parts.pop();
        }
    }
    parts.retain(|part| !part.is_furniture());
    parts
}
