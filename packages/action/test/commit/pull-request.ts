export const OWN_BRANCH = 'motion-transfer/outputs-main';
export const ONLY = {
  wave: { commit: 'pull-request', only: 'animations/wave' },
  dance: { commit: 'pull-request', only: 'animations/dance' },
} as const;
