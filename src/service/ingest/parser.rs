//! Foreign formats are read by processes of their own: what a hostile file does to its reader, it does to one of these.
//!
//! A worker is this program once more, under limits of memory and time. It reads one document after another; one that ends,
//! hangs or grows too large costs the document that it had in hand, nothing else.

pub(crate) mod worker;

use super::DocumentError;
use gongbao_read::{Format, Links, Text};
use rustix::process::{Pid, Signal, kill_process};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::io::{self, BufRead, BufReader, Read, Write};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};
use std::time::{Duration, Instant};

/// The word on the command line that makes the program a worker.
pub(crate) const WORKER: &str = "parse-worker";
/// How often it is looked whether a worker is overdue.
const LOOK: Duration = Duration::from_millis(50);
/// The first line of an answer is not longer.
const MOST_HEAD_BYTES: u64 = 256 << 20;

/// What a worker may use up for one document.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ParserLimits {
    /// Bytes of memory of the process.
    pub memory: u64,
    /// Time by the clock.
    pub time: Duration,
    /// Bytes of text that it may give.
    pub output: u64,
}

impl Default for ParserLimits {
    fn default() -> Self {
        Self { memory: 1536 << 20, time: Duration::from_secs(60), output: 256 << 20 }
    }
}

/// What a worker is asked for; `bytes` follow the line.
#[derive(Debug, Serialize, Deserialize)]
#[serde(tag = "do", rename_all = "lowercase")]
enum Request {
    /// The text of a document.
    Read { format: String, bytes: u64 },
    /// The names in an archive.
    Names { archive: PathBuf },
    /// One member of an archive.
    Member { archive: PathBuf, name: String, most: u64 },
    /// Where the links of a page lead.
    Links { bytes: u64 },
}

/// What a worker answers; `bytes` follow the line.
#[derive(Debug, Serialize, Deserialize)]
#[serde(tag = "is", rename_all = "lowercase")]
enum Answer {
    /// A document's text follows.
    Text { bytes: u64, about: About },
    /// Names in an archive.
    Names { names: Vec<String> },
    /// A member's bytes follow.
    Member { bytes: u64 },
    /// Links of a page.
    Links { base: Option<String>, links: Vec<String> },
    /// It is no document, or too large for an answer.
    Failed { cause: String },
}

/// What a format tells beside the text.
#[derive(Debug, Serialize, Deserialize)]
struct About {
    encoding: String,
    title: Option<String>,
    published: Option<(i32, Option<u32>, Option<u32>)>,
    pages: Option<u32>,
    /// Kind, start, end and page of each block.
    blocks: Vec<(Option<String>, usize, usize, Option<u32>)>,
}

/// Gives documents to workers, as many at a time as threads ask.
#[derive(Debug)]
pub struct Parser {
    program: PathBuf,
    limits: ParserLimits,
    idle: Mutex<Vec<Worker>>,
    busy: Arc<Busy>,
}

/// Until when each working process has to have answered.
#[derive(Debug, Default)]
struct Busy {
    deadlines: Mutex<BTreeMap<u32, Instant>>,
    overdue: Mutex<Vec<u32>>,
}

#[derive(Debug)]
struct Worker {
    child: Child,
    requests: ChildStdin,
    answers: BufReader<ChildStdout>,
}

impl Drop for Worker {
    fn drop(&mut self) {
        // It has nothing to save.
        let _ended_already = self.child.kill();
        let _ended_already = self.child.wait();
    }
}

/// Why there is no answer.
enum Lost {
    /// The worker ended.
    Ended(String),
    /// It took too long.
    Overdue,
    /// It could not be started.
    NotStarted(io::Error),
}

impl Parser {
    /// Makes a parser; workers start when they are needed.
    ///
    /// - Errors: this program does not know where it lies.
    pub fn new(limits: ParserLimits) -> io::Result<Self> {
        let busy = Arc::new(Busy::default());
        let watched = Arc::downgrade(&busy);
        std::thread::Builder::new().name(String::from("parsers")).spawn(move || watch(&watched))?;
        Ok(Self { program: std::env::current_exe()?, limits, idle: Mutex::default(), busy })
    }

    /// Reads a document: plain text here, all else in a worker.
    ///
    /// - Errors: what is wrong with it, or what it did to its worker.
    pub fn read(&self, format: Format, bytes: &[u8]) -> Result<Text, DocumentError> {
        if matches!(format, Format::Txt | Format::Md) {
            return gongbao_read::read_text(bytes).map_err(DocumentError::Text);
        }
        let request = Request::Read { format: format.as_str().to_owned(), bytes: count(bytes.len()) };
        match self.ask(&request, bytes)? {
            (Answer::Text { about, .. }, text) => {
                let text = String::from_utf8(text).map_err(|error| DocumentError::Parser(error.to_string()))?;
                worker::text(text, about).ok_or_else(|| DocumentError::Parser(String::from("its blocks do not fit its text")))
            }
            (answer, _) => Err(unexpected(&answer)),
        }
    }

    /// The names of the documents in an archive.
    ///
    /// - Errors: as for [`Self::read`].
    pub fn names(&self, archive: &Path) -> Result<Vec<String>, DocumentError> {
        match self.ask(&Request::Names { archive: absolute(archive)? }, &[])? {
            (Answer::Names { names }, _) => Ok(names),
            (answer, _) => Err(unexpected(&answer)),
        }
    }

