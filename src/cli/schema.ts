import type { Command } from './command.ts';
import { loadContractOnce } from './files/load-contract-once.ts';
import { parseOptions } from './parse-options.ts';

export const schemaCommand: Command = {
  help: `Usage: canary schema > config.schema.json

Prints the JSON Schema of a config, as a service serves it at /api/v1/schemas/config.json. An editor with YAML's language
server checks a file that begins with

  # yaml-language-server: $schema=config.schema.json
`,
  async run(args) {
    parseOptions('schema', {}, args);
    const schema = (await loadContractOnce()).configSchema();
    process.stdout.write(`${JSON.stringify(schema, null, 2)}\n`);
    return 0;
  },
};
