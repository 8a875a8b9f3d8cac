//! Words that no log, error or debug print may show.

use std::fmt;

/// A secret of the configuration.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret(String);

impl Secret {
    /// Keeps a secret.
    #[must_use]
    pub fn new(secret: String) -> Self {
        Self(secret)
    }

    /// The words themselves, for the one who has to show them.
    pub(crate) fn reveal(&self) -> &str {
        &self.0
    }

    /// Whether a caller showed it. Compares hashes, so that the time taken tells nothing of it.
    #[must_use]
    pub fn is(&self, shown: &str) -> bool {
        blake3::hash(self.0.as_bytes()) == blake3::hash(shown.as_bytes())
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("(secret)")
    }
}
