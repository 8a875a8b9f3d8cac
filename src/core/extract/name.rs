//! The label of a statement: from the words before the number, the noun after it, or what was spoken of.

use std::ops::Range;

use rust_decimal::Decimal;

use super::behind::{ends_clause, honour, work_on};
use super::label;
use super::quantity::{Form, Quantity};
use super::reader::{Reader, Tail};
use super::statement::Statement;
use crate::lexicon::Cue;
use crate::model::{Measure, Status};

/// Verbs whose object is the noun behind an amount: 「发行30亿元企业债券」.
const GIVING: &[&str] = &[
    "用好",
    "使用",
    "设立",
    "安排",
    "安排了",
    "签署",
    "签订",
    "发行",
    "启动",
    "启动了",
    "提供",
    "提供了",
    "发放",
    "发放了",
    "下达",
    "投放",
    "募集",
    "获批",
    "争取到",
];

/// The words around a number.
struct Words {
    /// Those before it.
    own: String,
    /// The noun behind it.
    noun: String,
    /// The words before tell only what was done.
    is_action: bool,
    /// The number counts or measures rather than telling a rate or change.
    counts: bool,
    is_money: bool,
}

impl Words {
    /// Whether the noun behind belongs to the label.
    fn takes_noun(&self, is_joined: bool) -> bool {
        !self.noun.is_empty() && (self.own.is_empty() || self.is_action || !self.is_money && !is_joined)
    }
}

