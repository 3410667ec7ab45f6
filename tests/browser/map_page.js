// The page of the map, as a user meets it in a browser.
//
// usage: node map_page.js PATH/TO/emojiscope SOURCE_FOLDER OUT_FOLDER
// Pictures of each step are left in OUT_FOLDER. Exit status 77: there is no Chromium.
'use strict';
const assert = require('node:assert/strict');
const { execFileSync } = require('node:child_process');
const fs = require('node:fs');
const path = require('node:path');
const { launch, openMap, settled, run, chromiumFound } = require('./browser.js');

const [program, source, out] = process.argv.slice(2);

/** A catalogue of a hundred emoji, two of them the same picture. Returns their names. */
function makeCatalogue() {
  fs.rmSync(out, { recursive: true, force: true });
  fs.mkdirSync(out, { recursive: true });
  fs.writeFileSync(path.join(out, 'config.yaml'), 'inference: {allow_reference_blas: true}\n');
  const pictures = path.join(out, 'pictures');
  execFileSync('/usr/bin/python3', [path.join(source, 'deploy/make-sample-workspace.py'), pictures, '--pictures', '40'], { stdio: 'ignore' });
  const stamp = fs.readdirSync(pictures).find((name) => name.startsWith('biiru'));
  fs.copyFileSync(path.join(pictures, stamp), path.join(pictures, 'ビール' + path.extname(stamp)));
  run(program, out, 'import', pictures);
  return run(program, out, 'list').split('\n').filter((line) => line.includes(':  ready')).map((line) => line.split(':')[1]);
}

function makePage(name, ...options) {
  const file = path.join(out, name);
  run(program, out, 'map', '-o', file, ...options);
  return file;
}

const shot = (page, name) => page.screenshot({ path: path.join(out, name + '.png') });
const ask = (page, what) => page.evaluate(what);
const tip = (page) => page.locator('#tip');

/** The emoji that nothing else lies near to: which one a mouse means there is beyond doubt. */
function loneliest(page) {
  return page.evaluate(() => {
    const { count, placeOf } = window.emojiMap;
    const places = [...Array(count).keys()].map(placeOf);
    let best = null;
    places.forEach((own, i) => {
      const away = Math.min(...places.map((other, j) => i === j ? Infinity : Math.hypot(own[0] - other[0], own[1] - other[1])));
      if (!best || away > best.away) best = { i, away, x: own[0], y: own[1], name: window.emojiMap.name(i) };
    });
    return best;
  });
}

async function pointAt(page, place) {
  const box = await page.locator('#stage').boundingBox();
  await page.mouse.move(box.x + place.x - 3, box.y + place.y - 3);
  await page.mouse.move(box.x + place.x, box.y + place.y, { steps: 4 });
}

async function checkEveryEmojiIsThere(page, names) {
  assert.equal(await ask(page, () => window.emojiMap.count), names.length);
  assert.equal(await ask(page, () => window.emojiMap.traced()), names.length, 'points in the plot');
  const shown = await ask(page, () => [...Array(window.emojiMap.count).keys()].map(window.emojiMap.name));
  assert.deepEqual([...shown].sort(), [...names].sort());
}

async function checkHover(page) {
  await page.mouse.move(2, 2);
  for (const which of [0, 1]) {
    const place = await loneliest(page);
    await pointAt(page, place);
    await tip(page).waitFor({ state: 'visible' });
    await page.waitForFunction((name) => document.querySelector('#tip b').textContent === `:${name}:`, place.name);
    if (which === 0) { await page.keyboard.press('t'); await settled(page); }  // in the other theme as well
  }
}

async function checkNames(page) {
  const drawn = () => ask(page, () => window.emojiMap.drawn.names);
  await settled(page);
  assert.ok(await drawn() > 10, 'names are shown at first');
  const button = page.locator('#names');
  assert.equal(await button.getAttribute('aria-pressed'), 'true');
  await button.click();
  await page.waitForFunction(() => window.emojiMap.drawn.names === 0);
  assert.equal(await button.getAttribute('aria-pressed'), 'false');
  await page.locator('h1').click();
  await page.keyboard.press('n');
  await page.waitForFunction(() => window.emojiMap.drawn.names > 10);
}

