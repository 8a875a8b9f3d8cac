//! Bytes of a document format in, structured text out.
//!
//! Each format has a file of its own, [`read`] is the door to them. What a format tells of its structure becomes the
//! blocks of a [`Text`], made with `compose`. No files and no network here: the caller brings the bytes.

mod archive;
mod cells;
mod compose;
mod compound;
mod csv;
mod docx;
mod encoding;
mod error;
mod format;
mod grid;
mod html;
mod package;
mod pdf;
mod prose;
mod raised;
mod sheet;
mod text;
mod xml;

pub use archive::Archive;
pub use error::ReadError;
pub use format::{Format, read};
pub use text::read_text;

use gongbao_core::model::{GivenBlock, PartialDate};

/// Where the links of a page lead, as they are written.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Links {
    /// What they are relative to, where it is not the page itself.
    pub base: Option<String>,
    /// In the order of the page.
    pub links: Vec<String>,
}

/// Reads where the links of a page, a site map or a feed lead.
///
/// - Errors: no encoding fits the bytes, or they are no text.
pub fn read_links(bytes: &[u8]) -> Result<Links, ReadError> {
    html::read_links(bytes)
}

/// A document's text, and what its format tells of it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Text {
    /// The characters, without a byte order mark, every line end an LF.
    pub text: String,
    /// The encoding that was found, as the Encoding Standard names it; empty where the format settles it.
    pub encoding: String,
    /// Its parts as the format tells them; none for plain text.
    pub blocks: Vec<GivenBlock>,
    /// The title that the format tells.
    pub title: Option<String>,
    /// When it was published, as the format tells.
    pub published: Option<PartialDate>,
    /// How many pages it has, where the format has pages.
    pub pages: Option<u32>,
}
