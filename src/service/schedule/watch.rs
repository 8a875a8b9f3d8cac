//! Changes in the folders of sources: a hint that a run is worth its while.
//!
//! What the operating system tells is never taken for what changed: the run looks through the whole source. Changes are awaited until
//! the folders rest, so that a file in the making is not read. Network file systems tell nothing; there the ticks have to do.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use notify::{RecommendedWatcher, RecursiveMode, Watcher as _};
use tokio::sync::mpsc;

use super::Service;
use crate::observe::fields;

/// Folders rest when nothing changed for so long.
const REST: Duration = Duration::from_secs(2);

/// Watches the folders of all schedules that ask for it, until it is dropped.
pub(super) struct Watcher {
    _watchers: Vec<RecommendedWatcher>,
    waiting: tokio::task::JoinHandle<()>,
}

impl Drop for Watcher {
    fn drop(&mut self) {
        self.waiting.abort();
    }
}

impl Watcher {
    /// Begins to watch. A folder that cannot be watched is told, and left to the ticks.
    pub(super) fn of(service: &Arc<Service>) -> Self {
        let (sender, changes) = mpsc::unbounded_channel();
        let loaded = service.loaded();
        let mut watchers = Vec::new();
        for schedule in loaded.config.schedules.iter().filter(|schedule| schedule.watch) {
            let (name, tell, output) = (schedule.name.clone(), sender.clone(), loaded.config.output.clone());
            let heard = move |event: notify::Result<notify::Event>| match event {
                Ok(event) if is_change(&event, &output) => {
                    let _service_is_gone = tell.send(name.clone());
                }
                Ok(_) => {}
                Err(error) => tracing::warn!({ fields::SCHEDULE } = %name, { fields::ERROR } = %error, "watching: {error}"),
            };
            let mut watcher = match notify::recommended_watcher(heard) {
                Ok(watcher) => watcher,
                Err(error) => {
                    tracing::warn!({ fields::SCHEDULE } = %schedule.name, { fields::ERROR } = %error, "nothing can be watched here");
                    continue;
                }
            };
            let sources = loaded.config.sources.iter().filter(|source| schedule.sources.is_empty() || schedule.sources.contains(&source.name));
            let folders: BTreeSet<PathBuf> = sources.flat_map(|source| source.paths().iter().map(|path| folder_of(path))).collect();
            for folder in folders {
                if let Err(error) = watcher.watch(&folder, RecursiveMode::Recursive) {
                    tracing::warn!({ fields::SCHEDULE } = %schedule.name, { fields::ERROR } = %error, "{} cannot be watched", folder.display());
                }
            }
            watchers.push(watcher);
        }
        Self { _watchers: watchers, waiting: tokio::spawn(wait(changes, Arc::clone(service))) }
    }
}

/// Asks for a run of each schedule whose folders changed, once they rest.
async fn wait(mut changes: mpsc::UnboundedReceiver<String>, service: Arc<Service>) {
    while let Some(first) = changes.recv().await {
        let mut changed = BTreeSet::from([first]);
        while let Ok(Some(next)) = tokio::time::timeout(REST, changes.recv()).await {
            changed.insert(next);
        }
        for schedule in changed {
            tracing::info!({ fields::SCHEDULE } = %schedule, "something changed in its sources' folders");
            service.order(&schedule);
        }
    }
}

/// Whether something was made, written, moved or removed, and not by us.
fn is_change(event: &notify::Event, output: &Path) -> bool {
    use notify::EventKind::{Access, Any, Create, Modify, Other, Remove};
    let is_change = match event.kind {
        Create(_) | Modify(_) | Remove(_) | Any | Other => true,
        Access(_) => false,
    };
    let output = std::path::absolute(output).unwrap_or_else(|_| output.to_owned());
    let is_ours = |path: &PathBuf| std::path::absolute(path).is_ok_and(|path| path.starts_with(&output));
    is_change && (event.need_rescan() || !event.paths.iter().all(is_ours))
}

/// The folder in which a source's files, folders or matches of a glob lie.
fn folder_of(path: &Path) -> PathBuf {
    let fixed: PathBuf = path.components().take_while(|part| !part.as_os_str().to_string_lossy().contains(['*', '?', '[', '{'])).collect();
    let folder = if fixed.is_dir() { fixed } else { fixed.parent().map(Path::to_owned).unwrap_or_default() };
    if folder.as_os_str().is_empty() { PathBuf::from(".") } else { folder }
}
