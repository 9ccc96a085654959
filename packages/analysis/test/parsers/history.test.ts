import { describe, expect, it } from 'vitest';
import { historyParser, historyShell } from '../../src/parsers/history.js';

describe('histories', () => {
  const read = (shell: 'bash' | 'zsh' | 'fish', text: string) => {
    const parser = historyParser(shell);
    return text.split('\n').flatMap((line, index) => parser.parse(line, index + 1) ?? []);
  };

  it('knows them by name', () => {
    expect(historyShell('/root/.bash_history')).toBe('bash');
    expect(historyShell('/home/a/.zsh_history')).toBe('zsh');
    expect(historyShell('/home/a/.local/share/fish/fish_history')).toBe('fish');
    expect(historyShell('/home/a/notes')).toBeUndefined();
  });

  it('reads times where the shell kept them', () => {
    expect(read('bash', 'id\n#1763608312\nls -l\n# a comment')).toEqual([
      { line: 1, command: 'id' },
      { line: 3, command: 'ls -l', at: 1763608312 },
      { line: 4, command: '# a comment' },
    ]);
    expect(read('zsh', ': 1763608312:0;make; make install\nplain')).toEqual([
      { line: 1, command: 'make; make install', at: 1763608312 },
      { line: 2, command: 'plain' },
    ]);
    expect(
      read('fish', '- cmd: ls\n  when: 1763608312\n- cmd: pwd\n  paths:\n- cmd: id\n  when: 1763608313'),
    ).toEqual([
      { line: 1, command: 'ls', at: 1763608312 },
      { line: 3, command: 'pwd' },
      { line: 5, command: 'id', at: 1763608313 },
    ]);
  });
});
