/** One key frame of 64 x 64 black pixels (H.264 baseline, luma 16), and what a decoder has to know before. */
export const BLACK_PICTURE = {
  data: Buffer.from('AAAAGGWIhAaokwoAA/vyTycnXXXXXXXXXXXXgA==', 'base64'),
  decoderConfig: {
    codec: 'avc1.42c00c',
    description: Buffer.from('AULADP/hABZnQsAM2hCbARAAAAMAEAAAAwPI8UKqAQAEaM48gA==', 'base64'),
  },
} as const;
