//! Traditional characters become Simplified, as many characters as before.

use super::characters::{Glyph, is_han};
use ferrous_opencc::{OpenCC, config::BuiltinConfig};
use std::sync::OnceLock;

/// Characters that Traditional text means otherwise, but which Simplified text has too, in names and old words: 「乾隆」, 「昇腾」.
const SHARED: &str = "乾吒夥後徵捱摺於榘甯菸薹醣麴麽昇濛瞭藉覆祇彷阪牴衹";

/// The converter, and which characters it changes.
struct Script {
    converter: OpenCC,
    /// One bit for each character up to U+FFFF that is Traditional and nothing else.
    traditional: Vec<u64>,
}

fn script() -> Option<&'static Script> {
    static SCRIPT: OnceLock<Option<Script>> = OnceLock::new();
    SCRIPT
        .get_or_init(|| {
            let converter = OpenCC::from_config(BuiltinConfig::T2s).ok()?;
            let mut traditional = vec![0; 1024];
            // Line ends keep neighbours from forming a word.
            let all: String = ('\u{3400}'..='\u{9fff}').flat_map(|c| [c, '\n']).collect();
            for (before, after) in all.chars().zip(converter.convert(&all).chars()) {
                if before != after
                    && !SHARED.contains(before)
                    && let Some((word, bit)) = place(before)
                    && let Some(word) = traditional.get_mut(word)
                {
                    *word |= bit;
                }
            }
            Some(Script { converter, traditional })
        })
        .as_ref()
}

fn place(c: char) -> Option<(usize, u64)> {
    let code = u16::try_from(u32::from(c)).ok()?;
    Some((usize::from(code >> 6), 1 << (code & 63)))
}

impl Script {
    fn is_traditional(&self, c: char) -> bool {
        c >= '\u{3400}' && place(c).is_some_and(|(word, bit)| self.traditional.get(word).is_some_and(|w| w & bit != 0))
    }
}

/// Whether a text is Traditional as a whole; then shared characters are converted too.
pub(super) fn is_traditional(glyphs: &[Glyph]) -> bool {
    let Some(script) = script() else { return false };
    let traditional = glyphs.iter().filter(|g| script.is_traditional(g.c)).count();
    traditional > 0 && glyphs.iter().filter(|g| is_han(g.c)).count() < traditional * 33
}

/// Makes a paragraph Simplified where it has Traditional characters, or where `is_whole` tells that the text is Traditional.
pub(super) fn simplify(glyphs: &mut [Glyph], is_whole: bool) {
    let Some(script) = script() else { return };
    // A second turn for the few characters whose Simplified form is itself changed.
    for turn in 0..3 {
        if !glyphs.iter().any(|g| script.is_traditional(g.c)) && (turn > 0 || !is_whole) {
            return;
        }
        let before: String = glyphs.iter().map(|g| g.c).collect();
        let after = script.converter.convert(&before);
        if before == after {
            return;
        }
        if before.chars().count() == after.chars().count() {
            for (glyph, c) in glyphs.iter_mut().zip(after.chars()) {
                glyph.c = c;
            }
        } else {
            for glyph in glyphs.iter_mut() {
                let mut buffer = [0; 4];
                let alone = script.converter.convert(glyph.c.encode_utf8(&mut buffer));
                glyph.c = alone.chars().next().unwrap_or(glyph.c);
            }
        }
    }
}
