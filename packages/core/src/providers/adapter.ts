import type { ZodType } from 'zod';
import type { Issue } from '../model/issue.ts';
import type { Json } from '../model/json/json.ts';
import type { MediaFacts } from '../model/media/media.ts';
import type { Charge, JobPrice } from '../model/money.ts';
import type { Estimate } from '../model/plan.ts';
import type { ModelName, Orientation, Tier } from '../model/transfer.ts';

/** What planning knows of whoever makes a transfer: a company, or the free draft engine on this machine. */
export interface Provider<Options = Json> {
  /** Ledger and lockfile key; never renamed. */
  readonly id: string;
  readonly title: string;
  /** `local` makes the video here: no key, no URLs, no money, and never instead of a bought one. */
  readonly runsOn: 'remote' | 'local';
  /** Recorded beside every fingerprint; raised when the same job would come out differently. */
  readonly revision: number;
  /** By the seller's own id. One of each name at most: a transfer asks by the name. */
  readonly models: Readonly<Record<string, ModelSpec>>;
  /** Strict: an unknown key is an error, never passed through to a paid API. */
  readonly options: ZodType<Options>;
  /** Assets that it takes from a local file; for an asset that is absent it needs a URL. */
  readonly uploads?: Uploads;
  /**
   * Whether the `duration` that is sent is all that can be billed, however long the clip is that the provider reads.
   * Only where that is documented is it relied on. Absent where nothing of the kind is sent.
   */
  readonly billsDuration?: Sourced<boolean>;
  /** Absent for what runs on this machine. */
  readonly service?: ServiceFacts;

  validate(job: Job<Options>, facts: MediaFacts): readonly Issue[];
  estimate(job: Job<Options>, facts: MediaFacts): Estimate;
  /** What will be asked for, without URLs and secrets: enters the fingerprint. */
  parameters(job: Job<Options>, facts: MediaFacts): Json;
}

/**
 * One provider's API in one pure file. An adapter describes requests and reads responses; it never
 * fetches, sleeps or reads the environment. The runner acts.
 */
export interface Adapter<Options = Json> extends Provider<Options> {
  readonly runsOn: 'remote';
  /** The only origins that ever receive `authorize()` headers. The first is the API's own. */
  readonly origins: readonly string[];
  /** Environment variables that move the further origins, by origin; each further origin needs one. */
  readonly furtherBaseUrlVariables?: Readonly<Record<string, string>>;
  /** Names of the environment variables that hold its keys; only the shells read them. */
  readonly secrets: readonly string[];
  /** Further sets of such variables. Any one set suffices. */
  readonly alternativeSecrets?: readonly (readonly string[])[];
  /** Older names, by the name that counts where both are set. */
  readonly secretAliases?: Readonly<Record<string, string>>;
  /** Environment variable that moves the API's base URL (without the version path). */
  readonly baseUrlVariable: string;
  readonly pacing: Pacing;
  readonly service: ServiceFacts;
  /** What else is known or assumed of its API, by what it is about: for `docs/providers.md`. */
  readonly furtherFacts?: Readonly<Record<string, Sourced<string>>>;

