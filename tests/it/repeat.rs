//! Documents that are read anew, rehearsed runs, and what cannot be reached.

use crate::house::{House, json_lines, stdout};
use serde_json::Value;
use std::collections::BTreeMap;
use std::path::Path;

const GDP: &str = "全市生产总值增长5%。";

/// A configuration with these sources, each a name and its path.
fn configure(house: &House, more: &str, sources: &[(&str, &str)]) {
    let sources: String = sources.iter().map(|(name, path)| format!("[[sources]]\nname='{name}'\npaths=['{path}']\n")).collect();
    house.write("gongbao.toml", format!("{more}[output]\ndir='out'\n[retry]\nwait_ms=1\n{sources}"));
}

fn run(house: &House, arguments: &str, code: i32) -> String {
    let done = house.gongbao(&format!("{arguments} --config gongbao.toml"));
    assert_eq!(done.get_output().status.code(), Some(code), "{arguments}: {}", String::from_utf8_lossy(&done.get_output().stderr));
    stdout(&done)
}

fn summary(house: &House, arguments: &str, code: i32) -> Value {
    serde_json::from_str(&run(house, &format!("{arguments} --json"), code)).unwrap()
}

/// All files below a folder with their bytes, and links with what they name.
fn contents(folder: &Path) -> BTreeMap<String, Vec<u8>> {
    let mut found = BTreeMap::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let name = path.display().to_string();
        if path.is_symlink() {
            found.insert(name, std::fs::read_link(&path).unwrap().display().to_string().into_bytes());
        } else if path.is_dir() {
            found.insert(name, Vec::new());
            found.extend(contents(&path));
        } else {
            found.insert(name, std::fs::read(&path).unwrap());
        }
    }
    found
}

#[cfg(target_os = "linux")]
#[test]
fn a_known_document_that_cannot_be_reached_keeps_its_rows() {
    let house = House::new();
    configure(&house, "", &[("a", "in/report.txt")]);
    house.write("in/report.txt", GDP);
    run(&house, "run", 0);
    let before = (house.rows("documents"), house.rows("indicators"));
    assert!(!before.1.is_empty());
    std::fs::rename(house.path("in/report.txt"), house.path("in/aside")).unwrap();
    // A regular file whose first byte is an IO error, for root too.
    std::os::unix::fs::symlink("/proc/self/mem", house.path("in/report.txt")).unwrap();
    let printed = run(&house, "run", 3);
    assert!(printed.contains("failed     a/report.txt: unreadable: "), "{printed}");
    assert_eq!((house.rows("documents"), house.rows("indicators")), before);
    assert_eq!(summary(&house, "run", 3)["outcome"], "partial");
    std::fs::rename(house.path("in/aside"), house.path("in/report.txt")).unwrap();
    assert_eq!(summary(&house, "run", 0)["documents"]["unchanged"], 1);
}

#[cfg(target_os = "linux")]
#[test]
fn an_unknown_document_that_cannot_be_reached_waits() {
    let house = House::new();
    configure(&house, "", &[("a", "in/report.txt"), ("b", "in/other.txt")]);
    house.write("in/other.txt", "全市出口增长3%。");
    std::os::unix::fs::symlink("/proc/self/mem", house.path("in/report.txt")).unwrap();
    assert_eq!(summary(&house, "run", 3)["failed_documents"][0]["path"], "report.txt");
    assert_eq!(house.rows("documents").len(), 1);
    std::fs::remove_file(house.path("in/report.txt")).unwrap();
    house.write("in/report.txt", GDP);
    assert_eq!(summary(&house, "run", 0)["documents"]["read"], 1);
}

#[test]
fn a_source_that_is_suddenly_empty_takes_nothing_out() {
    let house = House::new();
    configure(&house, "", &[("a", "in")]);
    house.write("in/a.txt", GDP);
    run(&house, "run", 0);
    std::fs::remove_file(house.path("in/a.txt")).unwrap();
    let printed = run(&house, "run", 1);
    assert!(printed.contains("in is empty, but held 1 document: is it mounted? `--allow-empty` takes them out"), "{printed}");
    assert_eq!(house.rows("documents").len(), 1);
    assert_eq!(summary(&house, "run --allow-empty", 0)["documents"]["removed"], 1);
    assert!(house.rows("documents").is_empty());
    run(&house, "run", 0);
}