impl Reader<'_, '_> {
    /// Gives the statement its label: the words before the number, else the noun after it, else what was spoken of.
    pub(super) fn name(&mut self, mut statement: Statement, range: Range<usize>, at: usize, tail: &Tail) -> Option<Statement> {
        let quantity = &statement.quantity.clone();
        let own = self.first_words(&mut statement, range, at);
        let until = self.sentence.quantities.get(at + 1).map_or(self.sentence.text.len(), |next| next.range.start);
        let counts = statement.measure == Measure::Level && !quantity.is_rate();
        // 「门店由60家发展到150家」: what follows the earlier value is the verb of the change.
        let (noun, noun_end) = if counts && !statement.is_earlier { self.noun(quantity, until) } else { (String::new(), 0) };
        let mut words = Words { own, noun, is_action: false, counts, is_money: quantity.family == "money" };
        self.complete(&mut words, quantity, at);
        if counts {
            if let Some(done) = self.capacity(&statement, &words.own, &words.noun) {
                self.consumed = self.consumed.max(noun_end);
                return Some(done);
            }
            if words.is_money
                && let Some(done) = self.spent(&statement, &words.own, at)
            {
                return Some(done);
            }
        }
        if let Some(planned) = self.planned(&words, &statement) {
            return Some(planned);
        }
        self.trim(&mut words, &mut statement, at);
        let takes_noun = words.takes_noun(self.is_joined(quantity));
        if takes_noun {
            self.consumed = self.consumed.max(noun_end);
            statement.manner.is_flow |= words.is_action && !words.own.is_empty();
        }
        let label = self.join(&words, takes_noun, quantity, tail);
        // 「9条道路开工，其中4条实现通车」
        let done = if label.is_empty() && counts { self.part_done(quantity, at) } else { None };
        let is_done_part = done.is_some();
        statement.manner.is_flow |= is_done_part;
        let label = done.unwrap_or(label);
        // 「建筑面积12万平方米，可安置900户」
        let settles = ["安置", "惠及", "受益"]
            .iter()
            .find(|verb| self.said(quantity, at).ends_with(**verb) && matches!(quantity.base.as_str(), "household" | "person"));
        let label = match settles {
            Some(verb) if label.is_empty() => {
                let who = if quantity.base == "household" { "户数" } else { "人数" };
                let thing = self
                    .found
                    .iter()
                    .rev()
                    .find(|s| s.label.ends_with("项目"))
                    .map(|s| s.label.clone())
                    .unwrap_or_else(|| self.topic.project.clone());
                format!("{thing}{verb}{who}")
            }
            _ => label,
        };
        let mut from_share = false;
        let label = if label.is_empty() && !takes_noun {
            // 「占工业投资比重为48%，比上年提高1个百分点」 is of the share.
            let share = self.found.last().filter(|last| quantity.base == "pp" && last.measure == Measure::Share).map(|last| last.label.clone());
            from_share = share.is_some();
            // The later value of a change is of what the earlier one was.
            share.unwrap_or_else(|| if statement.is_later { String::new() } else { self.clause_subject(quantity.range.start) })
        } else {
            label
        };
        if let Some(again) = self.told_again(&words, &label, &statement, at) {
            return Some(again);
        }
        if label.is_empty() {
            return self.of_topic(statement, &words);
        }
        if is_no_statistic(&label, quantity) {
            return None;
        }
        if quantity.form == Form::Bare {
            match self.bare_unit(&label, quantity) {
                Some((base, family)) => {
                    statement.base = base.to_owned();
                    statement.quantity.base = base.to_owned();
                    statement.quantity.family = family.to_owned();
                }
                None => return self.not_read(quantity),
            }
        }
        let is_kept = ["拥有", "共有", "现有", "设有", "建有", "辖"].iter().any(|verb| label.starts_with(verb));
        statement.manner.is_flow |= !is_kept && self.lexicon.cues.prefix(&label, |cue| cue == Cue::Action).is_some();
        if let Some(brought) = self.brought(&label, &statement, &words) {
            return Some(brought);
        }
        let label = self.with_class(label, &statement);
        statement.written.clone_from(&label);
        let label = self.with_action(label, at);
        // 「上线人数885人，其中：文史类129人」
        let before = self.sentence.cut(0, quantity.range.start);
        let is_part = before.rfind("其中").is_some_and(|at| !before.get(at..).is_some_and(|b| b.contains('；')))
            && label.chars().count() <= 4
            && self.topic.base == statement.base;
        let is_feature = self.lexicon.cues.is(&label, Cue::Feature);
        let last_two = |text: &str| text.chars().rev().take(2).collect::<String>();
        let is_of_kind = last_two(&label) == last_two(&self.topic.label);
        // 「新增电力装机1800万千瓦，其中非化石能源装机1200万千瓦」; 「教育支出3000亿元，其中中央财政支出400亿元」
        let is_within = counts
            && self.topic.base == statement.base
            && self.sentence.cut(self.segment(at).start, quantity.range.start).trim_start().starts_with("其中");
        if is_within {
            let of_centre = ["中央财政支出", "中央支出", "中央财政投入"].contains(&label.as_str()) && self.topic.label.ends_with("支出");
            if of_centre {
                statement.label = format!("中央财政{}", self.topic.label);
                statement.is_own_label = true;
                return Some(statement);
            }
            let is_of_kind = is_of_kind || label.contains("装机") && self.topic.label.contains("装机");
            if self.topic.label.starts_with("新增") && is_of_kind && !label.starts_with('新') {
                statement.label = format!("新增{label}");
                statement.is_own_label = true;
                return Some(statement);
            }
        }
        if is_part
            && !is_of_kind
            && !self.lexicon.cues.is(&label, Cue::Attribute)
            && !is_feature
            && !is_done_part
            && counts
            && !self.topic.label.is_empty()
            && self.lexicon.catalogue.find(&label).is_none()
            && !self.topic.label.contains(&label)
        {
            statement.label = format!("{label}{}", self.topic.label);
            return Some(statement);
        }
        self.is_project_fact = false;
        self.owner.clear();
        statement.label = self.compose(label, quantity);
        if let Some(fact) = statement.label.strip_prefix(self.owner.as_str()).filter(|fact| !fact.is_empty() && !self.owner.is_empty()) {
            statement.written = fact.to_owned();
            statement.owner = Some(self.owner.clone());
        } else if std::mem::take(&mut self.is_of_group) {
            statement.written.clone_from(&statement.label);
        }
        statement.manner.is_open |=
            std::mem::take(&mut self.is_project_fact) && counts && !self.sentence.cut(self.segment(at).start, quantity.range.start).contains("完成");
        if takes_noun {
            self.add_fate(&mut statement, noun_end);
        }
        self.finish(&mut statement, &words, at);
        // 「南陵县污水处理厂工程竣工，完成投资…」: a project stands where its name says.
        if statement.area.is_none() && statement.label.len() > statement.written.len() {
            statement.area = self
                .sentence
                .areas
                .iter()
                .position(|a| a.range.end <= quantity.range.start && statement.label.starts_with(self.sentence.cut(a.range.start, a.range.end)));
        }
        statement.is_own_label = !from_share;
        if statement.measure == Measure::Level && quantity.base == "percent" {
            if ["占比", "比重", "比例", "份额"].iter().any(|w| statement.label.ends_with(w)) {
                statement.measure = Measure::Share;
                statement.rule = "share";
            } else if statement.label.ends_with("完成率") {
                statement.measure = Measure::Progress;
                statement.rule = "progress";
            }
        }
        Some(statement)
    }

