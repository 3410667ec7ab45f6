// How messages look: emoji, mrkdwn and Block Kit as elements. Every text that comes from a person or
// from the server is placed with textContent or a text node, so no message can put markup into the page.
'use strict';

const STANDARD_EMOJI = new Map(Object.entries({
  '+1': '👍', thumbsup: '👍', '-1': '👎', thumbsdown: '👎', smile: '😄', slightly_smiling_face: '🙂',
  joy: '😂', heart: '❤️', tada: '🎉', eyes: '👀', fire: '🔥', rocket: '🚀', wave: '👋', clap: '👏',
  pray: '🙏', thinking_face: '🤔', white_check_mark: '✅', heavy_check_mark: '✔️', x: '❌', warning: '⚠️',
  information_source: 'ℹ️', question: '❓', bulb: '💡', mag: '🔍', sparkles: '✨', star: '⭐', bell: '🔔',
  no_entry: '⛔', hourglass_flowing_sand: '⏳', beer: '🍺', beers: '🍻', coffee: '☕', pizza: '🍕',
  dog: '🐶', cat: '🐱', robot_face: '🤖', wastebasket: '🗑️', pencil2: '✏️', link: '🔗', new: '🆕',
}));

let emoji = new Map(); // name -> url or "alias:other"

function make(tag, className, text) {
  const node = document.createElement(tag);
  if (className) node.className = className;
  if (text !== undefined) node.textContent = text;
  return node;
}

function picture(url, alt, className) {
  const image = make('img', className);
  image.alt = alt || '';
  if (url) image.src = url;
  return image;
}

// Of an image in blocks: at a URL, or a file that Slack has.
function imageUrl(image) {
  const file = image.slack_file;
  return file ? `/sim/file?id=${encodeURIComponent(file.id || '')}` : image.image_url;
}

// ---- Emoji in text ----

// Follows aliases; the count ends a circle of aliases.
function resolveEmoji(name) {
  for (let step = 0; step < 10; step += 1) {
    const value = emoji.get(name);
    if (value === undefined) {
      const glyph = STANDARD_EMOJI.get(name);
      return glyph ? { glyph } : null;
    }
    if (!value.startsWith('alias:')) return { url: value };
    name = value.slice('alias:'.length);
  }
  return null;
}

function emojiNode(name) {
  const found = resolveEmoji(name);
  if (!found) return null;
  const node = found.url ? picture(found.url, `:${name}:`, 'emoji') : make('span', 'glyph', found.glyph);
  node.title = `:${name}:`;
  return node;
}

// ---- mrkdwn ----

const NAME = "[\\p{L}\\p{N}_+'’.-]+";
const style = (mark) =>
  `(?<![\\p{L}\\p{N}${mark}])${mark}(?=[^\\s])([^\\n]*?[^\\s])${mark}(?![\\p{L}\\p{N}${mark}])`;
const INLINE = new RegExp(
  `\`([^\`\\n]+)\`|<([^<>|\\n]+)(?:\\|([^<>\\n]*))?>|:(${NAME})(?=:)|${style('\\*')}|${style('_')}|${style('~')}`, 'gu');
const ONLY_EMOJI_NAMES = new RegExp(`:(${NAME})(?=:)`, 'gu');
const ENTITIES = { amp: '&', lt: '<', gt: '>' };
const decode = (text) => text.replace(/&(amp|lt|gt);/g, (whole, name) => ENTITIES[name]);

function addLines(parent, text) {
  text.split('\n').forEach((line, at) => {
    if (at > 0) parent.append(make('br'));
    if (line) parent.append(line);
  });
}

// <!date^1700000000^{date_pretty}, {time}|fallback>: in the reader's own time.
function dateNode(address, fallback) {
  const [, seconds] = address.split('^');
  const moment = new Date(Number(seconds) * 1000);
  if (Number.isNaN(moment.getTime())) return make('span', '', fallback);
  const node = make('time', '', moment.toLocaleString([], { dateStyle: 'medium', timeStyle: 'short' }));
  node.dateTime = moment.toISOString();
  node.title = fallback;
  return node;
}

function linkNode(target, label) {
  const address = decode(target);
  if (/^(https?:\/\/|mailto:)/i.test(address)) {
    const link = make('a', '', decode(label || target));
    link.href = address;
    link.target = '_blank';
    link.rel = 'noopener noreferrer';
    return link;
  }
  if (address.startsWith('#')) return make('span', '', `#${decode(label || target.slice(1))}`);
  if (address.startsWith('!date^')) return dateNode(address, decode(label || ''));
  if (address.startsWith('!')) return make('span', '', `@${decode(label || target.slice(1))}`);
  return make('span', '', decode(label || target));
}

function addInline(parent, text) {
  let done = 0;
  for (let from = 0; from < text.length;) {
    INLINE.lastIndex = from;
    const hit = INLINE.exec(text);
    if (!hit) break;
    const [whole, code, target, label, name, bold, italic, strike] = hit;
    let node = null;
    let end = hit.index + whole.length;
    if (code !== undefined) {
      node = make('code', '', decode(code));
    } else if (target !== undefined) {
      node = linkNode(target, label);
    } else if (name !== undefined) {
      node = emojiNode(name);
      if (node) end += 1; // the closing colon; of an unknown name it may open the next one
    } else {
      node = make(bold !== undefined ? 'strong' : italic !== undefined ? 'em' : 's');
      addInline(node, bold ?? italic ?? strike);
    }
    from = end;
    if (node) {
      addLines(parent, decode(text.slice(done, hit.index)));
      parent.append(node);
      done = end;
    }
  }
  addLines(parent, decode(text.slice(done)));
}

