//! Ledger and snapshots against a model of both: whatever happens in whatever order, the tables hold what was committed last, the
//! ledger comes to know it, and no tick is done twice or forgotten.
//!
//! Short: 3,000 actions. `GONGBAO_LONG=1`: 100,000.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use chrono::{DateTime, Utc};
use gongbao_tables::{RunOutcome, RunRow};
use proptest::prelude::*;
use proptest::test_runner::{Config as Trials, TestRunner};

use crate::ledger::{Entry, Ledger, Tick, TickState};
use crate::pipeline::{entry, open_ledger};
use crate::schedule::Due;
use crate::write::testing::{document, gdp, hour, run};
use crate::write::{self, Changes, WriteSettings};

/// Something that happens to an output folder.
#[derive(Debug, Clone)]
enum Action {
    /// A run changes documents and takes some away; it may die before the ledger is told.
    Commit { changed: Vec<(u8, u8)>, removed: Vec<u8>, dies: bool },
    /// A run finds nothing new, or fails.
    Idle { fails: bool },
    /// The next run begins: whatever is wrong is mended.
    Begin,
    /// The ledger is lost, or broken.
    Lose { is_broken: bool },
    /// A process claims the ticks of these minutes.
    Claim { who: bool, minutes: BTreeSet<u8> },
    /// What became of a tick is told.
    Settle { minute: u8, is_done: bool },
    /// A process died: what it claimed is given back.
    Release,
    /// Somebody looks at an old snapshot.
    Verify,
}

fn actions() -> impl Strategy<Value = Action> {
    let documents = prop::collection::vec((0..6_u8, 0..9_u8), 0..3);
    let commit = (documents, prop::collection::vec(0..6_u8, 0..2), prop::bool::weighted(0.3));
    prop_oneof![
        1 => commit.prop_map(|(changed, removed, dies)| Action::Commit { changed, removed, dies }),
        2 => any::<bool>().prop_map(|fails| Action::Idle { fails }),
        2 => Just(Action::Begin),
        1 => any::<bool>().prop_map(|is_broken| Action::Lose { is_broken }),
        6 => (any::<bool>(), prop::collection::btree_set(0..60_u8, 1..5)).prop_map(|(who, minutes)| Action::Claim { who, minutes }),
        6 => (0..60_u8, any::<bool>()).prop_map(|(minute, is_done)| Action::Settle { minute, is_done }),
        1 => Just(Action::Release),
        1 => Just(Action::Verify),
    ]
}

/// What the folder should hold.
#[derive(Default)]
struct Model {
    /// Documents of the tables: the version of each.
    tables: BTreeMap<String, u8>,
    /// Documents that the ledger knows.
    known: BTreeMap<String, u8>,
    /// Runs that committed, in order.
    committed: Vec<String>,
    /// Runs that the ledger knows beside them.
    others: BTreeSet<String>,
    ticks: BTreeMap<u8, TickState>,
    /// Whether the ledger must be mended before it is used again.
    is_lost: bool,
}

/// The folder itself.
struct World {
    output: tempfile::TempDir,
    ledger: Option<Ledger>,
    other: Option<Ledger>,
    clock: i64,
}

const SCHEDULE: &str = "s";

fn minute(minute: u8) -> DateTime<Utc> {
    hour(0) + chrono::TimeDelta::minutes(i64::from(minute))
}

impl World {
    fn new() -> Self {
        let memory = Path::new("/dev/shm");
        let output = if memory.is_dir() { tempfile::tempdir_in(memory) } else { tempfile::tempdir() }.unwrap();
        let mut world = Self { output, ledger: None, other: None, clock: 0 };
        world.begin();
        world
    }

    fn begin(&mut self) {
        drop((self.ledger.take(), self.other.take()));
        let _lock = write::lock(self.output.path()).unwrap().unwrap();
        let mut ledger = open_ledger(self.output.path()).unwrap();
        ledger.past(SCHEDULE, "* * * * * UTC", hour(0)).unwrap();
        self.ledger = Some(ledger);
        self.other = Some(Ledger::open(self.output.path()).unwrap());
    }

