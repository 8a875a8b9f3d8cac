//! Plain text: bytes become characters, line ends become LF, and what is no text is refused.

use crate::{ReadError, Text, encoding};

/// Reads plain text or Markdown in any encoding that is used for Chinese.
///
/// - Shape: all bytes of a file in; its characters and the name of its encoding out.
/// - Errors: blank, binary or undecodable content; nothing is ever replaced by U+FFFD.
pub fn read_text(bytes: &[u8]) -> Result<Text, ReadError> {
    if bytes.iter().all(u8::is_ascii_whitespace) {
        return Err(ReadError::Empty);
    }
    let (text, encoding) = encoding::decode(bytes)?;
    if text.chars().all(|c| c.is_whitespace() || c == '\u{feff}') {
        return Err(ReadError::Empty);
    }
    if encoding::is_binary(&text) {
        return Err(ReadError::Binary);
    }
    Ok(Text { text: with_line_feeds(text), encoding: encoding.to_owned(), ..Text::default() })
}

/// Makes CRLF and lone CR line feeds, so that an offset means the same whatever system saved the file.
fn with_line_feeds(text: String) -> String {
    if text.contains('\r') { text.replace("\r\n", "\n").replace('\r', "\n") } else { text }
}

#[cfg(test)]
mod tests {
    use super::*;
    use encoding_rs::{BIG5, EUC_KR, GB18030, SHIFT_JIS, WINDOWS_1252};

    const SIMPLIFIED: &str = "初步核算，全年全区生产总值三百六十亿元，比上年增长5.2%。\r\n其中，第一产业增加值12.4亿元。";
    const TRADITIONAL: &str = "全年本地生產總值較去年上升百分之三點二，零售業銷貨額為三千億元。\n失業率維持在低水平。";

    fn utf16(text: &str, bytes: fn(u16) -> [u8; 2]) -> Vec<u8> {
        text.encode_utf16().flat_map(bytes).collect()
    }

    fn check(bytes: &[u8], expected: Result<(&str, &'static str), ReadError>) {
        let read = read_text(bytes);
        let expected = expected.map(|(text, encoding)| Text { text: text.replace("\r\n", "\n"), encoding: encoding.to_owned(), ..Text::default() });
        assert_eq!(read, expected);
    }

    #[test]
    fn utf8_with_and_without_a_mark() {
        check(SIMPLIFIED.as_bytes(), Ok((SIMPLIFIED, "UTF-8")));
        check(&[b"\xef\xbb\xbf", SIMPLIFIED.as_bytes()].concat(), Ok((SIMPLIFIED, "UTF-8")));
        check(b"plain ASCII 12.5%", Ok(("plain ASCII 12.5%", "UTF-8")));
    }

    #[test]
    fn utf16_with_and_without_a_mark() {
        check(&utf16(&format!("\u{feff}{SIMPLIFIED}"), u16::to_le_bytes), Ok((SIMPLIFIED, "UTF-16LE")));
        check(&utf16(&format!("\u{feff}{SIMPLIFIED}"), u16::to_be_bytes), Ok((SIMPLIFIED, "UTF-16BE")));
        check(&utf16(SIMPLIFIED, u16::to_le_bytes), Ok((SIMPLIFIED, "UTF-16LE")));
        check(&utf16(SIMPLIFIED, u16::to_be_bytes), Ok((SIMPLIFIED, "UTF-16BE")));
        check(&utf16("全市经济运行总体平稳", u16::to_le_bytes), Ok(("全市经济运行总体平稳", "UTF-16LE")));
    }

    #[test]
    fn national_encodings() {
        check(&GB18030.encode(SIMPLIFIED).0, Ok((SIMPLIFIED, "GB18030")));
        check(&GB18030.encode("投资1亿元").0, Ok(("投资1亿元", "GB18030")));
        check(&GB18030.encode("𠮷林公司投资十亿元，项目落户𫠜州开发区").0, Ok(("𠮷林公司投资十亿元，项目落户𫠜州开发区", "GB18030")));
        check(&BIG5.encode(TRADITIONAL).0, Ok((TRADITIONAL, "Big5")));
    }

    #[test]
    fn other_encodings_are_unknown() {
        let unknown = Err(ReadError::UnknownEncoding);
        check(&WINDOWS_1252.encode("Le produit intérieur brut a progressé à 3,2 % — déjà élevé.").0, unknown.clone());
        check(&SHIFT_JIS.encode("国内総生産は前年に比べて二パーセント増えました。カタカナもあります。").0, unknown.clone());
        check(&EUC_KR.encode("국내총생산은 지난해보다 이 퍼센트 늘어났습니다.").0, unknown.clone());
        let mut cut = GB18030.encode(SIMPLIFIED).0.into_owned();
        cut.insert(1, 0xff);
        check(&cut, unknown);
        check(b"\xef\xbb\xbf\xff\xfe\xfd", Err(ReadError::Malformed { marked: "UTF-8" }));
    }

    #[test]
    fn what_is_no_text_is_refused() {
        for blank in ["", " \r\n\t", "\u{3000}\n", "\u{feff}"] {
            check(blank.as_bytes(), Err(ReadError::Empty));
        }
        check(b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00\x01\x00", Err(ReadError::Binary));
        check(b"PK\x03\x04\x14\x00\x06\x00\x08\x00\x00\x00!\x00", Err(ReadError::Binary));
        check("增长\u{1}\u{2}\u{3}".as_bytes(), Err(ReadError::Binary));
        let noise: Vec<u8> = (0..4096_u32).map(|i| (i.wrapping_mul(2_654_435_761) >> 13).to_le_bytes()[0]).collect();
        check(&noise, Err(ReadError::Binary));
    }

    #[test]
    fn a_stray_control_character_is_borne() {
        let long = format!("{}\u{8}{}", "全市经济运行总体平稳。".repeat(20), "工业增加值增长6%。".repeat(20));
        check(long.as_bytes(), Ok((&long, "UTF-8")));
    }

    #[test]
    fn line_ends_become_line_feeds() {
        check(b"a\rb\r\nc\n", Ok(("a\nb\nc\n", "UTF-8")));
    }
}
