import { describe, expect, it } from 'vitest';
import { matches } from './rules.js';

const selection = (line: string) => `selection:\n  ${line}`;
const field = (key: string, value: string) => selection(`${key}: ${value}`);

describe('plain values', () => {
  it('are compared without regard to case, whole', () => {
    expect(matches(field('a', 'Foo'), { a: 'fOO' })).toBe(true);
    expect(matches(field('a', 'Foo'), { a: 'foobar' })).toBe(false);
  });

  it('match numbers by their text', () => {
    expect(matches(field('a', '4625'), { a: 4625 })).toBe(true);
    expect(matches(field('a', '4625'), { a: '4625' })).toBe(true);
  });

  it('match any item of a list', () => {
    expect(matches(field('a', 'x'), { a: ['y', 'x'] })).toBe(true);
  });

  it('are joined by or in a list, by and in a map', () => {
    expect(matches('selection:\n  a:\n    - x\n    - y', { a: 'y' })).toBe(true);
    expect(matches('selection:\n  a: x\n  b: y', { a: 'x', b: 'z' })).toBe(false);
  });

  it('are joined by or in a list of maps', () => {
    expect(matches('selection:\n  - a: x\n  - b: y', { b: 'y' })).toBe(true);
  });

  it('do not match a field that is not there', () => {
    expect(matches(field('a', 'x'), { b: 'x' })).toBe(false);
    expect(matches(field('constructor', 'x'), {})).toBe(false);
  });
});

describe('wildcards', () => {
  it.each([
    ["'prog?.exe'", 'progA.exe', true],
    ["'prog?.exe'", 'prog.exe', false],
    ["'a*c'", 'ac', true],
    ["'a*c'", 'abbbc', true],
    ["'a*b*c'", 'a-b-b-c', true],
    ["'a*b*c'", 'a-c-b', false],
    ["'*'", '', true],
    ["'*a*a*'", 'ba', false],
    ["'a*?'", 'ab', true],
    ["'a*?'", 'a', false],
    ["'ab*ba'", 'aba', false],
  ])('%s on %s: %s', (pattern, text, expected) => {
    expect(matches(field('a', pattern), { a: text })).toBe(expected);
  });

  it.each([
    [String.raw`'\*'`, '*', true],
    [String.raw`'\*'`, 'x', false],
    [String.raw`'\?'`, '?', true],
    [String.raw`'C:\Windows'`, String.raw`C:\Windows`, true],
    [String.raw`'C:\\Windows'`, String.raw`C:\Windows`, true],
    [String.raw`'C:\\*'`, String.raw`C:\anything`, true],
    [String.raw`'a\\\*'`, String.raw`a\*`, true],
    [String.raw`'a\\\*'`, String.raw`a\x`, false],
    [String.raw`'\\\\'`, String.raw`\\`, true],
  ])('are escaped by a backslash: %s on %s is %s', (pattern, text, expected) => {
    expect(matches(field('a', pattern), { a: text })).toBe(expected);
  });
});

describe('empty and missing', () => {
  it('tells null from an empty text', () => {
    expect(matches(field('a', 'null'), {})).toBe(true);
    expect(matches(field('a', 'null'), { a: null })).toBe(true);
    expect(matches(field('a', 'null'), { a: '' })).toBe(false);
    expect(matches(field('a', "''"), { a: '' })).toBe(true);
    expect(matches(field('a', "''"), {})).toBe(false);
  });

  it('asks with exists for the field, not for its value', () => {
    expect(matches(field('a|exists', 'true'), { a: '' })).toBe(true);
    expect(matches(field('a|exists', 'true'), { a: null })).toBe(true);
    expect(matches(field('a|exists', 'false'), { a: 'x' })).toBe(false);
    expect(matches(field('a|exists', 'false'), {})).toBe(true);
  });
});

