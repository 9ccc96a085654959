import type { NetworkInterface } from '@aws-sdk/client-ec2';
import { describe, expect, it } from 'vitest';
import { saveInterface } from '../../../src/steps/contain/saved-network.js';

const ASSOCIATION = {
  PublicIp: '198.51.100.23',
  AllocationId: 'eipalloc-0123456789abcdef0',
  AssociationId: 'eipassoc-0123456789abcdef0',
};
const SAVED = {
  publicAddress: '198.51.100.23',
  privateAddress: '10.20.3.44',
  elastic: { allocationId: ASSOCIATION.AllocationId, associationId: ASSOCIATION.AssociationId },
};

/** As EC2 tells it, with the association where the test wants it. */
function told(more: Partial<NetworkInterface>): NetworkInterface {
  return { NetworkInterfaceId: 'eni-0a1b2c3d4e5f60718', PrivateIpAddress: '10.20.3.44', ...more };
}

describe('the public addresses of an interface', () => {
  it('are saved once when EC2 tells them of the interface and of its private address', () => {
    const PrivateIpAddresses = [{ PrivateIpAddress: '10.20.3.44', Association: ASSOCIATION }];
    const { addresses } = saveInterface(told({ Association: ASSOCIATION, PrivateIpAddresses }));
    expect(addresses).toEqual([SAVED]);
  });

  it('are saved when EC2 tells them of the interface only', () => {
    const PrivateIpAddresses = [{ PrivateIpAddress: '10.20.3.44' }];
    const { addresses } = saveInterface(told({ Association: ASSOCIATION, PrivateIpAddresses }));
    expect(addresses).toEqual([SAVED]);
  });

  it('are saved of every private address, each with its own', () => {
    const second = { PublicIp: '198.51.100.24' };
    const PrivateIpAddresses = [
      { PrivateIpAddress: '10.20.3.44', Association: ASSOCIATION },
      { PrivateIpAddress: '10.20.3.45', Association: second },
    ];
    const { addresses } = saveInterface(told({ Association: ASSOCIATION, PrivateIpAddresses }));
    expect(addresses).toEqual([SAVED, { publicAddress: '198.51.100.24', privateAddress: '10.20.3.45' }]);
  });
});
