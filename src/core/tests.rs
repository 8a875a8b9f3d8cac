//! Properties of the whole reading: no text makes it fail, and every row is cut from its document.

use proptest::prelude::*;

use crate::lexicon::Lexicon;
use crate::model::{BlockKind, Document, GivenBlock, PartialDate, Reading};
use std::sync::OnceLock;

fn lexicon() -> &'static Lexicon {
    static LEXICON: OnceLock<Lexicon> = OnceLock::new();
    LEXICON.get_or_init(|| Lexicon::builtin().unwrap())
}

fn read(text: &str) -> (Document, Reading) {
    let document = Document { text: text.to_owned(), published: PartialDate::parse("2024-10-18"), ..Document::default() };
    let reading = crate::read(&document, lexicon());
    (document, reading)
}

/// Text that looks like economic prose: words, numbers, units and marks in any order.
fn prose() -> impl Strategy<Value = String> {
    let words = prop::sample::select(vec![
        "地区生产总值",
        "固定资产投资",
        "比上年",
        "同比",
        "增长",
        "下降",
        "分别",
        "达到",
        "亿元",
        "万",
        "%",
        "个百分点",
        "，",
        "。",
        "；",
        "、",
        "（",
        "）",
        "“",
        "”",
        "其中",
        "占",
        "比重",
        "由",
        "提高到",
        "全市",
        "武汉市",
        "2023年",
        "前三季度",
        "今年以来",
        "第",
        "位",
        "居全国",
        "项目",
        "签约",
        "总投资",
        "开工",
        "的",
        "一",
        "二",
        "三",
        "百分之",
        "成",
        "半",
        "翻一番",
        "持平",
        "12",
        "3.5",
        "1,234",
        "—",
        "至",
        "约",
        "超过",
        "以上",
        "左右",
        "每亩",
        "公斤",
        "$",
        "億",
        "\n",
        "　",
        "×",
        ":",
        "-",
        "/",
        "XX",
        "《",
        "》",
    ]);
    prop::collection::vec(words, 0..40).prop_map(|words| words.concat())
}

/// What holds for every reading of a document.
fn hold(document: &Document, reading: &Reading) -> Result<(), TestCaseError> {
    for row in &reading.observations {
        let cut = document.text.get(row.span.clone());
        prop_assert!(cut.is_some(), "{:?} is no piece of the text", row.span);
        let written: String = cut.unwrap_or_default().chars().filter(|c| !c.is_whitespace()).collect();
        prop_assert_eq!(&written, &row.value_text);
        prop_assert!(document.text.get(row.evidence.clone()).is_some());
        prop_assert!(row.evidence.start <= row.span.start && row.span.end <= row.evidence.end);
        prop_assert!(!row.indicator.is_empty());
        prop_assert!(row.period.start.zip(row.period.end).is_none_or(|(start, end)| start <= end));
    }
    for row in &reading.investments {
        prop_assert!(document.text.get(row.span.clone()).is_some());
        prop_assert!(row.observations.iter().all(|at| *at < reading.observations.len()));
    }
    Ok(())
}

/// A table as a format tells it: cells of every kind in any order.
fn table() -> impl Strategy<Value = Document> {
    let cells = prop::sample::select(vec![
        "指标",
        "单位",
        "地区",
        "年份",
        "粮食",
        "其中：小麦",
        "#工业",
        "地区生产总值",
        "各项贷款",
        "短期贷款",
        "一、农业",
        "合计",
        "全市",
        "青山区",
        "产量（万吨）",
        "增长（±%）",
        "比年初增减",
        "占比",
        "位次",
        "上年同期",
        "本年累计",
        "2021",
        "2022年",
        "2022-01-31",
        "1—10月",
        "1月",
        "年末数",
        "上年=100",
        "亿元",
        "%",
        "元/500克",
        "12.5",
        "-3",
        "1,234",
        "5.3%",
        "↓2",
        "7左右",
        "持平",
        "—",
        "…",
        "",
        "",
        "（",
        "）",
        "：",
        "_",
        "单位：万元",
    ]);
    let rows = prop::collection::vec(prop::collection::vec(cells, 0..7), 0..9);
    (rows, "[数据表（单位：亿元）2022年1-9月产量]{0,12}").prop_map(|(rows, caption)| {
        let mut document = Document { published: PartialDate::parse("2023-01"), title: Some(caption.clone()), ..Document::default() };
        let lines = std::iter::once((None, caption)).chain(rows.iter().map(|row| (Some(BlockKind::TableRow), row.join("\t"))));
        for (kind, line) in lines {
            let start = document.text.len();
            document.text.push_str(&line);
            document.blocks.push(GivenBlock { kind, span: start..document.text.len(), page: None });
            document.text.push('\n');
        }
        document
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn no_text_fails_and_rows_are_cut_from_it(text in prop_oneof![prose(), "\\PC{0,120}"]) {
        let (document, reading) = read(&text);
        hold(&document, &reading)?;
    }

    #[test]
    fn no_table_fails_and_rows_are_cut_from_it(document in table()) {
        hold(&document, &crate::read(&document, lexicon()))?;
    }

    #[test]
    fn the_same_text_gives_the_same_reading(text in prose()) {
        prop_assert_eq!(read(&text).1, read(&text).1);
    }
}

/// The code of the first observation.
fn code(text: &str) -> Option<String> {
    read(text).1.observations.first().and_then(|row| row.indicator_code.clone())
}

#[test]
fn what_was_added_is_no_stock() {
    for (text, expected) in [
        ("全市新建2家省级概念验证中心。", "new_provincial_poc_centers"),
        ("获批国家技术创新中心2家。", "new_national_tech_centers"),
        ("施划停车位3200个。", "new_parking_spaces"),
        ("3所职业本科大学获批。", "new_vocational_universities"),
        ("今年将培育创新型中小企业120家以上。", "new_innovative_smes"),
        ("全市拥有创新型中小企业120家。", "innovative_smes"),
        ("创新型中小企业增至120家。", "innovative_smes"),
        ("累计建成国家级绿色工厂18家。", "national_green_factories"),
        ("高新技术企业达到640家。", "hightech_firms"),
        ("新增创新型中小企业达到30家。", "new_innovative_smes"),
        ("累计培育创新型中小企业30家。", "innovative_smes"),
    ] {
        assert_eq!(code(text).as_deref(), Some(expected), "{text}");
    }
}

#[test]
fn what_is_measured_for_each_unit_holds_for_the_whole_list() {
    let (_, reading) = read("去年单位地区生产总值能耗、用水量分别下降3.5%、6%。");
    let codes: Vec<_> = reading.observations.iter().filter_map(|row| row.indicator_code.as_deref()).collect();
    assert_eq!(codes, ["energy_intensity", "water_intensity"]);
}
