//! What the lines over a table and the document's title tell of all its numbers.

use super::compared::{self, Compared};
use super::find::is_note;
use super::label::Subject;
use super::unit::{self, Unit};
use super::when::When;
use crate::lexicon::Lexicon;

/// What stands over a table.
#[derive(Debug, Clone, Default)]
pub(super) struct Caption {
    /// The units that lines over it tell.
    pub(super) units: Vec<Unit>,
    pub(super) when: When,
    pub(super) subject: Subject,
    pub(super) compared: Option<Compared>,
    /// The line that names the table.
    pub(super) title: String,
}

impl Caption {
    /// 「主要商品出口数量、金额」: what its rows are counted for.
    pub(super) fn flow(&self) -> Option<&'static str> {
        let plain = self.title.replace("进出口", "");
        match (plain.contains("出口"), plain.contains("进口")) {
            (true, false) => Some("出口"),
            (false, true) => Some("进口"),
            _ => None,
        }
    }

    /// The unit of a level with this label: of several, that which counts what the label does.
    pub(super) fn unit(&self, label: &str, lexicon: &Lexicon) -> Option<Unit> {
        let families = lexicon.catalogue.find(label).map(|found| found.families.as_slice()).unwrap_or_default();
        let counted = unit::counted(label).map(|(base, _)| base);
        let fits = |unit: &&Unit| {
            counted == Some(unit.base.as_str()) || counted == Some("household") && unit.base == "count" || families.contains(&unit.family)
        };
        let level = || self.units.iter().find(|unit| !unit.is_rate());
        self.units.iter().find(fits).or_else(level).or_else(|| self.units.first()).cloned()
    }
}

impl Caption {
    /// Reads lines from top to bottom: what is nearer to the table holds.
    pub(super) fn read(lines: &[String], title: Option<&str>, lexicon: &Lexicon) -> Self {
        let mut found = Self::default();
        for line in lines {
            let mut line = line.clone();
            for word in ["计量单位：", "单位：", "单位:", "单位为"] {
                if let Some((head, unit)) = line.clone().rsplit_once(word) {
                    let unit = unit.trim_matches(['）', '：', ' ', '。', '、']);
                    found.units = unit::read_all(unit, lexicon);
                    line = head.trim_end_matches(['（', ' ', '：']).to_owned();
                    break;
                }
            }
            let is_note = is_note(&line);
            found.read_title(&line, is_note, lexicon);
        }
        if let Some(title) = title {
            let document = Self::of_document(title, lexicon);
            found.when = document.when.within(&found.when);
            // 「数据」 and a sheet's name say nothing.
            let is_mute = found.title.chars().count() <= 4 || found.title.is_ascii();
            if is_mute && found.subject.whole.is_empty() && found.subject.is_empty() {
                found.subject = document.subject;
                if found.units.is_empty() {
                    found.units = document.units;
                }
                found.compared = found.compared.or(document.compared);
            }
        }
        found
    }

    /// What a document's title tells of a table below it; a report's year is that in which it is given.
    fn of_document(title: &str, lexicon: &Lexicon) -> Self {
        let title: String = title.replace('(', "（").replace(')', "）").replace(':', "：").chars().filter(|c| !c.is_whitespace()).collect();
        let mut found = Self::default();
        if !title.contains("报告") {
            found.read_title(&title, false, lexicon);
        }
        found
    }

    fn read_title(&mut self, line: &str, is_note: bool, lexicon: &Lexicon) {
        let mut words = numbered(line).to_owned();
        // 「2022年居民消费价格比上年涨跌幅度」 is of 2022.
        let phrase = compared::find(&words, None).map_or(words.len(), |(at, _)| at);
        let mut rest = words.split_off(phrase);
        let when = When::take(&mut words);
        if when.is_told() {
            self.when = self.when.within(&when);
        } else if !is_compared(&rest) {
            self.when = self.when.within(&When::take(&mut rest));
        }
        words.push_str(&rest);
        if is_note || words.is_empty() {
            return;
        }
        while let Some((open, close)) = words.find('（').zip(words.find('）')).filter(|(open, close)| open < close) {
            let note = words.get(open + '（'.len_utf8()..close).unwrap_or_default().to_owned();
            let units: Vec<Unit> = note.trim_start_matches("单位：").split(['，', '、', '；']).filter_map(|part| unit::read(part, lexicon)).collect();
            if !units.is_empty() {
                self.units = units;
            }
            words.replace_range(open..close + '）'.len_utf8(), "");
        }
        self.compared = compared::find(&words, self.units.first()).map(|(_, compared)| compared);
        self.subject = Subject::read(compared::find(&words, None).and_then(|(at, _)| words.get(..at)).unwrap_or(&words), lexicon);
        self.title = words;
    }
}

/// Whether words name the period that something is compared with.
fn is_compared(words: &str) -> bool {
    words.starts_with(['比', '较', '占', '为'])
}

/// A title without its number: 「表2 」, 「附表3：」, 「2-1 」.
fn numbered(line: &str) -> &str {
    let line = line.trim();
    let is_joint = |c: char| matches!(c, '-' | '—' | '.' | '－');
    let is_number = |c: char| c.is_ascii_digit() || is_joint(c) || "一二三四五六七八九十".contains(c);
    let marked = line.trim_start_matches('附').strip_prefix('表').filter(|rest| rest.trim_start().starts_with(is_number));
    let body = marked.unwrap_or(line).trim_start();
    let end = body.find(|c| !is_number(c)).unwrap_or(body.len());
    let (number, rest) = body.split_at_checked(end).unwrap_or((body, ""));
    // 「2022年」 keeps its year; 「2-1 」 has a joint.
    let is_own = marked.is_some() || number.contains(is_joint) && number.starts_with(|c: char| c.is_ascii_digit());
    if is_own && end > 0 && !rest.starts_with(['年', '月', '季']) { rest.trim_start_matches([' ', '：', '、', ':']) } else { line }
}
