use std::path::Path;

use gongbao_tables::{DocumentStatus, RunRow};
use rusqlite::Connection;

use super::schema::{FORMAT, STEPS};
use super::{Entry, LEDGER, Ledger, LedgerError};
use crate::write::testing;
use crate::write::{Changes, WriteSettings, commit, read_known_documents, read_runs};

fn entry(path: &str, hash: &str) -> Entry {
    Entry {
        source: "stats".to_owned(),
        path: path.to_owned(),
        content_hash: Some(hash.to_owned()),
        document_id: format!("id of {path}"),
        status: DocumentStatus::Ok,
        error: None,
        duplicate_of: None,
        context_hash: Some("c".to_owned()),
        extractor_version: "1".to_owned(),
        lexicon_version: "2".to_owned(),
        bytes: 7,
        modified: Some(testing::hour(0)),
        run_id: "run-1".to_owned(),
    }
}

fn committed(hours: i64) -> RunRow {
    RunRow { snapshot: Some(format!("{hours:06}")), ..testing::run(hours) }
}

#[test]
fn what_is_recorded_is_found_again_after_a_restart() {
    let output = tempfile::tempdir().unwrap();
    let mut ledger = Ledger::open(output.path()).unwrap();
    assert!(ledger.stands_for_nothing().unwrap());
    let copy = Entry { status: DocumentStatus::Duplicate, duplicate_of: Some("id of b".to_owned()), ..entry("a", "h") };
    let entries = [copy.clone(), entry("b", "h"), entry("c", "i")];
    ledger.record(&committed(1), &entries, &[]).unwrap();
    ledger.record(&committed(1), &entries, &[]).unwrap();
    drop(ledger);

    let mut ledger = Ledger::open(output.path()).unwrap();
    assert_eq!(ledger.entries("stats").unwrap(), entries);
    assert_eq!(ledger.entry("stats", "c").unwrap(), Some(entry("c", "i")));
    assert_eq!(ledger.entry("other", "c").unwrap(), None);
    assert_eq!(ledger.by_content_hash("h").unwrap(), [entry("b", "h"), copy.clone()]);
    assert_eq!(ledger.duplicates_of("id of b").unwrap(), [copy]);

    ledger.record(&testing::run(2), &[], &[("stats".to_owned(), "a".to_owned())]).unwrap();
    assert_eq!(ledger.entry("stats", "a").unwrap(), None);
    let ids = |runs: Vec<RunRow>| runs.into_iter().map(|run| run.run_id).collect::<Vec<_>>();
    assert_eq!(ids(ledger.runs(10).unwrap()), ["run-2", "run-1"]);
    assert_eq!(ids(ledger.runs(1).unwrap()), ["run-2"]);
    assert_eq!(ids(ledger.committed_runs().unwrap()), ["run-1"]);
    assert!(ledger.has_run("run-2").unwrap() && !ledger.has_run("run-3").unwrap());
    assert_eq!(format!("{:?}", ledger.committed_runs().unwrap()), format!("{:?}", [committed(1)]));
}

/// A run before the first snapshot of a test.
fn earlier() -> RunRow {
    RunRow { snapshot: Some("000000".to_owned()), ..testing::run(1) }
}

fn changes(hours: i64, previous_runs: Vec<RunRow>) -> Changes {
    let upserts = vec![testing::document("a.txt", "2024-02-01", vec![testing::gdp("420100", &hours.to_string())], &format!("run-{hours}"))];
    let contexts = upserts.iter().map(|row| (row.document_id.clone(), format!("context {hours}"))).collect();
    Changes { upserts, removed_keys: vec![], run: testing::run(hours), previous_runs, contexts }
}

fn rebuild(ledger: &mut Ledger, snapshot: &Path) {
    ledger.rebuild(read_known_documents(snapshot).unwrap(), &read_runs(snapshot).unwrap()).unwrap();
}

fn snapshots(ledger: &Ledger) -> Vec<(String, Option<String>)> {
    let mut runs = ledger.runs(100).unwrap();
    runs.reverse();
    runs.into_iter().map(|run| (run.run_id, run.snapshot)).collect()
}

#[test]
fn a_lost_ledger_is_rebuilt_from_the_snapshot() {
    let output = tempfile::tempdir().unwrap();
    let changes = changes(2, vec![earlier()]);
    let made = commit(output.path(), &changes, &WriteSettings::default()).unwrap().unwrap();

    let mut ledger = Ledger::open(output.path()).unwrap();
    assert!(!ledger.stands_for("run-2", "000001").unwrap());
    rebuild(&mut ledger, &made.path);
    assert!(ledger.stands_for("run-2", "000001").unwrap() && !ledger.stands_for("run-2", "000002").unwrap());
    let entries = ledger.entries("stats").unwrap();
    assert_eq!(entries.len(), 1);
    assert_eq!(entries[0].content_hash, changes.upserts[0].content_hash);
    assert_eq!((entries[0].bytes, entries[0].context_hash.as_deref()), (6, Some("context 2")));
    let runs = ledger.committed_runs().unwrap();
    assert_eq!(format!("{:?}", runs[0]), format!("{:?}", earlier()));
    let made = &runs[1];
    assert_eq!((made.run_id.as_str(), made.documents_seen, made.snapshot.as_deref()), ("run-2", 1, Some("000001")));
    assert!(made.finished_at >= testing::hour(2) && made.started_at == testing::hour(2));
}

