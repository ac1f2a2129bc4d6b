import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { Agent, request } from 'undici';

export interface Version {
  name: string;
  medianLatencyMs: number;
  errorShare: number;
}

export interface Instance {
  url: string;
  stop(): void;
}

/** Starts one version in a process of its own. */
export async function startInstance({ medianLatencyMs, errorShare }: Version): Promise<Instance> {
  const file = fileURLToPath(new URL('instance.ts', import.meta.url));
  const child = fork(file, [String(medianLatencyMs), String(errorShare)]);
  const [message] = (await once(child, 'message')) as [{ port: number }];
  return { url: `http://127.0.0.1:${message.port}`, stop: () => child.kill() };
}

/** What the users of one version saw since the last look. */
export interface Seen {
  requests: number;
  errors: number;
  totalMs: number;
}

export interface Traffic {
  /** Share of the users' requests that the canary gets, 0 to 1. */
  setWeight(weight: number): void;
  /** What both sides' users saw since this was last asked. */
  look(): { baseline: Seen; canary: Seen };
  stop(): Promise<void>;
}

const TICK_MS = 20;
const USERS_PER_SECOND = 200;
/** Copied requests that both versions always get: enough of them to see errors at any weight. */
const MIRRORED_PER_SECOND = 80;

/** Users whose requests are split by weight; arrivals are independent of answers, as in the real world. */
export function startTraffic(baseline: Instance, canary: Instance): Traffic {
  const agent = new Agent({ connections: 100 });
  let weight = 0;
  let seen = { baseline: nothing(), canary: nothing() };
  const send = async (side: 'baseline' | 'canary') => {
    const begin = performance.now();
    const { url } = side === 'canary' ? canary : baseline;
    const { statusCode, body } = await request(`${url}/checkout`, { dispatcher: agent });
    await body.dump();
    seen[side].requests += 1;
    seen[side].errors += statusCode === 200 ? 0 : 1;
    seen[side].totalMs += performance.now() - begin;
  };
  const ignore = () => undefined; // an instance that stops at the end of a run refuses its last requests
  const timer = setInterval(() => {
    for (let user = arrivals(USERS_PER_SECOND); user > 0; user -= 1) {
      send(Math.random() < weight ? 'canary' : 'baseline').catch(ignore);
    }
    for (let copy = arrivals(MIRRORED_PER_SECOND); copy > 0; copy -= 1) {
      send('baseline').catch(ignore);
      send('canary').catch(ignore);
    }
  }, TICK_MS);
  return {
    setWeight: (share) => (weight = share),
    look() {
      const last = seen;
      seen = { baseline: nothing(), canary: nothing() };
      return last;
    },
    async stop() {
      clearInterval(timer);
      await agent.destroy();
    },
  };
}

function nothing(): Seen {
  return { requests: 0, errors: 0, totalMs: 0 };
}

/** Requests of one tick: the rate on average, spread by chance. */
function arrivals(perSecond: number): number {
  return Math.floor((perSecond * TICK_MS) / 1000 + Math.random());
}
