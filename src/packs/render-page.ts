import type { components } from '../openapi.d.ts';
import { describePack, type PackDescription } from './describe-pack.ts';
import type { Pack } from './pack.ts';

type Metric = components['schemas']['MetricConfig'];

const HEAD = `# Query packs

A pack brings metrics for what many workloads export, with direction, tolerance, group and unit. A config names packs in
\`use\`; \`canary packs\` lists them and \`canary packs NAME\` shows one with its queries. This page is written by
\`npm run generate\`.

\`\`\`yaml
name: checkout
use:
  - istio
  - pack: kubernetes-pod
    parameters: { container: app } # else each scope of a request gives it
    without: [memory of limit]
metrics:
  - name: istio errors # the fields that stand here replace the pack's
    tolerance: { increase: 1.5 }
\`\`\`

The metrics of a pack are named after it: \`istio errors\`, or with \`as: mesh\`, \`mesh errors\`. An entry of \`use\` may have an
\`account\` and a \`scopeName\` for all of them, and \`slowerThan\`, the end of a bucket from which on a request is slow. The stored
config keeps \`use\`; \`GET /api/v1/configs/{name}\` shows what it becomes as \`expandedMetrics\`, and each analysis keeps the metrics
that it was judged by. Packs follow the version of the service: a better query of a later version is used by the next analysis.

- Events are counts: errors out of requests. A judge other than \`SequentialJudge-v1.0\` gets their share instead, because it would
  compare bare numbers.
- A count is 0 only where there is traffic. A side without any has no data, which is never a pass.
- Windows are \`\${countWindow}\`, one step and one \`scrapeInterval\` of the [account](configuration.md#accounts): 15s when left out,
  0s for VictoriaMetrics.
- Shares of slow requests see what quantiles of coarse buckets hide. \`latency p99\` is muted: it needs about 1,000 requests in each
  step.
- A scope of packs that select pods is the name of a ReplicaSet (\`checkout-7f88b9d6c4\`) or Deployment (\`checkout\`, without the pods
  of \`checkout-canary\`).
- The warm-up is what the window of a request should leave out where instances are fresh.
- Rare events that the baseline never had, such as three restarts, have no ratio: the finding \`rise-from-zero\` holds a pass. With
  \`dataPolicy: { rise-from-zero: fail }\` it fails the canary ([data](../explanation/data.md)).
`;

/** docs/reference/packs.md, to be formatted. */
export function renderPage(packs: readonly Pack[]): string {
  const described = packs.map(describePack);
  const rows = described.map(({ name, title }) => `| [${name}](#${name}) | ${title} |`);
  return [HEAD, '| Pack | Reads |', '| --- | --- |', ...rows, '', ...described.map(section)].join(
    '\n',
  );
}

function section({ name, title, scope, warmup, traps, ...pack }: PackDescription): string {
  const parameters = Object.entries(pack.parameters).map(([key, what]) => `\`${key}\`: ${what}`);
  return [
    `\n## ${name}\n`,
    `${title}.\n`,
    `- scope: ${scope}`,
    ...(parameters.length === 0 ? [] : [`- parameters: ${parameters.join('; ')}`]),
    `- fits where there is: ${pack.detect.map((metric) => `\`${metric}\``).join(', ')}`,
    `- warm-up: ${warmup}`,
    ...traps.map((trap) => `- ${trap.replaceAll(/\b[a-z]\w*_[\w*]*/g, '`$&`')}`),
    '',
    '| Metric | Group | Kind | Harmful | Tolerated | |',
    '| --- | --- | --- | --- | --- | --- |',
    ...pack.metrics.map(row),
  ].join('\n');
}

function row(metric: Metric): string {
  const { increase, decrease } = metric.tolerance ?? {};
  const tolerated = [increase, decrease].filter((ratio) => ratio !== undefined).join(', ');
  const marks = [metric.critical === true && 'critical', metric.muted === true && 'muted'];
  const unit = metric.unit === undefined ? '' : ` (${metric.unit})`;
  const cells = [
    metric.name + unit,
    metric.group,
    metric.kind ?? 'continuous',
    metric.direction,
    tolerated,
    marks.filter((mark) => mark !== false).join(', '),
  ];
  return `| ${cells.join(' | ')} |`;
}
