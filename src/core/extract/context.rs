//! What else the words around a number tell: bound, status, period, area, price basis.

use std::ops::Range;

use super::label;
use super::quantity::{Form, Quantity};
use super::reader::{Reader, Tail};
use super::statement::Manner;
use crate::lexicon::Cue;
use crate::model::{Bound, PriceBasis, Revision, Status};

/// Words before the area where something stands.
const PLACED: &[&str] = &["落户", "落户于", "落户在", "位于", "坐落于", "坐落在", "地处"];

/// Whether a clause opens with a verb by which the things counted came to be: 「建成公园6座」, 「成功获批重点实验室2家」, but not
/// 「建设用地」 or 「累计建成」.
fn is_built(clause: &str) -> bool {
    const VERBS: &[&str] = &[
        "建成",
        "建设",
        "创建",
        "打造",
        "开工建设",
        "改建",
        "扩建",
        "改扩建",
        "新增",
        "新建",
        "新认定",
        "新培育",
        "新入选",
        "新获批",
        "新设",
        "获批",
        "获评",
        "入选",
        "组建",
        "施划",
        "成功培育",
        "认定",
        "布局建设",
        "启动建设",
    ];
    const NOUNS: &[&str] = &["建设用地", "建设投资", "建设项目", "建设资金", "建成区", "建设面积", "建设规模", "建设进度", "建设工程"];
    let clause = opening(clause);
    VERBS.iter().any(|verb| clause.starts_with(verb)) && !NOUNS.iter().any(|noun| clause.starts_with(noun))
}

/// Whether a clause opens with 培育: as a plan that is what shall be added; told of the past it may be all that there are.
fn is_nurtured(clause: &str) -> bool {
    opening(clause).starts_with("培育")
}

/// A clause without the words before its verb that change nothing.
fn opening(clause: &str) -> &str {
    const FRONT: &[&str] =
        &["五年", "今年", "全年", "年内", "将", "力争", "争取", "计划", "全市", "全省", "全区", "全县", "共", "再", "又", "成功", "新"];
    let clause = clause.trim_start_matches(['，', '；', '。', '、', '：', ' ']);
    FRONT.iter().fold(clause, |clause, word| match clause.strip_prefix(word) {
        // 「新增」 and 「成功培育」 are the verbs themselves.
        Some(rest) if !matches!(*word, "新" | "成功") || !rest.starts_with(['增', '建', '设', '培']) => rest,
        _ => clause,
    })
}

/// Whether the clause behind a number says that the things counted came to be: 「2所职业本科大学获批」.
pub(super) fn is_founded(after: &str) -> bool {
    const VERBS: &[&str] = &["获批", "获批建设", "获批设立", "投入使用", "建成投用", "投用", "建成启用", "启用", "揭牌", "挂牌成立", "建成投入使用"];
    let clause = after.split(['，', '。', '；', '、', '\t']).next().unwrap_or_default();
    VERBS.iter().any(|verb| clause.ends_with(verb))
}

impl Reader<'_, '_> {
    pub(super) fn bound(&self, quantity: &Quantity, tail: &Tail) -> Bound {
        if quantity.high.is_some() {
            return Bound::Range;
        }
        let after = self.bound_after(quantity);
        if after != Bound::Eq {
            return after;
        }
        for cue in &tail.heard {
            match cue {
                Cue::About => return Bound::Approx,
                Cue::Least => return Bound::Min,
                Cue::Most => return Bound::Max,
                _ => {}
            }
        }
        Bound::Eq
    }

    /// What the words after a number say of it: 左右, 以上, 以内.
    pub(super) fn bound_after(&self, quantity: &Quantity) -> Bound {
        if quantity.high.is_some() {
            return Bound::Range;
        }
        let after = self.sentence.cut(quantity.range.end, self.sentence.text.len());
        let starts = |words: &[&str]| words.iter().any(|w| after.starts_with(w));
        if starts(&["左右", "上下", "前后"]) {
            Bound::Approx
        } else if starts(&["以上", "之上", "及以上", "多", "余"]) && !after.starts_with("余额") || quantity.is_open {
            Bound::Min
        } else if starts(&["以内", "以下", "之内", "之下"]) {
            Bound::Max
        } else {
            Bound::Eq
        }
    }

