//! Words that tell what is said of a number: rise, fall, about, at least, in all …

use std::collections::BTreeMap;

use super::LexiconError;

/// What a word says.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Cue {
    /// 增长, 提高.
    Rise,
    /// 下降, 减少.
    Fall,
    /// 增速, 涨幅.
    GrowthNoun,
    /// 降幅.
    FallNoun,
    /// 达到, 为, 累计: says nothing of its own.
    Verb,
    /// 分别, 均, 各.
    Each,
    /// 约, 近.
    About,
    /// 超过, 突破.
    Least,
    /// 不超过, 不足.
    Most,
    /// 同比.
    Yoy,
    /// 环比.
    Mom,
    /// 年均.
    Average,
    /// 比, 较.
    Compare,
    /// 实际, 按可比价格计算.
    Real,
    /// 高于, 快于.
    Above,
    /// 低于, 慢于.
    Below,
    /// 拉动, 贡献率.
    Contribution,
    /// 力争, 计划.
    Target,
    /// 预计, 有望.
    Estimate,
    /// 其中, 同时: stands before a label and is no part of it.
    Connect,
    /// 投资, 收入: what is measured in money.
    Money,
    /// 位居, 排名.
    Rank,
    /// 新建, 引进: what was done to the things counted.
    Action,
    /// 总投资, 在校生: says what is measured of the subject before.
    Attribute,
    /// 等, 顺利: ends the noun after a number.
    Stop,
    /// 在校: begins like a stop and belongs to the noun.
    NounStart,
    /// 项目, 电站: what is built.
    Plant,
    /// 总投资: what is told of a project after its name.
    Fact,
    /// 隧道: what a road or railway is made of.
    Feature,
    /// 净利润: what a company's books tell.
    Account,
    /// 就业岗位: what a project will bring.
    Effect,
    /// 签约: ends like a cue and is a noun.
    NounEnd,
    /// 开工, 投产: what becomes of things counted.
    Stage,
    /// 年人均: names no subject.
    PerHead,
    /// 平均水平: what is compared with.
    Benchmark,
    /// 产业园: ends the name of a project.
    ProjectHead,
    /// 重点项目: names no project.
    GenericProject,
    /// 实施, 推进: stands before the name of a project.
    Opener,
    /// 总投资, 签约金额: money that goes into projects.
    Spending,
    /// 改造, 一期: ends what money is spent on.
    ProjectTail,
    /// 固定资产投资: a statistic and no event.
    Statistic,
}

impl Cue {
    /// Whether such words stand between a label and its number.
    pub(crate) fn is_tail(self) -> bool {
        matches!(
            self,
            Self::Rise
                | Self::Fall
                | Self::GrowthNoun
                | Self::FallNoun
                | Self::Verb
                | Self::Each
                | Self::About
                | Self::Least
                | Self::Most
                | Self::Yoy
                | Self::Mom
                | Self::Average
                | Self::Compare
                | Self::Real
                | Self::Contribution
                | Self::Target
                | Self::Estimate
        )
    }
}

/// All cue words; one word may say several things.
#[derive(Debug, Clone, Default)]
pub(crate) struct Cues {
    by_word: BTreeMap<String, Vec<Cue>>,
    longest: usize,
}

