import { C2, type Examples } from './command-examples.js';

export const IMPACT: Examples = {
  miner: {
    hits: [
      `./kworkerd --pool stratum+tcp://${C2}:3333 -u x`,
      'xmrig -o pool.supportxmr.com:443',
      './k --donate-level=1',
    ],
    misses: ['npm run build', './server --pool 10', 'ps aux | grep xmrig', 'which minerd'],
  },
  miner_prepared: {
    hits: ['sysctl -w vm.nr_hugepages=1280', 'modprobe msr allow_writes=on'],
    misses: ['sysctl vm.nr_hugepages'],
  },
  rival_removed: {
    hits: ['pkill -f xmrig', 'ps aux | grep kinsing | xargs kill'],
    misses: ['pkill -f node'],
  },
  processor_burnt: { hits: ['yes > /dev/null &'], misses: ['yes | apt install x'] },
  files_encrypted: {
    hits: ['openssl enc -aes-256-cbc -pass pass:x -in a -out b', 'gpg --batch --passphrase x -c f'],
    misses: ['openssl x509 -in a', 'zip a.zip b', 'find /mnt/zip | xargs -p rm'],
  },
  disk_overwritten: {
    hits: ['dd if=/dev/zero of=/dev/sda', 'mkfs.ext4 /dev/nvme0n1'],
    misses: ['dd if=disk.img of=/dev/sdb', 'mkfs.xfs /dev/nvme1n1'],
  },
  system_request_key: { hits: ['echo b > /proc/sysrq-trigger'], misses: ['cat /proc/sys/kernel/sysrq'] },
  fork_bomb: { hits: [':(){ :|:& };:'], misses: ['f() { ls; }; f'] },
  service_ended: { hits: ['systemctl stop nginx'], misses: ['systemctl status nginx'] },
  system_shut_down: { hits: ['sudo reboot', 'shutdown -h now'], misses: ['last reboot'] },
};
