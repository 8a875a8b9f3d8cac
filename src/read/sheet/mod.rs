//! Spreadsheets: each visible sheet in its order.

mod number;
mod xls;
mod xlsx;

use crate::{
    ReadError, Text,
    cells::{Cells, MOST_CELLS},
    compose::Composer,
    compound, csv, html,
};
use gongbao_core::model::BlockKind;

/// A sheet that people see.
#[derive(Debug)]
struct Sheet {
    name: String,
    cells: Cells,
}

/// More sheets than a workbook has.
const MOST_SHEETS: usize = 500;

/// Reads sheets one after the other, as long as all together hold no more than one may.
fn gather<T>(
    places: impl ExactSizeIterator<Item = (String, T)>,
    mut cells: impl FnMut(&str, T) -> Result<Cells, ReadError>,
) -> Result<Vec<Sheet>, ReadError> {
    if places.len() > MOST_SHEETS {
        return Err(ReadError::TooMuch { what: "sheets of a workbook", limit: MOST_SHEETS });
    }
    let mut total = 0;
    let mut sheets = Vec::new();
    for (name, place) in places {
        let cells = cells(&name, place)?;
        total += cells.len();
        if total > MOST_CELLS {
            return Err(ReadError::TooMuch { what: "cells of a workbook", limit: MOST_CELLS });
        }
        sheets.push(Sheet { name, cells });
    }
    Ok(sheets)
}

