//! `explain`: a document with everything that is found in it, each at its characters.

use super::marks::{self, Kind, Mark, Read};
use super::{CommandError, Surroundings, explain_html};
use crate::cli::ExplainArgs;
use crate::config::LogLevel;
use crate::exit::Exit;
use std::io::{self, Write};

/// Prints the document for a person: marked text, and below each line what the marks mean.
pub(super) fn explain(args: &ExplainArgs, around: &mut Surroundings<'_>) -> Result<Exit, CommandError> {
    let config = around.config_if_any()?;
    around.start_logs(None, LogLevel::Warn);
    let lexicon = around.lexicon(config.as_ref())?;
    if std::fs::symlink_metadata(&args.file).is_err() {
        return Err(CommandError::Usage(format!("{}: no such file", args.file.display())));
    }
    let read = marks::read(&args.file, args.manifest.as_deref(), &lexicon)?;
    let marks = marks::marks(&read.reading);
    if args.html {
        explain_html::print(&read, &marks, around.out)?;
    } else {
        print(&read, &marks, around.is_terminal, around.out)?;
    }
    Ok(Exit::Ok)
}

/// What is known of the whole document.
pub(super) fn head(read: &Read) -> Vec<(&'static str, String)> {
    let reading = &read.reading;
    let published = reading.published.map(|day| format!("{day} ({})", reading.published_basis));
    let area = reading.area.as_ref().map(|area| format!("{} {}", area.code.as_deref().unwrap_or("-"), area.name));
    let counts =
        format!("{} observations, {} investments, {} findings", reading.observations.len(), reading.investments.len(), reading.findings.len());
    let known = [("title", reading.title.clone()), ("published", published), ("area", area)];
    let known = known.into_iter().filter_map(|(name, value)| value.map(|value| (name, value)));
    known.chain([("encoding", read.encoding.to_owned()), ("found", counts)]).collect()
}

fn print(read: &Read, marks: &[Mark], has_colours: bool, out: &mut dyn Write) -> io::Result<()> {
    for (name, value) in head(read) {
        writeln!(out, "{name:<10} {value}")?;
    }
    writeln!(out)?;
    let mut start = 0;
    for line in read.text.split_inclusive('\n') {
        let end = start + line.len();
        let touching: Vec<&Mark> = marks.iter().filter(|mark| mark.span.start < end && mark.span.end > start).collect();
        writeln!(out, "{}", marked(line.trim_end(), start, &touching, has_colours))?;
        for mark in touching.iter().filter(|mark| mark.span.start >= start) {
            writeln!(out, "{}", described(mark, has_colours))?;
        }
        start = end;
    }
    Ok(())
}

fn described(mark: &Mark, has_colours: bool) -> String {
    let (on, off) = colours(mark.kind, has_colours);
    let fields: Vec<String> = mark.fields.iter().map(|(name, value)| format!("{name}={value}")).collect();
    format!("    {on}{:>3}{off} {} {on}{}{off}\n        {}", mark.number, mark.kind.as_str(), mark.label, fields.join("  "))
}

/// A line with its marks: `⟦3|12.5亿元⟧`, wider ones around narrower ones.
fn marked(line: &str, start: usize, marks: &[&Mark], has_colours: bool) -> String {
    let mut cuts: Vec<usize> = vec![0, line.len()];
    let within = |at: usize| at.saturating_sub(start).min(line.len());
    for mark in marks {
        cuts.extend([within(mark.span.start), within(mark.span.end)]);
    }
    cuts.sort_unstable();
    cuts.dedup();
    let mut written = String::new();
    for (at, cut) in cuts.iter().enumerate() {
        for mark in marks.iter().rev().filter(|mark| within(mark.span.end) == *cut && mark.span.end > start) {
            let (_, off) = colours(mark.kind, has_colours);
            written.push_str(&format!("⟧{off}"));
        }
        for mark in marks.iter().filter(|mark| mark.span.start >= start && within(mark.span.start) == *cut) {
            let (on, _) = colours(mark.kind, has_colours);
            written.push_str(&format!("{on}⟦{}|", mark.number));
        }
        let next = cuts.get(at + 1).copied().unwrap_or(line.len());
        written.push_str(line.get(*cut..next).unwrap_or_default());
    }
    written
}

fn colours(kind: Kind, has_colours: bool) -> (&'static str, &'static str) {
    match (has_colours, kind) {
        (false, _) => ("", ""),
        (true, Kind::Observation) => ("\x1b[1;32m", "\x1b[0m"),
        (true, Kind::Investment) => ("\x1b[1;34m", "\x1b[0m"),
        (true, Kind::Finding) => ("\x1b[1;33m", "\x1b[0m"),
    }
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;
    use gongbao_core::model::{Finding, FindingKind, PublishedBasis, Reading};

    pub(in super::super) fn example() -> Read {
        let text = String::from("全年<生产>总值12.5亿元。\n签约8个项目。\n");
        let finding = |span: std::ops::Range<usize>| Finding {
            kind: FindingKind::UnreadQuantity,
            message: String::from("no rule"),
            span,
            evidence: 0..5,
            page: None,
            related: Vec::new(),
        };
        let (start, second) = (text.find("12.5").unwrap(), text.find("8个").unwrap());
        let reading = Reading {
            title: Some(String::from("公报")),
            published: None,
            published_basis: PublishedBasis::Unknown,
            area: None,
            observations: Vec::new(),
            investments: Vec::new(),
            findings: vec![finding(second..second + 4), finding(start..start + "12.5亿元".len()), finding(0..start + "12.5亿元".len())],
        };
        Read { path: String::from("a.txt"), text, encoding: String::from("UTF-8"), reading }
    }

    #[test]
    fn marks_stand_at_their_characters() {
        let read = example();
        let mut out = Vec::new();
        print(&read, &marks::marks(&read.reading), false, &mut out).unwrap();
        expect_test::expect![[r#"
            title      公报
            encoding   UTF-8
            found      0 observations, 0 investments, 3 findings

            ⟦1|全年<生产>总值⟦2|12.5亿元⟧⟧。
                  1 finding unread_quantity
                    message=no rule
                  2 finding unread_quantity
                    message=no rule
            签约⟦3|8个⟧项目。
                  3 finding unread_quantity
                    message=no rule
        "#]]
        .assert_eq(&String::from_utf8(out).unwrap());
    }
}
