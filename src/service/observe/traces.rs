//! Traces: the spans of runs, stages and documents go to a collector, where the standard `OTEL_*` variables name one.
//!
//! Only in builds with the feature `otlp`. The variables are read by the exporter itself; what is sent in batches by a thread of its
//! own is sent to the end when the guard is dropped, and a collector that does not answer holds nobody up for long.

use std::time::Duration;

use opentelemetry::trace::TracerProvider as _;
use opentelemetry_sdk::Resource;
use opentelemetry_sdk::trace::{SdkTracerProvider, Tracer};
use tracing_opentelemetry::OpenTelemetryLayer;
use tracing_subscriber::registry::LookupSpan;

/// What is not sent by then is lost.
const LONGEST_FLUSH: Duration = Duration::from_secs(3);

/// Sends what is left when it is dropped.
#[derive(Debug)]
pub(super) struct TraceGuard {
    provider: SdkTracerProvider,
}

impl Drop for TraceGuard {
    fn drop(&mut self) {
        // Nobody is left to be told.
        let _sent_or_not = self.provider.shutdown_with_timeout(LONGEST_FLUSH);
    }
}

/// Whether the environment names a collector.
pub(super) fn is_wanted() -> bool {
    ["OTEL_EXPORTER_OTLP_ENDPOINT", "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT"]
        .iter()
        .any(|name| std::env::var_os(name).is_some_and(|value| !value.is_empty()))
}

/// The layer that makes spans of ours into those of a trace, and its guard.
///
/// - Errors: the exporter does not understand its variables.
pub(super) fn layer<S>() -> Result<(OpenTelemetryLayer<S, Tracer>, TraceGuard), String>
where
    S: tracing::Subscriber + for<'a> LookupSpan<'a>,
{
    let exporter = opentelemetry_otlp::SpanExporter::builder().with_http().build().map_err(|error| error.to_string())?;
    let mut resource = Resource::builder();
    if std::env::var_os("OTEL_SERVICE_NAME").is_none() {
        resource = resource.with_service_name("gongbao");
    }
    let provider = SdkTracerProvider::builder().with_batch_exporter(exporter).with_resource(resource.build()).build();
    Ok((tracing_opentelemetry::layer().with_tracer(provider.tracer("gongbao")), TraceGuard { provider }))
}
