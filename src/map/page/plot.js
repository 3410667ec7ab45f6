// The plot: one trace a cluster, one for what was found, one for what was chosen.

const plot = document.getElementById('plot');
const state = { hits: [], chosen: null, isolated: null, names: data.labels, hovered: null };
const hitTrace = data.clusters.length;
const chosenTrace = hitTrace + 1;

// A flat map falls back to SVG, and a solid one to a flat view of it, where there is no WebGL.
const hasWebGl = (() => {
  const canvas = document.createElement('canvas');
  return Boolean(canvas.getContext('webgl2') || canvas.getContext('webgl'));
})();
const solid = !flat && hasWebGl;
const traceType = solid ? 'scatter3d' : hasWebGl ? 'scattergl' : 'scatter';

/** Pictures come in a few sizes, so that the marks under them need not follow every step of a zoom. */
const sides = [8, 11, 15, 20, 27, 36, 48];
let side = solid ? 0 : sides[0];

function coordinates(places) {
  const of = (values) => places.map((i) => values[i]);
  return solid ? { x: of(emoji.x), y: of(emoji.y), z: of(emoji.z) } : { x: of(emoji.x), y: of(emoji.y) };
}

const markSize = () => solid ? (count > 8000 ? 3 : 4.5) : side + 4;

function traceOf(cluster) {
  return {
    type: traceType, mode: 'markers', name: data.clusters[cluster].label, ...coordinates(members[cluster]),
    customdata: members[cluster], hoverinfo: 'none',
    marker: {
      color: colourOf(cluster), symbol: shapeOf(cluster), size: markSize(), opacity: solid ? 0.9 : 0.55,
      line: { width: 0 },
    },
  };
}

function ringTrace(name, width) {
  return {
    type: traceType, mode: 'markers', name, x: [], y: [], ...(solid ? { z: [] } : {}), hoverinfo: 'skip',
    marker: {
      color: markColour(), symbol: 'circle-open', size: markSize() + 8, opacity: 1, line: { color: markColour(), width },
    },
  };
}

function markColour() {
  return getComputedStyle(document.documentElement).getPropertyValue('--mark').trim();
}

const axis = { visible: false, showspikes: false, zeroline: false, showgrid: false };
const layout = {
  margin: { l: 0, r: 0, t: 0, b: 0 }, showlegend: false, hovermode: 'closest', hoverdistance: 14,
  paper_bgcolor: 'rgba(0,0,0,0)', plot_bgcolor: 'rgba(0,0,0,0)', uirevision: 'kept',
  ...(solid
    ? { scene: { xaxis: axis, yaxis: axis, zaxis: axis, aspectmode: 'data', dragmode: 'orbit', bgcolor: 'rgba(0,0,0,0)' } }
    : { dragmode: 'pan', xaxis: { ...axis }, yaxis: { ...axis, scaleanchor: 'x' } }),
};

/** From the least to the greatest of them, and a little more. */
function extent(values) {
  let low = Infinity, high = -Infinity;
  for (const value of values) { low = Math.min(low, value); high = Math.max(high, value); }
  if (!(high > low)) return [(low || 0) - 1, (low || 0) + 1];
  const margin = (high - low) * 0.04;
  return [low - margin, high + margin];
}
const whole = { x: extent(emoji.x), y: extent(emoji.y) };
const wholeCamera = { eye: { x: 1.05, y: 1.05, z: 0.7 }, center: { x: 0, y: 0, z: 0 }, up: { x: 0, y: 0, z: 1 } };

function showAll() {
  return solid ? Plotly.relayout(plot, { 'scene.camera': wholeCamera })
    : Plotly.relayout(plot, { 'xaxis.range': whole.x, 'yaxis.range': whole.y });
}

async function drawPlot() {
  const traces = [...members.keys()].map(traceOf);
  traces.push(ringTrace('found', 2.5), ringTrace('chosen', 4));
  if (solid) layout.scene.camera = wholeCamera;
  else Object.assign(layout.xaxis, { range: whole.x }), Object.assign(layout.yaxis, { range: whole.y });
  await Plotly.newPlot(plot, traces, layout, { displayModeBar: false, scrollZoom: true, responsive: true, doubleClick: false });
}

