//! The label of a number in a table, from the words of its row, its column, and what stands above both.

use super::head::{is_generic, says_amount};
use crate::lexicon::Lexicon;

/// What a title or the head of a group says its numbers are.
#[derive(Debug, Clone, Default)]
pub(super) struct Subject {
    /// The whole phrase, for rows that name an area or a period only: 「地区生产总值」.
    pub(super) whole: String,
    /// What its rows lack, for rows that name parts or products: 「增加值」, 「产量」.
    pub(super) tail: String,
}

/// Words in which a title ends and which its rows lack: 「主要产品产量」.
const TAILS: &[&str] = &[
    "产量",
    "增加值",
    "总产值",
    "产值",
    "存栏",
    "出栏",
    "价格",
    "人口",
    "播种面积",
    "种植面积",
    "面积",
    "销售量",
    "销量",
    "销售额",
    "支出",
    "库存量",
    "库存",
    "能耗",
    "消费量",
    "户数",
    "人数",
];

/// Words behind which a title's subject stands.
const FRONT: &[&str] =
    &["分", "按", "各", "主要", "全部", "全市", "全省", "全国", "全县", "全区", "及", "和", "与", "历年", "规模以上工业企业", "本年"];

/// Words at a title's end that say nothing.
const BEHIND: &[&str] = &[
    "统计表",
    "一览表",
    "情况表",
    "明细表",
    "汇总表",
    "对比表",
    "数据表",
    "表",
    "统计",
    "数据",
    "情况",
    "行情",
    "构成",
    "结构",
    "变化",
    "汇总",
    "及其构成",
    "及其",
    "及",
    "完成",
    "一览",
    "增长速度",
    "增长",
    "增速",
    "总体",
    "运行",
    "监测",
    "对比",
    "发布",
    "（续）",
    "执行",
    "执行情况",
    "初步核算结果",
    "核算结果",
    "结果",
    "核算",
    "初步核算",
    "基本",
    "规模",
    "统计数据",
    "明细",
];

impl Subject {
    /// Reads the words of a title, its period and unit taken out.
    pub(super) fn read(title: &str, lexicon: &Lexicon) -> Self {
        let title = title.split('（').next().unwrap_or_default().trim();
        let mut words = title;
        while let Some(rest) = BEHIND.iter().find_map(|word| words.strip_suffix(word)) {
            words = rest.trim();
        }
        if words.ends_with("指标") || words.is_empty() {
            return Self::default();
        }
        // 「户数、人口数」 are several.
        let is_list = |end: &str| words.strip_suffix(end).is_some_and(|before| before.ends_with(['、', '和', '与', '及']));
        let whole = known_end(words, lexicon).filter(|end| !is_list(end)).map(str::to_owned);
        // 「人口数」 of men are 男性人口.
        let tail = words.strip_suffix('数').filter(|words| words.ends_with("人口")).unwrap_or(words);
        let tail = TAILS.iter().find(|known| tail.ends_with(**known)).map(|known| (*known).to_owned());
        let whole = whole.or_else(|| (says_amount(words) && !words.contains('、')).then(|| plain(words).to_owned())).unwrap_or_default();
        let tail = if is_economy(&whole) {
            String::from("增加值")
        } else {
            tail.unwrap_or_else(|| if says_amount(&whole) { part_of(&whole).to_owned() } else { String::new() })
        };
        Self { whole, tail }
    }

    /// What a row says its parts are.
    pub(super) fn of_row(label: &str) -> Self {
        let tail = if is_economy(label) { "增加值" } else { part_of(label) };
        let tail = TAILS.iter().find(|short| tail.ends_with(**short)).copied().unwrap_or(tail);
        Self { whole: label.to_owned(), tail: tail.to_owned() }
    }

    /// Whether its rows are things of one kind of amount: 产量.
    pub(super) fn is_kind(&self) -> bool {
        TAILS.contains(&self.tail.as_str())
    }

    pub(super) const fn is_empty(&self) -> bool {
        self.tail.is_empty()
    }
}

/// Whether a label is the sum of all value added.
pub(super) fn is_economy(label: &str) -> bool {
    !label.contains("人均") && ["生产总值", "GDP"].iter().any(|end| label.ends_with(end))
}

