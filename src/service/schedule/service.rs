//! What a running service has in hand: the orders in line, the run under way, and the ticks it answers for.

use std::collections::{BTreeSet, VecDeque};
use std::path::PathBuf;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, RwLock};
use std::time::Duration;

use chrono::{DateTime, Utc};
use gongbao_tables::Trigger;
use tokio::sync::Notify;

use super::{Load, Loaded, Schedule, ServeError, due};
use crate::config::Overlap;
use crate::ledger::{Ledger, LedgerError, Tick, TickState};
use crate::observe::metrics::{self, Facts};
use crate::observe::{Progress, Summary, chain, fields, http, textfile};
use crate::pipeline::{self, RunError, RunOptions};
use crate::stop::Stop;

/// How long a run waits before it tries again for the lock of another process.
const LOCKED: Duration = Duration::from_millis(500);
/// A service that has not looked for so long is not well.
const UNWELL: Duration = Duration::from_secs(60);
/// How often the line is looked at while an order waits for its jitter.
const PAUSE: Duration = Duration::from_millis(200);

/// A run that was asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Order {
    schedule: String,
    /// The tick that it is for; none where a change in a folder or a caller asked.
    tick: Option<DateTime<Utc>>,
    is_missed: bool,
    begins: DateTime<Utc>,
}

/// The run under way.
#[derive(Debug)]
struct Running {
    order: Order,
    stop: Stop,
}

/// What the service has in hand.
#[derive(Debug, Default)]
struct State {
    running: Option<Running>,
    waiting: VecDeque<Order>,
    looked: Option<std::time::Instant>,
    last_error: Option<String>,
}

/// A running service, shared by its tasks.
pub struct Service {
    loaded: RwLock<Arc<Loaded>>,
    load: Load,
    output: PathBuf,
    ledger: Mutex<Ledger>,
    state: Mutex<State>,
    /// Held from before a tick is claimed until its run is in line: then what is in line is all that was claimed.
    claiming: Mutex<()>,
    /// Rings when there is something to do.
    bell: Notify,
    /// Asked once no further run is to begin.
    stop: Stop,
}

impl Service {
    /// A service that has nothing in hand yet.
    pub(super) fn new(loaded: Loaded, load: Load, ledger: Ledger) -> Self {
        Self {
            output: loaded.config.output.clone(),
            loaded: RwLock::new(Arc::new(loaded)),
            load,
            ledger: Mutex::new(ledger),
            state: Mutex::default(),
            claiming: Mutex::default(),
            bell: Notify::new(),
            stop: Stop::default(),
        }
    }

    /// What the service works with now.
    #[must_use]
    pub fn loaded(&self) -> Arc<Loaded> {
        Arc::clone(&self.loaded.read().unwrap_or_else(PoisonError::into_inner))
    }

    /// Whether a run is under way.
    #[must_use]
    pub fn is_running(&self) -> bool {
        self.state().running.is_some()
    }

    /// Whether the service still looks at its clock.
    #[must_use]
    pub fn is_well(&self) -> bool {
        self.state().looked.is_none_or(|looked| looked.elapsed() < UNWELL)
    }

    /// Why the service cannot do its work for the moment, where it cannot.
    #[must_use]
    pub fn trouble(&self) -> Option<String> {
        self.state().last_error.clone()
    }

    /// Asks for a run of a schedule now, beside its ticks; not where one is waiting already.
    ///
    /// - Shape: a schedule's name in; whether there is one out.
    pub fn order(&self, schedule: &str) -> bool {
        let is_known = self.loaded().config.schedules.iter().any(|known| known.name == schedule);
        let mut state = self.state();
        let is_waiting = state.waiting.iter().any(|order| order.schedule == schedule && order.tick.is_none());
        if is_known && !is_waiting && !self.stop.is_asked() {
            state.waiting.push_back(Order { schedule: schedule.to_owned(), tick: None, is_missed: false, begins: Utc::now() });
            self.bell.notify_one();
        }
        is_known
    }