/** The present view in numbers; null until there is one. */
function view() {
  const full = plot._fullLayout;
  if (!full) return null;
  if (solid) {
    const gl = full.scene?._scene?.glplot;
    const camera = gl?.cameraParams;
    return camera ? [...camera.view, ...camera.projection, ...camera.model] : null;
  }
  return [...full.xaxis.range, ...full.yaxis.range, full.xaxis._length, full.yaxis._length];
}

/** Column-major, as WebGL has them. */
function times(m, v) {
  return [0, 1, 2, 3].map((r) => m[r] * v[0] + m[4 + r] * v[1] + m[8 + r] * v[2] + m[12 + r] * v[3]);
}

/** From an emoji to its place on the stage, in pixels: [x, y, depth] or null. */
function projector() {
  const full = plot._fullLayout;
  if (!solid) {
    const { xaxis, yaxis } = full;
    const bias = xaxis._offset, rise = yaxis._offset;
    return (i) => [bias + xaxis.l2p(emoji.x[i]), rise + yaxis.l2p(emoji.y[i]), 0];
  }
  const scene = full.scene._scene;
  const { model, view: look, projection } = scene.glplot.cameraParams;
  const scale = scene.dataScale;
  const { clientWidth: width, clientHeight: height } = overlay;
  return (i) => {
    const v = [emoji.x[i] * scale[0], emoji.y[i] * scale[1], emoji.z[i] * scale[2], 1];
    const p = times(projection, times(look, times(model, v)));
    if (p[3] <= 0) return null;
    return [(0.5 + 0.5 * p[0] / p[3]) * width, (0.5 - 0.5 * p[1] / p[3]) * height, p[3]];
  };
}

/** What a flat map's pictures have room for at this zoom. */
function fittingSide() {
  const { xaxis } = plot._fullLayout;
  const perUnit = xaxis._length / (xaxis.range[1] - xaxis.range[0]);
  const area = (whole.x[1] - whole.x[0]) * (whole.y[1] - whole.y[0]);
  const room = 0.95 * perUnit * Math.sqrt(area / Math.max(1, count));
  return sides.filter((s) => s <= room).pop() ?? sides[0];
}

// While the view changes, what lies over the plot is drawn anew in every frame only if that is quick;
// otherwise the last drawing is moved along, and drawn anew when the view rests.
const quickMs = 12;
const smoothMs = 34;  // between two frames
const restMs = 90;
// So long after the last event that may change the view frames are looked at; then the page sleeps.
const awakeMs = 1500;
let lastView = '';
let lastFrame = 0;
let lastChange = 0;
let stale = true;     // something but the view has changed
let behind = false;   // the drawing is of an earlier view
let drawingMs = 0;    // what the last drawing took
let drawnView = null;
let begun = false;    // there is a plot to draw over
let awake = false;
let lastEvent = 0;

function wake() {
  lastEvent = performance.now();
  if (awake || !begun) return;
  awake = true;
  requestAnimationFrame(frame);
}

/** Plotly turns and zooms by itself, after whatever a hand does on the page. */
function beginDrawing() {
  begun = true;
  for (const kind of ['pointerdown', 'pointermove', 'pointerup', 'touchmove', 'wheel', 'keydown']) {
    document.addEventListener(kind, wake, { capture: true, passive: true });
  }
  for (const kind of ['plotly_relayouting', 'plotly_relayout', 'plotly_afterplot']) plot.on(kind, wake);
  redraw();
}

function frame(now) {
  const seen = view();
  if (seen) {
    const key = seen.join();
    if (key !== lastView) {
      lastView = key;
      lastChange = now;
      behind = true;
    }
    const rests = now - lastChange >= restMs;
    const quick = drawingMs < quickMs && now - lastFrame < smoothMs;
    if (stale || (behind && (rests || quick))) drawAnew(seen);
    else if (behind) moveAlong(seen);
  }
  lastFrame = now;
  awake = !seen || stale || behind || now - lastEvent < awakeMs;
  if (awake) requestAnimationFrame(frame);
}

function redraw() {
  stale = true;
  wake();
}

function drawAnew(seen) {
  stale = behind = false;
  drawnView = seen;
  const begin = performance.now();
  if (!solid) followZoom();
  overlay.style.transform = '';
  overlay.style.visibility = '';
  drawOverlay(projector(), side, state);
  drawingMs = performance.now() - begin;
}

