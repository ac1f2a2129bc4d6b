import { isRecord, parseJson } from '../asking/read-json.ts';

/** The words of an error and of its first cause, from a refusal. */
export function readElasticError(body: string): string | undefined {
  const answer = parseJson(body);
  if (!isRecord(answer)) return /^\s*</.test(body) ? undefined : body.trim() || undefined;
  const { error, message } = answer;
  if (typeof error === 'string') return error;
  if (!isRecord(error)) return typeof message === 'string' ? message : undefined;
  const told = [error, ...causesOf(error)].flatMap(({ type, reason }) =>
    typeof reason === 'string' && reason !== ''
      ? [typeof type === 'string' ? `${type}: ${reason}` : reason]
      : [],
  );
  const words = [...new Set(told)].slice(0, 2).join('; ');
  return words === '' ? undefined : words;
}

/** Kinds of an error and of all its causes. */
export function typesOfError(body: string): string[] {
  const answer = parseJson(body);
  const error = isRecord(answer) ? answer['error'] : undefined;
  if (!isRecord(error)) return [];
  return [error, ...causesOf(error)].flatMap(({ type }) =>
    typeof type === 'string' ? [type] : [],
  );
}

function causesOf(error: Record<string, unknown>): Record<string, unknown>[] {
  const { root_cause: roots, caused_by: cause, failed_shards: shards } = error;
  const reasons = (Array.isArray(shards) ? shards : []).map((shard) =>
    isRecord(shard) ? shard['reason'] : undefined,
  );
  const direct = [...(Array.isArray(roots) ? roots : []), cause, ...reasons].filter(isRecord);
  return direct.flatMap((one) => [one, ...(isRecord(one['caused_by']) ? [one['caused_by']] : [])]);
}
