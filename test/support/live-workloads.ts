import { startStubServer } from './stub-server.ts';

/** Workloads that show their metrics now, for a Prometheus that reads them: latency and cpu of each. */
export interface LiveWorkloads {
  /** `host:port`. */
  target: string;
  /** From now on its latency is far above the others'. */
  degrade(app: string): void;
  close(): Promise<void>;
}

export async function startLiveWorkloads(apps: readonly string[]): Promise<LiveWorkloads> {
  const degraded = new Set<string>();
  const server = await startStubServer((_, reading) => ({
    headers: { 'content-type': 'text/plain; version=0.0.4' },
    body: apps
      .map((app, index) => {
        const wobble = Math.sin(reading) + Math.cos(reading / 3) + alternating(reading) * index;
        const latency = (degraded.has(app) ? 90 : 50) + wobble;
        return `latency{app="${app}"} ${latency}\ncpu{app="${app}"} ${20 + wobble}\n`;
      })
      .join(''),
  }));
  return {
    target: `127.0.0.1:${server.port}`,
    degrade: (app) => void degraded.add(app),
    close: () => server.close(),
  };
}

/** Makes each workload's values its own, and far less different than they are from each other. */
function alternating(reading: number): number {
  return reading % 2 === 0 ? 0.02 : -0.02;
}
