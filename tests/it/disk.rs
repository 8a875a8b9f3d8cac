//! A disk that is full or broken: the run says so, `current` reads whole, and the next run mends it.
//!
//! Each change of the disk fails once, over a few documents, for a broken disk and for one that is full from then on.
//! `GONGBAO_LONG=1 cargo test -p gongbao --test it disk` does it with 40, and for a disk that is full for a moment only.

use crate::ground::{Ground, is_long, told};
use crate::house::House;
use gongbao::write::resolve_current;
use std::process::Output;

/// Lets each change of the disk fail in turn, until a run comes through unharmed.
fn check(kind: &str, suffix: &str) {
    let ground = Ground::new(if is_long() { 40 } else { 2 });
    let mut failed = 0;
    for number in 1.. {
        let fault = format!("{kind}@{number}{suffix}");
        let field = ground.field();
        let before = resolve_current(&field.output()).unwrap();
        let done = field.run(&fault);
        let (errors, code) = (String::from_utf8_lossy(&done.stderr), done.status.code());
        field.assert_whole(&ground, &fault);
        if !errors.contains("gongbao-fail: ") {
            assert_eq!(code, Some(3), "{}", told(&done));
            break;
        }
        if code == Some(1) {
            failed += 1;
            assert!(errors.lines().any(|line| line.contains("error") || line.contains("cannot")), "{fault}: no message: {errors}");
            assert_eq!(resolve_current(&field.output()).unwrap(), before, "{fault}: a run that committed is told as failed");
        } else {
            assert_eq!(code, Some(3), "{fault}: {}", told(&done));
            assert_ne!(resolve_current(&field.output()).unwrap(), before, "{fault}: nothing was committed");
        }
        // What a failed run leaves is less than what a killed one does: the short form looks at some only.
        if is_long() || (kind == "eio" && number % 4 == 0) {
            let done = field.run("");
            assert!(matches!(done.status.code(), Some(0 | 3)), "{fault}: {}", told(&done));
            field.assert_whole(&ground, &fault);
            assert_ne!(resolve_current(&field.output()).unwrap(), before, "{fault}: the next run did not do the work");
        }
    }
    assert!(failed > 40, "only {failed} failures");
}

#[test]
fn a_full_disk_fails_the_run() {
    check("enospc", "+");
    if is_long() {
        check("enospc", "");
    }
}

#[test]
fn a_change_of_the_disk_that_fails_fails_the_run() {
    check("eio", "");
}

fn stderr(done: &Output) -> String {
    String::from_utf8_lossy(&done.stderr).into_owned()
}

#[test]
fn a_damaged_ledger_is_kept_aside_and_written_anew() {
    let ground = Ground::new(2);
    let field = ground.field();
    std::fs::write(field.output().join("ledger.sqlite"), "no ledger").unwrap();
    let done = field.run("");
    assert!(stderr(&done).contains("the ledger is damaged"), "{}", told(&done));
    field.assert_done(&ground, "damaged ledger");
    let names = std::fs::read_dir(field.output()).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap());
    assert_eq!(names.filter(|name| name.starts_with("ledger.sqlite.corrupt-")).count(), 1);
    assert!(!stderr(&field.run("")).contains("ledger"));
}

#[test]
fn a_dangling_current_is_repaired() {
    let house = House::with_samples();
    house.gongbao("extract samples --out out").success();
    house.write("samples/more.txt", "全区出口增长3%。");
    house.gongbao("extract samples --out out").success();
    std::fs::remove_dir_all(house.path("out/snapshots/000002")).unwrap();
    house.gongbao("path --out out").code(1);
    let done = house.gongbao("extract samples --out out").success();
    assert!(crate::house::stderr(&done).contains("newest whole"), "{}", crate::house::stderr(&done));
    assert_eq!(house.rows("documents").len(), 6);
}
