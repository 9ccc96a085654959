import type { SQSClient } from '@aws-sdk/client-sqs';
import { health } from './health.ts';
import { listen } from './http-server.ts';
import { Incidents, type IncidentsOptions } from './incidents.ts';
import { QueueSource } from './queue-source.ts';
import { webhook } from './webhook.ts';

export interface ServiceOptions extends IncidentsOptions {
  readonly http: { readonly host: string; readonly port: number };
  /** Findings from SQS. */
  readonly queue?: { readonly sqs: SQSClient; readonly url: string };
  /** Findings by `POST /findings`, signed with one of these. */
  readonly webhookSecrets?: readonly string[];
}

export interface Service {
  readonly url: string;
  readonly incidents: Incidents;
  /** Takes nothing new, leaves every incident open where it is, and resolves when nothing runs any more. */
  stop(): Promise<void>;
}

/** Starts the service: first with what an earlier process left, then with what comes. */
export async function startService(options: ServiceOptions): Promise<Service> {
  const { http, log, webhookSecrets = [], environment } = options;
  const { clock } = environment;
  const incidents = new Incidents(options);
  const queue =
    options.queue === undefined ? undefined : new QueueSource({ ...options.queue, incidents, clock, log });
  const resumed = await incidents.resume();
  const server = await listen({
    ...http,
    routes: {
      'GET /health': health({ incidents, queue, startedAt: clock.now(), clock }),
      ...(webhookSecrets.length === 0
        ? {}
        : { 'POST /findings': webhook({ secrets: webhookSecrets, incidents, clock, log }) }),
    },
    onTrouble: (error) => log.error({ error: String(error) }, 'REQUEST_FAILED'),
  });
  const polling = queue?.run();
  log.info({ url: server.url, resumed }, 'STARTED');
  return {
    url: server.url,
    incidents,
    async stop() {
      await Promise.all([incidents.stop(), polling, server.close()]);
      log.info({}, 'STOPPED');
    },
  };
}
