import type { Contract } from '../../contract/contract.ts';

let loaded: Contract | undefined;

/**
 * The contract with its validators, when a command first needs it: reading it takes longer than most
 * commands, so that none pays for it in vain, and a batch pays once.
 */
export async function loadContractOnce(): Promise<Contract> {
  if (loaded === undefined) {
    const { loadContract } = await import('../../contract/contract.ts');
    loaded = loadContract();
  }
  return loaded;
}
