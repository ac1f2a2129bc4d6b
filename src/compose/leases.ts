import type { Processors } from '../queue/queue.ts';
import type { Peers } from '../store/peers/peers.ts';

/** The same work; what it claims stays its own for as long as it lasts. */
export function keepingLeases(processors: Processors, peers: Peers): Processors {
  const judge = processors['judge-execution'];
  const deliver = processors['deliver-webhook'];
  return {
    'judge-execution': (id, signal) =>
      peers.whileWorking('executions', id, async () => judge(id, signal)),
    'deliver-webhook': (id, signal) =>
      peers.whileWorking('deliveries', id, async () => deliver(id, signal)),
  };
}