/// A whole's label as that of its parts: 总人口 → 人口.
pub(super) fn part_of(label: &str) -> &str {
    let label = label.rfind('（').filter(|at| *at > 0 && label.ends_with('）')).and_then(|at| label.get(..at)).unwrap_or(label);
    ["全部", "各项", "合计", "总"].iter().find_map(|word| label.strip_prefix(word)).filter(|rest| rest.chars().count() >= 2).unwrap_or(label)
}

/// The longest phrase of the catalogue in which a title ends.
fn known_end<'a>(words: &'a str, lexicon: &Lexicon) -> Option<&'a str> {
    let ends = words.char_indices().filter_map(|(at, _)| words.get(at..)).filter(|end| end.chars().count() >= 3);
    ends.into_iter().find(|end| lexicon.catalogue.find(end).is_some())
}

/// A title without the words before its subject.
fn plain(words: &str) -> &str {
    // 「按行业分就业人员平均工资」
    let mut words = words.strip_prefix('按').and_then(|rest| rest.split_once('分')).map_or(words, |(_, rest)| rest);
    while let Some(rest) = FRONT.iter().find_map(|word| words.strip_prefix(word)) {
        words = rest;
    }
    words
}

/// The label of a number.
///
/// The amount stands last: 「粮食」 and 「产量」 are 粮食产量 whichever is the row, 「城镇」 over 「人均可支配收入」 is 城镇人均可支配收入. Where neither
/// names an amount, the first subject does that has one.
pub(super) fn name(row: &str, column: &str, subjects: &[&Subject], lexicon: &Lexicon) -> String {
    let is_known = |label: &str| lexicon.catalogue.find(label).is_some();
    let column = if is_generic(column) { "" } else { column };
    // 「数量」 and 「金额」 say what the row is only where nothing else does.
    let is_said = says_amount(row) || subjects.iter().any(|subject| !subject.tail.is_empty());
    let column = if matches!(column, "数量" | "金额" | "价值" | "总额" | "总数") && is_said { "" } else { column };
    let whole = subjects.iter().find(|subject| !subject.whole.is_empty());
    match (row.is_empty(), column.is_empty()) {
        (true, true) => return whole.map(|subject| subject.whole.clone()).unwrap_or_default(),
        // 「产值」 under 规模以上工业总产值 is that.
        (true, false) if whole.is_some_and(|subject| subject.whole.strip_suffix(column).is_some_and(|before| !before.ends_with('进'))) => {
            return whole.map(|subject| subject.whole.clone()).unwrap_or_default();
        }
        (true, false) if says_amount(column) => return column.to_owned(),
        (true, false) => return with_tail(column, subjects, lexicon),
        // 「收入合计」 under 一般公共预算收入 is that.
        (false, true)
            if whole.is_some_and(|subject| matches!(row, "收入" | "支出" | "总收入" | "总支出") && subject.whole.ends_with(part_of(row))) =>
        {
            return whole.map(|subject| subject.whole.clone()).unwrap_or_default();
        }
        (false, true) if says_amount(row) => return row.to_owned(),
        (false, true) => return with_tail(row, subjects, lexicon),
        (false, false) => {}
    }
    // 发电量 is a 产量 already.
    let is_same_kind = says_amount(row) && TAILS.contains(&column) && row.chars().next_back() == column.chars().next_back();
    if row.ends_with(column) || says_amount(row) && row.contains(column) || is_same_kind {
        return row.to_owned();
    }
    if column.contains(row) {
        return column.to_owned();
    }
    // 「普通高等学校」 under 「学校数」
    if column.strip_suffix('数').is_some_and(|thing| thing.chars().count() >= 2 && row.ends_with(thing)) {
        return format!("{row}数");
    }
    let (row_first, column_first) = (format!("{row}{column}"), format!("{column}{row}"));
    match (says_amount(row), says_amount(column)) {
        _ if is_known(&row_first) => row_first,
        _ if is_known(&column_first) => column_first,
        (true, false) => column_first,
        (false, false) if CUTS.contains(&column) => with_tail(&column_first, subjects, lexicon),
        (false, false) => with_tail(&row_first, subjects, lexicon),
        _ => row_first,
    }
}

/// Columns that cut what rows are of, and so stand before it.
const CUTS: &[&str] = &["城市", "农村", "城镇", "乡村", "城乡", "男", "女", "男性", "女性", "国有", "民营", "市区", "县域"];

