//! Takes the source apart into characters: HTML tags and entities left in plain text go, and Markdown's marks within a line.

use super::characters::{Glyph, IDEOGRAPHIC_BLANK, THIN_BLANK, Uniform, is_blank, is_han, uniform};

/// The source's characters, made uniform one by one; block tags are line ends, other tags nothing.
pub(super) fn decode(text: &str) -> Vec<Glyph> {
    let mut decoder = Decoder { out: Vec::with_capacity(text.len() / 2), tag: None, raised: None, hidden: None };
    let mut after_return = false;
    for (at, c) in text.char_indices() {
        let (start, end) = (offset(at), offset(at + c.len_utf8()));
        if c == '\n' && after_return {
            after_return = false;
            continue;
        }
        after_return = c == '\r';
        match c {
            '\u{4e00}'..='\u{9fff}' => decoder.out.push(Glyph { c, start, end }),
            '<' => {
                decoder.tag = Some(decoder.out.len());
                decoder.out.push(Glyph { c, start, end });
            }
            '>' => decoder.close_tag(start, end),
            ';' => decoder.close_entity(start, end),
            '\r' => decoder.out.push(Glyph { c: '\n', start, end }),
            ' '..='~' => decoder.out.push(Glyph { c, start, end }),
            _ => decoder.push(c, start, end),
        }
    }
    decoder.out
}

fn offset(at: usize) -> u32 {
    u32::try_from(at).unwrap_or(u32::MAX)
}

struct Decoder {
    out: Vec<Glyph>,
    /// Where the last `<` stands that nothing has closed.
    tag: Option<usize>,
    /// Where the words of an open `<sup>` start.
    raised: Option<usize>,
    /// Where an open `<script>` or `<style>` starts.
    hidden: Option<usize>,
}

impl Decoder {
    fn push(&mut self, c: char, start: u32, end: u32) {
        match uniform(c) {
            Uniform::Nothing => {}
            Uniform::One(c) => self.out.push(Glyph { c, start, end }),
            Uniform::Two(a, b) => self.out.extend([a, b].map(|c| Glyph { c, start, end })),
            Uniform::Three(a, b, d) => self.out.extend([a, b, d].map(|c| Glyph { c, start, end })),
        }
    }

    /// `>`: looks back for the tag that it closes, so that a tag is only what is closed.
    fn close_tag(&mut self, start: u32, end: u32) {
        if let Some(from) = self.tag {
            let inner = self.out.get(from + 1..).unwrap_or_default();
            let from_source = self.out.get(from).map_or(start, |g| g.start);
            match tag(inner) {
                Tag::None => self.tag = None,
                Tag::Comment if ends_comment(inner) => {
                    self.out.truncate(from);
                    self.tag = None;
                    return;
                }
                Tag::Comment => {}
                found => {
                    self.out.truncate(from);
                    self.tag = None;
                    match found {
                        Tag::Block => self.out.push(Glyph { c: '\n', start: from_source, end }),
                        Tag::Cell => self.out.push(Glyph { c: '\t', start: from_source, end }),
                        Tag::Raise => self.raised = Some(from),
                        Tag::Lower => self.lower(),
                        Tag::Hide => self.hidden = Some(from),
                        Tag::Show => self.out.truncate(self.hidden.take().unwrap_or(from)),
                        Tag::None | Tag::Comment | Tag::Inline => {}
                    }
                    return;
                }
            }
        }
        self.out.push(Glyph { c: '>', start, end });
    }

    /// `</sup>`: the number of a note goes, the exponent of 「km²」 stays.
    fn lower(&mut self) {
        let Some(from) = self.raised.take().filter(|from| *from <= self.out.len()) else { return };
        let before = from.checked_sub(1).and_then(|i| self.out.get(i));
        let is_note = before.is_some_and(|g| (is_han(g.c) && g.c != '米') || matches!(g.c, '%' | '）' | '”' | '》'));
        if is_note && self.out.get(from..).unwrap_or_default().iter().all(|g| g.c.is_ascii_digit() || matches!(g.c, '[' | ']' | '注' | ' ')) {
            self.out.truncate(from);
        }
    }

