import type { Redactor } from '@motion-transfer/core/shell';

/** What this action prints by itself. Everything else that the runner would obey is text of others. */
const COMMAND = /^::(?:debug|endgroup|error|group|notice|warning)(?: [^:\r\n]*)?::/;
const MASK = /^::add-mask::(.*)$/;

/**
 * Every line on its way to the log, also those of the artifact client and of Node: without the secrets, and
 * with no command in it but our own, in either grammar of the runner.
 */
export function guardOutput(redactor: Redactor): void {
  for (const stream of [process.stdout, process.stderr]) {
    const write: typeof stream.write = stream.write.bind(stream);
    const guarded = (chunk: string | Uint8Array, ...rest: readonly unknown[]): boolean => {
      const text = typeof chunk === 'string' ? chunk : Buffer.from(chunk).toString('utf8');
      return Reflect.apply(write, stream, [inertOutput(text, redactor), ...rest]);
    };
    stream.write = guarded;
  }
}

/** The same lines, each as the runner may see it. */
export function inertOutput(text: string, redactor: Redactor): string {
  return text
    .split(/(\r\n|\r|\n)/)
    .map((part) => inertLine(part, redactor))
    .join('');
}

function inertLine(line: string, redactor: Redactor): string {
  const mask = MASK.exec(line);
  // Only what is known as a secret may be masked: a mask for any word would hide what the log says.
  if (mask != null && redactor.knows(unescapeData(mask[1] ?? ''))) return line;
  const [command = ''] = COMMAND.exec(line) ?? [];
  return command + inertText(redactor.redact(line.slice(command.length)), command === '');
}

function inertText(text: string, isStart: boolean): string {
  const withoutOld = text.replaceAll('##[', '# #[');
  return isStart ? withoutOld.replace(/^(\s*):(?=:)/, '$1:\u200a') : withoutOld;
}

function unescapeData(text: string): string {
  return text.replaceAll('%0D', '\r').replaceAll('%0A', '\n').replaceAll('%25', '%');
}
