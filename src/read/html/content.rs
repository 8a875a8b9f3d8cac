//! Where a page's main text stands: in a place that the makers of pages give a known name, else where its prose is dense, else anywhere.

use super::blocks::is_skipped;
use dom_query::{Document, NodeRef};
use dom_smoothie::{Config, Readability};

/// Where the content systems of governments and newspapers put the text.
const KNOWN: &str = "#UCAP-CONTENT, .TRS_Editor, .trs_editor_view, .TRS_PreAppend, #zoom, #Zoom, #zoomcon, .zoom, .pages_content, .article-content, \
                     .article_content, .article-con, #article_content, #articleContent, .articleContent, .arti-content, .wp_articlecontent, \
                     #vsb_content, .v_news_content, #js_content, .rich_media_content, .con_text, .news_content, .news-content, .content-text, .ewb-article-info";
/// Fewer Chinese characters are no main text.
const LEAST_HAN: usize = 60;
/// In trees that are deeper, no dense prose is looked for.
const DEEP: usize = 200;

/// Finds the parts that hold the main text, and gives them to `then`, in their order.
pub(super) fn main_text(document: &Document, depth: usize, then: impl FnOnce(&[NodeRef<'_>])) {
    let Some(body) = document.body() else { return then(&[document.root()]) };
    let known = document.select(KNOWN);
    let is_known = |id| known.nodes().iter().any(|other| other.id == id);
    let is_outermost = |node: &&NodeRef<'_>| !node.ancestors_it(None).any(|above| is_known(above.id));
    let known: Vec<NodeRef<'_>> = known.nodes().iter().filter(is_outermost).cloned().collect();
    let all = Amount::of(&body);
    let found: usize = known.iter().map(|node| Amount::of(node).han).sum();
    // A small place beside much prose is a teaser, or one of the tables.
    if found >= LEAST_HAN && found * 2 >= all.prose() {
        return then(&known);
    }
    // A page without links has nothing around its text.
    if all.linked * 10 <= all.han || depth > DEEP {
        return then(&[body]);
    }
    match dense(document) {
        Some(part) if Amount::of(&part.root()).han * 2 >= all.prose() => then(&[part.root()]),
        _ => then(&[body]),
    }
}

/// How much Chinese a part holds.
#[derive(Debug, Default)]
struct Amount {
    han: usize,
    /// Of these, within links.
    linked: usize,
}

impl Amount {
    fn of(node: &NodeRef<'_>) -> Self {
        let mut amount = Self::default();
        let mut open = vec![(*node, false)];
        while let Some((node, is_linked)) = open.pop() {
            if node.is_text() {
                let han = node.text().chars().filter(|c| matches!(c, '\u{4e00}'..='\u{9fff}')).count();
                amount.han += han;
                amount.linked += if is_linked { han } else { 0 };
            } else if !is_skipped(&node) {
                let is_linked = is_linked || node.has_name("a");
                open.extend(node.children_it(false).map(|child| (child, is_linked)));
            }
        }
        amount
    }

    fn prose(&self) -> usize {
        self.han - self.linked
    }
}

/// The part where prose is dense.
fn dense(document: &Document) -> Option<Document> {
    // Works on a copy: it takes the tree apart.
    let mut readability = Readability::with_document(Document::from(document.html()), None, Some(Config::default())).ok()?;
    Some(Document::from(readability.parse().ok()?.content))
}
