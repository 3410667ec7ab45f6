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

/** The demo over a workspace; resolves to its process and the address of its page. */
function startDemo(work, pictures) {
  const data = path.join(work, 'demo-data');
  fs.rmSync(data, { recursive: true, force: true });
  fs.mkdirSync(work, { recursive: true });
  // A script types faster than anybody: nothing of it shall be told to wait.
  fs.writeFileSync(path.join(work, 'demo.yaml'),
    'inference: {allow_reference_blas: true}\nslack: {commands_per_minute: 10000}\n');
  const demo = spawn(program, ['--config', path.join(work, 'demo.yaml'), '--data', data,
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

/** Ends it as somebody does at a terminal. */
async function endDemo(demo) {
  demo.removeAllListeners('exit');
  const ended = new Promise((done) => demo.on('exit', done));
  demo.kill('SIGTERM');
  await ended;
}

/** A small sample workspace in `work`. */
function makePictures(work) {
  const pictures = path.join(work, 'pictures');
  execFileSync('/usr/bin/python3', [path.join(source, 'deploy/make-sample-workspace.py'), pictures, '--pictures', '40'], { stdio: 'ignore' });
  return pictures;
}

const shot = (page, name) => page.screenshot({ path: path.join(out, name + '.png') });
const newest = (page) => page.locator('#log .message.bot').last();
/** The names to copy in an answer: what was looked for is shown as code, too. */
const names = (message) => message.locator('code').filter({ hasText: /^:.+:$/ });
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

const says = (message, text) => message.filter({ hasText: text }).first().waitFor();

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
  const first = await names(answer).first().textContent();

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
  const shown = await names(newest(page)).allTextContents();
  const info = await type(page, '/emoji info ' + shown[0]);
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

/** Types into the picker's menu and, unless told otherwise, chooses what is offered for it. */
async function pick(page, name, choose = true) {
  const modal = page.locator('#modal');
  await modal.locator('.asking input').waitFor();
  await modal.locator('.asking input').pressSequentially(name, { delay: 20 });
  const offer = modal.locator('.offer').filter({ hasText: name }).first();
  await offer.waitFor();
  if (!choose) return modal;
  await shot(page, 'picker-offers');
  await offer.click();
  await modal.locator('.section').filter({ hasText: `:${name}:` }).waitFor();
  return modal;
}

async function checkPicker(page) {
  await page.getByRole('button', { name: '#general' }).click();
  const name = (await names(await typeUntil(page, '/emoji face', 'Emoji for face')).first().textContent()).replaceAll(':', '');
  await page.locator('#box').fill('/emoji');
  await page.locator('#box').press('Enter');
  let modal = await pick(page, name);
  await shot(page, 'picker');
  await modal.locator('#modal-submit').click();
  await page.waitForFunction(() => !document.querySelector('#modal').open);
  await says(page.locator('#log .message.bot:not(.ephemeral)').last(), 'from');

  // By the global shortcut, into another conversation; nothing is sent off before something is chosen.
  await page.locator('#shortcut').click();
  await modal.locator('.asking input').waitFor();
  await modal.locator('#modal-submit').click();
  await modal.locator('.error').filter({ hasText: 'complete this field' }).waitFor();
  modal = await pick(page, name);
  await modal.locator('select').selectOption({ label: '#emoji' });
  await modal.locator('#modal-submit').click();
  await page.waitForFunction(() => !document.querySelector('#modal').open);
  await page.locator('#conversations button').filter({ hasText: '#emoji' }).click();
  await says(page.locator('#log .message.bot').last(), 'from');

  await page.locator('#shortcut').click();
  await modal.locator('#modal-close').click();
  await page.waitForFunction(() => !document.querySelector('#modal').open);
}

/** Says something in the present channel; resolves to the message. */
async function speak(page, text) {
  await page.locator('#box').fill(text);
  await page.locator('#box').press('Enter');
  const message = page.locator('#log .message').filter({ hasText: text }).last();
  await message.waitFor();
  return message;
}

async function react(page, channel, name) {
  await page.locator('#conversations button').filter({ hasText: channel }).click();
  const text = name.replaceAll('_', ' ');
  const message = await speak(page, text);
  await message.hover();
  await message.locator('.message-shortcut').click();
  const modal = page.locator('#modal');
  const suggestion = modal.locator('.section').filter({ has: page.getByText(`:${name}:`, { exact: true }) }).first();
  await suggestion.getByRole('button', { name: 'React' }).click();
  return modal;
}

async function checkReactions(page) {
  await page.getByRole('button', { name: '#general' }).click();
  const name = (await names(await typeUntil(page, '/emoji face', 'Emoji for face')).first().textContent()).replaceAll(':', '');
  const modal = await react(page, '#general', name);
  await says(modal.locator('.section').first(), 'was added');
  await shot(page, 'reactions');
  await modal.locator('#modal-close').click();
  await page.locator('#log .message .reaction').first().waitFor();
  await react(page, '#random', name);
  await says(modal.locator('.section').first(), '/invite @Emojiscope');
  await modal.locator('#modal-close').click();
}

async function checkHome(page) {
  await page.locator('#conversations button').filter({ hasText: 'Home' }).click();
  const home = page.locator('.home-view');
  await says(home, 'custom emoji');
  await says(home, 'Most alike');
  const map = home.getByAltText('A map of');
  await map.waitFor();
  await map.evaluate((image) => image.decode());
  assert.equal(await map.evaluate((image) => image.naturalWidth), 720, 'the thumbnail of the map');
  await shot(page, 'home');
  const results = home.getByLabel('Choose').first();
  await results.evaluate((menu) => { menu.dataset.before = 'yes'; });
  await results.selectOption('3');
  // The menu shows the choice by itself; the one of the view that the bot publishes then has it, too.
  await page.waitForFunction(() => {
    const menu = document.querySelector('.home-view select');
    return menu && !menu.dataset.before && menu.value === '3';
  });
  await home.locator('select').nth(1).selectOption('ja');
  await says(home, 'あなたの設定');
  await page.getByRole('button', { name: '#general' }).click();
  const answer = await type(page, '/emoji face');
  await says(answer, 'チャンネルに投稿');
  assert.ok(await names(answer).count() <= 3, 'as many as were chosen');
  await shot(page, 'home-obeyed');
}

/** A picture that somebody drops into the conversation that is open. */
async function give(page, text, name) {
  await page.locator('#file').setInputFiles({ name, mimeType: 'image/jpeg', buffer: fs.readFileSync(path.join(source, 'docs/map.jpg')) });
  await page.locator('#box').fill(text);
  await page.locator('#composer .primary').click();
}

async function checkAdvice(page) {
  await page.locator('#conversations button').filter({ hasText: /^Emojiscope$/ }).click();
  await typeUntil(page, 'face', 'Emoji for face');
  await give(page, '', 'our_map.jpg');
  await says(page.locator('#log .message.bot'), 'not square');
  const file = page.locator('#log .message.bot .attached img').last();
  await file.waitFor();
  await page.waitForFunction(() => {
    const images = document.querySelectorAll('#log .message.bot .attached img');
    const last = images[images.length - 1];
    return last?.complete && last.naturalWidth > 0 && last.naturalWidth <= 128 && last.naturalWidth === last.naturalHeight;
  });
  await shot(page, 'advice');
  await page.locator('#conversations button').filter({ hasText: '#general' }).click();
  await give(page, '@Emojiscope what is this?', 'our_map.jpg');
  await says(page.locator('#log .message.bot'), 'In a thread');
}

/** A demo and a page of its own for one check. */
async function meet(check) {
  const { demo, url } = await startDemo(out, path.join(out, 'pictures'));
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
    await endDemo(demo);
  }
}

async function main() {
  if (!chromiumFound) {
    console.log('SKIP: there is no Chromium');
    process.exit(77);
  }
  fs.rmSync(out, { recursive: true, force: true });
  makePictures(out);
  await meet(async (page) => {
    await checkAnswersAndTheirButtons(page);
    await checkSubCommands(page);
  });
  await meet(async (page) => {
    await checkPicker(page);
    await checkReactions(page);
    await checkAdvice(page);
    await checkHome(page);
  });
  await meet(checkJapanese);
}

module.exports = { startDemo, endDemo, type, typeUntil, pick };
if (require.main === module) main().catch((error) => { console.error(error); process.exit(1); });
