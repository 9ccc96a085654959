import type { IamInstanceProfileAssociation, IamInstanceProfileSpecification } from '@aws-sdk/client-ec2';
import { awsError } from '../errors.js';
import { type InstanceProfile, profilesOf, rolesOf } from '../iam/roles.js';
import type { Handlers, SimulatedCall } from '../service.js';
import { type FilterTable, filtered } from './filters.js';
import { instancesOf, type SimulatedInstance } from './instances.js';
import { required } from './not-found.js';
import { paged } from './pages.js';
import { associationOf, associationsOf, type ProfileAssociation } from './profile-associations.js';
import { created } from './resource.js';

type Ec2 = typeof import('@aws-sdk/client-ec2');

/** How long an association takes to come or go. */
const SETTLES_AFTER_MS = 4_000;

/** The profile that a call names, as EC2 knows it. */
export function namedProfile(
  call: SimulatedCall,
  specification: IamInstanceProfileSpecification | undefined,
): InstanceProfile {
  const { Name, Arn } = specification ?? {};
  const profile = [...profilesOf(call.account).values()].find((one) => one.arn === Arn || one.name === Name);
  const known = profile !== undefined && profile.knownToEc2FromMs <= call.world.now().getTime();
  if (known) return profile;
  throw Arn === undefined
    ? awsError(
        'InvalidParameterValue',
        `Value (${Name}) for parameter iamInstanceProfile.name is invalid. Invalid IAM Instance Profile name`,
      )
    : awsError(
        'InvalidParameterValue',
        `Value (${Arn}) for parameter iamInstanceProfile.arn is invalid. Invalid IAM Instance Profile ARN`,
      );
}

/** Whoever gives an instance a role must be allowed to pass it. */
export function requirePassRole(call: SimulatedCall, profile: InstanceProfile): void {
  const role = rolesOf(call.account).get(profile.roleName ?? '');
  if (role !== undefined)
    call.requires('iam:PassRole', role.arn, { 'iam:PassedToService': 'ec2.amazonaws.com' });
}

function describe(call: SimulatedCall, one: ProfileAssociation): IamInstanceProfileAssociation {
  const profile = [...profilesOf(call.account).values()].find(
    (candidate) => candidate.arn === one.profileArn,
  );
  return {
    AssociationId: one.id,
    InstanceId: one.instanceId,
    IamInstanceProfile: { Arn: one.profileArn, Id: profile?.id },
    State: one.state,
  };
}

function associate(
  call: SimulatedCall,
  instance: SimulatedInstance,
  profile: InstanceProfile,
): ProfileAssociation {
  const one = associationsOf(call.region).add({
    ...created(call.region, call.world.id('iip-assoc')),
    instanceId: instance.id,
    profileArn: profile.arn,
    state: 'associating',
  });
  call.world.later(SETTLES_AFTER_MS, () => {
    if (one.state === 'associating') one.state = 'associated';
  });
  return one;
}

function disassociate(call: SimulatedCall, one: ProfileAssociation): void {
  one.state = 'disassociating';
  call.world.later(SETTLES_AFTER_MS, () => {
    one.state = 'disassociated';
    associationsOf(call.region).delete(one.id);
  });
}

function associationNamed(call: SimulatedCall, id: string | undefined): ProfileAssociation {
  const one = associationsOf(call.region).find(id ?? '');
  if (one !== undefined && one.state !== 'disassociated') return one;
  throw awsError('InvalidAssociationID.NotFound', `An invalid association-id of '${id}' was given`);
}

function usableInstance(call: SimulatedCall, id: string | undefined): SimulatedInstance {
  const instance = required(instancesOf(call.region), 'i', id);
  if (instance.state === 'running' || instance.state === 'stopped') return instance;
  throw awsError(
    'IncorrectInstanceState',
    `The instance '${instance.id}' is not in the 'running' or 'stopped' states.`,
  );
}

const FILTERS: FilterTable<IamInstanceProfileAssociation & { readonly Tags: [] }> = {
  'instance-id': (one) => one.InstanceId,
  state: (one) => one.State,
};

export const profileHandlers: Handlers<
  Ec2,
  | 'DescribeIamInstanceProfileAssociations'
  | 'AssociateIamInstanceProfile'
  | 'DisassociateIamInstanceProfile'
  | 'ReplaceIamInstanceProfileAssociation'
> = {
  DescribeIamInstanceProfileAssociations: (call) => {
    const { AssociationIds: ids = [], Filters } = call.input;
    const wanted =
      ids.length > 0 ? ids.map((id) => associationNamed(call, id)) : associationsOf(call.region).visible();
    const described = wanted.map((one) => ({ ...describe(call, one), Tags: [] as [] }));
    const { items, next } = paged(call, filtered(described, Filters, FILTERS), { ids });
    return { IamInstanceProfileAssociations: items.map(({ Tags: _, ...one }) => one), ...next };
  },

  AssociateIamInstanceProfile: (call) => {
    const instance = usableInstance(call, call.input.InstanceId);
    const profile = namedProfile(call, call.input.IamInstanceProfile);
    requirePassRole(call, profile);
    if (associationOf(call.region, instance.id) !== undefined) {
      throw awsError('IncorrectState', `There is an existing association for instance ${instance.id}`);
    }
    return { IamInstanceProfileAssociation: describe(call, associate(call, instance, profile)) };
  },

  DisassociateIamInstanceProfile: (call) => {
    const one = associationNamed(call, call.input.AssociationId);
    if (one.state !== 'disassociating') disassociate(call, one);
    return { IamInstanceProfileAssociation: describe(call, one) };
  },

  ReplaceIamInstanceProfileAssociation: (call) => {
    const old = associationNamed(call, call.input.AssociationId);
    const instance = usableInstance(call, old.instanceId);
    const profile = namedProfile(call, call.input.IamInstanceProfile);
    requirePassRole(call, profile);
    if (old.state !== 'associated') {
      throw awsError('IncorrectState', `The association ${old.id} is not in the 'associated' state`);
    }
    old.state = 'disassociated';
    associationsOf(call.region).delete(old.id);
    return { IamInstanceProfileAssociation: describe(call, associate(call, instance, profile)) };
  },
};
