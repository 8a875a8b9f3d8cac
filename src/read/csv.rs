//! Cells between commas.

use crate::{ReadError, Text, cells::Cells, compose::Composer, text};
use csv::{ReaderBuilder, StringRecord};

pub(crate) fn read(bytes: &[u8]) -> Result<Text, ReadError> {
    let Text { text, encoding, .. } = text::read_text(bytes)?;
    let mut cells = Cells::default();
    // A first line that tells what stands between the cells is for Excel.
    let told = text.strip_prefix("sep=").and_then(|rest| rest.split_once('\n')).filter(|(mark, _)| mark.trim_end_matches('\r').len() == 1);
    let (delimiter, text) = match told {
        Some((mark, rest)) => (mark.bytes().next().unwrap_or(b','), rest),
        None => (delimiter(&text), text.as_str()),
    };
    for (row, record) in (0..).zip(records(text, delimiter)) {
        for (column, words) in (0..).zip(record?.iter()) {
            cells.insert((row, column), words)?;
        }
    }
    let mut composer = Composer::default();
    let told = cells.write(&mut composer)?;
    Ok(Text { encoding, title: told.title, published: told.published, ..composer.finish()? })
}

fn records(text: &str, delimiter: u8) -> impl Iterator<Item = Result<StringRecord, ReadError>> {
    let damaged = |cause: csv::Error| ReadError::Damaged { format: "csv", cause: cause.to_string() };
    let reader = ReaderBuilder::new().has_headers(false).flexible(true).delimiter(delimiter).from_reader(text.as_bytes());
    reader.into_records().map(move |record| record.map_err(damaged))
}

/// So many records show what stands between the cells.
const SAMPLE: usize = 50;

/// What stands between the cells: the character by which most records have as many cells as each other, and more than one.
fn delimiter(text: &str) -> u8 {
    let regular = |delimiter: u8| {
        let mut counts: Vec<usize> =
            records(text, delimiter).take(SAMPLE).map_while(Result::ok).map(|record| record.len()).filter(|len| *len > 1).collect();
        counts.sort_unstable();
        counts.chunk_by(|a, b| a == b).map(|alike| alike.len()).max().unwrap_or(0)
    };
    // The last of equals is taken, and that is the comma.
    [b'\t', b';', b','].into_iter().max_by_key(|delimiter| regular(*delimiter)).unwrap_or(b',')
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::compose::tests::told;
    use gongbao_core::model::PartialDate;

    fn check(bytes: &[u8], expected: &[&str]) -> Text {
        let text = read(bytes).unwrap();
        assert_eq!(told(&text), expected);
        text
    }

    #[test]
    fn rows_whatever_stands_between_their_cells() {
        for delimiter in [",", ";", "\t"] {
            let rows = ["", "甲省", "乙省\n2020", "1.5", "2\n2019", "1", "\n"].join(delimiter);
            check(rows.as_bytes(), &["table_row \t甲省\t乙省", "table_row 2020\t1.5\t2", "table_row 2019\t1\t"]);
        }
    }

    #[test]
    fn a_line_for_excel() {
        check("sep=\t\r\n指标\t数值\n出口\t1,5\n".as_bytes(), &["table_row 指标\t数值", "table_row 出口\t1,5"]);
        check("sep=;\n指标;数值\n出口;1,5\n".as_bytes(), &["table_row 指标\t数值", "table_row 出口\t1,5"]);
    }

    #[test]
    fn quoted_cells_and_encodings() {
        let rows = "指标,备注\r\n出口,\"含,\"\"转口\"\"\r\n贸易\"\r\n";
        let expected = ["table_row 指标\t备注", "table_row 出口\t含,\"转口\" 贸易"];
        assert_eq!(check(&encoding_rs::GB18030.encode(rows).0, &expected).encoding, "GB18030");
        assert_eq!(check(&[b"\xef\xbb\xbf", rows.as_bytes()].concat(), &expected).encoding, "UTF-8");
        assert_eq!(read(b",,\n,"), Err(ReadError::Empty));
        assert_eq!(read(b"PK\x03\x04\x00\x00"), Err(ReadError::Binary));
    }

    const PROSE: [&str; 2] = [
        "今年以来，全县经济运行总体平稳，工业增加值增长百分之六，消费和投资保持增长，就业稳定。",
        "下半年要抓好项目建设，力争完成投资十亿元，新开工项目二十个，建成投产十个，新增岗位一千个。",
    ];

    #[test]
    fn a_text_in_one_record() {
        let rows = format!("地区,年份,标题,发布日期,全文\n某县,2024,某县半年工作报告,2024/7/5,\"{}\n{}\"", PROSE[0], PROSE[1]);
        let lines = PROSE.map(|line| format!("- {line}"));
        let text = check(rows.as_bytes(), &["title 某县半年工作报告", &lines[0], &lines[1]]);
        assert_eq!(text.title.as_deref(), Some("某县半年工作报告"));
        assert_eq!(text.published, PartialDate::parse("2024-07-05"));
    }

    #[test]
    fn a_text_in_several_records() {
        let lines = PROSE.map(|line| format!("- {line}"));
        check(format!("1,{}\n2,{}", PROSE[0], PROSE[1]).as_bytes(), &[&lines[0], &lines[1]]);
        check(
            format!("章节,段落,内容\n一、回顾,1,{}\n二、安排,2,{}", PROSE[0], PROSE[1]).as_bytes(),
            &["heading 一、回顾", &lines[0], "heading 二、安排", &lines[1]],
        );
    }

    #[test]
    fn a_long_cell_makes_no_text_of_a_table() {
        let rows = format!("项目,投资额,内容\n某厂,5,{}\n某路,7,{}", PROSE[0], PROSE[1]);
        let rows_told = [format!("table_row 某厂\t5\t{}", PROSE[0]), format!("table_row 某路\t7\t{}", PROSE[1])];
        check(rows.as_bytes(), &["table_row 项目\t投资额\t内容", &rows_told[0], &rows_told[1]]);
    }
}
