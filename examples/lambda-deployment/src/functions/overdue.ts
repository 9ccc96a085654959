// Every five minutes, outside of what contains: which accepted findings are not contained in time.
import { overdueHandler } from '@cordon/adapters-lambda/lambda';
import * as v from 'valibot';
import { raise } from './alarm.ts';
import { runtime } from './environment.ts';

const { OVERDUE_AFTER_MINUTES } = v.parse(
  v.object({ OVERDUE_AFTER_MINUTES: v.pipe(v.string(), v.transform(Number), v.integer()) }),
  process.env,
);

export const handler = overdueHandler({
  journal: runtime().deployment.journal,
  within: { minutes: OVERDUE_AFTER_MINUTES },
  alarm: raise,
});
