//! Which encoding bytes are in: a mark, valid UTF-8, UTF-16 without a mark, then the national encodings.

use crate::ReadError;
use chardetng::{EncodingDetector, Iso2022JpDetection, Utf8Detection};
use encoding_rs::{BIG5, Encoding, GB18030, GBK, UTF_8, UTF_16BE, UTF_16LE};

/// Of a hundred characters beyond ASCII, so many must be ones that Chinese texts are written with.
const COMMON_PERCENT: usize = 80;
/// One control character in so many is a slip of the typesetter; more is no text.
const CHARACTERS_PER_CONTROL: usize = 200;

/// Below this, a text is too short to tell its language by its bytes.
const FEW_WORDS_BYTES: usize = 40;

/// Decodes strictly: characters and the encoding's name, or why there are none.
pub(crate) fn decode(bytes: &[u8]) -> Result<(String, &'static str), ReadError> {
    if let Some((encoding, mark)) = Encoding::for_bom(bytes) {
        let rest = bytes.get(mark..).unwrap_or_default();
        return strictly(encoding, rest).ok_or(ReadError::Malformed { marked: encoding.name() });
    }
    let has_nul = bytes.contains(&0);
    if !has_nul && let Some(decoded) = strictly(UTF_8, bytes) {
        return Ok(decoded);
    }
    let wide = || [UTF_16LE, UTF_16BE].into_iter().filter_map(|encoding| strictly(encoding, bytes)).find(|(text, _)| is_chinese(text));
    if has_nul {
        return wide().ok_or(ReadError::Binary);
    }
    let national = guess(bytes).and_then(|encoding| strictly(encoding, bytes)).filter(|(text, _)| is_chinese(text));
    if let Some(decoded) = national.or_else(wide) {
        return Ok(decoded);
    }
    Err(if has_control_bytes(bytes) { ReadError::Binary } else { ReadError::UnknownEncoding })
}

/// True when a text holds NUL, or more control characters than a slip explains.
pub(crate) fn is_binary(text: &str) -> bool {
    let (mut all, mut controls) = (0_usize, 0_usize);
    for c in text.chars() {
        if c == '\0' {
            return true;
        }
        all += 1;
        controls += usize::from(is_control(c));
    }
    controls * CHARACTERS_PER_CONTROL > all
}

/// Decodes without replacing anything; `None` where a byte does not fit.
pub(crate) fn strictly(encoding: &'static Encoding, bytes: &[u8]) -> Option<(String, &'static str)> {
    if (encoding == UTF_16LE || encoding == UTF_16BE) && bytes.len() % 2 == 1 {
        return None;
    }
    let text = encoding.decode_without_bom_handling_and_without_replacement(bytes)?;
    Some((text.into_owned(), name_of(encoding)))
}

/// The name that is told of an encoding, as its makers write it.
pub(crate) fn name_of(encoding: &'static Encoding) -> &'static str {
    if encoding == GB18030 { "GB18030" } else { encoding.name() }
}

/// The national encoding that the bytes look like. That the text is Chinese counts as known on a few words only:
/// longer ones tell of themselves that they are Korean, Japanese or Traditional. A guess of a single-byte encoding is taken
/// for GB18030: the detector does not know rare words, and strict decoding and the common characters decide then.
fn guess(bytes: &[u8]) -> Option<&'static Encoding> {
    let mut detector = EncodingDetector::new(Iso2022JpDetection::Deny);
    detector.feed(bytes, true);
    let hint = (bytes.len() < FEW_WORDS_BYTES).then_some(b"cn".as_slice());
    let guessed = detector.guess(hint, Utf8Detection::Deny);
    if guessed == BIG5 {
        return Some(BIG5);
    }
    (guessed == GBK || guessed == GB18030 || guessed.is_single_byte()).then_some(GB18030)
}

/// True when nearly all characters beyond ASCII are ones that Chinese texts are written with, and there is one.
pub(crate) fn is_chinese(text: &str) -> bool {
    let (mut wide, mut common) = (0_usize, 0_usize);
    for c in text.chars() {
        if matches!(c, '\0') {
            return false;
        }
        if !c.is_ascii() {
            wide += 1;
            common += usize::from(is_common(c));
        }
    }
    wide > 0 && common * 100 >= wide * COMMON_PERCENT
}

/// Level 1 of GB 2312 with its punctuation, and level 1 of Big5.
fn is_common(c: char) -> bool {
    if matches!(c, '\u{3000}'..='\u{303f}' | '\u{ff00}'..='\u{ff5e}' | '\u{2010}'..='\u{2026}' | '·' | '℃' | '㎡') {
        return true;
    }
    let lead = |encoding: &'static Encoding| {
        let mut utf8 = [0; 4];
        match *encoding.encode(c.encode_utf8(&mut utf8)).0 {
            [lead, trail] => (lead, trail),
            _ => (0, 0),
        }
    };
    let (gb, gb_trail) = lead(GB18030);
    (gb_trail >= 0xa1 && (0xb0..=0xd7).contains(&gb)) || (0xa4..=0xc6).contains(&lead(BIG5).0)
}

/// Control characters other than the ones that break lines, columns and pages.
fn is_control(c: char) -> bool {
    c.is_ascii_control() && !matches!(c, '\t' | '\n' | '\r' | '\u{b}' | '\u{c}')
}

fn has_control_bytes(bytes: &[u8]) -> bool {
    let controls = bytes.iter().filter(|byte| is_control(char::from(**byte))).count();
    controls * CHARACTERS_PER_CONTROL > bytes.len()
}
