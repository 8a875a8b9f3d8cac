//! Lists: several numbers said of several things, 「甲、乙分别增长1%、2%」, 「甲和乙均增长3%」.

use std::ops::Range;

use rust_decimal::Decimal;

use super::label;
use super::quantity::{Form, Quantity};
use super::reader::{Reader, Tail};
use super::statement::Statement;
use crate::lexicon::Cue;
use crate::model::{Measure, Status};

/// Words that name two things, and how each is called.
const TWO_IN_ONE: &[(&str, &str, &str)] = &[("城乡", "城镇", "农村"), ("存贷款", "存款", "贷款")];

impl Reader<'_, '_> {
    /// How many quantities from this one on stand in one list: 「1%、2%和3%」.
    pub(super) fn group(&self, at: usize) -> usize {
        let mut count = 1;
        while let (Some(this), Some(next)) = (self.sentence.quantities.get(at + count - 1), self.sentence.quantities.get(at + count)) {
            let gap = self.sentence.cut(this.range.end, next.range.start);
            // 「旅客和货邮吞吐量分别达到1.35亿人次、453.8万吨」
            let is_level = |q: &Quantity| q.form == Form::Plain && !q.is_rate() && q.base != "times" && q.base != "pp";
            let is_told_each = |q: &Quantity| self.sentence.cut(self.segment(at).start, q.range.start).contains("分别");
            let is_each = is_level(this) && is_level(next) && is_told_each(this);
            let same =
                is_each || this.base == next.base || matches!((this.base.as_str(), next.base.as_str()), ("percent", "times") | ("times", "percent"));
            let is_growth = gap.chars().count() > 2 && self.lexicon.cues.contains(gap, |cue| matches!(cue, Cue::Rise | Cue::Fall));
            if gap.is_empty()
                || !same
                || !self.is_list_gap(gap)
                || this.form == Form::Rank && !(next.form == Form::Rank && is_told_each(this))
                || is_growth && self.tail(self.segment(at)).direction() == 0
            {
                break;
            }
            count += 1;
        }
        count
    }

    pub(super) fn is_list_gap(&self, gap: &str) -> bool {
        let mut rest = gap.trim();
        let mut joined = false;
        while !rest.is_empty() {
            if let Some(next) = ["、", "和", "及", "与", "以及"].iter().find_map(|w| rest.strip_prefix(w)) {
                joined = true;
                rest = next;
                continue;
            }
            if let Some(next) = ["以上", "左右", "以下", "以内", "的"].iter().find_map(|w| rest.strip_prefix(w)) {
                rest = next;
                continue;
            }
            let wanted = |cue: Cue| matches!(cue, Cue::Rise | Cue::Fall | Cue::About | Cue::Least);
            match self.lexicon.cues.prefix(rest, wanted) {
                Some((len, _)) if joined => rest = rest.get(len..).unwrap_or_default(),
                _ => return false,
            }
        }
        joined
    }

