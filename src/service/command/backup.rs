//! `backup` and `restore`: an output as a whole, out of it while it is served and back.

use super::work::refuse_network;
use super::{CommandError, Surroundings};
use crate::cli::{BackupArgs, RestoreArgs};
use crate::config::LogLevel;
use crate::exit::Exit;
use crate::ledger::{LEDGER, Ledger};
use crate::pipeline::{self, RunError};
use crate::write::{self, BackupError};
use std::path::{Path, PathBuf};

/// Copies tables, ledger and kept bytes into a folder.
pub(super) fn backup(args: &BackupArgs, around: &mut Surroundings<'_>) -> Result<Exit, CommandError> {
    let config = around.config()?;
    around.start_logs(Some(&config), LogLevel::Warn);
    if args.folder.exists() {
        return Err(BackupError::Taken { path: args.folder.clone() }.into());
    }
    let mut name = args.folder.clone().into_os_string();
    name.push(".unfinished");
    let unfinished = PathBuf::from(name);
    let cannot = |path: &Path, source| CommandError::Create { path: path.to_owned(), source };
    match std::fs::remove_dir_all(&unfinished) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => return Err(cannot(&unfinished, error)),
        _ => {}
    }
    // The ledger first: a run that commits in between is then learned from the snapshot, not forgotten by it.
    std::fs::create_dir_all(&unfinished).map_err(|error| cannot(&unfinished, error))?;
    if config.output.join(LEDGER).exists() {
        Ledger::open_readonly(&config.output)?.copy_to(&unfinished.join(LEDGER))?;
        let flushed = std::fs::File::open(unfinished.join(LEDGER)).and_then(|file| file.sync_all());
        flushed.map_err(|error| cannot(&unfinished.join(LEDGER), error))?;
    }
    let names = write::back_up(&config.output, &unfinished, args.all)?;
    std::fs::rename(&unfinished, &args.folder).map_err(|error| cannot(&args.folder, error))?;
    let above = args.folder.parent().filter(|above| !above.as_os_str().is_empty()).unwrap_or(Path::new("."));
    std::fs::File::open(above).and_then(|folder| folder.sync_all()).map_err(|error| cannot(above, error))?;
    writeln!(around.out, "backup     {} with {}", args.folder.display(), names.join(", "))?;
    Ok(Exit::Ok)
}

/// Brings a backup back.
pub(super) fn restore(args: &RestoreArgs, around: &mut Surroundings<'_>) -> Result<Exit, CommandError> {
    let config = around.config()?;
    around.start_logs(Some(&config), LogLevel::Warn);
    refuse_network(&config.output, around)?;
    let output = &config.output;
    {
        let locked = || RunError::locked(output);
        let _lock = write::lock(output)?.ok_or_else(locked)?;
        let name = write::restore(&args.folder, output, args.force)?;
        if output.join(LEDGER).exists() {
            Ledger::set_aside(output, (around.now)())?;
        }
        if args.folder.join(LEDGER).exists() {
            Ledger::open_readonly(&args.folder)?.copy_to(&output.join(LEDGER))?;
        }
        writeln!(around.out, "restored   {} stands in {}", name, output.display())?;
    }
    // The ledger learns what it does not know of the tables.
    pipeline::repair(output)?;
    Ok(Exit::Ok)
}
