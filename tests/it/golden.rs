//! `tests/corpus/golden`: whole documents, and the rows that are read in them.
//!
//! Each document of the manifest has a file of the same name ending in `.rows`: its sentences, below each what is found in it. With the
//! environment variable `UPDATE_GOLDEN` set the files are written anew; what is known to be wrong in them stands in `FLAWS.md`.

use gongbao_core::lexicon::Lexicon;
use gongbao_core::model::{Document, Finding, Investment, NaiveDate, Observation, PartialDate, Reading, ReferenceArea, ReferencePeriod, Span};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/corpus/golden")
}

#[test]
fn golden_documents_give_their_rows() {
    let lexicon = Lexicon::builtin().unwrap();
    let is_updated = std::env::var_os("UPDATE_GOLDEN").is_some();
    let mut altered = String::new();
    for (path, document) in documents() {
        let printed = print(&document, &gongbao_core::read(&document, &lexicon));
        let file = folder().join(path).with_extension("rows");
        if is_updated {
            std::fs::write(&file, &printed).unwrap();
        }
        let wanted = std::fs::read_to_string(&file).unwrap_or_default();
        if wanted != printed {
            altered.push_str(&format!("{}\n{}\n", file.file_name().unwrap().to_string_lossy(), difference(&wanted, &printed)));
        }
    }
    assert!(altered.is_empty(), "rows lost (-) and gained (+); UPDATE_GOLDEN=1 writes them anew\n{altered}");
}

/// Every document file has its line in the manifest.
#[test]
fn no_golden_document_is_forgotten() {
    let mut named: Vec<String> = documents().into_iter().map(|(path, _)| path).collect();
    let mut files: Vec<String> = std::fs::read_dir(folder()).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    files.retain(|name| name.ends_with(".txt"));
    files.sort();
    named.sort();
    assert_eq!(files, named);
}

/// A flaw that is mended leaves the list: what a line quotes still stands in the rows. `UPDATE_GOLDEN` takes mended ones out.
#[test]
fn flaws_are_those_of_the_rows() {
    let flaws = std::fs::read_to_string(folder().join("FLAWS.md")).unwrap();
    let mut stale = Vec::new();
    for line in flaws.lines().filter(|line| line.starts_with("- ")) {
        let quoted: Vec<&str> = line.split('`').skip(1).step_by(2).collect();
        let [name, row, ..] = quoted[..] else { panic!("no document and row: {line}") };
        let rows = std::fs::read_to_string(folder().join(name).with_extension("rows")).unwrap();
        if !rows.contains(row) {
            stale.push(line);
        }
    }
    if std::env::var_os("UPDATE_GOLDEN").is_some() {
        let kept: Vec<&str> = flaws.lines().filter(|line| !stale.contains(line)).collect();
        std::fs::write(folder().join("FLAWS.md"), kept.join("\n") + "\n").unwrap();
        return;
    }
    assert!(stale.is_empty(), "mended, or never there:\n{}", stale.join("\n"));
}

/// The documents, each with its line of the manifest (whose fields hold no commas).
fn documents() -> Vec<(String, Document)> {
    let manifest = std::fs::read_to_string(folder().join("manifest.csv")).unwrap();
    let mut lines = manifest.lines();
    assert_eq!(lines.next(), Some("path,published,area,title"));
    let document = |line: &str| {
        let fields: Vec<&str> = line.split(',').collect();
        let [path, published, area, title] = fields[..] else { panic!("not four fields: {line}") };
        let told = |field: &str| Some(field.to_owned()).filter(|field| !field.is_empty());
        let text = gongbao_read::read_text(&std::fs::read(folder().join(path)).unwrap()).unwrap().text;
        (path.to_owned(), Document { text, title: told(title), published: PartialDate::parse(published), area: told(area), ..Document::default() })
    };
    lines.map(document).collect()
}

