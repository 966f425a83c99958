import type { ServiceFacts, Sourced } from '../adapter.ts';
import { CURRENT_PAGE, IMAGE_MAX_BYTES, LEGACY_PAGE } from './models.ts';

const KEYS_PAGE =
  'kling.ai/document-api, Authentication (read from copies of July to October 2026)';
const PAGES = `${CURRENT_PAGE}; ${LEGACY_PAGE}`;

export const service: ServiceFacts = {
  backend: { value: 'kling', basis: 'documented', source: PAGES },
  refunds: {
    value: 'not said; an answer whose deductions are all zero counts as free',
    basis: 'assumed',
    source: PAGES,
  },
  lostAnswers: {
    value: 'yes: by `external_task_id`, which is unique within an account',
    basis: 'documented',
    source: PAGES,
  },
  charges: {
    value:
      'units (`billing`, or `final_unit_deduction` of the legacy API) x $0.14, the list price of a unit, or what `prices` makes of it; dollars of a balance as `billing` tells them; nothing where a figure is not understood',
    basis: 'documented',
    source: PAGES,
  },
  cancelling: {
    value: 'never: no request that cancels is documented',
    basis: 'assumed',
    source: `${PAGES} (nothing there)`,
  },
};

/** What tells its two APIs apart, and what nobody documents about them. */
export const furtherFacts: Readonly<Record<string, Sourced<string>>> = {
  'API asked': {
    value:
      'with `KLINGAI_API_KEY` the current one (model in the path), with an access key and its secret key the legacy one, which has "no current plans for deprecation"; the option `api` overrides it',
    basis: 'documented',
    source: KEYS_PAGE,
  },
  'access key at the current API': {
    value: 'refused: HTTP 401, code 1002',
    basis: 'borrowed',
    source:
      'seen by a client on `GET /tasks`; "The new API supports authentication via API Key only"',
  },
  'API key at the legacy API': {
    value: 'reads are answered; creates are taken to work as well ("API Key (for all models)")',
    basis: 'assumed',
    source: 'seen by clients on reads only',
  },
  'image, most bytes at the legacy API': {
    ...IMAGE_MAX_BYTES.legacy,
    value: String(IMAGE_MAX_BYTES.legacy.value),
  },
  'host of the current API': {
    value: 'https://api-singapore.klingai.com, as of the legacy one',
    basis: 'documented',
    source: CURRENT_PAGE,
  },
  'a local image in a request to the current API': {
    value: 'bare Base64 in `contents[].url`; the option `inline-image` puts a prefix before it',
    basis: 'assumed',
    source: `${CURRENT_PAGE}: "via URL or Base64"`,
  },
  'a task of one API at the other': {
    value: 'not found, so a lost answer is looked for where the request was sent',
    basis: 'assumed',
    source: 'said nowhere',
  },
  'length of the output': {
    value:
      'that of the clip; shorter, but at least 3 s, where the motion is difficult or fast, cuts may be trimmed; billed by the length of the output',
    basis: 'documented',
    source: CURRENT_PAGE,
  },
};
