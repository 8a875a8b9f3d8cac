//! The columns of every table: names, types, nullability and order.

use std::sync::{Arc, LazyLock};

use arrow::datatypes::{DataType, Field, Schema, SchemaRef, TimeUnit};

/// Version of the columns: `major.minor`. A new nullable column raises the minor part, anything else the major one.
pub const SCHEMA_VERSION: &str = "1.0";

/// Digits of exact numbers, in all and behind the point.
pub const DECIMAL: (u8, i8) = (38, 9);

/// One table: a folder of a snapshot.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Table {
    /// One row for every document.
    Documents,
    /// One row for every observation.
    Indicators,
    /// One row for every investment event.
    Investments,
    /// One row for everything worth telling a person.
    Findings,
    /// One row for every point of a series, made from the indicators.
    Series,
    /// One row for every committed run.
    Runs,
}

impl Table {
    /// All tables.
    pub const ALL: [Self; 6] = [Self::Documents, Self::Indicators, Self::Investments, Self::Findings, Self::Series, Self::Runs];

    /// The tables whose rows belong to one document each.
    pub const OF_DOCUMENTS: [Self; 4] = [Self::Documents, Self::Indicators, Self::Investments, Self::Findings];

    /// Name of the table and of its folder.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Documents => "documents",
            Self::Indicators => "indicators",
            Self::Investments => "investments",
            Self::Findings => "findings",
            Self::Series => "series",
            Self::Runs => "runs",
        }
    }

    /// The columns.
    #[must_use]
    pub fn schema(self) -> SchemaRef {
        static SCHEMAS: LazyLock<[SchemaRef; 6]> =
            LazyLock::new(|| [documents(), indicators(), investments(), findings(), series(), runs()].map(|fields| Arc::new(Schema::new(fields))));
        let [documents, indicators, investments, findings, series, runs] = &*SCHEMAS;
        Arc::clone(match self {
            Self::Documents => documents,
            Self::Indicators => indicators,
            Self::Investments => investments,
            Self::Findings => findings,
            Self::Series => series,
            Self::Runs => runs,
        })
    }

    /// The columns by which the rows of a file are sorted, ascending, nulls first; together they tell any two rows apart.
    #[must_use]
    pub const fn order(self) -> &'static [&'static str] {
        match self {
            Self::Documents => &["area_code", "document_id"],
            Self::Indicators => &["area_code", "indicator_code", "period_start", "observation_id"],
            Self::Investments => &["area_code", "period_start", "record_id"],
            Self::Findings => &["document_id", "finding_id"],
            Self::Series => &[
                "area_code",
                "indicator_code",
                "period_start",
                "area",
                "indicator",
                "entity",
                "measure",
                "baseline",
                "price_basis",
                "unit",
                "period_end",
                "frequency",
                "status",
                "bound",
            ],
            Self::Runs => &["started_at", "run_id"],
        }
    }
}

/// The type of columns that repeat few values.
#[must_use]
pub fn dictionary() -> DataType {
    DataType::Dictionary(Box::new(DataType::Int32), Box::new(DataType::Utf8))
}

fn timestamp() -> DataType {
    DataType::Timestamp(TimeUnit::Microsecond, Some("UTC".into()))
}

fn decimal() -> DataType {
    DataType::Decimal128(DECIMAL.0, DECIMAL.1)
}

fn texts() -> DataType {
    DataType::List(Arc::new(Field::new_list_field(DataType::Utf8, true)))
}

/// A column that always has a value.
fn has(name: &str, data_type: DataType) -> Field {
    Field::new(name, data_type, false)
}

/// A column that may be null.
fn may(name: &str, data_type: DataType) -> Field {
    Field::new(name, data_type, true)
}

fn documents() -> Vec<Field> {
    use DataType::{Date32, Int32, Int64, Utf8};
    vec![
        has("document_id", Utf8),
        may("content_hash", Utf8),
        may("duplicate_of", Utf8),
        has("source", dictionary()),
        has("path", Utf8),
        may("title", Utf8),
        may("published", Date32),
        may("published_year", Int32),
        has("published_basis", dictionary()),
        may("area_code", dictionary()),
        may("area", dictionary()),
        has("format", dictionary()),
        has("bytes", Int64),
        has("chars", Int64),
        may("pages", Int32),
        has("text", Utf8),
        has("status", dictionary()),
        may("error", Utf8),
        has("observations", Int32),
        has("investments", Int32),
        has("run_id", Utf8),
        has("ingested_at", timestamp()),
        has("extractor_version", Utf8),
        has("lexicon_version", Utf8),
    ]
}

