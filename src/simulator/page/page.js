// The chat page of the local workspace: conversations, the message box, and the workspace panel.
// What messages look like is in render.js.
'use strict';

const POLL_WAIT_MS = 20000;
const POLL_LIMIT_MS = 30000; // a poll that is silent for longer counts as a broken connection
const RETRY_PAUSE_MS = 1000;
const STATE_EVERY_MS = 2000;
const DIRECT = 'D0HUMAN';

const conversations = [
  { id: 'C0EMOJI', name: '#emoji', topic: 'Alerts about the custom emoji of the workspace' },
  { id: 'C0GENERAL', name: '#general', topic: 'A channel like any other' },
  { id: DIRECT, name: 'Emojiscope', topic: 'Direct message with the bot' },
];
let current = DIRECT;
let messages = [];
let lastIndex = 0;
const seen = new Map(); // channel id -> index of the newest message that was on screen
let emojiText = '';
let attached = null;

const $ = (id) => document.getElementById(id);
const pause = (ms) => new Promise((done) => setTimeout(done, ms));

// ---- The server ----

async function ask(path, options) {
  const answer = await fetch(path, options);
  const body = await answer.json().catch(() => null);
  if (!answer.ok || (body && body.ok === false)) {
    throw new Error((body && body.error) || `The server answered ${answer.status}`);
  }
  return body || {};
}

const post = (path, body) => ask(path, { method: 'POST', body });
const postJson = (path, value) => ask(path, {
  method: 'POST', body: JSON.stringify(value), headers: { 'Content-Type': 'application/json' },
});

// ---- Messages ----

function messageNode(message) {
  const mine = Boolean(message.user) && !message.bot_id;
  const node = make('article', `message${mine ? '' : ' bot'}${message.ephemeral ? ' ephemeral' : ''}`);
  node.dataset.channel = message.channel;
  node.dataset.ts = message.ts;
  const face = make('div', 'face', mine ? 'Y' : 'E');
  face.setAttribute('aria-hidden', 'true');
  const body = make('div', 'body');
  if (message.ephemeral) body.append(make('span', 'only', 'Only visible to you'));
  const head = make('div');
  const when = make('time', 'when');
  const moment = new Date(Number(message.ts) * 1000);
  if (!Number.isNaN(moment.getTime())) {
    when.dateTime = moment.toISOString();
    when.textContent = moment.toLocaleTimeString([], { hour: '2-digit', minute: '2-digit', second: '2-digit' });
  }
  head.append(make('span', 'who', mine ? 'You' : 'Emojiscope'), when);
  body.append(head);
  if (message.command) {
    body.append(make('div', 'typed', message.command));
  } else if (Array.isArray(message.blocks) && message.blocks.length > 0) {
    for (const block of message.blocks) body.append(blockNode(block));
  } else if (message.text) {
    const text = make('div');
    addMrkdwn(text, message.text);
    body.append(text);
  }
  for (const file of message.files || []) body.append(fileNode(file));
  node.append(face, body);
  return node;
}

// ---- Buttons in messages ----

const textOf = (object) => (object && object.text) || '';

async function pressElement(button, element) {
  const { confirm: question } = element;
  if (question && !window.confirm(`${textOf(question.title)}\n\n${textOf(question.text)}`)) return;
  const message = button.closest('.message');
  button.disabled = true;
  message.querySelector('.press-failed')?.remove();
  try {
    const { id } = await postJson('/sim/click', {
      channel_id: message.dataset.channel, ts: message.dataset.ts,
      block_id: button.dataset.blockId, action_id: button.dataset.actionId,
    });
    const outcome = await ask(`/sim/command?id=${encodeURIComponent(id)}&wait_ms=10000`);
    if (outcome.failed || !outcome.acked) throw new Error('the app did not respond');
  } catch (problem) {
    message.querySelector('.body').append(make('div', 'press-failed', `⚠ ${problem.message}`));
  } finally {
    button.disabled = false;
  }
}

