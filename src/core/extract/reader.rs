//! Walks through a sentence's quantities: which words before each may name it, and what they say.

use std::ops::Range;

use super::quantity::{Form, Quantity};
use super::sentence::Sentence;
use super::statement::{Statement, Topic};
use super::{label, list};
use crate::lexicon::{Cue, Lexicon};
use crate::model::Measure;

/// What stands before a number, read from its end.
pub(super) struct Tail {
    /// Where the label's words end.
    pub(super) end: usize,
    pub(super) heard: Vec<Cue>,
    pub(super) periods: Vec<usize>,
}

impl Tail {
    pub(super) fn has(&self, cue: Cue) -> bool {
        self.heard.contains(&cue)
    }

    /// 1 for a rise, -1 for a fall, 0 where neither is told.
    pub(super) fn direction(&self) -> i8 {
        let falls = |cue: &Cue| matches!(cue, Cue::Fall);
        let first = self.heard.iter().find(|cue| matches!(cue, Cue::Rise | Cue::Fall | Cue::GrowthNoun | Cue::FallNoun));
        match first {
            Some(Cue::Rise | Cue::GrowthNoun) => 1,
            Some(Cue::FallNoun) => -1,
            // 「降幅收窄」 is a rise.
            Some(cue) if falls(cue) => {
                if self.has(Cue::FallNoun) {
                    1
                } else {
                    -1
                }
            }
            _ => 0,
        }
    }
}

/// Reads the statements of one sentence.
pub(super) struct Reader<'a, 'b> {
    pub(super) sentence: &'a Sentence<'a>,
    pub(super) lexicon: &'a Lexicon,
    pub(super) topic: &'b mut Topic,
    pub(super) found: Vec<Statement>,
    pub(super) unread: Vec<Range<usize>>,
    /// Measure of the earlier value of a from–to change that waits for the later one.
    pub(super) from: Option<Measure>,
    /// Where the nouns end that a number took from behind it.
    pub(super) consumed: usize,
    /// The label just composed tells a project's size, which has no period.
    pub(super) is_project_fact: bool,
    /// The label just composed is of projects that were counted: their sum and nobody's own figure.
    pub(super) is_of_group: bool,
    /// Whose figure the label just composed is.
    pub(super) owner: String,
    /// Numbers that only define what the next one counts.
    pub(super) thresholds: Vec<usize>,
    /// What was spoken of before the bracket that is open.
    pub(super) outside: Option<Outside>,
}

/// What a sentence speaks of outside of a bracket.
pub(super) struct Outside {
    label: String,
    subject: String,
    base: String,
}

impl Reader<'_, '_> {
    /// Reads the quantity at this place, or the list that begins with it; gives the next place.
    pub(super) fn read(&mut self, at: usize) -> usize {
        let Some(quantity) = self.sentence.quantities.get(at) else { return at + 1 };
        self.enter_note(quantity.range.start);
        if self.defines(at) {
            self.thresholds.push(at);
            return at + 1;
        }
        let segment = self.segment(at);
        let text = self.sentence.cut(segment.start, segment.end);
        let tail = self.tail(segment.clone());
        let group = self.group(at);
        let is_of_several = quantity.form == Form::Rank && (text.contains('、') || list::counted_again(text).is_some());
        let is_of_several = is_of_several || group == 1 && quantity.is_rate() && self.names_rates(&segment, &tail);
        if (group > 1 || text.contains("分别") || tail.has(Cue::Each) || is_of_several)
            && let Some(next) = self.read_list(at, group, &segment, &tail)
        {
            return next;
        }
        if let Some(statement) = self.one(quantity, at, segment, tail) {
            self.keep(statement);
        }
        at + 1
    }

