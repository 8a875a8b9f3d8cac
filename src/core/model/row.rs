//! Observations, investments and findings: the rows.

use super::{Decimal, NaiveDate, PublishedBasis, ReferencePeriod, Span, written};

written! {
    /// What is said of an indicator.
    Measure {
        /// An amount, a stock, a count, or a rate that is itself the indicator.
        Level => "level",
        /// Percent change on the same period a year earlier.
        Yoy => "yoy",
        /// Percent change on the period before.
        Mom => "mom",
        /// Percent change on any other base.
        Growth => "growth",
        /// Absolute change on an earlier value.
        Change => "change",
        /// Difference against another area or a benchmark.
        Gap => "gap",
        /// Part of a whole, percent.
        Share => "share",
        /// Contribution to growth.
        Contribution => "contribution",
        /// Position in a ranking.
        Rank => "rank",
        /// Percent of a target or plan done.
        Progress => "progress",
        /// Ratio to another value.
        Multiple => "multiple",
    }
}

written! {
    /// How the value bounds the figure.
    Bound {
        /// The figure itself.
        Eq => "eq",
        /// About (约, 左右).
        Approx => "approx",
        /// At least (超过, 以上, 余).
        Min => "min",
        /// At most (以内, 不超过).
        Max => "max",
        /// From `value` to `value_high`.
        Range => "range",
    }
}

written! {
    /// Whether the figure has happened.
    Status {
        /// It has.
        Actual => "actual",
        /// It is aimed at.
        Target => "target",
        /// It is expected.
        Estimate => "estimate",
    }
}

written! {
    /// Prices of which year.
    PriceBasis {
        /// Prices of the period itself.
        Current => "current",
        /// Prices of a base year (可比价, 不变价).
        Constant => "constant",
    }
}

written! {
    /// How final a figure is.
    Revision {
        /// First result (初步核算).
        Preliminary => "preliminary",
        /// Final result (最终核实).
        Final => "final",
        /// Revised later (修订).
        Revised => "revised",
    }
}

/// Where a figure is from.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct ReferenceArea {
    /// GB/T 2260 code; none for areas without one (东部地区, a township).
    pub code: Option<String>,
    /// Name as the standard or the text has it.
    pub name: String,
}

/// One number that states a statistic.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Observation {
    /// The number with its unit.
    pub span: Span,
    /// The number as written, blanks removed.
    pub value_text: String,
    /// The unit as written, multiplier included (`亿元`).
    pub unit_text: String,
    /// Code in the catalogue.
    pub indicator_code: Option<String>,
    /// Standard name, or the cleaned phrase where the catalogue has none.
    pub indicator: String,
    /// The phrase as written.
    pub indicator_text: String,
    /// Whose figure it is, where that is not the area itself.
    pub entity: Option<String>,
    /// What is said of the indicator.
    pub measure: Measure,
    /// In `unit`.
    pub value: Decimal,
    /// Upper end of a range.
    pub value_high: Option<Decimal>,
    /// Base unit of measure (`CNY`, `percent`, `m2` …).
    pub unit: String,
    /// How the value bounds the figure.
    pub bound: Bound,
    /// Whether it has happened.
    pub status: Status,
    /// Prices of which year.
    pub price_basis: Option<PriceBasis>,
    /// How final it is.
    pub revision: Option<Revision>,
    /// What a change, growth or gap is measured against (`same_period_last_year`, `area:中国`, `year:2019` …).
    pub baseline: Option<String>,
    /// When.
    pub period: ReferencePeriod,
    /// Where.
    pub area: Option<ReferenceArea>,
    /// The sentence.
    pub evidence: Span,
    /// Page, from 1.
    pub page: Option<u32>,
    /// Id of the rule that found it.
    pub rule: &'static str,
    /// Per mille.
    pub confidence: u16,
    /// What a reader should know (`period_inferred`, `unknown_indicator` …), sorted.
    pub flags: Vec<&'static str>,
}

