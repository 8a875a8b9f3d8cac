//! Raised characters: powers, and the marks of notes, which else would run into figures.

/// Marks of notes are no longer, in characters.
const LONGEST: usize = 6;
const POWERS: [char; 8] = ['²', '³', '⁴', '⁵', '⁶', '⁷', '⁸', '⁹'];

/// What raised characters become behind the words before them: a power of a unit or of ten, or nothing where they mark a note;
/// `None` where they are words as others.
pub(crate) fn settled(before: &str, raised: &str) -> Option<String> {
    let raised = raised.trim();
    let is_mark = |c: char| c.is_ascii_digit() || matches!(c, '[' | ']' | '(' | ')' | '（' | '）' | ',' | '*' | '注' | '①'..='⑳');
    if before.trim().is_empty() || raised.is_empty() || raised.chars().count() > LONGEST || !raised.chars().all(is_mark) {
        return None;
    }
    let number = before.rsplit(|c: char| !(c.is_ascii_digit() || c == '.')).next();
    let is_power = before.ends_with(|c: char| c.is_ascii_alphabetic() || c == '米') || number == Some("10");
    let power = raised.parse::<usize>().ok().filter(|_| is_power).and_then(|power| POWERS.get(power.checked_sub(2)?));
    Some(power.map(char::to_string).unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn powers_and_marks() {
        for (before, raised, expected) in [
            ("3000m", "2", Some("²")),
            ("种植10", "4", Some("⁴")),
            ("310", "2", Some("")),
            ("增长5.8%", " [1] ", Some("")),
            ("生产总值", "①", Some("")),
            ("2", "nd", None),
            ("", "125", None),
            ("出口", "1234567", None),
        ] {
            assert_eq!(settled(before, raised).as_deref(), expected, "{before} {raised}");
        }
    }
}
