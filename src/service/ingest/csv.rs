//! Comma-separated values (RFC 4180), as spreadsheets save them: quotes, doubled quotes, line ends within quotes, any line end.

/// One record and the line on which it starts, from 1.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Record {
    pub(super) line: usize,
    pub(super) fields: Vec<String>,
}

/// What is wrong, and on which line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct CsvError {
    pub(super) line: usize,
    pub(super) problem: &'static str,
}

/// All records; blank lines are none.
pub(super) fn records(text: &str) -> Result<Vec<Record>, CsvError> {
    let mut records = Vec::new();
    let mut characters = text.chars().peekable();
    let mut line = 1;
    while characters.peek().is_some() {
        let start = line;
        let mut fields = Vec::new();
        loop {
            let mut field = String::new();
            if characters.next_if_eq(&'"').is_some() {
                let opened = line;
                loop {
                    match characters.next() {
                        Some('"') if characters.next_if_eq(&'"').is_some() => field.push('"'),
                        Some('"') => break,
                        Some(c) => {
                            line += usize::from(c == '\n');
                            field.push(c);
                        }
                        None => return Err(CsvError { line: opened, problem: "a quote is not closed" }),
                    }
                }
                if characters.peek().is_some_and(|c| !matches!(c, ',' | '\n' | '\r')) {
                    return Err(CsvError { line, problem: "text follows a closing quote" });
                }
            } else {
                while let Some(c) = characters.next_if(|c| !matches!(c, ',' | '\n' | '\r')) {
                    field.push(c);
                }
            }
            fields.push(field);
            if characters.next_if_eq(&',').is_none() {
                break;
            }
        }
        let carriage = characters.next_if_eq(&'\r').is_some();
        if characters.next_if_eq(&'\n').is_some() || carriage {
            line += 1;
        }
        if fields.iter().any(|field| !field.trim().is_empty()) {
            records.push(Record { line: start, fields });
        }
    }
    Ok(records)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expected: &[(usize, &[&str])]) {
        let read: Vec<_> = records(text).unwrap().into_iter().map(|r| (r.line, r.fields)).collect();
        let expected: Vec<_> = expected.iter().map(|(line, fields)| (*line, fields.iter().map(|f| (*f).to_owned()).collect())).collect();
        assert_eq!(read, expected);
    }

    #[test]
    fn quotes_and_line_ends() {
        check(
            "a,b\r\n1,\"x, \"\"y\"\"\"\r\n\r\n,,\r\n2,\"two\nlines\"\n3,",
            &[(1, &["a", "b"]), (2, &["1", "x, \"y\""]), (5, &["2", "two\nlines"]), (7, &["3", ""])],
        );
        check("a\rb", &[(1, &["a"]), (2, &["b"])]);
        check("", &[]);
    }

    #[test]
    fn broken_quotes_name_their_line() {
        assert_eq!(records("a\n\"b\nc"), Err(CsvError { line: 2, problem: "a quote is not closed" }));
        assert_eq!(records("a\n\"b\"c"), Err(CsvError { line: 2, problem: "text follows a closing quote" }));
    }
}
