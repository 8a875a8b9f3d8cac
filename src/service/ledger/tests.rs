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
    assert!(ledger.is_empty().unwrap());
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

#[test]
fn a_lost_ledger_is_rebuilt_from_the_snapshot() {
    let output = tempfile::tempdir().unwrap();
    let upserts = vec![testing::document("a.txt", "2024-02-01", vec![testing::gdp("420100", "1.35")], "run-2")];
    let changes = Changes { upserts, removed_keys: vec![], run: testing::run(2), previous_runs: vec![committed(1)] };
    let made = commit(output.path(), &changes, &WriteSettings::default()).unwrap().unwrap();

    let mut ledger = Ledger::open(output.path()).unwrap();
    ledger.rebuild(read_known_documents(&made.path).unwrap(), &read_runs(&made.path).unwrap()).unwrap();
    let entries = ledger.entries("stats").unwrap();
    assert_eq!(entries.len(), 1);
    assert_eq!(entries[0].content_hash, changes.upserts[0].content_hash);
    assert_eq!((entries[0].bytes, entries[0].context_hash.as_deref()), (6, None));
    assert_eq!(format!("{:?}", ledger.committed_runs().unwrap()), format!("{:?}", [committed(1)]));
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
