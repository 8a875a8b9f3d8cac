//! The configuration as written: one struct for each TOML table, unknown keys refused.

use serde::Deserialize;

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
    /// `[[sources]]`
    pub sources: Vec<SourceFile>,
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
}

impl Default for LimitsFile {
    fn default() -> Self {
        Self { document_mib: 64 }
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

/// `[log]`: what is told to standard error.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct LogFile {
    /// For whom.
    pub format: LogFormat,
    /// How much.
    pub level: LogLevel,
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
    pub paths: Vec<String>,
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
