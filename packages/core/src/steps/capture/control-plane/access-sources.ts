import { iam, kms, ssm } from '../../../aws/operations.js';
import type { SuspectContext } from '../../../engine/context.js';
import { readableJson } from '../../calls/json-bytes.js';
import { listAll } from '../../calls/list-all.js';
import type { ControlPlaneSource } from './source.js';

const JSON_TYPE = 'application/json';
const MOST_PAGES = 20;

/** Sessions, commands and associations: SSM keeps thirty days. */
const ssmHistory: ControlPlaneSource = {
  file: 'ssm-history.json',
  mediaType: JSON_TYPE,
  actions: ['ssm:DescribeSessions', 'ssm:ListCommands', 'ssm:DescribeInstanceAssociationsStatus'],
  async read(ctx) {
    const id = ctx.suspect.instanceId;
    const account = ctx.suspectAccount;
    const sessions = (state: 'Active' | 'History') =>
      listAll(account, ssm.DescribeSessions, {
        input: { State: state, Filters: [{ key: 'Target', value: id }] },
        items: (page) => page.Sessions,
        maxPages: MOST_PAGES,
      });
    const [active, history, commands, associations] = await Promise.all([
      sessions('Active'),
      sessions('History'),
      listAll(account, ssm.ListCommands, {
        input: { InstanceId: id },
        items: (page) => page.Commands,
        maxPages: MOST_PAGES,
      }),
      listAll(account, ssm.DescribeInstanceAssociationsStatus, {
        input: { InstanceId: id },
        items: (page) => page.InstanceAssociationStatusInfos,
      }),
    ]);
    return readableJson({ active, history, commands, associations });
  },
};

async function inlinePolicies(ctx: SuspectContext, roleName: string) {
  const names =
    (await ctx.suspectAccount.call(iam.ListRolePolicies, { RoleName: roleName })).PolicyNames ?? [];
  const policies = names.map((name) =>
    ctx.suspectAccount.call(iam.GetRolePolicy, { RoleName: roleName, PolicyName: name }),
  );
  return Promise.all(policies);
}

/** What the role may do, and when it was last used. */
const role: ControlPlaneSource = {
  file: 'role.json',
  mediaType: JSON_TYPE,
  actions: ['iam:GetRole', 'iam:ListRolePolicies', 'iam:GetRolePolicy', 'iam:ListAttachedRolePolicies'],
  async read(ctx, { instance }) {
    const roleName = instance?.roleName;
    if (roleName === undefined) return undefined;
    const [found, inline, attached] = await Promise.all([
      ctx.suspectAccount.call(iam.GetRole, { RoleName: roleName }),
      inlinePolicies(ctx, roleName),
      ctx.suspectAccount.call(iam.ListAttachedRolePolicies, { RoleName: roleName }),
    ]);
    return readableJson({ role: found.Role, inline, attached: attached.AttachedPolicies });
  },
};

/** A key that is disabled or dying takes the volumes with it. */
const keys: ControlPlaneSource = {
  file: 'keys.json',
  mediaType: JSON_TYPE,
  actions: ['kms:DescribeKey'],
  async read(ctx, { instance }) {
    const ids = [...new Set((instance?.volumes ?? []).flatMap(({ kmsKeyId }) => kmsKeyId ?? []))];
    if (ids.length === 0) return undefined;
    const found = ids.map(async (id) => {
      const { KeyMetadata: metadata } = await ctx.suspectAccount.call(kms.DescribeKey, { KeyId: id });
      if (metadata?.KeyState !== 'Enabled')
        ctx.observe({
          rule: 'kms.volume-key',
          title: 'The key of a volume is not enabled: the volume is lost once the key is needed again',
          severity: 'critical',
          techniques: ['T1485', 'T1486'],
          entity: `kms-key:${id}`,
          excerpt: `${metadata?.KeyState ?? 'unknown'}; offer: kms:CancelKeyDeletion, kms:EnableKey`,
          evidence: [],
        });
      return metadata;
    });
    return readableJson(await Promise.all(found));
  },
};

/** Who had, and has, a way in. */
export const ACCESS_SOURCES: readonly ControlPlaneSource[] = [ssmHistory, role, keys];
