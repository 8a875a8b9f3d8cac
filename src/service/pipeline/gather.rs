//! The first stage of a run: which documents there are, which of them are new, and which are gone.
//!
//! What cannot be reached for the moment keeps what the tables hold of it: a document, a source, a folder of it, also a source
//! that is suddenly empty, as one is that is not mounted. No document is left as a duplicate of one that is no longer there.

use super::{RunOptions, as_u64};
use crate::config::{Config, Source};
use crate::ingest::remote::{Remote, Shelf};
use crate::ingest::{self, Arrival, Candidate, Content, Context, Decision, DocumentError, IngestError, Known, Parser, Retry};
use crate::ledger::{Entry, Ledger, LedgerError};
use crate::observe::{FailedSource, chain, counted, fields};
use crate::write::{self, Takedowns};
use gongbao_tables::DocumentStatus;
use rayon::prelude::*;
use std::cell::Cell;
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

/// Of so many known documents …
const MANY: usize = 20;

/// Source and path.
type Key = (String, String);

/// What the first stage gives to the next.
#[derive(Default)]
pub(super) struct Gathered {
    pub(super) work: Vec<(Arrival, Decision)>,
    pub(super) known: Known,
    pub(super) contexts: BTreeMap<Key, String>,
    /// Entries without a context, as a ledger written anew has them: what is known now is taken for what was known then.
    pub(super) adopted: Vec<Entry>,
    pub(super) removed: Vec<Key>,
    pub(super) seen: u64,
    pub(super) unchanged: u64,
    pub(super) bytes: u64,
    pub(super) skipped: u64,
    /// Documents that were not fetched, as the run was asked to end.
    pub(super) not_begun: u64,
    pub(super) manifest_lines_without_document: usize,
    pub(super) failed_documents: Vec<(String, String, String)>,
    pub(super) failed_sources: Vec<FailedSource>,
}

/// Whether a document was taken away after it was found: no failure, and the next run sees that it is gone.
fn is_gone(arrival: &Arrival) -> bool {
    let is_missing = |error: &std::io::Error| error.kind() == std::io::ErrorKind::NotFound;
    matches!(&arrival.content, Content::Failed(DocumentError::Unreadable(error)) if is_missing(error))
        && arrival.candidate.file.symlink_metadata().is_err_and(|error| is_missing(&error))
}

/// Finds the documents of all wanted sources, reads them, and tells the ones that are new.
pub(super) fn gather(
    config: &Config,
    ledger: &Ledger,
    threads: &rayon::ThreadPool,
    parser: &Parser,
    takedowns: &Takedowns,
    options: RunOptions<'_>,
) -> Result<Gathered, LedgerError> {
    let sleep = |wait| {
        if !options.stop.is_asked() {
            std::thread::sleep(wait);
        }
    };
    let retry = Retry::new(&config.retry, &sleep);
    let loader = Loader { retry: &retry, parser, limit: config.document_bytes };
    let mut stage = Stage { loader, config, ledger, threads, takedowns, options, scanned: BTreeMap::new(), gathered: Gathered::default() };
    let mut candidates: Vec<Candidate> = Vec::new();
    let is_wanted = |source: &&Source| options.sources.is_empty() || options.sources.contains(&source.name);
    for source in config.sources.iter().filter(is_wanted) {
        candidates.extend(stage.look_through(source)?);
    }
    if options.selection.is_some() {
        candidates = stage.selected()?;
    }
    candidates.retain(|candidate| !takedowns.covers_place(&candidate.source, &candidate.path));
    let (mut arrivals, failed) = stage.load(candidates);
    stage.gathered.failed_documents.extend(failed.into_iter().map(|(key, error)| (key.0, key.1, error)));
    stage.leave_out(&mut arrivals);
    arrivals.extend(stage.orphans(&arrivals)?);
    arrivals.sort_by(|a, b| (&a.candidate.source, &a.candidate.path).cmp(&(&b.candidate.source, &b.candidate.path)));
    stage.settle(arrivals)?;
    Ok(stage.gathered)
}

