//! `show`: rows of a table, read from the newest snapshot.

use super::{CommandError, Surroundings, table};
use crate::cli::ShowArgs;
use crate::config::LogLevel;
use crate::exit::Exit;
use arrow::array::{Array, ArrayRef, AsArray, RecordBatch};
use arrow::compute::cast;
use arrow::datatypes::{DataType, TimeUnit, TimestampMicrosecondType};
use arrow::util::display::{ArrayFormatter, FormatOptions};
use parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;
use rust_decimal::Decimal;
use serde_json::{Map, Number, Value};
use std::cmp::Ordering;
use std::fs::File;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// The tables, each with the columns that a person sees first.
const TABLES: [(&str, &[&str]); 6] = [
    ("documents", &["source", "path", "status", "published", "area", "title", "observations", "investments", "error"]),
    (
        "indicators",
        &["area", "indicator", "measure", "value", "unit", "period_start", "period_end", "frequency", "value_text", "unit_text", "confidence"],
    ),
    ("investments", &["area", "event", "project", "investors", "project_count", "amount", "currency", "period_start", "period_end", "confidence"]),
    ("findings", &["kind", "text", "message", "evidence"]),
    ("series", &["area", "indicator", "measure", "value", "unit", "period_start", "period_end", "frequency", "n_documents", "conflict"]),
    ("runs", &["run_id", "outcome", "documents_seen", "documents_new", "documents_quarantined", "observations", "investments", "snapshot"]),
];
/// Rows that a person sees unless told otherwise.
const ROWS: usize = 20;

/// Prints the rows for which all conditions hold.
pub(super) fn show(args: &ShowArgs, around: &mut Surroundings<'_>) -> Result<Exit, CommandError> {
    around.start_logs(None, LogLevel::Warn);
    let Some((name, first)) = TABLES.iter().find(|(name, _)| *name == args.table) else {
        let names: Vec<&str> = TABLES.iter().map(|(name, _)| *name).collect();
        return Err(CommandError::Usage(format!("no table is named {}; there are {}", args.table, names.join(", "))));
    };
    let conditions = args.conditions.iter().map(|told| Condition::parse(told)).collect::<Result<Vec<_>, _>>()?;
    let limit = args.limit.unwrap_or(if args.json { usize::MAX } else { ROWS });
    let wanted: Vec<String> = match (args.columns.is_empty(), args.json) {
        (false, _) => args.columns.clone(),
        (true, true) => Vec::new(),
        (true, false) => first.iter().map(|column| (*column).to_owned()).collect(),
    };
    let snapshot = around.snapshot(&args.out)?;
    let (rows, matching) = rows(&snapshot.join(name), &conditions, limit, if args.columns.is_empty() { &[] } else { &wanted })?;
    if args.json {
        for mut row in rows {
            row.retain(|column, _| wanted.is_empty() || wanted.contains(column));
            writeln!(around.out, "{}", Value::Object(row))?;
        }
        return Ok(Exit::Ok);
    }
    let cells: Vec<Vec<String>> = rows.iter().map(|row| wanted.iter().map(|column| written(row.get(column))).collect()).collect();
    table::print(&wanted, &cells, around.out)?;
    if matching > cells.len() {
        writeln!(around.out, "… {} of {matching} rows; --limit shows more, --json all", cells.len())?;
    }
    Ok(Exit::Ok)
}

