//! The port of a service: whether it lives and is ready, its metrics, and a run on request.
//!
//! It knows nothing of runs: what it answers is asked of the functions that it is given. A connection carries one request, has a
//! few seconds in all, and there are only so many at a time, so that nobody can hold the service up.

use super::metrics::CONTENT_TYPE;
use crate::config::Secret;
use axum::Router;
use axum::extract::{RawQuery, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use axum::serve::Listener;
use std::future::Future;
use std::io;
use std::net::SocketAddr;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::time::Sleep;

/// What the port answers with. The functions may block for a moment: they are called beside the runtime's own threads.
#[derive(Clone)]
pub struct Answers {
    /// Whether the process does its work; when not, it is to be started anew.
    pub live: Arc<dyn Fn() -> bool + Send + Sync>,
    /// Why no run could be done now, where that is so.
    pub ready: Arc<dyn Fn() -> Result<(), String> + Send + Sync>,
    /// The metrics, or why they cannot be gathered.
    pub metrics: Arc<dyn Fn() -> Result<String, String> + Send + Sync>,
    /// Asks for a run of the schedule with this name, and does not wait for it.
    pub start_run: Arc<StartRun>,
    /// What a caller must show who asks for a run; none: nobody may. Asked at each request, for a configuration may be read anew.
    pub token: Arc<dyn Fn() -> Option<Secret> + Send + Sync>,
}

/// Asks for the run of a schedule.
pub type StartRun = dyn Fn(&str) -> Result<(), StartError> + Send + Sync;

/// Why a run is not begun.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum StartError {
    /// There is no schedule with this name.
    #[error("no such schedule")]
    Unknown,
    /// It cannot be begun now.
    #[error("{0}")]
    Refused(String),
}

/// What a caller may take of the service.
#[derive(Debug, Clone, Copy)]
pub struct Limits {
    /// Connections at a time; others wait to be accepted.
    pub connections: usize,
    /// How long a connection may last, from its acceptance to its last byte.
    pub life: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        Self { connections: 32, life: Duration::from_secs(15) }
    }
}

/// Answers until `shutdown` is done, then finishes the requests in hand.
pub async fn serve(listener: TcpListener, answers: Answers, limits: Limits, shutdown: impl Future<Output = ()> + Send + 'static) -> io::Result<()> {
    let listener = Guarded { listener, free: Arc::new(Semaphore::new(limits.connections)), life: limits.life };
    axum::serve(listener, router(answers)).with_graceful_shutdown(shutdown).await
}

fn router(answers: Answers) -> Router {
    Router::new()
        .route("/livez", get(live))
        .route("/readyz", get(ready))
        .route("/metrics", get(metrics))
        .route("/runs", post(start_run))
        .with_state(answers)
}

async fn live(State(answers): State<Answers>) -> Response {
    match beside(move || (answers.live)()).await {
        Some(true) => plain(StatusCode::OK, "alive"),
        _ => plain(StatusCode::SERVICE_UNAVAILABLE, "not alive"),
    }
}

async fn ready(State(answers): State<Answers>) -> Response {
    match beside(move || (answers.ready)()).await {
        Some(Ok(())) => plain(StatusCode::OK, "ready"),
        Some(Err(why)) => plain(StatusCode::SERVICE_UNAVAILABLE, &why),
        None => failed(),
    }
}

async fn metrics(State(answers): State<Answers>) -> Response {
    match beside(move || (answers.metrics)()).await {
        Some(Ok(text)) => answer(StatusCode::OK, CONTENT_TYPE, text),
        Some(Err(why)) => plain(StatusCode::INTERNAL_SERVER_ERROR, &why),
        None => failed(),
    }
}

async fn start_run(State(answers): State<Answers>, RawQuery(query): RawQuery, headers: HeaderMap) -> Response {
    let Some(token) = (answers.token)() else { return plain(StatusCode::FORBIDDEN, "the configuration has no serve.token: nobody may") };
    if !bearer(&headers).is_some_and(|shown| token.is(shown)) {
        let mut refused = plain(StatusCode::UNAUTHORIZED, "show the token: Authorization: Bearer …");
        refused.headers_mut().insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
        return refused;
    }
    let Some(schedule) = query.as_deref().and_then(|query| parameter(query, "schedule")) else {
        return plain(StatusCode::BAD_REQUEST, "which? POST /runs?schedule=NAME");
    };
    match beside(move || (answers.start_run)(&schedule)).await {
        Some(Ok(())) => plain(StatusCode::ACCEPTED, "asked for"),
        Some(Err(error @ StartError::Unknown)) => plain(StatusCode::NOT_FOUND, &error.to_string()),
        Some(Err(error @ StartError::Refused(_))) => plain(StatusCode::CONFLICT, &error.to_string()),
        None => failed(),
    }
}

