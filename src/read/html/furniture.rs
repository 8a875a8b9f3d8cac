//! What stands on a page beside its document: menus, bars of buttons, lines that tell where a page belongs and who runs the site.

use super::dates;
use super::page::{Node, Page, Weight, is_block};

/// Parts of names that sites give to what is no document.
const NAMES: &str = "
    nav navbar navigation menu submenu topnav subnav breadcrumb breadcrumbs crumb crumbs bread position location weizhi dqwz curpos footer
    foot copyright share sharebox bdshare bdsharebuttonbox bshare jiathis print printer related relate relation xgwz xgxw xgyd xglj xgjd
    sidebar sider toolbar pagination pager paging comment comments qrcode ewm erweima ad ads adv advert banner hot recommend tuijian login
    search fontsize zihao topbar friendlink";

/// Elements that HTML itself sets apart from the document.
const ELEMENTS: [&str; 3] = ["nav", "footer", "aside"];

/// A list of links has so many at least, and this part of its words is in them.
const FEWEST_LINKS: usize = 3;
const LINKED_PERCENT: usize = 80;
/// Longest words of a link in a list, in characters.
const LONGEST_LINK: usize = 50;

/// Longest line of furniture, in characters: what is longer says something.
const LONGEST_LINE: usize = 160;

/// Words of buttons and counters; a line of nothing else is a bar of them.
const BUTTONS: &str = "
    我要打印 打印本页 打印页面 打印此页 打印文章 打印 关闭本页 关闭窗口 关闭页面 关闭此页 关闭 分享到微信朋友圈 分享到 分享至 一键分享 分享
    收藏本页 加入收藏 我要收藏 收藏 转发 返回顶部 返回首页 返回列表 回到顶部 返回 顶部 字体大小 字体 字号 大中小 默认 超大 增大 缩小 放大
    恢复 微信朋友圈 朋友圈 微信 新浪微博 腾讯微博 微博 qq空间 qq好友 人人网 豆瓣 我要纠错 纠错 语音播报 朗读 播放 暂停 繁体 简体 无障碍
    保存本页 浏览次数 浏览量 阅读次数 阅读量 点击次数 点击数 点击率 点击量 点击 访问次数 访问量 阅读 浏览";
/// Words that stand between those.
const BETWEEN: &str = "
    用手机 二维码 文章 本页 页面 次数 人次 大 中 小 次 到 正文 全文";

/// What a line begins with that tells where the page belongs.
const PLACES: &str = "
    当前位置 当前的位置 您当前 您现在 你现在 您的位置 您所在 你所在 所在位置 现在位置 首页> 首页»";
/// What a line begins with that leads to other pages, or tells of this one.
const OPENINGS: &str = "
    上一篇 下一篇 上一条 下一条 上一页 下一页 前一篇 后一篇 责任编辑 编辑： 网站编辑 分享到 分享至 扫一扫 扫码 扫描二维码 微信扫 用微信扫
    打开微信 copyright 版权所有 浏览次数 浏览量 阅读次数 点击次数 点击数 访问量 网站标识码 网站支持";
/// Lines that head lists of links.
const HEADS: &str = "
    相关链接 相关新闻 相关阅读 相关文章 相关稿件 相关信息 相关文档 相关报道 相关推荐 相关内容 延伸阅读 推荐阅读 热点新闻 热门推荐 热点推荐
    猜你喜欢 最新文章 友情链接";
/// Words of the lines that tell who runs a site.
const IMPRINTS: &str = "
    icp备 icp证 公网安备 网安备 网站标识码 allrightsreserved 技术支持： 网站地图 建议使用ie";
/// What the lines over those begin with; documents have such lines too.
const ADDRESSES: &str = "
    主办 承办 协办 主管单位 地址 联系 电话 邮编 邮政编码 传真 邮箱 电子邮箱 建议使用 技术支持 关于我们 网站声明";
/// Words before the day on which a page was published.
pub(super) const PUBLISHED: &str = "
    发布时间 发布日期 发稿时间 发稿日期 发表时间 发表日期 发文时间 发文日期 公开日期 更新时间 更新日期 录入时间 加入时间 添加时间 发布于";