fn indicators() -> Vec<Field> {
    use DataType::{Float64, Int32, Utf8};
    let mut fields = vec![
        has("observation_id", Utf8),
        has("document_id", Utf8),
        may("published_year", Int32),
        may("indicator_code", dictionary()),
        has("indicator", dictionary()),
        has("indicator_text", Utf8),
        may("entity", Utf8),
        has("measure", dictionary()),
        has("value", decimal()),
        may("value_high", decimal()),
        has("value_double", Float64),
        has("unit", dictionary()),
        has("bound", dictionary()),
        has("status", dictionary()),
        may("price_basis", dictionary()),
        may("revision", dictionary()),
        may("baseline", dictionary()),
    ];
    fields.extend(period());
    fields.push(may("frequency", dictionary()));
    fields.extend(area());
    fields.extend([has("value_text", Utf8), has("unit_text", Utf8)]);
    fields.extend(place());
    fields.extend(provenance());
    fields
}

fn investments() -> Vec<Field> {
    use DataType::{Float64, Int32, Int64, Utf8};
    let mut fields = vec![
        has("record_id", Utf8),
        has("document_id", Utf8),
        may("published_year", Int32),
        has("event", dictionary()),
        may("project", Utf8),
        may("project_key", Utf8),
        has("investors", texts()),
        may("investor_type", dictionary()),
        may("project_count", Int64),
        may("amount", decimal()),
        may("amount_double", Float64),
        may("amount_text", Utf8),
        may("currency", dictionary()),
        may("min_amount", decimal()),
        has("bound", dictionary()),
        has("status", dictionary()),
        has("sectors", texts()),
        has("observation_ids", texts()),
    ];
    fields.extend(period());
    fields.extend(area());
    fields.extend(place());
    fields.extend(provenance());
    fields
}

fn findings() -> Vec<Field> {
    use DataType::{Int32, Utf8};
    let mut fields = vec![
        has("finding_id", Utf8),
        has("document_id", Utf8),
        may("published_year", Int32),
        has("kind", dictionary()),
        has("message", Utf8),
        has("text", Utf8),
    ];
    fields.extend(place());
    fields.extend([has("related", texts()), has("run_id", Utf8)]);
    fields
}

fn series() -> Vec<Field> {
    use DataType::{Boolean, Date32, Float64, Int32, Utf8};
    vec![
        may("area_code", dictionary()),
        may("area", dictionary()),
        may("indicator_code", dictionary()),
        has("indicator", dictionary()),
        may("entity", Utf8),
        has("measure", dictionary()),
        may("baseline", dictionary()),
        may("price_basis", dictionary()),
        has("unit", dictionary()),
        may("period_start", Date32),
        may("period_end", Date32),
        may("frequency", dictionary()),
        has("status", dictionary()),
        has("bound", dictionary()),
        has("value", decimal()),
        has("value_double", Float64),
        may("revision", dictionary()),
        has("n_documents", Int32),
        has("value_min", decimal()),
        has("value_max", decimal()),
        has("conflict", Boolean),
        has("document_ids", texts()),
        may("published", Date32),
    ]
}

fn runs() -> Vec<Field> {
    use DataType::{Int64, Utf8};
    vec![
        has("run_id", Utf8),
        has("trigger", dictionary()),
        may("scheduled_for", timestamp()),
        has("started_at", timestamp()),
        has("finished_at", timestamp()),
        has("outcome", dictionary()),
        has("documents_seen", Int64),
        has("documents_new", Int64),
        has("documents_unchanged", Int64),
        has("documents_quarantined", Int64),
        has("observations", Int64),
        has("investments", Int64),
        has("bytes_read", Int64),
        has("ingest_ms", Int64),
        has("extract_ms", Int64),
        has("normalize_ms", Int64),
        has("write_ms", Int64),
        has("version", Utf8),
        has("config_hash", Utf8),
        may("snapshot", Utf8),
    ]
}

