//! Names of projects: 「云湖冷链物流项目」, 「“清水”工程一期」.

use crate::lexicon::{Cue, Lexicon};

/// The last project named in a text, its stage number included.
pub(super) fn last_project(text: &str, lexicon: &Lexicon) -> Option<String> {
    let mut places: Vec<usize> = text
        .char_indices()
        .filter_map(|(at, _)| lexicon.cues.prefix(text.get(at..)?, |cue| cue == Cue::ProjectHead).map(|(len, _)| at + len))
        .collect();
    places.sort_unstable();
    places.dedup();
    places.into_iter().rev().find_map(|end| name_ending(text, joint_end(text, end), lexicon))
}

/// 「河道改造工程和污水收集系统总投资4亿元」: two that share one figure are one name, which ends with the second.
fn joint_end(text: &str, end: usize) -> usize {
    let rest = text.get(end..).unwrap_or_default();
    let Some(second) = ["和", "及", "与"].iter().find_map(|joint| rest.strip_prefix(joint)) else { return end };
    let until = ["总投资", "计划总投资", "累计完成投资", "共完成投资"].iter().filter_map(|word| second.find(word)).min();
    let is_name = |name: &str| (4..=20).contains(&name.chars().count()) && !name.contains(['，', '。', '、', '；']);
    match until.filter(|until| second.get(..*until).is_some_and(is_name)) {
        Some(until) => end + (rest.len() - second.len()) + until,
        None => end,
    }
}

/// The project whose name ends here; `None` where the words before name none.
pub(super) fn name_ending(text: &str, end: usize, lexicon: &Lexicon) -> Option<String> {
    let mut end = end;
    for stage in ["一期", "二期", "三期", "四期", "（一期）", "（二期）", "一标段", "一期工程", "二期工程"] {
        if text.get(end..).is_some_and(|rest| rest.starts_with(stage)) {
            end += stage.len();
            break;
        }
    }
    let before = text.get(..end)?;
    let mut depth = 0_usize;
    let mut start = 0;
    for (at, c) in before.char_indices().rev() {
        match c {
            '）' | '”' => depth += 1,
            '（' | '“' if depth > 0 => depth -= 1,
            '，' | '。' | '；' | '：' | '、' | '！' | '？' | '（' | '\n' | '\t' | '的' | '了' | '…' | '是' | '向' if depth == 0 => {
                start = at + c.len_utf8();
                break;
            }
            _ => {}
        }
    }
    let mut name = before.get(start..)?;
    // 「北岭农产品采购中心是省重点项目」: the name stands before the rank.
    if ["重点项目", "重大项目", "重点工程", "重大工程"].iter().any(|rank| name.ends_with(rank))
        && let Some(subject) = before.get(..start).and_then(|head| head.strip_suffix('是'))
    {
        let from = subject.rfind(['，', '。', '；', '：', '、', '\n']).and_then(|at| subject.get(at..)).unwrap_or(subject);
        name = from.trim_start_matches(['，', '。', '；', '：', '、', '\n']);
    }
    // 「森林质量提升工程等重点项目」
    name = ["等重点项目", "等重大项目", "等重点工程", "等重大工程"].iter().find_map(|rank| name.strip_suffix(rank)).unwrap_or(name);
    // 「保障性安居工程」 does not open with 保障.
    while let Some((len, _)) =
        lexicon.cues.prefix(name, |cue| cue == Cue::Opener).filter(|(len, _)| !name.get(*len..).is_some_and(|r| r.starts_with('性')))
    {
        name = name.get(len..).unwrap_or_default();
    }
    // 「在城北实施供水工程」
    if let Some(at) = ["实施", "启动", "推进"].iter().filter_map(|word| name.find(word).map(|at| at + word.len())).filter(|at| *at <= 24).max()
        && name.get(at..).is_some_and(|rest| rest.chars().count() >= 5)
    {
        name = name.get(at..)?;
    }
    // 「公司拟投资8亿元建设碳纤维项目」
    if let Some(at) = ["元建设", "元在", "元实施"].iter().filter_map(|word| name.rfind(word).map(|at| at + word.len())).max() {
        name = name.get(at..)?;
    }
    // 「电缆生产项目在城北园区开工」, 「云岭高速项目采用双向四车道」
    const VERBS: &[&str] = &["在", "采用", "计划", "将", "位于", "由", "总投资", "占地", "拟", "于", "按", "分", "预计", "已", "正", "需", "全线"];
    let names = ["项目", "工程", "基地"];
    let verb = names.iter().flat_map(|head| name.match_indices(head).map(|(at, head)| at + head.len()));
    if let Some(at) = verb.filter(|at| name.get(*at..).is_some_and(|rest| VERBS.iter().any(|verb| rest.starts_with(verb)))).min() {
        name = name.get(..at)?;
    }
    // 「物流园区晋升为自治区级物流园区」
    if let Some(at) = ["晋升为", "成为", "列为", "升级为", "作为", "更名为"].iter().filter_map(|word| name.find(word)).min() {
        name = name.get(..at)?;
    }
    let count = name.chars().count();
    // 「一条高速铁路」, 「双向四车道高速公路」 name none.
    let is_ordinal = name.starts_with('第') && name.chars().nth(2).is_some_and(|c| matches!(c, '条' | '座' | '个'));
    let is_kind = is_ordinal || ["双向", "四车道", "六车道", "八车道"].iter().any(|word| name.starts_with(word));
    let starts_as_number =
        is_kind || name.starts_with(|c: char| c.is_ascii_digit() || matches!(c, '个' | '项' | '等' | '多' | '余' | '条' | '座' | '其'));
    ((4..=48).contains(&count)
        && (!starts_as_number || ["吨", "千瓦", "兆瓦", "平方米"].iter().any(|unit| name.contains(unit)))
        && !lexicon.cues.is(name, Cue::GenericProject))
    .then(|| name.trim_matches(|c| matches!(c, '、' | '，')).to_owned())
}

/// Whether a phrase may name a project.
pub(super) fn is_name(phrase: &str, lexicon: &Lexicon) -> bool {
    phrase.chars().count() >= 3
        && !phrase.ends_with("重点项目")
        && !phrase.ends_with("重大项目")
        && !phrase.ends_with("重点工程")
        && !lexicon.cues.is(phrase, Cue::GenericProject)
        && !phrase.starts_with("该")
        && !["重点", "重大", "一批", "各类", "这些", "以上", "新的", "本次", "此次", "这批", "该批", "全部"].iter().any(|w| phrase.starts_with(w))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn projects_are_named() {
        let lexicon = Lexicon::builtin().unwrap();
        let check = |text: &str, name: Option<&str>| assert_eq!(last_project(text, &lexicon).as_deref(), name, "{text}");
        check("由远大集团建设的云湖冷链物流项目，在城北开工，", Some("云湖冷链物流项目"));
        check("“清水”工程一期全面完工，", Some("“清水”工程一期"));
        check("全年实施重点项目", None);
        check("该项目", None);
        check("北岭农产品采购中心是省重点项目，", Some("北岭农产品采购中心"));
        check("加大森林质量提升工程等重点项目", Some("森林质量提升工程"));
        check("北河河道整治工程和老城污水收集系统总投资4亿元", Some("北河河道整治工程和老城污水收集系统"));
        check("北河河道整治工程和老城污水收集系统开工", Some("北河河道整治工程"));
    }
}
