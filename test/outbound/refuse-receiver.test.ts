import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createReceiverCheck } from '../../src/outbound/refuse-receiver.ts';

const NEVER = [
  'http://10.1.2.3/hook',
  'http://127.0.0.1:8080/',
  'http://2130706433/',
  'http://0x7f.1/',
  'http://[::1]/',
  'http://localhost:3000/',
  'http://hooks.localhost/',
  'http://169.254.169.254/latest/meta-data',
];

test('what can never be reached is refused before anything is sent', () => {
  const refuse = createReceiverCheck([]);
  for (const url of NEVER) assert.match(refuse(url) ?? '', /never sent/, url);
  assert.match(refuse('https://me:secret@deployer.example/') ?? '', /^carries a user name/);
});

test('what may be reached is not: public addresses, names, and what is allowed', () => {
  const refuse = createReceiverCheck([]);
  assert.equal(refuse('https://deployer.example/hook'), undefined);
  assert.equal(refuse('https://8.8.8.8/hook'), undefined);
  const lenient = createReceiverCheck(['127.0.0.0/8', '10.0.0.0/8']);
  assert.equal(lenient('http://10.1.2.3/hook'), undefined);
  assert.equal(lenient('http://localhost:3000/'), undefined);
  assert.match(lenient('http://169.254.169.254/') ?? '', /metadata/);
});
