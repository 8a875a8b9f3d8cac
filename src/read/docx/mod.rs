//! Word documents.

mod styles;
mod table;

use crate::raised;
use crate::xml::{self, Element, Token};
use crate::{
    ReadError, Text,
    compose::Composer,
    compound::{self, Compound},
    package::Package,
};
use gongbao_core::model::BlockKind;
use std::collections::BTreeSet;
use styles::{Role, Styles};
use table::Table;

pub(crate) fn read(bytes: &[u8]) -> Result<Text, ReadError> {
    if bytes.starts_with(compound::SIGNATURE) {
        let is_encrypted = Compound::open(bytes).is_some_and(|file| file.has("encryptedpackage"));
        return Err(if is_encrypted { ReadError::Encrypted } else { damaged("Word's format before 2007") });
    }
    let mut package = Package::open(bytes, "docx")?;
    let main = package.main_part("word/document.xml")?;
    let document = package.part(&main)?.ok_or_else(|| damaged("no document in it"))?;
    let folder = main.rsplit_once('/').map_or("", |(folder, _)| folder);
    let styles = package.part(&format!("{folder}/styles.xml"))?.map(|part| Styles::parse(&part)).transpose()?.unwrap_or_default();
    let properties = package.part("docProps/core.xml").ok().flatten();
    let mut walk = Walk { styles, ..Walk::default() };
    xml::walk(&document, "docx", |token| walk.take(token))?;
    let notes = package.links(&main)?.into_iter().filter(|link| link.kind.ends_with("/footnotes") || link.kind.ends_with("/endnotes"));
    for part in notes.map(|link| link.target).collect::<BTreeSet<_>>() {
        xml::walk(&package.part(&part)?.unwrap_or_default(), "docx", |token| walk.take(token))?;
    }
    if walk.composer.is_empty() && walk.has_pictures {
        return Err(ReadError::NoTextLayer);
    }
    let text = walk.composer.finish()?;
    let title = walk.title.or_else(|| styles::title(&properties?, &text.text));
    Ok(Text { title, ..text })
}

fn damaged(cause: &str) -> ReadError {
    ReadError::Damaged { format: "docx", cause: cause.to_owned() }
}

/// Whether a property holds; it may be told that it does not.
fn is_on(element: &Element) -> bool {
    element.attribute("val").is_none_or(|val| !matches!(val.as_str(), "0" | "false" | "off"))
}

/// A line that is longer and has no mark at its end is one within a sentence.
const LONG_LINE: usize = 20;
/// Longest heading: styles of headings stand on whole paragraphs too.
const LONGEST_HEADING: usize = 60;

/// What is open while the document is walked through. Text boxes stand within paragraphs, tables within cells.
#[derive(Debug, Default)]
struct Walk {
    styles: Styles,
    composer: Composer,
    paragraphs: Vec<Paragraph>,
    tables: Vec<Table>,
    /// True within the element that holds a run's characters.
    is_text: bool,
    /// True within a run that is not shown.
    is_hidden: bool,
    /// True within a run that stands higher than the others.
    is_raised: bool,
    /// True while it is told what a row of a table is like.
    is_of_row: bool,
    has_pictures: bool,
    title: Option<String>,
    /// True while only the lines of the title came.
    is_in_title: bool,
}

#[derive(Debug, Default)]
struct Paragraph {
    words: String,
    style: Option<String>,
    level: Option<u32>,
}

impl Walk {
    fn take(&mut self, token: Token) -> Result<(), ReadError> {
        match token {
            Token::Start(element) => self.start(&element),
            Token::Words(words) if self.is_text => self.push(words),
            Token::Words(_) => {}
            Token::End(name) => self.end(name)?,
        }
        Ok(())
    }

