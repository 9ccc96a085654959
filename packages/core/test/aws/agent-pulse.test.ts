import { describe, expect, it } from 'vitest';
import { AgentPulse } from '../../src/aws/agent-pulse.js';
import { ssmHost } from '../../src/aws/remote-host.js';
import type { Account, Operation } from '../../src/engine/account.js';
import { StepFailure } from '../../src/engine/failure.js';
import { SteppingClock } from './stepping-clock.js';

const HOST = 'i-0f3a9c51d2b7e8460';
const MINUTE_MS = 60_000;

type Page = { readonly InstanceInformationList?: readonly object[]; readonly NextToken?: string };

/** SSM, of which one command runs, begun so many minutes ago where that is told. */
function running({ begun, pages }: { readonly begun?: number; readonly pages: readonly (Page | Error)[] }) {
  const clock = new SteppingClock();
  const ago = (minutes: number) => new Date(clock.now().getTime() - minutes * MINUTE_MS);
  const start = begun === undefined ? '' : ago(begun).toISOString();
  const asked: object[] = [];
  const call = async ({ id }: Operation, input: object) => {
    if (id === 'ssm:GetCommandInvocation')
      return { Status: 'InProgress', StatusDetails: 'InProgress', ExecutionStartDateTime: start };
    asked.push(input);
    const page = pages[Math.min(asked.length, pages.length) - 1] ?? {};
    if (page instanceof Error) throw page;
    return page;
  };
  // Only `call` is used of it.
  const account = { call } as unknown as Account;
  const pulse = new AgentPulse(clock);
  const host = () => ssmHost({ account, instanceId: HOST, key: 'k', clock, pulse });
  return { clock, asked, look: () => host().result('c-1'), host };
}

/** What SSM says of the host, whose last ping was so many minutes before the test's time. */
function node(PingStatus: string, minutes: number): Page {
  const LastPingDateTime = new Date(new SteppingClock().now().getTime() - minutes * MINUTE_MS);
  return { InstanceInformationList: [{ InstanceId: HOST, PingStatus, LastPingDateTime }] };
}

const RUNNING = { status: 'running' };
const SILENT = { kind: 'permanent', code: 'AGENT_SILENT' };

describe('a command whose agent', () => {
  it.each([
    ['was lost a quarter of an hour ago', { begun: 40, pages: [node('ConnectionLost', 16)] }],
    ['was lost, when SSM does not say since when it runs', { pages: [node('ConnectionLost', 16)] }],
    ['is listed no more', { begun: 16, pages: [{ InstanceInformationList: [] }] }],
    ['is on a later page', { begun: 40, pages: [{ NextToken: 'more' }, node('ConnectionLost', 16)] }],
  ])('%s ends as AGENT_SILENT', async (_, given) => {
    await expect(running(given).look()).rejects.toMatchObject(SILENT);
  });

  it.each([
    ['was lost just now', { begun: 40, pages: [node('ConnectionLost', 11)] }],
    ['pings once an hour, and is online', { begun: 50, pages: [node('Online', 45)] }],
    ['was lost before it took this command', { begun: 10, pages: [node('ConnectionLost', 16)] }],
    ['is not listed, when nobody knows since when it runs', { pages: [{}] }],
    ['may not be asked about', { begun: 40, pages: [StepFailure.permanent('AccessDeniedException', 'no')] }],
    ['cannot be asked about', { begun: 40, pages: [StepFailure.retryable('ThrottlingException', 'no')] }],
  ])('%s runs on', async (_, given) => {
    expect(await running(given).look()).toEqual(RUNNING);
  });

  it('is asked about once a minute, whoever looks, and by its id', async () => {
    const { asked, look, clock } = running({ begun: 40, pages: [node('Online', 3)] });
    for (let looks = 0; looks < 12; looks += 1) {
      await look();
      clock.advance(15_000);
    }
    expect(asked).toHaveLength(3);
    expect(asked[0]).toEqual({ Filters: [{ Key: 'InstanceIds', Values: [HOST] }] });
  });

  it('is not asked about by whoever has a patience of its own', async () => {
    const { asked, host } = running({ begun: 40, pages: [node('ConnectionLost', 16)] });
    expect(await host().result('c-1', { patience: 'own' })).toEqual(RUNNING);
    expect(asked).toEqual([]);
  });

  it('is not waited for when the step is told to end', async () => {
    const given = running({ begun: 40, pages: [StepFailure.retryable('ABORTED', 'enough')] });
    await expect(given.look()).rejects.toMatchObject({ code: 'ABORTED' });
  });
});