/// How documents are read, on every thread.
#[derive(Clone, Copy)]
struct Loader<'a> {
    retry: &'a Retry<'a>,
    parser: &'a Parser,
    limit: u64,
}

impl Loader<'_> {
    fn load(&self, candidate: Candidate, known: Option<&Entry>) -> Arrival {
        let read = |candidate: &Candidate, limit: u64| {
            let mut size = 0;
            let done = self.retry.run(&candidate.file.to_string_lossy(), ingest::DocumentError::is_momentary, || {
                let (bytes, done) = ingest::read(self.parser, candidate, limit);
                size = bytes;
                done
            });
            (size, done)
        };
        ingest::load_by(&read, self.parser, candidate, known, self.limit)
    }
}

struct Stage<'a> {
    loader: Loader<'a>,
    config: &'a Config,
    ledger: &'a Ledger,
    threads: &'a rayon::ThreadPool,
    takedowns: &'a Takedowns,
    options: RunOptions<'a>,
    /// What sources hold now, by name and path; nothing of a source that failed.
    scanned: BTreeMap<String, BTreeMap<String, Candidate>>,
    gathered: Gathered,
}

impl Stage<'_> {
    /// Finds the documents of one source, and the keys that it no longer has. A source that fails keeps what the tables hold of it.
    fn look_through(&mut self, source: &Source) -> Result<Vec<Candidate>, LedgerError> {
        let entries = self.ledger.entries(&source.name)?;
        self.gathered.known.extend(entries.iter().map(|entry| (entry_key(entry), entry.clone())));
        // What is read again is read from the kept bytes.
        let scan = match self.scan(source, self.options.selection.is_some()) {
            Ok(scan) => scan,
            Err(error) => {
                self.fail(source, chain(&error), matches!(error, IngestError::Manifest(_) | IngestError::Glob { .. }));
                return Ok(Vec::new());
            }
        };
        let is_complete = scan.unseen.is_empty();
        for (folder, error) in &scan.unseen {
            self.fail(source, format!("cannot look into {folder}: {error}"), false);
        }
        tracing::debug!({ fields::SOURCE_NAME } = %source.name, { fields::SOURCE_DOCUMENTS } = scan.candidates.len(), "looked through");
        if is_complete && self.options.selection.is_none() {
            let gone: Vec<Key> = entries.iter().filter(|entry| scan.lacks(&entry.path)).map(entry_key).collect();
            if let Some(doubt) =
                doubt(source, entries.len(), gone.len(), scan.candidates.is_empty() && !gone.is_empty()).filter(|_| !self.options.allow_empty)
            {
                self.fail(source, doubt, false);
                return Ok(Vec::new());
            }
            self.gathered.removed.extend(gone);
        }
        let unreached = scan.unreached.iter().map(|(path, error)| {
            tracing::warn!({ fields::DOCUMENT_PATH } = %path, { fields::ERROR } = %error, "not reached: the next run tries again");
            (source.name.clone(), path.clone(), error.clone())
        });
        self.gathered.failed_documents.extend(unreached);
        self.gathered.not_begun += as_u64(scan.not_begun.len());
        self.gathered.skipped += scan.skipped;
        self.gathered.manifest_lines_without_document += scan.manifest_lines_without_document;
        self.scanned.insert(source.name.clone(), by_path(&scan.candidates));
        Ok(scan.candidates)
    }

    /// What a source holds now; of a remote one, where `only_kept`, what was fetched before.
    fn scan(&self, source: &Source, only_kept: bool) -> Result<ingest::Scan, IngestError> {
        let excluded = self.options.rehearses.unwrap_or(&self.config.output);
        if source.is_remote() {
            let is_stopped = || self.options.stop.is_asked();
            let remote = Remote {
                settings: &self.config.fetch,
                limit: self.config.document_bytes,
                retry: self.loader.retry,
                shelf: Shelf { ledger: self.ledger, output: &self.config.output, also: self.options.rehearses, takedowns: self.takedowns },
                parser: self.loader.parser,
                is_stopped: &is_stopped,
                now: self.options.now,
            };
            return if only_kept { ingest::remote::kept(&remote, source) } else { ingest::remote::fetch(&remote, source) };
        }
        self.loader.retry.run(&source.name, IngestError::is_transient, || ingest::scan(self.loader.parser, source, excluded))
    }

    fn fail(&mut self, source: &Source, error: String, is_configuration: bool) {
        tracing::error!({ fields::SOURCE_NAME } = %source.name, { fields::ERROR } = %error, "source not looked through: its documents stay as they are");
        self.gathered.failed_sources.push(FailedSource { name: source.name.clone(), error, is_configuration });
    }

    /// The selected documents: their files, or where those are gone, their kept bytes.
    fn selected(&mut self) -> Result<Vec<Candidate>, LedgerError> {
        let mut candidates = Vec::new();
        let selection = self.options.selection;
        for (key, context) in selection.into_iter().flatten() {
            if let Some(entry) = self.ledger.entry(&key.0, &key.1)? {
                self.gathered.known.insert(key.clone(), entry);
            }
            let file = self.scanned.get(&key.0).and_then(|source| source.get(&key.1)).cloned();
            let kept = || self.gathered.known.get(key).and_then(|entry| self.kept(entry, context.clone()));
            match file.or_else(kept) {
                Some(candidate) => candidates.push(candidate),
                None => {
                    let told = String::from("its file is not there, and its bytes are not kept");
                    self.gathered.failed_documents.push((key.0.clone(), key.1.clone(), told));
                }
            }
        }
        Ok(candidates)
    }

    /// A document's kept bytes in place of its file.
    fn kept(&self, entry: &Entry, context: Context) -> Option<Candidate> {
        let output = self.options.rehearses.unwrap_or(&self.config.output);
        let file = write::object_path(output, entry.content_hash.as_deref()?).ok().filter(|path| path.is_file())?;
        let extension = Path::new(&entry.path).extension().map_or_else(|| String::from("unknown"), |e| e.to_string_lossy().to_lowercase());
        Some(Candidate { source: entry.source.clone(), path: entry.path.clone(), file, member: None, extension, context, unfetched: None })
    }

    /// Reads documents, in parallel; those that cannot be reached come out apart, with why.
    fn load(&self, candidates: Vec<Candidate>) -> (Vec<Arrival>, Vec<(Key, String)>) {
        let bar = self.options.progress.bar("reading", candidates.len());
        let parent = tracing::Span::current();
        let is_anew = self.options.reextract || self.options.selection.is_some();
        let (loader, known) = (self.loader, &self.gathered.known);
        let one = |candidate: Candidate| {
            let _entered = tracing::error_span!(parent: &parent, "document", { fields::DOCUMENT_PATH } = %candidate.path).entered();
            let arrival = loader.load(candidate.clone(), known.get(&key(&candidate)).filter(|_| !is_anew));
            bar.inc(1);
            arrival
        };
        let loaded: Vec<Arrival> = self.threads.install(|| candidates.into_par_iter().map(one).filter(|arrival| !is_gone(arrival)).collect());
        bar.finish_and_clear();
        part(loaded)
    }

    /// Leaves out what holds the bytes of a document that was taken down; what stood in the tables at its place goes.
    fn leave_out(&mut self, arrivals: &mut Vec<Arrival>) {
        let is_out = |arrival: &mut Arrival| arrival.content_hash.as_deref().is_some_and(|hash| self.takedowns.covers_content(hash));
        for arrival in arrivals.extract_if(.., is_out) {
            let key = key(&arrival.candidate);
            tracing::warn!({ fields::DOCUMENT_PATH } = %key.1, "left out: the content of a document that was taken down");
            self.gathered.skipped += 1;
            self.gathered.removed.extend(self.gathered.known.contains_key(&key).then_some(key));
        }
    }

    /// Duplicates that this run does not see, but whose originals it removes or changes: they are looked at too. One that
    /// cannot be reached goes, and comes back when it can: it has no rows of its own, and must not name what is not there.
    fn orphans(&mut self, arrivals: &[Arrival]) -> Result<Vec<Arrival>, LedgerError> {
        let handled: BTreeSet<Key> = arrivals.iter().map(|arrival| key(&arrival.candidate)).chain(self.gathered.removed.iter().cloned()).collect();
        let changed = arrivals.iter().filter_map(|arrival| {
            let entry = self.gathered.known.get(&key(&arrival.candidate))?;
            (is_read(entry) && entry.document_id != arrival.document_id()).then(|| entry.document_id.clone())
        });
        let removed = self.gathered.removed.iter().filter_map(|key| Some(self.gathered.known.get(key)?.document_id.clone()));
        let mut found = Vec::new();
        let mut unreachable = Vec::new();
        for id in changed.chain(removed).collect::<Vec<_>>() {
            for entry in self.ledger.duplicates_of(&id)?.into_iter().filter(|entry| !handled.contains(&entry_key(entry))) {
                match self.file_of(&entry).or_else(|| self.kept(&entry, self.context_of(&entry.source))) {
                    Some(candidate) => found.push(candidate),
                    None => unreachable.push(entry_key(&entry)),
                }
                self.gathered.known.insert(entry_key(&entry), entry);
            }
        }
        let (mut arrivals, failed) = self.load(found);
        let kept = failed.into_iter().filter_map(|(key, error)| {
            tracing::warn!({ fields::DOCUMENT_PATH } = %key.1, { fields::ERROR } = %error, "a duplicate whose original goes cannot be read");
            let kept = self.gathered.known.get(&key).and_then(|entry| self.kept(entry, self.context_of(&key.0)));
            if kept.is_none() {
                unreachable.push(key);
            }
            kept
        });
        let kept = kept.collect();
        let (more, failed) = self.load(kept);
        arrivals.extend(more);
        unreachable.extend(failed.into_iter().map(|(key, _)| key));
        for key in unreachable {
            tracing::warn!({ fields::SOURCE_NAME } = %key.0, { fields::DOCUMENT_PATH } = %key.1, "a duplicate goes with its original: it cannot be reached");
            self.gathered.removed.push(key);
        }
        Ok(arrivals)
    }

    /// The file of a document whose source may not be one of this run.
    fn file_of(&mut self, entry: &Entry) -> Option<Candidate> {
        if !self.scanned.contains_key(&entry.source) {
            let source = self.config.sources.iter().find(|source| source.name == entry.source)?;
            let candidates = self.scan(source, true).map(|scan| by_path(&scan.candidates)).unwrap_or_default();
            self.scanned.insert(entry.source.clone(), candidates);
        }
        self.scanned.get(&entry.source)?.get(&entry.path).cloned()
    }

    /// What is known of every document of a source.
    fn context_of(&self, source: &str) -> Context {
        let source = self.config.sources.iter().find(|other| other.name == source);
        source.map(Context::of).unwrap_or_default()
    }

    /// Decides for all arrivals, and counts.
    fn settle(&mut self, arrivals: Vec<Arrival>) -> Result<(), LedgerError> {
        let handled: BTreeSet<Key> = arrivals.iter().map(|arrival| key(&arrival.candidate)).chain(self.gathered.removed.iter().cloned()).collect();
        let failure = Cell::new(None);
        let elsewhere = |hash: &str| match self.ledger.by_content_hash(hash) {
            Ok(entries) => entries.into_iter().find(|entry| is_read(entry) && !handled.contains(&entry_key(entry))).map(|entry| entry.document_id),
            Err(error) => {
                failure.set(Some(error));
                None
            }
        };
        let decisions = ingest::settle(&arrivals, &self.gathered.known, &elsewhere);
        if let Some(error) = failure.into_inner() {
            return Err(error);
        }
        let gathered = &mut self.gathered;
        gathered.seen = as_u64(arrivals.len() + gathered.failed_documents.len());
        gathered.bytes = arrivals.iter().filter(|arrival| arrival.content_hash.is_some()).map(|arrival| arrival.bytes).sum();
        gathered.contexts = arrivals.iter().map(|arrival| (key(&arrival.candidate), arrival.candidate.context.hash())).collect();
        let (unchanged, work): (Vec<_>, Vec<_>) = arrivals.into_iter().zip(decisions).partition(|(_, decision)| *decision == Decision::Unchanged);
        gathered.unchanged = as_u64(unchanged.len());
        for (arrival, _) in unchanged {
            if let Some(entry) = gathered.known.get(&key(&arrival.candidate)).filter(|entry| entry.context_hash.is_none()) {
                gathered.adopted.push(Entry { context_hash: Some(arrival.candidate.context.hash()), ..entry.clone() });
            }
        }
        // A duplicate whose original has gone is known and was not decoded: now it has to be.
        let loader = self.loader;
        let decode = |(arrival, decision): (Arrival, Decision)| match (&arrival.content, &decision) {
            (Content::Known, Decision::Read) => (loader.load(arrival.candidate, None), decision),
            _ => (arrival, decision),
        };
        let work: Vec<(Arrival, Decision)> = self.threads.install(|| work.into_par_iter().map(decode).collect());
        for (arrival, decision) in work {
            match unreached(&arrival) {
                None => self.gathered.work.push((arrival, decision)),
                Some(error) => {
                    let key = key(&arrival.candidate);
                    self.gathered.failed_documents.push((key.0.clone(), key.1.clone(), error));
                    self.gathered.removed.push(key);
                }
            }
        }
        Ok(())
    }
}

