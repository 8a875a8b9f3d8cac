//! The run that made a snapshot, as its manifest tells it.

use chrono::{DateTime, SecondsFormat, Utc};
use gongbao_tables::{RunOutcome, RunRow, Trigger};
use serde::{Deserialize, Serialize};

/// A row of `runs` in JSON, so that a ledger that was not told of the run can learn it. Fields that an earlier version did
/// not write are empty.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
#[expect(missing_docs, reason = "the fields are those of `RunRow`")]
pub struct RunRecord {
    pub run_id: String,
    pub trigger: String,
    pub scheduled_for: Option<String>,
    pub started_at: String,
    pub finished_at: String,
    pub outcome: String,
    pub documents_seen: u64,
    pub documents_new: u64,
    pub documents_unchanged: u64,
    pub documents_quarantined: u64,
    pub observations: u64,
    pub investments: u64,
    pub bytes_read: u64,
    pub ingest_ms: u64,
    pub extract_ms: u64,
    pub normalize_ms: u64,
    pub write_ms: u64,
    pub version: String,
    pub config_hash: String,
    pub snapshot: Option<String>,
}

impl From<&RunRow> for RunRecord {
    fn from(run: &RunRow) -> Self {
        Self {
            run_id: run.run_id.clone(),
            trigger: run.trigger.as_str().to_owned(),
            scheduled_for: run.scheduled_for.map(written),
            started_at: written(run.started_at),
            finished_at: written(run.finished_at),
            outcome: run.outcome.as_str().to_owned(),
            documents_seen: run.documents_seen,
            documents_new: run.documents_new,
            documents_unchanged: run.documents_unchanged,
            documents_quarantined: run.documents_quarantined,
            observations: run.observations,
            investments: run.investments,
            bytes_read: run.bytes_read,
            ingest_ms: run.ingest_ms,
            extract_ms: run.extract_ms,
            normalize_ms: run.normalize_ms,
            write_ms: run.write_ms,
            version: run.version.clone(),
            config_hash: run.config_hash.clone(),
            snapshot: run.snapshot.clone(),
        }
    }
}

impl RunRecord {
    /// The row; the word that is unknown is the error.
    pub(super) fn row(&self) -> Result<RunRow, String> {
        Ok(RunRow {
            run_id: self.run_id.clone(),
            trigger: Trigger::parse(&self.trigger).ok_or_else(|| self.trigger.clone())?,
            scheduled_for: self.scheduled_for.as_deref().and_then(time),
            started_at: time(&self.started_at).unwrap_or_default(),
            finished_at: time(&self.finished_at).unwrap_or_default(),
            outcome: RunOutcome::parse(&self.outcome).ok_or_else(|| self.outcome.clone())?,
            documents_seen: self.documents_seen,
            documents_new: self.documents_new,
            documents_unchanged: self.documents_unchanged,
            documents_quarantined: self.documents_quarantined,
            observations: self.observations,
            investments: self.investments,
            bytes_read: self.bytes_read,
            ingest_ms: self.ingest_ms,
            extract_ms: self.extract_ms,
            normalize_ms: self.normalize_ms,
            write_ms: self.write_ms,
            version: self.version.clone(),
            config_hash: self.config_hash.clone(),
            snapshot: self.snapshot.clone(),
        })
    }
}

/// A time as manifests hold it.
pub(super) fn written(time: DateTime<Utc>) -> String {
    time.to_rfc3339_opts(SecondsFormat::Micros, true)
}

fn time(written: &str) -> Option<DateTime<Utc>> {
    DateTime::parse_from_rfc3339(written).ok().map(|time| time.to_utc())
}
