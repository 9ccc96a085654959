import { type Hunt, valuesOf } from './hunt-model.js';
import { list } from './sql.js';

const HOURLY = 3600;

/** A pack of osquery: the same programs, files, accounts and peers on other hosts. */
export function osqueryPack(hunt: Hunt): object {
  const queries = [...fileQueries(hunt), ...liveQueries(hunt)].map(([name, description, query]) => [
    `cordon_${name}`,
    { query, description, interval: HOURLY, snapshot: true },
  ]);
  return { platform: 'linux', version: '5.0.0', queries: Object.fromEntries(queries) };
}

type Query = readonly [name: string, description: string, sql: string];

function fileQueries(hunt: Hunt): readonly Query[] {
  const paths = valuesOf(hunt, 'file-path').filter((path) => path.startsWith('/'));
  const digests = valuesOf(hunt, 'sha256');
  const folders = [...new Set(paths.map((path) => path.slice(0, path.lastIndexOf('/')) || '/'))];
  return [
    ...(paths.length === 0
      ? []
      : [
          [
            'files',
            'Files that the intruder left',
            `SELECT path, size, mode, uid, mtime, ctime FROM file WHERE path IN (${list(paths)});`,
          ] as const,
        ]),
    ...(digests.length === 0 || folders.length === 0
      ? []
      : [
          [
            'digests',
            'The same bytes beside where they lay here',
            `SELECT path, sha256 FROM hash WHERE directory IN (${list(folders)}) AND sha256 IN (${list(digests)});`,
          ] as const,
        ]),
  ];
}

function liveQueries(hunt: Hunt): readonly Query[] {
  const digests = valuesOf(hunt, 'sha256');
  const addresses = valuesOf(hunt, 'ip');
  const accounts = valuesOf(hunt, 'account');
  return [
    ...(digests.length === 0
      ? []
      : [
          [
            'programs',
            'Running programs with the same bytes',
            `SELECT p.pid, p.name, p.path, p.cmdline, h.sha256 FROM processes p JOIN hash h ON h.path = p.path WHERE h.sha256 IN (${list(digests)});`,
          ] as const,
        ]),
    ...(addresses.length === 0
      ? []
      : [
          [
            'peers',
            'Processes that talk to the addresses of the intruder',
            `SELECT s.pid, p.name, p.path, s.remote_address, s.remote_port FROM process_open_sockets s LEFT JOIN processes p ON p.pid = s.pid WHERE s.remote_address IN (${list(addresses)});`,
          ] as const,
        ]),
    ...(accounts.length === 0
      ? []
      : [
          [
            'accounts',
            'Accounts that the intruder used or made',
            `SELECT username, uid, gid, directory, shell FROM users WHERE username IN (${list(accounts)});`,
          ] as const,
          [
            'logins',
            'Logins of those accounts',
            `SELECT username, tty, host, time FROM last WHERE username IN (${list(accounts)});`,
          ] as const,
        ]),
  ];
}
