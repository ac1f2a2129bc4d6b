import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readFileSync } from 'node:fs';
import { Fault, toFailure, toFault } from '../src/errors.ts';

/** The codes stand in a type, which is gone at run time: so they are read from the source. */
function codesInSource(): string[] {
  const source = readFileSync(new URL('../src/errors.ts', import.meta.url), 'utf8');
  const union = /export type FaultCode =([\s\S]*?);/.exec(source)?.[1] ?? '';
  return [...union.matchAll(/'([a-z-]+)'/g)].map((match) => match[1]!);
}

test('docs/reference/errors.md has a row for each code, and no other', () => {
  const page = readFileSync(new URL('../docs/reference/errors.md', import.meta.url), 'utf8');
  const documented = [...page.matchAll(/^\| `([a-z-]+)` +\|/gm)].map((match) => match[1]!);
  assert.deepEqual(documented.sort(), codesInSource().sort());
});

test('anything thrown becomes a fault with a code', () => {
  const fault = new Fault('not-found', 'no');
  assert.equal(toFault(fault), fault);
  assert.equal(toFault(new Error('boom')).code, 'internal');
  assert.equal(toFault('text').message, 'text');
});

test('a fault has the call of its cause, unless it has one of its own', () => {
  const http = { method: 'GET', url: 'http://h/', status: 500 };
  const cause = new Fault('source-unavailable', 'no', { http });
  const wrapped = new Fault('deadline-exceeded', 'late', {
    cause: new Fault('internal', 'x', { cause }),
  });
  assert.deepEqual(toFailure(wrapped), { code: 'deadline-exceeded', message: 'late', http });
  const own = { method: 'POST', url: 'http://other/' };
  assert.equal(new Fault('internal', 'x', { cause, http: own }).http, own);
});

test('what is stored of a fault is code, message and subject, never a stack or a cause', () => {
  const fault = new Fault('source-refused', 'no', {
    subject: 'metric "a"',
    cause: new Error('secret'),
  });
  assert.deepEqual(toFailure(fault), {
    code: 'source-refused',
    message: 'no',
    subject: 'metric "a"',
  });
});
