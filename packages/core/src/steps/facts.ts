import * as v from 'valibot';
import { ArtifactSchema } from '../engine/artifact.js';
import { defineFact } from '../engine/fact.js';

const Id = v.string();

const Volume = v.object({
  volumeId: Id,
  /** As EC2 names it: `/dev/xvda`. */
  device: v.string(),
  root: v.boolean(),
  sizeGiB: v.number(),
  encrypted: v.boolean(),
  kmsKeyId: v.optional(v.string()),
  deleteOnTermination: v.boolean(),
  multiAttach: v.boolean(),
});

const NetworkInterface = v.object({
  interfaceId: Id,
  vpcId: Id,
  subnetId: Id,
  groups: v.array(Id),
  privateAddresses: v.array(v.string()),
  ipv6Addresses: v.array(v.string()),
  publicAddress: v.optional(v.string()),
  /** `eipassoc-...` when the public address is an Elastic IP. */
  elasticIpAssociation: v.optional(Id),
  /** Someone else's to change: load balancer, EKS, Lambda. */
  requesterManaged: v.boolean(),
});

const AutoScaling = v.object({
  /** `InService`, `Pending:Wait`, `Terminating:Wait`, `Warmed:Stopped`, ... */
  state: v.string(),
  /** Each holds an instance back for that long when it comes or goes. */
  hooks: v.array(
    v.object({ name: v.string(), transition: v.picklist(['launching', 'terminating']), seconds: v.number() }),
  ),
  /** Instances that wait in the warm pool: made of the same image. */
  warmPool: v.optional(v.object({ instances: v.number() })),
  /** Rollouts under way, which replace the members. */
  refreshes: v.array(v.object({ id: v.string(), status: v.string(), percentage: v.number() })),
});
export type AutoScaling = v.InferOutput<typeof AutoScaling>;

/** What `inspect` saw of the suspect before anything was touched. */
export const InstanceSchema = v.object({
  instanceId: Id,
  state: v.picklist(['pending', 'running', 'shutting-down', 'terminated', 'stopping', 'stopped']),
  platform: v.picklist(['linux', 'windows']),
  architecture: v.string(),
  instanceType: v.string(),
  imageId: v.string(),
  lifecycle: v.picklist(['on-demand', 'spot']),
  launchTime: v.string(),
  availabilityZone: v.string(),
  memoryMiB: v.number(),
  interfaces: v.array(NetworkInterface),
  volumes: v.array(Volume),
  instanceStore: v.boolean(),
  /** Whether it may have hibernated: then its memory lies on the root volume. */
  hibernation: v.optional(v.boolean()),
  /** Whether it has an enclave, whose memory nobody outside can read. */
  enclave: v.optional(v.boolean()),
  profileArn: v.optional(v.string()),
  /** Not the profile's name: the role inside it. */
  roleName: v.optional(v.string()),
  /** `online` when SSM has heard from its agent. */
  ssm: v.picklist(['online', 'offline', 'unmanaged']),
  autoScalingGroup: v.optional(v.string()),
  /** What that group has in store for it, as far as that could be read. */
  autoScaling: v.optional(AutoScaling),
  /** `lt-...`, when it was launched from a template. */
  launchTemplate: v.optional(v.string()),
  targetGroupArns: v.array(v.string()),
});
export const instance = defineFact('instance', InstanceSchema);
export type Instance = v.InferOutput<typeof InstanceSchema>;

/** The instance's role and network were closed for good. */
export const sealed = defineFact(
  'sealed',
  v.object({
    profileReplaced: v.boolean(),
    ssmCut: v.boolean(),
    imdsOff: v.boolean(),
    stopped: v.boolean(),
    at: v.string(),
  }),
);

/** Live state of the suspect as plain text from /proc: a tar of `live/...` (see the triage script). */
export const triage = defineFact(
  'triage',
  v.object({ artifact: ArtifactSchema, clockOffsetSeconds: v.number() }),
);

