//! Writes a part of a page block by block: what stands within a line is joined, tables are written row by row.

use super::about::squeezed;
use super::table;
use crate::compose::Composer;
use dom_query::NodeRef;
use gongbao_core::model::BlockKind;

/// Elements that hold no text of the page.
const SKIPPED: [&str; 21] = [
    "script", "style", "noscript", "template", "head", "title", "iframe", "object", "embed", "svg", "canvas", "audio", "video", "button", "select",
    "textarea", "nav", "aside", "footer", "map", "input",
];
/// Elements within a line.
const INLINE: [&str; 27] = [
    "a",
    "abbr",
    "b",
    "bdi",
    "bdo",
    "big",
    "cite",
    "code",
    "em",
    "font",
    "i",
    "ins",
    "kbd",
    "label",
    "mark",
    "q",
    "s",
    "samp",
    "small",
    "span",
    "strong",
    "sub",
    "sup",
    "time",
    "u",
    "var",
    "st1:chmetcnv",
];
/// How lines begin that are there for the screen, not for the reader of the text.
const FURNITURE: [&str; 22] = [
    "打印",
    "【打印",
    "[打印",
    "关闭",
    "【关闭",
    "[关闭",
    "分享",
    "字号",
    "字体",
    "【字体",
    "[字体",
    "上一篇",
    "下一篇",
    "扫一扫",
    "返回顶部",
    "当前位置",
    "您的位置",
    "您当前的位置",
    "浏览次数",
    "点击数",
    "收藏本页",
    "相关链接",
];
/// Such lines are not longer.
const LONGEST_FURNITURE: usize = 40;

/// True for what is not shown, and for what is no text.
pub(super) fn is_skipped(node: &NodeRef<'_>) -> bool {
    if !node.is_element() {
        return node.is_comment() || node.is_doctype();
    }
    let is_hidden = || {
        let style = node.attr("style").unwrap_or_default().to_ascii_lowercase().replace(' ', "");
        style.contains("display:none") || style.contains("visibility:hidden") || node.has_attr("hidden")
    };
    node.node_name().is_some_and(|name| SKIPPED.contains(&name.as_ref())) || node.has_name("del") || is_hidden()
}

/// A step of the walk: into a node, or out of an element.
enum Step<'a> {
    Into(NodeRef<'a>),
    OutOf(Option<BlockKind>),
    Line,
}

/// Appends all blocks of a part.
pub(super) fn write(root: &NodeRef<'_>, composer: &mut Composer) {
    let mut line = String::new();
    let mut steps = vec![Step::Into(*root)];
    while let Some(step) = steps.pop() {
        let node = match step {
            Step::Into(node) => node,
            Step::Line => {
                flush(&mut line, None, composer);
                continue;
            }
            Step::OutOf(kind) => {
                flush(&mut line, kind, composer);
                continue;
            }
        };
        if node.is_text() {
            line.push_str(&node.text());
            continue;
        }
        if is_skipped(&node) {
            continue;
        }
        let name = node.node_name().unwrap_or_default();
        match name.as_ref() {
            "br" | "hr" => flush(&mut line, None, composer),
            "sup" => superscript(&node, &mut line),
            "table" if !table::is_layout(&node) => {
                flush(&mut line, None, composer);
                table::write(&node, composer);
            }
            name if INLINE.contains(&name) => steps.extend(children(&node)),
            name => {
                flush(&mut line, None, composer);
                steps.push(Step::OutOf(kind(name)));
                steps.extend(children(&node));
                steps.push(Step::Line);
            }
        }
    }
    flush(&mut line, None, composer);
}

/// The children, last first, so that the first is met first.
fn children<'a>(node: &NodeRef<'a>) -> Vec<Step<'a>> {
    node.children_it(true).map(Step::Into).collect()
}

/// The kind that an element's name tells of the last line in it; a heading of the first level is the title, if any is.
fn kind(name: &str) -> Option<BlockKind> {
    match name {
        "h2" | "h3" | "h4" | "h5" | "h6" => Some(BlockKind::Heading),
        "caption" | "figcaption" => Some(BlockKind::Caption),
        _ => None,
    }
}

fn flush(line: &mut String, kind: Option<BlockKind>, composer: &mut Composer) {
    let words = squeezed(line);
    line.clear();
    let is_furniture = words.chars().count() <= LONGEST_FURNITURE && FURNITURE.iter().any(|start| words.starts_with(start));
    if !is_furniture {
        composer.push(kind, None, &words);
    }
}

/// A raised number behind a number is a footnote, not a digit of it; behind a unit (m², km³) it belongs there.
pub(super) fn superscript(node: &NodeRef<'_>, line: &mut String) {
    let words = squeezed(&node.text());
    let is_number = !words.is_empty() && words.chars().all(|c| c.is_ascii_digit());
    if is_number && line.trim_end().ends_with(|c: char| c.is_ascii_digit() || c == '%') {
        line.push('[');
        line.push_str(&words);
        line.push(']');
    } else {
        line.push_str(&words);
    }
}
