//! Makes characters uniform once and finds the document's structure, every offset kept.
//!
//! No meaning here: nothing in this room knows what an indicator is. The source is taken apart into characters
//! (`markup`, `characters`), these are put into lines and blocks (`lines`, `blocks`), each block is written in its
//! uniform form (`compose`, `script`), and cut into sentences (`sentences`).

mod blocks;
mod characters;
mod compose;
mod lines;
mod markup;
mod script;
mod sentences;

use crate::model::{BlockKind, Document, Span};
use characters::{Glyph, is_blank, is_han};
use std::ops::Range;

/// A document's text made uniform: Simplified, half-width digits and Latin letters, no blanks within Chinese, one block a line.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Prepared {
    /// The uniform text; blocks are separated by `\n`, and no other line ends are left.
    pub text: String,
    /// Its parts, in order.
    pub blocks: Vec<Block>,
    /// For each byte of `text`: where its character starts in the source.
    pub(crate) starts: Vec<u32>,
    /// For each byte of `text`: where its character ends in the source.
    pub(crate) ends: Vec<u32>,
}

/// One part of a document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Block {
    /// What it is.
    pub kind: BlockKind,
    /// Where it lies in the uniform text.
    pub range: Range<usize>,
    /// Its sentences, final punctuation included, in the uniform text; together they are the block.
    pub sentences: Vec<Range<usize>>,
    /// Page in the source, from 1.
    pub page: Option<u32>,
}

impl Prepared {
    /// The source's span for a range of the uniform text.
    #[must_use]
    pub fn source(&self, range: &Range<usize>) -> Span {
        let start = self.starts.get(range.start).copied().unwrap_or_default();
        let end = range.end.checked_sub(1).and_then(|last| self.ends.get(last)).copied().unwrap_or(start);
        start as usize..(end.max(start)) as usize
    }

    /// A piece of the uniform text; empty where the range is no piece of it.
    #[must_use]
    pub fn cut(&self, range: Range<usize>) -> &str {
        self.text.get(range).unwrap_or_default()
    }

    /// Appends a block, its line end before it; a block without characters is none.
    fn push(&mut self, kind: BlockKind, page: Option<u32>, glyphs: &[Glyph]) {
        let Some(first) = glyphs.first() else { return };
        if !self.text.is_empty() {
            self.text.push('\n');
            self.starts.push(self.ends.last().copied().unwrap_or(first.start));
            self.ends.push(first.start);
        }
        let start = self.text.len();
        for glyph in glyphs {
            self.text.push(glyph.c);
            for _ in 0..glyph.c.len_utf8() {
                self.starts.push(glyph.start);
                self.ends.push(glyph.end);
            }
        }
        let range = start..self.text.len();
        let sentences = match kind {
            BlockKind::TableRow => std::iter::once(range.clone()).collect(),
            _ => sentences::sentences(&self.text, &range),
        };
        self.blocks.push(Block { kind, range, sentences, page });
    }
}

/// Makes a document's text uniform and finds its blocks and sentences.
#[must_use]
pub fn prepare(document: &Document) -> Prepared {
    let glyphs = markup::decode(&document.text);
    let drafts = if document.blocks.is_empty() {
        blocks::find(&glyphs, document.title.as_deref())
    } else {
        blocks::take(&glyphs, &document.blocks, document.title.as_deref())
    };
    let is_traditional = script::is_traditional(&glyphs);
    let mut prepared = Prepared {
        text: String::with_capacity(document.text.len()),
        starts: Vec::with_capacity(document.text.len()),
        ends: Vec::with_capacity(document.text.len()),
        blocks: Vec::with_capacity(drafts.blocks.len()),
    };
    let mut written = Vec::new();
    for draft in &drafts.blocks {
        written.clear();
        write(draft.kind, drafts.glyphs.get(draft.range.clone()).unwrap_or_default(), &mut written);
        script::simplify(&mut written, is_traditional);
        prepared.push(draft.kind, draft.page, &written);
    }
    prepared
}

/// Writes a block in its uniform form; only a table's row keeps tabs.
fn write(kind: BlockKind, glyphs: &[Glyph], out: &mut Vec<Glyph>) {
    let is_han_text = glyphs.iter().any(|g| is_han(g.c));
    if kind != BlockKind::TableRow {
        compose::compose(glyphs, is_han_text, out);
        return;
    }
    let mut rest = glyphs;
    while rest.last().is_some_and(|g| is_blank(g.c) || g.c == '\n') {
        rest = rest.split_last().map(|(_, rest)| rest).unwrap_or_default();
    }
    for cell in rest.split_inclusive(|g| g.c == '\t') {
        let (tab, words) = match cell.split_last() {
            Some((tab, words)) if tab.c == '\t' => (Some(*tab), words),
            _ => (None, cell),
        };
        compose::compose(words, is_han_text, out);
        out.extend(tab);
    }
    if out.iter().all(|g| g.c == '\t') {
        out.clear();
    }
    while out.last().is_some_and(|g| g.c == '\t') {
        out.pop();
    }
}

#[cfg(test)]
mod tests;
