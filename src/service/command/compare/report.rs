//! What `compare` prints of changed rows, and its totals.

use super::{Aspect, Change, Key, Place, Row, Side};
use crate::command::{rows, table};
use crate::observe::counted;
use serde_json::{Map, Value, json};
use std::collections::BTreeMap;
use std::fmt;
use std::io::{self, Write};

/// Characters of the sentence that are shown, on each side of the wording.
const AROUND: usize = 20;

/// Prints a changed row and, below, where it stands.
pub(super) fn print_row(place: &Place, aspect: &Aspect, change: &Change, out: &mut dyn Write) -> io::Result<()> {
    let (sign, row, told) = match change {
        Change::Gained(row) => ('+', row, described(aspect, row)),
        Change::Lost(row) => ('-', row, described(aspect, row)),
        Change::Altered(old, new, columns) => ('~', new, differences(aspect, old, new, columns)),
    };
    writeln!(out, "  {sign} {} {}–{} {}", aspect.table.name(), place.start, place.end, told)?;
    writeln!(out, "      {}", table::excerpt(&row.evidence, &row.written, AROUND))
}

/// All that a row says.
fn described(aspect: &Aspect, row: &Row) -> String {
    let cells = aspect.compared.iter().zip(&row.values).map(|(column, value)| (column, rows::written(value)));
    let cells = cells.filter(|(_, value)| !value.is_empty()).map(|(column, value)| format!("{column}={value}"));
    quoted(row).into_iter().chain(cells).collect::<Vec<_>>().join(" ")
}

fn differences(aspect: &Aspect, old: &Row, new: &Row, columns: &[usize]) -> String {
    let written = |row: &Row, at: usize| row.values.get(at).map(rows::written).filter(|value| !value.is_empty()).unwrap_or_else(|| String::from("∅"));
    let told = columns.iter().map(|at| {
        let column = aspect.compared.get(*at).copied().unwrap_or_default();
        format!("{column} {} → {}", written(old, *at), written(new, *at))
    });
    quoted(new).into_iter().chain([told.collect::<Vec<_>>().join("; ")]).collect::<Vec<_>>().join(" ")
}

/// The figure as written; events that only count projects have none.
fn quoted(row: &Row) -> Option<String> {
    (!row.written.is_empty()).then(|| format!("「{}」", row.written))
}

/// A changed row for a script: all that is compared, and of altered rows what differs.
pub(super) fn json_row(place: &Place, aspect: &Aspect, change: &Change) -> Value {
    let (name, row) = match change {
        Change::Gained(row) => ("gained", row),
        Change::Lost(row) => ("lost", row),
        Change::Altered(_, row, _) => ("altered", row),
    };
    let values: Map<String, Value> = aspect.compared.iter().map(|column| String::from(*column)).zip(row.values.iter().cloned()).collect();
    let mut told = json!({
        "change": name, "table": aspect.table.name(), "source": place.document.0, "path": place.document.1, "char_start": place.start,
        "char_end": place.end, "text": row.written, "evidence": row.evidence, "row": values,
    });
    if let (Change::Altered(old, new, columns), Some(told)) = (change, told.as_object_mut()) {
        let cell = |row: &Row, at: usize| row.values.get(at).cloned().unwrap_or_default();
        let differing = columns.iter().filter_map(|at| {
            let column = aspect.compared.get(*at)?;
            Some((String::from(*column), json!({ "old": cell(old, *at), "new": cell(new, *at) })))
        });
        told.insert(String::from("columns"), Value::Object(differing.collect()));
    }
    told
}

/// How many rows of a table changed.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Totals {
    pub(super) table: &'static str,
    pub(super) gained: usize,
    pub(super) lost: usize,
    pub(super) altered: usize,
    pub(super) unchanged: usize,
    pub(super) columns: BTreeMap<&'static str, usize>,
}

