//! How spans are sent: in batches, by a thread of their own, so that no collector holds up a document.

use super::variable;
use crate::observe::fields;
use opentelemetry::trace::TracerProvider as _;
use opentelemetry::{Context, Key};
use opentelemetry_sdk::Resource;
use opentelemetry_sdk::error::OTelSdkResult;
use opentelemetry_sdk::resource::{EnvResourceDetector, ResourceDetector};
use opentelemetry_sdk::trace::{BatchConfigBuilder, BatchSpanProcessor, SdkTracerProvider, Span, SpanData, SpanExporter, SpanProcessor};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::Duration;
use tracing_subscriber::Layer;
use tracing_subscriber::registry::LookupSpan;

/// What is not sent by then is lost.
const LONGEST_FLUSH: Duration = Duration::from_secs(3);

/// So many spans wait for a collector that is slow, where `OTEL_BSP_MAX_QUEUE_SIZE` does not tell; a document has two.
const QUEUE: usize = 32_768;

/// Sends what is left when it is dropped, and tells what was lost.
#[derive(Debug)]
pub(in crate::observe) struct TraceGuard {
    provider: SdkTracerProvider,
    tally: Arc<Tally>,
}

impl Drop for TraceGuard {
    fn drop(&mut self) {
        // What was not sent is counted below.
        let _sent_or_not = self.provider.shutdown_with_timeout(LONGEST_FLUSH);
        let [ended, sent, failed] = [&self.tally.ended, &self.tally.sent, &self.tally.failed].map(|count| count.load(Ordering::SeqCst));
        let lost = ended.saturating_sub(sent);
        if lost > 0 {
            let dropped = lost.saturating_sub(failed);
            tracing::warn!(
                { fields::TRACE_FAILED } = failed,
                { fields::TRACE_DROPPED } = dropped,
                "{lost} of {ended} spans did not reach the collector"
            );
        }
    }
}

/// The layer that makes spans of ours into those of a trace, and its guard.
///
/// - Errors: the exporter does not understand its variables.
pub(in crate::observe) fn layer<S>() -> Result<(impl Layer<S>, TraceGuard), String>
where
    S: tracing::Subscriber + for<'a> LookupSpan<'a>,
{
    let exporter = opentelemetry_otlp::SpanExporter::builder().with_http().build().map_err(|error| without_secrets(error.to_string()))?;
    let mut config = BatchConfigBuilder::default();
    if variable("OTEL_BSP_MAX_QUEUE_SIZE").is_none() {
        config = config.with_max_queue_size(QUEUE);
    }
    let tally = Arc::new(Tally::default());
    let counted = Counted { exporter, tally: Arc::clone(&tally), is_failing: AtomicBool::new(false) };
    let batches = BatchSpanProcessor::builder(counted).with_batch_config(config.build()).build();
    let provider = SdkTracerProvider::builder()
        .with_span_processor(Ended(Arc::clone(&tally)))
        .with_span_processor(batches)
        .with_resource(Resource::builder().with_service_name(service_name()).build())
        .build();
    Ok((tracing_opentelemetry::layer().with_tracer(provider.tracer("gongbao")), TraceGuard { provider, tally }))
}

/// The name under which the operator knows us. The SDK's own order lets `OTEL_RESOURCE_ATTRIBUTES` win over `OTEL_SERVICE_NAME`.
fn service_name() -> String {
    let attribute = || EnvResourceDetector::new().detect().get(&Key::from_static_str("service.name")).map(|name| name.to_string());
    let name = variable("OTEL_SERVICE_NAME").or_else(|| attribute().filter(|name| !name.is_empty()));
    name.unwrap_or_else(|| String::from("gongbao"))
}

/// The exporter's errors repeat the value they do not understand, which may carry a password.
fn without_secrets(told: String) -> String {
    let names = super::ENDPOINTS.into_iter().chain(["OTEL_EXPORTER_OTLP_TRACES_HEADERS", "OTEL_EXPORTER_OTLP_HEADERS"]);
    names.filter_map(variable).fold(told, |told, secret| told.replace(&secret, "…"))
}

/// What became of spans; those that neither were sent nor failed found no room in the queue, or no time at the end.
#[derive(Debug, Default)]
struct Tally {
    ended: AtomicUsize,
    sent: AtomicUsize,
    failed: AtomicUsize,
}

/// Counts the spans that end; the queue does not tell how many it drops.
#[derive(Debug)]
struct Ended(Arc<Tally>);

impl SpanProcessor for Ended {
    fn on_start(&self, _: &mut Span, _: &Context) {}

    fn on_end(&self, _: SpanData) {
        self.0.ended.fetch_add(1, Ordering::SeqCst);
    }

    fn force_flush(&self) -> OTelSdkResult {
        Ok(())
    }

    fn shutdown_with_timeout(&self, _: Duration) -> OTelSdkResult {
        Ok(())
    }
}

/// Counts the spans that a collector takes, and tells when it begins or ceases to take none.
#[derive(Debug)]
struct Counted {
    exporter: opentelemetry_otlp::SpanExporter,
    tally: Arc<Tally>,
    is_failing: AtomicBool,
}

impl SpanExporter for Counted {
    async fn export(&self, batch: Vec<SpanData>) -> OTelSdkResult {
        let count = batch.len();
        let done = self.exporter.export(batch).await;
        let counter = if done.is_ok() { &self.tally.sent } else { &self.tally.failed };
        counter.fetch_add(count, Ordering::SeqCst);
        match (&done, self.is_failing.swap(done.is_err(), Ordering::SeqCst)) {
            (Err(error), false) => tracing::warn!({ fields::ERROR } = %error, "the collector takes no spans"),
            (Ok(()), true) => tracing::info!("the collector takes spans again"),
            _ => {}
        }
        done
    }

    fn shutdown(&self) -> OTelSdkResult {
        self.exporter.shutdown()
    }

    fn set_resource(&mut self, resource: &Resource) {
        self.exporter.set_resource(resource);
    }
}
