import { Fault } from '../../errors.ts';
import type { SourceQuery } from '../../model/config.ts';
import { textField } from './query-fields.ts';
import type { SeriesRequest } from '../source.ts';
import { substitute } from './string-substitutor.ts';

/**
 * The custom filter of a Kayenta-shaped query with its variables filled in; undefined when it has none.
 * `attributes` are the names a vendor binds from the scope and the query, beside all parameters. Fault
 * texts are Kayenta's own, because its users search for them.
 */
export function expandCustomFilter(
  request: SeriesRequest,
  attributes: readonly string[],
): string | undefined {
  if (textField(request.query, 'customFilter') !== undefined) {
    throw invalid(
      'CanaryMetricSetQueryConfig.customFilter is deprecated, use CanaryMetricSetQueryConfig.customInlineTemplate instead.',
    );
  }
  const escaped = chooseTemplate(request.query, request.templates);
  if (escaped === undefined) return undefined;
  // Kayenta hides `${` from its own expression language by a backslash; both forms may arrive.
  const template = escaped.replaceAll('$\\{', '${');
  try {
    return substitute(template, bindVariables(request, attributes));
  } catch (cause) {
    const text = `Problem evaluating custom filter template: ${template}`;
    throw invalid(`${text} (${(cause as Error).message})`, cause);
  }
}

function chooseTemplate(query: SourceQuery, templates: Record<string, string>): string | undefined {
  const inline = textField(query, 'customInlineTemplate') ?? '';
  if (inline !== '') return inline;
  const name = textField(query, 'customFilterTemplate') ?? '';
  if (name === '') return undefined;
  if (Object.keys(templates).length === 0) {
    throw invalid(
      `Custom filter template '${name}' was referenced, but no templates were defined.`,
    );
  }
  if (!Object.hasOwn(templates, name)) {
    throw invalid(`Custom filter template '${name}' was not found.`);
  }
  return templates[name];
}

/** Later overrides earlier: scope, query, parameters. An empty scope or location is not bound. */
function bindVariables(
  { scope, query }: SeriesRequest,
  attributes: readonly string[],
): Map<string, string> {
  const ofScope: Record<string, string> = { scope: scope.scope, location: scope.location };
  const bindings = new Map<string, string>();
  for (const attribute of attributes) {
    const value = textField(query, attribute) || ofScope[attribute];
    if (value) bindings.set(attribute, value);
  }
  for (const [name, value] of Object.entries(scope.parameters)) bindings.set(name, value);
  return bindings;
}

function invalid(message: string, cause?: unknown): Fault {
  return new Fault('invalid-query', message, { cause });
}