impl Totals {
    pub(super) fn of(aspect: &Aspect, changes: &[(Place, Change)], unchanged: usize) -> Self {
        let mut totals = Self { table: aspect.table.name(), gained: 0, lost: 0, altered: 0, unchanged, columns: BTreeMap::new() };
        for (_, change) in changes {
            match change {
                Change::Gained(_) => totals.gained += 1,
                Change::Lost(_) => totals.lost += 1,
                Change::Altered(_, _, columns) => {
                    totals.altered += 1;
                    for column in columns.iter().filter_map(|at| aspect.compared.get(*at)) {
                        *totals.columns.entry(column).or_default() += 1;
                    }
                }
            }
        }
        totals
    }

    pub(super) fn to_json(&self) -> Value {
        json!({ "gained": self.gained, "lost": self.lost, "altered": self.altered, "unchanged": self.unchanged, "columns": self.columns })
    }
}

/// Prints how many rows changed, by table, and which columns did.
pub(super) fn print_totals(totals: &[Totals], out: &mut dyn Write) -> io::Result<()> {
    let names = ["table", "gained", "lost", "altered", "unchanged"].map(str::to_owned);
    let counts = |total: &Totals| [total.gained, total.lost, total.altered, total.unchanged].map(|count| count.to_string());
    let cells = totals.iter().map(|total| std::iter::once(total.table.to_owned()).chain(counts(total)).collect());
    table::print(&names, &cells.collect::<Vec<_>>(), out)?;
    for total in totals.iter().filter(|total| !total.columns.is_empty()) {
        let mut columns: Vec<_> = total.columns.iter().collect();
        columns.sort_by_key(|(_, count)| std::cmp::Reverse(**count));
        let columns = columns.into_iter().map(|(column, count)| format!("{column} {count}")).collect::<Vec<_>>();
        writeln!(out, "altered in {}: {}", total.table, columns.join(", "))?;
    }
    Ok(())
}

/// How the documents of the two folders meet: for each the hashes of its content.
pub(super) struct Documents {
    by_key: BTreeMap<Key, (Option<Value>, Option<Value>)>,
}

impl Documents {
    pub(super) fn of(old: &Side, new: &Side) -> Self {
        let mut by_key: BTreeMap<Key, (Option<Value>, Option<Value>)> = BTreeMap::new();
        for (key, hash) in old.documents.values() {
            by_key.entry(key.clone()).or_default().0 = Some(hash.clone());
        }
        for (key, hash) in new.documents.values() {
            by_key.entry(key.clone()).or_default().1 = Some(hash.clone());
        }
        Self { by_key }
    }

    /// What a reader of its changes has to know of a document.
    pub(super) fn note(&self, key: &Key) -> &'static str {
        match self.by_key.get(key) {
            Some((None, Some(_))) => "  (only in the new tables)",
            Some((Some(_), None)) => "  (only in the old tables)",
            Some((Some(old), Some(new))) if old != new => "  (its content changed: characters may have moved)",
            _ => "",
        }
    }

    /// In both, of these with other content, only in the old, only in the new tables.
    fn counts(&self) -> [usize; 4] {
        let count = |is_so: fn(&(Option<Value>, Option<Value>)) -> bool| self.by_key.values().filter(|hashes| is_so(hashes)).count();
        [
            count(|(old, new)| old.is_some() && new.is_some()),
            count(|(old, new)| old.is_some() && new.is_some() && old != new),
            count(|(_, new)| new.is_none()),
            count(|(old, _)| old.is_none()),
        ]
    }

    pub(super) fn to_json(&self) -> Value {
        let [both, changed, only_old, only_new] = self.counts();
        json!({ "both": both, "changed": changed, "only_old": only_old, "only_new": only_new })
    }
}

impl fmt::Display for Documents {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let [both, changed, only_old, only_new] = self.counts();
        write!(f, "{} in both", counted(both, "document"))?;
        let rest = [(changed, "with other content"), (only_old, "only in the old tables"), (only_new, "only in the new tables")];
        rest.into_iter().filter(|(count, _)| *count > 0).try_for_each(|(count, what)| write!(f, ", {count} {what}"))
    }
}
