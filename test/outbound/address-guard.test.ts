import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as fc from 'fast-check';
import { Fault } from '../../src/errors.ts';
import { createAddressGuard } from '../../src/outbound/address-guard.ts';

const webhook = createAddressGuard({ profile: 'webhook', allow: [] });
const source = createAddressGuard({ profile: 'source', allow: [] });

test('webhooks reach public addresses only', () => {
  for (const address of ['8.8.8.8', '2606:4700::1111', '64:ff9b::808:808']) {
    assert.equal(webhook(address), undefined, address);
  }
  for (const address of [
    '127.0.0.1',
    '2130706433',
    '0x7f.1',
    '::1',
    '::ffff:127.0.0.1',
    '::ffff:7f00:1',
    '64:ff9b::7f00:1',
    '::ffff:0:127.0.0.1',
    '2002:7f00:1::',
    '10.1.2.3',
    '172.16.0.1',
    '192.168.0.1',
    'fd12::1',
    '100.64.0.1',
    '0.0.0.0',
    '::',
    '224.0.0.1',
    '255.255.255.255',
    '198.18.0.1',
    'localhost',
    '',
  ]) {
    assert.notEqual(webhook(address), undefined, address);
  }
});

test('metric sources reach private addresses too', () => {
  for (const address of ['127.0.0.1', '::1', '10.1.2.3', 'fd12::1', '100.64.0.1', '8.8.8.8']) {
    assert.equal(source(address), undefined, address);
  }
  for (const address of ['0.0.0.0', '::', '224.0.0.1', '255.255.255.255']) {
    assert.notEqual(source(address), undefined, address);
  }
});

test('IPv4-compatible IPv6 addresses lead nowhere, whatever the allow list says', () => {
  const open = createAddressGuard({ profile: 'source', allow: ['::/0', '0.0.0.0/0'] });
  for (const guard of [webhook, source, open]) {
    for (const address of [
      '::127.0.0.1',
      '::7f00:1',
      '0:0:0:0:0:0:127.0.0.1',
      '0:0:0:0:0:0:7f00:1',
      '::8.8.8.8',
      '::a9fe:a9fe',
    ]) {
      assert.match(guard(address) ?? '', /IPv4-compatible/, address);
    }
  }
  assert.equal(source('::1'), undefined);
  assert.equal(source('::ffff:127.0.0.1'), undefined);
});

test('metadata addresses stay closed, whatever the allow list says', () => {
  const allow = ['0.0.0.0/0', '::/0'];
  for (const profile of ['webhook', 'source'] as const) {
    const guard = createAddressGuard({ profile, allow });
    assert.equal(guard('10.0.0.1'), undefined);
    for (const address of [
      '169.254.169.254',
      '::ffff:169.254.169.254',
      '64:ff9b::a9fe:a9fe',
      'fe80::1%eth0',
      'fd00:ec2::254',
      '100.100.100.200',
      '168.63.129.16',
    ]) {
      assert.match(guard(address) ?? '', /metadata/, `${profile} ${address}`);
    }
  }
});

test('the allow list opens what it names and nothing beside it', () => {
  const guard = createAddressGuard({ profile: 'webhook', allow: ['10.1.0.0/16', '127.0.0.1'] });
  assert.equal(guard('10.1.255.255'), undefined);
  assert.equal(guard('::ffff:10.1.0.1'), undefined);
  assert.equal(guard('127.0.0.1'), undefined);
  assert.notEqual(guard('10.2.0.0'), undefined);
  assert.notEqual(guard('127.0.0.2'), undefined);
});

test('an allow list entry that is no address is named', () => {
  assert.throws(
    () => createAddressGuard({ profile: 'webhook', allow: ['intranet'] }),
    (error) =>
      error instanceof Fault &&
      error.code === 'bad-configuration' &&
      /"intranet"/.test(error.message),
  );
});

test('an IPv4 address and its IPv6 mapping are judged alike', () => {
  fc.assert(
    fc.property(fc.ipV4(), (address) => {
      assert.equal(webhook(`::ffff:${address}`), webhook(address));
      assert.equal(source(`::ffff:${address}`), source(address));
    }),
  );
});
