/** What a bad network does to one request. */
export const PROXY_FAULTS = [
  /** The connection ends before the request is passed on. */
  'dropped',
  /** The request is answered behind the proxy; its answer never arrives. */
  'answer-lost',
  /** 503, and the request is not passed on. */
  'unavailable',
  /** The first half of the answer, then the connection ends. */
  'truncated',
  /** The first half of the answer, as if that were all of it. */
  'shortened',
] as const;
export type ProxyFault = (typeof PROXY_FAULTS)[number];

export interface ProxiedRequest {
  /** 1 for the first. */
  readonly number: number;
  readonly method: string;
  /** With the query. */
  readonly path: string;
}

/** Decides about each request as it arrives; `undefined` lets it pass. */
export type ChooseFault = (request: ProxiedRequest) => ProxyFault | undefined;

/** The same seed strikes the same requests, as long as they arrive in the same order. */
export function seededFaults(
  seed: number,
  shares: Readonly<Partial<Record<ProxyFault, number>>>,
): ChooseFault {
  const random = createRandom(seed);
  return () => {
    let rest = random();
    return PROXY_FAULTS.find((fault) => {
      rest -= shares[fault] ?? 0;
      return rest < 0;
    });
  };
}

/** The first request that fits gets the first fault, and so on; `undefined` lets one pass. */
export function scriptedFaults(
  faults: readonly (ProxyFault | undefined)[],
  fits: (request: ProxiedRequest) => boolean = () => true,
): ChooseFault {
  const left = [...faults];
  return (request) => (fits(request) ? left.shift() : undefined);
}

/** Uniform in [0, 1): a linear congruential generator (Numerical Recipes), mixed to spread small seeds. */
export function createRandom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    const mixed = Math.imul(state ^ (state >>> 15), 0x2c1b3c6d);
    return ((mixed ^ (mixed >>> 12)) >>> 0) / 2 ** 32;
  };
}
