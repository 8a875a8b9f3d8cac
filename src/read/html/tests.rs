use super::*;
use encoding_rs::GB18030;

/// Shows a text with a kind before each block that has one.
fn shown(text: &Text) -> Vec<String> {
    let kind = |kind: gongbao_core::model::BlockKind| format!("{}: ", kind.as_str());
    text.blocks
        .iter()
        .map(|block| block.kind.map(kind).unwrap_or_default() + &text.text.get(block.span.clone()).unwrap().replace('\t', "|"))
        .collect()
}

fn check(html: &str, title: Option<&str>, published: Option<&str>, expected: &[&str]) {
    for bytes in [html.as_bytes().to_vec(), GB18030.encode(html).0.into_owned()] {
        let text = read(&bytes).unwrap();
        assert_eq!(shown(&text), expected);
        assert_eq!(text.title.as_deref(), title);
        assert_eq!(text.published, published.and_then(gongbao_core::model::PartialDate::parse));
    }
}

const FIRST: &str = "上半年，全市实现地区生产总值512.6亿元，同比增长5.4%，经济运行总体平稳。";
const SECOND: &str = "分产业看，第一产业增加值40.2亿元，增长3.1%；第二产业增加值210.5亿元，增长6.0%。";

#[test]
fn a_page_of_a_known_system() {
    let html = format!(
        "<html><head><meta charset=gb2312><meta name='ArticleTitle' content='上半年经济运行情况'><meta name='PubDate' content='2023-07-20 09:30'>
         <title>上半年经济运行情况_某市统计局</title></head><body>
         <div class=header><ul><li><a href=/>首页</a><li><a href=/a>机构</a><li><a href=/b>公开</a></ul></div>
         <div class=dqwz>您现在的位置：<a>首页</a> > <a>统计分析</a></div>
         <h1>上半年经济运行情况</h1><div>发布时间：2023-07-20 来源：市统计局 字号：[<a>大</a> <a>中</a> <a>小</a>]</div>
         <div id=UCAP-CONTENT><div class=TRS_Editor><p>　　{FIRST}</p><p>&nbsp;&nbsp;{SECOND}</p></div></div>
         <div>【<a>打印本页</a>】【<a>关闭窗口</a>】</div><div>上一篇：<a>一季度情况</a></div>
         <div class=foot>主办：某市统计局　某ICP备12345678号</div></body></html>"
    );
    check(&html, Some("上半年经济运行情况"), Some("2023-07-20"), &["title: 上半年经济运行情况", FIRST, SECOND]);
}

#[test]
fn nested_tables_that_lay_out() {
    let html = format!(
        "<html><head><title>某县统计信息网</title></head><body><table><tr><td><a>首页</a> <a>概况</a> <a>公报</a></td></tr><tr><td>
         <table><tr><td>当前位置：首页 > 公报</td></tr><tr><td align=center><b>某县2022年统计公报</b></td></tr>
         <tr><td>2023-4-6 15:20:11　来源：县统计局　点击：102次</td></tr>
         <tr><td>{FIRST}<br><br>　　{SECOND}<br>表1　主要指标<br>单位：亿元
         <table><tr><td>指标<td>数值<td>增长（%）<tr><td>粮食<td>12.5<td>--<tr><td>#稻谷<td>8.1<td>1.2</table>
         其他指标见附表，数据均为初步统计数。</td></tr></table></td></tr>
         <tr><td>版权所有：某县统计局　电话：0000-1234567</td></tr></table></body></html>"
    );
    let rows = ["table_row: 指标|数值|增长（%）", "table_row: 粮食|12.5|--", "table_row: #稻谷|8.1|1.2"];
    let expected =
        [&["title: 某县2022年统计公报", FIRST, SECOND, "表1　主要指标", "单位：亿元"][..], &rows, &["其他指标见附表，数据均为初步统计数。"]].concat();
    check(&html, Some("某县2022年统计公报"), Some("2023-04-06"), &expected);
}

#[test]
fn a_page_without_known_names() {
    let news = "<li><a href=1>某镇召开会议</a></li><li><a href=2>某局开展培训</a></li><li><a href=3>某区推进项目建设</a></li>";
    let html = format!(
        "<html><head><title>某市上半年经济稳中向好-某市人民政府网</title><link href=a.css></head><body><div class=top><img src=a><span>欢迎访问</span></div>
         <div class=main><div class=left><h3>栏目导航</h3><ul>{news}</ul></div><div class=right><div class=bt>某市上半年经济稳中向好</div>
         <div class=info><span>日期：2021年7月15日</span><span>来源：某日报</span></div><div class=txt>{FIRST}<br/>{SECOND}</div>
         <div class=xg><h4>相关新闻</h4><ul>{news}</ul></div></div></div><div class=b><p>Copyright 某市人民政府 All Rights Reserved</p></div></body></html>"
    );
    check(&html, Some("某市上半年经济稳中向好"), Some("2021-07-15"), &["title: 某市上半年经济稳中向好", FIRST, SECOND]);
}

