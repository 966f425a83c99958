/** An annotation that the step made. */
export interface Annotation {
  readonly level: 'error' | 'warning' | 'notice';
  readonly message: string;
  readonly title?: string;
  readonly file?: string;
  readonly line?: number;
  readonly endLine?: number;
  readonly column?: number;
  readonly endColumn?: number;
}

export interface Group {
  readonly title: string;
  readonly lines: readonly string[];
}

export interface WorkflowCommands {
  /** Lines that the runner obeys although no action of today prints them: text of others that came alive. */
  readonly unmeant: readonly string[];
  readonly annotations: readonly Annotation[];
  readonly groups: readonly Group[];
  readonly masks: readonly string[];
  readonly debugMessages: readonly string[];
}

interface Command {
  /** The old one is `##[name key=value;...]message`, anywhere in a line. */
  readonly grammar: 'old' | 'new';
  readonly name: string;
  readonly properties: Readonly<Record<string, string>>;
  readonly message: string;
}

/** Everything that the runner obeys (its CommandExtensions). */
const REGISTERED = new Set([
  'add-mask',
  'add-matcher',
  'add-path',
  'debug',
  'echo',
  'endgroup',
  'error',
  'group',
  'internal-set-repo-path',
  'notice',
  'remove-matcher',
  'save-state',
  'set-env',
  'set-output',
  'stop-commands',
  'warning',
]);
/** What an action prints today: the others are files by now. */
const MEANT = new Set(['add-mask', 'debug', 'endgroup', 'error', 'group', 'notice', 'warning']);

/** Reads lines of both grammars the way the runner does (its ActionCommand.cs). */
export function parseWorkflowCommands(log: string): WorkflowCommands {
  const annotations: Annotation[] = [];
  const groups: Group[] = [];
  const masks: string[] = [];
  const debugMessages: string[] = [];
  const unmeant: string[] = [];
  let openGroup: { title: string; lines: string[] } | undefined;
  let resumeToken: string | undefined;

  for (const line of log.split(/\r\n|\r|\n/)) {
    const command = parseCommand(line) ?? parseOldCommand(line);
    if (resumeToken !== undefined) {
      if (command?.name === resumeToken) resumeToken = undefined;
      continue;
    }
    if (command != null && isUnmeant(command)) unmeant.push(line);
    switch (command?.name) {
      case undefined:
        openGroup?.lines.push(line);
        break;
      case 'error':
      case 'warning':
      case 'notice':
        annotations.push(annotationOf(command.name, command));
        break;
      case 'add-mask':
        masks.push(command.message);
        break;
      case 'debug':
        debugMessages.push(command.message);
        break;
      case 'group':
        openGroup = { title: command.message, lines: [] };
        groups.push(openGroup);
        break;
      case 'endgroup':
        openGroup = undefined;
        break;
      case 'stop-commands':
        resumeToken = command.message;
        break;
    }
  }
  return { annotations, groups, masks, debugMessages, unmeant };
}

function parseCommand(line: string): Command | undefined {
  const match = /^\s*::([^\s:]+)(?: (.*?))?::(.*)$/s.exec(line);
  if (match === null) return undefined;
  const [, name = '', properties = '', message = ''] = match;
  return {
    grammar: 'new',
    name,
    properties: readProperties(properties, ','),
    message: unescapeData(message),
  };
}

function parseOldCommand(line: string): Command | undefined {
  const match = /##\[([^\s\]]+)(?: ([^\]]*))?\](.*)$/s.exec(line);
  const [, name = '', properties = '', message = ''] = match ?? [];
  if (!REGISTERED.has(name)) return undefined;
  return { grammar: 'old', name, properties: readProperties(properties, ';'), message };
}

function isUnmeant({ grammar, name }: Command): boolean {
  return REGISTERED.has(name) && (grammar === 'old' || !MEANT.has(name));
}

function readProperties(text: string, separator: ',' | ';'): Record<string, string> {
  const pairs = text
    .split(separator)
    .map((pair) => pair.trim())
    .filter((pair) => pair.includes('='))
    .map((pair): [string, string] => {
      const equals = pair.indexOf('=');
      return [pair.slice(0, equals), unescapeProperty(pair.slice(equals + 1))];
    });
  return Object.fromEntries(pairs);
}

function annotationOf(level: Annotation['level'], { properties, message }: Command): Annotation {
  const { title, file } = properties;
  const line = numberOf(properties.line);
  const endLine = numberOf(properties.endLine);
  const column = numberOf(properties.col);
  const endColumn = numberOf(properties.endColumn);
  return {
    level,
    message,
    ...(title !== undefined && { title }),
    ...(file !== undefined && { file }),
    ...(line !== undefined && { line }),
    ...(endLine !== undefined && { endLine }),
    ...(column !== undefined && { column }),
    ...(endColumn !== undefined && { endColumn }),
  };
}

function numberOf(text: string | undefined): number | undefined {
  return text === undefined || !/^\d+$/.test(text) ? undefined : Number(text);
}

function unescapeData(text: string): string {
  return text.replaceAll('%0D', '\r').replaceAll('%0A', '\n').replaceAll('%25', '%');
}

function unescapeProperty(text: string): string {
  return unescapeData(text.replaceAll('%3A', ':').replaceAll('%2C', ','));
}
