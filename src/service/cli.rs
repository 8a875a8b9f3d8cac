//! The command line: what can be asked for, and how the answer ends.

use crate::command::{self, CommandError, Surroundings};
use crate::config::{Environment, LogFormat};
use crate::exit::Exit;
use crate::ingest::parser;
use crate::observe::{LogGuard, chain};
use chrono::{DateTime, NaiveDate, Utc};
use clap::{Args, Parser, Subcommand};
use std::ffi::OsString;
use std::io::{self, IsTerminal, Write};
use std::path::PathBuf;

/// Where the configuration lies unless told otherwise.
pub const DEFAULT_CONFIG: &str = "config/gongbao.toml";

/// Turns Chinese economic documents into Parquet tables of indicators and investments.
#[derive(Debug, Parser)]
#[command(name = "gongbao", version, max_term_width = 120, after_help = EXIT_CODES)]
pub struct Cli {
    /// What holds for every command.
    #[command(flatten)]
    pub global: Global,
    /// What is to be done.
    #[command(subcommand)]
    pub command: Command,
}

const EXIT_CODES: &str = "Exit codes: 0 done, 1 failed, 2 wrong command line, 3 done but documents are newly quarantined or could not be reached, \
75 another run holds the lock, 78 wrong configuration, word list or manifest";

/// What holds for every command.
#[derive(Debug, Clone, Args)]
pub struct Global {
    /// Configuration file [default: config/gongbao.toml]
    #[arg(long, global = true, env = "GONGBAO_CONFIG", value_name = "FILE", hide_env_values = true)]
    pub config: Option<PathBuf>,
    /// For whom logs are written; they go to standard error
    #[arg(long, global = true, value_name = "FORMAT")]
    pub log_format: Option<LogFormat>,
    /// More logs; twice for all
    #[arg(short, long, global = true, action = clap::ArgAction::Count)]
    pub verbose: u8,
    /// Only errors, and no bars
    #[arg(short, long, global = true, conflicts_with = "verbose")]
    pub quiet: bool,
}

/// What can be done.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Write a commented configuration to begin with
    Init(InitArgs),
    /// Tell whether configuration, word lists and manifests are right; touches neither network nor output
    Check,
    /// One run over all sources of the configuration
    Run(RunArgs),
    /// Do the runs of the configuration's schedules, until a SIGTERM
    Serve,
    /// Read known documents anew that were published within a range of days
    Backfill(BackfillArgs),
    /// Read known documents anew: named ones, all that are quarantined, or those of a run
    Replay(ReplayArgs),
    /// Tell whether everything is in order: output, ledger, snapshots, sources
    Doctor(DoctorArgs),
    /// Copy tables, ledger and kept bytes into a new folder, while runs go on
    Backup(BackupArgs),
    /// Bring a backup back into the output of the configuration
    Restore(RestoreArgs),
    /// The documents that could not be read, with their causes
    Quarantine {
        /// What to do with them
        #[command(subcommand)]
        action: QuarantineAction,
    },
    /// Take documents out of every kept snapshot for good
    Remove(RemoveArgs),
    /// Turn files and folders into tables, without a configuration
    Extract(ExtractArgs),
    /// Show a document with everything that is found in it, each at its characters
    Explain(ExplainArgs),
    /// Show rows of a table: documents, indicators, investments, findings, series, runs
    Show(ShowArgs),
    /// Print the folder of the newest tables: one consistent state of all of them
    Path(OutArgs),
    /// Tell how things stand: tables, runs, quarantine, schedules, disk; exit code 1 when the last run failed
    Status(StatusArgs),
    /// List the runs that were done
    Runs(RunsArgs),
    /// List the catalogue of indicators, or count how often each occurs in documents
    Indicators(IndicatorsArgs),
    /// Rank what was not understood, most frequent first: the list from which the word lists grow
    Findings(FindingsArgs),
    /// Tell which rows one folder of tables has gained, lost and altered against another
    Compare(CompareArgs),
}

/// `gongbao init`
#[derive(Debug, Args)]
pub struct InitArgs {
    /// Write over a configuration that is there
    #[arg(long)]
    pub force: bool,
}

