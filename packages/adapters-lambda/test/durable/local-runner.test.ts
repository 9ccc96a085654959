import { LocalDurableTestRunner } from '@aws/durable-execution-sdk-js-testing';
import { type AnyPipeline, beginIncident, memoryJournal, verifyJournal } from '@cordon/core';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { durableHandler } from '../../src/durable/index.js';
import { FINDING, quietWorld, slowPipeline } from './quiet-world.js';
import { virtualTimers } from './virtual-timers.js';

beforeAll(() => LocalDurableTestRunner.setupTestEnvironment({ skipTime: false }));
afterAll(() => LocalDurableTestRunner.teardownTestEnvironment());

async function drive(pipeline: AnyPipeline) {
  const { environment, clock } = quietWorld();
  const journal = memoryJournal();
  onTestFinished(virtualTimers(clock));
  const begun = await beginIncident(pipeline, FINDING, { journal, environment });
  if (begun.do !== 'start') throw new Error(begun.because);
  const { incidentId: incident } = begun;
  const handler = durableHandler(pipeline, { journal, environment });
  const runner = new LocalDurableTestRunner({
    handlerFunction: (event, context) => clock.working(async () => handler(event, context)),
  });
  const began = clock.now().getTime();
  const execution = await runner.run({ payload: { incident } });
  const store = await journal.visit(incident);
  return {
    incident,
    execution,
    entries: await store.read(),
    seconds: (clock.now().getTime() - began) / 1000,
    verification: await verifyJournal(journal, incident),
  };
}

describe('durableHandler under the local runner, which really suspends', () => {
  it('drives an incident to its end, over many invocations', async () => {
    const pipeline = slowPipeline();
    const { execution, entries, incident, seconds, verification } = await drive(pipeline);
    expect(execution.getStatus()).toBe('SUCCEEDED');
    expect(verification).toMatchObject({ state: 'whole', problems: [] });
    const head = entries.findLast(({ ledger }) => ledger === 'run')?.hash;
    expect(execution.getResult()).toMatchObject({ incident, status: 'closed', head });
    expect(execution.getInvocations().length).toBeGreaterThan(5);
    expect(seconds).toBeGreaterThan(40 * 60);
    const failed = execution.getOperations().filter((operation) => operation.getStatus() === 'FAILED');
    expect(failed).toEqual([]);
  });
});
