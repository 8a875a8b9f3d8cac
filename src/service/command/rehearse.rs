//! `--dry-run`: the whole run against a folder that stands for the output and goes afterwards. The output is only read.

use super::{CommandError, Surroundings, compare};
use crate::config::Config;
use crate::exit::Exit;
use crate::ledger::{LEDGER, Ledger};
use crate::observe::{Summary, chain};
use crate::write;
use std::path::{Path, PathBuf};
use tempfile::TempDir;

/// Copies the ledger without leaving a trace: even a reader makes SQLite's log and its index, where no writer has.
fn copy_ledger(output: &Path, to: &Path) -> Result<(), CommandError> {
    let has_log = || output.join(format!("{LEDGER}-wal")).exists();
    if !has_log() {
        let ledger = output.join(LEDGER);
        std::fs::copy(&ledger, to).map_err(|source| CommandError::Open { path: ledger, source })?;
        if !has_log() {
            return Ok(());
        }
        std::fs::remove_file(to).map_err(|source| CommandError::Create { path: to.to_owned(), source })?;
    }
    if let Err(error) = Ledger::open_readonly(output).and_then(|ledger| ledger.copy_to(to)) {
        tracing::warn!("the ledger cannot be copied, as if it were lost: {}", chain(&error));
    }
    Ok(())
}

/// A folder that begins where the output stands.
pub(super) struct Rehearsal {
    folder: TempDir,
    /// The snapshot with which it begins.
    before: Option<PathBuf>,
    /// As configured, but for where tables go.
    pub(super) config: Config,
}

impl Rehearsal {
    /// Makes the folder beside the output, where its files can be linked, else among the system's temporary ones.
    pub(super) fn prepare(config: &Config) -> Result<Self, CommandError> {
        let output = &config.output;
        let above = output.parent().filter(|above| !above.as_os_str().is_empty()).unwrap_or(Path::new("."));
        let named = || tempfile::Builder::new().prefix(".gongbao-dry-run-").to_owned();
        let folder = named().tempdir_in(above).or_else(|_| named().tempdir());
        let folder = folder.map_err(|source| CommandError::Create { path: above.to_owned(), source })?;
        let before = if output.is_dir() { write::resolve_current(output)? } else { None };
        let before = before.map(|path| std::fs::canonicalize(&path).map_err(|source| CommandError::Open { path, source })).transpose()?;
        if let Some(snapshot) = &before {
            let link = folder.path().join("current");
            std::os::unix::fs::symlink(snapshot, &link).map_err(|source| CommandError::Create { path: link, source })?;
        }
        if output.join(LEDGER).is_file() {
            copy_ledger(output, &folder.path().join(LEDGER))?;
        }
        let config = Config { output: folder.path().to_owned(), keep_objects: false, textfile: None, ..config.clone() };
        Ok(Self { folder, before, config })
    }

    /// Tells what the run would have changed.
    pub(super) fn tell(&self, summary: &Summary, is_json: bool, around: &mut Surroundings<'_>) -> Result<Exit, CommandError> {
        let after = write::resolve_current(self.folder.path())?;
        compare::between(self.before.as_deref(), after.as_deref(), None, is_json, around)?;
        if is_json {
            return Ok(Exit::Ok);
        }
        for (source, path, error) in summary.quarantined.iter().chain(&summary.failed_documents) {
            writeln!(around.out, "{source}/{path}: {error}")?;
        }
        for failed in &summary.failed_sources {
            writeln!(around.out, "source {}: {}", failed.name, failed.error)?;
        }
        writeln!(around.out, "dry run: nothing was changed")?;
        Ok(Exit::Ok)
    }
}
