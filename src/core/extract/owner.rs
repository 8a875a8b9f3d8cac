//! Whose figure it is: the project, company or fair that a bare 「总投资」, 「净利润」 or 「成交额」 is told of.

use super::project;
use super::quantity::Quantity;
use super::reader::Reader;
use crate::lexicon::Cue;
use crate::model::Measure;

impl Reader<'_, '_> {
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
        if let Some(whose) = self.of_enterprises(&own) {
            return whose;
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

    /// 「新增个体户200户，从业人员600人，新增注册资金5000万元」: the staff and capital of the enterprises that were counted.
    fn of_enterprises(&self, own: &str) -> Option<String> {
        const FIGURES: &[&str] = &["注册资金", "注册资本", "注册资本金", "注册资金总额", "雇工人数", "从业人员"];
        const WHOSE: &[&str] = &["企业", "工商户", "个体户", "主体", "合作社", "法人单位"];
        let figure = own.strip_prefix("新增").unwrap_or(own);
        let counted = self.found.iter().rev().find(|s| s.quantity.base == "count" && s.measure == Measure::Level)?;
        let whose = counted.label.as_str();
        let is_near = self.sentence.cut(counted.quantity.range.end, self.sentence.text.len()).find(own).is_some_and(|at| at <= 90);
        (is_near && FIGURES.contains(&figure) && WHOSE.iter().any(|kind| whose.ends_with(kind)) && whose.chars().count() <= 14)
            .then(|| format!("{whose}{figure}"))
    }

    /// A figure of the company spoken of: 「其总资产」, 「公司净利润」, a bare 「净利润」.
    fn account<'t>(&self, own: &'t str) -> Option<&'t str> {
        let named = ["该公司", "该集团", "公司", "集团", "该企业", "企业", "其"].iter().find_map(|word| own.strip_prefix(word));
        let account = named.unwrap_or(own);
        let is_spoken_of = named.is_some() || self.topic.subject.is_empty();
        (is_spoken_of && !self.topic.company.is_empty() && self.lexicon.cues.is(account, Cue::Account)).then_some(account)
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

    /// What a sentence says that something is: 「云岭铁路是环线的一部分，全长…」 speaks of 云岭铁路.
    fn defined(&self, before: &str) -> Option<String> {
        let (name, _) = before.split(['，', '；']).next()?.split_once('是')?;
        let is_thing = self.lexicon.cues.ends(name, Cue::Plant) || self.lexicon.cues.ends(name, Cue::ProjectHead);
        let is_name =
            (4..=20).contains(&name.chars().count()) && !name.contains(|c: char| c.is_ascii_digit()) && !name.starts_with(['这', '该', '此']);
        (is_thing && is_name).then(|| name.to_owned())
    }
}
