//! What goes into the core: one published text and what is known of it beforehand.

use super::{NaiveDate, Span, written};

/// One published text.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Document {
    /// The text into which all spans point; becomes `documents.text`.
    pub text: String,
    /// Structure that the format itself told (HTML, Word …); empty for plain text, whose structure is then found from its lines.
    pub blocks: Vec<GivenBlock>,
    /// The title, where a manifest or the format tells it.
    pub title: Option<String>,
    /// Publication date as a manifest or the format tells it.
    pub published: Option<PartialDate>,
    /// Default reference area: a GB/T 2260 code or a name (`420107`, `青山区`, `江西宜春市万载县`), as a manifest tells it.
    pub area: Option<String>,
}

/// A part of the text that its format told apart.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GivenBlock {
    /// What it is; `None` where its own words have to tell whether it is a heading, an item, a caption or prose.
    pub kind: Option<BlockKind>,
    /// Where it lies in the text.
    pub span: Span,
    /// The page it stands on, from 1.
    pub page: Option<u32>,
}

written! {
    /// What a part of a document is.
    BlockKind {
        /// The document's title.
        Title => "title",
        /// A heading; what follows it is its section.
        Heading => "heading",
        /// Running prose.
        Paragraph => "paragraph",
        /// An item of a list.
        ListItem => "list_item",
        /// The words under a picture or over a table.
        Caption => "caption",
        /// One row of a table.
        TableRow => "table_row",
    }
}

written! {
    /// Where a publication date was taken from.
    PublishedBasis {
        /// A manifest line told it.
        Manifest => "manifest",
        /// The document's own words tell it.
        Text => "text",
        /// The file's metadata tell it.
        Metadata => "metadata",
        /// Nothing tells it.
        Unknown => "unknown",
    }
}

/// A date that may be cut to its month or year.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct PartialDate {
    /// Year of the common era.
    pub year: i32,
    /// Month, 1 to 12.
    pub month: Option<u32>,
    /// Day of the month, from 1.
    pub day: Option<u32>,
}

impl PartialDate {
    /// Reads `YYYY`, `YYYY-MM` or `YYYY-MM-DD`; anything else, or a day that does not exist, is `None`.
    #[must_use]
    pub fn parse(written: &str) -> Option<Self> {
        let mut parts = written.trim().split('-');
        let year: i32 = parts.next().filter(|y| y.len() == 4)?.parse().ok()?;
        let month = parts.next().map(str::parse::<u32>).transpose().ok()?;
        let day = parts.next().map(str::parse::<u32>).transpose().ok()?;
        if parts.next().is_some() {
            return None;
        }
        NaiveDate::from_ymd_opt(year, month.unwrap_or(1), day.unwrap_or(1))?;
        Some(Self { year, month, day })
    }

    /// The first day that the date can mean.
    #[must_use]
    pub fn first_day(self) -> Option<NaiveDate> {
        NaiveDate::from_ymd_opt(self.year, self.month.unwrap_or(1), self.day.unwrap_or(1))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_may_be_cut() {
        assert_eq!(PartialDate::parse("2024"), Some(PartialDate { year: 2024, month: None, day: None }));
        assert_eq!(PartialDate::parse("2024-03"), Some(PartialDate { year: 2024, month: Some(3), day: None }));
        assert_eq!(PartialDate::parse("2024-02-30"), None);
        assert_eq!(PartialDate::parse("24-02"), None);
        assert_eq!(PartialDate::parse("2024-01-01-01"), None);
    }
}
