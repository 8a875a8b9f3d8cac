//! Who asks one host: so many at a time, so long after each other, and nobody any more once it failed again and again.

use super::FetchError;
use crate::config::FetchFile;
use std::cell::{Cell, RefCell};
use std::collections::HashMap;
use std::rc::Rc;
use std::time::Duration;
use tokio::sync::{Semaphore, SemaphorePermit};
use tokio::time::{Instant, sleep_until};

/// So many failures in a row, and a host is left alone.
const IN_VAIN: u32 = 5;
/// How often who waits looks whether the run is asked to end.
const LOOK: Duration = Duration::from_millis(200);

/// The gate before one host.
pub(super) struct Host {
    name: String,
    places: Semaphore,
    next: Cell<Instant>,
    wait: Cell<Duration>,
    in_vain: Cell<u32>,
    is_silent: Cell<bool>,
}

/// The gates before all hosts, for the tasks of one thread.
pub(super) struct Gate<'a> {
    hosts: RefCell<HashMap<String, Rc<Host>>>,
    places: usize,
    wait: Duration,
    is_stopped: &'a dyn Fn() -> bool,
}

impl<'a> Gate<'a> {
    pub(super) fn new(settings: &FetchFile, is_stopped: &'a dyn Fn() -> bool) -> Self {
        let places = usize::try_from(settings.host_at_once).unwrap_or(1).clamp(1, Semaphore::MAX_PERMITS);
        Self { hosts: RefCell::default(), places, wait: Duration::from_millis(u64::from(settings.host_wait_ms)), is_stopped }
    }

    /// Waits for a place before a host, and for its time.
    ///
    /// - Errors: `HostDown`, `Silence`, `Stopped`.
    pub(super) async fn enter<'h>(&self, host: &'h Host) -> Result<SemaphorePermit<'h>, FetchError> {
        let down = || FetchError::HostDown { host: host.name.clone(), times: IN_VAIN };
        let place = host.places.acquire().await.map_err(|_| down())?;
        if host.in_vain.get() >= IN_VAIN {
            return Err(down());
        }
        if host.is_silent.get() {
            return Err(FetchError::Silence { host: host.name.clone() });
        }
        let begin = host.next.get().max(Instant::now());
        host.next.set(begin + host.wait.get());
        self.rest_until(begin).await?;
        Ok(place)
    }

    /// Waits unless the run is asked to end.
    ///
    /// - Errors: `Stopped`.
    pub(super) async fn rest_until(&self, end: Instant) -> Result<(), FetchError> {
        while !(self.is_stopped)() {
            let now = Instant::now();
            if now >= end {
                return Ok(());
            }
            sleep_until(end.min(now + LOOK)).await;
        }
        Err(FetchError::Stopped)
    }

    /// The gate before a host.
    pub(super) fn host(&self, name: &str) -> Rc<Host> {
        let new = || {
            let host = Host {
                name: name.to_owned(),
                places: Semaphore::new(self.places),
                next: Cell::new(Instant::now()),
                wait: Cell::new(self.wait),
                in_vain: Cell::new(0),
                is_silent: Cell::new(false),
            };
            Rc::new(host)
        };
        Rc::clone(self.hosts.borrow_mut().entry(name.to_owned()).or_insert_with(new))
    }
}

impl Host {
    /// Waits at least so long from now on.
    pub(super) fn slow_down(&self, wait: Duration) {
        self.wait.set(self.wait.get().max(wait));
    }

    /// Asks nobody here for so long.
    pub(super) fn rest(&self, silence: Duration) {
        self.next.set(self.next.get().max(Instant::now() + silence));
    }

    /// Asks nobody here any more.
    pub(super) fn close(&self) {
        self.is_silent.set(true);
    }

    /// Remembers how a request went, with all its repetitions.
    pub(super) fn ended(&self, is_in_vain: bool) {
        self.in_vain.set(if is_in_vain { self.in_vain.get().saturating_add(1) } else { 0 });
    }
}
