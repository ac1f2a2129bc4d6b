import { MANNERS, type DeliveryFormat, type Receiver } from '../../model/receiver/receiver.ts';
import { checkTarget, resolveTarget } from '../../model/receiver/status-target.ts';
import type { components } from '../../openapi.d.ts';
import { below, join, refusing, type Checked } from './checked.ts';

/** Says why nothing can ever be sent to an address; undefined where that is not known. */
export type RefuseReceiver = (url: string) => string | undefined;

export interface ReceiverRules {
  /** Names of the configured signing secrets. */
  secretNames: readonly string[];
  /** The address that each configured token is for, by the name of the token. */
  tokenUrls: Readonly<Record<string, string>>;
  refuseReceiver: RefuseReceiver;
}

/** What a request or the configuration says of a receiver. */
type Wanted = Pick<Receiver, 'url'> & {
  format?: DeliveryFormat;
  events?: readonly string[];
} & Partial<Pick<Receiver, 'token' | 'target'>>;

/** A callback that can never be sent would be a dead delivery that nobody waits for. */
export function checkCallbacks(
  callbacks: readonly components['schemas']['Callback'][],
  rules: ReceiverRules,
  analysis: { configName: string; labels: Record<string, string> },
): Checked {
  const checks = callbacks.map((callback, index) => {
    const { secret, format = 'standard', target } = callback;
    const own = [
      checkReceiver(callback, rules),
      checkSecrets(format, secret === undefined ? undefined : { '/secret': secret }, rules),
    ];
    const checked = join(own);
    if (target === undefined || checked.violations.length > 0)
      return below(`/callbacks/${index}`, checked);
    const resolved = resolveTarget(format, target, analysis);
    if ('target' in resolved) return checked;
    return refusing(`/callbacks/${index}/target/${resolved.field}`, resolved.problem);
  });
  return join(checks);
}

/** The same of a subscription, whose labels are not known yet. */
export function checkSubscription(
  wanted: Wanted & { secrets?: readonly string[] },
  rules: ReceiverRules,
): Checked {
  const { secrets, format = 'standard' } = wanted;
  const named = secrets?.map((name, index) => [`/secrets/${index}`, name] as const);
  return join([
    checkReceiver(wanted, rules),
    checkSecrets(format, named && Object.fromEntries(named), rules),
  ]);
}

function checkReceiver(wanted: Wanted, rules: ReceiverRules): Checked {
  const { url, format = 'standard', events = [] } = wanted;
  const refusal = rules.refuseReceiver(url);
  const unknown = events.findIndex(
    (event) => format === 'cdevents' && event === 'analysis.interval_completed',
  );
  return join([
    refusal === undefined ? join([]) : refusing('/url', refusal),
    unknown < 0
      ? join([])
      : refusing(`/events/${unknown}`, 'has no word in CDEvents: leave it out'),
    MANNERS[format].isStatus
      ? checkStatus({ ...wanted, format }, rules)
      : refuseStatus(wanted, format),
  ]);
}

function checkStatus(
  { url, format, token, target }: Wanted & { format: DeliveryFormat },
  { tokenUrls }: ReceiverRules,
): Checked {
  const problems = target === undefined ? [] : checkTarget(format, target);
  return join([
    target === undefined
      ? refusing('/target', `is needed: it names what a ${format} is set on`)
      : join(problems.map(({ field, problem }) => refusing(`/target/${field}`, problem))),
    checkToken(url, token, tokenUrls),
  ]);
}

/** A token goes to its own address and nowhere else: whoever may name a receiver must not learn it. */
function checkToken(
  url: string,
  token: string | undefined,
  tokenUrls: ReceiverRules['tokenUrls'],
): Checked {
  if (token === undefined) {
    return refusing('/token', 'is needed: it names one of webhooks.tokens');
  }
  const own = Object.hasOwn(tokenUrls, token) ? tokenUrls[token] : undefined;
  if (own === undefined) {
    return refusing('/token', `no token "${token}" is configured: add it under webhooks.tokens`);
  }
  if (URL.parse(url)?.href.replace(/\/$/, '') === own) return join([]);
  return refusing('/url', `must be ${own}, the only address that the token "${token}" is sent to`);
}

function refuseStatus(wanted: Wanted, format: DeliveryFormat): Checked {
  const strange = (['token', 'target'] as const).filter((name) => wanted[name] !== undefined);
  return join(
    strange.map((name) =>
      refusing(`/${name}`, `means nothing in the format ${format}: leave it out`),
    ),
  );
}

function checkSecrets(
  format: DeliveryFormat,
  named: Record<string, string> | undefined,
  { secretNames }: ReceiverRules,
): Checked {
  if (!MANNERS[format].isSigned) {
    const places = Object.keys(named ?? {});
    return join(
      places.map((at) =>
        refusing(at, `means nothing in the format ${format}, which is not signed: leave it out`),
      ),
    );
  }
  const unknown = Object.entries(named ?? { '/secret': 'default' }).filter(
    ([, name]) => !secretNames.includes(name),
  );
  return join(unknown.map(([at, name]) => refusing(at, unknownSecret(name))));
}

function unknownSecret(secret: string): string {
  return `no signing secret "${secret}" is configured: add it under webhooks.secrets`;
}
