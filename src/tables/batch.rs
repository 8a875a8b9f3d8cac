//! Record batches from documents and runs. Every batch is sorted as [`Table::order`] says.

use arrow::array::RecordBatch;
use arrow::error::ArrowError;
use chrono::Datelike;
use gongbao_core::model::{Finding, Investment, Observation, Reading, ReferenceArea, ReferencePeriod, Span};

use crate::arrays::{assemble, count32, count64, dates, decimals, dict, double, float64, int32, int64, lists, timestamps, utf8};
use crate::chars::CharOffsets;
use crate::id::Ids;
use crate::rows::{DocumentRow, RunRow};
use crate::schema::Table;

/// The rows of the four tables of documents.
#[derive(Debug, Clone)]
pub struct DocumentBatches {
    /// One row a document.
    pub documents: RecordBatch,
    /// One row an observation.
    pub indicators: RecordBatch,
    /// One row an investment event.
    pub investments: RecordBatch,
    /// One row a finding.
    pub findings: RecordBatch,
}

impl DocumentBatches {
    /// Makes the rows of all four tables.
    ///
    /// Spans become character offsets; places in `observations` become observation ids.
    ///
    /// - Shape: any number of documents in, one batch a table out. All text together must stay below 2 GiB.
    /// - Errors: Arrow refuses a column; a fault of this package.
    pub fn of(documents: &[&DocumentRow]) -> Result<Self, ArrowError> {
        let read: Vec<_> = documents.iter().filter_map(|document| Read::of(document)).collect();
        Ok(Self {
            documents: document_rows(documents)?,
            indicators: indicators(&read)?,
            investments: investments(&read)?,
            findings: findings(&read)?,
        })
    }

    /// The batch of one table; none for `series` and `runs`.
    #[must_use]
    pub fn get(&self, table: Table) -> Option<&RecordBatch> {
        match table {
            Table::Documents => Some(&self.documents),
            Table::Indicators => Some(&self.indicators),
            Table::Investments => Some(&self.investments),
            Table::Findings => Some(&self.findings),
            Table::Series | Table::Runs => None,
        }
    }
}

/// The rows of `runs`.
pub fn runs(runs: &[RunRow]) -> Result<RecordBatch, ArrowError> {
    let rows = || runs.iter();
    assemble(
        Table::Runs,
        [
            ("run_id", utf8(rows().map(|r| Some(&r.run_id)))),
            ("trigger", dict(rows().map(|r| Some(r.trigger.as_str())))),
            ("scheduled_for", timestamps(rows().map(|r| r.scheduled_for))),
            ("started_at", timestamps(rows().map(|r| Some(r.started_at)))),
            ("finished_at", timestamps(rows().map(|r| Some(r.finished_at)))),
            ("outcome", dict(rows().map(|r| Some(r.outcome.as_str())))),
            ("documents_seen", count64(rows().map(|r| r.documents_seen))),
            ("documents_new", count64(rows().map(|r| r.documents_new))),
            ("documents_unchanged", count64(rows().map(|r| r.documents_unchanged))),
            ("documents_quarantined", count64(rows().map(|r| r.documents_quarantined))),
            ("observations", count64(rows().map(|r| r.observations))),
            ("investments", count64(rows().map(|r| r.investments))),
            ("bytes_read", count64(rows().map(|r| r.bytes_read))),
            ("ingest_ms", count64(rows().map(|r| r.ingest_ms))),
            ("extract_ms", count64(rows().map(|r| r.extract_ms))),
            ("normalize_ms", count64(rows().map(|r| r.normalize_ms))),
            ("write_ms", count64(rows().map(|r| r.write_ms))),
            ("version", utf8(rows().map(|r| Some(&r.version)))),
            ("config_hash", utf8(rows().map(|r| Some(&r.config_hash)))),
            ("snapshot", utf8(rows().map(|r| r.snapshot.as_ref()))),
        ],
    )
}

