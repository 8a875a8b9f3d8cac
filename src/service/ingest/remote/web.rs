//! Pages by HTTP: those that are named, and those to which index pages lead.

use super::client::{Client, Reply};
use super::robots::Rules;
use super::{FetchError, Item, Known, Remote, Told, each, extension};
use crate::config::{FetchFile, Source, WebOrigin};
use crate::ingest::{IngestError, Retry};
use crate::ledger::{Fetch, FetchRole};
use crate::observe::{chain, fields};
use chrono::Utc;
use reqwest::Url;
use std::collections::BTreeMap;

/// Fetches what is new or changed.
pub(super) async fn look(remote: &Remote<'_>, source: &Source, origin: &WebOrigin, known: &Known) -> Result<Told, IngestError> {
    let client = Client::new(remote.settings, remote.retry, remote.limit, remote.is_stopped)?;
    let rules = Rules::kept(remote.shelf, source, remote.now)?;
    let web = Web { remote, source, client: &client, rules: &rules };
    let mut told = Told::default();
    let mut wanted: BTreeMap<Url, Option<String>> = origin.urls.iter().map(|url| (url.clone(), None)).collect();
    for (index, links) in web.index(origin).await? {
        match links {
            Ok(links) => links.into_iter().for_each(|link| {
                wanted.entry(link).or_insert_with(|| Some(index.clone()));
            }),
            Err(Unseen::Stopped) => told.items.push(Item { path: index, outcome: Err(FetchError::Stopped) }),
            Err(Unseen::Because(error)) => told.unseen.push((index, error)),
        }
    }
    wanted.retain(|url, _| !remote.shelf.is_barred_place(source, url.as_str()));
    // What an index page told of once stays, though it tells of newer pages now.
    let is_of_index = |fetch: &&Fetch| fetch.found_on.as_ref().is_some_and(|on| origin.index.iter().any(|index| index.as_str() == on));
    let is_wanted = |path: &str| Url::parse(path).is_ok_and(|url| wanted.contains_key(&url));
    let earlier = known.values().filter(is_of_index).filter(|fetch| !is_wanted(&fetch.path));
    let (at_hand, lost): (Vec<&Fetch>, Vec<&Fetch>) = earlier.partition(|fetch| remote.shelf.is_at_hand(fetch));
    told.items.extend(at_hand.into_iter().map(|fetch| Item { path: fetch.path.clone(), outcome: Ok(fetch.clone()) }));
    wanted.extend(lost.into_iter().filter_map(|fetch| Some((Url::parse(&fetch.path).ok()?, fetch.found_on.clone()))));
    let one = async |(url, found_on): (Url, Option<String>)| web.document(&url, found_on, known).await;
    told.items.extend(each(wanted.into_iter().collect(), remote.settings.at_once, one).await?);
    Ok(told)
}

/// Asks for the index pages, or else the first of the named ones of each host, and leaves what they hold.
pub(super) async fn probe(settings: &FetchFile, limit: u64, retry: &Retry<'_>, origin: &WebOrigin) -> Vec<Result<String, (String, FetchError)>> {
    let mut asked: Vec<&Url> = origin.index.iter().collect();
    for url in &origin.urls {
        if !asked.iter().any(|other| other.host_str() == url.host_str()) {
            asked.push(url);
        }
    }
    let client = match Client::new(settings, retry, limit, &|| false) {
        Ok(client) => client,
        Err(error) => return vec![Err((String::from("pages"), error))],
    };
    let rules = Rules::passing(&Utc::now);
    let mut told = Vec::new();
    for url in asked {
        let reached = client.get(url, None, &rules).await;
        told.push(reached.map(|_| url.to_string()).map_err(|error| (url.to_string(), error)));
    }
    told
}

/// Why the links of an index page are not known.
enum Unseen {
    Stopped,
    Because(String),
}

struct Web<'a> {
    remote: &'a Remote<'a>,
    source: &'a Source,
    client: &'a Client<'a>,
    rules: &'a Rules<'a>,
}

