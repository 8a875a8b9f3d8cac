//! Whole tables, and what each of their numbers states.

use crate::lexicon::Lexicon;
use crate::model::{BlockKind, Document, GivenBlock, Observation, PartialDate, Status};
use std::sync::OnceLock;

fn lexicon() -> &'static Lexicon {
    static LEXICON: OnceLock<Lexicon> = OnceLock::new();
    LEXICON.get_or_init(|| Lexicon::builtin().unwrap())
}

/// A document whose lines with bars are rows of tables, as a format tells them.
fn document(title: &str, published: &str, lines: &str) -> Document {
    let text = lines.replace('|', "\t");
    let mut blocks = Vec::new();
    let mut start = 0;
    for line in text.split_inclusive('\n') {
        let end = start + line.trim_end_matches('\n').len();
        let kind = line.contains('\t').then_some(BlockKind::TableRow);
        blocks.push(GivenBlock { kind, span: start..end, page: Some(if start == 0 { 1 } else { 2 }) });
        start += line.len();
    }
    let area = Some(String::from("湖北武汉市"));
    Document { text, blocks, title: Some(title.to_owned()).filter(|title| !title.is_empty()), published: PartialDate::parse(published), area }
}

fn shown(row: &Observation) -> String {
    let day = |day: Option<chrono::NaiveDate>| day.map_or_else(|| String::from("*"), |day| day.to_string());
    let area = row.area.as_ref().map_or("*", |area| area.name.as_str());
    let status = if row.status == Status::Actual { "" } else { row.status.as_str() };
    let owner = row.entity.as_ref().map_or_else(String::new, |owner| format!("{owner}·"));
    let (start, end) = (day(row.period.start), day(row.period.end));
    let told = format!("{owner}{} {} {} {} {start} {end} {area} {status}", row.indicator_text, row.measure.as_str(), row.value.normalize(), row.unit);
    told.trim_end().to_owned()
}

/// Reads a table of a bulletin of 2023, and expects every number's statement in order.
fn check(lines: &str, expected: &[&str]) {
    check_in("武汉市2022年国民经济和社会发展统计公报", "2023", lines, expected);
}

fn check_in(title: &str, published: &str, lines: &str, expected: &[&str]) {
    let document = document(title, published, lines);
    let reading = crate::read(&document, lexicon());
    let found: Vec<String> = reading.observations.iter().map(shown).collect();
    assert_eq!(found, expected, "\n{lines}\n{}", found.join("\n"));
    for row in &reading.observations {
        let cut = document.text.get(row.span.clone()).unwrap_or_default();
        assert_eq!(cut.trim(), row.value_text, "the span is the cell's number");
        assert_eq!(row.page, Some(2), "the page is the row's");
    }
}

#[test]
fn levels_and_growth_stand_side_by_side() {
    check(
        "表3 2022年主要农产品产量\n指标|产量（万吨）|比上年增长（%）\n粮 食|32.5|-1.2\n#稻谷|20.1|持平\n油料|—|…",
        &[
            "粮食产量 level 325000 t 2022-01-01 2022-12-31 武汉市",
            "粮食产量 yoy -1.2 percent 2022-01-01 2022-12-31 武汉市",
            "稻谷产量 level 201000 t 2022-01-01 2022-12-31 武汉市",
            "稻谷产量 yoy 0 percent 2022-01-01 2022-12-31 武汉市",
        ],
    );
}

#[test]
fn headers_have_several_rows() {
    check_in(
        "2023年1-9月主要经济指标",
        "2023-10",
        "主要指标\n指标|单位|9月|9月|1—9月|1—9月\n指标|单位|绝对量|同比增长（%）|绝对量|同比增长（%）\n社会消费品零售总额|亿元|50.5|4|420|5.5\n城镇登记失业率|%|—|—|2.6|-0.1",
        &[
            "社会消费品零售总额 level 5050000000 CNY 2023-09-01 2023-09-30 武汉市",
            "社会消费品零售总额 yoy 4 percent 2023-09-01 2023-09-30 武汉市",
            "社会消费品零售总额 level 42000000000 CNY 2023-01-01 2023-09-30 武汉市",
            "社会消费品零售总额 yoy 5.5 percent 2023-01-01 2023-09-30 武汉市",
            "城镇登记失业率 level 2.6 percent 2023-01-01 2023-09-30 武汉市",
            "城镇登记失业率 change -0.1 pp 2023-01-01 2023-09-30 武汉市",
        ],
    );
}

#[test]
fn headers_may_be_numbers() {
    check_in(
        "",
        "2023",
        "历年数据\n指标|2020|2021\n常住人口（万人）|120|121.5\n比上年增长（%）|0.8|1.2",
        &[
            "常住人口 level 1200000 person * 2020-12-31 武汉市",
            "常住人口 level 1215000 person * 2021-12-31 武汉市",
            "常住人口 yoy 0.8 percent * 2020-12-31 武汉市",
            "常住人口 yoy 1.2 percent * 2021-12-31 武汉市",
        ],
    );
}

