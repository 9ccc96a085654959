import { describe, expect, it } from 'vitest';
import { reportOfIncident } from '../../src/report/from-incident.js';
import { renderReport } from '../../src/report/render.js';
import { withoutSecrets } from '../../src/report/secrets.js';
import { incident, observation } from './incident.js';

const KEY = 'AKIAIOSFODNN7EXAMPLE';
const SECRETS: readonly (readonly [what: string, text: string, secret: string])[] = [
  ['an access key', `export AWS_ACCESS_KEY_ID=${KEY}`, KEY],
  ['a secret key', 'aws_secret_access_key = wJalrXUtnFEMI/K7MDENG', 'wJalrXUtnFEMI/K7MDENG'],
  ['a password', 'mysql --password=hunter22 shop', 'hunter22'],
  ['a password in an address', 'curl ftp://deploy:hunter22@203.0.113.66/x', 'hunter22'],
  [
    'a token of GitHub',
    'git clone https://ghp_0123456789abcdefghij@github.com/x',
    'ghp_0123456789abcdefghij',
  ],
  ['a signed address', 'GET https://b.s3/x?X-Amz-Signature=0011aabb&x=1', '0011aabb'],
  [
    'a private key',
    '-----BEGIN OPENSSH PRIVATE KEY-----\nb3BlbnNzaC1rZXk\n-----END OPENSSH PRIVATE KEY-----',
    'b3Blb',
  ],
];

describe('the report and secrets', () => {
  it.each(SECRETS)('leaves out %s, wherever it stands', (_, text, secret) => {
    expect(text).toContain(secret);
    const known = incident();
    const page = renderReport(
      reportOfIncident(
        incident({
          finding: { ...known.finding, title: text },
          observations: [observation({ title: text, excerpt: text, entity: `file:${text}` })],
          steps: [{ id: 'x', phase: 'contain', status: 'failed', reason: text }],
        }),
        {
          events: [
            {
              at: '2026-11-20T03:00:00Z',
              kind: 'ssh.x',
              what: text,
              message: text,
              source: { artifact: 'a' },
            },
          ],
        },
      ),
    );
    expect(page).not.toContain(secret);
    expect(page).toContain('[redacted]');
  });

  it('leaves alone what is none: digests, paths, failed passwords, addresses', () => {
    for (const text of [
      'ab'.repeat(32),
      'Failed password for invalid user admin from 198.51.100.77 port 4242 ssh2',
      '/etc/pam.d/common-password was changed',
      'stratum+tcp://203.0.113.66:3333',
    ])
      expect(withoutSecrets(text)).toBe(text);
  });
});
