//! The integration tests: the program as a whole, from its command line to its tables.
#![expect(clippy::unwrap_used, clippy::panic, reason = "a helper that fails fails its test")]

mod backup;
mod bad_files;
mod changes;
mod cmd;
#[cfg(feature = "otlp")]
mod collector;
mod compare;
mod config;
mod crash;
mod deploy;
mod disk;
mod doctor;
mod formats;
mod golden;
mod ground;
mod house;
mod observe;
#[cfg(feature = "otlp")]
mod otlp;
mod readme;
mod remove;
mod repeat;
mod serve;
mod site;
mod stop;
mod store;
mod torn;
mod web;
mod wrapped;
