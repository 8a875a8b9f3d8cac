//! One page after the other, politely: as the host allows it, within limits, and only when it has changed.

use super::address::Guard;
use super::gate::{Gate, Host};
use super::{FetchError, extension};
use crate::config::FetchFile;
use crate::ingest::Retry;
use crate::ledger::Fetch;
use reqwest::header::{
    CONTENT_DISPOSITION, CONTENT_TYPE, ETAG, HeaderMap, HeaderName, IF_MODIFIED_SINCE, IF_NONE_MATCH, LAST_MODIFIED, LOCATION, RETRY_AFTER,
};
use reqwest::{StatusCode, Url};
use std::error::Error;
use std::sync::Arc;
use std::time::Duration;
use tokio::time::Instant;

/// How the program names itself.
pub(super) const NAME: &str = env!("CARGO_PKG_NAME");
/// A connection stands within this time or not at all.
const CONNECT: Duration = Duration::from_secs(15);
/// A server that wants a longer silence is asked by the next run.
const LONGEST_SILENCE: Duration = Duration::from_secs(60);

/// Asks servers for pages.
pub(super) struct Client<'a> {
    http: reqwest::Client,
    guard: Guard,
    gate: Gate<'a>,
    settings: &'a FetchFile,
    retry: &'a Retry<'a>,
    limit: u64,
}

/// What came.
pub(super) enum Reply {
    /// It is as it was.
    Unchanged,
    /// It is this now.
    Changed(Page),
}

/// A page as it came.
#[derive(Debug, Default)]
pub(super) struct Page {
    pub(super) bytes: Vec<u8>,
    pub(super) etag: Option<String>,
    pub(super) last_modified: Option<String>,
    pub(super) extension: String,
}

/// One answer.
enum Answer {
    Moved(Url),
    Replied(Reply),
}

/// Who may be asked, at each step of a way.
pub(super) trait Permission {
    /// Whether a URL may be fetched.
    async fn check(&self, client: &Client<'_>, url: &Url) -> Result<(), FetchError>;
}

/// No question is asked.
pub(super) struct Anything;

impl Permission for Anything {
    async fn check(&self, _: &Client<'_>, _: &Url) -> Result<(), FetchError> {
        Ok(())
    }
}

impl<'a> Client<'a> {
    /// - Errors: `Client`: the system's certificates cannot be read, or the proxy is none.
    pub(super) fn new(settings: &'a FetchFile, retry: &'a Retry<'a>, limit: u64, is_stopped: &'a dyn Fn() -> bool) -> Result<Self, FetchError> {
        let proxy = settings.proxy.trim();
        let guard = Guard::new(&settings.private_hosts, proxy);
        let contact = Some(settings.contact.trim()).filter(|contact| !contact.is_empty()).map(|contact| format!(" (+{contact})"));
        let agent = format!("{NAME}/{}{}", env!("CARGO_PKG_VERSION"), contact.unwrap_or_default());
        let mut http = reqwest::Client::builder()
            .user_agent(agent)
            .redirect(reqwest::redirect::Policy::none())
            .connect_timeout(CONNECT)
            .dns_resolver(Arc::new(guard.clone()))
            .no_proxy();
        if !proxy.is_empty() {
            http = http.proxy(reqwest::Proxy::all(proxy).map_err(no_client)?);
        }
        Ok(Self { http: http.build().map_err(no_client)?, guard, gate: Gate::new(settings, is_stopped), settings, retry, limit })
    }

    /// The gate before the host of a URL.
    pub(super) fn host(&self, url: &Url) -> std::rc::Rc<Host> {
        self.gate.host(url.host_str().unwrap_or_default())
    }

    /// Fetches a page unless it is as it was, and tells where it was found. What may pass is tried again, and redirections are
    /// followed, within limits.
    pub(super) async fn get(&self, url: &Url, known: Option<&Fetch>, permission: &impl Permission) -> Result<(Reply, Url), FetchError> {
        let host = self.host(url);
        let mut tried = 1;
        loop {
            let error = match self.follow(url, known, permission).await {
                // These tell nothing new of the host.
                Err(
                    error @ (FetchError::HostDown { .. } | FetchError::Silence { .. } | FetchError::RobotsUnreachable { .. } | FetchError::Stopped),
                ) => return Err(error),
                Err(error) if error.is_transient() => error,
                done => {
                    host.ended(false);
                    return done;
                }
            };
            let again = self.retry.again(url.as_str(), tried);
            let silence = match error {
                FetchError::Status { after, .. } => after.unwrap_or_default(),
                _ => Duration::ZERO,
            };
            if silence > LONGEST_SILENCE {
                host.close();
                return Err(error);
            }
            host.rest(silence);
            let Some(wait) = again else {
                host.ended(true);
                return Err(error);
            };
            tracing::debug!(error = &error as &dyn Error, "{url} is asked again");
            self.gate.rest_until(Instant::now() + wait).await?;
            tried += 1;
        }
    }