    /// The words before the number, without what is no part of a label; the unit of a price 「每平方米」.
    fn first_words(&self, statement: &mut Statement, range: Range<usize>, at: usize) -> String {
        let range = label::strip_front(self.sentence, range, self.lexicon);
        let mut own = label::written(self.sentence, &range);
        // 「房价，每平方米达到5000元」
        if let Some(per) = own.strip_prefix('每').map(str::to_owned).filter(|_| statement.quantity.family == "money")
            && let Some((_, unit)) = self.lexicon.units.prefix(&per).filter(|(len, _)| *len == per.len())
        {
            let kind = if unit.base == "m2" { "m2".to_owned() } else { per };
            let before = self.sentence.cut(0, self.segment(at).start).trim_end_matches('，');
            let clause = before.rsplit(['，', '；', '。']).next().unwrap_or_default();
            let start = before.len() - clause.len();
            let range = label::strip_front(self.sentence, start..before.len(), self.lexicon);
            own = label::written(self.sentence, &range);
            statement.base = format!("{}/{kind}", statement.base);
            if own.chars().count() > 14 || self.sentence.quantities.iter().any(|q| q.range.start >= start && q.range.end <= before.len()) {
                own.clear();
            }
        }
        if self.lexicon.cues.is(&own, Cue::PerHead) || own.chars().count() == 1 {
            own.clear();
        }
        if let Some(place) =
            ["城镇", "农村"].iter().find(|place| own.strip_prefix(**place).is_some_and(|head| self.lexicon.cues.is(head, Cue::PerHead)))
        {
            // 「城乡低保标准逐年提高，城镇年人均提高600元，农村年人均提高200元」
            let subject =
                Some(self.clause_subject(statement.quantity.range.start)).filter(|s| !s.is_empty()).unwrap_or_else(|| self.topic.label.clone());
            own = format!("{place}{}", subject.trim_start_matches("城乡").trim_start_matches("城镇").trim_start_matches("农村"));
        }
        // 「带动投资增长6.5%」 is growth of the investment.
        if statement.measure != Measure::Level
            && let Some(rest) = own.strip_prefix("带动").filter(|rest| rest.chars().count() >= 2)
        {
            own = rest.to_owned();
        }
        own
    }

    /// The clause's words before a number, without those that say about how much.
    fn said(&self, quantity: &Quantity, at: usize) -> &str {
        self.sentence.cut(self.segment(at).start, quantity.range.start).trim_end_matches(['约', '近', '超'])
    }

    /// Completes words that say nothing alone: 「新增」, 「拟投资」.
    fn complete(&self, words: &mut Words, quantity: &Quantity, at: usize) {
        // 「存款余额增长8%，新增4亿元」, 「新登记企业增长20%，平均每天新增1.2万户」
        if ["新增", "平均每天新增", "日均新增", "平均每天", "日均", "月均新增"].contains(&words.own.as_str())
            && words.noun.is_empty()
            && !self.topic.label.is_empty()
        {
            let topic = self.topic.label.strip_prefix("新增").unwrap_or(&self.topic.label);
            let is_same = if is_money_family(quantity) { self.topic.label.ends_with("余额") } else { words.own != "新增" };
            if is_same {
                words.own.push_str(topic);
            }
        }
        // 「成交额达20亿元、金额居第3位」
        if quantity.form == Form::Rank && ["金额", "数额", "规模", "总量"].contains(&words.own.as_str()) {
            words.own.clear();
        }
        words.is_action = !words.own.is_empty() && label::is_action(&words.own, self.lexicon);
        // 「拟投资」 tells a plan and what is measured.
        let said = self.said(quantity, at);
        if words.is_money
            && said.ends_with("投资")
            && !words.own.contains("投资")
            && ["", "公司", "该公司", "集团", "企业", "该企业", "双方", "该集团", "年度", "项目", "当年"].contains(&words.own.as_str())
        {
            words.own = String::from(if said.ends_with("计划投资") { "计划投资" } else { "投资" });
        }
    }