async function checkSearch(page) {
  const before = await ask(page, () => ({ ...window.emojiMap.drawn }));
  await page.keyboard.press('/');
  await page.keyboard.type('ビール');
  await page.waitForFunction(() => window.emojiMap.state.hits.length > 0);
  await settled(page);
  const found = await page.locator('#hits button').allInnerTexts();
  assert.ok(found.includes(':ビール:'), 'by its name');
  assert.ok(found.includes(':biiru:'), 'by how it sounds: ' + found);
  const lit = await ask(page, () => {
    const traces = document.getElementById('plot').data;
    return { rings: traces.at(-2).x.length, hits: window.emojiMap.state.hits.length, dimmed: traces[0].marker.opacity, names: window.emojiMap.drawn.names, pictures: window.emojiMap.drawn.pictures, solid: window.emojiMap.solid };
  });
  assert.equal(lit.rings, lit.hits, 'a ring around each');
  if (lit.solid) assert.equal(lit.pictures, lit.hits, 'in space they alone show their pictures');
  assert.ok(lit.dimmed < 0.3, 'the others are dimmed');
  assert.ok(lit.names <= lit.hits && lit.names > 0 && lit.names < before.names, 'only their names are left');
  await page.keyboard.press('Enter');  // chooses the first one
  await page.locator('#details').waitFor({ state: 'visible' });
  await page.locator('#search').press('Escape');
  await page.waitForFunction(() => window.emojiMap.state.hits.length === 0);
}

async function checkChoice(page, names) {
  await page.locator('#search').fill('biiru');
  await page.locator('#hits button', { hasText: ':biiru:' }).click();
  await page.waitForFunction(() => document.getElementById('status').textContent === ':biiru: copied');
  assert.equal(await ask(page, () => navigator.clipboard.readText()), ':biiru:');
  const lists = page.locator('#details .emoji-list');
  assert.equal(await lists.count(), 2);
  assert.deepEqual(await lists.nth(0).locator('button').allInnerTexts(), [':ビール:'], 'the same picture');
  const alike = await lists.nth(1).locator('button').allInnerTexts();
  assert.equal(alike.length, 8);
  assert.equal(alike[0], ':ビール:');
  assert.ok(alike.every((name) => names.includes(name.slice(1, -1))));
  await lists.nth(1).locator('button').nth(1).click();
  await page.waitForFunction((name) => document.querySelector('.chosen b').textContent === name, alike[1]);
  await page.locator('#search').fill('');
}

async function checkLegend(page) {
  const all = await ask(page, () => window.emojiMap.count);
  const legend = page.locator('#legend button');
  const sizes = (await legend.locator('.size').allInnerTexts()).map(Number);
  assert.equal(sizes.reduce((sum, size) => sum + size, 0), all);
  assert.ok(sizes.length >= 2);
  await legend.nth(1).focus();
  await page.keyboard.press('Enter');
  await page.waitForFunction((size) => window.emojiMap.traced() === size, sizes[1]);
  assert.equal(await legend.nth(0).getAttribute('aria-pressed'), 'false');
  assert.equal(await legend.nth(1).getAttribute('aria-pressed'), 'true');
  await legend.nth(1).click();
  await page.waitForFunction((size) => window.emojiMap.traced() === size, all);
}

async function checkMoves(page, solid) {
  const view = () => ask(page, () => window.emojiMap.view().join());
  const changes = async (what, act) => {
    const before = await view();
    await act();
    await page.waitForFunction((old) => window.emojiMap.view().join() !== old, before);
    await settled(page);
  };
  const box = await page.locator('#stage').boundingBox();
  const drag = async () => {
    await page.mouse.move(box.x + box.width / 2, box.y + box.height / 2);
    await page.mouse.down();
    await page.mouse.move(box.x + box.width / 2 + 150, box.y + box.height / 2 + 40, { steps: 6 });
    await page.mouse.up();
  };
  const place = await page.evaluate(() => window.emojiMap.placeOf(0));
  await changes(solid ? 'turning' : 'panning', drag);
  const moved = await page.evaluate(() => window.emojiMap.placeOf(0));
  assert.ok(Math.hypot(moved[0] - place[0], moved[1] - place[1]) > 5, 'what lies over the plot follows it');
  await shot(page, solid ? '3d-turned' : '2d-panned');
  await page.locator('#stage').focus();
  for (const key of ['ArrowLeft', 'ArrowUp', '+', '-', '0']) await changes(key, () => page.keyboard.press(key));
  await changes('wheel', async () => {
    await page.mouse.move(box.x + box.width / 2, box.y + box.height / 2);
    await page.mouse.wheel(0, -400);
  });
  await page.keyboard.press('0');
  await settled(page);
}

