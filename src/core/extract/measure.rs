//! What is said of a number: level, growth, change, gap, share, contribution, rank, progress, multiple.

use std::ops::Range;

use rust_decimal::Decimal;

use super::context;
use super::label;
use super::quantity::{Form, Quantity};
use super::reader::{Reader, Tail};
use super::statement::{Base, Statement};
use crate::lexicon::Cue;
use crate::model::{Bound, Measure, Status};

impl Reader<'_, '_> {
    /// Reads one quantity with the words around it.
    pub(super) fn one(&mut self, quantity: &Quantity, at: usize, segment: Range<usize>, tail: Tail) -> Option<Statement> {
        let text = self.sentence.cut(segment.start, segment.end);
        // 「每增长1个百分点」 supposes, and states nothing.
        if ["每增长", "每提高", "每增加", "每下降", "每上升"].iter().any(|word| text.ends_with(word)) {
            return None;
        }
        let after = self.sentence.cut(quantity.range.end, self.sentence.text.len());
        // 「超80%的项目由企业牵头」 says nothing of what was spoken of before.
        let is_of_others = quantity.base == "percent" && after.starts_with('的') && tail.end == segment.start && tail.direction() == 0;
        if is_of_others && self.spent_share(quantity).is_none() && !["股权", "股份"].iter().any(|w| after.contains(w)) {
            return self.not_read(quantity);
        }
        let mut statement = Statement::bare("level", quantity.clone(), String::new());
        statement.is_own_label = false;
        statement.bound = self.bound(quantity, &tail);
        statement.status = self.status(quantity.range.start, &tail);
        statement.period = self.period(quantity.range.start, &tail);
        statement.area = self.area(quantity.range.start);
        statement.manner = self.manner(text, after);
        statement.price_basis = self.price_basis(text);
        statement.revision = self.revision(quantity.range.start);
        if text.starts_with('、') {
            // 「新增省级企业4家、市级企业8家」: what was done holds for the whole list.
            statement.manner.is_flow |= self.found.last().is_some_and(|last| last.manner.is_flow && last.quantity.range.end == segment.start);
        }
        statement.manner.is_built |= context::is_founded(after);
        // 「建设10个养老中心、60个服务站」
        if let Some(last) = self.found.last().filter(|last| last.manner.is_built || last.manner.is_nurtured) {
            let gap = self.sentence.cut(last.quantity.range.end, quantity.range.start);
            let goes_on = gap.contains(['、', '和', '及']) && !gap.contains(['，', '；', '。', '：']);
            statement.manner.is_flow |= goes_on;
            statement.manner.is_built |= goes_on && last.manner.is_built;
            statement.manner.is_nurtured |= goes_on && last.manner.is_nurtured;
        }
        // 「累计创建示范区3个、基地2个，建成工厂8家」: what was built is all that was.
        statement.manner.is_cumulative |= statement.manner.is_built && self.sentence.cut(0, quantity.range.start).contains("累计");
        let mut label_range = segment.start..tail.end;
        let mut share_change = None;
        if quantity.form == Form::Rank {
            // 「从世界第六位上升到第四位」: the earlier position has no verb.
            if let Some(place) =
                ["从", "由"].iter().filter_map(|word| text.rfind(word)).max().filter(|place| self.rises_to_rank(at) && text.len() - place <= 30)
            {
                let range = label::strip_front(self.sentence, segment.start..segment.start + place, self.lexicon);
                let own = label::written(self.sentence, &range);
                statement.is_own_label = !own.is_empty();
                statement.label = if own.is_empty() { self.topic.label.clone() } else { own };
                statement.written.clone_from(&statement.label);
                statement.rule = "rank";
                statement.measure = Measure::Rank;
                statement.is_earlier = true;
                statement.period = tail.periods.first().copied();
                return (!statement.label.is_empty()).then_some(statement);
            }
            let (_, place) = self.rank_word(text)?;
            statement.rule = "rank";
            statement.measure = Measure::Rank;
            statement.bound = if quantity.is_open { Bound::Max } else { Bound::Eq };
            label_range = segment.start..segment.start + place;
            let inner = self.tail(label_range.clone());
            label_range.end = inner.end;
            // 「居全国第2位」: the country is compared with, not spoken of.
            statement.area = self.area(segment.start + place);
        } else if let Some(last) = self.compared(quantity, &segment, &tail) {
            // 「占比为68%，比上年同期的66%高2个百分点」: the earlier value of the same.
            statement.label.clone_from(&last.label);
            statement.written.clone_from(&last.written);
            statement.measure = last.measure;
            statement.rule = last.rule;
            statement.period = tail.periods.first().copied();
            statement.status = Some(Status::Actual);
            statement.is_earlier = true;
            return Some(statement);
        } else if let Some((place, sign, against)) = self.gap(quantity, &segment) {
            statement.rule = "gap";
            statement.measure = Measure::Gap;
            statement.value = quantity.low * Decimal::from(sign);
            statement.high = quantity.high.map(|h| h * Decimal::from(sign));
            statement.against = Some(against);
            if statement.bound == Bound::Min && !quantity.is_open {
                statement.bound = self.bound_after(quantity);
            }
            label_range = self.before(segment.start..place);
        } else if let Some(target) = self.progress(quantity, text) {
            statement.rule = "progress";
            statement.status = None;
            statement.measure = Measure::Progress;
            statement.against = Some(Base::Target);
            label_range = self.before(segment.start..segment.start + target);
        } else if let Some((place, whole)) = self.share(quantity, &segment, &tail) {
            statement.rule = "share";
            statement.measure = Measure::Share;
            if statement.bound == Bound::Eq && text.contains("接近") {
                statement.bound = Bound::Approx;
            }
            let range = label::strip_front(self.sentence, segment.start..place, self.lexicon);
            let own = label::written(self.sentence, &self.before(range));
            let own = if own.is_empty() { self.predicate(segment.start) } else { own };
            statement.is_own_label = !own.is_empty();
            let part = if own.is_empty() { self.topic.label.clone() } else { self.compose(own, quantity) };
            statement.label = share_label(&part, &whole);
        } else if let Some(part) = self.spent_share(quantity) {
            statement.rule = "share";
            statement.measure = Measure::Share;
            statement.is_own_label = true;
            statement.label = part;
        } else if quantity.base == "percent" && ["股权", "股份", "的股权", "的股份"].iter().any(|w| after.starts_with(w)) {
            statement.rule = "share";
            statement.measure = Measure::Share;
            let range = label::strip_front(self.sentence, label_range.clone(), self.lexicon);
            statement.label = format!("{}股权", label::written(self.sentence, &range));
            statement.is_own_label = true;
        } else if quantity.base == "percent"
            && ["恢复至", "恢复到", "相当于"].iter().any(|w| text.contains(w))
            && (text.ends_with('的') || text.ends_with("同期的"))
        {
            statement.rule = "multiple";
            statement.measure = Measure::Multiple;
            statement.value = quantity.low / Decimal::ONE_HUNDRED;
            statement.base = String::from("times");
            statement.against = tail.periods.first().map(|at| Base::Period(*at));
            if tail.periods.contains(&statement.period.unwrap_or(usize::MAX)) {
                statement.period = None;
            }
            let place = ["恢复至", "恢复到", "相当于"].iter().filter_map(|w| text.rfind(w)).max().unwrap_or_default();
            label_range = self.before(segment.start..segment.start + place);
        } else if quantity.is_rate() && (tail.has(Cue::Contribution) || text.contains("拉动") && quantity.base == "pp") {
            statement.rule = "contribution";
            statement.measure = Measure::Contribution;
            if text.contains("拉低") {
                statement.value = -statement.value;
            }
            // 「消费对经济增长的贡献率」, 「净出口拉动经济增长」: what contributes stands first.
            // 「消费…，对经济增长的贡献率达六成」: the clause before tells what contributes.
            let places = ["对", "拉动", "拉低"].iter().filter_map(|w| text.find(w));
            if let Some(place) = places.filter(|at| *at > 0 || text.starts_with('对') || text.starts_with("拉动")).min() {
                label_range.end = label_range.end.min(segment.start + place);
            }
        } else if quantity.form == Form::Flat {
            statement.rule = "growth";
            statement.measure = Measure::Yoy;
            statement.against = self.against(&tail, text);
        } else if quantity.base == "times" && tail.direction() == 0 {
            statement.rule = "multiple";
            statement.measure = Measure::Multiple;
            if let Some(at) = tail.periods.first() {
                statement.against = Some(Base::Period(*at));
            }
            // 「是2015年的2.3倍」: the words before 是 name it.
            if let Some(place) = ["相当于", "是", "为"].iter().filter_map(|w| text.rfind(w)).max() {
                label_range = self.before(segment.start..segment.start + place);
            }
        } else if quantity.base == "pp" {
            statement.rule = "change";
            statement.measure = Measure::Change;
            // 「技改投资占工业投资的比重提高1个百分点」
            share_change = self.part_of_whole(&segment, tail.end);
            // 「比2009年的66%高1个百分点」
            let is_compared = self.found.last().is_some_and(|last| last.is_earlier && last.quantity.range.end == segment.start);
            let sign = match text.trim_end_matches(['出', '了', '约']) {
                "高" | "提高" | "上升" if is_compared => 1,
                "低" | "降低" | "下降" if is_compared => -1,
                _ => tail.direction(),
            };
            if sign == 0 && self.found.last().is_none_or(|last| last.measure != Measure::Change) {
                return self.not_read(quantity);
            }
            if sign < 0 {
                self.negate(&mut statement);
            }
            statement.against = self.against(&tail, text);
        } else if (quantity.is_rate() || quantity.base == "times" || quantity.form == Form::Doubling)
            && (tail.direction() != 0 || quantity.form == Form::Doubling || self.is_growth(at, &tail))
        {
            statement.rule = "growth";
            statement.measure = if tail.has(Cue::Mom) {
                Measure::Mom
            } else if tail.has(Cue::Average) || text.contains("累计") && !tail.has(Cue::Yoy) {
                Measure::Growth
            } else {
                Measure::Yoy
            };
            if quantity.base == "times" {
                statement.value *= Decimal::ONE_HUNDRED;
                statement.high = statement.high.map(|h| h * Decimal::ONE_HUNDRED);
                statement.base = String::from("percent");
            }
            if tail.direction() < 0
                || (tail.direction() == 0 && quantity.form != Form::Doubling && self.found.last().is_some_and(|last| last.value.is_sign_negative()))
            {
                self.negate(&mut statement);
            }
            statement.against = self.against(&tail, text);
        } else if !quantity.is_rate() && tail.direction() != 0 && self.is_change(quantity, &tail, &segment, at) {
            statement.rule = "change";
            statement.measure = Measure::Change;
            if tail.direction() < 0 {
                self.negate(&mut statement);
            }
            statement.against = self.against(&tail, text);
        }
        if let Some(measure) = self.from.take() {
            statement.is_later = true;
            if statement.measure == Measure::Level && quantity.is_rate() {
                statement.measure = measure;
            }
        }
        if let Some(place) = self.earlier(&segment, at) {
            statement.is_earlier = true;
            statement.status = Some(Status::Actual);
            statement.period = self.sentence.periods.iter().position(|p| p.range.start >= place && p.range.end <= quantity.range.start);
            label_range = self.before(segment.start..place);
            let inner = self.tail(segment.start..place);
            if statement.measure == Measure::Share {
                self.topic.label.clone_from(&statement.label);
            }
            if quantity.is_rate() && inner.has(Cue::Contribution) {
                // 「消费对经济增长贡献率从40%提高到55%」
                statement.measure = Measure::Contribution;
                if let Some(place) = text.find('对').filter(|at| *at > 0) {
                    label_range.end = label_range.end.min(segment.start + place);
                }
            } else if quantity.is_rate() && (inner.direction() != 0 || inner.has(Cue::Yoy)) {
                statement.measure = Measure::Yoy;
            }
            self.from = Some(statement.measure);
        }
        if let Some((place, whole)) = share_change {
            let range = label::strip_front(self.sentence, segment.start..place, self.lexicon);
            let own = label::written(self.sentence, &range);
            let part = if own.is_empty() { self.topic.label.clone() } else { own };
            statement.label = share_label(&part, &whole);
            return Some(statement);
        }
        if statement.rule == "share" {
            return Some(statement);
        }
        let named = self.name(statement, label_range, at, &tail);
        if let Some(named) = named.as_ref().filter(|named| named.is_earlier) {
            self.from = Some(named.measure);
        }
        named
    }

