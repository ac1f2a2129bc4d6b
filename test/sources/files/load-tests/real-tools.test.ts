// What wrk and hey themselves write of a test against a server of ours.
import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { after, before, test } from 'node:test';
import { endWithTests } from '../../../support/end-with-tests.ts';
import { readTest } from '../read-text.ts';

let seen = 0;
const server = createServer((request, response) => {
  if (request.url === '/') seen += 1;
  response.statusCode = seen % 10 === 0 ? 500 : 200;
  response.end('ok');
});

before(async () => {
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
});
after(() => {
  server.closeAllConnections();
  server.close();
});

async function outputOf(tool: string, args: string[]): Promise<string> {
  const { port } = server.address() as AddressInfo;
  const child = endWithTests(spawn(tool, [...args, `http://127.0.0.1:${port}/`]));
  let text = '';
  for await (const chunk of child.stdout.setEncoding('utf8') as AsyncIterable<string>)
    text += chunk;
  return text;
}

function skipWithout(tool: string): { skip: string | false } {
  const isThere = spawnSync('which', [tool]).status === 0;
  return { skip: isThere ? false : `${tool} is not installed: apt-get install ${tool}` };
}

test('hey: every request with its second', skipWithout('hey'), async () => {
  seen = 0;
  const load = await readTest(
    await outputOf('hey', ['-n', '200', '-c', '2', '-q', '100', '-o', 'csv']),
  );
  const steps = load.steps(load.stepMs);
  const total = (of: 'requests' | 'errors') => steps.reduce((sum, step) => sum + step[of], 0);
  assert.deepEqual([total('requests'), total('errors')], [200, 20]);
  assert.ok(steps[0]!.latencies.quantile(0.5) > 0);
});

test('wrk: a summary', skipWithout('wrk'), async () => {
  const load = await readTest(await outputOf('wrk', ['-t1', '-c2', '-d1s', '--latency']));
  const { requests, errors, latencies } = load.steps(load.stepMs)[0]!;
  assert.ok(requests > 10);
  assert.ok(Math.abs(errors / requests - 0.1) < 0.05, `${errors} of ${requests}`);
  assert.ok(latencies.quantile(0.99) >= latencies.quantile(0.5));
});