async function checkFlat(file, names) {
  const browser = await launch();
  const { page, problems, requests } = await openMap(browser, file, { colorScheme: 'light' });
  await settled(page);
  await shot(page, '2d');
  await checkEveryEmojiIsThere(page, names);
  await checkShapes(page, false);
  assert.equal(await ask(page, () => window.emojiMap.drawn.pictures), names.length, 'pictures drawn');
  await checkHover(page);
  await shot(page, '2d-hover-dark');
  await checkNames(page);
  await checkSearch(page);
  await checkChoice(page, names);
  await shot(page, '2d-chosen');
  await checkLegend(page);
  await checkMoves(page, false);
  await checkSleep(page);
  assert.deepEqual(problems, []);
  assert.deepEqual(requests.map((url) => url.slice(0, 7)), ['file://'], 'nothing but the page itself is asked for');
  await browser.close();
}

async function checkSolid(file, names) {
  const browser = await launch();
  const { page, problems, requests } = await openMap(browser, file, { colorScheme: 'dark' });
  await settled(page);
  await shot(page, '3d');
  assert.equal(await ask(page, () => window.emojiMap.solid), true);
  await checkShapes(page, true);
  await checkEveryEmojiIsThere(page, names);
  assert.equal(await ask(page, () => window.emojiMap.drawn.names), 0, 'made with --labels off');
  await page.locator('#names').click();
  await checkNames(page);
  await checkHover(page);
  await shot(page, '3d-hover');
  await checkSearch(page);
  await checkLegend(page);
  await checkMoves(page, true);
  await checkSleep(page);
  assert.deepEqual(problems, []);
  assert.equal(requests.length, 1);
  await browser.close();
}

/** A page that nobody touches draws nothing, and wakes at a touch. */
async function checkSleep(page) {
  await page.mouse.move(2, 2);
  await page.waitForFunction(() => window.emojiMap.sleeps());
  const before = await ask(page, () => window.emojiMap.view().join());
  await page.locator('#stage').focus();
  await page.keyboard.press('+');
  await page.waitForFunction((old) => window.emojiMap.view().join() !== old, before);
  await settled(page);
  await page.keyboard.press('0');
  await settled(page);
}

/** Plotly draws a mark that it does not know as a circle, and says so nowhere. */
async function checkShapes(page, solid) {
  const shapes = await ask(page, () => [...Array(64).keys()].map(window.emojiMap.shapeOf));
  const inSpace = ['circle', 'circle-open', 'cross', 'diamond', 'diamond-open', 'square', 'square-open', 'x'];
  if (solid) assert.deepEqual(shapes.filter((shape) => !inSpace.includes(shape)), [], 'marks that exist in space');
  assert.equal(new Set(shapes).size, solid ? 8 : 10);
}

/** Old machines and careful people have no WebGL: everything but the third dimension works. */
async function checkWithoutWebGl(flat, solid, names) {
  const browser = await launch(['--disable-gpu', '--disable-3d-apis']);
  for (const file of [flat, solid]) {
    const { page, problems } = await openMap(browser, file);
    await checkEveryEmojiIsThere(page, names);
    await settled(page);
    assert.equal(await ask(page, () => window.emojiMap.drawn.pictures), names.length);
    await checkHover(page);
    assert.deepEqual(problems, []);
    await page.context().close();
  }
  await browser.close();
}

async function main() {
  const names = makeCatalogue();
  assert.ok(names.length > 80);
  const flat = makePage('map.html');
  const solid = makePage('map3.html', '--dims', '3', '--labels', 'off', '--clusters', '7');
  await checkFlat(flat, names);
  await checkSolid(solid, names);
  await checkWithoutWebGl(flat, solid, names);
  console.log(`the page of the map does what it should; pictures are in ${out}`);
}

if (!chromiumFound) {
  console.log('SKIP: there is no Chromium');
  process.exit(77);
}
main().catch((error) => { console.error(error); process.exit(1); });
