//! The Arrow schemas, the one source of the columns, and record batches from what the core reads.

mod arrays;
mod batch;
mod chars;
mod id;
mod rows;
mod schema;

pub use arrays::{align, sort};
pub use batch::{DocumentBatches, runs};
pub use id::{content_hash, document_id};
pub use rows::{DocumentRow, DocumentStatus, RunOutcome, RunRow, Trigger};
pub use schema::{DECIMAL, SCHEMA_VERSION, Table, dictionary};
