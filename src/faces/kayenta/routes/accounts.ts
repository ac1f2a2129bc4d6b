import type { KayentaAccount, KayentaAccounts } from '../use-cases/accounts.ts';
import type { KayentaFetch } from '../use-cases/fetch.ts';
import { Fault } from '../../../errors.ts';
import { refused } from '../format/check-start.ts';
import { operatorOf } from '../../../http/admission/operator-of.ts';
import type { Log } from '../../../telemetry.ts';
import { formatMetricSets } from '../answers/series.ts';
import type { Call, Handlers } from '../../../http/operation.ts';

export interface KayentaAccountsDependencies {
  accounts: KayentaAccounts;
  fetch: KayentaFetch;
  log: Log;
}

/** `/credentials`, `/metricsServices`, `/metadata` and `/fetch`: the accounts and what they hold. */
export function createKayentaAccountHandlers(dependencies: KayentaAccountsDependencies): Handlers {
  const { accounts, fetch, log } = dependencies;
  return {
    kayentaListAccounts: async () => ({ status: 200, json: accounts.list().map(formatAccount) }),
    async kayentaDeleteAccount(call) {
      const name = call.parameters['accountName'] as string;
      const otherwise = ', or remove the account from the configuration';
      const by = operatorOf(call, `account ${name} was not removed`, otherwise);
      accounts.remove(name);
      log.info({ account: name, by }, 'an account was removed until the next start');
      return { status: 200 };
    },
    async kayentaListMetricsServices() {
      const sources = accounts
        .list()
        .filter(({ supportedTypes }) => supportedTypes.includes('METRICS_STORE'));
      const json = sources.map(({ name, type }) => ({
        name,
        type,
        locations: [],
        recommendedLocations: [],
      }));
      return { status: 200, json };
    },
    async kayentaListMetricNames({ parameters, signal }) {
      const account = resolveMetrics(parameters);
      const filter = ((parameters['filter'] as string | undefined) ?? '').toLowerCase();
      const names = await fetch.names(account, signal);
      const found = names.filter((name) => name.toLowerCase().includes(filter));
      return { status: 200, json: found.map((name) => ({ name })) };
    },
    async kayentaFetch(call) {
      const { parameters, signal } = call;
      const account = resolveMetrics(parameters);
      const named = parameters['storageAccountName'] as string | undefined;
      accounts.resolve('OBJECT_STORE', named);
      const { type: kind, name } = account;
      if (parameters['provider'] !== kind) throw unknownProvider(parameters['provider'] as string);
      const request = readFetch(call, kind);
      if (parameters['dryRun'] === true) {
        return { status: 200, json: { query: fetch.describe(kind, name, request) } };
      }
      const { scope } = request;
      if (Number.isNaN(scope.startAt)) throw refused('Start time is required.');
      if (Number.isNaN(scope.endAt)) throw refused('End time is required.');
      if (scope.endAt < scope.startAt) throw refused('End time must not be before start time.');
      const id = await fetch.run({ kind, account: name, request, signal }, ({ series }, query) =>
        formatMetricSets(request.metric, series, { query, scope }),
      );
      return { status: 200, json: { metricSetListId: id } };
    },
  };

  function resolveMetrics(parameters: Record<string, unknown>): KayentaAccount {
    const named = parameters['metricsAccountName'] as string | undefined;
    const name = accounts.resolve('METRICS_STORE', named);
    return accounts
      .list()
      .find(
        (account) => account.name === name && account.supportedTypes.includes('METRICS_STORE'),
      )!;
  }
}

function readFetch({ parameters }: Call, kind: string) {
  const text = (name: string) => (parameters[name] as string | undefined) ?? '';
  const list = (name: string) => (parameters[name] as string[] | undefined) ?? [];
  const stepSeconds = parameters['step'] as number;
  if (stepSeconds <= 0) throw refused('Step is required: seconds above 0.');
  const given = ['project', 'resourceType'].filter((name) => text(name) !== '');
  return {
    metric: text('metricSetName'),
    query: {
      source: kind,
      metricName: text('metricName'),
      labelBindings: list('labelBindings'),
      groupByFields: list('groupByFields'),
      ...(text('resourceType') === '' ? {} : { resourceType: text('resourceType') }),
      ...(text('customFilter') === '' ? {} : { customInlineTemplate: text('customFilter') }),
    },
    side: 'canary' as const,
    scope: {
      scope: text('scope'),
      location: text('location'),
      startAt: Date.parse(text('start')),
      endAt: Date.parse(text('end')),
      stepSeconds,
      parameters: Object.fromEntries(given.map((name) => [name, text(name)])),
    },
    templates: {},
  };
}

function formatAccount({ name, type, supportedTypes, baseUrl, username }: KayentaAccount) {
  return {
    name,
    type,
    supportedTypes,
    locations: [],
    recommendedLocations: [],
    ...(baseUrl === undefined ? {} : { endpoint: { baseUrl } }),
    ...(username === undefined ? {} : { username }),
  };
}

function unknownProvider(provider: string): Fault {
  return new Fault(
    'not-found',
    `no account of "${provider}" was asked for: use the path of its kind`,
  );
}
