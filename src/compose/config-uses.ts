import { createBrowseConfigs } from '../analysis/configs/browse-configs.ts';
import { createKeepConfigs } from '../analysis/configs/keep-configs.ts';
import { createPreviewConfig } from '../analysis/configs/preview-config.ts';
import type { ConfigDirectory } from '../config-directory/config-directory.ts';
import type { Contract } from '../contract/contract.ts';
import { readYaml } from '../contract/read-yaml.ts';

type Parts = Omit<
  Parameters<typeof createKeepConfigs>[0] &
    Parameters<typeof createBrowseConfigs>[0] &
    Parameters<typeof createPreviewConfig>[0],
  'fileOf'
> & { configDirectory: ConfigDirectory; contract: Contract };

/** What is done with configs, wherever they come from. */
export function createConfigUses({ configDirectory, contract, ...rest }: Parts) {
  const { fileOf, problems } = configDirectory;
  const parts = { ...rest, fileOf };
  return {
    keepConfigs: createKeepConfigs(parts),
    browseConfigs: createBrowseConfigs(parts),
    previewConfig: createPreviewConfig(parts),
    readYaml,
    checkRequest: (request: unknown) => contract.checkSchema('AnalysisRequest', request),
    fileProblems: problems,
    troubles: () => problems().map(({ file, message }) => `${file}: ${message}`),
  };
}
