//! The series: every point of an indicator in an area once, whatever number of documents tell it.
//!
//! Made with Polars from all observations of a group of areas (a province, by the first two digits of the area's code),
//! so that a run makes only the groups anew that it touched.

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;
use std::sync::Arc;

use arrow::array::{Array, ArrayRef, AsArray, BooleanArray, Date32Array, Decimal128Array, RecordBatch};
use arrow::compute::{concat_batches, filter_record_batch};
use arrow::datatypes::{DataType, Date32Type, Decimal128Type, Field, Schema};
use gongbao_tables::{DECIMAL, Table, align, sort};
use polars::prelude::{Expr, IntoLazy, SortMultipleOptions, SortOptions, col, lit};

use super::known::Texts;
use super::plan::columns;
use super::{WriteError, table_file};
use crate::frame;

/// The columns that tell one point from another.
const KEY: [&str; 14] = [
    "area_code",
    "area",
    "indicator_code",
    "indicator",
    "entity",
    "measure",
    "baseline",
    "price_basis",
    "unit",
    "period_start",
    "period_end",
    "frequency",
    "status",
    "bound",
];
/// What else is read of an observation.
const ALSO: [&str; 7] = ["value", "value_double", "value_text", "revision", "confidence", "document_id", "char_start"];
/// The group of areas without a code.
const NO_CODE: &str = "00";

/// The groups to which the observations of a batch belong.
pub(super) fn groups(indicators: &RecordBatch) -> Result<BTreeSet<String>, WriteError> {
    let codes = Texts::of(Table::Indicators, indicators, "area_code")?;
    Ok(codes.iter().map(|code| group_of(code).to_owned()).collect())
}

/// Makes the series of some groups from all observations.
///
/// An observation without an area or without a period belongs to no series.
///
/// - Shape: the files of `indicators` and `documents`, the groups; sorted rows of `series` for each group that has any.
/// - Errors: `Io`, `Parquet`, `Columns`, `Series`.
pub(super) fn of(indicators: &[PathBuf], documents: &[PathBuf], wanted: &BTreeSet<String>) -> Result<Vec<(String, RecordBatch)>, WriteError> {
    let published = published(documents)?;
    let mut observed: BTreeMap<&str, Vec<RecordBatch>> = BTreeMap::new();
    let names: Vec<_> = KEY.into_iter().chain(ALSO).collect();
    for path in indicators {
        let batch = table_file::read_columns(path, &names)?;
        let codes = Texts::of(Table::Indicators, &batch, "area_code")?;
        let areas = Texts::of(Table::Indicators, &batch, "area")?;
        let starts = batch.column_by_name("period_start").map(|column| column.logical_nulls());
        let is_dated = |row| starts.as_ref().is_some_and(|nulls| nulls.as_ref().is_none_or(|nulls| nulls.is_valid(row)));
        let present: BTreeSet<&str> = codes.iter().map(group_of).collect();
        for group in wanted.iter().filter(|group| present.contains(group.as_str())) {
            let belongs = codes.iter().zip(areas.iter()).enumerate();
            let belongs: BooleanArray = belongs.map(|(row, (code, area))| Some(group_of(code) == group && area.is_some() && is_dated(row))).collect();
            let part = filter_record_batch(&batch, &belongs).map_err(columns(Table::Indicators))?;
            if part.num_rows() > 0 {
                observed.entry(group).or_default().push(part);
            }
        }
    }
    let made = observed.into_iter().map(|(group, parts)| {
        let schema = parts.first().map_or_else(|| Table::Indicators.schema(), RecordBatch::schema);
        let batch = concat_batches(&schema, &parts).map_err(columns(Table::Indicators))?;
        Ok((group.to_owned(), points(&batch, &published)?))
    });
    made.collect()
}

/// The group of an area's code: its province.
fn group_of(code: Option<&str>) -> &str {
    code.and_then(|code| code.get(..2)).filter(|group| group.bytes().all(|byte| byte.is_ascii_digit())).unwrap_or(NO_CODE)
}

/// When each document was published, in days since 1970.
fn published(documents: &[PathBuf]) -> Result<BTreeMap<String, i32>, WriteError> {
    let mut published = BTreeMap::new();
    for path in documents {
        let batch = table_file::read_columns(path, &["document_id", "published"])?;
        let ids = Texts::of(Table::Documents, &batch, "document_id")?;
        if let Some(days) = batch.column_by_name("published").and_then(|column| column.as_primitive_opt::<Date32Type>()) {
            let told = ids.iter().zip(days).filter_map(|(id, day)| Some((id?.to_owned(), day?)));
            published.extend(told);
        }
    }
    Ok(published)
}

