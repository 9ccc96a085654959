import { trace } from '@opentelemetry/api';
import {
  BasicTracerProvider,
  InMemorySpanExporter,
  SimpleSpanProcessor,
} from '@opentelemetry/sdk-trace-base';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { stepSpans } from '../src/index.js';
import { type LoadApi, spansBy } from '../src/step-spans.js';
import { OPENED_AT, quietIncident } from './quiet-incident.js';

const exporter = new InMemorySpanExporter();

beforeEach(() => {
  exporter.reset();
  trace.setGlobalTracerProvider(
    new BasicTracerProvider({ spanProcessors: [new SimpleSpanProcessor(exporter)] }),
  );
});
afterEach(() => trace.disable());

async function traced(spans = stepSpans()) {
  const { start } = quietIncident();
  const run = start();
  spans.attach(run);
  const { incidentId } = await run.finished;
  await spans.flush({ seconds: 10 });
  return { incidentId, spans: exporter.getFinishedSpans() };
}

const second = ([seconds]: readonly [number, number]) => seconds - OPENED_AT.getTime() / 1000;

describe('stepSpans', () => {
  it('gives the provider a span for each step, with the times of the journal, and one for the incident', async () => {
    const { spans } = await traced();
    const told = spans.map(({ name, startTime, endTime }) => [name, second(startTime), second(endTime)]);
    expect(told).toEqual([
      ['deny', 0, 5],
      ['isolate', 0, 12],
      ['dump', 12, 72],
      ['report', 72, 72],
      ['incident', 0, 72],
    ]);
  });

  it('tells phase and failure, by code alone', async () => {
    const { spans, incidentId } = await traced();
    const dump = spans.find(({ name }) => name === 'dump');
    expect(dump?.attributes).toMatchObject({
      'cordon.incident': incidentId,
      'cordon.pipeline': 'measured',
      'cordon.phase': 'capture',
      'cordon.settled': 'failed',
    });
    expect(dump?.status).toEqual({ code: 2, message: 'DISK_FULL' });
  });

  it('puts all spans of an incident into one trace, whose id X-Ray takes', async () => {
    const { spans } = await traced();
    const ids = new Set(spans.map((span) => span.spanContext().traceId));
    expect(ids.size).toBe(1);
    const [id = ''] = ids;
    expect(Number.parseInt(id.slice(0, 8), 16)).toBe(OPENED_AT.getTime() / 1000);
    expect(new Set(spans.map((span) => span.parentSpanContext?.spanId)).size).toBe(1);
    const again = await traced();
    expect(new Set(again.spans.map((span) => span.spanContext().traceId)).size).toBe(1);
  });

  it('does nothing, and asks once, where OpenTelemetry is not installed', async () => {
    let asked = 0;
    const absent: LoadApi = async () => {
      asked += 1;
      return undefined;
    };
    const { spans } = await traced(spansBy(absent, {}));
    expect(spans).toEqual([]);
    expect(asked).toBe(1);
  });
});