/// `gongbao run`
#[derive(Debug, Args)]
pub struct RunArgs {
    /// Read every document anew: after a change of rules or word lists
    #[arg(long)]
    pub reextract: bool,
    /// Only this source; may be repeated
    #[arg(long, value_name = "NAME")]
    pub source: Vec<String>,
    /// Only the sources of this schedule
    #[arg(long, value_name = "NAME", conflicts_with = "source")]
    pub schedule: Option<String>,
    /// The tick of the schedule that this run is for, as in 2024-05-06T07:30:00Z
    #[arg(long, value_name = "RFC3339", requires = "schedule")]
    pub scheduled_for: Option<DateTime<Utc>>,
    /// Wait so many seconds at most while another run holds the lock
    #[arg(long, value_name = "SECONDS", default_value_t = 0)]
    pub wait: u64,
    /// Take documents out also where a source is empty all at once, or more than half of it is gone
    #[arg(long)]
    pub allow_empty: bool,
    /// Only tell which rows would be gained, lost and altered
    #[arg(long)]
    pub dry_run: bool,
    /// Print the summary as JSON
    #[arg(long)]
    pub json: bool,
}

/// `gongbao backfill`
#[derive(Debug, Args)]
pub struct BackfillArgs {
    /// First day of publication
    #[arg(long, value_name = "DATE")]
    pub from: NaiveDate,
    /// Last day of publication
    #[arg(long, value_name = "DATE")]
    pub to: NaiveDate,
    /// Only this source; may be repeated
    #[arg(long, value_name = "NAME")]
    pub source: Vec<String>,
    /// Only tell which rows would be gained, lost and altered
    #[arg(long)]
    pub dry_run: bool,
    /// Print the summary as JSON
    #[arg(long)]
    pub json: bool,
}

/// `gongbao replay`
#[derive(Debug, Args)]
pub struct ReplayArgs {
    /// By its document_id, or as SOURCE/PATH
    #[arg(value_name = "DOCUMENT", required_unless_present_any = ["quarantined", "run"])]
    pub documents: Vec<String>,
    /// All that are quarantined
    #[arg(long, conflicts_with_all = ["documents", "run"])]
    pub quarantined: bool,
    /// Those whose rows are of this run
    #[arg(long, value_name = "RUN_ID", conflicts_with = "documents")]
    pub run: Option<String>,
    /// Only tell which rows would be gained, lost and altered
    #[arg(long)]
    pub dry_run: bool,
    /// Print the summary as JSON
    #[arg(long)]
    pub json: bool,
}

/// `gongbao doctor`
#[derive(Debug, Args)]
pub struct DoctorArgs {
    /// Read every byte of every snapshot
    #[arg(long)]
    pub deep: bool,
    /// Mend first: clear leftovers, find a lost `current`, write the ledger anew
    #[arg(long)]
    pub repair: bool,
}

/// `gongbao backup`
#[derive(Debug, Args)]
pub struct BackupArgs {
    /// The new folder; it must not be there
    #[arg(value_name = "DIR")]
    pub folder: PathBuf,
    /// All kept snapshots, not only the one that stands
    #[arg(long)]
    pub all: bool,
}

/// `gongbao restore`
#[derive(Debug, Args)]
pub struct RestoreArgs {
    /// The folder that `gongbao backup` made
    #[arg(value_name = "DIR")]
    pub folder: PathBuf,
    /// Instead of the tables that are there
    #[arg(long)]
    pub force: bool,
}

