import type { Accepted, Adapter, HttpResponse, Intent, Operation, Trouble } from '../adapter.ts';
import { readErrorCode, readRefusal, readTrouble } from '../shared/answers.ts';
import { estimateClip } from '../shared/estimates.ts';
import { checkLimits, refuseDuration } from '../shared/limits.ts';
import { checkApi, checkElement } from './checks.ts';
import { current } from './current.ts';
import { type Dialect, ORIGIN } from './dialect.ts';
import { describeCode, kindOfCode } from './errors.ts';
import {
  ACCESS_KEY,
  API_KEY,
  adviceOnKeys,
  apiOfKeys,
  authorizeKling,
  KEY_ALIASES,
  SECRET_KEY,
} from './keys.ts';
import { legacy } from './legacy.ts';
import { type Api, IMAGE_MAX_BYTES, modelsAt, specOf } from './models.ts';
import { type KlingOptions, klingOptions } from './options.ts';
import { outcomeOf } from './outcome.ts';
import { parametersOf } from './parameters.ts';
import { furtherFacts, service } from './service.ts';

const dialects: Readonly<Record<Api, Dialect>> = { current, legacy };

export const kling: Adapter<KlingOptions> = createKling(new Set());

/** The adapter where these keys are set: which of its two APIs it asks follows from them. */
function createKling(keys: ReadonlySet<string>): Adapter<KlingOptions> {
  const apiOfKey = apiOfKeys(keys);
  const apiFor = ({ api }: KlingOptions): Api => api ?? apiOfKey;
  const explain = (code: number | null, message: string | null, api: Api) =>
    describeCode(code, message, adviceOnKeys(keys, api));

  /** By code before status: HTTP 429 is also said of an empty account. */
  const readCoded = (response: HttpResponse, trouble: Trouble, api: Api): Trouble => {
    const code = Number(readErrorCode(response));
    const kind = kindOfCode(code);
    return kind == null
      ? trouble
      : { ...trouble, kind, message: explain(code, trouble.message, api) };
  };

  return {
    id: 'kling',
    title: 'Kling',
    runsOn: 'remote',
    revision: 1,
    origins: [ORIGIN],
    secrets: [API_KEY],
    alternativeSecrets: [[ACCESS_KEY, SECRET_KEY]],
    secretAliases: KEY_ALIASES,
    baseUrlVariable: 'KLING_BASE_URL',
    models: modelsAt[apiOfKey],
    // "The system imposes no QPS limit": what is limited is how many tasks run at once (code 1303).
    pacing: { requestsPerMinute: null, firstPollMs: 2_000, maxPollMs: 15_000 },
    service,
    furtherFacts,
    options: klingOptions,
    uploads: {
      character: {
        kind: 'inline',
        maxBytes: IMAGE_MAX_BYTES[apiOfKey],
        // "Do NOT add any prefix like data:image/png;base64,. Submit only the raw Base64 string."
        encode: (base64) => base64,
      },
    },
    withKeys: createKling,
    optionsAsSent: (options) => ({ ...options, api: apiFor(options) }),

    validate(job, facts) {
      const api = apiFor(job.options);
      const spec = specOf(api, job.model);
      return [
        ...checkLimits(spec, job, facts),
        ...refuseDuration(spec, job),
        ...checkElement(api, job),
        ...checkApi(api, job.options, keys),
      ];
    },
    estimate: (job, facts) => estimateClip(specOf(apiFor(job.options), job.model), job, facts),
    parameters: parametersOf,
    authorize: authorizeKling,

    submit: (job, facts, urls, correlationId) =>
      dialects[apiFor(job.options)].submit(job, facts, urls, correlationId),
    accepted(response, job): Accepted {
      const api = apiFor(job.options);
      const { code, message, tasks } = dialects[api].read(response);
      const id = tasks?.[0]?.id;
      if (id != null) return { kind: 'operation', operation: operationOf(api, id) };
      const kind = kindOfCode(code);
      if (kind == null) throw new Error(message ?? 'the answer carries no id of a task');
      return {
        kind: 'failure',
        failure: { kind, message: explain(code, message, api), billed: 'no' },
      };
    },

    // The current API, whose answer is a list, and the legacy one.
    jobNames: {
      id: 'taskId',
      places: [
        ['data', 'task_id'],
        ['data', 'id'],
      ],
      alwaysIn: ['status'],
    },
    status: (operation) => ({
      method: 'GET',
      url: dialects[apiOf(operation)].statusUrl(String(operation.taskId)),
    }),
    progress(response, operation, job) {
      const api = apiOf(operation);
      const { message, tasks } = dialects[api].read(response);
      const task =
        tasks?.find(({ id }) => id === operation.taskId) ?? tasks?.find(({ id }) => id == null);
      if (task == null || task.status === '') {
        const note = message ?? 'an answer without a status';
        return { state: 'pending', note: tasks == null ? note : `not about the task (${note})` };
      }
      return outcomeOf(task, api, job);
    },

    lookup: {
      request: (intent) => ({
        method: 'GET',
        url: dialects[apiOfIntent(intent)].lookupUrl(intent.correlationId),
      }),
      found(response, intent) {
        const api = apiOfIntent(intent);
        const { code, message, tasks } = dialects[api].read(response);
        const ids = tasks?.flatMap(({ id }) => (id == null ? [] : [id])) ?? [];
        // An empty list is an answer of the current API; a task without an id is none of either.
        if (tasks?.length === ids.length && (ids.length > 0 || code === 0)) {
          const matches = tasks.filter(
            ({ correlationId }) => correlationId === intent.correlationId,
          );
          const ours = matches.flatMap(({ id }) => (id == null ? [] : [id]));
          return {
            matches: ours.map((id) => operationOf(api, id)),
            candidates: ids.filter((id) => !ours.includes(id)),
          };
        }
        // 1203: "the requested resource does not exist"; 404 is also 1202, a wrong method.
        if (code === 1203) return { matches: [], candidates: [] };
        throw new Error(explain(code, message ?? 'the answer carries no task', api));
      },
      missingStatuses: [404],
      // Nobody documents how soon after a lost answer the task must be findable.
      absenceProvesAfterMs: null,
    },

    refused(response, job) {
      const failure = readRefusal(response);
      const api = job == null ? apiOfKey : apiFor(job.options);
      return failure.billed === 'no'
        ? { ...failure, ...readCoded(response, failure, api) }
        : failure;
    },
    trouble: (response) => readCoded(response, readTrouble(response), apiOfKey),
  };
}

/** The legacy API goes without saying: operations of earlier versions name none. */
function operationOf(api: Api, taskId: string): Operation {
  return api === 'legacy' ? { taskId } : { taskId, api };
}

function apiOf({ api }: Operation): Api {
  return api === 'current' ? 'current' : 'legacy';
}

function apiOfIntent({ job }: Intent<KlingOptions>): Api {
  return job.options.api ?? 'legacy';
}
