//! What an operator installs: units, image, alerts and dashboard fit the program as it is.

use gongbao::observe::metrics;
use std::path::{Path, PathBuf};
use std::process::Command;

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

fn read(path: &str) -> String {
    std::fs::read_to_string(root().join(path)).unwrap_or_else(|error| panic!("{path}: {error}"))
}

/// Copies of the units that start the program that was built, as whoever runs the tests.
fn units() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    for name in ["gongbao.service", "gongbao-run.service", "gongbao-run.timer"] {
        let unit = read(&format!("deploy/{name}")).replace("/usr/local/bin/gongbao", env!("CARGO_BIN_EXE_gongbao"));
        let lines = unit.lines().filter(|line| !line.starts_with("Documentation="));
        std::fs::write(folder.path().join(name), lines.map(|line| format!("{line}\n")).collect::<String>()).unwrap();
    }
    folder
}

fn systemd_analyze(arguments: &[&str], folder: &Path, unit: &str) -> Option<std::process::Output> {
    match Command::new("systemd-analyze").args(arguments).arg(folder.join(unit)).output() {
        Ok(done) => Some(done),
        Err(error) => {
            eprintln!("left out: systemd-analyze cannot be started: {error}");
            None
        }
    }
}

#[test]
fn systemd_finds_nothing_wrong_with_the_units() {
    let folder = units();
    for unit in ["gongbao.service", "gongbao-run.service", "gongbao-run.timer"] {
        let Some(done) = systemd_analyze(&["verify", "--man=no"], folder.path(), unit) else { return };
        assert_eq!(String::from_utf8_lossy(&done.stderr), "", "{unit}");
        assert!(done.status.success(), "{unit}");
    }
}

#[test]
fn the_units_expose_little() {
    let folder = units();
    for unit in ["gongbao.service", "gongbao-run.service"] {
        // The threshold is in tenths: an exposure above 2.0 fails.
        let Some(done) = systemd_analyze(&["security", "--offline=true", "--threshold=20", "--no-pager"], folder.path(), unit) else { return };
        assert!(done.status.success(), "{unit}\n{}{}", String::from_utf8_lossy(&done.stdout), String::from_utf8_lossy(&done.stderr));
    }
}

#[test]
fn the_units_know_the_exit_codes() {
    use gongbao::exit::Exit;
    let (quarantined, locked, wrong) = (Exit::Quarantined.code(), Exit::Locked.code(), Exit::Configuration.code());
    assert!(read("deploy/gongbao-run.service").contains(&format!("\nSuccessExitStatus={quarantined} {locked}\n")));
    assert!(read("deploy/gongbao.service").contains(&format!("\nRestartPreventExitStatus={wrong}\n")));
    let operations = read("docs/operations.md");
    for exit in [Exit::Ok, Exit::Failed, Exit::Usage, Exit::Quarantined, Exit::Locked, Exit::Configuration] {
        assert!(operations.contains(&format!("\n| {} | ", exit.code())), "{exit:?}");
    }
}

/// Names of metrics in a text, without what a histogram appends.
fn metrics_in(text: &str) -> Vec<String> {
    let words = text.split(|character: char| !character.is_ascii_alphanumeric() && character != '_');
    let names = words.filter(|word| word.starts_with("gongbao_"));
    names.map(|name| ["_bucket", "_sum", "_count"].iter().find_map(|end| name.strip_suffix(end)).unwrap_or(name).to_owned()).collect()
}

#[test]
fn alerts_and_dashboard_ask_for_metrics_that_are_there() {
    let text = metrics::render(&metrics::Facts::default());
    for path in ["docs/alerts.yml", "docs/grafana.json"] {
        let asked = metrics_in(&read(path));
        assert!(asked.len() >= 5, "{path}: {asked:?}");
        for name in asked {
            assert!(text.contains(&format!("# TYPE {name} ")), "{path} asks for {name}");
        }
    }
    let dashboard: serde_json::Value = serde_json::from_str(&read("docs/grafana.json")).unwrap();
    assert!(dashboard["panels"].as_array().unwrap().len() > 5);
}

#[test]
fn the_image_is_made_from_what_is_there_and_runs_as_nobody_special() {
    let file = read("deploy/Containerfile");
    let mut copied = 0;
    for line in file.lines().filter(|line| line.starts_with("COPY ") && !line.contains("--from=")) {
        let words: Vec<&str> = line.split_whitespace().skip(1).collect();
        for source in words.split_last().unwrap().1 {
            assert!(root().join(source).exists(), "{line}");
            copied += 1;
        }
    }
    assert!(copied >= 5);
    let toolchain = read("rust-toolchain.toml");
    let version = toolchain.lines().find_map(|line| line.strip_prefix("channel = \"")?.strip_suffix('"')).unwrap();
    let minor: Vec<&str> = version.split('.').take(2).collect();
    assert!(file.contains(&format!("/rust:{}-", minor.join("."))), "the toolchain is {version}");
    assert!(file.contains("\nUSER 10001:10001\n"));
}
