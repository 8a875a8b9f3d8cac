//! XML as a row of tokens, without namespaces.

use crate::ReadError;
use quick_xml::{Reader, events::BytesStart, events::Event};

/// One step through a part.
#[derive(Debug)]
pub(crate) enum Token<'a> {
    /// An element starts; one without content ends at once.
    Start(Element<'a>),
    /// An element ends.
    End(&'a str),
    /// Characters between them.
    Words(&'a str),
}

/// The start of an element.
#[derive(Debug)]
pub(crate) struct Element<'a> {
    /// Its name without the prefix.
    pub(crate) name: &'a str,
    start: &'a BytesStart<'a>,
}

impl Element<'_> {
    /// An attribute's value, by its name without the prefix.
    pub(crate) fn attribute(&self, name: &str) -> Option<String> {
        let found =
            self.start.attributes().with_checks(false).filter_map(Result::ok).find(|attribute| attribute.key.local_name().as_ref() == name)?;
        Some(found.normalized_value(quick_xml::XmlVersion::Implicit1_0).map_or_else(|_| found.value.to_string(), |value| value.into_owned()))
    }

    /// An attribute's value as a number.
    pub(crate) fn number<N: std::str::FromStr>(&self, name: &str) -> Option<N> {
        self.attribute(name)?.trim().parse().ok()
    }
}

/// Elements stand in each other so deep at most.
const MOST_DEPTH: usize = 4096;

/// Elements that hold what is no part of the text: what was deleted or moved away, how things looked before, the other
/// of two forms, how characters are spoken, where tabs stop.
const LEFT_OUT: [&str; 13] = [
    "del",
    "moveFrom",
    "Fallback",
    "rt",
    "tabs",
    "pPrChange",
    "rPrChange",
    "tblPrChange",
    "trPrChange",
    "tcPrChange",
    "sectPrChange",
    "tblGridChange",
    "numberingChange",
];

/// Shows each token of a part in its order. Entities that the part itself defines are none.
pub(crate) fn walk<'a>(part: &'a str, format: &'static str, mut take: impl FnMut(Token<'_>) -> Result<(), ReadError>) -> Result<(), ReadError> {
    let damaged = |cause: quick_xml::Error| ReadError::Damaged { format, cause: cause.to_string() };
    let mut reader = Reader::from_str(part);
    let mut depth = 0_usize;
    loop {
        let event: Event<'a> = reader.read_event().map_err(damaged)?;
        match event {
            Event::Start(start) if LEFT_OUT.contains(&start.local_name().as_ref()) => {
                reader.read_to_end(start.name()).map_err(damaged)?;
            }
            Event::Start(start) => {
                depth += 1;
                if depth > MOST_DEPTH {
                    return Err(ReadError::TooMuch { what: "elements within each other", limit: MOST_DEPTH });
                }
                take(Token::Start(Element { name: start.local_name().as_ref(), start: &start }))?;
            }
            // What holds nothing tells of what it stands in: a row of a table that was deleted.
            Event::Empty(start) if start.local_name().as_ref() != "del" && LEFT_OUT.contains(&start.local_name().as_ref()) => {}
            Event::Empty(start) => {
                let name = start.local_name();
                take(Token::Start(Element { name: name.as_ref(), start: &start }))?;
                take(Token::End(name.as_ref()))?;
            }
            Event::End(end) => {
                depth = depth.saturating_sub(1);
                take(Token::End(end.local_name().as_ref()))?;
            }
            Event::Text(words) => take(Token::Words(&words.xml10_content()))?,
            Event::CData(words) => take(Token::Words(&words.xml10_content()))?,
            Event::GeneralRef(name) => {
                let known = match name.as_ref() {
                    "amp" => Some('&'),
                    "lt" => Some('<'),
                    "gt" => Some('>'),
                    "quot" => Some('"'),
                    "apos" => Some('\''),
                    _ => name.resolve_char_ref().ok().flatten(),
                };
                if let Some(known) = known {
                    take(Token::Words(known.encode_utf8(&mut [0; 4])))?;
                }
            }
            Event::Eof => return if depth == 0 { Ok(()) } else { Err(ReadError::Damaged { format, cause: "a part is cut off".to_owned() }) },
            Event::Comment(_) | Event::Decl(_) | Event::PI(_) | Event::DocType(_) => {}
        }
    }
}
