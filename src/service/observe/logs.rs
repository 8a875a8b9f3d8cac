//! Logs: sentences for people, or one JSON object a line; always on standard error.

use crate::config::{LogFormat, LogLevel};
use crate::observe::progress;
use std::io::{self, IsTerminal, Write};
use tracing_subscriber::EnvFilter;
use tracing_subscriber::fmt::MakeWriter;

/// How logs look and how many there are.
#[derive(Debug, Clone, Copy, Default)]
pub struct LogSettings {
    /// For whom.
    pub format: LogFormat,
    /// How much.
    pub level: LogLevel,
}

/// Starts logging, once in a program's life. Panics become log lines.
pub fn start(settings: LogSettings) {
    let level = match settings.level {
        LogLevel::Error => "error",
        LogLevel::Warn => "warn",
        LogLevel::Info => "info",
        LogLevel::Debug => "debug",
        LogLevel::Trace => "trace",
    };
    let filter = EnvFilter::new(format!("warn,gongbao={level}"));
    let builder = tracing_subscriber::fmt().with_env_filter(filter).with_writer(BesideBars).with_target(false);
    // Fails only where a program has set up its own logging before, which then stays.
    let _already_started = match settings.format {
        LogFormat::Human => builder.with_ansi(io::stderr().is_terminal()).compact().try_init(),
        LogFormat::Json => builder.json().flatten_event(true).with_span_list(false).try_init(),
    };
    std::panic::set_hook(Box::new(|panic| {
        let place = panic.location().map(ToString::to_string).unwrap_or_default();
        let words = panic.payload_as_str().unwrap_or("no words");
        tracing::error!({ super::fields::ERROR } = words, "panicked at {place}");
    }));
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