    /// Whether the next quantity is the position that this one rose or fell to.
    fn rises_to_rank(&self, at: usize) -> bool {
        let (Some(this), Some(next)) = (self.sentence.quantities.get(at), self.sentence.quantities.get(at + 1)) else { return false };
        let gap = self.sentence.cut(this.range.end, next.range.start);
        next.form == Form::Rank
            && gap.chars().count() <= 10
            && ["到", "至", "为"].iter().any(|word| gap.contains(word))
            && !gap.contains(['；', '。'])
    }

    /// The statement whose earlier value this number is: 「比2009年同期的66.8%」.
    fn compared(&self, quantity: &Quantity, segment: &Range<usize>, tail: &Tail) -> Option<Statement> {
        let text = self.sentence.cut(segment.start, segment.end);
        let period = tail.periods.first().and_then(|at| self.sentence.periods.get(*at))?;
        let is_base = text.ends_with('的')
            && text.starts_with(['比', '较', '，'])
            && self.sentence.cut(0, period.range.start).trim_end_matches("对").ends_with(['比', '较']);
        let last = self.found.iter().rev().find(|last| matches!(last.measure, Measure::Share | Measure::Level))?;
        let is_same = last.base == quantity.base && matches!(last.measure, Measure::Share | Measure::Level) && !last.label.is_empty();
        (is_base && is_same && quantity.is_rate()).then(|| last.clone())
    }

