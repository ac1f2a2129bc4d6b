import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as fc from 'fast-check';
import { parseJsonAsWritten, writtenText } from '../../src/contract/json-as-written.ts';

/** The same by what the language itself offers: a reviver that is shown the text of each value. */
function byReviver(text: string): unknown {
  return JSON.parse(text, ((_key: string, value: unknown, context?: { source?: string }) => {
    const written = context?.source ?? '';
    return typeof value === 'number' && String(value) !== written ? `written ${written}` : value;
  }) as (key: string, value: unknown) => unknown);
}

/** With marks as the reviver above makes them. */
function marked(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value;
  const written = writtenText(value);
  if (written !== undefined) return `written ${written}`;
  if (Array.isArray(value)) return value.map(marked);
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, marked(item)]));
}

const PECULIAR = ['1.0', '-0', '0.0', '1e3', '1E-07', '0.10', '12345678901234567890', '1e400'];
const PLAIN = ['0', '-1', '1.5', '123456789', '0.1', '1e-7', '1.7976931348623157e+308'];

test('numbers keep their text wherever it says more than they do, and nothing else changes', () => {
  const number = fc.constantFrom(...PECULIAR, ...PLAIN);
  const text = fc.oneof(
    fc.string().map((one) => JSON.stringify(one)),
    fc.constantFrom('"1.0"', '"\\\\"', '"\\"1.0,"', '"\\\\\\"1.0"', 'true', 'null'),
  );
  const { value } = fc.letrec<{ value: string }>((tie) => ({
    value: fc.oneof(
      { depthSize: 'small', withCrossShrink: true },
      number,
      text,
      fc.array(tie('value'), { maxLength: 4 }).map((items) => `[${items.join(' , ')}]`),
      fc.array(tie('value'), { maxLength: 4 }).map((items) => {
        const members = items.map((item, index) => `"k${index} 1.0":${item}`);
        return `{${members.join(',\n')}}`;
      }),
    ),
  }));
  fc.assert(
    fc.property(value, (json) => {
      assert.deepEqual(marked(parseJsonAsWritten(json)), byReviver(json));
    }),
  );
});

for (const json of [
  '',
  '01.0',
  '1.',
  '-',
  '[1.0',
  '"1.0',
  '"\\',
  '{"a":1.0e}',
  '1.0 1.0',
  'NaN',
  '/',
]) {
  test(`no JSON, and refused as such: ${json}`, () => {
    assert.throws(
      () => parseJsonAsWritten(json),
      (error) => {
        assert.ok(error instanceof SyntaxError);
        assert.throws(() => JSON.parse(json), { message: error.message });
        return true;
      },
    );
  });
}
