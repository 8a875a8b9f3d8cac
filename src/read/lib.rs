//! Bytes of a document format in, structured text out.
//!
//! This build knows plain text and Markdown, both of which are their own text: what has to be found is the encoding.
//! No files and no network here: the caller brings the bytes.

mod encoding;
mod text;

pub use text::{Format, ReadError, Text, read_text};
