import {
  answersTo,
  at,
  confirmed,
  decided,
  isAbout,
  isAddress,
  isSuccess,
  isText,
  lineOf,
  type ProviderAssumptions,
  successesOf,
  wrong,
} from './assumption.ts';
import { holds } from './common.ts';

const CLIENT = 'fal-js libs/client/src/queue.ts, 381105e (2026-08-02)';
const STORAGE = 'fal-js libs/client/src/storage.ts, 381105e (2026-08-02)';

export const fal: ProviderAssumptions = {
  provider: 'fal',
  covers: ['charges'],
  assumptions: [
    {
      id: 'request-paths',
      sentence:
        'Status and result lie at `/fal-ai/kling-video/requests/{id}`, without the rest of the model path.',
      source: CLIENT,
      check(evidence) {
        const answer = successesOf(evidence, 'submit').at(-1);
        const [id, url] = [at(answer?.json, 'request_id'), at(answer?.json, 'status_url')];
        if (!isText(id)) return null;
        if (!isText(url)) return wrong('the answer names no status_url');
        return decided(url.endsWith(`/fal-ai/kling-video/requests/${id}/status`), url);
      },
    },
    {
      id: 'result-not-ready',
      sentence:
        'The result of a COMPLETED request may still be refused with an untyped `detail` for a while.',
      source: 'the AI SDK and fal-js ask again after such answers',
      check(evidence) {
        const early = answersTo(evidence, 'result').find((answer) => !isSuccess(answer));
        return early == null ? null : decided(isText(at(early.json, 'detail')), lineOf(early));
      },
    },
    holds(
      {
        id: 'result-video-url',
        sentence: 'The result names the video in `video.url`.',
        source: 'fal-js libs/client/src/types/endpoints.ts, 381105e (2026-08-02)',
      },
      'result',
      ['video', 'url'],
      isAddress,
    ),
    {
      id: 'billable-units-header',
      sentence: 'The result has the header `x-fal-billable-units`, in seconds of the clip.',
      source: 'seen on other fal models that are billed by the second; documented nowhere',
      check(evidence) {
        const answer = successesOf(evidence, 'result').at(-1);
        if (answer == null) return null;
        const units = answer.headers['x-fal-billable-units'];
        if (units == null) return wrong('there is no such header');
        const isSeconds =
          isAbout(Number(units), evidence.clipSeconds) ||
          Number(units) === Math.ceil(evidence.clipSeconds);
        return decided(isSeconds, `${units} for a clip of ${evidence.clipSeconds} s`);
      },
    },
    {
      id: 'price-list-is-read',
      sentence: 'The price list names this model in dollars a second.',
      source: 'docs.fal.ai/platform-apis/v1/models/pricing; the unit of this model is not shown',
      check(evidence) {
        if (successesOf(evidence, 'price').length === 0) return null;
        const price = evidence.publishedMicroUsdPerSecond;
        return decided(
          price != null,
          price == null ? 'no row in dollars a second' : `$${price / 1e6}`,
        );
      },
    },
    {
      id: 'upload',
      sentence:
        'A file is stored by `initiate` and a PUT without a key; `file_url` is its address.',
      source: STORAGE,
      check(evidence) {
        const answers = answersTo(evidence, 'upload');
        const [begun] = answers;
        const refused = answers.find((answer) => !isSuccess(answer));
        if (begun == null) return null;
        if (refused != null) return wrong(lineOf(refused));
        return decided(isAddress(at(begun.json, 'file_url')), lineOf(begun));
      },
    },
    {
      id: 'upload-is-readable',
      sentence: 'The model reads a file from that storage.',
      source: `${STORAGE}; whether this model does is not said`,
      check: (evidence) =>
        evidence.isDone && successesOf(evidence, 'upload').length > 0
          ? confirmed('the job is done')
          : null,
    },
  ],
};
