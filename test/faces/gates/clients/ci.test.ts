// Real curl in a job: the line of each example whose engine goes by the exit status of a command.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { after, before, describe, test } from 'node:test';
import { PROMETHEUS_SKIP } from '../../../support/prometheus.ts';
import { until } from '../../../support/poll.ts';
import { startGates, type GatesService, type Outcome } from '../support/gates.ts';
import { recipe, RECIPES, type Variables } from '../support/recipes.ts';
import { startWorld } from '../support/world.ts';

interface Ended {
  code: number | null;
  /** The last answer that was printed. */
  verdict: string | undefined;
  output: string;
}

async function job(
  command: string,
  env: Record<string, string>,
  onOutput: () => void = () => undefined,
): Promise<Ended> {
  const child = spawn('sh', ['-c', command], { env: { PATH: process.env['PATH'], ...env } });
  let output = '';
  child.stdout.on('data', (chunk: Buffer) => {
    output += chunk.toString();
    onOutput();
  });
  child.stderr.resume();
  const code = await new Promise<number | null>((resolve) => child.on('close', resolve));
  const verdicts = [...output.matchAll(/"verdict":"(\w+)"/g)];
  return { code, output, verdict: verdicts.at(-1)?.[1] };
}

describe('curl in a CI job', { skip: PROMETHEUS_SKIP }, () => {
  let api: GatesService;
  before(async () => {
    api = await startGates();
  });
  after(() => api.close());

  /** The line over a window in the past instead of half an hour to come. */
  function lineFor(path: string, url: string, outcome: Outcome): [string, Record<string, string>] {
    const { config, baseline, canary, ...others } = api.parametersFor(outcome);
    const window = Object.entries(others).map(([name, value]) => `-d ${name}=${value}`);
    const command = recipe(path).command(url).trim();
    const past = command
      .replace('-d duration=30m -d interval=5m', window.join(' '))
      .replace('config=checkout', `config=${config}`);
    assert.notEqual(past, command);
    return [past, { CANARY_URL: url, STABLE: baseline!, CANARY: canary!, RUN_ID: '' }];
  }

  const ENDS: [Outcome, number, string][] = [
    ['pass', 0, 'pass'],
    ['fail', 22, 'fail'],
    ['nodata', 22, 'nodata'],
    ['undecided', 22, 'undecided'],
    ['marginal', 22, 'marginal'],
    ['error', 22, 'error'],
  ];
  for (const [outcome, code, verdict] of ENDS) {
    test(`curl: ${outcome} ends with ${code}`, async () => {
      const [command, env] = lineFor('ci/gate.sh', api.url, outcome);
      const ended = await job(command, { ...env, RUN_ID: outcome });
      assert.deepEqual([ended.code, ended.verdict], [code, verdict], ended.output);
      assert.match(ended.output, /"report":"http/);
    });
  }

  for (const { path, variables, deadline } of RECIPES) {
    for (const [outcome, code] of [
      ['pass', 0],
      ['fail', 22],
    ] as const) {
      test(`curl: the line of ${path} ends a ${outcome} with ${code}`, async () => {
        const [command, env] = lineFor(path, api.url, outcome);
        const of = { ...env, RUN_ID: `${path} ${outcome}` } as Variables;
        const ended = await job(command, { ...of, ...variables?.(of) });
        assert.deepEqual([ended.code, ended.verdict], [code, outcome], ended.output);
      });
    }

    test(`curl: ${path} gives it the time that it asks for`, () => {
      const [, most] = /--retry-max-time (\d+)/.exec(recipe(path).command(''))!;
      assert.ok((deadline?.() ?? Infinity) > Number(most));
    });
  }

  test('curl: a bad request ends with 22 at once, and says why', async () => {
    const [command, env] = lineFor('ci/gate.sh', api.url, 'pass');
    const bad = await job(command.replace('config=checkout', 'config=nothing'), {
      ...env,
      RUN_ID: 'bad',
    });
    assert.deepEqual([bad.code, bad.verdict], [22, undefined]);
    assert.match(bad.output, /there is no config \\"nothing\\"/);
  });

  test('curl: the same run twice at once is one analysis', async () => {
    const [command, env] = lineFor('ci/gate.sh', api.url, 'pass');
    const both = await Promise.all([1, 2].map(() => job(command, { ...env, RUN_ID: 'double' })));
    assert.deepEqual(
      both.map(({ code }) => code),
      [0, 0],
    );
    assert.equal((await api.analysesOf('double')).length, 1);
  });

  test('curl: a restart in the middle is waited for', async (context) => {
    const world = await startWorld(context, api.prometheusUrl);
    world.hang();
    const [command, env] = lineFor('ci/gate.sh', world.url, 'pass');
    let isTold = false;
    const running = job(command, { ...env, RUN_ID: 'restart' }, () => (isTold = true));
    // killed in the middle of an answer, curl would end with 52
    await until('the first answer has come', () => isTold);
    await world.kill();
    await world.comeBack();
    const ended = await running;
    assert.deepEqual([ended.code, ended.verdict], [0, 'pass'], ended.output);
    assert.match(ended.output, /^\{"verdict":"running"/, 'it had to ask again');
    assert.equal((await world.analyses()).length, 1);
  });
});
