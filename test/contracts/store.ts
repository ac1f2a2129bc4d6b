import { after, before, describe } from 'node:test';
import type { Store } from '../../src/store/store.ts';
import { analysisPromises } from './store/analyses.ts';
import { claimPromises } from './store/claims.ts';
import { conclusionPromises } from './store/conclusions.ts';
import { configPromises } from './store/configs.ts';
import { deliveryPromises } from './store/deliveries.ts';
import { executionPromises } from './store/executions.ts';
import { gatePromises } from './store/gates.ts';
import { kayentaObjectPromises } from './store/objects.ts';
import { pruningPromises } from './store/pruning.ts';
import { rejudgementPromises } from './store/rejudgements.ts';
import { subscriptionPromises } from './store/subscriptions.ts';
import { samplePromises } from './store/samples.ts';
import { triggerPromises } from './store/triggers.ts';

/** What every store promises, whatever database is behind it. `open` answers an empty one. */
export function storeContract(
  name: string,
  open: () => Promise<Store>,
  { isShared = false } = {},
): void {
  describe(`store contract: ${name}`, () => {
    let opened: Store | undefined;
    const store = (): Store => {
      if (opened === undefined) throw new Error('the store is not open yet');
      return opened;
    };
    before(async () => {
      opened = await open();
    });
    after(() => opened?.close());

    configPromises(store);
    analysisPromises(store);
    claimPromises(store, isShared);
    conclusionPromises(store);
    rejudgementPromises(store);
    executionPromises(store);
    kayentaObjectPromises(store);
    gatePromises(store);
    triggerPromises(store);
    deliveryPromises(store);
    subscriptionPromises(store);
    samplePromises(store);
    pruningPromises(store);
  });
}
