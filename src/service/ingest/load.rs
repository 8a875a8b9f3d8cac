//! Reads a candidate's bytes, hashes them, and makes them text where they are not known already.

use super::find::ARCHIVE;
use super::{Candidate, FetchError, Parser};
use crate::ledger::Entry;
use crate::observe::chain;
use gongbao_read::{Format, ReadError, Text};
use gongbao_tables::{DocumentStatus, document_id};
use std::fs::File;
use std::io::{self, Read};
use std::path::Path;

/// Why a document is quarantined.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum DocumentError {
    /// The file cannot be opened or read.
    #[error("unreadable: {0}")]
    Unreadable(io::Error),
    /// A folder, a pipe, a device.
    #[error("unreadable: not a regular file")]
    NoFile,
    /// It could never be fetched.
    #[error("not fetched: {}", chain(.0))]
    Unfetched(FetchError),
    /// The file is larger than configured.
    #[error("too large: {bytes} bytes, the limit is {limit}")]
    TooLarge {
        /// Its size.
        bytes: u64,
        /// The configured size.
        limit: u64,
    },
    /// This build reads no such files.
    #[error("unknown format {extension}: this build reads {}", known_formats())]
    UnknownFormat {
        /// The file's extension.
        extension: String,
    },
    /// The bytes are no document.
    #[error("{0}")]
    Text(ReadError),
    /// The process that read it tells why it is no document, or what it did to it.
    #[error("{0}")]
    Parser(String),
    /// The rules failed on the text: a bug, and this document alone suffers from it.
    #[error("extraction panicked: {0}")]
    Panicked(String),
}

impl DocumentError {
    /// True when the document may be as good as ever, but could not be reached: what the tables hold of it stays.
    #[must_use]
    pub fn is_transient(&self) -> bool {
        matches!(self, Self::Unreadable(_))
    }

    /// True when it may be reached a moment later.
    #[must_use]
    pub fn is_momentary(&self) -> bool {
        matches!(self, Self::Unreadable(error) if super::is_momentary(error))
    }
}

fn known_formats() -> String {
    Format::ALL.iter().map(|format| format.as_str()).collect::<Vec<_>>().join(", ")
}

/// What a candidate holds.
#[derive(Debug)]
pub enum Content {
    /// What the ledger knows already, in the same context: not decoded again.
    Known,
    /// Its text.
    Text(Text),
    /// No document: why. Its bytes are not held, for there may be many such.
    Failed(DocumentError),
}

/// A candidate whose bytes were looked at.
#[derive(Debug)]
pub struct Arrival {
    /// The candidate.
    pub candidate: Candidate,
    /// Hex of BLAKE3-256 over its bytes; none where they could not be had.
    pub content_hash: Option<String>,
    /// Size of the file.
    pub bytes: u64,
    /// What it holds.
    pub content: Content,
}

impl Arrival {
    /// Its `document_id`.
    #[must_use]
    pub fn document_id(&self) -> String {
        document_id(&self.candidate.source, &self.candidate.path, self.content_hash.as_deref())
    }
}

/// Reads a candidate. `known` is the ledger's newest entry for its key; `None` where there is none or everything is to be read anew.
#[must_use]
pub fn load(parser: &Parser, candidate: Candidate, known: Option<&Entry>, limit: u64) -> Arrival {
    load_by(&|candidate, limit| read(parser, candidate, limit), parser, candidate, known, limit)
}

/// Gives size and bytes of a candidate, or why not.
pub type Reader<'a> = dyn Fn(&Candidate, u64) -> (u64, Result<Vec<u8>, DocumentError>) + Sync + 'a;

/// The same as [`load`], with another way to read.
#[must_use]
pub fn load_by(read: &Reader<'_>, parser: &Parser, candidate: Candidate, known: Option<&Entry>, limit: u64) -> Arrival {
    let (size, read) = read(&candidate, limit);
    let bytes = match read {
        Ok(bytes) => bytes,
        Err(error) => {
            let told = error.to_string();
            let is_known = known.is_some_and(|entry| entry.content_hash.is_none() && entry.error.as_deref() == Some(&told)) && !error.is_transient();
            let content = if is_known { Content::Known } else { Content::Failed(error) };
            return Arrival { candidate, content_hash: None, bytes: size, content };
        }
    };
    let content_hash = gongbao_tables::content_hash(&bytes);
    let content = match known {
        Some(entry) if is_known(entry, &content_hash, &candidate) => Content::Known,
        _ => decode(parser, &candidate, &bytes),
    };
    Arrival { candidate, content_hash: Some(content_hash), bytes: size, content }
}