    /// 「减税2.4万亿元，超过原定的近2万亿元」: what was planned of the same.
    fn planned(&self, words: &Words, statement: &Statement) -> Option<Statement> {
        let is_planned = ["超过原定", "高于原定", "低于原定", "超过预期", "超过计划", "超出原定"].contains(&words.own.trim_end_matches('的'));
        if !is_planned || !words.counts || self.topic.base != statement.quantity.base || self.topic.label.is_empty() {
            return None;
        }
        let size = if words.noun == "规模" { words.noun.as_str() } else { "" };
        let label = format!("{}{size}", self.topic.label);
        Some(Statement { status: Some(Status::Target), written: label.clone(), label, ..statement.clone() })
    }

    /// Takes from the words before a number what is no part of the label, and puts before them the subject that they lack.
    fn trim(&self, words: &mut Words, statement: &mut Statement, at: usize) {
        let quantity = &statement.quantity.clone();
        // 「交通局共安排了2000万元以上的重点交通项目」
        if let Some(at) = words.own.find("以上的").map(|at| at + "以上的".len()).filter(|at| words.own.len() - at >= 9) {
            words.own = words.own.get(at..).unwrap_or_default().to_owned();
        } else if let Some(at) =
            words.own.find('了').map(|at| at + "了".len()).filter(|at| *at <= 33 && words.own.len() - at >= 12 && words.own.len() > 36)
        {
            words.own = words.own.get(at..).unwrap_or_default().to_owned();
        }
        // 「较五年前增长2.4倍」
        let is_noun = ["比重", "比例", "比值", "比率", "比赛"].iter().any(|w| words.own.starts_with(w));
        if words.own.starts_with(['较', '比']) && !is_noun && matches!(statement.measure, Measure::Yoy | Measure::Growth | Measure::Change) {
            if statement.measure == Measure::Yoy && statement.against.is_none() {
                statement.measure = Measure::Growth;
            }
            words.own.clear();
        }
        // 「吞吐量增长5%，连续16年居第一」
        let opens = self.sentence.cut(self.segment(at).start, quantity.range.start).trim_start_matches(['，', '、']).starts_with("连续");
        if opens && words.own.starts_with("连续") && words.own.ends_with(['年', '月', '度']) && words.own.chars().count() <= 7 {
            words.own.clear();
        }
        // 「占全国的36.2%，比重提升0.4个百分点」
        if ["比重", "占比", "比例", "所占比重"].contains(&words.own.as_str())
            && quantity.base == "pp"
            && self.found.last().is_some_and(|last| last.measure == Measure::Share)
        {
            words.own.clear();
        }
        // 「进出口总额突破万亿元、增速居第5位」: a level told in words is no part of the label.
        if let Some(at) = ["突破", "超过", "达到"].iter().filter_map(|w| words.own.find(w)).filter(|at| *at >= 12).min() {
            words.own.truncate(at);
        }
        // 「将把门店由60家发展到200家」
        if let Some(at) = words
            .own
            .find('把')
            .filter(|at| *at <= 18 && !words.own.get(*at..).is_some_and(|rest| rest.starts_with("把握") || rest.starts_with("把关")))
            && words.own.len() - at >= "把门店".len()
        {
            words.own = words.own.get(at + "把".len()..).unwrap_or_default().to_owned();
        }
        // 「与银行签署80亿元中期票据承销协议」: who gave it is no part of what it is.
        if words.is_money && !words.noun.is_empty() && !self.is_joined(quantity) && GIVING.iter().any(|verb| words.own.ends_with(verb)) {
            words.own.clear();
        }
        // 「古河酒厂等22个项目」: examples are no part of what is counted.
        if words.counts && !words.noun.is_empty() && quantity.family != "money" && self.sentence.cut(0, quantity.range.start).ends_with('等') {
            const DONE: &[&str] = &["新开通", "开通", "打造", "建成", "荣获", "获得", "创建", "培育", "申报完成", "办理", "完成", "新增", "开辟"];
            let action = self.lexicon.cues.prefix(&words.own, |cue| cue == Cue::Action).map_or(0, |(len, _)| len);
            let done = DONE.iter().filter(|verb| words.own.starts_with(**verb)).map(|verb| verb.len()).max().unwrap_or_default();
            words.own.truncate(action.max(done));
            words.is_action = !words.own.is_empty();
        }
        self.add_subject(words, quantity);
        if let (true, Some(place)) =
            (words.own.chars().count() > 14 && words.own.contains('、'), words.own.rfind('等').filter(|at| words.own.len() - at > "等".len() * 3))
        {
            // 「开通甲至乙、丙等国际航线」
            let head = self
                .lexicon
                .cues
                .prefix(&words.own, |cue| cue == Cue::Action)
                .map(|(len, _)| words.own.get(..len).unwrap_or_default().to_owned())
                .unwrap_or_default();
            words.own = format!("{head}{}", words.own.get(place + "等".len()..).unwrap_or_default());
        }
    }

