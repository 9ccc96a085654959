import type { Guest } from '@cordon/testkit/guest';
import guessPasswords from './guess-passwords.sh';
import settleIn from './settle-in.sh';
import useWebShell from './use-web-shell.sh';

/** Whence he comes: an address for documentation (RFC 5737). */
const FROM = '198.51.100.77';
const TO = '10.20.3.44';

async function act(
  guest: Guest,
  script: string,
  environment: Readonly<Record<string, string>>,
): Promise<void> {
  const assignments = Object.entries(environment).map(([name, value]) => `export ${name}=${value}\n`);
  const { exitCode, stdout, stderr } = await guest.run(assignments.join('') + script);
  if (exitCode !== 0) throw new Error(`the intruder failed with ${exitCode}: ${stdout}${stderr}`);
}

/** A real intrusion: passwords guessed at sshd, root by sudo, a web shell that is used, and what he leaves behind. */
export async function breakIn(guest: Guest): Promise<void> {
  // Whether some unit has failed does not matter to him; that the site is up does, and that deploy administers it.
  await guest.run('systemctl is-system-running --wait; usermod -aG sudo deploy');
  await guest.exec(['/bin/sh', '-c', 'cat >/run/settle-in'], { input: settleIn });
  await act(guest, guessPasswords, { FROM, TO, SCRIPT: '/run/settle-in' });
  await act(guest, 'rm /run/settle-in; test -u /var/tmp/.x/.sh', {});
  await act(guest, useWebShell, { FROM, TO });
  // The finding comes minutes later: by then the kernel has written out what stood in its cache alone, after half a
  // minute. A snapshot holds nothing of what has not left the cache.
  await act(guest, 'sync', {});
}
