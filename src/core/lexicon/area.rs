//! The areas of GB/T 2260 since 1980, regions above them and foreign countries, and how their names are found.

use std::collections::BTreeMap;

use aho_corasick::{AhoCorasick, MatchKind};

use super::LexiconError;

/// Place of an area in [`Areas`].
pub(crate) type AreaRef = usize;

/// How far an area reaches, the widest first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Level {
    /// China.
    Country,
    /// 省, 自治区, 直辖市.
    Province,
    /// 地级市, 地区, 自治州, 盟.
    Prefecture,
    /// 县, 县级市, 市辖区, 旗.
    County,
    /// Several of them, without a code: 长三角.
    Region,
    /// Abroad.
    Foreign,
}

/// One area, under one name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Area {
    /// GB/T 2260 code; empty where there is none.
    pub(crate) code: String,
    /// Full name.
    pub(crate) name: String,
    /// Other names: 武汉, 克州.
    pub(crate) shorts: Vec<String>,
    /// How far it reaches.
    pub(crate) level: Level,
    /// Code of the area around it; empty where there is none.
    pub(crate) parent: String,
    /// First year under this name, where it is later than the standard.
    pub(crate) from: Option<i32>,
    /// Last year under this name.
    pub(crate) until: Option<i32>,
}

impl Area {
    /// True when the area had this name in that year; without a year, when it still has.
    pub(crate) fn is_valid(&self, year: Option<i32>) -> bool {
        match year {
            Some(year) => self.from.is_none_or(|from| from <= year) && self.until.is_none_or(|until| year <= until),
            None => self.until.is_none(),
        }
    }
}

/// One name found, and the areas that bear it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Name {
    /// Areas whose full name it is; if none has it in full, those whose short name it is.
    pub(crate) areas: Vec<AreaRef>,
    /// True for a full name.
    pub(crate) is_full: bool,
    /// True for a word of daily life: 「资源」, 「城区」. It names an area only beside another, or where that area is spoken of anyway.
    pub(crate) is_word: bool,
}

/// All areas.
#[derive(Debug, Clone)]
pub(crate) struct Areas {
    areas: Vec<Area>,
    by_code: BTreeMap<String, Vec<AreaRef>>,
    by_name: BTreeMap<String, usize>,
    names: Vec<Name>,
    automaton: AhoCorasick,
}

impl Areas {
    /// The list that the program carries, and an operator's additions, each with the header of `area.tsv`.
    ///
    /// - Errors: a line that cannot be read, named with its list and number.
    pub(crate) fn load(additions: &[&str]) -> Result<Self, LexiconError> {
        let mut areas = Vec::new();
        read_areas(include_str!("area.tsv"), &mut areas)?;
        for addition in additions {
            read_areas(addition, &mut areas)?;
        }
        let mut words = Vec::new();
        let mut others = Vec::new();
        read_regions(include_str!("region.tsv"), &mut areas, &mut words, &mut others)?;

        let mut by_code: BTreeMap<String, Vec<AreaRef>> = BTreeMap::new();
        let mut found: BTreeMap<String, Name> = BTreeMap::new();
        for (at, area) in areas.iter().enumerate() {
            if !area.code.is_empty() {
                by_code.entry(area.code.clone()).or_default().push(at);
            }
            let mut add = |name: &str, is_full: bool| {
                if name.is_empty() {
                    return;
                }
                let entry = found.entry(name.to_owned()).or_insert_with(|| Name { areas: Vec::new(), is_full, is_word: false });
                if is_full && !entry.is_full {
                    entry.areas.clear();
                    entry.is_full = true;
                }
                if is_full == entry.is_full && !entry.areas.contains(&at) {
                    entry.areas.push(at);
                }
            };
            add(&area.name, true);
            for short in &area.shorts {
                add(short, false);
            }
        }
        // 「美丽江苏」 holds no 丽江: a name without areas takes its characters away.
        for other in others {
            found.entry(other).or_insert(Name { areas: Vec::new(), is_full: true, is_word: false });
        }
        // 「全国」 speaks of oneself, see `extract::area`.
        found.remove("全国");
        let mut by_name = BTreeMap::new();
        let mut names = Vec::new();
        let mut patterns = Vec::new();
        for (written, mut name) in found {
            let is_two = written.chars().count() == 2;
            name.is_word = words.contains(&written) || (is_two && name.is_full && written.ends_with('区'));
            by_name.insert(written.clone(), names.len());
            names.push(name);
            patterns.push(written);
        }
        let automaton = AhoCorasick::builder().match_kind(MatchKind::LeftmostLongest).build(&patterns).map_err(|error| LexiconError::Line {
            list: String::from("area"),
            line: 0,
            problem: error.to_string(),
        })?;
        Ok(Self { areas, by_code, by_name, names, automaton })
    }

    /// One area.
    pub(crate) fn get(&self, at: AreaRef) -> Option<&Area> {
        self.areas.get(at)
    }

    /// The area with a code in a year; without one of that year, the latest that had it.
    pub(crate) fn with_code(&self, code: &str, year: Option<i32>) -> Option<AreaRef> {
        let all = self.by_code.get(code)?;
        let valid = |year| all.iter().copied().find(|at| self.get(*at).is_some_and(|area| area.is_valid(year)));
        valid(year).or_else(|| valid(None)).or_else(|| all.last().copied())
    }

    /// A name exactly as written.
    pub(crate) fn named(&self, written: &str) -> Option<&Name> {
        self.names.get(*self.by_name.get(written)?)
    }

