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

export interface Traffic {
  /** Share of the users' requests that the canary gets, 0 to 1. */
  setWeight(weight: number): void;
  sent(): number;
  stop(): Promise<void>;
}

const TICK_MS = 20;
const USERS_PER_SECOND = 200;
/** Copied requests that both versions always get, so that they can be compared at any weight. */
const MIRRORED_PER_SECOND = 25;

/** Users whose requests are split by weight; arrivals are independent of answers, as in the real world. */
export function startTraffic(baseline: Instance, canary: Instance): Traffic {
  const agent = new Agent({ connections: 100 });
  let weight = 0;
  let sent = 0;
  const send = (instance: Instance) => {
    sent += 1;
    request(`${instance.url}/checkout`, { dispatcher: agent })
      .then(({ body }) => body.dump())
      .catch(() => undefined); // an instance that stops at the end of a run refuses its last requests
  };
  const arrivals = (perSecond: number) => Math.floor((perSecond * TICK_MS) / 1000 + Math.random());
  const timer = setInterval(() => {
    for (let user = arrivals(USERS_PER_SECOND); user > 0; user -= 1)
      send(Math.random() < weight ? canary : baseline);
    for (let copy = arrivals(MIRRORED_PER_SECOND); copy > 0; copy -= 1)
      [baseline, canary].forEach(send);
  }, TICK_MS);
  return {
    setWeight: (share) => (weight = share),
    sent: () => sent,
    async stop() {
      clearInterval(timer);
      await agent.destroy();
    },
  };
}
