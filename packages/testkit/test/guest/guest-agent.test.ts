import { spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { AgentLost, GuestAgent } from '../../src/guest/guest-agent.js';

interface Request {
  readonly execute: string;
  readonly arguments: {
    readonly id?: number;
    readonly pid?: number;
    readonly path?: string;
    readonly arg?: string[];
  } & { readonly 'input-data'?: string };
}

interface Running {
  exited: boolean;
  exitcode?: number;
  signal?: number;
  out: string;
}

/** The protocol of QEMU's guest agent over this machine's processes. */
class AgentOnLoopback {
  /** Requests that it does not hear at first: it is still booting. */
  deafTo = 0;
  /** From then on it hears nothing any more. */
  dead = false;
  readonly #running = new Map<number, Running>();

  serve(socket: Socket): void {
    // What an earlier session has left in the line.
    socket.write('{"return": {"stale": true}}\n{"return": 1');
    let rest = '';
    socket.on('data', (chunk) => {
      const lines = `${rest}${chunk.toString('latin1')}`.split('\n');
      rest = lines.pop() ?? '';
      for (const line of lines) {
        const text = line.slice(line.lastIndexOf('\xff') + 1);
        if (text !== '') this.#hear(JSON.parse(text) as Request, socket);
      }
    });
  }

  #hear(request: Request, socket: Socket): void {
    if (this.dead) return;
    if (this.deafTo > 0) {
      this.deafTo -= 1;
      return;
    }
    if (request.execute === 'guest-sync-delimited') {
      socket.write(Buffer.from([0xff]));
      socket.write(`${JSON.stringify({ return: request.arguments.id })}\n`);
      return;
    }
    socket.write(`${JSON.stringify(this.#answer(request))}\n`);
  }

  #answer({ execute, arguments: given }: Request): object {
    if (execute === 'guest-exec') return { return: { pid: this.#start(given) } };
    if (execute !== 'guest-exec-status') {
      return { error: { class: 'CommandNotFound', desc: `The command ${execute} has not been found` } };
    }
    const { out = '', ...status } = this.#running.get(given.pid ?? 0) ?? { exited: true };
    return { return: { ...status, 'out-data': Buffer.from(out).toString('base64') } };
  }

  #start(given: Request['arguments']): number {
    const child = spawn(given.path ?? '', given.arg ?? [], { detached: true });
    const running: Running = { exited: false, out: '' };
    child.stdout.on('data', (chunk) => {
      running.out += chunk;
    });
    child.once('close', (code) => {
      running.exited = true;
      if (code === null) running.signal = 9;
      else running.exitcode = code;
    });
    // A script may end, or be killed, before it has read what it was given.
    child.stdin.on('error', () => undefined);
    child.stdin.end(Buffer.from(given['input-data'] ?? '', 'base64'));
    this.#running.set(child.pid ?? 0, running);
    return child.pid ?? 0;
  }
}

async function agentOnLoopback(agent = new AgentOnLoopback()) {
  const folder = await mkdtemp(join(tmpdir(), 'cordon-agent-'));
  const server = createServer((socket) => agent.serve(socket));
  const path = join(folder, 'agent');
  await new Promise<void>((resolve) => server.listen(path, resolve));
  onTestFinished(async () => {
    server.close();
    await rm(folder, { recursive: true });
  });
  return path;
}

describe('the client of the guest agent', () => {
  it('drops what lay in the line, and waits until somebody answers', async () => {
    const behind = new AgentOnLoopback();
    behind.deafTo = 1;
    const agent = await GuestAgent.reach(await agentOnLoopback(behind));
    onTestFinished(() => agent.close());
    const { exitCode, stdout } = await agent.run('read -r line < /dev/null; echo "$((6 * 7))"; exit 65');
    expect({ exitCode, stdout }).toEqual({ exitCode: 65, stdout: '42\n' });
  });

  it('runs several scripts at once, each with its own end', async () => {
    const agent = await GuestAgent.reach(await agentOnLoopback());
    onTestFinished(() => agent.close());
    const ends = await Promise.all(['a', 'b', 'c'].map((name) => agent.run(`echo ${name}`)));
    expect(ends.map(({ stdout }) => stdout)).toEqual(['a\n', 'b\n', 'c\n']);
  });

  it('kills what it no longer waits for', async () => {
    const agent = await GuestAgent.reach(await agentOnLoopback());
    onTestFinished(() => agent.close());
    const over = new AbortController();
    const running = agent.run('sleep 600', { signal: over.signal });
    over.abort(new Error('cancelled'));
    await expect(running).rejects.toThrow('cancelled');
  });

  it("tells the agent's own words when it refuses", async () => {
    const agent = await GuestAgent.reach(await agentOnLoopback());
    onTestFinished(() => agent.close());
    await expect(agent.call('guest-fly')).rejects.toThrow('guest-fly has not been found');
    expect(agent.alive).toBe(true);
  });

  it('is lost when the agent no longer answers', async () => {
    const behind = new AgentOnLoopback();
    const agent = await GuestAgent.reach(await agentOnLoopback(behind), { answerMs: 50 });
    onTestFinished(() => agent.close());
    behind.dead = true;
    await expect(agent.run('true')).rejects.toThrow(AgentLost);
    expect(agent.alive).toBe(false);
  });

  it('is lost when nobody ever answers', async () => {
    const behind = new AgentOnLoopback();
    behind.dead = true;
    await expect(GuestAgent.reach(await agentOnLoopback(behind), { bootMs: 10 })).rejects.toThrow(AgentLost);
  });
});
