//! A run that is killed, anywhere: the next one works by itself, and the tables are those of an undisturbed run.
//!
//! The short form, in every test run, kills once at each named point and at each change of the disk, over a few documents.
//! The long form kills at each point 50 times, and 500 times at random moments over 200 documents:
//! `GONGBAO_LONG=1 cargo test -p gongbao --test it crash`.

use crate::ground::{Field, Ground, is_long, told};
use std::collections::BTreeSet;
use std::os::unix::process::ExitStatusExt;
use std::process::{Child, Output, Stdio};
use std::time::{Duration, Instant};

/// Every point that is no change of the disk and that a run comes to when nothing was broken before.
const POINTS: [&str; 12] = [
    "commit.staged",
    "ledger.after",
    "ledger.before",
    "ledger.inside",
    "publish.current",
    "publish.moved",
    "retain.after",
    "retain.before",
    "retain.buried",
    "stage.extract",
    "stage.ingest",
    "stage.write",
];

const KILL: i32 = 9;

fn times(short: usize, long: usize) -> usize {
    if is_long() { long } else { short }
}

/// Runs until it is killed; false when it ended by itself.
fn is_killed(field: &Field, fault: &str) -> bool {
    let done = field.run(fault);
    let is_killed = done.status.signal() == Some(KILL);
    assert!(is_killed || matches!(done.status.code(), Some(0 | 3)), "{fault}: {}", told(&done));
    is_killed
}

#[test]
fn the_points_are_those_of_the_list() {
    let ground = Ground::new(3);
    let done = ground.field().run("list");
    let told = String::from_utf8(done.stderr).unwrap();
    let passed = told.lines().filter_map(|line| line.strip_prefix("gongbao-fail: "));
    let (disk, named): (BTreeSet<_>, BTreeSet<_>) = passed.partition(|name| name.starts_with("disk."));
    assert_eq!(named.into_iter().collect::<Vec<_>>(), POINTS);
    let disk: Vec<_> = disk.into_iter().collect();
    let changes = ["create", "flush", "folder", "link", "open", "overwrite", "remove", "rename", "symlink", "write"];
    assert_eq!(disk, changes.map(|change| format!("disk.{change}")));
}

#[test]
fn a_run_killed_at_a_named_point_is_done_by_the_next() {
    let ground = Ground::new(3);
    for point in POINTS {
        for _ in 0..times(1, 50) {
            let field = ground.field();
            assert!(is_killed(&field, &format!("kill@{point}")), "{point}");
            field.assert_whole(&ground, point);
            field.assert_mended(&ground, point);
        }
    }
}

#[test]
fn a_run_killed_at_a_change_of_the_disk_is_done_by_the_next() {
    let ground = Ground::new(3);
    for _ in 0..times(1, 50) {
        let mut killed = 0;
        loop {
            let field = ground.field();
            let fault = format!("kill@disk:{}", killed + 1);
            if !is_killed(&field, &fault) {
                break;
            }
            killed += 1;
            field.assert_whole(&ground, &fault);
            field.assert_mended(&ground, &fault);
        }
        assert!(killed > 60, "only {killed} changes of the disk");
    }
}

#[test]
fn a_repair_of_the_ledger_that_is_killed_is_done_by_the_next() {
    let ground = Ground::new(3);
    for point in ["rebuild.before", "rebuild.inside", "rebuild.after"] {
        for _ in 0..times(1, 50) {
            let field = ground.field();
            assert!(is_killed(&field, "kill@ledger.inside"), "{point}");
            assert!(is_killed(&field, &format!("kill@{point}")), "{point}");
            field.assert_whole(&ground, point);
            field.assert_mended(&ground, point);
        }
    }
}

#[test]
fn of_eight_processes_one_does_the_work() {
    let ground = Ground::new(3);
    for round in 0..times(2, 50) {
        let field = ground.field();
        let fault = if round % 2 == 0 { "kill@publish.moved" } else { "kill@ledger.before" };
        assert!(is_killed(&field, fault));
        let start = || field.command("").stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        let children: Vec<Child> = (0..8).map(|_| start()).collect();
        let done: Vec<Output> = children.into_iter().map(|child| child.wait_with_output().unwrap()).collect();
        for done in &done {
            assert!(matches!(done.status.code(), Some(0 | 3 | 75)), "{}", told(done));
        }
        assert!(done.iter().any(|done| done.status.code() != Some(75)));
        field.assert_done(&ground, fault);
    }
}

#[test]
fn a_run_killed_at_any_moment_is_done_by_the_next() {
    let ground = Ground::new(times(3, 200));
    let start = Instant::now();
    assert!(matches!(ground.field().run("").status.code(), Some(0 | 3)));
    let whole = u64::try_from(start.elapsed().as_micros()).unwrap();
    // Moments that lie evenly and without a pattern over a run's length, the same in every test.
    let mut state: u64 = 0x9e37_79b9_7f4a_7c15;
    for number in 0..times(6, 500) {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        let moment = Duration::from_micros((state >> 33) % whole);
        let field = ground.field();
        let mut child = field.command("").stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
        std::thread::sleep(moment);
        child.kill().unwrap();
        child.wait().unwrap();
        let case = format!("kill {number} after {moment:?}");
        field.assert_whole(&ground, &case);
        field.assert_mended(&ground, &case);
    }
}
