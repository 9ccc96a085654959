import type { Handlers } from '../service.js';

type Sts = typeof import('@aws-sdk/client-sts');

export const identityHandlers: Handlers<Sts, 'GetCallerIdentity'> = {
  GetCallerIdentity: ({ principal }) => ({
    UserId: principal.userId,
    Account: principal.accountId,
    Arn: principal.arn,
  }),
};
