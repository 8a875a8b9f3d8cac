use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::os::unix::fs::MetadataExt;
use std::path::Path;

use arrow::array::{Array, AsArray, RecordBatch};
use arrow::compute::concat_batches;
use arrow::datatypes::{Date32Type, Decimal128Type, Int32Type};
use gongbao_core::model::{Bound, Observation, Revision};
use gongbao_tables::{DocumentRow, Table, align, sort};

use super::known::Texts;
use super::testing::{day, document, gdp, run};
use super::{
    Changes, Committed, Manifest, WriteError, WriteSettings, commit, lock, read_known_documents, repair_current, resolve_current, table_file, verify,
};

fn change(hours: i64, upserts: Vec<DocumentRow>, removed: &[&str]) -> Changes {
    let removed_keys = removed.iter().map(|&path| ("stats".to_owned(), path.to_owned())).collect();
    Changes { upserts, removed_keys, run: run(hours), previous_runs: vec![], contexts: BTreeMap::new() }
}

fn write(output: &Path, hours: i64, upserts: Vec<DocumentRow>, removed: &[&str]) -> Option<Committed> {
    commit(output, &change(hours, upserts, removed), &WriteSettings::default()).unwrap()
}

/// All rows of a table in a snapshot, as its manifest tells them, sorted.
fn rows(snapshot: &Path, table: Table) -> RecordBatch {
    let manifest = Manifest::read(snapshot).unwrap();
    let folder = snapshot.join(table.name());
    let on_disk: BTreeSet<_> = fs::read_dir(&folder).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    assert_eq!(on_disk, manifest.files(table).iter().map(|file| file.name.clone()).collect(), "{}", table.name());
    let batches: Vec<_> = manifest.files(table).iter().map(|file| table_file::read(table, &folder.join(&file.name)).unwrap()).collect();
    let all = concat_batches(&table.schema(), &batches).unwrap();
    assert_eq!(usize::try_from(manifest.tables[table.name()].rows), Ok(all.num_rows()));
    sort(table, &all).unwrap()
}

fn texts(batch: &RecordBatch, column: &str) -> Vec<String> {
    let texts = Texts::of(Table::Documents, batch, column).unwrap();
    (0..batch.num_rows()).map(|row| texts.get(row)).collect()
}

/// Files of a table by name, with the inode that tells one file from another.
fn files(snapshot: &Path, table: Table) -> BTreeMap<String, u64> {
    let entries = fs::read_dir(snapshot.join(table.name())).unwrap().map(Result::unwrap);
    entries.map(|entry| (entry.file_name().into_string().unwrap(), entry.metadata().unwrap().ino())).collect()
}

fn three() -> Vec<DocumentRow> {
    vec![
        document("a.txt", "2024-02-01", vec![gdp("420100", "1.35")], "run-1"),
        document("b.txt", "2023-02-01", vec![gdp("360000", "2.5")], "run-1"),
        document("c.txt", "", vec![gdp("420100", "1.4")], "run-1"),
    ]
}

#[test]
fn a_snapshot_holds_every_table_and_nothing_changes_without_changes() {
    let output = tempfile::tempdir().unwrap();
    assert_eq!(resolve_current(output.path()).unwrap(), None);
    assert_eq!(write(output.path(), 1, vec![], &["gone.txt"]), None);
    let made = write(output.path(), 1, three(), &[]).unwrap();
    assert_eq!(resolve_current(output.path()).unwrap(), Some(made.path.clone()));
    assert_eq!(fs::read_link(output.path().join("current")).unwrap(), Path::new("snapshots/000001"));
    assert_eq!((made.snapshot.as_str(), made.manifest.parent.as_deref()), ("000001", None));
    assert_eq!(Table::ALL.map(|table| rows(&made.path, table).num_rows()), [3, 3, 0, 3, 2, 0]);
    let years: Vec<_> = files(&made.path, Table::Indicators).into_keys().map(|name| name.split('-').next().unwrap().to_owned()).collect();
    assert_eq!(years, ["0000", "2023", "2024"]);
    assert_eq!(Manifest::read(&made.path).unwrap(), made.manifest);

    assert_eq!(write(output.path(), 2, vec![], &[]), None);
    assert_eq!(write(output.path(), 2, vec![], &["gone.txt"]), None);
    assert_eq!(resolve_current(output.path()).unwrap(), Some(made.path));
}

