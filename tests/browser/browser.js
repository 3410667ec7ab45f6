// Debian's Chromium, and pages of maps made by the program.
'use strict';
const { execFileSync } = require('node:child_process');
const fs = require('node:fs');
const path = require('node:path');
const { chromium } = require('playwright-core');

const LIMIT_MS = 90_000;  // WebGL is drawn by the processor here, and it may have much else to do
const GL = ['--use-gl=angle', '--use-angle=swiftshader', '--enable-unsafe-swiftshader'];
const FLAGS = ['--no-sandbox', '--no-first-run', '--disable-background-networking',
  '--disable-component-update', '--disable-sync'];

const found = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'].find((file) => fs.existsSync(file));

/** Each with a fresh profile. */
function launch(flags = GL) {
  return chromium.launch({ executablePath: found, headless: true, args: [...FLAGS, ...flags] });
}

/** Opens a page of the program's in a browser without a network, and waits until it is drawn. */
async function openMap(browser, file, options = {}) {
  const context = await browser.newContext({
    viewport: { width: 1280, height: 800 }, offline: true,
    permissions: ['clipboard-read', 'clipboard-write'], ...options,
  });
  const page = await context.newPage();
  page.setDefaultTimeout(LIMIT_MS);
  page.setDefaultNavigationTimeout(LIMIT_MS);
  const problems = [];
  const requests = [];
  page.on('pageerror', (error) => problems.push(error.message));
  page.on('console', (message) => { if (message.type() === 'error') problems.push(message.text()); });
  page.on('request', (request) => { if (!/^(data|blob):/.test(request.url())) requests.push(request.url()); });
  await page.goto('file://' + path.resolve(file) + '#inspect');
  await page.waitForFunction(() => window.emojiMap?.ready && window.emojiMap.view());
  return { page, problems, requests, context };
}

/** Resolves when a frame has passed and what lies over the plot is drawn for the present view. */
async function settled(page) {
  await page.evaluate(() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))));
  await page.waitForFunction(() => window.emojiMap.rests());
}

/** Runs the program; its standard output. */
function run(program, data, ...rest) {
  return execFileSync(program, ['--config', path.join(data, 'config.yaml'), '--data', path.join(data, 'data'), ...rest],
    { encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'] });
}

module.exports = { launch, openMap, settled, run, LIMIT_MS, chromiumFound: Boolean(found) };
