import * as sdk from '@aws-sdk/client-ec2';
import { awsError } from '../errors.js';
import type { SimulatedService } from '../service.js';
import { ec2Errors } from '../service-errors.js';
import { addressHandlers } from './address-handlers.js';
import { attachVolumeHandlers } from './attach-volume.js';
import { consoleHandlers } from './console.js';
import { copySnapshotHandlers } from './copy-snapshot.js';
import { ebsDefaultHandlers } from './ebs-defaults.js';
import { endInstanceHandlers } from './end-instances.js';
import { flowLogHandlers } from './flow-logs.js';
import { groupHandlers } from './group-handlers.js';
import { imageHandlers } from './image-handlers.js';
import { instanceAttributeHandlers } from './instance-attributes.js';
import { instanceHandlers } from './instance-handlers.js';
import { instanceTypeHandlers } from './instance-types.js';
import { interfaceHandlers } from './interface-handlers.js';
import { launchTemplateHandlers } from './launch-templates.js';
import { lockSnapshotHandlers } from './lock-snapshot.js';
import { metadataHandlers } from './metadata-options.js';
import { networkAclHandlers } from './network-acls.js';
import { networkHandlers } from './network-handlers.js';
import { profileHandlers } from './profile-handlers.js';
import { countRequest } from './request-rate.js';
import { ruleHandlers } from './rule-handlers.js';
import { runInstancesHandlers } from './run-instances.js';
import { snapshotHandlers } from './snapshot-handlers.js';
import { snapshotSharingHandlers } from './snapshot-sharing.js';
import { spotHandlers } from './spot-handlers.js';
import { subjects } from './subjects.js';
import { tagHandlers } from './tag-handlers.js';
import { volumeHandlers } from './volume-handlers.js';
import { vpcHandlers } from './vpc-handlers.js';

export const ec2Service: SimulatedService = {
  id: 'ec2',
  client: sdk.EC2Client,
  sdk,
  errors: ec2Errors,
  handlers: {
    ...addressHandlers,
    ...attachVolumeHandlers,
    ...consoleHandlers,
    ...copySnapshotHandlers,
    ...ebsDefaultHandlers,
    ...endInstanceHandlers,
    ...flowLogHandlers,
    ...groupHandlers,
    ...imageHandlers,
    ...instanceAttributeHandlers,
    ...instanceHandlers,
    ...instanceTypeHandlers,
    ...interfaceHandlers,
    ...launchTemplateHandlers,
    ...lockSnapshotHandlers,
    ...metadataHandlers,
    ...networkAclHandlers,
    ...networkHandlers,
    ...profileHandlers,
    ...ruleHandlers,
    ...runInstancesHandlers,
    ...snapshotHandlers,
    ...snapshotSharingHandlers,
    ...spotHandlers,
    ...tagHandlers,
    ...volumeHandlers,
    ...vpcHandlers,
  },
  subjects,
  count(operation, { region, input }) {
    // An input is an object.
    countRequest(region, operation, input as object);
  },
  before(_operation, { input }) {
    // Every EC2 operation has it.
    if ((input as { readonly DryRun?: boolean }).DryRun !== true) return;
    throw awsError('DryRunOperation', 'Request would have succeeded, but DryRun flag is set.', {
      status: 412,
    });
  },
};
