import { parse } from 'yaml';

/** A canary of Flagger between its ticks. */
export interface FlaggerCanary {
  phase: 'Progressing' | 'WaitingPromotion' | 'Promoting' | 'Finalising' | 'Succeeded' | 'Failed';
  weight: number;
  failedChecks: number;
  /** What `kubectl describe` shows. */
  events: string[];
}

interface Hook {
  name: string;
  type: string;
  url: string;
  metadata?: Record<string, string>;
}

export interface CanaryObject {
  metadata: { name: string; namespace: string };
  spec: {
    analysis: { threshold: number; maxWeight: number; stepWeight: number; webhooks: Hook[] };
  };
}

export interface FlaggerClient {
  canary: FlaggerCanary;
  /** One reconciliation, as the scheduler of Flagger does them. */
  tick(): Promise<void>;
}

/** Flagger's scheduler and its HTTP client, for a canary with traffic weights that has just been scaled up. */
export function createFlaggerClient(object: CanaryObject, checksum: string): FlaggerClient {
  const { name, namespace } = object.metadata;
  const { threshold, maxWeight, stepWeight, webhooks } = object.spec.analysis;
  const canary: FlaggerCanary = { phase: 'Progressing', weight: 0, failedChecks: 0, events: [] };

  /** Codes above 202 are errors; the words of a 4xx are kept, those of a 5xx are not. */
  async function call({ url, metadata }: Hook): Promise<string | undefined> {
    const { phase } = canary;
    const body = JSON.stringify({ name, namespace, phase, checksum, metadata });
    const headers = { 'content-type': 'application/json' };
    const signal = AbortSignal.timeout(10_000);
    try {
      const answer = await fetch(url, { method: 'POST', headers, body, signal });
      const text = await answer.text();
      if (answer.status <= 202) return undefined;
      return answer.status < 500 && answer.status !== 429 ? text : 'giving up after 1 attempt(s)';
    } catch (error) {
      return String(error);
    }
  }

  async function allPass(type: string, told: boolean): Promise<boolean> {
    for (const hook of webhooks.filter((candidate) => candidate.type === type)) {
      const error = await call(hook);
      if (error === undefined) continue;
      canary.events.push(`Halt: ${type} ${hook.name} failed${told ? ` ${error}` : ''}`);
      return false;
    }
    return true;
  }

  async function rollBack(): Promise<void> {
    Object.assign(canary, { phase: 'Failed', weight: 0 });
    await allPass('post-rollout', true);
  }

  async function asksToRollBack(): Promise<boolean> {
    for (const hook of webhooks.filter(({ type }) => type === 'rollback')) {
      if ((await call(hook)) === undefined) return true;
    }
    return false;
  }

  async function advance(): Promise<void> {
    if (canary.phase !== 'WaitingPromotion' && !(await allPass('confirm-traffic-increase', false)))
      return;
    if (canary.weight < maxWeight) {
      canary.weight += stepWeight;
      canary.events.push(`Advance canary weight ${canary.weight}`);
    } else if (await allPass('confirm-promotion', false)) canary.phase = 'Promoting';
    else canary.phase = 'WaitingPromotion';
  }

  return {
    canary,
    async tick() {
      if (canary.phase === 'Succeeded' || canary.phase === 'Failed') return;
      const isAnalysed = canary.phase === 'Progressing' || canary.phase === 'WaitingPromotion';
      if (isAnalysed && (await asksToRollBack())) return rollBack();
      if (canary.phase === 'Promoting') {
        canary.phase = 'Finalising';
        return;
      }
      if (canary.phase === 'Finalising') {
        canary.phase = 'Succeeded';
        await allPass('post-rollout', true);
        return;
      }
      if (canary.failedChecks >= threshold) return rollBack();
      const checks = canary.weight === 0 ? 'pre-rollout' : 'rollout';
      if (await allPass(checks, true)) await advance();
      else canary.failedChecks += 1;
    },
  };
}

export function parseCanary(text: string): CanaryObject {
  return parse(text) as CanaryObject;
}
