//! Takedowns: a document is gone from every kept snapshot, wherever the removal is cut off, and does not come again by itself.

use crate::ground::is_long;
use crate::house::{House, stderr, stdout};
use gongbao::write::{object_path, read_known_documents, verify};
use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

const CONFIG: &str = "[output]\ndir = 'out'\nkeep_objects = true\n[[sources]]\nname = 'a'\npaths = ['in']\n";

fn text(name: &str, value: usize) -> String {
    format!("2023年，{name}全市地区生产总值{value}.5亿元，增长6.3%。新签约项目{value}个，计划总投资{value}亿元。")
}

/// Three snapshots: the document stands in all of them, with another content at first, and in the last a second time.
fn house() -> House {
    let house = House::new();
    house.write("gongbao.toml", CONFIG);
    house.write("in/goes.txt", text("goes", 1));
    house.write("in/stays.txt", text("stays", 2));
    house.gongbao("run --config gongbao.toml").success();
    house.write("in/goes.txt", text("goes", 3));
    house.gongbao("run --config gongbao.toml").success();
    house.write("in/twin.txt", text("goes", 3));
    house.write("in/late.txt", text("late", 4));
    house.gongbao("run --config gongbao.toml").success();
    house
}

fn snapshots(house: &House) -> Vec<PathBuf> {
    let mut paths: Vec<_> = fs::read_dir(house.path("out/snapshots")).unwrap().map(|entry| entry.unwrap().path()).collect();
    paths.sort();
    paths
}

/// The paths of the documents of each snapshot, all of whose files are as its manifest tells.
fn documents(house: &House) -> Vec<Vec<String>> {
    let of = |path: &Path| {
        let damages = verify(path);
        assert!(damages.is_empty(), "{damages:?}");
        read_known_documents(path).unwrap().into_iter().map(|known| known.path).collect()
    };
    snapshots(house).iter().map(|path| of(path)).collect()
}

/// The documents named by rows of any table of any snapshot.
fn named(house: &House, document: &str) -> usize {
    let tables = ["documents", "indicators", "investments", "findings", "series"];
    let mut named = 0;
    for snapshot in snapshots(house) {
        let elsewhere = tempfile::tempdir().unwrap();
        std::os::unix::fs::symlink(&snapshot, elsewhere.path().join("current")).unwrap();
        for table in tables {
            let done = house.gongbao(&format!("show {table} --json --limit 1000 --out {}", elsewhere.path().display())).success();
            named += stdout(&done).matches(document).count();
        }
    }
    named
}

