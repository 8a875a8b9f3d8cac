//! Rows of the tables of a snapshot: its files one after another, only the columns that are asked for, and cells as JSON values.

use super::CommandError;
use super::filter::SEPARATOR;
use crate::frame;
use arrow::array::{RecordBatch, new_null_array};
use arrow::datatypes::FieldRef;
use chrono::{DateTime, Days, SecondsFormat};
use gongbao_tables::Table;
use parquet::arrow::ProjectionMask;
use parquet::arrow::arrow_reader::{ParquetRecordBatchReader, ParquetRecordBatchReaderBuilder};
use parquet::errors::ParquetError;
use polars::prelude::{AnyValue, DataFrame, IntoLazy, PolarsResult, TimeUnit, col};
use serde_json::{Number, Value};
use std::fs::File;
use std::path::{Path, PathBuf};

/// Gives every row of a table, its cells in the order of `columns`.
pub(super) fn for_each(snapshot: &Path, table: Table, columns: &[&str], each: &mut dyn FnMut(Vec<Value>)) -> Result<(), CommandError> {
    let schema = table.schema();
    let fields: Vec<FieldRef> = schema.fields().iter().filter(|field| columns.contains(&field.name().as_str())).cloned().collect();
    for path in files(snapshot, table)? {
        for batch in open(&path, &fields)? {
            let batch = batch.map_err(|error| CommandError::Table { path: path.clone(), source: ParquetError::from(error) })?;
            of_batch(&complete(&batch, &fields)?, columns, each).map_err(|source| CommandError::Filter { path: path.clone(), source })?;
        }
    }
    Ok(())
}

/// Gives every row of a batch, its cells in the order of `columns`.
pub(super) fn of_batch(batch: &RecordBatch, columns: &[&str], each: &mut dyn FnMut(Vec<Value>)) -> PolarsResult<()> {
    let frame = frame::to_polars(batch)?.lazy().select(columns.iter().map(|column| col(*column)).collect::<Vec<_>>()).collect()?;
    for row in 0..frame.height() {
        each(values(&frame, row)?);
    }
    Ok(())
}

/// The cells of one row.
pub(super) fn values(frame: &DataFrame, row: usize) -> PolarsResult<Vec<Value>> {
    frame.columns().iter().map(|column| Ok(value(column.get(row)?))).collect()
}

/// The files of a table, by name.
pub(super) fn files(snapshot: &Path, table: Table) -> Result<Vec<PathBuf>, CommandError> {
    let folder = snapshot.join(table.name());
    let cannot = |source| CommandError::Open { path: folder.clone(), source };
    let mut files = Vec::new();
    match std::fs::read_dir(&folder) {
        Ok(entries) => {
            for entry in entries {
                files.push(entry.map_err(cannot)?.path());
            }
        }
        // A table without rows has no files, and may have no folder.
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => {}
        Err(error) => return Err(cannot(error)),
    }
    files.retain(|path| path.extension().is_some_and(|extension| extension == "parquet"));
    files.sort();
    Ok(files)
}

/// Opens a file; only these columns are read.
pub(super) fn open(path: &Path, fields: &[FieldRef]) -> Result<ParquetRecordBatchReader, CommandError> {
    let cannot = |source| CommandError::Table { path: path.to_owned(), source };
    let file = File::open(path).map_err(|source| CommandError::Open { path: path.to_owned(), source })?;
    let reader = ParquetRecordBatchReaderBuilder::try_new(file).map_err(cannot)?;
    let is_read = |name: &str| fields.iter().any(|field| field.name() == name);
    let roots = reader.schema().fields().iter().enumerate().filter(|(_, field)| is_read(field.name())).map(|(place, _)| place);
    let mask = ProjectionMask::roots(reader.parquet_schema(), roots.collect::<Vec<_>>());
    reader.with_projection(mask).build().map_err(cannot)
}

/// The batch with nulls for the columns that a file of an older version lacks.
pub(super) fn complete(batch: &RecordBatch, fields: &[FieldRef]) -> Result<RecordBatch, CommandError> {
    let columns = fields.iter().map(|field| {
        let column = batch.column_by_name(field.name()).cloned();
        (field.name(), column.unwrap_or_else(|| new_null_array(field.data_type(), batch.num_rows())), true)
    });
    Ok(RecordBatch::try_from_iter_with_nullable(columns)?)
}

/// One cell. Exact decimals are strings: a JSON number is a float to most readers.
fn value(cell: AnyValue<'_>) -> Value {
    match cell {
        AnyValue::Null => Value::Null,
        AnyValue::Boolean(is_so) => Value::Bool(is_so),
        AnyValue::Int32(number) => Value::from(number),
        AnyValue::Int64(number) => Value::from(number),
        AnyValue::Float64(number) => Number::from_f64(number).map_or(Value::Null, Value::Number),
        AnyValue::Decimal(units, _, scale) => Value::String(decimal(units, scale)),
        AnyValue::Date(days) => {
            let epoch = DateTime::UNIX_EPOCH.date_naive();
            let distance = Days::new(u64::from(days.unsigned_abs()));
            let day = if days < 0 { epoch.checked_sub_days(distance) } else { epoch.checked_add_days(distance) };
            day.map_or(Value::Null, |day| Value::String(day.to_string()))
        }
        AnyValue::Datetime(time, TimeUnit::Microseconds, _) => {
            DateTime::from_timestamp_micros(time).map_or(Value::Null, |time| Value::String(time.to_rfc3339_opts(SecondsFormat::AutoSi, true)))
        }
        AnyValue::List(items) => Value::Array(items.iter().map(value).collect()),
        other => other.get_str().map_or_else(|| Value::String(other.to_string()), |text| Value::String(text.to_owned())),
    }
}

/// A decimal without zeros at its end.
fn decimal(units: i128, scale: usize) -> String {
    let one = u32::try_from(scale).ok().and_then(|scale| 10_u128.checked_pow(scale)).unwrap_or(1);
    let (whole, rest) = (units.unsigned_abs() / one, units.unsigned_abs() % one);
    let sign = if units < 0 { "-" } else { "" };
    let rest = if rest == 0 { String::new() } else { format!(".{rest:0scale$}") };
    format!("{sign}{whole}{}", rest.trim_end_matches('0'))
}

/// A cell for a person.
pub(super) fn written(value: &Value) -> String {
    match value {
        Value::Null => String::new(),
        Value::String(text) => text.clone(),
        Value::Array(items) => items.iter().map(written).collect::<Vec<_>>().join(SEPARATOR),
        other => other.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn decimals_are_written_exactly_and_shortly() {
        let written = [0, 1, -1, 6_300_000_000, -50_000_000, i128::from(i64::MAX) * 1_000_000_000].map(|units| decimal(units, 9));
        assert_eq!(written, ["0", "0.000000001", "-0.000000001", "6.3", "-0.05", "9223372036854775807"]);
        assert_eq!(decimal(12, 0), "12");
    }
}
