//! Which addresses are somebody's own: a page that names one of them must not make the program look into that network.

use super::FetchError;
use reqwest::Url;
use reqwest::dns::{Addrs, Name, Resolve, Resolving};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};

/// Finds the addresses of hosts, and gives out none that is private, unless the host may have one. As the connection is made to
/// what comes out here, a name cannot change its address in between.
#[derive(Debug, Clone)]
pub(super) struct Guard {
    private_hosts: Vec<String>,
    /// The proxy's name, which may have a private address as a way, not as a page.
    proxy: Option<String>,
}

impl Guard {
    pub(super) fn new(private_hosts: &[String], proxy: &str) -> Self {
        // As URLs write hosts: names of other scripts in ASCII, addresses in one way, those of version 6 in brackets.
        let as_host = |written: &String| {
            let address = written.trim().parse::<Ipv6Addr>().map(|address| format!("[{address}]"));
            let host = address.unwrap_or_else(|_| written.trim().to_owned());
            let url = Url::parse(&format!("http://{host}/")).ok();
            url.and_then(|url| url.host_str().map(str::to_owned)).unwrap_or(host)
        };
        let proxy = Url::parse(proxy.trim()).ok().and_then(|proxy| proxy.host_str().map(str::to_owned));
        Self { private_hosts: private_hosts.iter().map(as_host).collect(), proxy }
    }

    /// Whether a URL names a private address itself; hosts with names are looked at when they are found.
    pub(super) fn check(&self, url: &Url) -> Result<(), FetchError> {
        let host = url.host_str().unwrap_or_default();
        let address = host.trim_start_matches('[').trim_end_matches(']').parse().ok();
        match address.filter(|address| is_private(*address) && !self.allows(host)) {
            Some(address) => Err(FetchError::Private { host: host.to_owned(), address }),
            None => Ok(()),
        }
    }

    fn allows(&self, host: &str) -> bool {
        self.private_hosts.iter().any(|allowed| allowed == "*" || allowed.eq_ignore_ascii_case(host))
    }
}

impl Resolve for Guard {
    fn resolve(&self, name: Name) -> Resolving {
        let guard = self.clone();
        Box::pin(async move {
            let host = name.as_str();
            let found: Vec<SocketAddr> = tokio::net::lookup_host((host, 0)).await?.collect();
            if guard.allows(host) || guard.proxy.as_deref() == Some(host) {
                return Ok(Box::new(found.into_iter()) as Addrs);
            }
            let (private, public): (Vec<_>, Vec<_>) = found.into_iter().partition(|found| is_private(found.ip()));
            match private.first().filter(|_| public.is_empty()) {
                Some(private) => Err(FetchError::Private { host: host.to_owned(), address: private.ip() }.into()),
                None => Ok(Box::new(public.into_iter()) as Addrs),
            }
        })
    }
}

/// True for addresses that are not reached over the open internet.
///
/// - Source: the special-purpose address registries of IANA.
pub(super) fn is_private(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(address) => is_private_v4(address),
        IpAddr::V6(address) => match embedded(address) {
            Some(embedded) => is_private_v4(embedded),
            None => is_private_v6(address),
        },
    }
}

fn is_private_v4(address: Ipv4Addr) -> bool {
    let [a, b, c, _] = address.octets();
    address.is_private()
        || address.is_loopback()
        || address.is_link_local()
        || address.is_multicast()
        || address.is_documentation()
        || matches!((a, b, c), (0 | 240..=255, _, _) | (100, 64..=127, _) | (192, 0, 0) | (198, 18..=19, _))
}

fn is_private_v6(address: Ipv6Addr) -> bool {
    let [first, second, ..] = address.segments();
    address.is_loopback()
        || address.is_unspecified()
        || address.is_multicast()
        || address.is_unique_local()
        || address.is_unicast_link_local()
        || matches!(
            (first, second),
            (0xfec0..=0xfeff, _) | (0x2001, 0x0db8) | (0x0100, 0) | (0x2001, 0x0002) | (0x3fff, _) | (0x5f00, _) | (0x0064, 0xff9b)
        )
}

/// The address that stands in another: mapped, translated (64:ff9b::/96), or by 6to4.
fn embedded(address: Ipv6Addr) -> Option<Ipv4Addr> {
    let (high, low) = match address.segments() {
        [0, 0, 0, 0, 0, 0xffff, high, low]
        | [0, 0, 0, 0, 0xffff, 0, high, low]
        | [0x0064, 0xff9b, 0, 0, 0, 0, high, low]
        | [0x2002, high, low, ..] => (high, low),
        [0, 0, 0, 0, 0, 0, high, low] if (high, low) != (0, 0) && (high, low) != (0, 1) => (high, low),
        _ => return None,
    };
    let ([a, b], [c, d]) = (high.to_be_bytes(), low.to_be_bytes());
    Some(Ipv4Addr::new(a, b, c, d))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn private_addresses_are_told_from_public_ones() {
        let private = "127.0.0.1 10.1.2.3 172.31.0.1 192.168.1.1 169.254.169.254 100.64.0.1 0.0.0.0 198.18.0.7 224.0.0.1 255.255.255.255 \
                       ::1 :: fe80::1 fd00::1 ff02::1 fec0::1 2001:db8::1 ::ffff:127.0.0.1 ::ffff:10.0.0.1 64:ff9b::a00:1 2002:7f00:1::1 ::10.0.0.1 ::ffff:0:10.0.0.1 \
                       64:ff9b:1::a00:1";
        let public =
            "1.1.1.1 100.63.0.1 100.128.0.1 172.32.0.1 192.0.1.1 198.20.0.1 223.5.5.5 2400:3200::1 ::ffff:1.1.1.1 64:ff9b::101:101 2002:101:101::1";
        for (addresses, expected) in [(private, true), (public, false)] {
            for address in addresses.split_whitespace() {
                assert_eq!(is_private(address.parse().unwrap()), expected, "{address}");
            }
        }
    }

    #[test]
    fn urls_with_private_addresses_are_refused_unless_allowed() {
        let check = |url: &str, allowed: &[&str]| {
            let allowed: Vec<String> = allowed.iter().map(|host| (*host).to_owned()).collect();
            Guard::new(&allowed, "").check(&Url::parse(url).unwrap()).is_ok()
        };
        // URLs may write an address in many ways.
        for url in ["http://127.0.0.1/", "http://2130706433/", "http://0x7f.1/", "http://[::1]:80/", "http://[::ffff:7f00:1]/"] {
            assert!(!check(url, &[]), "{url}");
            assert!(check(url, &["*"]), "{url}");
        }
        assert!(check("http://127.0.0.1:8080/", &["127.0.0.1"]));
        assert!(!check("http://127.0.0.2/", &["127.0.0.1"]));
        assert!(check("http://[::1]/", &["::1"]));
        assert!(check("http://[::1]/", &["[0:0::1]"]));
        assert!(check("http://stats.example.cn/", &[]));
    }
}