  /** `url` is the request's: with several sets of keys, not every API of a provider takes each of them. */
  authorize(secrets: Secrets, nowMs: number, url: string): Readonly<Record<string, string>>;
  /**
   * The adapter as it is with these keys set (by the names in `secrets`), where the kind of key decides which
   * API is asked. Fingerprints never depend on that: another key is no reason to buy again.
   */
  withKeys?(names: ReadonlySet<string>): Adapter<Options>;
  /**
   * The options as an intent records them: what the keys decided is filled in, so that a lost answer is looked
   * for where the request was sent, whichever keys are set by then.
   */
  optionsAsSent?(options: Options): Options;
  /** `correlationId` is ours, minted before the POST and written down: sent along where the API has a field for it. */
  submit(job: Job<Options>, facts: MediaFacts, urls: AssetUrls, correlationId: string): HttpRequest;
  /** Reads a 2xx answer to `submit`. A throw means: outcome unknown, never sent again. */
  accepted(response: HttpResponse, job: Job<Options>): Accepted;
  /**
   * Which job an answer to a question is about: what is said of another one never ends ours and is never its
   * video. Only `purchase/wait/read-answer.ts` compares.
   */
  readonly jobNames: JobNames;
  /** `null` when the operation holds nothing to ask by. */
  status(operation: Operation, job: Job<Options>): HttpRequest | null;
  /** Reads a 2xx answer to `status`. */
  progress(response: HttpResponse, operation: Operation, job: Job<Options>): Progress;
  /** Reads a 2xx answer to the request for the result, where `Progress` says `ready`. */
  result?(response: HttpResponse, operation: Operation, job: Job<Options>): Settled;
  /** Absent where the provider cannot be asked about a submit whose answer was lost. */
  readonly lookup?: Lookup<Options>;
  /** Reads an answer to `submit` other than 2xx. `billed: 'unknown'` means that the outcome is unknown. */
  refused(response: HttpResponse, job?: Job<Options>): Failure;
  /**
   * Reads an answer other than 2xx to a question about a paid job (its status, its result, a look-up) and to
   * an upload. It tells why there is no answer and nothing about the job, so it settles nothing.
   */
  trouble(response: HttpResponse): Trouble;
  /**
   * Reads an answer other than 2xx to a question about a paid job: how the job ended, where a documented, typed
   * error says so; else `null`. Absent where no such error is documented. `status` is the answer that said that
   * the job is over, where its result was asked for then. It counts once it was said several times in a row.
   */
  ended?(response: HttpResponse, asked: Question, status?: HttpResponse): Failure | null;
  /**
   * Cancels a job that has not started. Its answer settles nothing: only what the status says afterwards does.
   * Absent unless cancelling such a job is documented as free; see `ServiceFacts.cancelling`.
   */
  cancel?(operation: Operation): HttpRequest;
  /** Prices as the provider tells them by API; reading them costs nothing. */
  readonly priceList?: PriceList;
}

/** What the documentation says of the service besides its limits, for `docs/providers.md` and for choices. */
export interface ServiceFacts {
  /** Whose machines run the model: two providers with one backend are no fallback for each other. */
  readonly backend: Sourced<string>;
  /** What a failed job costs. */
  readonly refunds: Sourced<string>;
  /** How a job is found whose answer was lost, or why it cannot be. */
  readonly lostAnswers: Sourced<string>;
  /** Where the figure comes from that is recorded as the charge. */
  readonly charges: Sourced<string>;
  /** Whether a job that waits in the queue is cancelled with `on-cancel: cancel`, and what that costs. */
  readonly cancelling: Sourced<string>;
}

/** A figure with its origin: `documented` blocks when broken, `borrowed` (from elsewhere) and `assumed` warn. */
export interface Sourced<Value> {
  readonly value: Value;
  readonly basis: 'documented' | 'borrowed' | 'assumed';
  readonly source: string;
}

export interface PriceRow {
  readonly microUsdPerSecond: number;
  /**
   * Set where the price is no documented one: what is held instead, an upper bound. A warning names it.
   */
  readonly heldMicroUsdPerSecond?: number;
  /** `documented` is the provider's own page; anything else warns. Default: `documented`. */
  readonly basis?: Sourced<unknown>['basis'];
  readonly source: string;
  /** Day the source was read, `YYYY-MM-DD`. */
  readonly checkedOn: string;
}

/** How an account's own prices are read, so that a plan can tell when our rows are off. */
export interface PriceList {
  request(model: string): HttpRequest;
  /** Reads a 2xx answer: micro-dollars per second, `null` for a tier it does not price by the second. */
  read(response: HttpResponse, model: string): Readonly<Record<Tier, number | null>>;
}

/** Input limits, price rows and retention of one model: data, not code. */
export interface ModelSpec {
  /** Of the provider, as messages call it. */
  readonly title: string;
  /** Our name of the model; `null` stands for every one: the draft engine's. */
  readonly name: ModelName | null;
  readonly prices: Readonly<Record<Tier, PriceRow>>;
  readonly maxSeconds: Readonly<Record<Orientation, Sourced<number>>>;
  readonly minSeconds: Sourced<number>;
  readonly imageFormats: Sourced<readonly string[]>;
  readonly imageMaxBytes: Sourced<number>;
  readonly imageMinSide: Sourced<number>;
  /** Smallest and largest width / height. */
  readonly imageAspect: Sourced<readonly [number, number]>;
  readonly videoContainers: Sourced<readonly string[]>;
  readonly videoMaxBytes: Sourced<number>;
  readonly videoSides: Sourced<readonly [number, number]>;
  readonly videoFramesPerSecond: Sourced<readonly [number, number]>;
  readonly promptMaxCharacters: Sourced<number>;
  readonly retentionDays: Sourced<number>;
  /** Longer than any job takes, queue included: one that is still pending then is shown to a person. */
  readonly longestHours: Sourced<number>;
}