// ---- The conversation ----

let followNewest = true;
function scrollToNewest() {
  if (followNewest) $('log').scrollTop = $('log').scrollHeight;
}

// Draws the whole conversation anew. It is not announced: only messages that arrive later are.
function drawConversation() {
  const log = $('log');
  const place = conversations.find((one) => one.id === current);
  const here = messages.filter((message) => message.channel === current);
  log.setAttribute('aria-live', 'off');
  log.replaceChildren(...here.map(messageNode));
  if (here.length === 0) log.append(make('p', 'empty', 'No messages yet. Try /emoji followed by a word.'));
  setTimeout(() => log.setAttribute('aria-live', 'polite'), 100);
  $('title').textContent = place.name;
  $('topic').textContent = place.topic;
  document.title = `${place.name} – local workspace`;
  $('drop').hidden = current !== DIRECT;
  $('box').placeholder = current === DIRECT ? 'Write to Emojiscope, or /emoji beer' : '/emoji beer';
  $('box-note').textContent = current === DIRECT
    ? 'Enter sends, Shift+Enter starts a new line. Text and images go to the bot.'
    : 'Enter sends. In a channel the bot hears /emoji only.';
  scrollToNewest();
}

function drawList() {
  for (const id of new Set(messages.map((message) => message.channel))) {
    if (!conversations.some((known) => known.id === id)) conversations.push({ id, name: id, topic: '' });
  }
  const list = $('conversations');
  for (const place of conversations) {
    let button = list.querySelector(`button[data-id="${CSS.escape(place.id)}"]`);
    if (!button) {
      button = make('button');
      button.type = 'button';
      button.dataset.id = place.id;
      button.addEventListener('click', () => openConversation(place.id));
      const item = make('li');
      item.append(button);
      list.append(item);
    }
    const here = messages.filter((message) => message.channel === place.id);
    if (place.id === current && here.length > 0) seen.set(place.id, here[here.length - 1].index);
    const unread = here.filter((m) => (m.bot_id || !m.user) && m.index > (seen.get(place.id) || 0)).length;
    button.setAttribute('aria-current', String(place.id === current));
    button.classList.toggle('unread', unread > 0);
    button.replaceChildren(make('span', '', place.name));
    if (unread > 0) {
      const badge = make('span', 'badge', String(unread));
      badge.append(make('span', 'unseen', ' unread'));
      button.append(badge);
    }
  }
}

function openConversation(id) {
  current = id;
  followNewest = true;
  $('send-error').textContent = '';
  drawList();
  drawConversation();
  $('box').focus();
}

// A changed or deleted message comes again under its old time stamp.
function foldChanges(list) {
  const byTime = new Map();
  for (const message of list) {
    const key = `${message.channel} ${message.ts}`;
    if (message.deleted) byTime.delete(key);
    else byTime.set(key, { ...message, index: byTime.get(key)?.index ?? message.index });
  }
  return [...byTime.values()];
}

function addMessages(fresh) {
  if (fresh.some((message) => message.edited || message.deleted)) {
    lastIndex = fresh.reduce((most, message) => Math.max(most, message.index), lastIndex);
    messages = foldChanges([...messages, ...fresh]);
    drawList();
    drawConversation();
    return;
  }
  messages.push(...fresh);
  lastIndex = fresh.reduce((most, message) => Math.max(most, message.index), lastIndex);
  const here = fresh.filter((message) => message.channel === current);
  if (here.length > 0) {
    const empty = $('log').querySelector(':scope > .empty');
    if (empty) empty.remove();
    if (here.some((message) => message.user && !message.bot_id)) followNewest = true;
    $('log').append(...here.map(messageNode));
    scrollToNewest();
  }
  drawList();
}

