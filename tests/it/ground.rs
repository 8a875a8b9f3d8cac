//! An output folder in the midst of its life, copied as often as a test wants to break it.

use crate::house::House;
use arrow::util::display::{ArrayFormatter, FormatOptions};
use gongbao::ledger::Ledger;
use gongbao::write::{Manifest, resolve_current, verify};
use parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;
use std::collections::BTreeMap;
use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use tempfile::TempDir;

/// The second source never changes: its files are taken over from snapshot to snapshot.
const CONFIG: &str = "
[output]
dir = 'out'
retain_snapshots = 1
retain_hours = 0
[[sources]]
name = 'a'
paths = ['in']
[[sources]]
name = 'b'
paths = ['kept']
published = '2022-02-01'
";
const TABLES: [&str; 5] = ["documents", "indicators", "investments", "findings", "series"];
/// Columns in which the same content differs from run to run.
const OF_THE_RUN: [&str; 2] = ["run_id", "ingested_at"];

/// The rows of each table, sorted, without what differs from run to run.
pub(crate) type Tables = BTreeMap<&'static str, Vec<String>>;

/// True when the long forms of the tests are asked for.
pub(crate) fn is_long() -> bool {
    std::env::var("GONGBAO_LONG").is_ok_and(|value| value == "1")
}

/// A folder with sources that changed since the last run over them.
pub(crate) struct Ground {
    start: House,
    /// Where the copies go.
    copies: TempDir,
    /// What the tables hold before the next run.
    pub(crate) before: Tables,
    /// What they hold after a run that nobody disturbs.
    pub(crate) after: Tables,
}

impl Ground {
    /// So many documents were read; then one is changed, one is removed, one comes, and one that cannot be read.
    pub(crate) fn new(documents: usize) -> Self {
        let start = House::new();
        start.write("gongbao.toml", CONFIG);
        for number in 0..documents {
            start.write(&format!("in/{number:03}.txt"), text(number, number));
        }
        start.write("kept/old.txt", text(950, 950));
        start.gongbao("run --config gongbao.toml").success();
        start.write("in/000.txt", text(0, 900));
        fs::remove_file(start.path("in/001.txt")).unwrap();
        start.write("in/new.txt", text(901, 901));
        start.write("in/bad.txt", b"d\xe9j\xe0 vu, caf\xe9 \xe0 la cr\xe8me");
        // Thousands of flushes are no matter in memory; a disk does as well.
        let memory = Path::new("/dev/shm");
        let copies = if memory.is_dir() { tempfile::tempdir_in(memory) } else { tempfile::tempdir() };
        let mut ground = Self { before: tables(&start.path("out")), after: Tables::new(), start, copies: copies.unwrap() };
        let field = ground.field();
        let done = field.run("");
        assert_eq!(done.status.code(), Some(3), "{}", told(&done));
        ground.after = tables(&field.output());
        assert_ne!(ground.before, ground.after);
        assert_eq!(ground.after["documents"].len(), documents + 2);
        ground
    }

    /// A copy to break.
    pub(crate) fn field(&self) -> Field {
        let folder = tempfile::tempdir_in(self.copies.path()).unwrap();
        let copied = Command::new("cp").arg("-a").arg(self.start.path(".")).arg(folder.path()).status().unwrap();
        assert!(copied.success());
        Field { folder }
    }
}

/// A copy of the ground.
pub(crate) struct Field {
    folder: TempDir,
}

impl Field {
    pub(crate) fn output(&self) -> PathBuf {
        self.folder.path().join("out")
    }

