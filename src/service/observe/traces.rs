//! Traces: the spans of runs, stages and documents go to a collector, where the standard `OTEL_*` variables name one.
//!
//! Only builds with the feature `otlp` send them; the others tell that they do not.

#[cfg(feature = "otlp")]
mod export;

/// In builds that send nothing.
#[cfg(not(feature = "otlp"))]
mod export {
    use tracing_subscriber::layer::Identity;

    #[derive(Debug)]
    pub(in crate::observe) struct TraceGuard;

    pub(in crate::observe) fn layer() -> Result<(Identity, TraceGuard), String> {
        Err(String::from("this build lacks the feature `otlp`"))
    }
}

pub(super) use export::{TraceGuard, layer};

/// Names of the variables that name a collector, the stronger one first.
const ENDPOINTS: [&str; 2] = ["OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", "OTEL_EXPORTER_OTLP_ENDPOINT"];

/// The variable that names a collector, unless another one switches traces off.
pub(super) fn named_by(variable: impl Fn(&str) -> Option<String>) -> Option<&'static str> {
    let is_disabled = variable("OTEL_SDK_DISABLED").is_some_and(|value| value.eq_ignore_ascii_case("true"));
    let is_ours = variable("OTEL_TRACES_EXPORTER").is_none_or(|names| names.split(',').any(|name| name.trim() == "otlp"));
    ENDPOINTS.into_iter().find(|name| variable(name).is_some()).filter(|_| is_ours && !is_disabled)
}

/// A variable of the environment; to OpenTelemetry an empty value is none.
pub(super) fn variable(name: &str) -> Option<String> {
    std::env::var_os(name).filter(|value| !value.is_empty()).map(|value| value.to_string_lossy().into_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_collector_is_named_and_not_switched_off() {
        let [traces, all] = ENDPOINTS;
        let check = |variables: &[(&str, &str)], expected: Option<&str>| {
            let variable = |name: &str| variables.iter().find(|(known, _)| *known == name).map(|(_, value)| String::from(*value));
            assert_eq!(named_by(variable), expected, "{variables:?}");
        };
        check(&[], None);
        check(&[(all, "http://c:4318")], Some(all));
        check(&[(traces, "http://c:4318/v1/traces")], Some(traces));
        check(&[(all, "http://c:4318"), (traces, "http://d:4318/v1/traces")], Some(traces));
        for (switch, value, is_on) in [
            ("OTEL_SDK_DISABLED", "true", false),
            ("OTEL_SDK_DISABLED", "TRUE", false),
            ("OTEL_SDK_DISABLED", "false", true),
            ("OTEL_SDK_DISABLED", "1", true),
            ("OTEL_TRACES_EXPORTER", "none", false),
            ("OTEL_TRACES_EXPORTER", "console", false),
            ("OTEL_TRACES_EXPORTER", "otlp", true),
            ("OTEL_TRACES_EXPORTER", "console, otlp", true),
        ] {
            check(&[(all, "http://c:4318"), (switch, value)], is_on.then_some(all));
        }
    }
}
