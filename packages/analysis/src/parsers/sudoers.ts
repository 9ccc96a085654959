/** A rule that lets somebody run commands as others. */
export interface SudoersRule {
  /** `deploy`, `%sudo`, `#1001`, `ALL`. */
  readonly who: string;
  readonly noPassword: boolean;
  readonly commands: string;
  /** Any command as root. */
  readonly everything: boolean;
}

/** Parses one line; undefined for comments, Defaults, aliases and includes. */
export function parseSudoers(text: string): SudoersRule | undefined {
  const line = text.trim();
  if (line === '' || (line.startsWith('#') && !/^#\d/.test(line)) || line.startsWith('@')) return undefined;
  if (/^(?:Defaults|(?:User|Runas|Host|Cmnd|Cmd)_Alias)\b/.test(line)) return undefined;
  const equals = line.indexOf('=');
  const who = /^\S{1,256}/.exec(line)?.[0];
  if (equals < 0 || who === undefined || equals < who.length) return undefined;
  const right = line.slice(equals + 1).trim();
  const commands = right.replace(/^\([^)]{0,256}\)/, '').trim();
  const bare = commands.replace(/(?:NO)?[A-Z_]{3,20}:\s*/g, '').trim();
  return {
    who,
    noPassword: /\bNOPASSWD:/.test(commands),
    commands,
    everything: /(?:^|,\s*)ALL(?:\s*,|$)/.test(bare),
  };
}
