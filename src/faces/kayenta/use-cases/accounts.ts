import { Fault } from '../../../errors.ts';

export type AccountType = 'METRICS_STORE' | 'OBJECT_STORE' | 'CONFIGURATION_STORE';

/** An account as clients of the Kayenta API see it. */
export interface KayentaAccount {
  name: string;
  /** Kind of metric source, or of this service's own store. */
  type: string;
  supportedTypes: AccountType[];
  /** Address of a metric source. */
  baseUrl?: string;
  username?: string;
}

export interface KayentaAccounts {
  /** In the order of the configuration. */
  list(): readonly KayentaAccount[];
  /**
   * Kayenta's rule: no name or an empty one is the first account of the type; a name is taken whatever
   * types its account has, as long as something here can serve it. Fault: `unknown-account`.
   */
  resolve(type: AccountType, name: string | undefined): string;
  /**
   * Takes every account of that name out of this list until the process starts again; the configuration
   * and what was accepted before keep it. Fault: `unknown-account`.
   */
  remove(name: string): void;
}

export function createKayentaAccounts(configured: readonly KayentaAccount[]): KayentaAccounts {
  let accounts = configured;
  return {
    list: () => accounts,
    resolve(type, name) {
      if (name === undefined || name === '') {
        const first = accounts.find(({ supportedTypes }) => supportedTypes.includes(type));
        if (first === undefined) throw unresolved(`account of type ${type}`);
        return first.name;
      }
      const named = accounts.filter((account) => account.name === name);
      if (named.length === 0) throw unresolved(`account ${name}`);
      const wantsMetrics = type === 'METRICS_STORE';
      const isServed = named.some((account) => isMetricSource(account) === wantsMetrics);
      if (!isServed) throw unresolved(`${wantsMetrics ? 'metrics' : 'storage'} service ${name}`);
      return name;
    },
    remove(name) {
      const kept = accounts.filter((account) => account.name !== name);
      if (kept.length === accounts.length) throw unresolved(`account ${name}`);
      accounts = kept;
    },
  };
}

function isMetricSource({ supportedTypes }: KayentaAccount): boolean {
  return supportedTypes.includes('METRICS_STORE');
}

function unresolved(what: string): Fault {
  return new Fault('unknown-account', `Unable to resolve ${what}.`);
}
