import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import type { Analysis, AnalysisContext } from '../../src/engine/analysis.js';
import { analyze } from '../../src/engine/analyze.js';
import { memoryReader } from '../evidence/evidence.js';

const CONTEXT: AnalysisContext = {
  artifact: 'disk/a.tar.gz',
  acquiredAt: '2026-11-20T04:00:00Z',
  indicators: { addresses: [], domains: [], ports: [] },
};

/** Tells the text of every line it reads as a notice. */
function echo(id: string, breaksOn?: string): Analysis {
  return {
    id,
    begin: (_context, output) => ({
      visit: ({ path }) => ({
        wants: 'lines',
        line({ text, number }) {
          if (text === breaksOn) throw new Error('a parser broke');
          output.notice({ code: id, message: `${path}:${number} ${text}` });
        },
      }),
    }),
  };
}

async function notices(
  files: { readonly [path: string]: string | Uint8Array },
  analyses: readonly Analysis[],
) {
  const told: string[] = [];
  for await (const result of analyze(memoryReader(files), analyses, CONTEXT))
    if (result.kind === 'notice') told.push(`${result.notice.code} ${result.notice.message}`);
  return told;
}

describe('the engine', () => {
  it('reads every file once for all analyses', async () => {
    const told = await notices({ 'fs/a': 'one\ntwo' }, [echo('A'), echo('B')]);
    expect(told).toEqual(
      ['A fs/a:1 one', 'B fs/a:1 one', 'A fs/a:2 two', 'B fs/a:2 two'].sort(
        (a, b) => told.indexOf(a) - told.indexOf(b),
      ),
    );
    expect(told.length).toBe(4);
  });

  it('lets an analysis that fails over one file judge the next, and the others go on', async () => {
    const told = await notices({ 'fs/a': 'bad\nrest', 'fs/b': 'good' }, [echo('A', 'bad'), echo('B')]);
    expect(told).toContain('ANALYSIS_FAILED A: a parser broke');
    expect(told).not.toContain('A fs/a:2 rest');
    expect(told).toContain('B fs/a:2 rest');
    expect(told).toContain('A fs/b:1 good');
  });

  it('tells an analysis that cannot begin', async () => {
    const broken: Analysis = {
      id: 'broken',
      begin: () => {
        throw new Error('no rules');
      },
    };
    expect(await notices({ 'fs/a': 'x' }, [broken, echo('A')])).toEqual([
      'ANALYSIS_FAILED broken: no rules',
      'A fs/a:1 x',
    ]);
  });

  it('unpacks rotated logs, and says when one is damaged', async () => {
    const packed = gzipSync('line one\nline two\n');
    const told = await notices(
      {
        'fs/var/log/auth.log.2.gz': packed,
        'fs/var/log/auth.log.3.gz': packed.subarray(0, 20),
        'fs/tmp/a.gz': 'plain',
      },
      [echo('A')],
    );
    expect(told).toContain('A fs/var/log/auth.log.2.gz:2 line two');
    expect(told.some((message) => message.startsWith('CONTENT_UNREADABLE'))).toBe(true);
    expect(told).toContain('A fs/tmp/a.gz:1 plain');
  });

  it('names files as the suspect knew them', async () => {
    const names: (string | undefined)[] = [];
    const namer: Analysis = {
      id: 'namer',
      begin: () => ({
        visit(file) {
          names.push(file.hostPath);
          return undefined;
        },
      }),
    };
    await notices(
      { 'fs/etc/passwd': '', 'live/processes.tsv': '', 'live/cron/etc/crontab': '', 'var/log/syslog': '' },
      [namer],
    );
    expect(names).toEqual(['/etc/passwd', undefined, '/etc/crontab', '/var/log/syslog']);
  });

  it('cuts a whole file at its limit and says that it is not complete', async () => {
    const seen: (number | boolean)[] = [];
    const whole: Analysis = {
      id: 'whole',
      begin: () => ({
        visit: () => ({
          wants: 'whole',
          limitBytes: 1000,
          whole: (bytes, complete) => {
            seen.push(bytes.length, complete);
          },
        }),
      }),
    };
    await notices({ 'fs/long': 'x'.repeat(5000), 'fs/short': 'y' }, [whole]);
    expect(seen).toEqual([1000, false, 1, true]);
  });

  it('waits for an analysis that asks another process about a file, and survives its refusal', async () => {
    const seen: string[] = [];
    const slow: Analysis = {
      id: 'slow',
      begin: () => ({
        visit: ({ path }) => ({
          wants: 'whole',
          limitBytes: 10,
          whole: async () => {
            await Promise.resolve();
            if (path === 'fs/a') throw new Error('refused');
            seen.push(path);
          },
        }),
        finish: () => {
          seen.push('end');
        },
      }),
    };
    const told = await notices({ 'fs/a': 'x', 'fs/b': 'y' }, [slow]);
    expect(seen).toEqual(['fs/b', 'end']);
    expect(told).toEqual(['ANALYSIS_FAILED slow: refused']);
  });
});