/// The first rows that match, and how many match in all.
fn rows(folder: &Path, conditions: &[Condition], limit: usize, columns: &[String]) -> Result<(Vec<Map<String, Value>>, usize), CommandError> {
    let (mut shown, mut matching) = (Vec::new(), 0);
    for path in files(folder)? {
        let cannot = |source| CommandError::Table { path: path.clone(), source };
        let file = File::open(&path).map_err(|source| CommandError::Open { path: path.clone(), source })?;
        let reader = ParquetRecordBatchReaderBuilder::try_new(file).map_err(cannot)?;
        let named = conditions.iter().map(|condition| &condition.column).chain(columns);
        if let Some(unknown) = named.into_iter().find(|column| reader.schema().column_with_name(column).is_none()) {
            let known: Vec<&str> = reader.schema().fields().iter().map(|field| field.name().as_str()).collect();
            return Err(CommandError::Usage(format!("no column is named {unknown}; there are {}", known.join(", "))));
        }
        for batch in reader.build().map_err(cannot)? {
            let batch = plain(&batch?)?;
            for at in 0..batch.num_rows() {
                let row = row(&batch, at)?;
                if conditions.iter().all(|condition| condition.holds(row.get(&condition.column))) {
                    matching += 1;
                    if shown.len() < limit {
                        shown.push(row);
                    }
                }
            }
        }
    }
    Ok((shown, matching))
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

/// The batch with its dictionaries written out, and its times, which are all UTC, without their zone.
fn plain(batch: &RecordBatch) -> Result<RecordBatch, CommandError> {
    let schema = batch.schema();
    let columns = schema.fields().iter().zip(batch.columns()).map(|(field, column)| match column.data_type() {
        DataType::Dictionary(_, values) => Ok((field.name().clone(), cast(column, values)?)),
        DataType::Timestamp(TimeUnit::Microsecond, Some(_)) => {
            let times = column.as_primitive::<TimestampMicrosecondType>().clone().with_timezone_opt(None::<Arc<str>>);
            Ok((field.name().clone(), Arc::new(times) as ArrayRef))
        }
        _ => Ok((field.name().clone(), column.clone())),
    });
    let columns = columns.collect::<Result<Vec<_>, arrow::error::ArrowError>>()?;
    Ok(RecordBatch::try_from_iter_with_nullable(columns.into_iter().map(|(name, column)| (name, column, true)))?)
}

fn row(batch: &RecordBatch, at: usize) -> Result<Map<String, Value>, CommandError> {
    let schema = batch.schema();
    schema.fields().iter().zip(batch.columns()).map(|(field, column)| Ok((field.name().clone(), value(column, at)?))).collect()
}

/// One cell. Exact decimals are strings: a JSON number is a float to most readers.
fn value(column: &dyn Array, at: usize) -> Result<Value, CommandError> {
    if column.is_null(at) {
        return Ok(Value::Null);
    }
    if let Some(list) = column.as_list_opt::<i32>() {
        let items = list.value(at);
        return (0..items.len()).map(|at| value(&items, at)).collect::<Result<Vec<_>, _>>().map(Value::Array);
    }
    let told = ArrayFormatter::try_new(column, &FormatOptions::default())?.value(at).to_string();
    Ok(match column.data_type() {
        DataType::Boolean => Value::Bool(told == "true"),
        kind if kind.is_integer() => told.parse::<i64>().map_or_else(|_| Value::String(told.clone()), Value::from),
        kind if kind.is_floating() => told.parse().ok().and_then(Number::from_f64).map_or(Value::Null, Value::Number),
        DataType::Timestamp(..) => Value::String(format!("{told}Z")),
        DataType::Decimal128(..) => Value::String(told.parse::<Decimal>().map_or(told, |exact| exact.normalize().to_string())),
        _ => Value::String(told),
    })
}

fn written(value: Option<&Value>) -> String {
    match value {
        None | Some(Value::Null) => String::new(),
        Some(Value::String(text)) => text.clone(),
        Some(Value::Array(items)) => items.iter().map(|item| written(Some(item))).collect::<Vec<_>>().join("、"),
        Some(other) => other.to_string(),
    }
}

/// `column=value` and its like.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Condition {
    column: String,
    operator: &'static str,
    value: String,
}

impl Condition {
    /// Longer operators first: `>=` starts with `>`.
    const OPERATORS: [&'static str; 7] = ["!=", ">=", "<=", "=", ">", "<", "~"];

    fn parse(told: &str) -> Result<Self, CommandError> {
        let wrong = || CommandError::Usage(format!("{told}: wants column=value, or one of !=, >, >=, <, <=, ~ for ="));
        let end = told.find(|c: char| !c.is_ascii_alphanumeric() && c != '_').filter(|end| *end > 0).ok_or_else(wrong)?;
        let (column, rest) = told.split_at(end);
        let operator = Self::OPERATORS.into_iter().find(|operator| rest.trim_start().starts_with(operator)).ok_or_else(wrong)?;
        let value = rest.trim_start().strip_prefix(operator).unwrap_or_default().trim();
        Ok(Self { column: column.to_owned(), operator, value: value.to_owned() })
    }

    /// Numbers are compared as numbers, everything else by its characters (dates so compare right); null equals nothing.
    fn holds(&self, value: Option<&Value>) -> bool {
        let is_null = matches!(value, None | Some(Value::Null));
        let told = written(value);
        if self.operator == "~" {
            return told.contains(&self.value);
        }
        let order = match (told.parse::<Decimal>(), self.value.parse::<Decimal>()) {
            (Ok(a), Ok(b)) => a.cmp(&b),
            _ => told.as_str().cmp(&self.value),
        };
        match self.operator {
            "=" => order == Ordering::Equal,
            "!=" => order != Ordering::Equal,
            ">" => !is_null && order == Ordering::Greater,
            ">=" => !is_null && order != Ordering::Less,
            "<" => !is_null && order == Ordering::Less,
            _ => !is_null && order != Ordering::Greater,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(told: &str, value: Value, expected: bool) {
        assert_eq!(Condition::parse(told).unwrap().holds(Some(&value)), expected, "{told} for {value}");
    }

    #[test]
    fn conditions() {
        check("value>=100", Value::from("1000"), true);
        check("value>=100", Value::from("99.5"), false);
        check("value >= 100", Value::Null, false);
        check("period_end<2024-06-30", Value::from("2024-03-31"), true);
        check("area=湖北省", Value::from("湖北省"), true);
        check("area!=湖北省", Value::from("湖北省"), false);
        check("evidence~增长", Value::from("同比增长5%"), true);
        check("flags~inferred", serde_json::json!(["area_inferred"]), true);
        check("error=", Value::Null, true);
        assert!(Condition::parse("=x").is_err() && Condition::parse("area").is_err());
    }
}
