import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ApprovalAnswer, ApprovalOptions } from '../../../src/steps/guards/approval.js';
import { approvalGuard } from '../../../src/steps/guards/approval-guard.js';
import { verdictOf } from '../world/guard-verdict.js';
import { suspectWorld } from '../world/suspect-world.js';

const DEADLINE_SECONDS = 300;

/** What whoever is asked says at one look: nothing, trouble, or an answer that may be anybody's to anything. */
const Look = fc.oneof(
  { weight: 4, arbitrary: fc.constant('nothing' as const) },
  { weight: 1, arbitrary: fc.constant('trouble' as const) },
  {
    weight: 2,
    arbitrary: fc.record({
      to: fc.constantFrom('this', 'another'),
      decision: fc.constantFrom('yes' as const, 'no' as const, 'maybe' as never),
      by: fc.constantFrom('ada', '', ' '),
      /** Seconds before the deadline at which it is on record as given; undefined: not on record. */
      given: fc.option(fc.integer({ min: -100, max: 400 }), { nil: undefined }),
    }),
  },
);
type Look = typeof Look extends fc.Arbitrary<infer T> ? T : never;

function isProper(look: Look, secondsLeft: number): look is Exclude<Look, string> {
  if (typeof look === 'string' || look.to !== 'this' || look.by.trim() === '') return false;
  return ['yes', 'no'].includes(look.decision) && (look.given ?? secondsLeft) > 0;
}

describe('any course of asking', () => {
  it('contains exactly when the first proper answer in time says yes, else as configured', async () => {
    const Course = fc.record({
      looks: fc.array(Look, { maxLength: 40 }),
      onExpiry: fc.constantFrom('allow' as const, 'refuse' as const),
    });
    await fc.assert(
      fc.asyncProperty(Course, async ({ looks, onExpiry }) => {
        const world = suspectWorld();
        let expected = onExpiry === 'allow';
        let answered = false;
        let nth = 0;
        const ask: ApprovalOptions['ask'] = async ({ id, expiresAt }) => {
          const look = looks[nth++] ?? 'nothing';
          const secondsLeft = (Date.parse(expiresAt) - world.world.now().getTime()) / 1000;
          if (look === 'trouble') throw new Error('nobody home');
          if (look === 'nothing') return undefined;
          if (!answered && isProper(look, secondsLeft)) {
            answered = true;
            expected = look.decision === 'yes';
          }
          const { decision, by, given, to } = look;
          const at =
            given === undefined ? {} : { at: new Date(Date.parse(expiresAt) - given * 1000).toISOString() };
          const answer: ApprovalAnswer = {
            requestId: to === 'this' ? id : '0'.repeat(32),
            decision,
            by,
            ...at,
          };
          return answer;
        };
        const guard = approvalGuard({ ask, deadline: { seconds: DEADLINE_SECONDS }, onExpiry });
        const { contain, snapshot } = await verdictOf(guard, world);
        expect({ contain, snapshot }).toEqual({
          contain: expected ? 'succeeded' : 'skipped',
          snapshot: 'succeeded',
        });
      }),
      { numRuns: 80 },
    );
  });
});
