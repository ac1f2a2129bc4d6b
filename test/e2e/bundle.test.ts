// A run in one file: judged without a server it gives the same, and what was done to it shows.
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { after, before, test } from 'node:test';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { runCanary } from '../support/canary.ts';
import { until } from '../support/poll.ts';
import { OPERATOR, startTestService, type TestService } from '../support/service.ts';
import { temporaryDirectory } from '../support/temporary-directory.ts';
import { inlineRequest, type AnalysisView, type KnownVerdict } from './requests.ts';

const CODES = { pass: 0, fail: 1, nodata: 2 };
const HOOK = 'http://127.0.0.1:9/hook-of-somebody';

let api: TestService;
before(async () => {
  api = await startTestService(OPERATOR);
});
after(() => api.close());

async function judged(verdict: KnownVerdict, judge: string): Promise<AnalysisView> {
  const { config, ...request } = inlineRequest(verdict, { callbacks: [{ url: HOOK }] });
  const body = { ...request, config: { ...config, judge }, labels: { team: 'label-of-somebody' } };
  const { body: analysis } = await api.call('post', '/api/v1/analyses', { body });
  return until('the analysis ends', async () => {
    const present = await api.call('get', `/api/v1/analyses/${analysis.id}`);
    return present.body.state === 'completed' ? present.body : undefined;
  });
}

async function exported(id: string, file: string): Promise<void> {
  const env = { CANARY_URL: api.url, CANARY_TOKEN: OPERATOR.TEST_OPERATOR };
  const run = await runCanary(['bundle', 'export', id, file], { env });
  assert.deepEqual([run.code, run.stdout], [0, `${file}\n`], run.stderr);
}

for (const judge of ['NetflixACAJudge-v1.0', 'SequentialJudge-v1.0']) {
  test(`${judge}: a bundle is judged to the same, byte for byte, without a server`, async () => {
    using directory = temporaryDirectory();
    await judged('pass', judge); // something to learn from
    for (const verdict of ['pass', 'fail', 'nodata'] as const) {
      const analysis = await judged(verdict, judge);
      const file = join(directory.path, `${verdict}.json`);
      await exported(analysis.id, file);
      const run = await runCanary(['judge', '--bundle', file, '--json']);
      assert.deepEqual([run.code, run.stderr], [CODES[verdict], '']);
      const again = await api.call('post', `/api/v1/analyses/${analysis.id}/rejudge`, { body: {} });
      assert.deepEqual(again.body.judgement, analysis.judgement);
      const recorded = JSON.parse(JSON.parse(readFileSync(file, 'utf8')).content).judgement;
      assert.deepEqual(JSON.parse(run.stdout), withoutNumbers(recorded));
      const text = readFileSync(file, 'utf8');
      for (const secret of ['somebody', 'operator-token', 'whsec_'])
        assert.ok(!text.includes(secret), secret);
    }
  });
}

/** JSON has no NaN: a bundle keeps it, and what a command prints has null. */
function withoutNumbers(judgement: unknown): unknown {
  return JSON.parse(JSON.stringify(judgement), (_key, value: unknown) =>
    typeof value === 'object' && value !== null && '$number' in value ? null : value,
  );
}

test('imported elsewhere it is judged to the same, byte for byte, and kept once', async (context) => {
  using directory = temporaryDirectory();
  const other = await startTestService(OPERATOR);
  context.after(() => other.close());
  const env = { CANARY_URL: other.url, CANARY_TOKEN: OPERATOR.TEST_OPERATOR };
  let learned = 0;
  for (const [judge, verdict] of [
    ['NetflixACAJudge-v1.0', 'fail'],
    ['SequentialJudge-v1.0', 'pass'],
    ['SequentialJudge-v1.0', 'nodata'],
  ] as const) {
    const analysis = await judged(verdict, judge);
    const file = join(directory.path, `${judge}-${verdict}.json`);
    await exported(analysis.id, file);
    const run = await runCanary(['bundle', 'import', file], { env });
    assert.equal(run.code, 0, run.stderr);
    const id = run.stdout.split(' ')[0]!;
    assert.match(run.stdout, new RegExp(`^\\w+ ${verdict}, score .+\n.+/analyses/${id}\n$`));
    const { body: imported } = await other.call('get', `/api/v1/analyses/${id}`);
    assert.equal(JSON.stringify(imported.judgement), JSON.stringify(analysis.judgement));
    assert.deepEqual(
      [imported.state, imported.verdict, imported.score, imported.reason],
      [analysis.state, analysis.verdict, analysis.score, analysis.reason],
    );
    assert.deepEqual(
      [imported.config, imported.imported.analysis, imported.scopes],
      ['imported:checkout', analysis.id, analysis.scopes],
    );
    const page = await fetch(`${other.url}/analyses/${id}`, {
      headers: { authorization: `Bearer ${OPERATOR.TEST_OPERATOR}` },
    });
    assert.match(await page.text(), new RegExp(`Imported[^]*<code>${analysis.id}</code>`));
    // what its judge had learned from came along: judged again it is the same, and so is a bundle of it
    const again = await other.call('post', `/api/v1/analyses/${id}/rejudge`, { body: {} });
    assert.equal(JSON.stringify(again.body.judgement), JSON.stringify(analysis.judgement));
    learned += analysis.judgement?.learnedFrom?.length ?? 0;
    const onward = await other.call('get', `/api/v1/analyses/${id}/bundle`);
    const runOf = (text: string) => JSON.parse(text).run;
    const sealed = JSON.parse(readFileSync(file, 'utf8'));
    assert.deepEqual(runOf(onward.body.content), runOf(sealed.content));
    const twice = await other.call('post', '/api/v1/bundles', { body: sealed });
    assert.deepEqual([twice.status, twice.body.id], [200, id]);
  }
  assert.ok(learned > 0, 'a judge that learns had learned from something');
  const { body } = await other.call('get', '/api/v1/analyses');
  assert.equal(body.items.length, 3);
  const own = await other.call('get', '/api/v1/analyses?config=checkout');
  assert.equal(own.body.items.length, 0, 'what comes from elsewhere is no run of a config of here');
});