    /// Puts the subject of the clause before in front of what is measured of it.
    fn add_subject(&self, words: &mut Words, quantity: &Quantity) {
        // 「职工养老保险制度不断完善，参保人数突破2亿人」
        if ["参保人数", "参保率", "参保人员"].contains(&words.own.as_str()) {
            let before = self.sentence.cut(0, quantity.range.start);
            let clause = before.rsplit('，').nth(1).unwrap_or_default();
            let start = before.rfind(clause).unwrap_or_default();
            let end = clause.find("保险").map(|at| start + at + "保险".len());
            if let Some(end) = end.filter(|_| !clause.is_empty()) {
                let range = label::strip_front(self.sentence, start..end, self.lexicon);
                let insurance = label::written(self.sentence, &range);
                if (4..=14).contains(&insurance.chars().count()) {
                    words.own.insert_str(0, &insurance);
                }
            }
        }
        // 「装备制造业增势明显，增加值增长4.3%」
        const OF_TRADE: &[&str] = &["增加值", "产值", "营业收入", "主营业务收入", "利润", "利润总额", "零售额", "销售额", "产量", "税收"];
        if OF_TRADE.contains(&words.own.as_str()) {
            let near = self.clause_subject(quantity.range.start);
            let is_verb = ["实现", "了", "呈", "保持", "取得", "获得", "有所"].iter().any(|word| near.starts_with(word));
            let subject = if near.is_empty() || is_verb { self.leading_trade(quantity.range.start) } else { near };
            if (3..=14).contains(&subject.chars().count()) {
                words.own.insert_str(0, &subject);
            }
        }
        // 「惠及80个乡镇近300万群众」: the verb holds for both.
        if words.own.is_empty()
            && words.counts
            && !words.noun.is_empty()
            && let Some(last) =
                self.found.last().filter(|last| !self.sentence.cut(last.quantity.range.end, quantity.range.start).contains(['，', '；', '。', '、']))
            && let Some(verb) = ["惠及", "服务", "覆盖", "受益"].iter().find(|verb| last.label.contains(**verb) && !last.label.ends_with(**verb))
            && let Some((head, _)) = last.label.split_once(verb)
        {
            words.own = format!("{head}{verb}");
        }
    }

    /// The words before a number and the noun behind it as one label.
    fn join(&self, words: &Words, takes_noun: bool, quantity: &Quantity, tail: &Tail) -> String {
        let (own, noun) = (words.own.as_str(), words.noun.as_str());
        if !noun.is_empty() && own.ends_with("惠及") && self.is_joined(quantity) {
            format!("{noun}惠及人口")
        } else if takes_noun && words.is_action {
            format!("{own}{noun}")
        } else if takes_noun {
            // 「旧城改造完成55万平方米旧房征收」 names the thing behind the number; 「大唐5万千瓦风电」 tells it in two halves.
            let is_verb = tail.end < quantity.range.start || self.lexicon.cues.suffix(own, |cue| cue == Cue::Action).is_some();
            let is_thing = own.chars().count() >= 4 && !words.is_action;
            if is_verb && !is_thing { noun.to_owned() } else { format!("{own}{noun}") }
        } else if words.is_action && own.chars().count() <= 4 && !words.is_money && (words.counts || self.lexicon.catalogue.find(own).is_none()) {
            // 「集中开工项目34个，竣工投产17个」
            let counts_projects = self.topic.label.ends_with("项目") && self.lexicon.cues.is(own, Cue::Stage) && quantity.base == "count";
            // 「申请专利203件，增长29%，授权120件」
            let verb = self.lexicon.cues.prefix(&self.topic.label, |cue| cue == Cue::Action).map(|(len, _)| len);
            let same_unit = self.found.iter().rev().find(|s| s.measure == Measure::Level).is_some_and(|last| {
                let unit = |q: &Quantity| self.sentence.cut(q.unit_start, q.range.end).to_owned();
                unit(&last.quantity) == unit(quantity) && last.label == self.topic.label
            });
            let thing = verb.filter(|_| same_unit && !own.starts_with("新")).and_then(|len| self.topic.label.get(len..));
            let thing = thing.filter(|thing| thing.chars().count() >= 2 && self.lexicon.cues.prefix(thing, |cue| cue == Cue::Action).is_none());
            if counts_projects {
                format!("{own}项目")
            } else if let Some(thing) = thing {
                format!("{own}{thing}")
            } else if own.chars().count() <= 2 {
                String::new()
            } else {
                own.to_owned()
            }
        } else {
            own.to_owned()
        }
    }

