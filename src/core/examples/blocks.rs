//! Prints the blocks of a plain text, each on a line of its own: `cargo run -p gongbao-core --example blocks < FILE`.

#![allow(clippy::print_stdout)]

use gongbao_core::model::Document;
use gongbao_core::text::prepare;

fn main() -> std::io::Result<()> {
    let document = Document { text: std::io::read_to_string(std::io::stdin())?, ..Document::default() };
    println!("{}", prepare(&document).text);
    Ok(())
}
