//! Cells between commas: a table, or prose that somebody kept in columns.

use crate::compose::Composer;
use crate::{ReadError, Text, text};
use gongbao_core::model::PartialDate;

/// A cell with more characters and with a full stop is prose.
const LONGEST_CELL: usize = 160;
/// More records are no document.
const MOST_RECORDS: usize = 1_000_000;

/// Reads a table, one row a record; or where cells hold prose, that prose.
pub(crate) fn read(bytes: &[u8]) -> Result<Text, ReadError> {
    let decoded = text::read_text(bytes)?;
    let records = records(&decoded.text)?;
    let is_prose = |cell: &String| cell.chars().count() > LONGEST_CELL && cell.contains('。');
    let read = if records.iter().flatten().any(is_prose) { prose(&records, is_prose) } else { table(&records)? };
    if read.text.trim().is_empty() { Err(ReadError::Empty) } else { Ok(Text { encoding: decoded.encoding, ..read }) }
}

fn records(text: &str) -> Result<Vec<Vec<String>>, ReadError> {
    let mut reader = csv::ReaderBuilder::new().has_headers(false).flexible(true).delimiter(delimiter(text)).from_reader(text.as_bytes());
    let mut records = Vec::new();
    for record in reader.records() {
        let record = record.map_err(|error| ReadError::Damaged { format: "csv", cause: error.to_string() })?;
        if records.len() == MOST_RECORDS {
            return Err(ReadError::TooMuch { what: "records", limit: MOST_RECORDS });
        }
        records.push(record.iter().map(|cell| cell.trim().to_owned()).collect());
    }
    Ok(records)
}

/// What parts the cells of the first line: that of the usual marks of which it holds most.
fn delimiter(text: &str) -> u8 {
    let first = text.lines().find(|line| !line.trim().is_empty()).unwrap_or_default();
    let count = |mark: &u8| first.bytes().filter(|byte| byte == mark).count();
    [b',', b'\t', b';'].into_iter().rev().max_by_key(count).unwrap_or(b',')
}

fn table(records: &[Vec<String>]) -> Result<Text, ReadError> {
    let mut composer = Composer::default();
    let width = records.iter().map(Vec::len).max().unwrap_or_default();
    for record in records {
        let mut filled = record.iter().filter(|cell| !cell.is_empty());
        match (filled.next(), filled.next()) {
            // Words alone above or below the rows.
            (Some(words), None) if width > 1 && !words.chars().any(|c| c.is_ascii_digit()) => composer.push(None, None, words),
            _ => composer.push_row(None, record.iter().map(String::as_str)),
        }
    }
    composer.finish()
}

/// The prose of all records: lines as they stand in the cells, so that they are read as plain text is. Of the cells beside it, what
/// the first record calls title and date is told apart; numbers of the records and addresses are not text.
fn prose(records: &[Vec<String>], is_prose: impl Fn(&String) -> bool) -> Text {
    let mut read = Text::default();
    let header = records.first().filter(|record| !record.iter().any(&is_prose));
    let titled = |names: &[&str]| header.and_then(|header| header.iter().position(|name| names.contains(&name.to_lowercase().as_str())));
    let (title, date) = (titled(&["title", "标题", "题目"]), titled(&["publish_date", "published", "date", "发布日期", "发布时间", "日期"]));
    let is_only = records.iter().filter(|record| record.iter().any(&is_prose)).count() == 1;
    for record in records.iter().filter(|record| record.iter().any(&is_prose)) {
        let told = title.and_then(|at| record.get(at)).filter(|title| !title.is_empty());
        if let Some(told) = told {
            read.text.push_str(told);
            read.text.push('\n');
        }
        for cell in record.iter().filter(|cell| is_prose(cell)) {
            read.text.push_str(cell);
            read.text.push('\n');
        }
        if is_only {
            read.title = told.cloned();
            read.published = date.and_then(|at| PartialDate::parse(record.get(at)?));
        }
    }
    read
}

#[cfg(test)]
mod tests {
    use super::*;
    use encoding_rs::GB18030;
    use gongbao_core::model::BlockKind;

    fn check(csv: &str, expected: &[&str]) {
        assert_eq!(read(csv.as_bytes()).unwrap().text.lines().collect::<Vec<_>>(), expected, "{csv}");
    }

    #[test]
    fn records_become_rows() {
        check(",甲市,乙市\r\n2021,\"1,200.5\",7\r\n2020,1100,6\r\n", &["\t甲市\t乙市", "2021\t1,200.5\t7", "2020\t1100\t6"]);
        check("指标;数值\n产值;1,5\n", &["指标\t数值", "产值\t1,5"]);
        check("主要指标,,\n指标,数值,增速\n出口,3,\n", &["主要指标", "指标\t数值\t增速", "出口\t3\t"]);
        let text = read(&GB18030.encode("指标,数值\n进口额,\"三\n亿\"\n").0).unwrap();
        assert_eq!((text.text.as_str(), text.encoding.as_str()), ("指标\t数值\n进口额\t三 亿\n", "GB18030"));
        assert!(text.blocks.iter().all(|block| block.kind == Some(BlockKind::TableRow)));
        assert_eq!(read(b",,\n,,\n"), Err(ReadError::Empty));
    }

    #[test]
    fn prose_in_cells_is_read_as_text() {
        let prose = "全县经济保持平稳运行，主要指标好于预期。".repeat(10);
        let text = read(format!("id,title,publish_date,url,full_text\n7,某县报告,2024-01-05,http://x,\"一、回顾\n{prose}\"\n").as_bytes()).unwrap();
        assert_eq!(text.text, format!("某县报告\n一、回顾\n{prose}\n"));
        assert_eq!((text.title.as_deref(), text.published), (Some("某县报告"), PartialDate::parse("2024-01-05")));
        assert!(text.blocks.is_empty());
    }
}
