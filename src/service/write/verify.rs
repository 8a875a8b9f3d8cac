//! Whether a snapshot is what its manifest says.

use std::collections::BTreeSet;
use std::fs::File;
use std::io::{self, ErrorKind};
use std::path::{Path, PathBuf};

use gongbao_tables::Table;

use super::contexts::CONTEXTS;
use super::manifest::{FileEntry, MANIFEST, Manifest};
use super::{WriteError, disk};

/// What is wrong with a snapshot.
#[derive(Debug, thiserror::Error)]
pub enum Damage {
    /// Without its manifest nothing else can be told.
    #[error("{path}: no manifest that can be read")]
    Manifest {
        /// Where it should be.
        path: PathBuf,
        /// Why not.
        source: WriteError,
    },
    /// A file is not there.
    #[error("{path}: missing")]
    Missing {
        /// Which file.
        path: PathBuf,
    },
    /// A file cannot be read.
    #[error("{path}: cannot be read")]
    Unreadable {
        /// Which file.
        path: PathBuf,
        /// Why not.
        source: io::Error,
    },
    /// A file does not hold what was written.
    #[error("{path}: not the content that was written")]
    Content {
        /// Which file.
        path: PathBuf,
    },
    /// A file in a table's folder that the manifest does not name: readers of the folder take its rows for the table's.
    #[error("{path}: not named in the manifest")]
    Stray {
        /// Which file.
        path: PathBuf,
    },
}

/// Reads all files of a snapshot and compares them with its manifest, byte for byte by their hashes.
///
/// - Shape: a snapshot's folder in; everything that is wrong out, nothing when it is whole.
#[must_use]
pub fn verify(snapshot: &Path) -> Vec<Damage> {
    let manifest = match Manifest::read(snapshot) {
        Ok(manifest) => manifest,
        Err(source) => return vec![Damage::Manifest { path: snapshot.join(MANIFEST), source }],
    };
    let mut damages: Vec<Damage> = manifest.contexts.iter().filter_map(|file| check(&snapshot.join(CONTEXTS), file)).collect();
    for table in Table::ALL {
        let folder = snapshot.join(table.name());
        let files = manifest.files(table);
        damages.extend(files.iter().filter_map(|file| check(&folder.join(&file.name), file)));
        let named: BTreeSet<PathBuf> = files.iter().map(|file| folder.join(&file.name)).collect();
        match disk::list(&folder) {
            Ok(found) => damages.extend(found.into_iter().filter(|path| !named.contains(path)).map(|path| Damage::Stray { path })),
            Err(WriteError::Io { path, source, .. }) => damages.push(Damage::Unreadable { path, source }),
            Err(_) => {}
        }
    }
    damages
}

fn check(path: &Path, file: &FileEntry) -> Option<Damage> {
    let mut hasher = blake3::Hasher::new();
    match File::open(path).and_then(|open| hasher.update_reader(open).map(|hasher| hasher.finalize())) {
        Ok(hash) if hash.to_hex().as_str() == file.blake3 => None,
        Ok(_) => Some(Damage::Content { path: path.to_owned() }),
        Err(error) if error.kind() == ErrorKind::NotFound => Some(Damage::Missing { path: path.to_owned() }),
        Err(source) => Some(Damage::Unreadable { path: path.to_owned(), source }),
    }
}
