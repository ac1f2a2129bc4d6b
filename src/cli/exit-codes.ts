import type { Verdict } from '../model/judgement/judgement.ts';

/** Pipelines branch on these: 1 is a fail verdict and nothing else. */
export const VERDICT_CODES: Record<Verdict, number> = {
  pass: 0,
  fail: 1,
  marginal: 2,
  undecided: 2,
  nodata: 2,
};

/** Whatever kept the command from a verdict, crashes and wrong usage included. */
export const NO_VERDICT = 3;

/** What an examination found: the worst of it. */
export const CHECK_CODES = { ok: 0, fail: 1, warn: 2 };
