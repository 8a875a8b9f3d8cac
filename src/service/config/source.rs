//! Where documents come from: files, web pages or a store of objects.

use super::overrides::{Step, locate};
use super::{ConfigError, ConfigFile, Secret, SourceFile, tidy};
use globset::{GlobBuilder, GlobSet, GlobSetBuilder};
use gongbao_core::model::PartialDate;
use reqwest::Url;
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

/// Where documents come from.
#[derive(Debug, Clone)]
pub struct Source {
    /// Part of each of its documents' keys.
    pub name: String,
    /// Where it is.
    pub origin: Origin,
    /// CSV that tells titles, dates and areas; none: `manifest.csv` beside the documents, where they are files.
    pub manifest: Option<PathBuf>,
    /// Reference area where the manifest tells none.
    pub area: Option<String>,
    /// Publication date where the manifest tells none.
    pub published: Option<PartialDate>,
}

/// The kinds of places.
#[derive(Debug, Clone)]
pub enum Origin {
    /// Files, folders and globs, absolute or relative to the working folder.
    Files(Vec<PathBuf>),
    /// Pages by HTTP.
    Web(WebOrigin),
    /// Objects below one place in a store.
    Store(StoreOrigin),
}

/// Pages by HTTP.
#[derive(Debug, Clone)]
pub struct WebOrigin {
    /// Documents.
    pub urls: Vec<Url>,
    /// Pages whose links lead to documents.
    pub index: Vec<Url>,
    /// Which links do.
    pub links: GlobSet,
}

/// Objects below one place in a store.
#[derive(Debug, Clone)]
pub struct StoreOrigin {
    /// `s3://bucket/folder`, `az://…`, `gs://…`, `file:///folder`.
    pub url: Url,
    /// What the store has to know, as its library names it: `aws_endpoint`, `azure_storage_account_key`, …
    pub options: BTreeMap<String, Secret>,
}

impl Source {
    /// Its files, folders and globs; none where it is remote.
    #[must_use]
    pub fn paths(&self) -> &[PathBuf] {
        match &self.origin {
            Origin::Files(paths) => paths,
            Origin::Web(_) | Origin::Store(_) => &[],
        }
    }

    /// Whether its documents come over a network, and are kept for that.
    #[must_use]
    pub fn is_remote(&self) -> bool {
        !matches!(self.origin, Origin::Files(_))
    }

    /// Where it is, in words.
    #[must_use]
    pub fn place(&self) -> String {
        let listed = |places: Vec<String>| places.join(", ");
        match &self.origin {
            Origin::Files(paths) => listed(paths.iter().map(|path| path.display().to_string()).collect()),
            Origin::Web(web) => listed(web.index.iter().chain(&web.urls).map(Url::to_string).collect()),
            Origin::Store(store) => store.url.to_string(),
        }
    }
}

