import { hash } from 'node:crypto';
import canonicalize from 'canonicalize';

/** Canonical JSON (RFC 8785): one value has one text, so that a hash over it means something. */
export function canonicalJson(value: unknown): string {
  const text = canonicalize(value);
  if (text === undefined) throw new TypeError('This is not a JSON value.');
  return text;
}

/** 64 hex digits over the UTF-8 bytes of `text`. */
export function sha256(text: string): string {
  return hash('sha256', text, 'hex');
}

/** `JSON.stringify` writes half a surrogate pair as an escape; RFC 8785 refuses it. */
const LONE_SURROGATE = /\\ud[89a-f]/i;

function wellFormed(_key: string, value: unknown): unknown {
  if (typeof value === 'string') return value.toWellFormed();
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, part]) => [key.toWellFormed(), part]));
}

/**
 * A copy that holds nothing but JSON, as a later process will read it back. Half characters in an intruder's text
 * become U+FFFD: they must not be able to stop the record.
 */
export function plainJson<T>(value: T): T {
  const text = JSON.stringify(value);
  const safe = LONE_SURROGATE.test(text) ? JSON.stringify(value, wellFormed) : text;
  // The same value without what JSON cannot hold; entries hold nothing else.
  return JSON.parse(safe) as T;
}
