//! `compare`: which rows one folder of tables has gained, lost and altered against another.
//!
//! Documents are the same by source and path, rows by their characters and what is measured. What only tells of the way to a row
//! (rule, confidence, flags, run) is not compared.

mod report;

use super::{CommandError, Surroundings, rows};
use crate::cli::CompareArgs;
use crate::config::LogLevel;
use crate::exit::Exit;
use crate::observe::counted;
use crate::write;
use gongbao_tables::Table;
use report::{Documents, Totals, json_row, print_row, print_totals};
use serde_json::{Map, Value, json};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// Rows that a person sees unless told otherwise.
const ROWS: usize = 100;

/// What of a table is compared.
struct Aspect {
    table: Table,
    /// The figure as written.
    written: &'static str,
    /// Rows that differ in it are never taken for one.
    fixed: Option<&'static str>,
    /// Of several rows at the same characters, those that agree in it are taken for one first.
    matched: &'static str,
    compared: &'static [&'static str],
}

const ASPECTS: [Aspect; 2] = [
    Aspect {
        table: Table::Indicators,
        written: "value_text",
        fixed: Some("unit_text"),
        matched: "measure",
        compared: &[
            "indicator_code",
            "indicator",
            "entity",
            "measure",
            "value",
            "value_high",
            "unit",
            "bound",
            "status",
            "price_basis",
            "revision",
            "baseline",
            "period_start",
            "period_end",
            "frequency",
            "area_code",
            "area",
        ],
    },
    Aspect {
        table: Table::Investments,
        written: "amount_text",
        fixed: None,
        matched: "event",
        compared: &[
            "event",
            "project",
            "investors",
            "investor_type",
            "project_count",
            "amount",
            "currency",
            "min_amount",
            "bound",
            "status",
            "sectors",
            "period_start",
            "period_end",
            "area_code",
            "area",
        ],
    },
];

/// Source and path.
type Key = (String, String);

/// The document and the characters of a row.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
struct Place {
    document: Key,
    start: u64,
    end: u64,
}

#[derive(Debug, Clone, PartialEq)]
struct Row {
    written: String,
    evidence: String,
    fixed: Value,
    /// In the order of `Aspect::compared`.
    values: Vec<Value>,
}

/// What became of a row.
#[derive(Debug, PartialEq)]
enum Change {
    Gained(Row),
    Lost(Row),
    /// With the places of the columns that differ.
    Altered(Row, Row, Vec<usize>),
}

/// Prints what changed, in the order of documents and characters, and totals.
pub(super) fn compare(args: &CompareArgs, around: &mut Surroundings<'_>) -> Result<Exit, CommandError> {
    around.start_logs(None, LogLevel::Warn);
    report(&Side::open(&args.old)?, &Side::open(&args.new)?, args.limit, args.json, around)
}

/// The same between two snapshots; where there is none, there are no rows.
pub(super) fn between(
    old: Option<&Path>,
    new: Option<&Path>,
    limit: Option<usize>,
    is_json: bool,
    around: &mut Surroundings<'_>,
) -> Result<Exit, CommandError> {
    let side = |snapshot: Option<&Path>| snapshot.map_or_else(|| Ok(Side::default()), |path| Side::of(path.to_owned()));
    report(&side(old)?, &side(new)?, limit, is_json, around)
}

fn report(old: &Side, new: &Side, limit: Option<usize>, is_json: bool, around: &mut Surroundings<'_>) -> Result<Exit, CommandError> {
    let mut changes: Vec<(Place, usize, Change)> = Vec::new();
    let mut totals = Vec::new();
    for (at, aspect) in ASPECTS.iter().enumerate() {
        let mut matching = Matching::new(aspect);
        old.rows(aspect, &mut |place, row| matching.add_old(place, row))?;
        new.rows(aspect, &mut |place, row| matching.add_new(place, row))?;
        let unchanged = matching.unchanged;
        let changed = matching.changes();
        totals.push(Totals::of(aspect, &changed, unchanged));
        changes.extend(changed.into_iter().map(|(place, change)| (place, at, change)));
    }
    changes.sort_by(|(a, a_at, _), (b, b_at, _)| (a, a_at).cmp(&(b, b_at)));
    let documents = Documents::of(old, new);
    let limit = limit.unwrap_or(if is_json { usize::MAX } else { ROWS });
    let shown = || changes.iter().take(limit).filter_map(|(place, at, change)| Some((place, ASPECTS.get(*at)?, change)));
    if is_json {
        for (place, aspect, change) in shown() {
            writeln!(around.out, "{}", json_row(place, aspect, change))?;
        }
        let tables: Map<String, Value> = totals.iter().map(|total| (total.table.to_owned(), total.to_json())).collect();
        writeln!(around.out, "{}", json!({ "totals": tables, "documents": documents.to_json() }))?;
        return Ok(Exit::Ok);
    }
    let mut document = None;
    for (place, aspect, change) in shown() {
        if document.replace(&place.document) != Some(&place.document) {
            writeln!(around.out, "{}/{}{}", place.document.0, place.document.1, documents.note(&place.document))?;
        }
        print_row(place, aspect, change, around.out)?;
    }
    if changes.len() > limit {
        writeln!(around.out, "… {limit} of {}; --limit shows more, --json all", counted(changes.len(), "changed row"))?;
    }
    if !changes.is_empty() {
        writeln!(around.out)?;
    }
    print_totals(&totals, around.out)?;
    writeln!(around.out, "{documents}")?;
    Ok(Exit::Ok)
}