/** How often this provider may be called. One limiter covers submits and polls of the whole account. */
export interface Pacing {
  readonly requestsPerMinute: Sourced<number> | null;
  /** Wait before the first poll; it grows by half each time up to `maxPollMs`. */
  readonly firstPollMs: number;
  readonly maxPollMs: number;
}

/** One transfer as an adapter sees it. */
export interface Job<Options = Json> {
  readonly model: string;
  readonly prompt: string | null;
  readonly tier: Tier;
  readonly orientation: Orientation;
  readonly keepOriginalSound: boolean;
  readonly durationSeconds: number | null;
  readonly options: Options;
  /** Counts instead of the price row of the model: see `priceOf`. */
  readonly price?: JobPrice | null;
}

/** What `submit` puts into its request: an https URL, or what an `InlineUpload` made of the bytes. */
export interface AssetUrls {
  readonly character: string;
  readonly motion: string;
}

export type AssetRole = keyof AssetUrls;

/** How a local file reaches the provider without a URL of ours, asset by asset. */
export type Uploads = Readonly<Partial<Record<AssetRole, InlineUpload | StoredUpload>>>;

/** A file to be handed over. */
export interface UploadFile {
  readonly role: AssetRole;
  /** Ours, e.g. `character.png`: the name in the repository is nobody's business. */
  readonly name: string;
  /** By content, e.g. `image/png`. */
  readonly contentType: string;
  readonly bytes: number;
}

/** The bytes travel inside the submit itself, so nobody but the provider ever sees them. */
export interface InlineUpload {
  readonly kind: 'inline';
  /** Of the file, before it is encoded. */
  readonly maxBytes: Sourced<number>;
  /** What `submit` gets as this asset's URL: bare base64, a data URI, whatever the field wants. */
  encode(base64: string, file: UploadFile): string;
}

/**
 * The provider's own storage: `begin`, then the parts in any order, then `finish`. Uploads are free
 * and repeatable. A request to one of the adapter's own origins is authorized; every other https
 * address gets the bytes and no credentials.
 */
export interface StoredUpload {
  readonly kind: 'stored';
  /** `public-link`: whoever has the address can read the file, as far as is known. `private`: only the provider can. */
  readonly visibility: Sourced<'public-link' | 'private'>;
  readonly maxBytes: Sourced<number>;
  readonly retention: Sourced<string>;
  /** Asks for a place, or brings the whole file along. */
  begin(file: UploadFile): UploadRequest;
  /** Reads a 2xx answer to `begin`. A throw ends the upload: nothing was bought. */
  opened(response: HttpResponse, file: UploadFile): OpenUpload;
  /** Sent when every part was answered with 2xx; `answers` stand in the order of the parts. */
  finish?(url: string, answers: readonly HttpResponse[]): UploadRequest;
}

/** A place for the file. `url` is the address of the finished upload. */
export interface OpenUpload {
  readonly url: string;
  /** Empty when `begin` brought the whole file along. */
  readonly parts: readonly UploadRequest[];
  /** Where `finish` says that all parts are there; absent: nothing to finish. */
  readonly finishUrl?: string;
}

export interface UploadRequest {
  readonly method: 'POST' | 'PUT';
  readonly url: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body: UploadBody;
}

export type UploadBody =
  | { readonly kind: 'json'; readonly json: Json }
  /** A range of the file as it is; `content-type` is the file's own. */
  | { readonly kind: 'bytes'; readonly offset: number; readonly length: number }
  /** `multipart/form-data` with the whole file in `field`, named and typed as the file is. */
  | { readonly kind: 'form'; readonly field: string };

export type Secrets = Readonly<Record<string, string>>;

/** The provider's handle of a paid job, as plain JSON: it survives the process. */
export type Operation = { readonly [key: string]: Json };

