import type { SimulatedRegion } from '../account.js';
import { slice } from '../slice.js';
import type { SimulatedWorld } from '../world.js';
import { Collection, placed, type Resource, type Tags } from './resource.js';

export type InstanceState = 'pending' | 'running' | 'shutting-down' | 'terminated' | 'stopping' | 'stopped';

export interface MetadataOptions {
  readonly httpTokens: 'optional' | 'required';
  readonly httpPutResponseHopLimit: number;
  readonly httpEndpoint: 'enabled' | 'disabled';
  readonly httpProtocolIpv6: 'enabled' | 'disabled';
  readonly instanceMetadataTags: 'enabled' | 'disabled';
}

export interface SimulatedInstance extends Resource {
  readonly region: SimulatedRegion;
  state: InstanceState;
  stateReason: { readonly code: string; readonly message: string } | undefined;
  stateTransitionReason: string;
  readonly imageId: string;
  readonly instanceType: string;
  readonly architecture: 'x86_64' | 'arm64';
  readonly platform: 'windows' | undefined;
  readonly lifecycle: 'spot' | undefined;
  readonly spotType: 'one-time' | 'persistent';
  readonly subnetId: string;
  readonly vpcId: string;
  readonly availabilityZone: string;
  readonly launchTime: Date;
  readonly rootDeviceName: string;
  readonly keyName: string | undefined;
  readonly clientToken: string | undefined;
  readonly reservationId: string;
  /** Base64, as EC2 keeps it. */
  userData: string | undefined;
  disableApiTermination: boolean;
  disableApiStop: boolean;
  shutdownBehavior: 'stop' | 'terminate';
  metadata: MetadataOptions;
  metadataState: 'pending' | 'applied';
  readonly enclave: boolean;
  readonly hibernation: boolean;
  /** Principal of the service that manages it: `eks.amazonaws.com`. */
  readonly operator: string | undefined;
  consoleOutput: string;
  readonly instanceStoreVolumes: number;
}

export const instancesOf = slice((region: SimulatedRegion) => new Collection<SimulatedInstance>(region));

/** Hears of every state an instance comes into: how hosts start and end with their instances. */
export type InstanceListener = (instance: SimulatedInstance, state: InstanceState) => void;

const listenersOf = slice((_world: SimulatedWorld) => new Set<InstanceListener>());

export function onInstanceState(world: SimulatedWorld, listener: InstanceListener): void {
  listenersOf(world).add(listener);
}

export function setState(instance: SimulatedInstance, state: InstanceState): void {
  instance.state = state;
  for (const listener of listenersOf(instance.region.world)) listener(instance, state);
}

/** What IMDS is set to where nobody asked for anything else. */
export const DEFAULT_METADATA: MetadataOptions = {
  httpTokens: 'optional',
  httpPutResponseHopLimit: 1,
  httpEndpoint: 'enabled',
  httpProtocolIpv6: 'disabled',
  instanceMetadataTags: 'disabled',
};

export interface InstanceRecordOptions {
  readonly id?: string;
  readonly subnetId: string;
  readonly vpcId: string;
  readonly availabilityZone: string;
  readonly imageId?: string;
  readonly instanceType?: string;
  readonly architecture?: 'x86_64' | 'arm64';
  readonly platform?: 'windows';
  readonly lifecycle?: 'spot';
  readonly spotType?: 'one-time' | 'persistent';
  readonly state?: InstanceState;
  readonly launchTime?: Date;
  readonly rootDeviceName?: string;
  readonly keyName?: string;
  readonly clientToken?: string;
  readonly userData?: string;
  readonly metadata?: Partial<MetadataOptions>;
  readonly enclave?: boolean;
  readonly hibernation?: boolean;
  readonly operator?: string;
  readonly instanceStoreVolumes?: number;
  readonly shutdownBehavior?: 'stop' | 'terminate';
  readonly disableApiTermination?: boolean;
  readonly disableApiStop?: boolean;
  readonly consoleOutput?: string;
  readonly tags?: Tags;
}

const YOUNG_MS = 3_600_000;

/** The bare record; `addInstance` puts interfaces and volumes to it. */
export function instanceRecord(region: SimulatedRegion, options: InstanceRecordOptions): SimulatedInstance {
  const { world } = region;
  return {
    ...placed(options.id ?? world.id('i'), options.tags),
    region,
    state: options.state ?? 'running',
    stateReason: undefined,
    stateTransitionReason: '',
    imageId: options.imageId ?? 'ami-0c1d2e3f4a5b6c7d8',
    instanceType: options.instanceType ?? 't3.medium',
    architecture: options.architecture ?? 'x86_64',
    platform: options.platform,
    lifecycle: options.lifecycle,
    spotType: options.spotType ?? 'one-time',
    subnetId: options.subnetId,
    vpcId: options.vpcId,
    availabilityZone: options.availabilityZone,
    launchTime: options.launchTime ?? new Date(world.now().getTime() - YOUNG_MS),
    rootDeviceName: options.rootDeviceName ?? '/dev/xvda',
    keyName: options.keyName,
    clientToken: options.clientToken,
    reservationId: world.id('r'),
    userData: options.userData,
    disableApiTermination: options.disableApiTermination ?? false,
    disableApiStop: options.disableApiStop ?? false,
    shutdownBehavior: options.shutdownBehavior ?? 'stop',
    metadata: { ...DEFAULT_METADATA, ...options.metadata },
    metadataState: 'applied',
    enclave: options.enclave ?? false,
    hibernation: options.hibernation ?? false,
    operator: options.operator,
    consoleOutput: options.consoleOutput ?? '',
    instanceStoreVolumes: options.instanceStoreVolumes ?? 0,
  };
}
