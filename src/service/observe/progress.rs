//! A bar for each stage, on a terminal only.

use indicatif::{MultiProgress, ProgressBar, ProgressDrawTarget, ProgressStyle};
use std::io::IsTerminal;
use std::sync::OnceLock;

/// The bars of this process: log lines must step around them.
static BARS: OnceLock<MultiProgress> = OnceLock::new();

/// Whether bars are shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Progress {
    /// On a terminal.
    Shown,
    /// Never.
    Hidden,
}

impl Progress {
    /// Shown when standard error is a terminal and nobody asked for quiet.
    #[must_use]
    pub fn for_terminal(quiet: bool) -> Self {
        if !quiet && std::io::stderr().is_terminal() { Self::Shown } else { Self::Hidden }
    }

    /// A bar over `length` documents.
    pub(crate) fn bar(self, stage: &'static str, length: usize) -> ProgressBar {
        if self == Self::Hidden {
            return ProgressBar::hidden();
        }
        let bars = BARS.get_or_init(|| MultiProgress::with_draw_target(ProgressDrawTarget::stderr()));
        let bar = bars.add(ProgressBar::new(u64::try_from(length).unwrap_or(u64::MAX)));
        if let Ok(style) = ProgressStyle::with_template("{msg:8} {bar:30} {pos}/{len}  {per_sec}  {eta}") {
            bar.set_style(style);
        }
        bar.set_message(stage);
        bar
    }
}

/// Does something while no bar is drawn.
pub(super) fn beside_bars<T>(write: impl FnOnce() -> T) -> T {
    match BARS.get() {
        Some(bars) => bars.suspend(write),
        None => write(),
    }
}
