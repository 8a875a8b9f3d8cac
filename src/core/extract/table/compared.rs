//! What a column or row says of its indicator: 「同比增长（%）」, 「比年初增加额」, 「占比」, 「位次」.

use super::unit::Unit;
use crate::extract::statement::Base;
use crate::model::Measure;

/// A measure as worded, and where its words start.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Compared {
    pub(super) measure: Measure,
    pub(super) against: Option<Base>,
    /// 累计增长, 当月同比.
    pub(super) is_cumulative: bool,
    pub(super) is_monthly: bool,
}

/// Words with which what is said of an indicator begins.
const OPENERS: &[&str] = &[
    "同比",
    "环比",
    "比上",
    "较上",
    "比去年",
    "较去年",
    "比前",
    "较前",
    "比同期",
    "较同期",
    "比年初",
    "较年初",
    "比期初",
    "较期初",
    "比本年初",
    "增长",
    "增速",
    "增幅",
    "增减",
    "升降",
    "涨跌",
    "涨幅",
    "降幅",
    "降低率",
    "占比",
    "比重",
    "位次",
    "排名",
    "名次",
    "排位",
    "排序",
    "贡献率",
    "拉动",
    "年均",
    "增加额",
    "增加量",
    "增量",
    "净增",
    "完成年度",
    "完成全年",
    "完成预算",
    "完成计划",
    "完成进度",
    "占预算",
    "占年度",
    "占计划",
    "为预算",
    "为计划",
    "为年度",
    "为上年",
    "变动",
    "±",
];

/// Words before those, which belong to them.
const QUALIFIERS: &[&str] = &[
    "累计",
    "当月",
    "本月",
    "实际",
    "名义",
    "两年平均",
    "三年平均",
    "年平均",
    "平均",
    "按可比价格计算",
    "按可比价格",
    "按可比价",
    "可比价",
    "可比",
    "同口径",
    "按不变价",
];

/// Finds what a text says of an indicator: the byte where its words start, and the measure.
///
/// - Shape: the words of a header without its brackets, and the unit told in them.
/// - Errors: `None` where the words only name something; 自然增长率 is a rate by itself.
pub(super) fn find(words: &str, unit: Option<&Unit>) -> Option<(usize, Compared)> {
    let start = opening(words)?;
    let phrase = words.get(start..)?;
    let mut head = words.get(..start)?;
    let (mut is_cumulative, mut is_monthly) = (phrase.contains("累计"), phrase.contains("当月") || phrase.contains("本月"));
    while let Some(word) = QUALIFIERS.iter().find(|word| head.ends_with(**word)) {
        is_cumulative |= *word == "累计";
        is_monthly |= matches!(*word, "当月" | "本月");
        head = head.strip_suffix(word)?;
    }
    let (measure, against) = meaning(words.get(head.len()..)?, unit);
    Some((head.len(), Compared { measure, against, is_cumulative, is_monthly }))
}

/// Where the words start, qualifiers left out.
fn opening(words: &str) -> Option<usize> {
    // 「对经济增长的贡献率」
    if words.contains("贡献率") || words.contains("拉动") {
        return ["对", "拉动", "贡献率"].iter().filter_map(|word| words.find(word)).min();
    }
    let is_part_of = |at: usize, word: &str| {
        let before = words.get(..at).unwrap_or_default();
        let after = words.get(at + word.len()..).unwrap_or_default();
        word == "增长" && ["自然", "机械", "经济", "人口"].iter().any(|w| before.ends_with(w)) && after.starts_with('率')
            || after.starts_with(['点', '极'])
    };
    let told = OPENERS.iter().flat_map(|word| words.match_indices(word)).filter(|(at, word)| !is_part_of(*at, word)).map(|(at, _)| at).min();
    // 「占全市比重」, 「比2019年增长」
    let whole =
        words.find('占').filter(|at| words.get(*at..).is_some_and(|rest| rest.contains("比重") || rest.contains("比例") || rest.ends_with('比')));
    let year = ["比", "较", "为"].iter().filter_map(|word| words.find(word)).find(|at| {
        let rest = words.get(*at..).and_then(|rest| rest.get('比'.len_utf8()..)).unwrap_or_default();
        rest.len() > 4 && rest.bytes().take(4).all(|b| b.is_ascii_digit())
    });
    let structure = words.strip_suffix("构成").or_else(|| words.strip_suffix("结构")).map(str::len).filter(|at| *at == 0);
    [told, whole, year, structure].into_iter().flatten().min()
}

