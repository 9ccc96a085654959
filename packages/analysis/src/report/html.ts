import { withoutSecrets } from './secrets.js';

/** Markup that may go into the page as it is. Everything else is text. */
export class Html {
  constructor(readonly markup: string) {}
}

type Content = Html | string | number | undefined | false | readonly Content[];

const ENTITIES: { readonly [character: string]: string } = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
  '`': '&#96;',
};

// C0 and C1 controls but tab and newline: not allowed in HTML, and terminals act on them.
// biome-ignore lint/suspicious/noControlCharactersInRegex: finding them is the purpose
const CONTROL = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/g;

/** Text for the page: nothing in it is markup, is a secret, or can turn the direction of the page. */
export function escapeHtml(text: string): string {
  return pageText(text).replace(/[&<>"'`]/g, (character) => ENTITIES[character] ?? '');
}

/** Leaves secrets out and shows what cannot be seen: for text that a script puts into the page. */
export function pageText(text: string): string {
  return withoutSecrets(text).replace(
    CONTROL,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}

/**
 * Builds markup: what stands in the template is markup, what is put in is text unless it is `Html`. Values belong
 * between tags or inside quoted attributes; never into URLs, styles or scripts.
 */
export function html(parts: TemplateStringsArray, ...values: readonly Content[]): Html {
  return new Html(
    parts.map((part, index) => part + (index < values.length ? render(values[index]) : '')).join(''),
  );
}

function render(content: Content): string {
  if (content === undefined || content === false) return '';
  if (content instanceof Html) return content.markup;
  return typeof content === 'object' ? content.map(render).join('') : escapeHtml(String(content));
}

/** JSON inside a script element that is no script: `<` cannot close it. */
export function embeddedJson(value: unknown): Html {
  const json = JSON.stringify(value).replace(/[<>&\u2028\u2029]/g, (character) => {
    return `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
  });
  return new Html(json);
}
