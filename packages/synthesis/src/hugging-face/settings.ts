import { homedir } from 'node:os';
import { join } from 'node:path';
import { BenchmarkError } from '@aibrix/core/errors';

/** What the environment says about Hugging Face, by the rules of its own tools. */
export interface HuggingFaceSettings {
  /** Base of download addresses, without a slash at its end. `HF_ENDPOINT`. */
  endpoint: string;
  /** `HF_TOKEN`. */
  token: string | undefined;
  /** Nothing may be downloaded. `HF_HUB_OFFLINE`. */
  isOffline: boolean;
  /** Folder that other tools download whole models to. `HF_HUB_CACHE`, else `hub` in `HF_HOME`. */
  hubCacheDir: string;
  /** Folder that this package downloads to; `aibrix` in `HF_HOME` unless the caller names one. */
  cacheDir: string;
}

type Environment = Record<string, string | undefined>;

const parseEndpoint = (text: string): string => {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  const isUsable = url !== undefined && /^https?:$/.test(url.protocol) && url.username === '' && url.password === '';
  if (isUsable) return text.replace(/\/+$/, '');
  // The value is not shown: it may hold a password.
  throw new BenchmarkError('usage', 'HF_ENDPOINT is not an http or https address without a user name', {
    hint: 'For example HF_ENDPOINT=https://huggingface.co, with the credentials in HF_TOKEN.',
  });
};

const parseToken = (text: string | undefined): string | undefined => {
  const token = text?.trim();
  if (!token) return undefined;
  if (/^[\x21-\x7e]+$/.test(token)) return token;
  throw new BenchmarkError('usage', 'HF_TOKEN holds characters that no token has', {
    hint: 'Copy the token again; it is a single word of ASCII characters.',
  });
};

/**
 * @param cacheDir where to keep downloads instead
 * @throws BenchmarkError `usage` when a variable has an impossible value; the message does not repeat it
 */
export const huggingFaceSettings = (env: Environment, cacheDir?: string | undefined): HuggingFaceSettings => {
  const userHome = env.HOME || homedir();
  const expand = (path: string): string => path.replace(/^~(?=\/|$)/, userHome);
  const home = expand(env.HF_HOME || join(env.XDG_CACHE_HOME || join(userHome, '.cache'), 'huggingface'));
  return {
    endpoint: parseEndpoint(env.HF_ENDPOINT || 'https://huggingface.co'),
    token: parseToken(env.HF_TOKEN),
    isOffline: /^(?:1|on|yes|true)$/i.test(env.HF_HUB_OFFLINE ?? ''),
    hubCacheDir: expand(env.HF_HUB_CACHE || join(home, 'hub')),
    cacheDir: cacheDir ?? join(home, 'aibrix'),
  };
};
