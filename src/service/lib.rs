//! The program: documents come in at one door, are understood in the core, and leave as tables by another.
//!
//! Start reading at [`pipeline`], the one file that joins the stages. This package alone sees files, the clock and Polars.

pub mod cli;

pub mod command;

pub mod config;

pub mod exit;

pub mod pipeline;

pub mod schedule;

pub mod stop;

pub mod ingest;

mod extract;

mod frame;

pub mod write;

pub mod ledger;

pub mod observe;

#[cfg(test)]
mod model;
