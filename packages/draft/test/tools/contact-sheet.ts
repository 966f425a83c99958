import { writeContactSheet } from '../../src/contact-sheet.ts';

const [output, ...clips] = process.argv.slice(2);
await writeContactSheet(clips, output ?? 'sheet.png', 8, clips.length > 2 ? 200 : 300);