export interface HttpRequest {
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  /** Absolute, at one of the adapter's own origins; the runner moves it when the base URL is moved. */
  readonly url: string;
  readonly json?: Json;
  /** Longest wait for the whole answer; the runner's default where absent. */
  readonly timeoutMs?: number;
}

export interface HttpResponse {
  readonly status: number;
  /** Lower-case names. */
  readonly headers: Readonly<Record<string, string>>;
  /** Parsed body, or `undefined` when it is not JSON. */
  readonly json: unknown;
  /** First characters of the body, for messages. */
  readonly text: string;
  /** A secret that it repeated was taken out: what it names may not be what the provider said. */
  readonly isRedacted: boolean;
}

/** A submit whose answer was lost, as it was written down before it was sent. */
export interface Intent<Options = Json> {
  readonly correlationId: string;
  readonly job: Job<Options>;
  /** As they were sent, without their queries (those may hold signatures). */
  readonly urls: AssetUrls;
  readonly sentAtMs: number;
}

/** How a provider is asked about a lost answer. Looking never sends anything again. */
export interface Lookup<Options = Json> {
  request(intent: Intent<Options>): HttpRequest;
  /** Reads a 2xx answer, or one of `missingStatuses`. */
  found(response: HttpResponse, intent: Intent<Options>): Found;
  /** Statuses other than 2xx that say plainly that there is no such job. */
  readonly missingStatuses: readonly number[];
  /**
   * How long after the submit a job that is not found provably was never accepted; `null` where nobody
   * documents that the listing is complete: then absence proves nothing and the hold stays.
   */
  readonly absenceProvesAfterMs: Sourced<number> | null;
}

export interface Found {
  /** Provably the job of this intent: it echoes our correlation id or our input URLs. */
  readonly matches: readonly Operation[];
  /** Jobs that may be it, for a person to decide about. */
  readonly candidates: readonly string[];
}

/** How an operation and the answers to questions about it name a job. */
export interface JobNames {
  /** The member of an `Operation` that holds the id. */
  readonly id: string;
  /** Where an answer names it, as members of members; lists are gone through. The first place that is filled counts. */
  readonly places: readonly (readonly string[])[];
  /**
   * Questions whose documented answer always names the job: an end without a video that names none is not taken
   * for one. Elsewhere the address that was asked decides.
   */
  readonly alwaysIn: readonly Question[];
}

/** What a finished job delivers. `reported` is the charge as far as the provider tells it. */
export interface Delivery {
  readonly url: string;
  readonly reported: Charge | null;
}

export type Accepted =
  | { readonly kind: 'operation'; readonly operation: Operation }
  /** A synchronous answer: the video is there already. */
  | { readonly kind: 'finished'; readonly operation: Operation; readonly delivery: Delivery }
  | { readonly kind: 'failure'; readonly failure: Failure };

export type Settled =
  | {
      readonly state: 'pending';
      readonly note?: string;
      readonly fraction?: number;
      /** The provider says plainly that it has not started. */
      readonly isQueued?: true;
    }
  | { readonly state: 'done'; readonly delivery: Delivery }
  | { readonly state: 'failed'; readonly failure: Failure };

export type Progress =
  | Settled
  /** Over, and reported by another request: it is sent at once and its answer read by `result`. */
  | { readonly state: 'ready'; readonly request: HttpRequest };

export type FailureKind =
  | 'auth'
  | 'input'
  | 'moderation'
  | 'quota'
  | 'rate-limit'
  | 'not-found'
  | 'expired'
  | 'cancelled'
  | 'transient'
  | 'provider';

/** What a question about a paid job asked for; `output` is the download of its video. */
export type Question = 'status' | 'result' | 'output';

/** Why a question was not answered. Knows nothing of money, because it is not about the job. */
export interface Trouble {
  readonly kind: FailureKind;
  readonly message: string;
  readonly retryAfterMs?: number;
}

/** How a request to buy, or a job, failed. */
export interface Failure extends Trouble {
  /** Whether money was taken for it, as far as the provider's documentation says. */
  readonly billed: 'no' | 'yes' | 'unknown';
  /** What it cost, where `billed` is `yes` and the provider tells it. */
  readonly reported?: Charge | null;
}
