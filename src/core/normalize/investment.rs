//! Events as worded → investment records: amounts, counts, period and area from the observations that tell them.

use super::Place;
use crate::extract::Found;
use crate::model::{Bound, Event, Investment, Observation, Reading, Status};

/// Adds the investment records of one sentence to the reading; `first` is the place of its first observation.
pub(super) fn record(found: &Found, place: &Place<'_>, first: usize, reading: &mut Reading) {
    for deal in &found.deals {
        let observation = |at: Option<usize>| at.and_then(|at| reading.observations.get(first + at));
        let amount = observation(deal.amount);
        let count = observation(deal.count);
        let Some(leading) = amount.or(count) else { continue };
        let told = count.or(amount).unwrap_or(leading);
        let period = if deal.event == Event::Invested { leading.period.clone() } else { told.period.clone() };
        let project_count = count.and_then(|count| count.value.trunc().to_string().parse().ok());
        let status = if deal.event == Event::Planned { Status::Target } else { leading.status };
        let mut flags: Vec<&'static str> = leading.flags.iter().copied().filter(|flag| *flag != "unknown_indicator").collect();
        flags.sort_unstable();
        reading.investments.push(Investment {
            event: deal.event,
            project: deal.project.clone(),
            project_key: deal.project.as_deref().map(project_key),
            investors: deal.investors.clone(),
            investor_type: deal.investor_type,
            project_count,
            amount: amount.map(|a| a.value),
            amount_text: amount.map(|a| a.value_text.clone()),
            currency: amount.map(|a| a.unit.clone()),
            min_amount: deal.min_amount,
            bound: amount.map_or(Bound::Eq, |a| a.bound),
            status,
            sectors: deal.sectors.clone(),
            observations: [deal.count, deal.amount].into_iter().flatten().map(|at| first + at).collect(),
            period,
            area: told.area.clone(),
            span: place.source(&deal.range),
            evidence: place.evidence(),
            page: place.page,
            rule: deal.rule,
            confidence: confidence(leading, deal.project.is_some() || count.is_some()),
            flags,
        });
    }
}

/// A project's name without blanks, quotation marks and brackets: the same in every document.
fn project_key(name: &str) -> String {
    name.chars().filter(|c| !c.is_whitespace() && !matches!(c, '“' | '”' | '（' | '）' | '(' | ')' | '《' | '》' | '·')).collect()
}

/// Per mille; measured on the labelled passages.
fn confidence(leading: &Observation, is_named: bool) -> u16 {
    let base = if is_named { 800 } else { 600 };
    base.min(leading.confidence)
}
