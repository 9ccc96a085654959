// What an upload in parts reaches against sha256sum over the same file: the very script that runs on hosts, to a store on
// loopback that throws away what comes. And what it costs the process that drives it.
import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import { cpus, loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { composeCommand, PARTS_PER_SHEET, partBytes, planUpload } from '@cordon/core/aws';
import { uploadScriptOf } from '../packages/steps-memory/src/upload/upload-parts.js';

const GIB = 2 ** 30;
const SIZE_BYTES = 4 * GIB;
const KEY = 'b'.repeat(32);
const plan = planUpload(SIZE_BYTES);

/** Counts bytes by part, and hands out sheets. */
function startStore() {
  const parts = new Map<number, number>();
  const server = createServer((request, response) => {
    const [, what, number] = (request.url ?? '').split('/');
    if (what === 'sheet') {
      const first = Number(number) * PARTS_PER_SHEET + 1;
      const last = Math.min(first + PARTS_PER_SHEET - 1, plan.parts);
      const numbers = Array.from({ length: last - first + 1 }, (_, at) => first + at);
      response.end(numbers.map((part) => `${part} http://${request.headers.host}/part/${part}\n`).join(''));
      return;
    }
    let bytes = 0;
    request.on('data', (chunk: Buffer) => {
      bytes += chunk.length;
    });
    request.on('end', () => {
      parts.set(Number(number), bytes);
      response.end();
    });
  });
  return new Promise<{ url: string; parts: Map<number, number>; close: () => void }>((resolve) => {
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      const port = typeof address === 'object' ? address?.port : 0;
      resolve({ url: `http://127.0.0.1:${port}`, parts, close: () => server.close() });
    });
  });
}

interface Taken {
  readonly seconds: number;
  /** Of all processors together, children too: what other work on the machine does not blur. */
  readonly cpuSeconds: number;
}

/** What a command takes. */
function time(command: string, environment: Readonly<Record<string, string>> = {}): Promise<Taken> {
  const began = performance.now();
  return new Promise((resolve, reject) => {
    const child = spawn('bash', ['-c', 'TIMEFORMAT="%U %S"; time bash -c "$0"', command], {
      env: { ...process.env, ...environment },
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    let said = '';
    child.stderr.on('data', (chunk) => {
      said += chunk;
    });
    child.once('error', reject);
    child.once('close', (code) => {
      if (code !== 0) reject(new Error(`exit ${code}: ${said}`));
      const [user = 0, system = 0] = (said.trim().split('\n').at(-1) ?? '').split(' ').map(Number);
      resolve({ seconds: (performance.now() - began) / 1000, cpuSeconds: user + system });
    });
  });
}

const root = mkdtempSync(join(tmpdir(), 'bench-upload-'));
const folder = join(root, `var/tmp/cordon-${KEY}`);
mkdirSync(folder, { recursive: true });
const file = join(folder, 'mem.lime');
const rate = (seconds: number) => `${Math.round(SIZE_BYTES / seconds / 1e6)} MB/s`;
const store = await startStore();
let mostRss = 0;
const watch = setInterval(() => {
  mostRss = Math.max(mostRss, process.memoryUsage().rss);
}, 100);

/** The store's own work does not count: S3 does it elsewhere. */
async function upload(): Promise<Taken> {
  let total: Taken = { seconds: 0, cpuSeconds: 0 };
  for (let sheet = 0; sheet * PARTS_PER_SHEET < plan.parts; sheet += 1) {
    const parameters = {
      directory: '/var/tmp',
      partsize: plan.partSizeBytes,
      sheet: `${store.url}/sheet/${sheet}`,
    };
    const command = composeCommand(uploadScriptOf(sheet), KEY, parameters);
    const { seconds, cpuSeconds } = await time(command, { CORDON_ROOT: root });
    total = { seconds: total.seconds + seconds, cpuSeconds: total.cpuSeconds + cpuSeconds };
  }
  return total;
}

/** In one line, and as a share of what sha256sum reaches. */
function tell(name: string, taken: Taken, sha: Taken): void {
  const cpu = (taken.cpuSeconds / (SIZE_BYTES / GIB)).toFixed(2);
  const share = Math.round((100 * sha.seconds) / taken.seconds);
  console.log(`${name}: ${rate(taken.seconds)}, ${share} % of sha256sum; ${cpu} CPU seconds a GiB`);
}

try {
  await time(`head -c ${SIZE_BYTES} /dev/urandom >'${file}'`);
  const sha = await time(`sha256sum '${file}'`);
  const alone = await upload();
  const began = performance.now();
  const [hash, put] = await Promise.all([time(`sha256sum '${file}'`), upload()]);
  const seconds = (performance.now() - began) / 1000;
  for (let part = 1; part <= plan.parts; part += 1)
    if (store.parts.get(part) !== partBytes(plan, part)) throw new Error(`part ${part} is not whole`);
  tell('sha256sum of 4 GiB', sha, sha);
  tell(`upload, ${plan.parts} parts one after the other`, alone, sha);
  const both = { seconds, cpuSeconds: hash.cpuSeconds + put.cpuSeconds };
  tell('hashed while uploaded, as on the forensic instance', both, sha);
  console.log(`driving process, most memory: ${Math.round(mostRss / 2 ** 20)} MiB (store and all)`);
  console.log(`load of the machine meanwhile: ${loadavg()[0]?.toFixed(1)} on ${cpus().length} cores`);
} finally {
  clearInterval(watch);
  store.close();
  rmSync(root, { recursive: true, force: true });
}
