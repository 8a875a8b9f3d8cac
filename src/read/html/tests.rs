use super::*;
use encoding_rs::{BIG5, GB18030};
use gongbao_core::model::PartialDate;

const PROSE: &str = "前三季度，全县实现地区生产总值一百五十二亿元，按可比价格计算同比增长百分之六点三，规模以上工业增加值增长百分之七点八，\
                     固定资产投资增长百分之九点一，社会消费品零售总额增长百分之五点四，一般公共预算收入增长百分之四点二。";

fn lines(html: &str) -> Vec<String> {
    read(html.as_bytes()).unwrap().text.lines().map(str::to_owned).collect()
}

fn check(html: &str, expected: &[&str]) {
    assert_eq!(lines(html), expected, "{html}");
}

#[test]
fn a_part_of_a_page_is_read_whole() {
    check("<p>出口<b>1.5</b>亿元，\n 增长<span>3</span>%。</p>尾部<br>又一行", &["出口1.5亿元， 增长3%。", "尾部", "又一行"]);
    check("<div><div>甲</div>乙<p>丙</p></div><ul><li>丁</li></ul>", &["甲", "乙", "丙", "丁"]);
    check("<p>一</p><p style='display: none'>二</p><script>三</script><del>四</del><!-- 五 --><p hidden>六</p>", &["一"]);
}

#[test]
fn raised_numbers_are_footnotes_behind_numbers_only() {
    check("<p>产值120<sup>1</sup>亿元，占地30km<sup>2</sup>，同比<sup>[2]</sup>增长</p>", &["产值120[1]亿元，占地30km2，同比[2]增长"]);
}

#[test]
fn the_main_text_stands_in_a_known_place() {
    for place in ["id='UCAP-CONTENT'", "class='view TRS_Editor'", "id=zoom"] {
        let html = format!(
            "<html><head><title>前三季度经济运行情况_某县人民政府</title></head><body><div><a href=/>首页</a><a href=/x>统计信息</a></div>\
             <h1>前三季度经济运行情况</h1><div>发布时间：2023-10-20 09:30　来源：县统计局</div><div {place}><p>{PROSE}</p><p>【打印】【关闭】</p></div>\
             <div><a href=/1>相关新闻一则</a></div><div>版权所有：某县人民政府</div></body></html>"
        );
        let text = read(html.as_bytes()).unwrap();
        assert_eq!(text.text.lines().collect::<Vec<_>>(), ["前三季度经济运行情况", PROSE], "{place}");
        assert_eq!(text.title.as_deref(), Some("前三季度经济运行情况"));
        assert_eq!(text.published, PartialDate::parse("2023-10-20"));
    }
}

#[test]
fn dense_prose_is_found_among_links() {
    let links: String = (0..40).map(|n| format!("<li><a href='/{n}'>关于做好某项工作的通知第{n}号</a></li>")).collect();
    let html = format!(
        "<html><body><div class=nav><ul>{links}</ul></div><div class=wenzhang><h2>经济运行</h2><p>{PROSE}</p><p>{PROSE}</p><p>{PROSE}</p></div>\
         <div class=side><ul>{links}</ul></div></body></html>"
    );
    let lines = lines(&html);
    assert_eq!(lines.iter().filter(|line| *line == PROSE).count(), 3, "{lines:?}");
    assert!(!lines.iter().any(|line| line.contains("通知")), "{lines:?}");
}

#[test]
fn tables_become_rows() {
    check(
        "<p>主要指标</p><p>单位：亿元</p><table><thead><tr><th rowspan=2>指标<th colspan=2>绝对数</tr><tr><th>本月<th>累计</tr></thead>\
         <tbody><tr><td>#出口<td><p>1.5</p><td>20</tr><tr><td>进口<td>--<td>7</tr></tbody></table><p>注：快报数</p>",
        &["主要指标", "单位：亿元", "指标\t绝对数\t绝对数", "指标\t本月\t累计", "#出口\t1.5\t20", "进口\t--\t7", "注：快报数"],
    );
    check(
        "<table><tr><td colspan=2>工业产品产量</td></tr><tr><td>产品</td><td>产量</td></tr><tr><td>水泥</td><td>12</td></tr><tr><td colspan=2>注：规上口径</td></tr></table>",
        &["工业产品产量", "产品\t产量", "水泥\t12", "注：规上口径"],
    );
}

#[test]
fn tables_that_arrange_the_page_do_not() {
    let html = format!("<table><tr><td>左栏<td><table><tr><td><p>{PROSE}</p><p>又一段。</p></table></tr></table>");
    check(&html, &["左栏", PROSE, "又一段。"]);
}

#[test]
fn what_is_valid_counts_before_what_is_declared() {
    let page = |charset: &str| {
        format!("<html><head><meta http-equiv=\"Content-Type\" content=\"text/html; charset={charset}\"></head><body><p>{PROSE}</p></body></html>")
    };
    let check = |bytes: &[u8], name: &str| {
        let text = read(bytes).unwrap();
        assert_eq!((text.text.trim_end(), text.encoding.as_str()), (PROSE, name));
    };
    check(page("gb2312").as_bytes(), "UTF-8");
    check(&GB18030.encode(&page("gb2312")).0, "GB18030");
    check(&GB18030.encode(&page("utf-8")).0, "GB18030");
    let traditional = "<html><head><meta charset=big5></head><body><p>本港第三季整體出口貨值較去年同期上升百分之五</p></body></html>";
    assert_eq!(read(&BIG5.encode(traditional).0).unwrap().encoding, "Big5");
    // A byte that was cut off, as in pages that were pasted together.
    let mut cut = page("utf-8").replace(PROSE, &PROSE.repeat(5)).into_bytes();
    let end = cut.len() - "</p></body></html>".len();
    cut.remove(end - 1);
    let text = read(&cut).unwrap();
    assert!(text.text.contains('\u{fffd}') && text.text.starts_with(PROSE));
    assert!(matches!(read(b"<p>\xff\xfe\xfd\x81</p>"), Err(ReadError::UnknownEncoding | ReadError::Malformed { .. } | ReadError::Binary)));
    assert_eq!(read(b"<html><body> </body></html>"), Err(ReadError::Empty));
}

#[test]
fn titles_and_dates_are_taken_from_what_the_page_tells_first() {
    let check = |head: &str, body: &str, title: Option<&str>, published: Option<&str>| {
        let text = read(format!("<html><head>{head}</head><body><p>{PROSE}</p>{body}</body></html>").as_bytes()).unwrap();
        assert_eq!((text.title.as_deref(), text.published), (title, published.and_then(PartialDate::parse)), "{head} {body}");
    };
    check(
        "<meta name=ArticleTitle content='二季度公报'><meta name=PubDate content='2024-07-19 10:00:00'>",
        "",
        Some("二季度公报"),
        Some("2024-07-19"),
    );
    check("<title>某市统计局 | 2023年经济简报</title>", "<p>日期：2024年1月9日</p>", Some("2023年经济简报"), Some("2024-01-09"));
    check("<meta property='article:published_time' content='2022/3/5T08:00'>", "<h1>签约快讯</h1>", Some("签约快讯"), Some("2022-03-05"));
    check("", "<p>时间：下午</p>", None, None);
}

#[test]
fn too_deep_a_page_is_refused() {
    let html = format!("{}甲", "<div>".repeat(MOST_NESTED + 5));
    assert!(matches!(read(html.as_bytes()), Err(ReadError::TooMuch { .. })));
    let html = format!("{}甲", "<font>".repeat(MOST_NESTED - 5));
    assert_eq!(lines(&html), ["甲"]);
}
