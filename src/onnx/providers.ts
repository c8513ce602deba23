import { existsSync, readdirSync, readlinkSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { InferenceOptions, Provider, Runtime } from './options.ts';

/** What `auto` tries, in this order. TensorRT builds its engines for minutes at start, so somebody has to ask for it. */
const AUTO: readonly Provider[] = ['cuda', 'webgpu', 'cpu'];
/** Kernel drivers of display devices that cannot compute: pictures are drawn by the CPU behind them. */
const SOFTWARE_DRIVERS = [
	'vgem',
	'vkms',
	'bochs-drm',
	'cirrus',
	'ast',
	'mgag200',
	'simpledrm',
	'virtio-pci',
	'virtio_gpu',
];
const SOFTWARE_VULKAN = /swiftshader|lvp_icd|lavapipe|llvmpipe/i;

/** What can be known of the machine without loading a driver. */
export interface Machine {
	readonly platform: string;
	readonly env: Readonly<Record<string, string | undefined>>;
	/** Kernel drivers of the render nodes under /dev/dri, and `nvidia` for /dev/nvidia0. */
	readonly gpuDrivers: readonly string[];
	/** Whether the runtime's library for this provider is beside it. */
	hasLibrary(provider: 'cuda' | 'tensorrt'): boolean;
}

/**
 * Providers to try, the best first. `auto` on a machine without a GPU is the CPU, and nothing needs to be said about it.
 */
export function candidates(provider: InferenceOptions['provider'], machine: Machine): readonly Runtime[] {
	if (provider !== 'auto') return [provider];
	return hasGpu(machine) ? AUTO : ['cpu'];
}

/**
 * Why a provider is not worth loading on this machine, or null. `auto` also declines software adapters, which somebody
 * may ask for by name.
 */
export function reasonAgainst(provider: Runtime, auto: boolean, machine: Machine): string | null {
	switch (provider) {
		case 'cpu':
		// Whether it is there is found when its process is started.
		case 'tensorflow':
			return null;
		case 'cuda':
		case 'tensorrt':
			if (!machine.hasLibrary(provider)) return "the runtime's library for it is not installed";
			return null;
		case 'webgpu': {
			if (!auto) return null;
			const icd = machine.env['VK_DRIVER_FILES'] ?? machine.env['VK_ICD_FILENAMES'] ?? '';
			if (SOFTWARE_VULKAN.test(icd)) return `Vulkan is set to a software adapter, ${icd}`;
			return null;
		}
	}
}

export function thisMachine(): Machine {
	return {
		platform: process.platform,
		env: process.env,
		gpuDrivers: readDrivers(),
		hasLibrary: (provider) => existsSync(join(runtimeFolder(), `libonnxruntime_providers_${provider}.so`)),
	};
}

/** Only Linux tells cheaply; elsewhere a desktop or a Mac has one. */
function hasGpu({ platform, gpuDrivers: drivers }: Machine): boolean {
	return platform !== 'linux' || drivers.some((driver) => !SOFTWARE_DRIVERS.includes(driver));
}

function readDrivers(): string[] {
	const drivers = existsSync('/dev/nvidia0') ? ['nvidia'] : [];
	if (!existsSync('/dev/dri')) return drivers;
	for (const node of readdirSync('/dev/dri').filter((name) => name.startsWith('renderD'))) {
		try {
			drivers.push(basename(readlinkSync(`/sys/class/drm/${node}/device/driver`)));
		} catch {
			// In some containers the node is there and /sys is not; what it is shows when it is tried.
			drivers.push('unknown');
		}
	}
	return drivers;
}

function runtimeFolder(): string {
	const entry = fileURLToPath(import.meta.resolve('onnxruntime-node'));
	return join(dirname(entry), '..', 'bin', 'napi-v6', process.platform, process.arch);
}
