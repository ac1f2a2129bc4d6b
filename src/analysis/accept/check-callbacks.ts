import type { components } from '../../openapi.d.ts';
import { join, refusing, type Checked } from './checked.ts';

/** Says why nothing can ever be sent to an address; undefined where that is not known. */
export type RefuseReceiver = (url: string) => string | undefined;

export interface CallbackRules {
  /** Names of the configured signing secrets. */
  secretNames: readonly string[];
  refuseReceiver: RefuseReceiver;
}

/** A callback that can never be sent would be a dead delivery that nobody waits for. */
export function checkCallbacks(
  callbacks: readonly components['schemas']['Callback'][],
  { secretNames, refuseReceiver }: CallbackRules,
): Checked {
  const checks = callbacks.flatMap(({ url, secret = 'default' }, index) => {
    const at = `/callbacks/${index}`;
    const refusal = refuseReceiver(url);
    return [
      ...(refusal === undefined ? [] : [refusing(`${at}/url`, refusal)]),
      ...(secretNames.includes(secret) ? [] : [refusing(`${at}/secret`, unknownSecret(secret))]),
    ];
  });
  return join(checks);
}

function unknownSecret(secret: string): string {
  return `no signing secret "${secret}" is configured: add it under webhooks.secrets`;
}
