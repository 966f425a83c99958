export interface KlingOptions {
  /** Tasks that may run at once; more are answered 429 with code 1303. Unlimited by default. */
  readonly parallelTasks?: number;
  /** Requests of any kind in one second; more are answered 429 with code 1302. Unlimited by default. */
  readonly requestsPerSecond?: number;
  /** What the account is short of: answered 429 with this code. */
  readonly accountTrouble?: 1100 | 1101 | 1102;
  /** Whether a second task with the same `external_task_id` is refused. "Must be unique", so it is. */
  readonly repeatedExternalId?: 'refused' | 'accepted';
  /** What the account pays with: a pack of units (default), or a balance. */
  readonly paysFrom?: 'units' | 'balance';
  /** Whether the legacy API makes tasks for an API key too; nobody says so. Reads are answered either way. */
  readonly legacyCreatesWithApiKey?: 'accepted' | 'refused';
  /** How an image inside a request to the current API has to be written; its page says "Base64". */
  readonly inlineImage?: 'base64' | 'data-uri';
}