    /// A list whose members are named before it: 「A、B分别增长1%、2%」, 「A和B均增长3%」.
    pub(super) fn read_list(&mut self, at: usize, group: usize, segment: &Range<usize>, tail: &Tail) -> Option<usize> {
        let first = self.sentence.quantities.get(at)?.clone();
        let text = self.sentence.cut(segment.start, segment.end);
        let is_each = tail.has(Cue::Each) || text.contains("分别");
        let label_end = text.find("分别").map_or(tail.end, |place| segment.start + place).min(tail.end);
        let label_end = if first.form == Form::Rank {
            self.rank_word(text).map_or(label_end, |(_, place)| self.before(segment.start..segment.start + place).end)
        } else {
            label_end
        };
        let range = label::strip_front(self.sentence, segment.start..label_end, self.lexicon);
        let phrase = label::written(self.sentence, &range);
        if is_each && group > 1 && self.lexicon.cues.is(&phrase, Cue::Attribute) {
            // 「…包括甲税、乙税、丙税，收入分别为1亿元、2亿元、3亿元」
            let listed = self.listed_before(segment.start, &phrase);
            if listed.len() == group {
                return self.read_members(at, &listed, segment);
            }
        }
        if is_each
            && group > 1
            && let Some(next) = self.read_areas(at, group, segment, &range)
        {
            return Some(next);
        }
        let is_bare_share = ["占比", "比重", "增速", "增幅", "占比达"].contains(&phrase.as_str());
        let mut members = if phrase.is_empty() || is_bare_share && is_each { Vec::new() } else { label::members(&phrase, self.lexicon) };
        if let Some(rest) = members.first().filter(|_| members.len() == 1).and_then(|m| m.strip_prefix("三次产业")) {
            let rest = if rest.is_empty() { "增加值" } else { rest };
            members = ["第一产业", "第二产业", "第三产业"].iter().map(|sector| format!("{sector}{rest}")).collect();
        }
        share_ratio(&mut members);
        // 「甲、乙及丙类分别增长1%、2%和3%」: the joint may stand within a member.
        if is_each && members.len() == group + 1 && group > 1 {
            let fewer = label::members_of(&phrase, self.lexicon, false);
            if fewer.len() == group {
                members = fewer;
            }
        }
        // 「城乡居民收入分别」, 「存贷款余额分别」
        let is_pair = group == 2 && (is_each || first.form == Form::Plain && first.family == "money");
        let two = TWO_IN_ONE.iter().find(|(word, ..)| is_pair && matches!(members.as_slice(), [both] if both.contains(word)));
        if let ([both], Some((word, one, other))) = (members.as_slice(), two) {
            let both = both.trim_end_matches(['从', '由']);
            members = vec![both.replace(word, one), both.replace(word, other)];
        }
        // 「金牌133枚，奖牌260枚，总分4619分，三项均列第四名」: the figures just told.
        if let ([all], 1) = (members.as_slice(), group)
            && (is_each || first.form == Form::Rank)
            && let Some((count, "" | "指标" | "数据" | "成绩")) = counted_again(all)
            && self.topic.recent.len() >= count
        {
            members = self.topic.recent.split_off(self.topic.recent.len() - count);
            for member in &members {
                let statement = self.one(&first, at, segment.clone(), self.tail(segment.clone()))?;
                self.found.push(Statement { label: member.clone(), written: member.clone(), rule: "list", ..statement });
            }
            return Some(at + 1);
        }
        // 「比去年假期分别增长20%和3%」: nothing named here.
        if is_each && members.len() == 1 && members.first().is_some_and(|only| only.starts_with(['较', '比']) && !only.starts_with("比重")) {
            members.clear();
        }
        // 「城乡居民收入从3万元和1万元增加到4万元和2万元」
        let is_pair_on = group == 2
            && matches!(self.topic.members.as_slice(), [first, second]
                if TWO_IN_ONE.iter().any(|(_, one, other)| first.contains(one) && second.contains(other)));
        if members.is_empty() && (is_each || is_pair_on) {
            members = if self.topic.members.len() > 1 { self.topic.members.clone() } else { self.topic.recent.clone() };
            if group > 1 && members.len() > group {
                members = members.split_off(members.len() - group);
            }
            if is_bare_share {
                members.iter_mut().for_each(|member| member.push_str(&phrase));
            }
        }
        if members.len() == 1 && group > 1 && is_each {
            // 「占比分别为76%、67%」: several values of one thing.
            members = vec![members.first().cloned().unwrap_or_default(); group];
        }
        if !is_each && members.len() != group && first.form != Form::Rank && !self.names_rates(segment, tail) || members.len() < 2 {
            return None;
        }
        if group == 1 {
            // 「城区和农村均增长8%」: one number said of several.
            if !is_each && first.form != Form::Rank && !self.names_rates(segment, tail) || members.iter().any(|m| m.chars().count() < 2) {
                return None;
            }
            let statement = self.one(&first, at, segment.clone(), self.tail(segment.clone()))?;
            for member in &members {
                self.found.push(Statement { label: member.clone(), written: member.clone(), rule: "list", ..statement.clone() });
            }
            self.topic.members.clone_from(&members);
            return Some(at + 1);
        }
        if members.len() != group {
            return None;
        }
        let from = self.found.len();
        let next = self.read_members(at, &members, segment)?;
        // 「城乡居民收入从2020年的3万元和1万元增加到…」: the earlier values.
        let told = self.sentence.periods.iter().position(|p| p.range.start >= segment.start && p.range.end <= segment.end);
        if let (Some(period), true) = (told, two.is_some() && ["从", "由"].iter().any(|word| text.contains(word))) {
            for statement in self.found.iter_mut().skip(from) {
                statement.is_earlier = true;
                statement.status = Some(Status::Actual);
                statement.period = Some(period);
            }
        }
        Some(next)
    }