impl Web<'_> {
    /// The links of each index page that lead to documents, or why they cannot be had.
    async fn index(&self, origin: &WebOrigin) -> Result<Vec<(String, Result<Vec<Url>, Unseen>)>, IngestError> {
        let known = self.remote.shelf.fetched(self.source, FetchRole::Index)?;
        let one = async |url: Url| {
            let fetched = self.fetch(FetchRole::Index, &url, None, known.get(url.as_str())).await?;
            Ok((url, fetched))
        };
        let mut fetched = each(origin.index.clone(), self.remote.settings.at_once, one).await?;
        fetched.sort_by(|a, b| a.0.cmp(&b.0));
        let links = fetched.into_iter().map(|(url, fetched)| {
            let links = match fetched {
                Ok((fetch, at)) => self.links(&at, &fetch).map_err(Unseen::Because),
                Err(FetchError::Stopped) => Err(Unseen::Stopped),
                Err(error) => Err(Unseen::Because(chain(&error))),
            };
            (url.to_string(), links.map(|links| self.matching(&url, links, origin)))
        });
        Ok(links.collect())
    }

    /// Those links that lead to documents. A page without any is most likely another one than it was.
    fn matching(&self, index: &Url, mut links: Vec<Url>, origin: &WebOrigin) -> Vec<Url> {
        let all = links.len();
        links.retain(|link| origin.links.is_match(link.as_str()));
        if links.is_empty() {
            tracing::warn!({ fields::SOURCE_NAME } = %self.source.name, "{index}: none of its {all} links matches the pattern");
        }
        links
    }

    /// All links of a kept page.
    fn links(&self, url: &Url, fetch: &Fetch) -> Result<Vec<Url>, String> {
        let file = self.remote.shelf.kept(&fetch.content_hash).ok_or_else(|| String::from("it may not be kept"))?;
        let bytes = std::fs::read(file).map_err(|error| error.to_string())?;
        let written = self.remote.parser.links(&bytes).map_err(|error| error.to_string())?;
        let base = written.base.and_then(|base| url.join(&base).ok()).unwrap_or_else(|| url.clone());
        let resolved = written.links.iter().filter_map(|link| base.join(link.trim()).ok()).map(|mut link| {
            link.set_fragment(None);
            link
        });
        Ok(resolved.filter(|link| matches!(link.scheme(), "http" | "https") && link.password().is_none() && link.username().is_empty()).collect())
    }

    async fn document(&self, url: &Url, found_on: Option<String>, known: &Known) -> Result<Item, IngestError> {
        let path = url.to_string();
        let fetched = self.fetch(FetchRole::Document, url, found_on, known.get(&path)).await?;
        Ok(Item { path, outcome: fetched.map(|(fetch, _)| fetch) })
    }

    /// Fetches a page unless it is as it was and still at hand, and tells where it was found.
    async fn fetch(
        &self,
        role: FetchRole,
        url: &Url,
        found_on: Option<String>,
        known: Option<&Fetch>,
    ) -> Result<Result<(Fetch, Url), FetchError>, IngestError> {
        let shelf = &self.remote.shelf;
        let at_hand = known.filter(|known| shelf.is_at_hand(known));
        let (page, at) = match self.client.get(url, at_hand, self.rules).await {
            Ok((Reply::Changed(page), at)) => (page, at),
            Ok((Reply::Unchanged, at)) => {
                let Some(known) = at_hand else { return Ok(Err(FetchError::Status { status: 304, after: None })) };
                let fetch = Fetch { found_on, ..known.clone() };
                if fetch != *known {
                    shelf.remember(&fetch)?;
                }
                return Ok(Ok((fetch, at)));
            }
            Err(error) => return Ok(Err(error)),
        };
        if let Some(excuse) = extension::excuse(url, &at, known.map(|known| known.extension.as_str()), &page).filter(|_| role == FetchRole::Document)
        {
            return Ok(Err(excuse));
        }
        let fetch = Fetch {
            source: self.source.name.clone(),
            role,
            path: url.to_string(),
            found_on,
            etag: page.etag,
            last_modified: page.last_modified,
            content_hash: gongbao_tables::content_hash(&page.bytes),
            extension: page.extension,
            fetched_at: (self.remote.now)(),
        };
        shelf.put(&fetch, &page.bytes)?;
        Ok(Ok((fetch, at)))
    }
}
