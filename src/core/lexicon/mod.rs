//! The word lists, as data (`*.tsv` beside this file), and their loader.

pub(crate) mod area;
mod cue;
mod indicator;
mod sector;
mod unit;

pub(crate) use area::Areas;
pub(crate) use cue::{Cue, Cues};
pub(crate) use unit::{Unit, Units};

/// Every word list, loaded and checked.
#[derive(Debug, Clone)]
pub struct Lexicon {
    version: String,
    pub(crate) units: Units,
    pub(crate) catalogue: indicator::Catalogue,
    pub(crate) areas: Areas,
    pub(crate) cues: Cues,
    pub(crate) sectors: sector::Sectors,
}

/// Why a word list is wrong.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum LexiconError {
    /// A list of this name does not exist.
    #[error("{list}: no such word list")]
    UnknownList {
        /// Name of the file without its extension.
        list: String,
    },
    /// A line cannot be read.
    #[error("{list}:{line}: {problem}")]
    Line {
        /// Name of the list.
        list: String,
        /// From 1, the header being line 1.
        line: usize,
        /// What is wrong.
        problem: String,
    },
}

/// One indicator of the catalogue.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Indicator {
    /// Our code.
    pub code: String,
    /// Standard Chinese name.
    pub name: String,
    /// English name.
    pub english: String,
    /// Other wordings.
    pub aliases: Vec<String>,
    /// Unit families of its level.
    pub families: Vec<String>,
    /// World Bank WDI code, where verified.
    pub world_bank: Option<String>,
    /// National Bureau of Statistics code, where verified.
    pub nbs: Option<String>,
}

impl Lexicon {
    /// The lists that the program carries.
    ///
    /// - Errors: never in a released build; a test loads them.
    pub fn builtin() -> Result<Self, LexiconError> {
        Self::with_additions(&[])
    }

    /// The lists that the program carries and an operator's additions: pairs of a list's name (`unit`, `indicator`, `area`, `sector`) and its lines as TSV with the list's own header.
    ///
    /// - Errors: a name that is no list, or a line that cannot be read; both name the list and the line.
    pub fn with_additions(additions: &[(String, String)]) -> Result<Self, LexiconError> {
        let areas: Vec<&str> = additions.iter().filter(|(list, _)| list == "area").map(|(_, tsv)| tsv.as_str()).collect();
        let mut lexicon = Self {
            version: String::new(),
            units: Units::default(),
            catalogue: indicator::Catalogue::default(),
            areas: Areas::load(&areas)?,
            cues: Cues::default(),
            sectors: sector::Sectors::default(),
        };
        let builtin = [
            ("unit", include_str!("unit.tsv")),
            ("indicator", include_str!("indicator.tsv")),
            ("cue", include_str!("cue.tsv")),
            ("area", include_str!("area.tsv")),
            ("region", include_str!("region.tsv")),
            ("sector", include_str!("sector.tsv")),
        ];
        let lists = builtin.into_iter().chain(additions.iter().map(|(list, tsv)| (list.as_str(), tsv.as_str())));
        let mut hash = Fnv::default();
        for (list, tsv) in lists {
            match list {
                "unit" => lexicon.units.add(list, tsv)?,
                "indicator" => lexicon.catalogue.add(list, tsv)?,
                "cue" => lexicon.cues.add(list, tsv)?,
                "sector" => lexicon.sectors.add(list, tsv)?,
                "area" | "region" => {}
                _ => return Err(LexiconError::UnknownList { list: list.to_owned() }),
            }
            hash.update(list);
            hash.update(tsv);
        }
        lexicon.version = format!("{:016x}", hash.0);
        Ok(lexicon)
    }

    /// Hash over all lines, additions included: part of every row's provenance.
    #[must_use]
    pub fn version(&self) -> &str {
        &self.version
    }

    /// The indicator catalogue, sorted by code.
    #[must_use]
    pub fn indicators(&self) -> &[Indicator] {
        self.catalogue.all()
    }
}

/// FNV-1a, 64 bits: tells lists apart; nothing depends on its strength.
struct Fnv(u64);

impl Default for Fnv {
    fn default() -> Self {
        Self(0xcbf2_9ce4_8422_2325)
    }
}

impl Fnv {
    fn update(&mut self, text: &str) {
        for byte in text.bytes().chain([0]) {
            self.0 = (self.0 ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written_forms(tsv: &str) -> Vec<&str> {
        tsv.lines().skip(1).filter_map(|l| l.split('\t').next()).collect()
    }

    #[test]
    fn lists_are_sorted_and_unique() {
        for (list, tsv) in [("unit", include_str!("unit.tsv")), ("indicator", include_str!("indicator.tsv")), ("sector", include_str!("sector.tsv"))]
        {
            let forms = written_forms(tsv);
            assert!(forms.windows(2).all(|w| w[0] < w[1]), "{list}.tsv is not sorted: {:?}", forms.windows(2).find(|w| w[0] >= w[1]));
        }
    }

    #[test]
    fn an_unknown_list_is_refused() {
        let wrong = Lexicon::with_additions(&[(String::from("colour"), String::new())]);
        assert!(matches!(wrong, Err(LexiconError::UnknownList { list }) if list == "colour"));
    }

    #[test]
    fn additions_change_the_version_and_are_read() {
        let plain = Lexicon::builtin().unwrap();
        let more =
            Lexicon::with_additions(&[(String::from("unit"), String::from("written\tunit\tfactor\tfamily\n畚箕\tcount\t1\tcount\n"))]).unwrap();
        assert_ne!(plain.version(), more.version());
        assert!(plain.units.prefix("畚箕").is_none());
        assert!(more.units.prefix("畚箕").is_some());
    }
}
