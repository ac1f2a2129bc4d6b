// Whole canary stages of Orca, in real time: a service in its own process, a real Prometheus that reads live
// workloads, and the driver that does what Orca does. Only time is shorter: a minute of the stage lasts
// `MINUTE_MS`, and Orca polls more often.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { after, before, describe, test } from 'node:test';
import { kayentaMetric, UNDECIDABLE } from '../support/kayenta.ts';
import { ORCA_PIPELINE, startOrcaBench, type OrcaBench } from '../support/orca-bench.ts';
import type { OrcaScope } from '../support/orca-canary-plan.ts';
import type { OrcaStage } from '../support/orca-canary-stage.ts';
import { until } from '../../../support/poll.ts';
import { PROMETHEUS_SKIP } from '../../../support/prometheus.ts';

const MINUTE_MS = 4000;
/** Far below the time for which a source that hangs is waited for. */
const IDLE_MS = 5000;
const FEW =
  'One of the metrics returned fewer than 50 data points, which can reduce confidence in the final canary score.';
const NOT_ABOVE_MARGINAL = 'Canary score is not above the marginal score threshold.';

describe('the canary stage of Orca', { skip: PROMETHEUS_SKIP, timeout: 600_000 }, () => {
  let bench: OrcaBench;
  before(async () => {
    bench = await startOrcaBench(MINUTE_MS);
  });
  after(() => bench.close());

  const startStage: OrcaBench['startStage'] = (...of) => bench.startStage(...of);
  const statesOf = (stage: OrcaStage) => stage.runs.map(({ status }) => status);

  describe('in real time', { concurrency: true }, () => {
    test('Orca 9.1, every line but cancel: a healthy canary passes every interval', async () => {
      const begin = Date.now();
      const stage = startStage('healthy', { beginCanaryAnalysisAfterMins: 1 });
      assert.deepEqual(await stage.outcome, {
        status: 'SUCCEEDED',
        didPass: true,
        canaryScores: [100, 100, 100],
        canaryScoreMessage: 'Final canary score 100.0 met or exceeded the pass score threshold.',
      });
      assert.ok(Date.now() - begin >= 4 * MINUTE_MS);
      for (const [index, run] of stage.runs.entries()) {
        assert.deepEqual(
          [run.canaryPipelineStatus, run.durationString, run.warnings],
          ['SUCCEEDED', `PT${((index + 1) * MINUTE_MS) / 1000}S`, [FEW]],
        );
        assert.ok(run.lastUpdated! >= begin + (index + 2) * MINUTE_MS);
      }
      const [{ canaryConfigId } = {}] = stage.runs;
      const query = `application=healthy&parentPipelineExecutionId=${ORCA_PIPELINE}&metricsAccountName=prom-eu&configurationAccountName=configs-s3&storageAccountName=results-s3`;
      const paths = stage.calls.map(({ method, path }) => `${method} ${path}`);
      assert.deepEqual(
        paths.filter((path, index) => path !== paths[index - 1]),
        stage.runs.flatMap(({ canaryPipelineExecutionId: id }) => [
          'GET /canaryConfig',
          `POST /canary/${canaryConfigId}?${query}`,
          `GET /canary/${id}?storageAccountName=results-s3`,
          'GET /credentials',
        ]),
      );
      assert.deepEqual(await bench.statusesOf('healthy'), ['succeeded', 'succeeded', 'succeeded']);
    });

    test('Orca 9.1, status: a faulty canary stops the stage at its first interval', async () => {
      const stage = startStage('faulty');
      assert.deepEqual(await stage.outcome, {
        status: 'TERMINAL',
        didPass: false,
        canaryScores: [40],
        canaryScoreMessage: NOT_ABOVE_MARGINAL,
      });
      assert.equal(stage.runs[0]?.canaryPipelineStatus, 'SUCCEEDED');
      assert.deepEqual(await bench.statusesOf('faulty'), ['succeeded']);
    });

    test('Orca 9.1, status: a canary that degrades later stops the stage at the interval that shows it', async () => {
      const stage = startStage('later', {
        lifetimeDuration: 'PT6M',
        canaryAnalysisIntervalMins: 2,
        lookbackMins: 2,
      });
      // Its start says that the first window is over: whatever comes now belongs to the second.
      await until('the first canary is started', () => stage.runs[0]?.canaryPipelineExecutionId);
      bench.degrade('later');
      const { status, canaryScores, canaryScoreMessage } = await stage.outcome;
      assert.deepEqual([status, canaryScoreMessage], ['TERMINAL', NOT_ABOVE_MARGINAL]);
      assert.deepEqual([canaryScores[0], canaryScores.at(-1)], [100, 40]);
      // on a busy machine the change may come too late for the second
      const good = canaryScores.slice(0, -1);
      assert.deepEqual(statesOf(stage), [...good.map(() => 'SUCCEEDED'), 'TERMINAL']);
      assert.ok(good.every((score) => score === 100));
    });

    test('Orca 9.1, cancel: halfway, while the second canary waits for its source', async () => {
      const stage = startStage('stuck');
      await until('the first interval has passed', () => stage.runs[0]?.status === 'SUCCEEDED');
      bench.hang('stuck');
      await until('the second canary asks its source', () => bench.hangsFor('stuck'));
      const id = await until(
        'Orca knows the second canary',
        () => stage.runs[1]?.canaryPipelineExecutionId,
      );
      assert.deepEqual(await bench.statusesOf('stuck'), ['succeeded', 'running']);

      const outcome = await stage.cancel();
      assert.deepEqual([outcome.status, outcome.canaryScores], ['CANCELED', [100, 0]]);
      assert.deepEqual(stage.calls.at(-1), {
        method: 'PUT',
        path: `/pipelines/${id}/cancel`,
        contentType: 'application/json; charset=UTF-8',
        body: '""',
      });
      assert.deepEqual(await bench.statusesOf('stuck'), ['succeeded', 'canceled']);
      const { complete, result } = (await bench.read(`/canary/${id}`)) as Record<string, unknown>;
      assert.deepEqual([complete, result], [true, undefined]);
      await until('nothing is left running', () => bench.isIdle(), IDLE_MS);
    });

    test('Orca 9.1, cancel: between two intervals there is nothing to cancel, and nothing begins', async () => {
      const stage = startStage('waiting');
      await until('the first interval has passed', () => stage.runs[0]?.status === 'SUCCEEDED');
      const outcome = await stage.cancel();
      assert.deepEqual([outcome.status, outcome.canaryScores], ['CANCELED', [100]]);
      assert.equal(stage.calls.filter(({ method }) => method === 'PUT').length, 0);
      assert.deepEqual(await bench.statusesOf('waiting'), ['succeeded']);
    });
  });

  describe('of a time that is over', () => {
    /** Two intervals that Prometheus has by now. */
    const past = (): OrcaScope => {
      const endAt = Math.floor(Date.now() / 1000) * 1000;
      return {
        startTimeIso: new Date(endAt - 2 * MINUTE_MS).toISOString(),
        endTimeIso: new Date(endAt).toISOString(),
      };
    };

    test('Orca 9.1, start: intervals follow without waits, the baseline may be of an earlier time', async () => {
      const times = past();
      const stage = startStage('healthy', { baselineAnalysisOffsetInMins: 1 }, times);
      assert.deepEqual((await stage.outcome).canaryScores, [100, 100]);
      const windows = stage.calls
        .filter(({ method }) => method === 'POST')
        .map(({ body }) => JSON.parse(body!).scopes.default);
      const startAt = Date.parse(times.startTimeIso!);
      for (const [index, { controlScope, experimentScope }] of windows.entries()) {
        assert.deepEqual(
          [controlScope, experimentScope].map(({ start, end }) => [
            (Date.parse(start) - startAt) / MINUTE_MS,
            (Date.parse(end) - startAt) / MINUTE_MS,
          ]),
          [
            [-1, index],
            [0, index + 1],
          ],
        );
      }
    });

    test('Orca 9.1, status: below the pass score the stage fails at its end', async () => {
      const stage = startStage('faulty', { scoreThresholds: { pass: 90, marginal: 30 } }, past());
      assert.deepEqual(await stage.outcome, {
        status: 'TERMINAL',
        didPass: false,
        canaryScores: [40, 40],
        canaryScoreMessage: 'Final canary score 40.0 is below the pass score threshold.',
      });
      assert.deepEqual(statesOf(stage), ['SUCCEEDED', 'SUCCEEDED']);
    });

    test('Orca 9.1, status: what was not decided fails the stage at its end', async () => {
      const judge = { name: 'SequentialJudge-v1.0', judgeConfigurations: UNDECIDABLE };
      await bench.createConfig('open', { judge });
      const { status, canaryScores, canaryScoreMessage } = await startStage(
        'healthy',
        { canaryConfigName: 'open' },
        past(),
      ).outcome;
      assert.equal(status, 'TERMINAL');
      assert.ok(canaryScores.every((score) => score > 70 && score < 90));
      assert.match(canaryScoreMessage!, /is below the pass score threshold/);
    });

    test('Orca 9.1, start: two stages of one pipeline have a canary each, and one end', async () => {
      const times = past();
      const both = [1, 2].map(() => startStage('faulty', {}, times));
      const [one, other] = await Promise.all(both.map(({ outcome }) => outcome));
      assert.deepEqual(one, other);
      const ids = both.map(({ runs }) => runs[0]?.canaryPipelineExecutionId);
      assert.equal(new Set(ids).size, 2);
    });

    test('Orca 9.1, start: the stage of examples/spinnaker/canary-stage.json', async () => {
      const text = readFileSync('examples/spinnaker/canary-stage.json', 'utf8');
      const { type, canaryConfig } = JSON.parse(text) as {
        type: string;
        canaryConfig: Record<string, unknown> & {
          scopes: OrcaScope[];
          scoreThresholds: Record<'pass' | 'marginal', string>;
        };
      };
      assert.equal(type, 'kayentaCanary');
      const { scopes, scoreThresholds, canaryConfigName } = canaryConfig;
      await bench.createConfig(canaryConfigName as string);
      const { pass, marginal } = scoreThresholds;
      const changes = {
        canaryConfigName: canaryConfigName as string,
        scoreThresholds: { pass: Number(pass), marginal: Number(marginal) },
        lifetimeDuration: canaryConfig['lifetimeDuration'] as string,
        canaryAnalysisIntervalMins: Number(canaryConfig['canaryAnalysisIntervalMins']),
      };
      const own = { ...scopes[0], ...past(), experimentScope: 'healthy', step: 1 };
      assert.equal((await startStage('healthy', changes, own).outcome).status, 'SUCCEEDED');
    });

    test('Orca 9.1, status: a score with a fraction loses it in Orca', async () => {
      const groupWeights = { latency: 59.5, cpu: 40.5 };
      await bench.createConfig('fraction', { classifier: { groupWeights } });
      const changes = {
        canaryConfigName: 'fraction',
        scoreThresholds: { pass: 90, marginal: 40 },
      };
      const stage = startStage('faulty', changes, past());
      assert.deepEqual((await stage.outcome).canaryScores, [40]);
      const { result } = (await bench.read(
        `/canary/${stage.runs[0]?.canaryPipelineExecutionId}`,
      )) as {
        result: { judgeResult: { score: { score: number } } };
      };
      assert.equal(result.judgeResult.score.score, 40.5);
    });

    test('Orca 9.1, status: the exception of a canary that could not be judged', async () => {
      const metrics = [kayentaMetric('nonsense', 'avg(latency{app="${scope}"}')];
      await bench.createConfig('nonsense', { metrics });
      const stage = startStage('healthy', { canaryConfigName: 'nonsense' }, past());
      const { status, canaryScores } = await stage.outcome;
      assert.deepEqual([status, canaryScores], ['TERMINAL', [0]]);
      const [run] = stage.runs;
      const { exceptionType, operation } = run!.exception!;
      assert.deepEqual(
        [run!.canaryPipelineStatus, exceptionType, operation],
        ['TERMINAL', 'SpinnakerHttpException', 'prometheusFetch'],
      );
    });

    test('Orca 9.1, status: a canary that somebody else cancels fails the stage in those words', async () => {
      bench.hang('foreign');
      const stage = startStage('foreign', {}, past());
      const id = await until(
        'the canary is started',
        () => stage.runs[0]?.canaryPipelineExecutionId,
      );
      await fetch(`${bench.url}/pipelines/${id}/cancel`, { method: 'PUT' });
      assert.equal((await stage.outcome).status, 'TERMINAL');
      assert.deepEqual(
        [stage.runs[0]?.canaryPipelineStatus, stage.runs[0]?.exception],
        ['CANCELED', { details: { errors: ['Canary execution was canceled.'] } }],
      );
      await until('nothing is left running', () => bench.isIdle(), IDLE_MS);
    });

    test('Orca 9.1, start: what is refused fails the stage with the message of the answer', async () => {
      const stage = startStage('healthy', { metricsAccountName: 'ghost' }, past());
      assert.equal((await stage.outcome).status, 'TERMINAL');
      assert.deepEqual(stage.runs[0]?.exception, {
        details: { errors: ['Unable to resolve account ghost.'], status: 400 },
      });
    });
  });
});
