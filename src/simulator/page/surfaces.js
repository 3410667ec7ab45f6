// Modals, the Home tab, and the shortcuts that Slack offers in its own menus.
'use strict';

let surfaces = { version: -1, modal: null, home: null };

const enteredIn = (view, blockId, actionId) => view.state?.values?.[blockId]?.[actionId];

function inputNode(block, view) {
  const node = make('div', 'input-block');
  const label = make('div', 'input-label');
  addTextObject(label, block.label);
  node.append(label, interactiveNode(block.element, block.block_id, enteredIn(view, block.block_id, block.element.action_id)));
  return node;
}

function viewBlockNode(block, view) {
  return block.type === 'input' ? inputNode(block, view) : blockNode(block);
}

function drawHome() {
  const log = $('log');
  const view = surfaces.home;
  const node = make('div', 'home-view');
  if (view) {
    node.dataset.viewId = view.id;
    node.append(...view.blocks.map((block) => viewBlockNode(block, view)));
  } else {
    node.append(make('p', 'empty', 'The app has not published its Home yet.'));
  }
  log.replaceChildren(node);
}

// ---- The modal ----

function drawModal() {
  const dialog = $('modal');
  const view = surfaces.modal;
  if (!view) {
    if (dialog.open) dialog.close();
    dialog.replaceChildren();
    return;
  }
  // What somebody is typing into is not taken away: only what stands below it is drawn anew.
  const head = make('h2', 'modal-title');
  addTextObject(head, view.title);
  const body = make('div', 'modal-body');
  const before = new Map([...dialog.querySelectorAll('.modal-block')].map((node) => [node.dataset.drawn, node]));
  for (const block of view.blocks) {
    const drawn = JSON.stringify([view.id, block, view.state?.values?.[block.block_id]]);
    const kept = before.get(drawn);
    const node = kept || make('div', 'modal-block');
    if (!kept) {
      node.dataset.drawn = drawn;
      node.append(viewBlockNode(block, view));
    }
    body.append(node);
  }
  const foot = make('div', 'modal-foot');
  const problem = make('span', 'error');
  problem.setAttribute('role', 'alert');
  const close = make('button');
  close.type = 'button';
  close.id = 'modal-close';
  if (view.close) addTextObject(close, view.close);
  else close.textContent = 'Close';
  close.addEventListener('click', closeModal);
  foot.append(problem, close);
  if (view.submit) {
    const submit = make('button', 'primary');
    submit.type = 'button';
    submit.id = 'modal-submit';
    addTextObject(submit, view.submit);
    submit.addEventListener('click', () => submitModal(submit, problem));
    foot.append(submit);
  }
  dialog.dataset.viewId = view.id;
  dialog.replaceChildren(head, body, foot);
  if (!dialog.open) dialog.showModal();
}

async function closeModal() {
  if (!surfaces.modal) return;
  await postJson('/sim/view/close', { view_id: surfaces.modal.id }).catch((problem) => console.warn('modal:', problem));
}

async function submitModal(button, problem) {
  button.disabled = true;
  problem.textContent = '';
  try {
    const { id } = await postJson('/sim/view/submit', { view_id: surfaces.modal.id });
    const { answers } = await followUp(id);
    problem.textContent = Object.values(answers[0]?.errors || {}).join(' ');
  } catch (trouble) {
    problem.textContent = trouble.message;
  } finally {
    button.disabled = false;
  }
}

// ---- Shortcuts ----

async function useShortcut(callbackId, message) {
  $('send-error').textContent = '';
  try {
    const { id } = await postJson('/sim/shortcut', {
      callback_id: callbackId, channel_id: message ? message.channel : current, ...(message && { ts: message.ts }),
    });
    await followUp(id);
  } catch (problem) {
    $('send-error').textContent = problem.message;
  }
}

function messageShortcutNode(message) {
  const button = make('button', 'message-shortcut', 'Find an emoji for this');
  button.type = 'button';
  button.addEventListener('click', () => useShortcut('react_to_message', message));
  return button;
}

function setUpSurfaces() {
  $('shortcut').addEventListener('click', () => useShortcut('pick_emoji'));
  $('modal').addEventListener('cancel', (event) => {
    event.preventDefault();
    closeModal();
  });
}

async function watchSurfacesForEver() {
  for (;;) {
    try {
      const fresh = await ask(`/sim/surfaces?after=${surfaces.version}&wait_ms=${POLL_WAIT_MS}`,
        { signal: AbortSignal.timeout(POLL_LIMIT_MS) });
      if (fresh.version === surfaces.version) continue;
      await refreshEmoji(); // first, so that names in the views find their pictures
      surfaces = fresh;
      drawModal();
      if (current === HOME) drawHome();
    } catch (problem) {
      console.warn('views:', problem);
      await pause(RETRY_PAUSE_MS);
    }
  }
}