/// A name with the amount that the first subject tells, unless it needs none.
fn with_tail(words: &str, subjects: &[&Subject], lexicon: &Lexicon) -> String {
    let is_known = |label: &str| lexicon.catalogue.find(label).is_some();
    let tails = subjects.iter().map(|subject| subject.tail.as_str()).filter(|tail| !tail.is_empty());
    for tail in tails {
        // Industries have value added; what else stands under 生产总值 has its own name.
        let fits = tail != "增加值" || words.ends_with('业') || words.ends_with("服务");
        let label = format!("{words}{tail}");
        if fits && !words.contains(tail) && (is_known(&label) || !is_known(words) || tail == "产量" || words.ends_with('业')) {
            return label;
        }
    }
    words.to_owned()
}

/// A part's label with the kind of the whole above it, where both are of one noun: 个人贷款 under 中长期贷款 is 中长期个人贷款.
pub(super) fn qualified(part: &str, whole: &str) -> Option<String> {
    let noun = noun(part)?;
    let kind = whole.trim_end_matches("余额").trim_end_matches("总额").strip_suffix(noun)?;
    let is_plain = ["", "各项", "金融机构", "全部", "总", "人民币", "本外币", "金融机构人民币", "金融机构本外币", "全市", "境内"].contains(&kind);
    if is_plain || part.contains(kind) {
        return None;
    }
    let shared = kind.char_indices().filter_map(|(at, _)| kind.get(at..)).find(|end| part.starts_with(end));
    let kind = shared.and_then(|shared| kind.strip_suffix(shared)).unwrap_or(kind);
    Some(format!("{kind}{part}"))
}

/// The noun of a row whose parts are of many kinds.
pub(super) fn noun(label: &str) -> Option<&'static str> {
    ["贷款", "存款", "债券", "保费"].into_iter().find(|noun| label.contains(noun))
}

/// Whether a label tells a term, which holds for the parts below it: 「短期贷款」.
pub(super) fn tells_term(label: &str) -> bool {
    ["短期", "中期", "长期", "活期", "定期"].iter().any(|term| label.contains(term))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn titles_have_subjects() {
        let lexicon = Lexicon::builtin().unwrap();
        let check = |title: &str, whole: &str, tail: &str| {
            let subject = Subject::read(title, &lexicon);
            assert_eq!((subject.whole.as_str(), subject.tail.as_str()), (whole, tail), "{title}");
        };
        check("规模以上工业企业主要产品产量", "产品产量", "产量");
        check("分县区地区生产总值", "地区生产总值", "增加值");
        check("人口构成情况", "人口", "人口");
        check("分行业固定资产投资", "固定资产投资", "固定资产投资");
        check("主要经济指标", "", "");
        check("金融机构存贷情况", "", "");
    }

    #[test]
    fn rows_and_columns_name_a_number() {
        let lexicon = Lexicon::builtin().unwrap();
        let products = Subject::read("主要产品产量", &lexicon);
        let economy = Subject::read("地区生产总值", &lexicon);
        let check = |row: &str, column: &str, subject: &Subject, expected: &str| {
            assert_eq!(name(row, column, &[subject], &lexicon), expected, "{row} {column}");
        };
        let none = Subject::default();
        check("粮食", "产量", &none, "粮食产量");
        check("发电量", "产量", &none, "发电量");
        check("水泥", "", &products, "水泥产量");
        check("原油加工量", "", &products, "原油加工量");
        check("第一产业", "", &economy, "第一产业增加值");
        check("地区生产总值", "", &economy, "地区生产总值");
        check("", "", &economy, "地区生产总值");
        check("人均可支配收入", "城镇", &none, "城镇人均可支配收入");
        check("钢材", "数量", &none, "钢材数量");
        check("出口总额", "金额", &none, "出口总额");
        check("", "工业增加值", &economy, "工业增加值");
    }

    #[test]
    fn parts_take_the_kind_of_their_whole() {
        let check = |part: &str, whole: &str, expected: Option<&str>| assert_eq!(qualified(part, whole).as_deref(), expected, "{part} {whole}");
        check("个人贷款", "中长期贷款", Some("中长期个人贷款"));
        check("个人消费贷款", "中长期个人贷款", Some("中长期个人消费贷款"));
        check("短期贷款", "金融机构贷款余额", None);
        check("单位存款", "各项存款", None);
    }
}
