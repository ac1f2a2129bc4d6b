import { readYaml, YamlMistake, type YamlText } from '../../contract/read-yaml.ts';
import { isYaml, readText } from '../files/read-document.ts';

export type Located = YamlText;

/** Reads a JSON or, by its ending, YAML file, and where in it everything stands. Throws a Fault, a YamlMistake with a place. */
export async function readLocated(what: string, file: string): Promise<Located> {
  const text = await readText(what, file);
  const kind = isYaml(file) ? 'YAML' : 'JSON';
  if (kind === 'JSON') checkJson(text); // YAML takes more than JSON does
  return readAs(kind, text);
}

function checkJson(text: string): void {
  try {
    JSON.parse(text);
  } catch (error) {
    readAs('JSON', text); // tells the place, where it is no YAML either
    throw new YamlMistake(`is no JSON: ${(error as Error).message}`, { line: 1, column: 1 }, error);
  }
}

function readAs(kind: string, text: string): Located {
  try {
    return readYaml(text);
  } catch (error) {
    if (!(error instanceof YamlMistake)) throw error;
    throw new YamlMistake(`is no ${kind}: ${error.message}`, error.place, error);
  }
}
