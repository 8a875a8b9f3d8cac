//! Where the sentences of a block end.

use super::characters::{is_closing, is_final};
use std::ops::Range;

/// The sentences of the block at `range`: together they are the block, without gaps.
///
/// 「。！？；」 end one, with the quotation marks and brackets that close after them; 「；」 within brackets does not.
pub(super) fn sentences(text: &str, range: &Range<usize>) -> Vec<Range<usize>> {
    let block = text.get(range.clone()).unwrap_or_default();
    let mut found = Vec::new();
    let mut from = 0;
    let mut depth = 0_u32;
    let mut chars = block.char_indices().peekable();
    while let Some((at, c)) = chars.next() {
        match c {
            '（' => depth += 1,
            '）' => depth = depth.saturating_sub(1),
            _ => {}
        }
        let ends = is_final(c) || c == ';';
        if !ends || (depth > 0 && matches!(c, '；' | ';') && closes_soon(block.get(at..).unwrap_or_default())) {
            continue;
        }
        let mut end = at + c.len_utf8();
        while let Some((next, c)) = chars.next_if(|(_, c)| is_closing(*c) || is_final(*c) || *c == ' ') {
            end = next + c.len_utf8();
        }
        depth = 0;
        found.push(range.start + from..range.start + end);
        from = end;
    }
    if from < block.len() {
        found.push(range.start + from..range.end);
    }
    found
}

/// Whether a bracket closes before the sentence can end.
fn closes_soon(rest: &str) -> bool {
    rest.chars().take(80).find(|c| matches!(c, '）' | '。' | '！' | '？')) == Some('）')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expected: &[&str]) {
        let found: Vec<&str> = sentences(text, &(0..text.len())).into_iter().filter_map(|range| text.get(range)).collect();
        assert_eq!(found, expected);
    }

    #[test]
    fn marks_end_sentences() {
        check("产值12.5亿元。增长3%；下降0.2个百分点", &["产值12.5亿元。", "增长3%；", "下降0.2个百分点"]);
        check("他说：“稳了！”大家信吗？信。", &["他说：“稳了！”", "大家信吗？", "信。"]);
    }

    #[test]
    fn brackets_hold_a_semicolon() {
        check("三次产业（一产2%；二产5%）都在增长。好。", &["三次产业（一产2%；二产5%）都在增长。", "好。"]);
        check("未关的（括号；另一句。", &["未关的（括号；", "另一句。"]);
    }
}
