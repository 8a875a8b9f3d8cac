//! What was found in a document, each with its place and its path from characters to row: for `explain`.

use super::{CommandError, work};
use crate::extract;
use crate::ingest::{self, Content};
use gongbao_core::lexicon::Lexicon;
use gongbao_core::model::{Investment, Observation, Reading, ReferenceArea, ReferencePeriod, Span};
use std::path::Path;

/// A document that was read for one answer, not for the tables.
pub(super) struct Read {
    /// Path below its source's folder, as in `documents`.
    pub(super) path: String,
    pub(super) text: String,
    pub(super) encoding: String,
    pub(super) reading: Reading,
}

/// What a mark is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Observation,
    Investment,
    Finding,
}

impl Kind {
    pub(super) const fn as_str(self) -> &'static str {
        match self {
            Self::Observation => "observation",
            Self::Investment => "investment",
            Self::Finding => "finding",
        }
    }
}

/// Something found, at its characters.
#[derive(Debug, Clone)]
pub(super) struct Mark {
    pub(super) number: usize,
    pub(super) kind: Kind,
    pub(super) span: Span,
    /// Code and name of the indicator, or what the event is.
    pub(super) label: String,
    pub(super) fields: Vec<(&'static str, String)>,
}

/// Reads one file, with the manifest that is named or lies beside it.
pub(super) fn read(file: &Path, manifest: Option<&Path>, lexicon: &Lexicon) -> Result<Read, CommandError> {
    let mut documents = read_all(&[file.to_owned()], manifest, lexicon)?;
    documents.pop().unwrap_or_else(|| Err(CommandError::Usage(format!("{}: no document", file.display()))))
}

/// Reads all documents below the paths.
pub(super) fn read_all(
    paths: &[std::path::PathBuf],
    manifest: Option<&Path>,
    lexicon: &Lexicon,
) -> Result<Vec<Result<Read, CommandError>>, CommandError> {
    let config = work::config_for(paths, Path::new(""), manifest);
    let parser = work::parser(&config)?;
    let mut documents = Vec::new();
    for source in &config.sources {
        for candidate in ingest::scan(&parser, source, Path::new(""))?.candidates {
            let arrival = ingest::load(&parser, candidate, None, config.document_bytes);
            let (file, path, context) = (arrival.candidate.file, arrival.candidate.path, arrival.candidate.context);
            documents.push(match arrival.content {
                Content::Text(text) => {
                    let encoding = text.encoding.clone();
                    let document = extract::document(text, context);
                    match extract::guarded(|| gongbao_core::read(&document, lexicon)) {
                        Ok(reading) => Ok(Read { path, text: document.text, encoding, reading }),
                        Err(source) => Err(CommandError::Document { path: file, source }),
                    }
                }
                Content::Failed(source) => Err(CommandError::Document { path: file, source }),
                Content::Known => continue,
            });
        }
    }
    Ok(documents)
}

/// All marks of a reading, in the order of the text, numbered from 1.
pub(super) fn marks(reading: &Reading) -> Vec<Mark> {
    let observations = reading.observations.iter().map(observation);
    let investments = reading.investments.iter().map(investment);
    let findings = reading.findings.iter().map(|finding| Mark {
        number: 0,
        kind: Kind::Finding,
        span: finding.span.clone(),
        label: finding.kind.to_string(),
        fields: vec![("message", finding.message.clone())],
    });
    let mut marks: Vec<Mark> = observations.chain(investments).chain(findings).collect();
    marks.sort_by_key(|mark| (mark.span.start, std::cmp::Reverse(mark.span.end)));
    for (at, mark) in marks.iter_mut().enumerate() {
        mark.number = at + 1;
    }
    marks
}

fn observation(row: &Observation) -> Mark {
    let label = match &row.indicator_code {
        Some(code) => format!("{code} {}", row.indicator),
        None => row.indicator.clone(),
    };
    let value = match row.value_high {
        Some(high) => format!("{} … {}", row.value.normalize(), high.normalize()),
        None => row.value.normalize().to_string(),
    };
    let mut fields = vec![("value", value), ("unit", row.unit.clone()), ("measure", row.measure.to_string())];
    fields.extend([("bound", row.bound.to_string()), ("status", row.status.to_string())]);
    fields.extend(row.baseline.clone().map(|baseline| ("baseline", baseline)));
    fields.extend(row.price_basis.map(|basis| ("prices", basis.to_string())));
    fields.extend(row.entity.clone().map(|entity| ("entity", entity)));
    common(&mut fields, &row.period, row.area.as_ref(), row.rule, row.confidence, &row.flags);
    Mark { number: 0, kind: Kind::Observation, span: row.span.clone(), label, fields }
}

fn investment(row: &Investment) -> Mark {
    let label = match &row.project {
        Some(project) => format!("{} {project}", row.event),
        None => row.event.to_string(),
    };
    let mut fields = Vec::new();
    fields.extend(row.amount.map(|amount| ("value", amount.normalize().to_string())));
    fields.extend(row.currency.clone().map(|currency| ("unit", currency)));
    fields.extend(row.project_count.map(|count| ("projects", count.to_string())));
    fields.extend((!row.investors.is_empty()).then(|| ("investors", row.investors.join("、"))));
    fields.extend((!row.sectors.is_empty()).then(|| ("sectors", row.sectors.join("、"))));
    fields.extend([("bound", row.bound.to_string()), ("status", row.status.to_string())]);
    common(&mut fields, &row.period, row.area.as_ref(), row.rule, row.confidence, &row.flags);
    Mark { number: 0, kind: Kind::Investment, span: row.span.clone(), label, fields }
}

fn common(
    fields: &mut Vec<(&'static str, String)>,
    period: &ReferencePeriod,
    area: Option<&ReferenceArea>,
    rule: &str,
    confidence: u16,
    flags: &[&str],
) {
    let day = |day: Option<gongbao_core::model::NaiveDate>| day.map_or_else(|| String::from("?"), |day| day.to_string());
    let frequency = period.frequency.map(|frequency| format!("{frequency} ")).unwrap_or_default();
    fields.push(("period", format!("{frequency}{} … {}", day(period.start), day(period.end))));
    let area = area.map_or_else(|| String::from("?"), |area| format!("{} {}", area.code.as_deref().unwrap_or("-"), area.name));
    fields.push(("area", area));
    fields.push(("rule", rule.to_owned()));
    fields.push(("confidence", format!("{}.{:03}", confidence / 1000, confidence % 1000)));
    fields.extend((!flags.is_empty()).then(|| ("flags", flags.join(","))));
}
