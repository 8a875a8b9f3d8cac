//! What a person sees of a run: logs on standard error, a bar on a terminal, and the summary at its end.

pub mod fields;
mod logs;
mod progress;
mod summary;

pub use logs::{LogSettings, start};
pub use progress::Progress;
pub use summary::{FailedSource, Summary, chain, counted};
