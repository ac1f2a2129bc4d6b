import type { components } from '../../../openapi.d.ts';
import type { GateWord } from '../gate.ts';

/** The hooks that a key belongs to; `confirm-rollout` still carries the key of the previous revision. */
export type Hook = Exclude<components['schemas']['FlaggerHook'], 'confirm-rollout'>;

/** `unsure`: it has ended, and neither promotes nor rolls back. */
export type HookState = 'none' | 'running' | 'pass' | 'fail' | 'unsure';

/** Opens or shuts the gate, after it has started or cancelled the analysis where that stands there. */
export type Act = 'open' | 'shut' | 'start' | 'cancel';

/** `start` and `cancel` open as well. */
export const STATUSES: Record<Act, 200 | 403> = { open: 200, shut: 403, start: 200, cancel: 200 };

/**
 * What each hook is told. `rollout` must not be shut while the analysis runs: each 403 there is a failed check, of
 * which a few roll back. `confirm-traffic-increase` is asked first at weight 0, where there is nothing to compare yet.
 * Open means roll back at `rollback`, so that nothing but a fail may open it.
 */
export const HOOKS: Record<Hook, Record<HookState, Act>> = {
  'pre-rollout': { none: 'start', running: 'open', pass: 'start', fail: 'start', unsure: 'start' },
  rollout: { none: 'start', running: 'open', pass: 'open', fail: 'shut', unsure: 'open' },
  'confirm-traffic-increase': {
    none: 'start',
    running: 'shut',
    pass: 'open',
    fail: 'shut',
    unsure: 'shut',
  },
  'confirm-promotion': {
    none: 'shut',
    running: 'shut',
    pass: 'open',
    fail: 'shut',
    unsure: 'shut',
  },
  rollback: { none: 'shut', running: 'shut', pass: 'shut', fail: 'open', unsure: 'shut' },
  'post-rollout': { none: 'open', running: 'cancel', pass: 'open', fail: 'open', unsure: 'open' },
};

/** These bring parameters of the analysis; what others carry is not looked at. */
export function startsAnalyses(hook: Hook): boolean {
  return Object.values(HOOKS[hook]).includes('start');
}

/** An attempt that has expired belongs to an earlier rollout of the same spec. */
export function stateOf(view: { word: GateWord; isExpired: boolean } | undefined): HookState {
  if (view === undefined || view.isExpired) return 'none';
  const { word } = view;
  return word === 'running' || word === 'pass' || word === 'fail' ? word : 'unsure';
}
