//! Finds the documents of a source: files, folders and globs become candidates, each with its key.

use super::manifest::Manifest;
use super::{Context, FetchError, IngestError, ManifestError, Parser};
use crate::config::Source;
use gongbao_read::Format;
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Component, Path, PathBuf};
use walkdir::WalkDir;

/// The extension of archives.
pub(super) const ARCHIVE: &str = "zip";

/// The manifest's name where none is configured.
pub(super) const MANIFEST: &str = "manifest.csv";

/// A file that is to become a document.
#[derive(Debug, Clone)]
pub struct Candidate {
    /// Name of its source.
    pub source: String,
    /// Its key within the source, with `/` between folders, or its URL.
    pub path: String,
    /// Where it lies, or where what was fetched of it is kept.
    pub file: PathBuf,
    /// Its name in that file, where that is an archive.
    pub member: Option<String>,
    /// Its extension in lower case; `unknown` where it has none.
    pub extension: String,
    /// What is known of it beforehand.
    pub context: Context,
    /// Why there is no file: it could never be fetched.
    pub unfetched: Option<FetchError>,
}

impl Candidate {
    /// Its format; `None` where this build reads no such files.
    #[must_use]
    pub fn format(&self) -> Option<Format> {
        Format::of_extension(&self.extension)
    }
}

/// What a source holds now.
#[derive(Debug, Default)]
pub struct Scan {
    /// Documents, sorted by key.
    pub candidates: Vec<Candidate>,
    /// Files in folders whose format this build does not read, and links that lead out of their folder.
    pub skipped: u64,
    /// Manifest lines whose document does not exist.
    pub manifest_lines_without_document: usize,
    /// Folders and index pages that could not be looked into: then what is missing may still be there.
    pub unseen: Vec<(String, String)>,
    /// Documents that could not be reached for the moment, with why; what was fetched before is among the candidates.
    pub unreached: Vec<(String, String)>,
    /// Documents that were never fetched, as the run was asked to end.
    pub not_begun: Vec<String>,
    /// Documents of the tables of which nobody remembers how they were fetched.
    pub forgotten: Vec<String>,
}

impl Scan {
    /// True when a known document is no longer there.
    #[must_use]
    pub fn lacks(&self, path: &str) -> bool {
        let is_at = |place: &str| path.strip_prefix(place).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'));
        let unknown = self.unreached.iter().map(|(place, _)| place).chain(&self.not_begun).chain(&self.forgotten);
        self.candidates.binary_search_by(|candidate| candidate.path.as_str().cmp(path)).is_err() && !unknown.into_iter().any(|place| is_at(place))
    }
}

/// A file on its way to become a candidate.
pub(super) struct Found {
    /// Without links; of what is remote, its key.
    absolute: PathBuf,
    file: PathBuf,
    pub(super) key: String,
    /// The path of the source through which it was found.
    root: PathBuf,
    /// Its name in the file, where that is an archive.
    member: Option<String>,
    extension: String,
}

impl Found {
    fn new(absolute: PathBuf, file: PathBuf, key: String, root: PathBuf) -> Self {
        let extension = extension(Path::new(&key));
        Self { absolute, file, key, root, member: None, extension }
    }

    /// What was fetched.
    pub(super) fn remote(key: &str, file: PathBuf, extension: String) -> Self {
        Self { extension, ..Self::new(PathBuf::from(key), file, key.to_owned(), PathBuf::new()) }
    }
}

