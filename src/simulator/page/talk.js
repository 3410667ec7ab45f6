// The conversations and the message box.
'use strict';

const POLL_WAIT_MS = 20000;
const POLL_LIMIT_MS = 30000; // a poll that is silent for longer counts as a broken connection
const RETRY_PAUSE_MS = 1000;
const DIRECT = 'D0HUMAN';
const OUTSIDE = 'C0RANDOM';
const HOME = 'home';

const conversations = [
  { id: 'C0EMOJI', name: '#emoji', topic: 'Alerts about the custom emoji of the workspace' },
  { id: 'C0GENERAL', name: '#general', topic: 'A channel like any other' },
  { id: OUTSIDE, name: '#random', topic: 'A channel that the bot is not in' },
  { id: DIRECT, name: 'Emojiscope', topic: 'Direct message with the bot' },
  { id: HOME, name: 'Emojiscope: Home', topic: 'The Home tab of the app' },
];
let current = DIRECT;
let messages = [];
let lastIndex = 0;
const seen = new Map(); // channel id -> index of the newest message that was on screen
let attached = null;

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
  if (message.thread_ts) body.append(make('span', 'only', 'In a thread'));
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
  if (message.reactions) body.append(reactionsNode(message.reactions));
  node.append(face, body);
  if (!message.ephemeral && !message.command) node.append(messageShortcutNode(message));
  return node;
}

function reactionsNode(reactions) {
  const row = make('div', 'reactions');
  for (const reaction of reactions) {
    const one = make('span', 'reaction');
    addPlain(one, `:${reaction.name}:`, true);
    one.append(make('span', 'count', String(reaction.count)));
    one.title = `:${reaction.name}:`;
    row.append(one);
  }
  return row;
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
  $('composer').hidden = current === HOME;
  $('title').textContent = place.name;
  $('topic').textContent = place.topic;
  document.title = `${place.name} – local workspace`;
  if (current === HOME) {
    drawHome();
    return;
  }
  const here = messages.filter((message) => message.channel === current);
  log.setAttribute('aria-live', 'off');
  log.replaceChildren(...here.map(messageNode));
  if (here.length === 0) log.append(make('p', 'empty', 'No messages yet. Try /emoji followed by a word.'));
  setTimeout(() => log.setAttribute('aria-live', 'polite'), 100);
  $('box').placeholder = current === DIRECT ? 'Write to Emojiscope, or /emoji beer' : 'Write, or /emoji beer';
  $('box-note').textContent = current === DIRECT
    ? 'Enter sends, Shift+Enter starts a new line. Text and images go to the bot.'
    : 'Enter sends. In a channel the bot hears /emoji, and what has @Emojiscope in it.';
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
  if (id === HOME) {
    postJson('/sim/home', {}).catch((problem) => console.warn('home:', problem));
  } else {
    $('box').focus();
  }
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
  const file = command ? null : attached;
  if (!text && !file) return;
  if (!command && text.startsWith('/')) throw new Error('The only command here is /emoji.');
  // The box is emptied at once, so that a second Enter does not send the same again.
  $('box').value = '';
  if (file) attach(null);
  try {
    if (command) {
      await postJson('/sim/command', { text: command[1] || '', channel_id: current });
    } else {
      const query = new URLSearchParams({ text });
      if (file) query.set('filename', file.name || 'image.png');
      if (!direct) query.set('channel', current);
      await post(`${direct ? '/sim/dm' : '/sim/message'}?${query}`, file || '');
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
    if (!file || current === HOME) return;
    event.preventDefault();
    attach(file);
    $('box').focus();
  });
  // A file that misses the zone must not make the browser leave the page.
  const overTalk = (event) => current !== HOME && event.target.closest && event.target.closest('.talk');
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