    /// What the service's port answers with.
    pub(super) fn answers(self: &Arc<Self>) -> http::Answers {
        let (live, ready, told, starts, shows) = (Arc::clone(self), Arc::clone(self), Arc::clone(self), Arc::clone(self), Arc::clone(self));
        http::Answers {
            live: Arc::new(move || live.is_well()),
            ready: Arc::new(move || ready.trouble().map_or(Ok(()), Err)),
            metrics: Arc::new(move || told.metrics(Utc::now()).map_err(|error| chain(&error))),
            start_run: Arc::new(move |schedule| match starts.order(schedule) {
                _ if starts.stop.is_asked() => Err(http::StartError::Refused(String::from("the service is about to end"))),
                true => Ok(()),
                false => Err(http::StartError::Unknown),
            }),
            token: Arc::new(move || shows.loaded().config.token.clone()),
        }
    }

    fn metrics(&self, now: DateTime<Utc>) -> Result<String, LedgerError> {
        let ledger = Ledger::open_readonly(&self.output)?;
        Ok(metrics::render(&Facts::gather(Some(&ledger), &self.loaded().config.schedules, self.is_running(), now)?))
    }

    /// One line for people: what is being done, and what comes next.
    #[must_use]
    pub fn status(&self, now: DateTime<Utc>) -> String {
        let loaded = self.loaded();
        let next = loaded.config.schedules.iter().filter_map(|schedule| Some((schedule.next(now)?, &schedule.name))).min();
        let next =
            next.map_or_else(|| String::from("no tick to come"), |(tick, name)| format!("next {name} at {}", tick.format("%Y-%m-%d %H:%M:%SZ")));
        match &self.state().running {
            Some(running) => format!("running {}; {next}", running.order.schedule),
            None => format!("waiting; {next}"),
        }
    }

    /// Looks which ticks are due, claims them, and puts their runs in line.
    pub(super) async fn look(self: &Arc<Self>) {
        let service = Arc::clone(self);
        let looked = tokio::task::spawn_blocking(move || service.claim_due(Utc::now())).await;
        let error = match looked {
            Ok(Ok(())) => None,
            Ok(Err(error)) => Some(chain(&error)),
            Err(panic) => Some(panic.to_string()),
        };
        let mut state = self.state();
        state.looked = Some(std::time::Instant::now());
        if let Some(error) = &error
            && state.last_error.as_ref() != Some(error)
        {
            tracing::error!({ fields::ERROR } = %error, "cannot tell which ticks are due");
        }
        state.last_error = error;
    }

    fn claim_due(&self, now: DateTime<Utc>) -> Result<(), LedgerError> {
        let _claiming = self.claiming.lock().unwrap_or_else(PoisonError::into_inner);
        if self.stop.is_asked() {
            return Ok(());
        }
        let loaded = self.loaded();
        for schedule in &loaded.config.schedules {
            let claimed = {
                let mut ledger = self.ledger();
                // A damaged ledger is put aside and written anew by whoever finds it: the open file is then of no use.
                if !ledger.is_in_place(&self.output) {
                    *ledger = Ledger::open(&self.output)?;
                }
                let past = ledger.past(&schedule.name, &schedule.definition, now)?;
                let (due, newest) = due::due(schedule, past, now);
                match newest {
                    Some(newest) if !due.is_empty() || past.last_due != Some(newest) => ledger.claim(&schedule.name, &due, newest, now)?,
                    _ => continue,
                }
            };
            let orders = claimed.into_iter().map(|due| Order {
                schedule: schedule.name.clone(),
                tick: Some(due.tick),
                is_missed: due.is_missed,
                begins: now + schedule.jitter(due.tick),
            });
            self.line_up(schedule, orders.collect())?;
        }
        Ok(())
    }

