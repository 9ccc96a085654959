/** What sudo or su tell the log. */
export type SudoEvent =
  | { readonly kind: 'command'; readonly user: string; readonly asUser: string; readonly command: string }
  | { readonly kind: 'denied'; readonly user: string; readonly reason: string; readonly command: string }
  | { readonly kind: 'session'; readonly user: string; readonly asUser: string };

/** `  deploy : TTY=pts/0 ; PWD=/home/deploy ; USER=root ; COMMAND=/usr/bin/id` */
export function parseSudo(message: string): SudoEvent | undefined {
  const trimmed = message.trimStart();
  const separator = trimmed.indexOf(' : ');
  const commandAt = trimmed.indexOf('COMMAND=');
  if (separator < 0 || commandAt < 0) return undefined;
  const user = trimmed.slice(0, separator);
  const fields = trimmed.slice(separator + 3, commandAt).split(' ; ');
  const command = trimmed.slice(commandAt + 8);
  const first = fields[0] ?? '';
  if (!first.includes('=')) return { kind: 'denied', user, reason: first, command };
  const asUser = fields.find((field) => field.startsWith('USER='))?.slice(5) ?? 'root';
  return { kind: 'command', user, asUser, command };
}

/** `(to root) deploy on pts/0`, `pam_unix(su:session): session opened for user root(uid=0) by deploy(uid=1001)` */
export function parseSu(message: string): SudoEvent | undefined {
  const to = /^\(to (\S{1,256})\) (\S{1,256}) on /.exec(message);
  if (to !== null) return { kind: 'session', user: to[2] ?? '', asUser: to[1] ?? '' };
  const opened = /session opened for user (\S{1,256}?)(?:\(uid=\d+\))? by (\S{0,256}?)\(uid=\d+\)$/.exec(
    message,
  );
  if (opened === null) return undefined;
  return { kind: 'session', user: opened[2] ?? '', asUser: opened[1] ?? '' };
}
