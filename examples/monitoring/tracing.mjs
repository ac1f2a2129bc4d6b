// Spans for OpenTelemetry: node --import ./tracing.mjs; the endpoint is OTEL_EXPORTER_OTLP_ENDPOINT.
import { isMainThread } from 'node:worker_threads';

// threads that judge make no spans, and would each load all of this
if (isMainThread) {
  const { BatchSpanProcessor, NodeTracerProvider } = await import('@opentelemetry/sdk-trace-node');
  const { OTLPTraceExporter } = await import('@opentelemetry/exporter-trace-otlp-http');
  const spanProcessors = [new BatchSpanProcessor(new OTLPTraceExporter())];
  const provider = new NodeTracerProvider({ spanProcessors });
  provider.register();
  // the spans of an orderly stop are sent too
  process.once('beforeExit', () => void provider.shutdown());
}