#[test]
fn a_manifest_of_an_earlier_version_tells_the_run_by_its_id() {
    let output = tempfile::tempdir().unwrap();
    let made = commit(output.path(), &changes(2, vec![earlier()]), &WriteSettings::default()).unwrap().unwrap();
    let path = made.path.join("manifest.json");
    let mut manifest: serde_json::Value = serde_json::from_slice(&std::fs::read(&path).unwrap()).unwrap();
    for later in ["run", "contexts"] {
        assert!(manifest.as_object_mut().unwrap().remove(later).is_some());
    }
    std::fs::write(&path, manifest.to_string()).unwrap();
    std::fs::remove_file(made.path.join("contexts.tsv")).unwrap();

    let mut ledger = Ledger::open(output.path()).unwrap();
    rebuild(&mut ledger, &made.path);
    assert_eq!(ledger.entries("stats").unwrap()[0].context_hash, None);
    assert!(ledger.stands_for("run-2", "000001").unwrap());
    assert_eq!(ledger.runs(10).unwrap().len(), 2);
    // The next snapshot is made from it, and tells what the ledger knows by then.
    let next = commit(output.path(), &changes(3, ledger.committed_runs().unwrap()), &WriteSettings::default()).unwrap().unwrap();
    assert_eq!(read_known_documents(&next.path).unwrap()[0].context_hash.as_deref(), Some("context 3"));
}

#[test]
fn a_repair_keeps_what_the_snapshot_does_not_tell() {
    let output = tempfile::tempdir().unwrap();
    let mut ledger = Ledger::open(output.path()).unwrap();
    let first = changes(1, vec![]);
    let made = commit(output.path(), &first, &WriteSettings::default()).unwrap().unwrap();
    rebuild(&mut ledger, &made.path);
    ledger.record(&testing::run(2), &[], &[]).unwrap();
    ledger.connection.execute("UPDATE entries SET attempts = 3, context_hash = 'newer'", []).unwrap();
    // A run committed this and died before the ledger was told of it.
    let mut told = changes(3, ledger.committed_runs().unwrap());
    told.upserts.extend(first.upserts.into_iter().map(|row| gongbao_tables::DocumentRow { path: "b.txt".to_owned(), ..row }));
    let made = commit(output.path(), &told, &WriteSettings::default()).unwrap().unwrap();
    assert!(!ledger.stands_for("run-3", "000002").unwrap());
    rebuild(&mut ledger, &made.path);

    let told = |id: &str, snapshot: Option<&str>| (id.to_owned(), snapshot.map(str::to_owned));
    assert_eq!(snapshots(&ledger), [told("run-1", Some("000001")), told("run-2", None), told("run-3", Some("000002"))]);
    assert_eq!(ledger.entries("stats").unwrap().len(), 2);
    let attempts = |path| ledger.connection.query_row("SELECT attempts FROM entries WHERE path = ?1", [path], |row| row.get::<_, i64>(0)).unwrap();
    assert_eq!((attempts("a.txt"), attempts("b.txt")), (3, 0));
}

#[test]
fn a_ledger_ahead_of_the_snapshot_is_told_so() {
    let output = tempfile::tempdir().unwrap();
    let mut ledger = Ledger::open(output.path()).unwrap();
    let first = commit(output.path(), &changes(1, vec![]), &WriteSettings::default()).unwrap().unwrap();
    rebuild(&mut ledger, &first.path);
    let second = commit(output.path(), &changes(2, ledger.committed_runs().unwrap()), &WriteSettings::default()).unwrap().unwrap();
    rebuild(&mut ledger, &second.path);
    assert!(ledger.stands_for("run-2", "000002").unwrap());
    // Somebody put the output back to the snapshot before.
    assert!(!ledger.stands_for("run-1", "000001").unwrap());
    rebuild(&mut ledger, &first.path);
    assert!(ledger.stands_for("run-1", "000001").unwrap());
    let told = |id: &str, snapshot: Option<&str>| (id.to_owned(), snapshot.map(str::to_owned));
    assert_eq!(snapshots(&ledger), [told("run-1", Some("000001")), told("run-2", None)]);
}

