//! A collector of traces on loopback: what it is sent, and the spans in it.

use opentelemetry_proto::tonic::collector::trace::v1::ExportTraceServiceRequest;
use opentelemetry_proto::tonic::common::v1::{KeyValue, any_value::Value};
use prost::Message;
use std::collections::BTreeMap;
use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::mpsc::{Receiver, channel};
use std::time::Duration;

/// Longer than any test's machine needs, but not forever.
const PATIENCE: Duration = Duration::from_secs(60);

/// A port at which nobody listens: reserved, and below those that the system hands out.
pub(crate) const NOBODY: u16 = 1;

/// What it says to every request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Answer {
    Thanks,
    Unauthorized,
    /// None ever, while the connection stays open.
    Nothing,
}

pub(crate) struct Collector {
    pub(crate) port: u16,
    requests: Receiver<Request>,
}

pub(crate) struct Request {
    /// First line and headers, in small letters.
    pub(crate) head: String,
    body: Vec<u8>,
}

/// A span with what its resource says.
#[derive(Debug)]
pub(crate) struct Span {
    pub(crate) name: String,
    pub(crate) trace: Vec<u8>,
    pub(crate) id: Vec<u8>,
    /// Empty where there is none.
    pub(crate) parent: Vec<u8>,
    pub(crate) attributes: BTreeMap<String, String>,
    pub(crate) resource: BTreeMap<String, String>,
}

impl Collector {
    pub(crate) fn new(answer: Answer) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port();
        let (tell, requests) = channel();
        std::thread::spawn(move || {
            let mut open = Vec::new();
            for stream in listener.incoming() {
                let mut stream = stream.unwrap();
                let Some(request) = Request::read(&mut stream) else { continue };
                // Told before it is answered: the program may end as soon as it has its answer.
                if tell.send(request).is_err() {
                    return;
                }
                let status = match answer {
                    Answer::Thanks => "200 OK",
                    Answer::Unauthorized => "401 Unauthorized",
                    Answer::Nothing => {
                        open.push(stream);
                        continue;
                    }
                };
                let _who_asked_may_be_gone = write!(stream, "HTTP/1.1 {status}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");
            }
        });
        Self { port, requests }
    }

    /// The requests of a program that has ended: one at least.
    pub(crate) fn requests(&self) -> Vec<Request> {
        let first = self.requests.recv_timeout(PATIENCE).unwrap();
        std::iter::once(first).chain(self.requests.try_iter()).collect()
    }

    /// Whether no request has come.
    pub(crate) fn is_unasked(&self) -> bool {
        self.requests.try_iter().next().is_none()
    }

    /// The spans that a program sent which has ended.
    pub(crate) fn spans(&self) -> Vec<Span> {
        self.requests().iter().flat_map(Request::spans).collect()
    }
}

impl Request {
    /// None where the other side hangs up before the end.
    fn read(stream: &mut TcpStream) -> Option<Self> {
        stream.set_read_timeout(Some(PATIENCE)).unwrap();
        let mut bytes = Vec::new();
        let mut part = [0; 8192];
        loop {
            let count = stream.read(&mut part).ok().filter(|count| *count > 0)?;
            bytes.extend_from_slice(&part[..count]);
            let Some(end) = bytes.windows(4).position(|four| four == b"\r\n\r\n") else { continue };
            let head = String::from_utf8_lossy(&bytes[..end]).to_lowercase();
            let length: usize = head.lines().find_map(|line| line.strip_prefix("content-length: ")).unwrap().parse().unwrap();
            if bytes.len() >= end + 4 + length {
                return Some(Self { head, body: bytes.split_off(end + 4) });
            }
        }
    }

    fn spans(&self) -> Vec<Span> {
        assert!(self.head.starts_with("post /v1/traces http/1.1"), "{}", self.head);
        let sent = ExportTraceServiceRequest::decode(self.body.as_slice()).unwrap();
        let of_resource = |spans: opentelemetry_proto::tonic::trace::v1::ResourceSpans| {
            let resource = attributes(spans.resource.unwrap_or_default().attributes);
            spans.scope_spans.into_iter().flat_map(|scope| scope.spans).map(move |span| Span {
                name: span.name,
                trace: span.trace_id,
                id: span.span_id,
                parent: span.parent_span_id,
                attributes: attributes(span.attributes),
                resource: resource.clone(),
            })
        };
        sent.resource_spans.into_iter().flat_map(of_resource).collect()
    }
}

/// Those whose values are strings.
fn attributes(pairs: Vec<KeyValue>) -> BTreeMap<String, String> {
    let one = |pair: KeyValue| match pair.value?.value? {
        Value::StringValue(value) => Some((pair.key, value)),
        _ => None,
    };
    pairs.into_iter().filter_map(one).collect()
}
