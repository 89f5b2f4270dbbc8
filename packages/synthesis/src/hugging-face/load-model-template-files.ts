import { dirname, join } from 'node:path';
import { BenchmarkError } from '@aibrix/core/errors';
import { type DownloadOptions, downloadIfThere } from './download.js';
import { downloadedFile, dropDownloaded, keepDownloaded, readDownloaded } from './download-cache.js';
import { findInHubCache } from './hub-cache.js';
import { formatModelId, type ModelId } from './model-id.js';
import { offlineError } from './offline-error.js';
import { readIfThere } from './read-if-there.js';
import type { HuggingFaceSettings } from './settings.js';

/** A file and where it is from: a path, or an address. */
export interface FoundFile {
  file: string;
  bytes: Uint8Array;
}

/** The files that a model's chat template and special tokens stand in. Either may be missing. */
export interface TemplateFiles {
  /** `chat_template.jinja`, which goes before the template in the config. */
  template: FoundFile | undefined;
  /** `tokenizer_config.json`. */
  config: FoundFile | undefined;
}

const TEMPLATE_FILE_NAME = 'chat_template.jinja';
const CONFIG_FILE_NAME = 'tokenizer_config.json';

const foundIn = async (
  read: (file: string) => Promise<Uint8Array | undefined>,
  file: string,
): Promise<FoundFile | undefined> => {
  const bytes = await read(file);
  return bytes && { file, bytes };
};

/** The template files of a folder. */
export const readTemplateFiles = async (folder: string): Promise<TemplateFiles> => ({
  template: await foundIn(readIfThere, join(folder, TEMPLATE_FILE_NAME)),
  config: await foundIn(readIfThere, join(folder, CONFIG_FILE_NAME)),
});

/** Whether there is a template in the files, and one that can be used. */
const isUsable = (files: TemplateFiles, check: (files: TemplateFiles) => boolean): boolean => {
  try {
    return check(files);
  } catch (error) {
    if (BenchmarkError.is(error)) return false;
    throw error;
  }
};

/**
 * The template files of a model, by the same rules as its `tokenizer.json`: what this package downloaded, else what
 * another tool did, else a download. Where the config is, there its companion is too, or the model has none. Files of
 * another tool that cannot be used, or hold no template, are passed over as long as better ones may be had.
 *
 * @param options.check whether the files hold a template; throws for a file that cannot be used: it is not kept then
 * @param options.isOptional whether none of them is needed, so that being offline is no failure
 * @throws BenchmarkError as a download does; a file that the model does not have is `undefined`
 */
export const loadModelTemplateFiles = async (
  id: ModelId,
  settings: HuggingFaceSettings,
  options: DownloadOptions & { check: (files: TemplateFiles) => boolean; isOptional: boolean },
): Promise<TemplateFiles> => {
  const templateFile = { id, fileName: TEMPLATE_FILE_NAME };
  const configFile = { id, fileName: CONFIG_FILE_NAME };
  const keptTemplate = downloadedFile(templateFile, settings.cacheDir);
  const keptConfig = downloadedFile(configFile, settings.cacheDir);

  const config = await foundIn(readDownloaded, keptConfig);
  if (config) return { config, template: await foundIn(readDownloaded, keptTemplate) };

  const fromHub = await findInHubCache(configFile, settings.hubCacheDir);
  if (fromHub) {
    const files = await readTemplateFiles(dirname(fromHub.file));
    if (settings.isOffline || isUsable(files, options.check)) return files;
  }

  const { check, isOptional, ...download } = options;
  if (settings.isOffline && isOptional) return { template: undefined, config: undefined };
  if (settings.isOffline) throw offlineError(configFile);
  const address = `${settings.endpoint}/${formatModelId(id)}`;
  const downloaded = async (file: typeof configFile): Promise<FoundFile | undefined> => {
    const bytes = await downloadIfThere(file, settings, download);
    return bytes && { file: `${address}/${file.fileName}`, bytes };
  };
  const files = { template: await downloaded(templateFile), config: await downloaded(configFile) };
  check(files);
  await (files.template ? keepDownloaded(keptTemplate, files.template.bytes) : dropDownloaded(keptTemplate));
  // Last, because whoever finds the config does not ask for the template.
  if (files.config) await keepDownloaded(keptConfig, files.config.bytes);
  return files;
};
