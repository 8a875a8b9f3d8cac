//! Finds wording: quantities, periods, areas, labels and what is said of them.
//!
//! What the words mean – which days, which code, which area – is told in [`crate::normalize`].

pub(crate) mod area;
mod behind;
mod capacity;
mod carried;
mod company;
mod context;
pub(crate) mod investment;
mod label;
mod list;
mod listed;
mod measure;
mod name;
mod numeral;
mod owner;
pub(crate) mod period;
mod project;
pub(crate) mod quantity;
mod reader;
mod rules;
pub(crate) mod sentence;
mod spent;
pub(crate) mod statement;
mod structure;
mod table;

pub use rules::{RULES, Rule};

use std::ops::Range;

use crate::{
    lexicon::Lexicon,
    model::{BlockKind, Document},
    text::Prepared,
};
use area::AreaMention;
use period::PeriodMention;
use quantity::Unread;
use sentence::Sentence;
use statement::{Statement, Topic};

/// What was found, still as worded.
#[derive(Debug, Clone, Default)]
pub struct Extracted {
    pub(crate) sentences: Vec<Found>,
}

/// One sentence and what was found in it; the ranges of its mentions count from its start.
#[derive(Debug, Clone)]
pub(crate) struct Found {
    /// Its block, by place.
    pub(crate) block: usize,
    /// Where it lies in the uniform text.
    pub(crate) range: Range<usize>,
    pub(crate) periods: Vec<PeriodMention>,
    pub(crate) areas: Vec<AreaMention>,
    pub(crate) statements: Vec<Statement>,
    /// Investment events.
    pub(crate) deals: Vec<investment::Deal>,
    /// What the header of a table's row tells of period and area; empty for sentences.
    pub(crate) header: String,
    pub(crate) header_periods: Vec<PeriodMention>,
    pub(crate) header_areas: Vec<AreaMention>,
    /// Numbers with units that no rule understood.
    pub(crate) unread: Vec<Range<usize>>,
    /// Digits that are hidden.
    pub(crate) masked: Vec<Range<usize>>,
}

impl Found {
    /// A row of a table.
    fn of_row(row: table::Row) -> Self {
        let table::Row { block, range, header, header_periods, header_areas, statements } = row;
        Self {
            block,
            range,
            header,
            header_periods,
            header_areas,
            statements,
            periods: Vec::new(),
            areas: Vec::new(),
            deals: Vec::new(),
            unread: Vec::new(),
            masked: Vec::new(),
        }
    }
}

/// The title that the text itself has.
fn titled(prepared: &Prepared) -> Option<&str> {
    prepared.blocks.iter().find(|block| block.kind == BlockKind::Title).map(|block| prepared.cut(block.range.clone()))
}

/// Finds all statements of a document.
#[must_use]
pub fn extract(prepared: &Prepared, document: &Document, lexicon: &Lexicon) -> Extracted {
    let mut sentences = Vec::new();
    let mut topic = Topic::of_title(document.title.as_deref(), lexicon);
    let mut stages = investment::Stages::of_title(document.title.as_deref());
    let title = document.title.as_deref().or_else(|| titled(prepared));
    let mut tables = table::tables(prepared, title, lexicon);
    for (block, part) in prepared.blocks.iter().enumerate() {
        if let Some(table) = tables.iter_mut().find(|table| table.blocks.contains(&block)) {
            sentences.extend(table.rows.drain(..).map(Found::of_row));
            continue;
        }
        // A title told twice, by the file and by its text, is read once.
        let text = prepared.cut(part.range.clone());
        if prepared.blocks.iter().skip(block + 1).take(3).any(|later| prepared.cut(later.range.clone()) == text) {
            continue;
        }
        topic.next_block();
        let mut goes_on = false;
        for range in &part.sentences {
            let text = prepared.cut(range.clone());
            let sentence = Sentence::find(text, lexicon);
            topic.next_sentence(goes_on, lexicon);
            goes_on = text.ends_with('；');
            let (statements, unread) = statement::statements(&sentence, &mut topic, lexicon);
            let deals = investment::deals(&sentence, &statements, &mut stages, lexicon);
            let masked = sentence.unread.iter().filter(|u| u.is_masked).map(|u: &Unread| u.range.clone()).collect();
            sentences.push(Found {
                block,
                range: range.clone(),
                periods: sentence.periods,
                areas: sentence.areas,
                statements,
                deals,
                unread,
                masked,
                header: String::new(),
                header_periods: Vec::new(),
                header_areas: Vec::new(),
            });
        }
    }
    Extracted { sentences }
}
