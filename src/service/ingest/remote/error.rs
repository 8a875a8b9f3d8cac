//! Why something could not be fetched.

use std::net::IpAddr;
use std::sync::Arc;
use std::time::Duration;

/// Why something could not be fetched.
#[derive(Debug, Clone, thiserror::Error)]
#[non_exhaustive]
pub enum FetchError {
    /// The server answers so.
    #[error("the server answers {status}")]
    Status {
        /// HTTP's number.
        status: u16,
        /// How long it wants not to be asked again.
        after: Option<Duration>,
    },
    /// Its `robots.txt` does not want this program there.
    #[error("the robots.txt of {host} does not allow it")]
    Robots {
        /// The host.
        host: String,
    },
    /// Its `robots.txt` cannot be had, so that nobody knows.
    #[error("the robots.txt of {host} cannot be had")]
    RobotsUnreachable {
        /// The host.
        host: String,
        /// Why.
        source: Box<FetchError>,
    },
    /// It would be an address in somebody's own network.
    #[error("{host} has the private address {address}: private_hosts would allow it")]
    Private {
        /// The host.
        host: String,
        /// Its address.
        address: IpAddr,
    },
    /// One redirection after the other.
    #[error("redirected more than {most} times")]
    Redirects {
        /// So many are followed.
        most: u32,
    },
    /// A redirection leads to what is no page.
    #[error("redirected to {to}, which is no address of a page")]
    Elsewhere {
        /// Where to.
        to: String,
    },
    /// Larger than configured.
    #[error("too large: more than {limit} bytes")]
    TooLarge {
        /// The configured size.
        limit: u64,
    },
    /// The transfer failed.
    #[error("cannot be fetched")]
    Transfer(#[source] Arc<reqwest::Error>),
    /// The transfer took too long.
    #[error("took longer than {seconds} seconds")]
    Overdue {
        /// The configured time.
        seconds: u32,
    },
    /// Its host failed so often in a row that it is left alone in this run.
    #[error("{host} failed {times} times in a row: it is left alone until the next run")]
    HostDown {
        /// The host.
        host: String,
        /// How often.
        times: u32,
    },
    /// A store failed.
    #[error("the store failed")]
    Store(#[source] Arc<object_store::Error>),
    /// It is not in the store.
    #[error("it is not in the store")]
    NotInStore,
    /// Nothing can be fetched at all.
    #[error("{0}")]
    Client(String),
    /// The run was asked to end.
    #[error("not begun")]
    Stopped,
}

/// Answers after which the same may be asked again: asked too often, or the server has a trouble of its own.
const TRANSIENT: [u16; 8] = [408, 425, 429, 500, 502, 503, 504, 522];

impl FetchError {
    /// True when the same may succeed a moment later, with nothing changed by anybody.
    #[must_use]
    pub fn is_transient(&self) -> bool {
        match self {
            Self::Status { status, .. } => TRANSIENT.contains(status),
            Self::Transfer(_) | Self::Overdue { .. } | Self::HostDown { .. } | Self::Store(_) | Self::Client(_) | Self::Stopped => true,
            Self::RobotsUnreachable { source, .. } => source.is_transient(),
            Self::Robots { .. }
            | Self::Private { .. }
            | Self::Redirects { .. }
            | Self::Elsewhere { .. }
            | Self::TooLarge { .. }
            | Self::NotInStore => false,
        }
    }
}
