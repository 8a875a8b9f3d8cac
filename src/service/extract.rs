//! The second stage: each document goes through the core, all of them in parallel, and becomes a row with its reading.
//! How long the core took to find wording and how long to give it meaning is told apart.
//!
//! A document that fails is quarantined with its cause; its siblings do not notice.

use crate::config::Config;
use crate::ingest::{self, Arrival, Candidate, Content, Context, Decision, DocumentError, Parser};
use crate::observe::{Progress, chain, fields};
use crate::stop::Stop;
use crate::write;
use chrono::{DateTime, Utc};
use gongbao_core::lexicon::Lexicon;
use gongbao_core::model::{Document, PartialDate, PublishedBasis, Reading};
use gongbao_core::{normalize, text};
use gongbao_read::Text;
use gongbao_tables::{DocumentRow, DocumentStatus};
use rayon::prelude::*;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::time::{Duration, Instant};

/// Where rows come from, as far as a run knows.
#[derive(Clone, Copy)]
pub(crate) struct Provenance<'a> {
    pub(crate) run_id: &'a str,
    pub(crate) ingested_at: DateTime<Utc>,
    pub(crate) lexicon: &'a Lexicon,
}

/// How long the documents of this stage took, added up over all threads.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Busy {
    all: Duration,
    normalizing: Duration,
}

impl Busy {
    /// Parts the milliseconds that the stage took by the clock into those of extraction and those of normalization.
    pub(crate) fn part(self, ms: u64) -> (u64, u64) {
        let share = u128::from(ms) * self.normalizing.as_nanos();
        let normalizing = share.checked_div(self.all.as_nanos()).and_then(|ms| u64::try_from(ms).ok()).unwrap_or_default().min(ms);
        (ms - normalizing, normalizing)
    }

    fn and(self, other: Self) -> Self {
        Self { all: self.all + other.all, normalizing: self.normalizing + other.normalizing }
    }
}

/// Reads all documents in parallel; rows come back in the order of the keys. When it is asked to stop, documents that are not
/// begun are left out, as if they had not been seen.
pub(crate) fn extract(
    work: Vec<(Arrival, Decision)>,
    provenance: Provenance<'_>,
    config: &Config,
    parser: &Parser,
    threads: &rayon::ThreadPool,
    stop: &Stop,
    progress: Progress,
) -> (Vec<DocumentRow>, Busy) {
    let bar = progress.bar("extract", work.len());
    let parent = tracing::Span::current();
    let one = |(arrival, decision): (Arrival, Decision)| {
        if stop.is_asked() {
            return None;
        }
        let id = arrival.document_id();
        let path = &arrival.candidate.path;
        let span = tracing::error_span!(parent: &parent, "document", { fields::DOCUMENT_ID } = %id, { fields::DOCUMENT_PATH } = %path);
        let start = Instant::now();
        let (row, normalizing) = span.in_scope(|| document_row(arrival, decision, provenance, config, parser));
        bar.inc(1);
        Some((row, Busy { all: start.elapsed(), normalizing }))
    };
    let (rows, busy): (Vec<_>, Vec<_>) = threads.install(|| work.into_par_iter().filter_map(one).unzip());
    bar.finish_and_clear();
    (rows, busy.into_iter().fold(Busy::default(), Busy::and))
}

/// One document with all that is found in it, and how long normalization took.
fn document_row(arrival: Arrival, decision: Decision, provenance: Provenance<'_>, config: &Config, parser: &Parser) -> (DocumentRow, Duration) {
    let mut normalizing = Duration::ZERO;
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
        format: arrival.candidate.format().map_or_else(|| arrival.candidate.extension.clone(), |format| format.as_str().to_owned()),
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
        keep_object(config, &hash, fetch_again(parser, &arrival.candidate, &hash));
    }
    match (arrival.content, decision) {
        (_, Decision::Duplicate(original)) => row.duplicate_of = Some(original),
        (Content::Failed(error), _) => {
            if row.content_hash.is_some() {
                keep_object(config, &hash, fetch_again(parser, &arrival.candidate, &hash));
            }
            quarantine(&mut row, &error);
        }
        (Content::Text(text), _) => {
            let context = arrival.candidate.context.clone();
            let is_told = context.published.is_some();
            row.pages = text.pages;
            let encoding = text.encoding.clone();
            let document = document(text, context);
            match guarded(|| read(&document, provenance.lexicon)) {
                Ok((reading, took)) => {
                    normalizing = took;
                    let found = (reading.observations.len(), reading.investments.len());
                    row.title = reading.title.clone().or(row.title);
                    row.published = reading.published.or(row.published);
                    row.published_basis = match reading.published_basis {
                        PublishedBasis::Manifest if !is_told => PublishedBasis::Metadata,
                        basis => basis,
                    };
                    row.area = reading.area.clone();
                    row.status = if found == (0, 0) { DocumentStatus::Empty } else { DocumentStatus::Ok };
                    row.reading = Some(reading);
                    tracing::debug!(
                        { fields::DOCUMENT_ENCODING } = encoding,
                        { fields::OBSERVATIONS } = found.0,
                        { fields::INVESTMENTS } = found.1,
                        "read"
                    );
                }
                Err(error) => {
                    keep_object(config, &hash, fetch_again(parser, &arrival.candidate, &hash));
                    quarantine(&mut row, &error);
                }
            }
            row.text = document.text;
        }
        (Content::Known, _) => {}
    }
    (row, normalizing)
}

/// What goes into the core: what the operator told counts before what the format tells.
pub(crate) fn document(text: Text, context: Context) -> Document {
    let (title, published) = (context.title.or(text.title), context.published.or(text.published));
    Document { text: text.text, blocks: text.blocks, title, published, area: context.area }
}

/// Reads a document as [`gongbao_core::read`] does, and tells how long normalization took.
fn read(document: &Document, lexicon: &Lexicon) -> (Reading, Duration) {
    let prepared = text::prepare(document);
    let extracted = gongbao_core::extract::extract(&prepared, document, lexicon);
    let start = Instant::now();
    let reading = normalize::normalize(&prepared, document, extracted, lexicon);
    (reading, start.elapsed())
}

/// The bytes once more, unless they have changed.
fn fetch_again(parser: &Parser, candidate: &Candidate, hash: &str) -> Option<Vec<u8>> {
    ingest::read(parser, candidate, u64::MAX - 1).1.ok().filter(|bytes| gongbao_tables::content_hash(bytes) == hash)
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
    fn documents_are_read_as_the_core_reads_them() {
        let lexicon = Lexicon::builtin().unwrap();
        let text = String::from("2023年，全市地区生产总值5420.6亿元，增长6.3%。新签约项目46个，计划总投资182亿元。");
        let document = Document { text, area: Some(String::from("420500")), ..Document::default() };
        let (reading, _) = read(&document, &lexicon);
        assert!(!reading.observations.is_empty());
        assert_eq!(reading, gongbao_core::read(&document, &lexicon));
    }

    #[test]
    fn the_time_of_the_stage_is_parted_and_none_is_lost() {
        let ms = Duration::from_millis;
        assert_eq!(Busy { all: ms(400), normalizing: ms(100) }.part(100), (75, 25));
        assert_eq!(Busy { all: ms(3), normalizing: ms(1) }.part(10), (7, 3));
        assert_eq!(Busy::default().part(5), (5, 0));
        assert_eq!(Busy { all: ms(1), normalizing: ms(1) }.and(Busy { all: ms(1), normalizing: ms(0) }).part(8), (4, 4));
    }

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
