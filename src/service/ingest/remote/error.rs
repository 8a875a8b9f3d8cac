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
    /// What came in place of a document: a page of excuses, the entrance of the site, or nothing.
    #[error("the server sends {sent}")]
    Excuse {
        /// What it sends.
        sent: &'static str,
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
    /// Its host wants a longer silence than a run waits.
    #[error("{host} wants to be left alone: it is asked again in the next run")]
    Silence {
        /// The host.
        host: String,
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

/// Whether the same may be asked again after an answer: not ready yet, asked too often, or the server has a trouble of its own. What it
/// does not know how to do, it will not know later.
fn may_pass(status: u16) -> bool {
    matches!(status, 202 | 408 | 425 | 429 | 500..=599) && !matches!(status, 501 | 505)
}

impl FetchError {
    /// True when nobody knows whether there is what was asked for, as the server is not well.
    #[must_use]
    pub(super) fn is_unreachable(&self) -> bool {
        self.is_transient() || matches!(self, Self::Status { status: 500..=599, .. } | Self::TooLarge { .. })
    }

    /// True when the same may succeed a moment later, with nothing changed by anybody.
    #[must_use]
    pub fn is_transient(&self) -> bool {
        match self {
            Self::Status { status, .. } => may_pass(*status),
            Self::RobotsUnreachable { .. } => true,
            Self::Transfer(_)
            | Self::Overdue { .. }
            | Self::HostDown { .. }
            | Self::Silence { .. }
            | Self::Store(_)
            | Self::Client(_)
            | Self::Stopped => true,
            Self::Robots { .. }
            | Self::Private { .. }
            | Self::Redirects { .. }
            | Self::Elsewhere { .. }
            | Self::Excuse { .. }
            | Self::TooLarge { .. }
            | Self::NotInStore => false,
        }
    }
}
