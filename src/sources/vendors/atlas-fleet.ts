import { Fault } from '../../errors.ts';
import type { HttpAccount, HttpSourceDependencies, Vendor } from '../asking/http-source.ts';
import { createHttpSource } from '../asking/http-source.ts';
import { CONNECTION_DEFAULTS, createHttpAsk } from '../asking/http-ask.ts';
import { createPatience } from '../asking/patience.ts';
import type { MetricSource, SeriesRequest } from '../source.ts';
import { chooseHost, readBackends, readStorage } from './kayenta/atlas-backends.ts';

/** After that the lists are read again. */
const KEPT_MS = 10 * 60_000;
/** A name with or without a port: what else a list says could lead anywhere. */
const HOST = /^[a-z\d](?:[a-z\d.-]*[a-z\d])?(?::\d{1,5})?$/i;

/**
 * Many Atlas servers under one account, whose address is that of their list, as Kayenta's `backendsJsonBaseUrl`: each
 * scope is asked where its data are, by HTTPS. The list is the account's own server's, and its hosts are fenced as any address.
 */
export function createAtlasFleet(
  account: HttpAccount,
  dependencies: HttpSourceDependencies,
  vendor: Vendor,
): MetricSource {
  const connection = { ...CONNECTION_DEFAULTS, ...account };
  const lists = createHttpAsk(connection, dependencies.client, dependencies.now, vendor.manners);
  const patiently = createPatience(account, dependencies);
  const servers = new Map<string, MetricSource>();

  const listOf = <List>(name: string, read: (body: string) => List) =>
    kept(dependencies.now, (signal) =>
      lists.ask(
        { about: 'for its backends', signal },
        { method: 'GET', path: `api/v1/atlas/${name}.json` },
        ({ text }) => read(text),
      ),
    );
  const backendsOf = listOf('backends', readBackends);
  const storageOf = listOf('storage', readStorage);

  /** Of cloud accounts nobody needs to know who names none. */
  async function hostOf({ scope }: SeriesRequest, signal: AbortSignal): Promise<string> {
    const namesAccount = scope.parameters['accountId'] !== undefined;
    const backends = await patiently(() => backendsOf(signal), signal);
    const storage = namesAccount ? await patiently(() => storageOf(signal), signal) : new Map();
    const host = chooseHost({ backends, storage }, scope);
    if (HOST.test(host)) return host;
    const text = `source "${account.name}" answered "${host}" where a host was to be`;
    throw new Fault('source-answer', text, { subject: `source "${account.name}"` });
  }

  function serverAt(host: string): MetricSource {
    const one =
      servers.get(host) ??
      createHttpSource({ ...account, url: `https://${host}` }, dependencies, vendor);
    servers.set(host, one);
    return one;
  }

  const ping = async (signal: AbortSignal) => void (await backendsOf(signal));
  const { settleMs } = account;
  return {
    kind: vendor.kind,
    account: account.name,
    isRemote: true,
    ...(settleMs === undefined ? {} : { settleMs }),
    describe: (request) => vendor.plan(request).query,
    ping,
    ...(account.health === true && { probe: ping }),
    async fetch(request, signal) {
      signal.throwIfAborted();
      const host = await hostOf(request, signal);
      const { series, remarks } = await serverAt(host).fetch(request, signal);
      const baseURL = `https://${host}`; // Deck shows it
      const told = series.map((one) => ({
        ...one,
        attributes: { ...one.attributes, baseURL },
      }));
      return { series: told, remarks };
    },
  };
}

/** What was read last, until it is too old; what could not be read is read again by the next who asks. */
function kept<Value>(
  now: () => number,
  read: (signal: AbortSignal) => Promise<Value>,
): (signal: AbortSignal) => Promise<Value> {
  let last: { value: Value; readAt: number } | undefined;
  return async (signal) => {
    const readAt = now();
    if (last === undefined || readAt - last.readAt >= KEPT_MS) {
      last = { value: await read(signal), readAt };
    }
    return last.value;
  };
}
