//! The program `gongbao`. Time and environment enter here, as arguments.

use std::process::ExitCode;

fn main() -> ExitCode {
    let environment = std::env::vars_os().filter_map(|(name, value)| Some((name.into_string().ok()?, value.into_string().ok()?))).collect();
    gongbao::cli::main(std::env::args_os(), environment, &chrono::Utc::now).into()
}
