//! Which encoding a page is in: what its bytes are counts more than what it declares.

use crate::{ReadError, encoding};
use encoding_rs::{BIG5, Encoding, GB18030, GBK, UTF_8};

/// A declaration stands among so many bytes; scripts may stand before it.
const HEAD_BYTES: usize = 64 * 1024;

/// One broken place, and one more in so many wide characters, is a slip: pages are cut within a character, and words pasted from elsewhere.
const WIDE_PER_BROKEN: usize = 50;

/// Decodes a page: as its bytes are, else as it declares, else as they look, else with the fewest places broken.
///
/// - Shape: the characters, a broken place shown as U+FFFD, and the encoding's name.
/// - Errors: no encoding fits nearly all bytes, or they are no text.
pub(super) fn decode(bytes: &[u8]) -> Result<(String, &'static str), ReadError> {
    let declared = declared(bytes);
    let is_marked = Encoding::for_bom(bytes).is_some() || bytes.contains(&0);
    let national =
        || declared.filter(|_| !is_marked).and_then(|encoding| encoding::strictly(encoding, bytes)).filter(|(text, _)| encoding::is_chinese(text));
    if !is_marked && let Some(decoded) = encoding::strictly(UTF_8, bytes).or_else(national) {
        return Ok(decoded);
    }
    encoding::decode(bytes).or_else(|error| {
        if error == ReadError::Binary {
            return Err(error);
        }
        let rest = Encoding::for_bom(bytes).and_then(|(_, mark)| bytes.get(mark..)).unwrap_or(bytes);
        nearly(declared, rest).ok_or(error)
    })
}

/// Of the decodings that give Chinese the one with the fewest broken places, where they are few; of two alike, the one declared.
fn nearly(declared: Option<&'static Encoding>, bytes: &[u8]) -> Option<(String, &'static str)> {
    let known = [UTF_8, GB18030, BIG5];
    let candidates = declared.into_iter().chain(known.into_iter().filter(|encoding| Some(*encoding) != declared));
    let decoded = candidates.map(|encoding| {
        let text = encoding.decode_without_bom_handling(bytes).0.into_owned();
        let broken = text.chars().filter(|c| *c == char::REPLACEMENT_CHARACTER).count();
        (broken, text, encoding)
    });
    let (_, text, encoding) = decoded.filter(|(_, text, _)| encoding::is_chinese(text)).min_by_key(|(broken, ..)| *broken)?;
    let places = text.split(|c| c != char::REPLACEMENT_CHARACTER).filter(|run| !run.is_empty()).count();
    let wide = text.chars().filter(|c| !c.is_ascii()).count();
    (places <= 1 + wide / WIDE_PER_BROKEN).then_some((text, encoding::name_of(encoding)))
}

/// The encoding that a page declares, in `<meta>` or as XML does, where it is one that Chinese is written in.
fn declared(bytes: &[u8]) -> Option<&'static Encoding> {
    let head: Vec<u8> = bytes.iter().take(HEAD_BYTES).map(u8::to_ascii_lowercase).collect();
    let in_meta = tags(&head, b"<meta").filter_map(|tag| label(tag, b"charset"));
    let in_xml = tags(&head, b"<?xml").filter_map(|tag| label(tag, b"encoding"));
    in_meta
        .chain(in_xml)
        .find_map(Encoding::for_label)
        .map(|encoding| if encoding == GBK { GB18030 } else { encoding })
        .filter(|e| [UTF_8, GB18030, BIG5].contains(e))
}

/// The bytes of each tag that opens so.
fn tags<'a>(head: &'a [u8], opening: &'a [u8]) -> impl Iterator<Item = &'a [u8]> {
    let starts = head.windows(opening.len()).enumerate().filter(move |(_, window)| *window == opening);
    starts.filter_map(|(at, _)| head.get(at..)).filter_map(|rest| rest.split(|byte| *byte == b'>').next())
}

/// The value behind a name in a tag.
fn label<'a>(tag: &'a [u8], name: &[u8]) -> Option<&'a [u8]> {
    let at = tag.windows(name.len()).position(|window| window == name)?;
    let rest = tag.get(at + name.len()..)?.trim_ascii_start().strip_prefix(b"=")?;
    let is_label = |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_');
    let start = rest.iter().position(is_label)?;
    rest.get(start..)?.split(|byte| !is_label(byte)).next()
}

#[cfg(test)]
mod tests {
    use super::*;
    use encoding_rs::WINDOWS_1252;

    const WORDS: &str = "今年头三个季度，海陵县的工业比去年多了6.5%，投资多了4.2%，商店里卖出的货物多了5.1%，出口也有3.8%的增长。";

    fn page(declared: &str) -> String {
        format!("<script charset=\"big5\"></script><META http-equiv=Content-Type content='text/html; charset={declared}'><p>{WORDS}</p>")
    }

    fn check(bytes: &[u8], expected: Result<&str, ReadError>) {
        let decoded = decode(bytes);
        assert_eq!(decoded.as_ref().map(|(_, name)| *name), expected.as_ref().copied());
        if let Ok((text, _)) = decoded {
            assert!(text.contains("商店里卖出的货物多了"), "{text}");
        }
    }

    #[test]
    fn bytes_count_more_than_declarations() {
        for declared in ["gb2312", "GBK", "utf-8", "big5", "iso-8859-1", "none"] {
            check(page(declared).as_bytes(), Ok("UTF-8"));
            check(&GB18030.encode(&page(declared)).0, Ok("GB18030"));
        }
        check(&[b"\xef\xbb\xbf", page("gb2312").as_bytes()].concat(), Ok("UTF-8"));
    }

    #[test]
    fn few_broken_bytes_are_borne_and_shown() {
        for (bytes, name) in [(page("utf-8").into_bytes(), "UTF-8"), (GB18030.encode(&page("gb2312")).0.into_owned(), "GB18030")] {
            let mut cut = bytes.repeat(4);
            cut.push(0xff);
            cut.extend(b"</p>");
            check(&cut, Ok(name));
            cut.insert(bytes.len() - 8, 0xe5);
            check(&cut, Ok(name));
            assert!(decode(&cut).unwrap().0.contains('\u{fffd}'));
        }
    }

    #[test]
    fn what_does_not_decode_is_an_error() {
        check(
            &WINDOWS_1252.encode("<meta charset=gb2312><p>Le produit intérieur brut a progressé à 3,2 % — déjà élevé.").0,
            Err(ReadError::UnknownEncoding),
        );
        check(b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00\x01\x00", Err(ReadError::Binary));
    }
}
