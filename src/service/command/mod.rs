//! What each command does. Results go to `out`; logs and bars to standard error.

mod backup;
mod compare;
mod doctor;
mod explain;
mod explain_html;
mod filter;
mod findings;
mod indicators;
mod marks;
mod quarantine;
mod rehearse;
mod remove;
mod repeat;
mod rows;
mod runs;
mod serve;
mod setup;
mod show;
mod status;
mod table;
mod work;

use crate::cli::{Command, DEFAULT_CONFIG, Global, OutArgs};
use crate::config::{Config, ConfigError, Environment, LogFormat, LogLevel};
use crate::exit::Exit;
use crate::ingest::{DocumentError, IngestError};
use crate::ledger::LedgerError;
use crate::observe::{self, LogFiles, LogGuard, LogSettings};
use crate::pipeline::RunError;
use crate::schedule::ServeError;
use crate::write::{self, WriteError};
use chrono::{DateTime, Utc};
use gongbao_core::lexicon::{Lexicon, LexiconError};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

/// What a command needs beside its arguments.
pub struct Surroundings<'a> {
    /// What holds for every command.
    pub global: &'a Global,
    /// All variables.
    pub environment: &'a Environment,
    /// The clock.
    pub now: &'a dyn Fn() -> DateTime<Utc>,
    /// Whether results go to a terminal.
    pub is_terminal: bool,
    /// Keeps logs going until the program ends.
    pub logs: &'a mut LogGuard,
    /// Where results go.
    pub out: &'a mut dyn Write,
}

