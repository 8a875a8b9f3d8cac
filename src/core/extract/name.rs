//! The label of a statement: from the words before the number, the noun after it, or what was spoken of.

use std::ops::Range;

use rust_decimal::Decimal;

use super::quantity::{Form, Quantity};
use super::reader::{Reader, Tail};
use super::statement::Statement;
use super::{label, project};
use crate::lexicon::Cue;
use crate::model::{Measure, Status};

/// Words for a capacity, and what they add to its label.
const CAPACITY: &[(&str, &str)] = &[
    ("年产", "年产能"),
    ("年产量", "年产能"),
    ("年产能", "年产能"),
    ("日产", "日产能"),
    ("日产能", "日产能"),
    ("日产值", "日产值"),
    ("月产", "月产能"),
    ("月产能", "月产能"),
    ("日处理", "日处理能力"),
    ("年处理", "年处理能力"),
    ("日处理能力", "日处理能力"),
    ("年处理能力", "年处理能力"),
    ("年加工", "年加工能力"),
    ("日供水", "日供水能力"),
    ("年出栏", "年出栏"),
    ("年生产", "年产能"),
    ("年可产", "年产能"),
    ("设计年产", "年产能"),
    ("年吞吐", "年吞吐能力"),
    ("设计产能", "产能"),
    ("年供气", "年供气能力"),
    ("日供气", "日供气能力"),
    ("生产能力", "生产能力"),
    ("年回收", "年回收能力"),
];

/// Verbs whose object is the noun behind an amount: 「发行30亿元企业债券」.
const GIVING: &[&str] = &["签署", "签订", "发行", "启动", "启动了", "提供", "提供了", "发放", "发放了", "下达", "投放", "募集", "获批", "争取到"];

