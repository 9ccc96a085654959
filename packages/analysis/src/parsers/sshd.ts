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

/**
 * The address is taken from the end: a user name may itself say ` from 10.0.0.1 port 22 ssh2`, and sshd
 * writes it as it came.
 */
const TAIL = / from (\S+)(?: port (\d+))?(?: ssh2?)?(?:: (.*))?$/;

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
  const fromAt = who.lastIndexOf(' from ');
  const tail = fromAt < 0 ? null : TAIL.exec(who.slice(fromAt));
  if (tail === null) return undefined;
  return attempt(who.slice(0, fromAt), tail[1] ?? '', tail[2]);
}

/** `root 192.0.2.1 port 40000 [preauth]` */
function givenUp(who: string): SshEvent | undefined {
  const match = / (\S+) port (\d+) \[preauth\]$/.exec(who);
  return match === null ? undefined : attempt(who.slice(0, match.index), match[1] ?? '', match[2]);
}

function attempt(user: string, address: string, port: string | undefined): SshEvent {
  const numbered = port === undefined ? undefined : Number(port);
  return { kind: 'probe', method: 'none', user, invalidUser: false, address, port: numbered };
}

function login(kind: 'failed' | 'accepted', rest: string): SshEvent | undefined {
  const forAt = rest.indexOf(' for ');
  if (forAt < 0) return undefined;
  const method = rest.slice(0, forAt);
  const who = rest.slice(forAt + 5);
  const fromAt = who.lastIndexOf(' from ');
  const tail = fromAt < 0 ? null : TAIL.exec(who.slice(fromAt));
  if (tail === null) return undefined;
  const [, address = '', port, more] = tail;
  const named = who.slice(0, fromAt);
  const invalidUser = named.startsWith('invalid user ');
  const key = /SHA256:[A-Za-z0-9+/]{43}/.exec(more ?? '')?.[0];
  return {
    kind,
    method,
    user: invalidUser ? named.slice(13) : named,
    invalidUser,
    address,
    port: port === undefined ? undefined : Number(port),
    ...(key === undefined ? {} : { key }),
  };
}

const REPEATED = /^message repeated (\d{1,6}) times: \[ ?(.*)\]$/;

function repeated(message: string): SshEvent | undefined {
  const match = REPEATED.exec(message);
  if (match === null) return undefined;
  return { kind: 'repeated', times: Number(match[1]), message: match[2] ?? '' };
}
