//! Sectors that projects are of, told by words of their names.

use super::LexiconError;

/// Words and the sector that each tells.
#[derive(Debug, Clone, Default)]
pub(crate) struct Sectors {
    words: Vec<(String, String)>,
}

impl Sectors {
    /// Reads the lines of `sector.tsv` or of an addition to it.
    pub(crate) fn add(&mut self, list: &str, tsv: &str) -> Result<(), LexiconError> {
        for (number, line) in tsv.lines().enumerate().skip(1).filter(|(_, line)| !line.trim().is_empty()) {
            let wrong = || LexiconError::Line { list: list.to_owned(), line: number + 1, problem: String::from("wants the columns written, sector") };
            let (written, sector) = line.split_once('\t').ok_or_else(wrong)?;
            self.words.push((written.to_owned(), sector.trim().to_owned()));
        }
        Ok(())
    }

    /// The sectors that a name tells, in the order of its words; a longer word hides the shorter ones within it.
    pub(crate) fn named(&self, name: &str) -> Vec<String> {
        let mut found: Vec<String> = Vec::new();
        let mut at = 0;
        while let Some(rest) = name.get(at..).filter(|rest| !rest.is_empty()) {
            let word = self.words.iter().filter(|(word, _)| rest.starts_with(word.as_str())).max_by_key(|(word, _)| word.len());
            match word {
                Some((word, sector)) => {
                    if !found.contains(sector) {
                        found.push(sector.clone());
                    }
                    at += word.len();
                }
                None => at += rest.chars().next().map_or(1, char::len_utf8),
            }
        }
        found
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_tell_sectors() {
        let mut sectors = Sectors::default();
        sectors.add("sector", include_str!("sector.tsv")).unwrap();
        assert_eq!(sectors.named("云湖冷链物流园"), ["物流"]);
        assert_eq!(sectors.named("城北污水管网改造工程"), ["环境保护", "市政"]);
        assert_eq!(sectors.named("农产品采购中心"), ["农业", "商贸"]);
        assert!(sectors.named("重点项目").is_empty());
    }

    #[test]
    fn a_line_without_a_sector_is_refused() {
        let wrong = Sectors::default().add("sector", "written\tsector\n冷库\n");
        assert!(matches!(wrong, Err(LexiconError::Line { line: 2, .. })));
    }
}
