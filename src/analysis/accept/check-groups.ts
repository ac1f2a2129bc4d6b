import { didYouMean } from '../../closest.ts';
import type { ExpandedConfig } from '../../model/native-format.ts';
import { join, refusing, warning, type Checked } from './checked.ts';

/** Sums of decimal weights are not exact. */
const SLACK = 1e-9;

/** Weights and groups name each other, and the weights of all groups together are 100. */
export function checkGroups(wire: ExpandedConfig): Checked {
  const weights = wire.groups ?? {};
  const used = [...new Set(wire.metrics.map(({ group }) => group ?? 'default'))];
  const open = used.filter((name) => weights[name] === undefined);
  const unused = Object.keys(weights).filter((name) => !used.includes(name));
  const lost = unused.map((name) => {
    const why = 'has a weight but no metric, so its share would be lost';
    const advice = didYouMean(name, open.length > 0 ? open : used);
    return refusing(`/groups/${name}`, why + advice);
  });
  const total = Object.values(weights).reduce((sum, weight) => sum + weight, 0);
  if (total > 100 + SLACK || (open.length === 0 && Math.abs(total - 100) > SLACK)) {
    return join([...lost, refusing('/groups', `weights sum to ${total}; they must sum to 100`)]);
  }
  if (wire.groups === undefined || total === 0) return join(lost);
  return join([...lost, ...open.map((name) => checkOpen(name, (100 - total) / open.length))]);
}

/** Groups without a weight share what the others leave, which may be nothing. */
function checkOpen(name: string, share: number): Checked {
  if (share > SLACK) {
    const gets = `gets ${Number(share.toPrecision(6))} of 100, its part of what the others leave`;
    return warning('/groups', `group "${name}" has no weight: it ${gets}`);
  }
  const why = 'has no weight, and the others sum to 100 already, so its metrics would not count';
  return refusing('/groups', `group "${name}" ${why}: give it one, and the others less`);
}
