//! Rows that do not come from the core: documents and runs.

use chrono::{DateTime, NaiveDate, Utc};
use gongbao_core::model::{PublishedBasis, Reading, ReferenceArea};

/// What became of a document.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum DocumentStatus {
    /// Rows were found.
    Ok,
    /// Nothing was found.
    Empty,
    /// The same content stands at another key.
    Duplicate,
    /// It could not be read.
    Quarantined,
}

/// One document that a run took in, with its rows.
#[derive(Debug, Clone)]
pub struct DocumentRow {
    /// Hex of BLAKE3-128 over source, path and content hash.
    pub document_id: String,
    /// Hex of BLAKE3-256 over the bytes as fetched.
    pub content_hash: Option<String>,
    /// `document_id` with the same content.
    pub duplicate_of: Option<String>,
    /// Name of the source in the configuration.
    pub source: String,
    /// Path relative to the source's root, or URL.
    pub path: String,
    /// Title.
    pub title: Option<String>,
    /// Publication date.
    pub published: Option<NaiveDate>,
    /// Where the date was taken from.
    pub published_basis: PublishedBasis,
    /// Default reference area.
    pub area: Option<ReferenceArea>,
    /// `txt`, `md` …
    pub format: String,
    /// Bytes as fetched.
    pub bytes: u64,
    /// Pages, where the format has them.
    pub pages: Option<u32>,
    /// The text into which all spans point.
    pub text: String,
    /// What became of it.
    pub status: DocumentStatus,
    /// Why it was quarantined.
    pub error: Option<String>,
    /// What was read in it; none for duplicates and quarantined documents.
    pub reading: Option<Reading>,
    /// Run that took it in.
    pub run_id: String,
    /// When it was taken in.
    pub ingested_at: DateTime<Utc>,
    /// Version of the rules.
    pub extractor_version: String,
    /// Version of the word lists.
    pub lexicon_version: String,
}

/// What started a run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Trigger {
    /// A person or cron.
    Manual,
    /// The schedule.
    Schedule,
    /// A tick missed while the service was down.
    CatchUp,
    /// An operator repeating old documents.
    Backfill,
    /// An operator repeating quarantined documents.
    Replay,
}

/// How a run ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RunOutcome {
    /// Every document was read.
    Ok,
    /// Some documents were quarantined.
    Partial,
    /// Nothing was committed.
    Failed,
}

/// One run.
#[derive(Debug, Clone)]
pub struct RunRow {
    /// Id of the run.
    pub run_id: String,
    /// What started it.
    pub trigger: Trigger,
    /// The tick it answers.
    pub scheduled_for: Option<DateTime<Utc>>,
    /// Start.
    pub started_at: DateTime<Utc>,
    /// End.
    pub finished_at: DateTime<Utc>,
    /// How it ended.
    pub outcome: RunOutcome,
    /// Documents looked at.
    pub documents_seen: u64,
    /// Documents read.
    pub documents_new: u64,
    /// Documents already known.
    pub documents_unchanged: u64,
    /// Documents newly quarantined.
    pub documents_quarantined: u64,
    /// Observations found.
    pub observations: u64,
    /// Investments found.
    pub investments: u64,
    /// Bytes read.
    pub bytes_read: u64,
    /// Milliseconds by the clock in `ingest`.
    pub ingest_ms: u64,
    /// Milliseconds in `text` and `extract`: their part of the time in which documents went through the core.
    pub extract_ms: u64,
    /// Milliseconds in `normalize`: the other part.
    pub normalize_ms: u64,
    /// Milliseconds in `write`.
    pub write_ms: u64,
    /// Version of the program.
    pub version: String,
    /// Hash of the configuration.
    pub config_hash: String,
    /// Snapshot that it committed.
    pub snapshot: Option<String>,
}

/// Gives the members of an enum their written forms.
macro_rules! written {
    ($name:ident { $($member:ident => $text:literal),+ $(,)? }) => {
        impl $name {
            /// All members, in the order of declaration.
            pub const ALL: &'static [Self] = &[$(Self::$member),+];

            /// The written form, as the tables and the ledger hold it.
            #[must_use]
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$member => $text),+ }
            }

            /// Reads the written form; anything else is `None`.
            #[must_use]
            pub fn parse(text: &str) -> Option<Self> {
                match text { $($text => Some(Self::$member),)+ _ => None }
            }
        }
    };
}

written! { DocumentStatus { Ok => "ok", Empty => "empty", Duplicate => "duplicate", Quarantined => "quarantined" } }
written! { Trigger { Manual => "manual", Schedule => "schedule", CatchUp => "catch_up", Backfill => "backfill", Replay => "replay" } }
written! { RunOutcome { Ok => "ok", Partial => "partial", Failed => "failed" } }
