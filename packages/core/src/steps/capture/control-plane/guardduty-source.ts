import type { Finding } from '@aws-sdk/client-guardduty';
import { guardduty } from '../../../aws/operations.js';
import type { SuspectContext } from '../../../engine/context.js';
import { jsonLines } from './json-lines.js';
import { pagesOf } from './pages.js';
import type { ControlPlaneSource } from './source.js';
import { boundsOf } from './window.js';

const MOST_FINDINGS = 5_000;
/** `GetFindings` takes 50 ids; `ListFindings` gives as many. */
const PAGE = 50;

async function* findingsOf(ctx: SuspectContext, detector: string): AsyncIterable<readonly Finding[]> {
  const account = ctx.suspectAccount;
  const { instanceId } = ctx.incident.suspect;
  const ids = pagesOf(account, guardduty.ListFindings, {
    input: {
      DetectorId: detector,
      MaxResults: PAGE,
      FindingCriteria: { Criterion: { 'resource.instanceDetails.instanceId': { Equals: [instanceId] } } },
    },
    items: (page) => page.FindingIds,
  });
  for await (const page of ids) {
    if (page.length === 0) continue;
    const { Findings } = await account.call(guardduty.GetFindings, {
      DetectorId: detector,
      FindingIds: [...page],
    });
    yield Findings ?? [];
  }
}

/** Everything that GuardDuty ever said of the instance, archived findings too. */
export const GUARDDUTY_SOURCE: ControlPlaneSource = {
  name: 'guardduty-findings.jsonl',
  actions: ['guardduty:ListDetectors', 'guardduty:ListFindings', 'guardduty:GetFindings'],
  async *read(ctx) {
    const { DetectorIds: [detector] = [] } = await ctx.suspectAccount.call(guardduty.ListDetectors, {});
    if (detector === undefined) return ctx.notice('NOT_TAKEN', 'GuardDuty is not on in this region');
    const body = await jsonLines(ctx, {
      name: 'guardduty-findings.jsonl',
      pages: findingsOf(ctx, detector),
      bounds: boundsOf(ctx, MOST_FINDINGS),
    });
    yield { file: 'guardduty-findings.jsonl', mediaType: 'application/x-ndjson', body };
  },
};
