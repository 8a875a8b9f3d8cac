//! `init` and `check`: before the first run.

use super::{CommandError, Surroundings};
use crate::cli::InitArgs;
use crate::config::{LEXICON_README, SAMPLE};
use crate::exit::Exit;
use crate::ingest;
use crate::observe::counted;
use std::fs::File;
use std::io::Write;
use std::path::Path;

/// The folder of documents in the repository, and the one that a new configuration names.
const SAMPLES: (&str, &str) = ("../tests/corpus/samples", "../documents");

/// Writes the commented configuration, its lexicon folder, and an empty folder for documents.
pub(super) fn init(args: &InitArgs, around: &mut Surroundings<'_>) -> Result<Exit, CommandError> {
    let path = around.config_path().to_owned();
    let folder = path.parent().unwrap_or(Path::new(""));
    let config = SAMPLE.replace(SAMPLES.0, SAMPLES.1).replace("name = \"samples\"", "name = \"documents\"");
    create(&folder.join("lexicon").join("README.md"), LEXICON_README, true)?;
    create(&path, &config, args.force)?;
    let documents = folder.join(SAMPLES.1);
    std::fs::create_dir_all(&documents).map_err(|source| CommandError::Create { path: documents, source })?;
    writeln!(around.out, "{}", path.display())?;
    Ok(Exit::Ok)
}

fn create(path: &Path, text: &str, may_replace: bool) -> Result<(), CommandError> {
    let cannot = |source| CommandError::Create { path: path.to_owned(), source };
    if let Some(folder) = path.parent() {
        std::fs::create_dir_all(folder).map_err(cannot)?;
    }
    let file = if may_replace { File::create(path) } else { File::create_new(path) };
    file.and_then(|mut file| file.write_all(text.as_bytes())).map_err(cannot)
}

/// Tells whether configuration, word lists and manifests are right.
pub(super) fn check(around: &mut Surroundings<'_>) -> Result<Exit, CommandError> {
    let config = around.config()?;
    around.start_logs(Some(&config), config.log_level);
    let lexicon = config.load_lexicon()?;
    let path = around.config_path().display().to_string();
    writeln!(around.out, "configuration {path}")?;
    writeln!(around.out, "output        {}", config.output.display())?;
    writeln!(around.out, "word lists    {} in the catalogue, version {}", counted(lexicon.indicators().len(), "indicator"), lexicon.version())?;
    if config.sources.is_empty() {
        writeln!(around.out, "sources       none: `gongbao run` has nothing to do")?;
    }
    for source in &config.sources {
        match ingest::scan(source, &config.output) {
            Ok(scan) => writeln!(around.out, "source        {}: {}", source.name, counted(scan.candidates.len(), "document"))?,
            Err(error @ (ingest::IngestError::Manifest(_) | ingest::IngestError::Glob { .. })) => return Err(error.into()),
            // What is not there today may be mounted when the run starts.
            Err(error) => writeln!(around.out, "source        {}: {error}", source.name)?,
        }
    }
    Ok(Exit::Ok)
}
