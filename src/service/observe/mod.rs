//! What is seen of runs: logs, a bar on a terminal and the summary at the end by a person; metrics and a port by machines.

pub mod fields;
pub mod http;
mod logs;
pub mod metrics;
mod progress;
mod summary;
pub mod textfile;
mod traces;

pub use logs::{LogFiles, LogGuard, LogSettings, start};
pub use progress::Progress;
pub use summary::{FailedSource, Summary, chain, counted};