    async fn follow(&self, url: &Url, known: Option<&Fetch>, permission: &impl Permission) -> Result<(Reply, Url), FetchError> {
        let mut at = url.clone();
        for _ in 0..=self.settings.redirects {
            permission.check(self, &at).await?;
            match self.ask(&at, known).await? {
                Answer::Moved(to) => at = to,
                Answer::Replied(reply) => return Ok((reply, at)),
            }
        }
        Err(FetchError::Redirects { most: self.settings.redirects })
    }

    /// One request, at its time.
    async fn ask(&self, url: &Url, known: Option<&Fetch>) -> Result<Answer, FetchError> {
        self.guard.check(url)?;
        let host = self.host(url);
        let _place = self.gate.enter(&host).await?;
        let time = Duration::from_secs(u64::from(self.settings.seconds));
        let answer = tokio::time::timeout(time, self.transfer(url, known)).await;
        answer.map_err(|_| FetchError::Overdue { seconds: self.settings.seconds })?
    }

    async fn transfer(&self, url: &Url, known: Option<&Fetch>) -> Result<Answer, FetchError> {
        let mut request = self.http.get(url.clone());
        for (name, value) in known.map(validators).into_iter().flatten() {
            request = request.header(name, value);
        }
        let mut response = request.send().await.map_err(|error| failed(url, error))?;
        let (status, headers) = (response.status(), response.headers().clone());
        if status == StatusCode::NOT_MODIFIED && known.is_some() {
            return Ok(Answer::Replied(Reply::Unchanged));
        }
        if let Some(to) = headers.get(LOCATION).filter(|_| status.is_redirection()) {
            return moved(url, &String::from_utf8_lossy(to.as_bytes())).map(Answer::Moved);
        }
        // Of the other answers of success, one is too early, and the others have no document or a part of one.
        if !matches!(status, StatusCode::OK | StatusCode::NON_AUTHORITATIVE_INFORMATION) {
            return Err(FetchError::Status { status: status.as_u16(), after: silence(&headers) });
        }
        let too_large = || FetchError::TooLarge { limit: self.limit };
        if response.content_length().is_some_and(|length| length > self.limit) {
            return Err(too_large());
        }
        let mut bytes = Vec::new();
        while let Some(more) = response.chunk().await.map_err(|error| failed(url, error))? {
            bytes.extend_from_slice(&more);
            if u64::try_from(bytes.len()).is_ok_and(|length| length > self.limit) {
                return Err(too_large());
            }
        }
        // Names of files come in any encoding.
        let disposition = headers.get(CONTENT_DISPOSITION).map(|value| String::from_utf8_lossy(value.as_bytes()));
        let told = extension::Told { content_type: text(&headers, &CONTENT_TYPE), disposition: disposition.as_deref() };
        let extension = extension::of_page(url, &told, &bytes);
        let word = |name| text(&headers, name).map(str::to_owned);
        Ok(Answer::Replied(Reply::Changed(Page { etag: word(&ETAG), last_modified: word(&LAST_MODIFIED), extension, bytes })))
    }
}

/// By what the server tells whether it has changed.
fn validators(known: &Fetch) -> Vec<(HeaderName, String)> {
    let etag = known.etag.clone().map(|etag| (IF_NONE_MATCH, etag));
    etag.into_iter().chain(known.last_modified.clone().map(|time| (IF_MODIFIED_SINCE, time))).collect()
}

fn text<'h>(headers: &'h HeaderMap, name: &HeaderName) -> Option<&'h str> {
    headers.get(name).and_then(|value| value.to_str().ok())
}

/// How long a server wants not to be asked; a date counts as the longest.
fn silence(headers: &HeaderMap) -> Option<Duration> {
    let written = text(headers, &RETRY_AFTER)?;
    Some(written.trim().parse().map_or(LONGEST_SILENCE, Duration::from_secs))
}

fn moved(from: &Url, to: &str) -> Result<Url, FetchError> {
    let elsewhere = || FetchError::Elsewhere { to: to.to_owned() };
    let mut url = from.join(to).map_err(|_| elsewhere())?;
    url.set_fragment(None);
    if matches!(url.scheme(), "http" | "https") { Ok(url) } else { Err(elsewhere()) }
}

/// Why a transfer failed: a refused address is told as such, however deep it stands.
fn failed(url: &Url, error: reqwest::Error) -> FetchError {
    let mut cause: Option<&dyn Error> = Some(&error);
    while let Some(inner) = cause {
        if let Some(FetchError::Private { host, address }) = inner.downcast_ref::<FetchError>() {
            return FetchError::Private { host: host.clone(), address: *address };
        }
        cause = inner.source();
    }
    tracing::debug!(error = &error as &dyn Error, "{url} failed");
    // The URL stands beside it anyhow.
    FetchError::Transfer(Arc::new(error.without_url()))
}

fn no_client(error: reqwest::Error) -> FetchError {
    FetchError::Client(crate::observe::chain(&error))
}
