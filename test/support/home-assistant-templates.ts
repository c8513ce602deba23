import { execFileSync } from 'node:child_process';
import { missing } from './peers.ts';

/** For a test's `skip`: Jinja, which Home Assistant renders its templates with. */
export const jinjaMissing = missing('jinja');

const SCRIPT = `
import json, sys
from jinja2 import StrictUndefined
from jinja2.sandbox import ImmutableSandboxedEnvironment
environment = ImmutableSandboxedEnvironment(undefined=StrictUndefined)
environment.filters["to_json"] = json.dumps
def value(text):
    try:
        return json.loads(text)
    except ValueError:
        return None
print(json.dumps([
    environment.from_string(job["template"]).render(value=job["text"], value_json=value(job["text"]))
    for job in json.load(sys.stdin)
]))
`;

/** As Home Assistant renders value templates; what is not there is an error, which Home Assistant only warns of. */
export function render(jobs: readonly { readonly template: string; readonly text: string }[]): readonly string[] {
	const output = execFileSync('/usr/bin/python3', ['-c', SCRIPT], { input: JSON.stringify(jobs), encoding: 'utf8' });
	return JSON.parse(output) as string[];
}
