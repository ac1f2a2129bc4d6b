import type { DeliveryFormat } from './receiver.ts';

/** What a status is set on; `${labels.NAME}` stands for a label of the analysis. */
export interface StatusTarget {
  /** `owner/name` on GitHub, path or number of a project on GitLab. */
  repository: string;
  sha?: string;
  /** Number of a deployment on GitHub, whose status is set instead of the commit's. */
  deployment?: string;
  /** Name of the status; absent = `canary/` and the name of the config. */
  context?: string;
  ref?: string;
  /** Number of a pipeline on GitLab. */
  pipeline?: string;
}

type Field = keyof StatusTarget;

export interface TargetProblem {
  field: Field;
  /** What is wrong, to be read after the place. */
  problem: string;
}

const PLACEHOLDER = /\$\{labels\.([^{}]+)\}/g;
/** SHA-1 and SHA-256 in full: both services refuse shorter ones. */
const COMMIT = /^(?:[0-9a-f]{40}|[0-9a-f]{64})$/i;
const NUMBER = /^[1-9]\d{0,18}$/;
const NAME = /^(?!\.{1,2}$)[\w.-]+$/;

type Rules = Partial<Record<Field, { fits(value: string): boolean; wanted: string }>>;

const COMMIT_RULE = {
  fits: (value: string) => COMMIT.test(value),
  wanted: 'the full hash of a commit',
};
const NUMBER_RULE = { fits: (value: string) => NUMBER.test(value), wanted: 'a number' };
const TEXT_RULE = { fits: (value: string) => value.trim() !== '', wanted: 'a text' };

const RULES: Record<'github-status' | 'gitlab-status', Rules> = {
  'github-status': {
    repository: {
      fits: (value) => value.split('/').length === 2 && isPath(value),
      wanted: 'owner/name',
    },
    sha: COMMIT_RULE,
    deployment: NUMBER_RULE,
    context: TEXT_RULE,
  },
  'gitlab-status': {
    repository: { fits: isPath, wanted: 'the path or the number of a project' },
    sha: COMMIT_RULE,
    context: TEXT_RULE,
    ref: TEXT_RULE,
    pipeline: NUMBER_RULE,
  },
};

function isPath(value: string): boolean {
  return value.split('/').every((part) => NAME.test(part));
}

/** What is wrong with a target before any analysis is known: labels may still be anything. */
export function checkTarget(format: DeliveryFormat, target: StatusTarget): TargetProblem[] {
  const rules = RULES[format as keyof typeof RULES];
  const given = fieldsOf(target);
  const problems = given.flatMap(([field, value]) => checkField(rules, field, value));
  const aims = given.filter(([field]) => field === 'sha' || field === 'deployment');
  if (aims.length === 1 || problems.length > 0) return problems;
  const either = format === 'github-status' ? 'either sha or deployment, and not both' : 'sha';
  return [{ field: 'sha', problem: `is needed: a ${format} wants ${either}` }];
}

function checkField(rules: Rules, field: Field, value: string): TargetProblem[] {
  const rule = rules[field];
  if (rule === undefined) {
    return [
      {
        field,
        problem: `means nothing here: leave it out; ${Object.keys(rules).join(', ')} are known`,
      },
    ];
  }
  const open = value.replaceAll(PLACEHOLDER, '');
  if (open.includes('${')) {
    return [{ field, problem: 'has a placeholder that is not ${labels.NAME}' }];
  }
  if (open !== value || rule.fits(value)) return [];
  return [{ field, problem: `must be ${rule.wanted}, or \${labels.NAME}` }];
}

/**
 * The target for one analysis, or why it has none: a label is missing, or is nothing that the target takes. A context
 * that is not given is the config's.
 */
export function resolveTarget(
  format: DeliveryFormat,
  target: StatusTarget,
  analysis: { configName: string; labels: Record<string, string> },
): { target: StatusTarget & { context: string } } | TargetProblem {
  const rules = RULES[format as keyof typeof RULES];
  const resolved: Partial<Record<Field, string>> = { context: `canary/${analysis.configName}` };
  for (const [field, value] of fieldsOf(target)) {
    const missing = labelsIn(value).find((name) => !Object.hasOwn(analysis.labels, name));
    if (missing !== undefined) {
      return { field, problem: `needs the label "${missing}", which the analysis does not have` };
    }
    const text = value.replaceAll(PLACEHOLDER, (_, name: string) => analysis.labels[name]!);
    const rule = rules[field];
    if (rule?.fits(text) !== true) {
      return {
        field,
        problem: `must be ${rule?.wanted ?? 'left out'} once its labels stand in it`,
      };
    }
    resolved[field] = text;
  }
  return { target: resolved as StatusTarget & { context: string } };
}

function labelsIn(value: string): string[] {
  return [...value.matchAll(PLACEHOLDER)].map(([, name = '']) => name);
}

function fieldsOf(target: StatusTarget): [Field, string][] {
  return Object.entries(target) as [Field, string][];
}
