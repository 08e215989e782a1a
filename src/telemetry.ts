/**
 * Traces and logs of the worker, over OpenTelemetry. Loaded only where they are sent somewhere: its packages take
 * 0.15 s of each start. The host sends its own half by itself (`telemetryMode` in host.json).
 */
import * as functions from "@azure/functions";
// A CommonJS package whose names Node cannot see from outside.
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

/** Where traces and logs go. */
export interface Exporters {
  readonly spans: SpanExporter;
  readonly logs: LogRecordExporter;
}

/** Application Insights, with the app's identity where keys are switched off. */
export function azureMonitor({ connectionString, identity }: TelemetrySettings): Exporters {
  const credential =
    identity &&
    (identity.clientId === undefined
      ? new ManagedIdentityCredential()
      : new ManagedIdentityCredential({ clientId: identity.clientId }));
  const options = { connectionString, ...(credential && { credential }) };
  return { spans: new AzureMonitorTraceExporter(options), logs: new AzureMonitorLogExporter(options) };
}

/** Starts sending; before the first function is registered. */
export function startTelemetry({ spans, logs }: Exporters): void {
  // OTEL_SERVICE_NAME and OTEL_RESOURCE_ATTRIBUTES say who the sender is.
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
  // Not by patching modules: the app is loaded already, and an ES module cannot be patched. Registered after the
  // spans, so that the host's trace is around them.
  const instrumentation = new functionsInstrumentation.AzureFunctionsInstrumentationESM({ enabled: false });
  instrumentation.setLoggerProvider(logging);
  try {
    instrumentation.registerAzFunc(functions);
  } catch (error) {
    // A host of before 4.34 has no log hooks. Less telemetry is better than no app.
    process.emitWarning(`Logs are not sent to Application Insights: ${String(error)}`);
  }
  functions.app.hook.appTerminate(async () => {
    await Promise.all([tracing.shutdown(), logging.shutdown()]);
  });
}

/** They run again for every replay, which would be a span each time; the Durable extension has one for the whole. */
const REPLAYED = new Set(["orchestrationTrigger", "entityTrigger"]);

/** What the worker itself takes, inside the host's span, which has the waiting for the worker in it. */
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

/** The worker's own lines: three for each call, replays included. host.json keeps such from the host's half, too. */
const DETAILS = new Set(["debug", "trace"]);

/** Sends lines in batches, with the fields of the app's JSON lines as dimensions, which queries filter by. */
class LineProcessor extends BatchLogRecordProcessor {
  override onEmit(record: Parameters<LogRecordProcessor["onEmit"]>[0]): void {
    if (DETAILS.has(record.severityText ?? "")) return;
    const fields = typeof record.body === "string" && record.body.startsWith('{"event":') && record.body;
    if (fields) record.setAttributes(JSON.parse(fields) as Record<string, string | number | boolean>);
    super.onEmit(record);
  }
}