    /// Puts orders in line, as the schedule's policy for overlapping runs says.
    fn line_up(&self, schedule: &Schedule, orders: Vec<Order>) -> Result<(), LedgerError> {
        if orders.is_empty() {
            return Ok(());
        }
        let mut left_out = Vec::new();
        {
            let mut state = self.state();
            let is_busy = state.running.is_some() || state.waiting.iter().any(|order| order.schedule == schedule.name && order.tick.is_some());
            match schedule.overlap {
                Overlap::Skip if is_busy => left_out.extend(orders.into_iter().map(|order| (order, "a run was under way"))),
                Overlap::Replace => {
                    let (gone, rest): (Vec<Order>, Vec<Order>) =
                        std::mem::take(&mut state.waiting).into_iter().partition(|order| order.schedule == schedule.name && order.tick.is_some());
                    state.waiting = rest.into();
                    left_out.extend(gone.into_iter().map(|order| (order, "a later tick took its place")));
                    if let Some(running) = &state.running {
                        running.stop.ask();
                    }
                    state.waiting.extend(orders);
                }
                _ => state.waiting.extend(orders),
            }
        }
        self.bell.notify_one();
        for (order, why) in left_out {
            tracing::warn!({ fields::SCHEDULE } = %order.schedule, tick = ?order.tick, "tick left out: {why}");
            self.settle(&order, TickState::Skipped, None, Some(why.to_owned()))?;
        }
        Ok(())
    }

    /// Does the runs in line, one after the other, until it is asked to stop.
    pub(super) async fn work(self: Arc<Self>) {
        while !self.stop.is_asked() {
            let now = Utc::now();
            let next = {
                let mut state = self.state();
                let ready = state.waiting.iter().position(|order| order.begins <= now);
                ready.and_then(|at| state.waiting.remove(at))
            };
            match next {
                Some(order) => Arc::clone(&self).run(order).await,
                None => {
                    tokio::select! { () = self.bell.notified() => {}, () = tokio::time::sleep(PAUSE) => {} }
                }
            }
        }
    }

    async fn run(self: Arc<Self>, order: Order) {
        let loaded = self.loaded();
        let Some(schedule) = loaded.config.schedules.iter().find(|schedule| schedule.name == order.schedule).cloned() else {
            self.settled(&order, TickState::Skipped, None, Some(String::from("the schedule is gone from the configuration")));
            return;
        };
        let stop = Stop::default();
        self.state().running = Some(Running { order: order.clone(), stop: stop.clone() });
        if self.stop.is_asked() {
            stop.ask();
        }
        let done = loop {
            let (loaded, order, sources, stop) = (Arc::clone(&loaded), order.clone(), schedule.sources.clone(), stop.clone());
            let attempt = tokio::task::spawn_blocking(move || run_once(&loaded, &order, &sources, &stop)).await;
            match (attempt, schedule.overlap) {
                (Ok(Err(RunError::Locked { .. })), Overlap::Queue | Overlap::Replace) if !self.stop.is_asked() => {
                    if schedule.overlap == Overlap::Replace
                        && let Err(error) = Stop::ask_at(&self.output)
                    {
                        tracing::warn!({ fields::ERROR } = %error, "the run of another process cannot be asked to finish");
                    }
                    tokio::time::sleep(LOCKED).await;
                }
                (attempt, _) => break attempt,
            }
        };
        self.state().running = None;
        let told = Arc::clone(&loaded);
        let _told_or_not = tokio::task::spawn_blocking(move || textfile::after_run(&told.config, Utc::now())).await;
        match done {
            Ok(Ok(summary)) => {
                tracing::info!({ fields::SCHEDULE } = %order.schedule, { fields::RUN_ID } = %summary.run.run_id, outcome = summary.run.outcome.as_str(), "run done");
                self.settled(&order, TickState::Done, Some(summary.run.run_id), None);
            }
            Ok(Err(error @ RunError::Locked { .. })) if self.stop.is_asked() => {
                tracing::info!({ fields::SCHEDULE } = %order.schedule, { fields::ERROR } = %error, "tick given back");
                self.state().waiting.push_front(order);
            }
            Ok(Err(error @ RunError::Locked { .. })) => {
                tracing::warn!({ fields::SCHEDULE } = %order.schedule, "tick left out: {error}");
                self.settled(&order, TickState::Skipped, None, Some(error.to_string()));
            }
            Ok(Err(error)) => {
                tracing::error!({ fields::SCHEDULE } = %order.schedule, { fields::ERROR } = %chain(&error), "run failed");
                self.settled(&order, TickState::Failed, None, Some(chain(&error)));
            }
            Err(panic) => {
                tracing::error!({ fields::SCHEDULE } = %order.schedule, { fields::ERROR } = %panic, "run panicked");
                self.settled(&order, TickState::Failed, None, Some(String::from("the run panicked")));
            }
        }
    }

