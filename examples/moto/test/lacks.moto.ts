import { beforeAll, describe, expect, it } from 'vitest';
import { plainAccount } from '../src/accounts.ts';
import type { Accounts } from '../src/lacks/lack.ts';
import { MOTO_LACKS } from '../src/lacks/moto-lacks.ts';
import { freshAccountId, motoUrl } from '../src/scene.ts';

let accounts: Accounts;

beforeAll(async () => {
  accounts = {
    suspect: await plainAccount(motoUrl(), freshAccountId()),
    security: await plainAccount(motoUrl(), freshAccountId()),
  };
  const lines = MOTO_LACKS.map(({ operation, lacks, instead }) => `  ${operation}: ${lacks}; ${instead}`);
  console.log(`What moto lacks, and what is done instead:\n${lines.join('\n')}`);
});

describe('moto still lacks', () => {
  for (const { operation, lacks, isLacking } of MOTO_LACKS)
    it(`${operation}: ${lacks}`, async () => {
      expect(await isLacking(accounts), 'moto has it now: take it off the list').toBe(true);
    });
});
