//! The service: looks every second which ticks are due, and does their runs one after the other.
//!
//! The scheduler crate only wakes us; what is due is asked of the ledger, so that its half-second polling, its memory in the process
//! alone and its fixed offsets do no harm. It also stays silent after the clock went back; a second waker by the monotonic clock
//! does not. All runs of one service happen one at a time, in the order in which they were asked for.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use chrono::Utc;
use gongbao_core::lexicon::Lexicon;
use tokio_cron_scheduler::{Job, JobScheduler, JobSchedulerError};

use super::service::Service;
use super::watch;
use crate::config::Config;
use crate::ledger::{Ledger, LedgerError};
use crate::observe::{fields, http};
use crate::pipeline::{self, RunError};
use crate::write;

/// How often the ledger is asked, should the scheduler be silent.
const LOOK: Duration = Duration::from_secs(5);

/// What a service works with; read anew at SIGHUP.
#[derive(Debug)]
pub struct Loaded {
    /// The configuration.
    pub config: Config,
    /// The word lists, with the operator's additions.
    pub lexicon: Lexicon,
}

/// Reads configuration and word lists anew, or tells why that is refused.
pub type Load = Box<dyn Fn() -> Result<Loaded, String> + Send + Sync>;

/// Why a service cannot begin, or ended.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ServeError {
    /// There is nothing to wait for.
    #[error("the configuration has no [[schedules]]: there is nothing to serve")]
    NoSchedules,
    /// Another service serves this output.
    #[error("another service serves {}", output.display())]
    Served {
        /// The folder of the tables.
        output: PathBuf,
    },
    /// The ledger cannot be used.
    #[error("cannot use the ledger")]
    Ledger(#[from] LedgerError),
    /// The folder of the tables cannot be used.
    #[error("cannot use the folder of the tables")]
    Write(#[from] write::WriteError),
    /// The ledger cannot be made to agree with the tables.
    #[error("cannot begin")]
    Begin(#[from] RunError),
    /// The scheduler cannot begin.
    #[error("cannot start the scheduler")]
    Scheduler(#[from] JobSchedulerError),
    /// The address cannot be listened at.
    #[error("cannot listen at {address}")]
    Listen {
        /// The address.
        address: std::net::SocketAddr,
        /// Why not.
        source: std::io::Error,
    },
    /// A file, signal or thread cannot be used.
    #[error("cannot {action}")]
    Io {
        /// What was tried.
        action: &'static str,
        /// Why not.
        source: std::io::Error,
    },
}

/// Serves the schedules of a configuration until it is asked to stop.
///
/// - Shape: how the configuration is read, now and at SIGHUP; nothing out, after the first SIGTERM or SIGINT and the documents then
///   in hand. The second ends the program at once.
/// - Errors: the configuration is refused at the start, another service serves the output, or ledger, folders or signals cannot be used.
pub fn serve(loaded: Loaded, load: Load) -> Result<(), ServeError> {
    if loaded.config.schedules.is_empty() {
        return Err(ServeError::NoSchedules);
    }
    let output = loaded.config.output.clone();
    std::fs::create_dir_all(&output).map_err(io("make the folder of the tables"))?;
    let _served = sole(&output)?;
    let lock = write::lock(&output)?;
    let mut ledger = if lock.is_some() { pipeline::open_ledger(&output)? } else { Ledger::open(&output)? };
    // Only where no run is under way anywhere is a claimed tick a dead process's.
    if lock.is_some() {
        for schedule in &loaded.config.schedules {
            let released = ledger.release(&schedule.name, None)?;
            if released > 0 {
                tracing::warn!({ fields::SCHEDULE } = %schedule.name, ticks = released, "ticks of a process that died count as missed");
            }
        }
    }
    drop(lock);
    // New schedules begin now, not at the first look.
    for schedule in &loaded.config.schedules {
        ledger.past(&schedule.name, &schedule.definition, Utc::now())?;
    }
    let service = Arc::new(Service::new(loaded, load, ledger));
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().map_err(io("start the runtime"))?;
    runtime.block_on(attend(service))
}

/// One service for each output: a second would only double its runs.
fn sole(output: &Path) -> Result<std::fs::File, ServeError> {
    let path = output.join(".serve");
    let file = std::fs::File::options().create(true).truncate(false).write(true).open(path).map_err(io("open the service's lock"))?;
    match file.try_lock() {
        Ok(()) => Ok(file),
        Err(std::fs::TryLockError::WouldBlock) => Err(ServeError::Served { output: output.to_owned() }),
        Err(std::fs::TryLockError::Error(source)) => Err(ServeError::Io { action: "lock the service's lock", source }),
    }
}

async fn attend(service: Arc<Service>) -> Result<(), ServeError> {
    let listen = service.loaded().config.listen;
    let port = match listen {
        Some(address) => Some(tokio::net::TcpListener::bind(address).await.map_err(|source| ServeError::Listen { address, source })?),
        None => None,
    };
    let (closing, closed) = tokio::sync::oneshot::channel::<()>();
    let answering = port.map(|port| {
        let until = async { drop(closed.await) };
        tokio::spawn(http::serve(port, service.answers(), http::Limits::default(), until))
    });
    let mut signals = crate::stop::Signals::new().map_err(io("listen to signals"))?;
    let mut hangup = tokio::signal::unix::signal(tokio::signal::unix::SignalKind::hangup()).map_err(io("listen to signals"))?;
    let mut scheduler = JobScheduler::new().await?;
    let waker = Arc::clone(&service);
    let every_second = Job::new_async("* * * * * *", move |_, _| {
        let waker = Arc::clone(&waker);
        Box::pin(async move { waker.look().await })
    })?;
    scheduler.add(every_second).await?;
    scheduler.start().await?;
    let runner = tokio::spawn(Arc::clone(&service).work());
    let mut watcher = Some(watch::Watcher::of(&service));
    let mut by_monotonic_clock = tokio::time::interval(LOOK);
    by_monotonic_clock.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    tracing::info!(schedules = service.loaded().config.schedules.len(), "serving");
    tell(&[sd_notify::NotifyState::Ready, sd_notify::NotifyState::Status(&service.status(Utc::now()))]);
    loop {
        tokio::select! {
            () = signals.next() => break,
            _ = hangup.recv() => {
                service.reload();
                drop(watcher.take());
                watcher = Some(watch::Watcher::of(&service));
            }
            _ = by_monotonic_clock.tick() => {
                service.look().await;
                if service.is_well() {
                    tell(&[sd_notify::NotifyState::Watchdog, sd_notify::NotifyState::Status(&service.status(Utc::now()))]);
                }
            }
        }
    }
    drop(watcher);
    tracing::info!("asked to stop: the documents in hand are finished; once more ends at once");
    tell(&[sd_notify::NotifyState::Stopping]);
    service.finish();
    tokio::select! {
        _ = runner => {}
        () = signals.next() => crate::stop::end_at_once(),
    }
    scheduler.shutdown().await?;
    drop(closing);
    if let Some(answering) = answering
        && let Err(error) = answering.await
    {
        tracing::warn!({ fields::ERROR } = %error, "the port was not closed in order");
    }
    service.give_back()?;
    tracing::info!("stopped");
    Ok(())
}

/// Tells systemd, where it asked to be told.
fn tell(states: &[sd_notify::NotifyState<'_>]) {
    if let Err(error) = sd_notify::notify(states) {
        tracing::debug!({ fields::ERROR } = %error, "systemd cannot be told");
    }
}

fn io(action: &'static str) -> impl FnOnce(std::io::Error) -> ServeError {
    move |source| ServeError::Io { action, source }
}
