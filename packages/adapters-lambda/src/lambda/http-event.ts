import * as v from 'valibot';

/** Format 2.0 of function URLs and HTTP APIs, as far as we read it. */
const HttpEventSchema = v.object({
  requestContext: v.object({ http: v.object({ method: v.string() }) }),
  rawQueryString: v.optional(v.string(), ''),
  headers: v.optional(v.record(v.string(), v.string()), {}),
  body: v.optional(v.string(), ''),
  isBase64Encoded: v.optional(v.boolean(), false),
});

export interface HttpRequest {
  readonly method: string;
  readonly query: URLSearchParams;
  /** Names in small letters. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

export interface HttpAnswer {
  readonly statusCode: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** The request in the event; undefined when it is none. */
export function readHttpEvent(event: unknown): HttpRequest | undefined {
  const parsed = v.safeParse(HttpEventSchema, event);
  if (!parsed.success) return undefined;
  const { requestContext, rawQueryString, headers, body, isBase64Encoded } = parsed.output;
  return {
    method: requestContext.http.method,
    query: new URLSearchParams(rawQueryString),
    headers: Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value])),
    body: isBase64Encoded ? Buffer.from(body, 'base64').toString('utf8') : body,
  };
}

const ESCAPES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

export function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => ESCAPES[character] ?? '');
}

/** A page without scripts, that nobody keeps, frames or refers from: its address is a key. */
export function page(statusCode: number, title: string, content: string): HttpAnswer {
  const html = `<!doctype html><html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>${escapeHtml(title)}</title><body style="font: 16px/1.5 sans-serif; max-width: 40rem; margin: 3rem auto"><h1>${escapeHtml(title)}</h1>${content}</body></html>`;
  return {
    statusCode,
    headers: {
      'content-type': 'text/html; charset=utf-8',
      'cache-control': 'no-store',
      'referrer-policy': 'no-referrer',
      'x-content-type-options': 'nosniff',
      'content-security-policy':
        "default-src 'none'; style-src 'unsafe-inline'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'",
    },
    body: html,
  };
}

export function plain(statusCode: number, text: string): HttpAnswer {
  return {
    statusCode,
    headers: { 'content-type': 'text/plain; charset=utf-8', 'cache-control': 'no-store' },
    body: text,
  };
}