#[test]
fn more_than_half_is_not_taken_out_at_once() {
    let house = House::new();
    configure(&house, "", &[("a", "in")]);
    for at in 0..20 {
        house.write(&format!("in/{at}.txt"), format!("全市生产总值增长{at}%。"));
    }
    run(&house, "run", 0);
    let remove = |range: std::ops::Range<u32>| range.for_each(|at| std::fs::remove_file(house.path(&format!("in/{at}.txt"))).unwrap());
    remove(0..11);
    assert!(run(&house, "run", 1).contains("11 of 20 documents are gone at once"));
    assert_eq!(house.rows("documents").len(), 20);
    house.write("in/0.txt", "全市生产总值增长0%。");
    assert_eq!(summary(&house, "run", 0)["documents"]["removed"], 10);
}

#[test]
fn a_duplicate_outside_the_run_is_read_when_its_original_goes() {
    let house = House::new();
    configure(&house, "", &[("a", "a"), ("b", "b")]);
    house.write("a/one.txt", GDP);
    house.write("a/other.txt", "全市出口增长3%。");
    house.write("b/copy.txt", GDP);
    run(&house, "run", 0);
    assert_eq!(house.document("copy.txt")["duplicate_of"], house.document("one.txt")["document_id"]);
    std::fs::remove_file(house.path("a/one.txt")).unwrap();
    run(&house, "run --source a", 0);
    assert_eq!((&house.document("copy.txt")["duplicate_of"], &house.document("copy.txt")["status"]), (&Value::Null, &Value::from("ok")));
    // Also when the original changes.
    house.write("a/one.txt", GDP);
    run(&house, "run", 0);
    house.write("b/copy.txt", "全市进口增长4%。");
    run(&house, "run --source b", 0);
    assert_eq!((&house.document("one.txt")["duplicate_of"], &house.document("one.txt")["status"]), (&Value::Null, &Value::from("ok")));
}

#[test]
fn a_duplicate_that_cannot_be_reached_goes_with_its_original() {
    let house = House::new();
    configure(&house, "", &[("a", "a"), ("b", "b")]);
    house.write("a/one.txt", GDP);
    house.write("a/other.txt", "全市出口增长3%。");
    house.write("b/copy.txt", GDP);
    run(&house, "run", 0);
    std::fs::remove_file(house.path("a/one.txt")).unwrap();
    std::fs::rename(house.path("b"), house.path("gone")).unwrap();
    run(&house, "run --source a", 0);
    assert_eq!(house.rows("documents").len(), 1);
    std::fs::rename(house.path("gone"), house.path("b")).unwrap();
    assert_eq!(summary(&house, "run", 0)["documents"]["read"], 1);
}

#[test]
fn a_dry_run_tells_and_changes_nothing() {
    let house = House::new();
    configure(&house, "", &[("a", "in")]);
    house.write("in/a.txt", GDP);
    let printed = run(&house, "run --dry-run", 0);
    assert!(printed.contains("+ indicators") && printed.ends_with("dry run: nothing was changed\n"), "{printed}");
    assert!(!house.path("out").exists());
    run(&house, "run", 0);
    house.write("in/a.txt", "全市生产总值增长6%。");
    house.write("in/b.txt", "全市出口增长3%。");
    let before = contents(&house.path("out"));
    let rows = house.gongbao("run --dry-run --json --config gongbao.toml").success();
    let changes: Vec<_> = json_lines(&rows).iter().filter_map(|row| Some(row["change"].as_str()?.to_owned())).collect();
    assert_eq!(changes, ["altered", "gained"]);
    run(&house, "run --reextract --dry-run", 0);
    run(&house, "backfill --from 2000-01-01 --to 2030-01-01 --dry-run", 0);
    run(&house, "replay a/a.txt --dry-run", 0);
    let after = contents(&house.path("out"));
    assert_eq!(after.keys().collect::<Vec<_>>(), before.keys().collect::<Vec<_>>());
    assert!(after == before, "a file has changed");
    let left: Vec<_> = std::fs::read_dir(house.path("")).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    assert!(!left.iter().any(|name| name.starts_with(".gongbao")), "{left:?}");
}

