//! Traces: a collector gets the spans of a run; one that does not answer is no matter.

use crate::collector::{Answer, Collector, NOBODY, Span};
use crate::house::{House, json_lines, stderr};
use assert_cmd::Command;
use std::time::{Duration, Instant};

const ENDPOINT: &str = "OTEL_EXPORTER_OTLP_ENDPOINT";

/// A house whose runs write log files.
fn house() -> House {
    let house = House::with_samples();
    house.write("gongbao.toml", "[output]\ndir = 'out'\n[log]\nlevel = 'warn'\ndir = 'logs'\n[[sources]]\nname = 'a'\npaths = ['samples']\n");
    house
}

fn run(house: &House, port: u16) -> Command {
    let mut command = house.command("run --json --config gongbao.toml");
    command.env(ENDPOINT, format!("http://127.0.0.1:{port}"));
    command
}

/// All lines of the log files.
fn logged(house: &House) -> String {
    let files = std::fs::read_dir(house.path("logs")).unwrap();
    files.map(|file| std::fs::read_to_string(file.unwrap().path()).unwrap()).collect()
}

#[test]
fn a_collector_gets_the_spans_of_a_run() {
    let collector = Collector::new(Answer::Thanks);
    let house = house();
    let summary = json_lines(&run(&house, collector.port).assert().success()).remove(0);
    let spans = collector.spans();
    let named = |name: &str| -> Vec<&Span> { spans.iter().filter(|span| span.name == name).collect() };
    let [run] = named("run")[..] else { panic!("not one run: {spans:?}") };
    assert_eq!(run.attributes["run.id"], summary["run_id"].as_str().unwrap());
    assert!(run.parent.is_empty() && spans.iter().all(|span| span.trace == run.trace), "{spans:?}");
    let stages = named("stage");
    assert!(stages.iter().all(|stage| stage.parent == run.id), "{stages:?}");
    for (stage, ids) in [("ingest", false), ("extract", true)] {
        let stage = stages.iter().find(|span| span.attributes["stage.name"] == stage).unwrap();
        let documents: Vec<_> = spans.iter().filter(|span| span.name == "document" && span.parent == stage.id).collect();
        let mut paths: Vec<_> = documents.iter().map(|document| document.attributes["document.path"].as_str()).collect();
        paths.sort_unstable();
        let mut expected: Vec<_> = house.rows("documents").iter().map(|row| row["path"].as_str().unwrap().to_owned()).collect();
        expected.sort_unstable();
        assert_eq!(paths, expected, "{stage:?}");
        assert!(documents.iter().all(|document| document.attributes.contains_key("document.id") == ids), "{documents:?}");
    }
    assert!(!logged(&house).contains("collector"), "{}", logged(&house));
}

#[test]
fn the_service_is_called_as_the_operator_says() {
    let check = |variables: &[(&str, &str)], expected: &str| {
        let collector = Collector::new(Answer::Thanks);
        run(&house(), collector.port).envs(variables.iter().copied()).assert().success();
        let spans = collector.spans();
        assert!(spans.iter().all(|span| span.resource["service.name"] == expected), "{variables:?}: {:?}", spans[0].resource);
    };
    let (name, attributes) = ("OTEL_SERVICE_NAME", "OTEL_RESOURCE_ATTRIBUTES");
    check(&[], "gongbao");
    check(&[(name, ""), (attributes, "deployment.environment.name=test")], "gongbao");
    check(&[(name, ""), (attributes, "service.name=bulletins")], "bulletins");
    check(&[(name, "reader"), (attributes, "service.name=bulletins")], "reader");
}

#[test]
fn traces_are_switched_off() {
    for (switch, value) in [("OTEL_SDK_DISABLED", "true"), ("OTEL_TRACES_EXPORTER", "none")] {
        let collector = Collector::new(Answer::Thanks);
        let done = run(&house(), collector.port).env(switch, value).assert().success();
        assert!(collector.is_unasked() && stderr(&done).is_empty(), "{switch}: {}", stderr(&done));
    }
}

#[test]
fn a_collector_that_is_not_there_is_no_matter() {
    let house = house();
    run(&house, NOBODY).assert().success();
    assert!(!house.rows("indicators").is_empty());
    let told = logged(&house);
    assert!(told.contains("the collector takes no spans") && told.contains("spans did not reach the collector"), "{told}");
}

#[test]
fn a_collector_that_never_answers_does_not_hold_up_a_run() {
    // Given up by its own time-out, and by our patience at the end.
    for (variable, value, none) in
        [("OTEL_EXPORTER_OTLP_TIMEOUT", "200", "\"trace.failed\":0,"), ("OTEL_BSP_MAX_QUEUE_SIZE", "1", "\"trace.dropped\":0,")]
    {
        let collector = Collector::new(Answer::Nothing);
        let house = house();
        house.write("samples/empty.txt", "");
        let start = Instant::now();
        run(&house, collector.port).env(variable, value).assert().code(3);
        let took = start.elapsed();
        let told = logged(&house);
        assert!(told.contains("spans did not reach the collector") && !told.contains(none), "{variable}: {told}");
        assert!(took < Duration::from_secs(30) && !collector.requests().is_empty(), "{variable}: {took:?}");
    }
}

#[test]
fn logs_tell_no_secrets() {
    let collector = Collector::new(Answer::Unauthorized);
    let address = |port: u16| format!("http://reader:sesame@127.0.0.1:{port}");
    for (endpoint, expected) in [
        (address(collector.port), "401"),
        (address(NOBODY), "network error"),
        (String::from("http://reader:sesame@127.0.0.1:no-port"), "network error"),
        (String::from("http://reader:sesame@[collector"), "no traces are sent"),
    ] {
        for format in ["human", "json"] {
            let house = house();
            let mut command = house.command(&format!("run -vv --log-format {format} --config gongbao.toml"));
            let done = command.env(ENDPOINT, &endpoint).env("OTEL_EXPORTER_OTLP_HEADERS", "authorization=Bearer open").assert().success();
            let told = stderr(&done) + &logged(&house);
            assert!(told.contains(expected), "{endpoint}: {told}");
            assert!(!told.contains("sesame") && !told.contains("Bearer open"), "{endpoint}: {told}");
        }
    }
    let requests = collector.requests();
    assert!(requests.iter().all(|request| request.head.contains("authorization: bearer open")), "{}", requests[0].head);
}
