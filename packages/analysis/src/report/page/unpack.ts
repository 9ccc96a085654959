import type { PageData } from '../page-data.js';
import { Events } from './events.js';

/** The data of the page's own element: JSON, or JSON packed with gzip and written as base64. */
export async function unpack(element: HTMLScriptElement): Promise<Events> {
  const text = element.textContent ?? '';
  const json = element.type === 'application/gzip' ? await inflate(text) : text;
  element.remove();
  // Written by this package's own timeline section, in the same file.
  return new Events(JSON.parse(json) as PageData);
}

async function inflate(base64: string): Promise<string> {
  const binary = atob(base64);
  const bytes = new Uint8Array(binary.length);
  for (let index = 0; index < binary.length; index += 1) bytes[index] = binary.charCodeAt(index);
  const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream('gzip'));
  return new Response(stream).text();
}
