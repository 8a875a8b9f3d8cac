//! `--where`: a condition as written becomes a Polars filter, its value read by the type of its column.

use super::CommandError;
use arrow::datatypes::{DataType as ArrowType, Schema};
use chrono::{DateTime, Days, Months, NaiveDate};
use gongbao_core::model::PartialDate;
use gongbao_tables::DECIMAL;
use polars::prelude::{AnyValue, BooleanChunked, Column, DataType, Expr, Field, IntoColumn, PolarsResult, Scalar, col, lit};
use rust_decimal::Decimal;

/// What stands between the items of a list where it is read as text.
pub(super) const SEPARATOR: &str = "、";

/// `column=value` and its like.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Condition {
    /// The column.
    pub(super) column: String,
    operator: Operator,
    value: String,
    /// As on the command line.
    told: String,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Operator {
    Equal,
    Different,
    AtLeast,
    AtMost,
    Above,
    Below,
    Contains,
}

impl Operator {
    /// Longer ones first: `>=` starts with `>`.
    const WRITTEN: [(&'static str, Self); 7] = [
        ("!=", Self::Different),
        (">=", Self::AtLeast),
        ("<=", Self::AtMost),
        ("=", Self::Equal),
        (">", Self::Above),
        ("<", Self::Below),
        ("~", Self::Contains),
    ];
}

impl Condition {
    /// Reads a condition.
    ///
    /// - Errors: `Usage` where it has no column or no operator.
    pub(super) fn parse(told: &str) -> Result<Self, CommandError> {
        let wrong = || CommandError::Usage(format!("{told}: wants column=value, or one of !=, >, >=, <, <=, ~ for ="));
        let end = told.find(|c: char| !c.is_ascii_alphanumeric() && c != '_').filter(|end| *end > 0).ok_or_else(wrong)?;
        let (column, rest) = told.split_at(end);
        let rest = rest.trim_start();
        let found = Operator::WRITTEN.into_iter().find_map(|(written, operator)| Some((operator, rest.strip_prefix(written)?)));
        let (operator, value) = found.ok_or_else(wrong)?;
        Ok(Self { column: column.to_owned(), operator, value: value.trim().to_owned(), told: told.to_owned() })
    }

