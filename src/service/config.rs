//! What an operator decides: the file as written ([`ConfigFile`]) becomes what the program uses ([`Config`]) in one step.
//!
//! Paths are resolved against the folder of the file, and nothing optional is left to guess. The environment enters as an
//! argument, and nothing here touches network or output.

mod file;
mod overrides;
mod secret;
mod source;

pub use overrides::Environment;

pub use file::{
    ConfigFile, FetchFile, LexiconFile, LimitsFile, LogFile, LogFormat, LogLevel, LogRotation, MetricsFile, Missed, OutputFile, Overlap, RetryFile,
    ScheduleFile, ServeFile, SourceFile,
};
pub use secret::Secret;
pub use source::{Origin, Source, StoreOrigin, WebOrigin};

use crate::ingest::ParserLimits;
use gongbao_core::lexicon::{Lexicon, LexiconError};
use overrides::Step;
use std::io;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};

use crate::schedule::Schedule;

/// The configuration that the program carries: complete, commented, equal to the defaults but for its one source.
pub const SAMPLE: &str = include_str!("../../config/gongbao.toml");
/// What `config/lexicon/README.md` says.
pub const LEXICON_README: &str = include_str!("../../config/lexicon/README.md");

/// What the program uses.
#[derive(Debug, Clone)]
pub struct Config {
    /// Folder of the tables.
    pub output: PathBuf,
    /// Snapshots kept at least.
    pub retain_snapshots: u32,
    /// Hours for which every snapshot is kept at least.
    pub retain_hours: u32,
    /// Whether the bytes of every document are kept.
    pub keep_objects: bool,
    /// A larger document is quarantined unread.
    pub document_bytes: u64,
    /// What the process that reads a document of a foreign format may use up.
    pub parser: ParserLimits,
    /// Folder of additions to the word lists.
    pub lexicon: PathBuf,
    /// How logs look.
    pub log_format: LogFormat,
    /// Which logs are written.
    pub log_level: LogLevel,
    /// Folder of log files, where there are any.
    pub log_folder: Option<PathBuf>,
    /// When a new log file begins.
    pub log_rotation: LogRotation,
    /// Log files kept.
    pub log_keep: u32,
    /// Address that a service listens at, where it does.
    pub listen: Option<SocketAddr>,
    /// What a caller must show who changes something; none: nobody may.
    pub token: Option<Secret>,
    /// File that each run writes for node-exporter.
    pub textfile: Option<PathBuf>,
    /// How often what cannot be reached is tried again.
    pub retry: RetryFile,
    /// How pages and objects are fetched.
    pub fetch: FetchFile,
    /// Where documents come from, in order.
    pub sources: Vec<Source>,
    /// When runs happen by themselves, in order.
    pub schedules: Vec<Schedule>,
    /// Hash of the settings as written, secrets not resolved: part of every run's provenance.
    pub hash: String,
}

