/** One run of a JavaScript action, as the runner would start it. */
export interface ActionOptions {
  /** The script: `main` or `post` of the action. */
  readonly bundle: string;
  /** GITHUB_WORKSPACE and the working directory. */
  readonly workspace: string;
  /** The Node executable; this process's own by default. */
  readonly node?: string;
  /** Before the script. */
  readonly nodeArguments?: readonly string[];
  readonly inputs?: Readonly<Record<string, string>>;
  /** The inputs' defaults from action.yml; like the runner, every one is passed. */
  readonly defaults?: Readonly<Record<string, string>>;
  /** What `${{ github.token }}` in a default stands for: nothing. */
  readonly token?: string;
  /** Added last, so it overrides; the parent's environment is not inherited except PATH and HOME. */
  readonly environment?: Readonly<Record<string, string>>;
  readonly event?: { readonly name: string; readonly payload?: Readonly<Record<string, unknown>> };
  /** The event says nothing about the repository, as a `schedule` may. */
  readonly withoutRepositoryData?: boolean;
  /** `owner/name`: `octo/animations`. */
  readonly repository?: string;
  readonly visibility?: 'public' | 'private';
  /** GITHUB_SHA: the workspace's HEAD, or forty zeros without one. */
  readonly sha?: string;
  readonly ref?: string;
  readonly runId?: number;
  readonly runAttempt?: number;
  readonly job?: string;
  readonly actor?: string;
  readonly retentionDays?: number;
  /** `post` gets `state` as STATE_*. */
  readonly phase?: 'main' | 'post';
  readonly state?: Readonly<Record<string, string>>;
}
