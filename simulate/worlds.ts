import type { Random } from './random.ts';

interface Sides<T> {
  baseline: T[];
  canary: T[];
}

/** Both arms of a metric, minute by minute; of events also what they are counted against, 1 where absent. */
export interface Arms extends Sides<number> {
  exposure?: Sides<number>;
}

/** How long, and by which factor the canary's level is another from which minute on. */
export interface Run {
  length: number;
  factor?: number;
  from?: number;
}

/** A metric of a healthy service, as metrics are: independent, wandering, counted, bursty, trending. */
export interface World {
  name: string;
  title: string;
  draw(random: Random, run: Run): Arms;
}

export const WORLDS: readonly World[] = [
  world('normal', 'iid normal, mean 100, sd 10', (random) => () => 100 + 10 * random.normal()),
  world('lognormal', 'iid lognormal latency, log-sd 0.30', (random) => () => {
    return 100 * Math.exp(0.3 * random.normal());
  }),
  world('ar05', 'AR(1) rho 0.5, mean 100, sd 10', (random) => wandering(random, 0.5, 0)),
  world('ar09', 'AR(1) rho 0.9, mean 100, sd 10', (random) => wandering(random, 0.9, 0)),
  world('ar09wn', 'AR(1) rho 0.9 and as much white noise, sd 10', (random) =>
    wandering(random, 0.9, 0.5),
  ),
  {
    name: 'poisson',
    title: 'Poisson counts, 30 per minute',
    draw: (random, run) => drawArms(run, () => (factor) => random.poisson(30 * factor)),
  },
  {
    name: 'zeroinfl',
    title: 'error rate: 60 % of minutes 0, else 0.5 % of about 600 requests',
    draw: (random, run) => {
      const { canary, baseline } = drawBursts(random, run);
      const rate = ({ errors, requests }: Burst) => errors / requests;
      return { canary: canary.map(rate), baseline: baseline.map(rate) };
    },
  },
  {
    name: 'diurnal',
    title: 'common trend of 40 % over the day and common load; own lognormal noise 0.10',
    draw: drawDiurnal,
  },
  world('heavy', 'heavy tails: exp(0.15 t3)', (random) => () => {
    return 100 * Math.exp(0.15 * random.studentT3());
  }),
];

/** What real metrics do beside: smoothed, slow, jumping, and repeated by a source slower than the step. */
export const STRESS_WORLDS: readonly World[] = [
  ...[5, 20].map((width) =>
    world(`average ${width}`, `moving average of ${width}`, (random) => smooth(random, width)),
  ),
  ...[0.98, 0.99].map((rho) =>
    world(`ar ${rho}`, `AR(1) rho ${rho}`, (random) => wandering(random, rho, 0)),
  ),
  world('jumps', 'level jumps of 10 % every 120 minutes a side', drawJumps),
  world('walk', 'random walk of 0.4 % a minute', (random) => {
    let level = 0;
    return () => 100 * Math.exp((level += 0.004 * random.normal()) + 0.1 * random.normal());
  }),
  ...[2, 3, 4, 10].map((hold) => heldWorld(hold, 0)),
  ...[3, 4, 10].map((hold) => heldWorld(hold, Math.floor(hold / 2))),
  heldWorld(4, 0, 1e-12),
];

export function worldNamed(name: string): World {
  return [...WORLDS, ...STRESS_WORLDS].find((one) => one.name === name)!;
}

/** The runs of a metric whose sides differ by another factor in each, of a log-sd of `spread`. */
export function drawWithOffset(random: Random, run: Run, spread: number): Arms {
  const offset = Math.exp(spread * random.normal());
  return worldNamed('normal').draw(random, { ...run, factor: offset * (run.factor ?? 1) });
}

function smooth(random: Random, width: number): () => number {
  const last = Array.from({ length: width }, () => random.normal());
  return () => {
    last.push(random.normal());
    last.shift();
    return 100 + (10 * last.reduce((sum, value) => sum + value, 0)) / Math.sqrt(width);
  };
}

