/**
 * How the difference of two healthy arms may wander (S1): a stationary AR(1) with coefficient `rho`
 * and share 1 - `whiteShare` of the variance, plus white noise with the rest.
 */
export interface ArModel {
  rho: number;
  whiteShare: number;
  prior: number;
}

/** How the log rate ratio of two healthy arms may wander (C2): AR(1), standard deviation `sd`. */
export interface CountModel {
  sd: number;
  rho: number;
  prior: number;
}

export type ArPreset = 'white' | 'auto' | 'robust' | 'wandering';
export type CountPreset = 'poisson' | 'auto' | 'robust';

/** Long-run variance of a model in units of its marginal variance: 1 for white noise (S1). */
export function longRunFactor({ rho, whiteShare }: ArModel): number {
  return ((1 - whiteShare) * (1 + rho)) / (1 - rho) + whiteShare;
}

const WHITE = { rho: 0, whiteShare: 0 };

/**
 * The grids of S1. A grid's AR prior is (1 - rho)^-tilt times the local spacing of its coefficients;
 * the white-noise twins repeat the coefficients from `from` on for each share.
 */
export const AR_MODELS: Record<ArPreset, readonly ArModel[]> = {
  white: [{ ...WHITE, prior: 1 }],
  auto: arGrid(
    { white: 0.5, mixed: 0.2, tilt: 0.5, from: 0.6, shares: [0.5] },
    [0.15, 0.3, 0.45, 0.6, 0.7, 0.8, 0.9, 0.95],
  ),
  robust: arGrid(
    { white: 0.1, mixed: 0.4, tilt: 0.5, from: 0.5, shares: [0.3, 0.6] },
    [0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 0.98],
  ),
  // S14: to 0.99 and leaning there; no default, as a ramp of an hour is just what 0.99 looks like
  wandering: arGrid(
    { white: 0.1, mixed: 0.4, tilt: 0.8, from: 0.5, shares: [0.3, 0.6] },
    [0.1, 0.3, 0.5, 0.7, 0.8, 0.9, 0.95, 0.98, 0.99],
  ),
};

const SDS = [0.1, 0.3, 0.7, 1.5];

/** The grids of C2; `poisson` believes in independent events and nothing else. */
export const COUNT_MODELS: Record<CountPreset, readonly CountModel[]> = {
  poisson: countGrid(1, []),
  auto: countGrid(0.4, [
    [0, 0.3],
    [0.6, 0.15],
    [0.9, 0.15],
  ]),
  robust: countGrid(0.1, [
    [0, 0.3],
    [0.6, 0.2],
    [0.9, 0.2],
    [0.97, 0.2],
  ]),
};

/** A prior sample size phi of the mixture over effects (S3): tightest near 8 phi samples. */
export interface EffectSize {
  phi: number;
  weight: number;
}

export const EFFECT_SIZES: readonly EffectSize[] = [
  { phi: 0.01, weight: 0.1 },
  { phi: 0.3, weight: 0.25 },
  { phi: 3, weight: 0.4 },
  { phi: 30, weight: 0.25 },
];

/** Prior standard deviations of the log rate ratio (C3). */
export const COUNT_EFFECT_SIZES: readonly { psi: number; weight: number }[] = [
  { psi: 0.1, weight: 0.25 },
  { psi: 0.3, weight: 0.5 },
  { psi: 1, weight: 0.25 },
];

interface ArGrid {
  white: number;
  mixed: number;
  tilt: number;
  from: number;
  shares: number[];
}

function arGrid({ white, mixed, tilt, from, shares }: ArGrid, rhos: number[]): ArModel[] {
  const masses = rhos.map((rho, i) => spacing(rhos, i) * (1 - rho) ** -tilt);
  const total = sum(masses);
  const high = rhos.flatMap((rho, i) => (rho >= from ? [{ rho, mass: masses[i]! }] : []));
  const highTotal = sum(high.map(({ mass }) => mass));
  return [
    { ...WHITE, prior: white },
    ...rhos.map((rho, i) => ({
      rho,
      whiteShare: 0,
      prior: (1 - white) * (1 - mixed) * (masses[i]! / total),
    })),
    ...high.flatMap(({ rho, mass }) =>
      shares.map((whiteShare) => ({
        rho,
        whiteShare,
        prior: ((1 - white) * mixed * (mass / highTotal)) / shares.length,
      })),
    ),
  ];
}

/** Half the distance between the neighbours; the whole distance to the only one at an end. */
function spacing(rhos: number[], i: number): number {
  const [before, after] = [Math.max(i - 1, 0), Math.min(i + 1, rhos.length - 1)];
  return (rhos[after]! - rhos[before]!) / (after - before);
}

function countGrid(white: number, byRho: [rho: number, prior: number][]): CountModel[] {
  const wandering = byRho.flatMap(([rho, prior]) =>
    SDS.map((sd) => ({ sd, rho, prior: prior / SDS.length })),
  );
  return [{ sd: 0, rho: 0, prior: white }, ...wandering];
}

function sum(values: number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
