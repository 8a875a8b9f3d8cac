//! Documents that were taken down: gone from every kept snapshot, and not to come again.
//!
//! `takedowns.jsonl` in the output folder tells them, a line each; what it tells is carried out afterwards, snapshot by snapshot, so
//! that a takedown that was cut off is finished by whoever takes the lock next. A snapshot that holds one of them is made anew
//! beside the old one and changes places with it in one step; its name, and what it tells of its run, stay.

use std::fs;
use std::io::ErrorKind;
use std::path::Path;

use serde::{Deserialize, Serialize};

use super::manifest::Manifest;
use super::object::object_path;
use super::plan::{Parent, Plan};
use super::snapshot::{self, SNAPSHOTS, STAGING};
use super::{KnownDocument, WriteError, commit, disk, fail, resolve_current};

/// Name of the file in the output folder.
pub(super) const TAKEDOWNS: &str = "takedowns.jsonl";

/// A document that was taken down.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Takedown {
    /// Name of its source.
    pub source: String,
    /// Its path in the source.
    pub path: String,
    /// Hex of BLAKE3-256 over its bytes; the same content stays out at any place.
    pub content_hash: Option<String>,
    /// True when other bytes may come at its place: then only its content stays out.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub is_content_only: bool,
    /// Why, in the operator's words.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// When, RFC 3339 in UTC.
    pub at: String,
    /// True once no kept snapshot holds it.
    pub done: bool,
}

/// All that were taken down.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Takedowns(Vec<Takedown>);

impl Takedowns {
    /// Reads what an output folder tells; a missing file tells nothing.
    ///
    /// - Errors: `Io`; `Manifest` when a line cannot be understood: what is to stay out must not be guessed.
    pub fn read(output: &Path) -> Result<Self, WriteError> {
        let path = output.join(TAKEDOWNS);
        let text = match fs::read_to_string(&path) {
            Ok(text) => text,
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok(Self::default()),
            Err(error) => return Err(WriteError::io("read", &path)(error)),
        };
        let read = text.lines().map(serde_json::from_str).collect::<Result<_, _>>();
        read.map(Self).map_err(|source| WriteError::Manifest { path, source })
    }

    /// Writes the file anew. The caller holds the [`super::RunLock`].
    pub fn write(&self, output: &Path) -> Result<(), WriteError> {
        let path = output.join(TAKEDOWNS);
        let lines = self.0.iter().map(serde_json::to_string).collect::<Result<Vec<_>, _>>();
        let lines = lines.map_err(|source| WriteError::Manifest { path: path.clone(), source })?;
        let staging = output.join(STAGING);
        disk::create_folder(&staging)?;
        let unfinished = staging.join(TAKEDOWNS);
        disk::remove_file(&unfinished)?;
        disk::write(&unfinished, lines.iter().flat_map(|line| [line.as_str(), "\n"]).collect::<String>().as_bytes())?;
        disk::rename(&unfinished, &path)?;
        disk::flush_folder(output)
    }

    /// All of them, in the order in which they were told.
    pub fn iter(&self) -> impl Iterator<Item = &Takedown> {
        self.0.iter()
    }

    /// Adds some; one at the same place with the same content takes the other's place.
    pub fn extend(&mut self, more: impl IntoIterator<Item = Takedown>) {
        for one in more {
            self.0.retain(|other| (&other.source, &other.path, &other.content_hash) != (&one.source, &one.path, &one.content_hash));
            self.0.push(one);
        }
    }

    /// Takes some out: they may come again.
    pub fn forget(&mut self, is_meant: impl Fn(&Takedown) -> bool) -> Vec<Takedown> {
        self.0.extract_if(.., |one| is_meant(one)).collect()
    }

    /// True when a document of this place or content may not stand in the tables.
    #[must_use]
    pub fn covers(&self, source: &str, path: &str, content_hash: Option<&str>) -> bool {
        self.covers_place(source, path) || content_hash.is_some_and(|content_hash| self.covers_content(content_hash))
    }

    /// True when nothing of this place may stand in the tables.
    #[must_use]
    pub fn covers_place(&self, source: &str, path: &str) -> bool {
        self.0.iter().any(|one| !one.is_content_only && one.source == source && one.path == path)
    }