    /// Names in a text: where they stand, and what they mean; left to right, the longest at each place.
    pub(crate) fn names_in<'a>(&'a self, text: &'a str) -> impl Iterator<Item = (std::ops::Range<usize>, &'a Name)> + 'a {
        self.automaton.find_iter(text).filter_map(|found| Some((found.range(), self.names.get(found.pattern().as_usize())?)))
    }

    /// The area around an area.
    pub(crate) fn parent(&self, at: AreaRef, year: Option<i32>) -> Option<AreaRef> {
        let area = self.get(at)?;
        if area.level == Level::Province {
            return self.with_code("100000", None);
        }
        self.with_code(&area.parent, year).filter(|parent| *parent != at)
    }

    /// The area and those around it, the nearest first.
    pub(crate) fn chain(&self, at: AreaRef, year: Option<i32>) -> Vec<AreaRef> {
        let mut chain = vec![at];
        while let Some(next) = chain.last().and_then(|last| self.parent(*last, year)) {
            if chain.contains(&next) || chain.len() > 4 {
                break;
            }
            chain.push(next);
        }
        chain
    }

    /// True when the first lies within the second, whatever name the second had.
    pub(crate) fn is_within(&self, inner: AreaRef, outer: AreaRef) -> bool {
        let Some(code) = self.get(outer).map(|area| area.code.as_str()).filter(|code| !code.is_empty()) else { return false };
        inner != outer && self.chain(inner, None).iter().skip(1).any(|at| self.get(*at).is_some_and(|area| area.code == code))
    }
}

fn problem(list: &str, line: usize, problem: &str) -> LexiconError {
    LexiconError::Line { list: list.to_owned(), line: line + 1, problem: problem.to_owned() }
}

fn read_areas(lines: &str, areas: &mut Vec<Area>) -> Result<(), LexiconError> {
    for (at, line) in lines.lines().enumerate() {
        if at == 0 {
            if line.trim_end() != "code\tname\tshort\tlevel\tparent\tfrom\tuntil" {
                return Err(problem("area", at, "header is not `code name short level parent from until`"));
            }
            continue;
        }
        if line.trim().is_empty() {
            continue;
        }
        let mut cells = line.split('\t').map(str::trim);
        let mut next = || cells.next().unwrap_or_default();
        let (code, name, short, level, parent, from, until) = (next(), next(), next(), next(), next(), next(), next());
        if name.is_empty() {
            return Err(problem("area", at, "no name"));
        }
        let year = |written: &str| match written {
            "" => Ok(None),
            year => year.parse().map(Some).map_err(|_| problem("area", at, "year is not a number")),
        };
        areas.push(Area {
            code: code.to_owned(),
            name: name.to_owned(),
            shorts: short.split(';').filter(|short| !short.is_empty()).map(str::to_owned).collect(),
            level: match level {
                "country" => Level::Country,
                "province" => Level::Province,
                "prefecture" => Level::Prefecture,
                "county" => Level::County,
                "region" => Level::Region,
                "foreign" => Level::Foreign,
                _ => return Err(problem("area", at, "unknown level")),
            },
            parent: parent.to_owned(),
            from: year(from)?,
            until: year(until)?,
        });
    }
    Ok(())
}

/// Reads regions and countries; `word` lines are names that are words of daily life, `other` lines words that hold a name and are none.
fn read_regions(lines: &str, areas: &mut Vec<Area>, words: &mut Vec<String>, others: &mut Vec<String>) -> Result<(), LexiconError> {
    let mut aliases = Vec::new();
    for (at, line) in lines.lines().enumerate().skip(1) {
        let mut cells = line.split('\t');
        let (Some(name), Some(level)) = (cells.next(), cells.next()) else { return Err(problem("region", at, "no level")) };
        let level = match level {
            "word" => {
                words.push(name.to_owned());
                continue;
            }
            "other" => {
                others.push(name.to_owned());
                continue;
            }
            "alias" => {
                aliases.push((at, name, cells.next().unwrap_or_default()));
                continue;
            }
            "region" => Level::Region,
            "foreign" => Level::Foreign,
            _ => return Err(problem("region", at, "unknown level")),
        };
        areas.push(Area { code: String::new(), name: name.to_owned(), shorts: Vec::new(), level, parent: String::new(), from: None, until: None });
    }
    for (at, alias, name) in aliases {
        match areas.iter_mut().find(|area| area.name == name) {
            Some(area) => area.shorts.push(alias.to_owned()),
            None => return Err(problem("region", at, "alias of no area")),
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lists_load_and_find_their_way_up() {
        let areas = Areas::load(&[]).unwrap();
        let at = areas.with_code("420107", None).unwrap();
        let names: Vec<&str> = areas.chain(at, None).iter().map(|at| areas.get(*at).unwrap().name.as_str()).collect();
        assert_eq!(names, ["青山区", "武汉市", "湖北省", "中国"]);
        assert!(areas.named("资源").unwrap().is_word);
    }

    #[test]
    fn additions_are_read_and_checked() {
        let areas = Areas::load(&["code\tname\tshort\tlevel\tparent\tfrom\tuntil\n\t临江新城\t\tregion\t\t\t"]).unwrap();
        assert!(areas.named("临江新城").is_some());
        let error = Areas::load(&["code\tname\tshort\tlevel\tparent\tfrom\tuntil\n\t某地\t\tcity\t\t\t"]).unwrap_err();
        assert_eq!(error.to_string(), "area:2: unknown level");
    }

    #[test]
    fn regions_are_sorted_and_unique() {
        let names: Vec<&str> = include_str!("region.tsv").lines().skip(1).filter_map(|line| line.split('\t').next()).collect();
        assert!(names.is_sorted_by(|a, b| a < b));
    }
}