    /// The filter. Numbers, dates and times are compared as such, text by its characters; a null is different from every
    /// value, and neither above nor below any. A date or time may be cut: `=2024-03` is every day of that March.
    ///
    /// - Errors: `Usage` where the column has no such name, or its type no such value or operator.
    pub(super) fn filter(&self, schema: &Schema) -> Result<Expr, CommandError> {
        let wrong = |why: &str| CommandError::Usage(format!("{}: {why}", self.told));
        let unfit = |holds: &str| wrong(&format!("{} holds {holds}, and `{}` is none", self.column, self.value));
        let data_type = column_type(schema, &self.column)?;
        let column = col(self.column.as_str());
        if self.value.is_empty() {
            let is_text = matches!(data_type, ArrowType::Utf8 | ArrowType::Dictionary(..));
            let is_empty = if is_text { column.clone().cast(DataType::String).fill_null(lit("")).eq(lit("")) } else { column.is_null() };
            return match self.operator {
                Operator::Equal => Ok(is_empty),
                Operator::Different => Ok(is_empty.not()),
                _ => Err(wrong("wants a value; only = and != go without one")),
            };
        }
        let is_searched = self.operator == Operator::Contains;
        let is_ordered = !matches!(self.operator, Operator::Equal | Operator::Different);
        match data_type {
            ArrowType::Utf8 | ArrowType::Dictionary(..) if is_searched => Ok(contains(column.cast(DataType::String), &self.value)),
            ArrowType::Utf8 | ArrowType::Dictionary(..) => Ok(self.compare(&column.cast(DataType::String), &lit(self.value.as_str()), None)),
            ArrowType::List(_) if is_searched => Ok(contains(joined(column), &self.value)),
            ArrowType::List(_) if is_ordered => Err(wrong(&format!("{} holds lists, which know only ~, = and !=", self.column))),
            ArrowType::List(_) => Ok(self.compare(&joined(column), &lit(self.value.as_str()), None)),
            _ if is_searched => Err(wrong(&format!("~ looks for text, and {} holds none", self.column))),
            ArrowType::Boolean if is_ordered => Err(wrong(&format!("{} holds true and false, which know only = and !=", self.column))),
            ArrowType::Boolean => {
                let value: bool = self.value.parse().map_err(|_| unfit("true and false"))?;
                Ok(self.compare(&column, &lit(value), None))
            }
            ArrowType::Decimal128(..) => {
                let (precision, scale) = (usize::from(DECIMAL.0), usize::from(DECIMAL.1.unsigned_abs()));
                let units = units(&self.value).ok_or_else(|| unfit("numbers of at most 29 digits before the point and 9 behind it"))?;
                let value = literal(DataType::Decimal(precision, scale), AnyValue::Decimal(units, precision, scale));
                Ok(self.compare(&column, &value, None))
            }
            ArrowType::Date32 => {
                let (first, last) = days(&self.value).ok_or_else(|| unfit("dates (YYYY, YYYY-MM or YYYY-MM-DD)"))?;
                let day = |day: NaiveDate| literal(DataType::Date, AnyValue::Date(day.to_epoch_days()));
                Ok(self.compare(&column, &day(first), Some(&day(last))))
            }
            ArrowType::Timestamp(..) => {
                let (first, last) = microseconds(&self.value).ok_or_else(|| unfit("times (YYYY-MM-DD, or 2024-01-31T08:00:00Z)"))?;
                Ok(self.compare(&column.cast(DataType::Int64), &lit(first), Some(&lit(last))))
            }
            kind if kind.is_integer() => {
                let value: i64 = self.value.parse().map_err(|_| unfit("whole numbers"))?;
                Ok(self.compare(&column.cast(DataType::Int64), &lit(value), None))
            }
            _ => {
                let value: f64 = self.value.parse().ok().filter(|value: &f64| value.is_finite()).ok_or_else(|| unfit("numbers"))?;
                Ok(self.compare(&column, &lit(value), None))
            }
        }
    }

    /// Compares with all that the value can mean: from its first to its last.
    fn compare(&self, column: &Expr, first: &Expr, last: Option<&Expr>) -> Expr {
        let last = last.unwrap_or(first);
        let at_least = || column.clone().gt_eq(first.clone());
        let at_most = || column.clone().lt_eq(last.clone());
        match self.operator {
            Operator::AtLeast => at_least(),
            Operator::AtMost => at_most(),
            Operator::Above => column.clone().gt(last.clone()),
            Operator::Below => column.clone().lt(first.clone()),
            Operator::Different => at_least().and(at_most()).not().fill_null(lit(true)),
            Operator::Equal | Operator::Contains => at_least().and(at_most()),
        }
    }
}

/// Type of a column of a table.
///
/// - Errors: `Usage` where there is none of the name.
pub(super) fn column_type<'a>(schema: &'a Schema, name: &str) -> Result<&'a ArrowType, CommandError> {
    schema.column_with_name(name).map(|(_, field)| field.data_type()).ok_or_else(|| {
        let known: Vec<&str> = schema.fields().iter().map(|field| field.name().as_str()).collect();
        CommandError::Usage(format!("no column is named {name}; there are {}", known.join(", ")))
    })
}

fn literal(data_type: DataType, value: AnyValue<'static>) -> Expr {
    lit(Scalar::new(data_type, value))
}

fn joined(lists: Expr) -> Expr {
    lists.list().join(lit(SEPARATOR), true)
}

/// Polars' own search comes with its regular expressions, of which nothing else here has need.
fn contains(text: Expr, wanted: &str) -> Expr {
    let wanted = wanted.to_owned();
    let search = move |text: Column| -> PolarsResult<Column> {
        let found: BooleanChunked = text.str()?.iter().map(|text| text.map(|text| text.contains(&wanted))).collect();
        Ok(found.into_column().with_name(text.name().clone()))
    };
    text.map(search, |_, field| Ok(Field::new(field.name().clone(), DataType::Boolean)))
}

