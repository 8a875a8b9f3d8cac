//! `serve`: runs happen by themselves, until the service is asked to stop.

use super::work::refuse_network;
use super::{CommandError, Surroundings};
use crate::config::{Config, Environment};
use crate::exit::Exit;
use crate::observe::chain;
use crate::schedule::{self, Loaded};
use std::path::{Path, PathBuf};

/// Serves the schedules of the configuration.
pub(super) fn serve(around: &mut Surroundings<'_>) -> Result<Exit, CommandError> {
    let config = around.config()?;
    around.start_logs(Some(&config), config.log_level);
    refuse_network(&config.output, around)?;
    let lexicon = config.load_lexicon()?;
    let load = load(around.config_path(), around.environment);
    schedule::serve(Loaded { config, lexicon }, load)?;
    Ok(Exit::Ok)
}

/// How the configuration is read anew: the same file, with the variables of the start.
fn load(path: &Path, environment: &Environment) -> schedule::Load {
    let (path, environment): (PathBuf, Environment) = (path.to_owned(), environment.clone());
    Box::new(move || {
        let config = Config::load(&path, &environment).map_err(|error| chain(&error))?;
        let lexicon = config.load_lexicon().map_err(|error| chain(&error))?;
        Ok(Loaded { config, lexicon })
    })
}
