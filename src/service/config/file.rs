//! The configuration as written: one struct for each TOML table, unknown keys refused.

use crate::ingest::ParserLimits;
use serde::Deserialize;
use std::collections::BTreeMap;
use std::time::Duration;

/// A whole configuration file.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct ConfigFile {
    /// `[output]`
    pub output: OutputFile,
    /// `[limits]`
    pub limits: LimitsFile,
    /// `[lexicon]`
    pub lexicon: LexiconFile,
    /// `[log]`
    pub log: LogFile,
    /// `[serve]`
    pub serve: ServeFile,
    /// `[metrics]`
    pub metrics: MetricsFile,
    /// `[retry]`
    pub retry: RetryFile,
    /// `[fetch]`
    pub fetch: FetchFile,
    /// `[[sources]]`
    pub sources: Vec<SourceFile>,
    /// `[[schedules]]`
    pub schedules: Vec<ScheduleFile>,
}

/// `[output]`: where tables go.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct OutputFile {
    /// Folder of the tables.
    pub dir: String,
    /// Snapshots kept at least.
    pub retain_snapshots: u32,
    /// Hours for which every snapshot is kept at least.
    pub retain_hours: u32,
    /// Whether the bytes of every document are kept.
    pub keep_objects: bool,
}

impl Default for OutputFile {
    fn default() -> Self {
        Self { dir: String::from("../output"), retain_snapshots: 10, retain_hours: 24, keep_objects: false }
    }
}

/// `[limits]`: what is too much.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct LimitsFile {
    /// Mebibytes of the largest document that is read.
    pub document_mib: u32,
    /// Mebibytes of memory of the process that reads a document of a foreign format.
    pub parser_mib: u32,
    /// Seconds for which it may read one document.
    pub parser_seconds: u32,
}

impl LimitsFile {
    /// What the readers of foreign formats may use up.
    pub(crate) fn parser(&self) -> ParserLimits {
        let time = Duration::from_secs(u64::from(self.parser_seconds));
        ParserLimits { memory: u64::from(self.parser_mib) << 20, time, ..ParserLimits::default() }
    }
}

impl Default for LimitsFile {
    fn default() -> Self {
        Self { document_mib: 64, parser_mib: 1536, parser_seconds: 60 }
    }
}

/// `[lexicon]`: an operator's own words.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct LexiconFile {
    /// Folder of the additions.
    pub dir: String,
}

impl Default for LexiconFile {
    fn default() -> Self {
        Self { dir: String::from("lexicon") }
    }
}

/// `[log]`: what is told to standard error, and to files.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct LogFile {
    /// For whom.
    pub format: LogFormat,
    /// How much.
    pub level: LogLevel,
    /// Folder of log files; empty: none.
    pub dir: String,
    /// When a new file begins.
    pub rotation: LogRotation,
    /// Files kept.
    pub keep: u32,
}

impl Default for LogFile {
    fn default() -> Self {
        Self { format: LogFormat::default(), level: LogLevel::default(), dir: String::new(), rotation: LogRotation::default(), keep: 14 }
    }
}

/// When a new log file begins (in UTC).
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum LogRotation {
    /// With each hour.
    Hourly,
    /// With each day.
    #[default]
    Daily,
}

/// `[serve]`: the port of a running service.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct ServeFile {
    /// Address and port; empty: none is opened.
    pub listen: String,
    /// What a caller must show who changes something; empty: nobody may.
    pub token: String,
}

impl Default for ServeFile {
    fn default() -> Self {
        Self { listen: String::from("127.0.0.1:9464"), token: String::new() }
    }
}

/// `[metrics]`: numbers for monitoring where no service runs.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct MetricsFile {
    /// File that each run writes for node-exporter; empty: none.
    pub textfile: String,
}

/// `[retry]`: how often a document or source that cannot be reached is tried again within a run.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct RetryFile {
    /// Tries in all.
    pub attempts: u32,
    /// Milliseconds before the second try; each wait is about twice the one before.
    pub wait_ms: u32,
    /// Milliseconds that no wait passes.
    pub longest_wait_ms: u32,
}

