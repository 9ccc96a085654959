export { VirtualClock } from './clock.js';
export type { WorldClock } from './clock-holds.js';
export { assertStepConforms, type Judged } from './conformance/assert-step-conforms.js';
export { BREACH_CODES, type Breach, StepNotConforming } from './conformance/breach.js';
export type { Conformance, ConformanceOptions, GivenFacts } from './conformance/options.js';
export { BlankDisk } from './hosts/blank-disk.js';
export type { DeletedFile, DeviceFileSystem, HostDisk, LogicalVolume } from './hosts/devices.js';
export { BootDisk, type HostBlueprint, MountedDisk } from './hosts/host-disks.js';
export { limeModule } from './hosts/lime-module.js';
export type { MachineOptions } from './hosts/machine-folder.js';
export type { MemoryFragment } from './hosts/memory.js';
export type { HostNetwork, HostSocket, Route } from './hosts/network.js';
export { type HostExecution, type HostOptions, SimulatedHost } from './hosts/simulated-host.js';
export { runningHost } from './hosts/world-hosts.js';
export { type Driving, drive } from './remote/drive.js';
export { type Driver, type DriverEnd, type DriverOptions, startDriver } from './remote/start-driver.js';
export {
  addBucket,
  type BucketOptions,
  buckets,
  currentObject,
  type ObjectVersion,
  type SimulatedBucket,
} from './s3/bucket.js';
export { type S3Endpoint, s3Endpoint } from './s3/endpoint.js';
export { s3Service } from './s3/service.js';
export {
  type CompromisedWebServer,
  type CompromisedWebServerOptions,
  compromisedWebServer,
} from './scenario/compromised-web-server.js';
export { DEMO } from './scenario/demo-ids.js';
export { commandAndControlFinding } from './scenario/finding.js';
export { type PlantedTreeOptions, plantTree } from './scenario/planted-tree.js';
export { PLANTS, type Plant } from './scenario/plants.js';
export { DEMO_FINDING_AT } from './scenario/timeline.js';
export { crashHere, isDead, runProcess, SimulatedCrash } from './simulated-process.js';
export { SimulatedAccount, SimulatedRegion } from './simulation/account.js';
export {
  type AutoScalingGroup,
  type AutoScalingGroupOptions,
  addAutoScalingGroup,
  autoScalingGroupsOf,
} from './simulation/autoscaling/groups.js';
export { CallLog, type LoggedCall } from './simulation/call-log.js';
export { addTrailEvent, callsComeFrom, type TrailEvent } from './simulation/cloudtrail/events.js';
export { type Hearsay, Indiscretion, type Lapse } from './simulation/discretion.js';
export {
  addInstance,
  type InstanceOptions,
  type PlacedVolumeOptions,
} from './simulation/ec2/add-instance.js';
export { placeAddress } from './simulation/ec2/address-handlers.js';
export {
  type Connection,
  type ConnectionOptions,
  Connections,
  type FlowPath,
} from './simulation/ec2/connections.js';
export { type EbsDefaults, ebsDefaultsOf } from './simulation/ec2/ebs-defaults.js';
export { terminate } from './simulation/ec2/end-instances.js';
export { addFlowLog, type FlowLogOptions } from './simulation/ec2/flow-logs.js';
export {
  ANYWHERE_IPV4,
  ANYWHERE_IPV6,
  addRule,
  addSecurityGroup,
  type GroupOptions,
  type GroupRule,
  groupsOf,
  type RuleOptions,
  type RulePeer,
  type SecurityGroup,
} from './simulation/ec2/groups.js';
export { addImage, type ImageOptions, imagesOf, type SimulatedImage } from './simulation/ec2/images.js';
export {
  type InstanceListener,
  type InstanceState,
  instancesOf,
  type MetadataOptions,
  onInstanceState,
  type SimulatedInstance,
} from './simulation/ec2/instances.js';
export {
  addInterface,
  attachInterface,
  type InterfaceOptions,
  interfacesOf,
  interfacesOfInstance,
  type NetworkInterface,
} from './simulation/ec2/interfaces.js';
export { addLaunchTemplate, type LaunchTemplateOptions } from './simulation/ec2/launch-templates.js';
export {
  type AddressOptions,
  addAddress,
  addNatGateway,
  addRouteTable,
  addVpcEndpoint,
  type EndpointOptions,
  endpointsOf,
  type NatGatewayOptions,
  type RouteTableOptions,
  routeTablesOf,
} from './simulation/ec2/network.js';
export { aclOfSubnet, type NetworkAcl, networkAclsOf } from './simulation/ec2/network-acls.js';
export { Collection, type Resource, type Tags } from './simulation/ec2/resource.js';
export {
  addSnapshot,
  type SimulatedSnapshot,
  type SnapshotOptions,
  type SnapshotSpeed,
  snapshotSpeedOf,
  snapshotsOf,
} from './simulation/ec2/snapshots.js';
export {
  addVolume,
  type SimulatedVolume,
  type VolumeAttachment,
  type VolumeOptions,
  volumesOf,
  volumesOfInstance,
} from './simulation/ec2/volumes.js';
export { addSubnet, addVpc, type SubnetOptions, type VpcOptions } from './simulation/ec2/vpcs.js';
export {
  addLoadBalancer,
  type LoadBalancerOptions,
} from './simulation/elasticloadbalancing/load-balancers.js';
export {
  addTargetGroup,
  type TargetGroup,
  type TargetGroupOptions,
  targetGroupsOf,
} from './simulation/elasticloadbalancing/target-groups.js';
export { trustAccount, type WorldEnvironmentOptions } from './simulation/environment.js';
export { AwsError, type AwsErrorOptions, awsError, NotSimulated, timeoutError } from './simulation/errors.js';
export {
  type Fault,
  type FaultKind,
  type FaultRule,
  Faults,
  type RandomFaults,
} from './simulation/faults.js';
export { addAccelerator } from './simulation/globalaccelerator/service.js';
export { addFinding } from './simulation/guardduty/service.js';
export {
  ADMINISTRATOR_ACCESS,
  evaluatePolicies,
  type PolicyDecision,
  type PolicyDocument,
  type PolicyRequest,
  type PolicyStatement,
} from './simulation/iam/policy.js';
export {
  addInstanceProfile,
  addManagedPolicy,
  addRole,
  documentOf,
  type InstanceProfile,
  instanceCredentials,
  type ManagedPolicy,
  managedPoliciesOf,
  type ProfileOptions,
  type RoleOptions,
  rolesOf,
  type SimulatedRole,
} from './simulation/iam/roles.js';
export { registerService } from './simulation/install.js';
export { addKey, type KeyOptions, type KeyState, keysOf, type SimulatedKey } from './simulation/kms/keys.js';
export { addLogGroup, type LogEvent, type LogGroup } from './simulation/logs/groups.js';
export type { Credentials, Principal } from './simulation/principal.js';
export { Random } from './simulation/random.js';
export { addHostedZone, type DnsRecord, type HostedZoneOptions } from './simulation/route53/service.js';
export { addQueryLogConfig } from './simulation/route53resolver/service.js';
export type { Handler, Handlers, SimulatedCall, SimulatedService } from './simulation/service.js';
export {
  ec2Errors,
  jsonErrors,
  queryErrors,
  type ServiceErrors,
  s3Errors,
} from './simulation/service-errors.js';
export { addCloudMapService } from './simulation/servicediscovery/service.js';
export { slice } from './simulation/slice.js';
export {
  addTopic,
  type Publication,
  type SimulatedTopic,
  type TopicOptions,
} from './simulation/sns/topics.js';
export { addQueue, type QueueOptions, SimulatedQueue } from './simulation/sqs/queues.js';
export { createWorld, SimulatedWorld, type WorldOptions } from './simulation/world.js';
export { commandsOf, type SentCommand } from './ssm/command.js';
export { killAgent, settledNode, withoutAgent } from './ssm/nodes.js';
export { addParameter } from './ssm/parameters.js';
export { addAssociation, addSession, type SimulatedSession } from './ssm/sessions.js';