/// Looks through a source, and through the archives in it. `excluded` is a folder that holds no documents: the one of the tables.
///
/// - Errors: a path that is not there, a wrong glob, a wrong manifest.
pub fn scan(parser: &Parser, source: &Source, excluded: &Path) -> Result<Scan, IngestError> {
    let excluded = std::fs::canonicalize(excluded).ok();
    let mut scan = Scan::default();
    let mut found = Vec::new();
    let mut folders = BTreeSet::new();
    for path in source.paths() {
        match std::fs::metadata(path) {
            Ok(metadata) if metadata.is_dir() => {
                folders.insert(path.clone());
                walk(path, &|_| true, excluded.as_deref(), source.manifest.as_deref(), &mut found, &mut scan)?;
            }
            Ok(_) => {
                let absolute = canonical(path)?;
                folders.extend(absolute.ancestors().skip(1).find(|folder| folder.join(MANIFEST).is_file()).map(Path::to_owned));
                let key = path.file_name().unwrap_or(absolute.as_os_str()).to_string_lossy().into_owned();
                found.push(Found::new(absolute, path.clone(), key, path.parent().unwrap_or(Path::new("")).to_owned()));
            }
            Err(_) if is_glob(path) => {
                let base = glob_base(path);
                let glob = globset::GlobBuilder::new(&path.to_string_lossy()).literal_separator(true).build();
                let glob = glob.map_err(|source| IngestError::Glob { path: path.clone(), source })?.compile_matcher();
                if !base.is_dir() {
                    return Err(IngestError::Missing { path: path.clone() });
                }
                folders.insert(base.clone());
                walk(&base, &|file| glob.is_match(file), excluded.as_deref(), source.manifest.as_deref(), &mut found, &mut scan)?;
            }
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Err(IngestError::Missing { path: path.clone() }),
            Err(error) => return Err(IngestError::Look { path: path.clone(), source: error }),
        }
    }
    let manifests = manifests(source, &folders)?;
    scan.manifest_lines_without_document = manifests.iter().map(|manifest| manifest.without_document).sum();
    let mut seen = BTreeSet::new();
    found.retain(|file| seen.insert(file.absolute.clone()));
    let mut found: Vec<Found> = found.into_iter().flat_map(|file| unpacked(parser, file, &mut scan.skipped)).collect();
    make_keys_unique(&mut found);
    scan.candidates = candidates(source, found, &manifests);
    Ok(scan)
}

/// Files with what is known of them beforehand, sorted by key.
pub(super) fn candidates(source: &Source, found: Vec<Found>, manifests: &[Manifest]) -> Vec<Candidate> {
    let candidate = |found: Found| {
        let told = manifests.iter().find_map(|manifest| manifest.context(&found.absolute)).cloned().unwrap_or_default();
        Candidate {
            source: source.name.clone(),
            path: found.key,
            file: found.file,
            member: found.member,
            extension: found.extension,
            context: told.or(Context::of(source)),
            unfetched: None,
        }
    };
    let mut candidates: Vec<Candidate> = found.into_iter().map(candidate).collect();
    candidates.sort_by(|a, b| a.path.cmp(&b.path));
    candidates
}

/// The extension in lower case; `unknown` where there is none.
pub(super) fn extension(path: &Path) -> String {
    path.extension().map_or_else(|| String::from("unknown"), |extension| extension.to_string_lossy().to_lowercase())
}

/// Whether files of an extension are read: as documents, or as archives of them.
pub(super) fn is_readable(extension: &str) -> bool {
    extension == ARCHIVE || Format::of_extension(extension).is_some()
}

/// The documents in an archive, each below its name; another file is itself. An archive that cannot be looked through stays one
/// document, whose cause is told when it is read; members of formats that this build does not read are passed over.
pub(super) fn unpacked(parser: &Parser, archive: Found, skipped: &mut u64) -> Vec<Found> {
    if archive.extension != ARCHIVE {
        return vec![archive];
    }
    let Ok(names) = parser.names(&archive.file) else { return vec![archive] };
    let (readable, others): (Vec<_>, Vec<_>) = names.into_iter().partition(|name| is_readable(&extension(Path::new(name))));
    *skipped += u64::try_from(others.len()).unwrap_or(u64::MAX);
    let member = |name: String| {
        let (key, absolute) = (format!("{}/{name}", archive.key), archive.absolute.join(&name));
        Found { member: Some(name), ..Found::new(absolute, archive.file.clone(), key, archive.root.clone()) }
    };
    readable.into_iter().map(member).collect()
}

