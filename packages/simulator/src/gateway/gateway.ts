import type { IncomingHttpHeaders } from 'node:http';
import type { Clock } from '@aibrix/core/clock';
import { createRandom, type Random } from '@aibrix/core/random';
import type { Exchange } from '../server/exchange.js';
import { choosePod } from './choose-pod.js';
import { type Fleet, podStateOf, type Replica } from './fleet.js';
import { GatewayError } from './gateway-error.js';
import { blocksOf, PrefixTable } from './prefix-table.js';
import { RateLimits } from './rate-limits.js';
import { type RoutedBody, readRoutedBody } from './routed-body.js';
import { parseRoutingStrategy, type WeightedStrategy } from './routing-strategy.js';
import { sessionIdOf } from './strategies/session-affinity.js';
import type { RoutedRequest } from './strategy.js';
import { UserTokens } from './user-tokens.js';

export interface GatewayOptions {
  fleet: Fleet;
  clock: Clock;
  seed: number | string;
  /** For requests without the header `routing-strategy`. Without it they are sent at random. */
  routingStrategy?: string | undefined;
  /** Requests a user may send in a minute. */
  rpm?: number | undefined;
  /** Tokens a user may be given in a minute, prompts included. */
  tpm?: number | undefined;
  /** Users that are known. Without it all are. */
  users?: readonly string[] | undefined;
  /** Whether a name is served. */
  isServed: (model: string) => boolean;
}

/** What stands before the engines: it lets requests in, and says where they run. */
export interface Gateway {
  /**
   * Lets a request in and assigns it to a pod, with the headers that tell so. A request to a single engine that asks for
   * no strategy and has no limits passes untouched.
   *
   * @throws GatewayError with AIBrix's `x-error-*` header when it may not pass
   */
  admit(exchange: Exchange, body: string): void;
  /** The request `id` ended, with the tokens it had. */
  ended(id: string, tokens: { promptTokens: number; outputTokens: number }): void;
  /** Takes the pod number `pod` down: its requests break off, and it gets no others. Or lets it come up again, with an empty table. */
  setUp(pod: number, isUp: boolean): void;
}

/** Characters of a wrong value that are sent back in a header. */
const MAX_ECHO = 256;

const headerOf = (headers: IncomingHttpHeaders, name: string): string | undefined => {
  const value = headers[name];
  const text = Array.isArray(value) ? value[0] : value;
  return text === '' ? undefined : text;
};

/** What a client sent, in the letters that a header may have, and not much of it. */
const headerValue = (text: string): string => encodeURI(text.slice(0, MAX_ECHO).toWellFormed());

/** Where a stream says its tokens only if it is asked to. */
const USAGE_IS_ASKED_AT: ReadonlySet<string> = new Set(['/v1/chat/completions', '/v1/completions']);

const pathOf = (url = ''): string => url.split('?', 1)[0] as string;

interface Admitted {
  exchange: Exchange;
  replica: Replica;
  user: string | undefined;
}

class RoutingGateway implements Gateway {
  readonly #options: GatewayOptions;
  readonly #random: Random;
  readonly #limits: RateLimits | undefined;
  readonly #prefixes = new PrefixTable();
  readonly #userTokens = new UserTokens();
  readonly #underWay = new Map<string, Admitted>();
  #turn = 0;

  constructor(options: GatewayOptions) {
    this.#options = options;
    this.#random = createRandom(options.seed, 'gateway');
    const { rpm, tpm } = options;
    if (rpm !== undefined || tpm !== undefined) this.#limits = new RateLimits({ rpm, tpm });
  }

