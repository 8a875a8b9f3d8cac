//! Traces: a collector gets the spans of a run; one that does not answer is no matter.

use crate::house::House;
use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::mpsc;

/// A collector on loopback: the path and body of every request.
fn collector() -> (u16, mpsc::Receiver<(String, Vec<u8>)>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    let (tell, told) = mpsc::channel();
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            let _nobody_asks_any_more = tell.send(take(stream.unwrap()));
        }
    });
    (port, told)
}

fn take(mut stream: TcpStream) -> (String, Vec<u8>) {
    let mut bytes = Vec::new();
    let mut part = [0; 8192];
    loop {
        let count = stream.read(&mut part).unwrap();
        bytes.extend_from_slice(&part[..count]);
        let Some(end) = bytes.windows(4).position(|four| four == b"\r\n\r\n") else { continue };
        let head = String::from_utf8_lossy(&bytes[..end]).to_lowercase();
        let length: usize = head.lines().find_map(|line| line.strip_prefix("content-length: ")).unwrap().parse().unwrap();
        if bytes.len() >= end + 4 + length {
            stream.write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: close\r\n\r\n").unwrap();
            let path = head.split(' ').nth(1).unwrap_or_default().to_owned();
            return (path, bytes.split_off(end + 4));
        }
    }
}

fn house() -> House {
    let house = House::with_samples();
    house.write("gongbao.toml", "[output]\ndir = 'out'\n[log]\nlevel = 'warn'\n[[sources]]\nname = 'a'\npaths = ['samples']\n");
    house
}

#[test]
fn a_collector_gets_the_spans_of_a_run() {
    let (port, told) = collector();
    let house = house();
    let endpoint = format!("http://127.0.0.1:{port}");
    let done = house.command("run --json --config gongbao.toml").env("OTEL_EXPORTER_OTLP_ENDPOINT", endpoint).assert().success();
    let summary: serde_json::Value = serde_json::from_slice(&done.get_output().stdout).unwrap();
    let requests: Vec<_> = told.try_iter().collect();
    assert!(!requests.is_empty() && requests.iter().all(|(path, _)| path == "/v1/traces"), "{:?}", requests.iter().map(|(path, _)| path));
    let bodies: Vec<u8> = requests.into_iter().flat_map(|(_, body)| body).collect();
    let has = |words: &str| bodies.windows(words.len()).any(|window| window == words.as_bytes());
    for words in ["gongbao", "run", "stage", "document", "extract", "document.path", summary["run_id"].as_str().unwrap()] {
        assert!(has(words), "{words} is in no span");
    }
}

#[test]
fn a_collector_that_is_not_there_is_no_matter() {
    let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let house = house();
    house.command("run --config gongbao.toml").env("OTEL_EXPORTER_OTLP_ENDPOINT", format!("http://127.0.0.1:{port}")).assert().success();
    assert!(!house.rows("indicators").is_empty());
}
