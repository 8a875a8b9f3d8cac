//! Documents of every format: read as what they say, and when they are hostile, at their own cost only.
//!
//! Short: some mutated files of each format. `GONGBAO_LONG=1 cargo test -p gongbao --test it formats`: 2,000 of each.

use crate::ground::is_long;
use crate::house::{House, stderr, stdout};
use serde_json::Value;
use std::collections::BTreeMap;
use std::io::{Cursor, Write};
use std::time::Duration;
use zip::ZipWriter;
use zip::write::SimpleFileOptions;

const PARAGRAPHS: [&str; 3] = [
    "海陵县2023年国民经济运行情况",
    "2023年，全县实现地区生产总值352.6亿元，按可比价格计算比上年增长5.8%。一般公共预算收入21.4亿元，增长4.2%。",
    "全年新签约亿元以上项目28个，计划总投资146.5亿元。",
];

fn zip(files: &[(&str, &[u8])]) -> Vec<u8> {
    let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, bytes) in files {
        writer.start_file(*name, SimpleFileOptions::default()).unwrap();
        writer.write_all(bytes).unwrap();
    }
    writer.finish().unwrap().into_inner()
}

fn html() -> Vec<u8> {
    let paragraphs: String = PARAGRAPHS.iter().skip(1).map(|words| format!("<p>{words}</p>")).collect();
    format!("<html><head><title>{}</title></head><body><h1>{}</h1>{paragraphs}</body></html>", PARAGRAPHS[0], PARAGRAPHS[0]).into_bytes()
}

fn docx() -> Vec<u8> {
    let paragraphs: String = PARAGRAPHS.iter().map(|words| format!("<w:p><w:r><w:t>{words}</w:t></w:r></w:p>")).collect();
    let xml = format!("<w:document xmlns:w='w'><w:body>{paragraphs}</w:body></w:document>");
    zip(&[("word/document.xml", xml.as_bytes())])
}

fn csv() -> Vec<u8> {
    "指标,单位,绝对数,同比增长（%）\n地区生产总值,亿元,352.6,5.8\n一般公共预算收入,亿元,21.4,4.2\n".as_bytes().to_vec()
}

fn xlsx() -> Vec<u8> {
    let space = "http://schemas.openxmlformats.org";
    let cell = |place: &str, words: &str| format!("<c r='{place}' t='inlineStr'><is><t>{words}</t></is></c>");
    let rows = format!(
        "<row r='1'>{}{}</row><row r='2'>{}<c r='B2'><v>352.6</v></c></row><row r='3'>{}<c r='B3'><v>21.4</v></c></row>",
        cell("A1", "指标"),
        cell("B1", "2023年（亿元）"),
        cell("A2", "地区生产总值"),
        cell("A3", "一般公共预算收入")
    );
    let relation = |kind: &str, target: &str| {
        let relation = format!("<Relationship Id='r' Type='{space}/officeDocument/2006/relationships/{kind}' Target='{target}'/>");
        format!("<Relationships xmlns='{space}/package/2006/relationships'>{relation}</Relationships>")
    };
    let main = format!("xmlns='{space}/spreadsheetml/2006/main' xmlns:r='{space}/officeDocument/2006/relationships'");
    let files = [
        ("[Content_Types].xml", format!("<Types xmlns='{space}/package/2006/content-types'/>")),
        ("_rels/.rels", relation("officeDocument", "xl/workbook.xml")),
        ("xl/_rels/workbook.xml.rels", relation("worksheet", "worksheets/s.xml")),
        ("xl/workbook.xml", format!("<workbook {main}><sheets><sheet name='S' sheetId='1' r:id='r'/></sheets></workbook>")),
        ("xl/worksheets/s.xml", format!("<worksheet {main}><sheetData>{rows}</sheetData></worksheet>")),
    ];
    let files: Vec<(&str, &[u8])> = files.iter().map(|(name, xml)| (*name, xml.as_bytes())).collect();
    zip(&files)
}

