//! A page as a flat list of its nodes in the order of the text, so that nothing here recurses however deep it is nested.

use crate::ReadError;
use crate::raised;
use dom_query::{Document, NodeRef};
use std::ops::Range;

/// Deepest nesting that is read; pages of word processors reach some hundred.
const MOST_DEPTH: usize = 1000;

/// The attribute that carries a node's place through an extractor.
pub(super) const PLACE: &str = "data-place";

/// Attributes that tell something here.
const ATTRIBUTES: [&str; 11] = ["id", "class", "style", "hidden", "colspan", "rowspan", "name", "property", "itemprop", "content", "datetime"];

/// Elements that hold no words of a document.
const WORDLESS: &str = "
    script style noscript template iframe frame object embed svg math canvas audio video map select datalist button input textarea rp rt
    dialog progress meter";

/// One element or piece of text.
#[derive(Debug, Default)]
pub(super) struct Node {
    /// The element's name; empty for text.
    pub(super) name: String,
    /// The characters of a piece of text.
    pub(super) text: String,
    /// The place behind the last node within it.
    pub(super) end: usize,
    /// What it holds, and all within it.
    pub(super) weight: Weight,
    /// Whether it is no part of the document's own words.
    pub(super) is_dropped: bool,
    parent: Option<usize>,
    attributes: Vec<(&'static str, String)>,
}

/// How much stands in an element.
#[derive(Debug, Default, Clone, Copy)]
pub(super) struct Weight {
    /// Letters and digits.
    pub(super) characters: usize,
    /// Those of them in links.
    pub(super) linked: usize,
    /// Links that hold words.
    pub(super) links: usize,
    /// 「。」
    pub(super) stops: usize,
    /// Top headings.
    pub(super) titles: usize,
}

impl Node {
    pub(super) fn attribute(&self, name: &str) -> Option<&str> {
        self.attributes.iter().find(|(known, _)| *known == name).map(|(_, value)| value.trim())
    }

    /// Whether it is not shown. Pages are hidden as a whole until their scripts have run.
    fn is_hidden(&self) -> bool {
        let style = || self.attribute("style").unwrap_or_default().to_ascii_lowercase().replace(' ', "");
        let is_styled = || style().split(';').any(|rule| matches!(rule, "display:none" | "visibility:hidden" | "font-size:0" | "font-size:0px"));
        !matches!(self.name.as_str(), "html" | "body") && (self.attribute("hidden").is_some() || is_styled())
    }
}

/// A page.
pub(super) struct Page {
    pub(super) nodes: Vec<Node>,
    /// Its tree, each element of which tells its place.
    pub(super) document: Document,
}

impl Page {
    /// Parses a page.
    ///
    /// - Errors: `TooMuch` where elements are nested deeper than any author nests them.
    pub(super) fn parse(html: &str) -> Result<Self, ReadError> {
        let document = Document::from(html);
        let nodes = flatten(document.root())?;
        let mut page = Self { nodes, document };
        page.settle_raised();
        page.weigh();
        Ok(page)
    }

    pub(super) fn node(&self, at: usize) -> Option<&Node> {
        self.nodes.get(at)
    }

    /// The nodes from the element at `at` on to its end.
    pub(super) fn range(&self, at: usize) -> Range<usize> {
        at..self.node(at).map_or(at, |node| node.end)
    }

    /// The places in a range, dropped elements left out with all that they hold.
    pub(super) fn places(&self, range: Range<usize>) -> impl Iterator<Item = (usize, &Node)> {
        let mut at = range.start;
        std::iter::from_fn(move || {
            while at < range.end {
                let (place, node) = (at, self.node(at)?);
                at = if node.is_dropped { node.end } else { at + 1 };
                if !node.is_dropped {
                    return Some((place, node));
                }
            }
            None
        })
    }

    /// The place of the body; of everything where there is none.
    pub(super) fn body(&self) -> usize {
        self.nodes.iter().position(|node| node.name == "body").unwrap_or_default()
    }

    /// The words in a range as one line, its blocks between blanks.
    pub(super) fn words(&self, range: Range<usize>) -> String {
        let mut words = String::new();
        for (_, node) in self.places(range) {
            if node.name.is_empty() {
                append(&mut words, &node.text);
            } else if is_block(&node.name) || node.name == "br" {
                append(&mut words, " ");
            }
        }
        words.trim().to_owned()
    }

    /// Takes out the marks of notes, which else would run into figures; powers become what they are.
    fn settle_raised(&mut self) {
        let (mut before, mut at) = (String::new(), 0);
        while let Some(node) = self.nodes.get(at) {
            if is_block(&node.name) {
                before.clear();
            }
            let end = node.end.max(at + 1);
            if node.name == "sup"
                && let Some(inner) = self.nodes.get_mut(at..end)
            {
                let raised: String = inner.iter().filter(|node| node.name.is_empty()).map(|node| node.text.as_str()).collect();
                if let Some(settled) = raised::settled(&before, &raised) {
                    let mut settled = Some(settled);
                    let texts = inner.iter_mut().filter(|node| node.name.is_empty());
                    texts.for_each(|node| node.text = settled.take().unwrap_or_default());
                    at = end;
                    continue;
                }
            }
            if let Some(node) = self.nodes.get(at).filter(|node| node.name.is_empty() && !node.text.trim().is_empty()) {
                node.text.trim_end().clone_into(&mut before);
            }
            at += 1;
        }
    }