/// Calls a function that may block; nothing when it panicked.
async fn beside<T: Send + 'static>(ask: impl FnOnce() -> T + Send + 'static) -> Option<T> {
    tokio::task::spawn_blocking(ask).await.ok()
}

fn failed() -> Response {
    plain(StatusCode::INTERNAL_SERVER_ERROR, "the answer failed; the log tells why")
}

fn plain(status: StatusCode, text: &str) -> Response {
    answer(status, "text/plain; charset=utf-8", format!("{text}\n"))
}

fn answer(status: StatusCode, content_type: &'static str, text: String) -> Response {
    (status, [(header::CONTENT_TYPE, content_type), (header::CONNECTION, "close"), (header::CACHE_CONTROL, "no-store")], text).into_response()
}

/// The token of `Authorization: Bearer TOKEN`.
fn bearer(headers: &HeaderMap) -> Option<&str> {
    let (scheme, token) = headers.get(header::AUTHORIZATION)?.to_str().ok()?.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then(|| token.trim())
}

/// A parameter of a query, unescaped.
fn parameter(query: &str, name: &str) -> Option<String> {
    let value = query.split('&').filter_map(|pair| pair.split_once('=')).find(|(key, _)| *key == name)?.1;
    let mut bytes = Vec::new();
    let mut rest = value.bytes();
    while let Some(byte) = rest.next() {
        match byte {
            b'+' => bytes.push(b' '),
            b'%' => {
                let digit = |byte: u8| char::from(byte).to_digit(16);
                let (high, low) = (digit(rest.next()?)?, digit(rest.next()?)?);
                bytes.push(u8::try_from(high * 16 + low).ok()?);
            }
            byte => bytes.push(byte),
        }
    }
    String::from_utf8(bytes).ok().filter(|value| !value.is_empty())
}

/// Accepts no more connections than there are free places.
struct Guarded {
    listener: TcpListener,
    free: Arc<Semaphore>,
    life: Duration,
}

impl Listener for Guarded {
    type Io = Connection;
    type Addr = SocketAddr;

    async fn accept(&mut self) -> (Connection, SocketAddr) {
        // The semaphore is never closed.
        let place = Arc::clone(&self.free).acquire_owned().await.ok();
        let (stream, address) = Listener::accept(&mut self.listener).await;
        (Connection { stream, end: Box::pin(tokio::time::sleep(self.life)), _place: place }, address)
    }

    fn local_addr(&self) -> io::Result<SocketAddr> {
        self.listener.local_addr()
    }
}

/// A connection that ends with its time.
struct Connection {
    stream: TcpStream,
    end: Pin<Box<Sleep>>,
    _place: Option<OwnedSemaphorePermit>,
}

impl Connection {
    /// Does something with the stream while there is time.
    fn in_time<T>(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
        act: impl FnOnce(Pin<&mut TcpStream>, &mut Context<'_>) -> Poll<io::Result<T>>,
    ) -> Poll<io::Result<T>> {
        let connection = self.get_mut();
        match act(Pin::new(&mut connection.stream), context) {
            Poll::Pending if connection.end.as_mut().poll(context).is_ready() => Poll::Ready(Err(io::ErrorKind::TimedOut.into())),
            done if connection.end.is_elapsed() => done.map(|_| Err(io::ErrorKind::TimedOut.into())),
            done => done,
        }
    }
}

impl AsyncRead for Connection {
    fn poll_read(self: Pin<&mut Self>, context: &mut Context<'_>, buffer: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        self.in_time(context, |stream, context| stream.poll_read(context, buffer))
    }
}

impl AsyncWrite for Connection {
    fn poll_write(self: Pin<&mut Self>, context: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        self.in_time(context, |stream, context| stream.poll_write(context, bytes))
    }

    fn poll_flush(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.in_time(context, |stream, context| stream.poll_flush(context))
    }

