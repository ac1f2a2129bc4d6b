import { Fault } from '../../../errors.ts';
import type { KayentaAnswer, KayentaCaller } from './http.ts';
import type { Kind } from './item.ts';

export type Outcome = 'imported' | 'replaced' | 'already there';

/** Writes one object under its id. Faults: `source-refused`, `source-unavailable`. */
export type Target = (kind: Kind, id: string, document: unknown) => Promise<Outcome>;

/** Kayenta's own routes where it has some that keep ids, else those that this service adds to them. */
export function createTarget(server: KayentaCaller, overwrite: boolean): Target {
  const make = async (post: [path: string, body: unknown], put: string): Promise<Outcome> => {
    const [path, body] = post;
    const answer = await server.call('POST', path, body);
    if (answer.status === 200) return 'imported';
    if (!/^(Canary config|Archived canary result) '.*' already exists\.$/.test(answer.message)) {
      throw refused(answer);
    }
    return overwrite ? replace(put, body) : 'already there';
  };
  const replace = async (path: string, body: unknown): Promise<Outcome> => {
    const answer = await server.call('PUT', path, body);
    if (answer.status !== 200) throw refused(answer);
    return 'replaced';
  };
  const keep = async (path: string, body: unknown): Promise<Outcome> => {
    const { status } = await server.call('HEAD', path);
    if (status === 200) return overwrite ? replace(path, body) : 'already there';
    await replace(path, body);
    return 'imported';
  };
  return async (kind, id, document) => {
    const name = encodeURIComponent(id);
    if (kind === 'canary_config') {
      return make(['/canaryConfig', { ...(document as object), id }], `/canaryConfig/${name}`);
    }
    if (kind === 'canary_archive') {
      const path = '/canaryResultArchive';
      return make([`${path}?pipelineId=${name}`, document], `${path}/${name}`);
    }
    return keep(`${KEPT_AT[kind]}/${name}`, document);
  };
}

const KEPT_AT = {
  metrics: '/metricSetList',
  metric_pairs: '/metricSetPairList',
  standalone_canary_archive: '/standalone_canary_analysis',
};

function refused({ message }: KayentaAnswer): Fault {
  return new Fault('source-refused', message);
}
