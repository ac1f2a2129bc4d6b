import type { Peers } from './peers.ts';

/** Of a store that one process has to itself: nobody else is there to be told, or to take over. */
export function createAlone(): Peers {
  let isKeeping = false;
  let isJudging = true;
  return {
    isShared: false,
    now: () => Date.now(),
    whileWorking: (_table, _id, work) => work(),
    keepHouse(house) {
      isKeeping = true;
      house.begin();
    },
    isHouseKeeper: () => isKeeping,
    tell: () => undefined,
    onTold: () => undefined,
    judging: {
      isOn: () => isJudging,
      async set(isOn) {
        isJudging = isOn;
      },
    },
  };
}