    fn poll_shutdown(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.in_time(context, |stream, context| stream.poll_shutdown(context))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::{Read, Write};
    use std::sync::Mutex;

    /// Serves on loopback while `ask` speaks with it; gives what `ask` gives and the schedules for which a run was asked.
    fn with_service<T>(token: Option<&str>, limits: Limits, ask: impl FnOnce(SocketAddr) -> T) -> (T, Vec<String>) {
        let started = Arc::new(Mutex::new(Vec::new()));
        let (token, seen) = (token.map(|token| Secret::new(token.to_owned())), Arc::clone(&started));
        let answers = Answers {
            live: Arc::new(|| true),
            ready: Arc::new(|| Err(String::from("the disk is full"))),
            metrics: Arc::new(|| Ok(String::from("gongbao_up 1\n"))),
            start_run: Arc::new(move |name| {
                seen.lock().unwrap().push(name.to_owned());
                match name {
                    "早 1" => Ok(()),
                    "busy" => Err(StartError::Refused(String::from("a run is under way"))),
                    _ => Err(StartError::Unknown),
                }
            }),
            token: Arc::new(move || token.clone()),
        };
        let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap();
        let listener = runtime.block_on(TcpListener::bind("127.0.0.1:0")).unwrap();
        let address = listener.local_addr().unwrap();
        let (stop, stopped) = tokio::sync::oneshot::channel::<()>();
        let service = runtime.spawn(serve(listener, answers, limits, async { drop(stopped.await) }));
        let told = ask(address);
        stop.send(()).unwrap();
        runtime.block_on(service).unwrap().unwrap();
        let started = started.lock().unwrap().clone();
        (told, started)
    }

    fn ask(address: SocketAddr, request: &str) -> String {
        let mut stream = std::net::TcpStream::connect(address).unwrap();
        write!(stream, "{request}\r\nHost: x\r\n\r\n").unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        answer
    }

    fn check(token: Option<&str>, request: &str, status: u16, body: &str) {
        let (answer, _) = with_service(token, Limits::default(), |address| ask(address, request));
        assert!(answer.starts_with(&format!("HTTP/1.1 {status} ")), "{request}: {answer}");
        assert_eq!(answer.split_once("\r\n\r\n").unwrap().1, body, "{request}");
    }

    #[test]
    fn health_and_metrics_are_told_to_everybody() {
        check(None, "GET /livez HTTP/1.1", 200, "alive\n");
        check(None, "GET /readyz HTTP/1.1", 503, "the disk is full\n");
        check(None, "GET /metrics HTTP/1.1", 200, "gongbao_up 1\n");
        let (answer, _) = with_service(None, Limits::default(), |address| ask(address, "GET /metrics HTTP/1.1"));
        assert!(answer.contains("\r\ncontent-type: text/plain; version=0.0.4"), "{answer}");
    }

    #[test]
    fn a_run_needs_the_token() {
        let run = "POST /runs?schedule=%E6%97%A9+1 HTTP/1.1";
        check(None, &format!("{run}\r\nAuthorization: Bearer x"), 403, "the configuration has no serve.token: nobody may\n");
        check(Some("x"), run, 401, "show the token: Authorization: Bearer …\n");
        check(Some("x"), &format!("{run}\r\nAuthorization: Bearer y"), 401, "show the token: Authorization: Bearer …\n");
        check(Some("x"), &format!("{run}\r\nAuthorization: Basic x"), 401, "show the token: Authorization: Bearer …\n");
        check(Some("x"), &format!("{run}\r\nAuthorization: bearer x"), 202, "asked for\n");
        check(Some("x"), "POST /runs?schedule=busy HTTP/1.1\r\nAuthorization: Bearer x", 409, "a run is under way\n");
        check(Some("x"), "POST /runs?schedule=z HTTP/1.1\r\nAuthorization: Bearer x", 404, "no such schedule\n");
        check(Some("x"), "POST /runs?schedule=%E6 HTTP/1.1\r\nAuthorization: Bearer x", 400, "which? POST /runs?schedule=NAME\n");
        let (_, started) = with_service(Some("x"), Limits::default(), |address| ask(address, &format!("{run}\r\nAuthorization: Bearer y")));
        assert_eq!(started, Vec::<String>::new());
        let (_, started) = with_service(Some("x"), Limits::default(), |address| ask(address, &format!("{run}\r\nAuthorization: Bearer x")));
        assert_eq!(started, ["早 1"]);
    }

    #[test]
    fn other_paths_and_methods_are_none() {
        let status = |request: &str| with_service(None, Limits::default(), |address| ask(address, &format!("{request}\r\nConnection: close"))).0;
        assert!(status("GET / HTTP/1.1").starts_with("HTTP/1.1 404 "));
        assert!(status("GET /runs HTTP/1.1").starts_with("HTTP/1.1 405 "));
    }

    #[test]
    fn a_caller_who_says_nothing_holds_up_nobody() {
        let limits = Limits { connections: 1, life: Duration::from_millis(300) };
        let (answer, _) = with_service(None, limits, |address| {
            let mut slow = std::net::TcpStream::connect(address).unwrap();
            slow.write_all(b"GET /livez HT").unwrap();
            // The one place is taken; this one waits until the slow caller's time is over.
            let answer = ask(address, "GET /livez HTTP/1.1");
            let mut rest = Vec::new();
            // The end of the connection, or its reset: in any case no answer.
            let _ended = slow.read_to_end(&mut rest);
            assert_eq!(rest, b"");
            answer
        });
        assert!(answer.starts_with("HTTP/1.1 200 "), "{answer}");
    }
}
