import type { Entry } from '@cordon/core';
import { describe, expect, it } from 'vitest';
import { threadLine } from '../src/thread-line.js';

const PLACE = {
  ledger: 'guard.cap',
  seq: 1,
  at: '2026-11-20T03:36:00.000Z',
  attempt: 1,
  prev: '',
  hash: '',
} as const;

const ticket = {
  requestId: '0123456789abcdef0123456789abcdef',
  step: 'guard.cap',
  planSha256: 'f'.repeat(64),
  reasons: ['3 containments lately: the cap is 3', 'a second instance of <!channel> within an hour'],
  expiresAt: '2026-11-20T04:06:00.000Z',
  onExpiry: 'refuse',
};

function waiting(given: Readonly<Record<string, string | string[]>>): Entry {
  return { ...PLACE, kind: 'waiting', body: { ticket: { ...given }, pollAt: PLACE.at } };
}

describe('the thread', () => {
  it('tells that a person is asked, until when, and why', () => {
    expect(threadLine(waiting(ticket))).toBe(
      [
        ':raised_hand: `guard.cap` waits for a yes until 2026-11-20T04:06:00.000Z, then *no*',
        '• 3 containments lately: the cap is 3',
        '• a second instance of &lt;!channel&gt; within an hour',
      ].join('\n'),
    );
  });

  it('tells of no other wait', () => {
    expect(threadLine(waiting({ commandId: '1' }))).toBeUndefined();
  });

  it('tells what was answered, and by whom', () => {
    const { requestId, step, planSha256 } = ticket;
    const body = { requestId, step, planSha256, decision: 'yes', by: 'ada <@U1>' } as const;
    expect(threadLine({ ...PLACE, kind: 'approval', body })).toBe(
      ':ballot_box_with_check: ada &lt;@U1&gt; says *yes* to `guard.cap`: no reason given',
    );
  });
});