/** A memory image, verified: its headers walked to exactly the end, its digest the one at the source. */
export const MemoryImageSchema = v.object({
  artifact: ArtifactSchema,
  format: v.picklist(['lime']),
  method: v.picklist(['lime', 'avml', 'kcore']),
  kernel: v.string(),
  /** Physical ranges in the image, inclusive, as decimal strings (they pass 2^53 on paper). */
  ranges: v.array(v.object({ start: v.string(), end: v.string() })),
  /**
   * Where it lies when it is not in the evidence store yet: as a file on the snapshot of a volume in the suspect account.
   * `artifact` then tells its size and the digest that the suspect took, and names the snapshot.
   */
  volume: v.optional(v.object({ snapshotId: Id, volumeId: Id, sizeGiB: v.number(), file: v.string() })),
});
export const memoryImage = defineFact('memoryImage', MemoryImageSchema);
export type MemoryImage = v.InferOutput<typeof MemoryImageSchema>;

/** Point-in-time snapshots that exist, perhaps still pending, in the suspect account. */
export const SnapshotsSchema = v.array(
  v.object({
    volumeId: Id,
    snapshotId: Id,
    device: v.string(),
    sizeGiB: v.number(),
    encrypted: v.boolean(),
    kmsKeyId: v.optional(v.string()),
    startedAt: v.string(),
  }),
);
export const snapshots = defineFact('snapshots', SnapshotsSchema);
export type Snapshots = v.InferOutput<typeof SnapshotsSchema>;

/** Completed snapshots that the security account can use. */
export const EvidenceSnapshotsSchema = v.array(
  v.object({
    volumeId: Id,
    device: v.string(),
    sizeGiB: v.number(),
    /** In the suspect account. */
    sourceSnapshotId: Id,
    /** What the forensic volume is made from: the shared source, or an intermediate copy. */
    readFromSnapshotId: Id,
  }),
);
export const evidenceSnapshots = defineFact('evidenceSnapshots', EvidenceSnapshotsSchema);
export type EvidenceSnapshots = v.InferOutput<typeof EvidenceSnapshotsSchema>;

/** Copies under the security account's own key: what the manifest names. Made beside the examination. */
export const CustodySnapshotsSchema = v.array(
  v.object({
    volumeId: Id,
    sourceSnapshotId: Id,
    custodySnapshotId: Id,
    locked: v.boolean(),
    /** From the suspect's volume to the copy, in the order of their making. Absent in older journals. */
    lineage: v.optional(
      v.array(
        v.object({
          is: v.picklist(['volume', 'snapshot', 'intermediate', 'custody']),
          id: Id,
          account: v.string(),
          region: v.string(),
          sizeGiB: v.number(),
          kmsKeyId: v.optional(v.string()),
          startedAt: v.optional(v.string()),
          completedAt: v.optional(v.string()),
        }),
      ),
    ),
  }),
);
export const custodySnapshots = defineFact('custodySnapshots', CustodySnapshotsSchema);
export type CustodySnapshots = v.InferOutput<typeof CustodySnapshotsSchema>;

/** The forensic instance with the evidence volumes attached and mounted read-only. */
export const forensicInstance = defineFact(
  'forensicInstance',
  v.object({
    instanceId: Id,
    imageId: Id,
    volumes: v.array(
      v.object({
        /** The suspect's volume. */
        sourceVolumeId: Id,
        /** Made from its snapshot, attached here. */
        volumeId: Id,
        mounts: v.array(v.object({ partition: v.string(), filesystem: v.string(), path: v.string() })),
        notMounted: v.array(v.object({ partition: v.string(), reason: v.string() })),
      }),
    ),
  }),
);

/** Files collected from the disks: one tar.gz per volume, `fs/<path>` for files, `meta/...` for what was seen. */
export const collections = defineFact(
  'collections',
  v.array(v.object({ volumeId: Id, artifact: ArtifactSchema })),
);

/** What an analysis left: its machine-readable result. Observations are in the journal. */
const AnalysisResult = v.object({ artifact: ArtifactSchema, observations: v.number(), events: v.number() });
export const memoryAnalysis = defineFact('memoryAnalysis', AnalysisResult);
export const diskAnalysis = defineFact('diskAnalysis', AnalysisResult);
export const liveAnalysis = defineFact('liveAnalysis', AnalysisResult);
export const controlPlaneAnalysis = defineFact('controlPlaneAnalysis', AnalysisResult);

/** The report's page and its timeline. */
export const report = defineFact('report', v.object({ html: ArtifactSchema, timeline: ArtifactSchema }));

/** The list of all evidence with its hashes. */
export const manifest = defineFact('manifest', v.object({ artifact: ArtifactSchema }));
