//! Backups: made while runs go on, looked through before they are called one, brought back.

use crate::house::{House, stderr, stdout};
use std::fs;
use std::sync::atomic::{AtomicBool, Ordering};

const CONFIG: &str = "[output]\ndir = 'out'\nkeep_objects = true\n[[sources]]\nname = 'a'\npaths = ['in']\n";

fn house() -> House {
    let house = House::new();
    house.write("gongbao.toml", CONFIG);
    house.write("other.toml", CONFIG.replace("'out'", "'other'"));
    change(&house, 1);
    house.gongbao("run --config gongbao.toml").success();
    house
}

/// The same number in two documents: a mixture of two states would have two.
fn change(house: &House, number: usize) {
    for name in ["a", "b"] {
        house.write(&format!("in/{name}.txt"), format!("{name}：全市地区生产总值达到{number}亿元，一般公共预算收入{number}亿元。"));
    }
}

/// The values of all indicators of an output.
fn values(house: &House, output: &str) -> Vec<String> {
    let done = house.gongbao(&format!("show indicators --json --columns value --out {output}")).success();
    let mut values: Vec<String> = stdout(&done).lines().map(str::to_owned).collect();
    values.sort();
    values
}

#[test]
fn a_backup_is_one_state_while_runs_go_on() {
    let house = house();
    let done = AtomicBool::new(false);
    std::thread::scope(|scope| {
        scope.spawn(|| {
            for number in 2.. {
                if done.load(Ordering::Relaxed) {
                    break;
                }
                change(&house, number);
                house.gongbao("run --config gongbao.toml").success();
            }
        });
        for number in 0..4 {
            house.gongbao(&format!("backup --config gongbao.toml backup{number}")).success();
        }
        done.store(true, Ordering::Relaxed);
    });
    for number in 0..4 {
        let _there_was_none = fs::remove_dir_all(house.path("other"));
        house.gongbao(&format!("restore --config other.toml backup{number}")).success();
        let values = values(&house, "other");
        assert_eq!(values.len(), 4, "{values:?}");
        assert!(values.iter().all(|value| *value == values[0]), "two states in one: {values:?}");
        assert_eq!(values, self::values(&house, &format!("backup{number}")));
        house.gongbao("doctor --deep --config other.toml").success();
    }
    // What was restored goes on as any other output does.
    let told = stdout(&house.gongbao("run --config other.toml").success());
    assert!(told.contains("2 seen"), "{told}");
    assert_eq!(values(&house, "other"), values(&house, "out"));
}

#[test]
fn what_is_there_is_replaced_only_when_told() {
    let house = house();
    house.gongbao("backup --config gongbao.toml --all backup").success();
    let done = house.gongbao("backup --config gongbao.toml backup").code(1);
    assert!(stderr(&done).contains("backup: is there already"), "{}", stderr(&done));
    let before = values(&house, "out");
    change(&house, 7);
    house.gongbao("run --config gongbao.toml").success();
    let done = house.gongbao("restore --config gongbao.toml backup").code(1);
    assert!(stderr(&done).contains("is there already and not empty"), "{}", stderr(&done));
    assert_ne!(values(&house, "out"), before);
    house.gongbao("restore --config gongbao.toml --force backup").success();
    assert_eq!(values(&house, "out"), before);
    house.gongbao("run --config gongbao.toml").success();
    assert_ne!(values(&house, "out"), before);
}

#[test]
fn a_damaged_backup_is_not_brought_back() {
    let house = house();
    house.gongbao("backup --config gongbao.toml backup").success();
    let file = fs::read_dir(house.path("backup/current/indicators")).unwrap().next().unwrap().unwrap().path();
    let bytes = fs::read(&file).unwrap();
    fs::remove_file(&file).unwrap();
    fs::write(&file, &bytes[..bytes.len() / 2]).unwrap();
    let done = house.gongbao("restore --config other.toml backup").code(1);
    assert!(stderr(&done).contains("a snapshot is damaged"), "{}", stderr(&done));
    assert!(!house.path("other/current").exists());
    assert!(!values(&house, "out").is_empty(), "the output shares no file with what was damaged");
    let done = house.gongbao("restore --config other.toml in").code(1);
    assert!(stderr(&done).contains("in: no tables"), "{}", stderr(&done));
}

#[test]
fn a_restored_ledger_that_is_missing_is_learned_from_the_tables() {
    let house = house();
    house.gongbao("backup --config gongbao.toml backup").success();
    fs::remove_file(house.path("backup/ledger.sqlite")).unwrap();
    house.gongbao("restore --config other.toml backup").success();
    let told = stdout(&house.gongbao("run --config other.toml").success());
    assert!(told.contains("nothing changed"), "{told}");
}