// A lost connection may mean a new server that counts from the start again, so everything is read
// anew after it.
async function readAll() {
  const all = [];
  let newest = 0;
  for (let part; part === undefined || part.length > 0;) { // one answer holds a few hundred at most
    part = (await ask(`/sim/messages?after=${newest}&wait_ms=0`)).messages;
    all.push(...part);
    newest = part.reduce((most, message) => Math.max(most, message.index), newest);
  }
  await refreshEmoji();
  if (newest < lastIndex) seen.clear();
  messages = foldChanges(all);
  lastIndex = newest;
  drawList();
  drawConversation();
}

async function pollForEver() {
  for (let connected = false; ;) {
    try {
      if (!connected) await readAll();
      if (!connected) $('link-state').textContent = 'Connected';
      connected = true;
      const { messages: fresh } = await ask(`/sim/messages?after=${lastIndex}&wait_ms=${POLL_WAIT_MS}`,
        { signal: AbortSignal.timeout(POLL_LIMIT_MS) });
      if (fresh.length > 0) {
        await refreshEmoji(); // first, so that names in the new messages find their pictures
        addMessages(fresh);
      }
    } catch (problem) {
      connected = false;
      $('link-state').textContent = 'Connection lost, trying again…';
      console.warn('messages:', problem);
      await pause(RETRY_PAUSE_MS);
    }
  }
}

// ---- The message box ----

function attach(file) {
  attached = file || null;
  $('file-name').textContent = attached ? `${attached.name} (${Math.ceil(attached.size / 1024)} KiB)` : '';
  $('file-clear').hidden = !attached;
  if (!attached) $('file').value = '';
}

async function send() {
  const text = $('box').value.trim();
  const command = /^\/emoji(?:\s+([\s\S]*))?$/.exec(text);
  const direct = current === DIRECT;
  const file = direct && !command ? attached : null;
  if (!text && !file) return;
  if (!command && text.startsWith('/')) throw new Error('The only command here is /emoji.');
  if (!command && !direct) throw new Error('In a channel the bot hears /emoji only. Plain text goes to the direct message.');
  // The box is emptied at once, so that a second Enter does not send the same again.
  $('box').value = '';
  if (file) attach(null);
  try {
    if (command) {
      await postJson('/sim/command', { text: command[1] || '', channel_id: current });
    } else {
      const query = new URLSearchParams({ text });
      if (file) query.set('filename', file.name || 'image.png');
      await post(`/sim/dm?${query}`, file || '');
    }
  } catch (problem) {
    if (!$('box').value) $('box').value = text;
    if (file && !attached) attach(file);
    throw problem;
  }
}

function insertIntoBox(text) {
  const box = $('box');
  box.setRangeText(text, box.selectionStart, box.selectionEnd, 'end');
  box.focus();
}

function setUpComposer() {
  const submit = async () => {
    $('send-error').textContent = '';
    await send().catch((problem) => { $('send-error').textContent = problem.message; });
  };
  $('composer').addEventListener('submit', (event) => { event.preventDefault(); submit(); });
  $('box').addEventListener('keydown', (event) => {
    if (event.key !== 'Enter' || event.shiftKey || event.isComposing) return;
    event.preventDefault();
    submit();
  });
  $('file').addEventListener('change', () => { if ($('file').files[0]) attach($('file').files[0]); });
  $('file-clear').addEventListener('click', () => { attach(null); $('file').focus(); });
  document.addEventListener('paste', (event) => {
    const file = event.clipboardData && event.clipboardData.files[0];
    if (!file || current !== DIRECT) return;
    event.preventDefault();
    attach(file);
    $('box').focus();
  });
  // A file that misses the zone must not make the browser leave the page.
  const overTalk = (event) => current === DIRECT && event.target.closest && event.target.closest('.talk');
  const isInput = (event) => event.target.matches && event.target.matches('.panel input[type="file"]');
  document.addEventListener('dragover', (event) => {
    if (!event.dataTransfer.types.includes('Files') || isInput(event)) return;
    event.preventDefault();
    $('drop').classList.toggle('over', Boolean(overTalk(event)));
    event.dataTransfer.dropEffect = overTalk(event) ? 'copy' : 'none';
  });
  document.addEventListener('dragleave', (event) => { if (!event.relatedTarget) $('drop').classList.remove('over'); });
  document.addEventListener('drop', (event) => {
    $('drop').classList.remove('over');
    if (!event.dataTransfer.types.includes('Files') || isInput(event)) return;
    event.preventDefault();
    if (overTalk(event) && event.dataTransfer.files[0]) attach(event.dataTransfer.files[0]);
  });
  const log = $('log');
  // Only scrolling upwards ends the following: a picture that has grown meanwhile must not.
  let before = 0;
  log.addEventListener('scroll', () => {
    if (log.scrollHeight - log.scrollTop - log.clientHeight < 40) followNewest = true;
    else if (log.scrollTop < before) followNewest = false;
    before = log.scrollTop;
  });
  // Pictures get their height late; the newest message stays in sight all the same.
  log.addEventListener('load', scrollToNewest, true);
}

