import {
  autoscaling,
  cloudtrail,
  ec2,
  elasticloadbalancing,
  globalaccelerator,
  guardduty,
  iam,
  kms,
  logs,
  route53,
  route53resolver,
  s3,
  servicediscovery,
  sts,
} from '@cordon/core/aws';
import { describe, expect, it } from 'vitest';
import { SERVICES } from '../../src/simulation/services.js';

const tables = {
  autoscaling,
  cloudtrail,
  ec2,
  elasticloadbalancing,
  globalaccelerator,
  guardduty,
  iam,
  kms,
  logs,
  route53,
  route53resolver,
  s3,
  servicediscovery,
  sts,
};

describe.each(Object.entries(tables))('%s', (id, operations) => {
  it('has a handler for every operation that Cordon calls', () => {
    const handlers = SERVICES.find((service) => service.id === id)?.handlers ?? {};
    const missing = Object.keys(operations).filter((name) => handlers[name] === undefined);
    expect(missing).toEqual([]);
  });
});
