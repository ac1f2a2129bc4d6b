// No value, whatever it holds, changes the pieces of a query that it is put into, in any of the languages.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { Fault } from '../../../src/errors.ts';
import { PROMQL } from '../../../src/sources/prometheus/promql-tokens.ts';
import {
  bindTemplate,
  fillTemplate,
  scanTemplate,
  type Dialect,
} from '../../../src/sources/queries/template-engine.ts';
import { ATLAS } from '../../../src/sources/vendors/atlas.ts';
import { EXPRESSION } from '../../../src/sources/vendors/cloudwatch.ts';
import { KQL } from '../../../src/sources/azure/logs.ts';
import { FILTER } from '../../../src/sources/azure/metrics.ts';
import { LUCENE } from '../../../src/sources/elasticsearch/lucene.ts';
import { GRAPHITE } from '../../../src/sources/vendors/graphite.ts';
import { LOGQL } from '../../../src/sources/prometheus/loki.ts';
import { SELECTOR } from '../../../src/sources/dynatrace/dynatrace.ts';
import { SPL } from '../../../src/sources/vendors/splunk.ts';
import { METRICS, SEARCH } from '../../../src/sources/vendors/datadog.ts';
import { NRQL } from '../../../src/sources/vendors/newrelic.ts';
import { SIGNALFLOW } from '../../../src/sources/vendors/signalfx.ts';
import { MONITORING } from '../../../src/sources/vendors/stackdriver.ts';
import { WAVEFRONT } from '../../../src/sources/vendors/wavefront.ts';
import { HOSTILE } from '../../contracts/vendor.ts';

/** A dialect, and templates with the value in each kind of place. One line for each language. */
const DIALECTS: Record<string, { dialect: Dialect; templates: string[] }> = {
  promql: {
    dialect: PROMQL,
    templates: ['up{a="${v}"}', "up{a=~'x${v}'}", 'up{a=`${v}`}', 'a + ${v}'],
  },
  'datadog metrics': { dialect: METRICS, templates: ['avg:x{version:${v}} by {host}'] },
  logql: {
    dialect: LOGQL,
    templates: [
      'rate({a="${v}"} |~ "x${v}" [1m])',
      'rate({a="b"} |= `${v}` [1m])',
      'topk(${v}, x)',
    ],
  },
  graphite: { dialect: GRAPHITE, templates: ['sum(a.${v}.b)', "seriesByTag('name=x','v=${v}')"] },
  'cloudwatch expressions': {
    dialect: EXPRESSION,
    templates: ["SELECT n FROM t WHERE v = '${v}'", 'SEARCH("{A,B} v=${v}", \'Sum\')'],
  },
  nrql: {
    dialect: NRQL,
    templates: ["a = '${v}' AND b", "a LIKE '${v}'", 'SELECT `${v}` FROM t'],
  },
  signalflow: { dialect: SIGNALFLOW, templates: ["filter('v', '${v}')", 'data("a", b="${v}")'] },
  monitoring: {
    dialect: MONITORING,
    templates: ['a = "${v}" AND b', 'a = full_match("${v}")'],
  },
  wavefront: { dialect: WAVEFRONT, templates: ['ts(a, b="${v}")', "ts(a, b='${v}' and c)"] },
  atlas: { dialect: ATLAS, templates: ['name,x,:eq,version,${v},:eq,:and'] },
  kql: {
    dialect: KQL,
    templates: ["T | where v == '${v}'", 'T | where v == "${v}"', 'T | take ${v}'],
  },
  'azure filter': { dialect: FILTER, templates: ["v eq '${v}' and w eq 'x'"] },
  lucene: { dialect: LUCENE, templates: ['v:"${v}" AND a:b', 'v:${v} b'] },
  dynatrace: { dialect: SELECTOR, templates: ['a:filter(eq("k","${v}")):sum', 'a.${v}:sum'] },
  splunk: { dialect: SPL, templates: ['v="${v}" | stats count', 'index=${v} | stats count'] },
  'datadog search': { dialect: SEARCH, templates: ['a:"${v}" b:c', 'version:${v} b'] },
};

/** The pieces without the words of plain text between them. */
function shape(text: string, dialect: Dialect): string[] {
  const kinds = [...scanTemplate(text, dialect)].map(({ place, text }) =>
    place.kind === 'code' ? text : `${place.kind}${text === place.quote ? text : ''}`,
  );
  return kinds.filter((kind, index) => kind !== kinds[index - 1]);
}

for (const [name, { dialect, templates }] of Object.entries(DIALECTS)) {
  for (const template of templates) {
    test(`${name}: no value changes what is asked by ${template}`, () => {
      const plain = shape(fillTemplate(template, dialect, new Map([['v', 'x']])), dialect);
      const isInString = !plain.includes('x');
      const value = fc.oneof(
        fc.string({ unit: 'grapheme' }),
        fc.string({ unit: 'binary' }),
        fc.constantFrom(...HOSTILE),
      );
      const cases = fc.property(value, (v) => {
        let filled: string;
        try {
          filled = fillTemplate(template, dialect, new Map([['v', v]]));
        } catch (thrown) {
          assert.ok(thrown instanceof Fault && thrown.code === 'invalid-query');
          return;
        }
        // a value in a string stays in it; one in code is a single word without anything that ends one
        if (isInString && v !== '')
          assert.deepEqual(shape(filled.replaceAll('${', '$_{'), dialect), plain);
        else if (!isInString) assert.match(v, /^[\p{L}\p{N}_.:/+-]+$/u);
      });
      fc.assert(cases, { numRuns: 300 });
    });
  }
}

const SQL_LIKE: Dialect = {
  quotes: { "'": 'string', '"': 'string' },
  escapes: "''",
  comments: String.raw`--[^\n]*|/\*[^]*?\*/`,
  escape: (value) => value,
};
const NAMES = new Map([['scope', '']]);
const bound: [string, string][] = [
  ['v = ${scope}', 'v = $scope'],
  ["v = '${scope}'", 'v = $scope'],
  ["v = '${scope}' AND w = 'it''s'", "v = $scope AND w = 'it''s'"],
  ['v = ${scope} -- not ${scope}\nAND 1', 'v = $scope \nAND 1'],
  ['a/* ${scope} */b', 'a b'],
  ["'$${scope}'", "'${scope}'"],
];
for (const [template, text] of bound) {
  test(`a parameter takes the place of a value: ${JSON.stringify(template)}`, () => {
    assert.equal(
      bindTemplate(template, SQL_LIKE, NAMES, (name) => `$${name}`),
      text,
    );
  });
}

for (const template of ["'a-${scope}'", "'${scope}-a'", "'it''${scope}'", '"${scope}x"']) {
  test(`a value among other text in quotes is refused: ${template}`, () => {
    assert.throws(
      () => bindTemplate(template, SQL_LIKE, NAMES, () => '?'),
      /inside of quotes with other text/,
    );
  });
}

test('a name that is not defined is refused with those that are', () => {
  assert.throws(
    () => bindTemplate('${nobody}', SQL_LIKE, NAMES, () => '?'),
    /"\$\{nobody\}", which is not defined for this scope; defined are scope/,
  );
});
