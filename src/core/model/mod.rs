//! What comes out of the core, in the words of official statistics: observations, investments, findings.
//!
//! Types only. How they are found stands in `extract`, what their columns are called in the package `gongbao-tables`.

mod document;
mod period;
mod row;

pub use document::{BlockKind, Document, GivenBlock, PartialDate, PublishedBasis};
pub use period::{Frequency, ReferencePeriod};
pub use row::{
    Bound, Event, Finding, FindingKind, Investment, InvestorType, Measure, Observation, PriceBasis, Reading, ReferenceArea, Revision, Status,
};

pub use chrono::NaiveDate;
pub use rust_decimal::Decimal;

/// A byte range of `documents.text`, always at character borders.
pub type Span = std::ops::Range<usize>;

/// Declares an enum whose members have one written form each, used in tables and on the command line.
macro_rules! written {
    ($(#[$meta:meta])* $name:ident { $($(#[$vmeta:meta])* $member:ident => $text:literal),+ $(,)? }) => {
        $(#[$meta])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum $name { $($(#[$vmeta])* $member),+ }

        impl $name {
            /// All members, in the order of declaration.
            pub const ALL: &'static [Self] = &[$(Self::$member),+];

            /// The written form, as the tables hold it.
            #[must_use]
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$member => $text),+ }
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(self.as_str())
            }
        }
    };
}
pub(crate) use written;
