// Once a day: gives every VPC of the suspect accounts a quarantine group, and writes down which, for the incidents to come.
import { systemClock } from '@cordon/core';
import { awsSessions } from '@cordon/core/aws';
import { keepPreparedGroups, type PreparedVpcs, prepareQuarantineGroups } from '@cordon/core/steps';
import * as v from 'valibot';
import { runtime, variables } from './environment.ts';
import { count } from './metric.ts';

const told = variables();
const { GROUP_MAKER_ROLE, SUSPECT_ACCOUNTS } = v.parse(
  v.object({
    GROUP_MAKER_ROLE: v.string(),
    SUSPECT_ACCOUNTS: v.pipe(
      v.string(),
      v.transform((text) => text.split(',')),
    ),
  }),
  process.env,
);
const { preparedGroups } = runtime(told).deployment;
const region = told.AWS_REGION;
const incidentId = 'cordon-prepare';
const sessions = awsSessions({ clock: systemClock });
const security = sessions.session({ account: told.SECURITY_ACCOUNT, region, incidentId });

async function prepareIn(account: string): Promise<PreparedVpcs> {
  const roleArn = `arn:${security.partition}:iam::${account}:role/${GROUP_MAKER_ROLE}`;
  const session = sessions.session({ account, region, incidentId, roleArn, externalId: told.EXTERNAL_ID });
  const made = await prepareQuarantineGroups({ account: session, clock: systemClock });
  await keepPreparedGroups(security, preparedGroups, { account, region, groups: made.groups });
  return made;
}

export async function handler(): Promise<object> {
  const counts = { PreparedGroups: 0, PrepareTroubles: 0 };
  const tell = (trouble: object) => {
    counts.PrepareTroubles += 1;
    console.warn(JSON.stringify(trouble));
  };
  // An account that cannot be entered keeps none of the others from theirs.
  for (const account of SUSPECT_ACCOUNTS)
    try {
      const { groups, troubles } = await prepareIn(account);
      counts.PreparedGroups += groups.length;
      for (const trouble of troubles) tell({ account, ...trouble });
    } catch (error) {
      tell({ account, message: String(error) });
    }
  count(counts);
  return counts;
}
