//! Whether the title that a file's metadata tell is the document's.

use crate::encoding;
use encoding_rs::UTF_16BE;

/// A document's title has so many ideographs at least.
const LEAST_IDEOGRAPHS: usize = 4;
/// It stands among so many characters.
const OPENING: usize = 1500;

/// The title, where the document shows it too: many writers put a file's name there, or the title of the document that the
/// file was copied from.
pub(super) fn meaningful(bytes: &[u8], text: &str) -> Option<String> {
    let title = decode(bytes)?;
    let visible = |text: &str| text.chars().filter(|c| !c.is_whitespace()).collect::<String>();
    let (bare, opening) = (visible(&title), visible(text).chars().take(OPENING).collect::<String>());
    let ideographs = bare.chars().filter(|c| super::pieces::is_wide(*c)).count();
    (ideographs >= LEAST_IDEOGRAPHS && opening.contains(&bare)).then(|| title.trim().to_owned())
}

fn decode(bytes: &[u8]) -> Option<String> {
    if let Some(rest) = bytes.strip_prefix(b"\xfe\xff") {
        return UTF_16BE.decode_without_bom_handling_and_without_replacement(rest).map(std::borrow::Cow::into_owned);
    }
    encoding::decode(bytes).ok().map(|(title, _)| title)
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = "全市经济运行情况\n\n上半年，全市经济平稳。";

    fn check(title: &str, expected: Option<&str>) {
        let utf16: Vec<u8> = [0xfe, 0xff].into_iter().chain(title.encode_utf16().flat_map(u16::to_be_bytes)).collect();
        assert_eq!(meaningful(&utf16, TEXT).as_deref(), expected, "{title}");
        assert_eq!(meaningful(title.as_bytes(), TEXT).as_deref(), expected, "{title}");
    }

    #[test]
    fn a_title_is_one_that_the_text_shows() {
        check("全市经济运行情况", Some("全市经济运行情况"));
        check("全市 经济运行情况 ", Some("全市 经济运行情况"));
        check("Microsoft Word - 全市经济运行情况.doc", None);
        check("幻灯片 1", None);
        check("untitled", None);
        check("全市", None);
    }
}