fn canonical(path: &Path) -> Result<PathBuf, IngestError> {
    std::fs::canonicalize(path).map_err(|source| IngestError::Look { path: path.to_owned(), source })
}

/// All documents below a folder that `wanted` takes. Links are not followed: one within the folder leads to a file
/// that is found anyhow, one out of it leads to what the operator did not name. Names that start with a dot are hidden.
fn walk(
    root: &Path,
    wanted: &dyn Fn(&Path) -> bool,
    excluded: Option<&Path>,
    manifest: Option<&Path>,
    found: &mut Vec<Found>,
    scan: &mut Scan,
) -> Result<(), IngestError> {
    let absolute_root = canonical(root)?;
    let absolute = |path: &Path| path.strip_prefix(root).map_or_else(|_| path.to_owned(), |below| absolute_root.join(below));
    let visible = |entry: &walkdir::DirEntry| {
        entry.depth() == 0 || (!entry.file_name().to_string_lossy().starts_with('.') && excluded != Some(absolute(entry.path()).as_path()))
    };
    for entry in WalkDir::new(root).sort_by_file_name().into_iter().filter_entry(visible) {
        let entry = match entry {
            Ok(entry) => entry,
            Err(error) => {
                let path = error.path().unwrap_or(root).to_owned();
                let told = error.io_error().map_or_else(|| error.to_string(), ToString::to_string);
                scan.unseen.push((path.display().to_string(), told));
                continue;
            }
        };
        let (path, kind) = (entry.path(), entry.file_type());
        if kind.is_dir() || !wanted(path) || entry.file_name() == MANIFEST || manifest.is_some_and(|manifest| manifest == path) {
            continue;
        }
        if kind.is_symlink() {
            let inside = std::fs::canonicalize(path).is_ok_and(|target| target.starts_with(&absolute_root));
            scan.skipped += u64::from(!inside);
            continue;
        }
        if !kind.is_file() || !is_readable(&extension(path)) {
            scan.skipped += 1;
            continue;
        }
        let key = written(path.strip_prefix(root).unwrap_or(path));
        found.push(Found::new(absolute(path), path.to_owned(), key, root.to_owned()));
    }
    Ok(())
}

/// A relative path as a key: `/` between folders on every system.
fn written(path: &Path) -> String {
    let parts: Vec<_> = path.components().filter(|c| matches!(c, Component::Normal(_))).map(|c| c.as_os_str().to_string_lossy()).collect();
    parts.join("/")
}

/// Two folders of one source may hold files of the same name: their keys then start with the folder as given.
fn make_keys_unique(found: &mut [Found]) {
    for with_root in [|file: &Found| written(&file.root.join(&file.key)), |file: &Found| written(&file.absolute)] {
        let mut count: BTreeMap<String, usize> = BTreeMap::new();
        for file in found.iter() {
            *count.entry(file.key.clone()).or_default() += 1;
        }
        for file in found.iter_mut().filter(|file| count.get(&file.key).is_some_and(|n| *n > 1)) {
            file.key = with_root(file);
        }
    }
}

/// The manifest that is configured, or those that lie in the folders: beside a document that was named, else in the nearest folder above it.
fn manifests(source: &Source, folders: &BTreeSet<PathBuf>) -> Result<Vec<Manifest>, IngestError> {
    if let Some(path) = &source.manifest {
        return Ok(vec![Manifest::read(path)?]);
    }
    let mut manifests = Vec::new();
    for path in folders.iter().map(|folder| folder.join(MANIFEST)).filter(|path| path.is_file()) {
        match Manifest::read(&path) {
            Ok(manifest) => manifests.push(manifest),
            // Nobody named it: the file may be somebody else's.
            Err(error @ ManifestError::Header { .. }) => tracing::warn!("passed over: {error}"),
            Err(error) => return Err(error.into()),
        }
    }
    Ok(manifests)
}