/// Why it is not believed that documents are gone.
fn doubt(source: &Source, known: usize, gone: usize, is_empty: bool) -> Option<String> {
    let allow = "is it mounted? `--allow-empty` takes them out";
    if is_empty && known > 0 {
        return Some(format!("{} is empty, but held {}: {allow}", source.place(), counted(known, "document")));
    }
    // … half may be gone at once.
    (known >= MANY && gone > known / 2).then(|| format!("{}: {gone} of {} are gone at once: {allow}", source.place(), counted(known, "document")))
}

/// Parts documents that could not be reached from the others.
fn part(loaded: Vec<Arrival>) -> (Vec<Arrival>, Vec<(Key, String)>) {
    let mut arrivals = Vec::new();
    let mut failed = Vec::new();
    for arrival in loaded {
        match unreached(&arrival) {
            Some(error) => {
                tracing::warn!({ fields::DOCUMENT_PATH } = %arrival.candidate.path, { fields::ERROR } = %error, "not reached: the next run tries again");
                failed.push((key(&arrival.candidate), error));
            }
            None => arrivals.push(arrival),
        }
    }
    (arrivals, failed)
}

fn unreached(arrival: &Arrival) -> Option<String> {
    match &arrival.content {
        Content::Failed(error) if error.is_transient() => Some(error.to_string()),
        _ => None,
    }
}

