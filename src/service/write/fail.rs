//! Where tests stop the program or let its disk fail, to see that nothing is lost.
//!
//! Debug builds look at `GONGBAO_FAIL` once; a release contains none of this.
//! - `kill@NAME` or `kill@NAME:3`: the process dies, as by SIGKILL, when it comes to a point for the first or third time.
//!   Every change of the disk is such a point, named `disk.write`, `disk.rename` …; `disk` stands for all of them.
//! - `enospc@7`, `eio@7`: the seventh change of the disk fails. `enospc@7+`: the disk is full from then on.
//! - `list`: every point is told on standard error as the process comes to it.
//!
//! `GONGBAO_JOURNAL` names a folder in which every change of the disk is written down once it was made, with what was written: from
//! that a test can make up what a disk holds after a loss of power.

use std::io;
use std::path::Path;

/// A named step of a run; the name is told in two parts.
pub(crate) fn point(room: &str, name: &str) {
    #[cfg(debug_assertions)]
    active::point(&format!("{room}.{name}"));
    #[cfg(not(debug_assertions))]
    let _ = (room, name);
}

/// Stands before each change of the disk, and fails in its place. `needs_room`: a full disk would refuse it.
pub(super) fn change(name: &str, needs_room: bool) -> io::Result<()> {
    #[cfg(debug_assertions)]
    active::change(name, needs_room)?;
    #[cfg(not(debug_assertions))]
    let _ = (name, needs_room);
    Ok(())
}

/// Stands behind each change of the disk: what was done, to which path, and to which other one or with which bytes.
pub(super) fn journal(done: &str, path: &Path, other: Option<&Path>, bytes: Option<&[u8]>) {
    #[cfg(debug_assertions)]
    active::journal(done, path, other, bytes);
    #[cfg(not(debug_assertions))]
    let _ = (done, path, other, bytes);
}

#[cfg(debug_assertions)]
mod active {
    use std::fs::File;
    use std::io::{self, Write};
    use std::path::{Path, PathBuf};
    use std::sync::atomic::{AtomicUsize, Ordering};
    use std::sync::{LazyLock, Mutex, PoisonError};

    use rustix::io::Errno;
    use rustix::process::{Signal, getpid, kill_process};

    /// What is to happen, and where.
    #[derive(Debug, PartialEq, Eq)]
    pub(super) enum Fault {
        None,
        List,
        Kill { name: String, nth: usize },
        Error { errno: Errno, nth: usize, lasts: bool },
    }

    static FAULT: LazyLock<Fault> = LazyLock::new(|| match std::env::var("GONGBAO_FAIL") {
        Ok(written) => parse(&written).unwrap_or_else(|| {
            tell(&format!("GONGBAO_FAIL={written} is not understood"));
            Fault::None
        }),
        Err(_) => Fault::None,
    });
    static PASSED: AtomicUsize = AtomicUsize::new(0);

    pub(super) fn parse(written: &str) -> Option<Fault> {
        if written == "list" {
            return Some(Fault::List);
        }
        let (what, place) = written.split_once('@')?;
        if what == "kill" {
            let (name, nth) = place.split_once(':').unwrap_or((place, "1"));
            return Some(Fault::Kill { name: name.to_owned(), nth: nth.parse().ok()? });
        }
        let errno = match what {
            "enospc" => Errno::NOSPC,
            "eio" => Errno::IO,
            _ => return None,
        };
        let nth = place.strip_suffix('+').unwrap_or(place).parse().ok()?;
        Some(Fault::Error { errno, nth, lasts: place.ends_with('+') })
    }

    pub(super) fn point(name: &str) {
        match &*FAULT {
            Fault::List => tell(name),
            Fault::Kill { name: wanted, nth } => {
                let is_meant = wanted == name || (wanted == "disk" && name.starts_with("disk."));
                if is_meant && PASSED.fetch_add(1, Ordering::Relaxed) + 1 == *nth {
                    tell(&format!("killed at {name}"));
                    // The signal is there before the call returns; were it refused, the end would be the same.
                    let _ = kill_process(getpid(), Signal::KILL);
                    std::process::abort();
                }
            }
            Fault::None | Fault::Error { .. } => {}
        }
    }

    pub(super) fn change(name: &str, needs_room: bool) -> io::Result<()> {
        point(&format!("disk.{name}"));
        let Fault::Error { errno, nth, lasts } = &*FAULT else { return Ok(()) };
        let passed = PASSED.fetch_add(1, Ordering::Relaxed) + 1;
        if passed == *nth || (*lasts && needs_room && passed > *nth) {
            tell(&format!("failed at disk.{name}"));
            return Err((*errno).into());
        }
        Ok(())
    }

    static JOURNAL: LazyLock<Option<Mutex<(PathBuf, usize)>>> =
        LazyLock::new(|| std::env::var_os("GONGBAO_JOURNAL").map(|folder| Mutex::new((folder.into(), 0))));

    pub(super) fn journal(done: &str, path: &Path, other: Option<&Path>, bytes: Option<&[u8]>) {
        let Some(journal) = &*JOURNAL else { return };
        let mut journal = journal.lock().unwrap_or_else(PoisonError::into_inner);
        let number = journal.1;
        journal.1 += 1;
        let line = serde_json::json!({ "done": done, "path": path, "other": other, "data": bytes.map(|_| number) });
        let written = File::options().create(true).append(true).open(journal.0.join("journal")).and_then(|mut file| writeln!(file, "{line}"));
        let kept = written.and_then(|()| bytes.map_or(Ok(()), |bytes| std::fs::write(journal.0.join(number.to_string()), bytes)));
        if let Err(error) = kept {
            tell(&format!("no journal: {error}"));
        }
    }

    /// For the test that asked for it; logs may be off, and a killed process flushes nothing.
    fn tell(what: &str) {
        let _ = writeln!(io::stderr(), "gongbao-fail: {what}");
    }
}

#[cfg(all(test, debug_assertions))]
mod tests {
    use super::active::{Fault, parse};
    use rustix::io::Errno;

    #[test]
    fn faults_are_read_as_they_are_written() {
        let check = |written, expected| assert_eq!(parse(written), expected, "{written}");
        check("kill@disk.rename", Some(Fault::Kill { name: "disk.rename".to_owned(), nth: 1 }));
        check("kill@stage.write:3", Some(Fault::Kill { name: "stage.write".to_owned(), nth: 3 }));
        check("enospc@7", Some(Fault::Error { errno: Errno::NOSPC, nth: 7, lasts: false }));
        check("eio@1+", Some(Fault::Error { errno: Errno::IO, nth: 1, lasts: true }));
        check("list", Some(Fault::List));
        check("eio@", None);
        check("kill", None);
    }
}