#[test]
fn a_run_done_twice_changes_nothing() {
    let output = tempfile::tempdir().unwrap();
    write(output.path(), 1, three(), &[]).unwrap();
    let again = three().into_iter().map(|row| DocumentRow { run_id: "run-2".to_owned(), ..row }).collect();
    assert_eq!(write(output.path(), 2, again, &[]), None);
    let retitled = three().into_iter().map(|row| DocumentRow { title: None, ..row }).take(1).collect();
    assert!(write(output.path(), 2, retitled, &[]).is_some());
}

#[test]
fn one_changed_document_rewrites_its_files_only() {
    let output = tempfile::tempdir().unwrap();
    let first = write(output.path(), 1, three(), &[]).unwrap();
    let changed = document("a.txt", "2024-03-01", vec![gdp("420100", "1.36")], "run-2");
    let second = write(output.path(), 2, vec![changed.clone()], &[]).unwrap();
    assert_eq!(second.manifest.parent.as_deref(), Some("000001"));
    for table in Table::OF_DOCUMENTS.into_iter().filter(|&table| table != Table::Investments) {
        let (before, after) = (files(&first.path, table), files(&second.path, table));
        let kept: Vec<_> =
            before.iter().filter(|(name, inode)| after.get(*name) == Some(inode)).map(|(name, _)| name.split_once('-').unwrap().0).collect();
        assert_eq!(kept, ["0000", "2023"], "{}", table.name());
        assert_eq!(after.len(), 3);
    }
    let series =
        |snapshot: &Path| files(snapshot, Table::Series).into_iter().map(|(name, inode)| (name.split_once('-').unwrap().0.to_owned(), inode));
    let (before, after): (BTreeMap<_, _>, BTreeMap<_, _>) = (series(&first.path).collect(), series(&second.path).collect());
    assert_eq!(before["36"], after["36"]);
    assert_ne!(before["42"], after["42"]);
    let ids = texts(&rows(&second.path, Table::Documents), "document_id");
    assert!(ids.contains(&changed.document_id) && ids.len() == 3);
    assert_eq!(rows(&first.path, Table::Documents).num_rows(), 3, "a reader of the snapshot before still has it whole");
}

#[test]
fn removed_documents_go_from_every_table() {
    let output = tempfile::tempdir().unwrap();
    write(output.path(), 1, three(), &[]).unwrap();
    let made = write(output.path(), 2, vec![], &["a.txt", "c.txt"]).unwrap();
    assert_eq!(texts(&rows(&made.path, Table::Documents), "path"), ["b.txt"]);
    assert_eq!(texts(&rows(&made.path, Table::Indicators), "area_code"), ["360000"]);
    assert_eq!(texts(&rows(&made.path, Table::Series), "area_code"), ["360000"]);
    let made = write(output.path(), 3, vec![], &["b.txt"]).unwrap();
    for table in Table::ALL {
        assert_eq!(rows(&made.path, table).num_rows(), 0);
        assert_eq!(files(&made.path, table).len(), 1, "an empty table still has a file");
    }
}

#[test]
fn the_order_of_work_does_not_matter() {
    let outputs = [tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap()];
    let at_once = write(outputs[0].path(), 1, three(), &[]).unwrap();
    let mut one_by_one = None;
    for (hours, row) in (1..).zip(three().into_iter().rev()) {
        one_by_one = write(outputs[1].path(), hours, vec![row], &[]);
    }
    let one_by_one = one_by_one.unwrap();
    for table in Table::ALL {
        assert_eq!(rows(&at_once.path, table), rows(&one_by_one.path, table), "{}", table.name());
    }
}

#[test]
fn many_small_files_of_a_year_are_joined() {
    let output = tempfile::tempdir().unwrap();
    let mut most = 0;
    for number in 0..20 {
        let made = write(output.path(), number, vec![document(&format!("{number}.txt"), "2024-02-01", vec![gdp("420100", "1")], "r")], &[]).unwrap();
        most = most.max(files(&made.path, Table::Indicators).len());
        assert_eq!(i64::try_from(rows(&made.path, Table::Indicators).num_rows()), Ok(number + 1));
    }
    assert_eq!(most, 16);
}

