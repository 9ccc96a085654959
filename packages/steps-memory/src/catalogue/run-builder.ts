import { spawn } from 'node:child_process';
import { text } from 'node:stream/consumers';

/**
 * Runs a script that builds something on this machine; what it tells on stderr is for whoever has asked for it.
 *
 * @returns what it printed
 * @throws Error where it failed
 */
export async function runBuilder(
  script: string,
  environment: Readonly<Record<'KERNEL' | 'OUT' | 'WORK', string>>,
): Promise<string> {
  const child = spawn('bash', ['-c', script], {
    env: { ...process.env, ...environment },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const ended = new Promise<number>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code) => resolve(code ?? -1));
  });
  const said = await text(child.stdout);
  const code = await ended;
  if (code !== 0) throw new Error(`building for ${environment.KERNEL} failed with ${code}`);
  return said.trim();
}
