/** Of the analyses that are measured: inline series, judged by the Netflix judge. */
export const METRICS = 10;
export const POINTS = 60;
export const CLIENTS = 8;

/**
 * Lets clients submit analyses and wait for their verdicts, each client at one of the services; answers how long it took
 * together, and milliseconds from each submission to its acknowledgement and to its verdict.
 */
export async function submitAll(urls: readonly string[], count: number) {
  const body = JSON.stringify(requestOf());
  const headers = { 'content-type': 'application/json' };
  const submits: number[] = [];
  const verdicts: number[] = [];
  let begun = 0;
  const client = async (_: unknown, index: number): Promise<void> => {
    const analyses = `${urls[index % urls.length]}/api/v1/analyses`;
    while (begun++ < count) {
      const begin = performance.now();
      const submitted = await fetch(analyses, { method: 'POST', headers, body });
      const { id } = (await submitted.json()) as { id: string };
      submits.push(performance.now() - begin);
      for (let state = 'queued'; state !== 'completed';) {
        const answer = await fetch(`${analyses}/${id}?wait=10s`);
        ({ state } = (await answer.json()) as { state: string });
        if (state === 'failed') throw new Error(`analysis ${id} failed`);
      }
      verdicts.push(performance.now() - begin);
    }
  };
  const begin = performance.now();
  await Promise.all(Array.from({ length: CLIENTS }).map(client));
  return { seconds: (performance.now() - begin) / 1000, submits, verdicts };
}

/** Submits one of them whose last metric is twice the baseline, and waits for its end; answers its id. */
export async function submitOne(url: string): Promise<string> {
  const request = requestOf();
  const last = request.pairs.at(-1)!;
  last.canary = last.canary.map((value) => 2 * value);
  const submitted = await fetch(`${url}/api/v1/analyses`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(request),
  });
  const { id } = (await submitted.json()) as { id: string };
  await (await fetch(`${url}/api/v1/analyses/${id}?wait=30s`)).text();
  return id;
}

function requestOf() {
  const names = Array.from({ length: METRICS }, (_, index) => `metric ${index}`);
  const values = (phase: number) =>
    Array.from({ length: POINTS }, (_, index) => 50 + 5 * Math.sin(index * 7.3 + phase));
  return {
    config: {
      name: 'bench',
      judge: 'NetflixACAJudge-v1.0',
      metrics: names.map((name) => ({ name, query: { source: 'inline' } })),
    },
    baseline: { scope: 'v1' },
    canary: { scope: 'v2' },
    pairs: names.map((metric, i) => ({ metric, baseline: values(i), canary: values(i + 0.5) })),
  };
}

export function quantile(values: number[], share: number): string {
  const sorted = values.toSorted((a, b) => a - b);
  return (sorted[Math.floor(share * (sorted.length - 1))] ?? 0).toFixed(1);
}
