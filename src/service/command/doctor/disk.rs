//! What lies below the tables: the kind of file system, its free space, the sizes of files.

use crate::observe::chain;
use crate::write::Manifest;
use gongbao_tables::Table;
use std::path::Path;

/// File systems whose locks other machines may not see.
const NETWORK: [&str; 12] = ["nfs", "nfs4", "cifs", "smb", "smb2", "smb3", "smbfs", "9p", "fuse.sshfs", "ceph", "fuse.glusterfs", "afs"];

/// The kind of the network file system on which a folder lies; `None` when it is a local one, or nothing tells.
pub(crate) fn network(folder: &Path) -> Option<String> {
    let absolute = std::fs::canonicalize(folder).ok()?;
    let mounts = std::fs::read_to_string("/proc/self/mountinfo").ok()?;
    kind(&mounts, &absolute).filter(|kind| NETWORK.contains(&kind.as_str()))
}

/// The kind of the file system that is mounted nearest above a path.
fn kind(mounts: &str, path: &Path) -> Option<String> {
    let mut nearest: Option<(usize, String)> = None;
    for line in mounts.lines() {
        let Some((mount, system)) = line.split_once(" - ") else { continue };
        let (Some(point), Some(kind)) = (mount.split(' ').nth(4), system.split(' ').next()) else { continue };
        let point = point.replace("\\040", " ").replace("\\011", "\t").replace("\\134", "\\");
        let depth = Path::new(&point).components().count();
        // Of two at one point the later covers the earlier.
        if path.starts_with(&point) && nearest.as_ref().is_none_or(|(known, _)| depth >= *known) {
            nearest = Some((depth, kind.to_owned()));
        }
    }
    nearest.map(|(_, kind)| kind)
}

/// Bytes that a process without special rights can still write.
pub(super) fn free_bytes(folder: &Path) -> Option<u64> {
    rustix::fs::statvfs(folder).ok().map(|found| found.f_bavail.saturating_mul(found.f_frsize))
}

/// What is wrong with a snapshot as far as the sizes of its files tell.
pub(super) fn sizes(snapshot: &Path) -> Vec<String> {
    let manifest = match Manifest::read(snapshot) {
        Ok(manifest) => manifest,
        Err(error) => return vec![chain(&error)],
    };
    let mut wrong = Vec::new();
    for table in Table::ALL {
        for file in manifest.files(table) {
            let path = snapshot.join(table.name()).join(&file.name);
            match std::fs::metadata(&path) {
                Ok(found) if found.len() == file.bytes => {}
                Ok(found) => wrong.push(format!("{}: {} bytes, {} were written", path.display(), found.len(), file.bytes)),
                Err(error) => wrong.push(format!("{}: {error}", path.display())),
            }
        }
    }
    wrong
}

#[cfg(test)]
mod tests {
    use super::*;

    const MOUNTS: &str = "\
22 1 8:1 / / rw,relatime - ext4 /dev/sda1 rw
30 22 0:40 / /srv rw - nfs4 host:/srv rw
31 30 8:2 / /srv/local\\040disk rw shared:1 - xfs /dev/sdb rw
32 22 0:41 / /mnt/ssh rw - fuse.sshfs me@host: rw
";

    fn check(path: &str, expected: &str) {
        assert_eq!(kind(MOUNTS, Path::new(path)).as_deref(), Some(expected), "{path}");
    }

    #[test]
    fn the_nearest_mount_counts() {
        check("/home", "ext4");
        check("/srv/tables", "nfs4");
        check("/srv/local disk/tables", "xfs");
        check("/srvother", "ext4");
        check("/mnt/ssh/tables", "fuse.sshfs");
    }
}