    fn next_run(&mut self) -> RunRow {
        self.clock += 1;
        run(self.clock)
    }

    fn act(&mut self, model: &mut Model, action: &Action) {
        match action {
            Action::Begin => {
                self.begin();
                model.mended();
            }
            // Nobody works with a ledger that is lost; the next run mends it first.
            _ if model.is_lost => {}
            Action::Commit { changed, removed, dies } => self.commit(model, changed, removed, *dies),
            Action::Idle { fails } => {
                let mut run = self.next_run();
                run.outcome = if *fails { RunOutcome::Failed } else { RunOutcome::Ok };
                self.ledger.as_mut().unwrap().record(&run, &[], &[]).unwrap();
                model.others.insert(run.run_id);
            }
            Action::Lose { is_broken } => {
                drop((self.ledger.take(), self.other.take()));
                let path = self.output.path().join("ledger.sqlite");
                if *is_broken {
                    fs::write(path, "no ledger").unwrap()
                } else {
                    fs::remove_file(path).unwrap()
                }
                for part in ["ledger.sqlite-wal", "ledger.sqlite-shm"] {
                    let _closed_in_order = fs::remove_file(self.output.path().join(part));
                }
                model.is_lost = true;
                model.others.clear();
                model.ticks.clear();
            }
            Action::Claim { who, minutes } => {
                let due: Vec<Due> = minutes.iter().map(|at| Due { tick: minute(*at), is_missed: false }).collect();
                let ledger = if *who { &mut self.ledger } else { &mut self.other };
                let newest = due.last().unwrap().tick;
                let claimed = ledger.as_mut().unwrap().claim(SCHEDULE, &due, newest, hour(1)).unwrap();
                let expected: Vec<u8> = minutes.iter().copied().filter(|at| !model.ticks.contains_key(at)).collect();
                assert_eq!(claimed.iter().map(|due| due.tick).collect::<Vec<_>>(), expected.iter().map(|at| minute(*at)).collect::<Vec<_>>());
                model.ticks.extend(expected.into_iter().map(|at| (at, TickState::Claimed)));
            }
            Action::Settle { minute: at, is_done } => {
                let state = if *is_done { TickState::Done } else { TickState::Skipped };
                let tick = Tick { schedule: SCHEDULE.to_owned(), due: minute(*at), state, run_id: None, note: None };
                self.ledger.as_mut().unwrap().settle(&tick, hour(1)).unwrap();
                model.ticks.entry(*at).and_modify(|known| *known = state);
            }
            Action::Release => {
                let claimed = model.ticks.values().filter(|state| **state == TickState::Claimed).count();
                assert_eq!(self.ledger.as_mut().unwrap().release(SCHEDULE, None).unwrap(), claimed);
                model.ticks.retain(|_, state| *state != TickState::Claimed);
            }
            Action::Verify => {
                for snapshot in fs::read_dir(self.output.path().join("snapshots")).into_iter().flatten() {
                    assert!(write::verify(&snapshot.unwrap().path()).is_empty());
                }
            }
        }
    }

