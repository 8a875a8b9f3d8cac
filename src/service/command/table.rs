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

/// A sentence on one line, cut to some characters around a wording in it.
pub(super) fn excerpt(sentence: &str, wording: &str, around: usize) -> String {
    // 「3个」 is not found within 「13个」.
    let is_whole = |at: &usize| !sentence.get(..*at).unwrap_or_default().ends_with(|c: char| c.is_ascii_digit() || c == '.');
    let start = sentence.match_indices(wording).map(|(at, _)| at).find(is_whole);
    let (start, end) = start.map_or((0, 0), |start| (start, start + wording.len()));
    let (before, after) = (sentence.get(..start).unwrap_or_default(), sentence.get(end..).unwrap_or_default());
    let from = before.char_indices().rev().nth(around).map_or(0, |(at, c)| at + c.len_utf8());
    let to = after.char_indices().nth(around).map_or(sentence.len(), |(at, _)| end + at);
    let kept = sentence.get(from..to).unwrap_or_default().chars().map(|c| if c.is_control() { ' ' } else { c });
    let cut = |is_cut| if is_cut { "…" } else { "" };
    format!("{}{}{}", cut(from > 0), kept.collect::<String>(), cut(to < sentence.len()))
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
    fn a_sentence_is_cut_around_its_wording() {
        assert_eq!(excerpt("新建学校13个、医院3个，其中民办1个。", "3个", 3), "…、医院3个，其中…");
        assert_eq!(excerpt("3个。", "3个", 3), "3个。");
        assert_eq!(excerpt("一句\n没有的话", "3个", 3), "一句 …");
        assert_eq!(excerpt("", "", 0), "");
    }

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
