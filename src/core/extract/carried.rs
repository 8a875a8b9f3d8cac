//! What the words before hand on to a label: subjects of clauses, classes of goods, verbs of lists.

use super::label;
use super::quantity::Quantity;
use super::reader::Reader;
use super::statement::Statement;
use crate::lexicon::Cue;
use crate::model::Measure;

impl Reader<'_, '_> {
    /// The subject of the clause before, where it has no number of its own: 「标准继续提高，年人均提高200元」.
    pub(super) fn clause_subject(&self, at: usize) -> String {
        let before = self.sentence.cut(0, at);
        let Some(end) = before.rfind('，') else { return String::new() };
        let start = before.get(..end).and_then(|b| b.rfind(['，', '；', '：'])).map_or(0, |p| p + "，".len());
        if self.sentence.quantities.iter().any(|q| q.range.end > start && q.range.start < end) {
            return String::new();
        }
        // 「成果加快转化，成交额达到20亿元、增长5%」: the number's own clause has told of something.
        if self.found.last().is_some_and(|last| last.quantity.range.start >= end) {
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
        // 「至于来年的印花税收入，预期会增加5%」, 「又以印花税升幅最大，收入达…」
        let topic = ["至于", "关于", "对于"].iter().find_map(|word| clause.strip_prefix(word));
        let most = ["又以", "尤以", "其中以", "其中又以", "其中尤以"].iter().find_map(|word| clause.strip_prefix(word));
        let most = most.filter(|rest| rest.contains('最')).and_then(|rest| {
            ["升幅", "增幅", "增长", "表现", "跌幅", "最"].iter().filter_map(|word| rest.find(word)).min().and_then(|at| rest.get(..at))
        });
        if let Some(told) = topic.or(most) {
            let from = start + clause.find(told).unwrap_or_default();
            let range = label::strip_front(self.sentence, from..from + told.len(), self.lexicon);
            let subject = label::written(self.sentence, &range);
            return if (2..=12).contains(&subject.chars().count()) { subject } else { String::new() };
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

    /// The trade that opens the sentence: 「医药行业延续了去年的势头，实现高速增长，产值…」.
    pub(super) fn leading_trade(&self, at: usize) -> String {
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
    pub(super) fn with_action(&self, own: String, at: usize) -> String {
        let segment = self.segment(at);
        let text = self.sentence.cut(segment.start, segment.end);
        if !text.starts_with(['、', '和', '及']) && !text.is_empty() || self.lexicon.cues.starts(&own, Cue::Action) {
            return own;
        }
        let Some(last) = self.found.last().filter(|last| last.quantity.range.end == segment.start && last.measure == Measure::Level) else {
            return own;
        };
        match [
            "开工改造",
            "升级改造",
            "建设",
            "创建",
            "打造",
            "新增",
            "新建",
            "新开工",
            "新培育",
            "新认定",
            "新登记",
            "改造",
            "建成",
            "淘汰",
            "累计建成",
            "新改建",
            "改建",
            "扩建",
        ]
        .iter()
        .find(|w| last.label.starts_with(**w))
        {
            Some(action) => format!("{action}{own}"),
            None => own,
        }
    }

    /// What became of some of the things counted before: 「其中4条实现通车」 counts 通车道路.
    pub(super) fn part_done(&self, quantity: &Quantity, at: usize) -> Option<String> {
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
}
