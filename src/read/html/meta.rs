//! What a page tells of its document: title and day of publication.

use super::page::Page;
use super::parts::Part;
use super::{dates, furniture};
use gongbao_core::model::{BlockKind, PartialDate};

/// Names of metadata that give the title, best first.
const TITLES: [&str; 7] = ["articletitle", "article:title", "contenttitle", "pagetitle", "og:title", "twitter:title", "dc.title"];
/// Names of metadata that give the day of publication, best first.
const DAYS: [&str; 22] = [
    "pubdate",
    "publishdate",
    "publish_date",
    "publishtime",
    "publish_time",
    "article:published_time",
    "og:published_time",
    "og:release_date",
    "datepublished",
    "articledate",
    "publish-date",
    "contentdate",
    "dcterms.issued",
    "publicationdate",
    "uploaddate",
    "firstpublishedtime",
    "releasedate",
    "weibo: article:create_at",
    "dc.date.issued",
    "dc.date",
    "createdate",
    "date",
];
/// Names of metadata that give the site.
const SITES: [&str; 3] = ["sitename", "og:site_name", "application-name"];

/// Longest and shortest title, in characters.
const LONGEST_TITLE: usize = 120;
const SHORTEST_TITLE: usize = 4;
/// Longest name of a site, in characters.
const LONGEST_SITE: usize = 20;
/// A line under the title stands among so many parts behind it.
const BYLINE_PARTS: usize = 4;

/// The title: what the metadata say, a top heading that the page's own title confirms, the line over the byline, the page's title.
pub(super) fn title(page: &Page, parts: &[Part]) -> Option<String> {
    let site = meta(page, &SITES);
    let is_title = |title: &String| {
        let count = title.chars().count();
        (SHORTEST_TITLE..=LONGEST_TITLE).contains(&count) && Some(title) != site.as_ref() && !is_site(title) && !title.ends_with(['…', '.'])
    };
    let named = page.nodes.iter().position(|node| node.name == "title").map(|at| page.words(page.range(at))).unwrap_or_default();
    let holds = |line: &str| squeezed(&named).contains(&squeezed(line));
    let headings =
        || page.places(0..page.nodes.len()).filter(|(_, node)| node.name == "h1").map(|(at, _)| page.words(page.range(at))).filter(is_title);
    let over = over_byline(parts).filter(is_title);
    let told = TITLES.iter().filter_map(|name| meta(page, &[name])).map(|title| without_site(&title, site.as_deref())).find(is_title);
    told.or_else(|| headings().find(|line| holds(line)))
        .or_else(|| over.clone().filter(|line| holds(line)))
        .or_else(|| headings().next())
        .or(over)
        .or_else(|| Some(without_site(&named, site.as_deref())).filter(is_title))
}

/// The day of publication: what the metadata or the line under the title say, the earlier of them: a site that moves writes its
/// metadata anew.
pub(super) fn published(page: &Page, parts: &[Part]) -> Option<PartialDate> {
    let told = DAYS.iter().filter_map(|name| meta(page, &[name])).find_map(|written| dates::read(&written));
    let lines: Vec<&str> = parts.iter().flat_map(Part::words).collect();
    let pairs = lines.iter().zip(lines.iter().skip(1).chain([&""]));
    let labelled = pairs.filter(|(line, _)| furniture::is_byline(line)).find_map(|(line, next)| labelled(line, next));
    let day = |line: &&str| dates::find(line).map(|(date, _)| date).filter(|_| furniture::is_byline(line) || is_moment(line) || is_dated(line));
    told.into_iter().chain(labelled).min().or_else(|| lines.iter().find_map(day))
}

/// The day behind a label that says when a page was published; the next line may hold it.
fn labelled(line: &str, next: &str) -> Option<PartialDate> {
    let (at, label) = furniture::PUBLISHED.split_whitespace().filter_map(|label| line.find(label).map(|at| (at, label))).min()?;
    let rest = line.get(at + label.len()..)?;
    let is_label = rest.trim().trim_matches(['：', ':']).is_empty();
    dates::find(if is_label { next } else { rest }).map(|(date, _)| date)
}

/// A day with its time and little else: 「2021-03-05 10:22」.
fn is_moment(line: &str) -> bool {
    let rest = |(_, end): (PartialDate, usize)| line.get(end..).map(str::trim);
    line.chars().count() <= 40
        && dates::find(line).and_then(rest).is_some_and(|rest| rest.contains(':') && rest.starts_with(|c: char| c.is_ascii_digit()))
}

/// A day behind the least that can be said of it: 「日期：2021/3/5」.
fn is_dated(line: &str) -> bool {
    let line = line.trim_start_matches(['[', '【', '（']);
    let rest = ["日期", "时间", "发布", "发表", "Date"].iter().find_map(|label| line.strip_prefix(label)?.trim_start().strip_prefix(['：', ':']));
    let rest = rest.or_else(|| furniture::PUBLISHED.split_whitespace().find_map(|label| line.strip_prefix(label)));
    rest.is_some_and(|rest| rest.trim_start().starts_with(|c: char| c.is_ascii_digit()))
}

/// The line before the line that tells when a page was published; lines between are furniture.
fn over_byline(parts: &[Part]) -> Option<String> {
    let is_byline =
        |part: &Part| part.line().is_some_and(|line| (furniture::is_byline(line) && line.contains(|c: char| c.is_ascii_digit())) || is_moment(line));
    let at = parts.iter().position(is_byline)?;
    let before = parts.get(..at)?.iter().rev().take(BYLINE_PARTS);
    let line = before.filter_map(Part::line).find(|line| !furniture::is_line(line) && line.chars().count() >= SHORTEST_TITLE)?;
    (!line.contains('。')).then(|| line.to_owned())
}

