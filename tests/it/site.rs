//! A web site on loopback: pages as a test sets them, and what was asked of it.

use std::collections::BTreeMap;
use std::io::{BufRead, BufReader, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

/// What stands at a path.
#[derive(Debug, Clone, Default)]
pub(crate) struct Page {
    pub(crate) body: Vec<u8>,
    /// Status and headers of each answer in turn, the last for all that follow; none: 200.
    pub(crate) answers: Vec<(u16, String)>,
    pub(crate) headers: Vec<String>,
    pub(crate) etag: Option<String>,
    pub(crate) last_modified: Option<String>,
    pub(crate) wait: Duration,
    /// Without a length, and repeated so often.
    pub(crate) repeated: usize,
}

/// One request and its answer.
#[derive(Debug, Clone)]
pub(crate) struct Asked {
    pub(crate) path: String,
    /// All headers, in small letters.
    pub(crate) headers: String,
    pub(crate) status: u16,
    pub(crate) bytes: usize,
    pub(crate) at: Instant,
}

#[derive(Default)]
struct State {
    pages: Mutex<BTreeMap<String, Page>>,
    asked: Mutex<Vec<Asked>>,
    busy: AtomicUsize,
    busiest: AtomicUsize,
}

pub(crate) struct Site {
    pub(crate) port: u16,
    state: Arc<State>,
}

impl Site {
    pub(crate) fn new() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port();
        let state = Arc::new(State::default());
        let shared = Arc::clone(&state);
        std::thread::spawn(move || {
            for stream in listener.incoming() {
                let shared = Arc::clone(&shared);
                std::thread::spawn(move || answer(&shared, stream.unwrap()));
            }
        });
        Self { port, state }
    }

    pub(crate) fn url(&self, path: &str) -> String {
        format!("http://127.0.0.1:{}{path}", self.port)
    }

    pub(crate) fn set(&self, path: &str, page: Page) {
        self.state.pages.lock().unwrap().insert(path.to_owned(), page);
    }

    /// A page with a mark of its content.
    pub(crate) fn page(&self, path: &str, content_type: &str, body: impl AsRef<[u8]>) {
        let body = body.as_ref().to_vec();
        let etag = format!("\"{}\"", blake3::hash(&body).to_hex());
        self.set(path, Page { body, etag: Some(etag), headers: vec![format!("Content-Type: {content_type}")], ..Page::default() });
    }

    /// A page of text that says so much of a place.
    pub(crate) fn html(&self, path: &str, place: &str, gdp: &str) {
        let words = format!("2023年，{place}地区生产总值{gdp}亿元，比上年增长5.8%。");
        self.page(
            path,
            "text/html; charset=utf-8",
            format!("<html><title>{place}公报</title><body><h1>{place}公报</h1><p>{words}</p></body></html>"),
        );
    }

    pub(crate) fn remove(&self, path: &str) {
        self.state.pages.lock().unwrap().remove(path);
    }

    /// What was asked since the last time.
    pub(crate) fn asked(&self) -> Vec<Asked> {
        std::mem::take(&mut *self.state.asked.lock().unwrap())
    }

    /// How many requests there were since the last time.
    pub(crate) fn asked_so_far(&self) -> usize {
        self.state.asked.lock().unwrap().len()
    }

    /// Status of each request for a path since the last time.
    pub(crate) fn statuses(&self, path: &str) -> Vec<u16> {
        self.asked().iter().filter(|asked| asked.path == path).map(|asked| asked.status).collect()
    }

    /// Most requests at the same time.
    pub(crate) fn busiest(&self) -> usize {
        self.state.busiest.load(Ordering::SeqCst)
    }
}

fn answer(state: &State, mut stream: TcpStream) {
    let mut lines = BufReader::new(stream.try_clone().unwrap()).lines();
    let Some(Ok(first)) = lines.next() else { return };
    let path = first.split(' ').nth(1).unwrap_or_default().to_owned();
    let headers: Vec<String> = lines.map_while(Result::ok).take_while(|line| !line.is_empty()).map(|line| line.to_lowercase()).collect();
    let header = |name: &str| headers.iter().find_map(|line| line.strip_prefix(name)).map(|value| value.trim().to_owned());
    state.busiest.fetch_max(state.busy.fetch_add(1, Ordering::SeqCst) + 1, Ordering::SeqCst);
    let at = Instant::now();
    let page = state.pages.lock().unwrap().get_mut(&path).map(|page| {
        let answer = if page.answers.len() > 1 { Some(page.answers.remove(0)) } else { page.answers.first().cloned() };
        (page.clone(), answer)
    });
    let is_same = |page: &Page| {
        let by_tag = page.etag.as_ref().is_some_and(|etag| header("if-none-match:").as_deref() == Some(&etag.to_lowercase()));
        by_tag || page.last_modified.as_ref().is_some_and(|time| header("if-modified-since:").as_deref() == Some(&time.to_lowercase()))
    };
    let (status, extra, page) = match page {
        None => (404, String::new(), Page::default()),
        Some((page, Some((status, extra)))) if status != 200 => (status, extra, Page { body: Vec::new(), repeated: 0, ..page }),
        Some((page, _)) if is_same(&page) => (304, String::new(), Page { body: Vec::new(), repeated: 0, ..page }),
        Some((page, _)) => (200, String::new(), page),
    };
    std::thread::sleep(page.wait);
    let mut head = format!("HTTP/1.1 {status} x\r\nConnection: close\r\n{extra}");
    let tags = [page.etag.map(|etag| format!("ETag: {etag}")), page.last_modified.map(|time| format!("Last-Modified: {time}"))];
    for line in page.headers.into_iter().chain(tags.into_iter().flatten()) {
        head += &format!("{line}\r\n");
    }
    if page.repeated == 0 && status != 304 {
        head += &format!("Content-Length: {}\r\n", page.body.len());
    }
    let mut bytes = 0;
    // A client that has had enough hangs up.
    let _ = stream.write_all(format!("{head}\r\n").as_bytes());
    for _ in 0..page.repeated.max(1) {
        if stream.write_all(&page.body).is_err() {
            break;
        }
        bytes += page.body.len();
    }
    state.busy.fetch_sub(1, Ordering::SeqCst);
    state.asked.lock().unwrap().push(Asked { path, headers: headers.join("\n"), status, bytes, at });
}