    pub(super) fn negate(&self, statement: &mut Statement) {
        statement.value = -statement.value;
        statement.high = statement.high.map(|h| -h);
    }

    pub(super) fn rank_word(&self, text: &str) -> Option<(usize, usize)> {
        let places: Vec<usize> = text.char_indices().map(|(at, _)| at).collect();
        let near = text.chars().count().saturating_sub(22);

        let told = places.into_iter().skip(near).find_map(|at| {
            let rest = text.get(at..)?;
            let (len, _) = self.lexicon.cues.prefix(rest, |cue| cue == Cue::Rank)?;
            let is_noun = rest.starts_with("居民")
                || rest.starts_with("列车")
                || rest.starts_with("居住")
                || rest.starts_with("排放")
                || rest.starts_with("获得") && !rest.contains("名");
            (!is_noun).then_some((len, at))
        });
        // 「目标完成率全国第一」: no verb between what is measured and where.
        told.or_else(|| {
            ["全国", "全省", "全市", "全区", "世界", "全球"].iter().find_map(|among| {
                let head = text.strip_suffix(among).filter(|head| head.ends_with(['率', '量', '额', '数', '值', '度', '力', '入']))?;
                Some((among.len(), head.len()))
            })
        })
    }

    /// 「高于全国0.3个百分点」, 「比全省平均快1.2个百分点」: where the comparison starts, its sign, and with whom.
    pub(super) fn gap(&self, quantity: &Quantity, segment: &Range<usize>) -> Option<(usize, i8, Base)> {
        let text = self.sentence.cut(segment.start, segment.end);
        let text = text.trim_end_matches(['约', '近', '了', '出']).trim_end_matches("超过");
        let area_in = |from: usize, until: usize| {
            self.sentence.areas.iter().position(|a| a.range.start >= segment.start + from && a.range.end <= segment.start + until)
        };
        let is_bench = |what: &str| self.lexicon.cues.ends(what, Cue::Benchmark);
        for (word, sign) in [
            ("高于", 1),
            ("快于", 1),
            ("高出", 1),
            ("超出", 1),
            ("低于", -1),
            ("慢于", -1),
            ("落后", -1),
            ("领先", 1),
            ("超过", 1),
            ("优于", 1),
            ("好于", 1),
            ("超", 1),
            ("高", 1),
        ] {
            let Some(place) = text.rfind(word) else { continue };
            let what = text.get(place + word.len()..).unwrap_or_default();
            if what.is_empty() || what.chars().count() > 20 || what.starts_with(['标', '校', '新', '速', '质', '端', '等']) && word == "高" {
                continue;
            }
            if self.sentence.periods.iter().any(|p| p.range.start == segment.start + place + word.len()) {
                continue;
            }
            let area = area_in(place, text.len());
            if let Some(area) = area.filter(|area| {
                quantity.is_rate() || is_bench(what) || quantity.form == Form::Plain && self.ends_with_area(*area, segment.start + text.len())
            }) {
                return Some((segment.start + place, sign, Base::Area(area)));
            }
            let is_comparison = quantity.base == "pp" && word.chars().count() == 2 && what.chars().count() >= 2;
            if (is_bench(what) || is_comparison) && quantity.is_rate() && word != "高" {
                return Some((segment.start + place, sign, Base::Other(what.to_owned())));
            }
        }
        // 「比全国平均水平高1.2个百分点」
        for (word, sign) in [("高", 1), ("快", 1), ("多", 1), ("低", -1), ("慢", -1), ("少", -1)] {
            let Some(head) = text.strip_suffix(word) else { continue };
            let Some(place) = head.rfind(['比', '较']) else { continue };
            let what = head.get(place + "比".len()..).unwrap_or_default();
            if what.starts_with(['率', '例', '重', '值', '较', '赛', '上']) {
                continue;
            }
            if what.is_empty() || self.sentence.periods.iter().any(|p| p.range.start == segment.start + place + "比".len()) {
                continue;
            }
            let against = area_in(place, head.len()).map_or_else(|| Base::Other(what.to_owned()), Base::Area);
            // 「增速比出口高7个百分点」
            let is_other =
                quantity.base == "pp" && (2..=12).contains(&what.chars().count()) && !what.ends_with('提') && !what.contains(['，', '年', '月']);
            if matches!(against, Base::Area(_)) || is_bench(what) || is_other {
                return Some((segment.start + place, sign, against));
            }
        }
        None
    }

