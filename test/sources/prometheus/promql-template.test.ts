import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as fc from 'fast-check';
import { fillPromql } from '../../../src/sources/prometheus/promql-template.ts';

const SCOPE = {
  scope: 'a.b"c',
  location: '',
  startAt: 1_500,
  endAt: 61_500,
  stepSeconds: 90,
  parameters: {
    ns: 'x|y',
    window: '5m',
    quantile: '0.95',
    metric: 'http_requests',
    money: '$1.0',
    scope: 'other',
  },
};

test('a value is escaped for the place it stands in', () => {
  const cases: Record<string, string> = {
    'up{a="${scope}"}': 'up{a="a.b\\"c"}',
    "up{a='${scope}'}": "up{a='a.b\"c'}",
    'up{a!="${scope}"}': 'up{a!="a.b\\"c"}',
    'up{a=~"${scope}-.*"}': 'up{a=~"a\\\\.b\\"c-.*"}',
    'up{a!~ "${ns}"}': 'up{a!~ "x\\\\|y"}',
    'up{a=~`${ns}`}': 'up{a=~`x\\|y`}',
    'up{a=~"\\"${ns}"}': 'up{a=~"\\"x\\\\|y"}',
    'rate(${metric}[${window}]) > ${quantile}': 'rate(http_requests[5m]) > 0.95',
    'up{b="=~"} == ${quantile}': 'up{b="=~"} == 0.95',
    'label_replace(up, "a", "$${1}", "b", "${ns}")':
      'label_replace(up, "a", "${1}", "b", "x\\\\|y")',
    'label_replace(sum by (b, c) (up{x="${ns}", y="1"}), "${ns}", "${money}", "b", `${ns}`)':
      'label_replace(sum by (b, c) (up{x="x|y", y="1"}), "x|y", "$$1.0", "b", `x\\|y`)',
    'Label_Replace (up, "a", "${money}", "b", "${money}") + ${quantile}':
      'Label_Replace (up, "a", "$$1.0", "b", "\\\\$1\\\\.0") + 0.95',
    'label_join(up, "a", "${ns}", "b", "${ns}")': 'label_join(up, "a", "x|y", "b", "x|y")',
    'label_transform(up, "a", "${ns}", "${money}")': 'label_transform(up, "a", "x\\\\|y", "$$1.0")',
    'count_values("${ns}", label_match(up, "a", "${ns}"))':
      'count_values("x|y", label_match(up, "a", "x\\\\|y"))',
    'up{a=~ # " comment ${nonsense}\n"${ns}"}': 'up{a=~ \n"x\\\\|y"}',
    'up[${step}] @ ${end} - up @ ${start}': 'up[1m30s] @ 61.5 - up @ 1.5',
    'up{a="${parameters.scope}"}': 'up{a="other"}',
  };
  for (const [template, expected] of Object.entries(cases)) {
    assert.equal(fillPromql(template, SCOPE), expected);
  }
});

test('outside strings only a number, a duration or an identifier is let in', () => {
  for (const value of ['', 'a b', 'up)', '1m or up', '{', '5 m', '#', '-', 'a"b']) {
    const scope = { ...SCOPE, parameters: { value } };
    assert.throws(() => fillPromql('sum(${value})', scope), {
      code: 'invalid-query',
      message: /of "\$\{value\}" stands outside a string/,
    });
  }
});

test('an undefined variable is named with the ones there are; an empty scope is undefined', () => {
  assert.throws(() => fillPromql('up{a="${nme}"}', SCOPE), {
    code: 'invalid-query',
    message:
      /"\$\{nme\}", which is not defined for this scope; defined are countFactor, countWindow, end, metric, money, ns, parameters\.metric/,
  });
  assert.throws(() => fillPromql('up{a="${location}"}', SCOPE), { code: 'invalid-query' });
  assert.throws(() => fillPromql('up{a="${constructor}"}', SCOPE), { code: 'invalid-query' });
});

test('a value with a backtick does not fit into backticks', () => {
  const scope = { ...SCOPE, scope: 'a`b' };
  assert.throws(() => fillPromql('up{a=`${scope}`}', scope), /has a backtick/);
});

test('no value ends the string it stands in, and it is read back as itself', () => {
  fc.assert(
    fc.property(
      fc.string({ minLength: 1, unit: 'binary' }),
      fc.constantFrom('"', "'"),
      (value, quote) => {
        const filled = fillPromql(`up{a=${quote}\${scope}${quote}} + 1`, {
          ...SCOPE,
          scope: value,
        });
        const inner = filled.slice(`up{a=${quote}`.length, -`${quote}} + 1`.length);
        const unescaped = inner.replaceAll(/\\([^])/g, (_, next: string) =>
          next === 'n' ? '\n' : next,
        );
        assert.equal(unescaped, value);
        assert.doesNotMatch(inner.replaceAll(/\\[^]/g, ''), new RegExp(`[${quote}\n\\\\]`));
      },
    ),
  );
});

test('a window of counts is longer than a step by a scrape interval, which its factor takes off', () => {
  const template = 'sum(increase(x[${countWindow}])) * ${countFactor}';
  const minute = { ...SCOPE, stepSeconds: 60 };
  assert.equal(fillPromql(template, minute), 'sum(increase(x[1m15s])) * 0.8');
  assert.equal(fillPromql(template, minute, 60_000), 'sum(increase(x[2m])) * 0.5');
  assert.equal(fillPromql(template, minute, 0), 'sum(increase(x[1m])) * 1');
});
