//! A table for people: columns as wide as their cells, Chinese characters two wide.

use std::io::{self, Write};

/// The widest cell that is shown whole.
const CELL_WIDTH: usize = 44;

/// Prints rows below their names.
pub(super) fn print(names: &[String], rows: &[Vec<String>], out: &mut dyn Write) -> io::Result<()> {
    let names: Vec<String> = names.to_vec();
    let rows: Vec<Vec<String>> = rows.iter().map(|row| row.iter().map(|cell| shortened(cell)).collect()).collect();
    let widths: Vec<usize> = (0..names.len())
        .map(|at| rows.iter().chain([&names]).filter_map(|row| row.get(at)).map(|cell| width(cell)).max().unwrap_or_default())
        .collect();
    let rule: Vec<String> = widths.iter().map(|width| "-".repeat(*width)).collect();
    for row in [&names, &rule].into_iter().chain(&rows) {
        let mut line = String::new();
        for (cell, width_wanted) in row.iter().zip(&widths) {
            line.push_str(cell);
            line.push_str(&" ".repeat(width_wanted.saturating_sub(width(cell)) + 2));
        }
        writeln!(out, "{}", line.trim_end())?;
    }
    Ok(())
}

/// On one line, and no wider than a cell.
fn shortened(cell: &str) -> String {
    let cell: String = cell.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
    if width(&cell) <= CELL_WIDTH {
        return cell;
    }
    let mut taken = 0;
    let head: String = cell
        .chars()
        .take_while(|c| {
            taken += character_width(*c);
            taken < CELL_WIDTH
        })
        .collect();
    format!("{head}…")
}

fn width(text: &str) -> usize {
    text.chars().map(character_width).sum()
}

fn character_width(c: char) -> usize {
    let is_wide = matches!(u32::from(c),
        0x1100..=0x115f | 0x2e80..=0x303e | 0x3041..=0xa4cf | 0xac00..=0xd7a3 | 0xf900..=0xfaff | 0xfe30..=0xfe6f | 0xff00..=0xff60
        | 0xffe0..=0xffe6 | 0x1f300..=0x1faff | 0x20000..=0x3fffd);
    if is_wide { 2 } else { 1 }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_align_under_chinese() {
        let rows = [vec![String::from("生产总值"), String::from("1\n2")], vec![String::from("x"), "长".repeat(40)]];
        let mut out = Vec::new();
        print(&[String::from("a"), String::from("b")], &rows, &mut out).unwrap();
        expect_test::expect![[r#"
            a         b
            --------  -------------------------------------------
            生产总值  1 2
            x         长长长长长长长长长长长长长长长长长长长长长…
        "#]]
        .assert_eq(&String::from_utf8(out).unwrap());
    }
}
