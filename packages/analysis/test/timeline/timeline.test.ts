import { describe, expect, it } from 'vitest';
import { bodyfileLine, modeText } from '../../src/timeline/bodyfile.js';
import { sortEvents, timesketchLine } from '../../src/timeline/timesketch.js';

describe('the timeline for Timesketch', () => {
  it('has what an import demands', () => {
    const line = timesketchLine({
      at: '2026-11-20T03:11:52.250Z',
      what: 'Login',
      message: 'deploy logged in\nas root',
      kind: 'ssh.stolen-login',
      entity: 'user:deploy',
      source: { artifact: 'disk/a', path: 'fs/var/log/auth.log', line: 7 },
    });
    expect(line.indexOf('\n')).toBe(line.length - 1);
    expect(JSON.parse(line)).toEqual({
      message: 'deploy logged in\nas root',
      datetime: '2026-11-20T03:11:52.250Z',
      timestamp: 1795144312250000,
      timestamp_desc: 'Login',
      kind: 'ssh.stolen-login',
      entity: 'user:deploy',
      artifact: 'disk/a',
      path: 'fs/var/log/auth.log',
      line: 7,
    });
  });

  it('is in order, and keeps the order of one moment', () => {
    const events = [
      { at: 'b', n: 1 },
      { at: 'a', n: 2 },
      { at: 'b', n: 3 },
    ];
    expect(sortEvents(events).map(({ n }) => n)).toEqual([2, 1, 3]);
  });
});

describe('the bodyfile', () => {
  it('has eleven fields whatever the name is', () => {
    const line = bodyfileLine({
      path: '/tmp/a|b\nc',
      type: 'file',
      mode: 0o4755,
      uid: 0,
      sizeBytes: 9,
      mtime: 1.5,
      ctime: 2,
    });
    expect(line).toBe('0|/tmp/a%7cb\\x0ac|0|r/rrwsr-xr-x|0|0|9|0|1|2|0\n');
  });

  it.each([
    ['directory', 0o1777, 'd/drwxrwxrwt'],
    ['file', 0o2644, 'r/rrw-r-Sr--'],
    ['symlink', 0o777, 'l/lrwxrwxrwx'],
  ] as const)('writes the mode of a %s as fls does', (type, mode, text) => {
    expect(modeText(type, mode)).toBe(text);
  });
});
