//! `run` and `extract`: documents become tables.

use super::doctor::network;
use super::rehearse::Rehearsal;
use super::{CommandError, Surroundings};
use crate::cli::{ExtractArgs, RunArgs};
use crate::config::{Config, ConfigFile, LogLevel, Origin, Source};
use crate::exit::Exit;
use crate::ingest::Parser;
use crate::observe::{Progress, Summary, textfile};
use crate::pipeline::{self, RunError, RunOptions, Selection};
use crate::stop::{self, Stop};
use chrono::{DateTime, Utc};
use gongbao_tables::Trigger;
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

/// How often a held lock is looked at.
const LOOK: Duration = Duration::from_millis(200);

/// One run over all sources of the configuration.
pub(super) fn run(args: &RunArgs, around: &mut Surroundings<'_>) -> Result<Exit, CommandError> {
    let config = around.config()?;
    around.start_logs(Some(&config), config.log_level);
    let sources = match &args.schedule {
        None => named_sources(&config, &args.source)?,
        Some(name) => match config.schedules.iter().find(|schedule| schedule.name == *name) {
            Some(schedule) => schedule.sources.iter().cloned().collect(),
            None => return Err(CommandError::Usage(format!("the configuration has no schedule {name}"))),
        },
    };
    let trigger = if args.scheduled_for.is_some() { Trigger::Schedule } else { Trigger::Manual };
    let order = Order {
        scheduled_for: args.scheduled_for,
        sources,
        reextract: args.reextract,
        allow_empty: args.allow_empty,
        wait: Duration::from_secs(args.wait),
        dry_run: args.dry_run,
        json: args.json,
        ..Order::new(&config, trigger)
    };
    work(&order, around)
}

/// The same over files and folders of the command line; the source is named `extract`.
pub(super) fn extract(args: &ExtractArgs, around: &mut Surroundings<'_>) -> Result<Exit, CommandError> {
    around.start_logs(None, LogLevel::Warn);
    let named = args.paths.iter().chain(&args.manifest);
    for path in named {
        if std::fs::symlink_metadata(path).is_err() {
            return Err(CommandError::Usage(format!("{}: no such file or folder", path.display())));
        }
    }
    let config = config_for(&args.paths, &args.out, args.manifest.as_deref());
    work(&Order { allow_empty: args.allow_empty, json: args.json, ..Order::new(&config, Trigger::Manual) }, around)
}

/// The readers of foreign formats, as configured.
pub(super) fn parser(config: &Config) -> Result<Parser, CommandError> {
    Ok(Parser::new(config.parser).map_err(RunError::Parser)?)
}

/// A configuration for paths of the command line: the defaults, one source, and no additions to the word lists.
pub(super) fn config_for(paths: &[PathBuf], out: &Path, manifest: Option<&Path>) -> Config {
    let defaults = ConfigFile::default();
    Config {
        output: out.to_owned(),
        retain_snapshots: defaults.output.retain_snapshots,
        retain_hours: defaults.output.retain_hours,
        keep_objects: defaults.output.keep_objects,
        document_bytes: u64::from(defaults.limits.document_mib) << 20,
        parser: defaults.limits.parser(),
        lexicon: PathBuf::new(),
        log_format: defaults.log.format,
        log_level: defaults.log.level,
        log_folder: None,
        log_rotation: defaults.log.rotation,
        log_keep: defaults.log.keep,
        listen: None,
        token: None,
        textfile: None,
        retry: defaults.retry,
        fetch: defaults.fetch,
        schedules: Vec::new(),
        sources: vec![Source {
            name: String::from("extract"),
            origin: Origin::Files(paths.to_vec()),
            manifest: manifest.map(Path::to_owned),
            area: None,
            published: None,
        }],
        hash: String::from("extract"),
    }
}