    /// A number that tells what was spoken of in another way: its total, its length, what was added to it.
    fn told_again(&self, words: &Words, label: &str, statement: &Statement, at: usize) -> Option<Statement> {
        let quantity = &statement.quantity;
        let mut again = statement.clone();
        // 「新增文明城市12个，总数达到22个」
        if ["总数", "总量", "总数量", "累计总数"].contains(&label)
            && words.counts
            && self.topic.base == statement.base
            && !self.topic.label.is_empty()
        {
            let topic = self.topic.label.clone();
            let thing = ["新增", "新建", "新认定", "新培育", "新登记", "新注册"].iter().find_map(|word| topic.strip_prefix(word)).unwrap_or(&topic);
            again.label = thing.to_owned();
            again.written = thing.to_owned();
            again.manner.is_stock = true;
            again.manner.is_flow = false;
            again.is_own_label = true;
            return Some(again);
        }
        // 「隧道5座共3088米」
        let is_total = label.is_empty()
            && words.counts
            && (["共", "合计", "共计", "总长"].contains(&self.sentence.cut(self.segment(at).start, quantity.range.start).trim())
                || quantity.family == "length"
                    && self.found.last().is_some_and(|last| last.base == "count" && last.quantity.range.end == quantity.range.start));
        if is_total && !self.topic.label.is_empty() {
            let attribute = if quantity.family == "length" { "长度" } else { "" };
            again.written = self.topic.label.clone();
            again.label = format!("{}{attribute}", self.topic.label);
            return Some(again);
        }
        // 「运动员注册5661人（新增785人）」
        if label.is_empty()
            && words.counts
            && matches!(self.sentence.cut(self.segment(at).start, quantity.range.start), "新增" | "净增")
            && self.sentence.cut(0, self.segment(at).start).ends_with('（')
            && self.topic.base == statement.base
            && !self.topic.label.is_empty()
        {
            again.written = format!("新增{}", self.topic.label);
            again.label.clone_from(&again.written);
            again.manner.is_flow = true;
            return Some(again);
        }
        None
    }

    /// A number without words of its own is of what was spoken of before.
    fn of_topic(&mut self, mut statement: Statement, words: &Words) -> Option<Statement> {
        let quantity = &statement.quantity.clone();
        if self.topic.label.is_empty() || words.counts && (self.topic.base != statement.base || words.is_action) && !words.is_money {
            return self.not_read(quantity);
        }
        // 「技术中心新增5家，达到30家」
        let topic = self.topic.label.strip_prefix("新增").filter(|_| statement.manner.is_reached && words.counts);
        if let Some(topic) = topic.map(str::to_owned) {
            self.topic.label = topic;
        }
        // 「建成高标准农田9万亩、累计达到120万亩」
        if quantity.form == Form::Bare
            && let Some((base, family)) = self.bare_unit(&self.topic.label, quantity)
        {
            statement.base = base.to_owned();
            statement.quantity.base = base.to_owned();
            statement.quantity.family = family.to_owned();
        }
        let total = if statement.manner.is_cumulative && statement.manner.is_reached && words.counts { "累计" } else { "" };
        // 「经营主体100万户，其中企业40万户、增长8%」
        let part = self.found.last().filter(|last| {
            !words.counts
                && last.label.len() > self.topic.label.len()
                && last.label.ends_with(&self.topic.label)
                && last.base == self.topic.base
                && self.sentence.cut(last.quantity.range.end, quantity.range.start).chars().count() <= 6
        });
        let told = part.map_or(&self.topic.label, |part| &part.label);
        statement.label = format!("{total}{told}");
        statement.written.clone_from(&statement.label);
        Some(statement)
    }

