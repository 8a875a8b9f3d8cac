//! Web pages: the document that stands on a page, its title and the day of its publication.
//!
//! A page is decoded, flattened into a list of nodes, and rid of what is no document; lines and tables are read from what is
//! left. What the words mean is not looked at here.

mod content;
mod dates;
mod encoding;
mod furniture;
mod links;
mod meta;
mod page;
mod parts;
mod table;

use crate::compose::Composer;
use crate::{ReadError, Text, encoding::is_binary, grid};
use page::Page;
use parts::Part;

pub(crate) use links::read as read_links;

/// Reads a page, or a fragment of one.
pub(crate) fn read(bytes: &[u8]) -> Result<Text, ReadError> {
    if bytes.iter().all(u8::is_ascii_whitespace) {
        return Err(ReadError::Empty);
    }
    let (html, encoding) = encoding::decode(bytes)?;
    if is_binary(&html) {
        return Err(ReadError::Binary);
    }
    let mut page = Page::parse(&html)?;
    furniture::drop(&mut page);
    let all = parts::read(&page, page.range(page.body()));
    let title = meta::title(&page, &all);
    let published = meta::published(&page, &all);
    let mut parts = content::read(&page, &all, title.as_deref());
    if let Some(title) = title.as_deref().filter(|_| !parts.is_empty()) {
        meta::mark(&mut parts, title);
    }
    Ok(Text { encoding: encoding.to_owned(), title, published, ..compose(&parts)? })
}

fn compose(parts: &[Part]) -> Result<Text, ReadError> {
    let mut composer = Composer::default();
    for part in parts {
        match part {
            Part::Line { kind, words } => composer.push(*kind, None, words),
            Part::Rows(rows) => grid::write(rows, None, &mut composer),
        }
    }
    composer.finish()
}

#[cfg(test)]
mod tests;
