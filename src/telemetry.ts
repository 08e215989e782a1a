/**
 * Traces and logs of the worker, with OpenTelemetry. Loaded only if they are sent, because the packages add 0.15 s to
 * each start. The host sends its own telemetry (`telemetryMode` in host.json).
 */
import * as functions from "@azure/functions";
// A CommonJS package whose named exports Node does not detect.
import functionsInstrumentation from "@azure/functions-opentelemetry-instrumentation";
import { ManagedIdentityCredential } from "@azure/identity";
import { AzureMonitorLogExporter, AzureMonitorTraceExporter } from "@azure/monitor-opentelemetry-exporter";
import { context, propagation, SpanStatusCode, trace } from "@opentelemetry/api";
import { AsyncLocalStorageContextManager } from "@opentelemetry/context-async-hooks";
import { W3CTraceContextPropagator } from "@opentelemetry/core";
import { defaultResource, detectResources, envDetector } from "@opentelemetry/resources";
import {
  BatchLogRecordProcessor,
  LoggerProvider,
  type LogRecordExporter,
  type LogRecordProcessor,
} from "@opentelemetry/sdk-logs";
import { BasicTracerProvider, BatchSpanProcessor, type SpanExporter } from "@opentelemetry/sdk-trace-base";
import type { TelemetrySettings } from "./settings.ts";

/** Where traces and logs are sent. */
export interface Exporters {
  readonly spans: SpanExporter;
  readonly logs: LogRecordExporter;
}

/** Application Insights, with the app's identity if keys are disabled. */
export function azureMonitor({ connectionString, identity }: TelemetrySettings): Exporters {
  const credential =
    identity &&
    (identity.clientId === undefined
      ? new ManagedIdentityCredential()
      : new ManagedIdentityCredential({ clientId: identity.clientId }));
  const options = { connectionString, ...(credential && { credential }) };
  return { spans: new AzureMonitorTraceExporter(options), logs: new AzureMonitorLogExporter(options) };
}

/** Starts sending. Call it before the first function is registered. */
export function startTelemetry({ spans, logs }: Exporters): void {
  // OTEL_SERVICE_NAME and OTEL_RESOURCE_ATTRIBUTES identify the sender.
  const resource = defaultResource().merge(detectResources({ detectors: [envDetector] }));
  const tracing = new BasicTracerProvider({ resource, spanProcessors: [new BatchSpanProcessor(spans)] });
  const logging = new LoggerProvider({
    resource,
    processors: [new LineProcessor({ exporter: logs })],
  });
  context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
  propagation.setGlobalPropagator(new W3CTraceContextPropagator());
  trace.setGlobalTracerProvider(tracing);

  spanPerInvocation();
  // Without patching modules: the app is already loaded, and an ES module cannot be patched. Registered after the
  // spans, so that they become children of the host's trace.
  const instrumentation = new functionsInstrumentation.AzureFunctionsInstrumentationESM({ enabled: false });
  instrumentation.setLoggerProvider(logging);
  try {
    instrumentation.registerAzFunc(functions);
  } catch (error) {
    // Hosts before 4.34 have no log hooks. Less telemetry is better than no app.
    process.emitWarning(`Logs are not sent to Application Insights: ${String(error)}`);
  }
  functions.app.hook.appTerminate(async () => {
    await Promise.all([tracing.shutdown(), logging.shutdown()]);
  });
}

/**
 * These functions run again for every replay, with a span each time; the Durable extension has one span for the whole
 * instance.
 */
const REPLAYED = new Set(["orchestrationTrigger", "entityTrigger"]);

/**
 * The time in the worker itself, as a child of the host's span. The host's span also includes the wait for the worker.
 */
function spanPerInvocation(): void {
  const tracer = trace.getTracer("photo-print-shop");
  functions.app.hook.preInvocation((hook) => {
    const { functionName, invocationId, options, triggerMetadata } = hook.invocationContext;
    if (REPLAYED.has(options.trigger.type)) return;
    const handle = hook.functionHandler;
    const instanceId = options.trigger.type === "activityTrigger" && triggerMetadata?.["instanceId"];
    const attributes = {
      "faas.invocation_id": invocationId,
      ...(typeof instanceId === "string" && { instanceId }),
    };
    hook.functionHandler = (...args) =>
      tracer.startActiveSpan(functionName, { attributes }, async (span) => {
        try {
          return (await handle(...args)) as unknown;
        } catch (error) {
          span.recordException(error instanceof Error ? error : String(error));
          span.setStatus({ code: SpanStatusCode.ERROR });
          throw error;
        } finally {
          span.end();
        }
      });
  });
}

/**
 * The worker's own lines: three for each call, replays included. host.json filters them from the host's telemetry as
 * well.
 */
const DETAILS = new Set(["debug", "trace"]);

/** Sends lines in batches, with the fields of the app's JSON lines as dimensions for queries. */
class LineProcessor extends BatchLogRecordProcessor {
  override onEmit(record: Parameters<LogRecordProcessor["onEmit"]>[0]): void {
    if (DETAILS.has(record.severityText ?? "")) return;
    const fields = typeof record.body === "string" && record.body.startsWith('{"event":') && record.body;
    if (fields) record.setAttributes(JSON.parse(fields) as Record<string, string | number | boolean>);
    super.onEmit(record);
  }
}
