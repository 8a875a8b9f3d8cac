//! The integration tests: the program as a whole, from its command line to its tables.

mod bad_files;
mod changes;
mod cmd;
mod config;
mod house;
