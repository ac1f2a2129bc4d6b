import type { Cancel } from '../../analysis/cancel.ts';
import type { Submit } from '../../analysis/accept/submit.ts';
import { Fault, toFault } from '../../errors.ts';
import { isFinal, type Analysis } from '../../model/analysis.ts';
import type { LinksOf } from '../../model/event.ts';
import { showable } from '../../model/time/time-limits.ts';
import type { GateAttempt } from '../../store/gate-store.ts';
import type { Store } from '../../store/store.ts';
import type { AnalysisRequest, GateWord } from './gate.ts';

export interface KeeperDependencies {
  store: Store;
  submit: Submit;
  cancel: Cancel;
  links: LinksOf;
  now(): number;
}

/** What a deployer asks: an analysis by its key, and what to start where the key has none. */
export interface Asked {
  gate: string;
  key: string;
  /** What is rolled out, where several keys follow each other; the key itself when left out. */
  subject?: string;
  request?: AnalysisRequest | undefined;
}

/** How the analysis of a key stands. */
export interface GateView {
  word: GateWord;
  /** Null where there is no verdict. */
  score: number | null;
  reason: string;
  /** Address of the report. */
  report: string;
  /** While it runs: after how long it may have moved. */
  retryAfterSeconds: number;
  /** True when the key is to start anew, so that this is an earlier answer. */
  isExpired: boolean;
  attempt: GateAttempt;
}

export interface Keeper {
  /** Starts the analysis of a key that has none (any more), or attaches to the one it has. */
  ask(asked: Asked): Promise<GateView>;
  /** Starts the attempt after this one, whatever has become of it. */
  start(asked: Asked, after: GateAttempt | undefined): Promise<GateView>;
  /** The newest attempt of a key; of all gates unless one is named. */
  find(key: string, gate?: string): Promise<GateView | undefined>;
  /** Lets the key start anew from this moment on, unless an earlier one was said. */
  expire(attempt: GateAttempt, at: number): Promise<void>;
  /** Ends the analysis where it still runs. */
  cancel(attempt: GateAttempt): Promise<void>;
}

const MAX_RETRY_AFTER_SECONDS = 60;

/**
 * The analyses of keys. An attempt is a submission whose idempotency key is made of gate, key and number of the
 * attempt, so that there is one analysis however many ask at once, and also after a crash between the submission and
 * the note of it: who comes next submits the same attempt again, and finds it.
 */
export function createKeeper(dependencies: KeeperDependencies): Keeper {
  const { store, submit, cancel, now } = dependencies;
  const keeper: Keeper = {
    async ask(asked) {
      const newest = await store.gates.newest(asked.key, asked.gate);
      if (newest === undefined || isExpired(newest, now())) return keeper.start(asked, newest);
      if (asked.request !== undefined) await submitAttempt(asked, newest.attempt, submit);
      return view(newest, dependencies);
    },
    async start(asked, after) {
      const attempt = (after?.attempt ?? 0) + 1;
      const analysisId = await submitAttempt(asked, attempt, submit);
      const { gate, key, subject = key } = asked;
      const begun = { gate, key, subject, attempt, analysisId };
      await store.gates.add(begun, now());
      return view(begun, dependencies);
    },
    async find(key, gate) {
      const newest = await store.gates.newest(key, gate);
      return newest && view(newest, dependencies);
    },
    expire: ({ analysisId }, at) => store.gates.expire(analysisId, at),
    cancel: ({ analysisId }) => cancel(analysisId),
  };
  return keeper;
}

function isExpired({ expiresAt = Infinity }: GateAttempt, at: number): boolean {
  return expiresAt <= at;
}

/** Answers the id of the attempt's analysis, which a repeated submission finds again. */
async function submitAttempt(
  { gate, key, request }: Asked,
  attempt: number,
  submit: Submit,
): Promise<string> {
  if (request === undefined) {
    const what = `the key "${key}" has no analysis that could be asked for`;
    throw new Fault(
      'invalid-request',
      `${what}: name config, baseline, canary and a window to start one`,
    );
  }
  try {
    const labelled = { ...request, labels: { gate, key } };
    return (await submit(labelled, `gate/${gate}/${key}/${attempt}`)).id;
  } catch (error) {
    throw inWordsOfGates(toFault(error), key);
  }
}

/** What of a submission a gate tells otherwise: a config is a parameter, and an idempotency key nobody has sent. */
function inWordsOfGates(fault: Fault, key: string): Fault {
  if (fault.code === 'not-found') return new Fault('invalid-request', fault.message);
  if (fault.code !== 'idempotency-conflict') return fault;
  return new Fault(
    'conflict',
    `the key "${key}" has an analysis that was started with other parameters: use a new key for a new question`,
    { cause: fault },
  );
}

async function view(attempt: GateAttempt, dependencies: KeeperDependencies): Promise<GateView> {
  const { store, links, now } = dependencies;
  const analysis = await store.analyses.get(attempt.analysisId);
  if (analysis === undefined) {
    const what = `the analysis of the key "${attempt.key}" was deleted this moment`;
    throw new Fault('store-unavailable', `${what}: ask again`, { retryable: true });
  }
  const executions = isFinal(analysis.state) ? [] : await store.analyses.executions(analysis.id);
  const dueAt = executions.at(-1)?.dueAt ?? 0;
  const waits = Math.ceil((dueAt - now()) / 1000);
  return {
    word: wordOf(analysis),
    score: analysis.verdict === undefined ? null : (analysis.score ?? null),
    reason: isFinal(analysis.state) ? (analysis.reason ?? '') : waitsText(waits, dueAt),
    report: links(analysis.id).report,
    retryAfterSeconds: Math.min(MAX_RETRY_AFTER_SECONDS, Math.max(1, waits)),
    isExpired: isExpired(attempt, now()),
    attempt,
  };
}

function wordOf({ state, verdict }: Analysis): GateWord {
  if (!isFinal(state)) return 'running';
  return verdict ?? 'error';
}

function waitsText(seconds: number, dueAt: number): string {
  if (seconds <= 0) return 'running: it is being judged';
  return `running: it is looked at next at ${new Date(showable(dueAt)).toISOString()}`;
}
