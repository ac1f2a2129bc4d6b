import type { ProtectionRule } from './rule.ts';

/** The body of GitHub's callback: without a state it is a report, and the deployment goes on waiting. */
export interface RuleAnswer {
  environment_name: string;
  state?: 'approved' | 'rejected';
  comment: string;
}

/** Of an event of ours, as it was stored. */
export interface RuleEvent {
  type: string;
  data: {
    /** Of the analysis. */
    id: string;
    verdict: string | null;
    reason: string | null;
    failure: { message: string } | null;
    links: { report: string };
  };
}

const MAX_COMMENT_LENGTH = 1024;
const STATES: Readonly<Record<string, 'approved' | 'rejected'>> = {
  pass: 'approved',
  fail: 'rejected',
};

/** A pass approves, a fail rejects; whatever else came out is told, and left to a person. */
export function answerRule({ environment }: ProtectionRule, { type, data }: RuleEvent): RuleAnswer {
  const { verdict, reason, failure, links } = data;
  const report = `[report](${links.report})`;
  if (type !== 'analysis.completed') {
    return { environment_name: environment, comment: `canary analysis is running: ${report}` };
  }
  const state = Object.hasOwn(STATES, verdict ?? '') ? STATES[verdict ?? ''] : undefined;
  const said = escapeMarkdown(reason ?? failure?.message ?? 'it ended without a verdict');
  const held = state === undefined ? ' Nothing was decided: approve or reject it by hand.' : '';
  const room = MAX_COMMENT_LENGTH - report.length - held.length - 1;
  return {
    environment_name: environment,
    ...(state === undefined ? {} : { state }),
    comment: `${cut(said, room)}${held} ${report}`,
  };
}

/** Names of metrics and reasons come from configs: they link nowhere, and call nobody. */
function escapeMarkdown(text: string): string {
  return text.replaceAll(/[\\`*_{}[\]<>()#|~!@]/g, (sign) =>
    sign === '@' ? '@\u200b' : `\\${sign}`,
  );
}

function cut(text: string, length: number): string {
  return text.length <= length ? text : `${text.slice(0, Math.max(0, length - 1))}…`;
}