/// One row for every point. The value is that of the newest document; of several there, that of the surest observation.
fn points(observations: &RecordBatch, published: &BTreeMap<String, i32>) -> Result<RecordBatch, WriteError> {
    let failed = |source| WriteError::Series { source };
    let prepared = prepare(observations, published)?;
    let frame = frame::to_polars(&prepared).map_err(failed)?;
    let newest =
        SortMultipleOptions::default().with_order_descending_multi([true, true, false, false]).with_nulls_last(true).with_maintain_order(true);
    let points = frame
        .lazy()
        .sort_by_exprs([col("published"), col("confidence"), col("document_id"), col("char_start")], newest)
        .group_by_stable(KEY.map(col))
        .agg([
            col("value").first(),
            col("value_double").first(),
            col("revision").first(),
            col("document_id").n_unique().alias("n_documents"),
            col("value").min().alias("value_min"),
            col("value").max().alias("value_max"),
            disagree(col("is_final").not()).or(disagree(col("is_final"))).alias("conflict"),
            col("document_id").unique().sort(SortOptions::default()).alias("document_ids"),
            col("published").first(),
        ])
        .collect()
        .map_err(failed)?;
    let points = frame::to_arrow(&points).map_err(columns(Table::Series))?;
    align(Table::Series, &points).and_then(|points| sort(Table::Series, &points)).map_err(columns(Table::Series))
}

/// Whether two documents or more tell values of which no single figure could be the rounding.
fn disagree(of: Expr) -> Expr {
    let apart = col("low").filter(of.clone()).max().gt(col("high").filter(of.clone()).min());
    apart.fill_null(lit(false)).and(col("document_id").filter(of).n_unique().gt(lit(1)))
}

/// Adds what the points are made with: `published`; `low` and `high`, between which the figure lies whose rounding was
/// printed, null where the value is only a bound; `is_final`, which sets final and revised figures apart from first ones.
fn prepare(observations: &RecordBatch, published: &BTreeMap<String, i32>) -> Result<RecordBatch, WriteError> {
    let failed = columns(Table::Indicators);
    let ids = Texts::of(Table::Indicators, observations, "document_id")?;
    let written = Texts::of(Table::Indicators, observations, "value_text")?;
    let bounds = Texts::of(Table::Indicators, observations, "bound")?;
    let revisions = Texts::of(Table::Indicators, observations, "revision")?;
    let days: Date32Array = ids.iter().map(|id| id.and_then(|id| published.get(id)).copied()).collect();
    let is_final: BooleanArray = revisions.iter().map(|revision| Some(matches!(revision, Some("final" | "revised")))).collect();
    let values = observations.column_by_name("value").and_then(|column| column.as_primitive_opt::<Decimal128Type>());
    let (mut low, mut high) = (Vec::new(), Vec::new());
    for (row, value) in values.into_iter().flatten().enumerate() {
        let step = value.map(|value| step(value, written.text(row).unwrap_or_default()));
        let reach = match bounds.text(row) {
            // Less than half a step, so that neighbours of one precision stay apart.
            Some("eq") => step.map(|step| (step / 2 - 1).max(0)),
            Some("approx") => step,
            _ => None,
        };
        low.push(value.zip(reach).map(|(value, reach)| value - reach));
        high.push(value.zip(reach).map(|(value, reach)| value + reach));
    }
    let (precision, scale) = DECIMAL;
    let exact = |units: Vec<Option<i128>>| Decimal128Array::from(units).with_precision_and_scale(precision, scale).map_err(&failed);
    let added: [(&str, ArrayRef); 4] =
        [("published", Arc::new(days)), ("is_final", Arc::new(is_final)), ("low", Arc::new(exact(low)?)), ("high", Arc::new(exact(high)?))];
    let schema = observations.schema();
    let mut fields: Vec<_> = schema.fields().iter().cloned().collect();
    let mut arrays = observations.columns().to_vec();
    for (name, array) in added {
        let data_type: DataType = array.data_type().clone();
        fields.push(Arc::new(Field::new(name, data_type, true)));
        arrays.push(array);
    }
    RecordBatch::try_new(Arc::new(Schema::new(fields)), arrays).map_err(&failed)
}

/// What one unit of the last printed digit is worth: 10⁸ for 「1.35」 (billions) that means 1,350,000,000 … in 10⁻⁹ as the value is.
///
/// All digits printed, taken as one whole number, count such steps. Where the wording is no plain number, the zeros at
/// the value's end are taken for rounding.
fn step(value: i128, written: &str) -> i128 {
    let value = value.saturating_abs();
    let is_plain = written.chars().all(|c| c.is_ascii_digit() || matches!(c, '.' | ',' | '-' | '+' | '%'));
    let digits: String = written.chars().filter(char::is_ascii_digit).collect();
    match digits.parse::<i128>() {
        Ok(steps) if is_plain && steps > 0 && value % steps == 0 => value / steps,
        _ if value == 0 => 0,
        _ => std::iter::successors(Some(1_i128), |step| step.checked_mul(10)).take_while(|step| value % step == 0).last().unwrap_or(1),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn steps_are_worth_the_last_printed_digit() {
        let billion = 1_000_000_000_000_000_000;
        assert_eq!(step(1_350_000_000_000_000_000, "1.35"), billion / 100);
        assert_eq!(step(1_350_000_000_000_000_000, "1.350"), billion / 1000);
        assert_eq!(step(-1_350_000_000_000_000_000, "1,350"), billion / 1000);
        assert_eq!(step(20_000_000_000, "二十"), 10_000_000_000);
        assert_eq!(step(0, "0.0"), 0);
    }

    #[test]
    fn groups_are_provinces() {
        assert_eq!([Some("420107"), Some("x"), None].map(group_of), ["42", "00", "00"]);
    }
}
