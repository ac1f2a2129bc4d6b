// The whole story on one machine: a service, two versions of a shop, users, and a deployer that walks
// a canary through 5, 20, 50 and 100 % and acts only on signed verdicts. Nothing in it is scripted:
// each verdict falls from the metrics that the two versions really expose.
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { startDeployer, type Completed, type Deployer } from './deployer.ts';
import {
  type Instance,
  type Seen,
  type Traffic,
  type Version,
  startInstance,
  startTraffic,
} from './deployment.ts';
import { startService } from './service.ts';

const WEIGHTS = [0.05, 0.2, 0.5, 1];
const TIME_LIMIT_MS = 88_000;

const v1: Version = { name: 'v1', medianLatencyMs: 12, errorShare: 0.03 };
const healthy: Version = { name: 'v2, a healthy canary', medianLatencyMs: 12, errorShare: 0.03 };
const faulty: Version = { name: 'v3, a faulty canary', medianLatencyMs: 19, errorShare: 0.15 };

// The default judge looks at blocks of half a minute or more, and wants some of them. A step of nine seconds is for
// ranks; its requests are independent of each other, so that each value counts in full (`white`).
const config = {
  name: 'shop',
  judge: 'MannWhitneyJudge-v2.0',
  judgeOptions: { preset: 'white' },
  thresholds: { pass: 90, marginal: 60 },
  groups: { errors: 50, latency: 50 },
  metrics: [
    {
      name: 'error ratio',
      group: 'errors',
      direction: 'increase',
      tolerance: { increase: 3 },
      query: {
        source: 'scrape',
        ratio: {
          numerator: { counter: 'http_requests_total', labels: { code: '500' } },
          denominator: { counter: 'http_requests_total' },
        },
      },
    },
    {
      name: 'mean latency',
      group: 'latency',
      unit: 's',
      direction: 'increase',
      tolerance: { increase: 1.2 },
      query: {
        source: 'scrape',
        ratio: {
          numerator: { counter: 'http_request_duration_seconds_sum' },
          denominator: { counter: 'http_request_duration_seconds_count' },
        },
      },
    },
    {
      name: 'latency p95',
      group: 'latency',
      unit: 's',
      direction: 'increase',
      tolerance: { increase: 1.25 },
      query: { source: 'scrape', histogram: 'http_request_duration_seconds', quantile: 0.95 },
    },
  ],
};

function say(text: string): void {
  process.stdout.write(`${text}\n`);
}

/** Tells every few seconds what the users see, until it is stopped. */
function narrate(traffic: Traffic): () => void {
  traffic.look();
  const side = ({ requests, errors, totalMs }: Seen) =>
    `${requests} requests, ${((100 * errors) / requests).toFixed(1)} % errors, ${(totalMs / requests).toFixed(1)} ms`;
  const timer = setInterval(() => {
    const { baseline, canary } = traffic.look();
    say(`    v1: ${side(baseline)}; canary: ${side(canary)}`);
  }, 3000);
  return () => clearInterval(timer);
}

interface Rollout {
  deployer: Deployer;
  baseline: Instance;
  canary: Instance;
  traffic: Traffic;
}

/** Asks for one analysis at the present weight and tells what came back. */
async function analyzeStep(rollout: Rollout, weight: number): Promise<Completed['decision']> {
  const { deployer, baseline, canary, traffic } = rollout;
  say(`  ${weight * 100} % of the users on the canary; analysing ...`);
  const stopTelling = narrate(traffic);
  const { verdict, score, reason, decision, links } = await deployer.analyze({
    config,
    baseline: { scope: 'shop-v1', parameters: { instances: baseline.url } },
    canary: { scope: 'shop-canary', parameters: { instances: canary.url } },
    window: { duration: '9s', settle: '300ms', step: '500ms' },
    labels: { service: 'shop', weight: String(weight) },
  });
  stopTelling();
  say(`    ${verdict ?? 'no verdict'}, score ${score ?? '-'} -> ${decision}`);
  say(`    ${reason ?? ''}`);
  say(`    ${links.report}`);
  return decision;
}

async function rollOut(
  version: Version,
  deployer: Deployer,
): Promise<'promoted' | 'rolled back' | 'held'> {
  say(
    `\n${version.name}: median ${version.medianLatencyMs} ms, ${version.errorShare * 100} % errors (v1: ${v1.medianLatencyMs} ms, ${v1.errorShare * 100} %)`,
  );
  const baseline = await startInstance(v1);
  const canary = await startInstance(version);
  const traffic = startTraffic(baseline, canary);
  const rollout = { deployer, baseline, canary, traffic };
  try {
    for (const weight of WEIGHTS) {
      traffic.setWeight(weight);
      let decision = await analyzeStep(rollout, weight);
      // undecided: stay at this weight and look once more
      if (decision === 'hold') decision = await analyzeStep(rollout, weight);
      if (decision === 'promote') continue;
      traffic.setWeight(0);
      return decision === 'rollback' ? 'rolled back' : 'held';
    }
    return 'promoted';
  } finally {
    await traffic.stop();
    baseline.stop();
    canary.stop();
  }
}

async function main(): Promise<number> {
  const secret = `whsec_${randomBytes(32).toString('base64')}`;
  const service = await startService(secret);
  say(`the service listens on ${service.url}`);
  const deployer = await startDeployer(service.url, secret);
  try {
    const ends = [await rollOut(healthy, deployer), await rollOut(faulty, deployer)];
    const asExpected = ends[0] === 'promoted' && ends[1] === 'rolled back';
    say(
      `\nhealthy canary: ${ends[0]}; faulty canary: ${ends[1]}: ${asExpected ? 'as it should be' : 'NOT as it should be'}`,
    );
    if (process.argv.includes('--keep')) {
      say(`reports stay on ${service.url} until Ctrl-C`);
      await once(process, 'SIGINT');
    }
    return asExpected ? 0 : 1;
  } finally {
    deployer.close();
    await service.stop();
  }
}

const limit = setTimeout(() => {
  process.stderr.write('the demo did not end in time\n');
  process.exit(1);
}, TIME_LIMIT_MS);
if (process.argv.includes('--keep')) clearTimeout(limit);
process.exitCode = await main();
clearTimeout(limit);
