// The workspace panel: emoji, changes of them, and the state of the connection.
'use strict';

const STATE_EVERY_MS = 2000;
let emojiText = '';

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
  $('state-suggest').textContent = inPair(state.suggest_ms);
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
