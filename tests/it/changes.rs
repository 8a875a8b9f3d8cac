//! What a run does when documents stay, change, move and go.

use crate::house::{House, json_lines, stderr, stdout};
use serde_json::Value;
use std::collections::BTreeMap;

const EXTRACT: &str = "extract samples --out out --json";

fn by_path(rows: Vec<Value>) -> BTreeMap<String, Value> {
    rows.into_iter().map(|row| (row["path"].as_str().unwrap().to_owned(), row)).collect()
}

fn of_document(rows: &[Value], document: &Value) -> Vec<Value> {
    rows.iter().filter(|row| row["document_id"] == document["document_id"]).cloned().collect()
}

#[test]
fn samples_become_documents() {
    let house = House::with_samples();
    let done = house.gongbao(EXTRACT).success();
    let summary = &json_lines(&done)[0];
    assert_eq!(summary["documents"]["read"], 5);
    assert_eq!(summary["documents"]["quarantined"], 0);
    assert_eq!(summary["snapshot"], "000001");
    let documents = by_path(house.rows("documents"));
    let paths: Vec<&str> = documents.keys().map(String::as_str).collect();
    assert_eq!(
        paths,
        ["news/bengbu-project-starts.txt", "news/haimen-port-h1.txt", "panzhihua-report-2024.txt", "wanzhou-q1-2024.md", "yichang-bulletin-2023.txt"]
    );
    let gb = &documents["panzhihua-report-2024.txt"];
    assert_eq!((&gb["source"], &gb["format"]), (&Value::from("extract"), &Value::from("txt")));
    assert_eq!(gb["published"], "2024-01-01");
    let text = gb["text"].as_str().unwrap();
    assert!(text.starts_with("攀枝花市政府工作报告（摘要）\n") && !text.contains('\r'));
    assert_eq!(documents["yichang-bulletin-2023.txt"]["published"], "2024-02-06");
    assert_eq!(documents["wanzhou-q1-2024.md"]["format"], "md");
}

#[test]
fn characters_point_into_the_text() {
    let house = House::with_samples();
    house.gongbao(EXTRACT).success();
    let documents = house.rows("documents");
    for row in house.rows("indicators") {
        let document = documents.iter().find(|document| document["document_id"] == row["document_id"]).unwrap();
        let place = |column: &str| usize::try_from(row[column].as_i64().unwrap()).unwrap();
        let (start, end) = (place("char_start"), place("char_end"));
        let cut: String = document["text"].as_str().unwrap().chars().take(end).skip(start).filter(|c| !c.is_whitespace()).collect();
        assert!(cut.contains(row["value_text"].as_str().unwrap()), "{cut} holds no {}", row["value_text"]);
    }
}

#[test]
fn a_second_run_writes_no_snapshot() {
    let house = House::with_samples();
    house.gongbao(EXTRACT).success();
    let before = house.rows("documents");
    let again = house.gongbao("extract samples --out out").success();
    assert!(stdout(&again).contains("5 seen: 0 read, 5 unchanged"), "{}", stdout(&again));
    assert!(stdout(&again).contains("nothing changed; out/snapshots/000001 stays"), "{}", stdout(&again));
    assert_eq!(house.snapshots(), ["000001"]);
    assert_eq!(house.rows("documents"), before);
    let runs = json_lines(&house.gongbao("runs --json --out out").success());
    house.gongbao("runs --parquet runs.parquet --out out").success();
    assert!(std::fs::read(house.path("runs.parquet")).unwrap().starts_with(b"PAR1"));
    assert_eq!(runs.iter().map(|run| &run["snapshot"]).collect::<Vec<_>>(), [&Value::Null, &Value::from("000001")]);
}

#[test]
fn one_changed_document_changes_only_its_rows() {
    let house = House::with_samples();
    house.gongbao(EXTRACT).success();
    let (before, rows_before) = (by_path(house.rows("documents")), house.rows("indicators"));
    let changed = "wanzhou-q1-2024.md";
    let text = std::fs::read_to_string(house.path("samples").join(changed)).unwrap();
    house.write("samples/wanzhou-q1-2024.md", text.replace("298亿元", "301亿元"));
    let summary = json_lines(&house.gongbao(EXTRACT).success());
    assert_eq!((&summary[0]["documents"]["read"], &summary[0]["snapshot"]), (&Value::from(1), &Value::from("000002")));
    let (after, rows_after) = (by_path(house.rows("documents")), house.rows("indicators"));
    assert_eq!(before.keys().collect::<Vec<_>>(), after.keys().collect::<Vec<_>>());
    for (path, document) in &after {
        let was = &before[path];
        assert_eq!(document == was, path != changed, "{path}");
        if path != changed {
            assert_eq!(of_document(&rows_before, was), of_document(&rows_after, document), "{path}");
        }
    }
    assert!(of_document(&rows_after, &before[changed]).is_empty(), "superseded rows are left");
}

