//! `backfill` and `replay`: known documents are read anew, by their dates or by name; all others stay as they are.

use super::work::{self, Order};
use super::{CommandError, Surroundings, rows};
use crate::cli::{BackfillArgs, ReplayArgs};
use crate::config::Config;
use crate::exit::Exit;
use crate::ingest::Context;
use crate::observe::counted;
use crate::pipeline::Selection;
use crate::write;
use gongbao_core::model::PartialDate;
use gongbao_tables::{Table, Trigger};
use std::collections::{BTreeMap, BTreeSet};

const COLUMNS: [&str; 7] = ["document_id", "source", "path", "status", "run_id", "published", "published_basis"];

/// What the tables tell of a document, each in the order of [`COLUMNS`].
struct Standing {
    document_id: String,
    source: String,
    path: String,
    status: String,
    run_id: String,
    published: String,
    published_basis: String,
}

/// Reads the documents anew that were published within a range of days.
pub(super) fn backfill(args: &BackfillArgs, around: &mut Surroundings<'_>) -> Result<Exit, CommandError> {
    let config = around.config()?;
    around.start_logs(Some(&config), config.log_level);
    if args.from > args.to {
        return Err(CommandError::Usage(format!("{} is after {}", args.from, args.to)));
    }
    let sources = work::named_sources(&config, &args.source)?;
    let mut documents = standing(&config)?;
    documents.retain(|document| sources.is_empty() || sources.contains(&document.source));
    let undated = documents.iter().filter(|document| document.published.is_empty()).count();
    // Days in ISO 8601 sort by their words.
    let (from, to) = (args.from.to_string(), args.to.to_string());
    documents.retain(|document| !document.published.is_empty() && (&from..=&to).contains(&&document.published));
    if undated > 0 && args.json {
        tracing::warn!("{} of unknown date: left as they are", counted(undated, "document"));
    } else if undated > 0 {
        writeln!(around.out, "undated    {} of unknown date: left as they are", counted(undated, "document"))?;
    }
    again(&config, &documents, Trigger::Backfill, args.dry_run, args.json, around)
}

/// Reads named documents anew, or all that are quarantined, or those of a run.
pub(super) fn replay(args: &ReplayArgs, around: &mut Surroundings<'_>) -> Result<Exit, CommandError> {
    let config = around.config()?;
    around.start_logs(Some(&config), config.log_level);
    let mut documents = standing(&config)?;
    if args.quarantined {
        documents.retain(|document| document.status == "quarantined");
    } else if let Some(run) = &args.run {
        documents.retain(|document| document.run_id == *run);
        if documents.is_empty() {
            return Err(CommandError::Usage(format!("the tables hold no document of a run {run}")));
        }
    } else {
        for wanted in &args.documents {
            if !documents.iter().any(|document| document.is_called(wanted)) {
                return Err(CommandError::Usage(format!("{wanted}: no such document; name it by its document_id or as SOURCE/PATH")));
            }
        }
        documents.retain(|document| args.documents.iter().any(|wanted| document.is_called(wanted)));
    }
    again(&config, &documents, Trigger::Replay, args.dry_run, args.json, around)
}

fn again(
    config: &Config,
    documents: &[Standing],
    trigger: Trigger,
    dry_run: bool,
    json: bool,
    around: &mut Surroundings<'_>,
) -> Result<Exit, CommandError> {
    let selection: Selection = documents.iter().map(|document| (document.key(), document.context(config))).collect();
    if selection.is_empty() {
        if !json {
            writeln!(around.out, "documents  none is to be read anew")?;
        }
        return Ok(Exit::Ok);
    }
    let sources: BTreeSet<String> = selection.keys().map(|(source, _)| source.clone()).collect();
    work::work(&Order { sources, selection: Some(&selection), dry_run, json, ..Order::new(config, trigger) }, around)
}

/// The documents of the newest snapshot.
fn standing(config: &Config) -> Result<Vec<Standing>, CommandError> {
    let current = if config.output.is_dir() { write::resolve_current(&config.output)? } else { None };
    let snapshot = current.ok_or_else(|| CommandError::NoTables { path: config.output.clone() })?;
    let mut documents = BTreeMap::new();
    rows::for_each(&snapshot, Table::Documents, &COLUMNS, &mut |row| {
        if let [document_id, source, path, status, run_id, published, published_basis] = row.as_slice() {
            let [document_id, source, path, status, run_id, published, published_basis] =
                [document_id, source, path, status, run_id, published, published_basis].map(rows::written);
            let document = Standing { document_id, source, path, status, run_id, published, published_basis };
            documents.insert(document.key(), document);
        }
    })?;
    Ok(documents.into_values().collect())
}

impl Standing {
    fn key(&self) -> (String, String) {
        (self.source.clone(), self.path.clone())
    }

    fn is_called(&self, wanted: &str) -> bool {
        self.document_id == wanted || wanted.strip_prefix(&self.source).and_then(|rest| rest.strip_prefix('/')) == Some(&self.path)
    }

    /// What is known beforehand when the file is gone: a manifest's line has gone with it, but the tables tell its date.
    fn context(&self, config: &Config) -> Context {
        let source = config.sources.iter().find(|source| source.name == self.source);
        let told = PartialDate::parse(&self.published).filter(|_| self.published_basis == "manifest");
        Context { title: None, published: told.or(source.and_then(|source| source.published)), area: source.and_then(|source| source.area.clone()) }
    }
}