/// What the rows of each document say, without where they stand.
fn said(house: &House) -> BTreeMap<String, Vec<String>> {
    let paths: BTreeMap<String, String> = house
        .rows("documents")
        .into_iter()
        .map(|row| (row["document_id"].as_str().unwrap().to_owned(), row["path"].as_str().unwrap().to_owned()))
        .collect();
    let mut said: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for row in house.rows("indicators") {
        let column = |name: &str| row[name].to_string();
        let words = ["indicator_code", "measure", "value", "unit", "period_start", "period_end"].map(column).join(" ");
        said.entry(paths[row["document_id"].as_str().unwrap()].clone()).or_default().push(words);
    }
    said.values_mut().for_each(|rows| rows.sort());
    said
}

/// Reads the documents, and gives the most memory in MiB that the program itself held meanwhile, its readers left out.
fn extracted_within(house: &House) -> u64 {
    let mut child = house.start("extract in --out out");
    let status = format!("/proc/{}/status", child.id());
    let mut most = 0;
    let code = loop {
        if let Some(ended) = child.try_wait().unwrap() {
            break ended.code();
        }
        let held = std::fs::read_to_string(&status).unwrap_or_default();
        let peak = held.lines().find_map(|line| line.strip_prefix("VmHWM:")?.trim().split(' ').next()?.parse::<u64>().ok());
        most = most.max(peak.unwrap_or_default() / 1024);
        std::thread::sleep(Duration::from_millis(5));
    };
    assert!(matches!(code, Some(0 | 3)), "{code:?}");
    assert!(most > 0);
    most
}

fn extracted(house: &House) -> String {
    let done = house.gongbao("extract in --out out");
    assert!(matches!(done.get_output().status.code(), Some(0 | 3)), "{}", stderr(&done));
    stdout(&done)
}

#[test]
fn the_same_text_gives_the_same_rows_in_every_format() {
    let house = House::new();
    house.write("in/a.txt", PARAGRAPHS.join("\n"));
    house.write("in/a.html", html());
    house.write("in/a.docx", docx());
    house.write("in/公报.zip", zip(&[("年报/b.docx", &[docx(), vec![0; 1]].concat()), ("c.bin", b"1")]));
    extracted(&house);
    let said = said(&house);
    assert!(said["a.txt"].len() >= 5, "{said:?}");
    for path in ["a.html", "a.docx", "公报.zip/年报/b.docx"] {
        assert_eq!(said[path], said["a.txt"], "{path}");
    }
    assert_eq!(house.document("a.html")["format"], "html");
    assert_eq!(house.document("a.html")["title"], PARAGRAPHS[0]);
}

/// Pages that were typeset in columns, beside their paragraphs as they were written.
#[test]
fn typeset_columns_give_the_rows_of_their_text() {
    for name in ["newspaper", "columns", "mosaic"] {
        let house = House::new();
        let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../read/pdf/testdata");
        house.write("in/a.pdf", std::fs::read(folder.join(format!("{name}.pdf"))).unwrap());
        let blocks = std::fs::read_to_string(folder.join(format!("{name}.txt"))).unwrap();
        // Page and kind stand before the words.
        let words: Vec<&str> = blocks.lines().filter_map(|line| line.splitn(3, '\t').nth(2)).collect();
        house.write("in/a.txt", words.join("\n"));
        extracted(&house);
        let said = said(&house);
        let (pdf, text) = (&said["a.pdf"], &said["a.txt"]);
        let same = pdf.iter().filter(|row| text.contains(row)).count();
        assert!(text.len() > 20 && same * 100 >= text.len().max(pdf.len()) * 98, "{name}: {same} of {} and {}", pdf.len(), text.len());
    }
}

#[test]
fn tables_give_observations() {
    let house = House::new();
    house.write("in/manifest.csv", "path,published,area,title\na.csv,2024-02,泰州市,2023年主要经济指标\na.xlsx,2024-02,泰州市,主要经济指标\n");
    house.write("in/a.csv", csv());
    house.write("in/a.xlsx", xlsx());
    extracted(&house);
    let said = said(&house);
    let gdp = |said: &[String]| said.iter().any(|row| row.contains("\"gdp\" \"level\"") && row.contains("35260000000") && row.contains("2023-01-01"));
    assert!(gdp(&said["a.csv"]) && gdp(&said["a.xlsx"]), "{said:?}");
    assert!(said["a.csv"].iter().any(|row| row.contains("\"gdp\" \"yoy\"") && row.contains("5.8")), "{said:?}");
}

