/** What a line of sshd says about a login. */
export type SshEvent =
  | {
      /** `probe`: an attempt as a user that does not exist, or given up before it was judged. */
      readonly kind: 'failed' | 'accepted' | 'probe';
      readonly method: string;
      readonly user: string;
      /** The user does not exist. */
      readonly invalidUser: boolean;
      readonly address: string;
      readonly port: number | undefined;
      /** `SHA256:...` of the accepted key. */
      readonly key?: string;
    }
  | { readonly kind: 'repeated'; readonly times: number; readonly message: string };

/** Parses what follows `sshd[123]: `. `undefined` for everything that is no login attempt. */
export function parseSshd(message: string): SshEvent | undefined {
  if (message.startsWith('Failed ')) return login('failed', message.slice(7));
  if (message.startsWith('Accepted ')) return login('accepted', message.slice(9));
  if (message.startsWith('Invalid user ')) return probe(message.slice(13));
  if (message.startsWith(GIVEN_UP)) return givenUp(message.slice(GIVEN_UP.length));
  if (message.startsWith('message repeated ')) return repeated(message);
  return undefined;
}

const GIVEN_UP = 'Connection closed by authenticating user ';

/** `oracle from 192.0.2.1 port 40000` */
function probe(who: string): SshEvent | undefined {
  const source = sourceOf(who);
  return source === undefined ? undefined : attempt(source.user, source.address, source.port);
}

interface Source {
  readonly user: string;
  readonly address: string;
  readonly port: number | undefined;
  /** What follows `ssh2: `: the key. */
  readonly more: string;
}

/**
 * `oracle from 192.0.2.1 port 40000 ssh2: ...`. The address is taken from the end: a user name may itself say
 * ` from 10.0.0.1 port 22 ssh2`, and sshd writes it as it came.
 */
function sourceOf(who: string): Source | undefined {
  const fromAt = who.lastIndexOf(' from ');
  if (fromAt < 0) return undefined;
  const start = fromAt + 6;
  const space = who.indexOf(' ', start);
  if (space < 0)
    return start < who.length
      ? { user: who.slice(0, fromAt), address: who.slice(start), port: undefined, more: '' }
      : undefined;
  if (!who.startsWith('port ', space + 1)) return undefined;
  const portEnd = who.indexOf(' ', space + 6);
  const digits = who.slice(space + 6, portEnd < 0 ? undefined : portEnd);
  const port = digits === '' ? Number.NaN : Number(digits);
  if (!Number.isInteger(port)) return undefined;
  const more = portEnd < 0 ? '' : who.slice(portEnd + 1);
  return { user: who.slice(0, fromAt), address: who.slice(start, space), port, more };
}

/** `root 192.0.2.1 port 40000 [preauth]` */
function givenUp(who: string): SshEvent | undefined {
  const match = / (\S+) port (\d+) \[preauth\]$/.exec(who);
  return match === null ? undefined : attempt(who.slice(0, match.index), match[1] ?? '', Number(match[2]));
}

function attempt(user: string, address: string, port: number | undefined): SshEvent {
  return { kind: 'probe', method: 'none', user, invalidUser: false, address, port };
}

const INVALID = 'invalid user ';

function login(kind: 'failed' | 'accepted', rest: string): SshEvent | undefined {
  const forAt = rest.indexOf(' for ');
  const source = forAt < 0 ? undefined : sourceOf(rest.slice(forAt + 5));
  if (source === undefined) return undefined;
  const { address, port, more } = source;
  const invalidUser = source.user.startsWith(INVALID);
  const user = invalidUser ? source.user.slice(INVALID.length) : source.user;
  const event = { kind, method: rest.slice(0, forAt), user, invalidUser, address, port };
  const key = kind === 'accepted' ? /SHA256:[A-Za-z0-9+/]{43}/.exec(more)?.[0] : undefined;
  return key === undefined ? event : { ...event, key };
}

const REPEATED = /^message repeated (\d{1,6}) times: \[ ?(.*)\]$/;

function repeated(message: string): SshEvent | undefined {
  const match = REPEATED.exec(message);
  if (match === null) return undefined;
  return { kind: 'repeated', times: Number(match[1]), message: match[2] ?? '' };
}
