//! Logs: sentences for people, or one JSON object a line, on standard error; and JSON in files where an operator wants them.

use crate::config::{LogFormat, LogLevel, LogRotation};
use crate::observe::{progress, traces};
use std::io::{self, IsTerminal, Write};
use std::path::{Path, PathBuf};
use tracing_appender::non_blocking::{NonBlocking, NonBlockingBuilder, WorkerGuard};
use tracing_appender::rolling::{RollingFileAppender, Rotation};
use tracing_subscriber::fmt::MakeWriter;
use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::util::SubscriberInitExt;
use tracing_subscriber::{EnvFilter, Layer, fmt};

/// How logs look and how many there are.
#[derive(Debug, Clone, Default)]
pub struct LogSettings {
    /// For whom.
    pub format: LogFormat,
    /// How much.
    pub level: LogLevel,
    /// Where files are written, too.
    pub files: Option<LogFiles>,
}

/// Files of logs: `gongbao.2026-11-25.jsonl`, one JSON object a line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LogFiles {
    /// Their folder, made when missing.
    pub folder: PathBuf,
    /// When a new one begins.
    pub rotation: LogRotation,
    /// So many stay at most, but never fewer than two: the one that is written and the one before.
    pub keep: usize,
}

/// Keeps logs going; what is not written yet is written when it is dropped.
#[derive(Debug, Default)]
pub struct LogGuard {
    // Dropped first: what it tells of the last spans reaches the files.
    _traces: Option<traces::TraceGuard>,
    _files: Option<WorkerGuard>,
}

/// Starts logging, once in a program's life. Panics become log lines.
///
/// Files that cannot be written are told on standard error, and keep nobody from his work.
#[must_use = "the last lines are written when the guard is dropped"]
pub fn start(settings: &LogSettings) -> LogGuard {
    let (files, failure) = match settings.files.as_ref().map(open) {
        Some(Ok(files)) => (Some(files), None),
        Some(Err(error)) => (None, Some(error)),
        None => (None, None),
    };
    let (writer, guard) = files.unzip();
    let terminal = fmt::layer().with_writer(BesideBars).with_target(false);
    let terminal = match settings.format {
        LogFormat::Human => terminal.with_ansi(io::stderr().is_terminal()).compact().boxed(),
        LogFormat::Json => terminal.json().flatten_event(true).boxed(),
    };
    let files = writer.map(|writer| fmt::layer().with_writer(writer).with_ansi(false).json().flatten_event(true));
    let collector = traces::named_by(traces::variable);
    let (traces, untraced) = match collector.map(|_| traces::layer()) {
        Some(Ok(traces)) => (Some(traces), None),
        Some(Err(error)) => (None, Some(error)),
        None => (None, None),
    };
    let (traces, trace_guard) = traces.unzip();
    // Fails only where a program has set up its own logging before, which then stays.
    let registry = tracing_subscriber::registry().with(filter(settings.level)).with(terminal).with(files).with(traces);
    let _already_started = registry.try_init();
    std::panic::set_hook(Box::new(|panic| {
        let place = panic.location().map(ToString::to_string).unwrap_or_default();
        let words = panic.payload_as_str().unwrap_or("no words");
        tracing::error!({ super::fields::ERROR } = words, "panicked at {place}");
    }));
    if let Some(error) = failure {
        tracing::error!({ super::fields::ERROR } = %error, "no log files are written");
    }
    if let (Some(variable), Some(error)) = (collector, untraced) {
        tracing::warn!({ super::fields::ERROR } = %error, "{variable} names a collector, but no traces are sent");
    }
    LogGuard { _traces: trace_guard, _files: guard }
}

/// Of other packages only warnings: the scheduler's tells of every tick.
fn filter(level: LogLevel) -> EnvFilter {
    let level = match level {
        LogLevel::Error => "error",
        LogLevel::Warn => "warn",
        LogLevel::Info => "info",
        LogLevel::Debug => "debug",
        LogLevel::Trace => "trace",
    };
    EnvFilter::new(format!("warn,gongbao={level}"))
}

/// Opens the file of this day or hour, and removes what is beyond the last few. Lines are written by a thread of their own, and none is left out.
fn open(files: &LogFiles) -> Result<(NonBlocking, WorkerGuard), String> {
    let failed = |error: &dyn std::fmt::Display| format!("{}: {error}", files.folder.display());
    std::fs::create_dir_all(&files.folder).map_err(|error| failed(&error))?;
    let appender = roll(&files.folder, files.rotation, files.keep).map_err(|error| failed(&super::chain(&error)))?;
    Ok(NonBlockingBuilder::default().lossy(false).thread_name("logs").finish(appender))
}

fn roll(folder: &Path, rotation: LogRotation, keep: usize) -> Result<RollingFileAppender, tracing_appender::rolling::InitError> {
    let rotation = match rotation {
        LogRotation::Hourly => Rotation::HOURLY,
        LogRotation::Daily => Rotation::DAILY,
    };
    let builder = RollingFileAppender::builder().rotation(rotation).filename_prefix("gongbao").filename_suffix("jsonl");
    builder.max_log_files(keep.max(2)).build(folder)
}

/// Standard error; a bar steps aside while a line is written.
#[derive(Debug, Clone, Copy)]
struct BesideBars;

impl MakeWriter<'_> for BesideBars {
    type Writer = Self;

    fn make_writer(&self) -> Self::Writer {
        *self
    }
}

impl Write for BesideBars {
    fn write(&mut self, line: &[u8]) -> io::Result<usize> {
        progress::beside_bars(|| io::stderr().write(line))
    }

    fn flush(&mut self) -> io::Result<()> {
        io::stderr().flush()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn other_packages_are_heard_when_they_warn() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("log");
        let file = std::fs::File::create(&path).unwrap();
        let logs = tracing_subscriber::registry().with(filter(LogLevel::Trace)).with(fmt::layer().with_writer(file));
        tracing::subscriber::with_default(logs, || {
            tracing::info!(target: "tokio_cron_scheduler", "a tick");
            tracing::warn!(target: "tokio_cron_scheduler", "a tick is late");
            tracing::trace!(target: "gongbao::pipeline", "a detail");
        });
        let told = std::fs::read_to_string(path).unwrap();
        assert!(!told.contains("a tick\n") && told.contains("a tick is late") && told.contains("a detail"), "{told}");
    }
}
