//! The formats that this build reads, and the one door to them.

use crate::{ReadError, Text, csv, docx, html, pdf, sheet, text};

/// A format that this build reads.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Format {
    /// Plain text.
    Txt,
    /// Markdown, read as the text that it is.
    Md,
    /// A web page.
    Html,
    /// Portable Document Format.
    Pdf,
    /// Word since 2007.
    Docx,
    /// Excel since 2007.
    Xlsx,
    /// Excel before 2007.
    Xls,
    /// Cells between commas.
    Csv,
}

impl Format {
    /// All formats, in the order in which messages name them.
    pub const ALL: &'static [Self] = &[Self::Txt, Self::Md, Self::Html, Self::Pdf, Self::Docx, Self::Xlsx, Self::Xls, Self::Csv];

    /// The format of a file with this extension, upper or lower case; `None` where this build reads no such files.
    #[must_use]
    pub fn of_extension(extension: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|format| format.extensions().iter().any(|known| known.eq_ignore_ascii_case(extension)))
    }

    /// The written form, as the tables hold it.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Txt => "txt",
            Self::Md => "md",
            Self::Html => "html",
            Self::Pdf => "pdf",
            Self::Docx => "docx",
            Self::Xlsx => "xlsx",
            Self::Xls => "xls",
            Self::Csv => "csv",
        }
    }

    /// The extensions of its files.
    #[must_use]
    pub const fn extensions(self) -> &'static [&'static str] {
        match self {
            Self::Txt => &["txt"],
            Self::Md => &["md", "markdown"],
            Self::Html => &["html", "htm", "shtml", "xhtml"],
            Self::Pdf => &["pdf"],
            Self::Docx => &["docx"],
            Self::Xlsx => &["xlsx", "xlsm"],
            Self::Xls => &["xls"],
            Self::Csv => &["csv"],
        }
    }
}

/// Reads a document.
///
/// - Shape: all bytes of a file in; its text, and what the format tells of its structure, out.
/// - Errors: any [`ReadError`]; hostile input ends in one of them too, but may take long or much memory before.
pub fn read(format: Format, bytes: &[u8]) -> Result<Text, ReadError> {
    match format {
        Format::Txt | Format::Md => text::read_text(bytes),
        Format::Html => html::read(bytes),
        Format::Pdf => pdf::read(bytes),
        Format::Docx => docx::read(bytes),
        Format::Xlsx | Format::Xls => sheet::read(bytes),
        Format::Csv => csv::read(bytes),
    }
}
