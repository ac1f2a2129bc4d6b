import { parseJsonAsWritten } from '../src/contract/json-as-written.ts';
import { loadContract, type Contract } from '../src/contract/contract.ts';

const ROUNDS = 7;

/**
 * Prints what reading a large body costs as a multiple of `JSON.parse` on the same text, and what a body of
 * wrong values costs as a multiple of one of right values. Times are the best of several rounds.
 */
export function benchContract(print: (line: string) => void): void {
  const contract = loadContract();
  print('contract: reading a body of the Kayenta API against JSON.parse');
  for (const [name, operation, body] of kayentaBodies()) {
    print(measureReading(contract, name, operation, JSON.stringify(body)));
  }
  print('contract: a list of wrong values against one of right values');
  for (const size of [2500, 5000, 100_000]) print(measureViolations(contract, size));
}

function kayentaBodies(): [name: string, operation: string, body: unknown][] {
  const pairs = (count: number, length: number, value: (index: number) => number) =>
    Array.from({ length: count }, (_, metric) => ({
      name: `metric ${metric}`,
      id: `id-${metric}`,
      tags: { pod: 'a' },
      values: Object.fromEntries(
        ['control', 'experiment'].map((side) => [
          side,
          Array.from({ length }, (_, index) => value(index)),
        ]),
      ),
    }));
  const metrics = Array.from({ length: 15_000 }, (_, index) => ({
    name: `metric ${index}`,
    query: { type: 'prometheus', serviceType: 'prometheus', metricName: 'requests' },
    groups: ['errors'],
    analysisConfigurations: { canary: { direction: 'increase' } },
    scopeName: 'default',
  }));
  return [
    ['whole numbers', 'kayentaCreatePairList', pairs(10, 115_000, () => 0)],
    ['fractions', 'kayentaCreatePairList', pairs(250, 500, (index) => 1 / (index + 3))],
    ['many small pairs', 'kayentaCreatePairList', pairs(40_000, 1, () => 1)],
    ['many metrics', 'kayentaCreateConfig', { name: 'x', metrics }],
  ];
}

function measureReading(contract: Contract, name: string, operation: string, text: string): string {
  const read = () => {
    const call = { path: {}, query: {}, header: {}, body: JSON.parse(text) as unknown };
    contract.readLeniently(operation, { ...call, bodyAsWritten: () => parseJsonAsWritten(text) });
  };
  const parseMs = bestOf(() => JSON.parse(text) as unknown);
  const readMs = bestOf(read);
  const size = `${(text.length / 1e6).toFixed(1)} MB of ${name}`.padStart(26);
  return `${size}: read ${readMs.toFixed(0)} ms, JSON.parse ${parseMs.toFixed(0)} ms, ${(readMs / parseMs).toFixed(1)} times JSON.parse`;
}

function measureViolations(contract: Contract, size: number): string {
  const body = (value: unknown) => ({
    pairs: [{ metric: 'm', baseline: Array.from({ length: size }, () => value), canary: [1] }],
  });
  const [right, wrong] = [body(1), body({})];
  const rightMs = bestOf(() => contract.checkBody('submitAnalysis', right));
  const wrongMs = bestOf(() => contract.checkBody('submitAnalysis', wrong));
  return `${String(size).padStart(8)} values: wrong ${wrongMs.toFixed(2)} ms, right ${rightMs.toFixed(2)} ms, ${(wrongMs / rightMs).toFixed(1)} times as long`;
}

function bestOf(run: () => unknown): number {
  let best = Infinity;
  for (let round = 0; round < ROUNDS; round++) {
    const begin = performance.now();
    run();
    best = Math.min(best, performance.now() - begin);
  }
  return best;
}
