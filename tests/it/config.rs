//! Configurations, right and wrong.

use crate::house::{House, stderr, stdout};

fn refused(text: &str, told: &str) {
    let house = House::new();
    house.write("etc/gongbao.toml", text);
    for command in ["check", "run"] {
        let done = house.gongbao(&format!("{command} --config etc/gongbao.toml")).code(78);
        assert!(stderr(&done).contains(told), "{command}: {}", stderr(&done));
    }
    assert!(!house.path("output").exists(), "the output was touched");
}

#[test]
fn wrong_settings_are_told_with_line_and_column() {
    refused("[output]\ndir = 'out'\nkeep = 3\n", "etc/gongbao.toml:3:1: unknown field `keep`");
    refused("[limits]\ndocument_mib = 'many'\n", "etc/gongbao.toml:2:16: invalid type");
    refused("[output]\nretain_snapshots = 0\n", "etc/gongbao.toml:2:20: at least one snapshot");
    refused("sources = 3\n", "etc/gongbao.toml:1:11: ");
}

#[test]
fn a_missing_configuration_is_a_configuration_error() {
    let house = House::new();
    let done = house.gongbao("run --config nowhere.toml").code(78);
    assert!(stderr(&done).contains("there is no configuration nowhere.toml; `gongbao init` writes one"), "{}", stderr(&done));
}

#[test]
fn wrong_word_lists_and_manifests_are_told_with_their_line() {
    let house = House::with_samples();
    house.write("gongbao.toml", "[output]\ndir='out'\n[[sources]]\nname='a'\npaths=['samples']\n");
    house.write("lexicon/unit.tsv", "written\tunit\tfactor\tfamily\n畚箕\tcount\tmany\tcount\n");
    for command in ["check", "run"] {
        let done = house.gongbao(&format!("{command} --config gongbao.toml")).code(78);
        assert!(stderr(&done).contains("lexicon: a word list is wrong: unit:2: the factor is no number"), "{}", stderr(&done));
    }
    std::fs::remove_file(house.path("lexicon/unit.tsv")).unwrap();
    house.write("samples/manifest.csv", "path,published\nwanzhou-q1-2024.md,soon\n");
    for command in ["check", "run"] {
        let done = house.gongbao(&format!("{command} --config gongbao.toml")).code(78);
        let told = stdout(&done) + &stderr(&done);
        assert!(told.contains("samples/manifest.csv:2: published: soon is no day"), "{told}");
    }
}

#[test]
fn the_sample_configuration_runs_on_the_samples() {
    let house = House::new();
    let config = crate::house::samples().join("../../../config/gongbao.toml");
    let run = |house: &House| {
        let mut command = house.command("run --config");
        command.arg(&config).env("GONGBAO__OUTPUT__DIR", house.path("out")).assert().success()
    };
    assert!(stdout(&run(&house)).contains("5 seen: 5 read"));
    assert!(stdout(&run(&house)).contains("nothing changed"));
    assert!(house.rows("documents").iter().all(|row| row["source"] == "samples"));
}

#[test]
fn the_command_line_is_checked() {
    let house = House::new();
    for line in ["", "dance", "extract --out out", "extract missing --out out", "show nothing --out out", "explain missing", "run -q -v"] {
        house.gongbao(line).code(2);
    }
    house.gongbao("--help").success();
    house.gongbao("--version").success();
}

#[test]
fn logs_are_json_where_a_script_wants_them() {
    let house = House::with_samples();
    house.write("in/empty.txt", "");
    let done = house.gongbao("--log-format json extract in samples --out out").code(3);
    let told = stderr(&done);
    let lines: Vec<serde_json::Value> = told.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let quarantined = lines.iter().find(|line| line["message"] == "quarantined").unwrap();
    assert_eq!(quarantined["span"]["document.path"], "empty.txt");
    assert!(quarantined["error"].as_str().unwrap().starts_with("empty"));
}
