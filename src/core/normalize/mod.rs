//! Gives wording its meaning: codes, periods, areas, multipliers.

pub(crate) mod area;
pub(crate) mod period;

use crate::{
    extract::Extracted,
    lexicon::Lexicon,
    model::{Document, PublishedBasis, Reading},
    text::Prepared,
};

/// Turns what was found into rows.
#[must_use]
pub fn normalize(_prepared: &Prepared, document: &Document, _extracted: Extracted, _lexicon: &Lexicon) -> Reading {
    Reading {
        title: document.title.clone(),
        published: document.published.and_then(crate::model::PartialDate::first_day),
        published_basis: PublishedBasis::Unknown,
        area: None,
        observations: Vec::new(),
        investments: Vec::new(),
        findings: Vec::new(),
    }
}