#[test]
fn hostile_documents_are_quarantined_and_their_siblings_read() {
    let house = House::new();
    house.write("in/good.html", html());
    let zeros = vec![b' '; 80 << 20];
    house.write("in/bomb.zip", zip(&[("big.txt", &zeros), ("good.txt", PARAGRAPHS[1].as_bytes()), ("inner.zip", &zip(&[("x.txt", b"1")]))]));
    house.write("in/broken.zip", b"PK\x03\x04 and no more");
    house.write("in/broken.docx", b"PK\x03\x04 and no more");
    house.write("in/deep.html", format!("{}甲", "<div>".repeat(5_000)));
    house.write("in/entities.docx", zip(&[("word/document.xml", b"<!DOCTYPE x [<!ENTITY a '&a;&a;'>]><w:p><w:r><w:t>&a;</w:t></w:r></w:p>")]));
    house.write("in/empty.csv", "\n\n");
    let mut escaping = zip(&[("xx/evil.txt", "增长5%。".as_bytes())]);
    for at in 0..escaping.len() - 3 {
        if &escaping[at..at + 3] == b"xx/" {
            escaping[at..at + 3].copy_from_slice(b"../");
        }
    }
    house.write("in/escaping.zip", escaping);
    extracted(&house);
    let error = |path: &str| house.document(path)["error"].as_str().unwrap_or_default().to_owned();
    let check = |path: &str, cause: &str| assert!(error(path).contains(cause), "{path}: {}", error(path));
    check("bomb.zip/big.txt", "too much: bytes unpacked from few");
    check("bomb.zip/inner.zip", "an archive within an archive");
    check("broken.zip", "damaged zip");
    check("broken.docx", "damaged");
    check("deep.html", "too much: nesting");
    check("entities.docx", "empty");
    check("empty.csv", "empty");
    check("escaping.zip/../evil.txt", "damaged zip: the member's path leads out of the archive");
    assert_eq!(house.document("bomb.zip/good.txt")["status"], "ok");
    assert_eq!(house.document("good.html")["status"], "ok");
}

#[test]
fn a_reader_that_takes_too_much_is_ended_and_the_run_goes_on() {
    let page = format!("<html><body>{}</body></html>", "<p>全县实现地区生产总值三百亿元。</p>".repeat(150_000));
    for (limits, cause) in [("parser_seconds = 0", "takes longer than 0 seconds"), ("parser_mib = 420", "ends the process that reads it")] {
        let house = House::new();
        house.write("gongbao.toml", format!("[output]\ndir = 'out'\n[limits]\n{limits}\n[[sources]]\nname = 'a'\npaths = ['in']\n"));
        house.write("in/large.html", &page);
        house.write("in/text.txt", PARAGRAPHS[1]);
        let done = house.gongbao("run --config gongbao.toml").code(3);
        let error = house.document("large.html")["error"].to_string();
        assert!(error.contains(cause), "{limits}: {error}\n{}", stderr(&done));
        assert_eq!(house.document("text.txt")["status"], "ok");
    }
}

/// Changes some bytes of a file: turned over, doubled, taken out, or the rest cut off.
fn mutated(bytes: &[u8], seed: u64) -> Vec<u8> {
    let mut state = seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1;
    let mut draw = |most: usize| {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(state >> 33).unwrap() % most.max(1)
    };
    let mut bytes = bytes.to_vec();
    for _ in 0..=draw(8) {
        let at = draw(bytes.len());
        match draw(5) {
            0 => bytes[at] ^= u8::try_from(1 << draw(8)).unwrap(),
            1 => bytes[at] = u8::try_from(draw(256)).unwrap(),
            2 => drop(bytes.drain(at..(at + draw(40)).min(bytes.len()))),
            3 => {
                let piece = bytes[at..(at + draw(200)).min(bytes.len())].to_vec();
                bytes.splice(at..at, piece);
            }
            _ if draw(4) == 0 => bytes.truncate(at.max(1)),
            _ => {}
        }
        if bytes.is_empty() {
            bytes.push(b'x');
        }
    }
    bytes
}

