//! Documents for the tests of this room.

use chrono::{DateTime, NaiveDate, Utc};
use gongbao_core::model::{
    Bound, Decimal, Finding, FindingKind, Frequency, Measure, Observation, PublishedBasis, Reading, ReferenceArea, ReferencePeriod, Status,
};
use gongbao_tables::{DocumentBatches, DocumentRow, DocumentStatus, RunOutcome, RunRow, Trigger, content_hash, document_id};

/// A day, or none.
pub(crate) fn day(written: &str) -> Option<NaiveDate> {
    written.parse().ok()
}

/// A time so many hours after some start.
pub(crate) fn hour(hours: i64) -> DateTime<Utc> {
    DateTime::from_timestamp(1_700_000_000 + hours * 3600, 0).unwrap()
}

/// A run that ended at an hour.
pub(crate) fn run(hours: i64) -> RunRow {
    RunRow {
        run_id: format!("run-{hours}"),
        trigger: Trigger::Manual,
        scheduled_for: None,
        started_at: hour(hours),
        finished_at: hour(hours),
        outcome: RunOutcome::Ok,
        documents_seen: 1,
        documents_new: 1,
        documents_unchanged: 0,
        documents_quarantined: 0,
        observations: 1,
        investments: 0,
        bytes_read: 10,
        ingest_ms: 1,
        extract_ms: 2,
        normalize_ms: 3,
        write_ms: 4,
        version: "0.1.0".to_owned(),
        config_hash: "c".to_owned(),
        snapshot: None,
    }
}

/// Gross product of 2023 in billions as printed, in an area.
pub(crate) fn gdp(area: &str, printed: &str) -> Observation {
    let value: Decimal = printed.parse().unwrap();
    Observation {
        span: 0..3,
        value_text: printed.to_owned(),
        unit_text: "十亿元".to_owned(),
        indicator_code: Some("gdp".to_owned()),
        indicator: "地区生产总值".to_owned(),
        indicator_text: "GDP".to_owned(),
        entity: None,
        measure: Measure::Level,
        value: value * Decimal::from(1_000_000_000),
        value_high: None,
        unit: "CNY".to_owned(),
        bound: Bound::Eq,
        status: Status::Actual,
        price_basis: None,
        revision: None,
        baseline: None,
        period: ReferencePeriod { start: day("2023-01-01"), end: day("2023-12-31"), frequency: Some(Frequency::Annual), text: None },
        area: Some(ReferenceArea { code: Some(area.to_owned()), name: format!("area {area}") }),
        evidence: 0..6,
        page: Some(1),
        rule: "level",
        confidence: 900,
        flags: vec!["period_inferred"],
    }
}

/// A document of the source `stats` with these observations, taken in by a run.
pub(crate) fn document(path: &str, published: &str, observations: Vec<Observation>, run_id: &str) -> DocumentRow {
    let published = day(published);
    let hash = content_hash(format!("{path} {observations:?}").as_bytes());
    let finding = Finding { kind: FindingKind::Masked, message: "masked".to_owned(), span: 3..6, evidence: 0..6, page: None, related: vec![0] };
    DocumentRow {
        document_id: document_id("stats", path, Some(&hash)),
        content_hash: Some(hash),
        duplicate_of: None,
        source: "stats".to_owned(),
        path: path.to_owned(),
        title: Some("公报".to_owned()),
        published,
        published_basis: PublishedBasis::Manifest,
        area: None,
        format: "txt".to_owned(),
        bytes: 6,
        pages: None,
        text: "公报".to_owned(),
        status: DocumentStatus::Ok,
        error: None,
        reading: Some(Reading {
            title: None,
            published,
            published_basis: PublishedBasis::Manifest,
            area: None,
            observations,
            investments: Vec::new(),
            findings: vec![finding],
        }),
        run_id: run_id.to_owned(),
        ingested_at: hour(0),
        extractor_version: "1".to_owned(),
        lexicon_version: "1".to_owned(),
    }
}

/// Rows of two documents.
pub(crate) fn batches() -> DocumentBatches {
    let first = document("a.txt", "2024-02-01", vec![gdp("420107", "1.35"), gdp("420100", "2.5")], "r");
    let second = document("b.txt", "", vec![gdp("360000", "3")], "r");
    DocumentBatches::of(&[&first, &second]).unwrap()
}
