//! What is seen from outside: log files, and how things stand.

use crate::house::{House, json_lines, stdout};
use serde_json::Value;

const CONFIG: &str = "[output]\ndir = 'out'\n[log]\ndir = 'logs'\nrotation = 'daily'\nkeep = 3\n[[sources]]\nname = 'a'\npaths = ['samples']\n\
                      [[schedules]]\nname = 'morning'\ncron = '30 7 * * *'\n";

fn log_files(house: &House) -> Vec<String> {
    let mut names: Vec<_> = std::fs::read_dir(house.path("logs")).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    names.sort();
    names
}

#[test]
fn a_run_writes_log_files_of_json_lines_and_keeps_a_few() {
    let house = House::with_samples();
    house.write("gongbao.toml", CONFIG);
    house.write("samples/empty.txt", "");
    for day in 1..=6 {
        house.write(&format!("logs/gongbao.2024-05-0{day}.jsonl"), "{}\n");
    }
    house.write("logs/notes.txt", "an operator's own");
    let run = json_lines(&house.gongbao("run --config gongbao.toml --json").code(3)).remove(0);
    let files = log_files(&house);
    assert!(files.len() <= 4 && files.contains(&String::from("notes.txt")), "{files:?}");
    let newest = files.iter().rfind(|name| name.starts_with("gongbao.")).unwrap();
    let told = std::fs::read_to_string(house.path("logs").join(newest)).unwrap();
    let lines: Vec<Value> = told.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let names_run = |line: &Value| line["spans"].as_array().is_some_and(|spans| spans.iter().any(|span| span["run.id"] == run["run_id"]));
    let quarantined = lines.iter().find(|line| line["message"] == "quarantined").unwrap();
    assert!(names_run(quarantined), "{quarantined}");
    assert!(lines.iter().any(|line| line["message"] == "committed"), "{told}");
}

#[test]
fn log_files_that_cannot_be_written_keep_nobody_from_his_work() {
    let house = House::with_samples();
    house.write("gongbao.toml", CONFIG);
    house.write("logs", "a file where the folder should be");
    let done = house.gongbao("run --config gongbao.toml").success();
    assert!(crate::house::stderr(&done).contains("no log files are written"), "{}", crate::house::stderr(&done));
}

#[cfg(not(feature = "otlp"))]
#[test]
fn a_build_without_traces_tells_that_it_sends_none() {
    let house = House::with_samples();
    house.write("gongbao.toml", CONFIG);
    let told = |variables: &[(&str, &str)]| {
        let mut command = house.command("status --config gongbao.toml");
        crate::house::stderr(&command.envs(variables.iter().copied()).assert().success())
    };
    for name in ["OTEL_EXPORTER_OTLP_ENDPOINT", "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT"] {
        let warned = told(&[(name, "http://user:sesame@127.0.0.1:4318")]);
        assert!(warned.contains(&format!("{name} names a collector, but no traces are sent")) && !warned.contains("sesame"), "{warned}");
        assert_eq!(told(&[(name, "")]), "");
        assert_eq!(told(&[(name, "http://127.0.0.1:4318"), ("OTEL_SDK_DISABLED", "true")]), "");
        assert_eq!(told(&[(name, "http://127.0.0.1:4318"), ("OTEL_TRACES_EXPORTER", "none")]), "");
    }
}

#[test]
fn a_question_writes_no_log_files() {
    let house = House::with_samples();
    house.write("gongbao.toml", CONFIG);
    for question in ["check", "status"] {
        house.gongbao(&format!("{question} --config gongbao.toml")).success();
    }
    assert!(!house.path("logs").exists() && !house.path("out").exists());
}

#[test]
fn status_tells_schedules_and_quarantine() {
    let house = House::with_samples();
    house.write("gongbao.toml", CONFIG);
    house.write("samples/empty.txt", "");
    house.gongbao("run --config gongbao.toml").code(3);
    let told = stdout(&house.gongbao("status --config gongbao.toml").success());
    assert!(told.contains("schedule    morning: next ") && told.contains(":30:00Z, last none yet\n"), "{told}");
    assert!(told.contains("quarantine  1 document\n            a/empty.txt: empty"), "{told}");
    assert!(told.contains("runs        1 partial of the last 1"), "{told}");
}

#[test]
fn status_fails_when_the_last_run_failed() {
    let house = House::with_samples();
    house.write("gongbao.toml", CONFIG);
    house.gongbao("run --config gongbao.toml").success();
    let ledger = rusqlite::Connection::open(house.path("out/ledger.sqlite")).unwrap();
    ledger.execute("UPDATE runs SET outcome = 'failed'", []).unwrap();
    let told = stdout(&house.gongbao("status --config gongbao.toml").code(1));
    assert!(told.contains("last run    failed at "), "{told}");
}
