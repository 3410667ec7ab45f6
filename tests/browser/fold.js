// What is typed into the page's search box is folded as the program folds names: both fold every code
// point the same, alone and after another letter.
//
// usage: node fold.js PATH/TO/fold_lines SOURCE_FOLDER
'use strict';
const assert = require('node:assert/strict');
const { execFileSync } = require('node:child_process');
const fs = require('node:fs');
const path = require('node:path');

const [program, source] = process.argv.slice(2);
const script = fs.readFileSync(path.join(source, 'src/map/page/data.js'), 'utf8');
const functionOf = (name) => script.match(new RegExp(`^function ${name}\\([^]*?^}`, 'm'))[0];
const fold = new Function(`${functionOf('foldCase')}\n${functionOf('fold')}\nreturn fold;`)();

const texts = ['straße', 'STRASSE', '\u2764\ufe0f', 'ΟΔΟΣ', 'οδός', 'ﾋﾞｰﾙ', 'ビール 1', 'İstanbul', "o'clock: a-b_c.d", 'e\u0301'];
for (let c = 0x21; c < 0x20000; ++c) {
  // Surrogates and unassigned code points are nobody's names.
  if ((c >= 0xd800 && c < 0xe000) || /\p{Cn}/u.test(String.fromCodePoint(c))) continue;
  texts.push(String.fromCodePoint(c), 'a' + String.fromCodePoint(c));
}
const folded = execFileSync(program, { input: texts.join('\n') + '\n', encoding: 'utf8', maxBuffer: 1 << 28 }).split('\n');
const wrong = texts.filter((text, i) => folded[i] !== '?' && fold(text) !== folded[i]);
const shown = wrong.slice(0, 20).map((text) => [...text].map((c) => c.codePointAt(0).toString(16)).join(' '));
assert.deepEqual(shown, [], `${wrong.length} texts are folded otherwise`);
assert.equal(fold('straße'), fold('STRASSE'));
console.log(`${texts.length} texts are folded alike`);