/// A quarantined document gets another chance with every version of the program.
fn is_known(entry: &Entry, content_hash: &str, candidate: &Candidate) -> bool {
    entry.content_hash.as_deref() == Some(content_hash)
        && entry.context_hash.as_ref().is_none_or(|context| *context == candidate.context.hash())
        && (entry.status != DocumentStatus::Quarantined || entry.extractor_version == gongbao_core::EXTRACTOR_VERSION)
}

fn decode(parser: &Parser, candidate: &Candidate, bytes: &[u8]) -> Content {
    if candidate.extension == ARCHIVE {
        let error = match (&candidate.member, parser.names(&candidate.file)) {
            (Some(_), _) => DocumentError::Parser(String::from("an archive within an archive")),
            (None, Err(error)) => error,
            (None, Ok(_)) => DocumentError::Parser(String::from("an archive that changed while it was read")),
        };
        return Content::Failed(error);
    }
    let Some(format) = candidate.format() else {
        return Content::Failed(DocumentError::UnknownFormat { extension: candidate.extension.clone() });
    };
    match parser.read(format, bytes) {
        Ok(text) => Content::Text(text),
        Err(error) => Content::Failed(error),
    }
}

/// Size and bytes of a candidate: of its file, or of what an archive holds at its name.
pub fn read(parser: &Parser, candidate: &Candidate, limit: u64) -> (u64, Result<Vec<u8>, DocumentError>) {
    if let Some(error) = &candidate.unfetched {
        return (0, Err(DocumentError::Unfetched(error.clone())));
    }
    let Some(member) = &candidate.member else { return read_file(&candidate.file, limit) };
    let bytes = parser.member(&candidate.file, member, limit);
    (bytes.as_ref().map_or(0, |bytes| u64::try_from(bytes.len()).unwrap_or(u64::MAX)), bytes)
}

/// Size and bytes of a file. A file above the limit is not read, and one that grows meanwhile is read no further.
fn read_file(path: &Path, limit: u64) -> (u64, Result<Vec<u8>, DocumentError>) {
    let metadata = match std::fs::metadata(path) {
        Ok(metadata) if metadata.is_file() => metadata,
        Ok(_) => return (0, Err(DocumentError::NoFile)),
        Err(error) => return (0, Err(DocumentError::Unreadable(error))),
    };
    let size = metadata.len();
    if size > limit {
        return (size, Err(DocumentError::TooLarge { bytes: size, limit }));
    }
    let mut bytes = Vec::new();
    let read = File::open(path).and_then(|file| file.take(limit.saturating_add(1)).read_to_end(&mut bytes));
    let size = u64::try_from(bytes.len()).unwrap_or(u64::MAX);
    match read {
        Ok(_) if size > limit => (size, Err(DocumentError::TooLarge { bytes: size, limit })),
        Ok(_) => (size, Ok(bytes)),
        Err(error) => (metadata.len(), Err(DocumentError::Unreadable(error))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ingest::{Context, ParserLimits};

    const BYTES: &str = "全市生产总值增长5%。";

    /// Whether a document with this entry is left as it is.
    fn check(change: impl FnOnce(&mut Entry), expected: bool) {
        let candidate = Candidate {
            source: String::from("s"),
            path: String::from("a.txt"),
            file: "a.txt".into(),
            member: None,
            extension: String::from("txt"),
            context: Context::default(),
            unfetched: None,
        };
        let mut entry = Entry {
            source: String::from("s"),
            path: String::from("a.txt"),
            content_hash: Some(gongbao_tables::content_hash(BYTES.as_bytes())),
            document_id: String::new(),
            status: DocumentStatus::Ok,
            error: None,
            duplicate_of: None,
            context_hash: Some(Context::default().hash()),
            extractor_version: String::from("long ago"),
            lexicon_version: String::from("long ago"),
            bytes: 1,
            modified: None,
            run_id: String::new(),
        };
        change(&mut entry);
        let arrival = load_by(&|_, _| (1, Ok(BYTES.as_bytes().to_vec())), &Parser::new(ParserLimits::default()).unwrap(), candidate, Some(&entry), 1);
        assert_eq!(matches!(arrival.content, Content::Known), expected, "{entry:?}");
    }

    #[test]
    fn new_rules_or_words_alone_read_nothing_anew() {
        check(|_| {}, true);
        check(|entry| entry.status = DocumentStatus::Empty, true);
        check(|entry| entry.status = DocumentStatus::Duplicate, true);
        check(|entry| entry.content_hash = Some(String::from("other")), false);
        check(|entry| entry.context_hash = Some(String::from("other")), false);
        // What could not be read has no rows to keep: it gets another chance.
        check(|entry| entry.status = DocumentStatus::Quarantined, false);
    }
}