    /// What stands in brackets leaves what is spoken of around them as it was: 「高中54所（含完全中学26所），在校学生…」.
    fn enter_note(&mut self, at: usize) {
        let before = self.sentence.cut(0, at);
        let is_within = before.rfind('（').is_some_and(|open| !before.get(open..).is_some_and(|note| note.contains('）')));
        match (is_within, self.outside.take()) {
            (true, None) => {
                self.outside = Some(Outside { label: self.topic.label.clone(), subject: self.topic.subject.clone(), base: self.topic.base.clone() });
            }
            (true, kept) => self.outside = kept,
            (false, Some(outside)) => {
                self.topic.label = outside.label;
                self.topic.subject = outside.subject;
                self.topic.base = outside.base;
            }
            (false, None) => {}
        }
    }

    /// Whether a number only defines what the next one counts: 「投资超5亿元的项目有4个」.
    fn defines(&self, at: usize) -> bool {
        const PASSED: &[&str] = &["超过", "超", "高于", "低于", "不足", "大于", "突破", "达到", "不低于"];
        const WHO: &[&str] = &["企业", "园区", "县", "乡镇", "村", "家庭", "产业", "品牌", "集群"];
        let Some(this) = self.sentence.quantities.get(at) else { return false };
        let next = self.sentence.quantities.get(at + 1);
        let after = self.sentence.cut(this.range.end, next.map_or(self.sentence.text.len(), |next| next.range.start));
        // 「年薪由60万元至90万元的人数」
        let is_range = next.is_some_and(|next| matches!(after, "至" | "到" | "—" | "-") && next.base == this.base)
            && ["由", "从", "在"].iter().any(|word| self.sentence.cut(0, this.range.start).ends_with(word))
            && next.is_some_and(|next| self.sentence.cut(next.range.end, self.sentence.text.len()).starts_with('的'));
        if is_range || at > 0 && self.thresholds.last() == Some(&(at - 1)) && after.starts_with('的') {
            return true;
        }
        // 「4个过千亿新兴产业」
        let is_class = at > 0
            && this.family == "money"
            && self
                .sentence
                .quantities
                .get(at - 1)
                .is_some_and(|last| last.base == "count" && matches!(self.sentence.cut(last.range.end, this.range.start), "过" | "超" | "破"));
        // 「19家工业企业营业收入超百亿元」
        let of_company = at.checked_sub(1).and_then(|before| self.sentence.quantities.get(before)).is_some_and(|last| {
            let gap = self.sentence.cut(last.range.end, this.range.start);
            let measured = WHO.iter().find_map(|who| gap.split_once(who)).map(|(_, measured)| measured.trim_end_matches(['超', '过']));
            let is_measured = |what: &str| what == "规模" || self.lexicon.cues.is(what, Cue::Attribute);
            last.base == "count" && this.family == "money" && gap.chars().count() <= 16 && measured.is_some_and(is_measured)
        });
        if is_class || of_company && PASSED.iter().take(2).any(|word| self.sentence.cut(0, this.range.start).ends_with(word)) {
            return true;
        }
        let is_bounded = ["以上", "以下", "以内"].iter().find_map(|word| after.strip_prefix(word));
        let is_passed = PASSED.iter().any(|word| self.sentence.cut(0, this.range.start).ends_with(word));
        let Some(what) = is_bounded.unwrap_or(after).strip_prefix('的') else { return false };
        let clause = what.split(['，', '。', '；', '、']).next().unwrap_or_default();
        // 「产值超过2亿元的企业」 without a count.
        if is_passed && clause.chars().count() <= 8 && clause.len() < what.len() && WHO.iter().any(|who| clause.ends_with(who)) {
            return true;
        }
        let noun = ["已达", "达到", "共有", "有", "达", "共"].iter().find_map(|verb| what.strip_suffix(verb));
        (is_passed || is_bounded.is_some())
            && next.is_some_and(|next| matches!(next.family.as_str(), "count" | "person" | "household"))
            && noun.is_some_and(|noun| (1..=12).contains(&noun.chars().count()) && !noun.contains(['，', '；', '、', '。']))
    }

