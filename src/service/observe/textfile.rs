//! A file with metrics, as node-exporter's textfile collector reads it: whole or not at all.

use std::fs::{File, Permissions};
use std::io::{self, Write};
use std::os::unix::fs::PermissionsExt;
use std::path::Path;

use chrono::{DateTime, Utc};

use super::metrics::{self, Facts};
use super::{chain, fields};
use crate::config::Config;
use crate::ledger::Ledger;

/// Writes the metrics of an output after a run over it, where the configuration asks for it. What goes wrong is told: the run was
/// done all the same.
pub(crate) fn after_run(config: &Config, now: DateTime<Utc>) {
    let Some(path) = &config.textfile else { return };
    let facts = Ledger::open_readonly(&config.output).and_then(|ledger| Facts::gather(Some(&ledger), &config.schedules, false, now));
    let written = match facts {
        Ok(facts) => write(path, &metrics::render(&facts)).map_err(|error| chain(&error)),
        Err(error) => Err(chain(&error)),
    };
    if let Err(error) = written {
        tracing::warn!({ fields::ERROR } = %error, "no metrics are written to {}", path.display());
    }
}

/// Writes a file under another name first, flushes it, and renames it. Everybody may read it.
///
/// - Errors: the folder is missing or cannot be written; what lay there before stays then.
pub fn write(path: &Path, text: &str) -> io::Result<()> {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    // The collector passes over names that do not end in `.prom`.
    let mut unfinished = tempfile::Builder::new().prefix(".gongbao-").suffix(".tmp").tempfile_in(folder)?;
    unfinished.write_all(text.as_bytes())?;
    unfinished.as_file().set_permissions(Permissions::from_mode(0o644))?;
    unfinished.as_file().sync_all()?;
    unfinished.persist(path)?;
    File::open(folder)?.sync_all()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_replaced_as_a_whole() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("gongbao.prom");
        write(&path, "a much longer text\n").unwrap();
        write(&path, "short\n").unwrap();
        assert_eq!(std::fs::read_to_string(&path).unwrap(), "short\n");
        assert_eq!(std::fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o644);
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 1, "a temporary file stayed");
        assert!(write(&folder.path().join("missing/gongbao.prom"), "").is_err());
    }
}