#[test]
fn a_killed_run_leaves_the_tables_as_they_were() {
    let output = tempfile::tempdir().unwrap();
    let first = write(output.path(), 1, three(), &[]).unwrap();
    // Killed while writing: an unfinished folder. Killed between the two renames: a snapshot that never became current.
    fs::create_dir_all(output.path().join("staging/000002/documents")).unwrap();
    fs::write(output.path().join("staging/000002/documents/2024-00.parquet"), "torn").unwrap();
    std::os::unix::fs::symlink("snapshots/000002", output.path().join("staging/current")).unwrap();
    fs::create_dir_all(output.path().join("snapshots/000002")).unwrap();
    assert_eq!(resolve_current(output.path()).unwrap(), Some(first.path));

    let held = lock(output.path()).unwrap();
    assert!(held.is_some());
    assert!(!output.path().join("staging").exists());
    let made = write(output.path(), 2, vec![], &["a.txt"]).unwrap();
    assert_eq!((made.snapshot.as_str(), made.manifest.parent.as_deref()), ("000003", Some("000001")));
    assert_eq!(rows(&made.path, Table::Documents).num_rows(), 2);
}

#[test]
fn old_snapshots_go_and_readers_keep_their_hours() {
    let output = tempfile::tempdir().unwrap();
    let settings = WriteSettings { retain_snapshots: 2, retain_hours: 24, ..WriteSettings::default() };
    let mut left = Vec::new();
    for (hours, number) in [(0, 1), (100, 2), (101, 3), (103, 4), (126, 5), (200, 6)] {
        let upserts = vec![document("a.txt", "2024-02-01", vec![gdp("420100", &number.to_string())], "r")];
        commit(output.path(), &change(hours, upserts, &[]), &settings).unwrap();
        let names = fs::read_dir(output.path().join("snapshots")).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap());
        let mut names: Vec<_> = names.map(|name| name.trim_start_matches('0').to_owned()).collect();
        names.sort();
        left.push(names.join(" "));
    }
    // The first was current until hour 100 and is promised until hour 124.
    assert_eq!(left, ["1", "1 2", "1 2 3", "1 2 3 4", "3 4 5", "5 6"]);
}

#[test]
fn a_snapshot_that_never_became_current_counts_for_nothing() {
    let output = tempfile::tempdir().unwrap();
    let settings = WriteSettings { retain_snapshots: 1, retain_hours: 24, ..WriteSettings::default() };
    let made = |hours: i64| {
        let upserts = vec![document("a.txt", "2024-02-01", vec![gdp("420100", &hours.to_string())], "r")];
        commit(output.path(), &change(hours, upserts, &[]), &settings).unwrap().unwrap();
        let names = fs::read_dir(output.path().join("snapshots")).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap());
        let mut names: Vec<_> = names.map(|name| name.trim_start_matches('0').to_owned()).collect();
        names.sort();
        names.join(" ")
    };
    assert_eq!(made(0), "1");
    assert_eq!(made(1), "1 2");
    // As if the second run had died before its snapshot became current, and the machine had been off for weeks.
    fs::remove_file(output.path().join("current")).unwrap();
    std::os::unix::fs::symlink("snapshots/000001", output.path().join("current")).unwrap();
    assert_eq!(made(1000), "1 2 3", "the first was current a moment ago");
    assert_eq!(made(1030), "3 4");
}