#[test]
fn a_changed_manifest_line_reads_its_document_again() {
    let house = House::with_samples();
    house.gongbao(EXTRACT).success();
    let manifest = std::fs::read_to_string(house.path("samples/manifest.csv")).unwrap();
    house.write("samples/manifest.csv", manifest.replace("2024-02-06", "2024-02-07"));
    let summary = json_lines(&house.gongbao(EXTRACT).success());
    assert_eq!(summary[0]["documents"]["read"], 1);
    assert_eq!(house.document("yichang-bulletin-2023.txt")["published"], "2024-02-07");
}

#[test]
fn a_copy_is_a_duplicate_until_its_original_goes() {
    let house = House::new();
    house.write("samples/a.txt", "全市生产总值增长5%。");
    house.gongbao(EXTRACT).success();
    house.write("samples/0-copy.txt", "全市生产总值增长5%。");
    house.gongbao(EXTRACT).success();
    let (original, copy) = (house.document("a.txt"), house.document("0-copy.txt"));
    assert_eq!((&copy["status"], &copy["duplicate_of"]), (&Value::from("duplicate"), &original["document_id"]));
    assert_ne!(original["status"], "duplicate");
    std::fs::remove_file(house.path("samples/a.txt")).unwrap();
    let summary = json_lines(&house.gongbao(EXTRACT).success());
    assert_eq!((&summary[0]["documents"]["removed"], &summary[0]["documents"]["read"]), (&Value::from(1), &Value::from(1)));
    let left = house.rows("documents");
    assert_eq!((left.len(), &left[0]["path"], &left[0]["duplicate_of"]), (1, &Value::from("0-copy.txt"), &Value::Null));
    assert_ne!(left[0]["status"], "duplicate");
}

#[test]
fn a_lost_ledger_is_written_anew() {
    let house = House::with_samples();
    house.gongbao(EXTRACT).success();
    for entry in std::fs::read_dir(house.path("out")).unwrap() {
        let path = entry.unwrap().path();
        if path.file_name().unwrap().to_string_lossy().starts_with("ledger") {
            std::fs::remove_file(path).unwrap();
        }
    }
    let again = house.gongbao(EXTRACT).success();
    assert!(stderr(&again).contains("written anew"), "{}", stderr(&again));
    assert_eq!(json_lines(&again)[0]["documents"]["unchanged"], 5);
    let third = house.gongbao(EXTRACT).success();
    assert!(!stderr(&third).contains("written anew"), "{}", stderr(&third));
    assert_eq!(house.snapshots(), ["000001"]);
    let manifest = std::fs::read_to_string(house.path("samples/manifest.csv")).unwrap();
    house.write("samples/manifest.csv", manifest.replace("2024-02-06", "2024-02-07"));
    assert_eq!(json_lines(&house.gongbao(EXTRACT).success())[0]["documents"]["read"], 1);
}

#[test]
fn a_held_lock_ends_the_run_with_75() {
    let house = House::with_samples();
    house.gongbao(EXTRACT).success();
    let lock = std::fs::File::open(house.path("out/.lock")).unwrap();
    lock.lock().unwrap();
    let refused = house.gongbao(EXTRACT).code(75);
    assert!(stderr(&refused).contains("another run holds the lock of out"), "{}", stderr(&refused));
    drop(lock);
    house.gongbao(EXTRACT).success();
}

#[test]
fn a_missing_source_keeps_its_documents() {
    let house = House::with_samples();
    house.write("gongbao.toml", "[output]\ndir='out'\n[[sources]]\nname='a'\npaths=['samples']\n[[sources]]\nname='b'\npaths=['more']\n");
    house.write("more/b.txt", "全市生产总值增长6%。");
    house.gongbao("run --config gongbao.toml").success();
    std::fs::rename(house.path("samples"), house.path("gone")).unwrap();
    let failed = house.gongbao("run --config gongbao.toml").code(1);
    assert!(stdout(&failed).contains("failed     source a: samples: no such file or folder"), "{}", stdout(&failed));
    assert_eq!(house.rows("documents").len(), 6);
}

#[test]
fn threads_make_no_difference() {
    let rows = |threads: &str| {
        let house = House::with_samples();
        house.command(EXTRACT).env("RAYON_NUM_THREADS", threads).assert().success();
        let mut rows: Vec<Value> = ["documents", "indicators", "investments", "findings"].iter().flat_map(|table| house.rows(table)).collect();
        for row in rows.iter_mut().filter_map(Value::as_object_mut) {
            row.remove("run_id");
            row.remove("ingested_at");
        }
        rows
    };
    assert_eq!(rows("1"), rows("7"));
}
