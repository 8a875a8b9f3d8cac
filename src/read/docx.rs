//! Word documents: paragraphs with the headings that their styles tell, and tables.
//!
//! The parts of the archive are XML, read as a stream of events. What was deleted, field codes, footnotes and the second
//! telling of text boxes are left out.

use crate::compose::Composer;
use crate::grid::{self, Cell};
use crate::{ReadError, Text, archive};
use gongbao_core::model::BlockKind;
use quick_xml::Reader;
use quick_xml::events::{BytesStart, Event};
use std::collections::BTreeMap;

/// Bytes of one part of the archive.
const MOST_BYTES: usize = 256 << 20;
/// Elements within elements.
const MOST_NESTED: usize = 2_000;
/// A cell with more characters is prose: its table arranges the page.
const LONGEST_CELL: usize = 160;
const FORMAT: &str = "docx";
const BODY: &str = "word/document.xml";

/// Reads a Word document.
pub(crate) fn read(bytes: &[u8]) -> Result<Text, ReadError> {
    // An encrypted document is no archive but a compound file.
    if bytes.starts_with(b"\xd0\xcf\x11\xe0") {
        return Err(if holds(bytes, "EncryptedPackage") { ReadError::Encrypted } else { damaged("a document of Word before 2007") });
    }
    let mut archive = archive::open(bytes)?;
    let body = archive::part(&mut archive, BODY, MOST_BYTES)?.ok_or_else(|| damaged("no document in it"))?;
    let styles = archive::part(&mut archive, "word/styles.xml", MOST_BYTES)?.unwrap_or_default();
    let mut walk = Walk { styles: kinds(&styles)?, ..Walk::default() };
    each(&body, |event| walk.step(event))?;
    walk.composer.finish()
}

fn damaged(cause: &str) -> ReadError {
    ReadError::Damaged { format: FORMAT, cause: cause.to_owned() }
}

/// Whether bytes hold a name in UTF-16, as compound files do.
fn holds(bytes: &[u8], name: &str) -> bool {
    let wide: Vec<u8> = name.encode_utf16().flat_map(u16::to_le_bytes).collect();
    bytes.windows(wide.len()).any(|window| window == wide)
}