#[test]
fn units_stand_in_the_corner_the_row_or_the_cell() {
    check(
        "概况\n指标（亿元）|2022年\n工业增加值|35.2\n粮食产量（吨）|1,200\n森林覆盖率|45.5%",
        &[
            "工业增加值 level 3520000000 CNY 2022-01-01 2022-12-31 武汉市",
            "粮食产量 level 1200 t 2022-01-01 2022-12-31 武汉市",
            "森林覆盖率 level 45.5 percent * 2022-12-31 武汉市",
        ],
    );
}

#[test]
fn groups_head_their_rows() {
    check(
        "2022年畜牧业\n指标|数量|比上年增长（%）\n年末存栏||\n生猪（万头）|30|2\n山羊|4|1\n全年出栏||\n家禽（万只）|50|3",
        &[
            "生猪存栏 level 300000 count 2022-12-31 2022-12-31 武汉市",
            "生猪存栏 yoy 2 percent 2022-12-31 2022-12-31 武汉市",
            "山羊存栏 level 40000 count 2022-12-31 2022-12-31 武汉市",
            "山羊存栏 yoy 1 percent 2022-12-31 2022-12-31 武汉市",
            "家禽出栏 level 500000 count 2022-01-01 2022-12-31 武汉市",
            "家禽出栏 yoy 3 percent 2022-01-01 2022-12-31 武汉市",
        ],
    );
}

#[test]
fn parts_take_what_their_label_lacks() {
    check_in(
        "2022年11月金融数据",
        "2022-12",
        "信贷收支\n单位：亿元\n项目|余额|比上月增减|比年初增减\n各项贷款|100|2|8\n住户贷款|40|1|3\n短期贷款|10|-0.5|1\n中长期贷款|30|1.5|2\n企业贷款|60|1|5\n短期贷款|20|0|1",
        &[
            "各项贷款余额 level 10000000000 CNY 2022-11-30 2022-11-30 武汉市",
            "各项贷款余额 change 200000000 CNY 2022-11-30 2022-11-30 武汉市",
            "各项贷款余额 change 800000000 CNY 2022-11-30 2022-11-30 武汉市",
            "住户贷款余额 level 4000000000 CNY 2022-11-30 2022-11-30 武汉市",
            "住户贷款余额 change 100000000 CNY 2022-11-30 2022-11-30 武汉市",
            "住户贷款余额 change 300000000 CNY 2022-11-30 2022-11-30 武汉市",
            "住户短期贷款余额 level 1000000000 CNY 2022-11-30 2022-11-30 武汉市",
            "住户短期贷款余额 change -50000000 CNY 2022-11-30 2022-11-30 武汉市",
            "住户短期贷款余额 change 100000000 CNY 2022-11-30 2022-11-30 武汉市",
            "中长期贷款余额 level 3000000000 CNY 2022-11-30 2022-11-30 武汉市",
            "中长期贷款余额 change 150000000 CNY 2022-11-30 2022-11-30 武汉市",
            "中长期贷款余额 change 200000000 CNY 2022-11-30 2022-11-30 武汉市",
            "企业贷款余额 level 6000000000 CNY 2022-11-30 2022-11-30 武汉市",
            "企业贷款余额 change 100000000 CNY 2022-11-30 2022-11-30 武汉市",
            "企业贷款余额 change 500000000 CNY 2022-11-30 2022-11-30 武汉市",
            "企业短期贷款余额 level 2000000000 CNY 2022-11-30 2022-11-30 武汉市",
            "企业短期贷款余额 change 0 CNY 2022-11-30 2022-11-30 武汉市",
            "企业短期贷款余额 change 100000000 CNY 2022-11-30 2022-11-30 武汉市",
        ],
    );
}

#[test]
fn areas_stand_along_either_axis() {
    check(
        "2022年各区地区生产总值\n地区|总量（亿元）|增长（%）|位次\n全市|500|4.5|\n青山区|80|5|2\n高新区|120|6|1",
        &[
            "地区生产总值 level 50000000000 CNY 2022-01-01 2022-12-31 武汉市",
            "地区生产总值 yoy 4.5 percent 2022-01-01 2022-12-31 武汉市",
            "地区生产总值 level 8000000000 CNY 2022-01-01 2022-12-31 青山区",
            "地区生产总值 yoy 5 percent 2022-01-01 2022-12-31 青山区",
            "地区生产总值 rank 2 rank 2022-01-01 2022-12-31 青山区",
            "地区生产总值 level 12000000000 CNY 2022-01-01 2022-12-31 高新区",
            "地区生产总值 yoy 6 percent 2022-01-01 2022-12-31 高新区",
            "地区生产总值 rank 1 rank 2022-01-01 2022-12-31 高新区",
        ],
    );
    check_in(
        "分省粮食产量（万吨）",
        "",
        "数据\n|湖北省|湖南省\n2021|30|40\n2020|20|10",
        &[
            "粮食产量 level 300000 t 2021-01-01 2021-12-31 湖北省",
            "粮食产量 level 400000 t 2021-01-01 2021-12-31 湖南省",
            "粮食产量 level 200000 t 2020-01-01 2020-12-31 湖北省",
            "粮食产量 level 100000 t 2020-01-01 2020-12-31 湖南省",
        ],
    );
}