impl Reader<'_, '_> {
    /// Gives the statement its label: the words before the number, else the noun after it, else what was spoken of.
    pub(super) fn name(&mut self, mut statement: Statement, range: Range<usize>, at: usize, tail: &Tail) -> Option<Statement> {
        let quantity = statement.quantity.clone();
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
        let until = self.sentence.quantities.get(at + 1).map_or(self.sentence.text.len(), |next| next.range.start);
        let counts = statement.measure == Measure::Level && !quantity.is_rate();
        // 「门店由60家发展到150家」: what follows the earlier value is the verb of the change.
        let (noun, noun_end) = if counts && !statement.is_earlier { self.noun(&quantity, until) } else { (String::new(), 0) };
        // 「存款余额增长8%，新增4亿元」, 「新登记企业增长20%，平均每天新增1.2万户」
        if ["新增", "平均每天新增", "日均新增", "平均每天", "日均", "月均新增"].contains(&own.as_str())
            && noun.is_empty()
            && !self.topic.label.is_empty()
        {
            let topic = self.topic.label.strip_prefix("新增").unwrap_or(&self.topic.label);
            let is_same = if is_money_family(&quantity) { self.topic.label.ends_with("余额") } else { own != "新增" };
            if is_same {
                own.push_str(topic);
            }
        }
        let mut is_action = !own.is_empty() && label::is_action(&own, self.lexicon);
        let is_money = quantity.family == "money";
        // 「拟投资」 tells a plan and what is measured.
        let said = self.sentence.cut(self.segment(at).start, quantity.range.start).trim_end_matches(['约', '近', '超']);
        if is_money
            && said.ends_with("投资")
            && !own.contains("投资")
            && ["", "公司", "该公司", "集团", "企业", "该企业", "双方", "该集团", "年度", "项目", "当年"].contains(&own.as_str())
        {
            own = String::from(if said.ends_with("计划投资") { "计划投资" } else { "投资" });
        }
        if counts {
            if let Some(done) = self.capacity(&statement, &own, &noun) {
                self.consumed = self.consumed.max(noun_end);
                return Some(done);
            }
            if is_money && let Some(done) = self.spent(&statement, &own, at) {
                return Some(done);
            }
        }
        // 「交通局共安排了2000万元以上的重点交通项目」
        if let Some(at) = own.find("以上的").map(|at| at + "以上的".len()).filter(|at| own.len() - at >= 9) {
            own = own.get(at..).unwrap_or_default().to_owned();
        } else if let Some(at) = own.find('了').map(|at| at + "了".len()).filter(|at| *at <= 33 && own.len() - at >= 12 && own.len() > 36) {
            own = own.get(at..).unwrap_or_default().to_owned();
        }
        // 「较五年前增长2.4倍」
        let is_noun = ["比重", "比例", "比值", "比率", "比赛"].iter().any(|w| own.starts_with(w));
        if own.starts_with(['较', '比']) && !is_noun && matches!(statement.measure, Measure::Yoy | Measure::Growth | Measure::Change) {
            if statement.measure == Measure::Yoy && statement.against.is_none() {
                statement.measure = Measure::Growth;
            }
            own.clear();
        }
        // 「减税2.4万亿元，超过原定的近2万亿元」: what was planned of the same.
        let is_planned = ["超过原定", "高于原定", "低于原定", "超过预期", "超过计划", "超出原定"].contains(&own.trim_end_matches('的'));
        if is_planned && counts && self.topic.base == quantity.base && !self.topic.label.is_empty() {
            statement.status = Some(Status::Target);
            let size = if noun == "规模" { noun.as_str() } else { "" };
            statement.label = format!("{}{size}", self.topic.label);
            statement.written.clone_from(&statement.label);
            return Some(statement);
        }
        // 「吞吐量增长5%，连续16年居第一」
        let opens = self.sentence.cut(self.segment(at).start, quantity.range.start).trim_start_matches(['，', '、']).starts_with("连续");
        if opens && own.starts_with("连续") && own.ends_with(['年', '月', '度']) && own.chars().count() <= 7 {
            own.clear();
        }
        // 「占全国的36.2%，比重提升0.4个百分点」
        if ["比重", "占比", "比例", "所占比重"].contains(&own.as_str())
            && quantity.base == "pp"
            && self.found.last().is_some_and(|last| last.measure == Measure::Share)
        {
            own.clear();
        }
        // 「进出口总额突破万亿元、增速居第5位」: a level told in words is no part of the label.
        if let Some(at) = ["突破", "超过", "达到"].iter().filter_map(|w| own.find(w)).filter(|at| *at >= 12).min() {
            own.truncate(at);
        }
        // 「将把门店由60家发展到200家」
        if let Some(at) =
            own.find('把').filter(|at| *at <= 18 && !own.get(*at..).is_some_and(|rest| rest.starts_with("把握") || rest.starts_with("把关")))
            && own.len() - at >= "把门店".len()
        {
            own = own.get(at + "把".len()..).unwrap_or_default().to_owned();
        }
        // 「与银行签署80亿元中期票据承销协议」: who gave it is no part of what it is.
        if is_money && !noun.is_empty() && !self.is_joined(&quantity) && GIVING.iter().any(|verb| own.ends_with(verb)) {
            own.clear();
        }
        // 「古河酒厂等22个项目」: examples are no part of what is counted.
        if counts && !noun.is_empty() && quantity.family != "money" && self.sentence.cut(0, quantity.range.start).ends_with('等') {
            const DONE: &[&str] = &["新开通", "开通", "打造", "建成", "荣获", "获得", "创建", "培育", "申报完成", "办理", "完成", "新增", "开辟"];
            let action = self.lexicon.cues.prefix(&own, |cue| cue == Cue::Action).map_or(0, |(len, _)| len);
            let done = DONE.iter().filter(|verb| own.starts_with(**verb)).map(|verb| verb.len()).max().unwrap_or_default();
            own.truncate(action.max(done));
            is_action = !own.is_empty();
        }
        // 「装备制造业增势明显，增加值增长4.3%」
        // 「职工养老保险制度不断完善，参保人数突破2亿人」
        if ["参保人数", "参保率", "参保人员"].contains(&own.as_str()) {
            let before = self.sentence.cut(0, quantity.range.start);
            let clause = before.rsplit('，').nth(1).unwrap_or_default();
            let start = before.rfind(clause).unwrap_or_default();
            let end = clause.find("保险").map(|at| start + at + "保险".len());
            if let Some(end) = end.filter(|_| !clause.is_empty()) {
                let range = label::strip_front(self.sentence, start..end, self.lexicon);
                let insurance = label::written(self.sentence, &range);
                if (4..=14).contains(&insurance.chars().count()) {
                    own = format!("{insurance}{own}");
                }
            }
        }
        const OF_TRADE: &[&str] = &["增加值", "产值", "营业收入", "主营业务收入", "利润", "利润总额", "零售额", "销售额", "产量", "税收"];
        if OF_TRADE.contains(&own.as_str()) {
            let near = self.clause_subject(quantity.range.start);
            let is_verb = ["实现", "了", "呈", "保持", "取得", "获得", "有所"].iter().any(|word| near.starts_with(word));
            let subject = if near.is_empty() || is_verb { self.leading_trade(quantity.range.start) } else { near };
            if (3..=14).contains(&subject.chars().count()) {
                own = format!("{subject}{own}");
            }
        }
        // 「惠及80个乡镇近300万群众」: the verb holds for both.
        if own.is_empty()
            && counts
            && !noun.is_empty()
            && let Some(last) =
                self.found.last().filter(|last| !self.sentence.cut(last.quantity.range.end, quantity.range.start).contains(['，', '；', '。', '、']))
            && let Some(verb) = ["惠及", "服务", "覆盖", "受益"].iter().find(|verb| last.label.contains(**verb) && !last.label.ends_with(**verb))
            && let Some((head, _)) = last.label.split_once(verb)
        {
            own = format!("{head}{verb}");
        }
        let takes_noun = !noun.is_empty() && (own.is_empty() || is_action || !is_money && !self.is_joined(&quantity));
        if takes_noun {
            self.consumed = self.consumed.max(noun_end);
            statement.manner.is_flow |= is_action && !own.is_empty();
        }
        if let (true, Some(place)) = (own.chars().count() > 14 && own.contains('、'), own.rfind('等').filter(|at| own.len() - at > "等".len() * 3))
        {
            // 「开通甲至乙、丙等国际航线」
            let head = self
                .lexicon
                .cues
                .prefix(&own, |cue| cue == Cue::Action)
                .map(|(len, _)| own.get(..len).unwrap_or_default().to_owned())
                .unwrap_or_default();
            own = format!("{head}{}", own.get(place + "等".len()..).unwrap_or_default());
        }
        let label = if !noun.is_empty() && own.ends_with("惠及") && self.is_joined(&quantity) {
            format!("{noun}惠及人口")
        } else if takes_noun && is_action {
            format!("{own}{noun}")
        } else if takes_noun {
            // 「旧城改造完成55万平方米旧房征收」 names the thing behind the number; 「大唐5万千瓦风电」 tells it in two halves.
            let is_verb = tail.end < quantity.range.start || self.lexicon.cues.suffix(&own, |cue| cue == Cue::Action).is_some();
            let is_thing = own.chars().count() >= 4 && !is_action;
            if is_verb && !is_thing { noun } else { format!("{own}{noun}") }
        } else if is_action && own.chars().count() <= 4 && !is_money && (counts || self.lexicon.catalogue.find(&own).is_none()) {
            // 「集中开工项目34个，竣工投产17个」
            let counts_projects = self.topic.label.ends_with("项目") && self.lexicon.cues.is(&own, Cue::Stage) && quantity.base == "count";
            // 「申请专利203件，增长29%，授权120件」
            let verb = self.lexicon.cues.prefix(&self.topic.label, |cue| cue == Cue::Action).map(|(len, _)| len);
            let same_unit = self.found.iter().rev().find(|s| s.measure == Measure::Level).is_some_and(|last| {
                let unit = |q: &Quantity| self.sentence.cut(q.unit_start, q.range.end).to_owned();
                unit(&last.quantity) == unit(&quantity) && last.label == self.topic.label
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
                own
            }
        } else {
            own
        };
        // 「9条道路开工，其中4条实现通车」
        let done = if label.is_empty() && counts { self.part_done(&quantity, at) } else { None };
        let is_done_part = done.is_some();
        statement.manner.is_flow |= is_done_part;
        let label = done.unwrap_or(label);
        // 「建筑面积12万平方米，可安置900户」
        let settles = ["安置", "惠及", "受益"].iter().find(|verb| said.ends_with(**verb) && matches!(quantity.base.as_str(), "household" | "person"));
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
            share.unwrap_or_else(|| self.clause_subject(quantity.range.start))
        } else {
            label
        };
        // 「新增文明城市12个，总数达到22个」
        if ["总数", "总量", "总数量", "累计总数"].contains(&label.as_str())
            && counts
            && self.topic.base == statement.base
            && !self.topic.label.is_empty()
        {
            let topic = self.topic.label.clone();
            let thing = ["新增", "新建", "新认定", "新培育", "新登记", "新注册"].iter().find_map(|word| topic.strip_prefix(word)).unwrap_or(&topic);
            statement.label = thing.to_owned();
            statement.written = thing.to_owned();
            statement.manner.is_stock = true;
            statement.manner.is_flow = false;
            statement.is_own_label = true;
            return Some(statement);
        }
        // 「隧道5座共3088米」
        let is_total = label.is_empty()
            && counts
            && (["共", "合计", "共计", "总长"].contains(&self.sentence.cut(self.segment(at).start, quantity.range.start).trim())
                || quantity.family == "length"
                    && self.found.last().is_some_and(|last| last.base == "count" && last.quantity.range.end == quantity.range.start));
        if is_total && !self.topic.label.is_empty() {
            let attribute = if quantity.family == "length" { "长度" } else { "" };
            statement.written = self.topic.label.clone();
            statement.label = format!("{}{attribute}", self.topic.label);
            return Some(statement);
        }
        // 「运动员注册5661人（新增785人）」
        if label.is_empty()
            && counts
            && matches!(self.sentence.cut(self.segment(at).start, quantity.range.start), "新增" | "净增")
            && self.sentence.cut(0, self.segment(at).start).ends_with('（')
            && self.topic.base == statement.base
            && !self.topic.label.is_empty()
        {
            statement.written = format!("新增{}", self.topic.label);
            statement.label.clone_from(&statement.written);
            statement.manner.is_flow = true;
            return Some(statement);
        }
        if label.is_empty() {
            if self.topic.label.is_empty() || counts && (self.topic.base != statement.base || is_action) && !is_money {
                return self.not_read(&quantity);
            }
            // 「技术中心新增5家，达到30家」
            let topic = self.topic.label.strip_prefix("新增").filter(|_| statement.manner.is_reached && counts);
            if let Some(topic) = topic.map(str::to_owned) {
                self.topic.label = topic;
            }
            // 「建成高标准农田9万亩、累计达到120万亩」
            let total = if statement.manner.is_cumulative && statement.manner.is_reached && counts { "累计" } else { "" };
            statement.label = format!("{total}{}", self.topic.label);
            statement.written.clone_from(&statement.label);
            return Some(statement);
        }
        if is_no_statistic(&label, &quantity) {
            return None;
        }
        if quantity.form == Form::Bare {
            match self.bare_unit(&label) {
                Some((base, family)) => {
                    statement.base = base.to_owned();
                    statement.quantity.base = base.to_owned();
                    statement.quantity.family = family.to_owned();
                }
                None => return self.not_read(&quantity),
            }
        }
        let is_kept = ["拥有", "共有", "现有", "设有", "建有", "辖"].iter().any(|verb| label.starts_with(verb));
        statement.manner.is_flow |= !is_kept && self.lexicon.cues.prefix(&label, |cue| cue == Cue::Action).is_some();
        // 「演出1.2万场、带动消费184亿元」: what it brought is of the thing before.
        const BRINGS: &[&str] = &["带动", "惠及", "拉动", "撬动", "受益"];
        let brings = |label: &str| BRINGS.iter().any(|verb| label.starts_with(verb) || label.contains("带动"));
        let brought = BRINGS.iter().any(|verb| label.starts_with(verb))
            && self.lexicon.catalogue.find(&label).is_none()
            && !self.lexicon.cues.is(&label, Cue::Effect)
            && !self.lexicon.cues.is(&label, Cue::Fact);
        let near = self.found.last().filter(|last| {
            let gap = self.sentence.cut(last.quantity.range.end, quantity.range.start);
            let is_whole = last.label.matches('“').count() == last.label.matches('”').count() && last.label.chars().count() <= 24;
            brought
                && counts
                && is_whole
                && !brings(&last.label)
                && last.label == self.topic.label
                && !gap.contains(['；', '。'])
                && gap.matches('，').count() < 2
        });
        if let Some(last) = near {
            let thing = self.lexicon.cues.prefix(&last.label, |cue| cue == Cue::Action).map_or(0, |(len, _)| len);
            let thing = last.label.get(thing..).filter(|thing| !thing.is_empty()).unwrap_or(&last.label);
            statement.written.clone_from(&label);
            statement.label = format!("{thing}{label}");
            statement.manner.is_flow = true;
            statement.is_own_label = false;
            return Some(statement);
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
        if is_part
            && !is_of_kind
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
        statement.label = self.compose(label, &quantity);
        if let Some(fact) = statement.label.strip_prefix(self.owner.as_str()).filter(|fact| !fact.is_empty() && !self.owner.is_empty()) {
            statement.written = fact.to_owned();
            statement.owner = Some(self.owner.clone());
        } else if std::mem::take(&mut self.is_of_group) {
            statement.written.clone_from(&statement.label);
        }
        statement.manner.is_open |=
            std::mem::take(&mut self.is_project_fact) && counts && !self.sentence.cut(self.segment(at).start, quantity.range.start).contains("完成");
        if takes_noun {
            // 「9条次干道路开工建设」: what became of the things counted is part of what is counted.
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
            } else if let Some((len, _)) = self.lexicon.cues.prefix(after, |cue| cue == Cue::Stage).filter(|(len, _)| ends_clause(after.get(*len..)))
            {
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
        if self.owner.is_empty() && statement.label.starts_with("受益") {
            statement.written.clone_from(&statement.label);
        }
        if let Some(head) = statement
            .label
            .strip_suffix("新增")
            .filter(|head| counts && head.chars().count() >= 2 && !["平均", "每", "日均", "实施", "年均"].iter().any(|word| head.starts_with(word)))
        {
            statement.label = format!("新增{head}");
            statement.manner.is_flow = true;
        }
        // 「营造林92万亩」 is work done; 「建成大棚2350亩」 covers an area.
        let is_work = ["造林", "种草", "还林", "还草", "育林", "治沙"].iter().any(|w| statement.label.ends_with(w));
        if quantity.base == "m2" && counts && !is_work && !statement.label.contains("面积") {
            statement.label.push_str("面积");
        }
        if let Some(rest) = statement.label.strip_prefix("净增").filter(|rest| rest.chars().count() > 2) {
            statement.label = rest.to_owned();
            statement.measure = Measure::Change;
            statement.rule = "change";
        }
        // 「共生产白酒891万千升」
        let is_output = matches!(quantity.family.as_str(), "mass" | "volume") && counts;
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
        if counts && ["每天", "每日"].iter().any(|word| own_text.starts_with(word)) && !statement.base.contains('/') && !is_money {
            statement.base = format!("{}/day", statement.base);
        }
        if statement.base == "t" && statement.label.ends_with("标准煤") {
            statement.base = String::from("tce");
        }
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

    /// 「年产3000辆专用车项目」, 「2×35万千瓦热电联产项目」: what a project will be able to do, which has no period.
    pub(super) fn capacity(&mut self, statement: &Statement, own: &str, noun: &str) -> Option<Statement> {
        let quantity = &statement.quantity;
        let word = CAPACITY.iter().find(|(word, _)| own.ends_with(word));
        if noun.is_empty() && word.is_some_and(|(word, _)| !word.ends_with(['能', '值']) && !word.ends_with("能力")) {
            return None;
        }
        if word.is_none()
            && noun.is_empty()
            && let Some(done) = self.made(statement, own)
        {
            return Some(done);
        }
        let is_size = matches!(quantity.family.as_str(), "power" | "mass" | "volume" | "energy");
        let shared = if word.is_none() && is_size { self.listed_project(quantity, noun) } else { None };
        let is_plant = is_size
            && (shared.is_some() || quantity.family != "energy")
            && (!noun.is_empty() && self.lexicon.cues.ends(noun, Cue::Plant) || shared.is_some());
        let noun = shared.as_deref().unwrap_or(noun);
        if word.is_none() && !is_plant || noun.is_empty() && word.is_none() {
            return None;
        }
        let mut done = statement.clone();
        // 「300万吨级碳捕集、100兆瓦级储能、100吉瓦时锂电储能等项目」: sizes of other kinds stand before.
        let is_after_others = own.contains(|c: char| c.is_ascii_digit()) && self.sentence.cut(0, quantity.range.start).ends_with('、');
        let own = if is_after_others { "" } else { own };
        let head = word.map_or(own, |(word, _)| own.get(..own.len() - word.len()).unwrap_or_default());
        let mut head = head.trim_end_matches(['，', '、', '可', '的']);
        while let Some((len, _)) = self.lexicon.cues.prefix(head, |cue| cue == Cue::Opener).filter(|(len, _)| *len <= head.len()) {
            head = head.get(len..).unwrap_or_default();
        }
        let attribute = match word {
            Some((word, _)) if noun.is_empty() => word,
            Some((_, attribute)) => attribute,
            None if quantity.family == "power" => "装机容量",
            None if quantity.family == "energy" => "规模",
            None => "产能",
        };
        let subject = if head.is_empty() && noun.is_empty() { self.topic.subject.clone() } else { head.to_owned() };
        if subject.is_empty() && noun.is_empty() && !attribute.starts_with('日') {
            return None;
        }
        let owner = format!("{subject}{noun}");
        let owner = ["考察了", "视察了", "参观了", "走访了"]
            .iter()
            .find_map(|verb| owner.split_once(verb))
            .map_or(owner.clone(), |(_, name)| name.to_owned());
        let is_owner = self.lexicon.cues.ends(&owner, Cue::Plant) || ["公司", "集团", "厂"].iter().any(|w| owner.ends_with(w));
        done.label = format!("{owner}{attribute}");
        done.written = if is_owner { attribute.to_owned() } else { done.label.clone() };
        self.topic.subject = owner;
        if word.is_some_and(|(word, _)| word.starts_with('日')) && !done.base.contains('/') {
            done.base = format!("{}/day", done.base);
        }
        if word.is_some_and(|(word, _)| word.starts_with('月')) && !done.base.contains('/') {
            done.base = format!("{}/month", done.base);
        }
        done.rule = "capacity";
        done.is_own_label = true;
        done.manner.is_open = true;
        if done.status.is_none() {
            let after = self.sentence.cut(quantity.range.end, self.sentence.text.len());
            let clause = after.split(['，', '。', '；']).next().unwrap_or_default();
            let stands = self.sentence.cut(0, quantity.range.start).rsplit('，').next().is_some_and(|before| before.contains('已'));
            let runs = stands || ["投产", "建成", "完工", "竣工", "并网", "运行", "投入"].iter().any(|w| clause.contains(w));
            done.status = Some(if runs { Status::Actual } else { Status::Target });
        }
        Some(done)
    }

    /// 「达产后年产组件10GW」: the product stands before the number.
    fn made(&self, statement: &Statement, own: &str) -> Option<Statement> {
        const MAKES: &[(&str, &str)] = &[
            ("年产", "年产能"),
            ("年生产", "年产能"),
            ("日产", "日产能"),
            ("年加工", "年加工能力"),
            ("年处理", "年处理能力"),
            ("日处理", "日处理能力"),
        ];
        let (product, attribute) = MAKES.iter().find_map(|(verb, attribute)| {
            let (before, product) = own.rsplit_once(verb)?;
            let is_later = before.is_empty() || before.ends_with(['后', '可', '成', '能', '将', '实', '现']);
            let is_product =
                (2..=14).contains(&product.chars().count()) && !product.starts_with(['值', '量', '能', '业', '出']) && !product.contains('的');
            (is_later && is_product).then_some((product, *attribute))
        })?;
        let mut done = statement.clone();
        done.label = format!("{product}{attribute}");
        done.written.clone_from(&done.label);
        done.rule = "capacity";
        done.is_own_label = true;
        done.manner.is_open = true;
        let has_run = self.sentence.cut(0, statement.quantity.range.start).contains('已');
        done.status = done.status.or(Some(if has_run { Status::Actual } else { Status::Target }));
        Some(done)
    }

    /// The product of a project in a list, 「甲公司5万吨涂料、乙公司20兆瓦和丙公司30兆瓦组件等项目」, where only sizes tell the projects apart.
    fn listed_project(&self, quantity: &Quantity, noun: &str) -> Option<String> {
        let after = self.sentence.cut(quantity.range.end, self.sentence.text.len());
        let clause = after.split(['，', '。', '；']).next().unwrap_or_default();
        let list = clause.get(..clause.find("等")?)?;
        let is_listed = clause.get(list.len() + "等".len()..).is_some_and(|kind| kind.chars().take(8).collect::<String>().contains("项目"));
        if !is_listed {
            return None;
        }
        if !noun.is_empty() {
            return list.strip_prefix(noun).filter(|rest| rest.is_empty() || rest.starts_with(['、', '和', '及', '与'])).map(|_| noun.to_owned());
        }
        // 「甲20兆瓦和乙30兆瓦电池组件等项目」: the second tells the product of both.
        let next = self.sentence.quantities.iter().find(|next| next.range.start > quantity.range.start && next.base == quantity.base)?;
        let gap = self.sentence.cut(quantity.range.end, next.range.start);
        let product = self.sentence.cut(next.range.end, quantity.range.end + list.len()).split(['、', '和']).next().unwrap_or_default();
        (gap.starts_with(['和', '、']) && (2..=8).contains(&gap.chars().count()) && (2..=12).contains(&product.chars().count()))
            .then(|| product.to_owned())
    }

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

    /// The trade that opens the sentence: 「医药行业延续了去年的势头，实现高速增长，产值…」.
    fn leading_trade(&self, at: usize) -> String {
        let clauses = self.sentence.cut(0, at).split('，');
        let mut from = 0;
        for clause in clauses.take(2) {
            let range = label::strip_front(self.sentence, from..from + clause.len(), self.lexicon);
            from += clause.len() + "，".len();
            let text = self.sentence.cut(range.start, range.end);
            let end = ["行业", "产业", "制造业"].iter().filter_map(|word| text.find(word).map(|at| at + word.len())).min();
            if let Some(end) = end.filter(|end| *end <= "电子信息制造行业".len() && *end < text.len())
                && !self.sentence.quantities.iter().any(|q| q.range.start < range.start + end)
            {
                return text.get(..end).unwrap_or_default().to_owned();
            }
        }
        String::new()
    }

    /// The subject of the clause before, where it has no number of its own: 「标准继续提高，年人均提高200元」.
    pub(super) fn clause_subject(&self, at: usize) -> String {
        let before = self.sentence.cut(0, at);
        let Some(end) = before.rfind('，') else { return String::new() };
        let start = before.get(..end).and_then(|b| b.rfind(['，', '；', '：'])).map_or(0, |p| p + "，".len());
        if self.sentence.quantities.iter().any(|q| q.range.end > start && q.range.start < end) {
            return String::new();
        }
        let clause = self.sentence.cut(start, end);
        let verb = clause.char_indices().map(|(place, _)| place).find(|place| {
            clause.get(*place..).is_some_and(|rest| {
                [
                    "力度加大",
                    "增势",
                    "再创",
                    "创历史",
                    "态势",
                    "势头",
                    "提高",
                    "增长",
                    "上升",
                    "下降",
                    "增加",
                    "减少",
                    "回升",
                    "回落",
                    "改善",
                    "加快",
                    "提升",
                    "扩大",
                    "上涨",
                ]
                .iter()
                .any(|w| rest.starts_with(w))
            })
        });
        // 「占税收最大部分的利得税，今年微跌…」
        if verb.is_none() && ["占", "作为", "位列"].iter().any(|word| clause.starts_with(word)) {
            return clause
                .rsplit_once('的')
                .map(|(_, what)| what.to_owned())
                .filter(|what| (2..=10).contains(&what.chars().count()))
                .unwrap_or_default();
        }
        let Some(verb) = verb else { return String::new() };
        let range = label::strip_front(self.sentence, start..start + verb, self.lexicon);
        let subject = label::written(self.sentence, &range);
        // 「还将扩大门店规模」: the verb's clause has no subject of its own.
        if subject.chars().count() < 2 {
            return String::new();
        }
        // 「肉类总产量4.3万吨，比上年略有减少，减少0.1%」
        if subject.starts_with(['比', '较']) {
            return String::new();
        }
        ["进一步", "继续", "逐年", "再次", "不断", "稳步", "持续", "大幅", "明显", "快速", "较快", "平稳", "显著", "逐步", "有所"]
            .iter()
            .fold(subject, |subject, word| subject.strip_suffix(word).map_or(subject.clone(), str::to_owned))
    }

    /// 「零售额增长5%，其中烟酒类增长8%」: a class of goods or an industry takes what is measured from the topic.
    pub(super) fn with_class(&self, own: String, statement: &Statement) -> String {
        let is_class = own.ends_with(['业', '类']) || ["城镇", "乡村", "农村", "城市"].contains(&own.as_str());
        if !is_class || statement.measure == Measure::Rank || !(statement.quantity.is_rate() || self.topic.base == statement.base) {
            return own;
        }
        const CARRIED: &[&str] =
            &["增加值", "零售额", "零售总额", "营业收入", "投资", "销售额", "产值", "利润", "利润总额", "税收", "用电量", "营业额", "价格"];
        let is_goods = own.ends_with('类') || ["零售业", "批发业", "餐饮业", "住宿业", "城镇", "乡村", "农村", "城市"].contains(&own.as_str());
        let fits = |word: &&&str| is_goods || !["零售额", "零售总额", "销售额", "营业额"].contains(*word);
        // 「工业增加值增长8%，31个行业中24个增长，汽车制造业增长15%」
        let told = self.found.iter().rev().find(|last| last.measure == statement.measure).map_or(&self.topic.label, |last| &last.label);
        let of = |label: &String| CARRIED.iter().filter(|w| label.ends_with(**w)).filter(fits).max_by_key(|w| w.len());
        let carried = of(&self.topic.label).or_else(|| of(told));
        match carried {
            Some(attribute) if !own.contains(attribute) => format!("{own}{attribute}"),
            _ => own,
        }
    }

    /// 「新增省级企业4家、市级企业8家」: what was done holds for every member of the list.
    fn with_action(&self, own: String, at: usize) -> String {
        let segment = self.segment(at);
        let text = self.sentence.cut(segment.start, segment.end);
        if !text.starts_with(['、', '和', '及']) && !text.is_empty() || self.lexicon.cues.starts(&own, Cue::Action) {
            return own;
        }
        let Some(last) = self.found.last().filter(|last| last.quantity.range.end == segment.start && last.measure == Measure::Level) else {
            return own;
        };
        match ["开工改造", "新增", "新建", "新开工", "新培育", "新认定", "新登记", "改造", "建成", "淘汰", "累计建成", "新改建", "改建", "扩建"]
            .iter()
            .find(|w| last.label.starts_with(**w))
        {
            Some(action) => format!("{action}{own}"),
            None => own,
        }
    }

    /// What a number with 万 or 亿 and no unit counts: 「贷款增加30亿」, 「纳税人数增至21.6万」.
    fn bare_unit(&self, label: &str) -> Option<(&'static str, &'static str)> {
        let counts_people =
            ["人数", "人口", "人员", "人次", "纳税人", "毕业生", "旅客", "游客", "职工", "居民", "学生"].iter().any(|w| label.contains(w));
        if label.ends_with("人次") {
            return Some(("person_time", "person_time"));
        }
        if counts_people {
            return Some(("person", "person"));
        }
        if ["数目", "户数", "数量", "宗数", "单量", "销量", "产销", "产量"].iter().any(|w| label.ends_with(w)) {
            return Some(("count", "count"));
        }
        let is_money = self.lexicon.cues.contains(label, |cue| cue == Cue::Money)
            || label.chars().count() <= 4 && self.lexicon.cues.contains(self.sentence.text, |cue| cue == Cue::Money);
        is_money.then_some(("CNY", "money"))
    }

    /// Whether 的 joins what follows the number: 「183万人次的历史性突破」.
    pub(super) fn is_joined(&self, quantity: &Quantity) -> bool {
        self.sentence.cut(quantity.range.end, self.sentence.text.len()).starts_with('的')
    }

    /// What became of some of the things counted before: 「其中4条实现通车」 counts 通车道路.
    fn part_done(&self, quantity: &Quantity, at: usize) -> Option<String> {
        let segment = self.segment(at);
        let is_part = self.sentence.cut(segment.start, quantity.range.start).trim().ends_with("其中");
        let last = self.found.last().filter(|last| is_part && last.base == quantity.base && last.label == self.topic.label)?;
        let after = self.sentence.cut(quantity.range.end, self.sentence.text.len());
        let after = ["已实现", "实现", "已", "顺利", "全部"].iter().find_map(|w| after.strip_prefix(w)).unwrap_or(after);
        let (len, _) = self.lexicon.cues.prefix(after, |cue| cue == Cue::Stage)?;
        let (stage, rest) = after.split_at(len);
        if !rest.starts_with(['，', '。', '；', '）', '、']) {
            return None;
        }
        let thing = last.label.as_str();
        let done = self.lexicon.cues.prefix(thing, |cue| cue == Cue::Stage).map_or(0, |(len, _)| len);
        thing.get(done..).filter(|thing| !thing.is_empty()).map(|thing| format!("{stage}{thing}"))
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

    /// What a sentence says that something is: 「云岭铁路是环线的一部分，全长…」 speaks of 云岭铁路.
    fn defined(&self, before: &str) -> Option<String> {
        let (name, _) = before.split(['，', '；']).next()?.split_once('是')?;
        let is_thing = self.lexicon.cues.ends(name, Cue::Plant) || self.lexicon.cues.ends(name, Cue::ProjectHead);
        let is_name =
            (4..=20).contains(&name.chars().count()) && !name.contains(|c: char| c.is_ascii_digit()) && !name.starts_with(['这', '该', '此']);
        (is_thing && is_name).then(|| name.to_owned())
    }

    /// The fair whose turnover is told: 「到甲市举办名优产品展，成交额5亿元」.
    fn fair(&self, own: &str, at: usize) -> Option<String> {
        const TURNOVER: &[&str] = &[
            "意向成交金额",
            "意向成交总额",
            "现场销售额",
            "成交额",
            "成交总额",
            "意向成交金额",
            "意向成交总额",
            "现场销售额",
            "成交金额",
            "成交总金额",
            "意向成交额",
            "签约额",
            "签约金额",
            "订单",
            "销售额",
            "交易额",
        ];
        if !TURNOVER.contains(&own) {
            return None;
        }
        let clauses = self.sentence.cut(0, at).rsplit('，').skip(1);
        clauses.take(4).find_map(|clause| {
            let held = ["举办了", "举办", "举行"].iter().find_map(|verb| clause.rfind(verb).map(|at| (at, verb.len())))?;
            let behind = clause.get(held.0 + held.1..).unwrap_or_default();
            // 「第八届博览会成功举办」
            let before =
                ["圆满", "成功", "顺利", "如期"].iter().fold(clause.get(..held.0).unwrap_or_default(), |text, word| text.trim_end_matches(word));
            let name = if behind.is_empty() { before } else { behind };
            let name = name.trim_matches(['“', '”', '的']);
            let is_fair = ["会", "展", "节", "周", "活动"].iter().any(|word| name.ends_with(word));
            (is_fair && (3..=30).contains(&name.chars().count())).then(|| name.to_owned())
        })
    }

    /// A figure of the company spoken of: 「其总资产」, 「公司净利润」, a bare 「净利润」.
    fn account<'t>(&self, own: &'t str) -> Option<&'t str> {
        let named = ["该公司", "该集团", "公司", "集团", "该企业", "企业", "其"].iter().find_map(|word| own.strip_prefix(word));
        let account = named.unwrap_or(own);
        let is_spoken_of = named.is_some() || self.topic.subject.is_empty();
        (is_spoken_of && !self.topic.company.is_empty() && self.lexicon.cues.is(account, Cue::Account)).then_some(account)
    }

    /// What a project will bring, without the words that say when: 「建成后可直接提供就业岗位」 is 就业岗位, 「年可实现交易额」 年交易额.
    fn effect<'t>(&self, own: &'t str, at: usize) -> Option<&'t str> {
        const LATER: &[&str] = &["建成", "投产", "达产", "投用", "运营", "完工", "竣工", "投入使用"];
        let before = self.sentence.cut(0, at);
        let is_later =
            LATER.iter().any(|word| ["后", "运营后", "后可", "，可", "，预计"].iter().any(|then| before.contains(&format!("{word}{then}"))));
        // 「新老项目可实现税收」 names its subject itself.
        let names_subject = own.find("项目").is_some_and(|at| at > 0 && !own.starts_with('该'));
        if !is_later || names_subject {
            return None;
        }
        let places = own.char_indices().map(|(at, _)| at);
        places.filter_map(|at| own.get(at..)).find(|rest| self.lexicon.cues.is(rest, Cue::Effect))
    }

