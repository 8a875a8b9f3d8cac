//! How fast each format is read: `cargo bench -p gongbao-read`.
//!
//! The documents are those of the tests, made larger where a page of theirs is too short to tell anything; `GONGBAO_BENCH=FOLDER`
//! reads those of a folder instead. Throughput is bytes of the file and, where the format has pages, pages. Beside PDF stands
//! `pdftotext` of Poppler, where it is installed: a whole process for each document, its start alone told as `nothing`.
#![expect(clippy::unwrap_used, clippy::print_stderr, reason = "a bench that fails fails; what is left out is told")]

use divan::counter::{BytesCount, ItemsCount};
use gongbao_read::{Format, read};
use std::fmt;
use std::io::{Cursor, Write};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

fn main() {
    if !has_pdftotext() {
        eprintln!("left out: pdftotext is not installed");
    }
    divan::main();
}

/// A document, under the name that the bench prints.
struct Document {
    name: String,
    format: Format,
    bytes: Vec<u8>,
}

impl fmt::Display for Document {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.name)
    }
}

fn documents() -> Vec<Document> {
    match std::env::var_os("GONGBAO_BENCH") {
        Some(folder) => of_folder(Path::new(&folder)),
        None => own(),
    }
}

fn of_folder(folder: &Path) -> Vec<Document> {
    let mut paths: Vec<PathBuf> = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    paths.sort();
    let documents = paths.iter().filter_map(|path| {
        let format = Format::of_extension(&path.extension()?.to_string_lossy())?;
        Some(Document { name: path.file_name()?.to_string_lossy().into_owned(), format, bytes: std::fs::read(path).ok()? })
    });
    documents.collect()
}

const LINES: usize = 2_000;

fn own() -> Vec<Document> {
    let line = |at: usize| format!("{at}年，全县实现地区生产总值{at}.6亿元，按可比价格计算比上年增长5.8%。");
    let lines: Vec<String> = (0..LINES).map(line).collect();
    let paragraphs: String = lines.iter().map(|line| format!("<w:p><w:r><w:t>{line}</w:t></w:r></w:p>")).collect();
    let docx = format!("<w:document xmlns:w='w'><w:body>{paragraphs}</w:body></w:document>");
    let html: String = lines.iter().map(|line| format!("<p>{line}</p>")).collect();
    let csv: String = (0..LINES).map(|at| format!("地区生产总值,亿元,{at}.6,5.8\n")).collect();
    let testdata = Path::new(env!("CARGO_MANIFEST_DIR"));
    let file = |path: &str| std::fs::read(testdata.join(path)).unwrap();
    let documents = [
        ("text.txt", Format::Txt, lines.join("\n").into_bytes()),
        ("page.html", Format::Html, format!("<html><head><title>公报</title></head><body><h1>公报</h1>{html}</body></html>").into_bytes()),
        ("columns.pdf", Format::Pdf, file("pdf/testdata/columns.pdf")),
        ("newspaper.pdf", Format::Pdf, file("pdf/testdata/newspaper.pdf")),
        ("bulletin.pdf", Format::Pdf, file("pdf/testdata/bulletin.pdf")),
        ("report.docx", Format::Docx, zip("word/document.xml", docx.as_bytes())),
        ("sheet.xls", Format::Xls, file("testdata/sheet.xls")),
        ("sheet.xlsx", Format::Xlsx, xlsx()),
        ("table.csv", Format::Csv, format!("指标,单位,绝对数,增长%\n{csv}").into_bytes()),
    ];
    documents.into_iter().map(|(name, format, bytes)| Document { name: name.to_owned(), format, bytes }).collect()
}

fn zip(name: &str, bytes: &[u8]) -> Vec<u8> {
    packed(&[(name, bytes)])
}

