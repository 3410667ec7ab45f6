// Beside the plot: what was found, what was chosen, and the clusters.

const byId = (id) => document.getElementById(id);
const mostListed = 60;

function element(tag, text, className) {
  const made = document.createElement(tag);
  if (text !== undefined) made.textContent = text;
  if (className) made.className = className;
  return made;
}

const say = (text) => { byId('status').textContent = text; };

function emojiButton(i) {
  const item = element('li');
  const button = element('button');
  button.type = 'button';
  button.dataset.emoji = i;
  button.append(pictureElement(i, 24), element('span', `:${emoji.names[i]}:`));
  button.addEventListener('click', () => { choose(i); goTo(i); });
  item.append(button);
  return item;
}

function emojiList(places) {
  const list = element('ul', undefined, 'emoji-list');
  list.append(...places.map(emojiButton));
  return list;
}

async function copy(text) {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    // Without permission, or in an old browser: by way of a selection.
    const area = element('textarea');
    area.value = text;
    document.body.append(area);
    area.select();
    const done = document.execCommand('copy');
    area.remove();
    return done;
  }
}

/** Copies the emoji's name and shows what it is like. */
async function choose(i) {
  state.chosen = i;
  showDetails(i);
  showState();
  const name = `:${emoji.names[i]}:`;
  const copied = await copy(name);
  say(copied ? `${name} copied` : `${name} (not copied: the browser forbids it)`);
}

function showDetails(i) {
  const box = byId('details');
  const head = element('div', undefined, 'chosen');
  const text = element('div');
  text.append(element('b', `:${emoji.names[i]}:`));
  if (emoji.aliases[i].length) text.append(element('p', 'also ' + emoji.aliases[i].map((a) => `:${a}:`).join(' '), 'plain faint'));
  if (emoji.words[i].length) text.append(element('p', 'reads ' + emoji.words[i][0], 'plain faint'));
  text.append(element('p', 'in ' + data.clusters[emoji.cluster[i]].label, 'plain faint'));
  head.append(pictureElement(i, 64), text);
  const same = (groupOf.get(i) ?? []).filter((other) => other !== i);
  box.replaceChildren(head);
  if (same.length) box.append(element('h2', 'The same picture'), emojiList(same));
  if (emoji.nearest[i].length) box.append(element('h2', 'Most alike'), emojiList(emoji.nearest[i]));
  box.hidden = false;
}

function search(text) {
  state.hits = find(text);
  const list = state.hits.slice(0, mostListed).map(emojiButton);
  byId('hits').replaceChildren(...list);
  byId('found').hidden = list.length === 0;
  const more = state.hits.length > mostListed ? `, ${mostListed} of them listed` : '';
  say(fold(text) === '' ? '' : `${state.hits.length} found${more}`);
  showState();
}

/** The marks of the legend, drawn as the plot draws them. */
const shapePaths = {
  circle: 'M7 1a6 6 0 1 0 .01 0z', square: 'M2 2h10v10H2z', diamond: 'M7 0l7 7-7 7-7-7z',
  cross: 'M5 1h4v4h4v4H9v4H5V9H1V5h4z', x: 'M3 1l4 4 4-4 2 2-4 4 4 4-2 2-4-4-4 4-2-2 4-4-4-4z',
};
function mark(cluster) {
  const svg = document.createElementNS('http://www.w3.org/2000/svg', 'svg');
  svg.setAttribute('width', 14);
  svg.setAttribute('height', 14);
  svg.setAttribute('aria-hidden', 'true');
  const path = document.createElementNS('http://www.w3.org/2000/svg', 'path');
  const [shape, open] = shapeOf(cluster).split('-');
  path.setAttribute('d', shapePaths[shape]);
  path.setAttribute('fill', open ? 'none' : colourOf(cluster));
  path.setAttribute('stroke', colourOf(cluster));
  svg.append(path);
  return svg;
}

/** Shows one cluster alone; the same one again, or null, shows all. */
function isolate(cluster) {
  state.isolated = state.isolated === cluster ? null : cluster;
  for (const button of byId('legend').querySelectorAll('button')) {
    const own = Number(button.dataset.cluster);
    button.setAttribute('aria-pressed', String(state.isolated === null || state.isolated === own));
  }
  say(state.isolated === null ? `${count} emoji` : `${members[state.isolated].length} emoji in ${data.clusters[state.isolated].label}`);
  showState();
}

function fillLegend() {
  data.clusters.forEach((cluster, c) => {
    const button = element('button');
    button.type = 'button';
    button.dataset.cluster = c;
    button.title = 'This cluster alone, or all again';
    button.setAttribute('aria-pressed', 'true');
    button.append(mark(c), element('span', cluster.label), element('span', String(cluster.size), 'size'));
    button.addEventListener('click', () => isolate(c));
    const item = element('li');
    item.append(button);
    byId('legend').append(item);
  });
}

function showTip(i, x, y) {
  const tip = byId('tip');
  const text = element('div');
  text.append(element('b', `:${emoji.names[i]}:`));
  const notes = [];
  if (emoji.words[i].length) notes.push('reads ' + emoji.words[i][0]);
  notes.push(data.clusters[emoji.cluster[i]].label);
  for (const note of notes) text.append(element('br'), element('small', note));
  tip.replaceChildren(pictureElement(i, 48), text);
  tip.hidden = false;
  const stage = byId('stage');
  tip.style.left = Math.max(4, Math.min(x + 14, stage.clientWidth - tip.offsetWidth - 4)) + 'px';
  tip.style.top = Math.max(4, Math.min(y + 14, stage.clientHeight - tip.offsetHeight - 4)) + 'px';
}