#[test]
fn a_document_goes_from_every_snapshot_and_stays_away() {
    let house = house();
    house.gongbao("backup --config gongbao.toml --all backup").success();
    let (row, twin) = (house.document("goes.txt"), house.document("twin.txt"));
    let id = row["document_id"].as_str().unwrap().to_owned();
    let object = object_path(&house.path("out"), row["content_hash"].as_str().unwrap()).unwrap();
    assert!(object.is_file() && named(&house, &id) > 3);
    assert_eq!(twin["duplicate_of"], row["document_id"]);
    let before = documents(&house);
    assert_eq!(before, [vec!["goes.txt", "stays.txt"], vec!["goes.txt", "stays.txt"], vec!["goes.txt", "late.txt", "stays.txt", "twin.txt"]]);

    let told = stdout(&house.gongbao("remove --config gongbao.toml a/goes.txt --dry-run").success());
    assert_eq!(told, "would go  a/goes.txt  out of 000001 000002 000003\nwould go  a/twin.txt  out of 000003\n");
    assert_eq!(documents(&house), before);

    let told = stdout(&house.gongbao(&format!("remove --config gongbao.toml {id} --reason asked")).success());
    assert!(told.contains("removed   a/goes.txt  out of 000001 000002 000003"), "{told}");
    let gone = [vec!["stays.txt"], vec!["stays.txt"], vec!["late.txt", "stays.txt"]];
    assert_eq!(documents(&house), gone);
    assert_eq!(named(&house, &id), 0);
    assert!(!object.exists());
    assert!(house.rows("series").iter().all(|row| row["value"] != "350000000"));
    let list = stdout(&house.gongbao("remove --config gongbao.toml --list").success());
    assert!(list.starts_with("removed") && list.contains("a/goes.txt  asked"), "{list}");
    house.gongbao("doctor --deep --config gongbao.toml").success();

    // Neither the file that is still there, nor its content elsewhere, nor a new content at its place, nor a lost ledger bring it back.
    house.write("in/other.txt", text("goes", 3));
    house.write("in/goes.txt", text("goes", 5));
    let told = stdout(&house.gongbao("run --config gongbao.toml").success());
    assert!(told.contains("nothing changed"), "{told}");
    fs::remove_file(house.path("out/ledger.sqlite")).unwrap();
    house.gongbao("run --config gongbao.toml --allow-empty").success();
    assert_eq!(documents(&house), gone);

    // Nor does a backup that was made before.
    house.gongbao("restore --config gongbao.toml --force backup").success();
    assert_eq!(documents(&house), gone);
    house.gongbao("run --config gongbao.toml").success();
    assert_eq!(documents(&house).last().unwrap(), gone.last().unwrap());

    house.gongbao("remove --config gongbao.toml --forget a/goes.txt").success();
    house.gongbao("run --config gongbao.toml").success();
    let last: BTreeSet<String> = documents(&house).pop().unwrap().into_iter().collect();
    assert!(last.contains("goes.txt") && last.contains("other.txt") && last.contains("twin.txt"), "{last:?}");
}

#[test]
fn what_is_not_there_cannot_be_removed() {
    let house = house();
    let done = house.gongbao("remove --config gongbao.toml a/nothing.txt").code(2);
    assert!(stderr(&done).contains("a/nothing.txt: in no kept snapshot"), "{}", stderr(&done));
    let done = house.gongbao("remove --config gongbao.toml --forget a/goes.txt").code(2);
    assert!(stderr(&done).contains("a/goes.txt: was not taken down"), "{}", stderr(&done));
    house.gongbao("remove --config gongbao.toml").code(2);
    assert_eq!(documents(&house).len(), 3);
}

#[test]
fn a_removal_that_is_cut_off_is_finished_by_the_next() {
    let start = house();
    // Short: at every ninth change of the disk. `GONGBAO_LONG=1`: at every one.
    let step = if is_long() { 1 } else { 9 };
    let mut killed = 0;
    for nth in (1..).step_by(step) {
        let house = House::new();
        let copied = std::process::Command::new("cp").arg("-a").arg(start.path(".")).arg(house.path(".")).status().unwrap();
        assert!(copied.success());
        let fault = format!("kill@disk:{nth}");
        let done = house.command("remove --config gongbao.toml a/goes.txt").env("GONGBAO_FAIL", &fault).output().unwrap();
        if done.status.success() {
            break;
        }
        assert_eq!(done.status.code(), None, "{fault}: {}", String::from_utf8_lossy(&done.stderr));
        killed += 1;
        // Whole, each of before or after …
        assert_eq!(documents(&house).len(), 3, "{fault}");
        let is_told = fs::read_to_string(house.path("out/takedowns.jsonl")).is_ok_and(|text| !text.is_empty());
        // … and all of after, once it was told at all.
        house.gongbao("run --config gongbao.toml").success();
        let is_gone = documents(&house).iter().flatten().all(|path| path != "goes.txt" && path != "twin.txt");
        assert_eq!(is_gone, is_told, "{fault}");
        let list = stdout(&house.gongbao("remove --config gongbao.toml --list").success());
        assert!(!list.contains("pending"), "{fault}: {list}");
    }
    assert!(killed * step > 100, "only {killed} of the disk's changes");
}