    /// What the words before a number, back to the last semicolon, say of its having happened.
    pub(super) fn status(&self, at: usize, tail: &Tail) -> Option<Status> {
        let before = self.sentence.cut(0, at);
        let from = before.rfind(['；', '。', '：']).map_or(0, |place| place);
        let before = before.get(from..).unwrap_or_default();
        let clause = before.rsplit('，').next().unwrap_or(before);
        const EXPECTED: &[&str] = &["预计", "有望", "或将", "预测", "预估", "可望", "预料", "预期会", "预期将", "料将", "料会"];
        // 「税务局仍预料，明年税收会下跌3%」
        let said_before = before.rsplit('，').nth(1).is_some_and(|said| EXPECTED.iter().any(|w| said.ends_with(w)));
        if tail.has(Cue::Estimate) || said_before || EXPECTED.iter().any(|w| clause.contains(w)) {
            return Some(Status::Estimate);
        }
        // 「预计年收入将达2亿元，年税收将达2000万元」: what is expected of the first is expected of all, till something has happened.
        if let Some(expected) = ["预计", "有望"].iter().filter_map(|w| before.rfind(w)).max() {
            let since = before.get(expected..).unwrap_or_default();
            let has_happened = ["已", "了", "目前", "同比", "比上年", "截至", "的基础上"].iter().any(|w| since.contains(w));
            let names_time = self.sentence.periods.iter().any(|p| p.range.end <= at && p.range.start > from + expected + "预计".len() * 2);
            let is_rank = clause.contains(['居', '列']);
            // 「将投资」 is a plan, 「将达」 is expected.
            let is_planned = clause.match_indices('将').any(|(at, _)| {
                clause.get(at + "将".len()..).is_some_and(|next| !["达", "实现", "超", "突破", "有", "提供"].iter().any(|w| next.starts_with(w)))
            });
            if !has_happened && !names_time && !is_rank && !is_planned {
                return Some(Status::Estimate);
            }
        }
        // 「确保五个项目建成投产」, 「重点推进…开工建设，今年产值要达到…」
        let orders = ["确保", "重点推进", "加快推进", "全力推进", "抓好", "力促", "全面实施", "加快实施"];
        let is_order =
            orders.iter().any(|w| before.trim_start_matches(['，', '；', '。', '：']).starts_with(w)) || orders.iter().any(|w| clause.starts_with(w));
        let has_result = ["了", "已", "成功", "实现了", "同比", "比上年"].iter().any(|w| self.sentence.text.contains(w));
        let is_task = ["要实现", "要达到", "要完成", "力争"].iter().any(|w| self.sentence.text.contains(w));
        if is_order && !has_result && (is_task || before.contains("确保")) {
            return Some(Status::Target);
        }
        let after = self.sentence.cut(at, self.sentence.text.len());
        let rest = after.split(['，', '。', '；']).next().unwrap_or_default();
        if ["的任务", "建设任务", "改造任务", "任务目标", "的目标"].iter().any(|w| rest.contains(w)) && !before.contains("超额") {
            return Some(Status::Target);
        }
        // 「计划再开工25个项目」, but not 「计划新开工项目全部开工」.
        let is_planned = before.match_indices("计划").any(|(at, word)| {
            let next = before.get(at + word.len()..).unwrap_or_default();
            let verbs = [
                "累计",
                "再",
                "新",
                "开工",
                "建设",
                "实施",
                "投资",
                "完成",
                "引进",
                "改造",
                "新增",
                "安排",
                "总投资",
                "用",
                "建",
                "于",
                "今年",
                "明年",
                "年内",
            ];
            verbs.iter().any(|verb| next.starts_with(verb)) && !before.get(..at).is_some_and(|b| b.ends_with(['的', '个', '项', '入', '成']))
        });
        if is_planned && !rest.contains("全部") && !before.contains("已完成") {
            return Some(Status::Target);
        }
        let plan = before
            .replace("计划的", "")
            .replace("目标的", "")
            .replace("计划生育", "")
            .replace("行动计划", "")
            .replace("完成计划", "")
            .replace("规划面积", "")
            .replace("五年计划", "");
        // 「拟发行债券1.3万亿元」, 「资金拟按4%安排」
        if clause.trim_start_matches(['，', '；', '。', '：']).starts_with('拟') {
            return Some(Status::Target);
        }
        let says = |words: &[&str]| words.iter().any(|w| plan.contains(w)) || ["规划建", "规划总"].iter().any(|w| clause.contains(w));
        if tail.has(Cue::Target) && !before.contains("超额完成") && !before.ends_with("任务") && !before.ends_with("预算")
            || says(&[
                "力争",
                "争取达",
                "争取实现",
                "争取完成",
                "预期目标",
                "目标是",
                "目标为",
                "确保完成",
                "确保实现",
                "计划投资",
                "计划总投资",
                "计划建",
                "计划完成",
                "计划实施",
                "拟建",
                "拟投资",
                "将达",
                "还将",
                "今年将",
                "明年将",
                "全年将",
                "半年将",
                "届时将",
                "今后将",
                "计划今年",
                "计划明年",
                "计划于",
                "要开工",
                "拟开工",
                "将开工",
                "将于",
                "年内将",
                "今年要",
                "将新",
                "将扩",
                "将改",
                "将再",
                "欲投资",
                "将超",
                "将突破",
                "将建",
                "将新增",
                "将实现",
                "将投",
                "将完成",
                "将形成",
                "将增",
                "将安排",
                "将带动",
                "将有",
                "建成后",
                "投产后",
                "达产后",
                "投用后",
                "完工后",
                "竣工后",
                "运营后",
                "努力实现",
                "任务是",
                "需完成",
                "要完成",
                "要达到",
                "要实现",
                "要建",
                "要新增",
                "可实现",
                "可形成",
                "可新增",
                "可提供",
                "可带动",
                "可解决",
                "可容纳",
                "可安置",
                "可建成",
            ])
        {
            return Some(Status::Target);
        }
        None
    }

