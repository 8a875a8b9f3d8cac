//! The list of rules: their ids and the examples that lie beside them.
//!
//! A statement is read by the first rule of its family that fits, in the order of this list; `gongbao explain` prints the id.

/// One rule and the file that holds its examples and counter-examples.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rule {
    /// Id, as the tables' column `rule` has it.
    pub id: &'static str,
    /// What it reads, in a few words.
    pub reads: &'static str,
    /// `sentence => id …` and `! id sentence`, one a line.
    pub corpus: &'static str,
}

const MEASURE: &str = include_str!("measure.corpus");
const LIST: &str = include_str!("list.corpus");
const NAME: &str = include_str!("name.corpus");
const TABLE: &str = include_str!("table.corpus");
const INVESTMENT: &str = include_str!("investment.corpus");

/// All rules, in the order of their priority within observations and within investments.
pub const RULES: &[Rule] = &[
    Rule { id: "list", reads: "several numbers said of several things", corpus: LIST },
    Rule { id: "rank", reads: "a position among others", corpus: MEASURE },
    Rule { id: "gap", reads: "a difference against an area or a benchmark", corpus: MEASURE },
    Rule { id: "progress", reads: "the part of a plan that is done", corpus: MEASURE },
    Rule { id: "share", reads: "the part of a whole", corpus: MEASURE },
    Rule { id: "contribution", reads: "a contribution to growth", corpus: MEASURE },
    Rule { id: "growth", reads: "a percent change", corpus: MEASURE },
    Rule { id: "multiple", reads: "a ratio to another value", corpus: MEASURE },
    Rule { id: "change", reads: "an absolute change", corpus: MEASURE },
    Rule { id: "capacity", reads: "what a project will be able to do", corpus: NAME },
    Rule { id: "spent", reads: "money told before what it goes to", corpus: NAME },
    Rule { id: "structure", reads: "the structure of the economy in three numbers", corpus: MEASURE },
    Rule { id: "table", reads: "a cell of a table", corpus: TABLE },
    Rule { id: "level", reads: "an amount, a stock, a count or a rate", corpus: MEASURE },
    Rule { id: "projects", reads: "counted projects and their money", corpus: INVESTMENT },
    Rule { id: "fund", reads: "bonds and funds", corpus: INVESTMENT },
    Rule { id: "guarantee", reads: "guarantees for enterprises", corpus: INVESTMENT },
    Rule { id: "foreign_capital", reads: "foreign capital used", corpus: INVESTMENT },
    Rule { id: "loan", reads: "loans to enterprises and projects", corpus: INVESTMENT },
    Rule { id: "invested", reads: "money spent on a named project", corpus: INVESTMENT },
    Rule { id: "project", reads: "a named project and its total investment", corpus: INVESTMENT },
    Rule { id: "listed", reads: "projects named one after the other before one verb", corpus: INVESTMENT },
];

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lexicon::Lexicon;
    use crate::model::{Bound, Document, PartialDate, Reading, Status};
    use std::collections::BTreeSet;

    fn read(sentence: &str, lexicon: &Lexicon) -> Reading {
        let published = PartialDate::parse("2024-10");
        crate::read(
            &Document {
                text: if sentence.contains("\\n") { sentence.replace("\\n", "\n") } else { format!("{sentence}。") },
                published,
                ..Document::default()
            },
            lexicon,
        )
    }

    /// All rows of a reading as the corpus writes them; a project or company stands before its figure, `甲项目·总投资`.
    fn rows(reading: &Reading) -> Vec<String> {
        let observations = reading.observations.iter().map(|row| {
            let bound = if row.bound == Bound::Eq { String::new() } else { format!(" {}", row.bound.as_str()) };
            let status = if row.status == Status::Actual { String::new() } else { format!(" {}", row.status.as_str()) };
            let label = if row.indicator_code.is_some() { row.indicator_text.clone() } else { row.indicator.clone() };
            let owner = row.entity.as_ref().filter(|owner| !label.starts_with(owner.as_str()));
            let label = owner.map_or_else(|| label.clone(), |owner| format!("{owner}·{label}"));
            format!("{} {} {} {} {}{bound}{status}", row.rule, label, row.measure.as_str(), row.value.normalize(), row.unit)
        });
        let investments = reading.investments.iter().map(|row| {
            let count = row.project_count.map_or_else(|| String::from("-"), |count| count.to_string());
            let amount = row.amount.map_or_else(|| String::from("-"), |amount| amount.normalize().to_string());
            let currency = row.currency.clone().unwrap_or_else(|| String::from("-"));
            format!("{} {} {count} {amount} {currency}", row.rule, row.event.as_str())
        });
        observations.chain(investments).collect()
    }

    #[test]
    fn ids_are_unique() {
        let ids: BTreeSet<&str> = RULES.iter().map(|rule| rule.id).collect();
        assert_eq!(ids.len(), RULES.len());
    }

    #[test]
    fn every_rule_has_an_example_and_a_counter_example() {
        for rule in RULES {
            let has_example = rule.corpus.lines().any(|line| line.contains(&format!("=> {} ", rule.id)));
            let has_counter = rule.corpus.lines().any(|line| line.starts_with(&format!("! {} ", rule.id)));
            assert!(has_example && has_counter, "{} lacks an example or a counter-example", rule.id);
        }
    }

    #[test]
    fn corpora_are_read_as_they_say() {
        let lexicon = Lexicon::builtin().unwrap();
        let mut wrong = Vec::new();
        for line in [MEASURE, LIST, NAME, TABLE, INVESTMENT].iter().flat_map(|corpus| corpus.lines()) {
            if let Some(counter) = line.strip_prefix("! ") {
                let (id, sentence) = counter.split_once(' ').unwrap_or((counter, ""));
                let found = rows(&read(sentence, &lexicon));
                if found.iter().any(|row| row.starts_with(&format!("{id} "))) {
                    wrong.push(format!("{line}\n    read {found:?}"));
                }
            } else if let Some((sentence, expected)) = line.split_once(" => ") {
                let found = rows(&read(sentence, &lexicon));
                if !found.iter().any(|row| row == expected) {
                    wrong.push(format!("{line}\n    read {found:?}"));
                }
            }
        }
        assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    }
}
