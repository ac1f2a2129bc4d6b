// What an account of every vendor keeps besides fetching: a check that asks with the account's own rights, and a list of
// names where the vendor tells one. Part of `testVendor`.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Fault } from '../../src/errors.ts';
import { createOutboundClient } from '../../src/outbound/client.ts';
import type { MetricSource } from '../../src/sources/source.ts';
import { startStubServer, type StubAnswer, type StubHandler } from '../support/stub-server.ts';
import { SECRET, type VendorCase } from './vendor.ts';

export interface VendorAccount {
  /** The answer to the question that checks an account, in the vendor's form. */
  well: StubHandler;
  /** Answers to that question that are no good although their status is. */
  unwell?: Record<string, { answer: StubAnswer; says: RegExp }>;
  /** The answers to the question for names, and the names in them; absent for vendors that tell none. */
  names?: {
    answer: StubHandler;
    told: readonly string[];
    /** For vendors that can be searched: the selector, and what the question then has in it. */
    match?: { selector: string; sent: RegExp };
  };
}

const NOW = Date.parse('2026-01-15T10:00:30Z');
const PAGE = {
  body: '<!DOCTYPE html><title>Log in</title>',
  headers: { 'content-type': 'text/html' },
};

export function testVendorAccount(name: string, part: VendorCase): void {
  let answer: StubHandler = part.well;
  const check = (
    promise: string,
    body: (source: MetricSource, asked: () => { path: string; body: string }[]) => Promise<void>,
  ) => {
    test(`${name}: ${promise}`, async () => {
      const server = await startStubServer((request, index) => answer(request, index));
      const client = createOutboundClient({ profile: 'source', allow: ['127.0.0.1'] });
      const account = { ...part.account, name: 'x', url: server.url };
      const source = await part.create(account, { client, now: () => NOW });
      try {
        await body(source, () => server.requests);
      } finally {
        await source.close?.();
        await client.close();
        await server.close();
      }
    });
  };

  check('a check asks once, and what answers is well', async (source, asked) => {
    answer = part.well;
    await source.ping!(signal());
    assert.equal(asked().length, 1);
  });

  check('a check tells wrong keys, missing rights and login pages', async (source) => {
    for (const status of [401, 403]) {
      answer = () => part.refuse(status, `the key ${SECRET} has expired`);
      const fault = await faultOf(source.ping!(signal()));
      assert.equal(fault.code, 'source-refused', fault.message);
      assert.match(fault.message, new RegExp(`^source "x" answered ${status} for its health: `));
      assert.match(fault.message, /the key .* has expired.*; (check|set|renew) /);
      assert.ok(!`${JSON.stringify(fault)} ${fault.message}`.includes(SECRET));
    }
    answer = () => PAGE;
    const fault = await faultOf(source.ping!(signal()));
    assert.equal(fault.code, 'source-answer');
    assert.match(fault.message, /^source "x" answered .*a web page; is the url that of/);
    for (const [what, trouble] of Object.entries(part.unwell ?? {})) {
      answer = () => trouble.answer;
      const told = await faultOf(source.ping!(signal()));
      assert.match(told.message, trouble.says, what);
    }
  });

  const { names } = part;
  if (names === undefined) return;
  check('names are listed, each once', async (source, asked) => {
    answer = names.answer;
    assert.deepEqual(await source.listMetrics!(signal()), names.told);
    const before = asked().length;
    if (names.match === undefined) {
      const fault = await faultOf(source.listMetrics!(signal(), 'x'));
      assert.equal(fault.code, 'invalid-request');
      assert.match(fault.message, /cannot be searched with "match".*take "filter"/);
      assert.equal(asked().length, before);
    } else {
      await source.listMetrics!(signal(), names.match.selector);
      const { path, body } = asked()[before]!;
      assert.match(decodeURIComponent(`${path} ${body}`).replaceAll('+', ' '), names.match.sent);
    }
    answer = () => part.refuse(403, 'no list for you');
    assert.match(
      (await faultOf(source.listMetrics!(signal()))).message,
      /no list for you.*; check /,
    );
    answer = () => PAGE;
    assert.equal((await faultOf(source.listMetrics!(signal()))).code, 'source-answer');
  });
}

function signal(): AbortSignal {
  return AbortSignal.timeout(20_000);
}

async function faultOf(promise: Promise<unknown>): Promise<Fault> {
  const thrown: unknown = await promise.then(
    () => assert.fail('a fault was expected'),
    (error: unknown) => error,
  );
  if (thrown instanceof Fault) return thrown;
  throw thrown;
}
