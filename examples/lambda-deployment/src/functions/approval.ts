// Behind a function URL: where a person answers what a guard asks, by a link that was signed for them.

import { approvalHandler } from '@cordon/adapters-lambda/lambda';
import * as v from 'valibot';
import { runtime } from './environment.ts';
import { readSecret } from './secret.ts';

const { APPROVAL_SECRET } = v.parse(v.object({ APPROVAL_SECRET: v.string() }), process.env);

export const handler = approvalHandler({
  journal: runtime().deployment.journal,
  secrets: [await readSecret(APPROVAL_SECRET)],
});