    fn start(&mut self, element: &Element) {
        let (paragraph, table) = (self.paragraphs.last_mut(), self.tables.last_mut());
        match (element.name, paragraph, table) {
            ("p", ..) => self.paragraphs.push(Paragraph::default()),
            ("pStyle", Some(paragraph), _) => paragraph.style = element.attribute("val"),
            ("outlineLvl", Some(paragraph), _) => paragraph.level = element.number("val"),
            // What a paragraph's mark looks like is told before its first run.
            ("r", ..) => (self.is_hidden, self.is_raised) = (false, false),
            ("vertAlign", ..) => self.is_raised = element.attribute("val").as_deref() == Some("superscript"),
            ("vanish", ..) => self.is_hidden = is_on(element),
            ("rStyle", ..) => self.is_hidden |= element.attribute("val").is_some_and(|style| self.styles.is_hidden(&style)),
            ("t", ..) => self.is_text = true,
            ("tab" | "ptab", ..) => self.push(" "),
            ("br" | "cr", ..) => self.push("\n"),
            ("noBreakHyphen", ..) => self.push("-"),
            ("drawing" | "pict" | "object", ..) => self.has_pictures = true,
            ("tbl", ..) => self.tables.push(Table::default()),
            ("tr", _, Some(table)) => table.start_row(),
            ("trPr", ..) => self.is_of_row = true,
            ("del" | "hidden", _, Some(table)) if self.is_of_row => table.leave_out_row(),
            ("tc", _, Some(table)) => table.start_cell(),
            ("gridBefore", _, Some(table)) => table.skip(element.number("val").unwrap_or_default()),
            ("gridSpan", _, Some(table)) => table.widen(element.number("val").unwrap_or(1)),
            ("vMerge", _, Some(table)) if element.attribute("val").is_none_or(|val| val == "continue") => table.go_on(),
            _ => {}
        }
    }

    fn push(&mut self, words: &str) {
        if let Some(paragraph) = self.paragraphs.last_mut().filter(|_| !self.is_hidden) {
            match raised::settled(&paragraph.words, words).filter(|_| self.is_raised) {
                Some(settled) => paragraph.words.push_str(&settled),
                None => paragraph.words.push_str(words),
            }
        }
    }

    fn end(&mut self, name: &str) -> Result<(), ReadError> {
        match name {
            "p" => self.end_paragraph(),
            "r" => (self.is_hidden, self.is_raised) = (false, false),
            "t" => self.is_text = false,
            "trPr" => self.is_of_row = false,
            "tr" => self.tables.last_mut().map_or(Ok(()), Table::end_row)?,
            "tbl" => {
                let parts = self.tables.pop().map(Table::finish).transpose()?.unwrap_or_default();
                match self.tables.last_mut() {
                    Some(outer) => outer.hold(parts),
                    None => parts.iter().for_each(|part| table::write(part, &mut self.composer)),
                }
            }
            _ => {}
        }
        Ok(())
    }

