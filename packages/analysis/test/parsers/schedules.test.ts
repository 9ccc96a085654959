import { describe, expect, it } from 'vitest';
import { parseCronLog } from '../../src/parsers/cron-log.js';
import { parseCrontab } from '../../src/parsers/crontab.js';
import { UnitParser } from '../../src/parsers/systemd-unit.js';

describe('schedules', () => {
  it('reads jobs of both shapes', () => {
    expect(parseCrontab('*/10 * * * *\troot  /bin/x --y', { hasUser: 'yes' })).toEqual({
      schedule: '*/10 * * * *',
      user: 'root',
      command: '/bin/x --y',
    });
    expect(parseCrontab('@reboot /bin/x', { hasUser: 'no' })).toMatchObject({
      schedule: '@reboot',
      command: '/bin/x',
    });
    expect(parseCrontab('0 4 * JAN-MAR MON echo hi', { hasUser: 'no' })).toMatchObject({
      command: 'echo hi',
    });
    for (const line of ['# x', '', 'PATH=/bin', '* * * *', 'SHELL=/bin/sh'])
      expect(parseCrontab(line, { hasUser: 'no' })).toBeUndefined();
  });

  it('reads what cron says it ran', () => {
    expect(parseCronLog('(root) CMD (/bin/x (y))')).toEqual({ user: 'root', command: '/bin/x (y)' });
    expect(parseCronLog('(CRON) info (No MTA installed)')).toBeUndefined();
  });
});

describe('unit files', () => {
  it('joins lines and skips comments', () => {
    const parser = new UnitParser();
    const text = '[Service]\n# ExecStart=/old\nExecStart=/bin/a \\\n; comment\n  --b\nRestart = always';
    const settings = text.split('\n').flatMap((line, index) => parser.parse(line, index + 1) ?? []);
    expect(settings).toEqual([
      { section: 'Service', key: 'ExecStart', value: '/bin/a  --b', line: 3 },
      { section: 'Service', key: 'Restart', value: 'always', line: 6 },
    ]);
  });
});
