// Writes what is made from the schema: config/foreframe.example.yaml and config/schema.json. `npm run generate`.
import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { exampleYaml } from './example.ts';
import { configJsonSchema } from './json-schema.ts';

const pathOf = (name: string) => fileURLToPath(new URL(`../../config/${name}`, import.meta.url));

writeFileSync(pathOf('foreframe.example.yaml'), exampleYaml());
writeFileSync(pathOf('schema.json'), `${JSON.stringify(configJsonSchema(), null, '\t')}\n`);
execFileSync('biome', ['format', '--write', pathOf('schema.json')], { stdio: 'inherit' });
