import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A request as AWS gets it on the wire. */
export interface Received {
  readonly method: string;
  readonly path: string;
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
  /** The operation: of the form (EC2, STS), or of the target header (SSM). */
  readonly action: string;
  readonly form: URLSearchParams;
  /** Access key id in the signature. */
  readonly accessKey: string;
}

export interface Answer {
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}

/** `cut`: the connection breaks after the request was read; `hang`: no answer ever. */
export type Behaviour = Answer | 'cut' | 'hang';

export interface AwsServer {
  readonly endpoint: string;
  readonly received: readonly Received[];
  /** Requests whose client hung up before an answer. */
  readonly abandoned: () => number;
  close(): Promise<void>;
}

async function read(request: IncomingMessage): Promise<Received> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer); // no encoding is set: buffers
  const body = Buffer.concat(chunks).toString();
  const form = new URLSearchParams(body);
  const target = request.headers['x-amz-target'];
  const authorization = request.headers.authorization ?? '';
  return {
    method: request.method ?? '',
    path: request.url ?? '',
    headers: request.headers,
    body,
    form,
    action: form.get('Action') ?? (typeof target === 'string' ? (target.split('.').at(-1) ?? '') : ''),
    accessKey: /Credential=([^/]+)/.exec(authorization)?.[1] ?? '',
  };
}

function reply(response: ServerResponse, behaviour: Behaviour): void {
  if (behaviour === 'hang') return;
  if (behaviour === 'cut') {
    response.destroy();
    return;
  }
  response.writeHead(behaviour.status ?? 200, { 'x-amzn-requestid': 'req-1', ...behaviour.headers });
  response.end(behaviour.body ?? '');
}

/** An HTTP server on loopback that speaks as much of AWS's wire protocols as `answer` gives it. */
export async function awsServer(
  answer: (request: Received, earlier: number) => Behaviour,
): Promise<AwsServer> {
  const received: Received[] = [];
  let abandoned = 0;
  const server: Server = createServer((request, response) => {
    void read(request).then((got) => {
      const earlier = received.filter(({ action }) => action === got.action).length;
      received.push(got);
      response.on('close', () => {
        if (!response.writableEnded) abandoned += 1;
      });
      reply(response, answer(got, earlier));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo; // it listens on TCP
  return {
    endpoint: `http://127.0.0.1:${port}`,
    received,
    abandoned: () => abandoned,
    close: () =>
      new Promise((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  };
}

export function ec2Error(code: string, status = 400): Answer {
  return {
    status,
    body: `<?xml version="1.0"?><Response><Errors><Error><Code>${code}</Code><Message>no: ${code}</Message></Error></Errors><RequestID>req-1</RequestID></Response>`,
  };
}

export function ssmError(code: string, status = 400): Answer {
  return { status, headers: { 'x-amzn-errortype': code }, body: JSON.stringify({ message: `no: ${code}` }) };
}

export function json(value: unknown): Answer {
  return { headers: { 'content-type': 'application/x-amz-json-1.1' }, body: JSON.stringify(value) };
}
