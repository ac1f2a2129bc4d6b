import { didYouMean } from '../closest.ts';
import { badKey, type Environment, type Setting } from './setting.ts';

type Tree = Record<string, unknown>;

/** Variables of the same family that are read elsewhere. */
const OTHER_VARIABLES = ['CANARY_CONFIG', 'CANARY_URL', 'CANARY_TOKEN'];
/** So few edits are a slip; further away it is somebody else's variable (Kubernetes sets such ones). */
const SLIP_EDITS = 2;

/** Lays one document over another: maps key by key, anything else as a whole; an empty map changes nothing. */
export function layer(base: unknown, over: unknown): unknown {
  if (!isMap(base)) return over;
  if (over === null || over === undefined) return base;
  if (!isMap(over)) return over;
  const added = Object.entries(over).map(([name, value]) => [
    name,
    Object.hasOwn(base, name) ? layer(base[name], value) : value,
  ]);
  return { ...base, ...Object.fromEntries(added) };
}

/** What the environment sets, as a document to lay over the file: `server.port` from `CANARY_SERVER_PORT`. */
export function documentFromVariables(
  schema: Setting<unknown>,
  env: Environment,
  prefix = 'CANARY',
): Tree {
  const entries = Object.entries(schema.fields ?? {}).flatMap(([name, inner]) => {
    const variable = variableName(prefix, name);
    if (inner.fields !== undefined) {
      const inside = documentFromVariables(inner, env, variable);
      return Object.keys(inside).length === 0 ? [] : [[name, inside]];
    }
    const text = env[variable];
    return text === undefined || text === ''
      ? []
      : [[name, readVariable(variable, text, inner, env)]];
  });
  return Object.fromEntries(entries) as Tree;
}

/** Refuses a variable that is nearly the name of a setting, unless the configuration refers to it. */
export function refuseSlips(schema: Setting<unknown>, env: Environment, document: unknown): void {
  const known = [...variableNames(schema), ...OTHER_VARIABLES];
  const referred = JSON.stringify(document);
  for (const name of Object.keys(env)) {
    if (!name.startsWith('CANARY_') || known.includes(name)) continue;
    const hint = didYouMean(name, known, SLIP_EDITS);
    if (hint !== '' && !referred.includes(`"env:${name}"`)) throw badKey(name, `is unknown${hint}`);
  }
}

/** Every variable that sets something, in the order of the schema. */
export function variableNames(schema: Setting<unknown>, prefix = 'CANARY'): string[] {
  return Object.entries(schema.fields ?? {}).flatMap(([name, inner]) => {
    const variable = variableName(prefix, name);
    return inner.fields === undefined ? [variable] : variableNames(inner, variable);
  });
}

function variableName(prefix: string, key: string): string {
  return `${prefix}_${key.replace(/[A-Z]/g, (letter) => `_${letter}`).toUpperCase()}`;
}

/** Checked here as well as in the whole, so that a message names the variable. */
function readVariable(variable: string, text: string, setting: Setting<unknown>, env: Environment) {
  const value = setting.fromVariable === undefined ? text : setting.fromVariable(text);
  setting.parse(value, { key: variable, env });
  return value;
}

function isMap(value: unknown): value is Tree {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
