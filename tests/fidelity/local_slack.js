// The local Slack as a process of its own, and its controls.
'use strict';
const { spawn } = require('node:child_process');
const assert = require('node:assert/strict');
const readline = require('node:readline');

/** Starts it and resolves to what it printed, by key. */
async function startSlack(program, workspace) {
  const child = spawn(program, ['simulate', '--port', '0', '--workspace', workspace], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  process.on('exit', () => child.kill());
  const printed = {};
  for await (const line of readline.createInterface({ input: child.stdout })) {
    const [, key, value] = /^([A-Za-z_]+)[:=]\s*(.*)$/.exec(line) ?? [];
    if (key) printed[key] = value;
    if (key === 'EMOJISCOPE_ALERT_CHANNEL') break;
  }
  assert.ok(printed.EMOJISCOPE_SLACK_API_URL, 'the local Slack did not start');
  return { child, printed };
}

async function control(printed, path, body, type = 'application/json') {
  const url = new URL(path, printed.page);
  const response = await fetch(url, body === undefined ? {} : {
    method: 'POST', headers: { 'Content-Type': type }, body,
  });
  assert.equal(response.status, 200, `${path}: status ${response.status}`);
  return response.json();
}

/** Runs `main` until it ends, for so long at most. */
function within(milliseconds, main) {
  const limit = setTimeout(() => {
    console.error(`no end within ${milliseconds} ms`);
    process.exit(1);
  }, milliseconds);
  main().then(() => clearTimeout(limit), (error) => {
    console.error(error);
    process.exit(1);
  });
}

module.exports = { startSlack, control, within };
