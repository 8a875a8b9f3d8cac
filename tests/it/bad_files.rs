//! Documents that cannot be read: each is quarantined with its cause, and its siblings are in the tables.

use crate::house::{House, json_lines, stderr};
use serde_json::Value;
use std::collections::BTreeMap;
use std::fs::File;

const EXTRACT: &str = "extract in --out out --json";

fn causes(house: &House) -> BTreeMap<String, String> {
    let told = |row: &Value| (row["path"].as_str().unwrap().to_owned(), row["error"].as_str().unwrap_or("-").to_owned());
    house.rows("documents").iter().map(told).collect()
}

fn bad_house() -> House {
    let house = House::new();
    house.write("in/good.txt", "全区固定资产投资增长4.5%。");
    house.write("in/empty.txt", "");
    house.write("in/blank.md", " \n\u{3000}\n");
    house.write("in/binary.txt", b"\x7fELF\x02\x01\x01\x00\x00\x00\x00\x00");
    house.write("in/latin.txt", b"d\xe9j\xe0 vu, caf\xe9 \xe0 la cr\xe8me");
    house.write("in/picture.png", b"\x89PNG");
    house
}

#[test]
fn each_cause_is_told_and_siblings_are_present() {
    let house = bad_house();
    let summary = json_lines(&house.gongbao(EXTRACT).code(3));
    assert_eq!(summary[0]["documents"]["quarantined"], 4);
    assert_eq!(summary[0]["documents"]["skipped"], 1);
    assert_eq!(summary[0]["outcome"], "partial");
    let causes = causes(&house);
    assert_eq!(causes["good.txt"], "-");
    assert!(causes["empty.txt"].starts_with("empty") && causes["blank.md"].starts_with("empty"), "{causes:?}");
    assert!(causes["binary.txt"].starts_with("binary"), "{causes:?}");
    assert!(causes["latin.txt"].starts_with("unknown encoding"), "{causes:?}");
    let hash = house.document("latin.txt")["content_hash"].as_str().unwrap().to_owned();
    assert!(house.path("out/objects").join(hash.get(..2).unwrap()).join(&hash).is_file(), "the bytes are not kept");
}

#[test]
fn known_bad_files_are_no_news() {
    let house = bad_house();
    house.gongbao(EXTRACT).code(3);
    let again = json_lines(&house.gongbao(EXTRACT).success());
    assert_eq!((&again[0]["documents"]["unchanged"], &again[0]["snapshot"]), (&Value::from(5), &Value::Null));
    house.write("in/latin.txt", "全区出口增长3%。");
    let mended = json_lines(&house.gongbao(EXTRACT).success());
    assert_eq!(mended[0]["documents"]["read"], 1);
    assert_eq!(causes(&house)["latin.txt"], "-");
}

#[test]
fn a_large_file_is_not_read() {
    let house = House::new();
    house.write("in/good.txt", "全区固定资产投资增长4.5%。");
    File::create(house.path("in/large.txt")).unwrap().set_len(1 << 40).unwrap();
    let done = house.gongbao(EXTRACT).code(3);
    assert!(stderr(&done).contains("too large"), "{}", stderr(&done));
    assert_eq!(causes(&house)["large.txt"], "too large: 1099511627776 bytes, the limit is 67108864");
    assert_eq!(house.document("large.txt")["content_hash"], Value::Null);
    house.gongbao(EXTRACT).success();
}

#[test]
fn a_named_file_of_another_format_is_quarantined() {
    let house = House::new();
    house.write("in/good.txt", "全区固定资产投资增长4.5%。");
    house.write("scan.tiff", b"II*\x00");
    house.gongbao("extract in scan.tiff --out out").code(3);
    assert_eq!(causes(&house)["scan.tiff"], "unknown format tiff: this build reads txt, md, html, pdf, docx, xlsx, xls, csv");
    assert_eq!(causes(&house)["good.txt"], "-");
}

#[cfg(unix)]
#[test]
fn an_unreadable_file_waits_for_the_next_run() {
    use std::os::unix::fs::PermissionsExt;
    let house = House::new();
    house.write("in/good.txt", "全区固定资产投资增长4.5%。");
    house.write("in/locked.txt", "全区出口增长3%。");
    let path = house.path("in/locked.txt");
    std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o000)).unwrap();
    // Root reads everything: then there is nothing to see here.
    if File::open(&path).is_ok() {
        return;
    }
    let told = json_lines(&house.gongbao(EXTRACT).code(3));
    assert_eq!(told[0]["failed_documents"][0]["path"], "locked.txt");
    assert!(!causes(&house).contains_key("locked.txt"));
    std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o644)).unwrap();
    assert_eq!(json_lines(&house.gongbao(EXTRACT).success())[0]["documents"]["read"], 1);
}
