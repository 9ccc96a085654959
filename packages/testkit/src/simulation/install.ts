import { interceptClient } from './dispatcher.js';
import { overhear } from './overheard.js';
import type { SimulatedService } from './service.js';
import { SERVICES } from './services.js';

const installed = new Map<string, SimulatedService>();

/** Adds a service for the whole process; a second registration of the same one changes nothing. */
export function registerService(service: SimulatedService): void {
  if (installed.has(service.id)) return;
  installed.set(service.id, service);
  interceptClient(service);
}

/** @internal by `createWorld` */
export function installServices(): void {
  overhear();
  for (const service of SERVICES) registerService(service);
}
