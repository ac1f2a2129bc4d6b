import type { Read } from '../../analysis/read.ts';
import type { Contract } from '../../contract/contract.ts';
import type { Dialect } from '../../http/dialect.ts';
import type { Face } from '../../http/face.ts';
import { createArgoGate } from './argo.ts';
import { createCiGate } from './ci.ts';
import { createFlaggerGate } from './flagger/flagger.ts';
import type { Gate } from './gate.ts';
import { createKeeper, type KeeperDependencies } from './keeper.ts';
import { createPrometheusGate } from './prometheus/prometheus.ts';
import { createSpinnakerGate } from './spinnaker.ts';

export type GatesParts = KeeperDependencies & { contract: Contract; read: Read };

/** One question, in the manners of each deployer that asks it. */
export const gatesFace = {
  create(_config: unknown, parts: GatesParts): Face {
    const gates = createGates(parts);
    const handlers = Object.assign({}, ...Object.values(gates).map((gate) => gate.handlers));
    return { handlers, dialect: createDialect(gates) };
  },
};

/** By the part of their path after `/gates/`. */
function createGates(parts: GatesParts): Readonly<Record<string, Gate>> {
  const { contract, read, now } = parts;
  const keeper = createKeeper(parts);
  return {
    ci: createCiGate(keeper),
    argo: createArgoGate(keeper, now),
    flagger: createFlaggerGate(keeper, contract, now),
    spinnaker: createSpinnakerGate(keeper),
    prometheus: createPrometheusGate(keeper, read, now),
  };
}

function createDialect(gates: Readonly<Record<string, Gate>>): Dialect {
  const gateOf = (path: string) => gates[path.split('/')[2]!.toLowerCase()]!;
  return {
    read: (call) => gateOf(call.operation.path).read(call),
    formatFault: (fault, context) => gateOf(context.path).formatFault(fault, context),
    encode: JSON.stringify,
  };
}