    pub(crate) fn command(&self, fault: &str) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_gongbao"));
        command.current_dir(self.folder.path()).args(["run", "--config", "gongbao.toml"]).env_remove("GONGBAO_CONFIG");
        if !fault.is_empty() {
            command.env("GONGBAO_FAIL", fault);
        }
        command
    }

    /// `gongbao run`, disturbed by a fault or not.
    pub(crate) fn run(&self, fault: &str) -> Output {
        self.command(fault).output().unwrap()
    }

    /// What `current` names is whole, and holds what one of the two states should.
    pub(crate) fn assert_whole(&self, ground: &Ground, case: &str) {
        let found = tables(&self.output());
        assert!(found == ground.before || found == ground.after, "{case}: the tables are of no run: {found:?}");
    }

    /// A run that nobody disturbs mends everything by itself.
    pub(crate) fn assert_mended(&self, ground: &Ground, case: &str) {
        let done = self.run("");
        assert!(matches!(done.status.code(), Some(0 | 3)), "{case}: {}", told(&done));
        self.assert_done(ground, case);
    }

    /// The tables are those of an undisturbed run, the ledger knows them, and nothing unfinished is left.
    pub(crate) fn assert_done(&self, ground: &Ground, case: &str) {
        let output = self.output();
        let found = tables(&output);
        assert!(found == ground.after, "{case}: {found:?}\ninstead of {:?}", ground.after);
        let snapshot = resolve_current(&output).unwrap().unwrap();
        let manifest = Manifest::read(&snapshot).unwrap();
        let ledger = Ledger::open_readonly(&output).unwrap();
        assert!(ledger.stands_for(&manifest.run_id, &manifest.snapshot).unwrap(), "{case}: the ledger does not know the snapshot");
        let entries = ["a", "b"].map(|source| ledger.entries(source).unwrap().len());
        assert_eq!(entries.iter().sum::<usize>(), found["documents"].len(), "{case}");
        let committed = ledger.committed_runs().unwrap();
        assert_eq!(committed.len(), 2, "{case}: the same documents were committed again, or a run is forgotten: {committed:?}");
        let bad = ledger.entry("a", "bad.txt").unwrap().unwrap();
        let object = gongbao::write::object_path(&output, bad.content_hash.as_deref().unwrap()).unwrap();
        assert!(object.is_file(), "{case}: the bytes of a quarantined document are gone");
        assert_eq!(fs::read_dir(object.parent().unwrap()).unwrap().count(), 1, "{case}: an unfinished object is left");
    }
}

/// All that a process printed, for messages.
pub(crate) fn told(done: &Output) -> String {
    format!("{}: {}{}", done.status, String::from_utf8_lossy(&done.stdout), String::from_utf8_lossy(&done.stderr))
}

/// A document whose numbers tell it from others.
fn text(number: usize, value: usize) -> String {
    format!("2023年，第{number}号：全市地区生产总值{}.5亿元，增长6.3%。新签约项目{}个，计划总投资{}亿元。", 1000 + value, value + 1, value + 100)
}

fn tables(output: &Path) -> Tables {
    let snapshot = resolve_current(output).unwrap().unwrap();
    let damages = verify(&snapshot);
    assert!(damages.is_empty(), "{damages:?}");
    TABLES.into_iter().map(|table| (table, rows(&snapshot.join(table)))).collect()
}

fn rows(folder: &Path) -> Vec<String> {
    let mut rows = Vec::new();
    for file in fs::read_dir(folder).unwrap() {
        let reader = ParquetRecordBatchReaderBuilder::try_new(File::open(file.unwrap().path()).unwrap()).unwrap().build().unwrap();
        for batch in reader.map(Result::unwrap) {
            let schema = batch.schema();
            let options = FormatOptions::default();
            let columns = schema.fields().iter().zip(batch.columns()).filter(|(field, _)| !OF_THE_RUN.contains(&field.name().as_str()));
            let columns: Vec<_> = columns.map(|(_, column)| ArrayFormatter::try_new(column, &options).unwrap()).collect();
            let row = |number| columns.iter().map(|column| column.value(number).to_string()).collect::<Vec<_>>().join("|");
            rows.extend((0..batch.num_rows()).map(row));
        }
    }
    rows.sort();
    rows
}
