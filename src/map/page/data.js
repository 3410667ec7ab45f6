// What the map shows: the data of the page, and the pictures cut out of their sheets.

const data = JSON.parse(document.getElementById('data').textContent);
const emoji = data.emoji;
const count = emoji.names.length;
const flat = data.dims === 2;

/** Full case folding of one code point: ß is ss. Cherokee folds upwards, a dotless i stays. */
function foldCase(c) {
  if (c === '\u0131') return c;
  if (/^\p{Script=Cherokee}$/u.test(c)) return c.toUpperCase();
  return c.toLowerCase().toUpperCase().toLowerCase();
}

/** As the program folds names and words: what differs in spelling only is the same. */
function fold(text) {
  const plain = text.normalize('NFKC').replace(/\p{Default_Ignorable_Code_Point}/gu, '');
  return [...plain].map(foldCase).join('').normalize('NFKC')
    .replace(/[\u30a1-\u30f6]/g, (c) => String.fromCharCode(c.charCodeAt(0) - 0x60))
    .replace(/[\p{White_Space}_\-.':]/gu, '');
}

/** Places of the emoji that a typed text finds. */
function find(text) {
  const wanted = fold(text);
  if (wanted === '') return [];
  const hits = [];
  for (let i = 0; i < count; ++i) {
    if (emoji.keys[i].some((key) => key.includes(wanted))) hits.push(i);
  }
  // Whole names before parts of names.
  const rank = (i) => emoji.keys[i].includes(wanted) ? 0 : emoji.keys[i][0].startsWith(wanted) ? 1 : 2;
  return hits.sort((a, b) => rank(a) - rank(b) || a - b);
}

const members = data.clusters.map(() => []);
emoji.cluster.forEach((cluster, i) => members[cluster].push(i));

const groupOf = new Map();
for (const group of data.duplicates) for (const i of group) groupOf.set(i, group);

// Okabe and Ito's colours without yellow and black, which would be lost on paper or at night, and a
// grey: told apart by people who are colour-blind. Beyond them shapes tell clusters apart.
const colours = ['#0072b2', '#e69f00', '#009e73', '#cc79a7', '#56b4e9', '#d55e00', '#8a8f98'];
// In space Plotly has fewer of them.
const flatShapes = ['circle', 'square', 'diamond', 'cross', 'x', 'circle-open', 'square-open', 'diamond-open', 'cross-open', 'x-open'];
const solidShapes = flatShapes.slice(0, 8);
const colourOf = (cluster) => colours[cluster % colours.length];
function shapeOf(cluster) {
  const shapes = solid ? solidShapes : flatShapes;
  return shapes[Math.floor(cluster / colours.length) % shapes.length];
}

/** The sheets as bitmaps, once they are decoded. */
const sheets = [];
async function decodeSheets() {
  const all = [...document.querySelectorAll('script.sheet')];
  await Promise.all(all.map(async (element, i) => {
    const image = new Image();
    image.src = 'data:image/webp;base64,' + element.textContent.trim();
    await image.decode();
    sheets[i] = await createImageBitmap(image);
    element.remove();  // the text is of no more use
  }));
}

/** Draws the picture of emoji i into a square. */
function drawPicture(context, i, x, y, side) {
  const perSheet = data.columns * data.columns;
  const sheet = sheets[Math.floor(i / perSheet)];
  if (!sheet) return false;
  const place = i % perSheet;
  context.drawImage(sheet, (place % data.columns) * data.tile, Math.floor(place / data.columns) * data.tile,
    data.tile, data.tile, x, y, side, side);
  return true;
}

/** The picture of emoji i as an element. */
function pictureElement(i, side) {
  const canvas = document.createElement('canvas');
  const scale = Math.min(2, window.devicePixelRatio || 1);
  canvas.width = canvas.height = side * scale;
  canvas.style.width = canvas.style.height = side + 'px';
  canvas.style.flex = 'none';
  const context = canvas.getContext('2d');
  context.imageSmoothingQuality = 'high';
  drawPicture(context, i, 0, 0, side * scale);
  return canvas;
}
