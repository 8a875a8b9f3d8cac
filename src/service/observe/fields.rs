//! Names of the fields in log lines: each is written here once, so that a query finds all lines that speak of a thing.

/// Id of the run.
pub const RUN_ID: &str = "run.id";
/// Hash of the configuration.
pub const RUN_CONFIG: &str = "run.config";
/// Name of the stage.
pub const STAGE_NAME: &str = "stage.name";
/// Milliseconds that a stage took.
pub const STAGE_MS: &str = "stage.ms";
/// Name of the source.
pub const SOURCE_NAME: &str = "source.name";
/// Path of a folder that could not be looked into.
pub const SOURCE_FOLDER: &str = "source.folder";
/// Documents that a source holds.
pub const SOURCE_DOCUMENTS: &str = "source.documents";
/// Documents that were fetched anew from a remote source.
pub const SOURCE_FETCHED: &str = "source.fetched";
/// Id of the document.
pub const DOCUMENT_ID: &str = "document.id";
/// Path of the document within its source.
pub const DOCUMENT_PATH: &str = "document.path";
/// Encoding that was found.
pub const DOCUMENT_ENCODING: &str = "document.encoding";
/// Observations found.
pub const OBSERVATIONS: &str = "document.observations";
/// Investments found.
pub const INVESTMENTS: &str = "document.investments";
/// Why something failed.
pub const ERROR: &str = "error";
/// Name of the snapshot.
pub const SNAPSHOT: &str = "snapshot";
/// Name of the schedule.
pub const SCHEDULE: &str = "schedule";
/// Spans that the collector did not take.
pub const TRACE_FAILED: &str = "trace.failed";
/// Spans that found no room in the queue, or no time at the end.
pub const TRACE_DROPPED: &str = "trace.dropped";