    /// From the end of what was said before to the number: the words that may name it.
    pub(super) fn segment(&self, at: usize) -> Range<usize> {
        let Some(quantity) = self.sentence.quantities.get(at) else { return 0..0 };
        let end = quantity.range.start;
        let head = self.sentence.cut(0, end);
        // 「学生（含随班就读生2603人）4943人」: the note between a label and its number holds none of its words.
        let note = if head.ends_with('）') { head.rfind('（') } else { None };
        let limit = note.unwrap_or(end);
        let told = self.sentence.quantities.iter().enumerate().take(at).rev();
        // A number within a bracket that is closed tells nothing of where the words begin.
        let is_in_note = |at: usize| self.sentence.cut(at, end).chars().find(|c| matches!(c, '（' | '）')) == Some('）');
        let before = told
            .clone()
            .find(|(place, q)| q.range.end <= limit && !self.thresholds.contains(place) && !is_in_note(q.range.end))
            .map_or(0, |(_, q)| q.range.end);
        let consumed = if note.is_some() || is_in_note(self.consumed.min(end)) { 0 } else { self.consumed };
        let mut depth = 0_usize;
        let mut start = 0;
        for (place, c) in self.sentence.cut(0, end).char_indices().rev() {
            match c {
                '）' => depth += 1,
                '（' if depth > 0 => depth -= 1,
                '（' => {
                    start = place + c.len_utf8();
                    break;
                }
                '，' | '。' | '；' | '：' | '！' | '？' | '\t' | '\n' | '…' | ';' if depth == 0 => {
                    start = place + c.len_utf8();
                    break;
                }
                _ => {}
            }
        }
        start.max(before).max(consumed).min(end)..end
    }

    /// Takes the words before a number from its end: verbs, growth words, comparisons.
    pub(super) fn tail(&self, segment: Range<usize>) -> Tail {
        let mut tail = Tail { end: segment.end, heard: Vec::new(), periods: Vec::new() };
        loop {
            let text = self.sentence.cut(segment.start, tail.end);
            let trimmed = text.trim_end_matches(|c: char| c.is_whitespace() || matches!(c, '“' | '：' | '、' | '—'));
            tail.end = segment.start + trimmed.len();
            if trimmed.is_empty() {
                break;
            }
            if let Some(at) = self.sentence.periods.iter().position(|p| p.range.end == tail.end && p.range.start >= segment.start)
                && let Some(period) = self.sentence.periods.get(at)
            {
                tail.periods.push(at);
                tail.end = period.range.start;
                continue;
            }
            if trimmed.ends_with('）') {
                if let Some(open) = trimmed.rfind('（') {
                    // A note between label and number: 「按可比价格计算」.
                    let note = trimmed.get(open..).unwrap_or_default();
                    if note.contains("可比") || note.contains("不变价") {
                        tail.heard.push(Cue::Real);
                        tail.end = segment.start + open;
                        continue;
                    }
                }
                break;
            }
            // 「比上年新增12个」 tells a change.
            if let Some(head) = trimmed.strip_suffix("新增").filter(|head| self.compares(segment.start + head.len())) {
                tail.heard.extend([Cue::Rise, Cue::Compare]);
                tail.end = segment.start + head.len();
                continue;
            }
            if self.lexicon.cues.ends(trimmed, Cue::NounEnd) {
                break;
            }
            if ["新增", "净增", "占地", "新高", "提高到位", "有效"].iter().any(|w| trimmed.ends_with(w)) && !trimmed.ends_with("净增")
            {
                break;
            }
            // 「收入大升」, 「产值则下降」: one character of manner before the verb.
            if tail.direction() != 0
                && trimmed.ends_with(['大', '微', '猛', '急', '略', '也', '则', '会', '只', '稍', '狂', '就', '却'])
                && !trimmed.ends_with("人大")
                && trimmed.chars().count() > 2
            {
                tail.end -= trimmed.chars().next_back().map_or(0, char::len_utf8);
                continue;
            }
            // 「比上年末高2.8个百分点」
            if let Some((head, cue)) = ["高", "低", "多", "少", "快", "慢"]
                .iter()
                .zip([Cue::Rise, Cue::Fall, Cue::Rise, Cue::Fall, Cue::Rise, Cue::Fall])
                .find_map(|(w, cue)| trimmed.strip_suffix(w).map(|head| (head, cue)))
                && self.compares(segment.start + head.trim_end_matches("分别").len())
            {
                tail.heard.extend([cue, Cue::Compare]);
                tail.end = segment.start + head.len();
                continue;
            }
            // 「高出上年同期4.7个百分点」: the comparison stands before its period.
            if let Some((head, cue)) = ["高出", "高于", "超出", "低于", "快于", "慢于"]
                .iter()
                .zip([Cue::Rise, Cue::Rise, Cue::Rise, Cue::Fall, Cue::Rise, Cue::Fall])
                .find_map(|(w, cue)| trimmed.strip_suffix(w).map(|head| (head, cue)))
                && !tail.periods.is_empty()
                && tail.heard.iter().all(|cue| !matches!(cue, Cue::Rise | Cue::Fall))
            {
                tail.heard.extend([cue, Cue::Compare]);
                tail.end = segment.start + head.len();
                continue;
            }
            let Some((len, cues)) = self.lexicon.cues.suffix(trimmed, Cue::is_tail) else { break };
            let word = trimmed.get(trimmed.len() - len..).unwrap_or_default();
            if matches!(word, "同" | "与" | "和" | "跟" | "于" | "比" | "较") && tail.periods.is_empty() {
                break;
            }
            // 「建成后」 and the like keep their noun.
            tail.heard.extend(cues.iter().copied().filter(|cue| cue.is_tail()));
            if word.contains("净") || word.contains("再") {
                tail.heard.push(Cue::Compare);
            }
            tail.end -= len;
        }
        tail
    }

