// Lets a worker thread that a test starts run the sources, as the test itself does: there `./x.js` is `./x.ts`, and
// `@aibrix/x` is the source of that package and not what was built of it. Preloaded with `--import`.
import { existsSync } from 'node:fs';
import { registerHooks } from 'node:module';
import { fileURLToPath } from 'node:url';
import { isMainThread } from 'node:worker_threads';

const packages = new URL('../packages/', import.meta.url);
const isSource = (url) => url?.startsWith(packages.href) && /^[^/]+\/src\//.test(url.slice(packages.href.length));

const sourceOf = (specifier, parent) => {
  const own = /^@aibrix\/(?<name>[\w-]+)(?:\/(?<part>[\w-]+))?$/.exec(specifier)?.groups;
  if (own) return new URL(`${own.name}/src/${own.part ? `${own.part}/` : ''}index.ts`, packages).href;
  if (!/^(\.|file:)/.test(specifier) || !specifier.endsWith('.js')) return undefined;
  const source = new URL(specifier.replace(/\.js$/, '.ts'), parent).href;
  return isSource(source) && existsSync(fileURLToPath(source)) ? source : undefined;
};

if (!isMainThread) {
  registerHooks({
    resolve(specifier, context, nextResolve) {
      const isOwn = isSource(context.parentURL) || specifier.startsWith(packages.href);
      return nextResolve((isOwn && sourceOf(specifier, context.parentURL)) || specifier, context);
    },
  });
}
