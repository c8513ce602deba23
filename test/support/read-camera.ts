// A stand-in for the daemon that can be killed: reads the source in its argument and prints a line for every frame.
import { watchSource } from './watched-source.ts';

const source = watchSource(JSON.parse(process.argv[2] ?? ''));
let printed = 0;
setInterval(() => {
	while (printed < source.frames.length) process.stdout.write(`${printed++}\n`);
}, 20);
