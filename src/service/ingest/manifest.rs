//! `manifest.csv`: what is known of documents beforehand. Columns `path,published,area,title` in any order; others are passed over.

use super::csv;
use crate::config::Source;
use gongbao_core::model::PartialDate;
use std::collections::{BTreeMap, BTreeSet};
use std::io;
use std::path::{Path, PathBuf};

/// What is known of a document beforehand.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Context {
    /// Title.
    pub title: Option<String>,
    /// Publication date.
    pub published: Option<PartialDate>,
    /// Default reference area: a code or a name.
    pub area: Option<String>,
}

impl Context {
    /// Short hash: another one means that the document has to be read again.
    #[must_use]
    pub fn hash(&self) -> String {
        let mut hasher = blake3::Hasher::new();
        let published = self.published.map(|date| format!("{date:?}"));
        for part in [&self.title, &published, &self.area] {
            hasher.update(part.as_deref().unwrap_or_default().as_bytes()).update(&[0, u8::from(part.is_some())]);
        }
        hasher.finalize().to_hex().as_str().chars().take(16).collect()
    }

    /// What a source tells of each of its documents.
    #[must_use]
    pub fn of(source: &Source) -> Self {
        Self { title: None, published: source.published, area: source.area.clone() }
    }

    /// What is told here, else what `other` tells.
    pub(super) fn or(self, other: Self) -> Self {
        Self { title: self.title.or(other.title), published: self.published.or(other.published), area: self.area.or(other.area) }
    }
}

/// Why a manifest is wrong.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ManifestError {
    /// It is not there or cannot be read.
    #[error("cannot read the manifest {}", path.display())]
    Open {
        /// The manifest.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// It is no text.
    #[error("cannot read the manifest {}", path.display())]
    Text {
        /// The manifest.
        path: PathBuf,
        /// Why.
        source: gongbao_read::ReadError,
    },
    /// It is some other table: the column `path` is missing.
    #[error("{}:1: the header wants the columns path,published,area,title", path.display())]
    Header {
        /// The manifest.
        path: PathBuf,
    },
    /// A line is wrong.
    #[error("{}:{line}: {problem}", path.display())]
    Line {
        /// The manifest.
        path: PathBuf,
        /// From 1.
        line: usize,
        /// What is wrong.
        problem: String,
    },
}

/// A manifest's lines by the documents that they mean.
#[derive(Debug, Default)]
pub(super) struct Manifest {
    lines: BTreeMap<PathBuf, Context>,
    /// Lines whose document does not exist.
    pub(super) without_document: usize,
}

impl Manifest {
    /// Reads a manifest; its paths are relative to its own folder.
    pub(super) fn read(path: &Path) -> Result<Self, ManifestError> {
        let folder = path.parent().unwrap_or(Path::new(""));
        Self::resolved(path, |document| std::fs::canonicalize(folder.join(document)).ok())
    }

    /// Reads a manifest whose paths are keys of documents that are no files here.
    pub(super) fn of_keys(path: &Path) -> Result<Self, ManifestError> {
        Self::resolved(path, |document| Some(PathBuf::from(document)))
    }

    /// How many lines mean none of these documents.
    pub(super) fn lines_without<'a>(&self, keys: impl Iterator<Item = &'a str>) -> usize {
        let keys: BTreeSet<&Path> = keys.map(Path::new).collect();
        self.lines.keys().filter(|line| !keys.contains(line.as_path())).count()
    }

    /// Reads a manifest; `resolve` finds the document that a path means.
    fn resolved(path: &Path, resolve: impl Fn(&str) -> Option<PathBuf>) -> Result<Self, ManifestError> {
        let bytes = std::fs::read(path).map_err(|source| ManifestError::Open { path: path.to_owned(), source })?;
        let text = gongbao_read::read_text(&bytes).map_err(|source| ManifestError::Text { path: path.to_owned(), source })?.text;
        let wrong = |line, problem: &str| ManifestError::Line { path: path.to_owned(), line, problem: problem.to_owned() };
        let mut records = csv::records(&text).map_err(|error| wrong(error.line, error.problem))?.into_iter();
        let header = records.next().map(|record| record.fields).unwrap_or_default();
        let column = |name: &str| header.iter().position(|field| field.trim().eq_ignore_ascii_case(name));
        let place = column("path").ok_or_else(|| ManifestError::Header { path: path.to_owned() })?;
        let (published, area, title) = (column("published"), column("area"), column("title"));
        let mut manifest = Self::default();
        for record in records {
            let value = |column: Option<usize>| {
                let field = column.and_then(|at| record.fields.get(at)).map(|field| field.trim()).unwrap_or_default();
                (!field.is_empty()).then(|| field.to_owned())
            };
            let Some(document) = value(Some(place)) else { return Err(wrong(record.line, "the path is empty")) };
            let published = match value(published) {
                None => None,
                Some(written) => Some(
                    PartialDate::parse(&written.replace('/', "-"))
                        .ok_or_else(|| wrong(record.line, &format!("published: {written} is no day; wants YYYY, YYYY-MM or YYYY-MM-DD")))?,
                ),
            };
            let context = Context { title: value(title), published, area: value(area) };
            let Some(document) = resolve(&document) else {
                manifest.without_document += 1;
                continue;
            };
            if manifest.lines.insert(document, context).is_some() {
                return Err(wrong(record.line, "the document has a line already"));
            }
        }
        Ok(manifest)
    }

    /// What the manifest tells of a document, by its absolute path without links.
    pub(super) fn context(&self, document: &Path) -> Option<&Context> {
        self.lines.get(document)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &[u8]) -> Result<(Manifest, PathBuf), String> {
        let folder = tempfile::tempdir().unwrap();
        let document = folder.path().join("公报.txt");
        std::fs::write(&document, "x").unwrap();
        let path = folder.path().join("manifest.csv");
        std::fs::write(&path, text).unwrap();
        let document = document.canonicalize().unwrap();
        Manifest::read(&path).map(|manifest| (manifest, document)).map_err(|error| {
            let told = error.to_string();
            told.rsplit_once("manifest.csv").map_or(told.clone(), |(_, told)| told.to_owned())
        })
    }

    #[test]
    fn columns_stand_in_any_order_behind_a_mark() {
        let (manifest, document) =
            read("\u{feff}title,note,path,published\r\n\"一, 二\",x,公报.txt,2024/03\r\n三,,gone.txt,\r\n".as_bytes()).unwrap();
        let context = Context { title: Some(String::from("一, 二")), published: PartialDate::parse("2024-03"), area: None };
        assert_eq!(manifest.context(&document), Some(&context));
        assert_eq!(manifest.without_document, 1);
    }

    #[test]
    fn problems_name_their_line() {
        assert_eq!(read(b"file,area\n").unwrap_err(), ":1: the header wants the columns path,published,area,title");
        let told = read("path,published\n公报.txt,2024-02-30\n".as_bytes()).unwrap_err();
        assert!(told.starts_with(":2: published: 2024-02-30 is no day"), "{told}");
        assert_eq!(read("path\n公报.txt\n./公报.txt\n".as_bytes()).unwrap_err(), ":3: the document has a line already");
    }

    #[test]
    fn every_part_of_a_context_counts() {
        let (empty, area) = (Context::default(), Context { area: Some(String::new()), ..Context::default() });
        assert_ne!(empty.hash(), area.hash());
        assert_eq!(empty.hash(), Context::default().hash());
    }
}
