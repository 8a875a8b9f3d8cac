//! Where the links of a page lead; also of the lists that sites give to machines: site maps and feeds.

use super::encoding;
use crate::{Links, ReadError, encoding::is_binary};
use dom_query::Document;
use quick_xml::{Reader, events::Event};

/// Longer lists are cut.
const MOST_LINKS: usize = 100_000;
/// Longer addresses are none.
const MOST_BYTES: usize = 4096;
/// How lists for machines begin.
const LISTS: [&str; 5] = ["urlset", "sitemapindex", "rss", "feed", "rdf:RDF"];

/// The links of a page in their order, as they are written.
pub(crate) fn read(bytes: &[u8]) -> Result<Links, ReadError> {
    let (text, _) = encoding::decode(bytes)?;
    if is_binary(&text) {
        return Err(ReadError::Binary);
    }
    let mut links = if is_list(&text) { of_list(&text) } else { of_page(&text) };
    links.links.retain(|link| link.len() <= MOST_BYTES);
    links.links.truncate(MOST_LINKS);
    Ok(links)
}

fn of_page(html: &str) -> Links {
    let document = Document::from(html);
    let written = |selector: &str| -> Vec<String> {
        document.select(selector).iter().filter_map(|element| element.attr("href")).map(|href| href.trim().to_owned()).collect()
    };
    Links { base: written("base[href]").into_iter().next(), links: written("a[href], area[href]") }
}

/// Whether the first element is that of a list.
fn is_list(text: &str) -> bool {
    let mut reader = Reader::from_str(text);
    loop {
        match reader.read_event() {
            Ok(Event::Start(start)) => return LISTS.contains(&start.name().as_ref()),
            Ok(Event::Eof | Event::Empty(_)) | Err(_) => return false,
            Ok(_) => {}
        }
    }
}

/// Addresses are the words of `loc` and `link`, or the `href` of a `link`. What is broken ends the list.
fn of_list(text: &str) -> Links {
    let mut reader = Reader::from_str(text);
    let (mut links, mut written) = (Vec::new(), None);
    while let Ok(event) = reader.read_event() {
        match event {
            Event::Start(start) | Event::Empty(start) if matches!(start.local_name().as_ref(), "loc" | "link") => {
                let href =
                    start.attributes().with_checks(false).filter_map(Result::ok).find(|attribute| attribute.key.local_name().as_ref() == "href");
                links.extend(href.and_then(|href| Some(href.normalized_value(quick_xml::XmlVersion::Implicit1_0).ok()?.into_owned())));
                written = Some(String::new());
            }
            Event::End(end) if matches!(end.local_name().as_ref(), "loc" | "link") => links.extend(written.take()),
            Event::Text(words) => {
                if let Some(written) = &mut written {
                    written.push_str(&words.xml10_content());
                }
            }
            Event::CData(words) => {
                if let Some(written) = &mut written {
                    written.push_str(&words.xml10_content());
                }
            }
            Event::GeneralRef(name) if name.as_ref() == "amp" => {
                if let Some(written) = &mut written {
                    written.push('&');
                }
            }
            Event::Eof => break,
            _ => {}
        }
    }
    let links = links.into_iter().map(|link| link.trim().to_owned()).filter(|link| !link.is_empty()).collect();
    Links { base: None, links }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn links_of_pages_and_lists() {
        let check = |page: &str, base: Option<&str>, expected: &[&str]| {
            let links = read(page.as_bytes()).unwrap();
            assert_eq!((links.base.as_deref(), links.links), (base, expected.iter().map(|link| (*link).to_owned()).collect()), "{page}");
        };
        check("<a href=' ./t1.html '>一季度</a><a name=x>二</a><map><area href=b.html></map>", None, &["./t1.html", "b.html"]);
        check("<head><base href='/sj/'></head><a href='?a=1&amp;b=2'>公报</a>", Some("/sj/"), &["?a=1&b=2"]);
        let map = "<?xml version='1.0'?><urlset xmlns='x'><url><loc>http://a.cn/1.html?a=1&amp;b=2</loc><lastmod>2024</lastmod></url></urlset>";
        check(map, None, &["http://a.cn/1.html?a=1&b=2"]);
        check("<rss><channel><item><link><![CDATA[http://a.cn/2.html]]></link></item></channel></rss>", None, &["http://a.cn/2.html"]);
        check("<feed><entry><link href='http://a.cn/3.html'/></entry></feed>", None, &["http://a.cn/3.html"]);
        check("没有链接", None, &[]);
    }
}
