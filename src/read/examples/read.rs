//! Prints what is read of a document: `cargo run -p gongbao-read --example read FILE…`.
#![expect(clippy::print_stdout, reason = "that is what it is for")]

use gongbao_read::{Format, read};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    for file in std::env::args().skip(1) {
        let extension = file.rsplit('.').next().unwrap_or_default();
        let format = Format::of_extension(extension).ok_or_else(|| format!("{file}: unknown format"))?;
        let text = read(format, &std::fs::read(&file)?).map_err(|error| format!("{file}: {error}"))?;
        println!("== {file}: title {:?}, published {:?}, pages {:?}, {}", text.title, text.published, text.pages, text.encoding);
        for block in &text.blocks {
            let kind = block.kind.map_or("-", |kind| kind.as_str());
            println!("{kind:9} {:3} {}", block.page.unwrap_or_default(), text.text.get(block.span.clone()).unwrap_or_default());
        }
    }
    Ok(())
}