    /// Reads the configuration anew; a wrong one is refused and the old one stays.
    pub(super) fn reload(&self) {
        let old = self.loaded();
        let refused = match (self.load)() {
            Ok(new) if new.config.output != old.config.output => Some(String::from("another folder of the tables needs a new start")),
            Ok(new) if new.config.listen != old.config.listen => Some(String::from("another address to listen at needs a new start")),
            Ok(new) if new.config.schedules.is_empty() => Some(ServeError::NoSchedules.to_string()),
            Ok(new) => {
                *self.loaded.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(new);
                None
            }
            Err(error) => Some(error),
        };
        match refused {
            Some(error) => tracing::error!({ fields::ERROR } = %error, "the new configuration is refused, the old one stays"),
            None => tracing::info!("configuration read anew"),
        }
    }

    /// Lets no further run begin, and asks the one under way to finish the documents in hand.
    pub(super) fn finish(&self) {
        self.stop.ask();
        if let Some(running) = &self.state().running {
            running.stop.ask();
        }
        self.bell.notify_one();
    }

    /// Gives back the ticks whose runs were waiting: the next service takes them for missed.
    pub(super) fn give_back(&self) -> Result<(), LedgerError> {
        // A look that began before the end was asked for may still be claiming; none begins after it.
        let _claiming = self.claiming.lock().unwrap_or_else(PoisonError::into_inner);
        let waiting = std::mem::take(&mut self.state().waiting);
        for order in waiting {
            if let Some(tick) = order.tick {
                self.ledger().release(&order.schedule, Some(&[tick]))?;
            }
        }
        Ok(())
    }

    fn settled(&self, order: &Order, state: TickState, run_id: Option<String>, note: Option<String>) {
        if let Err(error) = self.settle(order, state, run_id, note) {
            tracing::error!({ fields::SCHEDULE } = %order.schedule, { fields::ERROR } = %chain(&error), "what became of a tick cannot be remembered");
        }
    }

    fn settle(&self, order: &Order, state: TickState, run_id: Option<String>, note: Option<String>) -> Result<(), LedgerError> {
        let Some(due) = order.tick else { return Ok(()) };
        self.ledger().settle(&Tick { schedule: order.schedule.clone(), due, state, run_id, note }, Utc::now())
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn ledger(&self) -> MutexGuard<'_, Ledger> {
        self.ledger.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn run_once(loaded: &Loaded, order: &Order, sources: &BTreeSet<String>, stop: &Stop) -> Result<Summary, RunError> {
    let trigger = match (order.tick, order.is_missed) {
        (Some(_), false) => Trigger::Schedule,
        (Some(_), true) => Trigger::CatchUp,
        (None, _) => Trigger::Manual,
    };
    let options = RunOptions {
        trigger,
        scheduled_for: order.tick,
        sources,
        reextract: false,
        selection: None,
        allow_empty: false,
        rehearses: None,
        stop,
        progress: Progress::Hidden,
        now: &Utc::now,
    };
    pipeline::run(&loaded.config, &loaded.lexicon, options)
}
