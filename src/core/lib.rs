//! Reads Chinese economic text: a document in; observations, investments and findings out.
//!
//! The rooms lie in the order in which data walks through them: [`text`] makes characters uniform and finds the
//! document's structure, [`lexicon`] holds the word lists, [`extract`] finds wording, [`normalize`] gives it meaning,
//! and [`model`] names what comes out. There is no IO, clock, network, float or Arrow in this package, and no text
//! makes it fail: what is not understood becomes a [`model::Finding`].

pub mod model;

pub mod text;

pub mod lexicon;

pub mod extract;

pub mod normalize;

use lexicon::Lexicon;
use model::{Document, Reading};

/// Version of the extraction rules; part of every row's provenance. It changes whenever a rule changes a row.
pub const EXTRACTOR_VERSION: &str = env!("CARGO_PKG_VERSION");

/// Reads one document: all stages of the core in order.
///
/// - Shape: one document in; its observations, investments and findings out, each in the order of the text.
/// - Errors: none; what cannot be understood is a finding.
#[must_use]
pub fn read(document: &Document, lexicon: &Lexicon) -> Reading {
    let prepared = text::prepare(document);
    let extracted = extract::extract(&prepared, document, lexicon);
    normalize::normalize(&prepared, document, extracted, lexicon)
}

#[cfg(test)]
mod tests;
