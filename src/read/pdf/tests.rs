//! Whole files: typeset ones from `testdata`, and small ones made here.

use super::*;
use std::fmt::Write;

/// The blocks, each with its page and kind.
fn blocks(text: &Text) -> String {
    let mut told = String::new();
    for block in &text.blocks {
        let kind = block.kind.map_or("-", |kind| kind.as_str());
        writeln!(told, "{}\t{kind}\t{}", block.page.unwrap_or_default(), text.text.get(block.span.clone()).unwrap()).unwrap();
    }
    told
}

fn check(bytes: &[u8], pages: u32, expected: &str) {
    let text = read(bytes).unwrap();
    assert_eq!((text.pages, text.title.as_deref()), (Some(pages), None));
    for (found, expected) in blocks(&text).lines().zip(expected.lines()) {
        assert_eq!(found, expected);
    }
    assert_eq!(text.blocks.len(), expected.lines().count());
}

#[test]
fn one_to_five_columns() {
    check(include_bytes!("testdata/columns.pdf"), 4, include_str!("testdata/columns.txt"));
}

#[test]
fn a_page_of_a_newspaper() {
    check(include_bytes!("testdata/newspaper.pdf"), 1, include_str!("testdata/newspaper.txt"));
}

#[test]
fn articles_beside_each_other() {
    check(include_bytes!("testdata/mosaic.pdf"), 1, include_str!("testdata/mosaic.txt"));
}

#[test]
fn a_bulletin_with_tables_and_running_heads() {
    check(include_bytes!("testdata/bulletin.pdf"), 4, include_str!("testdata/bulletin.txt"));
}

/// A file of pages that each draw with these operators, on half a sheet with a font of the standard ones and a picture.
fn pages(contents: &[&str], trailer: &str) -> Vec<u8> {
    let mut objects = vec!["<</Type/Catalog/Pages 2 0 R>>".to_owned()];
    let kids: String = (0..contents.len()).map(|page| format!("{} 0 R ", 5 + 2 * page)).collect();
    objects.push(format!("<</Type/Pages/Kids[{kids}]/Count {}/MediaBox[0 0 400 600]>>", contents.len()));
    objects.push("<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>".to_owned());
    objects.push("<</Type/XObject/Subtype/Image/Width 1/Height 1/BitsPerComponent 8/ColorSpace/DeviceGray/Length 1>>stream\n0\nendstream".to_owned());
    for (page, content) in contents.iter().enumerate() {
        let resources = "/Resources<</Font<</F 3 0 R>>/XObject<</I 4 0 R>>>>";
        objects.push(format!("<</Type/Page/Parent 2 0 R{resources}/Contents {} 0 R>>", 6 + 2 * page));
        objects.push(format!("<</Length {}>>stream\n{content}\nendstream", content.len()));
    }
    let mut file = "%PDF-1.4\n".to_owned();
    let mut places = String::new();
    for (at, object) in objects.iter().enumerate() {
        writeln!(places, "{:010} 00000 n ", file.len()).unwrap();
        writeln!(file, "{} 0 obj{object}endobj", at + 1).unwrap();
    }
    let (start, count) = (file.len(), objects.len() + 1);
    write!(file, "xref\n0 {count}\n0000000000 65535 f \n{places}trailer<</Size {count}/Root 1 0 R{trailer}>>\nstartxref\n{start}\n%%EOF\n").unwrap();
    file.into_bytes()
}

fn check_drawn(content: &str, expected: &str) {
    let text = read(&pages(&[content], "")).unwrap();
    assert_eq!(text.text, expected);
}

#[test]
fn what_is_drawn_twice_is_read_once() {
    check_drawn("BT /F 12 Tf 2 Tr 50 500 Td (GDP 2021) Tj ET", "GDP 2021\n");
    check_drawn("BT /F 12 Tf 50 500 Td (GDP 2021) Tj ET BT /F 12 Tf 50.5 500.5 Td (GDP 2021) Tj ET", "GDP 2021\n");
    check_drawn("BT /F 12 Tf 50 500 Td (GDP 11) Tj ET BT /F 12 Tf 3 Tr 50 500 Td (unseen) Tj ET", "GDP 11\n");
}

#[test]
fn watermarks_are_left_out_and_turned_pages_read() {
    check_drawn("BT /F 12 Tf 50 500 Td (Total 96.5) Tj ET BT /F 40 Tf .7 .7 -.7 .7 100 100 Tm (DRAFT) Tj ET", "Total 96.5\n");
    check_drawn("BT /F 12 Tf 0 1 -1 0 100 100 Tm (Total 96.5) Tj ET BT /F 12 Tf 0 1 -1 0 114 100 Tm (percent) Tj ET", "Total 96.5 percent\n");
}

