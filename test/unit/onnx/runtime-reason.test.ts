import assert from 'node:assert/strict';
import { test } from 'node:test';
import { runtimeReason } from '../../../src/onnx/runtime-reason.ts';

test('what a person reads of a failed runtime is its reason, not the place in its source', () => {
	const message =
		'/onnxruntime_src/onnxruntime/core/providers/webgpu/webgpu_context.cc:136 onnxruntime::webgpu::WebGpuContext::Initialize(const onnxruntime::webgpu::WebGpuContextConfig&)::<lambda()> adapter_result.status == wgpu::RequestAdapterStatus::Success was false. Failed to get a WebGPU adapter: No supported adapters \n';
	assert.equal(runtimeReason(message), 'Failed to get a WebGPU adapter: No supported adapters');
	assert.equal(runtimeReason('Load model from memory failed: no graph'), 'Load model from memory failed: no graph');
});