    /// 「演出1.2万场、带动消费184亿元」: what it brought is of the thing before.
    fn brought(&self, label: &str, statement: &Statement, words: &Words) -> Option<Statement> {
        let quantity = &statement.quantity;
        const BRINGS: &[&str] = &["带动", "惠及", "拉动", "撬动", "受益"];
        let brings = |label: &str| BRINGS.iter().any(|verb| label.starts_with(verb) || label.contains("带动"));
        let brought = BRINGS.iter().any(|verb| label.starts_with(verb))
            && self.lexicon.catalogue.find(label).is_none()
            && !self.lexicon.cues.is(label, Cue::Effect)
            && !self.lexicon.cues.is(label, Cue::Fact);
        let near = self.found.last().filter(|last| {
            let gap = self.sentence.cut(last.quantity.range.end, quantity.range.start);
            let is_whole = last.label.matches('“').count() == last.label.matches('”').count() && last.label.chars().count() <= 24;
            brought
                && words.counts
                && is_whole
                && !brings(&last.label)
                && last.label == self.topic.label
                && !gap.contains(['；', '。'])
                && gap.matches('，').count() < 2
        });
        let last = near?;
        let thing = self.lexicon.cues.prefix(&last.label, |cue| cue == Cue::Action).map_or(0, |(len, _)| len);
        let thing = last.label.get(thing..).filter(|thing| !thing.is_empty()).unwrap_or(&last.label);
        let mut brought = Statement { written: label.to_owned(), label: format!("{thing}{label}"), is_own_label: false, ..statement.clone() };
        brought.manner.is_flow = true;
        Some(brought)
    }

    /// 「9条次干道路开工建设」: what became of the things counted is part of what is counted.
    fn add_fate(&self, statement: &mut Statement, noun_end: usize) {
        let after = self.sentence.cut(noun_end, self.sentence.text.len());
        let after = after
            .trim_start_matches("全部")
            .trim_start_matches("顺利")
            .trim_start_matches("已")
            .trim_start_matches("正式")
            .trim_start_matches("成功")
            .trim_start_matches("陆续")
            .trim_start_matches("相继");
        if let Some(honour) = honour(after) {
            // 「4个园区入选全国试点」 counts parks that were chosen.
            let thing = statement.label.trim_end_matches("首次").trim_end_matches('新');
            statement.label = format!("{honour}{thing}");
            if statement.owner.is_none() && !statement.written.ends_with("项目") {
                statement.written.clone_from(&statement.label);
            }
            statement.manner.is_flow = true;
        } else if let Some((len, _)) = self.lexicon.cues.prefix(after, |cue| cue == Cue::Stage).filter(|(len, _)| ends_clause(after.get(*len..))) {
            let stage = after.get(..len).unwrap_or_default();
            let told = format!("{}{stage}", statement.label);
            let is_told = statement.label.contains(stage) || ["新开工", "已开工", "竣工"].iter().any(|w| statement.label.contains(w));
            let is_known = self.lexicon.catalogue.find(&told).is_some();
            statement.label = if is_known || is_told { told } else { format!("{stage}{}", statement.label) };
            statement.manner.is_flow = true;
        } else if let Some(work) = work_on(after) {
            // 「17条道路的改扩建」
            statement.label = format!("{work}{}", statement.label);
            statement.manner.is_flow = true;
        }
    }