/// An exact number in the units of the tables' decimals.
fn units(written: &str) -> Option<i128> {
    let exact = written.parse::<Decimal>().ok()?.normalize();
    let missing = u32::from(DECIMAL.1.unsigned_abs()).checked_sub(exact.scale())?;
    let units = exact.mantissa().checked_mul(10_i128.checked_pow(missing)?)?;
    (units.unsigned_abs() < 10_u128.pow(u32::from(DECIMAL.0))).then_some(units)
}

/// The first and the last day that a date can mean.
fn days(written: &str) -> Option<(NaiveDate, NaiveDate)> {
    let date = PartialDate::parse(written)?;
    let first = date.first_day()?;
    let after = match date {
        PartialDate { month: None, .. } => first.checked_add_months(Months::new(12))?,
        PartialDate { day: None, .. } => first.checked_add_months(Months::new(1))?,
        _ => first.checked_add_days(Days::new(1))?,
    };
    Some((first, after.pred_opt()?))
}

/// The first and the last microsecond since 1970 that a time or a date can mean.
fn microseconds(written: &str) -> Option<(i64, i64)> {
    if let Ok(time) = DateTime::parse_from_rfc3339(written) {
        return Some((time.timestamp_micros(), time.timestamp_micros()));
    }
    let (first, last) = days(written)?;
    let start = |day: NaiveDate| day.and_hms_opt(0, 0, 0).map(|time| time.and_utc().timestamp_micros());
    Some((start(first)?, start(last.succ_opt()?)? - 1))
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use arrow::array::{
        ArrayRef, BooleanArray, Date32Array, Decimal128Array, DictionaryArray, Float64Array, Int32Array, ListArray, RecordBatch, StringArray,
        TimestampMicrosecondArray,
    };
    use arrow::datatypes::{Int32Type, TimeUnit};
    use polars::prelude::IntoLazy;

    use super::*;
    use crate::frame;

    /// Four rows of every type, the last all null.
    fn rows() -> RecordBatch {
        let day = |written: &str| written.parse::<NaiveDate>().unwrap().to_epoch_days();
        let texts = StringArray::from(vec![Some("同比增长5%"), Some("下降"), Some(""), None]);
        let areas: DictionaryArray<Int32Type> = [Some("湖北省"), Some("江西省"), Some("湖北省"), None].into_iter().collect();
        let exact = [1_000, 99_500_000_000, -2_000_000_000].map(Some).into_iter().chain([None]).collect::<Decimal128Array>();
        let noon = DateTime::parse_from_rfc3339("2024-03-31T12:00:00Z").unwrap().timestamp_micros();
        let lists = [Some(vec![Some("area_inferred"), Some("masked")]), Some(vec![Some("masked")]), Some(vec![]), None];
        let mut builder = arrow::array::ListBuilder::new(arrow::array::StringBuilder::new());
        for list in lists {
            builder.append_option(list);
        }
        let lists: ListArray = builder.finish();
        let columns: [(&str, ArrayRef); 9] = [
            ("evidence", Arc::new(texts)),
            ("area", Arc::new(areas)),
            ("value", Arc::new(exact.with_precision_and_scale(DECIMAL.0, DECIMAL.1).unwrap())),
            ("confidence", Arc::new(Float64Array::from(vec![Some(0.9), Some(0.5), Some(0.0), None]))),
            ("bytes", Arc::new(Int32Array::from(vec![Some(9), Some(10), Some(-1), None]))),
            ("published", Arc::new(Date32Array::from(vec![Some(day("2024-02-29")), Some(day("2024-03-01")), Some(day("1949-10-01")), None]))),
            ("at", Arc::new(TimestampMicrosecondArray::from(vec![Some(noon), Some(noon + 1), Some(0), None]).with_timezone("UTC"))),
            ("conflict", Arc::new(BooleanArray::from(vec![Some(true), Some(false), Some(false), None]))),
            ("flags", Arc::new(lists)),
        ];
        let rows = RecordBatch::try_from_iter_with_nullable(columns.map(|(name, array)| (name, array, true))).unwrap();
        assert!(matches!(column_type(&rows.schema(), "at"), Ok(ArrowType::Timestamp(TimeUnit::Microsecond, Some(_)))));
        rows
    }

    /// The rows that a condition keeps.
    fn check(told: &str, expected: &[usize]) {
        let rows = rows();
        let filter = Condition::parse(told).unwrap().filter(&rows.schema()).unwrap();
        let kept = frame::to_polars(&rows).unwrap().lazy().select([filter.alias("kept")]).collect().unwrap();
        let kept = kept.column("kept").unwrap().bool().unwrap();
        let kept: Vec<usize> = kept.iter().enumerate().filter(|(_, is_kept)| *is_kept == Some(true)).map(|(row, _)| row).collect();
        assert_eq!(kept, expected, "{told}");
    }

    fn refused(told: &str, expected: &str) {
        let error = Condition::parse(told).and_then(|condition| condition.filter(&rows().schema())).unwrap_err().to_string();
        assert!(error.starts_with(expected), "{told}: {error}");
    }

    #[test]
    fn text_is_compared_by_its_characters() {
        check("area=湖北省", &[0, 2]);
        check("area!=湖北省", &[1, 3]);
        check("area>=湖北省", &[0, 2]);
        check("area<湖北省", &[1]);
        check("area~西", &[1]);
        check("evidence~增长", &[0]);
        check("evidence ~ 5%", &[0]);
        check("evidence>下", &[0, 1]);
        check("evidence<=下降", &[1, 2]);
        check("evidence=", &[2, 3]);
        check("evidence!=", &[0, 1]);
    }

    #[test]
    fn numbers_are_compared_as_numbers() {
        check("value=0.000001", &[0]);
        check("value=99.50", &[1]);
        check("value!=99.5", &[0, 2, 3]);
        check("value >= 99.5", &[1]);
        check("value>99.5", &[]);
        check("value<0.000001", &[2]);
        check("value<=0.000001", &[0, 2]);
        check("value=", &[3]);
        check("value!=", &[0, 1, 2]);
        check("confidence>=0.9", &[0]);
        check("confidence<0.9", &[1, 2]);
        check("bytes>9", &[1]);
        check("bytes<=9", &[0, 2]);
        check("bytes=-1", &[2]);
    }

    #[test]
    fn dates_and_times_may_be_cut() {
        check("published=2024-02-29", &[0]);
        check("published=2024-02", &[0]);
        check("published=2024", &[0, 1]);
        check("published!=2024-02", &[1, 2, 3]);
        check("published>2024-02", &[1]);
        check("published>=2024-02", &[0, 1]);
        check("published<2024", &[2]);
        check("published<=2024-02", &[0, 2]);
        check("published=", &[3]);
        check("at=2024-03-31", &[0, 1]);
        check("at=2024-03-31T20:00:00+08:00", &[0]);
        check("at>2024-03-31T12:00:00Z", &[1]);
        check("at<2024-03-31", &[2]);
    }

    #[test]
    fn lists_and_booleans() {
        check("flags~inferred", &[0]);
        check("flags~masked", &[0, 1]);
        check("flags=masked", &[1]);
        check("flags!=masked", &[0, 2, 3]);
        check("conflict=true", &[0]);
        check("conflict!=true", &[1, 2, 3]);
    }

    #[test]
    fn what_does_not_fit_is_told_with_its_column() {
        refused("=x", "=x: wants column=value");
        refused("area", "area: wants column=value");
        refused("colour=red", "no column is named colour; there are evidence, area");
        refused("value>=many", "value>=many: value holds numbers");
        refused("value=0.0000000001", "value=0.0000000001: value holds numbers");
        refused("value=100000000000000000000000000000", "value=100000000000000000000000000000: value holds numbers");
        refused("confidence<nan", "confidence<nan: confidence holds numbers");
        refused("bytes>1.5", "bytes>1.5: bytes holds whole numbers");
        refused("published>=2024-02-30", "published>=2024-02-30: published holds dates");
        refused("at=noon", "at=noon: at holds times");
        refused("conflict=maybe", "conflict=maybe: conflict holds true and false");
        refused("conflict>false", "conflict>false: conflict holds true and false");
        refused("flags>masked", "flags>masked: flags holds lists");
        refused("value~5", "value~5: ~ looks for text, and value holds none");
        refused("value>", "value>: wants a value");
    }
}
