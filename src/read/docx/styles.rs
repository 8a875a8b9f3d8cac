//! What a document's styles say of its paragraphs, and its title.

use crate::ReadError;
use crate::xml::{self, Token};
use gongbao_core::model::BlockKind;
use std::collections::BTreeMap;

/// What a paragraph of a style is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Role {
    /// Where its own words have to tell, `None`.
    Block(Option<BlockKind>),
    /// An entry of the table of contents: not part of the text.
    Contents,
}

/// The styles of a document, by the names that its paragraphs use.
#[derive(Debug, Default)]
pub(super) struct Styles(BTreeMap<String, Style>);

#[derive(Debug, Default)]
struct Style {
    name: String,
    parent: Option<String>,
    level: Option<u32>,
    is_hidden: bool,
}

/// So many styles may be built on each other.
const MOST_PARENTS: usize = 16;

impl Styles {
    pub(super) fn parse(part: &str) -> Result<Self, ReadError> {
        let mut styles = BTreeMap::new();
        let mut open: Option<(String, Style)> = None;
        xml::walk(part, "docx", |token| {
            match token {
                Token::Start(element) => match (element.name, &mut open) {
                    ("style", _) => open = element.attribute("styleId").map(|id| (id, Style::default())),
                    ("name", Some((_, style))) => style.name = element.attribute("val").unwrap_or_default().to_lowercase(),
                    ("basedOn", Some((_, style))) => style.parent = element.attribute("val"),
                    ("vanish", Some((_, style))) => style.is_hidden = super::is_on(&element),
                    ("outlineLvl", Some((_, style))) => style.level = element.number("val"),
                    _ => {}
                },
                Token::End("style") => styles.extend(open.take()),
                _ => {}
            }
            Ok(())
        })?;
        Ok(Self(styles))
    }

    /// Whether what has this style is not shown.
    pub(super) fn is_hidden(&self, style: &str) -> bool {
        let line = std::iter::successors(self.0.get(style), |style| self.0.get(style.parent.as_ref()?));
        line.take(MOST_PARENTS).any(|style| style.is_hidden)
    }

    /// What a paragraph is by its style and by its own level in the document's outline.
    pub(super) fn role(&self, style: Option<&str>, level: Option<u32>) -> Role {
        let first = style.and_then(|style| self.0.get(style));
        let line = std::iter::successors(first, |style| self.0.get(style.parent.as_ref()?)).take(MOST_PARENTS);
        let of_style = line.clone().find_map(|style| role_of(&style.name));
        let level = level.or_else(|| line.clone().find_map(|style| style.level));
        let is_heading = level.is_some_and(|level| level < 9);
        of_style.unwrap_or(Role::Block(is_heading.then_some(BlockKind::Heading)))
    }
}

/// What the names of Word's own styles mean; others mean nothing.
fn role_of(name: &str) -> Option<Role> {
    let is_numbered = |start: &str| name.strip_prefix(start).is_some_and(|rest| rest.trim().parse::<u32>().is_ok());
    match name {
        "title" => Some(Role::Block(Some(BlockKind::Title))),
        "caption" | "题注" => Some(Role::Block(Some(BlockKind::Caption))),
        "toc heading" | "table of figures" => Some(Role::Contents),
        _ if is_numbered("toc") => Some(Role::Contents),
        _ if is_numbered("heading") || is_numbered("标题") => Some(Role::Block(Some(BlockKind::Heading))),
        _ => None,
    }
}

/// The title that a document's properties tell, where it belongs to this text: a program's own words do not, and in a
/// document written over an older one it still names the older one's year.
pub(super) fn title(properties: &str, text: &str) -> Option<String> {
    const OF_PROGRAMS: [&str; 6] = ["microsoft", "word", "wps", "document", "文档", "untitled"];
    let mut title = None;
    let mut is_open = false;
    let walked = xml::walk(properties, "docx", |token| {
        match token {
            Token::Start(element) => is_open = element.name == "title",
            Token::End(_) => is_open = false,
            Token::Words(words) if is_open => title.get_or_insert_with(String::new).push_str(words),
            Token::Words(_) => {}
        }
        Ok(())
    });
    walked.ok()?;
    let title = title?.split_whitespace().collect::<Vec<_>>().join(" ");
    let count = title.chars().filter(|c| c.is_alphabetic() && !c.is_ascii()).count();
    let lower = title.to_lowercase();
    let is_of_program = OF_PROGRAMS.iter().any(|word| lower.starts_with(word));
    let mut numbers = title.split(|c: char| !c.is_ascii_digit()).filter(|number| number.len() == 4);
    (count >= 5 && !is_of_program && numbers.all(|number| text.contains(number))).then_some(title)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn styles_tell_what_paragraphs_are() {
        let styles = Styles::parse(
            "<w:styles><w:style w:styleId='a'><w:name w:val='Normal'/></w:style>\
             <w:style w:styleId='1'><w:name w:val='heading 1'/><w:basedOn w:val='a'/></w:style>\
             <w:style w:styleId='b'><w:name w:val='一级'/><w:basedOn w:val='1'/></w:style>\
             <w:style w:styleId='c'><w:name w:val='公文标题'/><w:pPr><w:outlineLvl w:val='0'/></w:pPr></w:style>\
             <w:style w:styleId='d'><w:name w:val='Title'/></w:style><w:style w:styleId='e'><w:name w:val='toc 2'/></w:style>\
             <w:style w:styleId='f'><w:name w:val='圈'/><w:basedOn w:val='f'/></w:style></w:styles>",
        )
        .unwrap();
        let (heading, none) = (Role::Block(Some(BlockKind::Heading)), Role::Block(None));
        for (style, level, expected) in [
            (Some("1"), None, heading),
            (Some("b"), None, heading),
            (Some("c"), None, heading),
            (Some("c"), Some(9), none),
            (Some("d"), None, Role::Block(Some(BlockKind::Title))),
            (Some("e"), None, Role::Contents),
            (Some("f"), None, none),
            (Some("a"), None, none),
            (Some("x"), Some(2), heading),
            (None, None, none),
        ] {
            assert_eq!(styles.role(style, level), expected, "{style:?} {level:?}");
        }
    }

    #[test]
    fn titles_of_properties_may_be_of_others() {
        for (written, expected) in [
            ("某市2024年经济公报", Some("某市2024年经济公报")),
            ("某市2019年经济公报", None),
            ("Microsoft Word - 某市经济公报.doc", None),
            ("文档1经济公报稿件", None),
            ("", None),
        ] {
            let properties = format!("<cp:coreProperties><dc:title>{written}</dc:title><dc:creator>某某某某某某</dc:creator></cp:coreProperties>");
            assert_eq!(title(&properties, "2024年，全市经济平稳。").as_deref(), expected);
        }
    }
}
