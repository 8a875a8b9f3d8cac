//! `robots.txt`: which pages a host lets this program fetch, and how often.
//!
//! - Source: RFC 9309; `Crawl-delay` is a custom beside it.

use super::client::{Anything, Client, NAME, Permission, Reply};
use super::shelf::Shelf;
use super::{FetchError, Known};
use crate::config::Source;
use crate::ingest::IngestError;
use crate::ledger::{Fetch, FetchRole};
use chrono::{DateTime, Utc};
use reqwest::Url;
use robotxt::Robots;
use std::cell::RefCell;
use std::collections::HashMap;
use std::rc::Rc;
use std::time::Duration;
use tokio::sync::OnceCell;

/// A host that wants longer waits than this gets these.
const LONGEST_DELAY: Duration = Duration::from_secs(60);
/// The rest of a longer file is passed over, as the RFC allows.
const MOST_BYTES: usize = 512 << 10;

/// What a host allows, once it was asked.
type Asked = Rc<OnceCell<Result<Robots, FetchError>>>;

/// What all hosts allow, each asked once.
pub(super) struct Rules<'a> {
    shelf: Option<(Shelf<'a>, &'a Source)>,
    known: Known,
    now: &'a dyn Fn() -> DateTime<Utc>,
    asked: RefCell<HashMap<String, Asked>>,
}

impl<'a> Rules<'a> {
    /// Rules that are kept from one run to the next.
    pub(super) fn kept(shelf: Shelf<'a>, source: &'a Source, now: &'a dyn Fn() -> DateTime<Utc>) -> Result<Self, IngestError> {
        Ok(Self { known: shelf.fetched(source, FetchRole::Robots)?, shelf: Some((shelf, source)), now, asked: RefCell::default() })
    }

    /// Rules for this once.
    pub(super) fn passing(now: &'a dyn Fn() -> DateTime<Utc>) -> Self {
        Self { shelf: None, known: Known::new(), now, asked: RefCell::default() }
    }

    async fn ask(&self, client: &Client<'_>, url: &Url) -> Result<Robots, FetchError> {
        let place = robotxt::robots_url(url).map_err(|_| FetchError::Elsewhere { to: url.to_string() })?;
        let at_hand = |fetch: &&Fetch| self.shelf.is_some_and(|(shelf, _)| shelf.is_at_hand(fetch));
        let known = self.known.get(place.as_str()).filter(at_hand);
        let kept = || known.zip(self.shelf).and_then(|(known, (shelf, _))| std::fs::read(shelf.kept(&known.content_hash)?).ok());
        let rules = match client.get(&place, known, &Anything).await {
            Ok((Reply::Changed(page), _)) => {
                self.keep(&place, &page.etag, &page.last_modified, &page.bytes);
                parse(&page.bytes)
            }
            Err(error @ (FetchError::Private { .. } | FetchError::Stopped)) => return Err(error),
            Err(error) if !error.is_unreachable() => Robots::allow_all(),
            // What it said the last time counts until it can be asked again.
            unreachable => match kept() {
                Some(bytes) => parse(&bytes),
                None => {
                    let host = url.host_str().unwrap_or_default().to_owned();
                    let error = unreachable.err().unwrap_or(FetchError::Status { status: 304, after: None });
                    return Err(FetchError::RobotsUnreachable { host, source: Box::new(error) });
                }
            },
        };
        if let Some(delay) = rules.crawl_delay() {
            client.host(url).slow_down(delay.min(LONGEST_DELAY));
        }
        Ok(rules)
    }

    /// Losing it costs one more request.
    fn keep(&self, place: &Url, etag: &Option<String>, last_modified: &Option<String>, bytes: &[u8]) {
        let Some((shelf, source)) = self.shelf else { return };
        let fetch = Fetch {
            source: source.name.clone(),
            role: FetchRole::Robots,
            path: place.to_string(),
            found_on: None,
            etag: etag.clone(),
            last_modified: last_modified.clone(),
            content_hash: gongbao_tables::content_hash(bytes),
            extension: String::from("txt"),
            fetched_at: (self.now)(),
        };
        if let Err(error) = shelf.put(&fetch, bytes) {
            tracing::warn!(error = &error as &dyn std::error::Error, "the rules of {place} are not kept");
        }
    }
}

impl Permission for Rules<'_> {
    async fn check(&self, client: &Client<'_>, url: &Url) -> Result<(), FetchError> {
        let cell = Rc::clone(self.asked.borrow_mut().entry(url.origin().ascii_serialization()).or_default());
        let rules = cell.get_or_init(|| self.ask(client, url)).await.as_ref().map_err(Clone::clone)?;
        if rules.is_url_allowed(url) { Ok(()) } else { Err(FetchError::Robots { host: url.host_str().unwrap_or_default().to_owned() }) }
    }
}

fn parse(bytes: &[u8]) -> Robots {
    Robots::parse(bytes.get(..MOST_BYTES).unwrap_or(bytes), NAME)
}
