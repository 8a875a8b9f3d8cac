//! Names of companies and banks.

/// Names of companies in a sentence.
pub(super) fn companies(text: &str) -> Vec<String> {
    let mut found: Vec<String> = Vec::new();
    for head in ["公司", "集团"] {
        for (place, _) in text.match_indices(head) {
            let end = place + head.len();
            if head == "集团" && text.get(end..).is_some_and(|r| r.starts_with("公司") || r.starts_with("有限") || r.starts_with("股份")) {
                continue;
            }
            let before = text.get(..place).unwrap_or_default();
            let mut start = before
                .char_indices()
                .rev()
                .find(|(_, c)| {
                    matches!(c, '，' | '。' | '；' | '：' | '、' | '“' | '”' | '的' | '由' | '与' | '和' | '对' | '向' | '为' | '是' | '及' | '《')
                })
                .map_or(0, |(at, c)| at + c.len_utf8());
            for word in ["引进", "落户", "依托", "通过", "据", "其中", "支持", "推动", "此次"] {
                if text.get(start..place).is_some_and(|name| name.starts_with(word)) {
                    start += word.len();
                }
            }
            let name = text.get(start..end).unwrap_or_default();
            if name.chars().count() >= 4
                && name.chars().count() <= 24
                && !found.iter().any(|f| f == name)
                && !name.chars().any(|c| c.is_ascii_digit())
            {
                found.push(name.to_owned());
            }
        }
    }
    found
}

/// Names of banks in a sentence: 「世界银行」, 「国家开发银行云湖分行」.
pub(super) fn banks(text: &str) -> Vec<String> {
    const STOPS: &[char] = &['，', '。', '；', '：', '、', '由', '与', '和', '向', '从', '中', '获', '的', '对', '等', '及'];
    let mut found: Vec<String> = Vec::new();
    for (at, word) in text.match_indices("银行") {
        let before = text.get(..at).unwrap_or_default();
        let is_stop = |at: usize, c: char| STOPS.contains(&c) && !before.get(at..).is_some_and(|rest| rest.starts_with("中国"));
        let start = before.char_indices().rev().find(|(at, c)| is_stop(*at, *c)).map_or(0, |(at, c)| at + c.len_utf8());
        let name = text.get(start..at + word.len()).unwrap_or_default();
        let is_name = (4..=12).contains(&name.chars().count()) && !name.contains(|c: char| c.is_ascii_digit());
        if is_name && !found.iter().any(|known| known == name) {
            found.push(name.to_owned());
        }
    }
    found
}

/// The company that a sentence speaks of: 「江北云湖股份有限公司主营…」, 「云湖科技是全国…龙头企业之一」.
pub(super) fn subject_company(text: &str) -> Option<String> {
    let opening = |at: usize| {
        text.get(..at).is_some_and(|before| before.chars().count() <= 8 && (before.is_empty() || before.ends_with(['，', '、', '：', '据'])))
    };
    if let Some(name) = companies(text).into_iter().find(|name| text.find(name.as_str()).is_some_and(opening)) {
        return Some(name);
    }
    text.split(['，', '。', '；']).find_map(|clause| {
        let (name, what) = clause.split_once('是')?;
        let is_name = (3..=8).contains(&name.chars().count()) && name.chars().all(|c| matches!(c, '\u{4e00}'..='\u{9fff}'));
        let is_company =
            ["企业之一", "企业集团之一", "公司之一", "龙头企业", "上市公司", "全资子公司", "生产企业", "骨干企业"].iter().any(|w| what.contains(w));
        (is_name && is_company).then(|| name.to_owned())
    })
}

/// The company whose name opens a project's.
pub(super) fn leading_company(name: &str) -> Option<String> {
    let head = ["有限公司", "集团", "公司", "有限", "股份", "实业", "科技"].iter().find_map(|word| name.find(word).map(|at| at + word.len()))?;
    let company = name.get(..head)?;
    let is_name = (4..=14).contains(&company.chars().count()) && !company.contains(|c: char| c.is_ascii_digit() || matches!(c, '“' | '（'));
    (is_name && name.get(head..).is_some_and(|rest| rest.chars().count() >= 4)).then(|| company.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_company_opens_the_name_of_its_project() {
        assert_eq!(leading_company("武新有限余热发电项目").as_deref(), Some("武新有限"));
        assert_eq!(leading_company("云河集团智能装备项目").as_deref(), Some("云河集团"));
        assert_eq!(leading_company("科技馆改造项目"), None);
        assert_eq!(leading_company("城北供水工程"), None);
    }
}