    /// The period that the sentence names for the number at `at`: the last one before it that is no base of comparison.
    pub(super) fn period(&self, at: usize, tail: &Tail) -> Option<usize> {
        let _ = tail;
        let is_base = |range: &Range<usize>| {
            // 「恢复至2019年同期的」 is one base in two words.
            let start = self.sentence.periods.iter().find(|p| p.range.end == range.start).map_or(range.start, |p| p.range.start);
            let before = self.sentence.cut(0, start);
            let after = self.sentence.cut(range.end, self.sentence.text.len());
            let compared = ["比", "较", "与", "同", "高于", "低于", "快于", "超过", "超", "对比"].iter().any(|w| before.ends_with(w));
            let multiple = ["是", "为", "相当于", "恢复到", "恢复至", "达到", "占"].iter().any(|w| before.ends_with(w))
                && (after.starts_with('的') || after.starts_with("同期的"));
            // 「4月13日公布」 dates the news.
            let is_news = [
                "公布", "发布", "召开", "报道", "获悉", "从", "举行", "日电", "讯", "电", "表示", "称", "宣布", "消息", "在", "记者", "举办", "透露",
                "下发", "印发",
            ]
            .iter()
            .any(|w| after.starts_with(w))
                && self.sentence.cut(range.start, range.end).ends_with('日');
            // 「延续去年以来的势头」
            if self.sentence.cut(range.start, range.end).ends_with("以来") && after.starts_with('的') {
                return true;
            }
            // 「计划今年7月开工，共需征地1.8万亩」 dates the start of works, not the land.
            let is_start = ["开工", "动工", "投产", "建成", "竣工", "完工", "通车", "启动建设", "投入使用", "正式开工", "全面开工"]
                .iter()
                .any(|w| after.trim_start_matches('份').starts_with(w))
                && after.find('，').is_some_and(|comma| range.end + comma < at);
            let origin = is_start
                || is_news
                || ["由", "从", "自"].iter().any(|w| before.ends_with(w))
                    && (after.starts_with('的') || after.starts_with(|c: char| c.is_ascii_digit()));
            compared || multiple || origin
        };
        // 「较2012年的853间，增加31.7%」: the value compared with is that period's.
        if let Some(place) = self
            .sentence
            .periods
            .iter()
            .position(|p| self.sentence.cut(p.range.end, at) == "的" && self.sentence.cut(0, p.range.start).ends_with(['较', '比']))
        {
            return Some(place);
        }
        let told = |limit: usize| {
            self.sentence.periods.iter().enumerate().rev().find(|(_, p)| p.range.end <= limit && !is_base(&p.range)).map(|(place, _)| place)
        };
        let found = told(at)?;
        // 「截至9月底，今年累计…」: the day tells more than the year.
        let mention = self.sentence.periods.get(found)?;
        if self.sentence.cut(mention.range.start, mention.range.end) == "今年"
            && let Some(before) = told(mention.range.start)
            && self.sentence.periods.get(before).is_some_and(|p| self.sentence.cut(p.range.start, p.range.end).starts_with('截'))
        {
            return Some(before);
        }
        Some(found)
    }

    /// The area that the sentence speaks of at `at`: the last one before it that opens a clause.
    pub(super) fn area(&self, at: usize) -> Option<usize> {
        let own_clause = self.sentence.cut(0, at).rfind(['，', '；', '：', '。', '（']).unwrap_or_default();
        let governs = |range: &Range<usize>| {
            let after = self.sentence.cut(range.end, self.sentence.text.len());
            let clause = after.find(['，', '；', '：', '。']).map_or(self.sentence.text.len(), |place| range.end + place);
            // An area in a clause without numbers is where something stands, not what is spoken of, unless it stands alone.
            range.start >= own_clause
                || self.is_place(range)
                || after.starts_with('，')
                || self.sentence.quantities.iter().any(|q| q.range.start >= range.end && q.range.end <= clause)
        };
        // 「从全国第10位升至第8位」: the country is compared with.
        let ranks = |range: &Range<usize>| self.sentence.quantities.iter().any(|q| q.form == Form::Rank && q.range.start == range.end);
        self.sentence
            .areas
            .iter()
            .enumerate()
            .rev()
            .find(|(_, a)| {
                a.range.end <= at
                    && self.opens_clause(&a.range)
                    && governs(&a.range)
                    && !label::is_partner(self.sentence, &a.range)
                    && !ranks(&a.range)
            })
            .map(|(place, _)| place)
    }