/// The program may hold so much while it has others read what is broken, and so much more for what it knows of each file: the
/// bytes of files are larger.
const MOST_MIB: u64 = 192;
const MOST_KIB_PER_FILE: u64 = 32;

#[test]
fn a_reader_that_somebody_else_ends_is_followed_by_another() {
    let house = House::new();
    house.write("in/large.html", format!("<html><body>{}</body></html>", "<p>全县实现地区生产总值三百亿元。</p>".repeat(4_000)));
    let mut child = house.start("extract in --out out");
    let is_reader = |pid: &&str| std::fs::read_to_string(format!("/proc/{pid}/cmdline")).is_ok_and(|line| line.contains("parse-worker"));
    let reader = loop {
        // Each thread has children of its own.
        let tasks = std::fs::read_dir(format!("/proc/{}/task", child.id())).unwrap();
        let listed: String = tasks.flatten().filter_map(|task| std::fs::read_to_string(task.path().join("children")).ok()).collect();
        if let Some(reader) = listed.split_whitespace().find(is_reader) {
            break reader.parse().unwrap();
        }
        assert!(child.try_wait().unwrap().is_none(), "ended without a reader");
    };
    rustix::process::kill_process(rustix::process::Pid::from_raw(reader).unwrap(), rustix::process::Signal::KILL).unwrap();
    assert!(child.wait().unwrap().success());
    assert_eq!(house.document("large.html")["status"], "ok");
}

#[test]
fn mutated_files_end_no_reader_and_are_lost_without_a_cause_never() {
    let each = if is_long() { 2_000 } else { 40 };
    let xls = include_bytes!("../../src/read/testdata/sheet.xls");
    let pdf = include_bytes!("../../src/read/pdf/testdata/columns.pdf");
    let formats: [(&str, Vec<u8>); 7] = [
        ("pdf", pdf.to_vec()),
        ("html", html()),
        ("docx", docx()),
        ("csv", csv()),
        ("xlsx", xlsx()),
        ("xls", xls.to_vec()),
        ("zip", zip(&[("a.txt", PARAGRAPHS[1].as_bytes())])),
    ];
    let house = House::new();
    let mut written = 0;
    for (format, bytes) in &formats {
        for seed in 0..each {
            house.write(&format!("in/{format}/{seed}.{format}"), mutated(bytes, seed));
            written += 1;
        }
    }
    let most = extracted_within(&house);
    eprintln!("{written} files, at most {most} MiB");
    assert!(most < MOST_MIB + u64::try_from(written).unwrap() * MOST_KIB_PER_FILE / 1024, "{most} MiB");
    let mut paths: BTreeMap<String, Value> = BTreeMap::new();
    let shown = house.gongbao("show documents --json --columns path,status,error --limit 100000 --out out").success();
    for line in stdout(&shown).lines() {
        let row: Value = serde_json::from_str(line).unwrap();
        paths.insert(row["path"].as_str().unwrap().to_owned(), row);
    }
    let mut seen = 0;
    for (format, _) in &formats {
        for seed in 0..each {
            let place = format!("{format}/{seed}.{format}");
            let rows: Vec<&Value> =
                paths.iter().filter(|(path, _)| **path == place || path.starts_with(&format!("{place}/"))).map(|(_, row)| row).collect();
            // An archive that was cut to one without members holds no document.
            seen += usize::from(!rows.is_empty() || *format == "zip");
            for row in rows {
                let error = row["error"].as_str().unwrap_or_default();
                assert!(!error.contains("panicked") && !error.contains("ends the process") && !error.contains("takes longer"), "{row}");
                assert_eq!(row["status"] == "quarantined", !error.is_empty(), "{row}");
            }
        }
    }
    assert_eq!(seen, written);
}