/// Why a command ended without its result.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum CommandError {
    /// The command line asks for what is not there.
    #[error("{0}")]
    Usage(String),
    /// The configuration is wrong.
    #[error(transparent)]
    Config(#[from] ConfigError),
    /// The word lists that the program carries are wrong.
    #[error("the program's own word lists are wrong")]
    Lexicon(#[from] LexiconError),
    /// A configuration is there already.
    #[error("{} is there already; `--force` writes it anew", path.display())]
    Exists {
        /// Which.
        path: PathBuf,
    },
    /// A file cannot be written.
    #[error("cannot write {}", path.display())]
    Create {
        /// Which file.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// The run failed.
    #[error(transparent)]
    Run(#[from] RunError),
    /// A backup cannot be made or brought back.
    #[error(transparent)]
    Backup(#[from] crate::write::BackupError),
    /// The service cannot begin, or failed.
    #[error(transparent)]
    Serve(#[from] crate::schedule::ServeError),
    /// Documents cannot be found.
    #[error(transparent)]
    Ingest(#[from] IngestError),
    /// A document cannot be read.
    #[error("{}", path.display())]
    Document {
        /// Which.
        path: PathBuf,
        /// Why.
        source: DocumentError,
    },
    /// Nothing tells where the tables are.
    #[error("where are the tables? `--out DIR` tells it, or a configuration, but there is no {}", config.display())]
    Nowhere {
        /// The configuration that is not there.
        config: PathBuf,
    },
    /// There are no tables yet.
    #[error("{}: no tables yet; `gongbao run` or `gongbao extract` makes them", path.display())]
    NoTables {
        /// Where they were looked for.
        path: PathBuf,
    },
    /// The tables cannot be found.
    #[error("cannot find the tables")]
    Write(#[from] WriteError),
    /// The ledger cannot be read.
    #[error("cannot read the ledger")]
    Ledger(#[from] LedgerError),
    /// A table cannot be read.
    #[error("cannot read {}", path.display())]
    Table {
        /// Which file.
        path: PathBuf,
        /// Why.
        source: parquet::errors::ParquetError,
    },
    /// A table cannot be opened.
    #[error("cannot open {}", path.display())]
    Open {
        /// Which file or folder.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// A table's rows cannot be shown.
    #[error("cannot read the rows")]
    Rows(#[from] arrow::error::ArrowError),
    /// A table's rows cannot be filtered.
    #[error("cannot filter the rows of {}", path.display())]
    Filter {
        /// Which file.
        path: PathBuf,
        /// Why.
        source: polars::error::PolarsError,
    },
    /// The tables lie on a file system that other machines write too.
    #[error(
        "{} lies on {kind}, a network file system, on which the ledger's locking is unsafe; GONGBAO_ALLOW_NETWORK_OUTPUT=1 runs nevertheless",
        path.display()
    )]
    Network {
        /// The folder.
        path: PathBuf,
        /// Its kind.
        kind: String,
    },
    /// The result cannot be printed.
    #[error("cannot print the result")]
    Print(#[from] io::Error),
}

impl CommandError {
    /// How the program ends.
    #[must_use]
    pub fn exit(&self) -> Exit {
        match self {
            Self::Usage(_) => Exit::Usage,
            Self::Config(_) | Self::Nowhere { .. } | Self::Network { .. } | Self::Ingest(IngestError::Manifest(_)) => Exit::Configuration,
            Self::Run(RunError::Locked { .. }) | Self::Serve(ServeError::Served { .. }) => Exit::Locked,
            Self::Serve(ServeError::NoSchedules) => Exit::Configuration,
            _ => Exit::Failed,
        }
    }
}

/// Does what the command line asks for.
///
/// - Errors: whatever keeps the command from its result.
pub fn execute(command: &Command, around: &mut Surroundings<'_>) -> Result<Exit, CommandError> {
    match command {
        Command::Init(args) => setup::init(args, around),
        Command::Check => setup::check(around),
        Command::Run(args) => work::run(args, around),
        Command::Serve => serve::serve(around),
        Command::Backfill(args) => repeat::backfill(args, around),
        Command::Replay(args) => repeat::replay(args, around),
        Command::Doctor(args) => doctor::doctor(args, around),
        Command::Extract(args) => work::extract(args, around),
        Command::Explain(args) => explain::explain(args, around),
        Command::Show(args) => show::show(args, around),
        Command::Path(args) => runs::path(args, around),
        Command::Status(args) => status::status(args, around),
        Command::Runs(args) => runs::runs(args, around),
        Command::Indicators(args) => indicators::indicators(args, around),
        Command::Findings(args) => findings::findings(args, around),
        Command::Backup(args) => backup::backup(args, around),
        Command::Restore(args) => backup::restore(args, around),
        Command::Quarantine { action } => quarantine::quarantine(action, around),
        Command::Remove(args) => remove::remove(args, around),
        Command::Compare(args) => compare::compare(args, around),
    }
}

impl Surroundings<'_> {
    /// Where the configuration is.
    fn config_path(&self) -> &Path {
        self.global.config.as_deref().unwrap_or(Path::new(DEFAULT_CONFIG))
    }

    /// The configuration, which has to be there.
    fn config(&self) -> Result<Config, ConfigError> {
        Config::load(self.config_path(), self.environment)
    }

    /// The configuration, where one was named or lies at its usual place.
    fn config_if_any(&self) -> Result<Option<Config>, ConfigError> {
        if self.global.config.is_none() && !Path::new(DEFAULT_CONFIG).exists() {
            return Ok(None);
        }
        self.config().map(Some)
    }

    /// The word lists, with an operator's additions where there is a configuration.
    fn lexicon(&self, config: Option<&Config>) -> Result<Lexicon, CommandError> {
        match config {
            Some(config) => Ok(config.load_lexicon()?),
            None => Ok(Lexicon::builtin()?),
        }
    }

    /// Starts logging as the command line says, else as the configuration says, else at `level`.
    fn start_logs(&mut self, config: Option<&Config>, level: LogLevel) {
        let level = match (self.global.quiet, self.global.verbose) {
            (true, _) => LogLevel::Error,
            (_, 0) => config.map_or(level, |config| config.log_level),
            (_, 1) => LogLevel::Debug,
            _ => LogLevel::Trace,
        };
        let format = self.global.log_format.or(config.map(|config| config.log_format)).unwrap_or(LogFormat::Human);
        let files = config.and_then(|config| {
            let keep = usize::try_from(config.log_keep).unwrap_or(usize::MAX);
            Some(LogFiles { folder: config.log_folder.clone()?, rotation: config.log_rotation, keep })
        });
        *self.logs = observe::start(&LogSettings { format, level, files });
    }

    /// The folder of the tables: as told, else as configured.
    fn output(&self, args: &OutArgs) -> Result<PathBuf, CommandError> {
        match &args.out {
            Some(out) => Ok(out.clone()),
            None => match self.config() {
                Ok(config) => Ok(config.output),
                Err(ConfigError::Missing { path }) => Err(CommandError::Nowhere { config: path }),
                Err(error) => Err(error.into()),
            },
        }
    }

    /// The newest snapshot.
    fn snapshot(&self, args: &OutArgs) -> Result<PathBuf, CommandError> {
        let output = self.output(args)?;
        let current = if output.is_dir() { write::resolve_current(&output)? } else { None };
        current.ok_or(CommandError::NoTables { path: output })
    }
}