    pub(super) fn ends_with_area(&self, area: usize, end: usize) -> bool {
        self.sentence.areas.get(area).is_some_and(|a| a.range.end == end)
    }

    /// 「完成年度目标的85.2%」: where the plan starts to be spoken of.
    pub(super) fn progress(&self, quantity: &Quantity, text: &str) -> Option<usize> {
        if quantity.base != "percent" {
            return None;
        }
        let trimmed = text.trim_end_matches(['约', '近']).trim_end_matches("超过").trim_end_matches('的');
        if text.contains("完成") && text.contains("计划") && text.ends_with('的') {
            return text.find("完成");
        }
        let is_plan =
            ["计划", "目标", "任务", "预算", "预期目标", "目标任务", "年计划", "计划数", "调整预算", "年初预算", "预算数", "计划投资", "任务数"]
                .iter()
                .any(|w| trimmed.ends_with(w));
        if !is_plan {
            return None;
        }
        let has_of = text.contains('的') && !trimmed.ends_with("增长目标");
        let word = ["完成", "占", "为", "达到", "达", "超额完成"].iter().filter_map(|w| trimmed.rfind(w)).max();
        match word {
            Some(place) if has_of || trimmed.get(place..).is_some_and(|t| t.starts_with("完成") || t.starts_with('占')) => Some(place),
            None if has_of => Some(0),
            _ => None,
        }
    }

