import type { WireError } from './protocol.js';

export function toWireError(thrown: unknown): WireError {
  if (!(thrown instanceof Error)) return { message: String(thrown), fields: {} };
  // JSON drops what cannot travel: functions, sockets' methods.
  const fields: Record<string, unknown> = JSON.parse(JSON.stringify({ ...thrown, name: thrown.name }));
  return { message: thrown.message, fields };
}

export function fromWireError({ message, fields }: WireError): Error {
  return Object.assign(new Error(message), fields);
}
