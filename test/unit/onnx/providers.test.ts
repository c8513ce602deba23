import assert from 'node:assert/strict';
import { test } from 'node:test';
import { candidates, type Machine, reasonAgainst } from '../../../src/onnx/providers.ts';

const BARE: Machine = { platform: 'linux', env: {}, gpuDrivers: [], hasLibrary: () => false };
const INTEL: Machine = { ...BARE, gpuDrivers: ['i915'] };

test('auto ends with the CPU, and a provider asked for by name is the only one', () => {
	assert.deepEqual(candidates('auto', INTEL), ['cuda', 'webgpu', 'cpu']);
	assert.deepEqual(candidates('webgpu', BARE), ['webgpu']);
});

test('auto is the CPU where there is no real GPU', () => {
	assert.deepEqual(candidates('auto', BARE), ['cpu']);
	for (const driver of ['vgem', 'virtio_gpu', 'bochs-drm']) {
		assert.deepEqual(candidates('auto', { ...BARE, gpuDrivers: [driver] }), ['cpu']);
	}
	assert.equal(candidates('auto', { ...BARE, gpuDrivers: ['vgem', 'amdgpu'] }).length, 3);
	assert.equal(candidates('auto', { ...BARE, platform: 'darwin' }).length, 3);
	assert.equal(reasonAgainst('webgpu', true, INTEL), null);
});

test('auto declines a software adapter that Vulkan is set to, which may be asked for by name', () => {
	const env = { VK_ICD_FILENAMES: '/usr/lib/chromium/vk_swiftshader_icd.json' };
	assert.match(reasonAgainst('webgpu', true, { ...INTEL, env }) ?? '', /software adapter/);
	assert.equal(reasonAgainst('webgpu', false, { ...BARE, env }), null);
	const lavapipe = { VK_DRIVER_FILES: '/usr/share/vulkan/icd.d/lvp_icd.x86_64.json' };
	assert.match(reasonAgainst('webgpu', true, { ...INTEL, env: lavapipe }) ?? '', /lvp_icd/);
});

test('CUDA and TensorRT need their libraries', () => {
	for (const provider of ['cuda', 'tensorrt'] as const) {
		assert.match(reasonAgainst(provider, false, INTEL) ?? '', /not installed/);
		const installed = { ...INTEL, hasLibrary: (name: string) => name === provider };
		assert.equal(reasonAgainst(provider, false, installed), null);
	}
});

test('nothing speaks against the CPU', () => {
	assert.equal(reasonAgainst('cpu', true, BARE), null);
});