/// `gongbao quarantine`
#[derive(Debug, Subcommand)]
pub enum QuarantineAction {
    /// All of them, with why they could not be read
    List {
        /// One JSON object a document
        #[arg(long)]
        json: bool,
    },
    /// What is known of one, and where its bytes are kept
    Show {
        /// By its document_id, or as SOURCE/PATH
        #[arg(value_name = "DOCUMENT")]
        document: String,
    },
    /// Read them again: named ones, or all
    Replay {
        /// By their document_id, or as SOURCE/PATH
        #[arg(value_name = "DOCUMENT")]
        documents: Vec<String>,
        /// Only tell which rows would be gained, lost and altered
        #[arg(long)]
        dry_run: bool,
    },
    /// Take them out of the tables with their kept bytes; the same bytes do not come again
    Discard {
        /// By their document_id, or as SOURCE/PATH
        #[arg(value_name = "DOCUMENT", required = true)]
        documents: Vec<String>,
        /// Why: kept beside their names
        #[arg(long, value_name = "WORDS")]
        reason: Option<String>,
    },
}

/// `gongbao remove`
#[derive(Debug, Args)]
pub struct RemoveArgs {
    /// By its document_id, or as SOURCE/PATH
    #[arg(value_name = "DOCUMENT", required_unless_present = "list")]
    pub documents: Vec<String>,
    /// Why: kept beside its name
    #[arg(long, value_name = "WORDS")]
    pub reason: Option<String>,
    /// Let documents come again that were taken down
    #[arg(long, conflicts_with_all = ["reason", "list"])]
    pub forget: bool,
    /// Only tell what was taken down
    #[arg(long, conflicts_with_all = ["documents", "reason"])]
    pub list: bool,
    /// Only tell what would go
    #[arg(long)]
    pub dry_run: bool,
}

/// `gongbao extract`
#[derive(Debug, Args)]
pub struct ExtractArgs {
    /// Files and folders
    #[arg(required = true, value_name = "PATH")]
    pub paths: Vec<PathBuf>,
    /// Folder of the tables
    #[arg(long, value_name = "DIR")]
    pub out: PathBuf,
    /// CSV with the columns path,published,area,title; paths are relative to it [default: manifest.csv beside the documents]
    #[arg(long, value_name = "CSV")]
    pub manifest: Option<PathBuf>,
    /// Take documents out also where all of them, or more than half, are gone at once
    #[arg(long)]
    pub allow_empty: bool,
    /// Print the summary as JSON
    #[arg(long)]
    pub json: bool,
}

/// `gongbao explain`
#[derive(Debug, Args)]
pub struct ExplainArgs {
    /// The document
    pub file: PathBuf,
    /// Print a page for a browser
    #[arg(long)]
    pub html: bool,
    /// As for extract
    #[arg(long, value_name = "CSV")]
    pub manifest: Option<PathBuf>,
}

/// Where tables are read from.
#[derive(Debug, Clone, Args)]
pub struct OutArgs {
    /// Folder of the tables [default: the one of the configuration]
    #[arg(long, value_name = "DIR")]
    pub out: Option<PathBuf>,
}

/// `gongbao show`
#[derive(Debug, Args)]
pub struct ShowArgs {
    /// documents, indicators, investments, findings, series or runs
    pub table: String,
    /// Keep rows for which this holds: column=value, !=, >, >=, <, <=, or ~ for "contains". May be repeated: then all hold.
    /// Dates may be cut (published>=2024-03); nothing behind = asks for cells without a value
    #[arg(long = "where", value_name = "EXPR")]
    pub conditions: Vec<String>,
    /// Columns, separated by commas
    #[arg(long, value_delimiter = ',', value_name = "COLUMN")]
    pub columns: Vec<String>,
    /// Rows at most [default: 20, with --json all]
    #[arg(long, value_name = "N")]
    pub limit: Option<usize>,
    /// Print one JSON object a row, with all columns
    #[arg(long)]
    pub json: bool,
    /// Where the tables are.
    #[command(flatten)]
    pub out: OutArgs,
}

/// `gongbao status`
#[derive(Debug, Args)]
pub struct StatusArgs {
    /// Print one JSON object
    #[arg(long)]
    pub json: bool,
    /// Where the tables are.
    #[command(flatten)]
    pub out: OutArgs,
}

