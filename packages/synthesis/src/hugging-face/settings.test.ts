import { describe, expect, it } from 'vitest';
import { huggingFaceSettings } from './settings.js';

describe('huggingFaceSettings', () => {
  it('has the defaults of the Hugging Face tools', () => {
    expect(huggingFaceSettings({ HOME: '/home/u' })).toEqual({
      endpoint: 'https://huggingface.co',
      token: undefined,
      isOffline: false,
      hubCacheDir: '/home/u/.cache/huggingface/hub',
      cacheDir: '/home/u/.cache/huggingface/aibrix',
    });
  });

  it.each([
    [{ XDG_CACHE_HOME: '/xdg' }, '/xdg/huggingface/hub', '/xdg/huggingface/aibrix'],
    [{ XDG_CACHE_HOME: '/xdg', HF_HOME: '/hf' }, '/hf/hub', '/hf/aibrix'],
    [{ HOME: '/home/u', HF_HOME: '~/hf', HF_HUB_CACHE: '/models' }, '/models', '/home/u/hf/aibrix'],
  ])('finds the caches by %j', (env, hubCacheDir, cacheDir) => {
    expect(huggingFaceSettings(env)).toMatchObject({ hubCacheDir, cacheDir });
  });

  it('prefers the folder that the caller names', () => {
    expect(huggingFaceSettings({ HF_HOME: '/hf' }, '/mine').cacheDir).toBe('/mine');
  });

  it.each(['1', 'true', 'YES', 'on'])('is offline by HF_HUB_OFFLINE=%s', (value) => {
    expect(huggingFaceSettings({ HF_HUB_OFFLINE: value }).isOffline).toBe(true);
  });

  it('takes a mirror with a slash at its end', () => {
    expect(huggingFaceSettings({ HF_ENDPOINT: 'http://mirror/hf/' }).endpoint).toBe('http://mirror/hf');
  });

  it.each([{ HF_ENDPOINT: 'mirror-secret' }, { HF_ENDPOINT: 'https://u:secret@mirror' }, { HF_TOKEN: 'a secret' }])(
    'refuses an impossible value without repeating it',
    (env) => {
      let message = '';
      try {
        huggingFaceSettings(env);
      } catch (error) {
        message = `${error}`;
      }
      expect(message).toMatch(/^BenchmarkError: HF_/);
      expect(message).not.toContain('secret');
    },
  );
});
