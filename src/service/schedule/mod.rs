//! When runs happen by themselves: which ticks a schedule has, which of them are due, and who does them.
//!
//! The wall clock of a zone and a cron expression give the ticks ([`Schedule`]); the ledger remembers which were claimed, so that
//! each is done once, however many processes there are and whatever the clock does ([`due`]); [`serve`] drives it all.

mod due;
mod serve;
mod service;
mod ticks;
mod watch;

pub use due::{Due, GRACE, Past, due};
pub use serve::{Load, Loaded, ServeError, serve};
pub use service::Service;
pub use ticks::{Schedule, ScheduleError};
