// Signatures against those of another implementation.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import aws4 from 'aws4';
import fc from 'fast-check';
import { signV4 } from '../../../src/sources/logins/sigv4.ts';

const KEYS = {
  accessKeyId: 'AKIDEXAMPLE',
  secretAccessKey: 'wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY',
};
const NOW = Date.parse('2026-01-15T09:00:00Z');

function compare(
  path: string,
  search: Record<string, string>,
  body: string,
  sessionToken?: string,
): void {
  const query = new URLSearchParams(search).toString();
  const url = new URL(`https://service.example/${path}${query === '' ? '' : `?${query}`}`);
  const contentType = 'application/x-www-form-urlencoded; charset=utf-8';
  const ours = signV4(
    { method: 'POST', url: url.href, headers: { 'content-type': contentType, accept: 'x' }, body },
    { ...KEYS, sessionToken },
    { region: 'eu-west-1', service: 'aps' },
    NOW,
  );
  const theirs = aws4.sign(
    {
      service: 'aps',
      region: 'eu-west-1',
      host: url.host,
      path: `${url.pathname}${url.search}`,
      method: 'POST',
      body,
      headers: {
        'Content-Type': contentType,
        'X-Amz-Date': ours['x-amz-date']!,
      },
      extraHeadersToIgnore: { 'content-length': true },
    } as Parameters<typeof aws4.sign>[0],
    { ...KEYS, ...(sessionToken === undefined ? {} : { sessionToken }) },
  );
  assert.equal(ours['authorization'], theirs.headers!['Authorization']);
}

const cases: [string, string, Record<string, string>, string][] = [
  ['an empty path', '', {}, '{}'],
  ['a path that is encoded', 'my-index%2A/_search', {}, 'ä'],
  ['a query to be sorted', 'api', { b: '2', a: 'x y+z', 'a-': '', A: "*'()!~" }, 'x=1'],
  ['PromQL', 'workspaces/ws-1/api/v1/query_range', { query: 'sum(rate(x{a="ä"}[1m]))' }, ''],
];
for (const [what, path, search, body] of cases) {
  test(`${what} is signed like elsewhere`, () => compare(path, search, body));
}

test('whatever is asked, the signature is that of another implementation', () => {
  const word = fc.string({ unit: 'grapheme', maxLength: 12 }).map((text) => text.toWellFormed());
  const search = fc.dictionary(
    word.filter((text) => text !== ''),
    word,
    { maxKeys: 4 },
  );
  const path = fc
    .array(
      word.map((text) => encodeURIComponent(text)).filter((part) => !/^\.*$/.test(part)),
      { maxLength: 3 },
    )
    .map((parts) => parts.join('/'));
  fc.assert(
    fc.property(
      path,
      search,
      word,
      fc.option(fc.constant('session/token=='), { nil: undefined }),
      compare,
    ),
    { numRuns: 200 },
  );
});