/// A document that was read, with what its rows share.
struct Read<'a> {
    document: &'a DocumentRow,
    reading: &'a Reading,
    offsets: CharOffsets,
    ids: Ids,
}

impl<'a> Read<'a> {
    fn of(document: &'a DocumentRow) -> Option<Self> {
        let reading = document.reading.as_ref()?;
        let offsets = CharOffsets::of(&document.text);
        let ids = Ids::of(&document.document_id, reading, &offsets);
        Some(Self { document, reading, offsets, ids })
    }

    fn text(&self, span: &Span) -> &'a str {
        self.document.text.get(span.clone()).unwrap_or_default()
    }

    /// Places among the observations as ids.
    fn observation_ids(&self, places: &[usize]) -> Vec<&str> {
        places.iter().filter_map(|&place| self.ids.observations.get(place)).map(String::as_str).collect()
    }
}

/// One row of a table, with the document that holds it.
struct Row<'a, T> {
    of: &'a Read<'a>,
    id: &'a str,
    item: &'a T,
}

fn rows<'a, T>(read: &'a [Read<'a>], items: impl Fn(&'a Read<'a>) -> (&'a [String], &'a [T])) -> Vec<Row<'a, T>> {
    let of_one = |of| {
        let (ids, items) = items(of);
        ids.iter().zip(items).map(move |(id, item)| Row { of, id, item })
    };
    read.iter().flat_map(of_one).collect()
}

fn document_rows(documents: &[&DocumentRow]) -> Result<RecordBatch, ArrowError> {
    let rows = || documents.iter();
    let reading = |d: &DocumentRow, count: fn(&Reading) -> usize| Some(count32(d.reading.as_ref().map_or(0, count)));
    assemble(
        Table::Documents,
        [
            ("document_id", utf8(rows().map(|d| Some(&d.document_id)))),
            ("content_hash", utf8(rows().map(|d| d.content_hash.as_ref()))),
            ("duplicate_of", utf8(rows().map(|d| d.duplicate_of.as_ref()))),
            ("source", dict(rows().map(|d| Some(d.source.as_str())))),
            ("path", utf8(rows().map(|d| Some(&d.path)))),
            ("title", utf8(rows().map(|d| d.title.as_ref()))),
            ("published", dates(rows().map(|d| d.published))),
            ("published_year", int32(rows().map(|d| published_year(d)))),
            ("published_basis", dict(rows().map(|d| Some(d.published_basis.as_str())))),
            ("area_code", dict(rows().map(|d| code(d.area.as_ref())))),
            ("area", dict(rows().map(|d| name(d.area.as_ref())))),
            ("format", dict(rows().map(|d| Some(d.format.as_str())))),
            ("bytes", count64(rows().map(|d| d.bytes))),
            ("chars", int64(rows().map(|d| Some(CharOffsets::of(&d.text).len())))),
            ("pages", int32(rows().map(|d| page(d.pages)))),
            ("text", utf8(rows().map(|d| Some(&d.text)))),
            ("status", dict(rows().map(|d| Some(d.status.as_str())))),
            ("error", utf8(rows().map(|d| d.error.as_ref()))),
            ("observations", int32(rows().map(|d| reading(d, |r| r.observations.len())))),
            ("investments", int32(rows().map(|d| reading(d, |r| r.investments.len())))),
            ("run_id", utf8(rows().map(|d| Some(&d.run_id)))),
            ("ingested_at", timestamps(rows().map(|d| Some(d.ingested_at)))),
            ("extractor_version", utf8(rows().map(|d| Some(&d.extractor_version)))),
            ("lexicon_version", utf8(rows().map(|d| Some(&d.lexicon_version)))),
        ],
    )
}

fn indicators(read: &[Read<'_>]) -> Result<RecordBatch, ArrowError> {
    let found: Vec<Row<'_, Observation>> = rows(read, |r| (&r.ids.observations, &r.reading.observations));
    let rows = || found.iter();
    let items = || found.iter().map(|row| row.item);
    assemble(
        Table::Indicators,
        [
            ("observation_id", utf8(rows().map(|r| Some(r.id)))),
            ("document_id", utf8(rows().map(|r| Some(&r.of.document.document_id)))),
            ("published_year", int32(rows().map(|r| published_year(r.of.document)))),
            ("indicator_code", dict(items().map(|o| o.indicator_code.as_deref()))),
            ("indicator", dict(items().map(|o| Some(o.indicator.as_str())))),
            ("indicator_text", utf8(items().map(|o| Some(&o.indicator_text)))),
            ("entity", utf8(items().map(|o| o.entity.as_ref()))),
            ("measure", dict(items().map(|o| Some(o.measure.as_str())))),
            ("value", decimals(items().map(|o| Some(o.value)))?),
            ("value_high", decimals(items().map(|o| o.value_high))?),
            ("value_double", float64(items().map(|o| Some(double(o.value))))),
            ("unit", dict(items().map(|o| Some(o.unit.as_str())))),
            ("bound", dict(items().map(|o| Some(o.bound.as_str())))),
            ("status", dict(items().map(|o| Some(o.status.as_str())))),
            ("price_basis", dict(items().map(|o| o.price_basis.map(|basis| basis.as_str())))),
            ("revision", dict(items().map(|o| o.revision.map(|revision| revision.as_str())))),
            ("baseline", dict(items().map(|o| o.baseline.as_deref()))),
            ("period_start", dates(items().map(|o| o.period.start))),
            ("period_end", dates(items().map(|o| o.period.end))),
            ("period_text", utf8(items().map(|o| o.period.text.as_ref()))),
            ("frequency", dict(items().map(|o| frequency(&o.period)))),
            ("area_code", dict(items().map(|o| code(o.area.as_ref())))),
            ("area", dict(items().map(|o| name(o.area.as_ref())))),
            ("value_text", utf8(items().map(|o| Some(&o.value_text)))),
            ("unit_text", utf8(items().map(|o| Some(&o.unit_text)))),
            ("evidence", utf8(rows().map(|r| Some(r.of.text(&r.item.evidence))))),
            ("char_start", int32(rows().map(|r| Some(r.of.offsets.at(r.item.span.start))))),
            ("char_end", int32(rows().map(|r| Some(r.of.offsets.at(r.item.span.end))))),
            ("page", int32(items().map(|o| page(o.page)))),
            ("rule", dict(items().map(|o| Some(o.rule)))),
            ("confidence", float64(items().map(|o| Some(confidence(o.confidence))))),
            ("flags", lists(items().map(|o| o.flags.clone()))),
            ("run_id", utf8(rows().map(|r| Some(&r.of.document.run_id)))),
        ],
    )
}

fn investments(read: &[Read<'_>]) -> Result<RecordBatch, ArrowError> {
    let found: Vec<Row<'_, Investment>> = rows(read, |r| (&r.ids.investments, &r.reading.investments));
    let rows = || found.iter();
    let items = || found.iter().map(|row| row.item);
    assemble(
        Table::Investments,
        [
            ("record_id", utf8(rows().map(|r| Some(r.id)))),
            ("document_id", utf8(rows().map(|r| Some(&r.of.document.document_id)))),
            ("published_year", int32(rows().map(|r| published_year(r.of.document)))),
            ("event", dict(items().map(|i| Some(i.event.as_str())))),
            ("project", utf8(items().map(|i| i.project.as_ref()))),
            ("project_key", utf8(items().map(|i| i.project_key.as_ref()))),
            ("investors", lists(items().map(|i| i.investors.iter().collect()))),
            ("investor_type", dict(items().map(|i| i.investor_type.map(|kind| kind.as_str())))),
            ("project_count", int64(items().map(|i| i.project_count))),
            ("amount", decimals(items().map(|i| i.amount))?),
            ("amount_double", float64(items().map(|i| i.amount.map(double)))),
            ("amount_text", utf8(items().map(|i| i.amount_text.as_ref()))),
            ("currency", dict(items().map(|i| i.currency.as_deref()))),
            ("min_amount", decimals(items().map(|i| i.min_amount))?),
            ("bound", dict(items().map(|i| Some(i.bound.as_str())))),
            ("status", dict(items().map(|i| Some(i.status.as_str())))),
            ("sectors", lists(items().map(|i| i.sectors.iter().collect()))),
            ("observation_ids", lists(rows().map(|r| r.of.observation_ids(&r.item.observations)))),
            ("period_start", dates(items().map(|i| i.period.start))),
            ("period_end", dates(items().map(|i| i.period.end))),
            ("period_text", utf8(items().map(|i| i.period.text.as_ref()))),
            ("area_code", dict(items().map(|i| code(i.area.as_ref())))),
            ("area", dict(items().map(|i| name(i.area.as_ref())))),
            ("evidence", utf8(rows().map(|r| Some(r.of.text(&r.item.evidence))))),
            ("char_start", int32(rows().map(|r| Some(r.of.offsets.at(r.item.span.start))))),
            ("char_end", int32(rows().map(|r| Some(r.of.offsets.at(r.item.span.end))))),
            ("page", int32(items().map(|i| page(i.page)))),
            ("rule", dict(items().map(|i| Some(i.rule)))),
            ("confidence", float64(items().map(|i| Some(confidence(i.confidence))))),
            ("flags", lists(items().map(|i| i.flags.clone()))),
            ("run_id", utf8(rows().map(|r| Some(&r.of.document.run_id)))),
        ],
    )
}

fn findings(read: &[Read<'_>]) -> Result<RecordBatch, ArrowError> {
    let found: Vec<Row<'_, Finding>> = rows(read, |r| (&r.ids.findings, &r.reading.findings));
    let rows = || found.iter();
    assemble(
        Table::Findings,
        [
            ("finding_id", utf8(rows().map(|r| Some(r.id)))),
            ("document_id", utf8(rows().map(|r| Some(&r.of.document.document_id)))),
            ("published_year", int32(rows().map(|r| published_year(r.of.document)))),
            ("kind", dict(rows().map(|r| Some(r.item.kind.as_str())))),
            ("message", utf8(rows().map(|r| Some(&r.item.message)))),
            ("text", utf8(rows().map(|r| Some(r.of.text(&r.item.span))))),
            ("evidence", utf8(rows().map(|r| Some(r.of.text(&r.item.evidence))))),
            ("char_start", int32(rows().map(|r| Some(r.of.offsets.at(r.item.span.start))))),
            ("char_end", int32(rows().map(|r| Some(r.of.offsets.at(r.item.span.end))))),
            ("page", int32(rows().map(|r| page(r.item.page)))),
            ("related", lists(rows().map(|r| r.of.observation_ids(&r.item.related)))),
            ("run_id", utf8(rows().map(|r| Some(&r.of.document.run_id)))),
        ],
    )
}

fn published_year(document: &DocumentRow) -> Option<i32> {
    document.published.map(|day| day.year())
}

fn code(area: Option<&ReferenceArea>) -> Option<&str> {
    area?.code.as_deref()
}

fn name(area: Option<&ReferenceArea>) -> Option<&str> {
    area.map(|area| area.name.as_str())
}

fn frequency(period: &ReferencePeriod) -> Option<&'static str> {
    period.frequency.map(|frequency| frequency.as_str())
}

fn page(page: Option<u32>) -> Option<i32> {
    page.and_then(|page| i32::try_from(page).ok())
}

/// Per mille as a part of one.
fn confidence(per_mille: u16) -> f64 {
    f64::from(per_mille) / 1000.0
}

#[cfg(test)]
mod tests;