    /// Whether a period that something is compared with ends here.
    fn compares(&self, end: usize) -> bool {
        self.sentence.periods.iter().any(|p| p.range.end == end && self.sentence.cut(0, p.range.start).ends_with(['比', '较']))
    }

    pub(super) fn keep(&mut self, statement: Statement) {
        let is_part_of_whole = statement.measure == Measure::Share && statement.label.contains('占') && statement.label.ends_with("比重");
        if statement.is_own_label && (!is_part_of_whole || statement.is_earlier) {
            self.topic.label.clone_from(&statement.label);
            self.topic.base.clone_from(&statement.base);
            if !is_part_of_whole {
                let subject = label::subject(&statement.label, self.lexicon);
                // 「政府采购预算…，实际采购规模…，节约资金…」: the fuller name of the same thing stays.
                let tail: String = subject.chars().rev().take(2).collect::<Vec<_>>().into_iter().rev().collect();
                let is_same = self.topic.subject.chars().count() > 2 && self.topic.subject.ends_with(&tail) && subject.starts_with("实际");
                // 「出口额60亿元、进口额40亿元」: what is measured is no subject.
                let is_attribute = [Cue::Attribute, Cue::Fact, Cue::Effect, Cue::Account]
                    .iter()
                    .any(|cue| self.lexicon.cues.is(statement.label.strip_prefix("项目").unwrap_or(&statement.label), *cue));
                let owner = statement.label.strip_suffix(statement.written.as_str()).filter(|owner| *owner == self.owner && !owner.is_empty());
                if let Some(owner) = owner {
                    self.topic.subject = owner.to_owned();
                } else if statement.rule != "capacity"
                    && !is_same
                    && !is_attribute
                    && (subject.len() < statement.label.len() || !statement.quantity.is_rate())
                {
                    self.topic.subject = subject.to_owned();
                }
            }
            if statement.measure == Measure::Level {
                self.topic.recent.push(statement.label.clone());
            }
        }
        self.found.push(statement);
    }

    pub(super) fn not_read(&mut self, quantity: &Quantity) -> Option<Statement> {
        self.unread.push(quantity.range.clone());
        None
    }

    /// A label's range without the growth words at its end.
    pub(super) fn before(&self, range: Range<usize>) -> Range<usize> {
        let tail = self.tail(range.clone());
        range.start..tail.end
    }
}
