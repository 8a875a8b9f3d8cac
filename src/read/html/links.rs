//! Where the links of a page lead; also of the lists that sites give to machines: site maps and feeds.

use super::encoding;
use crate::{Links, ReadError, encoding::is_binary};
use dom_query::Document;
use encoding_rs::{Encoding, UTF_8};
use quick_xml::{Reader, events::Event};

/// Longer lists are cut.
const MOST_LINKS: usize = 100_000;
/// Longer addresses are none.
const MOST_BYTES: usize = 4096;
/// How lists for machines begin.
const LISTS: [&str; 5] = ["urlset", "sitemapindex", "rss", "feed", "rdf:RDF"];

/// The links of a page in their order, as they are written.
pub(crate) fn read(bytes: &[u8]) -> Result<Links, ReadError> {
    let (text, encoding) = encoding::decode(bytes)?;
    if is_binary(&text) {
        return Err(ReadError::Binary);
    }
    let mut links = if is_list(&text) { of_list(&text) } else { of_page(&text) };
    links.links.retain(|link| link.len() <= MOST_BYTES);
    links.links.truncate(MOST_LINKS);
    if let Some(encoding) = Encoding::for_label(encoding.as_bytes()).filter(|encoding| *encoding != UTF_8) {
        links.links.iter_mut().for_each(|link| *link = with_query(link, encoding));
    }
    Ok(links)
}

/// A link with its query in the bytes of the page's encoding, as browsers send it.
fn with_query(link: &str, encoding: &'static Encoding) -> String {
    let (place, query) = link.split_once('?').unwrap_or((link, ""));
    if query.is_ascii() {
        return link.to_owned();
    }
    let (bytes, _, _) = encoding.encode(query);
    let written: String = bytes.iter().map(|byte| if byte.is_ascii() { char::from(*byte).to_string() } else { format!("%{byte:02X}") }).collect();
    format!("{place}?{written}")
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
            Event::GeneralRef(name) => {
                let known = if name.as_ref() == "amp" { Some('&') } else { name.resolve_char_ref().ok().flatten() };
                if let Some(written) = &mut written {
                    written.extend(known);
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
        let map = "<?xml version='1.0'?><urlset xmlns='x'><url><loc>http://a.cn/1.html?a=1&amp;b=2&#38;c</loc><lastmod>2024</lastmod></url></urlset>";
        check(map, None, &["http://a.cn/1.html?a=1&b=2&c"]);
        check("<rss><channel><item><link><![CDATA[http://a.cn/2.html]]></link></item></channel></rss>", None, &["http://a.cn/2.html"]);
        check("<feed><entry><link href='http://a.cn/3.html'/></entry></feed>", None, &["http://a.cn/3.html"]);
        check("没有链接", None, &[]);
    }

    #[test]
    fn queries_are_in_the_encoding_of_their_page() {
        let page = "<meta charset=gb2312><p>统计公报</p><a href='公报/a.asp?n=公报&m=1'>公报</a>";
        let links = |bytes: &[u8]| read(bytes).unwrap().links;
        assert_eq!(links(&encoding_rs::GB18030.encode(page).0), ["公报/a.asp?n=%B9%AB%B1%A8&m=1"]);
        assert_eq!(links(page.replace("gb2312", "utf-8").as_bytes()), ["公报/a.asp?n=公报&m=1"]);
    }
}
