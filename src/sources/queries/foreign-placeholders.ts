import { problemAt, type QueryProblem } from './query-problem.ts';

interface Manner {
  pattern: RegExp;
  whose: string;
  severity: QueryProblem['severity'];
}

/** How other tools write what they fill in; the first group is the name. */
const MANNERS: readonly Manner[] = [
  {
    pattern: /\{\{([^{}]*)\}\}/g, // linear: its text may come from anybody
    whose: 'a placeholder of Flagger, Argo Rollouts or Helm',
    severity: 'error',
  },
  { pattern: /\$(__\w+)/g, whose: 'a variable of Grafana', severity: 'error' },
  { pattern: /\$\{(\w+:\w+)\}/g, whose: 'a variable of Grafana', severity: 'error' },
  { pattern: /\[\[(\w+)\]\]/g, whose: 'a variable of Grafana', severity: 'error' },
  // `$1` and `$name` are also groups in a replacement
  {
    pattern: /(?<!\$)\$([a-zA-Z]\w*)/g,
    whose: 'perhaps a variable of Grafana or Keptn',
    severity: 'warning',
  },
];

/** Ours in the place of theirs, by their names without dots, underscores and capitals. */
const OURS: Record<string, string> = {
  ...Object.fromEntries(
    ['target', 'app', 'name', 'service', 'servicename', 'deployment', 'workload', 'canary'].map(
      (name) => [name, '${scope}'],
    ),
  ),
  ...Object.fromEntries(
    ['interval', 'rateinterval', 'intervalms', 'range', 'duration', 'durationseconds', 'step'].map(
      (name) => [name, '${step}'],
    ),
  ),
  from: '${start}',
  starttime: '${start}',
  to: '${end}',
  endtime: '${end}',
};

/** Placeholders that nobody will fill in here, each with what to write instead. */
export function findForeignPlaceholders(text: string): QueryProblem[] {
  const found = MANNERS.flatMap(({ pattern, whose, severity }) =>
    [...text.matchAll(pattern)].map((match) => {
      const place = { severity, from: match.index, to: match.index + match[0].length };
      return problemAt(text, place, `"${match[0]}" is ${whose}: ${adviceOn(match[1]!)}`);
    }),
  );
  return found.sort((a, b) => a.from - b.from);
}

function adviceOn(name: string): string {
  const bare = name
    .replaceAll(/^-|-$/g, '')
    .trim()
    .replace(/^(args|inputs|Values|values)?\./, '')
    .replace(/:\w+$/, '');
  const ours = OURS[bare.replaceAll(/[._-]/g, '').toLowerCase()];
  if (ours !== undefined) return `write ${ours}`;
  if (!/^\w+$/.test(bare)) return 'write ${scope}, ${step} or a parameter of the scope';
  return `write \${${bare}} and give each scope the parameter "${bare}"`;
}