    /// A bare 「占比」, 「总投资」 or 「在校生」 gets the subject that was spoken of.
    pub(super) fn compose(&mut self, own: String, quantity: &Quantity) -> String {
        let is_within =
            self.sentence.cut(0, quantity.range.start).rfind('（').is_some_and(|open| !self.sentence.cut(open, quantity.range.start).contains('）'));
        let shares_head = own.chars().next_back().is_some_and(|c| self.topic.label.ends_with(c));
        if is_within
            && own.chars().count() <= 4
            && !self.topic.label.is_empty()
            && (shares_head || self.lexicon.catalogue.find(&own).is_none())
            && !self.topic.label.contains(&own)
        {
            // 「省级奖牌252枚（金牌88枚）」
            let shared = own.chars().next_back().filter(|c| self.topic.label.ends_with(*c)).map_or(0, |_| own.chars().count());
            let kept = self.topic.label.chars().count().saturating_sub(shared);
            let head: String = self.topic.label.chars().take(kept).collect();
            return format!("{head}{own}");
        }
        // 「云岭高速…，隧道5座」: the parts of a line are the line's.
        const LINES: &[&str] = &["高速", "高速公路", "公路", "铁路", "专线", "轻轨", "地铁", "高速项目", "公路项目", "铁路项目", "高铁"];
        if self.lexicon.cues.is(&own, Cue::Feature) {
            let before = self.sentence.cut(0, quantity.range.start - own.len().min(quantity.range.start));
            let line = project::last_project(before, self.lexicon).unwrap_or_else(|| self.topic.project.clone());
            if LINES.iter().any(|kind| line.ends_with(kind)) {
                self.is_project_fact = true;
                self.owner.clone_from(&line);
                return format!("{line}{own}");
            }
        }
        if let Some(account) = self.account(&own) {
            self.owner.clone_from(&self.topic.company);
            return format!("{}{account}", self.topic.company);
        }
        // 「获批的云岭铁路全长42公里」
        let is_known = self.lexicon.catalogue.find(&own).is_some();
        if let Some((len, _)) = self.lexicon.cues.suffix(&own, |cue| cue == Cue::Fact).filter(|(len, _)| *len < own.len() && !is_known) {
            let (head, fact) = own.split_at(own.len() - len);
            let head = head.trim_end_matches(['的', '项', '目']).to_owned() + if head.ends_with("项目") { "项目" } else { "" };
            let is_thing = self.lexicon.cues.ends(&head, Cue::Plant) || self.lexicon.cues.ends(&head, Cue::ProjectHead);
            let name = project::name_ending(&head, head.len(), self.lexicon).filter(|name| is_thing && project::is_name(name, self.lexicon));
            if let Some(name) = name.filter(|name| !name.ends_with("前期项目") && !fact.contains("完成")) {
                self.is_project_fact = !["投资", "完成投资", "签约金额"].contains(&fact);
                self.owner.clone_from(&name);
                return format!("{name}{fact}");
            }
        }
        if let Some(fair) = self.fair(&own, quantity.range.start) {
            return format!("{fair}{own}");
        }
        let is_bare = self.lexicon.cues.prefix(&own, |cue| cue == Cue::Attribute).is_some_and(|(len, _)| len == own.len());
        let mut bare = ["该项目", "上述项目", "项目", "工程", "其", "该工程", "此次"].iter().find_map(|w| own.strip_prefix(w)).unwrap_or(&own);
        let effect = self.effect(bare, quantity.range.start).map(str::to_owned);
        bare = effect.as_deref().unwrap_or(bare);
        // 「累计完成投资」 is what has been spent of the total.
        if bare == "投资" && self.sentence.cut(0, quantity.range.start).trim_end_matches(['约', '近']).ends_with("完成投资") {
            bare = "完成投资";
        }
        if self.lexicon.cues.is(bare, Cue::Fact) || effect.is_some() {
            // 「…项目在城北开工，总投资102亿元」
            let before = self.sentence.cut(0, quantity.range.start - own.len().min(quantity.range.start));
            let counted = self.found.iter().rev().find(|s| s.quantity.base == "count" && s.written.ends_with(['目', '程'])).map(|s| s.label.clone());
            let here = self.defined(before).or_else(|| project::last_project(before, self.lexicon));
            let is_counted = counted.is_some();
            let opening = Some(self.topic.opening.clone()).filter(|s| !s.is_empty() && bare.ends_with("投资"));
            // 「投资1168万元，完成21个小区的改造」 tells its purpose itself.
            let after = self.sentence.cut(quantity.range.end, self.sentence.text.len());
            let next = after.strip_prefix('，').unwrap_or_default();
            let has_purpose = bare == "投资"
                && ["完成", "实施", "建设", "新建", "改造", "建成", "对", "加快", "推进", "用于"].iter().any(|verb| next.starts_with(verb));
            if has_purpose && counted.is_none() && here.is_none() {
                return own;
            }
            let is_opening = counted.is_none() && here.is_none() && opening.is_some();
            let subject = counted
                .or(here)
                .or(opening)
                .or_else(|| Some(self.topic.project.clone()).filter(|s| !s.is_empty() && effect.is_some()))
                .or_else(|| Some(self.topic.subject.clone()).filter(|s| s.chars().count() >= 4 || self.lexicon.cues.ends(s, Cue::Plant)))
                .or_else(|| Some(self.topic.project.clone()).filter(|s| !s.is_empty()))
                .or_else(|| Some(self.topic.titled.clone()).filter(|s| !s.is_empty()));
            let subject = subject.or_else(|| Some(self.topic.opening.clone()).filter(|s| !s.is_empty() && bare.ends_with("投资")));
            if let Some(subject) = subject.filter(|subject| !subject.contains(bare)) {
                self.is_of_group = is_counted;
                self.is_project_fact = !is_counted && !["签约", "合同", "完成", "规模"].iter().any(|w| bare.contains(w)) && bare != "投资";
                if !is_counted && !is_opening && project::is_name(&subject, self.lexicon) && !subject.ends_with("前期项目") {
                    self.owner.clone_from(&subject);
                }
                return format!("{subject}{bare}");
            }
        }
        if let Some(effect) = effect {
            return effect;
        }
        let is_of_label = ["占比", "增速", "增幅", "比重"].iter().any(|w| own.ends_with(w));
        let short = ["协议", "合同", "签约", "总", "计划", "其他"].contains(&self.topic.subject.as_str());
        let subject = if is_of_label { &self.topic.label } else { &self.topic.subject };
        if !is_bare || subject.is_empty() || short && !is_of_label || subject.contains(&own) { own } else { format!("{subject}{own}") }
    }
}