/// Words before other things that the line under a title tells.
const TOLD: &str = "
    来源 信息来源 文章来源 稿件来源 作者 发布机构 发布单位 发布人 发布者 供稿 供稿单位 浏览 浏览次数 浏览量 阅读 阅读次数 点击 点击数 点击率 字体 字号 责任编辑";
/// Words of the card that the catalogue of a government's documents has for each of them.
const CARD: &str = "
    索引号 信息索引 发布机构 发文机关 公开机构 文号 发文字号 主题分类 信息分类 公开方式 公开时限 公开范围 信息有效性 成文日期 发文日期 发布日期 主题词";
/// A card has so many of them at least.
const FEWEST_ON_CARD: usize = 3;

/// Marks what is no document: elements named so, and lists of links. What holds much of the page stays, whatever its name.
pub(super) fn drop(page: &mut Page) {
    let all = page.nodes.first().map(|node| node.weight).unwrap_or_default();
    for node in page.nodes.iter_mut().filter(|node| !node.name.is_empty()) {
        let is_named = ELEMENTS.contains(&node.name.as_str()) || has_name(node) || node.name == "header" && node.weight.links >= FEWEST_LINKS;
        node.is_dropped |= is_named && is_minor(node.weight, all) || is_link_list(node);
    }
}

/// Whether an element holds little of a page, and no title.
fn is_minor(part: Weight, all: Weight) -> bool {
    part.titles == 0 && part.characters * 3 <= all.characters && part.stops * 10 <= all.stops
}

fn has_name(node: &Node) -> bool {
    let names = [node.attribute("id"), node.attribute("class")].into_iter().flatten();
    names.flat_map(parts).any(|part| NAMES.split_whitespace().any(|name| name == part))
}

/// The parts of a name, between marks and before capitals: 「top-nav」, 「topNav2」.
fn parts(name: &str) -> Vec<String> {
    let mut parts = vec![String::new()];
    let mut was_small = false;
    for c in name.chars() {
        if !c.is_ascii_alphabetic() || (c.is_ascii_uppercase() && was_small) {
            parts.push(String::new());
        }
        was_small = c.is_ascii_lowercase();
        if let Some(part) = parts.last_mut().filter(|_| c.is_ascii_alphabetic()) {
            part.push(c.to_ascii_lowercase());
        }
    }
    parts
}

fn is_link_list(node: &Node) -> bool {
    let Weight { characters, linked, links, stops, titles } = node.weight;
    is_block(&node.name)
        && titles == 0
        && links >= FEWEST_LINKS
        && linked * 100 >= characters * LINKED_PERCENT
        && linked <= links * LONGEST_LINK
        && stops <= links / 4
}

/// Whether a line is no part of a document.
pub(super) fn is_line(words: &str) -> bool {
    let line = bare(words);
    if line.is_empty() {
        return true;
    }
    if line.chars().count() > LONGEST_LINE || line.matches('。').count() > 1 {
        return false;
    }
    is_place(&line) || is_byline(words) || leads_away(&line)
}

/// Whether what follows a line is no document any more, unless it says much.
pub(super) fn is_last(words: &str) -> bool {
    let line = bare(words);
    !line.is_empty() && line.chars().count() <= LONGEST_LINE && !is_byline(words) && leads_away(&line)
}

/// Whether a line tells who runs a site, where it stands at the end of a page.
pub(super) fn is_imprint(words: &str) -> bool {
    let line = bare(words);
    !line.contains('。') && ADDRESSES.split_whitespace().any(|opening| line.starts_with(opening))
}

/// Whether a line tells when and by whom a page was published: 「发布时间：2021-03-05　来源：市统计局」.
pub(super) fn is_byline(words: &str) -> bool {
    let line = bare(words);
    if !line.contains('：') || line.contains('。') || line.chars().count() > LONGEST_LINE {
        return false;
    }
    let labels = || PUBLISHED.split_whitespace().chain(TOLD.split_whitespace());
    let tells = |label: &str| line.match_indices(label).any(|(at, _)| line.get(at + label.len()..).is_some_and(|rest| rest.starts_with('：')));
    labels().any(|label| tells(label) && line.starts_with(label)) || dates::find(words).is_some() && labels().any(tells)
}