/// Names of sources, which the configuration must have; none: all.
pub(super) fn named_sources(config: &Config, names: &[String]) -> Result<BTreeSet<String>, CommandError> {
    match names.iter().find(|name| !config.sources.iter().any(|source| source.name == **name)) {
        Some(name) => Err(CommandError::Usage(format!("the configuration has no source {name}"))),
        None => Ok(names.iter().cloned().collect()),
    }
}

/// SQLite's locks, and ours, do not hold where several machines write.
pub(super) fn refuse_network(output: &Path, around: &Surroundings<'_>) -> Result<(), CommandError> {
    let is_allowed = around.environment.get("GONGBAO_ALLOW_NETWORK_OUTPUT").is_some_and(|value| value == "1");
    let there = output.ancestors().find(|folder| folder.is_dir()).unwrap_or(Path::new("."));
    match network(there).filter(|_| !is_allowed) {
        Some(kind) => Err(CommandError::Network { path: output.to_owned(), kind }),
        None => Ok(()),
    }
}

/// What a run is to do.
pub(super) struct Order<'a> {
    pub(super) config: &'a Config,
    pub(super) trigger: Trigger,
    pub(super) scheduled_for: Option<DateTime<Utc>>,
    /// Empty: all.
    pub(super) sources: BTreeSet<String>,
    pub(super) reextract: bool,
    pub(super) selection: Option<&'a Selection>,
    pub(super) allow_empty: bool,
    /// How long the lock is waited for.
    pub(super) wait: Duration,
    pub(super) dry_run: bool,
    pub(super) json: bool,
}

impl<'a> Order<'a> {
    /// A plain run over all sources.
    pub(super) fn new(config: &'a Config, trigger: Trigger) -> Self {
        Self {
            config,
            trigger,
            scheduled_for: None,
            sources: BTreeSet::new(),
            reextract: false,
            selection: None,
            allow_empty: false,
            wait: Duration::ZERO,
            dry_run: false,
            json: false,
        }
    }
}

/// Does a run, or rehearses it, and tells what became of it.
pub(super) fn work(order: &Order<'_>, around: &mut Surroundings<'_>) -> Result<Exit, CommandError> {
    let config = order.config;
    refuse_network(&config.output, around)?;
    let has_lexicon = !config.lexicon.as_os_str().is_empty();
    let lexicon = around.lexicon(has_lexicon.then_some(config))?;
    let stop = Stop::default();
    stop::on_signals(&stop)?;
    let options = RunOptions {
        trigger: order.trigger,
        scheduled_for: order.scheduled_for,
        sources: &order.sources,
        reextract: order.reextract,
        selection: order.selection,
        allow_empty: order.allow_empty,
        rehearses: None,
        stop: &stop,
        progress: Progress::for_terminal(around.global.quiet),
        now: around.now,
    };
    if order.dry_run {
        let rehearsal = Rehearsal::prepare(config)?;
        let summary = pipeline::run(&rehearsal.config, &lexicon, RunOptions { rehearses: Some(&config.output), ..options })?;
        return rehearsal.tell(&summary, order.json, around);
    }
    let start = Instant::now();
    let summary = loop {
        match pipeline::run(config, &lexicon, options) {
            Err(RunError::Locked { .. }) if start.elapsed() < order.wait && !stop.is_asked() => std::thread::sleep(LOOK),
            Err(error @ RunError::Locked { .. }) => return Err(error.into()),
            done => break done,
        }
    };
    textfile::after_run(config, (around.now)());
    let summary = summary?;
    if order.json {
        writeln!(around.out, "{}", summary.to_json())?;
    } else {
        writeln!(around.out, "{summary}")?;
    }
    Ok(exit(&summary))
}

fn exit(summary: &Summary) -> Exit {
    if summary.failed_sources.iter().any(|failed| failed.is_configuration) {
        Exit::Configuration
    } else if !summary.failed_sources.is_empty() {
        Exit::Failed
    } else if !summary.quarantined.is_empty() || !summary.failed_documents.is_empty() {
        Exit::Quarantined
    } else {
        Exit::Ok
    }
}
