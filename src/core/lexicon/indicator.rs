//! The catalogue of indicators and the phrases that mean them.

use super::{Indicator, LexiconError};
use std::collections::BTreeMap;

/// All indicators, and every phrase that means one.
#[derive(Debug, Clone, Default)]
pub(crate) struct Catalogue {
    all: Vec<Indicator>,
    by_phrase: BTreeMap<String, usize>,
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
        Ok(())
    }

    /// All indicators, sorted by code.
    pub(crate) fn all(&self) -> &[Indicator] {
        &self.all
    }

    /// The indicator that a whole phrase means.
    pub(crate) fn find(&self, phrase: &str) -> Option<&Indicator> {
        self.by_phrase.get(phrase).and_then(|at| self.all.get(*at))
    }
}
