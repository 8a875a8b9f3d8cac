//! The extension that tells the format of what a server sent: by its name, or else by what the server says of it.

use super::FetchError;
use super::client::Page;
use crate::ingest::find::{ARCHIVE, extension};
use gongbao_read::Format;
use reqwest::Url;
use std::path::Path;

/// What servers call the formats.
const TYPES: [(&str, &str); 12] = [
    ("text/html", "html"),
    ("application/xhtml+xml", "html"),
    ("application/pdf", "pdf"),
    ("text/plain", "txt"),
    ("text/markdown", "md"),
    ("text/csv", "csv"),
    ("application/csv", "csv"),
    ("application/vnd.openxmlformats-officedocument.wordprocessingml.document", "docx"),
    ("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", "xlsx"),
    ("application/vnd.ms-excel", "xls"),
    ("application/zip", "zip"),
    ("application/x-zip-compressed", "zip"),
];

/// How files of these formats begin.
const BEGINNINGS: [(&str, &[u8]); 5] = [("pdf", b"%PDF"), ("docx", b"PK"), ("xlsx", b"PK"), ("zip", b"PK"), ("xls", &[0xd0, 0xcf, 0x11, 0xe0])];

/// What a server tells of what it sends.
#[derive(Debug, Default, Clone)]
pub(super) struct Told<'a> {
    /// `Content-Type`.
    pub(super) content_type: Option<&'a str>,
    /// `Content-Disposition`.
    pub(super) disposition: Option<&'a str>,
}

/// The extension of what came from a URL. Its name counts before the type, which many servers do not know; but a page that comes
/// in place of a file, as its own excuse, is a page.
pub(super) fn of_page(url: &Url, told: &Told<'_>, bytes: &[u8]) -> String {
    let essence = told.content_type.and_then(|written| written.split(';').next()).unwrap_or_default().trim().to_ascii_lowercase();
    let by_type = TYPES.iter().find(|(name, _)| *name == essence).map(|(_, extension)| (*extension).to_owned());
    let named = told.disposition.and_then(file_name).map(|name| of_path(&name)).filter(|name| is_known(name));
    let named = named.or_else(|| Some(of_path(url.path())).filter(|name| is_known(name)));
    match (named, by_type) {
        (Some(named), Some(by_type)) if by_type == "html" && !begins_as(&named, bytes) => by_type,
        (Some(named), _) => named,
        (None, Some(by_type)) => by_type,
        (None, None) => of_path(url.path()),
    }
}

/// Why what came is no document: a page instead of a file, nothing instead of what was there before, the entrance of the site or
/// a page of excuses instead of a page. `known` is the extension that the document had before, `at` where it was found.
pub(super) fn excuse(url: &Url, at: &Url, known: Option<&str>, page: &Page) -> Option<FetchError> {
    let promised = known.map_or_else(|| of_path(url.path()), str::to_owned);
    // Tables of pages under this name are a custom.
    let is_file = is_known(&promised) && !is_page(&promised) && promised != "xls";
    let last = |url: &Url| url.path().rsplit('/').next().unwrap_or_default().to_owned();
    let is_entrance =
        |url: &Url| url.path().matches('/').count() == 1 && url.query().is_none() && (last(url).is_empty() || last(url).starts_with("index."));
    let is_elsewhere = |is: &dyn Fn(&Url) -> bool| at != url && is(at) && !is(url);
    let sent = if page.bytes.is_empty() && known.is_some() {
        "nothing any more"
    } else if is_file && is_page(&page.extension) {
        "a page in place of the file"
    } else if is_elsewhere(&is_entrance) || is_elsewhere(&|url| last(url).starts_with("404")) {
        "another page in place of it"
    } else {
        return None;
    };
    Some(FetchError::Excuse { sent })
}

fn is_known(extension: &str) -> bool {
    Format::of_extension(extension).is_some() || extension == ARCHIVE
}

fn is_page(extension: &str) -> bool {
    Format::of_extension(extension) == Some(Format::Html)
}

/// The extension of a path.
pub(super) fn of_path(path: &str) -> String {
    let path = path.split(['?', '#']).next().unwrap_or_default();
    extension(Path::new(path.rsplit('/').next().unwrap_or_default()))
}

/// Whether bytes begin as files of a format do; those of text begin anyhow, but not with a tag.
fn begins_as(extension: &str, bytes: &[u8]) -> bool {
    match BEGINNINGS.iter().find(|(known, _)| *known == extension) {
        Some((_, beginning)) => bytes.starts_with(beginning),
        None => is_page(extension) || !bytes.trim_ascii_start().starts_with(b"<"),
    }
}