#[test]
fn a_backfill_reads_documents_of_its_days() {
    let house = House::new();
    configure(&house, "", &[("a", "in")]);
    for (name, growth) in [("old", 1), ("new", 2), ("undated", 3)] {
        house.write(&format!("in/{name}.txt"), format!("全市生产总值增长{growth}%。"));
    }
    house.write("in/manifest.csv", "path,published\nold.txt,2020-05-01\nnew.txt,2024-05-01\n");
    run(&house, "run", 0);
    let runs = |house: &House| json_lines(&house.gongbao("runs --json --out out").success());
    let printed = run(&house, "backfill --from 2024-01-01 --to 2024-12-31", 0);
    assert!(printed.contains("1 document of unknown date: left as they are") && printed.contains("1 seen: 1 read"), "{printed}");
    assert_eq!(runs(&house)[0]["trigger"], "backfill");
    assert_eq!(house.rows("documents").len(), 3);
    assert!(run(&house, "backfill --from 1999-01-01 --to 1999-12-31", 0).contains("none is to be read anew"));
    run(&house, "backfill --from 2024-01-01 --to 2023-01-01", 2);
    run(&house, "backfill --from 2024-01-01 --to 2024-01-01 --source no", 2);
}

#[test]
fn a_replay_reads_named_documents_and_kept_bytes() {
    let house = House::new();
    house.write("gongbao.toml", "[output]\ndir='out'\nkeep_objects=true\n[[sources]]\nname='a'\npaths=['in']\n");
    house.write("in/a.txt", GDP);
    house.write("in/b.txt", "全市出口增长3%。");
    house.write("in/bad.txt", b"\x7fELF\x02\x01\x01\x00\x00\x00\x00\x00");
    run(&house, "run", 3);
    let a = house.document("a.txt");
    let id = a["document_id"].as_str().unwrap();
    std::fs::remove_file(house.path("in/a.txt")).unwrap();
    for name in ["a/a.txt", id] {
        assert_eq!(summary(&house, &format!("replay {name}"), 0)["documents"]["read"], 1, "{name}");
    }
    assert_eq!(house.document("a.txt"), a);
    assert_eq!(summary(&house, "replay --quarantined", 0)["documents"]["seen"], 1);
    assert_eq!(summary(&house, &format!("replay --run {}", a["run_id"].as_str().unwrap()), 0)["documents"]["seen"], 3);
    run(&house, "replay a/none.txt", 2);
    run(&house, "replay --run none", 2);
    run(&house, "replay", 2);
    std::fs::remove_dir_all(house.path("out/objects")).unwrap();
    let printed = run(&house, "replay a/a.txt", 3);
    assert!(printed.contains("failed     a/a.txt: its file is not there, and its bytes are not kept"), "{printed}");
    assert_eq!(house.document("a.txt"), a);
}

#[test]
fn a_run_takes_the_sources_of_a_schedule() {
    let house = House::new();
    configure(&house, "", &[("a", "a"), ("b", "b")]);
    let config = std::fs::read_to_string(house.path("gongbao.toml")).unwrap();
    house.write("gongbao.toml", format!("{config}[[schedules]]\nname='morning'\ncron='30 7 * * *'\nsources=['b']\n"));
    house.write("a/a.txt", GDP);
    house.write("b/b.txt", "全市出口增长3%。");
    assert_eq!(summary(&house, "run --schedule morning --scheduled-for 2024-05-06T07:30:00+08:00", 0)["documents"]["seen"], 1);
    let told = json_lines(&house.gongbao("runs --json --out out").success());
    assert_eq!((&told[0]["trigger"], &told[0]["scheduled_for"]), (&Value::from("schedule"), &Value::from("2024-05-05T23:30:00.000000Z")));
    assert_eq!(summary(&house, "run --source a", 0)["documents"]["read"], 1);
    run(&house, "run --schedule evening", 2);
    run(&house, "run --source c", 2);
}

#[test]
fn a_run_waits_for_the_lock() {
    let house = House::new();
    configure(&house, "", &[("a", "in")]);
    house.write("in/a.txt", GDP);
    run(&house, "run", 0);
    let lock = std::fs::File::open(house.path("out/.lock")).unwrap();
    lock.lock().unwrap();
    run(&house, "run", 75);
    run(&house, "run --wait 1", 75);
    let release = std::thread::spawn(move || {
        std::thread::sleep(std::time::Duration::from_millis(700));
        drop(lock);
    });
    run(&house, "run --wait 600", 0);
    release.join().unwrap();
}
