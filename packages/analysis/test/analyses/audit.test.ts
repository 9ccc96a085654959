import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { resultsOf, told } from './run.js';

const LOG = readFileSync(new URL('../parsers/fixtures/audit.log', import.meta.url));
const path = 'fs/var/log/audit/audit.log';

describe('the analysis of the audit log', () => {
  it('tells what was started by whom, and that the log was switched off', async () => {
    const { bad, events } = await resultsOf({ [path]: LOG });
    expect(told(bad).toSorted()).toEqual(
      [
        `log.audit-command user:www-data ${path}:3`,
        `log.audit-web-account user:www-data ${path}:3`,
        `log.audit-scratch-program user:uid 1001 ${path}:12`,
        `log.audit-switched-off user:deploy ${path}:17`,
      ].toSorted(),
    );
    expect(events.map(({ kind }) => kind)).toContain('audit.add_user');
  });

  it('says nothing of what admins do all day', async () => {
    const quiet = LOG.toString('utf8')
      .split('\n')
      .filter((line) => /:(?:1|2|102)\)/.test(line));
    const { bad } = await resultsOf({ [path]: `${quiet.join('\n')}\n` });
    expect(bad).toEqual([]);
  });

  it('tells a command once, however often it was run', async () => {
    const again = Array.from({ length: 50 }, (_, index) =>
      LOG.toString('utf8').replaceAll(':101)', `:${index + 1000})`),
    );
    const { bad } = await resultsOf({ [path]: again.join('\n') });
    expect(bad.filter(({ rule }) => rule === 'log.audit-command')).toHaveLength(1);
  });
});