/// One of the two folders.
#[derive(Default)]
struct Side {
    /// None: no rows.
    snapshot: Option<PathBuf>,
    /// By their ids.
    documents: BTreeMap<String, (Key, Value)>,
}

impl Side {
    fn open(folder: &Path) -> Result<Self, CommandError> {
        if !folder.is_dir() {
            return Err(CommandError::Usage(format!("{}: no such folder", folder.display())));
        }
        let snapshot = match write::resolve_current(folder)? {
            Some(snapshot) => snapshot,
            None if folder.join("manifest.json").is_file() => folder.to_owned(),
            None => return Err(CommandError::NoTables { path: folder.to_owned() }),
        };
        Self::of(snapshot)
    }

    fn of(snapshot: PathBuf) -> Result<Self, CommandError> {
        let mut documents = BTreeMap::new();
        rows::for_each(&snapshot, Table::Documents, &["document_id", "source", "path", "content_hash"], &mut |row| {
            if let [id, source, path, hash] = row.as_slice() {
                documents.insert(rows::written(id), ((rows::written(source), rows::written(path)), hash.clone()));
            }
        })?;
        Ok(Self { snapshot: Some(snapshot), documents })
    }

    fn rows(&self, aspect: &Aspect, each: &mut dyn FnMut(Place, Row)) -> Result<(), CommandError> {
        let Some(snapshot) = &self.snapshot else { return Ok(()) };
        rows::for_each(snapshot, aspect.table, &aspect.columns(), &mut |cells| {
            // A row without its document is of no place; the writer makes none.
            let of = |id: &str| self.documents.get(id).map(|(key, _)| key.clone());
            if let Some((place, row)) = aspect.row(cells, of) {
                each(place, row);
            }
        })
    }
}

impl Aspect {
    /// The columns that are read: where, how written, what is fixed, and what is compared.
    fn columns(&self) -> Vec<&'static str> {
        let head = ["document_id", "char_start", "char_end", "evidence", self.written];
        head.into_iter().chain(self.fixed).chain(self.compared.iter().copied()).collect()
    }

    /// A row from its cells, in the order of `columns`.
    fn row(&self, cells: Vec<Value>, document: impl Fn(&str) -> Option<Key>) -> Option<(Place, Row)> {
        let mut cells = cells.into_iter();
        let document = document(cells.next()?.as_str()?)?;
        let place = Place { document, start: cells.next()?.as_u64()?, end: cells.next()?.as_u64()? };
        let (evidence, written) = (rows::written(&cells.next()?), rows::written(&cells.next()?));
        let fixed = if self.fixed.is_some() { cells.next()? } else { Value::Null };
        Some((place, Row { written, evidence, fixed, values: cells.collect() }))
    }

    /// Places of the columns in which two rows differ.
    fn differing(&self, old: &Row, new: &Row) -> Vec<usize> {
        (0..self.compared.len()).filter(|at| old.values.get(*at) != new.values.get(*at)).collect()
    }

    /// How far two rows at the same characters are from each other; none when they cannot be one.
    fn distance(&self, old: &Row, new: &Row) -> Option<(bool, usize)> {
        let differing = self.differing(old, new);
        let is_other = differing.iter().any(|at| self.compared.get(*at) == Some(&self.matched));
        (old.fixed == new.fixed).then_some((is_other, differing.len()))
    }
}

/// Rows of both sides that are not equal, by their places.
struct Matching<'a> {
    aspect: &'a Aspect,
    places: BTreeMap<Place, (Vec<Row>, Vec<Row>)>,
    unchanged: usize,
}

impl<'a> Matching<'a> {
    fn new(aspect: &'a Aspect) -> Self {
        Self { aspect, places: BTreeMap::new(), unchanged: 0 }
    }

    fn add_old(&mut self, place: Place, row: Row) {
        self.places.entry(place).or_default().0.push(row);
    }

    /// After all old rows are there. What is equal is counted and let go at once: most rows are.
    fn add_new(&mut self, place: Place, row: Row) {
        let (old, new) = self.places.entry(place).or_default();
        match old.iter().position(|other| other.fixed == row.fixed && other.values == row.values) {
            Some(at) => {
                old.remove(at);
                self.unchanged += 1;
            }
            None => new.push(row),
        }
    }

