//! What `doctor` tells, and what it mends.

use crate::house::{House, stdout};
use std::fs;

fn house() -> House {
    let house = House::new();
    house.write("gongbao.toml", "[output]\ndir='out'\n[[sources]]\nname='a'\npaths=['in']\n[[sources]]\nname='b'\npaths=['more']\n");
    house.write("in/a.txt", "全市生产总值增长5%。");
    house.write("more/b.txt", "全市出口增长3%。");
    house.gongbao("run --config gongbao.toml").success();
    house
}

fn doctor(house: &House, arguments: &str, code: i32) -> String {
    let done = house.gongbao(&format!("doctor {arguments} --config gongbao.toml"));
    assert_eq!(done.get_output().status.code(), Some(code), "{}", stdout(&done));
    stdout(&done)
}

/// One thing is damaged: what is told, and what is told after a repair.
fn check(damage: impl FnOnce(&House), told: &str, mended: Option<&str>) {
    let house = house();
    damage(&house);
    let found = doctor(&house, "", 1);
    assert!(found.lines().any(|line| line.starts_with("bad") && line.contains(told)), "{found}");
    if let Some(mended) = mended {
        let found = doctor(&house, "--repair", 0);
        assert!(found.contains(mended), "{found}");
        house.gongbao("run --config gongbao.toml").success();
    }
}

#[test]
fn a_sound_house_is_told_so() {
    let house = house();
    for arguments in ["", "--deep", "--repair"] {
        let told = doctor(&house, arguments, 0);
        assert!(told.lines().all(|line| line.starts_with("ok")), "{told}");
    }
}

#[test]
fn damage_is_told_and_mended_where_that_loses_nothing() {
    check(|house| fs::write(house.path("out/ledger.sqlite"), [7; 9000]).unwrap(), "ledger", Some("agrees with the tables"));
    check(
        |house| {
            fs::remove_file(house.path("out/current")).unwrap();
            std::os::unix::fs::symlink("snapshots/000009", house.path("out/current")).unwrap();
        },
        "current",
        Some("out/snapshots/000001"),
    );
    check(|house| fs::remove_file(house.path("in/a.txt")).unwrap(), "a is empty, but held 1 document", None);
    check(|house| fs::rename(house.path("in"), house.path("gone")).unwrap(), "a: in: no such file or folder", None);
}

#[test]
fn a_changed_table_file_is_found() {
    let house = house();
    let folder = house.path("out/snapshots/000001/indicators");
    let file = fs::read_dir(folder).unwrap().next().unwrap().unwrap().path();
    let mut bytes = fs::read(&file).unwrap();
    let middle = bytes.len() / 2;
    bytes[middle] ^= 1;
    fs::write(&file, &bytes).unwrap();
    doctor(&house, "", 0);
    assert!(doctor(&house, "--deep", 1).contains("not the content that was written"));
    fs::write(&file, &bytes[..middle]).unwrap();
    assert!(doctor(&house, "", 1).contains(&format!("{middle} bytes, {} were written", bytes.len())));
}

#[test]
fn documents_of_a_source_that_is_no_longer_configured_are_told() {
    let house = house();
    house.write("gongbao.toml", "[output]\ndir='out'\n[[sources]]\nname='a'\npaths=['in']\n");
    assert!(doctor(&house, "", 0).contains("b is not configured any more; 1 document of it stay in the tables"));
}

#[test]
fn the_lock_is_respected() {
    let house = house();
    let lock = fs::File::open(house.path("out/.lock")).unwrap();
    lock.lock().unwrap();
    doctor(&house, "", 0);
    doctor(&house, "--repair", 75);
}
