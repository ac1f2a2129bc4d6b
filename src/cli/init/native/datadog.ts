import { note } from '../../terminal.ts';
import type { FoundSides } from '../find-sides.ts';
import type { Workload } from '../fit-packs.ts';
import type { Lab } from '../lab.ts';
import { nameOfWorkload, type Matcher } from '../read-scope.ts';
import {
  addByTag,
  bestFirst,
  HOURS,
  MOST_ASKED,
  STEP_SECONDS,
  taggedSeries,
  type NativeMetric,
  type NativeSides,
  type TaggedSeries,
} from './find-sides.ts';
import { guessMetric } from './guess-metric.ts';

/** Tags by which agents and deployers tell versions apart: which tags a metric has cannot be asked. */
const TAGS = ['version', 'track', 'role', 'kube_deployment', 'kube_replica_set', 'image_tag'];
/** Datadog's word in a group of series that lack the tag. */
const NONE = 'N/A';

/** Datadog lists names alone, of all workloads: those that the scope has are found by asking each. */
export async function findOnDatadog(lab: Lab, workload: Workload): Promise<NativeSides[]> {
  const own = nameOfWorkload(workload.scope);
  const rank = (name: string) => (name.includes(own) ? 0 : 2) + (guessMetric(name) ? 0 : 1);
  const names = (await lab.names()).toSorted((a, b) => rank(a) - rank(b));
  if (names.length > MOST_ASKED) {
    note(`canary: asking ${MOST_ASKED} of ${names.length} metrics: those whose names tell most`);
  }
  const asked: { name: string; series: TaggedSeries[] }[] = [];
  for (const name of names.slice(0, MOST_ASKED)) {
    const preview = await lab.preview(
      { source: 'datadog', query: `avg:${name}{${tagsOf(workload.scope)}} by {${TAGS.join(',')}}` },
      { baseline: { scope: '-' } },
      { hours: HOURS, stepSeconds: STEP_SECONDS },
    );
    asked.push({ name, series: taggedSeries(preview, STEP_SECONDS) });
  }
  const ways = new Map<string, NativeSides>();
  for (const key of TAGS) {
    const all = asked.flatMap(({ series }) => series);
    const tagged = all.filter(({ tags }) => ![undefined, '', NONE].includes(tags[key]));
    // also those that have stopped: why they are left out is said
    const metrics = ({ baseline }: FoundSides) =>
      asked
        .filter(({ series }) => series.some(({ tags }) => tags[key] === baseline.scope))
        .map(({ name }) => datadogMetric(name, key, workload.scope));
    addByTag(ways, { key, own: tagged, workload, metrics });
  }
  return bestFirst([...ways.values()]);
}

function tagsOf(scope: readonly Matcher[]): string {
  const tags = scope.filter(({ operator }) => operator === '=');
  return tags.map(({ label, value }) => `${label}:${value}`).join(',') || '*';
}

function datadogMetric(name: string, key: string, scope: readonly Matcher[]): NativeMetric {
  const all = `${name}{${tagsOf(scope)},${key}:\${scope}}`;
  return {
    name,
    word: name,
    place: name.split('.').slice(0, -1).join('.'),
    query(by) {
      const query = {
        sum: `sum:${all}.as_count().rollup(sum, \${step})`,
        // without it, gaps are filled by straight lines
        worst: `max:${all}.rollup(max, \${step}).fill(null)`,
        mean: `avg:${all}.rollup(avg, \${step}).fill(null)`,
      }[by];
      return { source: 'datadog', query };
    },
  };
}
