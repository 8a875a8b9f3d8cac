//! What a run did, in words or as JSON.

use gongbao_tables::RunRow;
use serde_json::{Value, json};
use std::fmt::{self, Write};
use std::path::PathBuf;

/// What a run did.
#[derive(Debug, Clone)]
pub struct Summary {
    /// The run as the ledger holds it.
    pub run: RunRow,
    /// The snapshot that holds the tables now, committed by this run or an earlier one.
    pub current: Option<PathBuf>,
    /// Documents whose rows were found.
    pub documents_read: u64,
    /// Documents whose content stands at another key.
    pub duplicates: u64,
    /// Documents that are gone.
    pub removed: u64,
    /// Files that were passed over: formats that this build does not read, links out of their folder.
    pub skipped: u64,
    /// Documents that wait for the next run, because this one was asked to end.
    pub not_begun: u64,
    /// Manifest lines whose document does not exist.
    pub manifest_lines_without_document: usize,
    /// Findings.
    pub findings: u64,
    /// Bytes of the documents that were read.
    pub bytes_extracted: u64,
    /// Newly quarantined documents: source, path, why.
    pub quarantined: Vec<(String, String, String)>,
    /// Documents that could not be reached, as above: what the tables hold of them stays, and the next run tries again.
    pub failed_documents: Vec<(String, String, String)>,
    /// Sources that could not be looked through.
    pub failed_sources: Vec<FailedSource>,
}

/// A source that could not be looked through, or not wholly.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FailedSource {
    /// Its name.
    pub name: String,
    /// Why.
    pub error: String,
    /// Whether the operator's own words are wrong: a manifest, a glob.
    pub is_configuration: bool,
}

/// An error and its causes in one line.
#[must_use]
pub fn chain(error: &dyn std::error::Error) -> String {
    let mut told = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        told = format!("{told}: {error}");
        cause = error.source();
    }
    told
}

impl Summary {
    /// Megabytes of documents read in a second of ingest and extraction; `None` where nothing was read.
    #[must_use]
    pub fn megabytes_per_second(&self) -> Option<f64> {
        let ms = self.run.ingest_ms + self.run.extract_ms + self.run.normalize_ms;
        // A run's bytes and milliseconds are far below 2^53.
        #[expect(clippy::cast_precision_loss, reason = "a rate for people")]
        (self.bytes_extracted > 0 && ms > 0).then(|| self.bytes_extracted as f64 / 1000.0 / ms as f64)
    }

    /// For scripts.
    #[must_use]
    pub fn to_json(&self) -> Value {
        let run = &self.run;
        json!({
            "run_id": run.run_id,
            "outcome": run.outcome.as_str(),
            "snapshot": run.snapshot,
            "current": self.current.as_ref().map(|path| path.display().to_string()),
            "documents": {
                "seen": run.documents_seen,
                "read": self.documents_read,
                "unchanged": run.documents_unchanged,
                "duplicate": self.duplicates,
                "quarantined": run.documents_quarantined,
                "failed": self.failed_documents.len(),
                "removed": self.removed,
                "skipped": self.skipped,
                "not_begun": self.not_begun,
            },
            "rows": { "indicators": run.observations, "investments": run.investments, "findings": self.findings },
            "quarantined": told(&self.quarantined),
            "failed_documents": told(&self.failed_documents),
            "failed_sources": self.failed_sources.iter().map(|failed| json!({ "source": failed.name, "error": failed.error })).collect::<Vec<_>>(),
            "ms": { "ingest": run.ingest_ms, "extract": run.extract_ms, "normalize": run.normalize_ms, "write": run.write_ms },
            "megabytes_per_second": self.megabytes_per_second(),
        })
    }
}

impl fmt::Display for Summary {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let run = &self.run;
        let mut documents = format!("{} seen: {} read, {} unchanged", run.documents_seen, self.documents_read, run.documents_unchanged);
        let rest = [
            (self.duplicates, "duplicate"),
            (run.documents_quarantined, "newly quarantined"),
            (u64::try_from(self.failed_documents.len()).unwrap_or(u64::MAX), "failed"),
            (self.removed, "removed"),
            (self.skipped, "skipped (other formats, links)"),
            (self.not_begun, "left to the next run"),
        ];
        for (count, name) in rest.into_iter().filter(|(count, _)| *count > 0) {
            write!(documents, ", {count} {name}")?;
        }
        writeln!(f, "documents  {documents}")?;
        if self.manifest_lines_without_document > 0 {
            writeln!(f, "manifest   {} without a document", counted(self.manifest_lines_without_document, "line"))?;
        }
        writeln!(f, "rows       {} indicators, {} investments, {} findings", run.observations, run.investments, self.findings)?;
        for (source, path, error) in &self.quarantined {
            writeln!(f, "quarantine {source}/{path}: {error}")?;
        }
        for (source, path, error) in &self.failed_documents {
            writeln!(f, "failed     {source}/{path}: {error}; the next run tries again")?;
        }
        for failed in &self.failed_sources {
            writeln!(f, "failed     source {}: {}", failed.name, failed.error)?;
        }
        let ms = [("ingest", run.ingest_ms), ("extract", run.extract_ms), ("normalize", run.normalize_ms), ("write", run.write_ms)];
        write!(f, "time       {}", ms.map(|(stage, ms)| format!("{stage} {ms} ms")).join(", "))?;
        match self.megabytes_per_second() {
            Some(rate) => writeln!(f, "; {rate:.1} MB/s")?,
            None => writeln!(f)?,
        }
        match (&run.snapshot, &self.current) {
            (Some(_), Some(path)) => write!(f, "snapshot   {}", path.display()),
            (None, Some(path)) => write!(f, "snapshot   nothing changed; {} stays", path.display()),
            (_, None) => write!(f, "snapshot   none: there are no documents"),
        }
    }
}

/// Documents with their errors, for scripts.
fn told(documents: &[(String, String, String)]) -> Vec<Value> {
    documents.iter().map(|(source, path, error)| json!({ "source": source, "path": path, "error": error })).collect()
}

/// `1 line`, `2 lines`.
#[must_use]
pub fn counted(count: usize, noun: &str) -> String {
    format!("{count} {noun}{}", if count == 1 { "" } else { "s" })
}