fn packed(files: &[(&str, &[u8])]) -> Vec<u8> {
    let mut writer = zip::ZipWriter::new(Cursor::new(Vec::new()));
    for (name, bytes) in files {
        writer.start_file(*name, zip::write::SimpleFileOptions::default()).unwrap();
        writer.write_all(bytes).unwrap();
    }
    writer.finish().unwrap().into_inner()
}

fn xlsx() -> Vec<u8> {
    let space = "http://schemas.openxmlformats.org";
    let main = format!("xmlns='{space}/spreadsheetml/2006/main' xmlns:r='{space}/officeDocument/2006/relationships'");
    let relation = |kind: &str, target: &str| {
        let relation = format!("<Relationship Id='r' Type='{space}/officeDocument/2006/relationships/{kind}' Target='{target}'/>");
        format!("<Relationships xmlns='{space}/package/2006/relationships'>{relation}</Relationships>")
    };
    let cell = |place: &str, words: &str| format!("<c r='{place}' t='inlineStr'><is><t>{words}</t></is></c>");
    let row = |at: usize| format!("<row r='{at}'>{}<c r='B{at}'><v>{at}.6</v></c></row>", cell(&format!("A{at}"), &format!("{at}号镇")));
    let rows: String = (2..LINES).map(row).collect();
    let head = format!("<row r='1'>{}{}</row>", cell("A1", "地区"), cell("B1", "地区生产总值（亿元）"));
    packed(&[
        ("[Content_Types].xml", format!("<Types xmlns='{space}/package/2006/content-types'/>").as_bytes()),
        ("_rels/.rels", relation("officeDocument", "xl/workbook.xml").as_bytes()),
        ("xl/_rels/workbook.xml.rels", relation("worksheet", "worksheets/s.xml").as_bytes()),
        ("xl/workbook.xml", format!("<workbook {main}><sheets><sheet name='S' sheetId='1' r:id='r'/></sheets></workbook>").as_bytes()),
        ("xl/worksheets/s.xml", format!("<worksheet {main}><sheetData>{head}{rows}</sheetData></worksheet>").as_bytes()),
    ])
}

#[divan::bench(args = documents())]
fn bytes(bencher: divan::Bencher<'_, '_>, document: &Document) {
    bencher.counter(BytesCount::of_slice(&document.bytes)).bench(|| read(document.format, divan::black_box(&document.bytes)).unwrap());
}

fn pdfs() -> Vec<Document> {
    documents().into_iter().filter(|document| document.format == Format::Pdf).collect()
}

/// How many pages it has.
fn pages(document: &Document) -> ItemsCount {
    ItemsCount::new(read(document.format, &document.bytes).unwrap().pages.unwrap_or_default())
}

#[divan::bench(args = pdfs())]
fn pdf_pages(bencher: divan::Bencher<'_, '_>, document: &Document) {
    bencher.counter(pages(document)).bench(|| read(document.format, divan::black_box(&document.bytes)).unwrap());
}

fn has_pdftotext() -> bool {
    Command::new("pdftotext").arg("-v").stderr(Stdio::null()).stdout(Stdio::null()).status().is_ok()
}

fn pdftotext(arguments: &[&str]) {
    let done = Command::new("pdftotext").args(arguments).stderr(Stdio::null()).stdout(Stdio::null()).status();
    divan::black_box(done.unwrap());
}

#[divan::bench(args = if has_pdftotext() { pdfs() } else { Vec::new() })]
fn pdf_pages_by_pdftotext(bencher: divan::Bencher<'_, '_>, document: &Document) {
    let file = std::env::temp_dir().join(format!("gongbao-bench-{}-{document}", std::process::id()));
    std::fs::write(&file, &document.bytes).unwrap();
    bencher.counter(pages(document)).bench(|| pdftotext(&[&file.to_string_lossy(), "-"]));
    std::fs::remove_file(&file).unwrap();
}

#[divan::bench(args = if has_pdftotext() { vec!["nothing"] } else { Vec::new() })]
fn pdftotext_start(_: &str) {
    pdftotext(&["-v"]);
}