function moveAlong(seen) {
  if (solid) {
    overlay.style.visibility = 'hidden';  // names have no place until it rests
    return;
  }
  // From pixels of the drawing to pixels of now, along each axis.
  const along = (low, high, size, flip) => {
    const scale = (drawnView[high] - drawnView[low]) / (seen[high] - seen[low]);
    const shift = (drawnView[low] - seen[low]) / (seen[high] - seen[low]) * size;
    return [scale, flip ? size - shift - size * scale : shift];
  };
  const [scaleX, left] = along(0, 1, overlay.clientWidth, false);
  const [scaleY, top] = along(2, 3, overlay.clientHeight, true);
  overlay.style.transformOrigin = '0 0';
  overlay.style.transform = `translate(${left}px, ${top}px) scale(${scaleX}, ${scaleY})`;
}

function followZoom() {
  const fitting = fittingSide();
  if (fitting === side) return;
  side = fitting;
  const sizes = [...members.map(() => markSize()), markSize() + 8, markSize() + 8];
  Plotly.restyle(plot, { 'marker.size': sizes });
}

/** Shows found, chosen and isolated emoji in the plot. */
function showState() {
  const shown = (i) => state.isolated === null || emoji.cluster[i] === state.isolated;
  const rings = [state.hits.filter(shown), state.chosen !== null && shown(state.chosen) ? [state.chosen] : []];
  const lists = rings.map(coordinates);
  const update = { x: lists.map((l) => l.x), y: lists.map((l) => l.y) };
  if (solid) update.z = lists.map((l) => l.z);
  update['marker.color'] = markColour();
  update['marker.line.color'] = markColour();
  Plotly.restyle(plot, update, [hitTrace, chosenTrace]);
  const bright = solid ? 0.9 : 0.55;
  Plotly.restyle(plot, {
    visible: members.map((_, c) => state.isolated === null || state.isolated === c),
    'marker.opacity': state.hits.length ? 0.12 : bright,
  }, [...members.keys()]);
  redraw();
}

/** Moves a flat map by shares of its width, or turns a solid one. */
function move(right, up) {
  if (solid) {
    const camera = plot._fullLayout.scene.camera;
    const { x, y, z } = camera.eye;
    const radius = Math.hypot(x, y, z);
    const turned = Math.atan2(y, x) + right;
    const tilted = Math.max(-1.5, Math.min(1.5, Math.asin(z / radius) + up));
    const eye = {
      x: radius * Math.cos(tilted) * Math.cos(turned), y: radius * Math.cos(tilted) * Math.sin(turned),
      z: radius * Math.sin(tilted),
    };
    return Plotly.relayout(plot, { 'scene.camera': { ...camera, eye } });
  }
  const { xaxis, yaxis } = plot._fullLayout;
  const by = (range, share) => range.map((value) => value + share * (range[1] - range[0]));
  return Plotly.relayout(plot, { 'xaxis.range': by(xaxis.range, right), 'yaxis.range': by(yaxis.range, up) });
}

function zoom(factor) {
  if (solid) {
    const camera = plot._fullLayout.scene.camera;
    const eye = Object.fromEntries(Object.entries(camera.eye).map(([k, v]) => [k, v * factor]));
    return Plotly.relayout(plot, { 'scene.camera': { ...camera, eye } });
  }
  const { xaxis, yaxis } = plot._fullLayout;
  const around = ([a, b]) => [(a + b) / 2 - (b - a) / 2 * factor, (a + b) / 2 + (b - a) / 2 * factor];
  return Plotly.relayout(plot, { 'xaxis.range': around(xaxis.range), 'yaxis.range': around(yaxis.range) });
}

/** Brings an emoji into the middle of a flat map, near enough to be seen. */
function goTo(i) {
  if (solid) return;
  const { xaxis, yaxis } = plot._fullLayout;
  const span = (range, wide) => Math.min(range[1] - range[0], (wide[1] - wide[0]) / 4) / 2;
  const halfX = span(xaxis.range, whole.x), halfY = span(yaxis.range, whole.y);
  Plotly.relayout(plot, {
    'xaxis.range': [emoji.x[i] - halfX, emoji.x[i] + halfX], 'yaxis.range': [emoji.y[i] - halfY, emoji.y[i] + halfY],
  });
}
