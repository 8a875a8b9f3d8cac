//! What stands behind a number: the noun that it counts, and what became of it.

use super::label;
use super::quantity::Quantity;
use super::reader::Reader;
use crate::lexicon::Cue;

impl Reader<'_, '_> {
    /// Whether 的 joins what follows the number: 「183万人次的历史性突破」.
    pub(super) fn is_joined(&self, quantity: &Quantity) -> bool {
        self.sentence.cut(quantity.range.end, self.sentence.text.len()).starts_with('的')
    }

    /// The noun after a counted number, and where it ends.
    pub(super) fn noun(&self, quantity: &Quantity, until: usize) -> (String, usize) {
        let mut from = quantity.range.end;
        // 「3万多市民」: the unit is the noun.
        let unit = self.sentence.cut(quantity.unit_start, quantity.range.end).trim_start_matches(|c: char| "百千万亿多余户".contains(c));
        if matches!(quantity.base.as_str(), "person" | "household") && unit.chars().count() >= 2 {
            from = quantity.range.end - unit.len();
        }
        let rest = self.sentence.cut(from, until);
        if ["以上", "左右", "以下", "以内", "上下"].iter().any(|w| rest.starts_with(w)) {
            return (String::new(), 0);
        }
        if rest.starts_with('的') {
            from += "的".len();
        }
        let range = label::noun_after(self.sentence, from, until, self.lexicon);
        let mut written = label::written(self.sentence, &range);
        // 「31个行业大类中24个…」
        if written.ends_with('中') && written.chars().count() > 2 && !["初中", "高中", "集中", "其中"].iter().any(|word| written.ends_with(word))
        {
            written.pop();
        }
        // 「19家工业企业营业收入超百亿元」: what is said of the companies defines them.
        if self.sentence.cut(range.end, self.sentence.text.len()).starts_with(['超', '破', '过'])
            && let Some(at) = written.find("企业").map(|at| at + "企业".len()).filter(|at| *at < written.len())
        {
            let passed = self.sentence.quantities.iter().find(|q| q.range.start >= range.end).map_or(range.end, |q| q.range.end);
            let defined = format!("{}{}", written.get(at..).unwrap_or_default(), self.sentence.cut(range.end, passed));
            written.truncate(at);
            written.insert_str(0, &defined);
        }
        let is_verb = self.lexicon.cues.prefix(&written, |cue| matches!(cue, Cue::Rise | Cue::Fall | Cue::Yoy)).is_some();
        // 「甲20兆瓦和乙30兆瓦」: what follows names the next number.
        let is_joint = label::is_joint(&written);
        // 「小学24个班」
        let is_class = written == "班" || written.starts_with("班及") || written.starts_with("班和");
        if is_class {
            return (String::from("班"), range.start + "班".len());
        }
        if written.chars().count() < 2 || is_verb || is_joint { (String::new(), 0) } else { (written, range.end) }
    }
}

/// What the things counted became, told by the clause behind them: 「入选全国试点」, 「成长为小巨人企业」, 「受益」.
pub(super) fn honour(after: &str) -> Option<String> {
    const VERBS: &[&str] = &[
        "入选",
        "获评",
        "纳入",
        "列入",
        "成长为",
        "增选",
        "当选",
        "认定为",
        "被认定为",
        "入围",
        "上榜",
        "跻身",
        "住上",
        "被评为",
        "荣获",
        "晋升为",
        "获批",
        "获得",
        "斩获",
        "获“",
    ];
    let clause = after.split(['，', '。', '；', '、', '：', '（']).next().unwrap_or_default();
    let clause = ["全部", "成功", "新", "直接", "从中"].iter().fold(clause, |clause, word| clause.strip_prefix(word).unwrap_or(clause));
    if clause == "受益" {
        return Some(clause.to_owned());
    }
    let verb = VERBS.iter().find(|verb| clause.starts_with(**verb))?;
    let what = clause.get(verb.len()..)?.trim_start_matches('了');
    let is_told = (2..=20).contains(&what.chars().count()) && !what.contains(|c: char| c.is_ascii_digit());
    is_told.then(|| format!("{}{}", verb.trim_start_matches('被'), what.replace(['“', '”'], "")))
}

/// Whether nothing that could be a noun follows: 「15个平台落地项目2200个」 does not say that the platforms landed.
pub(super) fn ends_clause(rest: Option<&str>) -> bool {
    const LATER: &[&str] = &["实施", "运行", "运营", "见效", "使用", "发电", "生产", "试", "并", "后", "以来"];
    rest.is_some_and(|rest| {
        rest.is_empty() || rest.starts_with(['，', '。', '；', '、', '）', '：', '\n']) || LATER.iter().any(|word| rest.starts_with(word))
    })
}

/// What is done to the things counted, told behind them: 「道路的改扩建」.
pub(super) fn work_on(after: &str) -> Option<&str> {
    const WORKS: &[&str] =
        &["改扩建", "改造", "建设", "升级", "整治", "修缮", "维修", "绿化", "亮化", "治理", "新建", "扩建", "改建", "搬迁", "翻修"];
    let clause = after.strip_prefix('的')?.split(['，', '。', '；', '：', '（']).next()?;
    WORKS.iter().find(|work| **work == clause || clause.strip_suffix("工程") == Some(work)).copied()
}
