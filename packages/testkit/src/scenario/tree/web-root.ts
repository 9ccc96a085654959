import { noise, pick } from './chance.js';
import { dullClass, PHP_FILES, WEB_SHELL } from './php.js';
import { PLANTED_PATHS, type Scene } from './scene.js';

const ROOT = 'var/www/html';
const DULL_CLASSES = 110;
const PICTURES = 60;

/** The shop's files, its uploads, and the web shell among them. */
export function paintWebRoot(scene: Scene): void {
  const { draft, times } = scene;
  for (const [path, text] of Object.entries(PHP_FILES))
    draft.file(`${ROOT}/${path}`, text, { at: times.deployed });
  for (let index = 0; index < DULL_CLASSES; index++) {
    const { name, text } = dullClass(index);
    const folder = ['wp-includes', 'wp-content/plugins/cart/includes', 'wp-admin/includes'][index % 3];
    draft.file(`${ROOT}/${folder}/${name}`, text, { at: times.deployed });
  }
  draft.file(
    `${ROOT}/.htaccess`,
    'RewriteEngine On\nRewriteCond %{REQUEST_FILENAME} !-f\nRewriteRule . /index.php [L]\n',
    { at: times.deployed },
  );
  draft.file(
    `${ROOT}/wp-content/themes/shop/style.css`,
    '/* Theme Name: Shop */\nbody{margin:0;font:16px/1.5 sans-serif}\n',
    { at: times.deployed },
  );
  draft.file(
    `${ROOT}/wp-includes/js/cart.js`,
    "document.querySelectorAll('.add').forEach(b=>b.addEventListener('click',()=>fetch('/?add='+b.dataset.id)));\n",
    { at: times.deployed },
  );
  draft.file(`${ROOT}/wp-content/schedule.json`, '[]\n', { at: times.deployed });
  paintUploads(scene);
  if (scene.intruder === 'present') draft.file(PLANTED_PATHS.webShell, WEB_SHELL, { at: times.webShell });
}

const JPEG = Buffer.from('ffd8ffe000104a46494600010100000100010000', 'hex');

function paintUploads({ draft, times, random }: Scene): void {
  for (let index = 0; index < PICTURES; index++) {
    const month = pick(random, ['2026/09', '2026/10', '2026/11']);
    const body = Buffer.concat([JPEG, noise(random, random.integer(600, 3_000)), Buffer.from('ffd9', 'hex')]);
    draft.file(`${ROOT}/wp-content/uploads/${month}/product-${1000 + index}.jpg`, body, {
      at: times.deployed,
    });
  }
  draft.file(`${ROOT}/wp-content/uploads/index.php`, '<?php\n// Silence is golden.\n', {
    at: times.installed,
  });
  draft.file(
    'srv/backup/shop-2026-11-19.sql.gz',
    Buffer.concat([Buffer.from('1f8b0800', 'hex'), noise(random, 4_000)]),
    { at: times.deployed },
  );
}
