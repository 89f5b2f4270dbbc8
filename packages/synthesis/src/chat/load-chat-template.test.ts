import { once } from 'node:events';
import { cp, mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inspect } from 'node:util';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { TINY_BPE_FILE } from '../../test/tiny-bpe.js';
import { loadChatTemplate } from './load-chat-template.js';

const ID = 'org/model';
const TOKEN = 'hf_very_secret';
const OWN = '{{ bos_token }}{% for m in messages %}{{ m.content }}{{ eos_token }}{% endfor %}';
const JINJA = '{{ bos_token }}jinja:{{ messages[0].content }}';
const CONFIG = { bos_token: '<s>', eos_token: { content: '</s>', lstrip: false }, pad_token: null, chat_template: OWN };

const render = async (name: string, options = {}): Promise<string | undefined> =>
  (await loadChatTemplate(name, options))?.render([{ role: 'user', content: 'Hi' }]);

let folder: string;
const servers: Server[] = [];
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'aibrix-template-'));
});
afterEach(async () => {
  for (const server of servers.splice(0)) {
    server.closeAllConnections();
    server.close();
  }
  await rm(folder, { recursive: true });
});

const writeJson = (name: string, value: unknown): Promise<void> =>
  writeFile(join(folder, name), typeof value === 'string' ? value : JSON.stringify(value));

describe('loadChatTemplate of a folder', () => {
  beforeEach(() => cp(TINY_BPE_FILE, join(folder, 'tokenizer.json')));

  it('takes the template and the special tokens of the config', async () => {
    await writeJson('tokenizer_config.json', CONFIG);
    expect(await render(folder)).toBe('<s>Hi</s>');
    expect(await render(join(folder, 'tokenizer.json'))).toBe('<s>Hi</s>');
  });

  it('takes the file before the config', async () => {
    await writeJson('tokenizer_config.json', CONFIG);
    await writeJson('chat_template.jinja', JINJA);
    expect(await render(folder)).toBe('<s>jinja:Hi');
  });

  it('takes the file that it is given before both', async () => {
    await writeJson('tokenizer_config.json', CONFIG);
    await writeJson('chat_template.jinja', '{% broken');
    await writeJson('mine.jinja', '{{ eos_token }}{{ messages[0].content }}{{ mine }}');
    expect(await render(folder, { file: join(folder, 'mine.jinja'), variables: { mine: '!' } })).toBe('</s>Hi!');
  });

  it('refuses a template that prints a token which the config does not name', async () => {
    await writeJson('tokenizer_config.json', { eos_token: '</s>', chat_template: OWN });
    await expect(render(folder)).rejects.toMatchObject({
      code: 'tokenizer',
      message: expect.stringContaining('prints bos_token'),
    });
    await writeJson('tokenizer_config.json', { bos_token: null, eos_token: '</s>', chat_template: OWN });
    expect(await render(folder)).toBe('Hi</s>');
  });

  it('takes the default of several', async () => {
    const chat_template = [
      { name: 'tool_use', template: 'no{{ messages }}' },
      { name: 'default', template: OWN },
    ];
    await writeJson('tokenizer_config.json', { ...CONFIG, chat_template });
    expect(await render(folder)).toBe('<s>Hi</s>');
  });

  it('is undefined where there is none', async () => {
    expect(await loadChatTemplate(folder)).toBeUndefined();
    await writeJson('tokenizer_config.json', { bos_token: '<s>' });
    expect(await loadChatTemplate(folder)).toBeUndefined();
    expect(await loadChatTemplate('o200k_base')).toBeUndefined();
  });

  it('gives a built-in the template of a file', async () => {
    await writeJson('mine.jinja', '{{ messages[0].content }}!');
    expect(await render('o200k_base', { file: join(folder, 'mine.jinja') })).toBe('Hi!');
  });

  it('does not print nothing for a special token that nobody told it', async () => {
    await writeJson('chat_template.jinja', JINJA);
    await expect(loadChatTemplate(folder)).rejects.toMatchObject({
      code: 'tokenizer',
      message: expect.stringContaining('prints bos_token'),
      hint: expect.stringContaining('tokenizer_config.json'),
    });
    expect(await render(folder, { variables: { bos_token: '<b>' } })).toBe('<b>jinja:Hi');
  });

  it.each([
    ['tokenizer_config.json', '{"chat_template": "', /is not JSON/],
    ['tokenizer_config.json', '[]', /is not a JSON object/],
    [
      'tokenizer_config.json',
      { chat_template: [{ name: 'rag', template: 'x' }] },
      /nor a list with one named "default"/,
    ],
    ['tokenizer_config.json', { chat_template: 7 }, /neither a text/],
    ['tokenizer_config.json', { chat_template: '{% for m in messages %}' }, /cannot be parsed/],
    ['chat_template.jinja', '<!DOCTYPE html><html></html>', /is no chat template/],
  ])('names the broken %s %j', async (name, content, message) => {
    await writeJson(name, content);
    await expect(loadChatTemplate(folder)).rejects.toMatchObject({
      code: 'tokenizer',
      location: { file: join(folder, name) },
      message: expect.stringMatching(message),
      hint: expect.any(String),
    });
  });

  it('says that a file is not there', async () => {
    await expect(loadChatTemplate(folder, { file: join(folder, 'none.jinja') })).rejects.toMatchObject({
      code: 'file-not-found',
      hint: expect.any(String),
    });
    await expect(loadChatTemplate('/missing/folder')).rejects.toMatchObject({ code: 'file-not-found' });
  });
});

