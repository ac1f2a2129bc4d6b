import type { SequentialOptions } from '../src/judges/sequential/options.ts';
import { compareMethods, type Method } from './compare-methods.ts';
import { followCounts, followRun } from './judging.ts';
import { drawErrors, worldNamed, WORLDS, type World } from './worlds.ts';

/** Tables 1 and 3, the judge's noise models and its rank test. */
export const noiseModels = compareMethods({
  title: 'Noise models and tests',
  about: `Options of the sequential judge, without history: \`preset\` \`auto\`, \`robust\` and \`white\`, and \`test\` \`rank\`. The last
two take samples for independent: on metrics that wander (ar05, ar09, ar09wn) they are of no use, however fast.`,
  seed: 20_000_000,
  worlds: WORLDS,
  methods: [
    uninformed('auto', { preset: 'auto' }),
    uninformed('robust', { preset: 'robust' }),
    uninformed('white', { preset: 'white' }),
    uninformed('rank', { test: 'rank' }),
  ],
  healthy: 100,
  worse: 20,
});

function uninformed(name: string, options: Partial<SequentialOptions>): Method {
  return { name, follow: ({ arms, until }) => followRun(arms, { options, until }).fail };
}

const COUNT_WORLDS: readonly World[] = [
  worldNamed('poisson'),
  { ...worldNamed('zeroinfl'), draw: drawErrors },
];

/** Tables 1 and 3, counts. */
export const counts = compareMethods({
  title: 'Counts',
  about: `Events with their requests. \`count\` is the count e-process alone, without restarts, without and with history;
\`poisson\` takes all noise for that of counting. \`as judged\` is what the sequential judge makes of a metric of kind
\`count\`: the mean of the count e-process and of that on the rates, with history and restarts.`,
  seed: 21_000_000,
  worlds: COUNT_WORLDS,
  methods: [
    { name: 'count', follow: ({ arms, until }) => followCounts(arms, { until }) },
    {
      name: 'count, history',
      follow: ({ arms, history, until }) => followCounts(arms, { history, until }),
    },
    {
      name: 'poisson',
      follow: ({ arms, until }) => followCounts(arms, { until, preset: 'poisson' }),
    },
    {
      name: 'as judged',
      follow: ({ arms, history, until }) => followRun(arms, { history, until, kind: 'count' }).fail,
    },
  ],
  healthy: 100,
  worse: 20,
});

/** Table 9: what clipping is good for where tails are heavy. */
export const winsorised = compareMethods({
  title: 'Winsorised differences',
  about: `The heavy-tailed metric with history; \`robust\` is the option \`robust: true\`, which clips differences at three robust
standard deviations of the history.`,
  seed: 22_000_000,
  worlds: [worldNamed('heavy')],
  methods: [informed('raw', false), informed('robust', true)],
  healthy: 100,
  worse: 40,
});

function informed(name: string, robust: boolean): Method {
  return {
    name,
    follow: ({ arms, history, until }) =>
      followRun(arms, { history, until, options: { robust } }).fail,
  };
}
