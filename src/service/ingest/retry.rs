//! What cannot be reached for the moment is tried again, with growing waits, a few times within a run.

use crate::config::RetryFile;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

/// So many things in vain, and the trouble is a general one: then nothing is waited for any more in this run.
const IN_VAIN: u32 = 20;

/// How often is tried, and how long is waited in between.
pub struct Retry<'a> {
    settings: &'a RetryFile,
    sleep: &'a (dyn Fn(Duration) + Sync),
    in_vain: AtomicU32,
}

impl<'a> Retry<'a> {
    /// With the settings of an operator; `sleep` waits.
    #[must_use]
    pub fn new(settings: &'a RetryFile, sleep: &'a (dyn Fn(Duration) + Sync)) -> Self {
        Self { settings, sleep, in_vain: AtomicU32::new(0) }
    }

    /// Tries until it succeeds, fails with what waiting does not mend, or was tried often enough. `name` sets waits apart.
    ///
    /// - Errors: that of the last try.
    pub fn run<T, E>(&self, name: &str, may_pass: fn(&E) -> bool, mut attempt: impl FnMut() -> Result<T, E>) -> Result<T, E> {
        let mut tried = 1;
        loop {
            match attempt() {
                Err(error) if may_pass(&error) => {
                    let is_general = self.in_vain.load(Ordering::Relaxed) >= IN_VAIN;
                    let Some(wait) = self.again(name, tried).filter(|_| !is_general) else {
                        self.in_vain.fetch_add(1, Ordering::Relaxed);
                        return Err(error);
                    };
                    (self.sleep)(wait);
                    tried += 1;
                }
                done => return done,
            }
        }
    }

    /// How long is to be waited after so many tries in vain; `None` when it was tried often enough.
    pub(super) fn again(&self, name: &str, tried: u32) -> Option<Duration> {
        (tried < self.settings.attempts).then(|| self.wait(name, tried))
    }

    /// The wait after a try: doubled with each, never above the longest, and up to half of it less by a hash of the name, so
    /// that not everything is tried again at once.
    fn wait(&self, name: &str, tried: u32) -> Duration {
        let (first, longest) = (u64::from(self.settings.wait_ms), u64::from(self.settings.longest_wait_ms));
        let whole = first.saturating_mul(1_u64.checked_shl(tried - 1).unwrap_or(u64::MAX)).min(longest);
        let hash = blake3::Hasher::new().update(name.as_bytes()).update(&tried.to_le_bytes()).finalize();
        let less = hash.as_bytes().first().map_or(0, |byte| whole / 2 * u64::from(*byte) / 255);
        Duration::from_millis(whole - less)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::Mutex;

    const SETTINGS: RetryFile = RetryFile { attempts: 5, wait_ms: 100, longest_wait_ms: 300 };

    /// Tries with these outcomes: `true` passes, an error tells whether it may pass. How it ended, and the waits in ms.
    fn check(outcomes: &[Result<(), bool>], ended: Result<(), bool>, waits: &[(u128, u128)]) {
        let slept = Mutex::new(Vec::new());
        let sleep = |wait: Duration| slept.lock().unwrap().push(wait.as_millis());
        let retry = Retry::new(&SETTINGS, &sleep);
        let mut outcomes = outcomes.iter();
        assert_eq!(retry.run("a.txt", |may_pass: &bool| *may_pass, || *outcomes.next().unwrap()), ended);
        let slept = slept.lock().unwrap();
        assert_eq!(slept.len(), waits.len());
        for (slept, (least, most)) in slept.iter().zip(waits) {
            assert!((least..=most).contains(&slept), "{slept} is not within {least} and {most}");
        }
    }

    #[test]
    fn what_may_pass_is_tried_again_and_nothing_else() {
        check(&[Ok(())], Ok(()), &[]);
        check(&[Err(false)], Err(false), &[]);
        check(&[Err(true), Ok(())], Ok(()), &[(50, 100)]);
        check(&[Err(true), Err(false)], Err(false), &[(50, 100)]);
        check(&[Err(true); 5], Err(true), &[(50, 100), (100, 200), (150, 300), (150, 300)]);
    }

    #[test]
    fn waits_differ_by_name_and_not_by_chance() {
        let retry = Retry::new(&SETTINGS, &|_| {});
        assert_eq!(retry.wait("a", 1), retry.wait("a", 1));
        assert!((0..9).any(|at| retry.wait(&at.to_string(), 1) != retry.wait("a", 1)));
    }

    #[test]
    fn a_general_trouble_is_not_waited_for_again_and_again() {
        let slept = AtomicU32::new(0);
        let sleep = |_| {
            slept.fetch_add(1, Ordering::Relaxed);
        };
        let retry = Retry::new(&SETTINGS, &sleep);
        for _ in 0..1000 {
            retry.run("a", |_: &()| true, || Err::<(), ()>(())).unwrap_err();
        }
        assert_eq!(slept.into_inner(), IN_VAIN * (SETTINGS.attempts - 1));
    }
}
