//! Finds wording: quantities, periods, areas, labels and what is said of them.

pub(crate) mod area;
mod numeral;
pub(crate) mod period;

use crate::{lexicon::Lexicon, model::Document, text::Prepared};

/// What was found, still as worded.
#[derive(Debug, Clone, Default)]
pub struct Extracted {}

/// Finds all statements of a document.
#[must_use]
pub fn extract(_prepared: &Prepared, _document: &Document, _lexicon: &Lexicon) -> Extracted {
    Extracted {}
}
