//! One Parquet file of a table, written and read as the contract of the tables says.

use std::fs::File;
use std::path::Path;

use arrow::array::RecordBatch;
use arrow::compute::concat_batches;
use gongbao_tables::{SCHEMA_VERSION, Table, align, content_hash, dictionary};
use parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;
use parquet::arrow::{ArrowWriter, ProjectionMask};
use parquet::basic::{Compression, ZstdLevel};
use parquet::errors::ParquetError;
use parquet::file::metadata::{KeyValue, SortingColumn};
use parquet::file::properties::{EnabledStatistics, WriterProperties, WriterVersion};
use parquet::schema::types::ColumnPath;

use super::WriteError;
use super::disk;
use super::manifest::FileEntry;

/// Rows of a row group.
const ROW_GROUP: usize = 122_880;
/// Columns by whose values people look rows up.
const BLOOM_FILTERED: [&str; 2] = ["document_id", "indicator_code"];

/// What a file tells of its making.
#[derive(Debug, Clone)]
pub(super) struct Making<'a> {
    /// The run.
    pub(super) run_id: &'a str,
    /// The rules.
    pub(super) extractor_version: &'a str,
    /// The word lists.
    pub(super) lexicon_version: &'a str,
}

/// Writes rows, already sorted, to `<prefix>-<hash>.parquet` in a folder and flushes the file.
pub(super) fn write(table: Table, prefix: &str, batch: &RecordBatch, folder: &Path, making: &Making<'_>) -> Result<FileEntry, WriteError> {
    let bytes = encode(table, batch, making).map_err(|source| WriteError::Parquet { path: folder.to_owned(), source })?;
    let blake3 = content_hash(&bytes);
    let name = format!("{prefix}-{}.parquet", blake3.chars().take(16).collect::<String>());
    disk::write(&folder.join(&name), &bytes)?;
    Ok(FileEntry { name, rows: disk::count(batch.num_rows()), bytes: disk::count(bytes.len()), blake3 })
}

/// Reads a whole file, in the columns of today's schema.
pub(super) fn read(table: Table, path: &Path) -> Result<RecordBatch, WriteError> {
    let batch = read_some(path, |_| true)?;
    align(table, &batch).map_err(|source| WriteError::Columns { table: table.name(), source })
}

/// Reads some columns of a file, in the file's order and types.
pub(super) fn read_columns(path: &Path, columns: &[&str]) -> Result<RecordBatch, WriteError> {
    read_some(path, |name| columns.contains(&name))
}

fn read_some(path: &Path, wanted: impl Fn(&str) -> bool) -> Result<RecordBatch, WriteError> {
    let file = File::open(path).map_err(WriteError::io("open", path))?;
    let read = || -> Result<RecordBatch, ParquetError> {
        let builder = ParquetRecordBatchReaderBuilder::try_new(file)?;
        let roots = builder.schema().fields().iter().enumerate().filter(|(_, field)| wanted(field.name())).map(|(place, _)| place);
        let mask = ProjectionMask::roots(builder.parquet_schema(), roots.collect::<Vec<_>>());
        let reader = builder.with_projection(mask).with_batch_size(ROW_GROUP).build()?;
        let schema = arrow::array::RecordBatchReader::schema(&reader);
        let batches = reader.collect::<Result<Vec<_>, _>>()?;
        Ok(concat_batches(&schema, &batches)?)
    };
    read().map_err(|source| WriteError::Parquet { path: path.to_owned(), source })
}

fn encode(table: Table, batch: &RecordBatch, making: &Making<'_>) -> Result<Vec<u8>, ParquetError> {
    let mut writer = ArrowWriter::try_new(Vec::new(), table.schema(), Some(properties(table, batch.num_rows(), making)?))?;
    writer.write(batch)?;
    writer.into_inner()
}

fn properties(table: Table, rows: usize, making: &Making<'_>) -> Result<WriterProperties, ParquetError> {
    let schema = table.schema();
    let told = [
        ("gongbao.schema_version", SCHEMA_VERSION),
        ("gongbao.run_id", making.run_id),
        ("gongbao.extractor_version", making.extractor_version),
        ("gongbao.lexicon_version", making.lexicon_version),
    ];
    // Every column has exactly one leaf, so a column's place is its leaf's.
    let sorting = table.order().iter().filter_map(|name| schema.index_of(name).ok()).filter_map(|place| i32::try_from(place).ok());
    let sorting = sorting.map(|column_idx| SortingColumn { column_idx, descending: false, nulls_first: true });
    let mut properties = WriterProperties::builder()
        .set_writer_version(WriterVersion::PARQUET_1_0)
        .set_compression(Compression::ZSTD(ZstdLevel::try_new(3)?))
        .set_max_row_group_row_count(Some(ROW_GROUP))
        .set_statistics_enabled(EnabledStatistics::Page)
        .set_dictionary_enabled(false)
        .set_sorting_columns(Some(sorting.collect()))
        .set_key_value_metadata(Some(told.map(|(key, value)| KeyValue::new(key.to_owned(), value.to_owned())).to_vec()));
    for field in schema.fields() {
        if *field.data_type() == dictionary() {
            properties = properties.set_column_dictionary_enabled(ColumnPath::from(field.name().as_str()), true);
        }
        if BLOOM_FILTERED.contains(&field.name().as_str())
            && matches!(table, Table::Documents | Table::Indicators | Table::Investments | Table::Findings)
        {
            let distinct = disk::count(rows.clamp(1, ROW_GROUP));
            properties = properties.set_column_bloom_filter_max_ndv(ColumnPath::from(field.name().as_str()), distinct);
        }
    }
    Ok(properties.build())
}

#[cfg(test)]
mod tests {
    use parquet::file::reader::{FileReader, SerializedFileReader};

    use super::*;
    use crate::write::testing;

    #[test]
    fn files_are_as_the_contract_says() {
        let folder = tempfile::tempdir().unwrap();
        let making = Making { run_id: "r", extractor_version: "1", lexicon_version: "2" };
        let batches = testing::batches();
        let entry = write(Table::Indicators, "2024", &batches.indicators, folder.path(), &making).unwrap();
        let path = folder.path().join(&entry.name);
        assert_eq!(read(Table::Indicators, &path).unwrap(), batches.indicators);

        let reader = SerializedFileReader::new(File::open(&path).unwrap()).unwrap();
        let file = reader.metadata().file_metadata();
        assert_eq!(file.version(), 1);
        let told: Vec<_> = file.key_value_metadata().unwrap().iter().map(|told| told.key.as_str()).filter(|key| key.starts_with("gongbao")).collect();
        assert_eq!(told, ["gongbao.schema_version", "gongbao.run_id", "gongbao.extractor_version", "gongbao.lexicon_version"]);
        let group = reader.metadata().row_group(0);
        assert_eq!(group.sorting_columns().unwrap().len(), Table::Indicators.order().len());
        for column in group.columns() {
            let name = column.column_path().string();
            let is_dictionary = Table::Indicators.schema().field_with_name(&name).is_ok_and(|field| *field.data_type() == dictionary());
            assert_eq!(column.dictionary_page_offset().is_some(), is_dictionary, "{name}");
            assert_eq!(column.bloom_filter_offset().is_some(), BLOOM_FILTERED.contains(&name.as_str()), "{name}");
            assert!(column.column_index_offset().is_some() && column.offset_index_offset().is_some(), "{name}");
            assert!(matches!(column.compression(), Compression::ZSTD(_)), "{name}");
        }
    }
}
