/** Said by a writer when it has started and has not written yet. */
export const READY = 'ready\n';

export type WriterPlace =
  | {
      readonly kind: 'git';
      readonly remoteUrl: string;
      readonly token: string | null;
      readonly temporaryDirectory: string;
    }
  | { readonly kind: 'file'; readonly path: string };