/// Why a configuration cannot be used.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ConfigError {
    /// There is no such file.
    #[error("there is no configuration {}; `gongbao init` writes one, `--config FILE` names another", path.display())]
    Missing {
        /// The file.
        path: PathBuf,
    },
    /// The file cannot be read.
    #[error("cannot read the configuration {}", path.display())]
    Open {
        /// The file.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// A place in the file is wrong.
    #[error("{}:{line}:{column}: {problem}", path.display())]
    At {
        /// The file.
        path: PathBuf,
        /// Line, from 1.
        line: usize,
        /// Character within the line, from 1.
        column: usize,
        /// What is wrong.
        problem: String,
    },
    /// A variable of the environment is wrong. Its value may be a secret and is not told.
    #[error("environment variable {name}: {problem}")]
    Variable {
        /// The variable.
        name: String,
        /// What is wrong.
        problem: String,
    },
    /// A file of additions to the word lists cannot be read.
    #[error("cannot read the word list {}", path.display())]
    WordList {
        /// The file or folder.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// A line of a word list is wrong.
    #[error("{}: a word list is wrong", folder.display())]
    Lexicon {
        /// Folder of the additions.
        folder: PathBuf,
        /// List, line and problem.
        source: LexiconError,
    },
    /// A manifest is wrong.
    #[error("a manifest is wrong")]
    Manifest(#[from] crate::ingest::ManifestError),
}

impl Config {
    /// Reads a configuration file; `environment` holds all variables.
    ///
    /// - Errors: with file, line and column, or with the name of the variable that is wrong.
    pub fn load(path: &Path, environment: &Environment) -> Result<Self, ConfigError> {
        let text = std::fs::read_to_string(path).map_err(|source| match source.kind() {
            io::ErrorKind::NotFound => ConfigError::Missing { path: path.to_owned() },
            _ => ConfigError::Open { path: path.to_owned(), source },
        })?;
        Self::parse(&text, path, environment)
    }

    /// Reads the text of a configuration file that lies, or would lie, at `path`.
    ///
    /// - Errors: as for [`Config::load`].
    pub fn parse(text: &str, path: &Path, environment: &Environment) -> Result<Self, ConfigError> {
        let text = text.strip_prefix('\u{feff}').unwrap_or(text);
        let (written, file) = overrides::resolve(text, path, environment)?;
        let folder = path.parent().unwrap_or(Path::new("")).to_owned();
        check(&file, text, path)?;
        let at = |relative: &str| tidy(&folder.join(relative));
        let given = |text: &str| (!text.trim().is_empty()).then(|| text.trim().to_owned());
        Ok(Self {
            output: at(&file.output.dir),
            retain_snapshots: file.output.retain_snapshots,
            retain_hours: file.output.retain_hours,
            keep_objects: file.output.keep_objects,
            document_bytes: u64::from(file.limits.document_mib) << 20,
            parser: file.limits.parser(),
            lexicon: at(&file.lexicon.dir),
            log_format: file.log.format,
            log_level: file.log.level,
            log_folder: given(&file.log.dir).map(|dir| at(&dir)),
            log_rotation: file.log.rotation,
            log_keep: file.log.keep,
            listen: file.serve.listen.trim().parse().ok(),
            token: given(&file.serve.token).map(Secret::new),
            textfile: given(&file.metrics.textfile).map(|path| at(&path)),
            retry: file.retry.clone(),
            fetch: file.fetch.clone(),
            schedules: schedules(&file, text, path)?,
            sources: source::sources(&file, text, path)?,
            hash: blake3::hash(written.as_bytes()).to_hex().as_str().chars().take(16).collect(),
        })
    }

    /// The word lists: those that the program carries, and every `*.tsv` of the lexicon's folder.
    ///
    /// - Errors: an unreadable file, or a line that is wrong.
    pub fn load_lexicon(&self) -> Result<Lexicon, ConfigError> {
        load_lexicon(&self.lexicon)
    }
}

/// The word lists: those that the program carries, and every `*.tsv` of a folder, which need not exist.
///
/// - Errors: an unreadable file, or a line that is wrong.
pub fn load_lexicon(folder: &Path) -> Result<Lexicon, ConfigError> {
    let cannot = |path: &Path, source| ConfigError::WordList { path: path.to_owned(), source };
    let mut files = Vec::new();
    match std::fs::read_dir(folder) {
        Ok(entries) => {
            for entry in entries {
                let path = entry.map_err(|e| cannot(folder, e))?.path();
                if path.extension().is_some_and(|extension| extension == "tsv") {
                    files.push(path);
                }
            }
        }
        Err(error) if error.kind() == io::ErrorKind::NotFound => {}
        Err(error) => return Err(cannot(folder, error)),
    }
    files.sort();
    let mut additions = Vec::new();
    for path in files {
        let text = std::fs::read_to_string(&path).map_err(|e| cannot(&path, e))?;
        let name = path.file_stem().unwrap_or_default().to_string_lossy().into_owned();
        additions.push((name, text.strip_prefix('\u{feff}').unwrap_or(&text).to_owned()));
    }
    Lexicon::with_additions(&additions).map_err(|source| ConfigError::Lexicon { folder: folder.to_owned(), source })
}

/// What the types cannot tell.
fn check(file: &ConfigFile, text: &str, path: &Path) -> Result<(), ConfigError> {
    let wrong = |steps: &[Step<'_>], problem: String| {
        let (line, column) = overrides::locate(text, steps);
        Err(ConfigError::At { path: path.to_owned(), line, column, problem })
    };
    let output = [Step::Key("output")];
    if file.output.dir.trim().is_empty() {
        return wrong(&[output[0], Step::Key("dir")], String::from("the folder of the tables is empty"));
    }
    if file.output.retain_snapshots == 0 {
        return wrong(&[output[0], Step::Key("retain_snapshots")], String::from("at least one snapshot must be kept"));
    }
    if file.limits.document_mib == 0 {
        return wrong(&[Step::Key("limits"), Step::Key("document_mib")], String::from("no document has so few bytes"));
    }
    if !file.serve.listen.trim().is_empty() && file.serve.listen.trim().parse::<SocketAddr>().is_err() {
        let problem = String::from("wants an address and a port, as in 127.0.0.1:9464");
        return wrong(&[Step::Key("serve"), Step::Key("listen")], problem);
    }
    if file.retry.attempts == 0 {
        return wrong(&[Step::Key("retry"), Step::Key("attempts")], String::from("one try is the least"));
    }
    if file.fetch.host_at_once == 0 || file.fetch.at_once == 0 {
        let key = if file.fetch.at_once == 0 { "at_once" } else { "host_at_once" };
        return wrong(&[Step::Key("fetch"), Step::Key(key)], String::from("one at a time is the least"));
    }
    if file.fetch.seconds == 0 {
        return wrong(&[Step::Key("fetch"), Step::Key("seconds")], String::from("no transfer takes so little time"));
    }
    if !file.fetch.contact.chars().all(|c| matches!(c, ' '..='~')) {
        return wrong(
            &[Step::Key("fetch"), Step::Key("contact")],
            String::from("stands in a header of HTTP: it wants letters, digits and marks of ASCII"),
        );
    }
    if !file.fetch.proxy.trim().is_empty() && reqwest::Proxy::all(file.fetch.proxy.trim()).is_err() {
        return wrong(&[Step::Key("fetch"), Step::Key("proxy")], String::from("is no address of a proxy"));
    }
    Ok(())
}

/// The schedules, each cron expression and zone understood.
fn schedules(file: &ConfigFile, text: &str, path: &Path) -> Result<Vec<Schedule>, ConfigError> {
    let mut found: Vec<Schedule> = Vec::new();
    for (at, written) in file.schedules.iter().enumerate() {
        let wrong = |key: &'static str, problem: String| {
            let (line, column) = overrides::locate(text, &[Step::Key("schedules"), Step::Index(at), Step::Key(key)]);
            ConfigError::At { path: path.to_owned(), line, column, problem }
        };
        let name = written.name.trim();
        if name.is_empty() || name.chars().any(|c| c.is_control() || matches!(c, '"' | '\\')) {
            return Err(wrong("name", String::from("a schedule needs a name, by which the ledger knows it")));
        }
        if found.iter().any(|schedule| schedule.name == name) {
            return Err(wrong("name", format!("two schedules are named {name}")));
        }
        if let Some(unknown) = written.sources.iter().find(|wanted| !file.sources.iter().any(|source| source.name.trim() == wanted.trim())) {
            return Err(wrong("sources", format!("there is no source {unknown}")));
        }
        found.push(Schedule::new(written).map_err(|error| wrong(error.key(), error.to_string()))?);
    }
    Ok(found)
}

/// Takes `.` and `name/..` out of a path by its words alone, so that messages stay short.
pub(crate) fn tidy(path: &Path) -> PathBuf {
    use std::path::Component;
    let mut tidied = PathBuf::new();
    for component in path.components() {
        match (component, tidied.components().next_back()) {
            (Component::CurDir, _) => {}
            (Component::ParentDir, Some(Component::Normal(_))) => {
                tidied.pop();
            }
            _ => tidied.push(component),
        }
    }
    if tidied.as_os_str().is_empty() { PathBuf::from(".") } else { tidied }
}

#[cfg(test)]
mod tests;
