//! Columns from values, and batches from columns.

use std::sync::Arc;

use arrow::array::{
    ArrayRef, Date32Array, Decimal128Array, DictionaryArray, Float64Array, Int32Array, Int64Array, ListBuilder, RecordBatch, StringArray,
    StringBuilder, TimestampMicrosecondArray, new_null_array,
};
use arrow::compute::{SortColumn, SortOptions, cast, lexsort_to_indices, take_record_batch};
use arrow::datatypes::{Date32Type, Int32Type};
use arrow::error::ArrowError;
use chrono::{DateTime, NaiveDate, Utc};
use rust_decimal::{Decimal, RoundingStrategy};

use crate::schema::{DECIMAL, Table};

/// Puts columns into the order and types of a table.
///
/// Columns that the table lacks are dropped; columns that may be null and are missing become null, so that files of an
/// older minor version can be read.
///
/// - Errors: a column is missing that always has a value, or cannot be cast.
pub fn align(table: Table, batch: &RecordBatch) -> Result<RecordBatch, ArrowError> {
    let schema = table.schema();
    let columns = schema.fields().iter().map(|field| match batch.column_by_name(field.name()) {
        Some(column) if column.data_type() == field.data_type() => Ok(Arc::clone(column)),
        Some(column) => cast(column, field.data_type()),
        None => Ok(new_null_array(field.data_type(), batch.num_rows())),
    });
    let columns = columns.collect::<Result<Vec<_>, _>>()?;
    RecordBatch::try_new(schema, columns)
}

/// Sorts rows by [`Table::order`], nulls first: the order no longer depends on who made the rows when.
pub fn sort(table: Table, batch: &RecordBatch) -> Result<RecordBatch, ArrowError> {
    let options = Some(SortOptions { descending: false, nulls_first: true });
    let columns = table.order().iter().filter_map(|name| batch.column_by_name(name));
    let columns: Vec<_> = columns.map(|values| SortColumn { values: Arc::clone(values), options }).collect();
    take_record_batch(batch, &lexsort_to_indices(&columns, None)?)
}

/// Makes a sorted batch of a table from its named columns.
pub(crate) fn assemble<const N: usize>(table: Table, columns: [(&str, ArrayRef); N]) -> Result<RecordBatch, ArrowError> {
    let named = RecordBatch::try_from_iter_with_nullable(columns.into_iter().map(|(name, array)| (name, array, true)))?;
    sort(table, &align(table, &named)?)
}

pub(crate) fn utf8<S: AsRef<str>>(values: impl Iterator<Item = Option<S>>) -> ArrayRef {
    Arc::new(values.collect::<StringArray>())
}

pub(crate) fn dict<'a>(values: impl Iterator<Item = Option<&'a str>>) -> ArrayRef {
    Arc::new(values.collect::<DictionaryArray<Int32Type>>())
}

pub(crate) fn lists<S: AsRef<str>>(values: impl Iterator<Item = Vec<S>>) -> ArrayRef {
    let mut builder = ListBuilder::new(StringBuilder::new());
    for items in values {
        for item in items {
            builder.values().append_value(item);
        }
        builder.append(true);
    }
    Arc::new(builder.finish())
}

pub(crate) fn int32(values: impl Iterator<Item = Option<i32>>) -> ArrayRef {
    Arc::new(values.collect::<Int32Array>())
}

pub(crate) fn int64(values: impl Iterator<Item = Option<i64>>) -> ArrayRef {
    Arc::new(values.collect::<Int64Array>())
}

/// Counts that never come near the end of their type.
pub(crate) fn count64(values: impl Iterator<Item = u64>) -> ArrayRef {
    int64(values.map(|value| Some(i64::try_from(value).unwrap_or(i64::MAX))))
}

/// Counts that never come near the end of their type.
pub(crate) fn count32(value: usize) -> i32 {
    i32::try_from(value).unwrap_or(i32::MAX)
}

pub(crate) fn float64(values: impl Iterator<Item = Option<f64>>) -> ArrayRef {
    Arc::new(values.collect::<Float64Array>())
}

pub(crate) fn dates(values: impl Iterator<Item = Option<NaiveDate>>) -> ArrayRef {
    Arc::new(values.map(|day| day.map(Date32Type::from_naive_date)).collect::<Date32Array>())
}

pub(crate) fn timestamps(values: impl Iterator<Item = Option<DateTime<Utc>>>) -> ArrayRef {
    let micros: TimestampMicrosecondArray = values.map(|time| time.map(|time| time.timestamp_micros())).collect();
    Arc::new(micros.with_timezone("UTC"))
}

pub(crate) fn decimals(values: impl Iterator<Item = Option<Decimal>>) -> Result<ArrayRef, ArrowError> {
    let (precision, scale) = DECIMAL;
    let units: Decimal128Array = values.map(|value| value.map(nano_units)).collect();
    Ok(Arc::new(units.with_precision_and_scale(precision, scale)?))
}

/// The nearest Float64, as every reader of decimal digits finds it.
pub(crate) fn double(value: Decimal) -> f64 {
    value.to_string().parse().unwrap_or(f64::NAN)
}

/// A decimal in units of 10⁻⁹; digits beyond are rounded half away from zero. Any decimal of 96 bits fits.
fn nano_units(value: Decimal) -> i128 {
    let value = value.round_dp_with_strategy(9, RoundingStrategy::MidpointAwayFromZero);
    value.mantissa() * 10_i128.pow(9 - value.scale().min(9))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn decimals_keep_nine_digits() {
        let check = |written: &str, units: i128| assert_eq!(nano_units(written.parse().unwrap()), units, "{written}");
        check("1.35", 1_350_000_000);
        check("-0.0000000005", -1);
        check("0.12345678949", 123_456_789);
        check("79228162514264337593543950335", 79_228_162_514_264_337_593_543_950_335_000_000_000);
    }

    #[test]
    fn doubles_are_the_nearest() {
        assert!((double("1350000000000.1".parse().unwrap()) - 1_350_000_000_000.1).abs() < f64::EPSILON);
    }
}
