//! The program: takes documents in on a schedule and writes the tables.

pub mod write;

pub mod ledger;
