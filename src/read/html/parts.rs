//! The parts of a page in their order: lines of words, and tables.

use super::page::{Page, append, is_block};
use super::{furniture, table};
use gongbao_core::model::BlockKind;
use std::ops::Range;

/// A sentence is at least so long, in characters; menus and captions are shorter or have no punctuation.
const SENTENCE_CHARACTERS: usize = 15;

/// A part of a page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Part {
    /// What stands on a line of its own.
    Line {
        /// What the page's elements tell that it is.
        kind: Option<BlockKind>,
        /// Its words.
        words: String,
    },
    /// A table of data.
    Rows(Vec<Vec<String>>),
}

impl Part {
    /// The words of a line.
    pub(super) fn line(&self) -> Option<&str> {
        match self {
            Self::Line { words, .. } => Some(words),
            Self::Rows(_) => None,
        }
    }

    /// The words of a line, or of each cell.
    pub(super) fn words(&self) -> Vec<&str> {
        match self {
            Self::Line { words, .. } => vec![words],
            Self::Rows(rows) => rows.iter().flatten().map(String::as_str).collect(),
        }
    }

    /// Whether it is no part of a document.
    pub(super) fn is_furniture(&self) -> bool {
        match self {
            Self::Line { words, .. } => furniture::is_line(words),
            Self::Rows(_) => furniture::is_card(&self.words()),
        }
    }

    /// How many characters of sentences and tables it holds: what a document is read for.
    fn measure(&self) -> usize {
        match self {
            _ if self.is_furniture() => 0,
            Self::Line { words, .. } => {
                let count = words.chars().count();
                let is_sentence = count >= SENTENCE_CHARACTERS && words.contains(['，', '。', '；', '、', ',']);
                if is_sentence { count } else { 0 }
            }
            Self::Rows(rows) => rows.iter().flatten().map(|cell| cell.chars().count()).sum(),
        }
    }
}

/// How many characters of sentences and tables parts hold.
pub(super) fn measure(parts: &[Part]) -> usize {
    parts.iter().map(Part::measure).sum()
}

/// Reads the parts in a range of a page.
pub(super) fn read(page: &Page, range: Range<usize>) -> Vec<Part> {
    let mut reader = Reader::default();
    let mut at = range.start;
    while at < range.end {
        reader.close(at);
        let Some(node) = page.node(at) else { break };
        if node.is_dropped {
            at = node.end;
            continue;
        }
        if node.name == "table"
            && let Some(table) = table::read(page, at)
        {
            reader.table(page, at, table);
            at = node.end;
            continue;
        }
        match node.name.as_str() {
            "" if reader.is_preformatted() => reader.lines(&node.text),
            "" => append(&mut reader.words, &node.text),
            "br" if reader.is_heading() => append(&mut reader.words, " "),
            "br" => reader.flush(),
            name if is_block(name) => reader.open(name, node.end),
            _ => {}
        }
        at += 1;
    }
    reader.close(range.end);
    reader.flush();
    reader.parts
}

#[derive(Default)]
struct Reader {
    parts: Vec<Part>,
    words: String,
    /// The blocks that are open: where each ends, what its lines are, and whether its line ends count.
    open: Vec<(usize, Option<BlockKind>, bool)>,
}

impl Reader {
    fn is_heading(&self) -> bool {
        self.open.last().is_some_and(|(_, kind, _)| *kind == Some(BlockKind::Heading))
    }

    fn is_preformatted(&self) -> bool {
        self.open.last().is_some_and(|(.., is_preformatted)| *is_preformatted)
    }

    fn open(&mut self, name: &str, end: usize) {
        self.flush();
        let outer = self.open.last().copied();
        let kind = match name {
            "h1" | "h2" | "h3" | "h4" | "h5" | "h6" => Some(BlockKind::Heading),
            "caption" | "figcaption" => Some(BlockKind::Caption),
            _ => outer.and_then(|(_, kind, _)| kind),
        };
        let is_preformatted = name == "pre" || outer.is_some_and(|(.., is_preformatted)| is_preformatted);
        self.open.push((end, kind, is_preformatted));
    }

    /// Ends the blocks that end before a place.
    fn close(&mut self, at: usize) {
        while self.open.last().is_some_and(|(end, ..)| *end <= at) {
            self.flush();
            self.open.pop();
        }
    }

    fn flush(&mut self) {
        let kind = self.open.last().and_then(|(_, kind, _)| *kind);
        let words = std::mem::take(&mut self.words);
        self.line(kind, &words);
    }

    fn line(&mut self, kind: Option<BlockKind>, words: &str) {
        let words = words.trim();
        if !words.is_empty() {
            self.parts.push(Part::Line { kind, words: words.to_owned() });
        }
    }

    /// Text whose own line ends count.
    fn lines(&mut self, text: &str) {
        for (at, line) in text.split('\n').enumerate() {
            if at > 0 {
                self.flush();
            }
            self.words.push_str(line);
        }
    }

    fn table(&mut self, page: &Page, at: usize, table: table::Table) {
        self.flush();
        for (caption, _) in page.places(page.range(at)).filter(|(_, node)| node.name == "caption") {
            self.line(Some(BlockKind::Caption), &page.words(page.range(caption)));
        }
        for words in &table.above {
            self.line(None, words);
        }
        self.parts.push(Part::Rows(table.rows));
        for words in &table.below {
            self.line(None, words);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(html: &str, expected: &[&str]) {
        let page = Page::parse(html).unwrap();
        let parts = read(&page, page.range(page.body()));
        let shown = parts.iter().map(|part| match part {
            Part::Line { kind, words } => format!("{}{words}", kind.map(|kind| format!("{}: ", kind.as_str())).unwrap_or_default()),
            Part::Rows(rows) => rows.iter().map(|row| row.join("|")).collect::<Vec<_>>().join("/"),
        });
        assert_eq!(shown.collect::<Vec<_>>(), expected);
    }

    #[test]
    fn lines_are_blocks_and_breaks() {
        check(
            "前言<p>全市<b>生产总值</b><span>12</span>亿元<br/>增长5%</p>尾<div><div>一</div>二</div>",
            &["前言", "全市生产总值12亿元", "增长5%", "尾", "一", "二"],
        );
        check("<h2>一、<br>综合</h2><ul><li>甲<li>乙</ul><pre>粮食  12\n油料  3</pre>", &["heading: 一、 综合", "甲", "乙", "粮食  12", "油料  3"]);
        check("<script>var a</script><p style='display: none'>隐</p><p style='color:red; visibility: hidden'>隐</p><p>见</p><!-- 注 -->", &["见"]);
    }

    #[test]
    fn tables_stand_in_the_order_of_the_text() {
        check(
            "<table><tr><td><p>表前，</p><table><caption>表一</caption><tr><td colspan=2>单位：吨<tr><td>甲<td>1<tr><td>乙<td>2</table><p>表后</p></td></tr></table>",
            &["表前，", "caption: 表一", "单位：吨", "甲|1/乙|2", "表后"],
        );
    }
}