    /// 「占地区生产总值的比重为3.8%」: where 占 stands, and the whole.
    pub(super) fn share(&self, quantity: &Quantity, segment: &Range<usize>, tail: &Tail) -> Option<(usize, String)> {
        if quantity.base != "percent" && quantity.base != "permille"
            || quantity.form == Form::Doubling
            || quantity.form == Form::Flat
            || tail.direction() != 0
        {
            return None;
        }
        self.part_of_whole(segment, tail.end)
    }

    /// 「占工业投资的比重」 before `end`: where 占 stands, and the whole.
    fn part_of_whole(&self, segment: &Range<usize>, end: usize) -> Option<(usize, String)> {
        let text = self.sentence.cut(segment.start, segment.end);
        if let Some(told) = self.part_of_total(text, segment) {
            return Some(told);
        }
        let place = text.match_indices('占').map(|(at, _)| at).rfind(|at| {
            let rest = text.get(*at..).unwrap_or_default();
            let before = text.get(..*at).unwrap_or_default();
            !["占地面积", "占地约", "占用", "占据", "占有", "占道", "占比"].iter().any(|w| rest.starts_with(w))
                && rest != "占地"
                && !before.ends_with('抢')
                && !before.ends_with('侵')
        })?;
        let mut whole = self.sentence.cut(segment.start + place + "占".len(), end.max(segment.start + place + "占".len()));
        // 「占总额的比重由1.4%提高到…」
        let from = ["由", "从"].iter().filter_map(|w| whole.rfind(w)).max();
        whole = whole.get(..from.unwrap_or(whole.len())).unwrap_or(whole);
        for word in ["的比重", "比重", "的比例", "比例", "的份额", "份额", "的"] {
            whole = whole.strip_suffix(word).unwrap_or(whole);
        }
        if whole.is_empty() && !text.ends_with('占') {
            return None;
        }
        let range_start = segment.start + place + "占".len();
        let range = label::strip_front(self.sentence, range_start..range_start + whole.len(), self.lexicon);
        let own = label::written(self.sentence, &range);
        let own = if own.is_empty() { whole.to_owned() } else { own };
        // 「支出1105亿元，其中民生支出占79.8%」: of the sum told before.
        let is_sum =
            self.found.last().is_some_and(|last| last.measure == Measure::Level && !last.quantity.is_rate() && last.label == self.topic.label);
        let part = self.sentence.cut(segment.start, segment.start + place);
        let is_sum = is_sum && !part.trim().is_empty() && !self.topic.label.contains(part.trim()) && !part.contains(&self.topic.label);
        let own = if own.is_empty() && is_sum { self.topic.label.clone() } else { own };
        let own = own.strip_prefix('其').filter(|own| !own.starts_with(['他', '余', '它'])).unwrap_or(&own);
        Some((segment.start + place, own.to_owned()))
    }