#[test]
fn a_reader_changes_nothing() {
    let output = tempfile::tempdir().unwrap();
    assert!(matches!(Ledger::open_readonly(output.path()), Err(LedgerError::Open { .. })));
    assert!(!output.path().join(LEDGER).exists());
    let old = Connection::open(output.path().join(LEDGER)).unwrap();
    old.execute_batch(STEPS[0]).unwrap();
    old.pragma_update(None, "user_version", 1).unwrap();
    drop(old);
    let before = std::fs::read(output.path().join(LEDGER)).unwrap();
    assert!(Ledger::open_readonly(output.path()).unwrap().runs(1).unwrap().is_empty());
    assert_eq!(std::fs::read(output.path().join(LEDGER)).unwrap(), before);

    let mut ledger = Ledger::open(output.path()).unwrap();
    let reader = Ledger::open_readonly(output.path()).unwrap();
    ledger.record(&testing::run(1), &[], &[]).unwrap();
    assert_eq!(reader.runs(10).unwrap().len(), 1, "a reader sees what was told since");
}

#[test]
fn damage_is_found_and_the_file_is_set_aside() {
    let check = |content: &[u8]| {
        let output = tempfile::tempdir().unwrap();
        drop(Ledger::open(output.path()).unwrap());
        std::fs::write(output.path().join(LEDGER), content).unwrap();
        let error = Ledger::open(output.path()).unwrap_err();
        assert!(error.is_damage(), "{error:?}");
        let aside = Ledger::set_aside(output.path(), testing::hour(0)).unwrap();
        assert_eq!(std::fs::read(aside).unwrap(), content);
        assert!(Ledger::open(output.path()).unwrap().stands_for_nothing().unwrap());
    };
    check(b"this is no database, however long one looks at it, not even a torn one");
    let output = tempfile::tempdir().unwrap();
    let mut ledger = Ledger::open(output.path()).unwrap();
    ledger.record(&testing::run(1), &[entry("a", "h")], &[]).unwrap();
    drop(ledger);
    let mut torn = std::fs::read(output.path().join(LEDGER)).unwrap();
    let half = torn.len() / 2;
    torn.iter_mut().skip(half).for_each(|byte| *byte = 7);
    check(&torn);
}

#[test]
fn a_later_format_is_refused() {
    let output = tempfile::tempdir().unwrap();
    drop(Ledger::open(output.path()).unwrap());
    Connection::open(output.path().join(LEDGER)).unwrap().pragma_update(None, "user_version", 99).unwrap();
    assert!(matches!(Ledger::open(output.path()), Err(LedgerError::Format { found: 99, .. })));
}

#[test]
fn a_ledger_of_the_first_format_keeps_what_it_knows() {
    let output = tempfile::tempdir().unwrap();
    let old = Connection::open(output.path().join(LEDGER)).unwrap();
    old.execute_batch(STEPS[0]).unwrap();
    let run = "INSERT INTO runs VALUES ('run-1', 'manual', NULL, 1, 2, 'ok', 1, 1, 0, 0, 1, 0, 10, 1, 2, 3, 4, '0.1.0', 'c', '000001')";
    old.execute_batch(run).unwrap();
    let entry = "INSERT INTO entries VALUES ('stats', 'a', 'h', 'id of a', 'ok', NULL, NULL, 'c', '1', '2', 7, NULL, 'run-1')";
    old.execute_batch(entry).unwrap();
    old.pragma_update(None, "user_version", 1).unwrap();
    drop(old);

    let ledger = Ledger::open_readonly(output.path()).unwrap();
    assert_eq!(ledger.runs(10).unwrap().len(), 1);
    assert!(ledger.ticks("daily", 1).unwrap().is_empty());
    assert_eq!(ledger.totals().unwrap().quarantined, 0);
    drop(ledger);
    let ledger = Ledger::open(output.path()).unwrap();
    assert_eq!(ledger.runs(10).unwrap()[0].snapshot.as_deref(), Some("000001"));
    assert_eq!(ledger.entries("stats").unwrap()[0].content_hash.as_deref(), Some("h"));
    let read = |sql| ledger.connection.query_row(sql, [], |row| row.get::<_, i64>(0)).unwrap();
    assert_eq!(read("PRAGMA user_version"), FORMAT);
    assert_eq!(read("SELECT attempts + (next_try IS NULL) FROM entries"), 1);
    assert_eq!(read("SELECT count(*) FROM ticks"), 0);
}

#[test]
fn a_rebuilt_ledger_keeps_its_schedules_and_ticks() {
    let output = tempfile::tempdir().unwrap();
    let mut ledger = Ledger::open(output.path()).unwrap();
    let tick = "INSERT INTO ticks (schedule, due, state, claimed_at) VALUES ('daily', 1, 'done', 2)";
    let schedule = "INSERT INTO schedules (name, definition, since) VALUES ('daily', '0 6 * * *', 1)";
    ledger.connection.execute_batch(&format!("{tick}; {schedule};")).unwrap();
    ledger.rebuild(vec![], &[]).unwrap();
    let left = ledger.connection.query_row("SELECT (SELECT count(*) FROM ticks) + (SELECT count(*) FROM schedules)", [], |row| row.get::<_, i64>(0));
    assert_eq!(left.unwrap(), 2);
}