pub(crate) fn read(bytes: &[u8]) -> Result<Text, ReadError> {
    let start = bytes.trim_ascii_start();
    // Many programs write a web page or lines of cells, and name it a workbook.
    let mut sheets = match start {
        _ if bytes.starts_with(b"PK") => xlsx::sheets(bytes)?,
        _ if bytes.starts_with(compound::SIGNATURE) => xls::sheets(bytes)?,
        _ if start.strip_prefix(b"\xef\xbb\xbf").unwrap_or(start).starts_with(b"<") => return html::read(bytes),
        _ => return csv::read(bytes),
    };
    sheets.retain(|sheet| sheet.cells.len() > 0);
    let mut composer = Composer::default();
    let mut told = None;
    for sheet in &sheets {
        if sheets.len() > 1 {
            composer.push(Some(BlockKind::Heading), None, &sheet.name);
        }
        let of_sheet = sheet.cells.write(&mut composer)?;
        told.get_or_insert(of_sheet);
    }
    let told = told.unwrap_or_default();
    Ok(Text { title: told.title, published: told.published, ..composer.finish()? })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::archive::tests::pack;
    use crate::compose::tests::told;

    /// A workbook of sheets, each its name, its rows and what follows them.
    pub(super) fn workbook(sheets: &[(&str, &str, &str)]) -> Vec<u8> {
        let each = |part: fn(usize, &(&str, &str, &str)) -> String| (1..).zip(sheets).map(|(at, sheet)| part(at, sheet)).collect::<String>();
        let book = format!(
            "<workbook xmlns:r='r'><sheets>{}</sheets></workbook>",
            each(|at, (name, ..)| format!("<sheet {name} sheetId='{at}' r:id='r{at}'/>"))
        );
        let links = format!(
            "<Relationships>{}</Relationships>",
            each(|at, _| format!("<Relationship Id='r{at}' Type='http://x/relationships/worksheet' Target='worksheets/sheet{at}.xml'/>"))
        );
        let styles = "<styleSheet><numFmts count='1'><numFmt numFmtId='164' formatCode='yyyy&quot;年&quot;m&quot;月&quot;'/></numFmts>\
            <cellXfs><xf numFmtId='0'/><xf numFmtId='10'/><xf numFmtId='164'/><xf numFmtId='57'/></cellXfs></styleSheet>";
        let mut files = vec![("xl/workbook.xml".to_owned(), book), ("xl/_rels/workbook.xml.rels".to_owned(), links)];
        let root = "<Relationships><Relationship Id='r' Type='http://x/relationships/officeDocument' Target='xl/workbook.xml'/></Relationships>";
        files.push(("_rels/.rels".to_owned(), root.to_owned()));
        files.push(("xl/styles.xml".to_owned(), styles.to_owned()));
        files.push(("xl/sharedStrings.xml".to_owned(), "<sst><si><t>指标</t></si><si><r><t>出</t></r><r><t>口&amp;</t></r></si></sst>".to_owned()));
        for (at, (_, rows, rest)) in (1..).zip(sheets) {
            files.push((format!("xl/worksheets/sheet{at}.xml"), format!("<worksheet><sheetData>{rows}</sheetData>{rest}</worksheet>")));
        }
        pack(&files.iter().map(|(name, content)| (name.as_str(), content.as_str())).collect::<Vec<_>>())
    }

    fn check(bytes: &[u8], title: Option<&str>, expected: &[&str]) {
        let text = read(bytes).unwrap();
        assert_eq!(told(&text), expected);
        assert_eq!(text.title.as_deref(), title);
    }

    const ROWS: &str = "<row r='1'><c r='A1' t='inlineStr'><is><t>某县一季度外贸情况</t></is></c></row>\
        <row r='2'><c r='A2' t='s'><v>0</v></c><c r='B2' s='2'><v>45200</v></c><c r='C2' s='3'><v>45200</v></c><c r='D2' t='str'><v>备注</v></c></row>\
        <row r='3'><c r='A3' t='s'><v>1</v></c><c r='B3'><v>2.6800000000000002</v></c><c r='C3' s='1'><v>0.0526</v></c><c r='D3' t='b'><v>1</v></c></row>\
        <row r='4'><c r='B4'><v>1E+21</v></c><c r='C4' t='e'><v>#REF!</v></c></row>\
        <row r='6'><c r='A6' t='str'><v>注：快报数</v></c></row>";

    #[test]
    fn cells_are_told_as_people_see_them() {
        check(
            &workbook(&[("name='一'", ROWS, "<mergeCells><mergeCell ref='A1:D1'/><mergeCell ref='A3:A4'/></mergeCells>")]),
            Some("某县一季度外贸情况"),
            &[
                "- 某县一季度外贸情况",
                "table_row 指标\t2023年10月\t2023年10月\t备注",
                "table_row 出口&\t2.68\t5.26%\tTRUE",
                "table_row 出口&\t1000000000000000000000\t\t",
                "- 注：快报数",
            ],
        );
    }

    #[test]
    fn visible_sheets_are_told_in_their_order() {
        let row = |words: &str| format!("<row><c t='str'><v>{words}</v></c></row>");
        let (one, two, three) = (row("甲"), row("乙"), row("丙"));
        check(
            &workbook(&[("name='一'", &one, ""), ("name='二' state='hidden'", &two, ""), ("name='三'", &three, ""), ("name='四'", "", "")]),
            None,
            &["heading 一", "- 甲", "heading 三", "- 丙"],
        );
    }

    #[test]
    fn hidden_rows_and_columns_are_left_out() {
        let row = |attributes: &str, cells: [&str; 3]| {
            format!("<row {attributes}>{}</row>", cells.map(|words| format!("<c t='str'><v>{words}</v></c>")).concat())
        };
        let rows = [
            row("", ["指标", "测算", "增速"]),
            row("", ["出口", "1", "2.5"]),
            row("hidden='1'", ["内部", "3", "4.5"]),
            row("hidden='0'", ["进口", "5", "6.5"]),
        ];
        let book = workbook(&[("name='一'", &rows.concat(), "<cols><col min='2' max='2' hidden='true'/></cols>")]);
        for bytes in [&book[..], include_bytes!("../testdata/hidden.xls")] {
            check(bytes, None, &["table_row 指标\t增速", "table_row 出口\t2.5", "table_row 进口\t6.5"]);
        }
    }

    /// A row that shows keeps its columns, and a merged cell what of it shows.
    #[test]
    fn what_shows_closes_up() {
        let cell = |place: &str, words: &str| if words.is_empty() { String::new() } else { format!("<c r='{place}' t='str'><v>{words}</v></c>") };
        let row = |at: u32, attributes: &str, cells: [&str; 4]| {
            let cells: String = ["A", "B", "C", "D"].iter().zip(cells).map(|(column, words)| cell(&format!("{column}{at}"), words)).collect();
            format!("<row r='{at}' {attributes}>{cells}</row>")
        };
        let rows = |hidden: &str| {
            [
                row(1, "", ["指标", "本月", "累计", "增速"]),
                row(2, hidden, ["测算", "1", "2", "3"]),
                row(3, "", ["出口", "", "8.2", "1.1"]),
                row(4, "hidden='1'", ["内部", "4", "5", "6"]),
                row(5, "", ["进口", "", "7.5", "2.2"]),
            ]
            .concat()
        };
        let expected = ["table_row 指标\t本月\t累计\t增速", "table_row 出口\t\t8.2\t1.1", "table_row 进口\t\t7.5\t2.2"];
        check(&workbook(&[("name='一'", &rows("hidden='1'"), "")]), None, &expected);
        check(&workbook(&[("name='一'", &rows(""), "")]), None, &[expected[0], "table_row 测算\t1\t2\t3", expected[1], expected[2]]);
        let merged = "<mergeCells><mergeCell ref='A2:A3'/></mergeCells>";
        let words = [expected[0], "table_row 测算\t\t8.2\t1.1", expected[2]];
        check(&workbook(&[("name='一'", &rows("hidden='1'"), merged)]), None, &words);
        // A blank row within a table.
        let blank = ["r", "A", "C", "D"].iter().fold(rows(""), |rows, place| {
            let (place, further) = if *place == "r" { ("r='5'".to_owned(), "r='9'".to_owned()) } else { (format!("{place}5"), format!("{place}9")) };
            rows.replace(&place, &further)
        });
        check(&workbook(&[("name='一'", &blank, "")]), None, &[expected[0], "table_row 测算\t1\t2\t3", expected[1], expected[2]]);
    }

    #[test]
    fn words_over_the_column_beside_theirs() {
        let cell = |place: &str, words: &str| format!("<c r='{place}' t='str'><v>{words}</v></c>");
        let rows = [
            format!("<row r='1'>{}{}{}</row>", cell("A1", "指标"), cell("B1", "数值"), cell("C1", "增速")),
            format!("<row r='2'>{}{}{}</row>", cell("A2", "出口"), cell("B2", "8.2"), cell("D2", "1.1")),
            format!("<row r='3'>{}{}{}</row>", cell("A3", "进口"), cell("B3", "7.5"), cell("D3", "2.2")),
        ];
        let expected = ["table_row 指标\t数值\t增速", "table_row 出口\t8.2\t1.1", "table_row 进口\t7.5\t2.2"];
        check(&workbook(&[("name='一'", &rows.concat(), "")]), None, &expected);
        // What has no header may be something else.
        let others = rows.concat().replace("1.1", "630").replace("增速", "累计增速");
        check(
            &workbook(&[("name='一'", &others, "")]),
            None,
            &["table_row 指标\t数值\t累计增速\t", "table_row 出口\t8.2\t\t630", "table_row 进口\t7.5\t\t2.2"],
        );
    }

    #[test]
    fn days_may_be_a_column() {
        let cell = |place: &str, words: &str| format!("<c r='{place}' t='str'><v>{words}</v></c>");
        let row = |at: u32, cells: [&str; 3]| {
            format!(
                "<row r='{at}'>{}{}{}</row>",
                cell(&format!("A{at}"), cells[0]),
                cell(&format!("B{at}"), cells[1]),
                cell(&format!("C{at}"), cells[2])
            )
        };
        let rows = [row(1, ["项目", "地点", "开工日期"]), row(2, ["甲厂", "东区", "2024-03-05"]), row(3, ["乙厂", "西区", "2024-04-01"])];
        check(
            &workbook(&[("name='一'", &rows.concat(), "")]),
            None,
            &["table_row 项目\t地点\t开工日期", "table_row 甲厂\t东区\t2024-03-05", "table_row 乙厂\t西区\t2024-04-01"],
        );
    }

    #[test]
    fn headers_may_be_units() {
        let cell = |place: &str, words: &str| format!("<c r='{place}' t='str'><v>{words}</v></c>");
        let rows = [
            format!("<row r='1'>{}{}</row>", cell("A1", "指标"), cell("B1", "单位：亿元")),
            format!("<row r='2'>{}{}</row>", cell("A2", "出口"), cell("B2", "8.2")),
        ];
        check(&workbook(&[("name='一'", &rows.concat(), "")]), None, &["table_row 指标\t单位：亿元", "table_row 出口\t8.2"]);
    }

    #[test]
    fn a_workbook_before_2007() {
        let bytes = include_bytes!("../testdata/sheet.xls");
        let long = format!("- {}", "长".repeat(4200));
        let mut expected = vec![
            "heading 工业",
            "- 某县主要工业指标",
            "caption 单位：万元",
            "table_row 指标\t绝对数\t绝对数\t增速",
            "table_row 指标\t2021年5月\t1—5月\t增速",
            "table_row 工业总产值\t2.68\t1234\t5.3%",
            "table_row 其中：轻工业\t-0.5\t\tTRUE",
            "- 注：本表为快报数。",
            "heading 说明",
            &long,
        ];
        let lines: Vec<String> = (0..40).map(|at| format!("- 第{at}行说明文字")).collect();
        expected.extend(lines.iter().map(String::as_str));
        expected.push("- abc Latin");
        check(bytes, None, &expected);
    }

    #[test]
    fn what_is_named_a_workbook_may_be_lines_of_cells() {
        check("指标\t增速\n工业\t5.3\n".as_bytes(), None, &["table_row 指标\t增速", "table_row 工业\t5.3"]);
    }

    #[test]
    fn far_cells_cost_no_room() {
        let far = "<row><c r='A1' t='str'><v>指标</v></c></row><row><c r='XFD1048576'><v>7</v></c></row>";
        check(&workbook(&[("name='一'", far, "<mergeCells><mergeCell ref='A1:XFD1048576'/></mergeCells>")]), None, &["- 指标", "- 7"]);
        let wide: String = (0..600).map(|at| format!("<c><v>{at}</v></c>")).collect();
        let wide = format!("<row><c t='str'><v>指标</v></c><c t='str'><v>值</v></c></row><row>{wide}</row>");
        assert_eq!(read(&workbook(&[("name='一'", &wide, "")])).unwrap().blocks.len(), 2);
        let book = workbook(&[("name='一'", &wide, "<mergeCells><mergeCell ref='A1:A2'/></mergeCells>")]);
        assert_eq!(read(&book), Err(ReadError::TooMuch { what: "columns of a table", limit: crate::grid::MOST_COLUMNS }));
    }

    #[test]
    fn many_sheets_may_be_one_part() {
        assert_eq!(read(&workbook(&vec![("name='一'", "", ""); 501])), Err(ReadError::TooMuch { what: "sheets of a workbook", limit: 500 }));
        let overflow = "<row><c r='AAAAAAAAAAAAA99999999999999'><v>1</v></c></row>";
        assert_eq!(read(&workbook(&[("name='一'", overflow, "")])).unwrap_err().to_string().split(':').next(), Some("damaged xlsx"));
    }

    #[test]
    fn damage_is_told() {
        let causes = [&b"PK\x03\x04"[..], &pack(&[("a.xml", "<a/>")]), compound::SIGNATURE].map(|bytes| read(bytes).unwrap_err().to_string());
        assert_eq!(causes.map(|cause| cause.split(':').next().unwrap().to_owned()), ["damaged xlsx", "damaged xlsx", "damaged xls"]);
        assert_eq!(read(&workbook(&[("name='一'", "", "")])), Err(ReadError::Empty));
        let bomb = "<!DOCTYPE a [<!ENTITY b 'bbbb'><!ENTITY c '&b;&b;&b;'>]>";
        let row = "<row><c t='str'><v>x&c;</v></c></row>";
        let packed = pack(&[("xl/workbook.xml", &format!("{bomb}<workbook><sheets>{row}</sheets></workbook>"))]);
        assert!(read(&packed).is_err());
    }

    #[test]
    fn damaged_bytes_end_in_an_error_or_a_text() {
        let whole = include_bytes!("../testdata/sheet.xls");
        let mut state = 7_usize;
        for _ in 0..300 {
            let mut bytes = whole.to_vec();
            for _ in 0..8 {
                state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
                let at = (state >> 20) % bytes.len();
                bytes[at] = (state >> 40).to_le_bytes()[0];
            }
            bytes.truncate(bytes.len() - (state >> 33) % 2 * (state >> 50));
            drop(read(&bytes));
        }
    }
}
