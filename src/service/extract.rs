//! The second stage: each document goes through the core, all of them in parallel, and becomes a row with its reading.
//!
//! A document that fails is quarantined with its cause; its siblings do not notice.

use crate::config::Config;
use crate::ingest::{self, Arrival, Content, Decision, DocumentError};
use crate::observe::{Progress, chain, fields};
use crate::write;
use chrono::{DateTime, Utc};
use gongbao_core::lexicon::Lexicon;
use gongbao_core::model::{Document, PartialDate, PublishedBasis};
use gongbao_tables::{DocumentRow, DocumentStatus};
use rayon::prelude::*;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;

/// Where rows come from, as far as a run knows.
#[derive(Clone, Copy)]
pub(crate) struct Provenance<'a> {
    pub(crate) run_id: &'a str,
    pub(crate) ingested_at: DateTime<Utc>,
    pub(crate) lexicon: &'a Lexicon,
}

/// Reads all documents in parallel; rows come back in the order of the keys.
pub(crate) fn extract(
    work: Vec<(Arrival, Decision)>,
    provenance: Provenance<'_>,
    config: &Config,
    threads: &rayon::ThreadPool,
    progress: Progress,
) -> Vec<DocumentRow> {
    let bar = progress.bar("extract", work.len());
    let parent = tracing::Span::current();
    let one = |(arrival, decision): (Arrival, Decision)| {
        let id = arrival.document_id();
        let path = &arrival.candidate.path;
        let span = tracing::error_span!(parent: &parent, "document", { fields::DOCUMENT_ID } = %id, { fields::DOCUMENT_PATH } = %path);
        let row = span.in_scope(|| document_row(arrival, decision, provenance, config));
        bar.inc(1);
        row
    };
    let rows = threads.install(|| work.into_par_iter().map(one).collect());
    bar.finish_and_clear();
    rows
}

/// One document with all that is found in it.
fn document_row(arrival: Arrival, decision: Decision, provenance: Provenance<'_>, config: &Config) -> DocumentRow {
    // A duplicate whose original has gone is known and was not decoded: now it has to be.
    let arrival = match (&arrival.content, &decision) {
        (Content::Known, Decision::Read) => ingest::load(arrival.candidate, None, config.document_bytes),
        _ => arrival,
    };
    let context = &arrival.candidate.context;
    let published = context.published.and_then(PartialDate::first_day);
    let mut row = DocumentRow {
        document_id: arrival.document_id(),
        content_hash: arrival.content_hash.clone(),
        duplicate_of: None,
        source: arrival.candidate.source.clone(),
        path: arrival.candidate.path.clone(),
        title: context.title.clone(),
        published,
        published_basis: if published.is_some() { PublishedBasis::Manifest } else { PublishedBasis::Unknown },
        area: None,
        format: arrival.candidate.extension.clone(),
        bytes: arrival.bytes,
        pages: None,
        text: String::new(),
        status: DocumentStatus::Duplicate,
        error: None,
        reading: None,
        run_id: provenance.run_id.to_owned(),
        ingested_at: provenance.ingested_at,
        extractor_version: String::from(gongbao_core::EXTRACTOR_VERSION),
        lexicon_version: provenance.lexicon.version().to_owned(),
    };
    let hash = row.content_hash.clone().unwrap_or_default();
    if config.keep_objects && row.content_hash.is_some() {
        keep_object(config, &hash, fetch_again(&arrival.candidate.file, &hash));
    }
    match (arrival.content, decision) {
        (_, Decision::Duplicate(original)) => row.duplicate_of = Some(original),
        (Content::Failed(error, bytes), _) => {
            if row.content_hash.is_some() {
                keep_object(config, &hash, Some(bytes));
            }
            quarantine(&mut row, &error);
        }
        (Content::Text(text), _) => {
            let context = arrival.candidate.context;
            let document = Document { text: text.text, blocks: Vec::new(), title: context.title, published: context.published, area: context.area };
            match guarded(|| gongbao_core::read(&document, provenance.lexicon)) {
                Ok(reading) => {
                    let found = (reading.observations.len(), reading.investments.len());
                    row.title = reading.title.clone().or(row.title);
                    row.published = reading.published.or(row.published);
                    row.published_basis = if reading.published.is_some() { reading.published_basis } else { row.published_basis };
                    row.area = reading.area.clone();
                    row.status = if found == (0, 0) { DocumentStatus::Empty } else { DocumentStatus::Ok };
                    row.reading = Some(reading);
                    tracing::debug!(
                        { fields::DOCUMENT_ENCODING } = text.encoding,
                        { fields::OBSERVATIONS } = found.0,
                        { fields::INVESTMENTS } = found.1,
                        "read"
                    );
                }
                Err(error) => {
                    keep_object(config, &hash, fetch_again(&arrival.candidate.file, &hash));
                    quarantine(&mut row, &error);
                }
            }
            row.text = document.text;
        }
        (Content::Known, _) => {}
    }
    row
}

/// The bytes once more, unless they have changed.
fn fetch_again(file: &Path, hash: &str) -> Option<Vec<u8>> {
    std::fs::read(file).ok().filter(|bytes| gongbao_tables::content_hash(bytes) == hash)
}

fn quarantine(row: &mut DocumentRow, error: &DocumentError) {
    tracing::warn!({ fields::ERROR } = %error, "quarantined");
    row.status = DocumentStatus::Quarantined;
    row.error = Some(error.to_string());
}

/// Does what may panic: a bug in a rule must cost one document, not the run.
pub(crate) fn guarded<T>(read: impl FnOnce() -> T) -> Result<T, DocumentError> {
    catch_unwind(AssertUnwindSafe(read)).map_err(|panic| {
        let words = panic.downcast_ref::<&str>().map(|words| (*words).to_owned()).or_else(|| panic.downcast_ref::<String>().cloned());
        DocumentError::Panicked(words.unwrap_or_else(|| String::from("no words")))
    })
}

/// Keeps a document's bytes. Losing them costs a later second reading, not this run.
fn keep_object(config: &Config, hash: &str, bytes: Option<Vec<u8>>) {
    let kept = bytes.map(|bytes| write::store_object(&config.output, hash, &bytes));
    match kept {
        Some(Ok(_)) => {}
        Some(Err(error)) => tracing::warn!({ fields::ERROR } = %chain(&error), "bytes not kept"),
        None => tracing::warn!("bytes not kept: the file changed while it was read"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_panic_becomes_an_error() {
        assert_eq!(guarded(|| 1).unwrap(), 1);
        let error = guarded(|| {
            if true {
                panic!("no number {}", 7)
            }
        })
        .unwrap_err();
        assert_eq!(error.to_string(), "extraction panicked: no number 7");
    }
}
