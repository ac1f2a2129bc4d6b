import { bindTemplate, type Dialect } from '../queries/template-engine.ts';

/**
 * A query whose values of others stand beside it as parameters, and those of `own` in it. Names that differ only in what
 * no parameter may be called by stay apart.
 */
export function bindParameters(
  template: string,
  dialect: Dialect,
  values: ReadonlyMap<string, string>,
  own: ReadonlyMap<string, string>,
): { text: string; params: Record<string, string> } {
  const byName = new Map<string, string>();
  const params: Record<string, string> = {};
  const text = bindTemplate(template, dialect, new Map([...values, ...own]), (name) => {
    const known = own.get(name);
    if (known !== undefined) return known;
    let parameter = byName.get(name) ?? `p_${name.replaceAll(/\W/g, '_')}`;
    while (!byName.has(name) && Object.hasOwn(params, parameter)) parameter += '_';
    byName.set(name, parameter);
    params[parameter] = values.get(name)!;
    return `$${parameter}`;
  });
  return { text: text.trim(), params };
}
