// What lies over the plot: the pictures of a flat map, and names. Drawn on a canvas of its own, since
// thousands of pictures or texts inside a plot are slow.

const overlay = document.getElementById('overlay');
const pen = overlay.getContext('2d');
const drawn = { pictures: 0, names: 0 };  // in the last frame

const mostNames = 700;
const nameFont = '11px system-ui, "Noto Sans", "Noto Sans CJK JP", "Hiragino Sans", "Yu Gothic UI", sans-serif';
const clusterFont = '600 14px system-ui, "Noto Sans", "Noto Sans CJK JP", "Hiragino Sans", "Yu Gothic UI", sans-serif';
const lineHeight = 14;
const foundSide = 28;  // of the pictures of what was found, where there are no others

/** Where texts lie already: a later one that would overlap is left out. */
class Occupied {
  constructor() { this.cells = new Map(); }
  take(left, top, width, height) {
    const box = [left, top, left + width, top + height];
    const keys = [];
    for (let x = Math.floor(left / 64); x <= Math.floor(box[2] / 64); ++x) {
      for (let y = Math.floor(top / 32); y <= Math.floor(box[3] / 32); ++y) {
        const key = x * 100003 + y;
        keys.push(key);
        for (const other of this.cells.get(key) ?? []) {
          if (box[0] < other[2] && other[0] < box[2] && box[1] < other[3] && other[1] < box[3]) return false;
        }
      }
    }
    for (const key of keys) {
      if (!this.cells.has(key)) this.cells.set(key, []);
      this.cells.get(key).push(box);
    }
    return true;
  }
}

const widths = new Map();
function widthOf(text) {
  const key = pen.font + text;
  if (!widths.has(key)) widths.set(key, pen.measureText(text).width);
  return widths.get(key);
}

function write(text, x, y, occupied) {
  const width = widthOf(text) + 6;
  if (!occupied.take(x - width / 2, y, width, lineHeight)) return false;
  pen.strokeText(text, x, y);
  pen.fillText(text, x, y);
  return true;
}

function fitOverlay() {
  const scale = window.devicePixelRatio || 1;
  const { clientWidth: width, clientHeight: height } = overlay;
  if (overlay.width !== Math.round(width * scale) || overlay.height !== Math.round(height * scale)) {
    overlay.width = Math.round(width * scale);
    overlay.height = Math.round(height * scale);
  }
  pen.setTransform(scale, 0, 0, scale, 0, 0);
  pen.clearRect(0, 0, width, height);
  return { width, height };
}

/**
 * One frame. `project(i)` gives [x, y, depth] on the canvas, or null outside of it; `side` is that of
 * a picture, 0 for none but of what was found; `state` has hits, chosen, isolated and names.
 */
function drawOverlay(project, side, state) {
  const { width, height } = fitOverlay();
  const hits = new Set(state.hits);
  const inView = [];
  for (let i = 0; i < count; ++i) {
    if (state.isolated !== null && emoji.cluster[i] !== state.isolated) continue;
    const at = project(i);
    if (at && at[0] > -side && at[1] > -side && at[0] < width + side && at[1] < height + side) inView.push([i, at]);
  }
  drawn.pictures = 0;
  if (side > 0) {
    pen.imageSmoothingQuality = 'medium';
    for (const lit of hits.size ? [false, true] : [true]) {
      pen.globalAlpha = lit ? 1 : 0.18;
      for (const [i, at] of inView) {
        if (hits.size && hits.has(i) !== lit) continue;
        if (drawPicture(pen, i, at[0] - side / 2, at[1] - side / 2, side)) ++drawn.pictures;
      }
    }
    pen.globalAlpha = 1;
  } else if (hits.size) {
    const found = inView.filter(([i]) => hits.has(i)).sort((a, b) => b[1][2] - a[1][2]);
    for (const [i, at] of found) {
      if (drawPicture(pen, i, at[0] - foundSide / 2, at[1] - foundSide / 2, foundSide)) ++drawn.pictures;
    }
  }
  drawn.names = 0;
  if (state.names) drawNames(inView, side || (hits.size ? foundSide : 0), state, hits);
}

function drawNames(inView, side, state, hits) {
  const style = getComputedStyle(document.documentElement);
  pen.fillStyle = style.getPropertyValue('--ink');
  pen.strokeStyle = style.getPropertyValue('--ground');
  pen.lineJoin = 'round';
  pen.lineWidth = 3;
  pen.textAlign = 'center';
  pen.textBaseline = 'top';
  const occupied = new Occupied();
  const below = side > 0 ? side / 2 + 2 : 5;
  pen.font = clusterFont;
  const places = new Map(inView);
  if (!hits.size) {
    data.clusters.forEach((cluster, c) => {
      const at = places.get(cluster.middle);
      if (at) write(cluster.label, at[0], at[1] - below - lineHeight, occupied);
    });
  }
  pen.font = nameFont;
  const urgency = ([i, at]) => (i === state.chosen ? -2e9 : hits.has(i) ? -1e9 : 0) + at[2];
  const order = inView.slice().sort((a, b) => urgency(a) - urgency(b) || a[0] - b[0]);
  for (const [i, at] of order) {
    if (hits.size && !hits.has(i) && i !== state.chosen) break;
    if (drawn.names >= mostNames) break;
    if (write(emoji.names[i], at[0], at[1] + below, occupied)) ++drawn.names;
  }
}