    /// The bytes of one document of an archive, `most` at most.
    ///
    /// - Errors: as for [`Self::read`].
    pub fn member(&self, archive: &Path, name: &str, most: u64) -> Result<Vec<u8>, DocumentError> {
        match self.ask(&Request::Member { archive: absolute(archive)?, name: name.to_owned(), most }, &[])? {
            (Answer::Member { .. }, bytes) => Ok(bytes),
            (answer, _) => Err(unexpected(&answer)),
        }
    }

    /// Where the links of a page lead.
    ///
    /// - Errors: as for [`Self::read`].
    pub fn links(&self, bytes: &[u8]) -> Result<Links, DocumentError> {
        match self.ask(&Request::Links { bytes: count(bytes.len()) }, bytes)? {
            (Answer::Links { base, links }, _) => Ok(Links { base, links }),
            (answer, _) => Err(unexpected(&answer)),
        }
    }

    /// Asks a worker. One that ended, perhaps by a signal of somebody else or for what documents before had used up, is followed by
    /// a new one, once.
    fn ask(&self, request: &Request, bytes: &[u8]) -> Result<(Answer, Vec<u8>), DocumentError> {
        let idle = held(&self.idle).pop();
        let answered = match self.ask_one(idle, request, bytes) {
            Err(Lost::Ended(_)) => self.ask_one(None, request, bytes),
            answered => answered,
        };
        match answered {
            Ok((Answer::Failed { cause }, _)) => Err(DocumentError::Parser(cause)),
            Ok(answer) => Ok(answer),
            Err(Lost::Overdue) => Err(DocumentError::Parser(format!("takes longer than {} seconds to read", self.limits.time.as_secs()))),
            Err(Lost::Ended(how)) => Err(DocumentError::Parser(format!("ends the process that reads it: {how}"))),
            Err(Lost::NotStarted(error)) => Err(DocumentError::Unreadable(error)),
        }
    }

    fn ask_one(&self, worker: Option<Worker>, request: &Request, bytes: &[u8]) -> Result<(Answer, Vec<u8>), Lost> {
        let mut worker = match worker {
            Some(worker) => worker,
            None => self.start().map_err(Lost::NotStarted)?,
        };
        let pid = worker.child.id();
        held(&self.busy.deadlines).insert(pid, Instant::now() + self.limits.time);
        let answered = worker.exchange(request, bytes, self.limits.output);
        held(&self.busy.deadlines).remove(&pid);
        let is_overdue = held(&self.busy.overdue).extract_if(.., |overdue| *overdue == pid).count() > 0;
        match answered {
            _ if is_overdue => Err(Lost::Overdue),
            Ok(answer) => {
                held(&self.idle).push(worker);
                Ok(answer)
            }
            Err(error) => {
                let _ended_already = worker.child.kill();
                let how = worker.child.wait().map_or_else(|error| error.to_string(), |status| status.to_string());
                Err(Lost::Ended(format!("{error}, {how}")))
            }
        }
    }

    fn start(&self) -> io::Result<Worker> {
        let mut command = Command::new(&self.program);
        command.arg(WORKER).arg(self.limits.memory.to_string()).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::null());
        // Of its own group, so that a Ctrl-C that lets the documents in hand be finished does not end their readers; and without the
        // secrets that the environment holds.
        command.process_group(0).env_clear();
        let mut child = command.spawn()?;
        let requests = child.stdin.take().ok_or(io::ErrorKind::BrokenPipe)?;
        let answers = BufReader::new(child.stdout.take().ok_or(io::ErrorKind::BrokenPipe)?);
        Ok(Worker { child, requests, answers })
    }
}

impl Worker {
    fn exchange(&mut self, request: &Request, bytes: &[u8], most: u64) -> io::Result<(Answer, Vec<u8>)> {
        serde_json::to_writer(&mut self.requests, request)?;
        self.requests.write_all(b"\n")?;
        self.requests.write_all(bytes)?;
        self.requests.flush()?;
        let mut head = String::new();
        (&mut self.answers).take(MOST_HEAD_BYTES).read_line(&mut head)?;
        if head.is_empty() {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        let answer: Answer = serde_json::from_str(&head)?;
        let length = match answer {
            Answer::Text { bytes, .. } | Answer::Member { bytes } => bytes,
            Answer::Names { .. } | Answer::Links { .. } | Answer::Failed { .. } => 0,
        };
        if length > most {
            return Err(io::Error::other("its answer is too long"));
        }
        let mut body = Vec::new();
        (&mut self.answers).take(length).read_to_end(&mut body)?;
        if count(body.len()) == length { Ok((answer, body)) } else { Err(io::ErrorKind::UnexpectedEof.into()) }
    }
}

/// Kills workers that are overdue, as long as there is a parser.
fn watch(busy: &Weak<Busy>) {
    while let Some(busy) = busy.upgrade() {
        let now = Instant::now();
        for (pid, _) in held(&busy.deadlines).extract_if(.., |_, deadline| *deadline < now) {
            held(&busy.overdue).push(pid);
            if let Some(pid) = i32::try_from(pid).ok().and_then(Pid::from_raw) {
                let _ended_already = kill_process(pid, Signal::KILL);
            }
        }
        drop(busy);
        std::thread::sleep(LOOK);
    }
}

/// A thread that panicked left nothing half done in these.
fn held<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

fn unexpected(answer: &Answer) -> DocumentError {
    DocumentError::Parser(format!("the process that reads it answers what was not asked: {answer:?}"))
}

fn absolute(path: &Path) -> Result<PathBuf, DocumentError> {
    std::path::absolute(path).map_err(DocumentError::Unreadable)
}

fn count(length: usize) -> u64 {
    u64::try_from(length).unwrap_or(u64::MAX)
}