function addMrkdwn(parent, text) {
  text.split(/```\n?([\s\S]+?)\n?```\n?/).forEach((part, at) => {
    if (at % 2 === 1) {
      parent.append(make('pre', '', decode(part.replace(/<([^<>|]+)\|([^<>]*)>/g, '$2'))));
      return;
    }
    // Quoted lines and other lines alternate; neighbours of one kind stay together.
    for (const run of part.match(/(?:^(?:>|&gt;).*\n?)+|(?:^(?!>|&gt;).*\n?)+/gm) || []) {
      if (/^(>|&gt;)/.test(run)) {
        const quote = make('blockquote');
        addInline(quote, run.replace(/\n$/, '').replace(/^(>|&gt;) ?/gm, ''));
        parent.append(quote);
      } else {
        addInline(parent, run);
      }
    }
  });
  const nodes = [...parent.childNodes];
  const isEmoji = (node) => node.nodeType === Node.ELEMENT_NODE && node.matches('.emoji, .glyph');
  const isGap = (node) => node.nodeName === 'BR' || (node.nodeName === '#text' && !node.data.trim());
  parent.classList.toggle('only-emoji', nodes.some(isEmoji) && nodes.every((n) => isEmoji(n) || isGap(n)));
}

function addPlain(parent, text, withEmoji) {
  let done = 0;
  if (withEmoji) {
    ONLY_EMOJI_NAMES.lastIndex = 0;
    for (let hit; (hit = ONLY_EMOJI_NAMES.exec(text));) {
      const node = emojiNode(hit[1]);
      if (!node) continue;
      addLines(parent, text.slice(done, hit.index));
      parent.append(node);
      done = hit.index + hit[0].length + 1;
      ONLY_EMOJI_NAMES.lastIndex = done;
    }
  }
  addLines(parent, text.slice(done));
}

function addTextObject(parent, object) {
  if (!object || typeof object.text !== 'string') return;
  if (object.type === 'plain_text') addPlain(parent, object.text, object.emoji !== false);
  else addMrkdwn(parent, object.text);
}

// ---- Block Kit ----

const unknownNode = (type) => make('div', 'unknown', String(type || 'block without a type'));

function actionsNode(block) {
  const actions = make('div', 'actions');
  for (const element of block.elements || []) actions.append(interactiveNode(element, block.block_id));
  return actions;
}

function sectionNode(block) {
  const section = make('div', 'section');
  const main = make('div', 'section-main');
  if (block.text) {
    const text = make('div');
    addTextObject(text, block.text);
    main.append(text);
  }
  if (Array.isArray(block.fields)) {
    const fields = make('div', 'fields');
    for (const field of block.fields) {
      const cell = make('div');
      addTextObject(cell, field);
      fields.append(cell);
    }
    main.append(fields);
  }
  section.append(main);
  const extra = block.accessory;
  if (extra) {
    section.append(extra.type === 'image' ? picture(imageUrl(extra), extra.alt_text, 'accessory')
                                          : interactiveNode(extra, block.block_id));
  }
  return section;
}

function imageNode(block) {
  const figure = make('figure', 'block-image');
  if (block.title) {
    const caption = make('figcaption');
    addTextObject(caption, block.title);
    figure.append(caption);
  }
  figure.append(picture(imageUrl(block), block.alt_text));
  return figure;
}

function contextNode(block) {
  const context = make('div', 'context');
  for (const element of block.elements || []) {
    if (element.type === 'image') {
      const image = picture(imageUrl(element), element.alt_text);
      image.title = element.alt_text || '';
      context.append(image);
    } else if (element.type === 'mrkdwn' || element.type === 'plain_text') {
      const span = make('span');
      addTextObject(span, element);
      context.append(span);
    } else {
      context.append(unknownNode(element.type));
    }
  }
  return context;
}

function blockNode(block) {
  switch (block.type) {
    case 'section': return sectionNode(block);
    case 'image': return imageNode(block);
    case 'context': return contextNode(block);
    case 'actions': return actionsNode(block);
    case 'divider': return make('hr');
    case 'header': {
      const header = make('div', 'block-header');
      addTextObject(header, block.text);
      return header;
    }
    default: return unknownNode(block.type);
  }
}

function fileNode(file) {
  const url = file.id ? `/sim/file?id=${encodeURIComponent(file.id)}` : file.url_private;
  const figure = make('figure', 'attached');
  figure.append(make('figcaption', '', file.name || 'File'));
  if (String(file.mimetype || '').startsWith('image/')) {
    figure.append(picture(url, file.name));
  } else {
    const link = make('a', '', 'Open');
    link.href = url;
    link.target = '_blank';
    link.rel = 'noopener';
    figure.append(link);
  }
  return figure;
}
