// Buttons and menus of messages, modals and the Home tab, and what using them sends.
'use strict';

const SUGGEST_PAUSE_MS = 120; // Slack, too, waits for a pause in typing

const textOf = (object) => (object && object.text) || '';

// Follows something that was sent until the bot has taken it.
async function followUp(id) {
  const outcome = await ask(`/sim/command?id=${encodeURIComponent(id)}&wait_ms=10000`);
  if (outcome.failed || !outcome.acked) throw new Error('the app did not respond');
  return outcome;
}

// Sends what was pressed or chosen in `node`, which stands in a message or in a view.
async function sendAction(node, value) {
  const { blockId: block_id, actionId: action_id } = node.dataset;
  const view = node.closest('[data-view-id]');
  if (view) {
    const { id } = await postJson('/sim/view/act',
      { view_id: view.dataset.viewId, block_id, action_id, value: value ?? '' });
    if (id) await followUp(id);
    return;
  }
  const message = node.closest('.message');
  const { id } = await postJson('/sim/click',
    { channel_id: message.dataset.channel, ts: message.dataset.ts, block_id, action_id });
  await followUp(id);
}

// The same, and tells what goes wrong beside it.
async function sendFrom(node, value) {
  const place = node.closest('.message')?.querySelector('.body') || node.closest('[data-view-id]');
  place.querySelector('.press-failed')?.remove();
  node.disabled = true;
  try {
    await sendAction(node, value);
  } catch (problem) {
    place.append(make('div', 'press-failed', `⚠ ${problem.message}`));
  } finally {
    node.disabled = false;
  }
}

function nameElement(node, element, blockId) {
  node.dataset.blockId = blockId || '';
  node.dataset.actionId = element.action_id || '';
  return node;
}

function buttonNode(element, blockId) {
  const button = nameElement(make('button', `block-button ${element.style || ''}`.trim()), element, blockId);
  button.type = 'button';
  addTextObject(button, element.text);
  button.addEventListener('click', () => {
    if (element.url) window.open(element.url, '_blank', 'noopener');
    const { confirm: question } = element;
    if (question && !window.confirm(`${textOf(question.title)}\n\n${textOf(question.text)}`)) return;
    sendFrom(button);
  });
  return button;
}

function choiceNode(choices, chosen, element, blockId) {
  const menu = nameElement(make('select', 'menu'), element, blockId);
  for (const [value, text] of choices) {
    const option = make('option', '', text);
    option.value = value;
    option.selected = value === chosen;
    menu.append(option);
  }
  menu.setAttribute('aria-label', textOf(element.placeholder) || 'Choose');
  menu.addEventListener('change', () => sendFrom(menu, menu.value));
  return menu;
}

function staticMenuNode(element, blockId, entered) {
  const choices = element.options.map((option) => [option.value, textOf(option.text)]);
  const chosen = (entered?.selected_option || element.initial_option)?.value;
  return choiceNode(chosen ? choices : [['', textOf(element.placeholder)], ...choices], chosen || '', element, blockId);
}

function conversationMenuNode(element, blockId, entered) {
  const choices = conversations.filter((one) => one.id !== HOME).map((one) => [one.id, one.name]);
  const chosen = entered?.selected_conversation;
  return choiceNode(chosen ? choices : [['', 'Choose a conversation'], ...choices], chosen || '', element, blockId);
}

// A menu that asks the bot while one types.
function askingMenuNode(element, blockId, entered) {
  const node = nameElement(make('div', 'asking'), element, blockId);
  const input = make('input');
  const list = make('div', 'offers');
  input.type = 'text';
  input.autocomplete = 'off';
  input.spellcheck = false;
  input.placeholder = textOf(element.placeholder);
  input.setAttribute('aria-label', textOf(element.placeholder));
  list.setAttribute('role', 'listbox');
  list.hidden = true;
  const chosen = make('div', 'chosen');
  if (entered?.selected_option) addTextObject(chosen, entered.selected_option.text);

  function offer(option) {
    const button = make('button', 'offer');
    button.type = 'button';
    button.setAttribute('role', 'option');
    addTextObject(button, option.text);
    button.addEventListener('click', () => {
      list.hidden = true;
      input.value = '';
      chosen.replaceChildren();
      addTextObject(chosen, option.text);
      sendFrom(node, option.value);
    });
    return button;
  }

  let turn = 0;
  async function suggest() {
    const mine = (turn += 1);
    const value = input.value;
    if ([...value].length < (element.min_query_length ?? 3)) {
      list.hidden = true;
      return;
    }
    await pause(SUGGEST_PAUSE_MS);
    if (mine !== turn) return;
    try {
      const { id } = await postJson('/sim/view/suggest', {
        view_id: node.closest('[data-view-id]').dataset.viewId, block_id: blockId, action_id: element.action_id, value,
      });
      const { answers } = await followUp(id);
      if (mine !== turn) return; // typed on meanwhile
      const groups = answers[0]?.option_groups || [{ options: answers[0]?.options || [] }];
      list.replaceChildren(...groups.flatMap((group) => [
        ...(group.label ? [make('div', 'offers-label', textOf(group.label))] : []), ...group.options.map(offer)]));
      if (!list.querySelector('.offer')) list.append(make('div', 'offers-label', 'No results'));
    } catch (problem) {
      list.replaceChildren(make('div', 'press-failed', `⚠ ${problem.message}`));
    }
    list.hidden = false;
  }
  input.addEventListener('input', suggest);
  input.addEventListener('keydown', (event) => {
    if (event.key !== 'ArrowDown' || list.hidden) return;
    event.preventDefault();
    list.querySelector('.offer')?.focus();
  });
  list.addEventListener('keydown', (event) => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (!step) return;
    event.preventDefault();
    const offers = [...list.querySelectorAll('.offer')];
    (offers[offers.indexOf(document.activeElement) + step] || input).focus();
  });
  node.append(chosen, input, list);
  if (element.focus_on_load && !entered) setTimeout(() => input.focus(), 0);
  return node;
}

function interactiveNode(element, blockId, entered) {
  switch (element.type) {
    case 'button': return buttonNode(element, blockId);
    case 'static_select': return staticMenuNode(element, blockId, entered);
    case 'conversations_select': return conversationMenuNode(element, blockId, entered);
    case 'external_select': return askingMenuNode(element, blockId, entered);
    default: return unknownNode(element.type);
  }
}