    /// Words that stand at the wrong end of a label, and units that the label decides.
    fn finish(&self, statement: &mut Statement, words: &Words, at: usize) {
        let quantity = &statement.quantity.clone();
        if self.owner.is_empty() && statement.label.starts_with("受益") {
            statement.written.clone_from(&statement.label);
        }
        if let Some(head) = statement.label.strip_suffix("新增").filter(|head| {
            words.counts && head.chars().count() >= 2 && !["平均", "每", "日均", "实施", "年均"].iter().any(|word| head.starts_with(word))
        }) {
            statement.label = format!("新增{head}");
            statement.manner.is_flow = true;
        }
        // 「营造林92万亩」 is work done; 「建成大棚2350亩」 covers an area.
        let is_work = ["造林", "种草", "还林", "还草", "育林", "治沙"].iter().any(|w| statement.label.ends_with(w));
        if quantity.base == "m2" && words.counts && !is_work && !statement.label.contains("面积") {
            statement.label.push_str("面积");
        }
        if let Some(rest) = statement.label.strip_prefix("净增").filter(|rest| rest.chars().count() > 2) {
            statement.label = rest.to_owned();
            statement.measure = Measure::Change;
            statement.rule = "change";
        }
        // 「共生产白酒891万千升」
        let is_output = matches!(quantity.family.as_str(), "mass" | "volume") && words.counts;
        if let Some(goods) = statement.label.strip_prefix("生产").filter(|goods| is_output && goods.chars().count() >= 2 && !goods.contains('能'))
        {
            statement.label = format!("{goods}产量");
        }
        // 「最高时速350公里」
        if quantity.family == "length" && statement.label.ends_with("时速") {
            statement.base = String::from("公里/小时");
            statement.value /= Decimal::ONE_THOUSAND;
            statement.high = statement.high.map(|high| high / Decimal::ONE_THOUSAND);
        }
        // 「每天开行客车4对」
        let own_text = self.sentence.cut(self.segment(at).start, quantity.range.start);
        if words.counts && ["每天", "每日"].iter().any(|word| own_text.starts_with(word)) && !statement.base.contains('/') && !words.is_money {
            statement.base = format!("{}/day", statement.base);
        }
        if statement.base == "t" && statement.label.ends_with("标准煤") {
            statement.base = String::from("tce");
        }
    }

    /// What a number with 万 or 亿 and no unit counts: 「贷款增加30亿」, 「纳税人数增至21.6万」.
    fn bare_unit(&self, label: &str, quantity: &Quantity) -> Option<(&'static str, &'static str)> {
        let counts_people =
            ["人数", "人口", "人员", "人次", "纳税人", "毕业生", "旅客", "游客", "职工", "居民", "学生"].iter().any(|w| label.contains(w));
        if label.ends_with("人次") {
            return Some(("person_time", "person_time"));
        }
        // 「30多万监测对象」
        let is_behind = self.sentence.cut(quantity.range.end, self.sentence.text.len()).starts_with(label);
        if counts_people || is_behind && ["对象", "劳动力", "农民", "群众", "党员", "考生"].iter().any(|who| label.ends_with(who)) {
            return Some(("person", "person"));
        }
        if ["数目", "户数", "数量", "宗数", "单量", "销量", "产销", "产量"].iter().any(|w| label.ends_with(w)) {
            return Some(("count", "count"));
        }
        let is_money = self.lexicon.cues.contains(label, |cue| cue == Cue::Money)
            || !is_behind && label.chars().count() <= 4 && self.lexicon.cues.contains(self.sentence.text, |cue| cue == Cue::Money);
        is_money.then_some(("CNY", "money"))
    }
}

fn is_money_family(quantity: &Quantity) -> bool {
    quantity.family == "money"
}

/// What is counted and states no statistic: meetings, measures, ways.
fn is_no_statistic(label: &str, quantity: &Quantity) -> bool {
    const PEOPLE: &[&str] = &["死亡", "丧生", "受伤", "遇难", "被困", "国家", "成员国", "国家和地区", "自然村"];
    if matches!(quantity.family.as_str(), "count" | "person") && quantity.low < Decimal::from(300) && PEOPLE.iter().any(|noun| label.ends_with(noun))
    {
        return true;
    }
    const NOUNS: &[&str] = &[
        "方面",
        "环节",
        "阶段",
        "层面",
        "会议",
        "战略",
        "规定",
        "措施",
        "原则",
        "问题导向",
        "行动",
        "转变",
        "优势",
        "坚持",
        "关键",
        "抓手",
        "维度",
        "步骤",
    ];
    if quantity.family != "count" {
        return false;
    }
    quantity.low < Decimal::from(20) && NOUNS.iter().any(|noun| label.ends_with(noun)) || label.ends_with("会议")
}
