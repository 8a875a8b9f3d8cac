//! Whole texts: what their blocks are, and what holds for any text.

use super::*;
use crate::model::GivenBlock;
use expect_test::{Expect, expect};
use proptest::prelude::*;

fn read(text: &str) -> Prepared {
    prepare(&Document { text: text.to_owned(), ..Document::default() })
}

/// Each block on a line, sentences divided by `|`.
fn check(text: &str, expected: &Expect) {
    let prepared = read(text);
    let mut found = String::new();
    for block in &prepared.blocks {
        let sentences: Vec<&str> = block.sentences.iter().map(|s| prepared.cut(s.clone())).collect();
        found += &format!("{}: {}\n", block.kind, sentences.join("|").replace('\t', "→"));
    }
    expected.assert_eq(&found);
}

#[test]
fn columns_of_a_newspaper_are_joined() {
    check(
        "上半年某区经济稳中向好\n\n今年以来，某区把发展实体经济放在\n首位，地区生产总值达到5\n35.2亿元，比上年同期增长6.1%。规模\n以上工业增加值增长7.3%，其中高技术\n制造业增长1\n2.5%；固定资产投资增长8%。\n\n营商环境再提升\n优化服务，让企业办事更加方便，全区\n新登记经营主体1200户。\n",
        &expect![[r#"
            title: 上半年某区经济稳中向好
            paragraph: 今年以来，某区把发展实体经济放在首位，地区生产总值达到535.2亿元，比上年同期增长6.1%。|规模以上工业增加值增长7.3%，其中高技术制造业增长12.5%；|固定资产投资增长8%。
            heading: 营商环境再提升
            paragraph: 优化服务，让企业办事更加方便，全区新登记经营主体1200户。
        "#]],
    );
}

#[test]
fn columns_may_have_empty_lines_between() {
    check(
        "今年以来，全区坚持项目为\n\n王，加快推进重点工程建设，\n\n财 政 收 入 增 速 由 去 年 的\n\n1.5%提高到今年的10.5%，经\n\n济社会发展的动力不断增强。\n\n",
        &expect![[r#"
            paragraph: 今年以来，全区坚持项目为王，加快推进重点工程建设，财政收入增速由去年的1.5%提高到今年的10.5%，经济社会发展的动力不断增强。
        "#]],
    );
}

#[test]
fn columns_wrapped_again_are_joined() {
    check(
        "今年以来，开发区坚持项目为王，加\n快推进重\n\n点工程，完成固定资产投资三十亿，\n比上年，\n\n同期增长百分之八，增速居全市前列\n，财政收\n\n入也有明显增长。全区新登记的企业\n超两千，\n\n其中制造业的企业有三百多户，比去\n年底增加\n\n四十户。\n\n\n民生事业全面进步，新建了三所学校\n，两座医\n\n院，让群众就近看病。\n",
        &expect![[r#"
            paragraph: 今年以来，开发区坚持项目为王，加快推进重点工程，完成固定资产投资三十亿，比上年，同期增长百分之八，增速居全市前列，财政收入也有明显增长。|全区新登记的企业超两千，其中制造业的企业有三百多户，比去年底增加四十户。
            paragraph: 民生事业全面进步，新建了三所学校，两座医院，让群众就近看病。
        "#]],
    );
}

#[test]
fn headlines_with_commas_stay_apart() {
    check(
        "全区经济稳中有进，财政收入增长\n\n重点项目加快建设，投资增势良好，后劲更足\n\n民生保障加强，就业稳定\n\n营商环境持续优化，市场主体明显增多\n",
        &expect![[r#"
            paragraph: 全区经济稳中有进，财政收入增长
            paragraph: 重点项目加快建设，投资增势良好，后劲更足
            paragraph: 民生保障加强，就业稳定
            paragraph: 营商环境持续优化，市场主体明显增多
        "#]],
    );
}

#[test]
fn reports_have_a_line_for_each_paragraph() {
    check(
        "某市2024年政府工作报告\n——2025年1月8日在会议上\n市长　张三\n各位代表：\n现在，我报告工作，请予审议。\n一、过去一年工作回顾\n（一）经济总量迈上新台阶。全市地区生产总值1200亿元，增长5%。\n出口增长较快，\n全年达到30亿美元。\n二、今年工作安排\n1. 扩大投资\n全年固定资产投资增长8%以上，重点工程完成投资120亿元。\n",
        &expect![[r#"
            title: 某市2024年政府工作报告
            paragraph: ——2025年1月8日在会议上
            heading: 市长张三
            paragraph: 各位代表：
            paragraph: 现在，我报告工作，请予审议。
            heading: 一、过去一年工作回顾
            paragraph: （一）经济总量迈上新台阶。|全市地区生产总值1200亿元，增长5%。
            paragraph: 出口增长较快，全年达到30亿美元。
            heading: 二、今年工作安排
            heading: 1.扩大投资
            paragraph: 全年固定资产投资增长8%以上，重点工程完成投资120亿元。
        "#]],
    );
}

#[test]
fn markdown_keeps_its_structure() {
    check(
        "---\ntitle: \"某市产值创新高\"\ndate: \"2024-05-02\"\nurl: \"https://a.cn/b-1\"\ntags:\n  - \"经济\"\n---\n\n# 某市产值创新高\n\n## 工业\n\n**规模以上**工业[增加值](https://a.cn/x)增长5%。\n\n![图](a.png)\n\n- 出口10亿元\n- 进口8亿元\n\n| 指标 | 2023年 | 2024年 |\n|---|---:|---:|\n| 产值（亿元） | 10.5 | 12 |\n| 合计 | | 12 |\n\n***\n",
        &expect![[r#"
            title: 某市产值创新高
            caption: 2024-05-02
            heading: 某市产值创新高
            heading: 工业
            paragraph: 规模以上工业增加值增长5%。
            list_item: 出口10亿元
            list_item: 进口8亿元
            table_row: 指标→2023年→2024年
            table_row: 产值（亿元）→10.5→12
            table_row: 合计→→12
        "#]],
    );
}

#[test]
fn tags_in_plain_text_break_blocks() {
    check(
        "<p><strong>本台消息</strong>：产值增长5%。<br></p><p>出口增长3%；进口持平。</p><img src=\"a.png\" alt=\"\"><ul><li>投资&nbsp;10亿元</li></ul>",
        &expect![[r#"
            paragraph: 本台消息：产值增长5%。
            paragraph: 出口增长3%；|进口持平。
            paragraph: 投资10亿元
        "#]],
    );
}

#[test]
fn tables_keep_their_cells() {
    check(
        "表1 主要指标\n单位：亿元\n指标\t2023年\t2024年\n生产总值\t1,100.5\t1,200\n指标名称  绝对数  增长\n财政收入    120.5    8.1\n社会消费 90.2 5.0\n图为某厂车间。 李四摄\n",
        &expect![[r#"
            caption: 表1主要指标
            caption: 单位：亿元
            table_row: 指标→2023年→2024年
            table_row: 生产总值→1,100.5→1,200
            table_row: 指标名称→绝对数→增长
            table_row: 财政收入→120.5→8.1
            table_row: 社会消费→90.2→5.0
            caption: 图为某厂车间。|李四摄
        "#]],
    );
}

#[test]
fn cells_on_lines_of_their_own_stay_apart() {
    check(
        "指标\n年末数\n总人口\n281.7\n100.0\n男性\n140.9\n50.0\n",
        &expect![[r#"
        paragraph: 指标
        paragraph: 年末数
        paragraph: 总人口
        paragraph: 281.7
        paragraph: 100.0
        paragraph: 男性
        paragraph: 140.9
        paragraph: 50.0
    "#]],
    );
}

#[test]
fn a_caption_goes_on_to_its_unit() {
    check(
        "某市2015年存款和贷款单位：\n亿元\n\n指标\n年末数\n存款\n120.5\n贷款\n80.3\n\n某市2015年主要产品单位：万\n吨\n\n某市2015年财政收支单\n位：元\n",
        &expect![[r#"
            paragraph: 某市2015年存款和贷款单位：亿元
            paragraph: 指标
            paragraph: 年末数
            paragraph: 存款
            paragraph: 120.5
            paragraph: 贷款
            paragraph: 80.3
            paragraph: 某市2015年主要产品单位：万吨
            paragraph: 某市2015年财政收支单位：元
        "#]],
    );
}

#[test]
fn titles_of_one_width_stay_apart() {
    check(
        "某县2015年国民经济统计公报\n某县2015年国民经济统计公报\n2015年，全县上下坚持稳中求进，全年实现生产总值110亿元，比上年增长9.1%，其中第一产业增加值20亿元，第二产业增加值60亿元，第三产业增加值30亿元。\n一、综合\n",
        &expect![[r#"
            title: 某县2015年国民经济统计公报
            heading: 某县2015年国民经济统计公报
            paragraph: 2015年，全县上下坚持稳中求进，全年实现生产总值110亿元，比上年增长9.1%，其中第一产业增加值20亿元，第二产业增加值60亿元，第三产业增加值30亿元。
            heading: 一、综合
        "#]],
    );
}

#[test]
fn indented_paragraphs_stay_apart() {
    check(
        "　　全区完成投资１２０亿元，比上年增\n长８％，其中工业投资六十亿元，增长\n一成以上。\n　　全年粮食总产量三十万吨，比上年略\n有增加。\n",
        &expect![[r#"
            paragraph: 全区完成投资120亿元，比上年增长8%，其中工业投资六十亿元，增长一成以上。
            paragraph: 全年粮食总产量三十万吨，比上年略有增加。
        "#]],
    );
}

#[test]
fn traditional_text_becomes_simplified() {
    check(
        "整體稅收達3286億元，按年增加13%，創新高。乾貨進口佔三成。",
        &expect![[r#"
        paragraph: 整体税收达3286亿元，按年增加13%，创新高。|干货进口占三成。
    "#]],
    );
    check(
        "昇腾芯片产量增长，乾县经济显著改善。",
        &expect![[r#"
        paragraph: 昇腾芯片产量增长，乾县经济显著改善。
    "#]],
    );
}

#[test]
fn pages_are_counted() {
    let prepared = read("第一页的文字，产值增长5%。\u{c}第二页的文字，出口增长6%，进口持平。");
    assert_eq!(prepared.blocks.iter().map(|b| b.page).collect::<Vec<_>>(), [Some(1), Some(2)]);
}

#[test]
fn given_blocks_are_used_as_they_are() {
    let text = "产值\n增长５％。表 头\t1 2\t";
    let end = text.find('表').unwrap();
    let blocks = vec![
        GivenBlock { kind: Some(BlockKind::Heading), span: 0..end, page: None },
        GivenBlock { kind: Some(BlockKind::TableRow), span: end..text.len(), page: Some(3) },
    ];
    let prepared = prepare(&Document { text: text.to_owned(), blocks, ..Document::default() });
    assert_eq!(prepared.text, "产值增长5%。\n表头\t1 2");
    assert_eq!(prepared.blocks.iter().map(|b| (b.kind, b.page)).collect::<Vec<_>>(), [(BlockKind::Heading, None), (BlockKind::TableRow, Some(3))]);
    assert_eq!(text.get(prepared.source(&prepared.blocks[0].sentences[0])), Some("产值\n增长５％。"));
}

#[test]
fn blocks_without_a_kind_are_named_as_lines_are() {
    let text = "全市经济运行情况\n一、综合\n全年生产总值增长5%，工业增加值增长6%，出口持平。\n指标\t数值\n";
    let lines = text.split_inclusive('\n').scan(0, |at, line| {
        *at += line.len();
        Some(*at - line.len()..*at)
    });
    let mut blocks: Vec<_> = lines.map(|span| GivenBlock { kind: None, span, page: None }).collect();
    blocks[3].kind = Some(BlockKind::TableRow);
    let prepared = prepare(&Document { text: text.to_owned(), blocks, title: Some(String::from("全市经济运行情况")), ..Document::default() });
    let kinds: Vec<_> = prepared.blocks.iter().map(|b| b.kind).collect();
    assert_eq!(kinds, [BlockKind::Title, BlockKind::Heading, BlockKind::Paragraph, BlockKind::TableRow]);
}

#[test]
fn spans_point_at_the_words_as_published() {
    let text = "增长&nbsp;<b>５．３</b>％[2]，收入1 2万元";
    let prepared = read(text);
    let source = |words: &str| {
        let at = prepared.text.find(words).unwrap();
        text.get(prepared.source(&(at..at + words.len()))).unwrap()
    };
    assert_eq!(source("5.3%"), "５．３</b>％");
    assert_eq!(source("收入"), "收入");
    assert_eq!(source("，"), "，");
}

const PROSE: &str = "去年全县粮食总产量达到1234.5万吨，比上年增产3.2%，其中：夏粮（含小麦、油菜）产量为456.78万吨，增长2.1个百分点；秋粮“双抢”任务全面完成，面积稳定在300万—320万亩左右。县财政局负责人李某介绍，一季度GDP实现56.9亿元，工业投资同比增长12%，新增就业1.5万人，城镇居民人均可支配收入10230元。全县还将建设5G基站200座，推进《产业发展规划（2021—2025年）》落地，力争年内引进亿元以上项目18个。";

#[test]
fn broken_lines_read_as_whole_ones() {
    assert_eq!(read(PROSE).text, PROSE);
    for width in 12..=22 {
        let chars: Vec<char> = PROSE.chars().collect();
        let lines: Vec<String> = chars.chunks(width).map(|line| line.iter().collect()).collect();
        assert_eq!(read(&lines.join("\n")).text, PROSE, "broken after {width}");
        let spaced: Vec<String> = chars.chunks(width).map(|line| line.iter().map(char::to_string).collect::<Vec<_>>().join(" ")).collect();
        assert_eq!(read(&spaced.join("\n")).text, PROSE, "broken after {width}, with blanks");
        assert_eq!(read(&lines.join("\r\n\r\n")).text.replace('\n', ""), PROSE, "broken after {width}, with empty lines");
    }
}

/// Texts put together from what real texts hold, and from any characters.
fn texts() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        4 => proptest::sample::select(vec![
            "产值", "增长", "亿", "元", "年", "表", "二", "○", "〇", "5", "12", "1234", "2024", "０", "３４５", ".", "．", "·", "・", ",", "，", "、", "：", ":", "∶", "；", ";", "。", "！", "?",
            "(", ")", "（", "）", "“", "”", "\"", "「", "[", "]", "[2]", "①", "【", "】", "-", "—", "——", "~", "～", "－", "%", "％", "‰", "℃", "㎡", " ", "　", "\t", "\u{a0}", "\u{2009}",
            "\n", "\r\n", "\n\n", "\u{c}", "\u{200b}", "\u{feff}", "<p>", "</p>", "<b>", "<br/>", "<", ">", "<sup>", "</sup>", "<script>", "</script>", "<!--", "-->", "&nbsp;", "&amp;", "&lt;", "amp;", "&", "&#8212;",
            "#", "# ", "- ", "* ", "|", "**", "__", "`", "\\", "![a](/b)", "[a](http://b)", "---", "GDP", "O", "a", "第", "一", "章", "稅", "體", "乾", "瞭", "苧", "薴", "⼈", "㈠", "+", "/", "=",
        ]).prop_map(str::to_owned),
        1 => "\\PC{0,3}".prop_map(String::from),
    ];
    proptest::collection::vec(piece, 0..40).prop_map(|pieces| pieces.concat())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1000))]

    #[test]
    fn every_byte_is_traced_to_its_character(text in texts()) {
        let prepared = read(&text);
        prop_assert_eq!(prepared.starts.len(), prepared.text.len());
        prop_assert_eq!(prepared.ends.len(), prepared.text.len());
        prop_assert!(prepared.starts.is_sorted() && prepared.ends.is_sorted());
        for (start, end) in prepared.starts.iter().zip(&prepared.ends) {
            prop_assert!(text.get(*start as usize..*end as usize).is_some());
        }
        let borders: Vec<usize> = prepared.text.char_indices().map(|(at, _)| at).chain([prepared.text.len()]).collect();
        for pair in borders.windows(3) {
            prop_assert!(text.get(prepared.source(&(pair[0]..pair[2]))).is_some());
        }
    }

    #[test]
    fn sentences_are_the_block_and_blocks_are_the_text(text in texts()) {
        let prepared = read(&text);
        let blocks: Vec<&str> = prepared.blocks.iter().map(|b| prepared.cut(b.range.clone())).collect();
        prop_assert_eq!(blocks.join("\n"), prepared.text.clone());
        for block in &prepared.blocks {
            let sentences: String = block.sentences.iter().map(|s| prepared.cut(s.clone())).collect();
            prop_assert_eq!(sentences.as_str(), prepared.cut(block.range.clone()));
            prop_assert!(!sentences.is_empty() && !sentences.contains('\n'));
            prop_assert!(block.kind == BlockKind::TableRow || !sentences.contains('\t'));
        }
    }

    #[test]
    fn preparing_twice_changes_nothing(text in texts()) {
        let once = read(&text);
        let blocks = once.blocks.iter().map(|b| GivenBlock { kind: Some(b.kind), span: b.range.clone(), page: b.page }).collect();
        let twice = prepare(&Document { text: once.text.clone(), blocks, ..Document::default() });
        prop_assert_eq!(twice.text, once.text);
        prop_assert_eq!(twice.blocks, once.blocks);
    }
}
