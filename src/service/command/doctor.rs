//! `doctor`: tells, line by line, whether a service here can do its work, and mends what can be mended without a loss.

mod disk;

use super::{CommandError, Surroundings, work};
use crate::cli::DoctorArgs;
use crate::config::{Config, LogLevel, Source};
use crate::exit::Exit;
use crate::ingest::{self, Retry};
use crate::ledger::{LEDGER, Ledger};
use crate::observe::{chain, counted};
use crate::pipeline::{self, RunError};
use crate::write::{self, Manifest};
use gongbao_read::Format;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

pub(crate) use disk::network;

/// Less free space than this is told.
const FREE_BYTES: u64 = 1 << 30;

/// How it stands with one thing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    Ok,
    Warn,
    Bad,
}

/// Prints as it goes, and remembers whether anything is bad.
struct Report<'a, 'b> {
    around: &'a mut Surroundings<'b>,
    is_bad: bool,
}

impl Report<'_, '_> {
    fn tell(&mut self, state: State, thing: &str, told: &str) -> Result<(), CommandError> {
        self.is_bad |= state == State::Bad;
        let word = match state {
            State::Ok => "ok",
            State::Warn => "warn",
            State::Bad => "bad",
        };
        Ok(writeln!(self.around.out, "{word:4}  {thing:13}  {told}")?)
    }

    /// What failed is bad, with all its causes.
    fn bad(&mut self, thing: &str, error: &dyn std::error::Error) -> Result<(), CommandError> {
        self.tell(State::Bad, thing, &chain(error))
    }
}

/// Looks at everything; with `--repair`, mends first.
pub(super) fn doctor(args: &DoctorArgs, around: &mut Surroundings<'_>) -> Result<Exit, CommandError> {
    let config = around.config()?;
    around.start_logs(Some(&config), LogLevel::Warn);
    let mut report = Report { around, is_bad: false };
    report.tell(State::Ok, "configuration", &format!("{} with {}", config.hash, counted(config.sources.len(), "source")))?;
    match config.load_lexicon() {
        Ok(lexicon) => report.tell(State::Ok, "word lists", lexicon.version())?,
        Err(error) => report.bad("word lists", &error)?,
    }
    let formats = Format::ALL.iter().map(|format| format.as_str()).collect::<Vec<_>>().join(", ");
    report.tell(State::Ok, "formats", &formats)?;
    if args.repair {
        repair(&config, &mut report)?;
    }
    output(&config.output, &mut report)?;
    if config.output.is_dir() {
        let current = current(&config.output, &mut report)?;
        ledger(&config.output, current.as_deref(), &mut report)?;
        snapshots(&config.output, args.deep, &mut report)?;
        objects(&config.output, &mut report)?;
    }
    sources(&config, &mut report)?;
    Ok(if report.is_bad { Exit::Failed } else { Exit::Ok })
}

/// Mends under the run's lock: what a dead run left is cleared away with it.
fn repair(config: &Config, report: &mut Report<'_, '_>) -> Result<(), CommandError> {
    match pipeline::repair(&config.output) {
        Ok(()) => report.tell(State::Ok, "repair", "leftovers cleared away, current and ledger looked through"),
        Err(error @ RunError::Locked { .. }) => Err(error.into()),
        Err(error) => report.bad("repair", &error),
    }
}

fn output(output: &Path, report: &mut Report<'_, '_>) -> Result<(), CommandError> {
    // Before the first run, what counts is the folder in which the output will be made.
    let there = output.ancestors().find(|folder| folder.is_dir()).unwrap_or(Path::new("."));
    match tempfile::Builder::new().prefix(".gongbao-doctor-").tempfile_in(there) {
        Ok(_) if there == output => report.tell(State::Ok, "output", &format!("{} is writable", output.display()))?,
        Ok(_) => report.tell(State::Warn, "output", &format!("{} is not there yet; the first run makes it", output.display()))?,
        Err(error) => report.tell(State::Bad, "output", &format!("{} is not writable: {error}", there.display()))?,
    }
    match network(there) {
        Some(kind) => report.tell(State::Bad, "file system", &format!("{kind}: a network file system, on which the ledger's locking is unsafe"))?,
        None => report.tell(State::Ok, "file system", "local")?,
    }
    match disk::free_bytes(there) {
        Some(bytes) if bytes < FREE_BYTES => report.tell(State::Warn, "free space", &format!("{} MiB", bytes >> 20))?,
        Some(bytes) => report.tell(State::Ok, "free space", &format!("{} GiB", bytes >> 30))?,
        None => report.tell(State::Warn, "free space", "unknown")?,
    }
    Ok(())
}

fn current(output: &Path, report: &mut Report<'_, '_>) -> Result<Option<PathBuf>, CommandError> {
    match write::resolve_current(output) {
        Ok(Some(snapshot)) => {
            report.tell(State::Ok, "current", &snapshot.display().to_string())?;
            Ok(Some(snapshot))
        }
        Ok(None) => {
            report.tell(State::Warn, "current", "no tables yet")?;
            Ok(None)
        }
        Err(error) => {
            report.tell(State::Bad, "current", &format!("{}; `gongbao doctor --repair` names the newest whole snapshot", chain(&error)))?;
            Ok(None)
        }
    }
}