fn is_glob(path: &Path) -> bool {
    path.to_string_lossy().contains(['*', '?', '[', '{'])
}

/// The folder above the first part that is a pattern.
fn glob_base(path: &Path) -> PathBuf {
    let base: PathBuf = path.components().take_while(|component| !is_glob(Path::new(component.as_os_str()))).collect();
    if base.as_os_str().is_empty() { PathBuf::from(".") } else { base }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::Origin;
    use crate::ingest::ParserLimits;

    fn scanned(folder: &Path, paths: &[&str]) -> Scan {
        let paths = paths.iter().map(|path| folder.join(path)).collect();
        let (name, origin) = (String::from("s"), Origin::Files(paths));
        let source = Source { name, origin, manifest: None, area: Some(String::from("区")), published: None };
        scan(&Parser::new(ParserLimits::default()).unwrap(), &source, &folder.join("out")).unwrap()
    }

    fn files(names: &[&str]) -> tempfile::TempDir {
        let folder = tempfile::tempdir().unwrap();
        for name in names {
            let path = folder.path().join(name);
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(path, "x").unwrap();
        }
        folder
    }

    fn keys(scan: &Scan) -> Vec<&str> {
        scan.candidates.iter().map(|candidate| candidate.path.as_str()).collect()
    }

    #[test]
    fn folders_files_and_globs() {
        let folder = files(&["a.txt", "b/c.MD", "b/d.jpg", ".git/e.txt", "out/f.txt", "manifest.csv"]);
        std::fs::write(folder.path().join("manifest.csv"), "path,area\nb/c.MD,市\n").unwrap();
        let all = scanned(folder.path(), &["."]);
        assert_eq!((keys(&all), all.skipped), (vec!["a.txt", "b/c.MD"], 1));
        assert_eq!(all.candidates[0].context.area.as_deref(), Some("区"));
        assert_eq!(all.candidates[1].context.area.as_deref(), Some("市"));
        assert_eq!(keys(&scanned(folder.path(), &["b/d.jpg", "a.txt"])), ["a.txt", "d.jpg"]);
        assert_eq!(keys(&scanned(folder.path(), &["*/*.[mM]*"])), ["b/c.MD"]);
        assert_eq!(keys(&scanned(folder.path(), &[".", "b", "b/c.MD"])), ["a.txt", "b/c.MD"]);
    }

    #[test]
    fn the_same_name_in_two_folders_gets_two_keys() {
        let folder = files(&["2023/a.txt", "2024/a.txt", "2024/b.txt"]);
        let scan = scanned(folder.path(), &["2023", "2024"]);
        let found = keys(&scan);
        assert_eq!(found.len(), 3);
        assert!(found.contains(&"b.txt") && found.iter().any(|key| key.ends_with("2023/a.txt")), "{found:?}");
    }

    #[test]
    fn a_named_file_has_its_line_in_a_folder_above() {
        let folder = files(&["news/2024/a.txt"]);
        std::fs::write(folder.path().join("manifest.csv"), "path,area\nnews/2024/a.txt,市\n").unwrap();
        assert_eq!(scanned(folder.path(), &["news/2024/a.txt"]).candidates[0].context.area.as_deref(), Some("市"));
    }

    #[cfg(unix)]
    #[test]
    fn links_are_not_followed() {
        let (folder, elsewhere) = (files(&["a.txt"]), files(&["secret.txt"]));
        std::os::unix::fs::symlink(elsewhere.path(), folder.path().join("out.txt")).unwrap();
        std::os::unix::fs::symlink(folder.path().join("a.txt"), folder.path().join("in.txt")).unwrap();
        let scan = scanned(folder.path(), &["."]);
        assert_eq!((keys(&scan), scan.skipped), (vec!["a.txt"], 1));
    }
}