    /// Sums up what elements hold, from the last to the first: each is complete when it is added to its parent.
    fn weigh(&mut self) {
        for at in (0..self.nodes.len()).rev() {
            let Some(node) = self.nodes.get_mut(at) else { continue };
            if node.is_dropped {
                continue;
            }
            if node.name.is_empty() {
                node.weight.characters = node.text.chars().filter(|c| c.is_alphanumeric()).count();
                node.weight.stops = node.text.matches('。').count();
            } else if node.name == "a" {
                node.weight.linked = node.weight.characters;
                node.weight.links = usize::from(node.weight.characters > 0);
            } else if node.name == "h1" {
                node.weight.titles += 1;
            }
            let (weight, parent) = (node.weight, node.parent);
            if let Some(parent) = parent.and_then(|parent| self.nodes.get_mut(parent)) {
                parent.weight.characters += weight.characters;
                parent.weight.linked += weight.linked;
                parent.weight.links += weight.links;
                parent.weight.stops += weight.stops;
                parent.weight.titles += weight.titles;
            }
        }
    }
}

/// Lists the nodes of a tree, and writes each element's place into it.
fn flatten(root: NodeRef<'_>) -> Result<Vec<Node>, ReadError> {
    let mut nodes: Vec<Node> = Vec::new();
    let mut open: Vec<usize> = Vec::new();
    let mut waiting = vec![(root, 0)];
    while let Some((node, depth)) = waiting.pop() {
        if depth > MOST_DEPTH {
            return Err(ReadError::TooMuch { what: "nesting", limit: MOST_DEPTH });
        }
        close(&mut nodes, &mut open, depth);
        let at = nodes.len();
        let mut listed = Node { parent: open.last().copied(), ..Node::default() };
        if node.is_text() {
            listed.text = node.text().to_string();
        } else if node.is_element() {
            listed.name = node.node_name().unwrap_or_default().to_ascii_lowercase();
            listed.attributes = ATTRIBUTES.into_iter().filter_map(|name| node.attr(name).map(|value| (name, value.to_string()))).collect();
            listed.is_dropped = listed.is_hidden() || WORDLESS.split_whitespace().any(|name| name == listed.name);
            node.set_attr(PLACE, &at.to_string());
        } else if node.is_document() {
            listed.name = "#document".to_owned();
        } else {
            continue;
        }
        if !WORDLESS.split_whitespace().any(|name| name == listed.name) {
            waiting.extend(node.children_it(true).map(|child| (child, depth + 1)));
        }
        nodes.push(listed);
        open.push(at);
    }
    close(&mut nodes, &mut open, 0);
    Ok(nodes)
}

/// Ends the elements that are not open at this depth.
fn close(nodes: &mut [Node], open: &mut Vec<usize>, depth: usize) {
    let end = nodes.len();
    while open.len() > depth {
        if let Some(node) = open.pop().and_then(|at| nodes.get_mut(at)) {
            node.end = end;
        }
    }
}

/// Whether an element starts and ends a line.
pub(super) fn is_block(name: &str) -> bool {
    matches!(
        name,
        "address"
            | "article"
            | "aside"
            | "blockquote"
            | "body"
            | "caption"
            | "center"
            | "dd"
            | "details"
            | "dir"
            | "div"
            | "dl"
            | "dt"
            | "fieldset"
            | "figcaption"
            | "figure"
            | "footer"
            | "form"
            | "h1"
            | "h2"
            | "h3"
            | "h4"
            | "h5"
            | "h6"
            | "head"
            | "header"
            | "hgroup"
            | "hr"
            | "html"
            | "legend"
            | "li"
            | "main"
            | "menu"
            | "nav"
            | "ol"
            | "p"
            | "pre"
            | "section"
            | "summary"
            | "table"
            | "tbody"
            | "td"
            | "tfoot"
            | "th"
            | "thead"
            | "title"
            | "tr"
            | "ul"
    )
}

/// Appends text as a browser shows it: runs of white space are one blank, blanks that do not break stay as many as they are.
pub(super) fn append(words: &mut String, text: &str) {
    for c in text.chars() {
        match c {
            ' ' | '\t' | '\n' | '\r' | '\u{c}' if words.is_empty() || words.ends_with(' ') => {}
            ' ' | '\t' | '\n' | '\r' | '\u{c}' | '\u{a0}' => words.push(' '),
            '\u{200b}'..='\u{200f}' | '\u{2060}' | '\u{feff}' | '\u{ad}' => {}
            c => words.push(c),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nodes_stand_in_the_order_of_the_text() {
        let page = Page::parse("<div>全市<b>经<i>济</i></b>。<a href=x>更多</a></div><p hidden>无</p>").unwrap();
        let body = page.body();
        assert_eq!(page.words(page.range(body)), "全市经济。更多");
        let weight = page.node(body).unwrap().weight;
        assert_eq!((weight.characters, weight.linked, weight.links, weight.stops), (6, 2, 1, 1));
    }

    #[test]
    fn nesting_has_a_limit() {
        let nested = |depth: usize| format!("{}词{}", "<div>".repeat(depth), "</div>".repeat(depth));
        assert!(Page::parse(&nested(900)).is_ok());
        assert_eq!(Page::parse(&nested(5000)).err(), Some(ReadError::TooMuch { what: "nesting", limit: MOST_DEPTH }));
    }

    #[test]
    fn white_space_is_one_blank() {
        let mut words = String::new();
        append(&mut words, "\n  粮食 \t产量");
        append(&mut words, " \u{a0}\u{200b}吨");
        assert_eq!(words, "粮食 产量  吨");
    }
}