    /// 「甲市、乙县的采购额分别为2亿元、3亿元」, 「县市有甲、乙，采购额分别为…」: one number for each area.
    fn read_areas(&mut self, at: usize, group: usize, segment: &Range<usize>, range: &Range<usize>) -> Option<usize> {
        let within = |from: usize, until: usize| -> Vec<usize> {
            let places = self.sentence.areas.iter().enumerate().filter(|(_, a)| a.range.start >= from && a.range.end <= until);
            places.map(|(place, _)| place).collect()
        };
        let mut areas = within(segment.start, range.end);
        let mut label_start = areas.last().and_then(|last| self.sentence.areas.get(*last)).map_or(range.start, |last| last.range.end);
        if areas.len() != group {
            // The areas of the clause before.
            let before = self.sentence.cut(0, segment.start).trim_end_matches('，');
            let from = before.rfind(['，', '；', '：']).map_or(0, |at| at + "，".len());
            areas = within(from, before.len());
            label_start = range.start;
        }
        let joined = areas.iter().zip(areas.iter().skip(1)).all(|(first, second)| {
            let (Some(first), Some(second)) = (self.sentence.areas.get(*first), self.sentence.areas.get(*second)) else { return false };
            matches!(self.sentence.cut(first.range.end, second.range.start), "、" | "和" | "及" | "与")
        });
        if areas.len() != group || !joined {
            return None;
        }
        let text = self.sentence.cut(label_start, range.end);
        let attribute = text.trim_start_matches("等地").trim_start_matches("等").trim_start_matches("的").trim_start_matches("三地").to_owned();
        if attribute.chars().count() < 2 {
            return None;
        }
        // 「对东盟、欧盟进出口分别增长…」: partners of trade are named, not areas of the figures.
        let first = areas.first().and_then(|area| self.sentence.areas.get(*area))?;
        if let Some(word) = ["对", "与", "自"].iter().find(|word| self.sentence.cut(0, first.range.start).ends_with(**word)) {
            let named = |area: &usize| self.sentence.areas.get(*area).map(|a| self.sentence.cut(a.range.start, a.range.end)).unwrap_or_default();
            let members: Vec<String> = areas.iter().map(|area| format!("{word}{}{attribute}", named(area))).collect();
            let (from, place) = (self.found.len(), self.area(first.range.start));
            let next = self.read_members(at, &members, segment)?;
            self.found.iter_mut().skip(from).for_each(|statement| statement.area = place);
            return Some(next);
        }
        let from = self.found.len();
        let next = self.read_members(at, &vec![attribute; group], segment)?;
        for (statement, area) in self.found.iter_mut().skip(from).zip(areas) {
            statement.area = Some(area);
        }
        Some(next)
    }

    /// Whether several rates are named before one number, 「毛入园率、毛入学率超过93%」, which then holds for each.
    pub(super) fn names_rates(&self, segment: &Range<usize>, tail: &Tail) -> bool {
        let range = label::strip_front(self.sentence, segment.start..tail.end, self.lexicon);
        let phrase = label::written(self.sentence, &range);
        let members: Vec<&str> = phrase.split('、').collect();
        tail.direction() == 0
            && (2..=4).contains(&members.len())
            && members.iter().all(|member| member.ends_with('率') && member.chars().count() >= 3)
    }

