import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { assertIncidentId, decodeName, encodeName, runLedgerOf, runOf } from '../../src/journal/names.js';

describe('ledger names', () => {
  it('reads well for the names that Cordon uses', () => {
    expect(encodeName('disk.snapshots')).toBe('disk.snapshots');
    expect(encodeName('release-1/disk.snapshots')).toBe('release-1~disk.snapshots');
  });

  it('keeps every name apart, is safe as a file name anywhere, and comes back', () => {
    const name = fc.string({ unit: 'grapheme-ascii', minLength: 1, maxLength: 20 });
    fc.assert(
      fc.property(name, (original) => {
        const encoded = encodeName(original);
        expect(encoded).toMatch(/^[a-z0-9_~%-][a-z0-9._~%-]*$/);
        expect(decodeName(encoded)).toBe(original);
      }),
    );
  });

  it('cannot leave the directory', () => {
    for (const name of ['..', '.', '../run', '/etc/passwd', 'A\\b']) {
      expect(encodeName(name)).not.toMatch(/[/\\\0]|^\.\.?$/);
    }
  });

  it('refuses what it never makes', () => {
    for (const name of ['..', 'A', '%41%', 'run%2f', '%2E', '']) expect(decodeName(name)).toBeUndefined();
  });

  it('refuses names that no file system takes, or no terminal should be shown', () => {
    for (const name of ['', 'x'.repeat(201), 'a\0b', 'a\nb', '\u001b[2J', 'a\u202eb', 'ünï']) {
      expect(() => encodeName(name)).toThrow(RangeError);
    }
    for (const name of ['%0a', '%1b%5b', '%c3%bc']) expect(decodeName(name)).toBeUndefined();
  });

  it('knows which run a ledger belongs to', () => {
    expect(runOf('disk.snapshots')).toBe('');
    expect(runOf('release-12/isolate')).toBe('release-12/');
    expect(runLedgerOf('release-12/isolate')).toBe('release-12/run');
    expect(runOf('release-x/isolate')).toBe('');
  });
});

describe('incident ids', () => {
  it('are what AWS takes as a session name', () => {
    expect(() => assertIncidentId('inc-20261120t0331-5f0c2a91')).not.toThrow();
    for (const id of ['', 'short', '../../etc/x', 'Inc-20261120', 'a'.repeat(49), 'inc-2026\n1120']) {
      expect(() => assertIncidentId(id)).toThrow(RangeError);
    }
  });
});
