/** Whether a new connection gets out, and where on loopback it really ends. */
export type Route =
  | { readonly kind: 'open'; readonly host: string; readonly port: number }
  /** The packets are dropped: nobody answers. */
  | { readonly kind: 'closed' }
  | { readonly kind: 'unknown-name' };

/** A socket as the host's `ss` shows it. */
export interface HostSocket {
  readonly protocol: 'tcp' | 'tcp6' | 'udp' | 'udp6';
  readonly state: 'ESTAB' | 'LISTEN' | 'UNCONN';
  readonly local: string;
  readonly remote: string;
  /** Passed until now, in each direction. */
  readonly bytes: number;
  /** 0 when its packets are dropped: the socket stays, nothing moves. */
  readonly bytesPerSecond: number;
  readonly process?: { readonly name: string; readonly pid: number; readonly fd: number };
}

/** The network around a host. */
export interface HostNetwork {
  route(name: string, port: number): Promise<Route>;
  sockets(): readonly HostSocket[];
}

/** A host that reaches nothing and is reached by nobody. */
export const NO_NETWORK: HostNetwork = {
  route: async () => ({ kind: 'closed' }),
  sockets: () => [],
};
