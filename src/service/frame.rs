//! Record batches to Polars frames and back through the Arrow C data interface: the one place with unsafe code.
//!
//! Both sides lay out the interface's two structs as the C standard says, so a value of one is a value of the other;
//! moving it moves the buffers and the duty to release them. Numbers, dates and times share their buffers on the way;
//! text and dictionaries come back in Polars' own types and are cast by `gongbao_tables::align`.

#![expect(unsafe_code, reason = "the C data interface hands over raw buffers")]

use std::mem::{align_of, size_of, transmute};
use std::sync::Arc;

use arrow::array::{Array, ArrayRef, RecordBatch, make_array};
use arrow::datatypes::{Field, Schema};
use arrow::error::ArrowError;
use arrow::ffi::{FFI_ArrowArray, FFI_ArrowSchema, from_ffi};
use polars::prelude::{Column, CompatLevel, DataFrame, PolarsResult, Series};
use polars_arrow::ffi;

const _: () = {
    assert!(size_of::<FFI_ArrowArray>() == size_of::<ffi::ArrowArray>());
    assert!(align_of::<FFI_ArrowArray>() == align_of::<ffi::ArrowArray>());
    assert!(size_of::<FFI_ArrowSchema>() == size_of::<ffi::ArrowSchema>());
    assert!(align_of::<FFI_ArrowSchema>() == align_of::<ffi::ArrowSchema>());
};

/// Hands a batch to Polars.
///
/// - Errors: a type that Polars lacks.
pub(crate) fn to_polars(batch: &RecordBatch) -> PolarsResult<DataFrame> {
    let schema = batch.schema();
    let columns = schema.fields().iter().zip(batch.columns());
    let columns = columns.map(|(field, array)| column_to_polars(field, array)).collect::<PolarsResult<Vec<_>>>()?;
    DataFrame::new(batch.num_rows(), columns)
}

/// Takes a batch back from Polars; every column may be null.
///
/// - Errors: a type that arrow-rs lacks.
pub(crate) fn to_arrow(frame: &DataFrame) -> Result<RecordBatch, ArrowError> {
    let arrays = frame.columns().iter().map(|column| series_to_arrow(&column.as_materialized_series().rechunk()));
    let arrays = arrays.collect::<Result<Vec<_>, _>>()?;
    let fields = frame.columns().iter().zip(&arrays).map(|(column, array)| Field::new(column.name().as_str(), array.data_type().clone(), true));
    RecordBatch::try_new(Arc::new(Schema::new(fields.collect::<Vec<_>>())), arrays)
}

fn column_to_polars(field: &Field, array: &ArrayRef) -> PolarsResult<Column> {
    let failed = |error: ArrowError| polars::error::polars_err!(ComputeError: "{error}");
    let schema = FFI_ArrowSchema::try_from(field).map_err(failed)?;
    let array = FFI_ArrowArray::new(&array.to_data());
    // SAFETY: the structs have one layout (asserted above), and both were just made by arrow-rs for the same array.
    let series = unsafe {
        let schema = transmute::<FFI_ArrowSchema, ffi::ArrowSchema>(schema);
        let array = transmute::<FFI_ArrowArray, ffi::ArrowArray>(array);
        let field = ffi::import_field_from_c(&schema)?;
        let array = ffi::import_array_from_c(array, field.dtype.clone())?;
        Series::try_from((&field, array))?
    };
    Ok(series.into())
}

fn series_to_arrow(series: &Series) -> Result<ArrayRef, ArrowError> {
    let array = series.to_arrow(0, CompatLevel::newest());
    let field = polars_arrow::datatypes::Field::new(series.name().clone(), array.dtype().clone(), true);
    let schema = ffi::export_field_to_c(&field);
    let array = ffi::export_array_to_c(array);
    // SAFETY: the structs have one layout (asserted above), and both were just made by Polars for the same array.
    let data = unsafe {
        let schema = transmute::<ffi::ArrowSchema, FFI_ArrowSchema>(schema);
        from_ffi(transmute::<ffi::ArrowArray, FFI_ArrowArray>(array), &schema)?
    };
    Ok(make_array(data))
}

#[cfg(test)]
mod tests {
    use gongbao_tables::{Table, align};

    use super::*;
    use crate::write::testing;

    #[test]
    fn every_table_comes_back_as_it_went() {
        let made = testing::batches();
        for table in Table::OF_DOCUMENTS {
            let batch = made.get(table).unwrap();
            assert!(batch.num_rows() > 0 || table == Table::Investments);
            for part in [batch.clone(), batch.slice(0, 0), batch.slice(batch.num_rows() / 2, batch.num_rows() - batch.num_rows() / 2)] {
                let back = to_arrow(&to_polars(&part).unwrap()).unwrap();
                assert_eq!(align(table, &back).unwrap(), part, "{}", table.name());
            }
        }
    }
}