/// The first of these metadata that is filled in.
fn meta(page: &Page, names: &[&str]) -> Option<String> {
    let is_named = |name: Option<&str>| name.is_some_and(|name| names.iter().any(|known| known.eq_ignore_ascii_case(name)));
    let found = page.nodes.iter().filter(|node| ["name", "property", "itemprop"].iter().any(|attribute| is_named(node.attribute(attribute))));
    let value = |node: &super::page::Node| {
        node.attribute("content").or(node.attribute("datetime")).map(|value| value.split_whitespace().collect::<Vec<_>>().join(" "))
    };
    found.filter_map(value).find(|value| !value.is_empty())
}

/// A page's title without the names of site and columns that stand before or behind it.
fn without_site(title: &str, site: Option<&str>) -> String {
    const DASHES: [char; 3] = ['-', '－', '–'];
    let is_site_name = |part: &str| Some(part) == site || is_site(part);
    let without_end = |part: &str| {
        let cut =
            part.rsplit_once(DASHES).filter(|(_, last)| is_site_name(last.trim())).map(|(words, _)| words.trim_end_matches(DASHES).trim().to_owned());
        cut.unwrap_or_else(|| part.to_owned())
    };
    let parts = title.split(['|', '｜', '_', '»', '>']).flat_map(|part| part.split(" - ")).map(str::trim).map(without_end);
    let named = parts.filter(|part| !is_site_name(part)).map(|part| (part.chars().count(), part));
    named.reduce(|longest, part| if part.0 > longest.0 { part } else { longest }).map(|(_, part)| part).unwrap_or_default()
}

/// Whether words name a site: 「某市人民政府门户网站」.
fn is_site(words: &str) -> bool {
    const ENDS: [&str; 20] = [
        "网",
        "网站",
        "门户",
        "政府",
        "统计局",
        "委员会",
        "发改委",
        "管理局",
        "办公室",
        "办公厅",
        "信息公开",
        "信息公开平台",
        "首页",
        "频道",
        "公众号",
        "客户端",
        "在线",
        "平台",
        "资讯",
        "财经",
    ];
    words.chars().count() <= LONGEST_SITE && ENDS.iter().any(|end| words.ends_with(end))
}

/// Words without blanks.
fn squeezed(words: &str) -> String {
    words.chars().filter(|c| !c.is_whitespace()).collect()
}

/// Marks the title among the parts, or puts it before them. A title may be broken into lines.
pub(super) fn mark(parts: &mut Vec<Part>, title: &str) {
    let line = Part::Line { kind: Some(BlockKind::Title), words: title.to_owned() };
    match place(parts, title) {
        Some((at, count)) => drop(parts.splice(at..at + count, [line])),
        None => parts.insert(0, line),
    }
}

/// Where the title stands, and in how many lines.
pub(super) fn place(parts: &[Part], title: &str) -> Option<(usize, usize)> {
    const MOST_LINES: usize = 4;
    let title = squeezed(title);
    let lines: Vec<String> = parts.iter().map(|part| part.line().map(squeezed).unwrap_or_default()).collect();
    (0..lines.len()).find_map(|at| {
        let of_lines =
            |count: &usize| lines.get(at..at + count).is_some_and(|lines| lines.iter().all(|line| !line.is_empty()) && lines.concat() == title);
        (1..=MOST_LINES).find(of_lines).map(|count| (at, count))
    })
}

#[cfg(test)]
mod tests {
    use super::super::parts;
    use super::*;

    fn check(html: &str, expected: Option<&str>, day: Option<&str>) {
        let page = Page::parse(html).unwrap();
        let parts = parts::read(&page, page.range(page.body()));
        assert_eq!(title(&page, &parts).as_deref(), expected, "{html}");
        assert_eq!(published(&page, &parts), day.and_then(PartialDate::parse), "{html}");
    }

    #[test]
    fn metadata() {
        let title = Some("某市2021年统计公报");
        check("<meta name=ArticleTitle content='某市2021年统计公报'><meta name=PubDate content='2022-03-05 10:00'>", title, Some("2022-03-05"));
        check(
            "<meta property=og:title content='某市2021年统计公报_某市统计局'><meta property=article:published_time content=2022-03-05T10:00:00+08:00>",
            title,
            Some("2022-03-05"),
        );
        check("<title>某市2021年统计公报-某市统计局</title>", title, None);
        check("<title>统计公报 | 某市2021年统计公报 | 某市人民政府</title>", title, None);
        check("<title>2021年1-4月经济运行情况</title>", Some("2021年1-4月经济运行情况"), None);
        check("<title>某市人民政府门户网站</title><p>文</p>", None, None);
    }

    #[test]
    fn words_of_the_page() {
        check("<h1>某市统计局</h1><h1>某县经济运行</h1><p>发布时间：2021-03-05 来源：统计局", Some("某县经济运行"), Some("2021-03-05"));
        check(
            "<title>某市统计局</title><div>某县经济运行</div><div>字号：大 中 小</div><div>2021/3/5 10:22</div>",
            Some("某县经济运行"),
            Some("2021-03-05"),
        );
        check("<div>某县经济运行</div><div>来源：统计局 发布日期：</div><div>2021年3月5日</div>", None, Some("2021-03-05"));
        check("<div>某县经济运行</div><p>2021年3月5日，某县开工。", None, None);
    }

    #[test]
    fn titles_in_lines() {
        let line = |words: &str| Part::Line { kind: None, words: words.to_owned() };
        let mut parts = vec![line("某市"), line("2021年统计公报"), line("文")];
        mark(&mut parts, "某市2021年 统计公报");
        assert_eq!(parts.len(), 2);
        mark(&mut parts, "别的");
        assert_eq!(parts.first().and_then(Part::line), Some("别的"));
    }
}
