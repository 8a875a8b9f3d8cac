//! `show`: rows of a table, read from the newest snapshot and filtered with Polars.

use super::filter::{Condition, SEPARATOR, column_type};
use super::{CommandError, Surroundings, table};
use crate::cli::ShowArgs;
use crate::config::LogLevel;
use crate::exit::Exit;
use crate::frame;
use arrow::array::{RecordBatch, new_null_array};
use arrow::datatypes::{FieldRef, Schema};
use chrono::{DateTime, Days, SecondsFormat};
use gongbao_tables::Table;
use parquet::arrow::ProjectionMask;
use parquet::arrow::arrow_reader::{ParquetRecordBatchReader, ParquetRecordBatchReaderBuilder};
use parquet::errors::ParquetError;
use polars::prelude::{AnyValue, DataFrame, Expr, IntoLazy, PolarsResult, TimeUnit, col, lit};
use serde_json::{Map, Number, Value};
use std::fs::File;
use std::path::{Path, PathBuf};

/// Rows that a person sees unless told otherwise.
const ROWS: usize = 20;

/// The columns that a person sees unless told otherwise.
const fn first_columns(table: Table) -> &'static [&'static str] {
    match table {
        Table::Documents => &["source", "path", "status", "published", "area", "title", "observations", "investments", "error"],
        Table::Indicators => {
            &["area", "indicator", "measure", "value", "unit", "period_start", "period_end", "frequency", "value_text", "unit_text", "confidence"]
        }
        Table::Investments => {
            &["area", "event", "project", "investors", "project_count", "amount", "currency", "period_start", "period_end", "confidence"]
        }
        Table::Findings => &["kind", "text", "message", "evidence"],
        Table::Series => &["area", "indicator", "measure", "value", "unit", "period_start", "period_end", "frequency", "n_documents", "conflict"],
        Table::Runs => &["run_id", "outcome", "documents_seen", "documents_new", "documents_quarantined", "observations", "investments", "snapshot"],
    }
}

/// Prints the rows for which all conditions hold, in the order of the table: its files by name, each sorted by area and time.
pub(super) fn show(args: &ShowArgs, around: &mut Surroundings<'_>) -> Result<Exit, CommandError> {
    around.start_logs(None, LogLevel::Warn);
    let Some(table) = Table::ALL.into_iter().find(|table| table.name() == args.table) else {
        let names = Table::ALL.map(Table::name).join(", ");
        return Err(CommandError::Usage(format!("no table is named {}; there are {names}", args.table)));
    };
    let schema = table.schema();
    let query = Query::new(args, table, &schema)?;
    let snapshot = around.snapshot(&args.out)?;
    let limit = args.limit.unwrap_or(if args.json { usize::MAX } else { ROWS });
    let (mut matching, mut cells) = (0, Vec::new());
    'files: for path in files(&snapshot.join(table.name()))? {
        let cannot = |source| CommandError::Table { path: path.clone(), source };
        for batch in query.open(&path)? {
            let batch = query.complete(&batch.map_err(|error| cannot(ParquetError::from(error)))?)?;
            let found = query.found(&batch).map_err(|source| CommandError::Filter { path: path.clone(), source })?;
            let shown = found.head(Some(limit - matching.min(limit)));
            matching += found.height();
            for row in 0..shown.height() {
                let values = shown.columns().iter().map(|column| Ok(value(column.get(row)?)));
                let values = values.collect::<PolarsResult<Vec<Value>>>().map_err(|source| CommandError::Filter { path: path.clone(), source })?;
                if args.json {
                    let row: Map<String, Value> = query.columns.iter().cloned().zip(values).collect();
                    writeln!(around.out, "{}", Value::Object(row))?;
                } else {
                    cells.push(values.iter().map(written).collect::<Vec<_>>());
                }
            }
            // A person is told how many rows there are; a script has what it asked for.
            if args.json && matching >= limit {
                break 'files;
            }
        }
    }
    if args.json {
        return Ok(Exit::Ok);
    }
    table::print(&query.columns, &cells, around.out)?;
    if matching > cells.len() {
        writeln!(around.out, "… {} of {matching} rows; --limit shows more, --json all", cells.len())?;
    }
    Ok(Exit::Ok)
}

/// What is asked of a table.
struct Query {
    /// The columns that are shown, in this order.
    columns: Vec<String>,
    /// Whether a row is shown.
    filter: Expr,
    /// The fields that are read: those that are shown or in a condition.
    fields: Vec<FieldRef>,
}

impl Query {
    fn new(args: &ShowArgs, table: Table, schema: &Schema) -> Result<Self, CommandError> {
        let all = || schema.fields().iter().map(|field| field.name().clone()).collect();
        let mut columns: Vec<String> = match (args.columns.as_slice(), args.json) {
            ([], true) => all(),
            ([], false) => first_columns(table).iter().map(|column| (*column).to_owned()).collect(),
            (named, _) => Vec::from(named),
        };
        let mut once = std::collections::BTreeSet::new();
        columns.retain(|column| once.insert(column.clone()));
        for column in &columns {
            column_type(schema, column)?;
        }
        let conditions = args.conditions.iter().map(|told| Condition::parse(told)).collect::<Result<Vec<_>, _>>()?;
        let filters = conditions.iter().map(|condition| condition.filter(schema)).collect::<Result<Vec<_>, _>>()?;
        let is_read = |name: &String| columns.contains(name) || conditions.iter().any(|condition| condition.column == *name);
        let fields = schema.fields().iter().filter(|field| is_read(field.name())).cloned().collect();
        Ok(Self { columns, filter: filters.into_iter().reduce(Expr::and).unwrap_or_else(|| lit(true)), fields })
    }

    /// Opens a file; only the columns that are asked for are read.
    fn open(&self, path: &Path) -> Result<ParquetRecordBatchReader, CommandError> {
        let cannot = |source| CommandError::Table { path: path.to_owned(), source };
        let file = File::open(path).map_err(|source| CommandError::Open { path: path.to_owned(), source })?;
        let reader = ParquetRecordBatchReaderBuilder::try_new(file).map_err(cannot)?;
        let is_read = |name: &str| self.fields.iter().any(|field| field.name() == name);
        let roots = reader.schema().fields().iter().enumerate().filter(|(_, field)| is_read(field.name())).map(|(place, _)| place);
        let mask = ProjectionMask::roots(reader.parquet_schema(), roots.collect::<Vec<_>>());
        reader.with_projection(mask).build().map_err(cannot)
    }

    /// The batch with nulls for the columns that a file of an older version lacks.
    fn complete(&self, batch: &RecordBatch) -> Result<RecordBatch, CommandError> {
        let columns = self.fields.iter().map(|field| {
            let column = batch.column_by_name(field.name()).cloned();
            (field.name(), column.unwrap_or_else(|| new_null_array(field.data_type(), batch.num_rows())), true)
        });
        Ok(RecordBatch::try_from_iter_with_nullable(columns)?)
    }

    fn found(&self, batch: &RecordBatch) -> PolarsResult<DataFrame> {
        let columns: Vec<Expr> = self.columns.iter().map(|column| col(column.as_str())).collect();
        frame::to_polars(batch)?.lazy().filter(self.filter.clone()).select(columns).collect()
    }
}

fn files(folder: &Path) -> Result<Vec<PathBuf>, CommandError> {
    let cannot = |source| CommandError::Open { path: folder.to_owned(), source };
    let mut files = Vec::new();
    match std::fs::read_dir(folder) {
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

fn written(value: &Value) -> String {
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
