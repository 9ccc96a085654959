import type { Socket } from 'node:net';
import { connectTo, onLines } from './framed-socket.js';

interface Message {
  readonly QMP?: unknown;
  readonly event?: string;
  readonly data?: { readonly device?: string };
  readonly return?: unknown;
  readonly error?: { readonly desc: string };
}

/** The monitor of a running QEMU: https://www.qemu.org/docs/master/interop/qmp-spec.html */
export class Qmp {
  readonly #socket: Socket;
  readonly #waiting: ((message: Message) => void)[] = [];
  readonly #deleted = new Map<string, () => void>();

  private constructor(socket: Socket) {
    this.#socket = socket;
    onLines(socket, (line) => this.#take(JSON.parse(line.toString()) as Message));
    socket.once('close', () => {
      for (const waiting of this.#waiting.splice(0)) waiting({ error: { desc: 'QEMU has ended' } });
    });
  }

  static async connect(socketPath: string): Promise<Qmp> {
    const qmp = new Qmp(await connectTo(socketPath));
    await qmp.execute('qmp_capabilities');
    return qmp;
  }

  /** @throws Error with QEMU's own words */
  async execute(command: string, parameters: object = {}): Promise<unknown> {
    const message = await new Promise<Message>((resolve) => {
      this.#waiting.push(resolve);
      this.#socket.write(`${JSON.stringify({ execute: command, arguments: parameters })}\n`);
    });
    if (message.error !== undefined) throw new Error(`${command}: ${message.error.desc}`);
    return message.return;
  }

  /** Takes a device out; resolves when the guest has let go of it. */
  async unplug(device: string): Promise<void> {
    const gone = new Promise<void>((resolve) => this.#deleted.set(device, resolve));
    await this.execute('device_del', { id: device });
    await gone;
  }

  close(): void {
    this.#socket.destroy();
  }

  #take(message: Message): void {
    if (message.QMP !== undefined) return;
    if (message.event === undefined) this.#waiting.shift()?.(message);
    else if (message.event === 'DEVICE_DELETED') this.#deleted.get(message.data?.device ?? '')?.();
  }
}
