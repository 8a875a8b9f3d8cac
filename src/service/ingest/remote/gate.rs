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

/// The gate before one host.
pub(super) struct Host {
    name: String,
    places: Semaphore,
    next: Cell<Instant>,
    wait: Cell<Duration>,
    in_vain: Cell<u32>,
}

/// The gates before all hosts, for the tasks of one thread.
pub(super) struct Gate {
    hosts: RefCell<HashMap<String, Rc<Host>>>,
    places: usize,
    wait: Duration,
}

impl Gate {
    pub(super) fn new(settings: &FetchFile) -> Self {
        let places = usize::try_from(settings.host_at_once).unwrap_or(1).clamp(1, Semaphore::MAX_PERMITS);
        Self { hosts: RefCell::default(), places, wait: Duration::from_millis(u64::from(settings.host_wait_ms)) }
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
            };
            Rc::new(host)
        };
        Rc::clone(self.hosts.borrow_mut().entry(name.to_owned()).or_insert_with(new))
    }
}

impl Host {
    /// Waits for a place, and for its time.
    ///
    /// - Errors: `HostDown`.
    pub(super) async fn enter(&self) -> Result<SemaphorePermit<'_>, FetchError> {
        let down = || FetchError::HostDown { host: self.name.clone(), times: IN_VAIN };
        let place = self.places.acquire().await.map_err(|_| down())?;
        if self.in_vain.get() >= IN_VAIN {
            return Err(down());
        }
        let begin = self.next.get().max(Instant::now());
        self.next.set(begin + self.wait.get());
        sleep_until(begin).await;
        Ok(place)
    }

    /// Waits at least so long from now on.
    pub(super) fn slow_down(&self, wait: Duration) {
        self.wait.set(self.wait.get().max(wait));
    }

    /// Remembers how a request went, with all its repetitions.
    pub(super) fn ended(&self, is_in_vain: bool) {
        self.in_vain.set(if is_in_vain { self.in_vain.get().saturating_add(1) } else { 0 });
    }
}