impl Default for RetryFile {
    fn default() -> Self {
        Self { attempts: 3, wait_ms: 200, longest_wait_ms: 5000 }
    }
}

/// `[fetch]`: how pages and objects are fetched.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct FetchFile {
    /// An address or page that tells who asks; it stands behind the program's name in each request.
    pub contact: String,
    /// Transfers at the same time.
    pub at_once: u32,
    /// Transfers from the same host at the same time.
    pub host_at_once: u32,
    /// Milliseconds between the beginnings of two transfers from the same host.
    pub host_wait_ms: u32,
    /// Seconds that one transfer may take.
    pub seconds: u32,
    /// Redirections that are followed.
    pub redirects: u32,
    /// Hosts that may have private addresses; `*` is all of them.
    pub private_hosts: Vec<String>,
    /// Through which proxy pages are fetched; empty: none.
    pub proxy: String,
}

impl Default for FetchFile {
    fn default() -> Self {
        Self {
            contact: String::new(),
            at_once: 8,
            host_at_once: 2,
            host_wait_ms: 500,
            seconds: 120,
            redirects: 5,
            private_hosts: Vec::new(),
            proxy: String::new(),
        }
    }
}

/// `[[schedules]]`: when runs happen by themselves.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ScheduleFile {
    /// How it is called in logs, metrics and the ledger.
    pub name: String,
    /// Five or six fields; six begin with seconds.
    pub cron: String,
    /// IANA name of the zone whose wall clock counts.
    #[serde(default = "shanghai")]
    pub timezone: String,
    /// Names of sources; empty: all.
    #[serde(default)]
    pub sources: Vec<String>,
    /// Seconds by which a run may begin later, the same for the same tick.
    #[serde(default)]
    pub jitter_s: u32,
    /// What becomes of a tick while a run is under way.
    #[serde(default)]
    pub overlap: Overlap,
    /// What becomes of ticks that passed while nobody served.
    #[serde(default)]
    pub missed: Missed,
    /// Whether a change in the sources' folders starts a run, too.
    #[serde(default)]
    pub watch: bool,
}

fn shanghai() -> String {
    String::from("Asia/Shanghai")
}

/// What becomes of a tick while a run is under way.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Overlap {
    /// It is left out.
    #[default]
    Skip,
    /// It waits for the run's end.
    Queue,
    /// The run is asked to finish the documents in hand, then this one begins.
    Replace,
}

/// What becomes of ticks that passed while nobody served.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Missed {
    /// They are left out.
    Skip,
    /// One run stands for all of them.
    #[default]
    Latest,
    /// Each is made up for, at most a hundred.
    All,
}

/// For whom logs are written.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize, clap::ValueEnum)]
#[serde(rename_all = "lowercase")]
pub enum LogFormat {
    /// One sentence a line.
    #[default]
    Human,
    /// One JSON object a line.
    Json,
}

/// How much is logged.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum LogLevel {
    /// What made the run fail.
    Error,
    /// Documents and sources that could not be read, too.
    Warn,
    /// Beginning and end of runs and stages, too.
    #[default]
    Info,
    /// Every document, too.
    Debug,
    /// Everything.
    Trace,
}

/// `[[sources]]`: where documents come from.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SourceFile {
    /// Part of each of its documents' keys.
    pub name: String,
    /// Files, folders and globs.
    #[serde(default)]
    pub paths: Vec<String>,
    /// Addresses of documents.
    #[serde(default)]
    pub urls: Vec<String>,
    /// Addresses of pages whose links lead to documents.
    #[serde(default)]
    pub index: Vec<String>,
    /// Globs of the links that do.
    #[serde(default)]
    pub links: Vec<String>,
    /// A bucket, or a folder in one.
    #[serde(default)]
    pub store: String,
    /// What the store has to know.
    #[serde(default)]
    pub options: BTreeMap<String, String>,
    /// CSV that tells titles, dates and areas.
    #[serde(default)]
    pub manifest: String,
    /// Reference area where the manifest tells none.
    #[serde(default)]
    pub area: String,
    /// Publication date where the manifest tells none.
    #[serde(default)]
    pub published: String,
}