    /// Whether an area is told as the place of what is spoken of: 「落户北岭开发区的…公司」, a zone that opens the sentence.
    fn is_place(&self, range: &Range<usize>) -> bool {
        let before = self.sentence.cut(0, range.start);
        // 「东州市以模具业为龙头，到西陵办展，成交额…」: who acts opens the sentence.
        let after = self.sentence.cut(range.end, self.sentence.text.len());
        let acts = ["以", "在", "到", "与", "共", "还", "则", "围绕", "依托", "通过", "组织", "积极", "大力", "先后", "深入", "加快"];
        if range.start == 0
            && acts.iter().any(|word| after.starts_with(word))
            && !after.starts_with("以上")
            && !after.starts_with("以来")
            && !after.starts_with("以及")
        {
            return true;
        }
        let is_zone = range.start == 0 && ["新区", "开发区"].iter().any(|w| self.sentence.cut(range.start, range.end).ends_with(w));
        // 「位于万载县白水乡」
        let outer = self.sentence.areas.iter().find(|outer| outer.range.end == range.start);
        let before = outer.map_or(before, |outer| self.sentence.cut(0, outer.range.start));
        is_zone || PLACED.iter().any(|word| before.ends_with(word))
    }

    /// Whether nothing but connectives and a preposition stands here: 「其中，在」.
    fn is_bare(&self, range: Range<usize>) -> bool {
        let text = self.sentence.cut(range.start, range.end);
        let end = range.start + text.trim_end_matches(['在', '从', '由', '对', '据']).len();
        label::strip_front(self.sentence, range.start..end, self.lexicon).is_empty()
    }

    pub(super) fn opens_clause(&self, range: &Range<usize>) -> bool {
        let before = self.sentence.cut(0, range.start);
        let start = before
            .rfind(['，', '。', '；', '：', '！', '？', '（', '\t'])
            .map_or(0, |place| place + before.get(place..).and_then(|r| r.chars().next()).map_or(1, char::len_utf8));
        let start = self.sentence.quantities.iter().map(|q| q.range.end).filter(|end| *end <= range.start).fold(start, usize::max);
        self.is_bare(start..range.start)
            || self.is_place(range) && start + 60 >= range.start
            || self.sentence.periods.iter().any(|p| {
                p.range.end == range.start
                    && p.range.start >= start
                    && label::strip_front(self.sentence, start..p.range.start, self.lexicon).is_empty()
            })
    }

    pub(super) fn manner(&self, text: &str, after: &str) -> Manner {
        let has = |words: &[&str]| words.iter().any(|w| text.contains(w));
        Manner {
            is_cumulative: has(&["累计", "总计达", "历年"]),
            is_flow: has(&[
                "新增",
                "新建",
                "改建",
                "扩建",
                "完成",
                "实现",
                "签约",
                "引进",
                "发放",
                "投入",
                "开工",
                "培训",
                "接待",
                "销售",
                "新签",
                "举办",
                "安排",
                "下达",
                "新登记",
                "建成",
                "改造",
                "净增",
                "招生",
                "毕业",
            ]) || after.starts_with("增长"),
            is_stock: has(&["共有", "拥有", "现有", "总数", "年末", "期末", "辖", "余额", "在册", "在校", "存栏"]),
            is_open: false,
            is_reached: has(&["达", "超", "突破", "跨越", "升至", "增至", "站上", "跃上", "迈上", "扩大到", "提高到", "增加到", "保持"]),
            is_built: is_built(text),
            is_nurtured: is_nurtured(text),
        }
    }

    pub(super) fn price_basis(&self, text: &str) -> Option<PriceBasis> {
        let words = ["可比价", "不变价", "扣除价格因素", "剔除价格因素", "实际增长"];
        if words.iter().any(|w| text.contains(w)) || self.sentence.text.contains("按可比价") {
            Some(PriceBasis::Constant)
        } else if text.contains("现价") || text.contains("名义") {
            Some(PriceBasis::Current)
        } else {
            None
        }
    }

    pub(super) fn revision(&self, at: usize) -> Option<Revision> {
        let before = self.sentence.cut(0, at);
        if ["初步核算", "初步统计", "初步测算"].iter().any(|w| before.contains(w)) {
            Some(Revision::Preliminary)
        } else if before.contains("最终核实") {
            Some(Revision::Final)
        } else if before.contains("修订后") {
            Some(Revision::Revised)
        } else {
            None
        }
    }
}
