// A busy host's auth.log, as long as is wanted, without ever being whole in memory.

const NAMES = ['root', 'admin', 'test', 'oracle', 'ubuntu', 'postgres', 'git', 'deploy', 'pi', 'www-data'];
const BLOCK_BYTES = 2 * 1024 * 1024;
const CHUNK_BYTES = 256 * 1024;

function stamp(seconds: number): string {
  const at = new Date(Date.UTC(2026, 10, 1) + seconds * 1000);
  const [day, time] = [String(at.getUTCDate()).padStart(2), at.toISOString().slice(11, 19)];
  return `Nov ${day} ${time}`;
}

/** What Debian's sshd and PAM write of one guess. */
function guess(at: number): readonly string[] {
  // Four addresses at a time, each a hundred times.
  const turn = Math.floor(at / 400) * 4 + (at % 4);
  const address = `198.51.${turn % 250}.${(turn * 13) % 250}`;
  const sshd = `sshd[${1000 + (at % 60_000)}]:`;
  const from = `${address} port ${30_000 + (at % 30_000)}`;
  const name = NAMES[at % NAMES.length] ?? 'root';
  const failure = `pam_unix(sshd:auth): authentication failure; logname= uid=0 euid=0 tty=ssh ruser= rhost=${address}`;
  if (at % 3 === 0)
    return [
      `${sshd} ${failure}  user=root`,
      `${sshd} Failed password for root from ${from} ssh2`,
      `${sshd} Received disconnect from ${from}:11: Bye Bye [preauth]`,
      `${sshd} Disconnected from authenticating user root ${from} [preauth]`,
    ];
  return [
    `${sshd} Invalid user ${name}x from ${from}`,
    `${sshd} pam_unix(sshd:auth): check pass; user unknown`,
    `${sshd} ${failure}`,
    `${sshd} Failed password for invalid user ${name}x from ${from} ssh2`,
    `${sshd} Received disconnect from ${from}:11: Bye Bye [preauth]`,
    `${sshd} Disconnected from invalid user ${name}x ${from} [preauth]`,
  ];
}

/** People at work, and cron. */
function work(at: number): readonly string[] {
  const pid = 1000 + (at % 60_000);
  return [
    `CRON[${pid}]: pam_unix(cron:session): session opened for user root(uid=0) by (uid=0)`,
    `CRON[${pid}]: pam_unix(cron:session): session closed for user root`,
    `sshd[${pid}]: Accepted publickey for admin from 192.0.2.7 port ${at % 65_536} ssh2: ED25519 SHA256:mVPwvezndPv/ARoIadVY98vAC0g+P/5633yTC4d/wXE`,
    `systemd-logind[612]: New session ${at % 10_000} of user admin.`,
    'sudo:    admin : TTY=pts/0 ; PWD=/home/admin ; USER=root ; COMMAND=/usr/bin/systemctl status nginx',
    'sudo: pam_unix(sudo:session): session opened for user root(uid=0) by admin(uid=1000)',
    'sudo: pam_unix(sudo:session): session closed for user root',
  ];
}

/** One block of lines; the stream repeats it. */
export function authLogBlock(): Buffer {
  const lines: string[] = [];
  for (let at = 0, bytes = 0; bytes < BLOCK_BYTES; at += 1) {
    for (const text of at % 8 === 7 ? work(at) : guess(at)) {
      const line = `${stamp(at / 4)} web-1 ${text}\n`;
      lines.push(line);
      bytes += line.length;
    }
  }
  return Buffer.from(lines.join(''));
}

export async function* repeated(block: Buffer, sizeBytes: number): AsyncGenerator<Uint8Array> {
  for (let done = 0; done < sizeBytes; )
    for (let at = 0; at < block.length && done < sizeBytes; at += CHUNK_BYTES) {
      const chunk = block.subarray(at, at + CHUNK_BYTES);
      done += chunk.length;
      yield chunk;
    }
}
