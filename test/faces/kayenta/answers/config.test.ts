import assert from 'node:assert/strict';
import { test } from 'node:test';
import { formatEscapedConfig } from '../../../../src/faces/kayenta/answers/config.ts';

test('a status fills in what a config left out: Referee goes through the groups of every metric', () => {
  const config = formatEscapedConfig({
    name: 'bare',
    metrics: [
      { name: 'cpu', query: { type: 'prometheus', customInlineTemplate: 'up{a="${scope}"}' } },
    ],
  });
  assert.deepEqual(config.templates, {});
  const [metric] = config.metrics ?? [];
  assert.deepEqual([metric?.groups, metric?.analysisConfigurations], [[], {}]);
  assert.deepEqual(metric?.query, {
    type: 'prometheus',
    serviceType: 'prometheus',
    customInlineTemplate: 'up{a="$\\{scope}"}',
  });
});

test('what a config has stays as it is', () => {
  const canary = { direction: 'increase' };
  const config = formatEscapedConfig({
    name: 'full',
    templates: { pods: 'pod="${scope}"' },
    metrics: [{ name: 'cpu', groups: ['system'], analysisConfigurations: { canary } }],
  });
  assert.deepEqual(config.templates, { pods: 'pod="$\\{scope}"' });
  const [metric] = config.metrics ?? [];
  assert.deepEqual([metric?.groups, metric?.analysisConfigurations], [['system'], { canary }]);
});