// ---- The workspace panel ----

async function refreshEmoji() {
  const answer = await ask('/sim/emoji');
  const text = JSON.stringify(answer.emoji || {});
  if (text === emojiText) return;
  emojiText = text;
  emoji = new Map(Object.entries(answer.emoji || {}));
  drawGrid();
  drawConversation();
}

function drawGrid() {
  const names = [...emoji.keys()].sort((a, b) => a.localeCompare(b));
  $('emoji-count').textContent = String(names.length);
  $('emoji-grid').replaceChildren(...names.map((name) => {
    const button = make('button');
    const value = emoji.get(name);
    const found = resolveEmoji(name);
    button.type = 'button';
    button.dataset.name = name;
    button.title = value.startsWith('alias:') ? `:${name}: (alias of :${value.slice(6)}:)` : `:${name}:`;
    button.tabIndex = -1;
    if (found && found.url) {
      const image = picture('', '');
      image.loading = 'lazy';
      image.src = found.url;
      button.append(image);
    } else {
      button.append(make('span', '', found ? found.glyph : '?'));
    }
    button.append(make('span', '', name));
    return button;
  }));
  $('emoji-names').replaceChildren(...names.map((name) => {
    const option = make('option');
    option.value = name;
    return option;
  }));
  filterGrid();
}

const shownButtons = () => [...$('emoji-grid').querySelectorAll('button:not([hidden])')];

// The grid is one stop of the Tab key; the arrow keys move within it.
function makeTabStop(button) {
  for (const other of $('emoji-grid').querySelectorAll('button[tabindex="0"]')) other.tabIndex = -1;
  if (button) button.tabIndex = 0;
}

function filterGrid() {
  const wanted = $('emoji-search').value.trim().replace(/:/g, '').toLowerCase();
  for (const button of $('emoji-grid').children) {
    button.hidden = !button.dataset.name.toLowerCase().includes(wanted);
  }
  const shown = shownButtons();
  $('emoji-found').textContent = wanted ? `${shown.length} found` : '';
  makeTabStop(shown[0]);
}

function moveInGrid(event) {
  const shown = shownButtons();
  const at = shown.indexOf(event.target.closest('button'));
  if (at < 0) return;
  const firstTop = shown[0].offsetTop;
  const columns = shown.findIndex((button) => button.offsetTop !== firstTop);
  const row = columns < 0 ? shown.length : columns;
  const to = {
    ArrowLeft: at - 1, ArrowRight: at + 1, ArrowUp: at - row, ArrowDown: at + row, Home: 0, End: shown.length - 1,
  }[event.key];
  if (to === undefined) return;
  event.preventDefault();
  if (!shown[to]) return;
  makeTabStop(shown[to]);
  shown[to].focus();
}

const bare = (id) => $(id).value.trim().replace(/^:|:$/g, '');

