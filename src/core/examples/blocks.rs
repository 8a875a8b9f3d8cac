//! Prints the blocks of plain texts, each on a line of its own: `cargo run -p gongbao-core --example blocks -- FILE…`.

#![allow(clippy::print_stdout)]

use gongbao_core::model::Document;
use gongbao_core::text::prepare;

fn main() -> std::io::Result<()> {
    for path in std::env::args().skip(1) {
        let document = Document { text: std::fs::read_to_string(path)?, ..Document::default() };
        println!("{}", prepare(&document).text);
    }
    Ok(())
}
