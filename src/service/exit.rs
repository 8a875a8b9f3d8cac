//! Every exit code, with its meaning.

use std::process::ExitCode;

/// How the program ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Exit {
    /// Done.
    Ok,
    /// Failed: nothing was committed, or a source could not be looked through.
    Failed,
    /// The command line is wrong.
    Usage,
    /// Done, but documents are newly quarantined.
    Quarantined,
    /// Another run holds the lock: the same command may succeed later.
    Locked,
    /// The configuration, a word list or a manifest is wrong.
    Configuration,
}

impl Exit {
    /// The number: 75 and 78 are `EX_TEMPFAIL` and `EX_CONFIG` of sysexits.h.
    #[must_use]
    pub const fn code(self) -> u8 {
        match self {
            Self::Ok => 0,
            Self::Failed => 1,
            Self::Usage => 2,
            Self::Quarantined => 3,
            Self::Locked => 75,
            Self::Configuration => 78,
        }
    }
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(exit.code())
    }
}
