import type { Config } from '../config.ts';
import { toFault } from '../errors.ts';
import { createOutboundClient } from '../outbound/client.ts';
import { createPageCheck } from '../outbound/refuse-page.ts';
import { createSources } from '../sources/registry.ts';
import { createTelemetry } from '../telemetry.ts';

const PROBE_MS = 10_000;

export interface ProbedAccount {
  account: string;
  /** Why it cannot be used; undefined where its server says that it is well. */
  trouble: string | undefined;
}

/** Asks the server of each account whether it is well, also of those that are no part of `/health`; no service runs. */
export async function probeAccounts(config: Config): Promise<ProbedAccount[]> {
  const client = createOutboundClient({ profile: 'source', allow: config.outbound.sources.allow });
  const accounts = config.accounts.map((account) => ({ ...account, health: true }));
  const sources = await createSources(accounts, {
    client,
    scrape: { client, refuse: createPageCheck([]) },
    samples: NO_SAMPLES,
    log: createTelemetry({ level: 'silent' }).log,
    now: Date.now,
  });
  try {
    return await Promise.all(
      accounts.map(async ({ name, source }) => ({
        account: name,
        trouble: await troubleOf(sources.get(source, name).probe!),
      })),
    );
  } finally {
    await sources.close();
    await client.close();
  }
}

/** Nothing is scraped here. */
const NO_SAMPLES = { append: () => Promise.resolve(), read: () => Promise.resolve([]) };

async function troubleOf(
  probe: (signal: AbortSignal) => Promise<void>,
): Promise<string | undefined> {
  const stop = AbortSignal.timeout(PROBE_MS);
  try {
    await probe(stop);
    return undefined;
  } catch (thrown) {
    return toFault(thrown).message;
  }
}
