//! Money told before what it goes to: 「投资2650万元改扩建15个社区中心」.

use super::behind::work_on;
use super::capacity::CAPACITY;
use super::quantity::Quantity;
use super::reader::Reader;
use super::statement::Statement;
use super::{label, project};
use crate::lexicon::Cue;

impl Reader<'_, '_> {
    /// 「总投资30亿元的商贸综合体项目」, 「投资2650万元改扩建15个社区中心」: what the money goes to stands behind it.
    pub(super) fn spent(&mut self, statement: &Statement, own: &str, at: usize) -> Option<Statement> {
        let quantity = &statement.quantity;
        let bare = own.trim_start_matches("累计").trim_start_matches('共').trim_start_matches("完成");
        let mut bare = bare;
        while let Some((len, _)) = self
            .lexicon
            .cues
            .prefix(bare, |cue| cue == Cue::Opener)
            .filter(|(len, _)| *len < bare.len() && !bare.starts_with("投资") && !bare.starts_with("总投资"))
        {
            bare = bare.get(len..).unwrap_or_default();
        }
        let words = ["计划总投资", "计划投资", "总投资额", "总投资", "投入资金", "投资额", "投资", "投入", "斥资", "耗资"];
        let attribute = words
            .iter()
            .find(|word| **word == bare)
            .or_else(|| words.iter().find(|word| bare.ends_with(**word) && (self.rest_is_purpose(quantity) || self.rest_is_project(quantity))))?;
        let mut from = quantity.range.end;
        let rest = self.sentence.cut(from, self.sentence.text.len());
        let is_joined = rest.starts_with('的') || rest.starts_with("左右的") || rest.starts_with("以上的");
        if let Some(next) = rest.strip_prefix('，') {
            // 「投资5亿元，在城北实施供水工程」
            let clause = next.split(['，', '。', '；']).next().unwrap_or_default();
            let is_purpose = ["实施", "建设", "用于", "加快", "加大", "推进", "打造", "新建", "改造", "完成"].iter().any(|w| clause.starts_with(w))
                || clause.starts_with('在') && clause.contains("实施");
            let name = project::last_project(clause, self.lexicon).filter(|_| is_purpose && bare.ends_with("投资") && !bare.ends_with("总投资"))?;
            self.topic.subject.clone_from(&name);
            let mut done = statement.clone();
            done.written = own.to_owned();
            done.label = format!("{name}{attribute}");
            done.is_own_label = true;
            done.rule = "spent";
            return Some(done);
        }
        if rest.starts_with(['。', '；', '、', '）', '（']) || rest.is_empty() {
            return None;
        }
        loop {
            let rest = self.sentence.cut(from, self.sentence.text.len());
            let skipped =
                ["的", "左右", "以上", "了", "用于", "对", "为", "在", "建设了", "资金"].iter().find_map(|w| rest.starts_with(w).then_some(w.len()));
            let is_verb = |len: &usize| !is_joined && !rest.get(*len..).is_some_and(|next| next.starts_with('性'));
            let skipped = skipped.or_else(|| self.lexicon.cues.prefix(rest, |cue| cue == Cue::Action).map(|(len, _)| len).filter(is_verb));
            match skipped {
                Some(len) if len > 0 => from += len,
                _ => break,
            }
        }
        let next = self.sentence.quantities.get(at + 1);
        let clause = self.sentence.cut(from, self.sentence.text.len()).split(['，', '。', '；']).next().unwrap_or_default();
        let head = ["工程", "项目"].iter().filter_map(|w| clause.find(w).map(|at| at + w.len())).min().filter(|end| {
            *end <= 120 && clause.get(..*end).is_some_and(|name| name.contains('、') && !name.contains(|c: char| c.is_ascii_digit() || c == '的'))
        });
        let mut range = if let Some(head) = head { from..from + head } else { 0..0 };
        if range.is_empty() {
            range = label::noun_after(self.sentence, from, next.map_or(self.sentence.text.len(), |q| q.range.start), self.lexicon);
        }
        let mut work = "";
        if range.is_empty() {
            // 「投资1.29亿元完成了17条道路的改扩建」
            let next = next.filter(|next| next.range.start == from)?;
            range = label::noun_after(self.sentence, next.range.end, self.sentence.text.len(), self.lexicon);
            work = work_on(self.sentence.cut(range.end, self.sentence.text.len())).unwrap_or_default();
        } else if let Some(next) = next.filter(|next| {
            let end = label::noun_after(self.sentence, next.range.end, self.sentence.text.len(), self.lexicon).end;
            next.range.start == range.end && !is_joined && next.family != "money" && end > next.range.end
        }) {
            // 「完成了西山保护区三家企业搬迁」
            range.end = label::noun_after(self.sentence, next.range.end, self.sentence.text.len(), self.lexicon).end;
        } else if let Some(next) = next.filter(|next| {
            next.range.start == range.end && CAPACITY.iter().any(|(word, _)| self.sentence.cut(range.start, range.end).ends_with(word))
        }) {
            // 「投资5642万元的日处理80吨污泥焚烧厂」: a capacity is part of the name.
            range.end = label::noun_after(self.sentence, next.range.end, self.sentence.text.len(), self.lexicon).end;
        } else if is_joined {
            self.consumed = self.consumed.max(range.end);
        }
        let noun = label::written(self.sentence, &range);
        // 「投资1.3亿元的客运总站投入使用」
        let stage = self.lexicon.cues.suffix(&noun, |cue| cue == Cue::Stage).map_or(0, |(len, _)| len);
        let noun = noun.get(..noun.len() - stage).filter(|noun| is_joined && noun.chars().count() >= 3).unwrap_or(&noun).to_owned();
        if noun.chars().count() < 2 {
            return None;
        }
        let noun = format!("{noun}{work}");
        self.topic.subject.clone_from(&noun);
        let mut done = statement.clone();
        let is_thing = self.lexicon.cues.ends(&noun, Cue::Plant) || self.lexicon.cues.ends(&noun, Cue::ProjectHead) || is_joined;
        if is_thing && work.is_empty() && project::is_name(&noun, self.lexicon) && !noun.ends_with("前期项目") {
            done.owner = Some(noun.clone());
        }
        done.label = format!("{noun}{attribute}");
        done.written = own.to_owned();
        done.is_own_label = true;
        done.rule = "spent";
        done.manner.is_open = is_joined && !own.contains("完成") && !own.contains("累计");
        Some(done)
    }

    /// Whether an amount opens a project's name: 「宣布投资50亿元的扩建项目」.
    fn rest_is_project(&self, quantity: &Quantity) -> bool {
        let rest = self.sentence.cut(quantity.range.end, self.sentence.text.len());
        let clause = rest.strip_prefix('的').and_then(|rest| rest.split(['，', '。', '；']).next()).unwrap_or_default();
        ["项目", "工程", "基地", "生产线"].iter().any(|head| clause.find(head).is_some_and(|at| (6..=72).contains(&at)))
    }

    /// Whether what follows an amount tells what it was spent on: 「20亿元强力推进基础设施建设」.
    pub(super) fn rest_is_purpose(&self, quantity: &Quantity) -> bool {
        let rest = self.sentence.cut(quantity.range.end, self.sentence.text.len());
        ["强力推进", "打造", "建设", "实施", "新建", "改建", "改造", "完成", "用于", "在", "建"].iter().any(|w| rest.starts_with(w))
    }
}
