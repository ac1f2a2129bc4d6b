import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Counter, Gauge, Histogram, Registry } from '@prometheus-io/client';
import * as fc from 'fast-check';
import type { Sample } from '../../../src/sources/readings/reading.ts';
import { parseExposition } from '../../../src/sources/scrape/exposition-parser.ts';

const all = (): boolean => true;

function parse(text: string): [string, Record<string, string>, number][] {
  return parseExposition(text, all).samples.map(({ name, labels, value }) => [name, labels, value]);
}

test('lines of both formats are read', () => {
  const page = [
    '# HELP a "quoted" help {x="y"} 1',
    '# TYPE a counter',
    'a 1',
    'a{} 2',
    'b{x="1"} 3 1395066363000',
    '  c { x = "1" , y="2", } 4.5e-3',
    'd{x="}"}\t+Inf',
    'e{x="a\\\\b\\"c\\nd\\e"} NaN -5.25',
    'f_bucket{le="1"} 6 # {trace_id="# 1"} 0.5 1520879607.789',
    'g -Inf # {} 1',
    '{"http.requests","my label"="7"} 7',
    'job:http_errors:ratio .5',
    'h 0x1.8p3 1.5e-3',
    'i -0X.4P+1 +1520879607.789',
    'j 8 # torn exemplar',
    '# EOF',
  ].join('\n');
  assert.deepEqual(parse(page), [
    ['a', {}, 1],
    ['b', { x: '1' }, 3],
    ['c', { x: '1', y: '2' }, 0.0045],
    ['d', { x: '}' }, Infinity],
    ['e', { x: 'a\\b"c\nd\\e' }, NaN],
    ['f_bucket', { le: '1' }, 6],
    ['g', {}, -Infinity],
    ['http.requests', { 'my label': '7' }, 7],
    ['job:http_errors:ratio', {}, 0.5],
    ['h', {}, 12],
    ['i', {}, -0.5],
    ['j', {}, 8],
  ]);
  assert.deepEqual([...parseExposition(page, all).declared], ['a']);
});

test('only wanted names are kept, a repeated series once', () => {
  const { samples } = parseExposition(
    'a{x="1",y="2"} 1\nb 2\na{y="2",x="1"} 3',
    (name) => name === 'a',
  );
  assert.deepEqual(samples, [{ name: 'a', labels: { x: '1', y: '2' }, value: 1 }]);
});

const isOk = (name: string): boolean => name === 'ok';

/** Lines that are none, and whether one may be a sample of `ok`. */
for (const [line, mayMiss] of [
  ['<html>', true],
  ['a', true],
  ['{x="1"} 2', true],
  ['1a 2', true],
  ['ok one', true],
  ['ok{x=1} 2', true],
  ['a{x="1" 2', false],
  ['a{x=1} 2', false],
  ['a{x="1} 2', false],
  ['a{="1"} 2', false],
  ['a{x="1"y="2"} 2', false],
  ['a one', false],
  ['a 1 two', false],
  ['a 1 2 3', false],
  ['a 1 2-3', false],
  ['a 0x', false],
] as const) {
  test(`no metric: ${line}`, () => {
    const { samples, unreadable } = parseExposition(`ok 1\n${line}\nok{x=""} 2\n`, isOk);
    assert.equal(samples.length, 2);
    assert.deepEqual(unreadable, { count: 1, lines: [2], mayMiss });
    assert.throws(() => parseExposition(`\n${line}\n`, all), {
      code: 'source-answer',
      message: 'its page is no metrics page: no metric from line 2 on',
    });
  });
}

test('only the first of many unreadable lines are told', () => {
  const { unreadable } = parseExposition(`ok 1\n${'bad\n'.repeat(9)}`, all);
  assert.deepEqual(unreadable, { count: 9, lines: [2, 3, 4, 5, 6], mayMiss: true });
});

for (const contentType of [Registry.PROMETHEUS_CONTENT_TYPE, Registry.OPENMETRICS_CONTENT_TYPE]) {
  test(`what the client library writes is read: ${contentType}`, async () => {
    const registry = new Registry(contentType);
    const registers = [registry];
    const labelNames = ['path'] as const;
    const counter = new Counter({ name: 'hits_total', help: 'h', labelNames, registers });
    registry.registerMetric(
      new Counter({ name: 'silent_total', help: 'h', labelNames, registers: [] }),
    );
    const gauge = new Gauge({ name: 'level', help: 'multi\nline', registers });
    const histogram = new Histogram({ name: 'seconds', help: 'h', buckets: [0.1, 1], registers });
    counter.inc({ path: 'a\\"b\n' }, 3);
    gauge.set(-2.5);
    histogram.observe(0.5);
    const { samples, declared } = parseExposition(await registry.metrics(), all);
    const values = new Map(samples.map((one) => [one.name + (one.labels['le'] ?? ''), one.value]));
    assert.equal(values.get('hits_total'), 3);
    assert.equal(samples.find(({ name }) => name === 'hits_total')?.labels['path'], 'a\\"b\n');
    assert.equal(values.get('level'), -2.5);
    assert.equal(values.get('seconds_bucket0.1'), 0);
    assert.equal(values.get('seconds_bucket1'), 1);
    assert.equal(values.get('seconds_bucket+Inf'), 1);
    assert.ok(declared.has('silent_total') || declared.has('silent'));
  });
}

test('every label value is read back', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), fc.double(), (text, value) => {
      const escaped = text.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n');
      const written = String(value).replace('Infinity', 'Inf');
      const expected: Sample = { name: 'm', labels: { x: text }, value };
      const [sample] = parseExposition(`m{x="${escaped}"} ${written}\n`, all).samples;
      assert.deepEqual(sample, Object.is(value, -0) ? { ...expected, value: 0 } : expected);
    }),
  );
});
