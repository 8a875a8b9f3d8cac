//! What changes a configuration after it was written: variables of the environment, and secrets that strings point at.

use super::{ConfigError, ConfigFile};
use std::collections::BTreeMap;
use std::path::Path;
use toml::Value;
use toml::de::{DeTable, DeValue};

/// All variables of the environment, ordered.
pub type Environment = BTreeMap<String, String>;

/// Variables that start so override a key: `GONGBAO__OUTPUT__DIR`.
const PREFIX: &str = "GONGBAO__";

/// Keys of a source that stand in tables and logs.
const SHOWN: [&str; 5] = ["name", "urls", "index", "links", "store"];

/// One step towards a value.
#[derive(Debug, Clone, Copy)]
pub(super) enum Step<'a> {
    Key(&'a str),
    Index(usize),
}

/// The settings in force: their text before secrets were resolved, and the settings themselves.
pub(super) fn resolve(text: &str, path: &Path, environment: &Environment) -> Result<(String, ConfigFile), ConfigError> {
    // The file alone first: only here does TOML know lines and columns.
    toml::from_str::<ConfigFile>(text).map_err(|error| at(text, path, &error))?;
    let mut settings: Value = toml::from_str(text).map_err(|error| at(text, path, &error))?;
    for (name, value) in environment {
        if let Some(key) = name.strip_prefix(PREFIX) {
            settings = with_override(&settings, name, key, value)?;
        }
    }
    let written = settings.to_string();
    fill_secrets(&mut settings, &mut Vec::new(), &|steps, string| {
        let expanded = match steps {
            [Owned::Key(table), Owned::Index(_), Owned::Key(key), ..]
                if table == "sources" && SHOWN.contains(&key.as_str()) && string.contains("${") =>
            {
                Err(format!("no secret may stand in {key}: it would be told in tables and logs"))
            }
            _ => expand(string, path, environment),
        };
        expanded.map_err(|problem| {
            let steps: Vec<Step<'_>> = steps.iter().map(Owned::as_step).collect();
            let (line, column) = locate(text, &steps);
            ConfigError::At { path: path.to_owned(), line, column, problem }
        })
    })?;
    let file = settings.try_into::<ConfigFile>().map_err(|error| at(text, path, &error))?;
    Ok((written, file))
}

/// Line and character of a value in the text, from 1; of the nearest table that is written where the value is not.
pub(super) fn locate(text: &str, steps: &[Step<'_>]) -> (usize, usize) {
    let Ok(document) = DeTable::parse(text) else { return (1, 1) };
    let mut offset = 0;
    let mut table = Some(document.get_ref());
    let mut value: Option<&DeValue<'_>> = None;
    for step in steps {
        let next = match (step, table, value) {
            (Step::Key(key), Some(table), _) => table.get(*key),
            (Step::Index(at), None, Some(DeValue::Array(array))) => array.get(*at),
            _ => None,
        };
        let Some(next) = next else { break };
        offset = next.span().start;
        value = Some(next.get_ref());
        table = next.get_ref().as_table();
    }
    line_and_column(text, offset)
}

fn line_and_column(text: &str, offset: usize) -> (usize, usize) {
    let before = text.get(..offset).unwrap_or(text);
    let line_start = before.rfind('\n').map_or(0, |at| at + 1);
    (before.matches('\n').count() + 1, before.get(line_start..).unwrap_or_default().chars().count() + 1)
}

fn at(text: &str, path: &Path, error: &toml::de::Error) -> ConfigError {
    let (line, column) = line_and_column(text, error.span().map_or(0, |span| span.start));
    ConfigError::At { path: path.to_owned(), line, column, problem: error.message().replace('\n', " ") }
}

/// Sets one key from the environment: as the TOML value that the text is, or else as a string.
fn with_override(settings: &Value, name: &str, key: &str, text: &str) -> Result<Value, ConfigError> {
    let wrong = |problem: &str| ConfigError::Variable { name: name.to_owned(), problem: problem.to_owned() };
    let key = key.to_lowercase();
    let steps: Vec<&str> = key.split("__").collect();
    let literal = toml::from_str::<toml::Table>(&format!("v = {text}")).ok().and_then(|mut table| table.remove("v"));
    let mut problem = wrong("names no key of the configuration");
    for value in literal.into_iter().chain([Value::String(text.to_owned())]) {
        let mut changed = settings.clone();
        if set(&mut changed, &steps, value).is_none() {
            continue;
        }
        match changed.clone().try_into::<ConfigFile>() {
            Ok(_) => return Ok(changed),
            Err(error) if error.message().starts_with("unknown field") => {}
            Err(_) => problem = wrong("is no value of the kind that this key takes"),
        }
    }
    Err(problem)
}

fn set(settings: &mut Value, steps: &[&str], value: Value) -> Option<()> {
    let Some((step, rest)) = steps.split_first() else {
        *settings = value;
        return Some(());
    };
    let next = match settings {
        Value::Table(table) => table.entry((*step).to_owned()).or_insert_with(|| Value::Table(toml::Table::new())),
        Value::Array(array) => {
            let at: usize = step.parse().ok()?;
            array.get_mut(at)?
        }
        _ => return None,
    };
    set(next, rest, value)
}

/// A [`Step`] that owns its key.
enum Owned {
    Key(String),
    Index(usize),
}

impl Owned {
    fn as_step(&self) -> Step<'_> {
        match self {
            Self::Key(key) => Step::Key(key),
            Self::Index(at) => Step::Index(*at),
        }
    }
}

type Expand<'a> = dyn Fn(&[Owned], &str) -> Result<String, ConfigError> + 'a;

fn fill_secrets(value: &mut Value, steps: &mut Vec<Owned>, expanded: &Expand<'_>) -> Result<(), ConfigError> {
    match value {
        Value::String(string) => *string = expanded(steps, string)?,
        Value::Array(array) => {
            for (at, inner) in array.iter_mut().enumerate() {
                steps.push(Owned::Index(at));
                fill_secrets(inner, steps, expanded)?;
                steps.pop();
            }
        }
        Value::Table(table) => {
            for (key, inner) in table.iter_mut() {
                steps.push(Owned::Key(key.clone()));
                fill_secrets(inner, steps, expanded)?;
                steps.pop();
            }
        }
        _ => {}
    }
    Ok(())
}

/// Puts secrets in place of `${env:NAME}` and `${file:PATH}`; a problem names the reference, never the value.
fn expand(string: &str, config: &Path, environment: &Environment) -> Result<String, String> {
    let mut filled = String::new();
    let mut rest = string;
    while let Some((before, after)) = rest.split_once("${") {
        let (reference, behind) = after.split_once('}').ok_or_else(|| String::from("a reference starts with ${ and has no }"))?;
        let secret = match reference.split_once(':') {
            Some(("env", name)) => environment.get(name).cloned().ok_or_else(|| format!("environment variable {name} is not set"))?,
            Some(("file", path)) => {
                let path = config.parent().unwrap_or(Path::new("")).join(path);
                let text = std::fs::read_to_string(&path).map_err(|error| format!("cannot read {}: {error}", path.display()))?;
                text.lines().next().unwrap_or_default().to_owned()
            }
            _ => return Err(format!("${{{reference}}} is neither ${{env:NAME}} nor ${{file:PATH}}")),
        };
        filled.push_str(before);
        filled.push_str(&secret);
        rest = behind;
    }
    filled.push_str(rest);
    Ok(filled)
}
