import { Agent, fetch } from 'undici';

/**
 * `fetch` of undici in place of the one that Node.js brings. That of Node.js 24 throws where nobody can catch it when a
 * server ends an answer without a length while its body waits to be read, as it does here while the disk is written.
 */
export const undiciFetch: typeof globalThis.fetch = async (input, init) => {
  const request = input instanceof Request ? input : new Request(input, init);
  const { url, method, headers, signal, redirect } = request;
  // Without a dispatcher of its own it would take the one that Node.js has made for all. One a request: downloads are few.
  const dispatcher = new Agent();
  const response = await fetch(url, { method, headers: Object.fromEntries(headers), signal, redirect, dispatcher });
  // The same standard, declared by two packages.
  return response as unknown as Response;
};
