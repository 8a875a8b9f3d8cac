//! A disk that loses power: what was not flushed by then is lost, or torn, or there all the same.
//!
//! One run is done with every change of its disk written down. For every number of changes the disk is then made up as a loss of power
//! may leave it: of the changes behind which no flush came, none, all or some are there, and of the bytes of a file that was not
//! flushed none or half. From each such disk readers must see the rows of before or after, and the next run must come to those of after
//! by itself. The ledger, which SQLite writes, is as it was before the run, as it was behind it (after the last change), or missing.
//!
//! Short: the two extremes for each number of changes. `GONGBAO_LONG=1`: 20 mixtures for each beside them.

use crate::ground::{Ground, is_long, told};
use serde_json::Value;
use std::path::{Path, PathBuf};

/// One change of the disk.
struct Change {
    done: String,
    path: PathBuf,
    other: Option<PathBuf>,
    data: Option<PathBuf>,
}

/// What is left of changes that no flush followed.
#[derive(Debug, Clone, Copy)]
enum Left {
    Nothing,
    AllButBytes,
    Some(u64),
}

/// The next number of a fixed row: the same mixtures in every test.
fn draw(state: &mut u64) -> u64 {
    *state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
    *state >> 33
}

fn journal(folder: &Path) -> Vec<Change> {
    let lines = std::fs::read_to_string(folder.join("journal")).unwrap();
    let change = |line: &str| {
        let line: Value = serde_json::from_str(line).unwrap();
        let path = |key: &str| line[key].as_str().map(PathBuf::from);
        Change {
            done: line["done"].as_str().unwrap().to_owned(),
            path: path("path").unwrap(),
            other: path("other"),
            data: line["data"].as_u64().map(|number| folder.join(number.to_string())),
        }
    };
    lines.lines().map(change).collect()
}

/// Whether a flush of a path stands among changes.
fn is_flushed(path: &Path, later: &[Change]) -> bool {
    later.iter().any(|change| change.done == "flush" && change.path == path)
}

/// Makes up the disk after the first changes, in a copy of how it was before them.
fn lose_power(changes: &[Change], output: &Path, before: &Path, disk: &Path, left: Left) {
    copy(before, disk);
    let mut mixture = if let Left::Some(seed) = left { seed } else { 0 };
    let there = |path: &Path| disk.join(path.strip_prefix(output).unwrap());
    for (at, change) in changes.iter().enumerate() {
        let later = &changes[at + 1..];
        // A name is safe once the folder in which it stands was flushed; of a move, both folders.
        let folders: Vec<&Path> = [Some(change.path.as_path()), change.other.as_deref().filter(|_| change.done == "rename")]
            .into_iter()
            .flatten()
            .filter_map(Path::parent)
            .collect();
        let is_named = folders.iter().all(|folder| is_flushed(folder, later));
        let keeps = |mixture: &mut u64| match left {
            Left::Nothing => false,
            Left::AllButBytes => true,
            Left::Some(_) => draw(mixture).is_multiple_of(2),
        };
        if change.done == "flush" || !(is_named || keeps(&mut mixture)) {
            continue;
        }
        let path = there(&change.path);
        // What stands in a folder or file that was lost is lost too.
        let _lost = match change.done.as_str() {
            "folder" => std::fs::create_dir_all(&path),
            "write" => {
                let bytes = std::fs::read(change.data.as_ref().unwrap()).unwrap();
                let kept = match left {
                    _ if is_flushed(&change.path, later) => bytes.len(),
                    Left::Some(_) if draw(&mut mixture).is_multiple_of(2) => bytes.len() / 2,
                    _ => 0,
                };
                std::fs::write(&path, &bytes[..kept])
            }
            "link" => std::fs::hard_link(there(change.other.as_ref().unwrap()), &path),
            "rename" => std::fs::rename(there(change.other.as_ref().unwrap()), &path),
            "symlink" => std::os::unix::fs::symlink(change.other.as_ref().unwrap(), &path),
            "remove" if path.is_dir() && !path.is_symlink() => std::fs::remove_dir_all(&path),
            "remove" => std::fs::remove_file(&path),
            other => panic!("no such change: {other}"),
        };
    }
}

/// Copies a folder; files of the tables by a second name, since nobody may write over them.
fn copy(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).unwrap();
    for entry in std::fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        let (path, target) = (entry.path(), to.join(entry.file_name()));
        if entry.file_type().unwrap().is_symlink() {
            std::os::unix::fs::symlink(std::fs::read_link(&path).unwrap(), target).unwrap();
        } else if path.is_dir() {
            copy(&path, &target);
        } else if path.extension().is_some_and(|end| end == "parquet") {
            std::fs::hard_link(&path, target).unwrap();
        } else {
            std::fs::copy(&path, target).unwrap();
        }
    }
}

#[test]
#[expect(clippy::print_stdout, reason = "how much was tried is told")]
fn every_loss_of_power_is_recovered_from() {
    let ground = Ground::new(3);
    let played = ground.field();
    let (output, kept) = (played.output(), tempfile::tempdir().unwrap());
    let before = output.with_file_name("before");
    copy(&output, &before);
    // What the program writes down are paths as it was told them.
    let done = played.command("").env("GONGBAO_JOURNAL", kept.path()).output().unwrap();
    assert_eq!(done.status.code(), Some(3), "{}", told(&done));
    let changes = journal(kept.path());
    assert!(changes.len() > 40 && changes.iter().all(|change| change.path.starts_with("out")), "{} changes", changes.len());

    let mixtures = if is_long() { 20 } else { 0 };
    let mut tried = 0;
    for count in 0..=changes.len() {
        let lefts = [Left::Nothing, Left::AllButBytes].into_iter().chain((1..=mixtures).map(Left::Some));
        for left in lefts {
            let is_last = count == changes.len();
            let mut ledgers = vec!["before"];
            // A lost ledger takes longer to make anew; those of the end are the ones that matter.
            ledgers.extend((is_last || count % 7 == 0).then_some("missing"));
            ledgers.extend(is_last.then_some("behind"));
            for ledger in ledgers {
                let field = ground.field();
                std::fs::remove_dir_all(field.output()).unwrap();
                lose_power(&changes[..count], Path::new("out"), &before, &field.output(), left);
                let file = field.output().join("ledger.sqlite");
                match ledger {
                    "missing" => std::fs::remove_file(file).unwrap(),
                    "behind" => drop(std::fs::copy(output.join("ledger.sqlite"), file).unwrap()),
                    _ => {}
                }
                let case = format!("after {count} of {} changes, left: {left:?}, ledger {ledger}", changes.len());
                field.assert_whole(&ground, &case);
                field.assert_mended(&ground, &case);
                tried += 1;
            }
        }
    }
    println!("{tried} losses of power, {} changes of the disk", changes.len());
}
