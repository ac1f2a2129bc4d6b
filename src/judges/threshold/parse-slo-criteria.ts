import { parseCriterion } from './criterion.ts';
import { fieldsOf, invalid, isAbsent, listOf } from './slo-fields.ts';

/** What the contract allows: an imported config is never refused later. */
const LONGEST_CRITERION = 200;
const MOST_CRITERIA = 20;

/** `[{criteria: [...]}, ...]`; each criterion must be one that the judge can read. */
export function parseAlternatives(given: unknown, place: string): string[][] {
  if (isAbsent(given)) return [];
  const alternatives = listOf(given, place);
  if (alternatives.length > MOST_CRITERIA) {
    throw invalid(place, `has more than ${MOST_CRITERIA} alternatives`);
  }
  return alternatives.map((alternative, index) => {
    const at = `${place}/${index}/criteria`;
    const criteria = listOf(fieldsOf(alternative, `${place}/${index}`)['criteria'], at);
    if (criteria.length === 0) throw invalid(at, 'is empty; leave the alternative out');
    if (criteria.length > MOST_CRITERIA)
      throw invalid(at, `has more than ${MOST_CRITERIA} criteria`);
    return criteria.map((criterion, i) => readCriterion(criterion, `${at}/${i}`));
  });
}

/** The text of a criterion, for which Keptn knows an operator and a number. */
function readCriterion(given: unknown, place: string): string {
  const text = String(given).replaceAll(/\s/g, '');
  const [, operator, limit = ''] = /^(<=|<|=|>=|>)(.*)$/s.exec(text) ?? [];
  if (operator === undefined || limit === '') {
    const needed = 'an operator (<, <=, =, >=, >) and a number, for example <=600 or <+10%';
    throw invalid(place, `holds "${clip(text)}", which is not ${needed}`);
  }
  const unit = /^[+-]?[\d.]+([a-z\u00b5]+(?:\/[a-z]+)?)$/i.exec(limit)?.[1];
  if (unit !== undefined) {
    const advice = `write the number alone, in the unit of the SLI`;
    throw invalid(place, `holds "${clip(text)}", and limits have no unit ("${unit}"): ${advice}`);
  }
  if (text.length <= LONGEST_CRITERION && isNumber(text)) return text;
  throw invalid(place, `holds "${clip(text)}", which Keptn does not know`);
}

function isNumber(criterion: string): boolean {
  try {
    return parseCriterion(criterion, []).limit.kind !== 'formula';
  } catch {
    return false; // no formula either
  }
}

function clip(text: string): string {
  return text.length <= 40 ? text : `${text.slice(0, 40)}...`;
}
