import { oneTransfer } from './workbench.ts';

const SPOKEN = `    prompt: |
      a robot waves
      and bows
`;

/** Its prompt has several lines. */
export const spokenConfig = oneTransfer('empiriolabs').replace(
  '    prompt: a robot waves\n',
  SPOKEN,
);

export const withCrlf = (text: string) => text.replaceAll(/\r?\n/g, '\r\n');
