import assert from 'node:assert/strict';
import { test } from 'node:test';
import { runCanary } from '../../../support/canary.ts';
import { KAYENTA_CONFIG, writeExample } from '../../../cli/example-files.ts';

test("Kayenta's form of a config is known by its fields", async () => {
  using files = writeExample();
  files.write('kayenta.json', KAYENTA_CONFIG);
  const { classifier: _, ...bare } = KAYENTA_CONFIG;
  files.write('bare.json', bare);
  const args = files.judgeArgs('worse.csv', 'kayenta.json');
  const { code, stdout, stderr } = await runCanary(args, { cwd: files.path });
  assert.equal(code, 1);
  assert.match(stdout, /up to|no increase/);
  assert.match(
    stderr,
    /baseline "baseline.csv" has a metric "errors" that the config does not judge/,
  );
  const refused = await runCanary(files.judgeArgs('worse.csv', 'bare.json'), { cwd: files.path });
  assert.equal(refused.code, 3);
  assert.match(refused.stderr, /\/classifier, where a classifier .* is needed/);
});
