//! `run` and `extract`: documents become tables.

use super::{CommandError, Surroundings};
use crate::cli::{ExtractArgs, RunArgs};
use crate::config::{Config, ConfigFile, LogLevel, Source};
use crate::exit::Exit;
use crate::observe::{Progress, Summary};
use crate::pipeline::{self, RunOptions};
use crate::stop::{self, Stop};
use gongbao_tables::Trigger;
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

/// One run over all sources of the configuration.
pub(super) fn run(args: &RunArgs, around: &mut Surroundings<'_>) -> Result<Exit, CommandError> {
    let config = around.config()?;
    around.start_logs(Some(&config), config.log_level);
    work(&config, args.reextract, args.json, around)
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
    work(&config_for(&args.paths, &args.out, args.manifest.as_deref()), false, args.json, around)
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
        schedules: Vec::new(),
        sources: vec![Source {
            name: String::from("extract"),
            paths: paths.to_vec(),
            manifest: manifest.map(Path::to_owned),
            area: None,
            published: None,
        }],
        hash: String::from("extract"),
    }
}

fn work(config: &Config, reextract: bool, is_json: bool, around: &mut Surroundings<'_>) -> Result<Exit, CommandError> {
    let has_lexicon = !config.lexicon.as_os_str().is_empty();
    let lexicon = around.lexicon(has_lexicon.then_some(config))?;
    let progress = Progress::for_terminal(around.global.quiet);
    let (stop, sources) = (Stop::default(), BTreeSet::new());
    stop::on_signals(&stop)?;
    let options = RunOptions {
        trigger: Trigger::Manual,
        scheduled_for: None,
        sources: &sources,
        reextract,
        selection: None,
        allow_empty: false,
        rehearses: None,
        stop: &stop,
        progress,
        now: around.now,
    };
    let summary = pipeline::run(config, &lexicon, options)?;
    if is_json {
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
    } else if !summary.quarantined.is_empty() {
        Exit::Quarantined
    } else {
        Exit::Ok
    }
}
