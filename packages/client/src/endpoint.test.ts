import { describe, expect, it } from 'vitest';
import { normaliseEndpoint } from './endpoint.js';

const OWN = ['', '/v1', '/v1/chat/completions', '/v1/completions', '/v1/responses', '/v1/embeddings', '/v1/models'];

describe('normaliseEndpoint', () => {
  it.each(OWN.flatMap((own) => [own, `${own}/`, `${own}//`]))('leaves the base of http://host:1%s', (own) => {
    expect(normaliseEndpoint(`http://host:1${own}`)).toBe('http://host:1');
    expect(normaliseEndpoint(`https://gateway/team/llm${own}`)).toBe('https://gateway/team/llm');
  });

  it.each([
    ['http://[::1]:8000/v1', 'http://[::1]:8000'],
    ['https://[2001:db8::1]', 'https://[2001:db8::1]'],
    ['HTTP://Host:80/', 'http://host'],
    ['https://host:443/v1', 'https://host'],
    ['http://host/v1/v1', 'http://host/v1'],
    ['http://host/v10', 'http://host/v10'],
    ['http://host/myv1', 'http://host/myv1'],
    ['http://host/api//v1', 'http://host/api'],
  ])('makes %s into %s', (endpoint, base) => {
    expect(normaliseEndpoint(endpoint)).toBe(base);
    expect(normaliseEndpoint(base)).toBe(base === 'http://host/v1' ? 'http://host' : base);
  });

  it.each([
    ['host:8000', 'endpoint: it does not begin with http:// or https://'],
    ['no url', 'endpoint: not a URL'],
    ['', 'endpoint: not a URL'],
    ['http://name:sk-secret@host', 'user names and passwords'],
    ['http://host/v1?key=sk-secret', 'a query or a fragment'],
    ['http://host/#part', 'a query or a fragment'],
  ])('refuses "%s"', (endpoint, message) => {
    expect(() => normaliseEndpoint(endpoint)).toThrow(message);
    expect(() => normaliseEndpoint(endpoint)).not.toThrow(/sk-secret/);
  });
});
