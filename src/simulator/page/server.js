// What every part of the page needs: elements by id, and requests to the server.
'use strict';

const $ = (id) => document.getElementById(id);
const pause = (ms) => new Promise((done) => setTimeout(done, ms));

// ---- The server ----

async function ask(path, options) {
  const answer = await fetch(path, options);
  const body = await answer.json().catch(() => null);
  if (!answer.ok || (body && body.ok === false)) {
    throw new Error((body && body.error) || `The server answered ${answer.status}`);
  }
  return body || {};
}

const post = (path, body) => ask(path, { method: 'POST', body });
const postJson = (path, value) => ask(path, {
  method: 'POST', body: JSON.stringify(value), headers: { 'Content-Type': 'application/json' },
});
