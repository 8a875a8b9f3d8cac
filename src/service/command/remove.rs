//! `remove`: documents are taken out of the tables for good, or allowed back.

use super::{CommandError, Surroundings};
use crate::cli::RemoveArgs;
use crate::config::LogLevel;
use crate::exit::Exit;
use crate::pipeline;
use crate::write::{self, Takedown, Takedowns};
use chrono::SecondsFormat;
use gongbao_tables::document_id;
use std::collections::BTreeMap;
use std::path::Path;

/// Whether a document is the one that is named.
pub(super) fn is_called(wanted: &str, source: &str, path: &str, document_id: &str) -> bool {
    wanted == document_id || wanted.strip_prefix(source).and_then(|rest| rest.strip_prefix('/')) == Some(path)
}

/// Takes documents down, lets them come again, or lists them.
pub(super) fn remove(args: &RemoveArgs, around: &mut Surroundings<'_>) -> Result<Exit, CommandError> {
    let config = around.config()?;
    around.start_logs(Some(&config), LogLevel::Warn);
    let output = config.output.as_path();
    if !output.is_dir() {
        return Err(CommandError::NoTables { path: output.to_owned() });
    }
    if args.list {
        for one in Takedowns::read(output)?.iter() {
            let state = if one.done { "removed" } else { "pending" };
            writeln!(around.out, "{state}  {}  {}/{}  {}", one.at, one.source, one.path, one.reason.as_deref().unwrap_or_default())?;
        }
        return Ok(Exit::Ok);
    }
    if args.forget {
        return forget(args, output, around);
    }
    let kept = write::kept_documents(output)?;
    let at = (around.now)().to_rfc3339_opts(SecondsFormat::Secs, true);
    let mut takedowns = Takedowns::default();
    for wanted in &args.documents {
        let mut meant = kept.iter().filter(|(_, known)| is_called(wanted, &known.source, &known.path, &known.document_id)).peekable();
        if meant.peek().is_none() {
            return Err(CommandError::Usage(format!("{wanted}: in no kept snapshot; name it by its document_id or as SOURCE/PATH")));
        }
        takedowns.extend(meant.map(|(_, known)| Takedown {
            source: known.source.clone(),
            path: known.path.clone(),
            content_hash: known.content_hash.clone(),
            is_content_only: false,
            reason: args.reason.clone(),
            at: at.clone(),
            done: false,
        }));
    }
    // What has the same content, or stood at the same place, goes too, and is told.
    let goes = kept.iter().filter(|(_, known)| takedowns.covers(&known.source, &known.path, known.content_hash.as_deref()));
    let mut told: BTreeMap<(&str, &str), Vec<&str>> = BTreeMap::new();
    for (snapshot, known) in goes {
        told.entry((&known.source, &known.path)).or_default().push(snapshot);
    }
    if !args.dry_run {
        pipeline::remove(output, takedowns.iter().cloned().collect())?;
    }
    let state = if args.dry_run { "would go" } else { "removed" };
    for ((source, path), snapshots) in told {
        writeln!(around.out, "{state:8}  {source}/{path}  out of {}", snapshots.join(" "))?;
    }
    Ok(Exit::Ok)
}

/// Lets documents come again.
fn forget(args: &RemoveArgs, output: &Path, around: &mut Surroundings<'_>) -> Result<Exit, CommandError> {
    let is_wanted = |wanted: &str, one: &Takedown| {
        let id = document_id(&one.source, &one.path, one.content_hash.as_deref());
        is_called(wanted, &one.source, &one.path, &id)
    };
    let is_meant = |one: &Takedown| args.documents.iter().any(|wanted| is_wanted(wanted, one));
    let takedowns = Takedowns::read(output)?;
    if let Some(wanted) = args.documents.iter().find(|wanted| !takedowns.iter().any(|one| is_wanted(wanted, one))) {
        return Err(CommandError::Usage(format!("{wanted}: was not taken down")));
    }
    let forgotten = if args.dry_run { takedowns.iter().filter(|one| is_meant(one)).cloned().collect() } else { pipeline::readmit(output, is_meant)? };
    for one in forgotten {
        writeln!(around.out, "may come again  {}/{}", one.source, one.path)?;
    }
    Ok(Exit::Ok)
}
