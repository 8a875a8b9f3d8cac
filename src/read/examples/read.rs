//! Prints what documents hold: `cargo run -p gongbao-read --example read -- FILE…`.

#![allow(clippy::print_stdout)]

use gongbao_read::{Format, read};

fn main() -> std::io::Result<()> {
    for path in std::env::args().skip(1) {
        let Some(format) = path.rsplit('.').next().and_then(Format::of_extension) else { continue };
        match read(format, &std::fs::read(&path)?) {
            Err(cause) => println!("{path}: {cause}"),
            Ok(text) => {
                println!("{path}: title {:?}, published {:?}, encoding {:?}", text.title, text.published, text.encoding);
                for block in &text.blocks {
                    println!("{:?}\t{}", block.kind, text.text.get(block.span.clone()).unwrap_or_default());
                }
            }
        }
    }
    Ok(())
}