impl Cues {
    /// Reads the lines of `cue.tsv` or of an addition to it.
    pub(crate) fn add(&mut self, list: &str, tsv: &str) -> Result<(), LexiconError> {
        for (number, line) in tsv.lines().enumerate().skip(1).filter(|(_, l)| !l.trim().is_empty()) {
            let wrong = |problem: &str| LexiconError::Line { list: list.to_owned(), line: number + 1, problem: problem.to_owned() };
            let (written, kind) = line.split_once('\t').ok_or_else(|| wrong("wants the columns written, kind"))?;
            let cue = match kind {
                "rise" => Cue::Rise,
                "fall" => Cue::Fall,
                "growth_noun" => Cue::GrowthNoun,
                "fall_noun" => Cue::FallNoun,
                "verb" => Cue::Verb,
                "each" => Cue::Each,
                "about" => Cue::About,
                "least" => Cue::Least,
                "most" => Cue::Most,
                "yoy" => Cue::Yoy,
                "mom" => Cue::Mom,
                "average" => Cue::Average,
                "compare" => Cue::Compare,
                "real" => Cue::Real,
                "above" => Cue::Above,
                "below" => Cue::Below,
                "contribution" => Cue::Contribution,
                "target" => Cue::Target,
                "estimate" => Cue::Estimate,
                "connect" => Cue::Connect,
                "money" => Cue::Money,
                "rank" => Cue::Rank,
                "action" => Cue::Action,
                "attribute" => Cue::Attribute,
                "stop" => Cue::Stop,
                "noun_start" => Cue::NounStart,
                "plant" => Cue::Plant,
                "account" => Cue::Account,
                "fact" => Cue::Fact,
                "feature" => Cue::Feature,
                "effect" => Cue::Effect,
                "noun_end" => Cue::NounEnd,
                "stage" => Cue::Stage,
                "per_head" => Cue::PerHead,
                "benchmark" => Cue::Benchmark,
                "project_head" => Cue::ProjectHead,
                "generic_project" => Cue::GenericProject,
                "opener" => Cue::Opener,
                "spending" => Cue::Spending,
                "project_tail" => Cue::ProjectTail,
                "statistic" => Cue::Statistic,
                _ => return Err(wrong("no such kind of cue")),
            };
            if written.is_empty() {
                return Err(wrong("an empty word"));
            }
            self.longest = self.longest.max(written.len());
            let cues = self.by_word.entry(written.to_owned()).or_default();
            if !cues.contains(&cue) {
                cues.push(cue);
            }
        }
        Ok(())
    }

    /// The longest cue word with which `text` ends, of those that `wanted` accepts: its bytes and what it says.
    pub(crate) fn suffix(&self, text: &str, wanted: impl Fn(Cue) -> bool) -> Option<(usize, &[Cue])> {
        let from = text.len().saturating_sub(self.longest);
        text.char_indices()
            .map(|(at, _)| at)
            .filter(|at| *at >= from)
            .find_map(|at| self.at(text.get(at..)?, &wanted).map(|cues| (text.len() - at, cues)))
    }

    /// The longest cue word with which `text` starts, of those that `wanted` accepts.
    pub(crate) fn prefix(&self, text: &str, wanted: impl Fn(Cue) -> bool) -> Option<(usize, &[Cue])> {
        let ends: Vec<usize> = text.char_indices().map(|(at, c)| at + c.len_utf8()).take_while(|end| *end <= self.longest).collect();
        ends.into_iter().rev().find_map(|end| self.at(text.get(..end)?, &wanted).map(|cues| (end, cues)))
    }

    /// Whether a word of this kind stands anywhere in `text`.
    pub(crate) fn contains(&self, text: &str, wanted: impl Fn(Cue) -> bool) -> bool {
        text.char_indices().any(|(at, _)| text.get(at..).is_some_and(|rest| self.prefix(rest, &wanted).is_some()))
    }

    /// Whether `text` starts with a word of this kind.
    pub(crate) fn starts(&self, text: &str, cue: Cue) -> bool {
        self.prefix(text, |found| found == cue).is_some()
    }

    /// Whether `text` ends with a word of this kind.
    pub(crate) fn ends(&self, text: &str, cue: Cue) -> bool {
        self.suffix(text, |found| found == cue).is_some()
    }

    /// Whether `text` is a word of this kind.
    pub(crate) fn is(&self, text: &str, cue: Cue) -> bool {
        self.by_word.get(text).is_some_and(|cues| cues.contains(&cue))
    }

    fn at(&self, word: &str, wanted: &impl Fn(Cue) -> bool) -> Option<&[Cue]> {
        self.by_word.get(word).map(Vec::as_slice).filter(|cues| cues.iter().any(|cue| wanted(*cue)))
    }
}
