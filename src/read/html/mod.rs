//! Web pages: the main text with its tables, the title and the publication date.
//!
//! The bytes become characters ([`decode`]), these a tree; what the page tells of itself is taken from it ([`about`]), then the part
//! that holds the main text is found ([`content`]) and written block by block ([`blocks`]).

mod about;
mod blocks;
mod content;
mod decode;
mod table;

use crate::compose::Composer;
use crate::{ReadError, Text, encoding};
use dom_query::{Document, NodeRef};
use gongbao_core::model::BlockKind;

/// Elements within elements; more are of no page that a person wrote.
const MOST_NESTED: usize = 1_000;

/// Reads a web page, or a part of one.
pub(crate) fn read(bytes: &[u8]) -> Result<Text, ReadError> {
    let (html, name) = decode::decode(bytes)?;
    if encoding::is_binary(&html) {
        return Err(ReadError::Binary);
    }
    let document = Document::from(html);
    let depth = depth(&document.root());
    if depth > MOST_NESTED {
        return Err(ReadError::TooMuch { what: "elements within elements", limit: MOST_NESTED });
    }
    let about = about::about(&document);
    let mut composer = Composer::default();
    content::main_text(&document, depth, |roots| {
        for root in roots {
            blocks::write(root, &mut composer);
        }
    });
    let mut text = composer.finish()?;
    if let Some(title) = about.title.as_deref().filter(|title| !holds(&text.text, title)) {
        text = with_title(title, &text);
    }
    Ok(Text { encoding: name.to_owned(), title: about.title, published: about.published, ..text })
}

/// Whether a text holds a title, whatever blanks stand in either.
fn holds(text: &str, title: &str) -> bool {
    let squeezed = |words: &str| words.chars().filter(|c| !c.is_whitespace()).collect::<String>();
    squeezed(text).contains(&squeezed(title))
}

/// The text with its title as the first block.
fn with_title(title: &str, text: &Text) -> Text {
    let mut composer = Composer::default();
    composer.push(Some(BlockKind::Title), None, title);
    let mut whole = composer.finish().unwrap_or_default();
    let start = whole.text.len();
    whole.text.push_str(&text.text);
    whole.blocks.extend(text.blocks.iter().map(|block| {
        let mut block = block.clone();
        block.span = block.span.start + start..block.span.end + start;
        block
    }));
    whole
}

/// How many elements stand within each other at most.
fn depth(root: &NodeRef<'_>) -> usize {
    let mut deepest = 0;
    let mut open = vec![(*root, 0)];
    while let Some((node, depth)) = open.pop() {
        deepest = deepest.max(depth);
        if depth > MOST_NESTED {
            break;
        }
        open.extend(node.children_it(false).filter(NodeRef::is_element).map(|child| (child, depth + 1)));
    }
    deepest
}

#[cfg(test)]
mod tests;