    /// 「产能接近全省总产能的三成」: a part of a total, told without 占.
    fn part_of_total(&self, text: &str, segment: &Range<usize>) -> Option<(usize, String)> {
        let head = text.trim_end_matches(['约', '近']).strip_suffix('的')?;
        let (place, word) = ["接近", "相当于", "约为", "达到", "超过"].iter().filter_map(|word| head.rfind(word).map(|at| (at, word))).max()?;
        let whole = head.get(place + word.len()..)?;
        let is_total = ["总", "全部"].iter().any(|of| whole.contains(of)) && !whole.contains("同期") && (3..=14).contains(&whole.chars().count());
        (is_total && place >= "产能".len()).then(|| (segment.start + place, whole.to_owned()))
    }

    /// 「75%以上的财力用于民生」: what part of the money goes where.
    fn spent_share(&self, quantity: &Quantity) -> Option<String> {
        if quantity.base != "percent" {
            return None;
        }
        let after = self.sentence.cut(quantity.range.end, self.sentence.text.len());
        let after = ["以上", "左右"].iter().find_map(|bound| after.strip_prefix(bound)).unwrap_or(after);
        let clause = after.strip_prefix('的')?.split(['，', '。', '；', '、']).next()?;
        let (money, purpose) = clause.split_once("用于").or_else(|| clause.split_once("投向"))?;
        let verb = clause.get(money.len()..money.len() + "用于".len())?;
        let fits = (2..=12).contains(&money.chars().count()) && (2..=12).contains(&purpose.chars().count());
        fits.then(|| format!("{verb}{purpose}的{money}占比"))
    }

    /// What the clause before says that something is: 「主营产品为轨道电源，占营业收入的九成」.
    fn predicate(&self, from: usize) -> String {
        let before = self.sentence.cut(0, from).trim_end_matches('，');
        let clause_start = before.rfind(['，', '；', '。', '：']).map_or(0, |at| at + "，".len());
        let clause = before.get(clause_start..).unwrap_or_default();
        let Some((at, word)) = ["为", "是"].iter().filter_map(|word| clause.find(word).map(|at| (at, word))).min() else {
            return String::new();
        };
        if self.sentence.quantities.iter().any(|q| q.range.start >= clause_start && q.range.end <= from) {
            return String::new();
        }
        let what = clause.get(at + word.len()..).unwrap_or_default();
        let is_made_of =
            ["产品", "业务", "品种", "来源", "市场", "资产", "收入"].iter().any(|w| clause.get(..at).is_some_and(|head| head.ends_with(w)));
        if is_made_of && (3..=14).contains(&what.chars().count()) { what.to_owned() } else { String::new() }
    }

