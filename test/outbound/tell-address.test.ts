import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { tellAddress } from '../../src/outbound/tell-address.ts';

const KNOWN = ['query', 'step'];

test('user name, password, fragment and unknown parameters are left out', () => {
  const address = 'http://me:s3cret@prom:9090/base/api?token=s3cret&s3cret&query=up&step=60#s3cret';
  assert.equal(tellAddress(address, KNOWN), 'http://prom:9090/base/api?query=up&step=60');
  assert.equal(tellAddress(address, []), 'http://prom:9090/base/api');
});

test('what looks like a token in the path is left out, words and small numbers stay', () => {
  const told = (path: string) => tellAddress(`https://h${path}`, []);
  assert.equal(
    told('/select/0/prometheus/api/v1/query_range'),
    'https://h/select/0/prometheus/api/v1/query_range',
  );
  assert.equal(told('/0123456789abcdef0123/x'), 'https://h/[redacted]/x');
  assert.equal(told('/ws-6f3e2a1c-0d5b-4c7e/x'), 'https://h/[redacted]/x');
});

test('of a parameter that is given twice the last one is told', () => {
  assert.equal(tellAddress('http://h/?query=s3cret&query=up', KNOWN), 'http://h/?query=up');
});

test('what is no address is not told', () => {
  assert.equal(tellAddress('s3cret', KNOWN), '');
});

test('whatever the parameters, only the known ones are told', () => {
  const name = fc.oneof(fc.constantFrom(...KNOWN, 'token', 'Query'), fc.string());
  fc.assert(
    fc.property(fc.array(fc.tuple(name, fc.string())), (given) => {
      const form = new URLSearchParams(given).toString();
      const told = new URL(tellAddress(`http://h/p?${form}`, KNOWN)).searchParams;
      assert.ok([...told.keys()].every((key) => KNOWN.includes(key)));
    }),
  );
});
