//! Reference periods.

use super::{NaiveDate, written};

written! {
    /// How often a figure of this kind is published.
    Frequency {
        /// A year.
        Annual => "A",
        /// Half a year.
        HalfYear => "H",
        /// A quarter.
        Quarter => "Q",
        /// A month.
        Month => "M",
        /// From the year's first day to a date within it.
        YearToDate => "YTD",
        /// A point in time.
        Point => "P",
        /// Several years.
        Multi => "MULTI",
    }
}

/// The period to which a figure refers; both ends are open where the document does not decide them.
#[derive(Debug, Clone, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct ReferencePeriod {
    /// First day.
    pub start: Option<NaiveDate>,
    /// Last day; equal to the first for a point in time.
    pub end: Option<NaiveDate>,
    /// How often such a figure is published.
    pub frequency: Option<Frequency>,
    /// The wording that told it, blanks removed.
    pub text: Option<String>,
}
