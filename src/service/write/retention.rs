//! How long snapshots stay.

use std::path::Path;

use chrono::{DateTime, TimeDelta, Utc};

use super::manifest::Manifest;
use super::snapshot::{SNAPSHOTS, bury, names, resolve_current};
use super::{WriteError, WriteSettings, fail};

/// Removes snapshots beyond the last few, unless one was still current within the hours that readers are promised.
///
/// The line of `current` is what counts: the snapshots from which it was made. A snapshot was current until the next one
/// of the line was made. One outside the line, left by a run that died before it became current, counts for nothing and
/// goes when the hours after the next of the line are over. One that cannot be removed keeps no other.
///
/// - Errors: the first of them, after all that can be removed is.
pub(super) fn retain(output: &Path, now: DateTime<Utc>, settings: &WriteSettings) -> Result<(), WriteError> {
    let Some(current) = resolve_current(output)? else { return Ok(()) };
    let Some(current) = current.file_name().and_then(|name| name.to_str()) else { return Ok(()) };
    let hours = TimeDelta::try_hours(i64::try_from(settings.retain_hours).unwrap_or(i64::MAX)).unwrap_or(TimeDelta::MAX);
    let names = names(output)?;
    let line = line(output, &names, current);
    let kept = line.get(..settings.retain_snapshots.clamp(1, line.len().max(1))).unwrap_or_default();
    let mut first = Ok(());
    for name in names.iter().filter(|name| !kept.iter().any(|link| link.name == **name)) {
        let successors = line.iter().rev().filter(|link| number(&link.name) > number(name));
        let replaced = successors.filter_map(|link| link.created_at).next();
        if name != current && replaced.is_some_and(|replaced| now.signed_duration_since(replaced) >= hours) {
            fail::point("retain", "before");
            let done = bury(output, name);
            fail::point("retain", "after");
            first = first.and(done);
        }
    }
    first
}

/// One snapshot of the line.
struct Link {
    name: String,
    /// `None` when its manifest cannot be read.
    created_at: Option<DateTime<Utc>>,
}

/// The snapshots from which `current` was made, itself first. Where a manifest cannot be read, the one before it by number
/// is taken for its parent: damage must not make others go earlier.
fn line(output: &Path, names: &[String], current: &str) -> Vec<Link> {
    let mut line = Vec::new();
    let mut next = Some(current.to_owned());
    while let Some(name) = next {
        let manifest = Manifest::read(&output.join(SNAPSHOTS).join(&name)).ok();
        let before = names.iter().rev().find(|other| number(other) < number(&name));
        let parent = manifest.as_ref().map_or(before, |manifest| manifest.parent.as_ref());
        // Numbers fall along the line, so that it has an end; parents that are gone are left out.
        next = parent.filter(|parent| number(parent) < number(&name) && names.contains(parent)).cloned();
        let created_at = manifest.and_then(|manifest| DateTime::parse_from_rfc3339(&manifest.created_at).ok()).map(|time| time.to_utc());
        line.push(Link { name, created_at });
    }
    line
}

fn number(name: &str) -> Option<u64> {
    name.parse().ok()
}