#[test]
fn a_snapshot_that_cannot_be_removed_keeps_no_other() {
    let output = tempfile::tempdir().unwrap();
    let settings = WriteSettings { retain_snapshots: 1, retain_hours: 0, ..WriteSettings::default() };
    for hours in 0..3 {
        write(output.path(), hours, vec![document("a.txt", "2024-02-01", vec![gdp("420100", &hours.to_string())], "r")], &[]).unwrap();
    }
    // A grave that is no folder stands in the way of the first.
    fs::create_dir_all(output.path().join("staging")).unwrap();
    fs::write(output.path().join("staging/removed-000001"), "").unwrap();
    assert_eq!(commit(output.path(), &change(9, vec![], &[]), &settings).unwrap(), None);
    let snapshots = output.path().join("snapshots");
    assert!(snapshots.join("000001").exists() && !snapshots.join("000002").exists());
    fs::remove_file(output.path().join("staging/removed-000001")).unwrap();
    assert_eq!(commit(output.path(), &change(9, vec![], &[]), &settings).unwrap(), None);
    assert!(!snapshots.join("000001").exists() && snapshots.join("000003").exists());
}

#[test]
fn damage_is_told_by_file() {
    let check = |damage: &dyn Fn(&Path, &Path), expected: &str| {
        let output = tempfile::tempdir().unwrap();
        let made = write(output.path(), 1, three(), &[]).unwrap();
        assert!(verify(&made.path).is_empty());
        let folder = made.path.join("indicators");
        let file = folder.join(&made.manifest.files(Table::Indicators)[0].name);
        damage(&made.path, &file);
        let told = verify(&made.path).into_iter().map(|damage| damage.to_string().rsplit(": ").next().unwrap().to_owned());
        assert_eq!(told.collect::<Vec<_>>().join("; "), expected);
    };
    check(&|_, file| fs::remove_file(file).unwrap(), "missing");
    check(&|_, file| fs::write(file, "torn").unwrap(), "not the content that was written");
    check(&|_, file| fs::write(file.with_file_name("more.parquet"), "").unwrap(), "not named in the manifest");
    check(&|snapshot, _| fs::write(snapshot.join("contexts.tsv"), "?").unwrap(), "not the content that was written");
    check(&|snapshot, _| fs::write(snapshot.join("manifest.json"), "{").unwrap(), "no manifest that can be read");
    check(&|_, _| {}, "");
}

#[test]
fn a_dangling_current_is_repaired_to_the_newest_whole_snapshot() {
    let output = tempfile::tempdir().unwrap();
    let current = output.path().join("current");
    assert_eq!(repair_current(output.path()).unwrap(), None);
    for hours in 1..4 {
        write(output.path(), hours, vec![document("a.txt", "2024-02-01", vec![gdp("420100", &hours.to_string())], "r")], &[]).unwrap();
    }
    let snapshots = output.path().join("snapshots");
    assert_eq!(repair_current(output.path()).unwrap(), Some(snapshots.join("000003")));
    fs::remove_dir_all(snapshots.join("000003")).unwrap();
    fs::remove_dir_all(snapshots.join("000002/series")).unwrap();
    assert!(matches!(resolve_current(output.path()), Err(WriteError::Current { .. })));
    assert_eq!(repair_current(output.path()).unwrap(), Some(snapshots.join("000001")));
    assert_eq!(fs::read_link(&current).unwrap(), Path::new("snapshots/000001"));
    fs::remove_file(snapshots.join("000001/manifest.json")).unwrap();
    fs::remove_file(&current).unwrap();
    assert_eq!(repair_current(output.path()).unwrap(), None);
    std::os::unix::fs::symlink("snapshots/000009", &current).unwrap();
    assert!(matches!(repair_current(output.path()), Err(WriteError::Current { .. })));
    fs::remove_file(&current).unwrap();
    fs::create_dir(&current).unwrap();
    assert!(matches!(repair_current(output.path()), Err(WriteError::Current { .. })), "a folder is not taken away");
}

#[test]
fn a_failed_commit_leaves_nothing_behind() {
    let output = tempfile::tempdir().unwrap();
    let first = write(output.path(), 1, three(), &[]).unwrap();
    let file = first.path.join("documents").join(&first.manifest.files(Table::Documents)[0].name);
    fs::remove_file(file).unwrap();
    let later = vec![document("d.txt", "2022-02-01", vec![gdp("420100", "7")], "r")];
    assert!(commit(output.path(), &change(2, later, &[]), &WriteSettings::default()).is_err());
    assert_eq!(fs::read_dir(output.path().join("staging")).unwrap().count(), 0);
    assert_eq!(resolve_current(output.path()).unwrap(), Some(first.path));
}

