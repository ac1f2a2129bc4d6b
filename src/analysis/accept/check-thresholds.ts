import type { Thresholds } from '../../model/config.ts';
import { join, refusing, warning, type Checked } from './checked.ts';

/** Scores go from 0 to 100, and who writes 0.95 for 95 has promoted every canary. */
export function checkThresholds({ pass, marginal }: Thresholds, pointer: string): Checked {
  const checks: Checked[] = [];
  if (isShare(pass)) checks.push(refusing(`${pointer}/pass`, fractionText(pass)));
  else if (pass === 0) {
    checks.push(warning(`${pointer}/pass`, 'is 0, so that every canary that is judged passes'));
  }
  if (isShare(marginal)) {
    const at = `${pointer}/marginal`;
    const tell = isShare(pass) ? refusing : warning; // beside a pass of 95 a 1 may be meant
    checks.push(tell(at, fractionText(marginal)));
  }
  if (marginal > pass) {
    checks.push(refusing(`${pointer}/marginal`, `must not be above pass (${pass})`));
  }
  return join(checks);
}

function isShare(score: number): boolean {
  return score > 0 && score <= 1;
}

function fractionText(score: number): string {
  const meant = Number((score * 100).toPrecision(6));
  return `is ${score}, but scores go from 0 to 100; did you mean ${meant}?`;
}