    fn commit(&mut self, model: &mut Model, changed: &[(u8, u8)], removed: &[u8], dies: bool) {
        let mut run = self.next_run();
        let path = |number: u8| format!("{number}.txt");
        let removed: Vec<_> = removed.iter().map(|number| ("stats".to_owned(), path(*number))).collect();
        let mut upserts = BTreeMap::new();
        for (number, version) in changed {
            let row = document(&path(*number), "2024-02-01", vec![gdp("420100", &format!("{version}.5"))], &run.run_id);
            upserts.insert(path(*number), (row, *version));
        }
        let mut next = model.tables.clone();
        next.retain(|path, _| !removed.iter().any(|(_, gone)| gone == path));
        next.extend(upserts.iter().map(|(path, (_, version))| (path.clone(), *version)));
        let ledger = self.ledger.as_mut().unwrap();
        let rows: Vec<_> = upserts.into_values().map(|(row, _)| row).collect();
        let entries: Vec<Entry> = rows.iter().map(|row| entry(row, &BTreeMap::new())).collect();
        let removed: Vec<_> = removed.into_iter().filter(|(_, gone)| !next.contains_key(gone)).collect();
        let previous_runs = ledger.committed_runs().unwrap();
        let changes = Changes { upserts: rows, removed_keys: removed.clone(), run: run.clone(), previous_runs, contexts: BTreeMap::new() };
        let settings = WriteSettings { retain_snapshots: 3, retain_hours: 0, ..WriteSettings::default() };
        let committed = {
            let _lock = write::lock(self.output.path()).unwrap().unwrap();
            write::commit(self.output.path(), &changes, &settings).unwrap()
        };
        assert_eq!(committed.is_some(), next != model.tables, "a commit is made just when something changes");
        run.snapshot = committed.map(|committed| committed.snapshot);
        let has_committed = run.snapshot.is_some();
        model.tables = next;
        if dies {
            // A run that changed nothing and died leaves no trace.
            if has_committed {
                model.committed.push(run.run_id);
                model.is_lost = true;
            }
            return;
        }
        ledger.record(&run, &entries, &removed).unwrap();
        model.known = model.tables.clone();
        if has_committed {
            model.committed.push(run.run_id);
        } else {
            model.others.insert(run.run_id);
        }
    }

    fn check(&self, model: &Model) {
        let current = write::resolve_current(self.output.path()).unwrap();
        let documents = current.map(|snapshot| write::read_known_documents(&snapshot).unwrap()).unwrap_or_default();
        let expected = |documents: &BTreeMap<String, u8>| {
            let id = |(path, version): (&String, &u8)| document(path, "2024-02-01", vec![gdp("420100", &format!("{version}.5"))], "").document_id;
            documents.iter().map(id).collect::<BTreeSet<_>>()
        };
        let ids: BTreeSet<_> = documents.into_iter().map(|document| document.document_id).collect();
        assert_eq!(ids, expected(&model.tables), "the tables");
        let Some(ledger) = self.ledger.as_ref().filter(|_| !model.is_lost) else { return };
        let known: BTreeSet<_> = ledger.entries("stats").unwrap().into_iter().map(|entry| entry.document_id).collect();
        assert_eq!(known, expected(&model.known), "the ledger's documents");
        let runs: Vec<_> = ledger.committed_runs().unwrap().into_iter().map(|run| run.run_id).collect();
        assert_eq!(runs, model.committed, "the committed runs");
        let runs: BTreeSet<_> = ledger.runs(usize::MAX).unwrap().into_iter().filter(|run| run.snapshot.is_none()).map(|run| run.run_id).collect();
        assert_eq!(runs, model.others, "the other runs");
        let ticks: BTreeMap<_, _> = ledger.ticks(SCHEDULE, usize::MAX).unwrap().into_iter().map(|tick| (tick.due, tick.state)).collect();
        assert_eq!(ticks, model.ticks.iter().map(|(at, state)| (minute(*at), *state)).collect(), "the ticks");
    }
}

impl Model {
    fn mended(&mut self) {
        self.known = self.tables.clone();
        self.is_lost = false;
    }
}

#[test]
fn ledger_and_snapshots_are_as_the_model_says() {
    let cases = if std::env::var("GONGBAO_LONG").is_ok_and(|value| value == "1") { 1_000 } else { 30 };
    let mut runner = TestRunner::new(Trials { cases, failure_persistence: None, ..Trials::default() });
    let lives = prop::collection::vec(actions(), 100);
    let outcome = runner.run(&lives, |life| {
        let (mut world, mut model) = (World::new(), Model::default());
        for action in &life {
            world.act(&mut model, action);
            world.check(&model);
        }
        Ok(())
    });
    if let Err(error) = outcome {
        panic!("{error}");
    }
}
