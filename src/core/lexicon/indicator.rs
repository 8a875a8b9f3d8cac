//! The catalogue of indicators and the phrases that mean them.

use super::{Indicator, LexiconError};
use std::collections::BTreeMap;

/// All indicators, and every phrase that means one.
#[derive(Debug, Clone, Default)]
pub(crate) struct Catalogue {
    all: Vec<Indicator>,
    by_phrase: BTreeMap<String, usize>,
    /// What was added to a stock within a period, by the code of the stock: 新增停车泊位 of 停车泊位.
    additions: BTreeMap<String, Indicator>,
}

impl Catalogue {
    /// Reads the lines of `indicator.tsv` or of an addition to it.
    pub(crate) fn add(&mut self, list: &str, tsv: &str) -> Result<(), LexiconError> {
        let split = |column: &str| column.split(';').filter(|w| !w.is_empty()).map(str::to_owned).collect::<Vec<_>>();
        for (number, line) in tsv.lines().enumerate().skip(1).filter(|(_, l)| !l.trim().is_empty()) {
            let columns: Vec<&str> = line.split('\t').collect();
            let [code, name, english, aliases, family, world_bank, nbs] = columns.as_slice() else {
                return Err(LexiconError::Line {
                    list: list.to_owned(),
                    line: number + 1,
                    problem: String::from("wants the columns code, name, english, aliases, family, world_bank, nbs"),
                });
            };
            let optional = |text: &str| (!text.is_empty()).then(|| text.to_owned());
            let indicator = Indicator {
                code: (*code).to_owned(),
                name: (*name).to_owned(),
                english: (*english).to_owned(),
                aliases: split(aliases),
                families: split(family),
                world_bank: optional(world_bank),
                nbs: optional(nbs),
            };
            self.all.push(indicator);
        }
        self.all.sort_by(|a, b| a.code.cmp(&b.code));
        self.by_phrase = BTreeMap::new();
        for (at, indicator) in self.all.iter().enumerate() {
            for phrase in std::iter::once(&indicator.name).chain(&indicator.aliases) {
                self.by_phrase.entry(phrase.clone()).or_insert(at);
            }
        }
        self.additions = self.all.iter().filter_map(|stock| addition(stock).map(|added| (stock.code.clone(), added))).collect();
        Ok(())
    }

    /// What is added to a stock that is counted or measured: its code is `new_` and the stock's, its name 新增 and the stock's.
    pub(crate) fn addition(&self, stock: &Indicator) -> Option<&Indicator> {
        self.additions.get(&stock.code)
    }

    /// All indicators, sorted by code.
    pub(crate) fn all(&self) -> &[Indicator] {
        &self.all
    }

    /// The indicator that a whole phrase means.
    pub(crate) fn find(&self, phrase: &str) -> Option<&Indicator> {
        self.by_phrase.get(phrase).and_then(|at| self.all.get(*at))
    }

    /// The indicator that a phrase means of one project, which stands as `@phrase` among the aliases, or of one company: `#phrase`.
    pub(crate) fn fact(&self, phrase: &str, is_company: bool) -> Option<&Indicator> {
        let sigil = if is_company { '#' } else { '@' };
        self.find(&format!("{sigil}{phrase}"))
    }
}

fn addition(stock: &Indicator) -> Option<Indicator> {
    const COUNTED: &[&str] = &["count", "length", "area", "power", "person", "household", "volume"];
    let is_stock = stock.families.iter().any(|family| COUNTED.contains(&family.as_str())) && !stock.name.starts_with('新');
    is_stock.then(|| Indicator {
        code: format!("new_{}", stock.code),
        name: format!("新增{}", stock.name),
        english: format!("Additions: {}", stock.english),
        aliases: Vec::new(),
        families: stock.families.clone(),
        world_bank: None,
        nbs: None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    fn shipped() -> Catalogue {
        let mut catalogue = Catalogue::default();
        catalogue.add("indicator", include_str!("indicator.tsv")).expect("the shipped list is well formed");
        catalogue
    }

    /// The families that the units know.
    fn families() -> BTreeSet<&'static str> {
        include_str!("unit.tsv").lines().skip(1).filter_map(|line| line.split('\t').nth(3)).collect()
    }

    #[test]
    fn the_catalogue_is_wide_enough() {
        assert!(shipped().all().len() >= 600, "{} indicators", shipped().all().len());
    }

    #[test]
    fn codes_are_sorted_and_unique() {
        let codes: Vec<&str> = include_str!("indicator.tsv").lines().skip(1).filter_map(|line| line.split('\t').next()).collect();
        for pair in codes.windows(2) {
            assert!(pair[0] < pair[1], "{} stands before {}", pair[0], pair[1]);
        }
        assert!(codes.iter().all(|code| code.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_')));
    }

    #[test]
    fn a_phrase_means_one_indicator() {
        let catalogue = shipped();
        let mut owners: BTreeMap<&str, &str> = BTreeMap::new();
        for indicator in catalogue.all() {
            for phrase in std::iter::once(&indicator.name).chain(&indicator.aliases) {
                assert_eq!(phrase.trim(), phrase, "blanks around a phrase of {}", indicator.code);
                let before = owners.insert(phrase, &indicator.code);
                assert!(before.is_none(), "{phrase} is of {} and of {}", before.unwrap_or_default(), indicator.code);
            }
        }
    }

    #[test]
    fn bare_words_mean_nothing() {
        let catalogue = shipped();
        for word in ["产量", "收入", "面积", "投资", "产值", "增加值", "支出", "贷款", "存款", "项目", "企业", "人数", "销售额", "总投资"]
        {
            assert!(catalogue.find(word).is_none(), "{word} alone is no indicator");
        }
    }

    #[test]
    fn families_are_families_of_units() {
        let known = families();
        for indicator in shipped().all() {
            assert!(!indicator.families.is_empty(), "{} has no family", indicator.code);
            for family in &indicator.families {
                assert!(known.contains(family.as_str()), "{family} of {} is no family of a unit", indicator.code);
            }
        }
    }

    #[test]
    fn phrases_find_their_indicator() {
        let catalogue = shipped();
        for (phrase, code) in [
            ("地方一般公共预算收入", "general_public_budget_revenue"),
            ("社零总额", "retail_sales"),
            ("规上工业增加值", "industrial_value_added_scale"),
            ("全体居民人均可支配收入", "income_all"),
            ("政府采购节约率", "procurement_saving_rate"),
            ("薪俸税", "hk_salaries_tax"),
            ("执业（助理）医师", "doctors"),
        ] {
            assert_eq!(catalogue.find(phrase).map(|i| i.code.as_str()), Some(code), "{phrase}");
        }
    }
}
