//! `tests/cmd/*.txt`: command lines and what they print.
//!
//! A line `$ gongbao …` is run in a folder with the sample documents and `samples.toml`, a configuration over them (`bad.toml`: over files that cannot be read); the lines below it are its standard output, `[..]` standing for
//! anything and a line `...` for any lines. `? 3` is the exit code that is expected (0 unless told), `2> text` is text that standard error must hold, `#` starts a remark.

use crate::house::{House, stderr, stdout};
use std::path::Path;

/// A configuration over the sample documents, beside them.
const SAMPLES: &str = "[output]\ndir = 'out'\n[[sources]]\nname = 'samples'\npaths = ['samples']\n";

#[derive(Default)]
struct Step {
    command: String,
    printed: Vec<String>,
    errors: Vec<String>,
    code: i32,
}

#[test]
fn command_lines_print_what_they_should() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/cmd");
    let mut files: Vec<_> = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.sort();
    assert!(!files.is_empty());
    for file in files {
        let house = House::with_samples();
        house.write("samples.toml", SAMPLES);
        house.write("bad.toml", SAMPLES.replace("samples", "bad"));
        house.write("bad/cut.pdf", b"%PDF-1.7\n1 0 obj\n");
        house.write("bad/noise.txt", b"d\xe9j\xe0 vu, caf\xe9 \xe0 la cr\xe8me");
        for step in steps(&std::fs::read_to_string(&file).unwrap()) {
            let name = format!("{}: {}", file.file_name().unwrap().to_string_lossy(), step.command);
            let done = house.gongbao(&step.command);
            assert_eq!(done.get_output().status.code(), Some(step.code), "{name}\n{}", stderr(&done));
            let printed = stdout(&done);
            let lines: Vec<&str> = printed.lines().collect();
            let fits = all_match(&step.printed, &lines);
            assert!(fits, "{name}\nwanted:\n{}\nprinted:\n{printed}", step.printed.join("\n"));
            for wanted in &step.errors {
                assert!(stderr(&done).lines().any(|line| matches(&format!("[..]{wanted}[..]"), line)), "{name}: {wanted}\n{}", stderr(&done));
            }
        }
    }
}

fn steps(text: &str) -> Vec<Step> {
    let mut steps: Vec<Step> = Vec::new();
    for line in text.lines() {
        if let Some(command) = line.strip_prefix("$ gongbao") {
            steps.push(Step { command: command.trim().to_owned(), ..Step::default() });
            continue;
        }
        let Some(step) = steps.last_mut() else { continue };
        if let Some(code) = line.strip_prefix("? ") {
            step.code = code.parse().unwrap();
        } else if let Some(error) = line.strip_prefix("2> ") {
            step.errors.push(error.to_owned());
        } else if !line.starts_with('#') {
            step.printed.push(line.to_owned());
        }
    }
    // The blank line before the next command is for the reader.
    for step in &mut steps {
        while step.printed.last().is_some_and(String::is_empty) {
            step.printed.pop();
        }
    }
    steps
}

/// True when the lines are the wanted ones, `...` standing for any number of lines.
fn all_match(wanted: &[String], lines: &[&str]) -> bool {
    match (wanted.split_first(), lines.split_first()) {
        (None, None) => true,
        (Some((any, rest)), _) if any == "..." => (0..=lines.len()).any(|skipped| all_match(rest, lines.get(skipped..).unwrap_or_default())),
        (Some((first, rest)), Some((line, left))) => matches(first, line) && all_match(rest, left),
        _ => false,
    }
}

/// True when the line is the wanted one, `[..]` standing for anything.
fn matches(wanted: &str, line: &str) -> bool {
    let parts: Vec<&str> = wanted.split("[..]").collect();
    let Some((first, rest)) = parts.split_first() else { return false };
    let Some(mut left) = line.strip_prefix(first) else { return false };
    let Some((last, middle)) = rest.split_last() else { return left.is_empty() };
    for part in middle {
        let Some((_, after)) = left.split_once(part) else { return false };
        left = after;
    }
    left.ends_with(last)
}