    /// `;`: looks back for the entity that it closes; one that is made by another, as in `&amp;lt;`, is found too.
    fn close_entity(&mut self, start: u32, end: u32) {
        let tail = self.out.get(self.out.len().saturating_sub(10)..).unwrap_or_default();
        if let Some(back) = tail.iter().rev().position(|g| g.c == '&') {
            let from = self.out.len() - back - 1;
            let mut name = [0u8; 10];
            let mut len = 0;
            for glyph in self.out.get(from + 1..).unwrap_or_default() {
                let (Some(slot), Ok(byte)) = (name.get_mut(len), u8::try_from(glyph.c)) else { break };
                *slot = byte;
                len += 1;
            }
            if len == back
                && let Some(c) = name.get(..len).and_then(entity)
            {
                let first = self.out.get(from).map_or(start, |g| g.start);
                self.out.truncate(from);
                match c {
                    '<' => self.push('＜', first, end),
                    '>' => self.push('＞', first, end),
                    _ => self.push(c, first, end),
                }
                return;
            }
        }
        self.out.push(Glyph { c: ';', start, end });
    }
}

fn entity(name: &[u8]) -> Option<char> {
    if let [b'#', number @ ..] = name {
        let code = match number {
            [b'x' | b'X', hex @ ..] => u32::from_str_radix(std::str::from_utf8(hex).ok()?, 16).ok()?,
            _ => std::str::from_utf8(number).ok()?.parse().ok()?,
        };
        // A letter written by its number could complete another entity, and then a second reading would differ.
        return char::from_u32(code).filter(|c| !c.is_ascii_alphanumeric() && !matches!(c, '#' | ';'));
    }
    Some(match name {
        b"nbsp" | b"ensp" => ' ',
        b"emsp" => IDEOGRAPHIC_BLANK,
        b"thinsp" => THIN_BLANK,
        b"amp" => '&',
        b"lt" => '<',
        b"gt" => '>',
        b"quot" => '"',
        b"apos" => '\'',
        b"ldquo" => '“',
        b"rdquo" => '”',
        b"lsquo" => '‘',
        b"rsquo" => '’',
        b"mdash" => '—',
        b"ndash" => '–',
        b"minus" => '−',
        b"hellip" => '…',
        b"middot" | b"bull" => '·',
        b"times" => '×',
        b"divide" => '÷',
        b"plusmn" => '±',
        b"deg" => '°',
        b"permil" => '‰',
        b"yen" => '¥',
        b"pound" => '£',
        b"euro" => '€',
        b"sup2" => '²',
        b"sup3" => '³',
        b"copy" => '©',
        b"reg" => '®',
        b"shy" | b"zwnj" | b"zwj" => '\u{ad}',
        _ => return None,
    })
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Tag {
    None,
    Comment,
    Inline,
    Block,
    Cell,
    Raise,
    Lower,
    Hide,
    Show,
}

fn ends_comment(inner: &[Glyph]) -> bool {
    inner.len() >= 5 && inner.iter().rev().take(2).all(|g| g.c == '-')
}

/// What stands between `<` and `>`; only tags that HTML knows count, so that 「a<b」 stays.
fn tag(inner: &[Glyph]) -> Tag {
    let mut name = [0u8; 10];
    let mut len = 0;
    let is_closing = inner.first().is_some_and(|g| g.c == '/');
    let inner = inner.get(usize::from(is_closing)..).unwrap_or_default();
    for glyph in inner {
        let is_name = glyph.c.is_ascii_alphanumeric() || matches!(glyph.c, ':' | '!' | '?' | '-');
        let (true, Some(slot), Ok(byte)) = (is_name, name.get_mut(len), u8::try_from(glyph.c)) else { break };
        *slot = byte.to_ascii_lowercase();
        len += 1;
    }
    let name = name.get(..len).unwrap_or_default();
    if name.starts_with(b"!--") {
        return Tag::Comment;
    }
    if name.starts_with(b"!doctype") || name.starts_with(b"?xml") {
        return Tag::Inline;
    }
    if name.starts_with(b"http:") || name.starts_with(b"https:") {
        return if inner.iter().any(|g| is_blank(g.c) || is_han(g.c)) { Tag::None } else { Tag::Inline };
    }
    let rest = inner.get(len..).unwrap_or_default();
    let is_whole = rest.iter().all(|g| is_blank(g.c) || matches!(g.c, '/' | '\n'))
        || (rest.first().is_some_and(|g| is_blank(g.c) || matches!(g.c, '/' | '\n')) && rest.iter().any(|g| g.c == '='));
    if !is_whole {
        return Tag::None;
    }
    match name {
        b"p" | b"br" | b"div" | b"li" | b"ul" | b"ol" | b"tr" | b"table" | b"tbody" | b"thead" | b"h1" | b"h2" | b"h3" | b"h4" | b"h5" | b"h6"
        | b"hr" | b"dl" | b"dt" | b"dd" | b"section" | b"article" | b"header" | b"footer" | b"blockquote" | b"figure" | b"figcaption"
        | b"caption" | b"center" | b"pre" | b"title" | b"head" | b"body" | b"html" | b"form" | b"main" | b"nav" | b"aside" => Tag::Block,
        b"td" | b"th" if is_closing => Tag::Cell,
        b"sup" if is_closing => Tag::Lower,
        b"sup" => Tag::Raise,
        b"script" | b"style" if is_closing => Tag::Show,
        b"script" | b"style" => Tag::Hide,
        b"td" | b"th" | b"a" | b"b" | b"i" | b"u" | b"em" | b"strong" | b"span" | b"font" | b"sub" | b"small" | b"big" | b"img" | b"o:p"
        | b"code" | b"mark" | b"s" | b"del" | b"ins" | b"label" | b"cite" | b"q" | b"abbr" | b"time" | b"input" | b"button" | b"meta" | b"link"
        | b"video" | b"audio" | b"source" | b"iframe" | b"wbr" | b"col" | b"colgroup" | b"st1:chsdat" => Tag::Inline,
        _ => Tag::None,
    }
}

/// Takes Markdown's marks out of a line: `**`, backticks, images, and the address of a link.
pub(super) fn strip_inline(line: &[Glyph], out: &mut Vec<Glyph>) {
    let c = |at: usize| line.get(at).map_or('\n', |g| g.c);
    let mut at = 0;
    // Where the words of an open link end, and where its address ends.
    let mut link: Option<(usize, usize)> = None;
    while let Some(glyph) = line.get(at) {
        if let Some((words_end, address_end)) = link
            && at == words_end
        {
            at = address_end;
            link = None;
            continue;
        }
        match glyph.c {
            '*' if c(at + 1) == '*' => at += if c(at + 2) == '*' { 3 } else { 2 },
            '_' if c(at + 1) == '_' => at += 2,
            '`' => at += 1,
            '\\' if matches!(c(at + 1), '[' | ']' | '(' | ')' | '*' | '_' | '#' | '-' | '.' | '|' | '~' | '`' | '!') => {
                out.extend(line.get(at + 1));
                at += 2;
            }
            '!' if c(at + 1) == '[' => match address(line, at + 1) {
                Some((_, end)) => at = end,
                None => {
                    out.push(*glyph);
                    at += 1;
                }
            },
            '[' if c(at + 1) == '^' => match line.get(at..).unwrap_or_default().iter().take(12).position(|g| g.c == ']') {
                Some(len) => at += len + 1,
                None => {
                    out.push(*glyph);
                    at += 1;
                }
            },
            '[' if link.is_none() => {
                link = address(line, at);
                if link.is_none() {
                    out.push(*glyph);
                }
                at += 1;
            }
            _ => {
                out.push(*glyph);
                at += 1;
            }
        }
    }
}

/// For a `[` that opens 「[words](address)」: where the words end, and where the address ends.
fn address(line: &[Glyph], open: usize) -> Option<(usize, usize)> {
    let words = line.get(open..)?.iter().take(200).position(|g| g.c == ']')? + open;
    if line.get(words + 1)?.c != '(' {
        return None;
    }
    let inner = line.get(words + 2..)?;
    let is_image = open.checked_sub(1).and_then(|i| line.get(i)).is_some_and(|g| g.c == '!');
    let is_address = is_image || matches!(inner.first()?.c, '/' | '#' | '.') || inner.iter().take(8).any(|g| g.c == ':');
    let len = inner.iter().take(2000).position(|g| g.c == ')')?;
    is_address.then_some((words, words + 2 + len + 1))
}
