import type { Guest } from '@cordon/testkit/guest';

/** What the machine's own services write, and Systems Manager's agent on any host: none of it is Cordon's. */
const NOT_OURS =
  /^\/(?:var\/lib\/amazon|var\/log|var\/lib\/(?:nginx|php|systemd|logrotate)|tmp|var\/spool)(?:\/|$)/;

/** Paths on the guest's disks, and its packages. */
export async function pathsOn(guest: Guest): Promise<ReadonlySet<string>> {
  const { stdout } = await guest.run(
    'find / /srv -xdev -printf \'%p\\n\' 2>/dev/null; dpkg -l | awk \'/^ii/ { print "package:" $2 " " $3 }\'',
  );
  return new Set(stdout.split('\n').filter((path) => path !== '' && !NOT_OURS.test(path)));
}

/** What is there now and was not before. */
export function added(before: ReadonlySet<string>, after: ReadonlySet<string>): readonly string[] {
  return [...after].filter((path) => !before.has(path));
}