describe('modifiers', () => {
  it.each([
    ['contains', 'ell', 'Hello', true],
    ['contains', "'e*o'", 'xx-hello-yy', true],
    ['startswith', 'hel', 'HELLO', true],
    ['startswith', 'ello', 'hello', false],
    ['endswith', 'LLO', 'hello', true],
    ['endswith', 'hell', 'hello', false],
    ['contains|cased', 'ell', 'HELLO', false],
    ['cased', 'Hello', 'Hello', true],
    ['cased', 'Hello', 'hello', false],
    ['neq', 'x', 'y', true],
    ['neq', 'x', 'X', false],
    ['re', "'^h.l+o$'", 'hello', true],
    ['re', "'^h.l+o$'", 'HELLO', false],
    ['re|i', "'^h.l+o$'", 'HELLO', true],
    ['re', "'^b'", 'a\nb', false],
    ['re|m', "'^b'", 'a\nb', true],
    ['re', "'a.b'", 'a\nb', false],
    ['re|s', "'a.b'", 'a\nb', true],
    ['re|i|s', "'A.B'", 'a\nb', true],
    ['lt', '10', 9, true],
    ['lt', '10', 10, false],
    ['lte', '10', '10', true],
    ['gt', '10', '9.5', false],
    ['gte', '10', 'ten', false],
    ['gte', '0', '', false],
    ['cidr', '10.20.0.0/16', '10.20.3.44', true],
    ['cidr', '10.20.0.0/16', '10.21.3.44', false],
    ['cidr', '2001:db8::/32', '2001:db8::1', true],
    ['cidr', '10.0.0.0/8', '::ffff:10.1.1.1', true],
    ['cidr', '10.0.0.0/8', 'not an address', false],
    ['hour', '23', '2026-11-24T23:30:00Z', true],
    ['minute', '30', '2026-11-24T23:30:00Z', true],
    ['day', '24', '2026-11-24T23:30:00Z', true],
    ['month', '11', '2026-11-24T23:30:00Z', true],
    ['week', '48', '2026-11-24T23:30:00Z', true],
    ['week', '53', '2021-01-01T00:00:00Z', true],
    ['year', '2025', '2026-11-24T23:30:00Z', false],
  ])('%s: %s on %s is %s', (modifier, value, text, expected) => {
    expect(matches(field(`a|${modifier}`, value), { a: text })).toBe(expected);
  });

  it('all asks for every value of a list', () => {
    const rule = 'selection:\n  a|contains|all:\n    - x\n    - y';
    expect(matches(rule, { a: '..y..x..' })).toBe(true);
    expect(matches(rule, { a: '..y..' })).toBe(false);
  });

  it('neq asks that none of the values is there', () => {
    const rule = 'selection:\n  a|neq:\n    - x\n    - y';
    expect(matches(rule, { a: 'z' })).toBe(true);
    expect(matches(rule, { a: 'y' })).toBe(false);
  });

  it('fieldref compares two fields of the event', () => {
    expect(matches(field('a|fieldref', 'b'), { a: 'X', b: 'x' })).toBe(true);
    expect(matches(field('a|fieldref', 'b'), { a: 'X', b: 'y' })).toBe(false);
    expect(matches(field('a|fieldref|startswith', 'b'), { a: 'root-x', b: 'root' })).toBe(true);
    expect(matches(field('a|fieldref|neq', 'b'), { a: 'X', b: 'y' })).toBe(true);
    expect(matches(field('a|fieldref', 'b'), { a: 'X' })).toBe(false);
  });

  it('windash stands for every dash', () => {
    const rule = field('a|windash|contains', "' -f '");
    for (const dash of ['-', '/', '–', '—', '―']) expect(matches(rule, { a: `ping ${dash}f x` })).toBe(true);
    expect(matches(rule, { a: 'ping +f x' })).toBe(false);
    expect(matches(field('a|windash|contains', "'a-b'"), { a: 'a/b' })).toBe(false);
  });

  it('base64 looks for the encoded text', () => {
    expect(matches(field('a|base64|contains', 'foo'), { a: 'xx Zm9v xx' })).toBe(true);
  });

  it.each(['', 'x', 'xy', 'xyz'])('base64offset finds the text behind %j', (before) => {
    const encoded = Buffer.from(`${before}/bin/bash -i`).toString('base64');
    expect(matches(field('a|base64offset|contains', '/bin/bash'), { a: `echo ${encoded} | base64 -d` })).toBe(
      true,
    );
    expect(matches(field('a|base64offset|contains', '/bin/dash'), { a: `echo ${encoded} | base64 -d` })).toBe(
      false,
    );
  });

  it('encodes in UTF-16 before base64', () => {
    const encoded = (encoding: Buffer) => `powershell -enc ${encoding.toString('base64')}`;
    const wide = Buffer.from('http://x', 'utf16le');
    expect(matches(field('a|wide|base64offset|contains', 'http'), { a: encoded(wide) })).toBe(true);
    expect(matches(field('a|utf16le|base64offset|contains', 'http'), { a: encoded(wide) })).toBe(true);
    const big = Buffer.from(wide).swap16();
    expect(matches(field('a|utf16be|base64offset|contains', 'http'), { a: encoded(big) })).toBe(true);
    const marked = Buffer.concat([Buffer.from([0xff, 0xfe]), wide]);
    expect(matches(field('a|utf16|base64|contains', 'http://x'), { a: encoded(marked) })).toBe(true);
  });

  it('expand puts in what is given, and only with the modifier', () => {
    const options = { placeholders: { admins: ['root', 'adm*'] } };
    expect(matches(field('a|expand', "'%admins%'"), { a: 'ADMIN' }, options)).toBe(true);
    expect(matches(field('a|expand', "'x-%admins%'"), { a: 'x-root' }, options)).toBe(true);
    expect(matches(field('a', "'%admins%'"), { a: 'root' }, options)).toBe(false);
    expect(matches(field('a|expand', String.raw`'\%plain%admins%'`), { a: '%plainroot' }, options)).toBe(
      true,
    );
  });
});

describe('keywords', () => {
  it('are looked for anywhere in any field', () => {
    const rule = 'selection:\n  - EvilService\n  - svchost.exe -n evil';
    expect(matches(rule, { message: 'started EVILSERVICE' })).toBe(true);
    expect(matches(rule, { a: 'x', b: 'run svchost.exe -n evil now' })).toBe(true);
    expect(matches(rule, { a: 'svchost.exe' })).toBe(false);
  });

  it('need all of them with |all', () => {
    const rule = "selection:\n  '|all':\n    - one\n    - two";
    expect(matches(rule, { a: 'one', b: 'two' })).toBe(true);
    expect(matches(rule, { a: 'one' })).toBe(false);
  });

  it('may be regular expressions and numbers', () => {
    expect(matches("selection:\n  '|re':\n    - 'ev.l'", { a: 'so evil' })).toBe(true);
    expect(matches('selection:\n  - 4242', { a: 'pid 4242' })).toBe(true);
  });
});

describe('fields', () => {
  it('are found under the name that the mapping gives', () => {
    const mapField = (name: string) => (name === 'CommandLine' ? 'cmdline' : name);
    expect(matches(field('CommandLine|contains', 'x'), { cmdline: 'xyz' }, { mapField })).toBe(true);
  });
});