fn ledger(output: &Path, current: Option<&Path>, report: &mut Report<'_, '_>) -> Result<(), CommandError> {
    let hint = "`gongbao doctor --repair` or the next run writes it anew";
    if !output.join(LEDGER).exists() {
        let state = if current.is_some() { State::Warn } else { State::Ok };
        return report.tell(state, "ledger", &format!("not there; {hint}"));
    }
    let looked = Ledger::open_readonly(output).and_then(|ledger| ledger.quick_check().map(|found| (ledger, found)));
    let ledger = match looked {
        Ok((ledger, found)) if found == "ok" => ledger,
        Ok((_, found)) => return report.tell(State::Bad, "ledger", &format!("damaged: {found}; {hint}")),
        Err(error) => return report.tell(State::Bad, "ledger", &format!("{}; {hint}", chain(&error))),
    };
    let Some(snapshot) = current else { return report.tell(State::Ok, "ledger", "can be read") };
    let agrees = Manifest::read(snapshot).map(|manifest| ledger.stands_for(&manifest.run_id, &manifest.snapshot));
    match agrees {
        Ok(Ok(true)) => report.tell(State::Ok, "ledger", "can be read, and agrees with the tables"),
        Ok(Ok(false)) => report.tell(State::Warn, "ledger", "does not know the newest tables; the next run tells it"),
        Ok(Err(error)) => report.bad("ledger", &error),
        Err(error) => report.bad("ledger", &error),
    }
}

fn snapshots(output: &Path, is_deep: bool, report: &mut Report<'_, '_>) -> Result<(), CommandError> {
    let mut whole = 0;
    for snapshot in folders(&output.join("snapshots")) {
        let damages = if is_deep { write::verify(&snapshot).iter().map(|damage| chain(damage)).collect() } else { disk::sizes(&snapshot) };
        whole += usize::from(damages.is_empty());
        for damage in damages {
            report.tell(State::Bad, "snapshot", &damage)?;
        }
    }
    let how = if is_deep { "every byte is as written" } else { "every file has its size" };
    report.tell(State::Ok, "snapshots", &format!("{whole} whole: {how}"))
}

fn objects(output: &Path, report: &mut Report<'_, '_>) -> Result<(), CommandError> {
    let count = folders(&output.join("objects")).iter().map(|folder| std::fs::read_dir(folder).map_or(0, Iterator::count)).sum();
    report.tell(State::Ok, "objects", &counted(count, "kept document"))
}

fn sources(config: &Config, report: &mut Report<'_, '_>) -> Result<(), CommandError> {
    let ledger = Ledger::open_readonly(&config.output).ok();
    let mut known: BTreeMap<String, usize> = ledger.and_then(|ledger| ledger.sources().ok()).unwrap_or_default();
    let parser = work::parser(config)?;
    for source in &config.sources {
        let held = known.remove(&source.name).unwrap_or_default();
        if source.is_remote() {
            reach(config, source, report)?;
            continue;
        }
        match ingest::scan(&parser, source, &config.output) {
            Ok(scan) if scan.candidates.is_empty() && held > 0 => {
                report.tell(State::Bad, "source", &format!("{} is empty, but held {}: is it mounted?", source.name, counted(held, "document")))?;
            }
            Ok(scan) => {
                for (folder, error) in &scan.unseen {
                    report.tell(State::Bad, "source", &format!("{}: cannot look into {folder}: {error}", source.name))?;
                }
                report.tell(State::Ok, "source", &format!("{}: {}", source.name, counted(scan.candidates.len(), "document")))?;
            }
            Err(error) => report.tell(State::Bad, "source", &format!("{}: {}", source.name, chain(&error)))?,
        }
    }
    for (source, held) in known {
        let told = format!("{source} is not configured any more; {} of it stay in the tables", counted(held, "document"));
        report.tell(State::Warn, "source", &told)?;
    }
    Ok(())
}

/// Asks a remote source for its index pages, or the store for its first object.
fn reach(config: &Config, source: &Source, report: &mut Report<'_, '_>) -> Result<(), CommandError> {
    let retry = Retry::new(&config.retry, &std::thread::sleep);
    for reached in ingest::remote::probe(&config.fetch, config.document_bytes, &retry, source) {
        match reached {
            Ok(place) => report.tell(State::Ok, "source", &format!("{}: {place} answers", source.name))?,
            Err((place, error)) => report.tell(State::Bad, "source", &format!("{}: {place}: {}", source.name, chain(&error)))?,
        }
    }
    Ok(())
}

/// The folders in a folder, by name; none when it is missing.
fn folders(folder: &Path) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(folder).into_iter().flatten();
    let mut folders: Vec<PathBuf> = entries.flatten().map(|entry| entry.path()).filter(|path| path.is_dir()).collect();
    folders.sort();
    folders
}