  admit(exchange: Exchange, json: string): void {
    const { headers } = exchange.request;
    const asked = headerOf(headers, 'routing-strategy') ?? this.#options.routingStrategy;
    const user = headerOf(headers, 'user');
    if (asked === undefined && this.#isPlain(user)) return;
    exchange.setHeader('x-went-into-req-headers', 'true');
    const strategy = asked ?? 'random';
    const strategies = this.#strategiesOf(strategy);
    if (user !== undefined) this.#checkUser(user, exchange);
    const body = this.#checkBody(json, { user, path: pathOf(exchange.request.url) });
    const request: RoutedRequest = {
      user,
      sessionId: headerOf(headers, 'x-session-id'),
      sessionKey: headerOf(headers, 'x-aibrix-session-key'),
    };
    const replica = this.#route(strategies, request, body);
    const { name, address } = replica.pod;
    exchange.notes.pod = name;
    exchange.setHeader('routing-strategy', strategy);
    exchange.setHeader('target-pod', name);
    exchange.setHeader('target-pod-ip', address);
    if (strategies.some((item) => item.name === 'session-affinity')) {
      exchange.setHeader('x-session-id', sessionIdOf(address));
    }
    this.#options.fleet.assign(exchange.id, replica);
    this.#underWay.set(exchange.id, { exchange, replica, user });
  }

  ended(id: string, tokens: { promptTokens: number; outputTokens: number }): void {
    const admitted = this.#underWay.get(id);
    if (!admitted) return;
    this.#underWay.delete(id);
    this.#options.fleet.release(id, tokens);
    if (admitted.user === undefined) return;
    const nowMs = this.#options.clock.now();
    this.#userTokens.add(admitted.user, tokens, nowMs);
    this.#limits?.spend(admitted.user, tokens.promptTokens + tokens.outputTokens, nowMs);
  }

  setUp(pod: number, isUp: boolean): void {
    const replica = this.#options.fleet.replicas[pod];
    if (!replica || replica.isUp === isUp) return;
    replica.isUp = isUp;
    if (isUp) return;
    this.#prefixes.forget(replica.pod.name);
    for (const admitted of [...this.#underWay.values()]) if (admitted.replica === replica) admitted.exchange.reset();
  }

  /** Whether a request without a strategy meets nothing of a gateway. */
  #isPlain(user: string | undefined): boolean {
    const { fleet, users } = this.#options;
    const [only, ...others] = fleet.replicas;
    const isKnown = user === undefined || (this.#limits === undefined && users === undefined);
    return others.length === 0 && only?.isUp === true && isKnown;
  }

  #strategiesOf(text: string): readonly WeightedStrategy[] {
    const parsed = parseRoutingStrategy(text);
    if ('problem' in parsed) {
      const header = ['x-error-invalid-routing-strategy', headerValue(text)] as const;
      throw new GatewayError(400, `${parsed.problem}.`, { header, param: 'routing-strategy' });
    }
    return parsed;
  }

  #checkUser(user: string, exchange: Exchange): void {
    const { users, clock, rpm, tpm } = this.#options;
    if (users && !users.includes(user)) {
      throw new GatewayError(500, `The user "${user}" is not known.`, { header: ['x-error-user', 'true'] });
    }
    if (!this.#limits) return;
    const nowMs = clock.now();
    const breach = this.#limits.ask(user, nowMs);
    const { requests, tokens } = this.#limits.used(user, nowMs);
    exchange.setHeader('x-update-rpm', String(requests));
    exchange.setHeader('x-update-tpm', String(tokens));
    if (!breach) return;
    const { limit, retryAfterSeconds } = breach;
    const text = limit === 'rpm' ? `${rpm} requests` : `${tpm} tokens`;
    throw new GatewayError(429, `The user "${user}" has used up the ${text} of this minute.`, {
      header: [`x-error-${limit}-exceeded`, 'true'],
      code: 'rate_limit_exceeded',
      retryAfterSeconds,
    });
  }

  #checkBody(json: string, { user, path }: { user: string | undefined; path: string }): RoutedBody {
    const body = readRoutedBody(json);
    if (!body) {
      const header = ['x-error-request-body-processing', 'true'] as const;
      throw new GatewayError(400, 'The body is not a JSON object.', { header });
    }
    const { model, stream, includeUsage } = body;
    if (model === undefined) {
      const header = ['x-error-no-model-in-request', 'true'] as const;
      throw new GatewayError(400, 'The body names no model.', { header, param: 'model' });
    }
    if (!this.#options.isServed(model)) {
      const header = ['x-error-no-model-backends', headerValue(model)] as const;
      throw new GatewayError(400, `model ${model} does not exist`, { header, code: 'model_not_found', param: 'model' });
    }
    // Without usage in the stream AIBrix cannot count the tokens that it limits.
    const isUncounted = stream && !includeUsage && USAGE_IS_ASKED_AT.has(path);
    if (user !== undefined && this.#options.tpm !== undefined && isUncounted) {
      const header = ['x-error-no-stream-options-include-usage', 'true'] as const;
      const message = 'stream_options.include_usage must be true: the tokens of this user are limited.';
      throw new GatewayError(400, message, { header, param: 'stream_options' });
    }
    return body;
  }

  #route(strategies: readonly WeightedStrategy[], request: RoutedRequest, body: RoutedBody): Replica {
    const { fleet, clock } = this.#options;
    const up = fleet.replicas.filter(({ isUp }) => isUp);
    if (up.length === 0) {
      const header = ['x-error-no-model-backends', 'true'] as const;
      throw new GatewayError(503, `No pod of model ${body.model} is up.`, { header, code: 'service_unavailable' });
    }
    const pods = up.map(podStateOf);
    const usesPrefixes = strategies.some(({ name }) => name === 'prefix-cache');
    const blocks = usesPrefixes ? blocksOf(`${body.model}\u0000${body.promptText}`) : [];
    const turn = this.#turn;
    if (strategies.some(({ name }) => name === 'round-robin')) this.#turn++;
    const { user } = request;
    const chosen = choosePod(strategies, {
      request,
      pods,
      random: this.#random,
      turn,
      prefixMatches: () => this.#prefixes.matches(blocks, pods),
      userTokens: () => (user === undefined ? 0 : this.#userTokens.total(user, clock.now())),
    });
    const replica = up[chosen] as Replica;
    this.#prefixes.add(blocks, replica.pod.name);
    return replica;
  }
}

/** A gateway before `fleet`. */
export const createGateway = (options: GatewayOptions): Gateway => new RoutingGateway(options);
