//! `init` and `check`: before the first run.

use super::{CommandError, Surroundings, work};
use crate::cli::InitArgs;
use crate::config::{LEXICON_README, SAMPLE, Source, tidy};
use crate::exit::Exit;
use crate::ingest::{self, Scan};
use crate::observe::counted;
use std::fs::File;
use std::io::{self, Write};
use std::path::{Component, Path};

/// The folder of documents in the repository.
const SAMPLES: &str = "../tests/corpus/samples";

/// Writes the commented configuration, its lexicon folder, and an empty folder for documents.
pub(super) fn init(args: &InitArgs, around: &mut Surroundings<'_>) -> Result<Exit, CommandError> {
    let path = around.config_path().to_owned();
    let folder = path.parent().unwrap_or(Path::new(""));
    // A configuration in a folder of its own has documents and tables beside that folder, one without beside itself.
    let above = if folder.components().all(|part| part == Component::CurDir) { "" } else { "../" };
    let documents = folder.join(format!("{above}documents"));
    let config = SAMPLE
        .replace(SAMPLES, &format!("{above}documents"))
        .replace("\"../output\"", &format!("\"{above}output\""))
        .replace("name = \"samples\"", "name = \"documents\"");
    create(&path, &config, args.force)?;
    let lexicon = folder.join("lexicon");
    match create(&lexicon.join("README.md"), LEXICON_README, args.force) {
        // The operator's own words stay.
        Ok(()) | Err(CommandError::Exists { .. }) => {}
        Err(error) => return Err(error),
    }
    std::fs::create_dir_all(&documents).map_err(|source| CommandError::Create { path: documents.clone(), source })?;
    writeln!(around.out, "configuration {}", path.display())?;
    writeln!(around.out, "word lists    {}: your additions, its README.md tells how", lexicon.display())?;
    let with = around.global.config.as_ref().map(|config| format!(" --config {}", config.display())).unwrap_or_default();
    let documents = tidy(&documents);
    let next = format!("`gongbao check{with}` and `gongbao run{with}`");
    writeln!(around.out, "documents     {}: put documents here, then {next}", documents.display())?;
    Ok(Exit::Ok)
}

fn create(path: &Path, text: &str, may_replace: bool) -> Result<(), CommandError> {
    let cannot = |source| CommandError::Create { path: path.to_owned(), source };
    if let Some(folder) = path.parent() {
        std::fs::create_dir_all(folder).map_err(cannot)?;
    }
    let file = if may_replace { File::create(path) } else { File::create_new(path) };
    match file.and_then(|mut file| file.write_all(text.as_bytes())) {
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => Err(CommandError::Exists { path: path.to_owned() }),
        written => written.map_err(cannot),
    }
}

/// Tells whether configuration, word lists and manifests are right.
pub(super) fn check(around: &mut Surroundings<'_>) -> Result<Exit, CommandError> {
    let mut config = around.config()?;
    // A person who asks is not the service: its log files may not be made in his name.
    config.log_folder = None;
    around.start_logs(Some(&config), config.log_level);
    let lexicon = config.load_lexicon()?;
    let path = around.config_path().display().to_string();
    writeln!(around.out, "configuration {path}")?;
    writeln!(around.out, "output        {}", config.output.display())?;
    writeln!(around.out, "word lists    {} in the catalogue, version {}", counted(lexicon.indicators().len(), "indicator"), lexicon.version())?;
    if config.sources.is_empty() {
        writeln!(around.out, "sources       none: `gongbao run` has nothing to do")?;
    }
    let parser = work::parser(&config)?;
    let (remote, local): (Vec<&Source>, Vec<&Source>) = config.sources.iter().partition(|source| source.is_remote());
    for source in remote {
        if let Some(manifest) = &source.manifest {
            ingest::check_manifest(manifest)?;
        }
        writeln!(around.out, "source        {}: at {}; `gongbao doctor` asks there", source.name, source.place())?;
    }
    for source in local {
        match ingest::scan(&parser, source, &config.output) {
            Ok(scan) => writeln!(around.out, "source        {}: {}", source.name, told(source, &scan))?,
            Err(error @ (ingest::IngestError::Manifest(_) | ingest::IngestError::Glob { .. })) => return Err(error.into()),
            // What is not there today may be mounted when the run starts.
            Err(error) => writeln!(around.out, "source        {}: {error}", source.name)?,
        }
    }
    Ok(Exit::Ok)
}

/// What a source holds, and where it was looked for.
fn told(source: &Source, scan: &Scan) -> String {
    let mut told = format!("{} in {}", counted(scan.candidates.len(), "document"), source.place());
    if scan.skipped > 0 {
        told += &format!(", {} skipped (other formats, links)", scan.skipped);
    }
    if scan.manifest_lines_without_document > 0 {
        told += &format!(", {} of the manifest without a document", counted(scan.manifest_lines_without_document, "line"));
    }
    for (folder, error) in &scan.unseen {
        told += &format!("; cannot look into {folder}: {error}");
    }
    told
}
