import { LineSplitter } from '../../../src/engine/line-splitter.js';
import { LineTimes } from '../../../src/parsers/line-times.js';
import { PieceTexts, SshAttempts } from '../../../src/parsers/sshd-attempts.js';
import { SyslogHeads } from '../../../src/parsers/syslog-heads.js';
import { InterestIndex } from '../../../src/parsers/syslog-interest.js';
import { type FuzzTarget, NOT_AFTER } from '../fuzz-target.js';
import { SYSLOG } from '../seeds.js';

/** What reads the same lines before anything is decoded. */
export const targets: readonly FuzzTarget[] = [
  {
    name: 'syslog, in its bytes',
    seed: () => Buffer.from(SYSLOG),
    run(bytes) {
      const options = { notAfterMs: NOT_AFTER, timeZone: 'Europe/Berlin' };
      const heads = new SyslogHeads(new InterestIndex([{ interest: { sshd: 'FAICm', sudo: '' } }]), options);
      const times = new LineTimes(options);
      const attempts = new SshAttempts();
      const texts = new PieceTexts();
      const splitter = new LineSplitter((line) => {
        times.read(line);
        if (heads.read(line) !== 'wanted') return;
        if (attempts.read(line, heads.messageAt)) texts.of(line, attempts.userAt, attempts.userEnd);
        heads.record(line);
      });
      for (let at = 0; at < bytes.length; at += 100) splitter.push(bytes.subarray(at, at + 100));
      splitter.end();
    },
  },
];
