import * as v from 'valibot';
import { defineFact } from '../engine/fact.js';

const Id = v.string();

/** A way out that may still be open although the groups are swapped. */
export const ResidualRiskSchema = v.object({
  /** `nat-gateway`, `tracked-connection`, `dns`, `role-session`, ... */
  path: v.string(),
  detail: v.string(),
});
export type ResidualRisk = v.InferOutput<typeof ResidualRiskSchema>;

/** The interfaces wear a quarantine group. Not yet verified: `containment` is. */
export const QuarantineSchema = v.object({
  groups: v.array(
    v.object({
      vpcId: Id,
      groupId: Id,
      /** Of the rules as they were asked for; what is read back later is compared with it. */
      rulesSha256: v.string(),
      /** How SSM's agent gets out: through endpoints in the VPC, to public addresses, or not at all. */
      ssmVia: v.picklist(['endpoints', 'public', 'none']),
      /** Groups or CIDRs that it may speak HTTPS to. */
      ssmPeers: v.array(v.string()),
      /** It lay ready and serves others, too: neither changed nor deleted. */
      prepared: v.optional(v.boolean()),
    }),
  ),
  interfaces: v.array(
    v.object({
      interfaceId: Id,
      vpcId: Id,
      subnetId: Id,
      groupId: v.optional(Id),
      contained: v.boolean(),
      reason: v.optional(v.string()),
    }),
  ),
  /** Public addresses that were taken away. */
  addressesRemoved: v.array(v.string()),
  residualRisks: v.array(ResidualRiskSchema),
});
export const quarantine = defineFact('quarantine', QuarantineSchema);
export type Quarantine = v.InferOutput<typeof QuarantineSchema>;

/** The instance's role may do nothing any more but keep SSM's agent alive. */
export const RoleDenialSchema = v.object({
  roleName: v.optional(Id),
  /** Absent when nothing could be, or had to be, denied. */
  policyName: v.optional(v.string()),
  /** Of the managed policy that stands for the inline one, where the role had no room for that. */
  policyArn: v.optional(v.string()),
  residualRisks: v.array(ResidualRiskSchema),
});
export const roleDenial = defineFact('roleDenial', RoleDenialSchema);
export type RoleDenial = v.InferOutput<typeof RoleDenialSchema>;

/** What others were doing on the suspect through SSM, and what was ended. Ids and ARNs only. */
export const foreignAccess = defineFact(
  'foreignAccess',
  v.object({
    sessionsEnded: v.array(v.object({ sessionId: v.string(), owner: v.string(), startedAt: v.string() })),
    commandsCancelled: v.array(v.object({ commandId: v.string(), requestedAt: v.string() })),
    associations: v.array(v.object({ associationId: v.string(), document: v.string() })),
    residualRisks: v.array(ResidualRiskSchema),
  }),
);

const LiveConnection = v.object({
  local: v.string(),
  remote: v.string(),
  /** Bytes that went by between the two looks. */
  bytes: v.number(),
  /** How it leaves: `vpc`, `internet-ipv6`, `nat-gateway`, ... */
  path: v.string(),
});

/** What the host itself still saw going on after the groups were swapped. */
export const ConnectionsSchema = v.object({
  /** Whether the host could be asked. */
  looked: v.boolean(),
  live: v.array(LiveConnection),
  /** Interfaces that stood open for a moment so that their tracked connections were forgotten. */
  cutOn: v.array(Id),
  residualRisks: v.array(ResidualRiskSchema),
});
export const connections = defineFact('connections', ConnectionsSchema);
export type Connections = v.InferOutput<typeof ConnectionsSchema>;

/** That the suspect is cordoned off, as read back and as the host itself saw it. */
export const ContainmentSchema = v.object({
  quarantineGroups: v.array(
    v.object({ vpcId: Id, groupId: Id, rulesSha256: v.string(), prepared: v.optional(v.boolean()) }),
  ),
  interfaces: v.array(v.object({ interfaceId: Id, contained: v.boolean(), reason: v.optional(v.string()) })),
  /** The policy that denies the instance's role, inline unless it has an ARN; absent when there is no role. */
  roleDeny: v.optional(
    v.object({ roleName: v.string(), policyName: v.string(), policyArn: v.optional(v.string()) }),
  ),
  /** Whether SSM still reaches the host. */
  ssmAlive: v.boolean(),
  verifiedAt: v.string(),
  residualRisks: v.array(ResidualRiskSchema),
});
export const containment = defineFact('containment', ContainmentSchema);
export type Containment = v.InferOutput<typeof ContainmentSchema>;

/** That the containment was read back once more when capture had ended, and what had to be put right. */
export const recheckedContainment = defineFact(
  'recheckedContainment',
  v.object({ checkedAt: v.string(), putRight: v.array(v.string()) }),
);

/** Whether the containment still holds when the report is made. */
export const confirmedContainment = defineFact(
  'confirmedContainment',
  v.object({ checkedAt: v.string(), holds: v.boolean(), drift: v.array(v.string()) }),
);

/** Whether the suspect's subnets were put behind an empty network ACL, and why or why not. */
export const networkAcls = defineFact(
  'networkAcls',
  v.object({
    applied: v.boolean(),
    because: v.string(),
    subnets: v.array(v.object({ subnetId: Id, aclId: Id })),
  }),
);
