import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { embeddedJson, escapeHtml, html } from '../../src/report/html.js';

describe('markup', () => {
  it('takes what is put in for text, unless it is markup of its own', () => {
    const inner = html`<b>${'<i>'}</b>`;
    expect(html`<p title="${'"x"'}">${inner}${[1, ' & ', undefined, false]}</p>`.markup).toBe(
      '<p title="&quot;x&quot;"><b>&lt;i&gt;</b>1 &amp; </p>',
    );
  });

  it('lets no text be markup, leave an attribute, or turn the page', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        const escaped = escapeHtml(text);
        expect(escaped).not.toMatch(/[<>"'`]/);
        expect(escaped.replace(/&(?:amp|lt|gt|quot|#39|#96);/g, '')).not.toContain('&');
        // biome-ignore lint/suspicious/noControlCharactersInRegex: they must not be there
        expect(escaped).not.toMatch(/[\u0000-\u0008\u007f-\u009f\u202a-\u202e]/);
      }),
    );
  });

  it('embeds data that cannot close its element, and comes back as it was', () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.constantFrom('</script>', '<!--', ']]>', '\u2028'), (value, hostile) => {
        const { markup } = embeddedJson([value, hostile]);
        expect(markup).not.toMatch(/[<>&\u2028]/);
        expect(JSON.parse(markup)).toEqual(JSON.parse(JSON.stringify([value, hostile])));
      }),
    );
  });
});
