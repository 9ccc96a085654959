import { describe, expect, it } from 'vitest';
import { decodeScripts } from '../../src/webshell/lexical/script-encode.js';

const ENCODED = '#@~^QAAAAA==@#@&/nk/bWxvJz[:bxHls+Eb{JJ@#@&RxIAAA==^#~@';

describe('encoded scripts', () => {
  it('are read as what they were', () => {
    expect(decodeScripts(`<%${ENCODED}%>`)).toBe('<%\r\nsession("AdminName")=""\r\n%>');
  });
});
