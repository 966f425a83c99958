import { describe, expect, test } from 'vitest';
import { findOutputProblem, findPathProblem, findUrlProblem } from '../../src/media/path-rules.ts';

describe('a path', () => {
  test.each([
    ['git~1/config', 'git~1, which is .git'],
    ['GIT~1/hooks/a.mp4', 'GIT~1, which is .git'],
    ['a/Git~2/b', 'Git~2, which is .git'],
    ['gi7eba~1/config', 'which is .git'],
    ['.g\u0456t/config', 'which is .git'],
    ['.\uff47it/config', 'which is .git'],
    ['.gi\u0301t/config', 'which is .git'],
    ['.g\u200cit/config', 'U+200C'],
    ['a\u202egpm.4pm', 'U+202E'],
    ['a\u2066b.mp4', 'U+2066'],
    ['a\u200bb.mp4', 'U+200B'],
    ['a\ufeffb.mp4', 'U+FEFF'],
    ['a\u00adb.mp4', 'U+00AD'],
    ['a\u2028b.mp4', 'U+2028'],
    ['a\u0085b.mp4', 'U+0085'],
    ['\u{e0041}.mp4', 'U+E0041'],
    ['c\u043en/a.png', 'a name that Windows reserves'],
    ['\uff23ON.png', 'a name that Windows reserves'],
  ])('%j is refused', (path, reason) => {
    expect(findPathProblem(path)).toContain(reason);
  });

  test.each([
    '\u8e0a\u308a/\u30ad\u30e3\u30e9.png',
    'Z\u00fcrich/caf\u00e9.png',
    '\u043c\u043e\u0441\u043a\u0432\u0430.png',
    '\ud83c\udfac.png',
    'git~1a/b.png',
    'digit~1/b.png',
    '.gitignored/b.png',
  ])('%j is none of these', (path) => {
    expect(findPathProblem(path)).toBeNull();
  });
});

describe('an output', () => {
  test.each([
    ['##[set-output name=x]yes.mp4', '##['],
    ['a/##[error]b.mp4', '##['],
    ['.g\u0456thub/a.mp4', '.github'],
    ['.GitHub/a.mp4', '.github'],
    ['dr\u0430fts/a.mp4', 'a name of ours'],
    ['D\u0280AFTS/a.mp4', null],
    ['plan.js\u043en/a.mp4', 'a name of ours'],
  ])('%j: %s', (path, reason) => {
    if (reason == null) expect(findOutputProblem(path)).toBeNull();
    else expect(findOutputProblem(path)).toContain(reason);
  });
});

describe('an address', () => {
  test.each([
    ['https://h/a"b.png', '%22'],
    ["https://h/a'b.png", '%27'],
    ['https://h/<b>.png', '%3C'],
    ['https://h/a>.png', '%3E'],
    ['https://h/a`.png', '%60'],
    ['https://h/a\u202e.png', 'U+202E'],
    ['https://h/\u200b.png', 'U+200B'],
  ])('%j is refused', (url, reason) => {
    expect(findUrlProblem(url)).toContain(reason);
  });

  test.each(['https://h/a%22b.png', 'https://h/a(b)!.png?x=1', 'https://h/\u8e0a\u308a.png'])(
    '%j is taken',
    (url) => {
      expect(findUrlProblem(url)).toBeNull();
    },
  );
});
