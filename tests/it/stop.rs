//! Signals to a run: the first lets it finish what is in hand and commit that, the second ends it at once.

use crate::house::{House, stdout};
use rustix::process::{Pid, Signal, kill_process};
use std::process::{Command, Output, Stdio};
use std::time::{Duration, Instant};

const DOCUMENTS: usize = 600;

/// A run over many documents that gets so many signals once it is reading them.
fn signalled(signals: usize) -> (House, Output) {
    let house = House::new();
    house.write("gongbao.toml", "[output]\ndir = 'out'\n[[sources]]\nname = 'a'\npaths = ['in']\n");
    for number in 0..DOCUMENTS {
        house.write(&format!("in/{number:03}.txt"), format!("2023年，全市地区生产总值{number}.5亿元，增长6.3%。").repeat(40));
    }
    let mut command = Command::new(env!("CARGO_BIN_EXE_gongbao"));
    command.current_dir(house.path("")).args(["run", "--config", "gongbao.toml", "-v"]).stdout(Stdio::piped());
    let logs = std::fs::File::create(house.path("log")).unwrap();
    let child = command.stderr(logs).spawn().unwrap();
    let pid = Pid::from_raw(i32::try_from(child.id()).unwrap()).unwrap();
    let until = |words: &str| {
        let start = Instant::now();
        while !std::fs::read_to_string(house.path("log")).unwrap().contains(words) {
            assert!(start.elapsed() < Duration::from_secs(60), "never told: {words}");
            std::thread::sleep(Duration::from_millis(5));
        }
    };
    until("read document");
    for signal in 0..signals {
        if signal > 0 {
            until("asked to stop");
        }
        kill_process(pid, Signal::TERM).unwrap();
    }
    (house, child.wait_with_output().unwrap())
}

fn seen(house: &House) -> usize {
    let shown = stdout(&house.gongbao("show documents --json --columns path --limit 1000 --out out").success());
    shown.lines().count()
}

#[test]
fn one_signal_lets_the_documents_in_hand_be_committed() {
    let (house, done) = signalled(1);
    assert_eq!(done.status.code(), Some(0), "{}", String::from_utf8_lossy(&done.stdout));
    let read = seen(&house);
    assert!(read > 0 && read < DOCUMENTS, "{read}");
    house.gongbao("run --config gongbao.toml").success();
    assert_eq!(seen(&house), DOCUMENTS);
}

#[test]
fn the_second_signal_ends_a_run_at_once() {
    let (house, done) = signalled(2);
    assert_eq!(done.status.code(), Some(130), "{}", String::from_utf8_lossy(&done.stdout));
    assert!(!house.path("out/current").exists());
    house.gongbao("run --config gongbao.toml").success();
    assert_eq!(seen(&house), DOCUMENTS);
}