    /// True when this content may stand nowhere in the tables.
    #[must_use]
    pub fn covers_content(&self, content_hash: &str) -> bool {
        self.0.iter().any(|one| one.content_hash.as_deref() == Some(content_hash))
    }

    /// True when some are told and not carried out.
    #[must_use]
    pub fn is_pending(&self) -> bool {
        self.0.iter().any(|one| !one.done)
    }

    /// Marks all as not carried out, as after a backup was brought back.
    pub fn reopen(&mut self) {
        self.0.iter_mut().for_each(|one| one.done = false);
    }

    /// Marks all as carried out.
    pub fn close(&mut self) {
        self.0.iter_mut().for_each(|one| one.done = true);
    }
}

/// Takes the documents out of every kept snapshot and out of the kept bytes. Done again, it changes nothing.
///
/// A snapshot that cannot be read, and is not the one that stands, is removed: nobody knows what it holds.
///
/// - Shape: the output folder and what is taken down in; names of the snapshots that changed out. The caller holds the
///   [`super::RunLock`].
/// - Errors: any [`WriteError`]; the snapshot in hand is as it was then.
pub fn take_down(output: &Path, takedowns: &Takedowns) -> Result<Vec<String>, WriteError> {
    let current = resolve_current(output).ok().flatten();
    let mut changed = Vec::new();
    for name in snapshot::names(output)? {
        let path = output.join(SNAPSHOTS).join(&name);
        let rewritten = Parent::at(path.clone()).and_then(|parent| rewrite(output, &name, &parent, takedowns));
        match rewritten {
            Ok(true) => changed.push(name),
            Ok(false) => {}
            Err(error) if is_damage(&error) && current.as_ref() != Some(&path) => {
                tracing::warn!(
                    error = &error as &dyn std::error::Error,
                    "snapshot {name} cannot be read and is removed: it may hold what is taken down"
                );
                snapshot::bury(output, &name)?;
                changed.push(name);
            }
            Err(error) => return Err(error),
        }
    }
    for hash in takedowns.iter().filter_map(|one| one.content_hash.as_deref()) {
        disk::remove_file(&object_path(output, hash)?)?;
    }
    Ok(changed)
}

/// True when what was written cannot be read, whatever room and rights there are.
fn is_damage(error: &WriteError) -> bool {
    match error {
        WriteError::Io { source, .. } => matches!(source.kind(), ErrorKind::NotFound | ErrorKind::InvalidData),
        WriteError::Parquet { .. } | WriteError::Manifest { .. } | WriteError::SchemaVersion { .. } => true,
        _ => false,
    }
}

/// Makes a snapshot anew without the documents; false when it holds none of them.
fn rewrite(output: &Path, name: &str, parent: &Parent, takedowns: &Takedowns) -> Result<bool, WriteError> {
    let plan = Plan::without(parent, |source, path, content| takedowns.covers(source, path, content))?;
    if plan.is_empty() {
        return Ok(false);
    }
    fail::point("takedown", "before");
    let staging = snapshot::stage(output, name)?;
    let made = commit::rewrite(&staging, parent, &plan).and_then(|()| {
        fail::point("takedown", "staged");
        snapshot::exchange(output, name, &staging)
    });
    if made.is_err()
        && let Err(left) = disk::remove_folder(&staging)
    {
        tracing::warn!(error = &left as &dyn std::error::Error, "an unfinished snapshot is left until the next run");
    }
    fail::point("takedown", "after");
    made.map(|()| true)
}

/// The documents of all kept snapshots that can be read, each with the name of its snapshot.
///
/// - Errors: as [`super::read_known_documents`].
pub fn kept_documents(output: &Path) -> Result<Vec<(String, KnownDocument)>, WriteError> {
    let mut found = Vec::new();
    for name in snapshot::names(output)? {
        let path = output.join(SNAPSHOTS).join(&name);
        match Manifest::read(&path) {
            Ok(_) => found.extend(super::read_known_documents(&path)?.into_iter().map(|known| (name.clone(), known))),
            Err(error) => tracing::warn!(error = &error as &dyn std::error::Error, "snapshot {name} cannot be read"),
        }
    }
    Ok(found)
}
