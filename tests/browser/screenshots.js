// Takes the README's pictures of the map from the running program.
//
// usage: node screenshots.js PATH/TO/emojiscope SOURCE_FOLDER OUT_FOLDER [PICTURES_FOLDER]
// Without a folder of pictures the sample workspace of the demo is drawn and used.
'use strict';
const { execFileSync } = require('node:child_process');
const fs = require('node:fs');
const os = require('node:os');
const path = require('node:path');
const { launch, openMap, settled, run } = require('./browser.js');

const [program, source, out, given] = process.argv.slice(2);

async function take(file, name, options, prepare) {
  const browser = await launch();
  const { page } = await openMap(browser, file, { viewport: { width: 1200, height: 760 }, ...options });
  await settled(page);
  if (prepare) await prepare(page);
  await settled(page);
  await page.screenshot({ path: path.join(out, name), type: 'jpeg', quality: 82 });
  await browser.close();
}

async function main() {
  const work = fs.mkdtempSync(path.join(os.tmpdir(), 'emojiscope-screenshots-'));
  try {
    fs.writeFileSync(path.join(work, 'config.yaml'), '');
    const pictures = given || path.join(work, 'pictures');
    if (!given) execFileSync('/usr/bin/python3', [path.join(source, 'deploy/make-sample-workspace.py'), pictures]);
    run(program, work, 'import', pictures);
    run(program, work, 'map', '-o', path.join(work, 'map.html'));
    run(program, work, 'map', '-o', path.join(work, 'map3.html'), '--dims', '3');
    fs.mkdirSync(out, { recursive: true });
    await take(path.join(work, 'map.html'), 'map.jpg', { colorScheme: 'light' });
    await take(path.join(work, 'map3.html'), 'map-3d.jpg', { colorScheme: 'dark' }, (page) => page.locator('#search').fill('face'));
  } finally {
    fs.rmSync(work, { recursive: true, force: true });
  }
}

main().catch((error) => { console.error(error); process.exit(1); });
