import { existsSync } from 'node:fs';
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { installedServer } from '../installed-server.ts';
import { startMetricServer, type RunningServer } from '../metric-server.ts';

const JAVA = '/usr/bin/java';
const SERVE = fileURLToPath(new URL('./Serve.java', import.meta.url));
const { place, skip } = installedServer('opensearch', 'opensearch-2.19.1');

/** False where a real OpenSearch can be started, else the reason to skip. */
export const OPENSEARCH_SKIP: string | false = existsSync(JAVA)
  ? skip
  : 'needs Java 17: apt-get install openjdk-17-jdk-headless';

/** Starts a real OpenSearch on a free loopback port, with these documents in one index. */
export async function startOpensearch(
  index: string,
  properties: object,
  documents: readonly object[],
): Promise<RunningServer> {
  const directory = await mkdtemp(join(tmpdir(), 'canary-opensearch-'));
  const server = await startMetricServer(directory, {
    name: 'sh',
    args: (address) => [
      '-c',
      `exec ${JAVA} -Xmx512m -XX:TieredStopAtLevel=1 -cp '${place}/lib/*' '${SERVE}' '${directory}/node' ${address.split(':')[1]} >/dev/null 2>&1`,
    ],
    readyPath: '/_cluster/health?wait_for_status=yellow&timeout=5s',
  });
  const send = async (method: string, path: string, body: string) => {
    const headers = { 'content-type': 'application/json' };
    const answer = await fetch(`${server.url}/${path}`, { method, headers, body });
    const text = await answer.text();
    if (!answer.ok || text.includes('"errors":true')) throw new Error(text.slice(0, 1000));
  };
  const settings = { number_of_shards: 1, number_of_replicas: 0 };
  await send('PUT', index, JSON.stringify({ settings, mappings: { properties } }));
  const lines = documents.map((document) => `{"index":{}}\n${JSON.stringify(document)}\n`);
  await send('POST', `${index}/_bulk?refresh=true`, lines.join(''));
  return server;
}
