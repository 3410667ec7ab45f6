// A small app on Slack's own framework lives with the local Slack: a command, an event, a button, a
// rotation, a lost connection.
//
// usage: node bolt.js PATH/TO/emojiscope WORKSPACE_FOLDER
'use strict';
const { once, EventEmitter } = require('node:events');
const assert = require('node:assert/strict');
const { App, LogLevel } = require('@slack/bolt');
const { startSlack, control, within } = require('./local_slack.js');

const LIMIT_MS = 60_000;
const WAIT_MS = 10_000;

/** The next `name` that the app emits. */
async function next(news, name) {
  const [what] = await once(news, name, { signal: AbortSignal.timeout(WAIT_MS) });
  return what;
}

function makeApp(printed, news) {
  const app = new App({
    token: printed.SLACK_BOT_TOKEN,
    appToken: printed.SLACK_APP_TOKEN,
    socketMode: true,
    logLevel: LogLevel.ERROR,
    clientOptions: { slackApiUrl: printed.EMOJISCOPE_SLACK_API_URL },
  });
  app.command('/emoji', async ({ command, ack, respond }) => {
    await ack();
    await respond({ text: `you asked for ${command.text}` });
    news.emit('command', command);
  });
  app.event('emoji_changed', async ({ event }) => news.emit('event', event));
  app.action('press_me', async ({ ack, action, respond }) => {
    await ack();
    await respond({ text: 'pressed', replace_original: true });
    news.emit('action', action);
  });
  app.error(async (error) => news.emit('trouble', error));
  return app;
}

async function checkCommand(printed, news, text) {
  const got = next(news, 'command');
  const sent = await control(printed, '/sim/command', JSON.stringify({ text }));
  assert.equal((await got).text, text);
  const state = await control(printed, `/sim/command?id=${sent.id}&wait_ms=5000`);
  assert.deepEqual([state.acked, state.answered, state.answers.length], [true, true, 1]);
}

async function checkEvent(printed, news, name) {
  const got = next(news, 'event');
  await control(printed, '/sim/emoji/alias', JSON.stringify({ name, alias_for: 'tada' }));
  const event = await got;
  assert.deepEqual([event.subtype, event.name], ['add', name]);
}

async function checkButton(printed, news, app) {
  const channel = printed.EMOJISCOPE_ALERT_CHANNEL;
  const posted = await app.client.chat.postMessage({
    channel, text: 'a button',
    blocks: [{
      type: 'actions',
      elements: [{ type: 'button', action_id: 'press_me', value: 'v',
                   text: { type: 'plain_text', text: 'Press me' } }],
    }],
  });
  const got = next(news, 'action');
  const sent = await control(printed, '/sim/click', JSON.stringify({
    channel_id: channel, ts: posted.ts, action_id: 'press_me',
  }));
  assert.equal((await got).value, 'v');
  const state = await control(printed, `/sim/command?id=${sent.id}&wait_ms=5000`);
  assert.deepEqual([state.acked, state.answered], [true, true]);
}

/** Until another socket than the `dials` before has been greeted. */
async function reconnected(printed, dials) {
  for (const end = Date.now() + WAIT_MS; Date.now() < end;) {
    const state = await control(printed, '/sim/state');
    if (state.counts.dials > dials && state.sockets > 0) return;
    await new Promise((done) => setTimeout(done, 50));
  }
  assert.fail('no other socket came');
}

async function main() {
  const [program, workspace] = process.argv.slice(2);
  const { child, printed } = await startSlack(program, workspace);
  const news = new EventEmitter();
  const app = makeApp(printed, news);
  const troubles = [];
  news.on('trouble', (error) => troubles.push(error));
  try {
    await app.start();
    await checkCommand(printed, news, 'beer');
    await checkEvent(printed, news, 'before');
    await checkButton(printed, news, app);
    for (const [path, body] of [['/sim/disconnect', { reason: 'refresh_requested' }],
      ['/sim/disconnect', { reason: 'warning' }], ['/sim/cut', {}]]) {
      const { counts } = await control(printed, '/sim/state');
      await control(printed, path, JSON.stringify(body));
      await reconnected(printed, counts.dials);
      await checkEvent(printed, news, `after_${counts.dials}`);
      await checkCommand(printed, news, `again ${counts.dials}`);
    }
    const state = await control(printed, '/sim/state');
    assert.deepEqual(state.violations, []);
    assert.deepEqual(troubles, []);
    console.log('Slack\'s own framework: command, event, button, rotations, a lost connection: ok');
  } finally {
    await app.stop().catch(() => {});
    child.kill('SIGTERM');
    await once(child, 'exit');
  }
}

within(LIMIT_MS, main);