    fn end_paragraph(&mut self) {
        let Some(paragraph) = self.paragraphs.pop() else { return };
        let words = paragraph.words.trim();
        let Role::Block(kind) = self.styles.role(paragraph.style.as_deref(), paragraph.level) else { return };
        if paragraph.style.is_some_and(|style| self.styles.is_hidden(&style)) {
            return;
        }
        if let Some(table) = self.tables.last_mut() {
            return table.push(words);
        }
        if words.is_empty() {
            return;
        }
        let is_long = words.chars().count() > LONGEST_HEADING || words.contains('。');
        let kind = kind.filter(|kind| *kind == BlockKind::Caption || !is_long);
        self.is_in_title = kind == Some(BlockKind::Title) && (self.title.is_none() || self.is_in_title);
        if self.is_in_title {
            self.title.get_or_insert_with(String::new).extend(words.lines().map(str::trim));
        }
        if kind.is_some() {
            return self.composer.push(kind, None, words);
        }
        // A line end is a paragraph's, unless it only keeps a line within a sentence from being too long.
        let mut open = String::new();
        for line in words.lines() {
            let is_within = open.chars().count() > LONG_LINE && !open.ends_with(['。', '；', '：', '！', '？', '”']);
            if !is_within {
                self.composer.push(None, None, &std::mem::take(&mut open));
            }
            open.push_str(line.trim());
        }
        self.composer.push(None, None, &open);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{archive::tests::pack, compose::tests::told};

    const STYLES: &str = "<w:styles><w:style w:styleId='1'><w:name w:val='heading 1'/></w:style>\
        <w:style w:styleId='2'><w:name w:val='Title'/></w:style><w:style w:styleId='3'><w:name w:val='toc 1'/></w:style></w:styles>";

    fn document(body: &str) -> Vec<u8> {
        let document = format!("<?xml version='1.0'?><w:document xmlns:w='w'><w:body>{body}</w:body></w:document>");
        pack(&[("word/document.xml", &document), ("word/styles.xml", STYLES)])
    }

    fn run(words: &str) -> String {
        format!("<w:p><w:r><w:t>{words}</w:t></w:r></w:p>")
    }

    fn cell(properties: &str, words: &str) -> String {
        format!("<w:tc><w:tcPr>{properties}</w:tcPr>{}</w:tc>", run(words))
    }

    fn check(body: &str, expected: &[&str]) {
        assert_eq!(told(&read(&document(body)).unwrap()), expected);
    }

    #[test]
    fn paragraphs_are_what_their_styles_say() {
        let styled = |style: &str, words: &str| format!("<w:p><w:pPr><w:pStyle w:val='{style}'/></w:pPr><w:r><w:t>{words}</w:t></w:r></w:p>");
        let body = [
            styled("2", "某市2024年"),
            styled("2", "经济公报"),
            styled("3", "一、综合……1"),
            styled("1", "一、综合"),
            styled("9", "全市经济平稳。"),
            styled("1", "工业增长。投资增长。"),
        ];
        check(&body.concat(), &["title 某市2024年", "title 经济公报", "heading 一、综合", "- 全市经济平稳。", "- 工业增长。投资增长。"]);
        assert_eq!(read(&document(&body.concat())).unwrap().title.as_deref(), Some("某市2024年经济公报"));
        check("<w:p><w:pPr><w:outlineLvl w:val='1'/></w:pPr><w:r><w:t>二、工业</w:t></w:r></w:p>", &["heading 二、工业"]);
    }

    #[test]
    fn runs_are_joined() {
        check(
            "<w:p><w:pPr><w:tabs><w:tab w:val='left'/></w:tabs></w:pPr><w:r><w:t xml:space='preserve'>增长</w:t></w:r><w:r><w:t>5.2</w:t>\
             <w:noBreakHyphen/><w:t>6</w:t></w:r><w:del><w:r><w:t>旧</w:t><w:delText>旧</w:delText></w:r></w:del><w:ins><w:r><w:t>%&#12290;R&amp;D</w:t>\
             </w:r></w:ins><w:r><w:rPr><w:vanish/></w:rPr><w:t>隐</w:t><w:tab/></w:r><w:r><w:rPr><w:vanish w:val='0'/></w:rPr><w:tab/><w:t>甲</w:t><w:br/><w:t>乙</w:t><w:footnoteReference w:id='1'/><w:instrText>PAGE</w:instrText></w:r></w:p>",
            &["- 增长5.2-6%。R&D 甲", "- 乙"],
        );
    }

    #[test]
    fn tables_have_merged_cells() {
        let row = |cells: &[String]| format!("<w:tr>{}</w:tr>", cells.concat());
        let (start, on) = ("<w:vMerge w:val='restart'/>", "<w:vMerge/>");
        let rows = [
            row(&[cell(start, "指标"), cell("<w:gridSpan w:val='2'/>", "绝对数")]),
            row(&[cell(on, ""), cell("", "本月"), cell("", "累计")]),
            row(&[cell("", "出口"), cell("", "1.5"), cell("", "20")]),
            row(&[cell(start, "进口"), cell("", "3"), cell(start, "持平")]),
            row(&[cell(on, ""), cell("", "4"), cell(on, "")]),
        ];
        check(
            &format!("{}<w:tbl>{}</w:tbl>{}", run("表1"), rows.concat(), run("注")),
            &[
                "- 表1",
                "table_row 指标\t绝对数\t绝对数",
                "table_row 指标\t本月\t累计",
                "table_row 出口\t1.5\t20",
                "table_row 进口\t3\t持平",
                "table_row 进口\t4\t持平",
                "- 注",
            ],
        );
    }

    #[test]
    fn what_is_deleted_or_hidden_is_left_out() {
        let row = |properties: &str, cells: [&str; 2]| {
            let properties = if properties.is_empty() { String::new() } else { format!("<w:trPr>{properties}</w:trPr>") };
            format!("<w:tr>{properties}{}</w:tr>", cells.map(|words| cell("", words)).concat())
        };
        let rows =
            [row("", ["指标", "数值"]), row("<w:del w:id='1'/>", ["旧", "1"]), row("<w:cantSplit/>", ["出口", "2"]), row("<w:hidden/>", ["隐", "3"])];
        check(&format!("<w:tbl>{}</w:tbl>", rows.concat()), &["table_row 指标\t数值", "table_row 出口\t2"]);
        let styles =
            "<w:styles><w:style w:styleId='h'><w:rPr><w:vanish/></w:rPr></w:style><w:style w:styleId='i'><w:basedOn w:val='h'/></w:style></w:styles>";
        let body = format!(
            "<w:p><w:pPr><w:pStyle w:val='i'/></w:pPr><w:r><w:t>隐</w:t></w:r></w:p><w:p><w:r><w:rPr><w:rStyle w:val='h'/></w:rPr><w:t>隐</w:t></w:r>{}</w:p>",
            "<w:r><w:t>见</w:t></w:r>"
        );
        let document = format!("<w:document xmlns:w='w'><w:body>{body}</w:body></w:document>");
        assert_eq!(told(&read(&pack(&[("word/document.xml", &document), ("word/styles.xml", styles)])).unwrap()), ["- 见"]);
    }

    #[test]
    fn units_over_tables_are_no_rows() {
        let row = |cells: [&str; 3]| format!("<w:tr>{}</w:tr>", cells.map(|words| cell("", words)).concat());
        let table = [row(["主要指标", "", "单位：亿元、%"]), row(["指标", "数值", "增长"]), row(["出口", "2", "3"])];
        check(
            &format!("<w:tbl>{}</w:tbl>", table.concat()),
            &["- 主要指标", "caption 单位：亿元、%", "table_row 指标\t数值\t增长", "table_row 出口\t2\t3"],
        );
    }

    #[test]
    fn raised_runs_are_no_digits_of_figures() {
        let raised = |words: &str| format!("<w:r><w:rPr><w:vertAlign w:val='superscript'/></w:rPr><w:t>{words}</w:t></w:r>");
        let plain = |words: &str| format!("<w:r><w:t>{words}</w:t></w:r>");
        let body = [plain("生产总值1234.5"), raised("2"), plain("亿元，绿地30km"), raised("2"), plain("。")].concat();
        check(&format!("<w:p>{body}</w:p>"), &["- 生产总值1234.5亿元，绿地30km²。"]);
    }

    #[test]
    fn line_ends_within_paragraphs_are_theirs() {
        let long = "全县上下坚持稳中求进工作总基调，经济运行总体平稳，质量效益";
        let body = format!("<w:p><w:r><w:t>一、综合</w:t><w:br/><w:t>{long}</w:t><w:br/><w:t>稳步提升。</w:t><w:br/><w:t>二、农业</w:t></w:r></w:p>");
        check(&body, &["- 一、综合", &format!("- {long}稳步提升。"), "- 二、农业"]);
    }

    #[test]
    fn notes_stand_at_the_end() {
        let links = "<Relationships><Relationship Id='1' Type='http://x/relationships/footnotes' Target='footnotes.xml'/></Relationships>";
        let notes = format!(
            "<w:footnotes><w:footnote w:type='separator'><w:p><w:r><w:separator/></w:r></w:p></w:footnote><w:footnote>{}</w:footnote></w:footnotes>",
            run("注：快报数。")
        );
        let document = format!("<w:document><w:body>{}</w:body></w:document>", run("出口增长。"));
        let bytes = pack(&[("word/document.xml", &document), ("word/_rels/document.xml.rels", links), ("word/footnotes.xml", &notes)]);
        assert_eq!(told(&read(&bytes).unwrap()), ["- 出口增长。", "- 注：快报数。"]);
    }

    #[test]
    fn tables_within_tables_follow_their_row() {
        let inner = format!("<w:tbl><w:tr>{}{}</w:tr></w:tbl>", cell("", "出口"), cell("", "1.5"));
        let frame = format!("<w:tbl><w:tr><w:tc>{}{inner}{}</w:tc></w:tr><w:tr><w:tc>{}</w:tc></w:tr></w:tbl>", run("甲"), run("乙"), run("丙"));
        check(&frame, &["- 甲", "- 乙", "table_row 出口\t1.5", "- 丙"]);
    }

    #[test]
    fn text_boxes_are_told_once() {
        let shape = |words: &str| format!("<w:drawing><w:txbxContent>{}</w:txbxContent></w:drawing>", run(words));
        let both =
            format!("<mc:AlternateContent><mc:Choice>{}</mc:Choice><mc:Fallback>{}</mc:Fallback></mc:AlternateContent>", shape("框"), shape("框"));
        check(&format!("<w:p><w:r>{both}<w:t>文</w:t></w:r></w:p>"), &["- 框", "- 文"]);
    }

    #[test]
    fn what_holds_no_text_is_told_apart() {
        let failure = |bytes: &[u8]| read(bytes).unwrap_err().to_string();
        assert_eq!(failure(&document("<w:p/>")), ReadError::Empty.to_string());
        assert_eq!(failure(&document("<w:p><w:r><w:drawing/></w:r></w:p>")), ReadError::NoTextLayer.to_string());
        assert_eq!(failure(&pack(&[("a.xml", "")])), "damaged docx: no document in it");
        assert_eq!(failure(compound::SIGNATURE), "damaged docx: Word's format before 2007");
        assert_eq!(failure(&document("<w:p><w:r></w:p>")).split(':').next(), Some("damaged docx"));
        assert_eq!(failure(&pack(&[("word/document.xml", "<w:document><w:body>")])), "damaged docx: a part is cut off");
    }

    #[test]
    fn hostile_documents_are_refused() {
        let bomb = "<!DOCTYPE w [<!ENTITY a 'aaaaaaaa'><!ENTITY b '&a;&a;&a;&a;'><!ENTITY c '&b;&b;&b;&b;'>]>\
            <w:document><w:body><w:p><w:r><w:t>x&c;y</w:t></w:r></w:p></w:body></w:document>";
        assert_eq!(read(&pack(&[("word/document.xml", bomb)])).unwrap().text, "xy\n");
        let deep = format!("{}{}", "<w:sdt>".repeat(5000), "</w:sdt>".repeat(5000));
        assert_eq!(read(&document(&deep)), Err(ReadError::TooMuch { what: "elements within each other", limit: 4096 }));
        let wide = cell("<w:gridSpan w:val='4000000000'/>", &"甲".repeat(100_000));
        assert!(matches!(read(&document(&format!("<w:tbl><w:tr>{wide}</w:tr></w:tbl>"))), Err(ReadError::TooMuch { .. })));
        let nested = format!("{}{}{}", "<w:tbl><w:tr><w:tc>".repeat(1000), run("里"), "</w:tc></w:tr></w:tbl>".repeat(1000));
        check(&nested, &["- 里"]);
    }
}
