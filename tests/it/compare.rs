//! What `compare` tells of two folders of tables.

use crate::house::{House, json_lines, stdout};
use serde_json::json;

const LINE: &str = "path,published\nreport.txt,";

/// A bulletin without a year of its own, read as published on a day.
fn extract(house: &House, published: &str, out: &str) {
    house.write("in/report.txt", "某市上半年实现地区生产总值50亿元，同比增长5%。");
    house.write("in/manifest.csv", format!("{LINE}{published}\n"));
    house.gongbao(&format!("extract in --out {out}")).success();
}

#[test]
fn another_manifest_alters_periods() {
    let house = House::new();
    extract(&house, "2023-07-20", "old");
    extract(&house, "2024-07-20", "new");
    let rows = json_lines(&house.gongbao("compare old new --json").success());
    let Some((totals, rows)) = rows.split_last() else { panic!("nothing is printed") };
    assert_eq!(rows.len(), 2);
    for row in rows {
        assert_eq!((&row["change"], &row["table"], &row["path"]), (&json!("altered"), &json!("indicators"), &json!("report.txt")));
        assert_eq!(row["columns"]["period_start"], json!({ "old": "2023-01-01", "new": "2024-01-01" }));
    }
    let counts = json!({ "gained": 0, "lost": 0, "altered": 2, "unchanged": 0, "columns": { "period_end": 2, "period_start": 2 } });
    assert_eq!(totals["totals"]["indicators"], counts);
    // A snapshot by itself is a folder of tables too.
    let printed = stdout(&house.gongbao("compare old/snapshots/000001 new/snapshots/000001").success());
    assert!(printed.contains("period_start 2023-01-01 → 2024-01-01; period_end 2023-06-30 → 2024-06-30"), "{printed}");
}

#[test]
fn other_content_is_told() {
    let house = House::new();
    extract(&house, "2023-07-20", "old");
    house.write("in/report.txt", "今年某市上半年实现地区生产总值50亿元，同比增长5%。");
    house.gongbao("extract in --out new").success();
    let printed = stdout(&house.gongbao("compare old new").success());
    assert!(printed.starts_with("extract/report.txt  (its content changed: characters may have moved)\n"), "{printed}");
    assert!(printed.ends_with("1 document in both, 1 with other content\n"), "{printed}");
}
