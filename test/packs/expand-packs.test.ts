import assert from 'node:assert/strict';
import { test } from 'node:test';
import { checkConfigForm } from '../../src/analysis/accept/check-config.ts';
import { loadContract } from '../../src/contract/contract.ts';
import { CONFIG_DEFAULTS } from '../../src/model/native-format.ts';
import type { components } from '../../src/openapi.d.ts';
import { PACKS } from '../../src/packs/catalog.ts';
import { expandPacks } from '../../src/packs/expand-packs.ts';
import { metricsOf } from '../../src/packs/pack-metrics.ts';
import { checkPromql } from '../../src/sources/prometheus/promql-check.ts';

type Config = components['schemas']['CanaryConfig'];

const contract = loadContract();
const expand = (config: Omit<Config, 'name'>) =>
  expandPacks({ name: 'checkout', ...config }, PACKS);
const problems = (config: Omit<Config, 'name'>) =>
  expand(config).violations.map(({ pointer, message }) => `${pointer} ${message}`);
const metricOf = (config: Omit<Config, 'name'>, name: string) =>
  expand(config).config.metrics.find((metric) => metric.name === name)!;
const promqlOf = (query: components['schemas']['Query'] | undefined) =>
  query?.source === 'prometheus' ? query.promql : '';

test('every pack makes a config that keeps the contract, under judges of counts and others', () => {
  for (const { name } of PACKS) {
    for (const judge of [CONFIG_DEFAULTS.judge, 'MannWhitneyJudge-v2.0']) {
      const { config, violations } = expand({ use: [name], judge });
      assert.deepEqual(violations, []);
      assert.deepEqual(contract.checkSchema('CanaryConfig', config), [], name);
      assert.deepEqual(checkConfigForm(config, 100), [], name);
      const queries = config.metrics.flatMap(({ query, exposure, queries = {} }) =>
        [query, exposure, ...Object.values(queries)].filter((one) => one !== undefined),
      );
      const texts = queries.map(promqlOf);
      assert.ok(texts.length > 0 && !texts.includes(''));
      assert.deepEqual(
        texts.flatMap((text) => checkPromql(text, 60)),
        [],
        name,
      );
      assert.equal(
        config.metrics.some(({ kind }) => kind === 'count') && judge !== CONFIG_DEFAULTS.judge,
        false,
      );
    }
  }
});

test('all packs together are one config, as no two have metrics of one name', () => {
  const { config, violations } = expand({ use: PACKS.map(({ name }) => name) });
  assert.deepEqual([violations, checkConfigForm(config, 1000)], [[], []]);
});

test('what a pack reads is told: scope and parameters, and no other variable', () => {
  for (const pack of PACKS) {
    const texts = metricsOf(pack).flatMap(({ query, exposure }) => [query, exposure].map(promqlOf));
    const used = new Set([...texts.join(' ').matchAll(/\$\{(\w+)\}/g)].map(([, name]) => name!));
    const own = [...used].filter((name) => !['scope', 'countWindow', 'countFactor'].includes(name));
    assert.deepEqual(own.sort(), Object.keys(pack.parameters).sort(), pack.name);
    assert.ok(used.has('scope'), pack.name);
    for (const name of own) {
      // a value of `use` is put in as it is, which is right in `="..."` alone
      assert.doesNotMatch(pack.select, new RegExp(`[~]"[^"]*\\$\\{${name}\\}`), pack.name);
    }
    assert.ok(
      pack.detect.some((metric) => texts.some((text) => text.includes(metric))),
      pack.name,
    );
  }
});

test('errors are counted with zeros where there is traffic, or shared out for judges that do not count', () => {
  const errors = metricOf({ use: ['linkerd'] }, 'linkerd errors');
  const of = (matchers: string) =>
    `sum(increase(response_total{direction="inbound",namespace="\${namespace}",deployment="\${scope}"${matchers}}[\${countWindow}]))`;
  assert.equal(
    promqlOf(errors.query),
    `(${of(',classification="failure"')} or 0 * ${of('')}) * \${countFactor}`,
  );
  assert.equal(promqlOf(errors.exposure), `(${of('')}) * \${countFactor}`);
  assert.deepEqual([errors.kind, errors.critical, errors.noData], ['count', true, 'inconclusive']);
  const share = metricOf({ use: ['linkerd'], judge: 'NetflixACAJudge-v1.0' }, 'linkerd errors');
  assert.deepEqual(
    [share.formula, share.queries, share.kind, share.query, share.exposure],
    [
      'events / exposure',
      { events: errors.query, exposure: errors.exposure },
      undefined,
      undefined,
      undefined,
    ],
  );
});