    fn changes(self) -> Vec<(Place, Change)> {
        let mut changes = Vec::new();
        for (place, (mut old, mut new)) in self.places {
            // Few rows share a place, so the nearest pair is looked for again and again.
            loop {
                let places = (0..old.len()).flat_map(|a| (0..new.len()).map(move |b| (a, b)));
                let pairs = places.filter_map(|(a, b)| Some((self.aspect.distance(old.get(a)?, new.get(b)?)?, a, b)));
                let Some((_, a, b)) = pairs.min() else { break };
                let (before, after) = (old.remove(a), new.remove(b));
                let columns = self.aspect.differing(&before, &after);
                changes.push((place.clone(), Change::Altered(before, after, columns)));
            }
            changes.extend(old.into_iter().map(|row| (place.clone(), Change::Lost(row))));
            changes.extend(new.into_iter().map(|row| (place.clone(), Change::Gained(row))));
        }
        changes
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::write::testing;
    use gongbao_core::model::{Measure, Observation};
    use gongbao_tables::DocumentBatches;

    /// The rows of one document with these observations.
    fn rows_of(observations: &[Observation]) -> Vec<(Place, Row)> {
        let document = testing::document("a.txt", "2024-02-01", observations.to_vec(), "r");
        let batches = DocumentBatches::of(&[&document]).unwrap();
        let (aspect, mut found) = (&ASPECTS[0], Vec::new());
        let key = |_: &str| Some((String::from("stats"), String::from("a.txt")));
        rows::of_batch(&batches.indicators, &aspect.columns(), &mut |cells| found.push(aspect.row(cells, key).unwrap())).unwrap();
        found
    }

    /// What changed, in short, and the totals.
    fn check(old: &[Observation], new: &[Observation], expected: &[&str], counts: [usize; 4]) {
        let aspect = &ASPECTS[0];
        let mut matching = Matching::new(aspect);
        rows_of(old).into_iter().for_each(|(place, row)| matching.add_old(place, row));
        rows_of(new).into_iter().for_each(|(place, row)| matching.add_new(place, row));
        let unchanged = matching.unchanged;
        let changes = matching.changes();
        let told = |(place, change): &(Place, Change)| {
            let columns = |columns: &[usize]| columns.iter().map(|at| aspect.compared[*at]).collect::<Vec<_>>().join(",");
            match change {
                Change::Gained(row) => format!("+ {}-{} {}", place.start, place.end, row.written),
                Change::Lost(row) => format!("- {}-{} {}", place.start, place.end, row.written),
                Change::Altered(_, row, differing) => format!("~ {}-{} {} {}", place.start, place.end, row.written, columns(differing)),
            }
        };
        assert_eq!(changes.iter().map(told).collect::<Vec<_>>(), expected);
        let totals = Totals::of(aspect, &changes, unchanged);
        assert_eq!([totals.gained, totals.lost, totals.altered, totals.unchanged], counts);
    }

    fn gdp(printed: &str) -> Observation {
        testing::gdp("420100", printed)
    }

    #[test]
    fn equal_rows_are_unchanged_whatever_led_to_them() {
        check(&[gdp("1"), gdp("2")], &[gdp("2"), Observation { rule: "other", confidence: 1, flags: Vec::new(), ..gdp("1") }], &[], [0, 0, 0, 2]);
    }

    #[test]
    fn other_characters_are_a_row_lost_and_one_gained() {
        check(&[gdp("1")], &[Observation { span: 3..6, ..gdp("1") }], &["- 0-1 1", "+ 1-2 1"], [1, 1, 0, 0]);
    }

    #[test]
    fn altered_columns_are_told() {
        let other = Observation { indicator: String::from("总产出"), measure: Measure::Yoy, unit: String::from("percent"), ..gdp("1") };
        check(&[gdp("1")], &[other], &["~ 0-1 1 indicator,measure,unit"], [0, 0, 1, 0]);
    }

    #[test]
    fn another_unit_as_written_is_another_row() {
        check(&[gdp("1")], &[Observation { unit_text: String::from("元"), ..gdp("1") }], &["- 0-1 1", "+ 0-1 1"], [1, 1, 0, 0]);
    }

    #[test]
    fn of_several_rows_at_a_place_the_nearest_are_one() {
        let yoy = |printed: &str| Observation { measure: Measure::Yoy, ..gdp(printed) };
        check(&[gdp("1"), yoy("2")], &[yoy("3"), gdp("4")], &["~ 0-1 4 value", "~ 0-1 3 value"], [0, 0, 2, 0]);
        check(&[gdp("1")], &[yoy("1"), gdp("1"), gdp("4")], &["+ 0-1 4", "+ 0-1 1"], [2, 0, 0, 1]);
    }

    #[test]
    fn all_columns_exist() {
        for aspect in &ASPECTS {
            let schema = aspect.table.schema();
            for column in aspect.columns() {
                assert!(schema.field_with_name(column).is_ok(), "{column}");
            }
            assert!(aspect.compared.contains(&aspect.matched));
        }
    }
}
