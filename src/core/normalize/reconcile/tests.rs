//! What stands in the corpus is flagged as it says, and what is told of a contradiction names both sides.

use expect_test::{Expect, expect};

use crate::lexicon::Lexicon;
use crate::model::{Document, FindingKind, PartialDate, Reading};

const CORPUS: &str = include_str!("reconcile.corpus");

fn read(text: &str, lexicon: &Lexicon) -> Reading {
    let document = Document { text: text.replace('¶', "\n"), published: PartialDate::parse("2024-03"), area: None, ..Document::default() };
    crate::read(&document, lexicon)
}

/// The flagged rows as the corpus writes them.
fn flagged(reading: &Reading) -> String {
    let with = |flag: &str| -> Option<String> {
        let rows: Vec<&str> = reading.observations.iter().filter(|row| row.flags.contains(&flag)).map(|row| row.value_text.as_str()).collect();
        (!rows.is_empty()).then(|| format!("{flag} {}", rows.join(" ")))
    };
    ["reconciled", "contradicts"].into_iter().filter_map(with).collect::<Vec<_>>().join(" | ")
}

#[test]
fn corpus_is_flagged_as_it_says() {
    let lexicon = Lexicon::builtin().unwrap();
    let mut wrong = Vec::new();
    for line in CORPUS.lines().filter(|line| !line.is_empty() && !line.starts_with('#')) {
        let (text, expected) = line.split_once(" => ").unwrap_or((line.trim_start_matches("! "), ""));
        let reading = read(text, &lexicon);
        let found = flagged(&reading);
        let rows: Vec<String> =
            reading.observations.iter().map(|row| format!("{} {} {}", row.value_text, row.indicator, row.measure.as_str())).collect();
        if found != expected {
            wrong.push(format!("{line}\n    flagged: {found}\n    read {rows:?}"));
        }
        assert!(reading.observations.iter().all(|row| row.flags.is_sorted()), "{line}");
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

fn check(text: &str, expected: &Expect) {
    let lexicon = Lexicon::builtin().unwrap();
    let reading = read(text, &lexicon);
    let told = reading.findings.iter().filter(|finding| finding.kind == FindingKind::Contradiction);
    let told: Vec<String> = told.map(|finding| format!("{} {:?}", finding.message, finding.related)).collect();
    expected.assert_eq(&told.join("\n"));
}

#[test]
fn a_contradiction_tells_both_sides() {
    check("全区签约项目40个，其中民营项目9个，占比25.5%。", &expect!["9个 of 40个 is 22.5%, but the share is told as 25.5% [0, 1, 2]"]);
    check(
        "2023年全市地区生产总值812.4亿元。¶2023年，地区生产总值821.4亿元，居全省第三。",
        &expect![
            "地区生产总值 (level) is told as 812.4亿元 first, then as 821.4亿元; the other sentence: 「2023年全市地区生产总值812.4亿元。」 [0, 1]"
        ],
    );
    check(
        "2023年末全市常住人口281.9万人，其中男性人口141.0万人，女性人口150.9万人。",
        &expect!["141.0万人 + 150.9万人 make 291.9万人, but the whole is told as 281.9万人 [0, 1, 2]"],
    );
    check(
        "2023年全市粮食播种面积100.5万亩，比上年增加2.5万亩，增长6.2%。",
        &expect!["100.5万亩 with a change of 2.5万亩 is a growth of 2.6%, but it is told as 6.2% [0, 1, 2]"],
    );
    check(
        "2023年三次产业结构为10.0：40.0：50.8。",
        &expect!["beside 10.0 and 40.0 the third share should be 50.0 to make a hundred, but is told as 50.8 [0, 1, 2]"],
    );
    check(
        "一季度政府采购预算金额20.50亿元，实际采购金额18.25亿元，节约资金3.25亿元。",
        &expect!["20.50亿元 less 18.25亿元 is 2.25亿元, but 3.25亿元 is told as saved [0, 1, 2]"],
    );
}
