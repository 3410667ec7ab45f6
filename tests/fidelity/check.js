// Slack's own Socket Mode client talks to the local Slack: if they understand each other, a bot
// that works here works there.
//
// usage: node check.js PATH/TO/emojiscope WORKSPACE_FOLDER
'use strict';
const { once } = require('node:events');
const assert = require('node:assert/strict');
const { SocketModeClient, LogLevel } = require('@slack/socket-mode');
const { WebClient } = require('@slack/web-api');
const { startSlack, control, within } = require('./local_slack.js');

const LIMIT_MS = 30_000;

async function checkCommand(client, printed) {
  const got = once(client, 'slash_commands');
  const sent = await control(printed, '/sim/command', JSON.stringify({ text: 'beer & <wine>' }));
  const [{ ack, body }] = await got;
  assert.equal(body.command, '/emoji');
  assert.equal(body.text, 'beer &amp; &lt;wine&gt;');
  assert.ok(body.response_url && body.trigger_id && body.team_id && body.user_id && body.channel_id);
  await ack();
  const answer = await fetch(body.response_url, {
    method: 'POST', headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify({ text: 'here' }),
  });
  assert.equal(answer.status, 200);
  const state = await control(printed, `/sim/command?id=${sent.id}&wait_ms=5000`);
  assert.equal(state.acked, true);
  assert.equal(state.answered, true);
}

async function checkEvent(client, printed) {
  const got = once(client, 'emoji_changed');
  await control(printed, '/sim/emoji/alias', JSON.stringify({ name: 'fidelity', alias_for: 'tada' }));
  const [{ ack, event, body }] = await got;
  assert.equal(event.type, 'emoji_changed');
  assert.equal(event.subtype, 'add');
  assert.equal(event.name, 'fidelity');
  assert.equal(event.value, 'alias:tada');
  assert.ok(body.event_id && body.event_time && body.team_id);
  await ack();
}

async function checkReconnect(client, printed) {
  const again = once(client, 'connected');
  await control(printed, '/sim/disconnect', JSON.stringify({ reason: 'refresh_requested' }));
  await again;
  await checkEvent2(client, printed);
}

async function checkEvent2(client, printed) {
  const got = once(client, 'emoji_changed');
  await control(printed, '/sim/emoji/remove', JSON.stringify({ names: ['fidelity'] }));
  const [{ ack, event }] = await got;
  assert.equal(event.subtype, 'remove');
  assert.deepEqual(event.names, ['fidelity']);
  await ack();
}

async function main() {
  const [program, workspace] = process.argv.slice(2);
  const { child, printed } = await startSlack(program, workspace);
  const clientOptions = { slackApiUrl: printed.EMOJISCOPE_SLACK_API_URL };
  const client = new SocketModeClient({
    appToken: printed.SLACK_APP_TOKEN, logLevel: LogLevel.ERROR, clientOptions,
  });
  try {
    const api = new WebClient(printed.SLACK_BOT_TOKEN, clientOptions);
    const self = await api.auth.test();
    assert.ok(self.ok && self.team_id && self.user_id);
    const list = await api.emoji.list();
    assert.ok(list.ok && typeof list.emoji === 'object');
    await client.start(); // resolves after hello
    await checkCommand(client, printed);
    await checkEvent(client, printed);
    await checkReconnect(client, printed);
    const posted = await api.chat.postMessage({ channel: printed.EMOJISCOPE_ALERT_CHANNEL, text: 'hi' });
    assert.ok(posted.ok && posted.ts);
    const state = await control(printed, '/sim/state');
    assert.deepEqual(state.violations, []);
    console.log('Slack\'s own client: hello, command, event, acknowledgement, reconnect, messages: ok');
  } finally {
    await client.disconnect().catch(() => {});
    child.kill('SIGTERM');
    await once(child, 'exit');
  }
}

within(LIMIT_MS, main);
