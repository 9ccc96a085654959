import type { Examples } from './command-examples.js';

export const SHELL_ESCAPES: Examples = {
  shell_out_of_interpreter: {
    hits: [
      `awk 'BEGIN {system("/bin/sh")}'`,
      `python3 -c 'import os; os.system("/bin/sh")'`,
      `perl -e 'exec "/bin/sh";'`,
    ],
    misses: [`awk '{system("date")}'`, "perl -pe 's/a/b/'"],
  },
  shell_out_of_tool: {
    hits: [
      'find . -exec /bin/sh \\; -quit',
      "vim -c ':!/bin/sh'",
      'tar cf /dev/null x --checkpoint=1 --checkpoint-action=exec=/bin/sh',
      'sudo env /bin/sh',
    ],
    misses: ['find . -exec sh -c \'echo "$1"\' _ {} \\;', 'vim x', 'tar --use-compress-program=pigz -cf a b'],
  },
  set_user_then_shell: {
    hits: [`python -c 'import os; os.setuid(0); os.system("/bin/sh")'`, './bash -p'],
    misses: ['bash -c id'],
  },
  shell_with_terminal: {
    hits: ["watch 'reset; exec /bin/sh 1>&0 2>&0'", "x -c '/bin/sh </dev/tty >/dev/tty'"],
    misses: ['sh build.sh > log 2>&1'],
  },
  shell_by_prompt: {
    hits: ['less /etc/hosts\n!/bin/sh', "dc -e '!/bin/sh'", "tex --shell-escape '\\write18{/bin/sh}'"],
    misses: ['#!/bin/sh', 'echo hi!'],
  },
  shell_as_argument: {
    hits: ['doas -u root /bin/sh', 'nsenter /bin/sh', 'npm exec /bin/sh'],
    misses: [
      'sudo /bin/bash',
      '/usr/bin/tini -- /bin/sh',
      'ls -l /bin/sh',
      'chsh -s /bin/bash',
      'useradd -s /bin/bash',
    ],
  },
  shell_in_options: {
    hits: ['tool --pager=/bin/sh x', `x --eval 'run("/bin/sh")'`],
    misses: ['tool --shell-completion zshx', 'chsh'],
  },
};