/// Whether the cells of a table are the card of a document in a catalogue.
pub(super) fn is_card(cells: &[&str]) -> bool {
    let starts = |cell: &str| CARD.split_whitespace().any(|word| cell.starts_with(word));
    cells.iter().map(|cell| bare(cell)).filter(|cell| starts(cell)).take(FEWEST_ON_CARD).count() == FEWEST_ON_CARD
}

fn is_place(line: &str) -> bool {
    PLACES.split_whitespace().any(|opening| line.starts_with(opening))
}

fn leads_away(line: &str) -> bool {
    HEADS.split_whitespace().any(|head| line.trim_end_matches('：') == head)
        || OPENINGS.split_whitespace().any(|opening| line.starts_with(opening))
        || IMPRINTS.split_whitespace().any(|words| line.contains(words))
        || is_bar(line)
}

/// Whether a line consists of the words of buttons.
fn is_bar(line: &str) -> bool {
    let without = |line: String, words: &str| {
        words.split_whitespace().fold(line, |line, word| if line.contains(word) { line.replace(word, "\n") } else { line })
    };
    let rest = without(line.to_owned(), BUTTONS);
    rest != line && !without(rest, BETWEEN).chars().any(char::is_alphabetic)
}

/// A line without blanks and the marks at its ends, in small letters, every colon a wide one.
fn bare(words: &str) -> String {
    let line: String = words.chars().filter(|c| !c.is_whitespace()).map(|c| if c == ':' { '：' } else { c.to_ascii_lowercase() }).collect();
    let is_mark = |c: char| matches!(c, '【' | '】' | '[' | ']' | '［' | '］' | '|' | '｜' | '>' | '»' | '·' | '•' | '/' | '-' | '_' | '*');
    line.trim_matches(is_mark).to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_of_furniture() {
        for words in [
            "【打印本页】 【关闭窗口】",
            "字号：[大 中 小] 打印 分享到：",
            "当前位置： 首页 > 统计公报",
            "上一篇：没有了",
            "发布时间：2021-03-05 10:22　来源：市统计局　浏览次数： 12",
            "2021-03-05 来源：市统计局",
            "主办：某市统计局　某ICP备10000000号-1",
            "版权所有：某市统计局",
            "相关链接：",
            "扫一扫在手机打开当前页",
            "浏览次数：1024次",
            "｜",
            "来源：市统计局",
            "作者：",
        ] {
            assert!(is_line(words), "{words}");
        }
    }

    #[test]
    fn lines_of_documents() {
        for words in [
            "单位：亿元",
            "资料来源：市统计局",
            "一、综合",
            "（2021年3月5日）",
            "大中小学在校学生12.5万人",
            "分享经济增加值增长12%",
            "注：数据来源于部门统计。",
            "微信支付增长20%。",
            "打印机产量12万台",
            "数据来源：海关总署",
            "阅读本公报时请注意口径。",
            "2021年3月5日",
        ] {
            assert!(!is_line(words), "{words}");
        }
    }

    fn check(html: &str, kept: &str) {
        let mut page = Page::parse(html).unwrap();
        drop(&mut page);
        let body = page.body();
        assert_eq!(page.words(page.range(body)), kept);
    }

    #[test]
    fn elements_of_furniture() {
        let text = "<p>全市经济运行总体平稳，工业增加值增长6%，投资增长4.2%。</p>";
        let kept = "全市经济运行总体平稳，工业增加值增长6%，投资增长4.2%。";
        check(&format!("<div class=topNav>首页</div>{text}<div id='foot-1'>主办</div>"), kept);
        check(&format!("<ul><li><a>概况</a><li><a>新闻</a><li><a>公开</a></ul>{text}"), kept);
        check(&format!("<div class=print>{text}</div>"), kept);
        check(&format!("<div class=navajo>{text}</div>"), kept);
    }
}
