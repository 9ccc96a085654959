import * as v from 'valibot';
import type { Finding } from '../engine/finding.js';
import { either, lenient, lenientList } from './lenient.js';

const Address = v.pipe(v.string(), v.ip());
/** Names as DNS has them, with the underscores and wildcards that occur; anything else is no name to look for. */
const Domain = v.pipe(v.string(), v.regex(/^[A-Za-z0-9._*-]{1,253}$/));
const Port = v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(65_535));

const RemoteIp = lenient(either({ ipAddressV4: lenient(Address), ipAddressV6: lenient(Address) }));

/** A GuardDuty action; ASFF has taken it over with capitals. */
export const ActionSchema = either({
  networkConnectionAction: lenient(
    either({
      connectionDirection: lenient(v.string()),
      remoteIpDetails: RemoteIp,
      remotePortDetails: lenient(either({ port: lenient(Port) })),
    }),
  ),
  dnsRequestAction: lenient(either({ domain: lenient(Domain) })),
  portProbeAction: lenient(either({ portProbeDetails: lenientList(either({ remoteIpDetails: RemoteIp })) })),
  awsApiCallAction: lenient(either({ remoteIpDetails: RemoteIp })),
  kubernetesApiCallAction: lenient(either({ remoteIpDetails: RemoteIp })),
  rdsLoginAttemptAction: lenient(either({ remoteIpDetails: RemoteIp })),
});
type Action = v.InferOutput<typeof ActionSchema>;

/** An endpoint, as attack sequences and OCSF list them. */
export const EndpointSchema = either({
  ip: lenient(Address),
  domain: lenient(Domain),
  hostname: lenient(Domain),
  port: lenient(Port),
});
export type Endpoint = v.InferOutput<typeof EndpointSchema>;

export type Remote = Finding['remote'];

/** More than a person reads, less than fills a fact. */
const MAX_EACH = 20;

type Maybe<T> = T | undefined;

function distinct<T>(values: readonly Maybe<T>[]): T[] {
  return [...new Set(values.filter((value) => value !== undefined))].slice(0, MAX_EACH);
}

/** Gathers what is there, each once. */
export function remoteOf(parts: {
  readonly addresses?: readonly Maybe<string>[];
  readonly domains?: readonly Maybe<string>[];
  readonly ports?: readonly Maybe<number>[];
}): Remote {
  const { addresses = [], domains = [], ports = [] } = parts;
  return { addresses: distinct(addresses), domains: distinct(domains), ports: distinct(ports) };
}

export function remotesOfAction(action: Maybe<Action>): Remote {
  const connection = action?.networkConnectionAction;
  const addresses = [
    connection?.remoteIpDetails,
    ...(action?.portProbeAction?.portProbeDetails ?? []).map((probe) => probe?.remoteIpDetails),
    action?.awsApiCallAction?.remoteIpDetails,
    action?.kubernetesApiCallAction?.remoteIpDetails,
    action?.rdsLoginAttemptAction?.remoteIpDetails,
  ].flatMap((details) => [details?.ipAddressV4, details?.ipAddressV6]);
  // Who connects to us does so from a port that means nothing.
  const inbound = connection?.connectionDirection?.toUpperCase() === 'INBOUND';
  const port = inbound ? undefined : connection?.remotePortDetails?.port;
  return remoteOf({ addresses, domains: [action?.dnsRequestAction?.domain], ports: [port] });
}

export function remotesOfEndpoints(endpoints: readonly Maybe<Endpoint>[]): Remote {
  return remoteOf({
    addresses: endpoints.map((endpoint) => endpoint?.ip),
    domains: endpoints.flatMap((endpoint) => [endpoint?.domain, endpoint?.hostname]),
    ports: endpoints.map((endpoint) => endpoint?.port),
  });
}

export function mergedRemotes(...remotes: readonly Remote[]): Remote {
  return remoteOf({
    addresses: remotes.flatMap(({ addresses }) => addresses),
    domains: remotes.flatMap(({ domains }) => domains),
    ports: remotes.flatMap(({ ports }) => ports),
  });
}