/// The file name of a `Content-Disposition`; only its end is looked at, so that its encoding does not matter.
fn file_name(disposition: &str) -> Option<String> {
    let mut names = disposition.split(';').filter_map(|part| part.split_once('=')).filter(|(key, _)| key.trim().trim_end_matches('*') == "filename");
    names.next_back().map(|(_, name)| name.trim().trim_matches('"').to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_count_before_types_but_not_before_excuses() {
        let check = |url: &str, content_type: &str, disposition: &str, bytes: &[u8], expected: &str| {
            let told = Told { content_type: Some(content_type), disposition: Some(disposition) };
            assert_eq!(of_page(&Url::parse(url).unwrap(), &told, bytes), expected, "{url} {content_type} {disposition}");
        };
        check("http://a.cn/t1.html", "text/html; charset=gb2312", "", b"<", "html");
        check("http://a.cn/t1.shtml?x=1.pdf", "text/html", "", b"<", "shtml");
        check("http://a.cn/sj/", "Text/HTML;charset=utf-8", "", b"<", "html");
        check("http://a.cn/view.jsp?id=7", "text/html", "", b"<", "html");
        check("http://a.cn/a.pdf", "application/octet-stream", "", b"%PDF-1.4", "pdf");
        check("http://a.cn/a.pdf", "text/html", "", b"<html>", "html");
        check("http://a.cn/a.pdf", "text/html", "", b"%PDF-1.4", "pdf");
        check("http://a.cn/a.csv", "text/html", "", b"\n<!doctype html>", "html");
        check("http://a.cn/a.csv", "text/plain", "", b"a,b", "csv");
        check("http://a.cn/down?id=1", "application/octet-stream", "attachment; filename=\"%E8%A1%A8.xlsx\"", b"PK", "xlsx");
        check("http://a.cn/down?id=1", "application/msword", "attachment; filename*=UTF-8''a.docx; size=1", b"PK", "docx");
        check("http://a.cn/down?id=1", "application/octet-stream", "attachment; filename=\"filename.csv\"", b"a,b", "csv");
        check("http://a.cn/down?id=1", "application/octet-stream", "attachment; filename=附表.pdf", b"%PDF", "pdf");
        check("http://a.cn/down", "application/vnd.ms-excel", "", b"", "xls");
        check("http://a.cn/down", "image/png", "", b"", "unknown");
        check("http://a.cn/a.wps", "application/octet-stream", "", b"", "wps");
    }

    #[test]
    fn excuses_are_told_from_documents() {
        let check = |url: &str, at: &str, known: Option<&str>, (extension, bytes): (&str, &[u8]), expected: Option<&str>| {
            let page = Page { bytes: bytes.to_vec(), extension: extension.to_owned(), ..Page::default() };
            let excuse = excuse(&Url::parse(url).unwrap(), &Url::parse(at).unwrap(), known, &page);
            assert_eq!(excuse.map(|error| error.to_string()).as_deref(), expected, "{url} {at} {known:?}");
        };
        let (html, pdf) = (("html", b"<html>".as_slice()), ("pdf", b"%PDF".as_slice()));
        let page = Some("the server sends a page in place of the file");
        let another = Some("the server sends another page in place of it");
        check("http://a.cn/a.pdf", "http://a.cn/a.pdf", None, pdf, None);
        check("http://a.cn/a.pdf", "http://a.cn/a.pdf", None, html, page);
        check("http://a.cn/down?id=1", "http://a.cn/down?id=1", Some("pdf"), html, page);
        check("http://a.cn/down?id=1", "http://a.cn/down?id=1", None, html, None);
        check("http://a.cn/a.xls", "http://a.cn/a.xls", Some("xls"), html, None);
        check("http://a.cn/sj/t1.html", "http://a.cn/", Some("html"), html, another);
        check("http://a.cn/sj/t1.html", "http://a.cn/index.html", None, html, another);
        check("http://a.cn/sj/t1.html", "https://b.cn/404.html", None, html, another);
        check("http://a.cn/sj/t1.html", "https://a.cn/sj/t1.html", None, html, None);
        check("http://a.cn/", "https://www.a.cn/", None, html, None);
        check("http://a.cn/sj/t1.html", "http://a.cn/sj/t1.html", Some("html"), ("html", b""), Some("the server sends nothing any more"));
        check("http://a.cn/sj/t1.html", "http://a.cn/sj/t1.html", None, ("html", b""), None);
    }
}
