use arrow::array::{Array, AsArray};
use arrow::datatypes::{Decimal128Type, Int32Type};
use chrono::{NaiveDate, TimeZone, Utc};
use gongbao_core::model::{Bound, Event, FindingKind, Measure, PublishedBasis, Status};

use super::*;
use crate::rows::DocumentStatus;

fn observation(text: &str, written: &str, indicator: &str) -> Observation {
    let start = text.find(written).unwrap();
    Observation {
        span: start..start + written.len(),
        value_text: "1.35".to_owned(),
        unit_text: "万亿元".to_owned(),
        indicator_code: None,
        indicator: indicator.to_owned(),
        indicator_text: indicator.to_owned(),
        entity: None,
        measure: Measure::Level,
        value: "1350000000000".parse().unwrap(),
        value_high: None,
        unit: "CNY".to_owned(),
        bound: Bound::Eq,
        status: Status::Actual,
        price_basis: None,
        revision: None,
        baseline: None,
        period: ReferencePeriod::default(),
        area: None,
        evidence: 0..text.len(),
        page: None,
        rule: "level",
        confidence: 900,
        flags: vec!["unknown_indicator"],
    }
}

fn document() -> DocumentRow {
    let text = "𠮷市总产值达1.35万亿元。".to_owned();
    let observations = vec![observation(&text, "1.35万亿元", "总产值"), observation(&text, "1.35万亿元", "总产值")];
    let span = observations[0].span.clone();
    let finding = Finding {
        kind: FindingKind::UnknownIndicator,
        message: "not in the catalogue".to_owned(),
        span,
        evidence: 0..text.len(),
        page: None,
        related: vec![1],
    };
    let investment = Investment {
        event: Event::Signed,
        project: None,
        project_key: None,
        investors: vec!["甲公司".to_owned(), "乙公司".to_owned()],
        investor_type: None,
        project_count: None,
        amount: Some("1350000000000".parse().unwrap()),
        amount_text: Some("1.35万亿元".to_owned()),
        currency: Some("CNY".to_owned()),
        min_amount: None,
        bound: Bound::Eq,
        status: Status::Actual,
        sectors: Vec::new(),
        observations: vec![0, 1],
        period: ReferencePeriod::default(),
        area: None,
        span: 0..4,
        evidence: 0..text.len(),
        page: Some(2),
        rule: "investment",
        confidence: 500,
        flags: Vec::new(),
    };
    let published = NaiveDate::from_ymd_opt(2024, 10, 18);
    DocumentRow {
        document_id: "d".to_owned(),
        content_hash: None,
        duplicate_of: None,
        source: "stats".to_owned(),
        path: "a.txt".to_owned(),
        title: None,
        published,
        published_basis: PublishedBasis::Manifest,
        area: None,
        format: "txt".to_owned(),
        bytes: 40,
        pages: None,
        text,
        status: DocumentStatus::Ok,
        error: None,
        reading: Some(Reading {
            title: None,
            published,
            published_basis: PublishedBasis::Manifest,
            area: None,
            observations,
            investments: vec![investment],
            findings: vec![finding],
        }),
        run_id: "r".to_owned(),
        ingested_at: Utc.timestamp_opt(0, 0).unwrap(),
        extractor_version: "1".to_owned(),
        lexicon_version: "1".to_owned(),
    }
}

fn texts(batch: &RecordBatch, column: &str) -> Vec<String> {
    let array = batch.column_by_name(column).unwrap().as_string::<i32>();
    array.iter().map(|text| text.unwrap_or("null").to_owned()).collect()
}

#[test]
fn spans_are_counted_in_characters() {
    let document = document();
    let batches = DocumentBatches::of(&[&document]).unwrap();
    let int = |column: &str| batches.indicators.column_by_name(column).unwrap().as_primitive::<Int32Type>().value(0);
    assert_eq!((int("char_start"), int("char_end"), int("published_year")), (6, 13, 2024));
    let cut: String = document.text.chars().skip(6).take(7).collect();
    assert_eq!(cut, "1.35万亿元");
    assert_eq!(texts(&batches.indicators, "evidence"), [document.text.as_str(), document.text.as_str()]);
    assert_eq!(texts(&batches.findings, "text"), ["1.35万亿元"]);
    assert_eq!(batches.indicators.column_by_name("value").unwrap().as_primitive::<Decimal128Type>().value_as_string(0), "1350000000000.000000000");
}

#[test]
fn ids_are_stable_and_tell_equal_rows_apart() {
    let document = document();
    let first = DocumentBatches::of(&[&document]).unwrap();
    let again = DocumentBatches::of(&[&DocumentRow { run_id: "s".to_owned(), ..document.clone() }]).unwrap();
    let ids = texts(&first.indicators, "observation_id");
    assert_eq!(ids, texts(&again.indicators, "observation_id"));
    assert_ne!(ids[0], ids[1]);
    let related = first.findings.column_by_name("related").unwrap().as_list::<i32>().value(0);
    let second = Ids::of("d", document.reading.as_ref().unwrap(), &CharOffsets::of(&document.text)).observations[1].clone();
    assert_eq!(related.as_string::<i32>().value(0), second);
}

#[test]
fn investments_name_their_observations() {
    let document = document();
    let batches = DocumentBatches::of(&[&document]).unwrap();
    let list = |column: &str| batches.investments.column_by_name(column).unwrap().as_list::<i32>().value(0);
    let ids: Vec<_> = list("observation_ids").as_string::<i32>().iter().flatten().map(str::to_owned).collect();
    let mut known = texts(&batches.indicators, "observation_id");
    known.sort_by_key(|id| ids.iter().position(|named| named == id));
    assert_eq!(ids, known);
    assert_eq!(list("investors").as_string::<i32>().iter().flatten().collect::<Vec<_>>(), ["甲公司", "乙公司"]);
    let int = |column: &str| batches.investments.column_by_name(column).unwrap().as_primitive::<Int32Type>().value(0);
    assert_eq!((int("char_start"), int("char_end"), int("page")), (0, 1, 2));
}

#[test]
fn no_documents_give_empty_batches() {
    let batches = DocumentBatches::of(&[]).unwrap();
    for table in Table::OF_DOCUMENTS {
        assert_eq!(batches.get(table).map(RecordBatch::num_rows), Some(0));
    }
    assert_eq!(runs(&[]).unwrap().num_rows(), 0);
    assert!(texts(&batches.documents, "path").is_empty());
    assert!(batches.documents.column(0).is_empty());
}
