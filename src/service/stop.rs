//! How a run is asked to end: the first time it finishes the documents in hand, the second time the program ends at once.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

/// A request to finish, shared by those who ask and the run that looks.
#[derive(Debug, Clone, Default)]
pub struct Stop {
    asked: Arc<AtomicBool>,
    file: Option<PathBuf>,
}

/// File in the output folder by which another process asks the run there to finish.
const REQUEST: &str = ".finish";

impl Stop {
    /// The same request, which now is also heard from other processes.
    #[must_use]
    pub fn heard_at(&self, output: &Path) -> Self {
        Self { asked: Arc::clone(&self.asked), file: Some(output.join(REQUEST)) }
    }

    /// Asks the run to finish the documents in hand.
    pub fn ask(&self) {
        self.asked.store(true, Ordering::SeqCst);
    }

    /// Whether no further document is to be begun.
    #[must_use]
    pub fn is_asked(&self) -> bool {
        let is_asked = || self.asked.load(Ordering::SeqCst);
        if !is_asked() && self.file.as_deref().is_some_and(Path::exists) {
            self.ask();
        }
        is_asked()
    }

    /// Forgets what other processes asked of a run before this one. The caller holds the run's lock.
    ///
    /// - Errors: the file cannot be removed.
    pub fn begin(&self) -> std::io::Result<()> {
        match self.file.as_deref().map(std::fs::remove_file) {
            Some(Err(error)) if error.kind() != std::io::ErrorKind::NotFound => Err(error),
            _ => Ok(()),
        }
    }

    /// Asks the run that holds the lock of an output folder, in whichever process, to finish.
    ///
    /// - Errors: the folder is not writable.
    pub fn ask_at(output: &Path) -> std::io::Result<()> {
        std::fs::write(output.join(REQUEST), [])
    }
}

/// Asks the run to finish at the first SIGTERM or SIGINT, and ends the program at the second.
///
/// - Errors: the signals cannot be listened to.
pub fn on_signals(stop: &Stop) -> std::io::Result<()> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let stop = stop.clone();
    let thread = std::thread::Builder::new().name(String::from("signals"));
    thread.spawn(move || {
        let heard = runtime.block_on(async {
            let mut signals = Signals::new()?;
            signals.next().await;
            tracing::warn!("asked to stop: the documents in hand are finished, the others wait for the next run");
            stop.ask();
            signals.next().await;
            Ok::<_, std::io::Error>(())
        });
        if heard.is_ok() {
            end_at_once();
        }
    })?;
    Ok(())
}

/// Ends the program at once: what is staged is cleared away by the next run.
pub fn end_at_once() -> ! {
    std::process::exit(130)
}

/// SIGTERM and SIGINT.
pub struct Signals {
    terminate: tokio::signal::unix::Signal,
    interrupt: tokio::signal::unix::Signal,
}

impl Signals {
    /// Begins to listen; needs a running tokio runtime.
    ///
    /// - Errors: the signals cannot be listened to.
    pub fn new() -> std::io::Result<Self> {
        use tokio::signal::unix::{SignalKind, signal};
        Ok(Self { terminate: signal(SignalKind::terminate())?, interrupt: signal(SignalKind::interrupt())? })
    }

    /// Waits for either of them.
    pub async fn next(&mut self) {
        tokio::select! {
            _ = self.terminate.recv() => {}
            _ = self.interrupt.recv() => {}
        }
    }
}
