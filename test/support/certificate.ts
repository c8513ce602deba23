import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** A certificate as cameras make it for themselves. */
export interface SelfSigned {
	/** Path of the certificate alone. */
	readonly path: string;
	/** Certificate and key as PEM text. */
	readonly pem: string;
}

/** Makes one with openssl, for a host of which nobody has heard, as theirs are. */
export function selfSigned(folder: string, name: string): SelfSigned {
	const [path, key] = [join(folder, `${name}.pem`), join(folder, `${name}.key`)];
	const kind = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-days', '2'];
	execFileSync('openssl', ['req', '-x509', ...kind, '-subj', `/CN=${name}.invalid`, '-keyout', key, '-out', path], {
		stdio: 'ignore',
	});
	return { path, pem: readFileSync(path, 'utf8') + readFileSync(key, 'utf8') };
}
