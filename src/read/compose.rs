//! Puts a text together from the parts that a format tells.

use crate::{ReadError, Text};
use gongbao_core::model::{BlockKind, GivenBlock};

/// A text in the making: one block a line.
#[derive(Debug, Default)]
pub(crate) struct Composer {
    text: String,
    blocks: Vec<GivenBlock>,
}

impl Composer {
    /// Appends a block. Line ends and tabs within it become blanks, blanks at its ends go; what is blank is no block.
    pub(crate) fn push(&mut self, kind: Option<BlockKind>, page: Option<u32>, words: &str) {
        let start = self.text.len();
        self.write(words);
        self.close(kind, page, start);
    }

    /// Appends a row of a table, its cells between tabs; one without words is none.
    pub(crate) fn push_row<'a>(&mut self, page: Option<u32>, cells: impl IntoIterator<Item = &'a str>) {
        let start = self.text.len();
        for (at, cell) in cells.into_iter().enumerate() {
            if at > 0 {
                self.text.push('\t');
            }
            self.write(cell);
        }
        if self.text.get(start..).is_some_and(|row| row.trim().is_empty()) {
            self.text.truncate(start);
        }
        self.close(Some(BlockKind::TableRow), page, start);
    }

    fn write(&mut self, words: &str) {
        let is_space = |c: char| matches!(c, '\n' | '\r' | '\t' | '\u{b}' | '\u{c}' | '\u{85}' | '\u{2028}' | '\u{2029}');
        self.text.extend(words.trim().chars().map(|c| if is_space(c) { ' ' } else { c }).filter(|c| !matches!(c, '\0' | '\u{feff}')));
    }

    fn close(&mut self, kind: Option<BlockKind>, page: Option<u32>, start: usize) {
        if self.text.len() > start {
            self.blocks.push(GivenBlock { kind, span: start..self.text.len(), page });
            self.text.push('\n');
        }
    }

    /// The text; without a block it is an error.
    pub(crate) fn finish(self) -> Result<Text, ReadError> {
        if self.blocks.is_empty() { Err(ReadError::Empty) } else { Ok(Text { text: self.text, blocks: self.blocks, ..Text::default() }) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn blocks_are_the_lines_of_the_text() {
        let mut composer = Composer::default();
        composer.push(Some(BlockKind::Title), Some(1), " 公\n报 ");
        composer.push(None, Some(1), "\u{3000}\n");
        composer.push_row(Some(2), ["指标", "", " 数\t值"]);
        composer.push_row(Some(2), ["", " "]);
        let text = composer.finish().unwrap();
        assert_eq!(text.text, "公 报\n指标\t\t数 值\n");
        let parts: Vec<_> = text.blocks.iter().map(|block| (block.kind, block.page, text.text.get(block.span.clone()).unwrap())).collect();
        assert_eq!(parts, [(Some(BlockKind::Title), Some(1), "公 报"), (Some(BlockKind::TableRow), Some(2), "指标\t\t数 值")]);
        assert_eq!(Composer::default().finish(), Err(ReadError::Empty));
    }
}