/// What an XML part tells, as far as it matters here.
enum Told<'a> {
    Open(&'a str, &'a BytesStart<'a>),
    Close(&'a str),
    Words(&'a str),
}

/// Gives all events of a part; an element without content is opened and closed. Entities that a part defines itself are not
/// resolved.
fn each(xml: &[u8], mut then: impl FnMut(Told<'_>)) -> Result<(), ReadError> {
    let text = std::str::from_utf8(xml).map_err(|_| damaged("a part is not UTF-8"))?;
    let mut reader = Reader::from_str(text.trim_start_matches('\u{feff}'));
    let mut depth = 0_usize;
    loop {
        match reader.read_event().map_err(|error| damaged(&error.to_string()))? {
            Event::Start(element) => {
                depth += 1;
                if depth > MOST_NESTED {
                    return Err(ReadError::TooMuch { what: "elements within elements", limit: MOST_NESTED });
                }
                then(Told::Open(element.local_name().as_ref(), &element));
            }
            Event::Empty(element) => {
                then(Told::Open(element.local_name().as_ref(), &element));
                then(Told::Close(element.local_name().as_ref()));
            }
            Event::End(element) => {
                depth = depth.saturating_sub(1);
                then(Told::Close(element.local_name().as_ref()));
            }
            Event::Text(words) => then(Told::Words(&words)),
            Event::CData(words) => then(Told::Words(&words)),
            Event::GeneralRef(entity) => {
                let character = entity.resolve_char_ref().ok().flatten().map(String::from);
                let named = || quick_xml::escape::resolve_xml_entity(&entity).map(str::to_owned);
                if let Some(words) = character.or_else(named) {
                    then(Told::Words(&words));
                }
            }
            Event::Eof => return Ok(()),
            Event::Comment(_) | Event::Decl(_) | Event::PI(_) | Event::DocType(_) => {}
        }
    }
}

/// The value of an attribute, whatever prefix its name has.
fn attribute(element: &BytesStart<'_>, name: &str) -> Option<String> {
    let mut attributes = element.attributes().flatten();
    attributes.find(|attribute| attribute.key.local_name().as_ref() == name).map(|attribute| attribute.value.to_string())
}

/// Which styles are headings or titles, by their ids.
fn kinds(xml: &[u8]) -> Result<BTreeMap<String, BlockKind>, ReadError> {
    let mut kinds = BTreeMap::new();
    let mut style = None;
    each(xml, |told| match told {
        Told::Open("style", element) => style = attribute(element, "styleId"),
        Told::Open("name", element) => {
            let name = attribute(element, "val").unwrap_or_default().to_lowercase();
            let kind = match name.as_str() {
                "title" | "标题" => Some(BlockKind::Title),
                name if name.starts_with("heading ") => Some(BlockKind::Heading),
                "caption" | "题注" => Some(BlockKind::Caption),
                _ => None,
            };
            kinds.extend(style.clone().zip(kind));
        }
        Told::Open("outlineLvl", element) if is_heading_level(element) => {
            if let Some(id) = style.clone() {
                kinds.entry(id).or_insert(BlockKind::Heading);
            }
        }
        Told::Close("style") => style = None,
        _ => {}
    })?;
    Ok(kinds)
}

/// Levels 0 to 8 are headings, 9 is running text.
fn is_heading_level(element: &BytesStart<'_>) -> bool {
    attribute(element, "val").and_then(|level| level.parse::<u8>().ok()).is_some_and(|level| level < 9)
}

/// A paragraph in the making.
#[derive(Default)]
struct Paragraph {
    words: String,
    kind: Option<BlockKind>,
}

/// A table in the making.
#[derive(Default)]
struct Table {
    rows: Vec<Vec<(Cell, bool)>>,
}

/// Where a walk through a document stands.
#[derive(Default)]
struct Walk {
    styles: BTreeMap<String, BlockKind>,
    composer: Composer,
    /// The open paragraphs: one, or more within text boxes.
    paragraphs: Vec<Paragraph>,
    /// The open tables, one within the other.
    tables: Vec<Table>,
    /// Open elements whose content does not count.
    ignored: usize,
    /// Whether the open element holds characters of the text.
    is_text: bool,
}

impl Walk {
    fn step(&mut self, told: Told<'_>) {
        match told {
            Told::Open(name, element) => self.open(name, element),
            Told::Close(name) => self.close(name),
            Told::Words(words) if self.is_text && self.ignored == 0 => self.write(words),
            Told::Words(_) => {}
        }
    }

    fn open(&mut self, name: &str, element: &BytesStart<'_>) {
        match name {
            "del" | "moveFrom" | "Fallback" => self.ignored += 1,
            _ if self.ignored > 0 => {}
            "t" => self.is_text = true,
            "p" => self.paragraphs.push(Paragraph::default()),
            "tab" | "br" | "cr" | "noBreakHyphen" => self.write(if name == "noBreakHyphen" { "-" } else { " " }),
            "pStyle" => {
                let kind = attribute(element, "val").and_then(|id| self.styles.get(&id).copied());
                if let Some(paragraph) = self.paragraphs.last_mut() {
                    paragraph.kind = kind;
                }
            }
            "outlineLvl" if is_heading_level(element) => {
                if let Some(paragraph) = self.paragraphs.last_mut() {
                    paragraph.kind = paragraph.kind.or(Some(BlockKind::Heading));
                }
            }
            "tbl" => self.tables.push(Table::default()),
            "tr" => {
                if let Some(table) = self.tables.last_mut() {
                    table.rows.push(Vec::new());
                }
            }
            "tc" => {
                if let Some(row) = self.tables.last_mut().and_then(|table| table.rows.last_mut()) {
                    row.push((Cell { columns: 1, rows: 1, ..Cell::default() }, false));
                }
            }
            "gridSpan" => {
                let columns = attribute(element, "val").and_then(|written| written.parse().ok()).unwrap_or(1);
                if let Some((cell, _)) = self.cell() {
                    cell.columns = columns;
                }
            }
            "vMerge" => {
                let continues = attribute(element, "val").is_none_or(|written| written == "continue");
                if let Some((_, goes_on)) = self.cell() {
                    *goes_on = continues;
                }
            }
            _ => {}
        }
    }

    fn close(&mut self, name: &str) {
        match name {
            "del" | "moveFrom" | "Fallback" => self.ignored = self.ignored.saturating_sub(1),
            _ if self.ignored > 0 => {}
            "t" => self.is_text = false,
            "p" => {
                if let Some(paragraph) = self.paragraphs.pop() {
                    self.put(&paragraph);
                }
            }
            "tbl" => {
                if let Some(table) = self.tables.pop() {
                    self.end(table);
                }
            }
            _ => {}
        }
    }

    fn cell(&mut self) -> Option<&mut (Cell, bool)> {
        self.tables.last_mut()?.rows.last_mut()?.last_mut()
    }

    fn write(&mut self, words: &str) {
        if let Some(paragraph) = self.paragraphs.last_mut() {
            paragraph.words.push_str(words);
        }
    }

    /// A finished paragraph goes into its cell, or becomes a block.
    fn put(&mut self, paragraph: &Paragraph) {
        match self.cell() {
            Some((cell, _)) => {
                cell.words.push_str(paragraph.words.trim());
                cell.words.push('\n');
            }
            None => self.composer.push(paragraph.kind, None, &paragraph.words),
        }
    }

    /// A finished table: within another one its words go into that one's cell; one that only arranges the page gives paragraphs.
    fn end(&mut self, table: Table) {
        let words = |cell: &Cell| cell.words.trim().to_owned();
        let is_prose = |cell: &Cell| cell.words.chars().count() > LONGEST_CELL && cell.words.contains(['。', '，']);
        let is_wide = |row: &&Vec<(Cell, bool)>| row.iter().filter(|(cell, _)| !cell.words.trim().is_empty()).count() >= 2;
        let is_layout = table.rows.iter().flatten().any(|(cell, _)| is_prose(cell)) || table.rows.iter().filter(is_wide).count() < 2;
        if let Some((outer, _)) = self.cell() {
            for (cell, _) in table.rows.iter().flatten() {
                outer.words.push_str(&words(cell));
                outer.words.push('\n');
            }
        } else if is_layout {
            let cells = table.rows.iter().flatten().filter(|(_, goes_on)| !goes_on);
            cells.flat_map(|(cell, _)| cell.words.lines()).for_each(|line| self.composer.push(None, None, line));
        } else {
            grid::write(&grid::expand(joined(table.rows)), None, &mut self.composer);
        }
    }
}

/// Makes cells that go on from the row above part of the cell there.
fn joined(mut rows: Vec<Vec<(Cell, bool)>>) -> Vec<Vec<Cell>> {
    for row in (1..rows.len()).rev() {
        let mut column = 0;
        let goes_on: Vec<(usize, usize)> = rows.get(row).map_or_else(Vec::new, |cells| {
            let places = cells.iter().map(|(cell, goes_on)| {
                column += cell.columns;
                goes_on.then_some((column - cell.columns, cell.rows))
            });
            places.flatten().collect()
        });
        for (at, more) in goes_on {
            let Some(above) = rows.get_mut(row - 1) else { continue };
            let mut column = 0;
            let found = above.iter_mut().find(|(cell, _)| {
                column += cell.columns;
                column - cell.columns == at
            });
            if let Some((cell, _)) = found {
                cell.rows += more;
            }
        }
    }
    let cell = |(cell, _): (Cell, bool)| Cell { words: cell.words.trim().replace('\n', " "), ..cell };
    rows.into_iter().map(|row| row.into_iter().filter(|(_, goes_on)| !goes_on).map(cell).collect()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::{Cursor, Write};
    use zip::ZipWriter;
    use zip::write::SimpleFileOptions;

    fn document(body: &str) -> Vec<u8> {
        let styles = "<w:styles xmlns:w='w'><w:style w:styleId='2'><w:name w:val='heading 1'/></w:style><w:style w:styleId='a5'><w:name w:val='Title'/></w:style></w:styles>";
        let body = format!("<?xml version='1.0' encoding='UTF-8'?><w:document xmlns:w='w'><w:body>{body}</w:body></w:document>");
        let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
        for (name, xml) in [("word/styles.xml", styles), (BODY, &body)] {
            writer.start_file(name, SimpleFileOptions::default()).unwrap();
            writer.write_all(xml.as_bytes()).unwrap();
        }
        writer.finish().unwrap().into_inner()
    }

    fn check(body: &str, expected: &[(Option<BlockKind>, &str)]) {
        let text = read(&document(body)).unwrap();
        let blocks: Vec<_> = text.blocks.iter().map(|block| (block.kind, text.text.get(block.span.clone()).unwrap())).collect();
        assert_eq!(blocks, expected, "{body}");
    }

    #[test]
    fn paragraphs_and_their_styles() {
        check(
            "<w:p><w:pPr><w:pStyle w:val='a5'/></w:pPr><w:r><w:t>统计</w:t></w:r><w:r><w:t>公报</w:t></w:r></w:p>\
             <w:p><w:pPr><w:pStyle w:val='2'/></w:pPr><w:r><w:t>综合</w:t></w:r></w:p><w:p/>\
             <w:p><w:r><w:t>增长5&#37;</w:t><w:tab/><w:t>R&amp;D</w:t></w:r><w:del><w:r><w:t>旧</w:t><w:delText>旧</w:delText></w:r></w:del>\
             <w:r><w:instrText>PAGE</w:instrText></w:r></w:p>",
            &[(Some(BlockKind::Title), "统计公报"), (Some(BlockKind::Heading), "综合"), (None, "增长5% R&D")],
        );
    }

    #[test]
    fn tables_with_merged_cells() {
        let cell = |properties: &str, words: &str| format!("<w:tc><w:tcPr>{properties}</w:tcPr><w:p><w:r><w:t>{words}</w:t></w:r></w:p></w:tc>");
        let (start, on) = ("<w:vMerge w:val='restart'/>", "<w:vMerge/>");
        let rows = [
            [cell(start, "指标"), cell("<w:gridSpan w:val='2'/>", "绝对数"), String::new()],
            [cell(on, ""), cell("", "本月"), cell("", "累计")],
            [cell("", "出口"), cell("", "1.5"), cell("", "20")],
        ];
        let rows: String = rows.map(|row| format!("<w:tr>{}</w:tr>", row.concat())).concat();
        let row = |words| (Some(BlockKind::TableRow), words);
        check(
            &format!("<w:p><w:r><w:t>单位：亿元</w:t></w:r></w:p><w:tbl>{rows}</w:tbl><w:p><w:r><w:t>完</w:t></w:r></w:p>"),
            &[(None, "单位：亿元"), row("指标\t绝对数\t绝对数"), row("指标\t本月\t累计"), row("出口\t1.5\t20"), (None, "完")],
        );
    }

    #[test]
    fn tables_that_arrange_the_page_and_text_boxes() {
        let prose = "全县经济保持平稳运行，主要指标好于预期。".repeat(10);
        check(
            &format!(
                "<w:tbl><w:tr><w:tc><w:p><w:r><w:t>左</w:t></w:r></w:p></w:tc><w:tc><w:p><w:r><w:t>{prose}</w:t></w:r></w:p></w:tc></w:tr></w:tbl>"
            ),
            &[(None, "左"), (None, &prose)],
        );
        let inner = "<w:txbxContent><w:p><w:r><w:t>框内</w:t></w:r></w:p></w:txbxContent>";
        check(
            &format!(
                "<w:p><w:r><w:t>外</w:t><mc:AlternateContent><mc:Choice>{inner}</mc:Choice><mc:Fallback>{inner}</mc:Fallback></mc:AlternateContent></w:r></w:p>"
            ),
            &[(None, "框内"), (None, "外")],
        );
    }

    #[test]
    fn what_is_no_document_is_told() {
        let cause = |bytes: &[u8]| read(bytes).unwrap_err();
        assert!(matches!(cause(b"PK\x03\x04"), ReadError::Damaged { .. }));
        assert!(matches!(cause(&document("<w:p><w:r></w:p>")), ReadError::Damaged { .. }));
        assert_eq!(cause(&document("<w:p/>")), ReadError::Empty);
        assert!(matches!(cause(&document(&"<w:sdt>".repeat(MOST_NESTED + 5))), ReadError::TooMuch { .. }));
        let mut encrypted = b"\xd0\xcf\x11\xe0".to_vec();
        encrypted.extend("EncryptedPackage".encode_utf16().flat_map(u16::to_le_bytes));
        assert_eq!(cause(&encrypted), ReadError::Encrypted);
        // Entities that the document defines are not resolved, so none can grow.
        let bomb = "<!DOCTYPE x [<!ENTITY a 'aaaaaaaaaa'><!ENTITY b '&a;&a;&a;&a;'>]><w:p><w:r><w:t>甲&b;乙</w:t></w:r></w:p>";
        check(bomb, &[(None, "甲乙")]);
    }
}
