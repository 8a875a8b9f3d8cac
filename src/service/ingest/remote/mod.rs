//! Documents that lie elsewhere: pages by HTTP, and objects of a store.
//!
//! Looking through such a source fetches what is new or changed into the kept bytes of the output folder, and gives candidates that
//! are files there; from then on they are documents like others. What was fetched once stays until somebody takes it out: a page
//! that its server has no more, or that no index page names any more, does not go from the tables.

mod address;
mod client;
mod error;
mod extension;
mod gate;
mod robots;
mod shelf;
mod store;
mod web;

pub use error::FetchError;
pub use shelf::Shelf;
pub(crate) use store::check as check_store;

use super::find::{Found, candidates, unpacked};
use super::manifest::Manifest;
use super::{IngestError, Parser, Retry, Scan};
use crate::config::{FetchFile, Origin, Source};
use crate::ledger::Fetch;
use crate::observe::{chain, fields};
use chrono::{DateTime, Utc};
use futures_util::stream::{self, StreamExt};
use std::collections::{BTreeMap, BTreeSet};
use std::future::Future;
use std::path::PathBuf;

/// How remote sources are looked through.
pub struct Remote<'a> {
    /// `[fetch]`.
    pub settings: &'a FetchFile,
    /// A larger document is not fetched.
    pub limit: u64,
    /// How often is tried.
    pub retry: &'a Retry<'a>,
    /// Where bytes are kept.
    pub shelf: Shelf<'a>,
    /// Reads index pages.
    pub parser: &'a Parser,
    /// Whether nothing more is to be begun.
    pub is_stopped: &'a dyn Fn() -> bool,
    /// The clock.
    pub now: &'a dyn Fn() -> DateTime<Utc>,
}

/// What is wanted of a source, and how that went.
struct Item {
    /// Its URL, or its path below the place of the store.
    path: String,
    outcome: Result<Fetch, FetchError>,
}

/// What a source told of itself.
#[derive(Default)]
struct Told {
    items: Vec<Item>,
    skipped: u64,
    /// Index pages that could not be read: then what is missing may still be there.
    unseen: Vec<(String, String)>,
}

/// Fetches what is new or changed in a source.
///
/// - Errors: the store cannot be listed, the manifest is wrong, or bytes cannot be kept. A document that cannot be fetched is told in
///   the [`Scan`].
pub fn fetch(remote: &Remote<'_>, source: &Source) -> Result<Scan, IngestError> {
    let known = remote.shelf.known(source)?;
    let told = block_on(async {
        match &source.origin {
            Origin::Web(origin) => web::look(remote, source, origin, &known).await,
            Origin::Store(origin) => store::look(remote, source, origin, &known).await,
            Origin::Files(_) => Ok(Told::default()),
        }
    })?;
    let is_new =
        |item: &&Item| item.outcome.as_ref().is_ok_and(|fetch| known.get(&item.path).is_none_or(|known| known.fetched_at != fetch.fetched_at));
    let new = told.items.iter().filter(is_new).count();
    tracing::info!({ fields::SOURCE_NAME } = %source.name, { fields::SOURCE_DOCUMENTS } = told.items.len(), { fields::SOURCE_FETCHED } = new, "fetched");
    scan(remote, source, told, &known)
}

/// What is kept of a source, without asking anybody.
///
/// - Errors: the manifest is wrong, or the ledger cannot be read.
pub fn kept(remote: &Remote<'_>, source: &Source) -> Result<Scan, IngestError> {
    let known = remote.shelf.known(source)?;
    let items = known.values().map(|fetch| Item { path: fetch.path.clone(), outcome: Ok(fetch.clone()) });
    scan(remote, source, Told { items: items.collect(), ..Told::default() }, &known)
}

/// Whether a source can be reached: a line for each thing that was asked.
pub fn probe(settings: &FetchFile, limit: u64, retry: &Retry<'_>, source: &Source) -> Vec<Result<String, (String, FetchError)>> {
    let probed = block_on(async {
        Ok(match &source.origin {
            Origin::Web(origin) => web::probe(settings, limit, retry, origin).await,
            Origin::Store(origin) => vec![store::probe(origin).await],
            Origin::Files(_) => Vec::new(),
        })
    });
    probed.unwrap_or_else(|error| vec![Err((source.place(), FetchError::Client(chain(&error))))])
}

