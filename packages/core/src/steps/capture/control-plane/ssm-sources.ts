import { ssm } from '../../../aws/operations.js';
import type { SuspectContext } from '../../../engine/context.js';
import { type Duration, milliseconds } from '../../../engine/duration.js';
import { readableJson } from '../../calls/json-bytes.js';
import { listAll } from '../../calls/list-all.js';
import { jsonLines } from './json-lines.js';
import { pagesOf } from './pages.js';
import { type ControlPlaneSource, jsonSource } from './source.js';
import { boundsOf } from './window.js';

/** Systems Manager keeps thirty days. */
const KEPT: Duration = { days: 30 };
const MOST_PAGES = 40;
const MOST_INVOCATIONS = 20_000;

async function sessionsOf(ctx: SuspectContext, state: 'Active' | 'History') {
  return listAll(ctx.suspectAccount, ssm.DescribeSessions, {
    input: { State: state, Filters: [{ key: 'Target', value: ctx.incident.suspect.instanceId }] },
    items: (page) => page.Sessions,
    maxPages: MOST_PAGES,
  });
}

/** Who had a shell by Session Manager, and when. */
const sessions = jsonSource({
  file: 'ssm-sessions.json',
  actions: ['ssm:DescribeSessions'],
  async document(ctx) {
    const [active, history] = await Promise.all([sessionsOf(ctx, 'Active'), sessionsOf(ctx, 'History')]);
    return { text: readableJson({ active, history }) };
  },
});

/** Every command that ran on it, ours too, with the beginning of what it printed. */
const commands: ControlPlaneSource = {
  name: 'ssm-commands.jsonl',
  actions: ['ssm:ListCommandInvocations'],
  async *read(ctx) {
    const since = new Date(ctx.now().getTime() - milliseconds(KEPT));
    const pages = pagesOf(ctx.suspectAccount, ssm.ListCommandInvocations, {
      input: {
        InstanceId: ctx.incident.suspect.instanceId,
        Details: true,
        Filters: [{ key: 'InvokedAfter', value: since.toISOString().replace(/\.\d+Z$/, 'Z') }],
      },
      items: (page) => page.CommandInvocations,
    });
    const bounds = boundsOf(ctx, MOST_INVOCATIONS);
    const body = await jsonLines(ctx, { name: 'ssm-commands.jsonl', pages, bounds });
    yield { file: 'ssm-commands.jsonl', mediaType: 'application/x-ndjson', body };
  },
};

/** State Manager runs them again and again: persistence that no disk shows. */
const associations = jsonSource({
  file: 'ssm-associations.json',
  actions: ['ssm:ListAssociations', 'ssm:DescribeInstanceAssociationsStatus'],
  async document(ctx) {
    const id = ctx.incident.suspect.instanceId;
    const [defined, status] = await Promise.all([
      listAll(ctx.suspectAccount, ssm.ListAssociations, {
        input: { AssociationFilterList: [{ key: 'InstanceId', value: id }] },
        items: (page) => page.Associations,
      }),
      listAll(ctx.suspectAccount, ssm.DescribeInstanceAssociationsStatus, {
        input: { InstanceId: id },
        items: (page) => page.InstanceAssociationStatusInfos,
      }),
    ]);
    return { text: readableJson({ defined, status }) };
  },
});

export const SSM_SOURCES: readonly ControlPlaneSource[] = [sessions, commands, associations];
