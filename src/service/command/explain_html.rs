//! `explain --html`: one page, nothing fetched from anywhere.

use super::explain::head;
use super::marks::{Mark, Read};
use std::io::{self, Write};

const STYLE: &str = "body{font:16px/1.7 'Noto Sans CJK SC','Microsoft YaHei',sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem;color:#222}\
table{border-collapse:collapse;font-size:13px;line-height:1.4;margin:.2rem 0 1rem}td,th{padding:.15rem .6rem;border-bottom:1px solid #ddd;text-align:left;vertical-align:top}\
p{margin:.4rem 0;white-space:pre-wrap}mark{border-radius:3px;padding:0 2px;color:inherit}sup{font-size:.65em;color:#555;margin-left:1px}\
.observation{background:#cdeccd}.investment{background:#cfe0fb}.finding{background:#fbe7b5}tr:target{outline:2px solid #c33}";

/// Prints the page.
pub(super) fn print(read: &Read, marks: &[Mark], out: &mut dyn Write) -> io::Result<()> {
    let title = escape(read.reading.title.as_deref().unwrap_or("gongbao explain"));
    writeln!(out, "<!doctype html>\n<html lang=\"zh\">\n<meta charset=\"utf-8\">\n<title>{title}</title>\n<style>{STYLE}</style>")?;
    writeln!(out, "<h1>{title}</h1>\n<table>")?;
    for (name, value) in head(read) {
        writeln!(out, "<tr><th>{name}<td>{}", escape(&value))?;
    }
    writeln!(out, "</table>")?;
    let mut start = 0;
    for line in read.text.split_inclusive('\n') {
        let end = start + line.len();
        let touching: Vec<&Mark> = marks.iter().filter(|mark| mark.span.start < end && mark.span.end > start).collect();
        writeln!(out, "<p>{}</p>", marked(line.trim_end(), start, &touching))?;
        table(&touching.into_iter().filter(|mark| mark.span.start >= start).collect::<Vec<_>>(), out)?;
        start = end;
    }
    writeln!(out, "</html>")
}

fn table(marks: &[&Mark], out: &mut dyn Write) -> io::Result<()> {
    if marks.is_empty() {
        return Ok(());
    }
    writeln!(out, "<table>")?;
    for mark in marks {
        let fields: Vec<String> = mark.fields.iter().map(|(name, value)| format!("{name} <b>{}</b>", escape(value))).collect();
        let (number, kind, label) = (mark.number, mark.kind.as_str(), escape(&mark.label));
        writeln!(out, "<tr id=\"m{number}\"><th>{number}<td><mark class=\"{kind}\">{kind}</mark> {label}<td>{}", fields.join(" · "))?;
    }
    writeln!(out, "</table>")
}

/// A line cut at every end of a mark: each piece has the colour of its innermost mark and tells all of them when pointed at.
fn marked(line: &str, start: usize, marks: &[&Mark]) -> String {
    let within = |at: usize| at.saturating_sub(start).min(line.len());
    let mut cuts: Vec<usize> = marks.iter().flat_map(|mark| [within(mark.span.start), within(mark.span.end)]).chain([0, line.len()]).collect();
    cuts.sort_unstable();
    cuts.dedup();
    let mut written = String::new();
    for piece in cuts.windows(2) {
        let [from, to] = *piece else { continue };
        let text = escape(line.get(from..to).unwrap_or_default());
        let over: Vec<&&Mark> = marks.iter().filter(|mark| within(mark.span.start) <= from && within(mark.span.end) >= to).collect();
        match over.last() {
            None => written.push_str(&text),
            Some(inner) => {
                let told: Vec<String> = over.iter().map(|mark| format!("{} {} {}", mark.number, mark.kind.as_str(), escape(&mark.label))).collect();
                let class = inner.kind.as_str();
                written.push_str(&format!("<mark class=\"{class}\" title=\"{}\">{text}</mark>", told.join("&#10;")));
            }
        }
        for mark in over.iter().filter(|mark| within(mark.span.end) == to) {
            written.push_str(&format!("<sup><a href=\"#m{0}\">{0}</a></sup>", mark.number));
        }
    }
    written
}

fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

#[cfg(test)]
mod tests {
    use super::super::{explain, marks};
    use super::*;

    #[test]
    fn a_page_is_whole_and_escaped() {
        let read = explain::tests::example();
        let mut out = Vec::new();
        print(&read, &marks::marks(&read.reading), &mut out).unwrap();
        let page = String::from_utf8(out).unwrap();
        assert!(page.contains("<title>公报</title>") && page.ends_with("</html>\n"));
        assert!(page.contains("全年&lt;生产&gt;总值</mark><mark class=\"finding\""), "{page}");
        assert!(page.contains("12.5亿元</mark><sup><a href=\"#m1\">1</a></sup><sup><a href=\"#m2\">2</a></sup>。"), "{page}");
        assert!(!page.contains("http"));
    }
}
