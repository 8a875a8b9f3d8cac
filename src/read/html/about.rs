//! What a page tells of itself: its title and when it was published.

use dom_query::Document;
use gongbao_core::model::PartialDate;

/// What a page tells of itself.
#[derive(Debug, Default)]
pub(super) struct About {
    pub(super) title: Option<String>,
    pub(super) published: Option<PartialDate>,
}

/// Names of `meta` that hold the title, without upper case.
const TITLES: [&str; 3] = ["articletitle", "og:title", "twitter:title"];
/// Names of `meta` that hold the day of publication.
const DATES: [&str; 10] = [
    "pubdate",
    "publishdate",
    "publish_date",
    "publishtime",
    "article:published_time",
    "og:published_time",
    "og:release_date",
    "datepublished",
    "dc.date.issued",
    "weibo:article:create_at",
];
/// Words before the day of publication, in the line below the title.
const DATE_WORDS: [&str; 6] = ["发布时间", "发布日期", "发表时间", "更新时间", "时间", "日期"];
/// The line below the title stands among so many characters.
const HEAD_CHARS: usize = 4_000;

/// Looks at `meta` first, then at headings and the line below them.
pub(super) fn about(document: &Document) -> About {
    let metas: Vec<(String, String)> = document
        .select("meta")
        .nodes()
        .iter()
        .filter_map(|meta| {
            let name = meta.attr("name").or_else(|| meta.attr("property")).or_else(|| meta.attr("itemprop"))?;
            Some((name.trim().to_ascii_lowercase(), squeezed(&meta.attr("content")?)))
        })
        .filter(|(_, content)| !content.is_empty())
        .collect();
    let meta = |names: &[&str]| names.iter().find_map(|wanted| metas.iter().find(|(name, _)| name == wanted)).map(|(_, content)| content.as_str());
    let site = meta(&["sitename", "og:site_name"]);
    let title = meta(&TITLES).map(|title| without_site(title, site)).or_else(|| heading(document)).or_else(|| {
        let title = document.select("title");
        let title = squeezed(&title.nodes().first()?.text());
        (!title.is_empty()).then(|| without_site(&title, site))
    });
    let published = DATES.iter().filter_map(|name| meta(&[name])).find_map(date).or_else(|| line_below(document));
    About { title: title.filter(|title| title.chars().count() >= 4), published }
}

/// The one heading of the first level.
fn heading(document: &Document) -> Option<String> {
    let headings = document.select("h1");
    let mut titles = headings.nodes().iter().map(|node| squeezed(&node.text())).filter(|title| !title.is_empty());
    titles.next().filter(|_| titles.next().is_none())
}

/// A title without the site's name before or behind it: 「公报 | 某市人民政府」.
fn without_site(title: &str, site: Option<&str>) -> String {
    let parts = title.split(['|', '_', '｜', '丨']).flat_map(|part| part.split(" - ")).flat_map(|part| part.split("--")).map(str::trim);
    let parts: Vec<&str> = parts.filter(|part| !part.is_empty() && Some(*part) != site).collect();
    let is_site = |part: &str| ["网", "人民政府", "统计局", "门户网站"].iter().any(|end| part.ends_with(end));
    let longest = |parts: Vec<&str>| parts.into_iter().max_by_key(|part| part.chars().count()).map(str::to_owned);
    let told = longest(parts.iter().copied().filter(|part| !is_site(part)).collect());
    told.or_else(|| longest(parts)).unwrap_or_else(|| title.to_owned())
}

/// The day behind 「发布时间：」 near the page's beginning.
fn line_below(document: &Document) -> Option<PartialDate> {
    let body = document.body()?;
    let text: String = squeezed(&body.text()).chars().take(HEAD_CHARS).collect();
    DATE_WORDS.iter().find_map(|word| {
        text.match_indices(word).find_map(|(at, _)| {
            let rest = text.get(at + word.len()..)?.trim_start_matches([' ', '：', ':', '\u{3000}']);
            date(rest)
        })
    })
}

/// The date with which words begin: 「2021-03-05 10:22」, 「2021年3月5日」, 「2021/3/5」.
pub(super) fn date(words: &str) -> Option<PartialDate> {
    let mut parts = words.trim_start().splitn(3, ['-', '/', '.', '年', '月']);
    let year = parts.next().filter(|year| year.len() == 4)?;
    let month = parts.next().filter(|month| (1..=2).contains(&month.len()))?;
    let day: String = parts.next()?.chars().take_while(char::is_ascii_digit).collect();
    let number = |digits: &str| digits.bytes().all(|byte| byte.is_ascii_digit()).then(|| digits.parse::<u32>().ok()).flatten();
    PartialDate::parse(&format!("{year}-{:02}-{:02}", number(month)?, number(&day).filter(|day| (1..=31).contains(day))?))
}

/// Words with one blank where blanks or line ends stood.
pub(super) fn squeezed(words: &str) -> String {
    words.split(|c: char| c.is_whitespace() && c != '\u{3000}').filter(|word| !word.is_empty()).collect::<Vec<_>>().join(" ").trim().to_owned()
}
