import type { Credentials } from './credentials.js';
import type { Service } from './operation.js';

/** How a service is reached, where it is not AWS's own endpoint: a test server, a VPC endpoint, FIPS. */
export interface ServiceDefaults {
  readonly endpoint?: string;
  /** S3 only: the bucket in the path, not in the host name. */
  readonly forcePathStyle?: boolean;
  readonly useFipsEndpoint?: boolean;
  /** S3 only: ask again in the region where the bucket is. */
  readonly followRegionRedirects?: boolean;
}

/** By service id (`s3`); `*` is for all, and the service's own wins. */
export type ClientDefaults = Readonly<Record<string, ServiceDefaults>>;

/** What Cordon uses of an SDK client. */
export interface SdkClient {
  /** Milliseconds that AWS's clock is ahead of this machine's, as the last answer said. */
  readonly config?: { readonly systemClockOffset?: number };
  send(command: object, options: { readonly abortSignal?: AbortSignal }): Promise<object>;
}

export interface ClientOptions {
  readonly region: string;
  readonly credentials: () => Promise<Credentials>;
  readonly defaults: ClientDefaults;
}

/** A request that has not been answered by then is lost; `call` decides what that means. */
const REQUEST_HANDLER = {
  connectionTimeout: 5_000,
  requestTimeout: 60_000,
  throwOnRequestTimeout: true,
} as const;

type Constructor<T> = new (argument: object) => T;

function exported<T>(module: object, name: string): Constructor<T> {
  const value: unknown = Reflect.get(module, name);
  if (typeof value !== 'function') throw new TypeError(`the SDK module has no ${name}`);
  return value as Constructor<T>; // the operation table is typed by the module: the name is one of its classes
}

/** Loads the service's module and makes a client that leaves every retry to `call`. */
async function makeClient(service: Service, options: ClientOptions, extra: object): Promise<SdkClient> {
  const module = await service.load();
  const Client = exported<SdkClient>(module, service.client);
  return new Client({
    region: options.region,
    // Marked as memoized, so that the SDK asks each time: only our provider knows the clock that counts.
    credentials: Object.assign(() => options.credentials(), { memoized: true }),
    maxAttempts: 1,
    requestHandler: REQUEST_HANDLER,
    ...options.defaults['*'],
    ...options.defaults[service.id],
    ...extra,
  });
}

/** The command of an operation: `ec2:DescribeInstances` -> `new DescribeInstancesCommand(input)`. */
export async function makeCommand(service: Service, operationId: string, input: object): Promise<object> {
  const name = operationId.slice(operationId.indexOf(':') + 1);
  const Command = exported<object>(await service.load(), `${name}Command`);
  return new Command(input);
}

/** One client per service, made when the service is first needed; a failed load is tried again. */
export function clientCache(
  options: ClientOptions,
  extra: object = {},
): (service: Service) => Promise<SdkClient> {
  const clients = new Map<string, Promise<SdkClient>>();
  return (service) => {
    const known = clients.get(service.id);
    if (known !== undefined) return known;
    const client = makeClient(service, options, extra);
    clients.set(service.id, client);
    client.catch(() => clients.delete(service.id));
    return client;
  };
}
