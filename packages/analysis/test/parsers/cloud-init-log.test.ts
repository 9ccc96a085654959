import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseCloudInitLog } from '../../src/parsers/cloud-init-log.js';

describe('the log of cloud-init', () => {
  it('tells which command was run', () => {
    const text = `2026-11-20 03:11:52,123 - subp.py[DEBUG]: Running command ['/bin/sh', '-c', "echo 'it\\'s' \\x41\\n", b'x'] with allowed return codes [0] (shell=False, capture=False)`;
    expect(parseCloudInitLog(text)).toMatchObject({
      atMs: Date.parse('2026-11-20T03:11:52.123Z'),
      source: 'subp.py',
      level: 'DEBUG',
      argv: ['/bin/sh', '-c', "echo 'it's' A\n", 'x'],
    });
  });

  it('has lines that run nothing, and lines that are none', () => {
    const text =
      '2026-11-20 03:11:52,123 - util.py[WARNING]: Failed running /var/lib/cloud/instance/scripts/part-001 [1]';
    expect(parseCloudInitLog(text)).toMatchObject({ level: 'WARNING', argv: undefined });
    expect(parseCloudInitLog('Cloud-init v. 22.4.2 running')).toBeUndefined();
  });

  it('takes any list without throwing, and fast', () => {
    fc.assert(
      fc.property(
        fc.array(fc.constantFrom("'", '"', '\\', 'x', 'b', ', ', '[', ']', 'n'), { maxLength: 2000 }),
        (pieces) => {
          const text = `2026-11-20 03:11:52,123 - subp.py[DEBUG]: Running command [${pieces.join('')}] with allowed return codes [0]`;
          for (const word of parseCloudInitLog(text)?.argv ?? [])
            expect(word.length).toBeLessThanOrEqual(text.length);
        },
      ),
    );
  });
});
