import { renderConfigFields } from '../contract/reference/config-fields.ts';
import type { Command } from './command.ts';
import { loadContractOnce } from './files/load-contract-once.ts';
import { parseOptions } from './parse-options.ts';

export const schemaCommand: Command = {
  help: `Usage: canary schema [--markdown] > config.schema.json

Prints the JSON Schema of a config, as a service serves it at /api/v1/schemas/config.json. An editor with YAML's language
server checks a file that begins with

  # yaml-language-server: $schema=config.schema.json

  --markdown   every field as a page
`,
  async run(args) {
    const { markdown } = parseOptions('schema', { markdown: { type: 'boolean' } }, args);
    const schema = (await loadContractOnce()).configSchema();
    process.stdout.write(
      markdown === true ? renderConfigFields(schema) : `${JSON.stringify(schema, null, 2)}\n`,
    );
    return 0;
  },
};