function drawJumps(random: Random): () => number {
  let [level, minute] = [1, 0];
  return () => {
    if (minute++ % 120 === 0) level = Math.exp(0.1 * random.normal());
    return 100 * level * (1 + 0.1 * random.normal());
  };
}

/** Each value stands `hold` minutes; the canary's are renewed `shift` minutes after the baseline's. */
function heldWorld(hold: number, shift: number, jitter = 0): World {
  const shifted = shift > 0 ? `, shifted by ${shift}` : '';
  const jittering = jitter > 0 ? `, jitter ${jitter}` : '';
  return {
    name: `held ${hold}${shifted}${jittering}`,
    title: `each value ${hold} times${shifted}${jittering}`,
    draw(random, run) {
      const long = worldNamed('normal').draw(random, { ...run, length: run.length + hold });
      const repeat = (values: number[], by: number) =>
        Array.from({ length: run.length }, (_, t) => {
          const renewedAt = t - ((t + hold - by) % hold);
          return values[Math.max(0, renewedAt)]! * (1 + jitter * random.normal());
        });
      return { canary: repeat(long.canary, shift), baseline: repeat(long.baseline, 0) };
    },
  };
}

/** An arm's value wanders around 100 with a log-sd of `noise` a minute. */
export function wanderingWorld(rho: number, noise: number): World {
  return world(`wandering ${rho}`, `log AR(1) rho ${rho}`, (random) => {
    const next = wandering(random, rho, 0);
    return () => 100 * Math.exp((noise * (next() - 100)) / 10);
  });
}

/** The error rate's events and requests, each for itself. */
export function drawErrors(random: Random, run: Run): Arms {
  const { canary, baseline } = drawBursts(random, run);
  const part = (name: keyof Burst) => ({
    canary: canary.map((minute) => minute[name]),
    baseline: baseline.map((minute) => minute[name]),
  });
  return { ...part('errors'), exposure: part('requests') };
}

interface Burst {
  errors: number;
  requests: number;
}

function drawBursts(random: Random, run: Run): Sides<Burst> {
  return drawArms(run, () => (factor) => {
    const requests = Math.max(random.poisson(600), 1);
    const errors = random.uniform() < 0.6 ? 0 : random.poisson(0.005 * factor * requests);
    return { errors, requests };
  });
}

/** A world whose arms are independent and alike; a factor multiplies the value. */
function world(name: string, title: string, arm: (random: Random) => () => number): World {
  return {
    name,
    title,
    draw: (random, run) =>
      drawArms(run, () => {
        const next = arm(random);
        return (factor) => factor * next();
      }),
  };
}

function drawArms<T>(run: Run, arm: () => (factor: number) => T): Sides<T> {
  const [canary, baseline] = [arm(), arm()];
  return {
    canary: Array.from({ length: run.length }, (_, t) => canary(factorAt(run, t))),
    baseline: Array.from({ length: run.length }, () => baseline(1)),
  };
}

function factorAt({ factor = 1, from = 0 }: Run, t: number): number {
  return t >= from ? factor : 1;
}

function wandering(random: Random, rho: number, whiteShare: number): () => number {
  let wander = random.normal();
  return () => {
    const noise = Math.sqrt(1 - whiteShare) * wander + Math.sqrt(whiteShare) * random.normal();
    wander = rho * wander + Math.sqrt(1 - rho * rho) * random.normal();
    return 100 + 10 * noise;
  };
}

function drawDiurnal(random: Random, run: Run): Arms {
  const levels = Array.from({ length: run.length }, (_, t) => {
    return 100 * (1 + 0.4 * Math.sin((2 * Math.PI * t) / 1440)) * Math.exp(0.1 * random.normal());
  });
  const noise = () => Math.exp(0.1 * random.normal());
  return {
    canary: levels.map((level, t) => level * noise() * factorAt(run, t)),
    baseline: levels.map((level) => level * noise()),
  };
}
