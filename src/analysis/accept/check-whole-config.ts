import { toFault, type Violation } from '../../errors.ts';
import type { AnyJudges } from '../../judges/registry.ts';
import { parseConfig, type ExpandedConfig } from '../../model/native-format.ts';
import type { components } from '../../openapi.d.ts';
import { expandConfig } from '../../packs/expand-config.ts';
import { checkConfigForm, checkMetric, warnOfConfig } from './check-config.ts';
import { checkQueryTexts, type QueryTextContext } from './check-query-texts.ts';
import { checkThresholds } from './check-thresholds.ts';
import { checkExtends, extendConfig, type Profiles } from '../profiles.ts';
import { join, refusing, warning, type Checked } from './checked.ts';

type Wire = components['schemas']['CanaryConfig'];
type WireMetric = ExpandedConfig['metrics'][number];

export interface WholeConfigRules {
  /** Every way in which a document breaks the schema of a config. */
  checkSchema(document: unknown): Violation[];
  sourceFor: QueryTextContext['sourceFor'];
  judges: AnyJudges;
  maxMetrics: number;
  /** Absent where no service is asked: then nobody knows them. */
  profiles?: Profiles;
}

/**
 * Everything that is to be said of a config, right or wrong, at once: what a broken part keeps from being
 * looked at is only that part, so that an author need not come again for each mistake.
 */
export async function checkWholeConfig(
  document: unknown,
  { checkSchema, sourceFor, judges, maxMetrics, profiles }: WholeConfigRules,
): Promise<Checked> {
  const broken = checkSchema(document);
  const sound = soundFields(document, broken);
  const { whole, form } =
    broken.length === 0
      ? await checkExpanded(extendConfig(document as Wire, profiles ?? {}), maxMetrics)
      : { whole: document, form: await checkSound(document, broken) };
  return join([
    form,
    await checkTexts(soundMetrics(whole, form.violations), sourceFor),
    checkJudge(extendConfig(sound as Wire, profiles ?? {}), judges),
    checkProfile(sound, profiles),
  ]);
}

function checkProfile(sound: Partial<Wire>, profiles: Profiles | undefined): Checked {
  if (profiles === undefined && sound.extends !== undefined)
    return warning('/extends', 'is known to the service alone: what it brings was not looked at');
  return { violations: checkExtends(sound, profiles ?? {}), warnings: [] };
}

/** With the metrics of its packs, which come after its own. */
async function checkExpanded(document: Wire, maxMetrics: number) {
  const { config, violations } = await expandConfig(document);
  if (violations.length > 0) return { whole: document, form: { violations, warnings: [] } };
  return { whole: config, form: checkForm(config, maxMetrics) };
}

async function checkSound(document: unknown, broken: readonly Violation[]): Promise<Checked> {
  const { use, thresholds } = soundFields(document, broken);
  const packs = use === undefined ? [] : (await expandConfig({ name: '', use })).violations;
  return join([
    { violations: [...broken, ...packs, ...checkSoundMetrics(document, broken)], warnings: [] },
    thresholds === undefined ? join([]) : checkThresholds(thresholds, '/thresholds'),
  ]);
}

function checkForm(config: ExpandedConfig, maxMetrics: number): Checked {
  return { violations: checkConfigForm(config, maxMetrics), warnings: warnOfConfig(config) };
}

/** The fields of a config of which nothing bad is known. */
function soundFields(document: unknown, violations: readonly Violation[]): Partial<Wire> {
  if (typeof document !== 'object' || document === null) return {};
  const broken = new Set(violations.map(({ pointer }) => pointer.split('/')[1]));
  return Object.fromEntries(Object.entries(document).filter(([name]) => !broken.has(name)));
}

interface PlacedMetric {
  metric: WireMetric;
  index: number;
}

/** The metrics of which nothing bad is known. */
function soundMetrics(document: unknown, violations: readonly Violation[]): PlacedMetric[] {
  const { metrics } = (document ?? {}) as { metrics?: unknown };
  if (!Array.isArray(metrics)) return [];
  const broken = new Set(violations.map(({ pointer }) => pointer.split('/', 3).join('/')));
  if (broken.has('/metrics')) return [];
  return metrics
    .map((metric, index) => ({ metric: metric as WireMetric, index }))
    .filter(({ index }) => !broken.has(`/metrics/${index}`));
}

function checkSoundMetrics(document: unknown, broken: readonly Violation[]): Violation[] {
  const sound = soundMetrics(document, broken);
  const names = sound.map(({ metric }) => metric.name);
  return sound.flatMap(({ metric, index }) => checkMetric(metric, index, names));
}

async function checkTexts(
  sound: readonly PlacedMetric[],
  sourceFor: QueryTextContext['sourceFor'],
): Promise<Checked> {
  const { metrics } = parseConfig({ name: '', metrics: sound.map(({ metric }) => metric) });
  return checkQueryTexts(
    metrics.map((metric, at) => ({ metric, index: sound[at]!.index })),
    { sourceFor },
  );
}

/** A judge that nobody has here may be another service's, and an analysis is refused in any case. */
function checkJudge({ judge, judgeOptions }: Partial<Wire>, judges: AnyJudges): Checked {
  if (judge === undefined && judgeOptions === undefined) return join([]);
  const named = {
    ...(judge === undefined ? {} : { judge }),
    ...(judgeOptions === undefined ? {} : { judgeOptions }),
  };
  try {
    judges.for(parseConfig({ name: '', metrics: [], ...named }));
    return join([]);
  } catch (error) {
    const { code, message } = toFault(error);
    if (code === 'unknown-judge') return warning('/judge', message);
    return refusing('/judgeOptions', message);
  }
}
