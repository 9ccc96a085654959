// Once an hour: finds what dead runs have left, closes what stands open, and tells what it could not account for.
import { sweep } from '@cordon/core/steps';
import { runtime, variables } from './environment.ts';
import { count } from './metric.ts';

const told = variables();
const { deployment, environment } = runtime(told);

export async function handler(): Promise<object> {
  const { things, troubles } = await sweep({
    journal: deployment.journal,
    environment,
    stagingBuckets: [told.STAGING_BUCKET],
    order: { approver: 'schedule', reason: 'what dead runs have left' },
  });
  const suspicious = things.filter(({ standing }) => standing === 'suspicious');
  const counts = {
    SweepDeleted: things.filter(({ deleted }) => deleted === true).length,
    SweepSuspicious: suspicious.length,
    SweepTroubles: troubles.length,
  };
  count(counts);
  for (const one of [...suspicious, ...troubles]) console.warn(JSON.stringify(one));
  return counts;
}
