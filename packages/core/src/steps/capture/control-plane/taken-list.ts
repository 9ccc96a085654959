import type { Artifact } from '../../../engine/artifact.js';
import type { SuspectContext } from '../../../engine/context.js';
import { attemptPath } from '../../calls/attempt-path.js';
import { readableJson } from '../../calls/json-bytes.js';
import type { Taken } from './take.js';

function line({ source, actions, begun, ended, artifacts, failures }: Taken) {
  return {
    source,
    /** In IAM's words. */
    askedBy: actions,
    begun,
    ended,
    artifacts: artifacts.map(({ path, sha256, sizeBytes, origin }) => ({ path, sha256, sizeBytes, origin })),
    failures: failures.map(({ code, message }) => ({ code, message })),
  };
}

/** Who asked, when, with which calls, and what came of it: of every source, those that had nothing too. */
export async function putList(ctx: SuspectContext, taken: readonly Taken[]): Promise<Artifact> {
  const { id, region } = ctx.suspectAccount;
  const document = {
    incident: ctx.incident.id,
    step: 'capture.control-plane',
    attempt: ctx.attempt,
    principal: await ctx.suspectAccount.principal(),
    account: id,
    region,
    sources: taken.map(line),
  };
  return ctx.evidence.put({
    path: attemptPath(ctx, 'control-plane', 'taken.json'),
    body: readableJson(document),
    mediaType: 'application/json',
    acquiredBy: 'cordon',
    origin: ctx.incident.suspect.instanceId,
  });
}
