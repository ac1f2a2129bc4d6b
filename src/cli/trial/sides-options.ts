/** Options that say which two sides are meant. */
export const SIDES_OPTIONS = {
  request: { type: 'string' },
  baseline: { type: 'string' },
  canary: { type: 'string' },
  parameter: { type: 'string', multiple: true },
  account: { type: 'string' },
} as const;

export const SIDES_HELP = `  --baseline SCOPE             the workload to compare with
  --canary SCOPE               the workload under judgement
  --parameter SIDE.K=V         variable of the queries of one side (baseline or canary); repeatable
  --account NAME               metric source of metrics that name none
  --request FILE               a request for an analysis, JSON or YAML: its sides and its step; options go over it`;