#[test]
fn labels_may_take_two_lines() {
    let cell = |x: u32, y: u32, words: &str| format!("BT /F 10 Tf {x} {y} Td ({words}) Tj ET ");
    let row = |y: u32, cells: [&str; 3]| [50, 150, 220].iter().zip(cells).map(|(x, words)| cell(*x, y, words)).collect::<String>();
    let over = row(500, ["Item", "Level", "Growth"]) + &row(480, ["Farming", "12.5", "3.1"]);
    // The numbers stand beside the last line, or between the two.
    let last = row(460, ["Transport,", "", ""]) + &row(447, ["storage, post", "29.1", "5.7"]);
    let between = row(462, ["Transport,", "", ""]) + &row(456, ["", "29.1", "5.7"]) + &row(450, ["storage, post", "", ""]);
    for label in [last, between] {
        let drawn = over.clone() + &label + &row(430, ["Trade", "18.2", "7.2"]);
        check_drawn(&drawn, "Item\tLevel\tGrowth\nFarming\t12.5\t3.1\nTransport, storage, post\t29.1\t5.7\nTrade\t18.2\t7.2\n");
    }
}

#[test]
fn words_stand_over_several_columns() {
    let text = |x: u32, y: u32, words: &str| format!("BT /F 10 Tf {x} {y} Td ({words}) Tj ET ");
    let header = [(186, 524, "Amount"), (80, 514, "Item"), (284, 514, "Growth"), (160, 504, "Month"), (224, 504, "Sum")];
    let rows = [(484, "Farming", "12.5", "40.5", "3.1"), (466, "Trade", "10.1", "30.9", "-2.7"), (448, "Building", "8.2", "21.0", "7.0")];
    let header: String = header.iter().map(|(x, y, words)| text(*x, *y, words)).collect();
    let row = |(y, label, month, sum, growth): &(u32, &str, &str, &str, &str)| {
        text(50, *y, label) + &text(180, *y, month) + &text(240, *y, sum) + &text(306, *y, growth)
    };
    let expected =
        "Item\tAmount\tAmount\tGrowth\nItem\tMonth\tSum\tGrowth\nFarming\t12.5\t40.5\t3.1\nTrade\t10.1\t30.9\t-2.7\nBuilding\t8.2\t21.0\t7.0\n";
    check_drawn(&(header + &rows.iter().map(row).collect::<String>()), expected);
}

#[test]
fn figures_keep_apart_from_marks_of_notes() {
    check_drawn(
        "BT /F 12 Tf 50 500 Td (969.57) Tj /F 7 Tf 5 Ts (1) Tj /F 12 Tf 0 Ts ( persons on 86.3 km) Tj /F 7 Tf 5 Ts (2) Tj ET",
        "969.57 persons on 86.3 km²\n",
    );
}

#[test]
fn pictures_are_no_text() {
    let picture = "400 0 0 600 0 0 cm /I Do";
    assert_eq!(read(&pages(&[picture, picture], "")), Err(ReadError::NoTextLayer));
    assert_eq!(read(&pages(&[picture, "BT /F 9 Tf 50 20 Td (12) Tj ET 400 0 0 600 0 0 cm /I Do"], "")), Err(ReadError::NoTextLayer));
    assert_eq!(read(&pages(&[""], "")), Err(ReadError::Empty));
    // Recognised text lies unseen under its picture.
    check_drawn(
        &format!("q {picture} Q BT /F 12 Tf 3 Tr 50 500 Td (The gross product rose by 5.2 percent in 2021) Tj ET"),
        "The gross product rose by 5.2 percent in 2021\n",
    );
}

#[test]
fn what_cannot_be_read_says_why() {
    let key = "00".repeat(32);
    let locked = format!("/Encrypt<</Filter/Standard/V 1/R 2/P -4/O<{key}>/U<{key}>>>/ID[<00><00>]");
    assert_eq!(read(&pages(&["BT /F 12 Tf 50 500 Td (GDP) Tj ET"], &locked)), Err(ReadError::Encrypted));
    let whole = include_bytes!("testdata/columns.pdf");
    for damaged in [whole.get(..200).unwrap(), b"%PDF-1.7", b"", b"no file of this kind"] {
        assert!(matches!(read(damaged), Err(ReadError::Damaged { format: "PDF", .. })));
    }
}

#[test]
fn more_than_any_document_is_too_much() {
    let blank = vec![""; MOST_PAGES + 1];
    assert_eq!(read(&pages(&blank, "")), Err(ReadError::TooMuch { what: "pages", limit: MOST_PAGES }));
    let crowded = format!("BT /F 9 Tf 5 500 Td ({}) Tj ET", "1".repeat(sheet::MOST_CHARACTERS + 1));
    assert_eq!(read(&pages(&[&crowded], "")), Err(ReadError::TooMuch { what: "characters on a page", limit: sheet::MOST_CHARACTERS }));
}
