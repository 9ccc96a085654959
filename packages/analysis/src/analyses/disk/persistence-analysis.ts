import { CommandJudge } from '../../commands/command-judge.js';
import type { Analysis } from '../../engine/analysis.js';
import { Reporter } from '../../engine/reporter.js';
import { visitAccounts } from './accounts.js';
import { Capabilities } from './capabilities.js';
import { visitHook } from './hooks.js';
import { AuthorizedKeys } from './keys.js';
import { visitPreload } from './preload.js';
import { visitSchedule } from './schedules.js';
import { visitUnit } from './units.js';

/** What survives a reboot or lets somebody back in: schedules, units, preloads, accounts, keys, capabilities. */
export function persistenceAnalysis(commands: CommandJudge = new CommandJudge()): Analysis {
  return {
    id: 'persistence',
    begin(context, output) {
      const reporter = new Reporter(context, output);
      const keys = new AuthorizedKeys(reporter);
      const capabilities = new Capabilities(reporter);
      return {
        visit: (file) =>
          capabilities.visit(file) ??
          visitSchedule(file, reporter, commands) ??
          visitUnit(file, reporter, commands) ??
          visitHook(file, reporter, commands) ??
          visitPreload(file, reporter) ??
          visitAccounts(file, reporter) ??
          keys.visit(file),
        finish: (seen) => keys.finish(seen),
      };
    },
  };
}
