import * as z from 'zod';

export const klingOptions = z.strictObject({
  api: z
    .enum(['current', 'legacy'])
    .exactOptional()
    .describe(
      'Which of its APIs is asked. By default the kind of key decides: `current` (`/motion-control/kling-3.0`) with `KLINGAI_API_KEY`, else `legacy` (`/v1/videos/motion-control`). The current one takes an API key only.',
    ),
  'inline-image': z
    .enum(['base64', 'data-uri'])
    .exactOptional()
    .describe(
      'How a local image stands in a request to the current API, whose page says "Base64" and no more: bare by default (as the legacy API demands), or with the prefix `data:image/png;base64,`. An assumption.',
    ),
  watermark: z
    .boolean()
    .exactOptional()
    .describe('Have a watermarked video made too (`watermark_info`), and take that one.'),
  'element-id': z
    .string()
    .regex(/^[1-9]\d{0,18}$/, 'must be the number of an element, in quotes')
    .exactOptional()
    .describe(
      'An element of your library (one at most; orientation `video` only; not with `kling-v2-6` at the current API). In quotes: the number is too long for JSON numbers, and is sent as text. An assumption at the legacy API.',
    ),
});
export type KlingOptions = z.output<typeof klingOptions>;