/// What the words mean; the unit tells a percent change from an amount.
fn meaning(phrase: &str, unit: Option<&Unit>) -> (Measure, Option<Base>) {
    let has = |words: &[&str]| words.iter().any(|word| phrase.contains(word));
    let is_points = unit.is_some_and(|unit| unit.base == "pp") || has(&["百分点"]);
    let is_percent = unit.is_some_and(|unit| matches!(unit.base.as_str(), "percent" | "permille")) || phrase.contains('%');
    let is_percent = is_percent || has(&["百分率", "百分数", "百分比"]);
    // 「比上月增减」 without a rate's word is an amount.
    let is_plain = has(&["增减", "升降", "涨跌", "变动"]) && !has(&["幅", "率", "速", "±"]);
    let is_amount = is_points || !is_percent && (unit.is_some() || is_plain || has(&["额", "量", "增加", "减少", "净增", "数"]));
    if has(&["位次", "排名", "名次", "排位", "排序"]) {
        return (Measure::Rank, None);
    }
    if has(&["贡献", "拉动"]) {
        return (Measure::Contribution, None);
    }
    // 「为上年%」 is what the year before is multiplied with.
    if phrase.starts_with('为') && has(&["上年", "去年", "同期"]) {
        return (Measure::Multiple, Some(Base::SamePeriodLastYear));
    }
    if phrase.starts_with('占') && has(&["预算", "计划", "年度"]) || has(&["完成", "为预算", "为计划", "为年度"]) {
        return (Measure::Progress, Some(Base::Target));
    }
    let is_share = phrase.starts_with('占') || has(&["比重", "占比", "构成", "结构"]);
    if is_share && !has(&["增减", "升降", "提高", "变化"]) && !is_points {
        return (Measure::Share, None);
    }
    let before = has(&["环比", "上月", "上季", "上期", "上周", "上旬", "前一月", "前月"]);
    let same = has(&["同比", "同期", "上年", "去年", "前年"]) && !phrase.contains("上年末");
    if is_amount || is_share {
        return (Measure::Change, if before { Some(Base::PreviousPeriod) } else { same.then_some(Base::SamePeriodLastYear) });
    }
    let since_start = has(&["年初", "期初"]);
    if since_start && !is_percent && !has(&["增长", "幅", "率", "±"]) {
        return (Measure::Change, None);
    }
    if since_start {
        return (Measure::Growth, Some(Base::Other(String::from("年初"))));
    }
    if has(&["年均", "平均"]) {
        return (Measure::Growth, Some(Base::Average));
    }
    if before {
        return (Measure::Mom, Some(Base::PreviousPeriod));
    }
    let year =
        phrase.char_indices().find(|(_, c)| c.is_ascii_digit()).and_then(|(at, _)| phrase.get(at..at + 4)).filter(|_| !phrase.starts_with('增'));
    match year {
        Some(year) => (Measure::Growth, Some(Base::Other(format!("{year}年")))),
        None => (Measure::Yoy, same.then_some(Base::SamePeriodLastYear)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lexicon::Lexicon;

    #[test]
    fn words_are_measures() {
        let lexicon = Lexicon::builtin().unwrap();
        let check = |words: &str, unit: &str, expected: &str| {
            let unit = super::super::unit::read(unit, &lexicon);
            let found = find(words, unit.as_ref()).map(|(at, found)| format!("{}|{}", words.get(..at).unwrap_or_default(), found.measure.as_str()));
            assert_eq!(found.unwrap_or_default(), expected, "{words}");
        };
        check("同比增长", "±%", "|yoy");
        check("较上年±", "%", "|yoy");
        check("比年初增加额", "", "|change");
        check("比年初增长", "%", "|growth");
        check("比上年增减", "万元", "|change");
        check("比上年增减", "个百分点", "|change");
        check("环比", "%", "|mom");
        check("比上期价格涨跌", "元", "|change");
        check("地区生产总值增速", "%", "地区生产总值|yoy");
        check("工业增加值累计同比", "", "工业增加值|yoy");
        check("占地区生产总值比重", "%", "|share");
        check("第三产业比重", "%", "第三产业|share");
        check("位次", "", "|rank");
        check("对经济增长贡献率", "%", "|contribution");
        check("比2019年增长", "%", "|growth");
        check("两年平均增长", "%", "|growth");
        check("完成年度预算", "%", "|progress");
        check("人口自然增长率", "‰", "");
        check("工业增加值", "亿元", "");
        check("构成", "%", "|share");
        check("比上月增减", "", "|change");
        check("涨跌幅", "%", "|yoy");
        check("变动百分率", "", "|yoy");
        check("为上年同期", "%", "|multiple");
    }
}