    /// Whether a rate without a growth word of its own continues a list of growth rates: 「分别增长1%、2%」.
    pub(super) fn is_growth(&self, at: usize, tail: &Tail) -> bool {
        if tail.has(Cue::Yoy) || tail.has(Cue::Mom) {
            return true;
        }
        // 「营收保持20%以上增长」
        if let Some(this) = self.sentence.quantities.get(at).filter(|this| this.base == "percent") {
            let after = self.sentence.cut(this.range.end, self.sentence.text.len());
            let after = ["以上", "左右", "以内"].iter().find_map(|bound| after.strip_prefix(bound)).unwrap_or(after);
            let after = after.strip_prefix('的').unwrap_or(after);
            if ["增长", "增速", "高速增长", "较快增长"]
                .iter()
                .any(|word| after.strip_prefix(word).is_some_and(|rest| rest.is_empty() || rest.starts_with(['，', '。', '；', '、'])))
            {
                return true;
            }
        }
        let Some(before) = at.checked_sub(1).and_then(|p| self.sentence.quantities.get(p)) else { return false };
        let gap = self.sentence.quantities.get(at).map(|q| self.sentence.cut(before.range.end, q.range.start)).unwrap_or_default();
        self.is_list_gap(gap)
            && self
                .found
                .last()
                .is_some_and(|last| last.quantity.range == before.range && matches!(last.measure, Measure::Yoy | Measure::Mom | Measure::Growth))
    }

    /// Whether 增加, 减少 before an amount tell a change rather than what was done.
    pub(super) fn is_change(&self, quantity: &Quantity, tail: &Tail, segment: &Range<usize>, at: usize) -> bool {
        if tail.has(Cue::Compare)
            || tail.has(Cue::Yoy)
            || tail.has(Cue::Mom)
            || !tail.periods.is_empty() && self.sentence.cut(segment.start, segment.end).contains(['比', '较'])
        {
            return true;
        }
        // 「微跌1.5亿元至1391亿元」
        let is_to_level = self
            .sentence
            .quantities
            .get(at + 1)
            .is_some_and(|next| next.base == quantity.base && matches!(self.sentence.cut(quantity.range.end, next.range.start), "至" | "到"));
        if is_to_level && quantity.form != Form::Doubling {
            return true;
        }
        if tail.has(Cue::GrowthNoun) && !tail.has(Cue::Rise) {
            return false;
        }
        let until = self.sentence.quantities.get(at + 1).map_or(self.sentence.text.len(), |next| next.range.start);
        let range = label::strip_front(self.sentence, segment.start..tail.end, self.lexicon);
        let is_label = !range.is_empty() && !label::is_action(&label::written(self.sentence, &range), self.lexicon);
        is_label || self.noun(quantity, until).0.is_empty() && (self.topic.base == quantity.base || self.topic.label.is_empty())
    }

    /// Where 由 or 从 opens a from–to change of which this is the earlier value.
    pub(super) fn earlier(&self, segment: &Range<usize>, at: usize) -> Option<usize> {
        let this = self.sentence.quantities.get(at)?;
        let next = self.sentence.quantities.get(at + 1)?;
        if next.base != this.base {
            return None;
        }
        let text = self.sentence.cut(segment.start, segment.end);
        let place = ["由", "从"].iter().filter_map(|w| text.rfind(w)).max()?;
        let gap = self.sentence.cut(this.range.end, next.range.start);
        let leads = [
            "到", "至", "为", "增", "升", "提高", "下降", "降", "扩大", "攀升", "增长", "调整", "上升", "减少", "回落", "提升", "跃升", "收窄", "缩",
            "发展", "拓展", "壮大",
        ];
        let gap_trim = gap.trim_start_matches(['，', '、']);
        (gap.chars().count() <= 16
            && leads.iter().any(|w| gap_trim.starts_with(w))
            && (gap.contains('到') || gap.contains('至') || gap.contains('为')))
        .then_some(segment.start + place)
    }

    pub(super) fn against(&self, tail: &Tail, text: &str) -> Option<Base> {
        if let Some(at) = tail.periods.iter().copied().find(|at| {
            self.sentence.periods.get(*at).is_some_and(|p| {
                let before = self.sentence.cut(0, p.range.start);
                ["比", "较", "与", "同", "和", "跟", "于", "比对", "对比", "相比", "较之"].iter().any(|w| before.ends_with(w))
            })
        }) {
            return Some(Base::Period(at));
        }
        if tail.has(Cue::Mom) {
            return Some(Base::PreviousPeriod);
        }
        if tail.has(Cue::Average) || text.contains("年均") {
            return Some(Base::Average);
        }
        tail.has(Cue::Yoy).then_some(Base::SamePeriodLastYear)
    }
}

/// 「甲占乙比重」, or 「甲占比」 where no whole is told.
fn share_label(part: &str, whole: &str) -> String {
    if whole.is_empty() { format!("{part}占比") } else { format!("{part}占{whole}比重") }
}
