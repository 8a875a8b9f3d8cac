//! Which encoding a page is in: what it is valid in counts before what it declares.

use crate::{ReadError, encoding};
use encoding_rs::{BIG5, Encoding, GB18030, GBK, UTF_8};

/// The declaration stands among so many bytes, where there is one.
const HEAD_BYTES: usize = 4096;
/// One character in so many may be broken: pages are cut and pasted together.
const CHARACTERS_PER_BROKEN: usize = 500;

/// Makes bytes characters, and tells the encoding's name.
pub(super) fn decode(bytes: &[u8]) -> Result<(String, &'static str), ReadError> {
    if bytes.iter().all(u8::is_ascii_whitespace) {
        return Err(ReadError::Empty);
    }
    if Encoding::for_bom(bytes).is_none() && std::str::from_utf8(bytes).is_err() {
        let declared = declared(bytes);
        let strictly = declared.and_then(|encoding| Some((encoding.decode_without_bom_handling_and_without_replacement(bytes)?, encoding)));
        if let Some((text, encoding)) = strictly {
            return Ok((text.into_owned(), name(encoding)));
        }
        return encoding::decode(bytes).or_else(|error| nearly(bytes, declared).ok_or(error));
    }
    encoding::decode(bytes)
}

/// The encoding that a page declares. GB 2312 and GBK are read as GB 18030, which holds both; UTF-8 was tried before.
fn declared(bytes: &[u8]) -> Option<&'static Encoding> {
    let head = bytes.get(..HEAD_BYTES).unwrap_or(bytes).to_ascii_lowercase();
    let key = b"charset";
    let at = head.windows(key.len()).position(|window| window == key)?;
    let rest = head.get(at + key.len()..)?;
    let is_word = |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_');
    let start = rest.iter().position(is_word)?;
    let rest = rest.get(start..)?;
    let end = rest.iter().position(|byte| !is_word(byte)).unwrap_or(rest.len());
    let encoding = Encoding::for_label(rest.get(..end)?)?;
    (encoding != UTF_8).then_some(if encoding == GBK { GB18030 } else { encoding })
}

/// Decodes a page of which a few bytes are broken; they become U+FFFD, for all to see.
fn nearly(bytes: &[u8], declared: Option<&'static Encoding>) -> Option<(String, &'static str)> {
    let encodings = declared.into_iter().chain([UTF_8, GB18030, BIG5]);
    encodings.into_iter().find_map(|encoding| {
        let (text, _) = encoding.decode_without_bom_handling(bytes);
        let broken = text.chars().filter(|c| *c == char::REPLACEMENT_CHARACTER).count();
        (broken * CHARACTERS_PER_BROKEN <= text.chars().count()).then(|| (text.into_owned(), name(encoding)))
    })
}

fn name(encoding: &'static Encoding) -> &'static str {
    if encoding == GB18030 { "GB18030" } else { encoding.name() }
}
