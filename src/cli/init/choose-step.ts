/** Steps that are proposed, in seconds. */
const STEPS = [60, 120, 300];
/** Requests that the smaller side should have in each step. */
const ENOUGH = 20;
const SCRAPES = 4;

export interface ChosenStep {
  seconds: number;
  why: string;
}

/**
 * The shortest step with four scrapes and 20 requests on the smaller side; the longest where there is none.
 *
 * @param perMinute requests of the smaller side in a minute; undefined where none are counted
 */
export function chooseStep(scrapeSeconds: number, perMinute: number | undefined): ChosenStep {
  const scraped = STEPS.filter((seconds) => seconds >= SCRAPES * scrapeSeconds);
  const fits = (seconds: number) => perMinute === undefined || (perMinute * seconds) / 60 >= ENOUGH;
  const seconds = scraped.find(fits) ?? STEPS.at(-1)!;
  const traffic =
    perMinute === undefined
      ? 'requests are not counted'
      : `the smaller side has about ${Math.round((perMinute * seconds) / 60)} requests in each`;
  const scarce =
    perMinute !== undefined && (perMinute * seconds) / 60 < ENOUGH
      ? `, fewer than ${ENOUGH}: only large changes can be found`
      : '';
  return { seconds, why: `${traffic}, and it is scraped every ${scrapeSeconds}s${scarce}` };
}
