import { gpuFacts } from '../../lib/catalog/gpus';

test('peaks are dense: an H100 does 989 TFLOP/s at 16 bit, not the 1,979 of its sheet', () => {
  expect(gpuFacts('H100')).toMatchObject({ bf16DenseTflops: 989, fp8DenseTflops: 1_978, memoryGiB: 80, bandwidthGBps: 3_350 });
});

test('a precision that a GPU lacks is null, never zero', () => {
  expect(gpuFacts('A100-80GB').fp8DenseTflops).toBeNull();
  expect(gpuFacts('T4')).toMatchObject({ bf16DenseTflops: null, fp16DenseTflops: 65 });
  expect(gpuFacts('L4').nvlinkGBps).toBeNull();
});

test('a name may be written in any case', () => {
  expect(gpuFacts('l40s')).toEqual(gpuFacts('L40S'));
});

test('a name that stands for two sizes is refused with both', () => {
  expect(() => gpuFacts('A100', 'workloads.chat.gpu')).toThrow(
    "workloads.chat.gpu: GPU 'A100' is not in the catalogue. Hint: did you mean A100-40GB, A100-80GB?",
  );
});

test('an unknown name gets near ones', () => {
  expect(() => gpuFacts('L40')).toThrow("GPU 'L40' is not in the catalogue. Hint: did you mean L4, L40S, T4?");
});

test('figures that have no source that was read say so', () => {
  expect(gpuFacts('A10G').checked).toBe(false);
  expect(gpuFacts('H200').checked).toBe(true);
});