/// What the things counted became, told by the clause behind them: 「入选全国试点」, 「成长为小巨人企业」, 「受益」.
fn honour(after: &str) -> Option<String> {
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

fn is_money_family(quantity: &Quantity) -> bool {
    quantity.family == "money"
}

/// Whether nothing that could be a noun follows: 「15个平台落地项目2200个」 does not say that the platforms landed.
fn ends_clause(rest: Option<&str>) -> bool {
    const LATER: &[&str] = &["实施", "运行", "运营", "见效", "使用", "发电", "生产", "试", "并", "后", "以来"];
    rest.is_some_and(|rest| {
        rest.is_empty() || rest.starts_with(['，', '。', '；', '、', '）', '：', '\n']) || LATER.iter().any(|word| rest.starts_with(word))
    })
}

/// What is done to the things counted, told behind them: 「道路的改扩建」.
fn work_on(after: &str) -> Option<&str> {
    const WORKS: &[&str] =
        &["改扩建", "改造", "建设", "升级", "整治", "修缮", "维修", "绿化", "亮化", "治理", "新建", "扩建", "改建", "搬迁", "翻修"];
    let clause = after.strip_prefix('的')?.split(['，', '。', '；', '：', '（']).next()?;
    WORKS.iter().find(|work| **work == clause || clause.strip_suffix("工程") == Some(work)).copied()
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
