//! The Arrow schemas, the one source of the columns, and record batches from what the core reads.

mod rows;

pub use rows::{DocumentRow, DocumentStatus, RunOutcome, RunRow, Trigger};