#[test]
fn raised_characters_are_powers_or_marks_of_notes() {
    let words = "粮食播种10<sup>4</sup>亩，房屋3000m<sup>2</sup>，绿地50平方公里<sup><a href=1>[1]</a></sup>，生产总值310<sup>2</sup>亿元，增长5.8%<sup><span>3</span></sup>，为2<sup>nd</sup>。";
    let html = format!("<p>{words}</p><p>{FIRST}</p>");
    check(&html, None, None, &["粮食播种10⁴亩，房屋3000m²，绿地50平方公里，生产总值310亿元，增长5.8%，为2nd。", FIRST]);
}

#[test]
fn days_of_publication() {
    let page = |meta: &str, line: &str| {
        format!("<html><head><title>某市公报</title>{meta}</head><body><h1>某市公报</h1><div>{line}</div><p>{FIRST}</p><p>{SECOND}</p></body></html>")
    };
    let day = |html: &str| read(html.as_bytes()).unwrap().published;
    for line in [
        "日期：2021/3/5 浏览次数：123",
        "时间:2021.03.05",
        "【时间：2021年3月5日】",
        "发布日期： 2021年03月05日",
        "发布时间 2021-03-05",
        "发布：2021-3-5",
        "浏览量：7　2021-03-05",
    ] {
        assert_eq!(day(&page("", line)), gongbao_core::model::PartialDate::parse("2021-03-05"), "{line}");
    }
    for meta in ["<meta name=ArticleDate content='2021年3月5日'>", "<meta property='article:published_time' content='2021-03-05T10:12:00+08:00'>"]
    {
        assert_eq!(day(&page(meta, "")), gongbao_core::model::PartialDate::parse("2021-03-05"), "{meta}");
    }
    for line in ["会议时间：2021年3月5日", "统计时间为2021年3月5日", "时间：上午9时"] {
        assert_eq!(day(&page("", line)), None, "{line}");
    }
}

#[test]
fn the_card_of_a_catalogue() {
    let html = format!(
        "<html><head><title>某市公报</title><meta name=PubDate content='2023-05-16'></head><body>
         <table><tr><td>索 引 号：<td>1234/2023-1<td>发布机构：<td>市统计局<tr><td>发文日期：<td>2023-04-18<td>公开方式：<td>主动公开</table>
         <h1>某市2022年统计公报</h1><p>{FIRST}</p><p>{SECOND}</p></body></html>"
    );
    check(&html, Some("某市2022年统计公报"), Some("2023-04-18"), &["title: 某市2022年统计公报", FIRST, SECOND]);
}

#[test]
fn a_title_that_nothing_tells() {
    let html = format!(
        "<HTML><HEAD><TITLE>某省统计信息网</TITLE><LINK></HEAD><BODY><TABLE><TR><TD><A>首页</A>|<A>公报</A>|<A>月报</A></TABLE>
         <TABLE><TR><TD><B>某省2005年国民经济和社会发展<BR>统计公报</B><TR><TD>某省统计局<TR><TD>2006年2月28日<TR><TD>{FIRST}<BR><BR>{SECOND}</TABLE>
         <TABLE><TR><TD>主办：某省统计局<TR><TD>地址：某路1号<TR><TD>版权所有 某省统计局</TABLE></BODY></HTML>"
    );
    check(&html, None, None, &["某省2005年国民经济和社会发展", "统计公报", "某省统计局", "2006年2月28日", FIRST, SECOND]);
}

#[test]
fn fragments_are_read_whole() {
    let html = format!(
        "<p align=center>某县公报</p><p>一、综合</p><p>{FIRST}</p><p>单位：吨</p><table><tr><td>粮食<td>5<tr><td>油料<td>6</table><p>注：初步数。</p>"
    );
    check(&html, None, None, &["某县公报", "一、综合", FIRST, "单位：吨", "table_row: 粮食|5", "table_row: 油料|6", "注：初步数。"]);
}

#[test]
fn what_is_no_page() {
    for html in ["", " \n", "<html><body><script>1</script></body></html>"] {
        assert_eq!(read(html.as_bytes()), Err(ReadError::Empty), "{html}");
    }
    assert_eq!(read("a\0b".as_bytes()), Err(ReadError::Binary));
    assert_eq!(read("<div>词".repeat(3000).as_bytes()).map(|_| ()), Err(ReadError::TooMuch { what: "nesting", limit: 1000 }));
}
