import {
  ADMINISTRATOR_ACCESS,
  addInstance,
  addRole,
  addRouteTable,
  addSecurityGroup,
  addSubnet,
  addVpc,
  type SimulatedRegion,
  type SimulatedWorld,
  trustAccount,
} from '@cordon/testkit';

export const REGION = 'eu-west-1';
export const SECURITY_ACCOUNT = '999900001111';
export const EXTERNAL_ID = 'cordon-storm';
export const RESPONDER = 'CordonResponder';

/** An instance that a finding is to name. */
export interface QuietInstance {
  readonly instanceId: string;
  readonly account: string;
}

export interface QuietAccountsOptions {
  readonly accounts: number;
  /** In each account. */
  readonly instances: number;
}

function populate(region: SimulatedRegion, instances: number): readonly QuietInstance[] {
  const vpc = addVpc(region, { cidr: '10.20.0.0/16' });
  const subnet = addSubnet(region, { vpcId: vpc.id, cidr: '10.20.0.0/20', availabilityZone: `${REGION}a` });
  const routes = [{ destination: '10.20.0.0/16', target: 'local' }];
  addRouteTable(region, { vpcId: vpc.id, main: true, routes });
  const group = addSecurityGroup(region, { name: 'shop', vpcId: vpc.id });
  return Array.from({ length: instances }, () => {
    const { id } = addInstance(region, { interfaces: [{ subnetId: subnet.id, groups: [group.id] }] });
    return { instanceId: id, account: region.account.id };
  });
}

/** Accounts full of instances without an agent, so that no shell is run: what is done to them is EC2's calls alone. */
export function quietAccounts(
  world: SimulatedWorld,
  { accounts, instances }: QuietAccountsOptions,
): readonly QuietInstance[] {
  const trust = trustAccount(SECURITY_ACCOUNT, EXTERNAL_ID);
  return Array.from({ length: accounts }, (_, index) => {
    const account = world.account(String(100_000_000_000 + index));
    addRole(account, { name: RESPONDER, trust, policies: { all: ADMINISTRATOR_ACCESS } });
    return populate(account.region(REGION), instances);
  }).flat();
}