describe('loadChatTemplate of a Hugging Face id', () => {
  /** A hub that has `files`; what it is asked for is in `requests`. */
  const serve = async (files: Record<string, string>) => {
    const requests: string[] = [];
    const server = createServer((request, response) => {
      const name = request.url?.split('/').at(-1) ?? '';
      requests.push(`${name} ${request.headers.authorization ?? ''}`.trim());
      const content = files[name];
      response.writeHead(content === undefined ? 404 : 200).end(content ?? 'Entry not found');
    });
    servers.push(server);
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    return { env: { HF_HOME: folder, HF_ENDPOINT: endpoint }, requests };
  };
  const kept = (): Promise<string[]> =>
    readdir(join(folder, 'aibrix', 'tokenizers', 'org--model', 'main')).catch(() => []);

  it('downloads both files once, with the token', async () => {
    const { env, requests } = await serve({
      'tokenizer_config.json': JSON.stringify(CONFIG),
      'chat_template.jinja': JINJA,
    });
    expect(await render(ID, { env: { ...env, HF_TOKEN: TOKEN } })).toBe('<s>jinja:Hi');
    expect(await render(ID, { env: { ...env, HF_HUB_OFFLINE: '1' } })).toBe('<s>jinja:Hi');
    expect(requests).toEqual([`chat_template.jinja Bearer ${TOKEN}`, `tokenizer_config.json Bearer ${TOKEN}`]);
    expect(await kept()).toEqual([
      'chat_template.jinja',
      'chat_template.jinja.sha256',
      'tokenizer_config.json',
      'tokenizer_config.json.sha256',
    ]);
  });

  it('remembers that there was no file of its own', async () => {
    const { env, requests } = await serve({ 'tokenizer_config.json': JSON.stringify(CONFIG) });
    expect(await render(ID, { env })).toBe('<s>Hi</s>');
    expect(await render(ID, { env })).toBe('<s>Hi</s>');
    expect(requests).toEqual(['chat_template.jinja', 'tokenizer_config.json']);
  });

  it('forgets a file of its own that the model no longer has', async () => {
    const before = await serve({ 'tokenizer_config.json': JSON.stringify(CONFIG), 'chat_template.jinja': JINJA });
    await render(ID, { env: before.env });
    await writeFile(join(folder, 'aibrix', 'tokenizers', 'org--model', 'main', 'tokenizer_config.json'), 'changed');
    const after = await serve({ 'tokenizer_config.json': JSON.stringify(CONFIG) });
    expect(await render(ID, { env: after.env })).toBe('<s>Hi</s>');
    expect(await render(ID, { env: { ...after.env, HF_HUB_OFFLINE: '1' } })).toBe('<s>Hi</s>');
  });

  it('has none where the hub has neither', async () => {
    const { env } = await serve({});
    expect(await loadChatTemplate(ID, { env })).toBeUndefined();
  });

  it('takes the files from the cache of the Hugging Face tools', async () => {
    const snapshot = join(folder, 'hub', 'models--org--model', 'snapshots', 'c0ffee');
    await mkdir(snapshot, { recursive: true });
    await writeFile(join(snapshot, 'tokenizer_config.json'), JSON.stringify(CONFIG));
    const env = { HF_HOME: folder, HF_HUB_OFFLINE: '1' };
    expect(await render(ID, { env })).toBe('<s>Hi</s>');
    await writeFile(join(snapshot, 'chat_template.jinja'), JINJA);
    expect(await render(ID, { env })).toBe('<s>jinja:Hi');
  });

  it('downloads them when those in that cache cannot be used', async () => {
    const snapshot = join(folder, 'hub', 'models--org--model', 'snapshots', 'c0ffee');
    await mkdir(snapshot, { recursive: true });
    await writeFile(join(snapshot, 'tokenizer_config.json'), '{"bos_token": "<');
    const { env } = await serve({ 'tokenizer_config.json': JSON.stringify(CONFIG) });
    await expect(loadChatTemplate(ID, { env: { ...env, HF_HUB_OFFLINE: '1' } })).rejects.toMatchObject({
      location: { file: join(snapshot, 'tokenizer_config.json') },
    });
    expect(await render(ID, { env })).toBe('<s>Hi</s>');
  });

  it.each([
    ['tokenizer_config.json', '<html>Please log in</html>'],
    ['chat_template.jinja', '<html>Please log in</html>'],
  ])('keeps nothing when %s is an error page', async (name, page) => {
    const { env } = await serve({ 'tokenizer_config.json': JSON.stringify(CONFIG), [name]: page });
    await expect(loadChatTemplate(ID, { env })).rejects.toMatchObject({
      code: 'tokenizer',
      message: expect.stringContaining(`${env.HF_ENDPOINT}/${ID}/${name}`),
    });
    expect(await kept()).toEqual([]);
  });

  it('does not download offline, and does not take that for a model without a template', async () => {
    const { env, requests } = await serve({ 'tokenizer_config.json': JSON.stringify(CONFIG) });
    await expect(loadChatTemplate(ID, { env: { ...env, HF_HUB_OFFLINE: '1' } })).rejects.toMatchObject({
      code: 'tokenizer',
      message: expect.stringContaining('HF_HUB_OFFLINE'),
    });
    expect(requests).toEqual([]);
  });

  it('says that access is refused, without the token', async () => {
    const server = createServer((_, response) => response.writeHead(403).end('no'));
    servers.push(server);
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const HF_ENDPOINT = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const error = await loadChatTemplate(ID, { env: { HF_HOME: folder, HF_ENDPOINT, HF_TOKEN: TOKEN } }).catch(
      (e) => e,
    );
    expect(error).toMatchObject({
      code: 'tokenizer',
      message: expect.stringContaining('no access to the chat_template.jinja'),
    });
    expect(inspect(error, { depth: 10 })).not.toContain(TOKEN);
  });
});