/// What was fetched before, by path.
type Known = BTreeMap<String, Fetch>;

/// Runs to its end here what waits for a network.
fn block_on<T>(future: impl Future<Output = Result<T, IngestError>>) -> Result<T, IngestError> {
    tokio::runtime::Builder::new_current_thread().enable_all().build().map_err(IngestError::Runtime)?.block_on(future)
}

/// Does something for each of many, some at the same time; what is done first comes first.
async fn each<I, O, F: Future<Output = Result<O, IngestError>>>(many: Vec<I>, at_once: u32, one: impl Fn(I) -> F) -> Result<Vec<O>, IngestError> {
    let at_once = usize::try_from(at_once).unwrap_or(usize::MAX);
    let mut running = stream::iter(many).map(one).buffer_unordered(at_once);
    let mut done = Vec::new();
    while let Some(one) = running.next().await {
        done.push(one?);
    }
    Ok(done)
}

/// Makes candidates of what is kept now.
fn scan(remote: &Remote<'_>, source: &Source, told: Told, known: &Known) -> Result<Scan, IngestError> {
    let mut scan = Scan { skipped: told.skipped, unseen: told.unseen, ..Scan::default() };
    let mut found = Vec::new();
    let mut refused = BTreeMap::new();
    for item in told.items {
        let held = |fetch: &Fetch| remote.shelf.kept(&fetch.content_hash).map(|file| file_of(fetch, file));
        match (item.outcome, known.get(&item.path).and_then(held)) {
            (Ok(fetch), _) if remote.shelf.is_barred(&fetch.content_hash) => scan.skipped += 1,
            (Ok(fetch), _) => match held(&fetch) {
                Some(file) => found.push(file),
                None => scan.forget(item.path, "its kept bytes are gone"),
            },
            (Err(FetchError::Stopped), None) => scan.not_begun.push(item.path),
            (Err(FetchError::Stopped), Some(file)) => found.push(file),
            (Err(error), held) if error.is_transient() => {
                scan.unreached.push((item.path, chain(&error)));
                found.extend(held);
            }
            (Err(error), Some(file)) => {
                tracing::warn!({ fields::DOCUMENT_PATH } = %item.path, { fields::ERROR } = %chain(&error), "not to be had any more: what was fetched of it stays");
                found.push(file);
            }
            (Err(error), None) if known.contains_key(&item.path) => {
                scan.forget(item.path, &format!("its kept bytes are gone, and {}", chain(&error)))
            }
            (Err(error), None) => {
                refused.insert(item.path, error);
            }
        }
    }
    let manifests: Vec<Manifest> = source.manifest.iter().map(|path| Manifest::of_keys(path)).collect::<Result<_, _>>()?;
    let refused_ones = refused.keys().map(|path| Found::remote(path, PathBuf::from(path), extension::of_path(path)));
    let mut found: Vec<Found> = found.into_iter().flat_map(|file| unpacked(remote.parser, file, &mut scan.skipped)).chain(refused_ones).collect();
    // An object may be named as a member of an archive beside it.
    let mut keys = BTreeSet::new();
    found.retain(|file| keys.insert(file.key.clone()));
    scan.manifest_lines_without_document = manifests.iter().map(|manifest| manifest.lines_without(found.iter().map(|file| file.key.as_str()))).sum();
    scan.candidates = candidates(source, found, &manifests);
    for candidate in &mut scan.candidates {
        candidate.unfetched = refused.remove(&candidate.path);
    }
    if let Origin::Web(web) = &source.origin
        && !web.index.is_empty()
    {
        scan.forgotten.extend(remote.shelf.forgotten(source, known)?);
    }
    Ok(scan)
}

impl Scan {
    /// Leaves the rows of a document as they are, of which nothing else is known.
    fn forget(&mut self, path: String, why: &str) {
        tracing::warn!({ fields::DOCUMENT_PATH } = %path, "{why}: its rows stay");
        self.forgotten.push(path);
    }
}

fn file_of(fetch: &Fetch, file: PathBuf) -> Found {
    Found::remote(&fetch.path, file, fetch.extension.clone())
}
