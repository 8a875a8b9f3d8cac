//! Names of projects: 「红星商贸综合体项目」, 「“菜篮子”工程一期」.

/// What a project's name ends with.
pub(super) const HEADS: &[&str] = &[
    "项目",
    "工程",
    "产业园",
    "工业园",
    "科技园",
    "物流园",
    "示范园",
    "园区",
    "生产线",
    "综合体",
    "基地",
    "中心",
    "高速公路",
    "铁路",
    "轻轨",
    "大桥",
    "电站",
    "水库",
    "机场",
    "电厂",
    "水厂",
    "开发区",
];

/// Names that name no project.
const GENERIC: &[&str] = &[
    "项目",
    "工程",
    "该项目",
    "此项目",
    "本项目",
    "重点项目",
    "重大项目",
    "建设项目",
    "重点工程",
    "工业项目",
    "产业项目",
    "这些项目",
    "上述项目",
    "在建项目",
    "签约项目",
    "新建项目",
    "落地项目",
    "招商项目",
    "民生工程",
    "大项目",
    "服务中心",
    "中心",
    "基地",
    "园区",
    "示范基地",
    "开发区",
    "两个中心",
    "个项目",
    "等项目",
    "等工程",
    "建设工程",
];

/// Words at which a name cannot start yet.
const OPENERS: &[&str] = &[
    "建设",
    "实施",
    "推进",
    "启动",
    "加快",
    "引进",
    "签约",
    "投资",
    "开工",
    "由",
    "在",
    "对",
    "为",
    "将",
    "是",
    "把",
    "从",
    "其中",
    "以及",
    "和",
    "与",
    "及",
    "等",
    "新建",
    "改建",
    "扩建",
    "续建",
    "重点实施",
    "重点推进",
    "确保",
    "抓好",
    "打造",
    "完成",
    "全面",
    "大力",
    "积极",
    "着力",
    "支持",
    "推动",
    "使",
    "让",
    "以",
    "作为",
    "随着",
    "包括",
    "通过",
    "据介绍",
    "目前",
    "今年",
    "总投资",
    "成功",
    "共",
    "已",
    "记者",
    "获悉",
    "力促",
    "争取",
    "做好",
    "强力推进",
    "努力",
    "继续",
    "开展",
    "组织",
    "规划",
    "谋划",
    "协助",
    "配合",
    "承担",
    "了解到",
    "位于",
];

/// The last project named in a text, its stage number included.
pub(super) fn last_project(text: &str) -> Option<String> {
    let mut places: Vec<usize> = HEADS.iter().flat_map(|head| text.match_indices(head).map(|(at, head)| at + head.len())).collect();
    places.sort_unstable();
    places.dedup();
    places.into_iter().rev().find_map(|end| name_ending(text, end))
}

/// The project whose name ends here; `None` where the words before name none.
pub(super) fn name_ending(text: &str, end: usize) -> Option<String> {
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
            '，' | '。' | '；' | '：' | '、' | '！' | '？' | '（' | '\n' | '\t' | '的' | '了' | '…' | '是' if depth == 0 => {
                start = at + c.len_utf8();
                break;
            }
            _ => {}
        }
    }
    let mut name = before.get(start..)?;
    while let Some(rest) = OPENERS.iter().filter_map(|word| name.strip_prefix(word)).min_by_key(|rest| rest.len()) {
        name = rest;
    }
    let count = name.chars().count();
    let starts_as_number = name.starts_with(|c: char| c.is_ascii_digit() || matches!(c, '个' | '项' | '等' | '多' | '余'));
    (count >= 4 && count <= 40 && !starts_as_number && !GENERIC.contains(&name)).then(|| name.trim_matches(|c| matches!(c, '、' | '，')).to_owned())
}

/// Whether a phrase may name a project.
pub(super) fn is_name(phrase: &str) -> bool {
    phrase.chars().count() >= 3 && !GENERIC.contains(&phrase) && !phrase.starts_with("该") && !phrase.starts_with("重点")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn projects_are_named() {
        let check = |text: &str, name: Option<&str>| assert_eq!(last_project(text).as_deref(), name, "{text}");
        check("由远大集团建设的云湖冷链物流项目，在城北开工，", Some("云湖冷链物流项目"));
        check("“清水”工程一期全面完工，", Some("“清水”工程一期"));
        check("全年实施重点项目", None);
        check("该项目", None);
    }
}
