//! `quarantine`: the documents that could not be read, with their causes; read again, or put away.

use super::remove::is_called;
use super::{CommandError, Surroundings, repeat};
use crate::cli::{QuarantineAction, ReplayArgs};
use crate::config::{Config, LogLevel};
use crate::exit::Exit;
use crate::pipeline;
use crate::write::{self, KnownDocument, Takedown};
use chrono::SecondsFormat;
use gongbao_tables::DocumentStatus;
use serde_json::json;

/// Does what is asked for.
pub(super) fn quarantine(action: &QuarantineAction, around: &mut Surroundings<'_>) -> Result<Exit, CommandError> {
    match action {
        QuarantineAction::List { json } => list(*json, around),
        QuarantineAction::Show { document } => show(document, around),
        QuarantineAction::Replay { documents, dry_run } => {
            let quarantined = documents.is_empty();
            repeat::replay(&ReplayArgs { documents: documents.clone(), quarantined, run: None, dry_run: *dry_run, json: false }, around)
        }
        QuarantineAction::Discard { documents, reason } => discard(documents, reason.as_deref(), around),
    }
}

/// The quarantined documents of the newest snapshot.
fn quarantined(config: &Config) -> Result<Vec<KnownDocument>, CommandError> {
    let current = if config.output.is_dir() { write::resolve_current(&config.output)? } else { None };
    let snapshot = current.ok_or_else(|| CommandError::NoTables { path: config.output.clone() })?;
    let mut known = write::read_known_documents(&snapshot)?;
    known.retain(|document| document.status == DocumentStatus::Quarantined);
    Ok(known)
}

fn named<'a>(documents: &'a [KnownDocument], wanted: &str) -> Result<&'a KnownDocument, CommandError> {
    let found = documents.iter().find(|document| is_called(wanted, &document.source, &document.path, &document.document_id));
    found.ok_or_else(|| CommandError::Usage(format!("{wanted}: not quarantined; name it by its document_id or as SOURCE/PATH")))
}

/// Where the bytes of a document are kept.
fn kept(config: &Config, document: &KnownDocument) -> Option<std::path::PathBuf> {
    write::object_path(&config.output, document.content_hash.as_deref()?).ok().filter(|path| path.is_file())
}

fn list(as_json: bool, around: &mut Surroundings<'_>) -> Result<Exit, CommandError> {
    let config = around.config()?;
    around.start_logs(Some(&config), LogLevel::Warn);
    let documents = quarantined(&config)?;
    if as_json {
        for document in &documents {
            let kept = kept(&config, document).map(|path| path.display().to_string());
            let (source, path, id, run) = (&document.source, &document.path, &document.document_id, &document.run_id);
            let line = json!({ "source": source, "path": path, "document_id": id, "error": document.error, "bytes": document.bytes, "run_id": run, "kept": kept });
            writeln!(around.out, "{line}")?;
        }
        return Ok(Exit::Ok);
    }
    // The cause is the last on its line, so that none is cut.
    let name = |document: &KnownDocument| format!("{}/{}", document.source, document.path);
    let width = documents.iter().map(|document| name(document).chars().count()).max().unwrap_or_default();
    for document in &documents {
        writeln!(around.out, "{:<width$}  {}", name(document), document.error.as_deref().unwrap_or_default())?;
    }
    Ok(Exit::Ok)
}

fn show(wanted: &str, around: &mut Surroundings<'_>) -> Result<Exit, CommandError> {
    let config = around.config()?;
    around.start_logs(Some(&config), LogLevel::Warn);
    let documents = quarantined(&config)?;
    let document = named(&documents, wanted)?;
    let kept = kept(&config, document).map_or_else(|| String::from("not kept"), |path| path.display().to_string());
    let lines = [
        ("document", format!("{}/{}", document.source, document.path)),
        ("id", document.document_id.clone()),
        ("cause", document.error.clone().unwrap_or_default()),
        ("size", format!("{} bytes", document.bytes)),
        ("bytes", kept),
        ("since", format!("run {}, rules {}", document.run_id, document.extractor_version)),
    ];
    for (name, told) in lines {
        writeln!(around.out, "{name:<9} {told}")?;
    }
    Ok(Exit::Ok)
}

/// Takes documents out of the tables with their kept bytes. The same bytes do not come again; others at their place do.
fn discard(documents: &[String], reason: Option<&str>, around: &mut Surroundings<'_>) -> Result<Exit, CommandError> {
    let config = around.config()?;
    around.start_logs(Some(&config), LogLevel::Warn);
    let known = quarantined(&config)?;
    let at = (around.now)().to_rfc3339_opts(SecondsFormat::Secs, true);
    let mut discarded = Vec::new();
    for wanted in documents {
        let document = named(&known, wanted)?;
        if document.content_hash.is_none() {
            return Err(CommandError::Usage(format!("{wanted}: its bytes could never be read; take its file away instead")));
        }
        discarded.push(Takedown {
            source: document.source.clone(),
            path: document.path.clone(),
            content_hash: document.content_hash.clone(),
            is_content_only: true,
            reason: Some(reason.unwrap_or("discarded").to_owned()),
            at: at.clone(),
            done: false,
        });
    }
    pipeline::remove(&config.output, discarded.clone())?;
    for document in discarded {
        writeln!(around.out, "discarded {}/{}", document.source, document.path)?;
    }
    Ok(Exit::Ok)
}
