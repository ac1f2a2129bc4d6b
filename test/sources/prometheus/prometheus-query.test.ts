import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Scope } from '../../../src/model/scope.ts';
import { buildPrometheusQuery } from '../../../src/sources/prometheus/prometheus-query.ts';

function build(
  query: Record<string, unknown>,
  scope: Partial<Scope> = {},
  templates: Record<string, string> = {},
): string {
  return buildPrometheusQuery(
    {
      metric: 'm',
      side: 'canary',
      query: { source: 'prometheus', ...query },
      templates,
      scope: {
        scope: 'some-server-group',
        location: 'us-central1',
        startAt: 0,
        endAt: 60_000,
        stepSeconds: 60,
        parameters: {},
        ...scope,
      },
    },
    'instance',
  );
}

const METRIC = { metricName: 'some-metric-name' };

test('Google Compute Engine', () => {
  const query = { ...METRIC, labelBindings: ['a=b'], resourceType: 'gce_instance' };
  assert.equal(
    build(query),
    'avg(some-metric-name{a=b,instance=~"some-server-group-.{4}",zone=~".+/zones/us-central1-.{1}"})',
  );
  assert.equal(
    build(query, { scope: '', parameters: { project: 'p1' } }),
    'avg(some-metric-name{a=b,zone=~".+/projects/p1/zones/us-central1-.{1}"})',
  );
});

test('AWS EC2, with the type from the scope', () => {
  const query = { ...METRIC, labelBindings: ['a=b'] };
  assert.equal(
    build(query, { parameters: { resourceType: 'aws_ec2_instance' } }),
    'avg(some-metric-name{a=b,asg_groupName="some-server-group",zone=~"us-central1.{1}"})',
  );
});

test('a custom filter stands before the label bindings and replaces the resource type', () => {
  const templates = { mine: 'my-server-group=${scope}' };
  const query = { ...METRIC, labelBindings: ['a=b'], customFilterTemplate: 'mine' };
  assert.equal(
    build(query, { scope: 'some-canary' }, templates),
    'avg(some-metric-name{my-server-group=some-canary,a=b})',
  );
  assert.equal(
    build({ ...query, resourceType: 'anything', groupByFields: ['pod', 'zone'] }, {}, templates),
    'avg(some-metric-name{my-server-group=some-server-group,a=b}) by (pod,zone)',
  );
});

test('an inline template wins over a named one; both forms of a variable are read', () => {
  const query = { ...METRIC, customInlineTemplate: 'x="$\\{scope}",y="${ns:-z}",,' };
  assert.equal(
    build({ ...query, customFilterTemplate: 'absent' }),
    'avg(some-metric-name{x="some-server-group",y="z"})',
  );
});

test('PromQL: takes the rest as it is', () => {
  assert.equal(
    build({ customInlineTemplate: 'PromQL: sum(up{a="${scope}"}) ', groupByFields: ['b'] }),
    ' sum(up{a="some-server-group"}) ',
  );
});

test('parameters override the query, the query overrides the scope', () => {
  const template = { customInlineTemplate: 'PromQL:${resourceType} ${scope}' };
  assert.equal(build({ ...template, resourceType: 'q' }), 'q some-server-group');
  assert.equal(
    build({ ...template, resourceType: 'q' }, { parameters: { resourceType: 'p', scope: 's' } }),
    'p s',
  );
});

for (const [name, query, scope, message] of [
  [
    'customFilter',
    { ...METRIC, customFilter: '' },
    {},
    'CanaryMetricSetQueryConfig.customFilter is deprecated, use CanaryMetricSetQueryConfig.customInlineTemplate instead.',
  ],
  [
    'no templates',
    { ...METRIC, customFilterTemplate: 't' },
    {},
    "Custom filter template 't' was referenced, but no templates were defined.",
  ],
  ['no metric name', {}, {}, 'Metric Name is required when query type is Default.'],
  ['nothing to select by', METRIC, {}, 'Either a resource type or a custom filter is required.'],
  [
    'no location',
    { ...METRIC, resourceType: 'gce_instance' },
    { location: '' },
    "Location (i.e. region) is required when resourceType is 'gce_instance'.",
  ],
  [
    'an unknown resource type',
    { ...METRIC, resourceType: 'toaster' },
    {},
    "There is no explicit support for resourceType 'toaster'. You may build whatever query makes sense for your environment via label bindings and custom filter templates.",
  ],
  [
    'an unbound variable',
    { ...METRIC, customInlineTemplate: 'a="$\\{location}"' },
    { location: '' },
    'Problem evaluating custom filter template: a="${location}" (template uses "location", which is not defined (known: scope))',
  ],
  [
    'a field of another type',
    { promql: 7 },
    {},
    'field "promql" of a prometheus query must be a text',
  ],
  [
    'label bindings that are no list',
    { ...METRIC, resourceType: 'gce_instance', labelBindings: 'a=b' },
    {},
    'field "labelBindings" of a prometheus query must be a list of texts',
  ],
] as const) {
  test(`refused in Kayenta's words: ${name}`, () => {
    assert.throws(() => build(query, scope), { code: 'invalid-query', message });
  });
}

test('a template that is missing among others is named', () => {
  assert.throws(() => build({ ...METRIC, customFilterTemplate: 't' }, {}, { other: '' }), {
    message: "Custom filter template 't' was not found.",
  });
  assert.throws(() => build({ ...METRIC, customFilterTemplate: 'toString' }, {}, { other: '' }), {
    message: "Custom filter template 'toString' was not found.",
  });
});
