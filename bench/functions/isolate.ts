import { ec2, serviceOf, sts } from '@cordon/core/aws';
import { handler } from './step.ts';

// As far as the first call of the step that swaps the groups: the clients that it needs are there.
if (typeof handler !== 'function') throw new TypeError('no handler');
await Promise.all(
  [serviceOf(sts.AssumeRole), serviceOf(ec2.ModifyNetworkInterfaceAttribute)].map((one) => one?.load()),
);