written! {
    /// What an investment event is.
    Event {
        /// Contract or framework agreement.
        Signed => "signed",
        /// Construction started.
        Started => "started",
        /// Completed or in production.
        Completed => "completed",
        /// Being built.
        UnderConstruction => "under_construction",
        /// Money spent in a period.
        Invested => "invested",
        /// To come.
        Planned => "planned",
        /// Loan to enterprises.
        Loan => "loan",
        /// Guarantee for enterprises.
        Guarantee => "guarantee",
        /// Funds raised or granted, bonds.
        Fund => "fund",
        /// Foreign capital used.
        ForeignCapital => "foreign_capital",
        /// An investment with no stage told.
        Investment => "investment",
    }
}

written! {
    /// Who owns the investor.
    InvestorType {
        /// Private enterprise (民营).
        Private => "private",
        /// State-owned enterprise (国有, 央企).
        State => "state",
        /// Foreign enterprise (外资).
        Foreign => "foreign",
    }
}

/// One investment event.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Investment {
    /// What happened.
    pub event: Event,
    /// The project's name.
    pub project: Option<String>,
    /// Key that the same project has in every document.
    pub project_key: Option<String>,
    /// Names of companies.
    pub investors: Vec<String>,
    /// Who owns them.
    pub investor_type: Option<InvestorType>,
    /// Number of projects; for loans and guarantees of enterprises served.
    pub project_count: Option<i64>,
    /// In base units of `currency`.
    pub amount: Option<Decimal>,
    /// As written.
    pub amount_text: Option<String>,
    /// ISO 4217.
    pub currency: Option<String>,
    /// Threshold that the counted projects pass.
    pub min_amount: Option<Decimal>,
    /// How the amount bounds the figure.
    pub bound: Bound,
    /// Whether it has happened.
    pub status: Status,
    /// Sectors named.
    pub sectors: Vec<String>,
    /// Its numbers: places in [`Reading::observations`].
    pub observations: Vec<usize>,
    /// When.
    pub period: ReferencePeriod,
    /// Where.
    pub area: Option<ReferenceArea>,
    /// The words that tell it.
    pub span: Span,
    /// The sentence.
    pub evidence: Span,
    /// Page, from 1.
    pub page: Option<u32>,
    /// Id of the rule that found it.
    pub rule: &'static str,
    /// Per mille.
    pub confidence: u16,
    /// What a reader should know, sorted.
    pub flags: Vec<&'static str>,
}

written! {
    /// Why something is worth telling a person.
    FindingKind {
        /// A number with a unit that no rule understood.
        UnreadQuantity => "unread_quantity",
        /// A number whose unit the lexicon lacks.
        UnknownUnit => "unknown_unit",
        /// An indicator that the catalogue lacks.
        UnknownIndicator => "unknown_indicator",
        /// Two statements that cannot both be true.
        Contradiction => "contradiction",
        /// A name that several areas share.
        AmbiguousArea => "ambiguous_area",
        /// Digits hidden or left to be filled in (`XX亿元`).
        Masked => "masked",
    }
}

/// Something worth telling a person.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// Why.
    pub kind: FindingKind,
    /// In words.
    pub message: String,
    /// Where.
    pub span: Span,
    /// The sentence.
    pub evidence: Span,
    /// Page, from 1.
    pub page: Option<u32>,
    /// Observations concerned: places in [`Reading::observations`].
    pub related: Vec<usize>,
}

/// All that was read in one document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reading {
    /// Title: as given, else the document's own.
    pub title: Option<String>,
    /// Publication date: as given, else the document's own.
    pub published: Option<NaiveDate>,
    /// Where the date was taken from: `Manifest` stands for any date that was given.
    pub published_basis: PublishedBasis,
    /// Default reference area, resolved.
    pub area: Option<ReferenceArea>,
    /// In the order of the text.
    pub observations: Vec<Observation>,
    /// In the order of the text.
    pub investments: Vec<Investment>,
    /// In the order of the text.
    pub findings: Vec<Finding>,
}
