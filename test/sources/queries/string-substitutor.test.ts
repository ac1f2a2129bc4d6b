import assert from 'node:assert/strict';
import { test } from 'node:test';
import { substitute } from '../../../src/sources/queries/string-substitutor.ts';

const BINDINGS = new Map([
  ['scope', 'canary'],
  ['empty', ''],
  ['outer', 'x-${scope}'],
  ['dollar', '$'],
  ['a', '${b}'],
  ['b', '${a}'],
  ['with space', 'spaced'],
]);

// Expected texts as commons-text's StringSubstitutor gives them.
for (const [template, expected] of [
  ['${scope}', 'canary'],
  ['a ${scope} b ${scope}', 'a canary b canary'],
  ['$scope', '$scope'],
  ['$${scope}', '${scope}'],
  ['$$${scope}', '$${scope}'],
  ['${missing:-fallback}', 'fallback'],
  ['${missing:-}', ''],
  ['${empty:-fallback}', ''],
  ['${missing:-${scope}}', '${scope}'],
  ['${outer}', 'x-canary'],
  ['${missing:-a:-b}', 'a:-b'],
  ['unterminated ${scope', 'unterminated ${scope'],
  ['${with space}', 'spaced'],
  ['$${a${scope}}', '${acanary}'],
  ['${dollar}${scope}', '${scope}'],
  ['', ''],
] as const) {
  test(`"${template}" becomes "${expected}"`, () => {
    assert.equal(substitute(template, BINDINGS), expected);
  });
}

for (const [template, why] of [
  ['${missing}', /"missing", which is not defined \(known: a, b, dollar/],
  ['${ scope }', /" scope "/],
  ['${SCOPE}', /"SCOPE"/],
  ['${}', /""/],
  ['${a}', /refers to itself/],
  ['${x${scope}}', /"x\$\{scope"/],
] as const) {
  test(`"${template}" is an error`, () => {
    assert.throws(() => substitute(template, BINDINGS), { code: 'invalid-query', message: why });
  });
}

test('values that double each other end in an error, soon', () => {
  const names = Array.from({ length: 40 }, (_, index) => `v${index}`);
  const doubling = new Map(names.map((name, index) => [name, `\${v${index + 1}}`.repeat(2)]));
  assert.throws(
    () => substitute('${v0}', new Map([...doubling, ['v40', '']])),
    /too many variables/,
  );
  assert.throws(
    () => substitute('${v30}', new Map([...doubling, ['v40', 'x'.repeat(1000)]])),
    /beyond/,
  );
});
