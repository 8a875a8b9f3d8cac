//! The other side: reads documents for the process that started it, until that one ends.

use super::{About, Answer, Request, count};
use gongbao_core::model::{BlockKind, GivenBlock, PartialDate};
use gongbao_read::{Archive, Format, ReadError, Text};
use rustix::process::{Resource, Rlimit, Signal, set_parent_process_death_signal, setrlimit};
use std::fs::File;
use std::io::{self, BufRead, BufReader, Read, Write};
use std::panic::{AssertUnwindSafe, catch_unwind};

/// Room for parsers that call themselves for what stands within each other.
const STACK_BYTES: usize = 64 << 20;

/// Works until there are no more requests; the process ends with it.
///
/// - Shape: how many bytes of memory the process may use.
/// - Errors: the limits cannot be set, or the other process is gone.
pub(crate) fn work(memory: u64) -> io::Result<()> {
    set_parent_process_death_signal(Some(Signal::KILL))?;
    let limit = |resource, most| setrlimit(resource, Rlimit { current: Some(most), maximum: Some(most) });
    limit(Resource::As, memory)?;
    // It writes to no file and starts no other process.
    limit(Resource::Core, 0)?;
    limit(Resource::Fsize, 0)?;
    // What it says of a panic is told in the answer.
    std::panic::set_hook(Box::new(|_| {}));
    let worker = std::thread::Builder::new().stack_size(STACK_BYTES).spawn(serve)?;
    worker.join().map_err(|_| io::Error::other("the reader panicked"))?
}

fn serve() -> io::Result<()> {
    let mut requests = BufReader::new(io::stdin().lock());
    let mut answers = io::stdout().lock();
    let mut line = String::new();
    while requests.read_line(&mut line)? > 0 {
        let request: Request = serde_json::from_str(&line)?;
        line.clear();
        let mut bytes = Vec::new();
        if let Request::Read { bytes: length, .. } | Request::Links { bytes: length } = request {
            (&mut requests).take(length).read_to_end(&mut bytes)?;
        }
        let (answer, body) = catch_unwind(AssertUnwindSafe(|| answer(&request, &bytes))).unwrap_or_else(|panic| {
            let words = panic.downcast_ref::<&str>().map(|words| (*words).to_owned()).or_else(|| panic.downcast_ref::<String>().cloned());
            (Answer::Failed { cause: format!("the reader of its format panicked: {}", words.unwrap_or_default()) }, Vec::new())
        });
        serde_json::to_writer(&mut answers, &answer)?;
        answers.write_all(b"\n")?;
        answers.write_all(&body)?;
        answers.flush()?;
    }
    Ok(())
}

fn answer(request: &Request, bytes: &[u8]) -> (Answer, Vec<u8>) {
    let answered = match request {
        Request::Read { format, .. } => read(format, bytes),
        Request::Names { archive } => opened(archive).and_then(|mut archive| Ok((Answer::Names { names: told(archive.paths())? }, Vec::new()))),
        Request::Member { archive, name, most } => opened(archive).and_then(|mut archive| {
            let bytes = told(archive.read(name, usize::try_from(*most).unwrap_or(usize::MAX)))?;
            Ok((Answer::Member { bytes: count(bytes.len()) }, bytes))
        }),
        Request::Links { .. } => {
            told(gongbao_read::read_links(bytes)).map(|found| (Answer::Links { base: found.base, links: found.links }, Vec::new()))
        }
    };
    answered.unwrap_or_else(|cause| (Answer::Failed { cause }, Vec::new()))
}

fn told<T>(read: Result<T, ReadError>) -> Result<T, String> {
    read.map_err(|error| error.to_string())
}

fn opened(path: &std::path::Path) -> Result<Archive<BufReader<File>>, String> {
    let file = File::open(path).map_err(|error| format!("unreadable: {error}"))?;
    told(Archive::open(BufReader::new(file)))
}

fn read(format: &str, bytes: &[u8]) -> Result<(Answer, Vec<u8>), String> {
    let format = Format::of_extension(format).ok_or_else(|| format!("unknown format {format}"))?;
    let text = told(gongbao_read::read(format, bytes))?;
    let blocks = text.blocks.iter().map(|block| (block.kind.map(|kind| kind.as_str().to_owned()), block.span.start, block.span.end, block.page));
    let about = About {
        blocks: blocks.collect(),
        encoding: text.encoding,
        title: text.title,
        published: text.published.map(|date| (date.year, date.month, date.day)),
        pages: text.pages,
    };
    Ok((Answer::Text { bytes: count(text.text.len()), about }, text.text.into_bytes()))
}

/// Puts a document together again; `None` when it is none: nothing that comes from a worker is believed.
pub(super) fn text(text: String, about: About) -> Option<Text> {
    let block = |(kind, start, end, page): (Option<String>, usize, usize, Option<u32>)| {
        text.get(start..end)?;
        let kind = match kind {
            Some(word) => Some(BlockKind::ALL.iter().copied().find(|kind| kind.as_str() == word)?),
            None => None,
        };
        Some(GivenBlock { kind, span: start..end, page })
    };
    let blocks = about.blocks.into_iter().map(block).collect::<Option<Vec<_>>>()?;
    let published = about.published.map(|(year, month, day)| PartialDate { year, month, day });
    let published = published.filter(|date| date.first_day().is_some());
    Some(Text { blocks, encoding: about.encoding, title: about.title, published, pages: about.pages, text })
}