/// `gongbao runs`
#[derive(Debug, Args)]
pub struct RunsArgs {
    /// Runs at most
    #[arg(long, value_name = "N", default_value_t = 20)]
    pub limit: usize,
    /// Print one JSON object a run
    #[arg(long)]
    pub json: bool,
    /// Write all runs into this Parquet file, with the columns of the table `runs`
    #[arg(long, value_name = "FILE", conflicts_with = "json")]
    pub parquet: Option<PathBuf>,
    /// Where the tables are.
    #[command(flatten)]
    pub out: OutArgs,
}

/// `gongbao indicators`
#[derive(Debug, Args)]
pub struct IndicatorsArgs {
    /// Count how often each indicator occurs in these files and folders
    #[arg(long, num_args = 1.., value_name = "PATH")]
    pub hits: Vec<PathBuf>,
    /// Print one JSON object an indicator
    #[arg(long)]
    pub json: bool,
}

/// `gongbao findings`
#[derive(Debug, Args)]
pub struct FindingsArgs {
    /// Read these files and folders instead of the tables
    #[arg(value_name = "PATH", conflicts_with = "out")]
    pub paths: Vec<PathBuf>,
    /// Only this kind: `unread_quantity`, `masked`, `unknown_indicator` …
    #[arg(long, value_name = "KIND")]
    pub kind: Option<String>,
    /// Phrases at most [default: 20, with --json all]
    #[arg(long, value_name = "N")]
    pub limit: Option<usize>,
    /// Print one JSON object a phrase
    #[arg(long)]
    pub json: bool,
    /// Where the tables are.
    #[command(flatten)]
    pub out: OutArgs,
}

/// `gongbao compare`
#[derive(Debug, Args)]
pub struct CompareArgs {
    /// Folder of tables, or of one snapshot
    pub old: PathBuf,
    /// The same, from which rows are gained, lost and altered
    pub new: PathBuf,
    /// Rows at most [default: 100, with --json all]
    #[arg(long, value_name = "N")]
    pub limit: Option<usize>,
    /// Print one JSON object a row, and one of the totals
    #[arg(long)]
    pub json: bool,
}

/// Runs the program: arguments, environment and clock in; the exit code out.
pub fn main(arguments: impl Iterator<Item = OsString>, environment: Environment, now: &dyn Fn() -> DateTime<Utc>) -> Exit {
    let arguments: Vec<OsString> = arguments.collect();
    if let [_, word, memory] = arguments.as_slice()
        && word == parser::WORKER
    {
        let memory = memory.to_str().and_then(|written| written.parse().ok()).unwrap_or_default();
        return if parser::worker::work(memory).is_ok() { Exit::Ok } else { Exit::Failed };
    }
    let cli = match Cli::try_parse_from(arguments) {
        Ok(cli) => cli,
        Err(told) => {
            // Nothing is left to tell when even this cannot be printed.
            let _unprintable = told.print();
            return if told.use_stderr() { Exit::Usage } else { Exit::Ok };
        }
    };
    let stdout = io::stdout();
    let is_terminal = stdout.is_terminal();
    let mut out = io::BufWriter::new(stdout.lock());
    // Dropped last: what is told below reaches the log files, too.
    let mut logs = LogGuard::default();
    let mut around = Surroundings { logs: &mut logs, global: &cli.global, environment: &environment, now, is_terminal, out: &mut out };
    let done = command::execute(&cli.command, &mut around);
    match done.and_then(|exit| out.flush().map(|()| exit).map_err(CommandError::from)) {
        Ok(exit) => exit,
        // The reader has seen enough: `gongbao show … | head`.
        Err(CommandError::Print(error)) if error.kind() == io::ErrorKind::BrokenPipe => Exit::Ok,
        Err(error) => {
            tell(&cli.global, &error);
            error.exit()
        }
    }
}

fn tell(global: &Global, error: &CommandError) {
    let told = chain(error);
    let line = match global.log_format {
        Some(LogFormat::Json) => serde_json::json!({ "level": "ERROR", "message": told }).to_string(),
        _ => format!("gongbao: {told}"),
    };
    // Nothing is left to tell when standard error is closed.
    let _unprintable = writeln!(io::stderr(), "{line}");
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::CommandFactory;

    #[test]
    fn the_command_line_is_sound() {
        Cli::command().debug_assert();
    }
}
