import { ec2, s3 } from '@cordon/core/aws';
import type { Simulation } from '../src/simulation.ts';

/** What there is in both accounts when all is over, counted by kind. */
export async function census({ environment, finding, deployment }: Simulation, incidentId: string) {
  const incident = { id: incidentId, suspect: finding.suspect };
  const suspect = environment.account('suspect', incident);
  const security = environment.account('security', incident);
  const snapshots = async (account: typeof suspect) =>
    (await account.call(ec2.DescribeSnapshots, { OwnerIds: ['self'] })).Snapshots?.length;
  const tagged = { Filters: [{ Name: 'tag:cordon:incident', Values: [incidentId] }] };
  const reservations = (await security.call(ec2.DescribeInstances, tagged)).Reservations ?? [];
  const uploads = await security.call(s3.ListMultipartUploads, { Bucket: deployment.stagingBucket });
  const groups = (await suspect.call(ec2.DescribeSecurityGroups, {})).SecurityGroups ?? [];
  return {
    suspectSnapshots: await snapshots(suspect),
    custodySnapshots: await snapshots(security),
    forensicInstances: reservations.flatMap(({ Instances = [] }) =>
      Instances.map(({ State }) => State?.Name),
    ),
    volumesLeft: (await security.call(ec2.DescribeVolumes, tagged)).Volumes?.length,
    uploadsOpen: uploads.Uploads?.length ?? 0,
    ownGroups: groups.filter(({ GroupName = '' }) => GroupName.startsWith('baseline-')).length,
  };
}
