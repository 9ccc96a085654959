import { createServer, type Server, type Socket } from 'node:net';
import type { SimulatedWorld } from '@cordon/testkit';
import { addGuestRoute, type GuestRoute } from '@cordon/testkit/guest';

const ADDRESS = '203.0.113.66';
/** A neighbour in the VPC through which he comes, too. */
const NEIGHBOUR = '10.20.1.99';
const SHELL_PORT = 4444;
const POOL_PORT = 3333;
const COMMAND_EVERY_MS = 300;

function listen(server: Server): Promise<number> {
  return new Promise((resolve) => {
    // A TCP server's address is never a pipe's name.
    server.listen(0, '127.0.0.1', () => resolve((server.address() as { readonly port: number }).port));
  });
}

/** The intruder's machine outside: it types commands into reverse shells, and counts what comes back. */
export class Controller {
  readonly #sockets = new Set<Socket>();
  #shellPort = 0;
  #answers = 0;
  #shares = 0;

  static async start(world: SimulatedWorld): Promise<Controller> {
    const controller = new Controller();
    const shell = createServer((socket) => controller.#type(socket));
    const pool = createServer((socket) => controller.#collect(socket));
    const [shellPort, poolPort] = await Promise.all([listen(shell), listen(pool)]);
    controller.#shellPort = shellPort;
    addGuestRoute(world, { address: ADDRESS, port: SHELL_PORT, loopbackPort: shellPort });
    controller.alsoAt(world, { address: NEIGHBOUR, path: 'vpc' });
    addGuestRoute(world, { address: ADDRESS, port: POOL_PORT, loopbackPort: poolPort });
    world.onDispose(() => {
      for (const socket of controller.#sockets) socket.destroy();
      shell.close();
      pool.close();
    });
    return controller;
  }

  /** Another way to him, over which he is another address. */
  alsoAt(world: SimulatedWorld, { address, path }: Pick<GuestRoute, 'address' | 'path'>): void {
    const way = { address, port: SHELL_PORT, loopbackPort: this.#shellPort };
    addGuestRoute(world, path === undefined ? way : { ...way, path });
  }

  /** Commands that a reverse shell has answered so far. */
  get answers(): number {
    return this.#answers;
  }

  /** What the miner has sent so far. */
  get shares(): number {
    return this.#shares;
  }

  #keep(socket: Socket): void {
    this.#sockets.add(socket);
    socket.on('error', () => socket.destroy());
    socket.once('close', () => this.#sockets.delete(socket));
  }

  #type(socket: Socket): void {
    this.#keep(socket);
    const timer = setInterval(() => socket.write('echo answer:$?\n'), COMMAND_EVERY_MS);
    socket.once('close', () => clearInterval(timer));
    socket.on('data', (chunk) => {
      this.#answers += chunk.toString().match(/^answer:\d/gm)?.length ?? 0;
    });
  }

  #collect(socket: Socket): void {
    this.#keep(socket);
    socket.on('data', (chunk) => {
      this.#shares += chunk.toString().split('\n').length - 1;
    });
  }
}
