//! Why bytes are no document.

/// Why bytes are no document.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ReadError {
    /// Nothing but blanks, or nothing at all.
    #[error("empty: no character but blanks")]
    Empty,
    /// NUL or other control characters, as pictures, archives and programs hold them.
    #[error("binary: holds control characters that no text holds")]
    Binary,
    /// No encoding that is used for Chinese fits.
    #[error("unknown encoding: neither UTF-8, UTF-16, GB18030 nor Big5")]
    UnknownEncoding,
    /// A byte order mark names an encoding that the bytes then break.
    #[error("unknown encoding: marked as {marked}, but malformed")]
    Malformed {
        /// The encoding that the mark names.
        marked: &'static str,
    },
    /// Pictures of text only.
    #[error("no text layer: needs OCR")]
    NoTextLayer,
    /// A password is needed.
    #[error("encrypted: needs a password")]
    Encrypted,
    /// The bytes break the rules of their format.
    #[error("damaged {format}: {cause}")]
    Damaged {
        /// The format.
        format: &'static str,
        /// What is wrong.
        cause: String,
    },
    /// More than any document holds.
    #[error("too much: {what}, the limit is {limit}")]
    TooMuch {
        /// What there is too much of.
        what: &'static str,
        /// How much is read.
        limit: usize,
    },
}