#[test]
fn codes_are_explained_by_another_table() {
    check_in(
        "月度数据",
        "2023",
        "说明\nCode|名称|Unit\nAA|水泥产量：累计值|10K Ton\nBB|CPI：当月同比|%\nCC|新增就业人数：累计值|10K\n数据\n|AA|BB|CC\n2023-01-31||1.5|\n2023-02-28|20|1|3",
        &[
            "CPI yoy 1.5 percent 2023-01-01 2023-01-31 武汉市",
            "水泥产量 level 200000 t 2023-01-01 2023-02-28 武汉市",
            "CPI yoy 1 percent 2023-02-01 2023-02-28 武汉市",
            "新增就业人数 level 30000 person 2023-01-01 2023-02-28 武汉市",
        ],
    );
}

#[test]
fn prices_keep_what_they_are_for() {
    check_in(
        "",
        "2023-05",
        "市场价格\n类别|品名|规格|单位|零售价格（元）\n粮油|大米|一级|元/500克|2.5\n粮油|大米|二级|元/500克|2.2\n能源|居民用电||元/千瓦时|0.55",
        &[
            "大米（一级）零售价格 level 2.5 CNY/500克 * * 武汉市",
            "大米（二级）零售价格 level 2.2 CNY/500克 * * 武汉市",
            "居民用电零售价格 level 0.55 CNY/kWh * * 武汉市",
        ],
    );
}

#[test]
fn comparisons_are_of_the_column_before() {
    check_in(
        "2023年6月港口生产情况",
        "2023-07",
        "港口\n指标|单位|本月|上年同月|增减%|本年累计|增减%\n货物吞吐量|万吨|10|8|25|50|20",
        &[
            "货物吞吐量 level 100000 t 2023-06-01 2023-06-30 武汉市",
            "货物吞吐量 level 80000 t 2022-06-01 2022-06-30 武汉市",
            "货物吞吐量 yoy 25 percent 2023-06-01 2023-06-30 武汉市",
            "货物吞吐量 level 500000 t 2023-01-01 2023-06-30 武汉市",
            "货物吞吐量 yoy 20 percent 2023-01-01 2023-06-30 武汉市",
        ],
    );
}

#[test]
fn tables_stand_side_by_side() {
    check(
        "2022年主要指标\n指标|绝对数|指标|绝对数\n工业增加值（亿元）|30|出口总额（亿美元）|2\n财政收入（万元）|500||",
        &[
            "工业增加值 level 3000000000 CNY 2022-01-01 2022-12-31 武汉市",
            "出口总额 level 200000000 USD 2022-01-01 2022-12-31 武汉市",
            "财政收入 level 5000000 CNY 2022-01-01 2022-12-31 武汉市",
        ],
    );
}

#[test]
fn plans_stand_beside_what_was_done() {
    check_in(
        "预算执行情况",
        "2023-02",
        "2022年财政收入\n单位：万元\n项目|预算数|执行数|为预算%|为上年%\n税收收入|500|510|102|98",
        &[
            "税收收入 level 5000000 CNY 2022-01-01 2022-12-31 武汉市 target",
            "税收收入 level 5100000 CNY 2022-01-01 2022-12-31 武汉市",
            "税收收入 progress 102 percent 2022-01-01 2022-12-31 武汉市",
            "税收收入 multiple 0.98 times 2022-01-01 2022-12-31 武汉市",
        ],
    );
}

#[test]
fn what_is_no_statistic_states_nothing() {
    check_in("", "2023", "通讯录\n姓名|电话|房间\n甲某|85550001|301\n乙某|85550002|302", &[]);
    check_in("", "2023", "值班\n部门|日期|电话\n办公室|2023-05-01|85550001\n财务科|2023-05-02|85550002", &[]);
    check_in("", "2023", "日程\n时间|内容|地点\n9:00|开幕|1号厅\n10:30|讨论|2号厅", &[]);
    check_in("", "2023", "栏目\n首页|新闻|专题\n要闻|12|5", &[]);
}

#[test]
fn lines_of_plain_text_head_groups_too() {
    let lines = "2022年主要产品产量\n产品|单位|产量|增长（%）\n一、食品\n面粉|吨|500|2.5\n二、建材\n水泥|万吨|3|-4";
    let text = lines.replace('|', "\t");
    let document = Document { text, published: PartialDate::parse("2023"), ..Document::default() };
    let found: Vec<String> = crate::read(&document, lexicon()).observations.iter().map(shown).collect();
    let expected = [
        "面粉产量 level 500 t 2022-01-01 2022-12-31 *",
        "面粉产量 yoy 2.5 percent 2022-01-01 2022-12-31 *",
        "水泥产量 level 30000 t 2022-01-01 2022-12-31 *",
        "水泥产量 yoy -4 percent 2022-01-01 2022-12-31 *",
    ];
    assert_eq!(found, expected);
}

#[test]
fn columns_without_a_header_state_nothing() {
    check("续表\n水泥|吨|500|2.5\n钢材|吨|300|1.5", &[]);
}
