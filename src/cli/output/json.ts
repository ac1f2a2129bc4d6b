/** One document for machines; a number that cannot be given becomes null, as the contract has it. */
export function renderJson(value: unknown): string {
  return `${JSON.stringify(value, null, 2)}\n`;
}
