//! What was fetched before, and the bytes of it.

use super::{Known, extension};
use crate::config::{Origin, Source};
use crate::ingest::IngestError;
use crate::ingest::find::{ARCHIVE, is_readable};
use crate::ledger::{Fetch, FetchRole, Ledger};
use crate::write::{self, Takedowns};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// What was fetched before, and the bytes of it.
#[derive(Clone, Copy)]
pub struct Shelf<'a> {
    /// Remembers what was fetched.
    pub ledger: &'a Ledger,
    /// The output folder, where bytes are kept.
    pub output: &'a Path,
    /// Another output folder whose kept bytes are read.
    pub also: Option<&'a Path>,
    /// What may not be kept.
    pub takedowns: &'a Takedowns,
}

impl Shelf<'_> {
    /// The documents that were fetched from a source. What a ledger written anew has forgotten, the documents of the tables tell.
    pub(super) fn known(&self, source: &Source) -> Result<Known, IngestError> {
        let index = match &source.origin {
            Origin::Web(web) => web.index.first().map(ToString::to_string),
            Origin::Files(_) | Origin::Store(_) => None,
        };
        // Pages are named in many ways.
        let is_web = matches!(source.origin, Origin::Web(_));
        let page = || String::from("html");
        let forgotten = self.ledger.entries(&source.name)?.into_iter().filter_map(|entry| {
            let fetch = Fetch {
                source: entry.source,
                role: FetchRole::Document,
                found_on: index.clone(),
                etag: None,
                last_modified: None,
                content_hash: entry.content_hash?,
                extension: Some(extension::of_path(&entry.path)).filter(|found| is_readable(found) || !is_web).unwrap_or_else(page),
                path: entry.path,
                fetched_at: entry.modified.unwrap_or_default(),
            };
            self.kept(&fetch.content_hash).map(|_| (fetch.path.clone(), fetch))
        });
        let mut known: BTreeMap<_, _> = forgotten.collect();
        let fetched = self.fetched(source, FetchRole::Document)?;
        let archives: Vec<&Fetch> = fetched.values().filter(|fetch| fetch.extension == ARCHIVE).collect();
        known.retain(|path, _| !archives.iter().any(|archive| is_below(path, &archive.path)));
        known.extend(fetched);
        known.retain(|path, _| !self.takedowns.covers_place(&source.name, path));
        Ok(known)
    }

    /// Documents of the tables of which a ledger written anew does not know any more how they came: those of archives.
    pub(super) fn forgotten(&self, source: &Source, known: &Known) -> Result<Vec<String>, IngestError> {
        let archives: Vec<&Fetch> = known.values().filter(|fetch| fetch.extension == ARCHIVE).collect();
        let is_known = |path: &str| known.contains_key(path) || archives.iter().any(|archive| is_below(path, &archive.path));
        let fetched = self.ledger.entries(&source.name)?.into_iter().filter(|entry| entry.content_hash.is_some());
        Ok(fetched.map(|entry| entry.path).filter(|path| !is_known(path)).collect())
    }

    /// What was fetched for a purpose, by path.
    pub(super) fn fetched(&self, source: &Source, role: FetchRole) -> Result<Known, IngestError> {
        let fetches = self.ledger.fetches(&source.name)?.into_iter();
        Ok(fetches.filter(|fetch| fetch.role == role).map(|fetch| (fetch.path.clone(), fetch)).collect())
    }

    /// The kept bytes of a content.
    pub(super) fn kept(&self, content_hash: &str) -> Option<PathBuf> {
        let outputs = [Some(self.output), self.also];
        outputs.into_iter().flatten().filter_map(|output| write::object_path(output, content_hash).ok()).find(|path| path.is_file())
    }

    /// Whether a content may not stand in the tables.
    pub(super) fn is_barred(&self, content_hash: &str) -> bool {
        self.takedowns.covers_content(content_hash)
    }

    /// Whether nothing may be fetched from a place.
    pub(super) fn is_barred_place(&self, source: &Source, path: &str) -> bool {
        self.takedowns.covers_place(&source.name, path)
    }

    /// Whether it need not be sent again if it is as it was.
    pub(super) fn is_at_hand(&self, fetch: &Fetch) -> bool {
        self.is_barred(&fetch.content_hash) || self.kept(&fetch.content_hash).is_some()
    }

    /// Keeps what was fetched, and remembers it.
    pub(super) fn put(&self, fetch: &Fetch, bytes: &[u8]) -> Result<(), IngestError> {
        if !self.is_barred(&fetch.content_hash) {
            write::store_object(self.output, &fetch.content_hash, bytes)?;
        }
        Ok(self.ledger.remember(fetch)?)
    }

    /// Remembers what was fetched before in another way.
    pub(super) fn remember(&self, fetch: &Fetch) -> Result<(), IngestError> {
        Ok(self.ledger.remember(fetch)?)
    }
}

/// Whether a path is that of a document in an archive.
pub(super) fn is_below(path: &str, archive: &str) -> bool {
    path.strip_prefix(archive).is_some_and(|rest| rest.starts_with('/'))
}
