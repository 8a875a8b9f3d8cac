//! `show`: rows of a table, read from the newest snapshot and filtered with Polars.

use super::filter::{Condition, column_type};
use super::{CommandError, Surroundings, rows, table};
use crate::cli::ShowArgs;
use crate::config::LogLevel;
use crate::exit::Exit;
use crate::frame;
use arrow::array::RecordBatch;
use arrow::datatypes::{FieldRef, Schema};
use gongbao_tables::Table;
use parquet::errors::ParquetError;
use polars::prelude::{DataFrame, Expr, IntoLazy, PolarsResult, col, lit};
use serde_json::{Map, Value};

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
    'files: for path in rows::files(&snapshot, table)? {
        let cannot = |source| CommandError::Table { path: path.clone(), source };
        for batch in rows::open(&path, &query.fields)? {
            let batch = rows::complete(&batch.map_err(|error| cannot(ParquetError::from(error)))?, &query.fields)?;
            let found = query.found(&batch).map_err(|source| CommandError::Filter { path: path.clone(), source })?;
            let shown = found.head(Some(limit - matching.min(limit)));
            matching += found.height();
            for row in 0..shown.height() {
                let values = rows::values(&shown, row).map_err(|source| CommandError::Filter { path: path.clone(), source })?;
                if args.json {
                    let row: Map<String, Value> = query.columns.iter().cloned().zip(values).collect();
                    writeln!(around.out, "{}", Value::Object(row))?;
                } else {
                    cells.push(values.iter().map(rows::written).collect::<Vec<_>>());
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

    fn found(&self, batch: &RecordBatch) -> PolarsResult<DataFrame> {
        let columns: Vec<Expr> = self.columns.iter().map(|column| col(column.as_str())).collect();
        frame::to_polars(batch)?.lazy().filter(self.filter.clone()).select(columns).collect()
    }
}