#[test]
fn a_reader_sees_one_state_while_the_next_is_made() {
    let output = tempfile::tempdir().unwrap();
    write(output.path(), 0, three(), &[]).unwrap();
    std::thread::scope(|scope| {
        let writer = scope.spawn(|| {
            for number in 1..12 {
                let printed = number.to_string();
                let upserts = three().iter().map(|row| document(&row.path, "2024-02-01", vec![gdp("420100", &printed)], &printed)).collect();
                write(output.path(), number, upserts, &[]).unwrap();
            }
        });
        while !writer.is_finished() {
            let snapshot = resolve_current(output.path()).unwrap().unwrap();
            let known: BTreeSet<_> = read_known_documents(&snapshot).unwrap().into_iter().map(|known| known.document_id).collect();
            assert_eq!(known.len(), 3);
            assert_eq!(texts(&rows(&snapshot, Table::Indicators), "document_id").into_iter().collect::<BTreeSet<_>>(), known);
        }
    });
}

#[test]
fn a_point_of_a_series_tells_the_newest_value_and_whether_documents_disagree() {
    let check = |told: &[(&str, Observation)], expected: &str| {
        let output = tempfile::tempdir().unwrap();
        let upserts = told
            .iter()
            .enumerate()
            .map(|(number, (published, observation))| document(&format!("{number}.txt"), published, vec![observation.clone()], "run-1"));
        let made = write(output.path(), 1, upserts.collect(), &[]).unwrap();
        let series = rows(&made.path, Table::Series);
        assert_eq!(align(Table::Series, &series).unwrap(), series);
        let decimal = |name: &str, row| series.column_by_name(name).unwrap().as_primitive::<Decimal128Type>().value(row) / 10_000_000_000_000_000;
        let found = (0..series.num_rows()).map(|row| {
            let documents = series.column_by_name("n_documents").unwrap().as_primitive::<Int32Type>().value(row);
            let ids = series.column_by_name("document_ids").unwrap().as_list::<i32>().value(row).len();
            assert_eq!(usize::try_from(documents), Ok(ids));
            let conflict = series.column_by_name("conflict").unwrap().as_boolean().value(row);
            let published = series.column_by_name("published").unwrap().as_primitive::<Date32Type>().value_as_date(row);
            assert!(told.iter().any(|(written, _)| day(written) == published));
            let parts = ["value", "value_min", "value_max"].map(|name| decimal(name, row).to_string()).join(" ");
            format!("{parts} of {documents}{}", if conflict { " conflict" } else { "" })
        });
        assert_eq!(found.collect::<Vec<_>>().join("; "), expected);
    };
    let revised = |printed: &str| Observation { revision: Some(Revision::Revised), ..gdp("420100", printed) };
    let at_least = |printed: &str| Observation { bound: Bound::Min, ..gdp("420100", printed) };

    check(&[("2024-02-01", gdp("420100", "1.35")), ("2024-03-01", gdp("420100", "1.35"))], "135 135 135 of 2");
    check(&[("2024-02-01", gdp("420100", "1.4")), ("2024-01-01", gdp("420100", "1.35"))], "140 135 140 of 2");
    check(&[("2024-02-01", gdp("420100", "1.36")), ("2024-03-01", gdp("420100", "1.35"))], "135 135 136 of 2 conflict");
    check(&[("2024-02-01", gdp("420100", "0")), ("2024-03-01", gdp("420100", "0"))], "0 0 0 of 2");
    check(&[("2024-02-01", gdp("420100", "1.36")), ("", gdp("420100", "1.50"))], "136 136 150 of 2 conflict");
    check(&[("2024-02-01", gdp("420100", "1.36")), ("2024-12-01", revised("1.5"))], "150 136 150 of 2");
    check(&[("2024-02-01", at_least("1")), ("2024-12-01", at_least("1.2"))], "120 100 120 of 2");
    check(&[("2024-02-01", gdp("420100", "1.36")), ("2024-02-01", gdp("420200", "2"))], "136 136 136 of 1; 200 200 200 of 1");
    check(&[("2024-02-01", Observation { area: None, ..gdp("420100", "1") })], "");
}