/// Each sentence that holds a digit or has rows, and below it its observations, investments and findings.
fn print(document: &Document, reading: &Reading) -> String {
    let text = &document.text;
    let mut found: BTreeMap<(usize, usize), Vec<String>> = BTreeMap::new();
    let mut add = |evidence: &Span, line: String| found.entry((evidence.start, evidence.end)).or_default().push(line);
    for row in &reading.observations {
        add(&row.evidence, observation(row));
    }
    for row in &reading.investments {
        add(&row.evidence, investment(row));
    }
    for finding in &reading.findings {
        add(&finding.evidence, told(finding, text));
    }
    let mut printed = format!(
        "title: {}\npublished: {} ({})\narea: {}\n",
        reading.title.as_deref().unwrap_or("-"),
        day(reading.published),
        reading.published_basis,
        place(reading.area.as_ref())
    );
    let mut end = 0;
    for ((from, to), lines) in found {
        passed_over(text.get(end..from).unwrap_or_default(), &mut printed);
        printed.push_str(&format!("\n{}\n", tidy(text.get(from..to).unwrap())));
        for line in lines {
            printed.push_str(&format!("    {line}\n"));
        }
        end = to;
    }
    passed_over(text.get(end..).unwrap_or_default(), &mut printed);
    printed
}

/// The sentences with digits in which nothing was found.
fn passed_over(text: &str, printed: &mut String) {
    let paragraphs = text.split("\n\n");
    for sentence in paragraphs.flat_map(|paragraph| paragraph.split_inclusive('。')) {
        if sentence.contains(|c: char| c.is_ascii_digit()) {
            printed.push_str(&format!("\n{}\n    nothing\n", tidy(sentence)));
        }
    }
}

fn observation(row: &Observation) -> String {
    let entity = row.entity.as_ref().map(|entity| format!("{entity} » ")).unwrap_or_default();
    let code = row.indicator_code.as_ref().map(|code| format!(" [{code}]")).unwrap_or_default();
    let high = row.value_high.map(|high| format!("–{}", high.normalize())).unwrap_or_default();
    format!(
        "{} | {entity}{}{code} | {} {}{high} {} | {} | {} | {} {} | {}",
        row.value_text,
        row.indicator,
        row.measure,
        row.value.normalize(),
        row.unit,
        period(&row.period),
        place(row.area.as_ref()),
        row.bound,
        row.status,
        row.rule
    )
}

fn investment(row: &Investment) -> String {
    let mut amount = row.amount.map_or_else(|| String::from("-"), |amount| amount.normalize().to_string());
    if let Some(currency) = &row.currency {
        amount.push_str(&format!(" {currency}"));
    }
    if let Some(least) = row.min_amount {
        amount.push_str(&format!(" (each from {})", least.normalize()));
    }
    let investors = if row.investors.is_empty() { String::from("-") } else { row.investors.join("; ") };
    let kind = row.investor_type.map(|kind| format!(" ({kind})")).unwrap_or_default();
    let sectors = if row.sectors.is_empty() { String::new() } else { format!(" | {}", row.sectors.join("; ")) };
    format!(
        "* {} | {} | {investors}{kind} | {} | {amount} | {} | {} | {} {} | {}{sectors}",
        row.event,
        row.project.as_deref().unwrap_or("-"),
        row.project_count.map_or_else(|| String::from("-"), |count| count.to_string()),
        period(&row.period),
        place(row.area.as_ref()),
        row.bound,
        row.status,
        row.rule
    )
}

fn told(finding: &Finding, text: &str) -> String {
    format!("? {} 「{}」: {}", finding.kind, tidy(text.get(finding.span.clone()).unwrap()), finding.message)
}

fn period(period: &ReferencePeriod) -> String {
    format!("{}..{}", day(period.start), day(period.end))
}

fn day(day: Option<NaiveDate>) -> String {
    day.map_or_else(|| String::from("*"), |day| day.to_string())
}

fn place(area: Option<&ReferenceArea>) -> &str {
    area.map_or("*", |area| &area.name)
}

/// Blanks and line ends left out.
fn tidy(text: &str) -> String {
    text.chars().filter(|c| !c.is_whitespace()).collect()
}

/// Lines of one text that the other lacks.
fn difference(wanted: &str, printed: &str) -> String {
    let count = |text: &str| {
        let mut lines: BTreeMap<String, i32> = BTreeMap::new();
        for line in text.lines() {
            *lines.entry(line.to_owned()).or_default() += 1;
        }
        lines
    };
    let (before, after) = (count(wanted), count(printed));
    let lost = wanted.lines().filter(|line| before.get(*line) > after.get(*line)).map(|line| format!("- {line}"));
    let gained = printed.lines().filter(|line| after.get(*line) > before.get(*line)).map(|line| format!("+ {line}"));
    lost.chain(gained).collect::<Vec<_>>().join("\n")
}
