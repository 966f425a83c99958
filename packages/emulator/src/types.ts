export type Tier = 'standard' | 'pro';
export type Orientation = 'image' | 'video';

/** What an engine gets to make one result video from. */
export interface PerformRequest {
  readonly characterBytes: Uint8Array;
  readonly motionBytes: Uint8Array;
  /** Name in the registry. */
  readonly provider: string;
  readonly tier: Tier;
  readonly orientation: Orientation;
  readonly keepOriginalSound: boolean;
  /** Longest length of the result. */
  readonly seconds: number;
  readonly prompt: string | undefined;
}

/** Makes the result: the bytes of an MP4, equal for equal requests. */
export type Performer = (request: PerformRequest) => Promise<Uint8Array>;

/** One line of the bill a provider would send. */
export interface BillEntry {
  /** Name in the registry. */
  readonly provider: string;
  readonly jobId: string;
  readonly model: string;
  readonly tier: Tier;
  readonly seconds: number;
  readonly microUsd: number;
  /** The parameters as they came over the wire. */
  readonly parameters: Readonly<Record<string, unknown>>;
  readonly inputs: { readonly characterSha256: string; readonly motionSha256: string };
  readonly state: 'charged' | 'refunded';
  readonly atMs: number;
}
