//! A folder of its own for each test, with the program and the sample documents at hand.

use assert_cmd::Command;
use assert_cmd::assert::Assert;
use serde_json::Value;
use std::path::{Path, PathBuf};

/// The sample documents of the repository.
pub(crate) fn samples() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/corpus/samples")
}

/// A folder in which the program runs.
pub(crate) struct House {
    folder: tempfile::TempDir,
}

impl House {
    pub(crate) fn new() -> Self {
        Self { folder: tempfile::tempdir().unwrap() }
    }

    /// A folder with a copy of the sample documents in `samples`.
    pub(crate) fn with_samples() -> Self {
        let house = Self::new();
        copy(&samples(), &house.path("samples"));
        house
    }

    pub(crate) fn path(&self, below: &str) -> PathBuf {
        self.folder.path().join(below)
    }

    pub(crate) fn write(&self, below: &str, content: impl AsRef<[u8]>) {
        let path = self.path(below);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, content).unwrap();
    }

    /// Runs the program on a command line; words are parted by blanks.
    pub(crate) fn gongbao(&self, line: &str) -> Assert {
        self.command(line).assert()
    }

    pub(crate) fn command(&self, line: &str) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_gongbao"));
        command.current_dir(self.folder.path()).args(line.split_whitespace()).env_remove("GONGBAO_CONFIG").env("COLUMNS", "120");
        // Traces of tests are of no interest to the machine's collector.
        for (name, _) in std::env::vars_os().filter(|(name, _)| name.to_string_lossy().starts_with("OTEL_")) {
            command.env_remove(name);
        }
        command
    }

    /// Starts the program on a command line; what it prints is lost.
    pub(crate) fn start(&self, line: &str) -> std::process::Child {
        let mut command = std::process::Command::new(env!("CARGO_BIN_EXE_gongbao"));
        command.current_dir(self.folder.path()).args(line.split_whitespace()).env_remove("GONGBAO_CONFIG");
        command.stdout(std::process::Stdio::null()).stderr(std::process::Stdio::null()).spawn().unwrap()
    }

    /// All rows of a table of `out`.
    pub(crate) fn rows(&self, table: &str) -> Vec<Value> {
        json_lines(&self.gongbao(&format!("show {table} --json --out out")).success())
    }

    /// Row of `documents` at a path.
    pub(crate) fn document(&self, path: &str) -> Value {
        let rows = self.rows("documents");
        rows.into_iter().find(|row| row["path"] == path).unwrap_or_else(|| panic!("no document {path}"))
    }

    pub(crate) fn snapshots(&self) -> Vec<String> {
        let entries = std::fs::read_dir(self.path("out/snapshots")).unwrap();
        let mut names: Vec<String> = entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
        names.sort();
        names
    }
}

pub(crate) fn stdout(done: &Assert) -> String {
    String::from_utf8(done.get_output().stdout.clone()).unwrap()
}

pub(crate) fn stderr(done: &Assert) -> String {
    String::from_utf8(done.get_output().stderr.clone()).unwrap()
}

pub(crate) fn json_lines(done: &Assert) -> Vec<Value> {
    stdout(done).lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

fn copy(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).unwrap();
    for entry in std::fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        let target = to.join(entry.file_name());
        if entry.file_type().unwrap().is_dir() {
            copy(&entry.path(), &target);
        } else {
            std::fs::copy(entry.path(), target).unwrap();
        }
    }
}