    /// Gives each quantity from `at` on its member of the list.
    fn read_members(&mut self, at: usize, members: &[String], segment: &Range<usize>) -> Option<usize> {
        let mut before: Option<Statement> = None;
        for (place, member) in members.iter().enumerate() {
            let quantity = self.sentence.quantities.get(at + place)?.clone();
            let own = self.segment(at + place);
            let own_tail = self.tail(own.clone());
            let direction = own_tail.direction();
            let mut statement = match &before {
                None => self.one(&quantity, at, segment.clone(), self.tail(segment.clone()))?,
                Some(first) => {
                    let sign = if direction == 0 && first.value.is_sign_negative() || direction < 0 { Decimal::NEGATIVE_ONE } else { Decimal::ONE };
                    let is_signed = !matches!(first.measure, Measure::Level | Measure::Share | Measure::Rank);
                    // 「分别增长2.5倍、3倍」
                    let is_times = quantity.base == "times" && first.quantity.base == "times" && first.base == "percent";
                    let scale = if is_times { Decimal::ONE_HUNDRED } else { Decimal::ONE } * if is_signed { sign } else { Decimal::ONE };
                    Statement {
                        value: quantity.low * scale,
                        high: quantity.high.map(|high| high * scale),
                        bound: self.bound(&quantity, &own_tail),
                        base: if is_times { first.base.clone() } else { quantity.base.clone() },
                        quantity,
                        ..first.clone()
                    }
                }
            };
            let member = if matches!(statement.measure, Measure::Level) { member.clone() } else { self.with_class(member.clone(), &statement) };
            statement.written.clone_from(&member);
            statement.label = member;
            statement.is_own_label = true;
            statement.rule = "list";
            self.found.push(statement.clone());
            before = Some(statement);
        }
        self.topic.members = members.to_vec();
        if let Some(first) = members.first() {
            self.topic.label.clone_from(first);
            self.topic.base.clone_from(&first_base(&self.found));
        }
        Some(at + members.len())
    }

    /// The members of the list in the clause before, each with the attribute that this clause measures.
    fn listed_before(&self, start: usize, attribute: &str) -> Vec<String> {
        let before = self.sentence.cut(0, start).trim_end_matches(['，', '：']);
        let from = before.rfind(['，', '；', '：']).map_or(0, |at| at + "，".len());
        let clause = before.get(from..).unwrap_or_default();
        let clause = ["包括", "分别是", "分别为", "其中"]
            .iter()
            .filter_map(|w| clause.find(w).map(|at| at + w.len()))
            .max()
            .and_then(|at| clause.get(at..))
            .unwrap_or(clause);
        let mut members = label::members(clause, self.lexicon);
        if let Some(last) = members.last_mut() {
            // 「城市污水处理能力不断提高，处理率…」: the verb is no part of the last member.
            let head: String = attribute.chars().take(2).collect();
            if let Some(at) = last.find(&head).filter(|at| *at > 0) {
                last.truncate(at);
            }
        }
        members.iter().map(|member| if member.ends_with(attribute) { member.clone() } else { format!("{member}{attribute}") }).collect()
    }
}

/// How many figures a phrase takes up again, 「三项」 or 「两项指标」, and what follows.
pub(super) fn counted_again(phrase: &str) -> Option<(usize, &str)> {
    let words = [("两项", 2), ("二者", 2), ("两者", 2), ("三项", 3), ("三者", 3), ("四项", 4)];
    words.iter().find_map(|(word, count)| phrase.strip_prefix(word).map(|rest| (*count, rest)))
}

/// 「单位GDP能耗、用水量」: what is measured for each unit holds for the whole list.
fn share_ratio(members: &mut [String]) {
    const RATIOS: &[&str] = &["单位地区生产总值", "单位国内生产总值", "单位生产总值", "单位GDP", "万元地区生产总值", "万元国内生产总值", "万元GDP"];
    let Some((first, rest)) = members.split_first_mut() else { return };
    let Some(ratio) = RATIOS.iter().find(|ratio| first.starts_with(**ratio)) else { return };
    for member in rest.iter_mut().filter(|member| !["单位", "万元", "人均"].iter().any(|head| member.starts_with(head))) {
        // 能耗 is whole; the tail of the last member is not its own.
        let own = if member.starts_with("能耗") { "能耗" } else { member.as_str() };
        *member = format!("{ratio}{own}");
    }
}

fn first_base(found: &[Statement]) -> String {
    found.last().map(|s| s.base.clone()).unwrap_or_default()
}
