import { didYouMean } from '../closest.ts';
import type { Violation } from '../errors.ts';
import type { components } from '../openapi.d.ts';

type Schemas = components['schemas'];
type Config = Schemas['CanaryConfig'];
type Request = Schemas['AnalysisRequest'];
export type Profile = Schemas['Profile'];

/** Defaults of teams by name, as the service is configured. */
export type Profiles = Readonly<Record<string, Profile>>;

/** Fields that a config may have itself; the others are those of a request. */
const OF_CONFIG = [
  'thresholds',
  'judge',
  'judgeOptions',
  'dataPolicy',
  'runbook',
  'owner',
] as const;
/** What a window in the past may take over from one in real time. */
const OF_ANY_WINDOW = ['step', 'before'] as const;

/** The profile that a config extends; undefined where it extends none, or one that nobody knows. */
export function profileOf(config: { extends?: string }, profiles: Profiles): Profile | undefined {
  const name = config.extends;
  return name !== undefined && Object.hasOwn(profiles, name) ? profiles[name] : undefined;
}

export function checkExtends({ extends: name }: Partial<Config>, profiles: Profiles): Violation[] {
  if (name === undefined || Object.hasOwn(profiles, name)) return [];
  const names = Object.keys(profiles);
  const advice =
    names.length === 0
      ? 'no service is asked here, or it has none (`profiles` of its configuration)'
      : `known are ${names.join(', ')}${didYouMean(name, names)}`;
  return [{ pointer: '/extends', message: `there is no profile "${name}": ${advice}` }];
}

/** What the config leaves out is the profile's; fields of options and policies one by one. */
export function extendConfig(config: Config, profiles: Profiles): Config {
  const profile = profileOf(config, profiles);
  if (profile === undefined) return config;
  const defaults = Object.fromEntries(
    OF_CONFIG.flatMap((name) => (profile[name] === undefined ? [] : [[name, profile[name]]])),
  ) as Partial<Config>;
  const { judgeOptions, dataPolicy } = defaults;
  const isOtherJudge = config.judge !== undefined && config.judge !== profile.judge;
  return {
    ...defaults,
    ...config,
    ...(judgeOptions === undefined
      ? {}
      : {
          judgeOptions: isOtherJudge
            ? { ...config.judgeOptions }
            : { ...judgeOptions, ...config.judgeOptions },
        }),
    ...(dataPolicy === undefined ? {} : { dataPolicy: { ...dataPolicy, ...config.dataPolicy } }),
  };
}

/** Window and labels that the request leaves out are the profile's; callbacks come on top of its own. */
export function extendRequest(request: Request, profile: Profile | undefined): Request {
  if (profile === undefined) return request;
  const { window, labels, callbacks = [] } = profile;
  return {
    ...request,
    ...windowFrom(request, window),
    ...(labels === undefined ? {} : { labels: { ...labels, ...request.labels } }),
    ...(callbacks.length === 0 ? {} : { callbacks: [...callbacks, ...(request.callbacks ?? [])] }),
  };
}

function windowFrom(
  { window: own, pairs }: Request,
  window: Profile['window'],
): Pick<Request, 'window'> {
  if (window === undefined) return {};
  if (own === undefined) return pairs === undefined ? { window } : {}; // series bring their own times
  if (own.end === undefined) return { window: { ...window, ...own } };
  const shared = OF_ANY_WINDOW.flatMap((name) =>
    window[name] === undefined ? [] : [[name, window[name]]],
  );
  return { window: { ...Object.fromEntries(shared), ...own } };
}
