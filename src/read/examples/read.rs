//! Prints what is read from files: each block on a line, its page and kind before it.

#![allow(clippy::print_stdout)]

use gongbao_read::{Format, read};
use std::{path::Path, process::ExitCode};

fn main() -> ExitCode {
    let mut code = ExitCode::SUCCESS;
    for path in std::env::args().skip(1) {
        let path = Path::new(&path);
        let format = path.extension().and_then(|extension| extension.to_str()).and_then(Format::of_extension);
        let Some(format) = format else {
            eprintln!("{}: no known extension", path.display());
            code = ExitCode::FAILURE;
            continue;
        };
        match std::fs::read(path).map_err(|error| error.to_string()).and_then(|bytes| read(format, &bytes).map_err(|error| error.to_string())) {
            Ok(text) => {
                println!(
                    "# {} encoding={:?} title={:?} published={:?} pages={:?}",
                    path.display(),
                    text.encoding,
                    text.title,
                    text.published,
                    text.pages
                );
                if text.blocks.is_empty() {
                    print!("{}", text.text);
                }
                for block in &text.blocks {
                    let kind = block.kind.map_or("-", |kind| kind.as_str());
                    let page = block.page.map_or_else(|| "-".to_owned(), |page| page.to_string());
                    println!("{page}\t{kind}\t{}", text.text.get(block.span.clone()).unwrap_or_default());
                }
            }
            Err(error) => {
                eprintln!("{}: {error}", path.display());
                code = ExitCode::FAILURE;
            }
        }
    }
    code
}