/// When: first and last day, and the wording.
fn period() -> [Field; 3] {
    [may("period_start", DataType::Date32), may("period_end", DataType::Date32), may("period_text", DataType::Utf8)]
}

/// Where.
fn area() -> [Field; 2] {
    [may("area_code", dictionary()), may("area", dictionary())]
}

/// Where in the document.
fn place() -> [Field; 4] {
    [has("evidence", DataType::Utf8), has("char_start", DataType::Int32), has("char_end", DataType::Int32), may("page", DataType::Int32)]
}

/// Who found it and how sure it is.
fn provenance() -> [Field; 4] {
    [has("rule", dictionary()), has("confidence", DataType::Float64), has("flags", texts()), has("run_id", DataType::Utf8)]
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The columns as people load them: `?` may be null, `d` dictionary, `s` text, `i` Int32, `l` Int64, `f` Float64, `n` Decimal128(38, 9), `D` date, `T` timestamp, `L` list of texts, `b` Boolean.
    fn told(table: Table) -> String {
        let schema = table.schema();
        let columns = schema.fields().iter().map(|field| {
            let letter = match field.data_type() {
                DataType::Utf8 => "s",
                DataType::Int32 => "i",
                DataType::Int64 => "l",
                DataType::Float64 => "f",
                DataType::Boolean => "b",
                DataType::Decimal128(38, 9) => "n",
                DataType::Date32 => "D",
                other if *other == timestamp() => "T",
                other if *other == texts() => "L",
                other if *other == dictionary() => "d",
                other => panic!("{other} has no letter"),
            };
            format!("{}:{letter}{}", field.name(), if field.is_nullable() { "?" } else { "" })
        });
        columns.collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn columns_are_those_of_the_contract() {
        assert_eq!(
            told(Table::Documents),
            "document_id:s content_hash:s? duplicate_of:s? source:d path:s title:s? published:D? published_year:i? published_basis:d area_code:d? \
             area:d? format:d bytes:l chars:l pages:i? text:s status:d error:s? observations:i investments:i run_id:s ingested_at:T \
             extractor_version:s lexicon_version:s"
        );
        assert_eq!(
            told(Table::Indicators),
            "observation_id:s document_id:s published_year:i? indicator_code:d? indicator:d indicator_text:s entity:s? measure:d value:n \
             value_high:n? value_double:f unit:d bound:d status:d price_basis:d? revision:d? baseline:d? period_start:D? period_end:D? \
             period_text:s? frequency:d? area_code:d? area:d? value_text:s unit_text:s evidence:s char_start:i char_end:i page:i? rule:d \
             confidence:f flags:L run_id:s"
        );
        assert_eq!(
            told(Table::Investments),
            "record_id:s document_id:s published_year:i? event:d project:s? project_key:s? investors:L investor_type:d? project_count:l? \
             amount:n? amount_double:f? amount_text:s? currency:d? min_amount:n? bound:d status:d sectors:L observation_ids:L period_start:D? \
             period_end:D? period_text:s? area_code:d? area:d? evidence:s char_start:i char_end:i page:i? rule:d confidence:f flags:L run_id:s"
        );
        assert_eq!(
            told(Table::Findings),
            "finding_id:s document_id:s published_year:i? kind:d message:s text:s evidence:s char_start:i char_end:i page:i? related:L run_id:s"
        );
        assert_eq!(
            told(Table::Series),
            "area_code:d? area:d? indicator_code:d? indicator:d entity:s? measure:d baseline:d? price_basis:d? unit:d period_start:D? period_end:D? \
             frequency:d? status:d bound:d value:n value_double:f revision:d? n_documents:i value_min:n value_max:n conflict:b document_ids:L \
             published:D?"
        );
        assert_eq!(
            told(Table::Runs),
            "run_id:s trigger:d scheduled_for:T? started_at:T finished_at:T outcome:d documents_seen:l documents_new:l documents_unchanged:l \
             documents_quarantined:l observations:l investments:l bytes_read:l ingest_ms:l extract_ms:l normalize_ms:l write_ms:l version:s \
             config_hash:s snapshot:s?"
        );
    }

    #[test]
    fn rows_are_sorted_by_columns_that_exist() {
        for table in Table::ALL {
            for column in table.order() {
                assert!(table.schema().field_with_name(column).is_ok(), "{}: {column}", table.name());
            }
        }
    }
}
