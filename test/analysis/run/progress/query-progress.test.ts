import assert from 'node:assert/strict';
import { test } from 'node:test';
import { trackQueries } from '../../../../src/analysis/run/progress/query-progress.ts';
import type { PlannedRequest } from '../../../../src/analysis/run/series-requests.ts';
import type { ExecutionProgress } from '../../../../src/model/analysis.ts';
import type { MetricConfig } from '../../../../src/model/config.ts';
import type { Side } from '../../../../src/model/scope.ts';

const [plain, formula] = [{ name: 'plain' }, { name: 'formula' }] as MetricConfig[];

const query = (metric: MetricConfig | undefined, side: Side, queryName = '') =>
  ({ metric, side, queryName }) as PlannedRequest;

test('a side of a metric runs from its first query, and is answered with its last one', () => {
  const told: ExecutionProgress[] = [];
  const first = query(plain, 'canary');
  const [total, errors] = [
    query(formula, 'baseline', 'total'),
    query(formula, 'baseline', 'errors'),
  ];
  const other = query(formula, 'canary', 'total');
  const progress = trackQueries([plain!, formula!], [first, total, errors, other], (now) =>
    told.push(now),
  );
  const words = () => {
    const now = told.at(-1);
    assert.equal(now?.name, 'fetch');
    return `${now.baseline.join(' ')}, ${now.canary.join(' ')}`;
  };
  progress.begun(first);
  assert.equal(words(), 'waiting waiting, running waiting');
  progress.begun(total);
  progress.answered(first);
  assert.equal(words(), 'waiting running, answered waiting');
  progress.answered(total);
  progress.begun(errors);
  assert.equal(words(), 'waiting running, answered waiting');
  progress.answered(errors);
  assert.equal(words(), 'waiting answered, answered waiting');
  assert.deepEqual(told[0], {
    name: 'fetch',
    baseline: ['waiting', 'waiting'],
    canary: ['running', 'waiting'],
  });
});
