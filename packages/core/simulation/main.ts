import { loadCore } from './core.ts';
import { liveThrough } from './history.ts';
import { noCounts } from './world.ts';

const core = await loadCore(new URL('../src', import.meta.url).pathname);
const counts = noCounts();
const from = Number(process.argv[2] ?? 1);
const n = Number(process.argv[3] ?? 200);
const told = process.argv[4] === 'trace';
const start = Date.now();
const kinds = new Map<string, number[]>();
for (let seed = from; seed < from + n; seed++) {
  const history = await liveThrough(core, seed, counts, told);
  if (told) console.log(history.story.join('\n'));
  const first = history.violations[0];
  if (first != null) {
    const name = `${first.invariant}: ${first.message.replace(/\d+/g, 'N').slice(0, 160)}`;
    const list = kinds.get(name) ?? [];
    list.push(seed);
    kinds.set(name, list);
  }
}
for (const [name, seeds] of [...kinds].sort((a, b) => b[1].length - a[1].length)) console.log(seeds.length, seeds.slice(0, 5).join(','), name);
console.log(counts, (Date.now() - start) / n, 'ms each', process.cpuUsage().user/1000/n);
