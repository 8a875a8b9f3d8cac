//! `indicators`: the catalogue, and what of it occurs in documents.

use super::{CommandError, Surroundings, marks, table};
use crate::cli::IndicatorsArgs;
use crate::config::LogLevel;
use crate::exit::Exit;
use crate::observe::{chain, counted};
use serde_json::json;
use std::collections::BTreeMap;

/// Prints the catalogue; with paths, only what occurs there, most frequent first, and the share of rows that carry a code.
pub(super) fn indicators(args: &IndicatorsArgs, around: &mut Surroundings<'_>) -> Result<Exit, CommandError> {
    let config = around.config_if_any()?;
    around.start_logs(None, LogLevel::Warn);
    let lexicon = around.lexicon(config.as_ref())?;
    let mut hits: BTreeMap<String, u64> = BTreeMap::new();
    let (mut documents, mut without_code): (usize, u64) = (0, 0);
    let mut exit = Exit::Ok;
    if let Some(missing) = args.hits.iter().find(|path| std::fs::symlink_metadata(path).is_err()) {
        return Err(CommandError::Usage(format!("{}: no such file or folder", missing.display())));
    }
    for document in if args.hits.is_empty() { Vec::new() } else { marks::read_all(&args.hits, None, &lexicon)? } {
        match document {
            Ok(document) => {
                documents += 1;
                for observation in document.reading.observations {
                    match observation.indicator_code {
                        Some(code) => *hits.entry(code).or_default() += 1,
                        None => without_code += 1,
                    }
                }
            }
            Err(error) => {
                tracing::warn!("{}", chain(&error));
                exit = Exit::Quarantined;
            }
        }
    }
    let has_hits = !args.hits.is_empty();
    let count = |code: &str| hits.get(code).copied().unwrap_or_default();
    let mut listed: Vec<_> = lexicon.indicators().iter().filter(|indicator| !has_hits || count(&indicator.code) > 0).collect();
    listed.sort_by_key(|indicator| std::cmp::Reverse(count(&indicator.code)));
    if args.json {
        for i in listed {
            let mut row = json!({
                "code": i.code, "name": i.name, "english": i.english, "aliases": i.aliases, "families": i.families,
                "world_bank": i.world_bank, "nbs": i.nbs,
            });
            if let (true, Some(row)) = (has_hits, row.as_object_mut()) {
                row.insert(String::from("hits"), count(&i.code).into());
            }
            writeln!(around.out, "{row}")?;
        }
    } else {
        let mut names = ["code", "name", "english", "families", "world_bank", "nbs"].map(str::to_owned).to_vec();
        if has_hits {
            names.insert(0, String::from("hits"));
        }
        let cells = listed.iter().map(|i| {
            let text = |text: &Option<String>| text.clone().unwrap_or_default();
            let mut row = vec![i.code.clone(), i.name.clone(), i.english.clone(), i.families.join(";"), text(&i.world_bank), text(&i.nbs)];
            if has_hits {
                row.insert(0, count(&i.code).to_string());
            }
            row
        });
        table::print(&names, &cells.collect::<Vec<_>>(), around.out)?;
    }
    if has_hits {
        let with_code: u64 = hits.values().sum();
        let all = with_code + without_code;
        let per_mille = (with_code * 1000).checked_div(all).unwrap_or_default();
        let share = format!("{}.{}", per_mille / 10, per_mille % 10);
        if args.json {
            writeln!(around.out, "{}", json!({ "documents": documents, "rows": all, "with_code": with_code, "percent": share }))?;
        } else {
            writeln!(around.out, "{with_code} of {all} rows in {} carry a code ({share} %)", counted(documents, "document"))?;
        }
    }
    Ok(exit)
}
