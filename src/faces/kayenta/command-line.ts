import { parseKayentaConfig, parseKayentaThresholds } from './format/parse-config.ts';
import { parseKayentaPairs } from './format/parse-pairs.ts';
import { copyKayenta } from './import/copy.ts';
import { judgeKayentaCase } from './judge-case.ts';
import { readKayentaYml } from './kayenta-yml/kayenta-yml.ts';

/** Kayenta's JSON, where commands read configs, series and batches. */
export const kayentaFormat = {
  isConfig,
  parseConfig: parseKayentaConfig,
  parseThresholds: parseKayentaThresholds,
  parsePairs: parseKayentaPairs,
  judgeCase: judgeKayentaCase,
};

/** Fields that only Kayenta's configs have give one away. */
function isConfig(document: unknown): boolean {
  if (!isObject(document)) return false;
  if ('classifier' in document) return true;
  const metrics = Array.isArray(document['metrics']) ? document['metrics'] : [];
  return metrics.some(
    (metric) =>
      isObject(metric) &&
      ('analysisConfigurations' in metric ||
        (isObject(metric['query']) && 'type' in metric['query'])),
  );
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}

/** `canary serve --kayenta-yml FILE`. */
export const kayentaYml = {
  option: 'kayenta-yml',
  help: `settings of an existing Kayenta, below --config: Prometheus accounts, names of stores,
                       port, remote judge; what cannot be taken over is named at start`,
  read: readKayentaYml,
};

/** `canary import kayenta`. */
export const kayentaCopy = {
  help: {
    usage: 'DIR|URL [--server URL] [--token-file FILE] [--source-token-file FILE] [--overwrite]',
    text: `kayenta copies canary configs, results and their series into a running service. Ids are kept, so that pipelines
and links go on working. What is already there is left alone: run it as often as you like.`,
    options: `  DIR                  a folder as Kayenta's object stores have it: DIR/canary_config/ID/NAME.json, and so on for
                       canary_archive, standalone_canary_archive, metric_pairs, metrics
  URL                  a running Kayenta; it lists no standalone analyses, so those come only from a folder`,
  },
  run: copyKayenta,
};
