//! Events as worded → investment records: amounts, counts, period and area from the observations that tell them.

use super::scope::Scope;
use super::{Place, area, confidence};
use crate::extract::Found;
use crate::lexicon::Lexicon;
use crate::model::{Bound, Event, Investment, Reading, ReferenceArea, ReferencePeriod, Status};

/// Adds the investment records of one sentence to the reading; `first` is the place of its first observation.
pub(super) fn record(found: &Found, place: &Place<'_>, first: usize, scope: &Scope, lexicon: &Lexicon, reading: &mut Reading) {
    for deal in &found.deals {
        let observation = |at: Option<usize>| at.and_then(|at| reading.observations.get(first + at));
        let amount = observation(deal.amount);
        let count = observation(deal.count);
        // A project without numbers has the period and area of its sentence.
        let beside = reading.observations.get(first..).and_then(|rows| rows.first()).filter(|row| row.period.text.is_some());
        let leading = amount.or(count);
        let told = count.or(amount);
        let period = match (leading, told) {
            (Some(leading), _) if deal.event == Event::Invested => leading.period.clone(),
            // What happened to a project happened in the report's period, though its total investment has none.
            (_, Some(told)) if is_open(&told.period) && is_dated(deal.event) && scope.reports_a_year() => scope.current_period(),
            (_, Some(told)) => told.period.clone(),
            _ => beside.map_or_else(|| scope.current_period(), |row| row.period.clone()),
        };
        let is_target = told.map_or(scope.is_plan, |told| told.status == Status::Target);
        let is_financed = matches!(deal.event, Event::Fund | Event::Loan | Event::Guarantee | Event::ForeignCapital);
        let event =
            if is_target && (deal.count.is_some() || deal.rule == "listed" || scope.is_plan) && !is_financed { Event::Planned } else { deal.event };
        let project_count = count.and_then(|count| count.value.trunc().to_string().parse().ok());
        let status = if event == Event::Planned { Status::Target } else { leading.map_or(Status::Actual, |row| row.status) };
        // What is told twice, in a title and its text, is one record.
        let key = deal.project.as_deref().map(project_key);
        let is_told = amount.is_some()
            && reading.investments.iter().any(|row| {
                row.event == event
                    && row.amount == amount.map(|a| a.value)
                    && row.project_count == project_count
                    && (key.is_none() || row.project_key.is_none() || same_project(row.project_key.as_deref(), key.as_deref()))
            });
        if is_told {
            continue;
        }
        let mut flags: Vec<&'static str> =
            leading.map(|row| row.flags.as_slice()).unwrap_or_default().iter().copied().filter(|flag| *flag != "unknown_indicator").collect();
        flags.sort_unstable();
        reading.investments.push(Investment {
            event,
            project: deal.project.as_deref().map(|project| place.as_written(project)),
            project_key: deal.project.as_deref().map(project_key),
            investors: deal.investors.iter().map(|name| place.as_written(name)).collect(),
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
            area: told.map_or_else(|| named_area(found, place, deal.project.as_deref(), scope, lexicon), |row| row.area.clone()),
            span: place.source(&deal.range),
            evidence: place.evidence(),
            page: place.page,
            rule: deal.rule,
            confidence: confidence::of_rule(deal.rule),
            flags,
        });
    }
}

fn is_open(period: &ReferencePeriod) -> bool {
    period.start.is_none() && period.end.is_none()
}

/// Whether an event happens within a period, rather than being so at the time of writing.
fn is_dated(event: Event) -> bool {
    matches!(event, Event::Completed | Event::Started | Event::Signed | Event::Investment)
}

/// The area that a project's name opens with, else the document's.
fn named_area(found: &Found, place: &Place<'_>, project: Option<&str>, scope: &Scope, lexicon: &Lexicon) -> Option<ReferenceArea> {
    let text = place.prepared.cut(place.found_at.clone());
    let mention =
        project.and_then(|project| found.areas.iter().find(|mention| text.get(mention.range.clone()).is_some_and(|name| project.starts_with(name))));
    let resolved = mention.and_then(|mention| area::resolve(mention, text, &scope.areas, &lexicon.areas)).map(|resolved| resolved.area);
    resolved.or_else(|| scope.default_area.clone())
}

/// Whether two keys name one project: 「乌市供热项目」 and 「乌供热项目」 do.
fn same_project(one: Option<&str>, other: Option<&str>) -> bool {
    let bare = |key: Option<&str>| key.map(|key| key.replace(['市', '县', '省'], ""));
    bare(one) == bare(other)
}

/// A project's name without blanks, quotation marks and brackets: the same in every document.
fn project_key(name: &str) -> String {
    name.chars().filter(|c| !c.is_whitespace() && !matches!(c, '“' | '”' | '（' | '）' | '(' | ')' | '《' | '》' | '·')).collect()
}
