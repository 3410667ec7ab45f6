// The local Slack's page and the bot, as somebody meets them who tries the demo in a browser.
//
// usage: node local_slack.js PATH/TO/emojiscope SOURCE_FOLDER OUT_FOLDER
// Pictures of each step are left in OUT_FOLDER. Exit status 77: there is no Chromium.
'use strict';
const assert = require('node:assert/strict');
const { execFileSync, spawn } = require('node:child_process');
const fs = require('node:fs');
const path = require('node:path');
const { launch, LIMIT_MS, chromiumFound } = require('./browser.js');

const [program, source, out] = process.argv.slice(2);

/** The demo over a small workspace; resolves to its process and the address of its page. */
function startDemo() {
  fs.rmSync(path.join(out, 'data'), { recursive: true, force: true });
  fs.mkdirSync(out, { recursive: true });
  fs.writeFileSync(path.join(out, 'config.yaml'), 'inference: {allow_reference_blas: true}\n');
  const pictures = path.join(out, 'pictures');
  execFileSync('/usr/bin/python3', [path.join(source, 'deploy/make-sample-workspace.py'), pictures, '--pictures', '40'], { stdio: 'ignore' });
  const demo = spawn(program, ['--config', path.join(out, 'config.yaml'), '--data', path.join(out, 'data'),
    'demo', '--workspace', pictures, '--port', '0'], { stdio: ['ignore', 'pipe', 'pipe'] });
  return new Promise((done, fail) => {
    let said = '';
    const late = setTimeout(() => fail(new Error('the demo did not start:\n' + said)), LIMIT_MS);
    const listen = (piece) => {
      said += piece;
      const url = said.match(/http:\/\/127\.0\.0\.1:\d+\//);
      if (url) {
        clearTimeout(late);
        done({ demo, url: url[0] });
      }
    };
    demo.stdout.on('data', listen);
    demo.stderr.on('data', listen);
    demo.on('exit', (status) => fail(new Error(`the demo ended with ${status}:\n${said}`)));
  });
}

const shot = (page, name) => page.screenshot({ path: path.join(out, name + '.png') });
const newest = (page) => page.locator('#log .message.bot').last();
const press = (message, label) => message.getByRole('button', { name: label, exact: true }).first().click();

/** Types into the box; resolves to the bot's answer. */
async function type(page, text) {
  const before = await page.locator('#log .message').count();
  await page.locator('#box').fill(text);
  await page.locator('#box').press('Enter');
  await page.waitForFunction((count) => {
    const all = document.querySelectorAll('#log .message');
    return all.length > count && all[all.length - 1].classList.contains('bot');
  }, before);
  return newest(page);
}

const says = (message, text) => message.filter({ hasText: text }).waitFor();

/** Asks until the first sync has brought what is asked for. */
async function typeUntil(page, text, expected) {
  const until = Date.now() + LIMIT_MS;
  for (;;) {
    const answer = await type(page, text);
    if ((await answer.textContent()).includes(expected)) return answer;
    assert.ok(Date.now() < until, `${text} never found: ${expected}`);
    await page.waitForTimeout(500);
  }
}

async function checkAnswersAndTheirButtons(page) {
  await page.getByRole('button', { name: '#general' }).click();
  await typeUntil(page, '/emoji face', 'Emoji for face');
  // The page afresh, without the answers of the meantime.
  const answer = await type(page, '/emoji face');
  const ephemeral = await page.locator('#log .message.bot.ephemeral').count();
  await shot(page, 'answer');
  const first = await answer.locator('code').first().textContent();

  await press(answer, 'Post to channel');
  const posted = page.locator('#log .message.bot:not(.ephemeral)').last();
  await says(posted, 'from');
  assert.equal(await page.locator('#log .message.bot.ephemeral').count(), ephemeral, 'the answer is still there');
  await shot(page, 'posted');

  const mine = page.locator('#log .message.bot.ephemeral').last();
  await press(mine, 'Looks like this');
  await says(mine, /look like/);
  await says(mine, first.replaceAll(':', ''));
  await press(mine, 'More');
  await says(mine, 'More emoji that look like');
  await shot(page, 'more');
  await press(mine, 'Dismiss');
  await page.waitForFunction((count) => document.querySelectorAll('#log .message.bot.ephemeral').length < count, ephemeral);
}

async function checkSubCommands(page) {
  await says(await type(page, '/emoji help'), '/emoji info');
  const newestOnes = await type(page, '/emoji new');
  await says(newestOnes, 'The newest emoji');
  await press(newestOnes, "Search for 'new'");
  await says(newest(page), 'new');
  const any = await type(page, '/emoji random');
  await press(any, 'Another one');
  await says(newest(page), 'Another one');
  const names = await newest(page).locator('code').allTextContents();
  const info = await type(page, '/emoji info ' + names[0]);
  await says(info, 'First seen');
  await shot(page, 'info');
  const slip = await type(page, '/emoji dpues');
  await says(slip, 'Did you mean /emoji dupes?');
  await says(await type(page, '/emoji zzqx qqzzx'), 'Nothing fits');
  await shot(page, 'nothing');
}

async function checkJapanese(page, url) {
  await page.request.post(url + 'sim/locale', { data: { locale: 'ja-JP' } });
  await page.getByRole('button', { name: '#general' }).click();
  await typeUntil(page, '/emoji 顔', 'チャンネルに投稿');
  await shot(page, 'japanese');
}

/** A demo and a page of its own for one check. */
async function meet(check) {
  const { demo, url } = await startDemo();
  const browser = await launch([]);
  try {
    const page = await (await browser.newContext({ viewport: { width: 1280, height: 900 } })).newPage();
    page.setDefaultTimeout(LIMIT_MS);
    const problems = [];
    page.on('pageerror', (error) => problems.push(error.message));
    await page.goto(url);
    await check(page, url);
    const state = await (await page.request.get(url + 'sim/state')).json();
    assert.deepEqual(state.violations, [], 'what Slack would not have taken');
    assert.deepEqual(problems, [], 'errors on the page');
  } finally {
    await browser.close();
    demo.removeAllListeners('exit');
    const ended = new Promise((done) => demo.on('exit', done));
    demo.kill('SIGTERM');
    await ended;
  }
}

async function main() {
  if (!chromiumFound) {
    console.log('SKIP: there is no Chromium');
    process.exit(77);
  }
  fs.rmSync(out, { recursive: true, force: true });
  await meet(async (page) => {
    await checkAnswersAndTheirButtons(page);
    await checkSubCommands(page);
  });
  await meet(checkJapanese);
}

main().catch((error) => { console.error(error); process.exit(1); });