/// A key of a source, and what is wrong with its value.
type Problem = (&'static str, String);

/// All sources, each understood.
pub(super) fn sources(file: &ConfigFile, text: &str, path: &Path) -> Result<Vec<Source>, ConfigError> {
    let folder = path.parent().unwrap_or(Path::new(""));
    let mut names = BTreeSet::new();
    let mut found = Vec::new();
    for (at, written) in file.sources.iter().enumerate() {
        let source = source(written, folder).and_then(|source| match names.insert(source.name.clone()) {
            true => Ok(source),
            false => Err(("name", format!("two sources are named {}", source.name))),
        });
        found.push(source.map_err(|(key, problem)| {
            let (line, column) = locate(text, &[Step::Key("sources"), Step::Index(at), Step::Key(key)]);
            ConfigError::At { path: path.to_owned(), line, column, problem }
        })?);
    }
    Ok(found)
}

fn source(written: &SourceFile, folder: &Path) -> Result<Source, Problem> {
    let given = |text: &str| (!text.trim().is_empty()).then(|| text.trim().to_owned());
    let name = written.name.trim();
    if name.is_empty() || name.chars().any(char::is_control) {
        return Err(("name", String::from("a source needs a name, because it is part of its documents' keys")));
    }
    if given(&written.published).is_some() && PartialDate::parse(&written.published).is_none() {
        return Err(("published", String::from("wants YYYY, YYYY-MM or YYYY-MM-DD, and a day that exists")));
    }
    Ok(Source {
        name: name.to_owned(),
        origin: origin(written, name, folder)?,
        manifest: given(&written.manifest).map(|path| tidy(&folder.join(path))),
        area: given(&written.area),
        published: PartialDate::parse(&written.published),
    })
}

/// The one place that a source names.
fn origin(written: &SourceFile, name: &str, folder: &Path) -> Result<Origin, Problem> {
    let is_web = !written.urls.is_empty() || !written.index.is_empty();
    match (written.paths.is_empty(), is_web, written.store.trim()) {
        (false, false, "") => {
            if written.paths.iter().any(|path| path.trim().is_empty()) {
                return Err(("paths", format!("source {name} names an empty path")));
            }
            Ok(Origin::Files(written.paths.iter().map(|path| tidy(&folder.join(path))).collect()))
        }
        (true, true, "") => web(written).map(Origin::Web),
        (true, false, place) if !place.is_empty() => store(place, written).map(Origin::Store),
        (true, false, _) => Err(("name", format!("source {name} names no documents: it wants paths, or urls and index, or store"))),
        _ => Err(("name", format!("source {name} is of two kinds: paths, urls with index, and store want a source each"))),
    }
}

fn web(written: &SourceFile) -> Result<WebOrigin, Problem> {
    let all = |key: &'static str, urls: &[String]| urls.iter().map(|url| page(url).map_err(|problem| (key, problem))).collect::<Result<Vec<_>, _>>();
    if written.index.is_empty() != written.links.is_empty() {
        return Err((
            if written.index.is_empty() { "links" } else { "index" },
            String::from("an index page wants a pattern of the links that lead to documents, and the pattern wants an index page"),
        ));
    }
    let mut links = GlobSetBuilder::new();
    for pattern in &written.links {
        let glob = GlobBuilder::new(&as_in_links(pattern.trim())).literal_separator(true).build();
        links.add(glob.map_err(|error| ("links", error.to_string()))?);
    }
    let links = links.build().map_err(|error| ("links", error.to_string()))?;
    Ok(WebOrigin { urls: all("urls", &written.urls)?, index: all("index", &written.index)?, links })
}

/// A pattern with its characters as links write them: all but those of ASCII by their bytes.
fn as_in_links(pattern: &str) -> String {
    let mut written = String::new();
    for c in pattern.chars() {
        if c.is_ascii() {
            written.push(c);
        } else {
            written.extend(c.encode_utf8(&mut [0; 4]).bytes().map(|byte| format!("%{byte:02X}")));
        }
    }
    written
}

/// The address of a page.
fn page(written: &str) -> Result<Url, String> {
    let mut url = Url::parse(written.trim()).map_err(|error| format!("{written} is no address: {error}"))?;
    if !matches!(url.scheme(), "http" | "https") {
        return Err(format!("{written} is no address of a page: it wants http:// or https://"));
    }
    if !url.username().is_empty() || url.password().is_some() {
        return Err(format!(
            "the address of a page of {} holds a name or a password, which would stand in the tables",
            url.host_str().unwrap_or_default()
        ));
    }
    url.set_fragment(None);
    Ok(url)
}

fn store(place: &str, written: &SourceFile) -> Result<StoreOrigin, Problem> {
    let url = Url::parse(place).map_err(|error| ("store", format!("{place} is no address: {error}")))?;
    if url.password().is_some() {
        return Err(("store", String::from("a password does not belong into the address of a store: name it in options")));
    }
    if url.query().is_some() {
        return Err(("store", String::from("a query does not belong into the address of a store: name what it says in options")));
    }
    if object_store::ObjectStoreScheme::parse(&url).is_err() || matches!(url.scheme(), "memory" | "http") {
        return Err(("store", format!("{place}: no store of a known kind: s3://, gs://, az:// or file://")));
    }
    let options = written.options.iter().map(|(key, value)| (key.to_ascii_lowercase(), Secret::new(value.clone()))).collect();
    let origin = StoreOrigin { url, options };
    crate::ingest::check_store(&origin).map_err(|error| ("options", error))?;
    Ok(origin)
}