function setUpForm(id, act) {
  const form = $(id);
  const outcome = form.querySelector('.outcome');
  const button = form.querySelector('button[type="submit"]');
  form.addEventListener('submit', async (event) => {
    event.preventDefault();
    button.disabled = true;
    outcome.textContent = '';
    outcome.classList.remove('failed');
    try {
      outcome.textContent = await act();
      form.reset();
    } catch (problem) {
      outcome.classList.add('failed');
      outcome.textContent = problem.message;
    }
    button.disabled = false;
    refreshEmoji().catch((problem) => { $('emoji-error').textContent = problem.message; });
  });
}

function setUpPanel() {
  $('emoji-search').addEventListener('input', filterGrid);
  $('emoji-grid').addEventListener('keydown', moveInGrid);
  $('emoji-grid').addEventListener('click', (event) => {
    const button = event.target.closest('button');
    if (button) insertIntoBox(`:${button.dataset.name}:`);
  });
  $('upload-file').addEventListener('change', () => {
    const file = $('upload-file').files[0];
    if (file && !$('upload-name').value) {
      $('upload-name').value = file.name.replace(/\.[^.]*$/, '').toLowerCase().replace(/[^\p{L}\p{N}_-]+/gu, '_');
    }
  });
  setUpForm('form-upload', async () => {
    const name = bare('upload-name');
    await post(`/sim/emoji?${new URLSearchParams({ name })}`, $('upload-file').files[0]);
    return `:${name}: is there now.`;
  });
  setUpForm('form-alias', async () => {
    const change = { name: bare('alias-name'), alias_for: bare('alias-for') };
    await postJson('/sim/emoji/alias', change);
    return `:${change.name}: stands for :${change.alias_for}: now.`;
  });
  setUpForm('form-rename', async () => {
    const change = { old_name: bare('rename-old'), new_name: bare('rename-new') };
    await postJson('/sim/emoji/rename', change);
    return `:${change.old_name}: is :${change.new_name}: now.`;
  });
  setUpForm('form-remove', async () => {
    const names = $('remove-names').value.split(/[\s,:]+/).filter(Boolean);
    await postJson('/sim/emoji/remove', { names });
    return `Removed: ${names.join(', ')}`;
  });
  setUpForm('form-cut', async () => {
    await postJson('/sim/cut', {});
    return 'The connection was cut.';
  });
}

const inMs = (value) => (Number.isFinite(value) ? `${value < 10 ? value.toFixed(1) : Math.round(value)} ms` : '–');
const inPair = (times) => (times && times.n > 0 ? `${inMs(times.p50)} / ${inMs(times.p99)} (${times.n})` : '–');

let violationsText = '[]';
function drawState(state) {
  const counts = state.counts || {};
  $('state-sockets').textContent = String(state.sockets);
  $('state-ack').textContent = inPair(state.ack_ms);
  $('state-answer').textContent = inPair(state.answer_ms);
  $('state-commands').textContent = `${counts.commands ?? 0} sent, ${counts.answered ?? 0} answered`;
  $('state-events').textContent = `${counts.events ?? 0} sent, ${counts.acked ?? 0} acked, ${counts.unacked ?? 0} not`;
  const violations = state.violations || [];
  const text = JSON.stringify(violations);
  if (text === violationsText) return;
  violationsText = text;
  $('violations-count').textContent = String(violations.length);
  $('violations').classList.toggle('some', violations.length > 0);
  $('violations-list').replaceChildren(...violations.map((one) => make('li', '', String(one))));
}

async function watchStateForEver() {
  for (;;) {
    try {
      drawState(await ask('/sim/state'));
    } catch (problem) {
      $('state-sockets').textContent = 'The server does not answer';
    }
    await pause(STATE_EVERY_MS);
  }
}

setUpComposer();
setUpPanel();
drawList();
drawConversation();
pollForEver();
watchStateForEver();