test('what no service has exported is refused with what is wrong, and stored nowhere', async () => {
  const { id } = await judged('fail', 'NetflixACAJudge-v1.0');
  const { body: sealed } = await api.call('get', `/api/v1/analyses/${id}/bundle`);
  const before = await api.call('get', '/api/v1/analyses?limit=200');
  const resealed = (change: (content: Record<string, Record<string, unknown>>) => void) => {
    const content = JSON.parse(sealed.content);
    change(content);
    const text = JSON.stringify(content);
    const sha256 = createHash('sha256').update(text).digest('hex');
    return { ...sealed, content: text, sha256 };
  };
  const refused = async (body: object, why: RegExp) => {
    const answer = await api.call('post', '/api/v1/bundles', { body });
    assert.equal(answer.status, 400, JSON.stringify(answer.body));
    assert.match(answer.body.detail, why);
  };
  await refused({ ...sealed, content: `${sealed.content} ` }, /was changed or cut off/);
  await refused({ ...sealed, format: 'canary-verdict/bundle/2' }, /does not know: use a newer one/);
  await refused({ ...sealed, format: 'zip' }, /is no bundle/);
  await refused(
    resealed((content) => delete content['run']!['config']),
    /no usable config/,
  );
  await refused(
    resealed((content) => (content['run']!['series'] = [])),
    /cannot be judged/,
  );
  await refused(
    resealed((content) => (content['run']!['series'] = [{ pairId: 'x', base64: 'AAAA' }])),
    /cannot be judged/,
  );
  await refused(
    resealed((content) => (content['run']!['config'] = { metrics: [{ name: 'a' }], judge: 'x' })),
    /no usable query of "a"/,
  );
  const after = await api.call('get', '/api/v1/analyses?limit=200');
  assert.equal(after.body.items.length, before.body.items.length);
  const open = await startTestService({});
  try {
    const answer = await open.call('post', '/api/v1/bundles', { body: sealed });
    assert.deepEqual([answer.status, answer.body.code], [403, 'forbidden']);
  } finally {
    await open.close();
  }
});

test('another judge judges a bundle too', async () => {
  using directory = temporaryDirectory();
  const file = join(directory.path, 'run.json');
  await exported((await judged('fail', 'NetflixACAJudge-v1.0')).id, file);
  const run = await runCanary(['judge', '--bundle', file, '--judge', 'MannWhitneyJudge-v2.0']);
  assert.equal(run.code, 1, run.stderr);
  const lenient = await runCanary(['judge', '--bundle', file, '--pass', '0', '--marginal', '0']);
  assert.equal(lenient.code, 0, lenient.stderr);
});

test('a bundle that was changed, cut off or is none is refused with a sentence', async () => {
  using directory = temporaryDirectory();
  const file = join(directory.path, 'run.json');
  await exported((await judged('fail', 'NetflixACAJudge-v1.0')).id, file);
  const whole = readFileSync(file, 'utf8');
  const refused = async (text: string, why: RegExp) => {
    writeFileSync(file, text);
    const run = await runCanary(['judge', '--bundle', file]);
    assert.deepEqual([run.code, run.stdout], [3, '']);
    assert.match(run.stderr, why);
    assert.match(run.stderr, /^canary: .*bundle ".*run\.json"/);
  };
  await refused(
    whole.replace('increase', 'decrease'),
    /was changed or cut off since it was written/,
  );
  await refused(whole.slice(0, whole.length / 2), /is no whole JSON: it was cut off/);
  await refused('{"name":"checkout"}', /is no bundle: "canary bundle export" writes one/);
  await refused('{"format":"canary-verdict/bundle/9"}', /which this version does not know/);
  const sum = '44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a'; // of {}
  const empty = { format: 'canary-verdict/bundle/1', sha256: sum, content: '{}' };
  await refused(JSON.stringify(empty), /holds no run: export it again/);
});

test('what has no verdict has no bundle', async () => {
  const { body } = await api.call('post', '/api/v1/analyses', {
    body: inlineRequest('pass', { window: { duration: '1h', start: 'now+1h' } }),
  });
  const answer = await api.call('get', `/api/v1/analyses/${body.id}/bundle`);
  assert.deepEqual([answer.status, answer.body.code], [409, 'conflict']);
});
