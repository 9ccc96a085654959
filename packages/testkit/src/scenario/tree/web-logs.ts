import { apacheTime } from '../timeline.js';
import { momentsBetween, pick } from './chance.js';
import { daysBefore, type LogLine, toText } from './log-lines.js';
import { INTRUDER, PLANTED_PATHS, type Scene } from './scene.js';

const AGENTS = [
  'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/131.0.0.0 Safari/537.36',
  'Mozilla/5.0 (iPhone; CPU iPhone OS 18_1 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.1 Mobile/15E148 Safari/604.1',
  'Mozilla/5.0 (X11; Linux x86_64; rv:132.0) Gecko/20100101 Firefox/132.0',
];
const BOT = 'Mozilla/5.0 (compatible; Examplebot/2.1; +http://bot.example/about)';
const PAGES = [
  '/',
  '/shop/',
  '/product/blue-mug/',
  '/product/red-mug/',
  '/cart/',
  '/checkout/',
  '/about/',
  '/?s=mug',
  '/wp-content/themes/shop/style.css',
  '/wp-includes/js/cart.js',
];
const BOT_PAGES = ['/robots.txt', '/sitemap.xml', '/wp-login.php', '/.well-known/security.txt', '/old-page/'];
const SHOPPING_DAYS = 2;

interface Hit {
  readonly at: Date;
  readonly address: string;
  readonly request: string;
  readonly status: number;
  readonly bytes: number;
  readonly referer: string;
  readonly agent: string;
}

function hitLine({ at, address, request, status, bytes, referer, agent }: Hit): LogLine {
  return {
    at,
    text: `${address} - - [${apacheTime(at)}] "${request} HTTP/1.1" ${status} ${bytes} "${referer}" "${agent}"`,
  };
}

function customers({ random, times }: Scene): readonly LogLine[] {
  return momentsBetween(random, daysBefore(times.findingAt, SHOPPING_DAYS), times.findingAt, 3_600).map(
    (at) => {
      const page = pick(random, PAGES);
      const posts = page === '/cart/' && random.chance(0.4);
      return hitLine({
        at,
        address: `100.64.${random.integer(0, 90)}.${random.integer(1, 250)}`,
        request: `${posts ? 'POST' : 'GET'} ${page}`,
        status: posts ? 302 : 200,
        bytes: random.integer(300, 42_000),
        referer: random.chance(0.5) ? 'https://shop.example/' : '-',
        agent: pick(random, AGENTS),
      });
    },
  );
}

function bots({ random, times }: Scene): readonly LogLine[] {
  return momentsBetween(random, daysBefore(times.findingAt, SHOPPING_DAYS), times.findingAt, 500).map(
    (at) => {
      const page = pick(random, BOT_PAGES);
      return hitLine({
        at,
        address: `192.0.2.${random.integer(200, 220)}`,
        request: `GET ${page}`,
        status: page === '/old-page/' ? 404 : 200,
        bytes: random.integer(120, 2_000),
        referer: '-',
        agent: BOT,
      });
    },
  );
}

/** The load balancer asks every ten seconds; one in ten is kept, as its log format says. */
function healthChecks({ random, times }: Scene): readonly LogLine[] {
  return momentsBetween(random, daysBefore(times.findingAt, SHOPPING_DAYS), times.findingAt, 1_400).map(
    (at) =>
      hitLine({
        at,
        address: `10.20.1.${random.integer(10, 12)}`,
        request: 'GET /healthz',
        status: 200,
        bytes: 2,
        referer: '-',
        agent: 'ELB-HealthChecker/2.0',
      }),
  );
}

function shellUse({ random, times }: Scene): readonly LogLine[] {
  const path = `/${PLANTED_PATHS.webShell.replace('var/www/html/', '')}`;
  const base = { address: INTRUDER.controller, status: 200, referer: '-', agent: 'python-requests/2.31.0' };
  const { from, to } = times.webShellUse;
  return [
    hitLine({ ...base, at: from, request: `GET ${path}`, bytes: 17 }),
    ...momentsBetween(random, from, to, 38).map((at) =>
      hitLine({ ...base, at, request: `POST ${path}`, bytes: random.integer(20, 6_000) }),
    ),
  ];
}

/** Apache's two logs. */
export function paintWebLogs(scene: Scene): void {
  const { draft, times, random, intruder } = scene;
  const errors = momentsBetween(random, daysBefore(times.findingAt, SHOPPING_DAYS), times.findingAt, 90).map(
    (at): LogLine => ({
      at,
      text: `[${at.toUTCString().replace(',', '')}] [php:notice] [pid ${random.integer(700, 800)}] [client 100.64.3.9:52144] PHP Deprecated:  Creation of dynamic property Shop_Mailer::$sender is deprecated in /var/www/html/wp-includes/class-phpmailer.php on line 9`,
    }),
  );
  const shell = intruder === 'present' ? shellUse(scene) : [];
  const hits = [...customers(scene), ...bots(scene), ...healthChecks(scene), ...shell];
  draft.file('var/log/apache2/access.log', toText(hits), { at: times.findingAt, mode: 0o640 });
  draft.file('var/log/apache2/error.log', toText(errors), { at: times.findingAt, mode: 0o640 });
}
