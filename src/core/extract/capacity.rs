//! What a project will be able to do: 「年产3000辆专用车项目」, 「2×35万千瓦热电联产项目」.

use super::quantity::Quantity;
use super::reader::Reader;
use super::statement::Statement;
use crate::lexicon::Cue;
use crate::model::Status;

/// Words for a capacity, and what they add to its label.
pub(super) const CAPACITY: &[(&str, &str)] = &[
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

impl Reader<'_, '_> {
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
        // 「新增污水日处理能力20万吨、垃圾日处理能力600吨」: what was added in a period.
        let goes_on = self.found.last().is_some_and(|last| {
            last.rule == "capacity"
                && last.label.starts_with("新增")
                && self.sentence.cut(last.quantity.range.end, quantity.range.start).starts_with('、')
        });
        if goes_on && !done.label.starts_with("新增") {
            done.label.insert_str(0, "新增");
        }
        let is_added = done.label.starts_with("新增");
        done.manner.is_flow |= is_added;
        done.manner.is_open = !is_added;
        if done.status.is_none() && !is_added {
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
}