fn by_path(candidates: &[Candidate]) -> BTreeMap<String, Candidate> {
    candidates.iter().map(|candidate| (candidate.path.clone(), candidate.clone())).collect()
}

fn is_read(entry: &Entry) -> bool {
    matches!(entry.status, DocumentStatus::Ok | DocumentStatus::Empty)
}

fn key(candidate: &Candidate) -> Key {
    (candidate.source.clone(), candidate.path.clone())
}

fn entry_key(entry: &Entry) -> Key {
    (entry.source.clone(), entry.path.clone())
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io;

    #[test]
    fn only_what_is_not_there_any_more_is_gone() {
        let folder = tempfile::tempdir().unwrap();
        let check = |name: &str, kind: io::ErrorKind, expected| {
            let candidate = Candidate {
                source: String::from("s"),
                path: name.to_owned(),
                file: folder.path().join(name),
                member: None,
                extension: String::from("txt"),
                context: Context::default(),
                unfetched: None,
            };
            let content = Content::Failed(DocumentError::Unreadable(kind.into()));
            assert_eq!(is_gone(&Arrival { candidate, content_hash: None, bytes: 0, content }), expected, "{name} {kind}");
        };
        std::fs::write(folder.path().join("there.txt"), "").unwrap();
        std::os::unix::fs::symlink(folder.path().join("nowhere"), folder.path().join("dangling.txt")).unwrap();
        check("gone.txt", io::ErrorKind::NotFound, true);
        check("gone.txt", io::ErrorKind::PermissionDenied, false);
        check("there.txt", io::ErrorKind::NotFound, false);
        check("dangling.txt", io::ErrorKind::NotFound, false);
    }
}
