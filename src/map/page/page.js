// Joins the parts, and listens to mouse and keys.

function setNames(on) {
  state.names = on;
  byId('names').setAttribute('aria-pressed', String(on));
  redraw();
}

function switchTheme() {
  const root = document.documentElement;
  const dark = root.dataset.theme ? root.dataset.theme === 'dark' : matchMedia('(prefers-color-scheme: dark)').matches;
  root.dataset.theme = dark ? 'light' : 'dark';
  showState();
}

function middleEmoji() {
  const project = projector();
  const { clientWidth: width, clientHeight: height } = overlay;
  let best = null, least = Infinity;
  for (let i = 0; i < count; ++i) {
    const at = project(i);
    if (!at || (state.isolated !== null && emoji.cluster[i] !== state.isolated)) continue;
    const away = Math.hypot(at[0] - width / 2, at[1] - height / 2);
    if (away < least) { least = away; best = i; }
  }
  return best;
}

const stageKeys = {
  ArrowLeft: () => move(-0.12, 0), ArrowRight: () => move(0.12, 0),
  ArrowUp: () => move(0, 0.12), ArrowDown: () => move(0, -0.12),
  '+': () => zoom(0.8), '=': () => zoom(0.8), '-': () => zoom(1.25),
  Enter: () => { const i = middleEmoji(); if (i !== null) choose(i); },
};
const pageKeys = {
  '/': () => byId('search').focus(), n: () => setNames(!state.names), t: switchTheme, 0: showAll,
};

function listen() {
  byId('search').addEventListener('input', (event) => search(event.target.value));
  byId('search').addEventListener('keydown', (event) => {
    if (event.key === 'Escape') { event.target.value = ''; search(''); byId('stage').focus(); }
    if (event.key === 'Enter' && state.hits.length) { choose(state.hits[0]); goTo(state.hits[0]); }
  });
  byId('names').addEventListener('click', () => setNames(!state.names));
  byId('reset').addEventListener('click', showAll);
  byId('theme').addEventListener('click', switchTheme);
  byId('stage').addEventListener('keydown', (event) => {
    if (stageKeys[event.key] && !event.ctrlKey && !event.metaKey && !event.altKey) {
      event.preventDefault();
      stageKeys[event.key]();
    }
  });
  document.addEventListener('keydown', (event) => {
    const typing = event.target instanceof HTMLInputElement;
    if (typing || event.ctrlKey || event.metaKey || event.altKey || !pageKeys[event.key]) return;
    event.preventDefault();
    pageKeys[event.key]();
  });
  const indexOf = (event) => event.points?.[0]?.customdata;
  plot.on('plotly_hover', (event) => {
    const i = indexOf(event);
    if (i === undefined) return;
    state.hovered = i;
    const at = projector()(i);
    if (at) showTip(i, at[0], at[1]);
  });
  plot.on('plotly_unhover', () => { state.hovered = null; byId('tip').hidden = true; });
  plot.on('plotly_click', (event) => { const i = indexOf(event); if (i !== undefined) choose(i); });
  matchMedia('(prefers-color-scheme: dark)').addEventListener('change', showState);
  window.addEventListener('resize', redraw);
}

/** What is on the stage, for whoever opens the page with #inspect: tests, and the curious. */
const inspected = {
  count, dims: data.dims, solid, state, drawn, ready: false,
  rests: () => !stale && !behind, drawingMs: () => drawingMs,
  view: () => view(), side: () => side,
  traced: () => plot.data.slice(0, hitTrace).reduce((sum, trace) => sum + (trace.visible === false ? 0 : trace.x.length), 0),
  placeOf: (i) => projector()(i), name: (i) => emoji.names[i], find, shapeOf,
  sleeps: () => !awake,
};

async function start() {
  if (location.hash === '#inspect') window.emojiMap = inspected;
  setNames(state.names);
  fillLegend();
  await Promise.all([decodeSheets(), drawPlot()]);
  listen();
  say(`${count} emoji${!flat && !solid ? ', seen from the side: this browser has no WebGL' : ''}`);
  beginDrawing();
  inspected.ready = true;
}

start().catch((error) => say('The map cannot be drawn: ' + error.message));
