import type { TestContext } from 'node:test';
import { freePort } from '../../../support/free-port.ts';
import { startServe, type ServeProcess } from '../../../support/process.ts';
import { startQueryGateway } from '../../../support/query-gateway.ts';
import { temporaryDirectory } from '../../../support/temporary-directory.ts';
import { CHECKOUT, gateSettings } from './gates.ts';

/** A service in a process of its own, that is killed and comes back at the same address over the same data. */
export interface World {
  url: string;
  /** From now on the source of the metrics hangs, so that no analysis ends. */
  hang(): void;
  /** SIGKILL, and nobody listens. */
  kill(): Promise<void>;
  /** The source answers again, and the service is back. */
  comeBack(): Promise<void>;
  /** Ids of all analyses. */
  analyses(): Promise<string[]>;
}

export async function startWorld(context: TestContext, prometheusUrl: string): Promise<World> {
  const directory = temporaryDirectory();
  const gateway = await startQueryGateway(prometheusUrl);
  const port = String(await freePort());
  const settings = { ...gateSettings(gateway.url), CANARY_SERVER_PORT: port };
  let service: ServeProcess = await startServe(directory.path, settings);
  context.after(async () => {
    await service.end('SIGKILL');
    await gateway.close();
    directory[Symbol.dispose]();
  });
  await fetch(`${service.url}/api/v1/configs`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(CHECKOUT),
  });
  return {
    url: service.url,
    hang: () => gateway.hang('app='),
    async kill() {
      await service.end('SIGKILL');
    },
    async comeBack() {
      gateway.release();
      service = await startServe(directory.path, settings);
    },
    async analyses() {
      const answer = await fetch(`${service.url}/api/v1/analyses`);
      const { items } = (await answer.json()) as { items: { id: string }[] };
      return items.map(({ id }) => id);
    },
  };
}
