//! Newspaper pages come as narrow columns with blanks between the characters: the rows are those of the paragraphs.

use gongbao_core::lexicon::Lexicon;
use gongbao_core::model::{Document, Reading};
use std::collections::BTreeMap;
use std::path::Path;

/// Of a hundred rows of the paragraphs, how many the columns must give too; what is lost where a column's end looks like a line's own end
/// (a heading, a list item) stays below this.
const KEPT_OF_HUNDRED: usize = 99;

#[test]
#[expect(clippy::print_stdout, reason = "what is skipped and what is lost is told")]
fn columns_give_the_rows_of_their_paragraphs() {
    let lexicon = Lexicon::builtin().unwrap();
    let here = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let own = texts(&here.join("tests/corpus/golden"));
    assert!(own.len() >= 5, "golden documents of whole paragraphs");
    let mut all = own;
    let shared = here.join("../shared/gold/passages");
    if shared.is_dir() {
        all.extend(texts(&shared));
    } else {
        println!("skipped: labelled passages, which are not here");
    }
    for width in [12, 17, 22] {
        let (mut kept, mut total) = (0, 0);
        let mut worst = BTreeMap::new();
        for (name, text) in &all {
            let wanted = rows(&read(text, &lexicon));
            let mut got = rows(&read(&columns(text, width), &lexicon));
            let found = wanted.iter().filter(|row| got.iter().position(|other| other == *row).map(|at| got.swap_remove(at)).is_some()).count();
            kept += found;
            total += wanted.len();
            worst.insert(wanted.len() - found, name);
        }
        let (lost, name) = worst.pop_last().unwrap();
        println!("width {width}: {kept} of {total} rows; {name} loses {lost}");
        assert!(kept * 100 >= total * KEPT_OF_HUNDRED, "width {width}: {kept} of {total} rows; {name} loses {lost}");
    }
}

/// The texts of a folder that are whole paragraphs: no columns already, no tables, no tags.
fn texts(folder: &Path) -> Vec<(String, String)> {
    let mut found: Vec<(String, String)> = std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|end| end == "txt"))
        .map(|path| {
            let text = gongbao_read::read_text(&std::fs::read(&path).unwrap()).unwrap().text;
            (path.file_stem().unwrap().to_string_lossy().into_owned(), text)
        })
        .filter(|(_, text)| {
            let longest = text.lines().map(|line| line.chars().count()).max().unwrap_or_default();
            longest >= 80 && !text.contains(['<', '|', '\t']) && !text.lines().any(is_cells)
        })
        .collect();
    found.sort();
    found
}

/// A table's line: wide blanks, or a number by itself.
fn is_cells(line: &str) -> bool {
    line.trim().contains("   ") || line.trim().parse::<f64>().is_ok()
}

/// Every paragraph cut into lines of so many characters, with blanks between them, and a blank line behind it.
fn columns(text: &str, width: usize) -> String {
    let mut out = String::new();
    for paragraph in text.lines().map(str::trim).filter(|line| !line.is_empty()) {
        let characters: Vec<char> = paragraph.chars().filter(|c| !c.is_whitespace()).collect();
        if characters.len() <= width {
            out.push_str(paragraph);
            out.push('\n');
            continue;
        }
        for line in characters.chunks(width) {
            let is_spaced = !line.iter().any(char::is_ascii_alphabetic);
            for (place, c) in line.iter().enumerate() {
                if place > 0 && is_spaced {
                    out.push(' ');
                }
                out.push(*c);
            }
            out.push('\n');
        }
        out.push('\n');
    }
    out
}

fn read(text: &str, lexicon: &Lexicon) -> Reading {
    gongbao_core::read(&Document { text: text.to_owned(), ..Document::default() }, lexicon)
}

/// What each observation states, without where it stands.
fn rows(reading: &Reading) -> Vec<String> {
    reading.observations.iter().map(|row| format!("{} {:?} {:?} {}", row.indicator, row.measure, row.value, row.unit)).collect()
}
