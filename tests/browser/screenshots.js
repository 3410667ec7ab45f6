// Takes the README's pictures of the map, and of the local Slack, from the running program.
//
// usage: node screenshots.js PATH/TO/emojiscope SOURCE_FOLDER OUT_FOLDER [PICTURES_FOLDER]
// Without a folder of pictures the sample workspace of the demo is drawn and used.
'use strict';
const { execFileSync } = require('node:child_process');
const fs = require('node:fs');
const os = require('node:os');
const path = require('node:path');
const { launch, openMap, settled, run, LIMIT_MS } = require('./browser.js');
const { startDemo, endDemo, type, typeUntil, pick } = require('./local_slack.js');

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

/** One part of the local Slack's page as a PNG; colours are few there, so it is small. */
async function shoot(part, name) {
  await part.evaluate((node) => Promise.all([...node.querySelectorAll('img')].map((image) => image.decode().catch(() => {}))));
  await part.screenshot({ path: path.join(out, name) });
}

/** Query, alert, picker and Home, over the sample workspace. */
async function takeSlack(work, pictures) {
  const { demo, url } = await startDemo(work, pictures);
  const browser = await launch([]);
  try {
    const context = await browser.newContext({ viewport: { width: 1010, height: 860 }, colorScheme: 'light' });
    const page = await context.newPage();
    page.setDefaultTimeout(LIMIT_MS);
    await page.goto(url);
    const talk = page.locator('.talk');
    const open = (name) => page.locator('#conversations button').filter({ hasText: name }).click();
    await open('#general');
    // Until all are learnt: the last one is known by its name.
    const last = fs.readdirSync(pictures).filter((file) => !file.endsWith('.json')).sort().pop();
    await typeUntil(page, `/emoji info :${path.parse(last).name}:`, 'First seen');
    await typeUntil(page, '/emoji frog', ':frog:');
    await page.locator('#log').evaluate((log) => {
      const newest = log.lastElementChild;
      log.scrollTop = newest.previousElementSibling.offsetTop - log.offsetTop;
    });
    await shoot(talk, 'slack-query.png');

    await open('Emojiscope: Home');
    await page.locator('.home-view').filter({ hasText: 'Most alike' }).waitFor();
    await page.getByAltText('A map of').waitFor();
    await shoot(talk, 'slack-home.png');

    await open('#general');
    await page.locator('#shortcut').click();
    await pick(page, 'frog', false);
    await shoot(page.locator('#modal'), 'slack-picker.png');
    await page.locator('#modal-close').click();

    const first = (await (await page.request.get(url + 'sim/emoji')).json()).emoji;
    const [, address] = Object.entries(first).find(([name, value]) => name === 'frog' && value.startsWith('http'));
    await page.request.post(url + 'sim/emoji?name=green_friend', { data: await (await page.request.get(address)).body() });
    await open('#emoji');
    await page.locator('#log .message.bot').filter({ hasText: 'green_friend' }).waitFor();
    await shoot(talk, 'slack-alert.png');
  } finally {
    await browser.close();
    await endDemo(demo);
  }
}

async function main() {
  const work = fs.mkdtempSync(path.join(os.tmpdir(), 'emojiscope-screenshots-'));
  try {
    fs.writeFileSync(path.join(work, 'config.yaml'), '');
    const pictures = given || path.join(work, 'pictures');
    if (!given) execFileSync('/usr/bin/python3', [path.join(source, 'deploy/make-sample-workspace.py'), pictures]);
    fs.mkdirSync(out, { recursive: true });
    await takeSlack(work, pictures);
    run(program, work, 'import', pictures);
    run(program, work, 'map', '-o', path.join(work, 'map.html'));
    run(program, work, 'map', '-o', path.join(work, 'map3.html'), '--dims', '3');
    await take(path.join(work, 'map.html'), 'map.jpg', { colorScheme: 'light' });
    await take(path.join(work, 'map3.html'), 'map-3d.jpg', { colorScheme: 'dark' }, (page) => page.locator('#search').fill('face'));
  } finally {
    fs.rmSync(work, { recursive: true, force: true });
  }
}

main().catch((error) => { console.error(error); process.exit(1); });