test('own metrics stay in front, and lay their fields over those of the pack', () => {
  const own = { name: 'cpu', query: { source: 'inline' as const } };
  const { config, violations } = expand({
    use: ['go'],
    metrics: [own, { name: 'go goroutines', muted: true, tolerance: { increase: 3 } }],
  });
  assert.deepEqual(violations, []);
  assert.deepEqual(
    config.metrics.map(({ name }) => name),
    ['cpu', 'go goroutines', 'go heap in use'],
  );
  const [, goroutines] = config.metrics;
  const before = metricOf({ use: ['go'] }, 'go goroutines');
  assert.deepEqual(goroutines, { ...before, muted: true, tolerance: { increase: 3 } });
  const formula = {
    name: 'linkerd errors',
    formula: 'a',
    queries: { a: { source: 'inline' as const } },
  };
  const replaced = metricOf({ use: ['linkerd'], metrics: [formula] }, 'linkerd errors');
  assert.deepEqual(
    [replaced.query, replaced.exposure, replaced.group],
    [undefined, undefined, 'errors'],
  );
});

test('an entry of use may rename, place, fill, narrow and leave out', () => {
  const use = [
    {
      pack: 'nginx-ingress',
      as: 'edge',
      account: 'prom',
      scopeName: 'edge',
      parameters: { namespace: 'shop' },
      slowerThan: 2.5,
      without: ['latency p99'],
    },
  ];
  const names = expand({ use }).config.metrics.map(({ name }) => name);
  assert.deepEqual(names, [
    'edge errors',
    'edge slow requests',
    'edge latency p50',
    'edge latency p95',
  ]);
  const slow = metricOf({ use }, 'edge slow requests');
  assert.deepEqual([slow.account, slow.scopeName], ['prom', 'edge']);
  assert.match(
    promqlOf(slow.query),
    /exported_namespace="shop",ingress="\$\{scope\}".*le=~"2\\\\.5"/,
  );
  assert.match(promqlOf(slow.exposure), /exported_namespace="shop"/);
  const whole = metricOf({ use: [{ pack: 'istio', slowerThan: 500 }] }, 'istio slow requests');
  assert.match(promqlOf(whole.query), /le=~"500\(\\\\\.0\)\?"/);
});

test('what cannot be is told by place, with the nearest name', () => {
  assert.deepEqual(problems({ use: ['go', 'sprng-boot'] }), [
    '/use/1 there is no query pack "sprng-boot"; did you mean "spring-boot"?',
  ]);
  assert.deepEqual(problems({ use: ['something-else-entirely'] }), [
    '/use/0 there is no query pack "something-else-entirely"; "canary packs" lists them',
  ]);
  assert.deepEqual(problems({ use: [{ pack: 'vllm', parameters: { mode: 'x' } }] }), [
    '/use/0/parameters/mode query pack "vllm" has no parameter "mode"; did you mean "model"? (it has namespace, model)',
  ]);
  assert.deepEqual(problems({ use: [{ pack: 'go', without: ['goroutine'], slowerThan: 1 }] }), [
    '/use/0/without/0 query pack "go" has no metric "goroutine"; did you mean "goroutines"? (it has goroutines, heap in use)',
    '/use/0/slowerThan query pack "go" reads no histogram of requests; leave it out',
  ]);
  assert.deepEqual(problems({ use: ['go', 'go'] }), [
    '/use/1 "go" stands twice; give one of them an `as`',
  ]);
  assert.deepEqual(problems({ use: ['go'], metrics: [{ name: 'go gorutines', muted: true }] }), [
    '/metrics/0 metric "go gorutines" has no query, and no pack in use has one of that name; did you mean "go goroutines"?',
  ]);
});

test('a config needs a metric, its own or one of a pack', () => {
  const { config } = expand({ use: [], metrics: [] });
  assert.deepEqual(checkConfigForm(config, 10), [
    { pointer: '/metrics', message: 'needs a metric, or a query pack in `use`' },
  ]);
});

test('values that mean something in PromQL are no parameters of a pack', () => {
  const config = { name: 'x', use: [{ pack: 'go', parameters: { namespace: 'a"} or up{a="' } }] };
  assert.notDeepEqual(contract.checkSchema('CanaryConfig', config), []);
});
