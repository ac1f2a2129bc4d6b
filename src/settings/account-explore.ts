import { badKey, text, type Setting } from './setting.ts';

/** What a template may have in braces; all of it is written so that it may stand in an address. */
const PLACES = [
  'query',
  'queryJson',
  'start',
  'end',
  'startMs',
  'endMs',
  'startSeconds',
  'endSeconds',
  'seconds',
];
/** JSON in an address has braces too: a name alone in braces is a place. */
const PLACE = /\{([A-Za-z]+)\}/g;

/** Of Prometheus' own pages, below the address at which browsers reach them. */
const PROMETHEUS = '/graph?g0.expr={query}&g0.tab=0&g0.range_input={seconds}s&g0.end_input={end}';

/** Address of a page that shows a query over a window, with places to fill in. */
export const exploreAddress: Setting<string> = {
  parse(value, place) {
    const template = text.parse(value, place);
    const names = [...template.matchAll(PLACE)].map(([, name]) => name!);
    const unknown = names.find((name) => !PLACES.includes(name));
    if (unknown !== undefined) {
      throw badKey(
        place.key,
        `has {${unknown}}; known are ${PLACES.map((name) => `{${name}}`).join(', ')}`,
      );
    }
    const [one, other] = ['a', 'b'].map((filler) => URL.parse(template.replace(PLACE, filler)));
    if (!one || !other || !/^https?:$/.test(one.protocol)) {
      throw badKey(place.key, 'must be an http:// or https:// URL for browsers');
    }
    if (one.username !== '' || one.password !== '') {
      throw badKey(
        place.key,
        'carries a user name or password, which every reader of a report would see',
      );
    }
    if (one.host !== other.host) throw badKey(place.key, 'has a place to fill in within its host');
    return template;
  },
};

/** The whole template: of Prometheus its address alone is enough. Undefined where another one has no query. */
export function exploreTemplate(written: string, source: string): string | undefined {
  if (/\{query(Json)?\}/.test(written)) return written;
  return source === 'prometheus' ? written.replace(/\/$/, '') + PROMETHEUS : undefined;
}
